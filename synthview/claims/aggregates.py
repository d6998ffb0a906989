"""Aggregates: how little the daily totals of a title tell of the people who watched it every day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import sqrt
from typing import Any

import polars as pl

from synthview.claims.counting import days_of
from synthview.claims.question import Question
from synthview.world.clock import date_of

__all__ = ["Aggregates", "DayTotal", "bounds", "daily_totals", "ever_watched", "streak_bounds", "wilson"]

_Z = 1.959963984540054
"""The standard normal's 97.5 % point: intervals are 95 %."""


@dataclass(frozen=True, slots=True)
class DayTotal:
    """How many accounts watched the title on a day; low and high are the ends of its 95 % interval, if estimated."""

    date: date
    viewers: int
    low: int
    high: int


@dataclass(frozen=True)
class Aggregates:
    """What daily totals allow: the accounts that may have watched on every one of the days lie within the bounds.

    `watched` are the accounts that watched at all, where that is known too; it can only raise the lower bound.
    """

    totals: tuple[DayTotal, ...]
    accounts: int
    lower_bound: int
    upper_bound: int
    watched: int | None
    lower_bound_watched: int | None

    def sentence(self) -> str:
        """The same in words."""
        days = len(self.totals)
        text = (
            f"From the totals of {days} days alone, anything between {self.lower_bound:,} and {self.upper_bound:,} "
            f"accounts may have watched on every day"
        )
        if self.watched is not None:
            text += f"; if one also knows that {self.watched:,} watched at all, at least {self.lower_bound_watched:,}"
        return f"{text}. To say more, somebody has to follow single accounts from day to day."

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
            "sentence": self.sentence(),
        }


def streak_bounds(viewers: Sequence[int], accounts: int) -> tuple[int, int]:
    """The fewest and the most of some accounts that can have watched on every day, given how many did on each.

    Whoever is missing on a day misses it alone at best: the shortfalls of the days together leave at least the rest.
    Both ends are attained: by the same accounts every day, and by shortfalls that no account has twice.
    """
    return max(0, sum(viewers) - (len(viewers) - 1) * accounts), min(viewers, default=0)


def bounds(totals: Sequence[DayTotal], accounts: int, watched: int | None = None) -> Aggregates:
    """What the totals of some days allow; `watched` are the accounts that watched at all, where somebody knows that."""
    viewers = [day.viewers for day in totals]
    low, high = streak_bounds(viewers, accounts)
    lower_watched = None if watched is None else streak_bounds(viewers, watched)[0]
    return Aggregates(tuple(totals), accounts, low, high, watched, lower_watched)


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


def wilson(count: int, of: int) -> tuple[float, float]:
    """The 95 % interval of a share by Wilson (1927), which does not shrink to nothing at 0."""
    share, spread = count / of, _Z * _Z / of
    middle, half = share + spread / 2, _Z * sqrt(share * (1 - share) / of + spread / (4 * of))
    return max(0.0, (middle - half) / (1 + spread)), min(1.0, (middle + half) / (1 + spread))
