"""What must say nothing about the cause of a row: ids, places in the file, digits, gaps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import polars as pl

from synthview.checks import behaviour
from synthview.checks.behaviour import Behaviour
from synthview.sinks.formats import ROWS_PER_GROUP
from synthview.tables import BY_PATH

__all__ = ["EQUALS", "FAMILIES", "SUBJECTS", "Subject", "traces"]

EQUALS = "equals"
FAMILIES = ("ids", "order", EQUALS, "milliseconds", "layout", "nulls")
"""What is asked about by itself; `EQUALS` of rows that have an equal in time beside them."""
ARRIVALS = frozenset({"closed_at", "received_time"})
GOLDEN = 0.6180339887498949
"""Steps by the golden section fall anywhere alike from 0 to 1.

A place among few equals would say how many they are.
"""
DIGIT = 1 << 24
"""As much of an id as one feature can hold."""


@dataclass(frozen=True)
class Subject:
    """A table of the log under audit: what leads to causes, what is visible, what must be silent.

    The first of `ids` is the row's own. `equals` names columns whose equal rows the file may put in
    any order; `at` is the time by which it sorts an account's rows. `digits` are times and lengths
    whose last digits nobody chooses, `lattices` how far lengths are beyond whole shares. `each`
    says whether every cause is asked about by itself, `more` are further ids, and `excused` are
    families that show by rights: whether a ticket is named is behaviour, and so is the time of day,
    which the place in a file tells where rows of all are in one order.
    """

    table: str
    whose: str
    behaviour: Behaviour
    ids: tuple[str, ...]
    digits: Mapping[str, pl.Expr]
    equals: tuple[str, ...]
    at: str = ""
    each: bool = False
    more: Mapping[str, pl.Expr] = field(default_factory=dict)
    lattices: Mapping[str, pl.Expr] = field(default_factory=dict)
    excused: frozenset[str] = frozenset()

    @property
    def has_faults(self) -> bool:
        """Whether it is known which faults touched its rows."""
        return self.whose in {"play_id", "message"}

    @property
    def columns(self) -> list[str]:
        """Every column of the table."""
        return BY_PATH[self.table].schema.names()


def traces(subject: Subject) -> Iterator[tuple[str, str, pl.Expr]]:
    """Family, name and value of everything that must be silent about the rows of one part.

    Rows are in the order of the file. Columns: ``place_in_file`` counts the rows of the part,
    ``number_of_file`` the ranges of households, and ``day`` is the day by which the file is cut:
    which day that is may be seen by anybody.
    """
    found = {"ids": _ids(subject), "order": _order(subject), EQUALS: _equals(subject)}
    found |= {"milliseconds": _digits(subject), "layout": _layout()}
    found["nulls"] = {name: pl.col(name).is_null() for name in subject.columns}
    for family, values in found.items():
        for name, value in values.items():
            yield family, name, value.cast(pl.Float32)


def _ids(subject: Subject) -> dict[str, pl.Expr]:
    found: dict[str, pl.Expr] = {}
    for name in subject.ids:
        found |= _parts_of_id(name)
    if subject.at:  # where rows are sorted by something else than their ids
        found |= _steps_of_id(subject.ids[0], subject.equals[0])
    return found | dict(subject.more)


def _parts_of_id(name: str) -> dict[str, pl.Expr]:
    """The bits of an id, and what is left of it when it is divided."""
    number = pl.col(name)
    found = {
        f"{name}, high bits": number // (DIGIT << 15),
        f"{name}, low bits": number % DIGIT,
    }
    for bit in range(6):
        found[f"{name}, bit {bit}"] = number // (1 << bit) % 2
    for base in (3, 5, 7, 10, 32, 1000):
        found[f"{name} modulo {base}"] = number % base
    return found


def _steps_of_id(name: str, of: str) -> dict[str, pl.Expr]:
    """How an id compares with that of the row before, among rows of one value of `of`."""
    number = pl.col(name)
    before = number.shift(1).over(of)
    is_above = (number > before).fill_null(number // 64 % 2 == 1)
    distance = (number - before).abs().fill_null(number)
    return {
        f"{name}, above that of the row before": is_above,
        f"{name}, distance from the row before": distance.clip(upper_bound=DIGIT),
    }


def _equals(subject: Subject) -> dict[str, pl.Expr]:
    """Whether a row is first or last of those equal to it, and by what they are in order."""
    size = pl.len().over(subject.equals)
    place = pl.int_range(pl.len()).over(subject.equals)
    anywhere = pl.col("place_in_file") * GOLDEN % 1.0
    found = {"place among equals": (place + anywhere) / size}

    names = [subject.ids[0]]
    if "type" in subject.columns:
        names.append("type")
    for name in names:
        number = pl.col(name).to_physical().cast(pl.Int64)
        before, after = (number.shift(by).over(subject.equals) for by in (1, -1))
        step = (number - before).fill_null(after - number)
        found[f"equals in order of {name}"] = step.sign().fill_null(0)
    return found


def _order(subject: Subject) -> dict[str, pl.Expr]:
    """How far a row stands from where its time puts it."""
    if not subject.at:
        return {}
    rows = (subject.equals[0], "day")
    time = pl.col(subject.at)
    first = time.rank("min").over(rows) - 1
    last = time.rank("max").over(rows) - 1
    here = pl.int_range(pl.len()).over(rows)
    off = here - here.clip(first, last)
    return {"places after its time": off.clip(-20, 20)}


def _digits(subject: Subject) -> dict[str, pl.Expr]:
    """Last digits; of arrivals only the very last.

    The others tell how long a message took, which anybody may see.
    """
    found = {}
    for name, value in subject.digits.items():
        found[f"{name} modulo 10"] = value % 10
        if name in ARRIVALS:
            found |= {f"{name} is a multiple of {base}": value % base == 0 for base in (100, 1000)}
        else:
            found |= {f"{name} modulo {base}": value % base for base in (100, 1000)}
    for name, beyond in subject.lattices.items():
        found[f"{name} beyond whole shares of the runtime"] = beyond.clip(upper_bound=1 << 16)
    return found


def _layout() -> dict[str, pl.Expr]:
    place = pl.col("place_in_file")
    found = {f"place in the file modulo {base}": place % base for base in (2, 3, 8, 10, 64)}
    of_day = pl.int_range(pl.len()).over("day")
    found["place among the rows of the day"] = of_day / pl.len().over("day")

    beyond = place % ROWS_PER_GROUP
    from_end = pl.min_horizontal(beyond, ROWS_PER_GROUP - beyond)
    found["places from the end of a row group"] = from_end.clip(upper_bound=100)

    # The number is that of its households: the day of the file is no secret.
    found["number of the file"] = pl.col("number_of_file") % 2
    return found


def _time(name: str) -> pl.Expr:
    return pl.col(name).dt.epoch("ms")


def _unless(said: pl.Expr, value: pl.Expr) -> pl.Expr:
    """A value whose digits nothing visible explains."""
    return pl.when(~said).then(value)


_AT_END = pl.col("end_position_ms") >= pl.col("runtime_ms")
_PRESSED_AT = (
    pl.col("type")
    .cast(pl.String)
    .is_in(["pause", "seek_start", "buffer_start", "quality_change", "error"])
)


def _beyond(value: pl.Expr) -> pl.Expr:
    """1024ths of a millisecond since the last whole percent or 1024th of the runtime.

    Nobody leaves a film exactly there.
    """
    percents = value * 100 % pl.col("runtime_ms") * 10
    return pl.min_horizontal(value * 1024 % pl.col("runtime_ms"), percents)


SUBJECTS: tuple[Subject, ...] = (
    Subject(
        "log.plays",
        "play_id",
        behaviour.PLAYS,
        ("play_id", "session_id", "profile_id", "device_id", "account_id"),
        {
            "started_at": _time("started_at"),
            "ended_at": _time("ended_at"),
            "closed_at": _time("closed_at"),
            "start_position_ms": _unless(
                pl.col("start_position_ms") == 0, pl.col("start_position_ms")
            ),
            "watched_ms": _unless(_AT_END, pl.col("watched_ms")),
            "end_position_ms": _unless(_AT_END, pl.col("end_position_ms")),
            "time since the row before": _unless(
                ~behaviour.FOLLOWS | pl.col("autoplayed"), behaviour.GAP_MS
            ),
        },
        ("account_id", "started_at"),
        "started_at",
        each=True,
        lattices={
            name: _unless(_AT_END, _beyond(pl.col(name)))
            for name in ("watched_ms", "end_position_ms")
        },
    ),
    Subject(
        "log.events",
        "message",
        behaviour.EVENTS,
        ("event_id",),
        {
            "client_time": _time("client_time"),
            "received_time": _time("received_time"),
            "played_ms": _unless(
                ~_PRESSED_AT | (pl.col("position_ms") >= pl.col("runtime_ms")), pl.col("played_ms")
            ),
        },
        ("play_id", "client_time"),
        "client_time",
        each=True,
        more={
            "last group of ip": pl.col("ip")
            .str.extract(r"([0-9a-f]+)$")
            .str.to_integer(base=16, strict=False)
        },
    ),
    Subject(
        "log.clicks",
        "session_id",
        behaviour.CLICKS,
        ("click_id",),
        {"clicked_at": _time("clicked_at"), "received_time": _time("received_time")},
        ("account_id", "clicked_at"),
        "clicked_at",
    ),
    Subject(
        "log.searches",
        "session_id",
        behaviour.SEARCHES,
        ("search_id",),
        {"searched_at": _time("searched_at"), "received_time": _time("received_time")},
        ("account_id", "searched_at"),
        "searched_at",
    ),
    Subject(
        "log.devices",
        "device_id",
        behaviour.DEVICES,
        ("device_id",),
        {"valid_from": _time("valid_from")},
        ("account_id",),
        each=True,
    ),
    Subject(
        "log.accounts",
        "account_id",
        behaviour.ACCOUNTS,
        ("account_id",),
        {"valid_from": _time("valid_from")},
        ("account_id", "valid_from"),
    ),
    Subject(
        "log.accesses",
        "access_id",
        behaviour.ACCESSES,
        ("access_id",),
        {"accessed_at": _time("accessed_at")},
        ("employee_id", "accessed_at"),
        "accessed_at",
        each=True,
        excused=frozenset({"layout", "nulls"}),
    ),
)
"""What is audited; thumbs cannot be traced to one play."""
