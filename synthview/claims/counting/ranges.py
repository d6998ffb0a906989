"""Ranges: between what counts nine in ten further worlds lie, from those of some."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

import numpy as np

from synthview.outside.extras import need

__all__ = ["is_many", "own_range", "range_of", "range_with_crowds"]

_LOW, _HIGH = 0.05, 0.95
_THROWS = 20_000
_MANY_WORLDS = 20
"""From so many worlds on their own spread is looked at too; before that the one of chance alone."""


def range_of(values: Sequence[float]) -> tuple[float, float]:
    """Between what counts nine in ten further worlds of the kind lie, from those of some.

    Worlds are taken to differ as counts of rare things do (Poisson), around a mean that is known
    only from these (with Jeffreys' prior); where they are many the range is no narrower than their
    own.
    """
    total = round(sum(values))
    many = len(values)
    low, high = (_predicted(total, many, share) for share in (_LOW, _HIGH))
    if many < _MANY_WORLDS:
        return low, high
    own_low, own_high = own_range(values)
    return min(low, own_low), max(high, own_high)


def own_range(values: Sequence[float]) -> tuple[float, float]:
    """Between what values nine in ten of these worlds lie."""
    return float(np.quantile(values, _LOW)), float(np.quantile(values, _HIGH))


def is_many(values: Sequence[float]) -> bool:
    """Whether these are enough worlds to look at their own range."""
    return len(values) >= _MANY_WORLDS


def _predicted(total: int, worlds: int, share: float) -> float:
    """The count that a further world does not exceed with some chance: negative binomial."""
    betainc = need("claim", "claim", "scipy.special").betainc
    seen = worlds / (worlds + 1)
    most = 10 * total + 100  # lies above the quantiles asked for, whatever the total
    return float(
        bisect_left(range(most), share, key=lambda count: betainc(total + 0.5, count + 1, seen))
    )


def range_with_crowds(
    tied: Sequence[int], crowds: Sequence[int], each: float
) -> tuple[float, float]:
    """The range of `range_of` where accounts of crowds were counted among some homes alone.

    Their mean is known from those few, by the same prior; chance is thrown many times.
    """
    rng = np.random.default_rng(len(tied))
    worlds, shape = len(tied), (_THROWS,)
    of_tied = rng.gamma(sum(tied) + 0.5, 1 / worlds, shape)
    of_crowds = rng.gamma(sum(crowds) + 0.5, each / worlds, shape)
    thrown = rng.poisson(of_tied + of_crowds)
    low, high = np.quantile(thrown, [_LOW, _HIGH], method="inverted_cdf").tolist()
    return float(low), float(high)
