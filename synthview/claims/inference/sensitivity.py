"""Sensitivity: which assumption moves an answer most.

The measure is the share of the answer's spread that each assumption alone explains, a first-order
index. The estimate is RBD-FAST with the correction of its bias: Tarantola, Gatelli and Mara (2006),
doi:10.1016/j.ress.2005.06.003; Plischke (2010), doi:10.1016/j.ress.2009.11.005; Tissot and Prieur
(2012), doi:10.1016/j.ress.2012.06.010.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synthview.outside.extras import need
from synthview.rows import Floats, Ints

__all__ = ["Index", "first_order"]

_WHAT = "Which assumption matters most"
_HARMONICS = 4
"""How wavy an effect may be to be seen; settings of a rate or a length work one way."""
_TOO_FEW = 8 * _HARMONICS
"""From so few points nothing can be said of any setting."""
_RESAMPLES = 200
_TWO_SIDED_95 = 0.975


@dataclass(frozen=True, slots=True)
class Index:
    """The share of an answer's spread that one setting alone explains, with its 95 % interval."""

    share: float
    low: float
    high: float


def first_order(values: Floats, answers: Floats, spread: float, seed: int) -> list[Index]:
    """First-order index of every column of `values`, from the answers at those points.

    `spread` is the variance to explain. Where the answers are means over what else varies, they
    explain no more than their own part of it. Raises MissingExtra where SciPy is not installed.
    """
    stats = need("claim", _WHAT, "scipy.stats")
    if len(answers) <= _TOO_FEW:
        return [Index(0.0, 0.0, 1.0)] * values.shape[1]
    own = float(answers.var())
    if own == 0 or spread == 0 or not values.shape[1]:
        return [Index(0.0, 0.0, 0.0)] * values.shape[1]
    part = min(1.0, own / spread)
    widen = float(stats.norm.ppf(_TWO_SIDED_95))
    generator = np.random.default_rng(seed)
    indices = []
    for column in values.T:
        share = float(_shares(column[None, :], answers[None, :])[0])
        reach = widen * _standard_error(column, answers, generator)
        indices.append(_index(share, reach, part))
    return indices


def _standard_error(column: Floats, answers: Floats, generator: np.random.Generator) -> float:
    """Bootstrap from half as many points, so that points drawn twice do not add false order."""
    half = len(answers) // 2
    drawn = np.stack(
        [generator.choice(len(answers), replace=True, size=half) for _ in range(_RESAMPLES)]
    )
    return float(_shares(column[drawn], answers[drawn]).std(ddof=1))


def _shares(values: Floats, answers: Floats) -> Floats:
    """The index of each row: the power of the first harmonics of its answers, put in order."""
    signal = need("claim", _WHAT, "scipy.signal")
    in_order = np.take_along_axis(answers, _up_and_down(values), axis=1)
    _, power = signal.periodogram(in_order, axis=1)
    explained = power[:, 1 : _HARMONICS + 1].sum(axis=1)
    share = explained / power[:, 1:].sum(axis=1)
    bias = 2 * _HARMONICS / answers.shape[1]
    return share - bias / (1 - bias) * (1 - share)


def _up_and_down(values: Floats) -> Ints:
    """The order in which each row rises by every second point and falls by the others: a period."""
    rising = np.argsort(values, axis=1)
    return np.concatenate([rising[:, ::2], rising[:, 1::2][:, ::-1]], axis=1)


def _index(share: float, reach: float, part: float) -> Index:
    """Within 0 and 1, as a share is, though its estimate may lie a little outside."""
    return Index(
        *(part * min(1.0, max(0.0, value)) for value in (share, share - reach, share + reach))
    )
