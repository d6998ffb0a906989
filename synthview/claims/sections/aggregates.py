"""Aggregates: how little a title's daily totals reveal of those who watched it every day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
import polars as pl

from synthview.claims.counting.count import days_of
from synthview.claims.counting.intervals import CONFIDENCE, wilson, z_of
from synthview.claims.counting.kept_totals import KeptTotals
from synthview.claims.question import Question
from synthview.claims.sections.section import Section
from synthview.claims.simulation.bound import SampledHomes
from synthview.claims.study import OfADataset, Study
from synthview.rows import Ints
from synthview.wording import about
from synthview.world.clock import date_of

__all__ = [
    "SECTION",
    "Aggregates",
    "Between",
    "DayTotal",
    "Uncertainty",
    "bounds",
    "daily_totals",
    "ever_watched",
    "measure",
    "of_kept",
    "sampled",
    "streak_bounds",
]


@dataclass(frozen=True)
class DayTotal:
    """How many accounts watched the title on a day.

    Low and high are the ends of its 95 % interval, if estimated.
    """

    date: str
    viewers: int
    low: int
    high: int


@dataclass(frozen=True)
class Between:
    """The ends of a 95 % interval, in accounts."""

    low: int
    high: int


@dataclass(frozen=True)
class Uncertainty:
    """How sure figures are that come of `simulated` homes out of `of`."""

    simulated: int
    of: int
    lower_bound: Between
    upper_bound: Between
    watched: Between
    lower_bound_watched: Between


@dataclass(frozen=True)
class Aggregates:
    """What daily totals allow: bounds on the accounts that may have watched on every day.

    `watched` are the accounts that watched at all, where that is known too; it can only raise the
    lower bound. `estimated` says how sure all these are where the totals are estimates; None where
    they are counts.
    """

    daily: tuple[DayTotal, ...]
    accounts: int
    lower_bound: int
    upper_bound: int
    watched: int | None
    lower_bound_watched: int | None
    estimated: Uncertainty | None
    sentence: str


def measure(study: Study) -> Aggregates:
    """Compute what the totals allow: for a dataset from all its accounts, else from the sample."""
    question, sample = study.question, study.sample
    totals = daily_totals(sample, question)
    if isinstance(study, OfADataset):
        return bounds(totals, study.households)
    return bounds(
        totals, study.households, ever_watched(sample, question), sampled(sample, question)
    )


def bounds(
    totals: Sequence[DayTotal],
    accounts: int,
    watched: int | None = None,
    ends: Uncertainty | None = None,
) -> Aggregates:
    """What the totals of some days allow.

    `watched` are the accounts that watched at all, where somebody knows that.

    `ends` are the intervals of bounds whose totals are estimates.
    """
    viewers = [day.viewers for day in totals]
    low, high = streak_bounds(viewers, accounts)
    lower_watched = None if watched is None else streak_bounds(viewers, watched)[0]
    known = (low, high, watched, lower_watched)
    sentence = _sentence(len(totals), *known, ends)
    return Aggregates(tuple(totals), accounts, *known, ends, sentence)


def of_kept(kept: KeptTotals) -> Aggregates:
    """What the totals allow that a company keeps, whatever it did to them."""
    totals = [DayTotal(one.date, one.viewers, one.low, one.high) for one in kept.days]
    low, _ = streak_bounds([one.low for one in totals], kept.accounts)
    _, high = streak_bounds([one.high for one in totals], kept.accounts)
    sentence = _sentence(len(totals), low, high, None, None, None)
    done = _DONE_TO_CELLS[kept.rule].format(smallest=kept.smallest_cell)
    text = f"{sentence}{done}"
    return Aggregates(tuple(totals), kept.accounts, low, high, None, None, None, text)


_DONE_TO_CELLS = {
    "exact": "",
    "suppressed": " Days with fewer than {smallest} accounts are left out in these totals.",
    "rounded": " These totals are rounded to multiples of {smallest}.",
    "noised": " Noise was added to these totals; the bounds hold for each day with 95 %.",
}


def _sentence(
    days: int,
    low: int,
    high: int,
    watched: int | None,
    lower_watched: int | None,
    ends: Uncertainty | None,
) -> str:
    text = (
        f"From the totals of {days} days alone, anything between "
        f"{_said(low, ends.lower_bound if ends else None)} and "
        f"{_said(high, ends.upper_bound if ends else None)} accounts may have watched on every day"
    )
    if watched is not None:
        text += (
            f"; if one also knows that {_said(watched, ends.watched if ends else None)} watched at "
            "all, at least "
            f"{_said(lower_watched or 0, ends.lower_bound_watched if ends else None)}"
        )
    known = (
        f" Totals are estimated here from {ends.simulated:,} of {ends.of:,} homes, with 95 % "
        "intervals; a company has "
        "them to the last digit, and bounds as wide."
        if ends
        else ""
    )
    return f"{text}.{known} To say more, somebody has to follow single accounts from day to day."


def _said(count: int, ends: Between | None) -> str:
    """A count; one from a sample with as many digits as mean something, and its interval."""
    if ends is None or ends.low == count == ends.high:
        return f"{count:,}"
    return f"about {about(count)} ({about(ends.low)} to {about(ends.high)})"


def streak_bounds(viewers: Sequence[int], accounts: int) -> tuple[int, int]:
    """The fewest and the most accounts that can have watched on every day, given each day's count.

    Whoever is missing on a day misses it alone at best: the shortfalls of the days together leave
    at least the rest. Both ends are attained: by the same accounts every day, and by shortfalls
    that no account has twice.
    """
    return max(0, sum(viewers) - (len(viewers) - 1) * accounts), min(viewers, default=0)


def sampled(sample: SampledHomes, question: Question) -> Uncertainty | None:
    """The intervals of what totals allow, from the plays in a sample; None if those are all homes.

    A lower bound is a sum over homes, of their days less what each is short by; its interval is
    that of a mean. The smallest of some days lies within the smallest ends of intervals that hold
    for all days at once (Bonferroni).
    """
    simulated, of = len(sample.households), sample.of
    if simulated >= of:
        return None
    seen = _watched_days(sample, question)
    days = seen.group_by("account_id").len()["len"].to_numpy().astype(np.int64)
    short = question.days - 1
    nobody = (0, simulated - len(days))
    return Uncertainty(
        simulated,
        of,
        _of_a_sum(np.pad(days, nobody) - short, of),
        _smallest(seen, question, sample),
        Between(*_scaled(len(days), sample)[1:]),
        _of_a_sum(np.pad(days - short, nobody), of),
    )


def _smallest(seen: pl.DataFrame, question: Question, sample: SampledHomes) -> Between:
    """The interval of the smallest total."""
    counts = dict(seen.group_by("day").len().iter_rows())
    confidence = 1 - (1 - CONFIDENCE) / question.days
    days = range(question.first, question.last + 1)
    each = [wilson(counts.get(day, 0), len(sample.households), confidence) for day in days]
    low, high = min(low for low, _ in each), min(high for _, high in each)
    return Between(round(low * sample.of), round(high * sample.of))


def _of_a_sum(values: Ints, households: int) -> Between:
    """The interval of a sum over all homes, of which `values` are a sample.

    Nothing below 0 bounds anybody.
    """
    simulated = len(values)
    middle = float(values.mean()) * households
    spread = float(values.std(ddof=1)) if simulated > 1 else float(abs(values).max())
    reach = z_of() * spread * households * sqrt((1 - simulated / households) / simulated)
    return Between(max(0, round(middle - reach)), max(0, round(middle + reach)))


def daily_totals(sample: SampledHomes, question: Question) -> tuple[DayTotal, ...]:
    """Accounts by UTC day of the claim's days, from a sample; exact if that is all homes."""
    counts = dict(_watched_days(sample, question).group_by("day").len().iter_rows())
    days = range(question.first, question.last + 1)
    return tuple(DayTotal(str(date_of(day)), *_scaled(counts.get(day, 0), sample)) for day in days)


def ever_watched(sample: SampledHomes, question: Question) -> int:
    """Accounts that watched on any of the claim's days, likewise."""
    return _scaled(_watched_days(sample, question)["account_id"].n_unique(), sample)[0]


def _watched_days(sample: SampledHomes, question: Question) -> pl.DataFrame:
    """Every account and day with a play of the title, once."""
    days = sample.shown.select("account_id", days_of(sample.shown).alias("day"))
    return days.filter(pl.col("day").is_between(question.first, question.last)).unique()


def _scaled(count: int, sample: SampledHomes) -> tuple[int, int, int]:
    """A count in a sample as one of all, with its interval."""
    simulated = len(sample.households)
    of = sample.of
    low, high = (
        (count / simulated, count / simulated) if simulated >= of else wilson(count, simulated)
    )
    return round(count * of / simulated), round(low * of), round(high * of)


SECTION = Section(
    name="aggregates",
    title="From daily totals alone",
    kind=Aggregates,
    measure=measure,
    of_datasets=True,
    scenes=("why",),
)
