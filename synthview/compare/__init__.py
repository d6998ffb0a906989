"""Paired worlds: simulate a world without some actors, faults or households; show what changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, TypeAlias

import numpy as np
import polars as pl

from synthview.callbacks import OnProgress
from synthview.compare.comparison import Comparison, Example
from synthview.compare.counts import Counts, headlines
from synthview.compare.differing import Difference
from synthview.compare.looks_beside import LooksBeside, looks_beside
from synthview.compare.pair import Pair, simulate_both
from synthview.engines.order import check_dropped
from synthview.errors import InputError, UnknownName
from synthview.exposed import Exposed
from synthview.pipeline import World, build, titles, window_of
from synthview.registry import INSIDERS, installed
from synthview.scenario import Scenario, load
from synthview.tables import TABLES

__all__ = ["Comparison", "Example", "compare"]

_BLOCK = 1_024
_ALWAYS = ("log.events", "log.plays", "truth.plays")
_COUNTS = ("accounts", "incidents", "deliveries", "labelled", "outside")
_EXAMPLES = 3
_LeftOut: TypeAlias = tuple[tuple[str, ...], tuple[str, ...], tuple[int, ...]]
"""Names as they were asked for, those that they stand for, and households."""


def compare(
    scenario: Scenario,
    names: Sequence[str] = (),
    households: int | None = None,
    on_progress: OnProgress | None = None,
    *,
    dropped: Sequence[int] = (),
) -> Comparison:
    """Simulate a world with and without some actors, faults or households, and count what differs.

    Of insiders of the staff it counts the looks at personal data, in a company of so many
    households; homes do not depend on them. Memory does not grow with the number of households.

    Args:
        scenario: The first world.
        names: Actors, faults and insiders to leave out; ``actors`` or ``faults`` are all of them.
        households: How many to simulate; those of the scenario by default.
        on_progress: Called with the household-days that are done, and their number in all.
        dropped: Households to leave out.

    Raises:
        InputError: For a name that is off anyway.
    """
    count = households or scenario.run.households
    insiders = [name for name in names if name in INSIDERS]
    if insiders:
        # Whom the staff look up depends on how many homes there are.
        scenario = load(scenario, installed(), {"run.households": count})
    other = _other(scenario, names, dropped)
    worlds = build(scenario), build(other)
    on = [*scenario.actors, *scenario.faults]
    off = tuple(name for name in on if name not in other.actors and name not in other.faults)
    left_out = tuple(names), (*off, *insiders), tuple(dropped)
    return _compared(scenario, worlds, left_out, count, on_progress)


def _compared(
    scenario: Scenario,
    worlds: tuple[World, World],
    left_out: _LeftOut,
    count: int,
    on_progress: OnProgress | None,
) -> Comparison:
    """What differs in homes and of the staff, as far as it can."""
    names, _, dropped = left_out
    insiders = [name for name in names if name in INSIDERS]
    is_of_homes = bool(dropped) or len(insiders) < len(names)
    runs = is_of_homes + 2 * bool(insiders)
    progress = _Progress(runs * count * scenario.run.days, on_progress)
    looks = None
    if insiders:
        looks = looks_beside(worlds, count, lambda homes: progress.add(homes * scenario.run.days))
    if not is_of_homes:
        return _of_staff(scenario, left_out, count, looks)
    return replace(_of_homes(scenario, worlds, left_out, count, progress), looks=looks)


class _Progress:
    """How many days of homes are done, of how many."""

    def __init__(self, whole: int, on_progress: OnProgress | None) -> None:
        self._whole = whole
        self._on_progress = on_progress
        self._done = 0

    def add(self, days: int) -> None:
        """Tell that some more are done."""
        self._done += days
        if self._on_progress:
            self._on_progress(self._done, self._whole)


def _stated(scenario: Scenario, left_out: _LeftOut, count: int) -> dict[str, Any]:
    """What was asked of which homes and days, as a comparison says it."""
    asked, without, dropped = left_out
    return {
        "scenario": scenario.name,
        "asked": asked,
        "without": without,
        "dropped": dropped,
        "households": count,
        "days": scenario.run.days,
    }


def _of_staff(
    scenario: Scenario, left_out: _LeftOut, count: int, looks: LooksBeside | None
) -> Comparison:
    """What insiders did, where nobody else was left out: homes are the same in both worlds."""
    accounts = looks.accounts if looks else 0
    counts = dict.fromkeys(_COUNTS, 0) | {"accounts": accounts}
    return Comparison(
        **(_stated(scenario, left_out, count) | counts),
        tables=(),
        unlabelled=0,
        headlines=(),
        examples=(),
        looks=looks,
    )


def _of_homes(
    scenario: Scenario,
    worlds: tuple[World, World],
    left_out: _LeftOut,
    count: int,
    progress: _Progress,
) -> Comparison:
    """What differs in homes, a block of them after the other."""
    listed = titles(worlds[0], window_of(scenario))
    tallies = Counts(), Counts()
    sums = _Sums()
    off = [name for name in left_out[1] if name not in INSIDERS]
    for start in range(0, count, _BLOCK):
        part = np.arange(start, min(start + _BLOCK, count), dtype=np.int64)
        tick = partial(progress.add, len(part))
        sums.add(simulate_both(worlds, part, off, tallies, listed, tick))
    numbers = headlines(scenario, tallies, listed)
    return sums.comparison(scenario, left_out, count, numbers, listed)


def _other(scenario: Scenario, names: Sequence[str], dropped: Sequence[int]) -> Scenario:
    """Return the scenario of the second world."""
    _check_dropped(scenario, dropped)
    if not names and not dropped:
        raise InputError(
            f"compare needs --without NAME, --only NAME or --drop-household N; {_on(scenario)}."
        )
    _check_names(scenario, names)
    if not dropped:
        _refuse_faults_of_files(scenario, names)
    changes = {
        "without": [*scenario.without, *names],
        "run.dropped": [*scenario.run.dropped, *dropped],
    }
    return load(scenario, installed(), changes)


def _check_dropped(scenario: Scenario, dropped: Sequence[int]) -> None:
    check_dropped(dropped, scenario)
    for number in dropped:
        if number in scenario.run.dropped:
            raise InputError(f"--drop-household {number}: {scenario.name} has left it out already.")


def _check_names(scenario: Scenario, names: Sequence[str]) -> None:
    known = [*installed().actors, *installed().faults, *INSIDERS]
    groups = ["actors", "faults"]
    for name in names:
        if name in groups:
            continue
        if name not in known:
            raise UnknownName("actor, fault or insider", name, [*known, *groups])
        if name not in _all_on(scenario):
            raise InputError(f"{name} is off in {scenario.name} already; {_on(scenario)}.")


def _on(scenario: Scenario) -> str:
    return f"on in {scenario.name} are: {', '.join(_all_on(scenario))}"


def _all_on(scenario: Scenario) -> list[str]:
    """The actors and faults of a scenario, and the insiders that ever act."""
    insiders = [name for name, one in INSIDERS.items() if scenario.of(one).rate > 0]
    return [*scenario.actors, *scenario.faults, *insiders]


def _refuse_faults_of_files(scenario: Scenario, names: Sequence[str]) -> None:
    """Refuse names that are all of faults which damage files alone."""
    faults = [scenario.faults.get(name) for name in names]
    if names and all(isinstance(fault, Exposed) and fault.of_files for fault in faults):
        raise InputError(
            f"{names[0]} damages text files, and compare writes none: there is nothing to compare. "
            f"Generate twice."
        )


class _Sums:
    """Pairs of blocks, added up as they come."""

    def __init__(self) -> None:
        self.differences: dict[str, Difference] = {}
        self.counts = dict.fromkeys(_COUNTS, 0)
        self.examples: dict[tuple[str, str], list[dict[str, Any]]] = {}

    def add(self, pair: Pair) -> None:
        """Count a block, and keep its earliest plays as examples, whatever the size of blocks."""
        for path, one in pair.differences.items():
            self.differences.setdefault(path, Difference(path)).add(one)
        for name in self.counts:
            self.counts[name] += getattr(pair, name)
        for path, rows in pair.plays.items():
            for side in ("with", "without", "both"):
                of_side = rows.filter(pl.col("side") == side)
                earliest = of_side.sort("started_at", "play_id").head(_EXAMPLES)
                kept = self.examples.get((path, side), [])
                both = sorted([*kept, *earliest.to_dicts()], key=_began)
                self.examples[path, side] = both[:_EXAMPLES]

    def comparison(
        self,
        scenario: Scenario,
        left_out: _LeftOut,
        count: int,
        numbers: Sequence[tuple[str, float, float]],
        listed: pl.DataFrame,
    ) -> Comparison:
        """Return the sum of all blocks."""
        by_table = [self.differences.get(one.path) for one in TABLES]
        found = [one for one in by_table if one and (one.table in _ALWAYS or not one.is_none)]
        plays = self.differences["truth.plays"]
        differing = plays.only_with + plays.only_without + plays.changed
        return Comparison(
            **(_stated(scenario, left_out, count) | self.counts),
            tables=tuple(found),
            unlabelled=differing - self.counts["labelled"],
            headlines=tuple(numbers),
            examples=tuple(self._examples(listed)),
            looks=None,
        )

    def _examples(self, listed: pl.DataFrame) -> list[Example]:
        """Return some plays that happened otherwise, or if none did, that the log has otherwise."""
        path = "log.plays" if self.differences["truth.plays"].is_none else "truth.plays"
        rows = [row for (of, _), kept in self.examples.items() if of == path for row in kept]
        names = _names(listed, [row["title_id"] for row in rows])
        return [_example(row, names.get(row["title_id"], "")) for row in rows]


def _example(row: Mapping[str, Any], title: str) -> Example:
    return Example(
        row["side"],
        play_id=str(row["play_id"]),
        account_id=str(row["account_id"]),
        started_at=f"{row['started_at']:%Y-%m-%d %H:%M}",
        title=title,
        causes=row.get("causes", ""),
        columns=tuple(row["columns"]),
    )


def _began(row: Mapping[str, Any]) -> tuple[Any, Any]:
    return row["started_at"], row["play_id"]


def _names(listed: pl.DataFrame, wanted: Sequence[int]) -> Mapping[int, str]:
    found = listed.filter(pl.col("title_id").is_in(list(wanted)))
    rows = found.select("title_id", "series_name", "name").iter_rows()
    return {title: f"{series}: {name}" if series else name for title, series, name in rows}


assert set(_ALWAYS) <= {one.path for one in TABLES}
