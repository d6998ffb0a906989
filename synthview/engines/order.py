"""Turns what was asked for, in Python or on the command line, into a plan."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from synthview.engines.estimate import events_per_household_day, usual_events
from synthview.engines.files_asked import check_files
from synthview.engines.layout import (
    PART_HOUSEHOLDS,
    Layout,
    households_of_file,
    usual_part,
)
from synthview.engines.plan import PIPELINE, Plan, pipeline_at, world_of
from synthview.engines.some_homes import with_room
from synthview.engines.table_names import check_closed, tables_named
from synthview.engines.taking_part import (
    KEEP_OR_LEAVE,
    all_known,
    check_names,
    kinds_known,
    on_request,
    others_than,
)
from synthview.errors import InputError, shortened
from synthview.pipeline import Window
from synthview.registry import INSIDERS, installed
from synthview.scenario import Scenario, load
from synthview.scenario.declarations import RunSettings
from synthview.scenario.settings import settings_of
from synthview.sinks.formats import ROWS_PER_GROUP, WRITERS, format_named
from synthview.sinks.sorting import SORTS

__all__ = ["SMALL_RUN_EVENTS", "Order", "check_dropped", "order", "scenario_of"]

SMALL_RUN_EVENTS = 1_500_000
"""A run of one range with no more events may be one file per table: it fits in memory."""
LARGEST_COUNT = 10**15
USUAL_EVENT_BYTES = 8
"""Of an event as Parquet, as `usual_events` counts them: some 11 of those that come."""


_KINDS: dict[str, tuple[tuple[type, ...], str]] = {
    "scenario": ((str, Path, Scenario), "a name, a path or a Scenario"),
    "seed": ((int,), "a whole number"),
    "households": ((int,), "a whole number"),
    "household_range": ((range,), "a range of households"),
    "events": ((int, float), "a number"),
    "start": ((date, str), "a date"),
    "epoch": ((date, str), "a date or the word from"),
    "days": ((int,), "a whole number"),
    "settings": ((Mapping,), "a mapping of dotted paths to values"),
    "without": ((str, Sequence), "a list of names"),
    "only": ((str, Sequence), "a list of names"),
    "cast": ((Mapping,), "a mapping of names to numbers of households"),
    "drop_households": ((Sequence,), "a list of numbers"),
    "tables": ((str, Sequence), "a list of names"),
    "titles": ((str,), "all or used"),
    "closed": ((int,), "True or False"),
    "format": ((str,), "the name of a format"),
    "compression": ((str,), "the name of a compression"),
    "partition": ((str,), "day, country or none"),
    "ids": ((str,), "int or text"),
    "bom": ((int,), "True or False"),
    "file_size": ((int,), "a whole number of MB"),
    "row_group": ((int,), "a whole number of rows"),
    "sort": ((str,), "household or received"),
    "writer": ((str,), "polars or pyarrow"),
}
"""What each word of an order may be, beside None where it has no value of its own."""
_NEVER_NONE = {"scenario", "settings", "without", "cast", "drop_households", "format", "bom"}
_FLAGS = {"bom", "closed"}


def check_kind(name: str, value: object, kinds: tuple[type, ...], wanted: str) -> None:
    """Raise InputError where a value is of another kind than those wanted."""
    if value is None and name not in _NEVER_NONE:
        return
    if isinstance(value, kinds) and isinstance(value, bool) == (name in _FLAGS):
        return
    text = shortened(value) if isinstance(value, int) else shortened(repr(value))
    raise InputError(f"{name} is {text}; {wanted} is needed.")


def _check_bounds(name: str, value: int | None) -> None:
    """Refuse a number that no run can have, in the words it was asked for in."""
    allowed = settings_of(RunSettings)[name].allowed
    if value is not None and allowed and not allowed[0] <= value <= allowed[1]:
        least, most = allowed
        raise InputError(
            f"{name} is {shortened(value)}; a whole number from {least:,} to {most:,} is needed."
        )


@dataclass(frozen=True, kw_only=True)
class Order:
    """What was asked for; None leaves it to the scenario."""

    scenario: str | Path | Scenario
    seed: int | None = None
    households: int | None = None
    household_range: range | None = None
    """Of so many households these alone, with the rows that they have in the whole run."""
    events: float | None = None
    start: date | str | None = None
    epoch: date | str | None = None
    days: int | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    without: Sequence[str] = ()
    only: Sequence[str] | None = None
    cast: Mapping[str, int | str] = field(default_factory=dict)
    drop_households: Sequence[int] = ()
    tables: str | Sequence[str] | None = None
    titles: str | None = None
    closed: bool | None = None
    format: str = "parquet"
    compression: str | None = None
    partition: str | None = None
    ids: str | None = None
    bom: bool = False
    file_size: int | None = None
    row_group: int | None = None
    sort: str | None = None
    writer: str | None = None

    def __post_init__(self) -> None:
        """Refuse what is of the wrong kind, so that it fails here and not somewhere inside."""
        for name, (kinds, wanted) in _KINDS.items():
            check_kind(name, getattr(self, name), kinds, wanted)
        for name in ("seed", "households", "days"):
            _check_bounds(name, getattr(self, name))
        for name in ("without", "only"):
            if isinstance(getattr(self, name), str):
                object.__setattr__(self, name, (getattr(self, name),))
        tables = () if isinstance(self.tables, str) else self.tables or ()
        for words in (self.settings, self.without, self.only or (), self.cast, tables):
            for word in words:
                check_kind("a name", word, (str,), "a text")

    def _check_cast(self) -> None:
        """Refuse to leave out and to keep at once, and a cast of those who are left out."""
        if self.without and self.only is not None:
            raise InputError(KEEP_OR_LEAVE)
        known, kinds = all_known(), kinds_known()
        check_names("--without", self.without, [*known, *kinds, *INSIDERS])
        check_names("--cast", self.cast, known)
        left_out = [*self.without, *others_than(self.only)]
        off = {one for name in left_out for one in kinds.get(name, (name,))}
        for name in self.cast:
            if name in off:
                option = "--without leaves it out" if self.without else "--only does not name it"
                raise InputError(
                    f"--cast gives {name} to households, and {option}. Remove one of the two "
                    "options."
                )

    def _epoch(self) -> date | None:
        """The day the world is to begin: a date, or with the word from the day of --from."""
        if self.epoch != "from":
            return _day(self.epoch, "--epoch")
        if self.start is None:
            raise InputError("--epoch from begins the world at --from; add --from DATE.")
        return _day(self.start)

    def overrides(self) -> dict[str, Any]:
        """Settings to lay over the scenario; refuses what is said twice or contradicts itself."""
        self._check_cast()
        stated = {
            "run.seed": self.seed,
            "run.households": self.households,
            "run.start": _day(self.start),
            "run.epoch": self._epoch(),
            "run.days": self.days,
            "run.titles": self.titles,
            "run.closed": self.closed,
            "run.dropped": [int(one) for one in self.drop_households] or None,
            "without": [*self.without, *others_than(self.only)] or None,
            "cast": dict(self.cast) or None,
            **{f"{kind}.{name}": {} for kind, name in on_request(self.only)},
        }
        words = {name: value for name, value in stated.items() if value is not None}
        twice = sorted(words.keys() & self.settings.keys())
        if twice:
            raise InputError(
                f"{twice[0]} is given twice, by an option of its own and by --set. "
                "Remove one of them."
            )
        return words | dict(self.settings)


def scenario_of(asked: Order) -> Scenario:
    """The scenario that was asked for, its cast found and its dropped households checked."""
    scenario = load(asked.scenario, installed(), asked.overrides())
    check_dropped(asked.drop_households, scenario)
    if scenario.cast:
        pipeline_at(PIPELINE).check_cast(world_of(PIPELINE, scenario))
    return scenario


def check_dropped(numbers: Sequence[int], scenario: Scenario) -> None:
    """Refuse to drop a household that is not there."""
    count = scenario.run.households
    for number in numbers:
        if not 0 <= number < count:
            raise InputError(
                f"--drop-household {number}: the world has {count:,} households, numbered from 0 "
                f"to {count - 1:,}."
            )


def order(asked: Order, pipeline: str | None = None) -> Plan:
    """Make the plan of a run.

    Raises InputError and its kinds, for unknown names and for values that cannot be.
    """
    overrides, events = asked.overrides(), asked.events
    if events is not None and "run.households" in overrides:
        raise InputError(
            "--households and --events exclude each other: events decide how many households there "
            "are."
        )
    loaded = with_room(
        asked.household_range, load(asked.scenario, installed(), overrides), overrides
    )
    plan = _plan(asked, loaded, pipeline or PIPELINE)
    if events is not None and asked.household_range is not None:
        raise InputError("--household-range says which households; leave --events out.")
    if events is not None:
        households = {"run.households": _households_for(events, plan)}
        plan = _plan(asked, load(plan.scenario, installed(), households), plan.pipeline)
    check_dropped(asked.drop_households, plan.scenario)
    return plan


def _plan(asked: Order, scenario: Scenario, pipeline: str) -> Plan:
    layout = _layout(asked, scenario, pipeline_at(pipeline).window_of(scenario))
    if scenario.run.closed:
        check_closed(layout.tables)
    if scenario.cast:
        pipeline_at(pipeline).check_cast(world_of(pipeline, scenario))
    if asked.titles == "used" and layout.range_count > 1:
        raise InputError(
            f"--titles used is for runs of at most {PART_HOUSEHOLDS:,} households; this one has "
            f"{layout.households:,}. Leave the option out."
        )
    if not layout.is_by_day:
        _check_small(scenario, layout)
    return Plan(scenario, layout, tuple(_said(asked, layout.tables)), pipeline)


def _layout(asked: Order, scenario: Scenario, window: Window) -> Layout:
    """The files that were asked for, of some days of a scenario."""
    tables, kind = tables_named(asked.tables), format_named(asked.format)
    check_files(asked, kind)
    some = asked.household_range or range(scenario.run.households)
    return Layout(
        households=len(some),
        first_household=some.start,
        first_day=window.first_day,
        last_day=window.last_day,
        tables=tables,
        format=kind.name,
        compression=kind.compression(asked.compression),
        partition=asked.partition or "day",
        ids=asked.ids or kind.ids,
        bom=asked.bom,
        part_households=_part_households(asked, len(some), scenario, window),
        row_group=asked.row_group or ROWS_PER_GROUP,
        sort=asked.sort or SORTS[0],
        writer=asked.writer or WRITERS[0],
    )


def _part_households(asked: Order, households: int, scenario: Scenario, window: Window) -> int:
    """How many households a part has, by the size of files that was asked for."""
    if asked.file_size is None:
        return usual_part(households)
    days = window.last_day - window.first_day if asked.partition == "none" else 1
    of_a_day = usual_events(scenario) * USUAL_EVENT_BYTES
    wanted = asked.file_size * 10**6
    of_a_household = round(of_a_day * days)
    return households_of_file(wanted, of_a_household)


def _said(asked: Order, tables: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield the options that a layout does not show, each with its value as it is typed."""
    yield from _said_of_people(asked)
    single = {
        "epoch": asked.epoch,
        "titles": asked.titles,
        "file-size": asked.file_size,
        "row-group": asked.row_group,
        "sort": asked.sort,
        "writer": asked.writer,
    }
    yield from ((option, str(value)) for option, value in single.items() if value is not None)
    if asked.closed:
        yield "closed", ""
    if tables != tables_named(None):
        yield "tables", ",".join(tables)


