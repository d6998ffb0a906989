"""Whether a dataset is still what its manifest makes: it is simulated again and compared."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from synthview.callbacks import OnProgress
from synthview.checks.portions import parts_of
from synthview.checks.run_files import in_one_line
from synthview.dataset import RunDirectory
from synthview.digests import content_digest
from synthview.engines.layout import PARTS, Layout, number_of
from synthview.engines.manifest import scenario_in
from synthview.engines.plan import Plan, pieces
from synthview.errors import InputError, OutputError, SynthviewError
from synthview.sinks.id_forms import id_as
from synthview.sinks.parts import Receipt
from synthview.sinks.sorting import in_order
from synthview.tables import Table, table
from synthview.versions import made_with

__all__ = ["Regenerated", "other_versions", "regenerate"]

MOST_TOLD = 3
"""Differences of a table that are told; there may be one in every file."""


@dataclass(frozen=True)
class Regenerated:
    """One table beside what is made of its manifest today: how many parts differ, and how."""

    table: str
    parts: int
    drifted: int
    differences: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether all rows are the same."""
        return self.drifted == 0


def regenerate(
    run: RunDirectory, on_progress: OnProgress = lambda _, __: None
) -> list[Regenerated]:
    """Simulate a dataset again, range by range, and compare every part with its file.

    Raises InputError where its scenario cannot be simulated here: a setting is unknown or beyond
    what is allowed today, or a package is missing.
    """
    layout = Layout.read(run.manifest["layout"])
    plan = Plan(_scenario(run), layout)
    found: dict[str, list[str]] = defaultdict(list)
    for number in range(layout.range_count):
        on_progress(number, layout.range_count)
        for name, difference in _drifted(run, plan, number):
            found[name].append(difference)
    on_progress(layout.range_count, layout.range_count)
    return [_summed(name, len(run.parts(name)), found[name]) for name in run.tables]


def _summed(name: str, parts: int, differences: list[str]) -> Regenerated:
    return Regenerated(name, parts, len(differences), tuple(differences[:MOST_TOLD]))


def _drifted(run: RunDirectory, plan: Plan, number: int) -> Iterator[tuple[str, str]]:
    """Yield the table of each part of a range that is other than what is made, and how."""
    parts = [one for name in run.tables for one in run.parts(name)]
    receipts = {one.path: one for one in parts if number_of(one.path) == number}
    for place, name, frame in _parts(plan, number):
        path = place.removeprefix(PARTS)
        receipt = receipts.pop(path, None)
        if receipt is None:
            yield name, f"{path} is missing in the manifest"
        else:
            yield from ((name, one) for one in _differences(run, receipt, frame))
    for one in receipts.values():
        yield one.table, f"{one.path} is not made any more"


def other_versions(run: RunDirectory) -> str:
    """Which packages had other versions when a dataset was made, in words; empty if none had."""
    layout = Layout.read(run.manifest["layout"])
    then, now = run.manifest["made_with"], made_with(layout.writer)
    changed = [
        f"{name} {then[name]}, here {now[name]}" for name in now if then.get(name) != now[name]
    ]
    return f"It was made with {'; '.join(changed)}." if changed else ""


def _scenario(run: RunDirectory) -> Any:
    try:
        return scenario_in(run.manifest)
    except InputError as error:
        raise InputError(f"What {run.directory} was made of cannot be made here: {error}") from None


def _parts(plan: Plan, number: int) -> Iterator[tuple[str, str, pl.DataFrame]]:
    """Yield path, table and rows of each part of a range, as its files have them."""
    for path, name, rows in _unordered(plan, number):
        yield path, name, in_order(rows, table(name), plan.layout.sort)


def _unordered(plan: Plan, number: int) -> Iterator[tuple[str, str, pl.DataFrame]]:
    """The same with rows in the order in which they are made."""
    layout = plan.layout
    whole: dict[str, list[pl.DataFrame]] = defaultdict(list)
    for _, day, frames in pieces(plan, [number]):
        for name, frame in frames.items():
            if day is None or layout.is_by_day:
                for path, rows in layout.cut(name, number, day, frame):
                    yield path, name, rows
            else:
                whole[name].append(frame)
    for name, days in whole.items():
        yield layout.path(name, number, None), name, pl.concat(days)


def _differences(run: RunDirectory, receipt: Receipt, made: pl.DataFrame) -> list[str]:
    """What is other in the file of a part than in the rows made today; nothing if nothing is."""
    of = table(receipt.table)
    try:
        kept = _read(run, receipt)
    except (OutputError, InputError, OSError, pl.exceptions.PolarsError) as error:
        return [f"{receipt.path} cannot be read: {_said(error)}"]
    if content_digest(kept) == content_digest(made):
        return []
    ids = Layout.read(run.manifest["layout"]).ids
    return [f"{receipt.path}: {'; '.join(_row_differences(of, kept, made, ids))}"]


def _said(error: Exception) -> str:
    return str(error) if isinstance(error, SynthviewError) else in_one_line(error)


def _read(run: RunDirectory, receipt: Receipt) -> pl.DataFrame:
    if not Layout.read(run.manifest["layout"]).is_database:
        return run.scan_parts(receipt.table, [receipt]).collect()
    parts = parts_of(run, receipt.table)
    return next(rows for part, rows in parts if part.path == receipt.path)


def _row_differences(of: Table, kept: pl.DataFrame, made: pl.DataFrame, ids: str) -> Iterator[str]:
    """Say which rows are gone, which are new, and in which columns others differ."""
    key = list(of.key)
    before, after = (one.unique(key, keep="first", maintain_order=True) for one in (kept, made))
    gone = before.join(after, on=key, how="anti", nulls_equal=True)
    new = after.join(before, on=key, how="anti", nulls_equal=True)
    yield from _counted(of, gone, ids, "are not made any more")
    yield from _counted(of, new, ids, "are new")
    both = before.join(after, on=key, suffix=_NOW, nulls_equal=True, maintain_order="left")
    changed = list(_changed(of, both, ids))
    yield from changed
    if not (changed or len(gone) or len(new)):
        is_order = len(kept) == len(made)
        yield "the same rows in another order" if is_order else "rows come another number of times"


_NOW = " now"


def _counted(of: Table, rows: pl.DataFrame, ids: str, what: str) -> Iterator[str]:
    if len(rows):
        example = rows.select(of.key).row(0, named=True)
        yield f"{len(rows):,} rows {what}, as of {_in_words(of, example, ids)}"


def _changed(of: Table, both: pl.DataFrame, ids: str) -> Iterator[str]:
    """Say for each column how many rows have another value now, with the first of them."""
    for column in of.columns:
        if column.name in of.key:
            continue
        now = f"{column.name}{_NOW}"
        other = both.filter(pl.col(column.name).ne_missing(pl.col(now)))
        if not len(other):
            continue
        first = other.select(*of.key, column.name, now).row(0, named=True)
        was, is_now = (_value(column.prefix, first.pop(one), ids) for one in (column.name, now))
        where = _in_words(of, first, ids)
        yield f"{column.name} of {len(other):,} rows, as of {where}: {was}, now {is_now}"


def _in_words(of: Table, key: Mapping[str, Any], ids: str) -> str:
    cells = [f"{name} {_value(of.column(name).prefix, one, ids)}" for name, one in key.items()]
    return ", ".join(cells)


def _value(prefix: str, value: object, ids: str) -> object:
    """An id in the form that it has in the dataset; any other value as it is."""
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_value(prefix, one, ids) for one in value]
    if prefix and isinstance(value, int) and value >= 0:
        return id_as(ids, value, prefix)
    return value
