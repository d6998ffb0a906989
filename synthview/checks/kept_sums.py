"""Whether the aggregates of a dataset are the sums of its log, with restatements applied."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from synthview.checks.portions import portions
from synthview.dataset import RunDirectory
from synthview.engines.layout import Layout
from synthview.engines.manifest import scenario_in
from synthview.errors import InputError
from synthview.office.forgetting import forgets
from synthview.office.sums import KEYS, MEASURES, added, increments, plays_of
from synthview.world.clock import date_of

__all__ = ["other_sums"]


def other_sums(run: RunDirectory) -> Iterator[pl.DataFrame]:
    """Cells that say something else than the log; only exact ones can be compared."""
    company = run.manifest["scenario"].get("company", {})
    names = [name for name in KEYS if name in run.tables]
    if not names or company["cell_rule"] != "exact":
        return
    if forgets(scenario_in(run.manifest)):
        raise InputError("the company has forgotten rows that it had summed up")
    first = date_of(Layout.read(run.manifest["layout"]).first_day)
    parts: dict[str, list[pl.DataFrame]] = {name: [] for name in names}
    for portion in portions(run):
        rows = portion.scan("log.plays").collect(engine="streaming")
        plays = plays_of([rows], company["restated_days"])
        for name in names:
            found = increments(name, plays.filter(pl.col("viewed_on") >= first))
            parts[name].append(found)
    for name in names:
        yield _differences(run, name, parts[name])


def _differences(run: RunDirectory, name: str, parts: list[pl.DataFrame]) -> pl.DataFrame:
    """Cells of a table that differ, or that only the table or only the log has."""
    cell = ["viewed_on", *KEYS[name]]
    true = added([one.drop("stated_on") for one in parts], cell)
    kept = run.scan(name, repaired=True).sort("revision").collect()
    kept = kept.unique(cell, keep="last").select(
        *(pl.col(one).cast(true.schema[one]) for one in (*cell, *MEASURES))
    )
    both = [true.select(kept.columns), kept]
    differ = pl.concat([a.join(b, on=kept.columns, how="anti") for a, b in (both, both[::-1])])
    cells = differ.select(cell).unique(maintain_order=True)
    return cells.select(pl.lit(name).alias("table"), *cell)
