"""Aggregates: how little the daily totals of a title tell of the people who watched it every day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import sqrt
from statistics import NormalDist
from typing import Any

import numpy as np
import polars as pl

from synthview.claims.counting.count import days_of
from synthview.claims.question import Question
from synthview.rows import Ints
from synthview.wording import about
from synthview.world.clock import date_of

__all__ = [
    "Aggregates", "DayTotal", "Sampled", "bounds", "daily_totals", "ever_watched", "sampled", "streak_bounds", "wilson",
]  # fmt: skip

_Z = 1.959963984540054
"""The standard normal's 97.5 % point: intervals are 95 %."""
_BEYOND = 0.025
"""What lies beyond either end of such an interval."""


@dataclass(frozen=True, slots=True)
class DayTotal:
    """How many accounts watched the title on a day; low and high are the ends of its 95 % interval, if estimated."""

    date: date
    viewers: int
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Sampled:
    """How sure bounds are that come of `lived` homes out of `of`: the ends of the 95 % interval of each, in accounts."""

    lived: int
    of: int
    lower: tuple[int, int]
    upper: tuple[int, int]
    watched: tuple[int, int]
    lower_watched: tuple[int, int]


@dataclass(frozen=True)
class Aggregates:
    """What daily totals allow: the accounts that may have watched on every one of the days lie within the bounds.

    `watched` are the accounts that watched at all, where that is known too; it can only raise the lower bound.
    `sampled` says how sure all these are where the totals are estimates; None where they are counts.
    """

    totals: tuple[DayTotal, ...]
    accounts: int
    lower_bound: int
    upper_bound: int
    watched: int | None
    lower_bound_watched: int | None
    sampled: Sampled | None = None

    def sentence(self) -> str:
        """The same in words."""
        days, ends = len(self.totals), self.sampled
        lower, upper = (ends.lower, ends.upper) if ends else (None, None)
        watched, lower_watched = (ends.watched, ends.lower_watched) if ends else (None, None)
        text = (
            f"From the totals of {days} days alone, anything between {_said(self.lower_bound, lower)} and "
            f"{_said(self.upper_bound, upper)} accounts may have watched on every day"
        )
        if self.watched is not None:
            text += (
                f"; if one also knows that {_said(self.watched, watched)} watched at all, at least "
                f"{_said(self.lower_bound_watched or 0, lower_watched)}"
            )
        known = (
            f" Totals are estimated here from {ends.lived:,} of {ends.of:,} homes, with 95 % intervals; a company has "
            "them to the last digit, and bounds as wide."
            if ends
            else ""
        )
        return f"{text}.{known} To say more, somebody has to follow single accounts from day to day."

    def as_dict(self) -> dict[str, Any]:
        """The same as JSON has it."""
        return {
            "daily": [
                {"date": str(day.date), "viewers": day.viewers, "low": day.low, "high": day.high} for day in self.totals
            ],
            "accounts": self.accounts,
            "lower_bound": self.lower_bound,
            "upper_bound": self.upper_bound,
            "watched": self.watched,
            "lower_bound_watched": self.lower_bound_watched,
            "estimated": self._intervals(),
            "sentence": self.sentence(),
        }

    def _intervals(self) -> dict[str, Any] | None:
        """By the names of the JSON, the 95 % intervals of figures that come of a sample."""
        if self.sampled is None:
            return None
        ends = {
            "lower_bound": self.sampled.lower, "upper_bound": self.sampled.upper,
            "watched": self.sampled.watched, "lower_bound_watched": self.sampled.lower_watched,
        }  # fmt: skip
        spans = {name: {"low": low, "high": high} for name, (low, high) in ends.items()}
        return {"lived": self.sampled.lived, "of": self.sampled.of, **spans}


def _said(count: int, ends: tuple[int, int] | None) -> str:
    """A count; one from a sample with as many digits as mean something, and its interval."""
    if ends is None or ends[0] == count == ends[1]:
        return f"{count:,}"
    return f"about {about(count)} ({about(ends[0])} to {about(ends[1])})"


def streak_bounds(viewers: Sequence[int], accounts: int) -> tuple[int, int]:
    """The fewest and the most of some accounts that can have watched on every day, given how many did on each.

    Whoever is missing on a day misses it alone at best: the shortfalls of the days together leave at least the rest.
    Both ends are attained: by the same accounts every day, and by shortfalls that no account has twice.
    """
    return max(0, sum(viewers) - (len(viewers) - 1) * accounts), min(viewers, default=0)


