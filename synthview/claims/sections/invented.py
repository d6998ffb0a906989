"""Invented: how well the number itself tells a count from a number that somebody made up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from synthview.wording import percent_of

if TYPE_CHECKING:
    from synthview.claims.inference.posterior import Posterior
    from synthview.claims.inference.weights import Odds

__all__ = ["Invented", "invented", "of_odds"]

_EVEN = 1.5
"""Odds nearer to even than this tell nothing (our choice)."""
_STRENGTHS = ((20.0, "strongly"), (3.0, "clearly"), (0.0, "a little"))
"""Words for the least odds of their interval (after Kass and Raftery, 1995)."""

_LEAST = 1e-300
"""In place of odds of nothing, where something is divided by them."""


@dataclass(frozen=True)
class Invented:
    """How well the number itself tells a count from an invention of as many digits.

    `times` are the odds of a count, if an inventor takes all numbers of as many digits alike; `low`
    and `high` hold the 95 % intervals of these odds and of those if small numbers are preferred.
    """

    chance_if_counted: float
    chance_if_invented: float
    times: float
    low: float
    high: float
    times_if_small_are_preferred: float
    sentence: str


def invented(found: Posterior) -> Invented:
    """How often honest counts and inventors of numbers with as many digits come to this one.

    Of inventors there are two: one to whom all such numbers are alike, and one who prefers small
    ones, as numbers of every size are preferred alike (Benford's law).
    """
    said, weighted = found.said, found.basis.weighted
    digits = len(str(said))
    like = range(10 ** (digits - 1) if digits > 1 else 0, 10**digits)
    smaller = 1 / (np.arange(like.start, like.stop) + (like.start == 0))
    alike = weighted.odds(said, np.full(len(like), 1 / len(like)), like)
    benford = weighted.odds(said, smaller / smaller.sum(), like)
    low = min(alike.low, benford.low)
    high = max(alike.high, benford.high)
    return Invented(
        alike.counted,
        alike.invented,
        alike.times,
        low,
        high,
        benford.times,
        of_odds(said, alike, low, high),
    )


def of_odds(said: int, alike: Odds, low: float, high: float) -> str:
    """What the odds say of an invention, with what they rest on."""
    return (
        f"{_verdict(said, alike.times, low, high)} Of all numbers with as many digits an honest "
        f"count comes to {said:,} in {percent_of(alike.counted)} of these worlds, and somebody who "
        f"makes one up in {percent_of(alike.invented)} of cases if all of them are alike to them. "
        f"The odds, {_spoken(alike.times)} to 1, lie between {_spoken(low)} and {_spoken(high)}: "
        "simulated homes are few, and an inventor may prefer small numbers. They rest on the "
        f"assumptions of these worlds. All that is concluded here from a counted {said:,} would be "
        "concluded from an invented one too. The query, or the same count for other lengths and "
        "titles, could be checked against each other; one number alone has nothing to agree with."
    )


def _verdict(said: int, times: float, low: float, high: float) -> str:
    """The odds in words, by how far the whole interval is from even ones."""
    if low <= 1 <= high or 1 / _EVEN < times < _EVEN:
        return f"An invented {said:,} would look the same: the number does not tell."
    towards, against = ("a count", "an invention") if times > 1 else ("an invention", "a count")
    nearest = max(low, 1 / max(high, _LEAST))
    much = next(words for least, words in _STRENGTHS if nearest >= least)
    return f"The number speaks {much} for {towards} rather than {against}."


def _spoken(odds: float) -> str:
    return f"{odds:,.2g}" if odds < 10 else f"{odds:,.0f}"
