"""Paired worlds: the same world with some actors, faults or households left out, and what that changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import numpy as np
import polars as pl

from synthview.compare.differing import Difference
from synthview.compare.pair import Pair, live_both
from synthview.compare.tally import Tally, headlines
from synthview.engines.order import check_dropped
from synthview.errors import InputError, UnknownName
from synthview.exposed import Exposed
from synthview.pipeline import build, titles, window_of
from synthview.registry import installed
from synthview.scenario import Scenario, load
from synthview.sinks.id_forms import id_as
from synthview.tables import TABLES

__all__ = ["Comparison", "Example", "compare"]

_BLOCK = 1_024
_ALWAYS = ("log.events", "log.plays", "truth.plays")
_EXAMPLES = 3
_NAMED = 4
"""More names than these are counted, not listed."""
_SOME_HOURS = 0.05


@dataclass(frozen=True, slots=True)
class Example:
    """A play that differs: in which world it is, whose and when, and in which columns if it is in both."""

    side: str
    play_id: str
    account_id: str
    started_at: str
    title: str
    causes: str
    columns: tuple[str, ...]

    def with_ids(self, form: str) -> Example:
        """Return the same with its ids in a form."""
        play, account = id_as(form, int(self.play_id), "p"), id_as(form, int(self.account_id), "a")
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
        """Return the same with the ids of its examples as ``int``, which they are at first, or as ``text``."""
        return replace(self, examples=tuple(one.with_ids(form) for one in self.examples))

    @property
    def is_none(self) -> bool:
        """Whether both worlds are the same, row by row."""
        return all(one.is_none for one in self.tables)

    def table(self, path: str) -> Difference:
        """The difference of one table."""
        return next((one for one in self.tables if one.table == path), Difference(path))

    def as_dict(self) -> dict[str, Any]:
        """Everything as plain values."""
        return asdict(self) | {
            "headlines": [{"number": what, "with": one, "without": other} for what, one, other in self.headlines]
        }

    @property
    def left_out(self) -> str:
        """What the second world lacks, in words."""
        words = {"actors": "all actors", "faults": "all faults"}
        names = [words.get(name, name) for name in self.asked]
        if len(names) > _NAMED:
            names = [f"{len(names)} actors and faults"]
        return " and ".join([*names, *(f"household {number:,}" for number in self.dropped)])

    def in_words(self) -> str:
        """What was caused, in a sentence; an honest zero is one."""
        if self.is_none:
            return f"{self.left_out} changed nothing that happened, and no row of the log."
        plays = self.table("truth.plays")
        caused = _counted(plays.only_with, "play")
        happened = (
            f"caused {caused}, kept {plays.only_without or 'none'} from happening and changed {plays.changed or 'none'}"
        )
        if self.dropped and not self.asked:
            happened = f"had {caused}"
        elif plays.is_none:
            happened = "changed nothing that happened"
        return f"{self.left_out} {happened}; the log {self._recorded()}."

    def _recorded(self) -> str:
        """What the log has more, less or otherwise."""
        events, log = self.table("log.events"), self.table("log.plays")
        hours = next((one - other for what, one, other in self.headlines if what == "hours in the log"), 0.0)
        more = [
            _more(events.only_with - events.only_without, "message"),
            _more(log.only_with - log.only_without, "row of history", "rows of history"),
            f"{abs(hours):,.1f} hours {'more' if hours > 0 else 'fewer'}" if abs(hours) >= _SOME_HOURS else "",
            f"{_counted(log.changed, 'row of history', 'rows of history')} otherwise" if log.changed else "",
            f"{_counted(events.changed, 'message')} otherwise" if events.changed else "",
        ]
        told = [one for one in more if one]
        return f"has {', '.join(told)}" if told else "counts the same"


def _counted(count: int, one: str, many: str = "") -> str:
    return f"{count:,} {one if count == 1 else many or f'{one}s'}"


def _more(count: int, one: str, many: str = "") -> str:
    return f"{_counted(abs(count), one, many)} {'more' if count > 0 else 'fewer'}" if count else ""


def compare(
    scenario: Scenario,
    names: Sequence[str] = (),
    households: int | None = None,
    tell: Callable[[int, int], None] | None = None,
    *,
    dropped: Sequence[int] = (),
) -> Comparison:
    """Live a world with and without some actors, faults or households, side by side, and count what differs.

    `names` are of actors and faults, or `actors` or `faults` for all of them; `tell` hears how many
    household-days of how many are done. Memory does not grow with the number of households. Raises
    InputError for a name that is off anyway.
    """
    other = _other(scenario, names, dropped)
    on = [*scenario.actors, *scenario.faults]
    off = tuple(name for name in on if name not in other.actors and name not in other.faults)
    worlds = build(scenario), build(other)
    count, days = households or scenario.run.households, scenario.run.days
    listed, tallies = titles(worlds[0], window_of(scenario)), (Tally(), Tally())
    sums = _Sums()
    for start in range(0, count, _BLOCK):
        part = np.arange(start, min(start + _BLOCK, count), dtype=np.int64)
        ticks = iter(range(1, days + 1))

        def tick(part: Any = part, ticks: Any = ticks) -> None:
            if tell:
                tell(int(part[0]) * days + len(part) * next(ticks), count * days)

        sums.add(live_both(worlds, part, off, tallies, listed, tick))
    numbers = headlines(scenario, tallies, listed)
    return sums.comparison(scenario, (tuple(names), off, tuple(dropped)), count, numbers, listed)


def _other(scenario: Scenario, names: Sequence[str], dropped: Sequence[int]) -> Scenario:
    """The scenario of the second world."""
    on, known = [*scenario.actors, *scenario.faults], [*installed().actors, *installed().faults]
    check_dropped(dropped, scenario)
    if gone := [number for number in dropped if number in scenario.run.dropped]:
        raise InputError(f"--drop-household {gone[0]}: {scenario.name} has left it out already.")
    if not names and not dropped:
        raise InputError(
            f"compare needs --without NAME, --only NAME or --drop-household N; on in {scenario.name} are: {', '.join(on)}."
        )
    for name in names:
        if name not in known and name not in ("actors", "faults"):
            raise UnknownName("actor or fault", name, [*known, "actors", "faults"])
        if name in known and name not in on:
            raise InputError(f"{name} is off in {scenario.name} already; on are: {', '.join(on)}.")
    of_files = [name for name in names if isinstance(one := scenario.faults.get(name), Exposed) and one.of_files]
    if of_files and len(of_files) == len(names) and not dropped:
        raise InputError(
            f"{of_files[0]} damages text files, and compare writes none: there is nothing to compare. Generate twice."
        )
    changes = {"without": [*scenario.without, *names], "run.dropped": [*scenario.run.dropped, *dropped]}
    return load(scenario, installed(), changes)


class _Sums:
    """Pairs of blocks, added up as they come."""

    def __init__(self) -> None:
        self.differences: dict[str, Difference] = {}
        self.counts = dict.fromkeys(("accounts", "incidents", "deliveries", "labelled", "outside"), 0)
        self.examples: dict[tuple[str, str], list[dict[str, Any]]] = {}

    def add(self, pair: Pair) -> None:
        """Count a block, and keep the earliest of its plays as examples, however households are cut into blocks."""
        for path, one in pair.differences.items():
            self.differences.setdefault(path, Difference(path)).add(one)
        for name in self.counts:
            self.counts[name] += getattr(pair, name)
        for path, rows in pair.plays.items():
            for side in ("with", "without", "both"):
                earliest = rows.filter(pl.col("side") == side).sort("started_at", "play_id").head(_EXAMPLES).to_dicts()
                both = [*self.examples.get((path, side), []), *earliest]
                self.examples[path, side] = sorted(both, key=_began)[:_EXAMPLES]

    def comparison(
        self, scenario: Scenario, left_out: tuple[tuple[str, ...], tuple[str, ...], tuple[int, ...]], count: int,
        numbers: Sequence[tuple[str, float, float]], listed: pl.DataFrame,
    ) -> Comparison:  # fmt: skip
        """The sum of all blocks."""
        order = [one.path for one in TABLES if one.path in self.differences]
        found = [self.differences[path] for path in order if path in _ALWAYS or not self.differences[path].is_none]
        plays = self.differences["truth.plays"]
        differing = plays.only_with + plays.only_without + plays.changed
        return Comparison(
            scenario.name, *left_out, count, scenario.run.days, tuple(found),
            labelled=self.counts["labelled"], unlabelled=differing - self.counts["labelled"],
            accounts=self.counts["accounts"], incidents=self.counts["incidents"],
            deliveries=self.counts["deliveries"], outside=self.counts["outside"], headlines=tuple(numbers),
            examples=tuple(self._examples(listed)),
        )  # fmt: skip

    def _examples(self, listed: pl.DataFrame) -> list[Example]:
        """Some plays that happened otherwise; where all happened alike, some that the log has otherwise."""
        path = "log.plays" if self.differences["truth.plays"].is_none else "truth.plays"
        rows = [row for (of, _), kept in self.examples.items() if of == path for row in kept]
        names = _names(listed, [row["title_id"] for row in rows])
        return [
            Example(
                row["side"], str(row["play_id"]), str(row["account_id"]), f"{row['started_at']:%Y-%m-%d %H:%M}",
                names.get(row["title_id"], ""), row.get("causes", ""), tuple(row["columns"]),
            )
            for row in rows
        ]  # fmt: skip


def _began(row: Mapping[str, Any]) -> tuple[Any, Any]:
    return row["started_at"], row["play_id"]


def _names(listed: pl.DataFrame, wanted: Sequence[int]) -> Mapping[int, str]:
    rows = listed.filter(pl.col("title_id").is_in(list(wanted))).select("title_id", "series_name", "name").iter_rows()
    return {title: f"{series}: {name}" if series else name for title, series, name in rows}


assert set(_ALWAYS) <= {one.path for one in TABLES}
