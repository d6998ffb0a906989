"""Sums by group of households, and a figure's 95 % interval from resampling whole households."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import polars as pl

__all__ = [
    "GROUPS",
    "Estimated",
    "Floats",
    "Statistic",
    "Tally",
    "estimated",
    "exactly",
    "numbered",
    "of_groups",
    "quantile_of",
    "ratio",
    "share",
]

GROUPS = 200
"""Households are dealt into so many groups; a resample draws groups, so always whole households."""
RESAMPLES = 1_000
_AT_ONCE = 100
_SEED = 2_017
_ENDS = (2.5, 97.5)
_FEW = 30
"""Of so few cases a resample knows too little: the exact interval of a share is taken as well."""

Floats = np.ndarray[Any, np.dtype[np.float64]]
Statistic = Callable[[Floats], float]
"""What becomes of the sums of all groups together: the figure."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What a figure is computed from.

    `sums` has a row for each group of households and a column for each term. `statistic` turns the
    sum over the groups into the figure. `cases` and `trials` are set where the figure is a share of
    things counted. `is_inflated` marks a figure that small samples exaggerate, as a concentration.
    `share_of` is 100 where that share is a percentage.
    """

    sums: Floats
    statistic: Statistic
    cases: int | None = None
    trials: int | None = None
    share_of: float = 100.0
    is_inflated: bool = False

    @property
    def value(self) -> float:
        """The figure, of all groups."""
        return float(self.statistic(self.sums.sum(axis=0)))


@dataclass(frozen=True, slots=True)
class Estimated:
    """A figure with its 95 % interval, and how many groups of households stand behind it."""

    value: float
    low: float
    high: float
    groups: int


def ratio(above: Floats, below: Floats, times: float = 1.0) -> Tally:
    """Return the tally of a ratio of sums, as hours per account; both have a number per group."""
    return Tally(np.column_stack([above, below]), lambda sums: times * _divided(sums[0], sums[1]))


def share(above: Floats, below: Floats) -> Tally:
    """Return the tally of a percentage of things counted; both have a count for each group."""
    sums = np.column_stack([above, below])
    return Tally(
        sums,
        lambda total: 100 * _divided(total[0], total[1]),
        cases=round(float(sums[:, 0].sum())),
        trials=round(float(sums[:, 1].sum())),
    )


def exactly(value: float) -> Tally:
    """Return the tally of what is counted in full, without a sample: its interval is the value."""
    return Tally(np.array([[value]]), lambda sums: float(sums[0]))


def numbered(terms: Iterable[pl.Expr]) -> list[pl.Expr]:
    """Expressions under names of their own, whatever columns they are of."""
    return [term.alias(f"term_{place}") for place, term in enumerate(terms)]


def of_groups(frame: pl.DataFrame, *terms: pl.Expr, groups: int) -> list[Floats]:
    """Sum some expressions over the rows of each group; groups without rows have 0.

    `frame` has the column ``group``, from 0 to `groups`.
    """
    found = frame.group_by("group").agg(numbered(terms))
    place = found["group"].to_numpy()
    sums = []
    for column in found.columns[1:]:
        filled = np.zeros(groups)
        filled[place] = found[column].fill_null(0).to_numpy()
        sums.append(filled)
    return sums


def estimated(tally: Tally) -> Estimated:
    """Compute a figure and its 95 % interval by a bootstrap over groups of whole households."""
    value = tally.value
    groups = len(tally.sums)
    if groups == 1:
        return Estimated(value, value, value, 1)
    resampled = _resampled(tally)
    if tally.is_inflated:
        # A resample exaggerates what the sample exaggerated: the difference tells by how much.
        bias = float(resampled.mean()) - value
        value, resampled = value - bias, resampled - 2 * bias
    low, high = (float(one) for one in np.percentile(resampled, _ENDS))
    low, high = _no_surer_than_counts(tally, low, high)
    return Estimated(value, min(low, value), max(high, value), groups)


def _resampled(tally: Tally) -> Floats:
    """The figure of each resample, those left out that have none (a share of nothing)."""
    drawn = _draws(len(tally.sums))
    found = [
        tally.statistic(sums)
        for first in range(0, RESAMPLES, _AT_ONCE)
        for sums in drawn[first : first + _AT_ONCE] @ tally.sums
    ]
    finite = np.array(found)[np.isfinite(found)]
    return finite if len(finite) else np.array([np.nan])


@lru_cache(maxsize=4)
def _draws(groups: int) -> Floats:
    """How often each resample has each group, the same for all figures and runs."""
    rng = np.random.default_rng(_SEED)
    return rng.multinomial(
        groups,
        np.full(groups, 1 / groups),
        size=RESAMPLES,
    ).astype(np.float64)


def _no_surer_than_counts(tally: Tally, low: float, high: float) -> tuple[float, float]:
    """Widen the interval of a share of few cases to the exact one: no cases resample to none."""
    if tally.cases is None or not tally.trials:
        return low, high
    if min(tally.cases, tally.trials - tally.cases) >= _FEW:
        return low, high
    from scipy.stats import binomtest  # noqa: PLC0415  heavy, and seldom needed

    exact = binomtest(tally.cases, tally.trials).proportion_ci(method="exact")
    return min(low, tally.share_of * exact.low), max(high, tally.share_of * exact.high)


def _divided(above: float, below: float) -> float:
    return float(above / below) if below else float("nan")


def quantile_of(
    counts: Sequence[float] | Floats, values: Sequence[float] | Floats, share_below: float
) -> float:
    """Return a weighted quantile; `values` rise, `share_below` is from 0 to 1."""
    passed = np.cumsum(counts)
    if not passed[-1]:
        return float("nan")
    place = int(np.searchsorted(passed, share_below * passed[-1], side="left"))
    return float(values[min(place, len(values) - 1)])
