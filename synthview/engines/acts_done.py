"""What each actor and fault did in a dataset: in how many homes, how often, to how many rows.

An actor's acts are its incidents, and its rows the plays it had a part in. A fault's acts are the
plays of which it changed a message, and its rows those messages.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Protocol

import polars as pl

from synthview.engines.layout import number_of
from synthview.record.incidents import STILL_MATTERED
from synthview.scenario import Scenario
from synthview.sinks.parts import Receipt

__all__ = [
    "COUNTED",
    "NEEDED",
    "Tally",
    "as_frame",
    "tally_by_range",
    "tally_of",
    "tally_on_disk",
]

Tally = Mapping[str, Mapping[str, int]]
"""By the name of an actor or fault: its homes, acts and rows."""
COUNTED = ("homes", "acts", "rows")
NEEDED = ("truth.incidents", "truth.plays", "truth.deliveries")
"""Tables that tell what was done."""


def tally_of(scenario: Scenario, scan: Callable[[str], pl.LazyFrame]) -> Tally:
    """Count what the actors and faults of a scenario did in some tables; 0 for those that did not.

    Faults of files are left out: they strike rows of files, which truth does not know.
    """
    counted = {name: dict.fromkeys(COUNTED, 0) for name in _names(scenario)}
    queries = _queries(scan)
    for frame in pl.collect_all(queries):
        for name, *numbers in frame.iter_rows():
            for what, number in zip(frame.columns[1:], numbers, strict=True):
                counted.setdefault(name, dict.fromkeys(COUNTED, 0))[what] = number
    return counted


class OnDisk(Protocol):
    """A dataset on disk: how its tables are read, whole or by their parts."""

    def scan(self, name: str) -> pl.LazyFrame:
        """A whole table; an error where there is none."""

    def parts(self, name: str) -> list[Receipt]:
        """What was written of it, file by file."""

    def scan_parts(self, name: str, parts: Sequence[Receipt]) -> pl.LazyFrame:
        """Some of its files."""


def tally_on_disk(run: OnDisk, scenario: Scenario, *, is_database: bool) -> Tally:
    """Count the same in a dataset on disk, whose truth need not fit in memory unless it is one."""
    if is_database:
        return tally_of(scenario, run.scan)
    parts = {name: run.parts(name) for name in NEEDED if run.scan(name) is not None}
    return tally_by_range(scenario, parts, run.scan_parts)


def tally_by_range(
    scenario: Scenario,
    parts: Mapping[str, Sequence[Receipt]],
    scan_parts: Callable[[str, Sequence[Receipt]], pl.LazyFrame],
) -> Tally:
    """Count the same in files, one range of households after another: each home is in one alone."""
    numbers = sorted({number_of(one.path) for one in parts[NEEDED[0]]})
    total: dict[str, dict[str, int]] = {}
    for number in numbers:
        own = {name: _of_range(found, number) for name, found in parts.items()}
        tally = tally_of(scenario, partial(_scanned, own, scan_parts))
        for name, counted in tally.items():
            ours = total.setdefault(name, dict.fromkeys(COUNTED, 0))
            for what in COUNTED:
                ours[what] += counted[what]
    return total


def _of_range(parts: Sequence[Receipt], number: int) -> list[Receipt]:
    return [one for one in parts if number_of(one.path) == number]


def _scanned(
    parts: Mapping[str, Sequence[Receipt]],
    scan_parts: Callable[[str, Sequence[Receipt]], pl.LazyFrame],
    name: str,
) -> pl.LazyFrame:
    return scan_parts(name, parts[name])


def as_frame(scenario: Scenario, tally: Tally) -> pl.DataFrame:
    """A tally as a frame: name, kind (actor or fault), cast (null without one), homes, acts, rows.

    `homes` are those in which it acted.
    """
    rows = [
        (
            name,
            "actor" if name in scenario.actors else "fault",
            scenario.cast.get(name),
            *(counted[what] for what in COUNTED),
        )
        for name, counted in tally.items()
    ]
    schema = {"name": pl.String, "kind": pl.String, "cast": pl.Int64}
    schema |= dict.fromkeys(COUNTED, pl.Int64)
    return pl.DataFrame(rows, schema=schema, orient="row")


def _names(scenario: Scenario) -> list[str]:
    faults = [name for name, one in scenario.faults.items() if not getattr(one, "of_files", False)]
    return [*scenario.actors, *faults]


def _queries(scan: Callable[[str], pl.LazyFrame]) -> list[pl.LazyFrame]:
    incidents = scan("truth.incidents").filter(pl.col("what") != STILL_MATTERED)
    plays = scan("truth.plays").filter(~pl.col("began_before"))
    causes = plays.select(pl.col("causes").str.split("|")).explode("causes")
    deliveries = scan("truth.deliveries")
    homes = pl.col("account_id").n_unique().alias("homes")
    return [
        incidents.group_by("actor").agg(homes, pl.len().alias("acts")),
        causes.filter(pl.col("causes") != "").group_by("causes").agg(pl.len().alias("rows")),
        deliveries.group_by("fault").agg(
            homes,
            pl.col("play_id").n_unique().alias("acts"),
            pl.len().alias("rows"),
        ),
    ]
