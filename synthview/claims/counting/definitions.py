"""Definitions: every defensible way to count the same thing, as switches with a few positions each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from itertools import product

from synthview.claims.question import Question

__all__ = ["AXES", "HEADLINE", "UNIT_COLUMNS", "Axis", "Definition", "Option", "axes", "every", "in_words"]


@dataclass(frozen=True, slots=True)
class Option:
    """One position of a switch, in a word and in words."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Axis:
    """One switch of a definition."""

    name: str
    label: str
    options: tuple[Option, ...]


AXES = (
    Axis("unit", "Who is counted", (Option("account", "accounts"), Option("profile", "profiles"), Option("device", "devices"))),
    Axis("watched", "What is watched", (
        Option("any", "any recorded play"), Option("two_minutes", "2 minutes"), Option("seventy", "70 % of it"),
        Option("ninety", "90 % of it"),
    )),
    Axis("day", "Whose day it is", (
        Option("utc", "UTC"), Option("home", "the home’s own"), Option("service", "the home’s own, from 04:00"),
    )),
    Axis("clock", "Whose clock", (
        Option("corrected", "never later than received"), Option("raw", "as the device said"),
    )),
    Axis("messages", "What is added up", (
        Option("history", "the viewing history"), Option("raw", "every message"), Option("once", "each message once"),
    )),
    Axis("kids", "Kids profiles", (Option("with", "counted"), Option("without", "left out"))),
    Axis("autoplay", "What started by itself", (Option("with", "counted"), Option("without", "left out"))),
    Axis("tests", "Test devices", (Option("with", "counted"), Option("without", "left out"))),
    Axis("gaps", "Days that may be missing", (Option("none", "none"), Option("one", "one"))),
)  # fmt: skip
"""All switches but the last, which of the windows, as that depends on the question."""


UNIT_COLUMNS = {"account": "account_id", "profile": "profile_id", "device": "device_id"}
"""The columns of the log by what is counted."""


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

    @property
    def unit_column(self) -> str:
        """The column of the log that tells units apart."""
        return UNIT_COLUMNS[self.unit]

    @property
    def spare_days(self) -> int:
        """How many of the days may be missing."""
        return int(self.gaps == "one")

    @property
    def least_ms(self) -> int:
        """Playing time that a day needs at least, whatever the length of the title."""
        return 120_000 if self.watched == "two_minutes" else 0

    @property
    def least_percent(self) -> int:
        """Share of the title that a day needs at least, in percent."""
        return {"seventy": 70, "ninety": 90}.get(self.watched, 0)


HEADLINE = Definition()
"""Account, any recorded play, UTC days, the last ones (design §8)."""
assert [axis.name for axis in AXES] == [one.name for one in fields(Definition)][:-1]


def axes(question: Question) -> tuple[Axis, ...]:
    """All switches of a question; the last is which window, the latest first."""
    windows = (question.dates(back) for back in range(question.windows))
    options = tuple(Option(str(back), f"{first} to {last}") for back, (first, last) in enumerate(windows))
    return (*AXES, Axis("window", "Which days", options))


def every(question: Question) -> Iterator[Definition]:
    """Every definition, the last switch turning fastest."""
    names = [axis.name for axis in AXES]
    for words in product(*([one.value for one in axis.options] for axis in AXES)):
        for window in range(question.windows):
            yield replace(Definition(), **dict(zip(names, words, strict=True)), window=window)


def in_words(definition: Definition, question: Question) -> str:
    """A definition as one sentence."""
    first, last = question.dates(definition.window)
    words = {axis.name: option.label for axis in AXES for option in axis.options
             if option.value == getattr(definition, axis.name)}  # fmt: skip
    kept = {"kids": "kids profiles", "autoplay": "what started by itself", "tests": "test devices"}
    out = [word for name, word in kept.items() if getattr(definition, name) == "without"]
    needs = f"{question.days - 1} of " if definition.spare_days else "each of "
    text = f"{words['unit']} with {words['watched']} of {question.title} on {needs}the {question.days} days from {first} to {last}"
    text += f"; days are {words['day']}, clocks {words['clock']}, times from {words['messages']}"
    return f"{text}; without {', '.join(out)}" if out else text
