"""Definitions: every defensible way to count the same thing, as switches with a few positions each.

This table is all there is of them: a position of a switch says what it is called, how polars counts
by it and what it puts into the query. A new position is a new line here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from itertools import product

import polars as pl

from synthview.claims.question import Question
from synthview.pools import TEST_RIG
from synthview.wording import country

__all__ = [
    "AXES",
    "HEADLINE",
    "LEFT_OUT",
    "Axis",
    "Definition",
    "Option",
    "axes",
    "every",
    "in_words",
    "is_lazy",
    "option_of",
    "stated",
    "switches",
]


@dataclass(frozen=True, slots=True)
class Option:
    """One position of a switch: its word, its label, its condition in polars and in the query.

    `sql` may hold `{ping_ms}`.
    """

    value: str
    label: str
    polars: pl.Expr
    sql: str


@dataclass(frozen=True, slots=True)
class Axis:
    """One switch of a definition."""

    name: str
    label: str
    options: tuple[Option, ...]


_EVERYTHING = pl.lit(value=True)
_LOCAL = "timezone(zone, timezone('UTC', start))"
_PINGS = (
    "{{ping_ms}} * (SELECT {} FROM events WHERE events.play_id = plays.play_id AND type = 'ping')"
)
_NO_KIDS = "profile_id NOT IN (SELECT profile_id FROM profiles WHERE is_kids)"
_NO_RIGS = f"device_id NOT IN (SELECT device_id FROM devices WHERE model = '{TEST_RIG}')"  # noqa: S608  our constant


def _for_minutes(value: str, minutes: int) -> Option:
    """So many minutes of it on a day, whatever its length."""
    ms = minutes * 60_000
    return Option(
        value,
        f"{minutes} minutes",
        pl.col("watched_ms") >= ms,
        f"sum(watched_ms) >= {ms}",
    )


def _for_a_share(value: str, percent: int) -> Option:
    """Such a share of its length on a day."""
    return Option(
        value,
        f"{percent} % of it",
        pl.col("watched_ms") * 100 >= pl.col("runtime_ms") * percent,
        f"sum(watched_ms) * 100 >= max(runtime_ms) * {percent}",
    )


def _may_be_left_out(name: str, label: str, leaves_out: pl.Expr, sql: str) -> Axis:
    """A switch by which some plays are counted or left out; `sql` keeps the others."""
    counted = Option("with", "counted", _EVERYTHING, "true")
    return Axis(name, label, (counted, Option("without", "left out", ~leaves_out, sql)))


_UNITS = (
    Option("account", "accounts", pl.col("account_id"), "account_id"),
    Option("profile", "profiles", pl.col("profile_id"), "profile_id"),
    Option("device", "devices", pl.col("device_id"), "device_id"),
)
_WATCHED = (
    Option("any", "any recorded play", _EVERYTHING, "true"),
    _for_minutes("two_minutes", 2),
    _for_a_share("seventy", 70),
    _for_a_share("ninety", 90),
)
"""The conditions hold of the sums of a unit and a day: `watched_ms`, and the greatest `runtime_ms`.
"""
_DAYS = (
    Option("utc", "UTC", pl.col("start"), "start"),
    Option("home", "the home’s own", pl.col("local_start"), _LOCAL),
    Option(
        "service",
        "the home’s own, from 04:00",
        pl.col("local_start") - pl.duration(hours=4),
        f"{_LOCAL} - INTERVAL 4 HOURS",
    ),
)
"""When a play began, for the day that it belongs to; `local_start` is by the clock on the wall of
the home.
"""
_CLOCKS = (
    Option(
        "corrected",
        "never later than received",
        pl.col("start"),
        "least(started_at, closed_at - (ended_at - started_at))",
    ),
    Option("raw", "as the device said", pl.col("raw_start"), "started_at"),
)
_MESSAGES = (
    Option("history", "the viewing history", pl.col("watched_ms"), "watched_ms"),
    Option("raw", "every message", pl.col("raw_ms"), _PINGS.format("count(*)")),
    Option(
        "once", "each message once", pl.col("once_ms"), _PINGS.format("count(DISTINCT client_time)")
    ),
)
_GAPS = (Option("none", "none", pl.lit(0), "0"), Option("one", "one", pl.lit(1), "1"))
"""How many of the days may be missing."""

AXES = (
    Axis("unit", "Who is counted", _UNITS),
    Axis("watched", "What is watched", _WATCHED),
    Axis("day", "Whose day it is", _DAYS),
    Axis("clock", "Whose clock", _CLOCKS),
    Axis("messages", "What is added up", _MESSAGES),
    _may_be_left_out("kids", "Kids profiles", pl.col("is_kids"), _NO_KIDS),
    _may_be_left_out("autoplay", "What started by itself", pl.col("autoplayed"), "NOT autoplayed"),
    _may_be_left_out("tests", "Test devices", pl.col("is_test"), _NO_RIGS),
    Axis("gaps", "Days that may be missing", _GAPS),
)
"""All switches but the last, which of the windows, as that depends on the question."""
LEFT_OUT = {
    axis.name: f"{axis.label[:1].lower()}{axis.label[1:]}"
    for axis in AXES
    if [one.value for one in axis.options] == ["with", "without"]
}
"""Switches by which some plays are left out, and what those are in words."""
_BY_NAME = {axis.name: {one.value: one for one in axis.options} for axis in AXES}


def option_of(name: str, value: str) -> Option:
    """A position of a switch by its word."""
    return _BY_NAME[name][value]


@dataclass(frozen=True, slots=True)
class Definition:
    """How a streak is counted; as it stands, as the laziest query of a press office would.

    `window` says how many days before the last possible one the days end.
    """

    unit: str = "account"
    watched: str = "any"
    day: str = "utc"
    clock: str = "corrected"
    messages: str = "history"
    kids: str = "with"
    autoplay: str = "with"
    tests: str = "with"
    gaps: str = "none"
    window: int = 0

    def option(self, name: str) -> Option:
        """The position that a switch has."""
        return option_of(name, getattr(self, name))

    @property
    def unit_column(self) -> str:
        """The column of the log that tells units apart."""
        return self.option("unit").sql

    @property
    def spare_days(self) -> int:
        """How many of the days may be missing."""
        return int(self.option("gaps").sql)

    @property
    def enough(self) -> pl.Expr:
        """Whether a unit's plays of a day suffice: by `watched_ms` and greatest `runtime_ms`."""
        return self.option("watched").polars

    @property
    def kept(self) -> pl.Expr:
        """Which plays of a title are counted at all."""
        return pl.all_horizontal(_EVERYTHING, *(self.option(name).polars for name in LEFT_OUT))