def bounds(
    totals: Sequence[DayTotal], accounts: int, watched: int | None = None, ends: Sampled | None = None
) -> Aggregates:
    """What the totals of some days allow; `watched` are the accounts that watched at all, where somebody knows that.

    `ends` are the intervals of bounds whose totals are estimates.
    """
    viewers = [day.viewers for day in totals]
    low, high = streak_bounds(viewers, accounts)
    lower_watched = None if watched is None else streak_bounds(viewers, watched)[0]
    return Aggregates(tuple(totals), accounts, low, high, watched, lower_watched, ends)


def sampled(shown: pl.DataFrame, question: Question, lived: int, households: int) -> Sampled | None:
    """The intervals of what totals allow, from showings in `lived` of `households` homes; None if those are all.

    A lower bound is a sum over homes, of their days less what each is short by; its interval is that of a mean. The
    smallest of some days lies within the smallest ends of intervals that hold for all days at once (Bonferroni).
    """
    if lived >= households:
        return None
    seen = _watched_days(shown, question)
    days = seen.group_by("account_id").len()["len"].to_numpy().astype(np.int64)
    short = question.days - 1
    counts = dict(seen.group_by("day").len().iter_rows())
    z = NormalDist().inv_cdf(1 - _BEYOND / question.days)
    each = [wilson(counts.get(day, 0), lived, z) for day in range(question.first, question.last + 1)]
    return Sampled(
        lived, households,
        _of_a_sum(np.pad(days, (0, lived - len(days))) - short, households),
        (round(min(low for low, _ in each) * households), round(min(high for _, high in each) * households)),
        _scaled(len(days), lived, households)[1:],
        _of_a_sum(np.pad(days - short, (0, lived - len(days))), households),
    )  # fmt: skip


def _of_a_sum(values: Ints, households: int) -> tuple[int, int]:
    """The interval of a sum over all homes, of which `values` are a sample; nothing below 0 bounds anybody."""
    lived = len(values)
    middle = float(values.mean()) * households
    spread = float(values.std(ddof=1)) if lived > 1 else float(abs(values).max())
    reach = _Z * spread * households * sqrt((1 - lived / households) / lived)
    return max(0, round(middle - reach)), max(0, round(middle + reach))


def daily_totals(shown: pl.DataFrame, question: Question, lived: int, households: int) -> tuple[DayTotal, ...]:
    """Accounts by UTC day of the claim's days, from showings in `lived` of `households` homes; exact if those are all."""
    seen = _watched_days(shown, question).group_by("day").len()
    counts = dict(zip(seen["day"].to_list(), seen["len"].to_list(), strict=True))
    return tuple(
        DayTotal(date_of(day), *_scaled(counts.get(day, 0), lived, households))
        for day in range(question.first, question.last + 1)
    )


def ever_watched(shown: pl.DataFrame, question: Question, lived: int, households: int) -> int:
    """Accounts that watched on any of the claim's days, likewise."""
    return _scaled(_watched_days(shown, question)["account_id"].n_unique(), lived, households)[0]


def _watched_days(shown: pl.DataFrame, question: Question) -> pl.DataFrame:
    """Every account and day with a showing, once."""
    day = days_of(shown, "utc", "corrected").alias("day")
    inside = shown.select("account_id", day).filter(pl.col("day").is_between(question.first, question.last))
    return inside.unique()


def _scaled(count: int, lived: int, households: int) -> tuple[int, int, int]:
    """A count in a sample as one of all, with its interval."""
    low, high = (count / lived, count / lived) if lived >= households else wilson(count, lived)
    return round(count * households / lived), round(low * households), round(high * households)


def wilson(count: int, of: int, z: float = _Z) -> tuple[float, float]:
    """The interval of a share by Wilson (1927), usually of 95 %, which does not shrink to nothing at 0."""
    share, spread = count / of, z * z / of
    middle, half = share + spread / 2, z * sqrt(share * (1 - share) / of + spread / (4 * of))
    return max(0.0, (middle - half) / (1 + spread)), min(1.0, (middle + half) / (1 + spread))