def _said_of_people(asked: Order) -> Iterator[tuple[str, str]]:
    """Yield the options that say what happens, and in which households."""
    for path, value in asked.settings.items():
        yield "set", f"{path}={value}"
    for name in asked.without:
        yield "without", name
    if asked.only is not None:
        yield "only", ",".join(asked.only)
    if asked.cast:
        yield "cast", ",".join(f"{name}={count}" for name, count in asked.cast.items())
    for number in asked.drop_households:
        yield "drop-household", str(number)
    if (some := asked.household_range) is not None:
        yield "household-range", f"{some.start}:{some.stop - 1}"


def _check_small(scenario: Scenario, layout: Layout) -> None:
    """Refuse to write all days of a large run into one file, which must fit in memory."""
    households = layout.households
    events = households * layout.days * usual_events(scenario)
    if households > PART_HOUSEHOLDS or events > SMALL_RUN_EVENTS:
        raise InputError(
            "--partition none writes all days of a table into one file, which is for runs of at "
            f"most {PART_HOUSEHOLDS:,} households and about {SMALL_RUN_EVENTS:,} events; this one "
            f"has {households:,} households and about {float(f'{events:.2g}'):,.0f} events. Leave "
            "the option out, or simulate less."
        )


def _households_for(events: float, plan: Plan) -> int:
    """The fewest households that come to so many events, within about 10 %."""
    if not (0 < events <= LARGEST_COUNT and float(events).is_integer()):
        raise InputError(
            f"--events is {shortened(events)}; a whole number from 1 to {LARGEST_COUNT:,} is "
            "needed."
        )
    return math.ceil(events / (plan.layout.days * max(events_per_household_day(plan), 1e-6)))


def _day(stated: date | str | None, option: str = "--from") -> date | None:
    if stated is None or isinstance(stated, date):
        return stated
    try:
        return date.fromisoformat(stated)
    except ValueError:
        raise InputError(
            f"{option} is '{shortened(stated)}', which is not a date such as 2017-11-17."
        ) from None
