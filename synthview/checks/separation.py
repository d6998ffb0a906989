"""How well a score tells two sorts of rows apart: the area under the curve and its variance.

The area is the chance that a row of one sort has a higher score than a row of the other; 0.5 says
that the score knows nothing. Rows of one account resemble each other, so accounts and not rows
count as witnesses: the variance is that of DeLong (1988), summed within accounts as in Obuchowski
(1997).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Area", "area", "pooled", "witnesses"]

Values = NDArray[np.float64]
Marks = NDArray[np.bool_]
Accounts = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Area:
    """An area under the curve, its variance, and the number of pairs of rows behind it."""

    value: float
    variance: float
    pairs: int


def area(score: Values, is_caused: Marks, account: Accounts) -> Area:
    """The area for rows of some accounts; both sorts must be there."""
    caused = score[is_caused]
    ordinary = score[~is_caused]
    beats = _beaten(caused, ordinary)
    yields = 1.0 - _beaten(ordinary, caused)
    value = float(beats.mean())
    pairs = min(len(caused), len(ordinary))
    fewer = min(witnesses(account[is_caused]), witnesses(account[~is_caused]))
    if fewer <= 1.0:  # one account says nothing of the others
        return Area(value, math.inf, pairs)

    share = np.empty(len(score))
    share[is_caused] = (beats - value) / len(caused)
    share[~is_caused] = (yields - value) / len(ordinary)
    _, of = np.unique(account, return_inverse=True)
    by_account = np.bincount(of, weights=share)
    squares = float((by_account**2).sum())
    return Area(value, squares * fewer / (fewer - 1.0), pairs)


def _beaten(scores: Values, others: Values) -> Values:
    """Which share of the others each score beats; an equal one counts half."""
    order = np.sort(others)
    below = np.searchsorted(order, scores, side="left")
    up_to = np.searchsorted(order, scores, side="right")
    beaten: Values = (below + up_to) / (2.0 * len(others))
    return beaten


def pooled(areas: Sequence[Area]) -> Area:
    """One area from those of groups that share no account, weighed by pairs; none cannot tell."""
    pairs = sum(one.pairs for one in areas)
    if not pairs:
        return Area(0.5, math.inf, 0)
    weights = [one.pairs / pairs for one in areas]
    weighed = list(zip(weights, areas, strict=True))
    return Area(
        value=sum(weight * one.value for weight, one in weighed),
        variance=sum(weight**2 * one.variance for weight, one in weighed),
        pairs=pairs,
    )


def witnesses(account: Accounts) -> float:
    """How many accounts stand behind some rows: Kish's effective number."""
    if not len(account):
        return 0.0
    _, counts = np.unique(account, return_counts=True)
    counts = counts.astype(np.float64)
    return float(counts.sum() ** 2 / (counts**2).sum())
