"""Paired worlds: simulate a world without some actors, faults or households; show what changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import numpy as np
import polars as pl

from synthview.callbacks import OnProgress
from synthview.compare.counts import Counts, headlines
from synthview.compare.differing import Difference
from synthview.compare.pair import Pair, simulate_both
from synthview.engines.order import check_dropped
from synthview.errors import InputError, UnknownName
from synthview.exposed import Exposed
from synthview.pipeline import build, titles, window_of
from synthview.registry import installed
from synthview.rows import Ints
from synthview.scenario import Scenario, load
from synthview.sinks.id_forms import id_as
from synthview.tables import TABLES

__all__ = ["Comparison", "Example", "compare"]

_BLOCK = 1_024
_ALWAYS = ("log.events", "log.plays", "truth.plays")
_COUNTS = ("accounts", "incidents", "deliveries", "labelled", "outside")
_EXAMPLES = 3
_NAMED = 4
"""More names than these are counted, not listed."""
_SOME_HOURS = 0.05


@dataclass(frozen=True, slots=True)
class Example:
    """A play that differs: its world, account and time, and which columns if it is in both."""

    side: str
    play_id: str
    account_id: str
    started_at: str
    title: str
    causes: str
    columns: tuple[str, ...]

    def with_ids(self, form: str) -> Example:
        """Return the same with its ids in a form."""
        play = id_as(form, int(self.play_id), "p")
        account = id_as(form, int(self.account_id), "a")
        return replace(self, play_id=play, account_id=account)


@dataclass(frozen=True, slots=True)
class Comparison:
    """What some actors, faults or households caused in a world of so many households and days."""

    scenario: str
    asked: tuple[str, ...]
    without: tuple[str, ...]
    dropped: tuple[int, ...]
    households: int
    days: int
    tables: tuple[Difference, ...]
    labelled: int
    unlabelled: int
    accounts: int
    incidents: int
    deliveries: int
    outside: int
    headlines: tuple[tuple[str, float, float], ...]
    examples: tuple[Example, ...] = field(default=())

    def with_ids(self, form: str) -> Comparison:
        """Return the same with the ids of its examples as ``int``, as they come, or as ``text``."""
        examples = [one.with_ids(form) for one in self.examples]
        return replace(self, examples=tuple(examples))

    @property
    def is_none(self) -> bool:
        """Whether both worlds are the same, row by row."""
        return all(one.is_none for one in self.tables)

    def table(self, path: str) -> Difference:
        """The difference of one table."""
        return next((one for one in self.tables if one.table == path), Difference(path))

    def as_dict(self) -> dict[str, Any]:
        """Everything as plain values."""
        headlines = [
            {"number": what, "with": one, "without": other} for what, one, other in self.headlines
        ]
        return asdict(self) | {"headlines": headlines}

    @property
    def left_out(self) -> str:
        """What the second world lacks, in words."""
        words = {"actors": "all actors", "faults": "all faults"}
        names = [words.get(name, name) for name in self.asked]
        if len(names) > _NAMED:
            names = [f"{len(names)} actors and faults"]
        households = [f"household {number:,}" for number in self.dropped]
        return " and ".join([*names, *households])

    def in_words(self) -> str:
        """What was caused, in a sentence; an honest zero is one."""
        if self.is_none:
            return f"{self.left_out} changed nothing that happened, and no row of the log."
        plays = self.table("truth.plays")
        caused = _counted(plays.only_with, "play")
        kept = plays.only_without or "none"
        changed = plays.changed or "none"
        happened = f"caused {caused}, kept {kept} from happening and changed {changed}"
        if self.dropped and not self.asked:
            happened = f"had {caused}"
        elif plays.is_none:
            happened = "changed nothing that happened"
        return f"{self.left_out} {happened}; the log {self._recorded()}."

    def _recorded(self) -> str:
        """What the log has more, less or otherwise."""
        events, log = self.table("log.events"), self.table("log.plays")
        parts = [
            _more(events.only_with - events.only_without, "message"),
            _more(log.only_with - log.only_without, "row of history", "rows of history"),
            self._more_hours(),
            _otherwise(log.changed, "row of history", "rows of history"),
            _otherwise(events.changed, "message"),
        ]
        filled = [part for part in parts if part]
        return f"has {', '.join(filled)}" if filled else "counts the same"

    def _more_hours(self) -> str:
        by_name = {name: one - other for name, one, other in self.headlines}
        hours = by_name.get("hours in the log", 0.0)
        if abs(hours) < _SOME_HOURS:
            return ""
        return f"{abs(hours):,.1f} hours {'more' if hours > 0 else 'fewer'}"


def _counted(count: int, one: str, many: str = "") -> str:
    return f"{count:,} {one if count == 1 else many or f'{one}s'}"


def _more(count: int, one: str, many: str = "") -> str:
    if not count:
        return ""
    return f"{_counted(abs(count), one, many)} {'more' if count > 0 else 'fewer'}"


def _otherwise(count: int, one: str, many: str = "") -> str:
    return f"{_counted(count, one, many)} otherwise" if count else ""


def compare(
    scenario: Scenario,
    names: Sequence[str] = (),
    households: int | None = None,
    on_progress: OnProgress | None = None,
    *,
    dropped: Sequence[int] = (),
) -> Comparison:
    """Simulate a world with and without some actors, faults or households, and count what differs.

    Memory does not grow with the number of households.

    Args:
        scenario: The first world.
        names: Actors and faults to leave out, or ``actors`` or ``faults`` for all of them.
        households: How many to simulate; those of the scenario by default.
        on_progress: Called with the household-days that are done, and their number in all.
        dropped: Households to leave out.

    Raises:
        InputError: For a name that is off anyway.
    """
    other = _other(scenario, names, dropped)
    on = [*scenario.actors, *scenario.faults]
    off = tuple(name for name in on if name not in other.actors and name not in other.faults)
    worlds = build(scenario), build(other)
    count = households or scenario.run.households
    listed = titles(worlds[0], window_of(scenario))
    tallies = Counts(), Counts()
    sums = _Sums()
    for start in range(0, count, _BLOCK):
        part = np.arange(start, min(start + _BLOCK, count), dtype=np.int64)
        tick = _ticker(
            part,
            count,
            scenario.run.days,
            on_progress,
        )
        sums.add(
            simulate_both(
                worlds,
                part,
                off,
                tallies,
                listed,
                tick,
            )
        )
    left_out = tuple(names), off, tuple(dropped)
    numbers = headlines(scenario, tallies, listed)
    return sums.comparison(
        scenario,
        left_out,
        count,
        numbers,
        listed,
    )


def _ticker(
    part: Ints, count: int, days: int, on_progress: OnProgress | None
) -> Callable[[], None]:
    """Return a function to be called after each day of a block; it tells how much is done."""
    done = int(part[0]) * days
    steps = iter(
        range(
            done + len(part),
            done + len(part) * (days + 1),
            len(part),
        )
    )

    def tick() -> None:
        if on_progress:
            on_progress(next(steps), count * days)

    return tick


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
    known = [*installed().actors, *installed().faults]
    groups = ["actors", "faults"]
    for name in names:
        if name in groups:
            continue
        if name not in known:
            raise UnknownName("actor or fault", name, [*known, *groups])
        if name not in scenario.actors and name not in scenario.faults:
            raise InputError(f"{name} is off in {scenario.name} already; {_on(scenario)}.")


def _on(scenario: Scenario) -> str:
    names = ", ".join([*scenario.actors, *scenario.faults])
    return f"on in {scenario.name} are: {names}"


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
        left_out: tuple[tuple[str, ...], tuple[str, ...], tuple[int, ...]],
        count: int,
        numbers: Sequence[tuple[str, float, float]],
        listed: pl.DataFrame,
    ) -> Comparison:
        """Return the sum of all blocks."""
        asked, without, dropped = left_out
        by_table = [self.differences.get(one.path) for one in TABLES]
        found = [one for one in by_table if one and (one.table in _ALWAYS or not one.is_none)]
        plays = self.differences["truth.plays"]
        differing = plays.only_with + plays.only_without + plays.changed
        return Comparison(
            scenario.name,
            asked=asked,
            without=without,
            dropped=dropped,
            households=count,
            days=scenario.run.days,
            tables=tuple(found),
            unlabelled=differing - self.counts["labelled"],
            headlines=tuple(numbers),
            examples=tuple(self._examples(listed)),
            **self.counts,
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