_SAID = {"2 minutes": "two_minutes", "70 %": "seventy", "90 %": "ninety"}
"""What a claim calls watched, where that is not the word of the switch."""
HEADLINE = Definition()
"""Account, any recorded play, UTC days, the last ones."""
assert [axis.name for axis in AXES] == [one.name for one in fields(Definition)][:-1]


def stated(question: Question) -> Definition:
    """How the number of a question is counted: as its publisher did, as far as the claim says so.

    What it leaves open is as the laziest query has it. The country is no switch.
    """
    claim, lazy = question.claim, HEADLINE
    watched = claim.watched or lazy.watched
    return Definition(
        unit=claim.unit or lazy.unit,
        watched=_SAID.get(watched, watched),
        day=claim.day or lazy.day,
    )


def is_lazy(question: Question) -> bool:
    """Whether the laziest query counts the number: a claim that defines it has another."""
    return stated(question) == HEADLINE and question.claim.country is None


def axes(question: Question) -> tuple[Axis, ...]:
    """All switches of a question; the last is which window, the latest first."""
    options = []
    for back in range(question.windows):
        first, last = question.dates(back)
        days = f"DATE '{first}' AND DATE '{last}'"
        options.append(
            Option(
                str(back),
                f"{first} to {last}",
                _EVERYTHING,
                days,
            )
        )
    return (*switches(question), Axis("window", "Which days", tuple(options)))


def switches(question: Question) -> tuple[Axis, ...]:
    """All switches but the last: where there are no messages none is counted from."""
    if question.has_messages:
        return AXES
    return tuple(
        replace(one, options=one.options[:1]) if one.name == "messages" else one for one in AXES
    )


def every(question: Question) -> Iterator[Definition]:
    """Every definition, the last switch turning fastest."""
    names = [axis.name for axis in AXES]
    for words in product(*([one.value for one in axis.options] for axis in switches(question))):
        for window in range(question.windows):
            yield replace(
                Definition(),
                **dict(zip(names, words, strict=True)),
                window=window,
            )


def in_words(definition: Definition, question: Question) -> str:
    """A definition as one sentence."""
    words = {axis.name: definition.option(axis.name).label for axis in AXES}
    first, last = question.dates(definition.window)
    needs = f"{question.days - definition.spare_days} of " if definition.spare_days else "each of "
    where = f" in {country(question.claim.country)}" if question.claim.country else ""
    much = words["watched"].removesuffix(" of it")
    text = (
        f"{words['unit']}{where} with {much} of {question.title} on {needs}the "
        f"{question.days} days "
        f"from {first} to {last}"
    )
    text += f"; days are {words['day']}, clocks {words['clock']}, times from {words['messages']}"
    out = [words for name, words in LEFT_OUT.items() if getattr(definition, name) == "without"]
    return f"{text}; without {', '.join(out)}" if out else text
