"""Chance: how many days anybody fills with the title without a choice that lasts, and so what the short cut may miss."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from synthview.claims.counting import plays_in_window
from synthview.claims.lives import HISTORY, lazily, live_through, spread
from synthview.claims.question import Question
from synthview.claims.showings import showings
from synthview.claims.sweep import Tied, silent_actors
from synthview.rows import Ints

__all__ = ["Sample", "Shortcut", "no_shortcut", "sample", "shortcut", "why_not"]

_ENOUGH = 5
"""So many accounts at least for a step of the distribution to be believed."""
_SEEN_OF_NOTHING = 3.0
"""Upper end of a 95 % interval for something that was never seen (the rule of three)."""


@dataclass(frozen=True)
class Sample:
    """Some homes spread evenly over all, lived in full: showings of the title, and how many homes they stand for."""

    households: Ints
    of: int
    shown: pl.DataFrame

    @property
    def weight(self) -> float:
        """How many homes each of them stands for."""
        return self.of / len(self.households)


@dataclass(frozen=True)
class Shortcut:
    """What the short cut leaves out: only `lived` of so many homes are lived; about so many accounts may be missed."""

    is_on: bool
    lived: int
    of: int
    expected_missed: float | None
    sentence: str

    def as_dict(self) -> dict[str, object]:
        """In the words of the JSON."""
        return {
            "on": self.is_on, "lived": self.lived, "of": self.of, "expected_missed": self.expected_missed,
            "sentence": self.sentence,
        }  # fmt: skip


def sample(question: Question, count: int, workers: int, tell: object = None) -> Sample:
    """Live `count` homes spread evenly over all; what they show of the title."""
    homes = spread(count, question.scenario.run.households)
    tables = live_through(question, homes, HISTORY, workers, tell=tell)  # type: ignore[arg-type]
    return Sample(homes, question.scenario.run.households, showings(lazily(tables), question.title))


def shortcut(question: Question, tied: Tied, drawn: Sample, tied_accounts: Sequence[int]) -> Shortcut:
    """State the bound: how many accounts might be in the number although nothing lasting ties them to the title.

    From a sample of such accounts: how many have it on at least 1, 2, 3 … days. Beyond what was seen each further
    day is taken to be as likely as the likeliest step that was.
    """
    often = plays_in_window(drawn.shown, question).filter(~pl.col("account_id").is_in(tied_accounts))
    days = often["days"].to_numpy()
    missed = _beyond(days, len(drawn.households), question.days - 1) * drawn.of
    most = int(days.max(initial=0))
    sentence = (
        f"Only {len(tied.household):,} of {drawn.of:,} homes are lived: those that a choice that lasts could tie to "
        f"{question.title}. Any other would have to fill at least {question.days - 1} days by chance; of "
        f"{len(drawn.households):,} homes lived in full the most any did was {most}. "
        f"Expected to be missed: {_small(missed)} accounts."
    )
    return Shortcut(is_on=True, lived=len(tied.household), of=drawn.of, expected_missed=missed, sentence=sentence)


def _beyond(days: Ints, homes: int, needed: int) -> float:
    """The share of homes expected to fill `needed` days, from how many fill fewer."""
    at_least = np.array([int((days >= step).sum()) for step in range(1, int(days.max(initial=0)) + 2)])
    if not at_least[0]:
        return _SEEN_OF_NOTHING / homes * (_SEEN_OF_NOTHING / homes) ** max(needed - 1, 0)
    believed = np.flatnonzero(at_least >= _ENOUGH)
    last = int(believed.max(initial=0))
    steps = [at_least[one + 1] / at_least[one] for one in range(last)]
    step = max(steps) if last else _SEEN_OF_NOTHING / at_least[0]
    return float(max(at_least[last], 1) / homes * min(step, 1.0) ** max(needed - 1 - last, 0))


def _small(number: float) -> str:
    return (
        f"{number:,.1f}"
        if number >= 0.1
        else f"fewer than 1 in {max(int(1 / number), 10):,.0f}"
        if number > 1e-12
        else "none to speak of"
    )


def no_shortcut(question: Question, why: str) -> Shortcut:
    """Every home is lived, and why."""
    count = question.scenario.run.households
    return Shortcut(
        is_on=False,
        lived=count,
        of=count,
        expected_missed=0.0,
        sentence=f"The short cut is off: {why}. All {count:,} homes are lived.",
    )


def why_not(question: Question, *, exhaustive: bool) -> str | None:
    """Why the short cut cannot be taken; None where it can."""
    if exhaustive:
        return "it was asked for (--exhaustive)"
    if silent := silent_actors(question.scenario):
        return f"{', '.join(silent)} {'says' if len(silent) == 1 else 'say'} nothing of what {'it keeps' if len(silent) == 1 else 'they keep'} to"
    return None
