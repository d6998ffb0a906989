"""``list sources --guesses``: numbers that nobody has published, and how much depends on each."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from synthview.cli import screen
from synthview.cli.listings import entry_rows, print_rows
from synthview.errors import InputError

if TYPE_CHECKING:
    from synthview.scenario.entries import Entry

__all__ = ["show_guesses"]

HEAD = [
    "setting",
    "value",
    "unit",
    "plausible range",
    "moves the number",
    "moves daily viewers",
    "about",
]
NOT_VARIED = ""
"""What stands where the shipped claim did not vary a setting."""


@dataclass(frozen=True, slots=True)
class Influence:
    """The share of an answer's spread that a setting explains by itself, from 0 to 1.

    The answers are those of the shipped claim: the number, and how many in it watched daily.
    """

    number: float
    daily_viewers: float

    @property
    def strongest(self) -> float:
        """The larger of both."""
        return max(self.number, self.daily_viewers)


def show_guesses(kind: str, scenario: str | None, as_: str) -> None:
    """List the guesses of a scenario, or all, those that move the shipped claims most first.

    Raises InputError where the list that was asked for is not that of sources.
    """
    if kind != "sources":
        raise InputError("--guesses goes with sources. Run: synthview list sources --guesses.")
    every, guesses = _settings_of(scenario)
    influence = _influence()
    guesses = sorted(guesses, key=lambda one: _place(one, influence))
    rows = [row for one in guesses for row in _rows(one, influence.get(one.path))]
    if as_ == "text":
        screen.table(HEAD, rows)
        screen.say(_in_words(guesses, every, influence))
    else:
        print_rows(HEAD, rows, as_)


def _settings_of(scenario: str | None) -> tuple[Collection[Entry], Collection[Entry]]:
    """All settings, and those that are guesses."""
    from synthview.registry import installed
    from synthview.scenario import load
    from synthview.scenario.entries import declared, entries
    from synthview.scenario.settings import GUESS
    from synthview.scenario.sources import basis

    if scenario is not None:
        loaded = load(scenario, installed())
        return entries(loaded), basis(loaded).guesses
    every = declared(installed()).values()
    return every, [one for one in every if one.source == GUESS]


def _influence() -> Mapping[str, Influence]:
    """What the shipped claim found of the settings that it varied, by their paths."""
    from synthview.claims.sections.inference import Inference
    from synthview.claims.shipped import shipped

    answer, _ = shipped()
    found = answer.of(Inference)
    if found is None:
        return {}
    return {one.path: Influence(one.index, one.index_of_daily_viewers) for one in found.settings}


def _place(entry: Entry, influence: Mapping[str, Influence]) -> tuple[bool, float, str]:
    """Varied settings first, by what they move; the others by name."""
    found = influence.get(entry.path)
    return (found is None, -found.strongest if found else 0.0, entry.path)


def _rows(entry: Entry, found: Influence | None) -> Iterator[list[str]]:
    """A row for a setting, or for each of its shares."""
    moves = [_percent(found.number), _percent(found.daily_viewers)] if found else [NOT_VARIED] * 2
    for path, value, unit, span, _, about in entry_rows([entry], marked=False):
        yield [path, value, unit, span, *moves, about]


def _percent(share: float) -> str:
    return f"{share:.1%}".replace("%", " %")


def _in_words(
    guesses: Collection[Entry], every: Collection[Entry], influence: Mapping[str, Influence]
) -> str:
    varied = sum(one.path in influence for one in guesses)
    return (
        f"{len(guesses)} of {len(every)} settings are guesses. The shipped claim varied {varied} "
        "of them over their plausible ranges. What a guess moves is the share of the spread of the "
        "answer that it explains by itself."
    )
