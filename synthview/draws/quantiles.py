"""How long, how many, how much: the shapes that chance follows, kept as tables of whole numbers.

A table turns 64 uniform bits into a value. It is built with the arithmetic of
`synthview.draws.arithmetic`, which every machine rounds the same way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, takewhile
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from synthview.draws.arithmetic import (
    INFINITY,
    Floats,
    chances_below,
    exp,
    hazard,
    normal_quantile,
)

Integers = NDArray[np.int64]
Bits = NDArray[np.uint64]


class Drawable(Protocol):
    """What `Stream.draw` can draw from: anything that turns 64 uniform bits into whole numbers."""

    def at(self, u: Bits) -> Integers:
        """Return the value at each point ``u`` / 2**64 of the distribution."""


def thresholds(weights: Iterable[float]) -> Bits:
    """Cumulative ``weights``, scaled exactly and rounded down so that the last is 2**63.

    A weight's share of all is the gap below its threshold. All is computed in whole numbers. Raises
    `ValueError` unless the weights are finite, none is negative and one is positive.
    """
    if isinstance(weights, np.ndarray):
        if _fits_in_numpy(weights):
            return _scaled_in_numpy(np.cumsum(weights, dtype=np.uint64))
        weights = weights.tolist()
    plain = (weight.item() if isinstance(weight, np.generic) else weight for weight in weights)
    ratios = [weight.as_integer_ratio() for weight in plain]
    overs = [over for over, _ in ratios]
    if not overs or min(overs) < 0 or max(overs) == 0:
        raise ValueError("weights must be 0 or more, and one of them positive")

    # All denominators are powers of two, so the greatest is common to all.
    finest = max(under for _, under in ratios)
    whole = [over * (finest // under) for over, under in ratios]
    running = list(accumulate(whole))
    total = running[-1]
    return np.array([(up_to << 63) // total for up_to in running], np.uint64)


def _fits_in_numpy(weights: NDArray[np.generic]) -> bool:
    """Whether 64 bits hold all steps of the scaling; a weight of 0 stands for many weights."""
    if weights.dtype.kind not in "iu":
        return False
    least = weights.min(initial=0)
    most = weights.max(initial=0)
    return bool(least == 0 < most < 2**31 // weights.size)


def _scaled_in_numpy(running: Bits) -> Bits:
    """Long division of ``running`` * 2**63 by its last element, in two digits.

    It is exact while that element is below 2**31.
    """
    total = running[-1]
    digit = np.uint64(32)
    first, rest = np.divmod(running << digit, total)
    second = (rest << np.uint64(31)) // total
    scaled: Bits = (first << np.uint64(31)) + second
    return scaled


@dataclass(frozen=True, slots=True, eq=False)
class Steps:
    """A distribution over few or many whole numbers, exact to 2**-63: value i up to threshold i."""

    values: Integers  # (k,)
    thresholds: Bits  # (k - 1,) ascending, of 2**63; ends between one value and the next

    def at(self, u: Bits) -> Integers:
        """Return the value at each point ``u`` / 2**64, of the shape of ``u``."""
        share = u >> np.uint64(1)
        step = np.searchsorted(self.thresholds, share, side="right")
        found: Integers = self.values[step]
        return found

    def survival(self, x: ArrayLike) -> Floats:
        """Return the exact share of draws above each ``x``."""
        ends = [
            np.zeros(1, np.uint64),
            self.thresholds,
            np.array([2**63], np.uint64),
        ]
        shares = np.diff(np.concatenate(ends))
        above = [int(shares[self.values > limit].sum()) for limit in np.ravel(x)]
        of_all = np.array(above, np.float64)
        return np.ldexp(of_all.reshape(np.shape(x)), -63)

    @classmethod
    def discrete(cls, values: Sequence[int] | Integers, weights: Iterable[float]) -> Steps:
        """``values`` in the proportions of ``weights``, whole or float."""
        ends = thresholds(weights)
        if len(values) != len(ends):
            raise ValueError(
                f"{len(values)} values cannot have {len(ends)} weights: give one weight per value"
            )
        return cls(np.array(values, np.int64), ends[:-1])

    @classmethod
    def poisson(cls, mean: float) -> Steps:
        """Counts of independent happenings that number ``mean`` on average, 0 to 1,000,000."""
        if not 0 <= mean <= 1_000_000:
            raise ValueError(f"a Poisson mean must lie between 0 and 1,000,000, not {mean}")
        over, under = float(mean).as_integer_ratio()
        mode = over // under
        # Outwards from the commonest count in 128-bit whole numbers, until a weight is 0.
        up = accumulate(
            range(mode + 1, 3_000_000),
            lambda weight, k: weight * over // (under * k),
            initial=1 << 128,
        )
        down = accumulate(
            range(mode, 0, -1),
            lambda weight, k: weight * under * k // max(over, 1),
            initial=1 << 128,
        )
        rising = list(takewhile(bool, up))
        falling = list(takewhile(bool, down))
        counts = np.arange(mode + 1 - len(falling), mode + len(rising))
        return cls.discrete(counts, falling[:0:-1] + rising)

    @classmethod
    def geometric(cls, mean: float) -> Steps:
        """Failures before the first success, ``mean`` on average, 0 to 1,000.

        Beyond, an exponential is as good.
        """
        if not 0 <= mean <= 1_000:
            raise ValueError(
                f"a geometric mean must lie between 0 and 1,000, not {mean}; "
                "`exponential` has no such limit"
            )
        rate = hazard(1.0 / (1.0 + mean), mean / (1.0 + mean))
        k = np.arange(1, 64.0 + 44.0 * mean)  # beyond, less than 2**-63 is left
        at_least_k = np.ldexp(exp(-rate * k), 63).astype(np.uint64)
        ends = np.uint64(2**63) - at_least_k
        return cls(np.arange(len(k) + 1), ends)


# Cells are finer the nearer an end: from the middle outwards each octave (half of what is left) has
# 64. At 42 octaves a side the outermost cell begins at 2**-43, one in nine million million; what
# lies beyond gets the value there.
_OCTAVES, _CELL_BITS = 42, 6
_CELLS = _OCTAVES << _CELL_BITS

_octave, _cell = np.divmod(np.arange(_CELLS + 1), 1 << _CELL_BITS)
_NEAR = np.ldexp(1.0 + _cell / (1 << _CELL_BITS), _octave - _OCTAVES - 1)  # 2**-43 … 1/2
_P = np.concatenate([_NEAR, 1.0 - _NEAR[-2::-1]])
_COMPLEMENT = _P[::-1].copy()

# Constants of the hot path are arrays without axes, which numpy combines with short arrays faster
# than plain numbers.
_SIGN_BIT = np.array(63)
# The least distance to an end that is told apart, out of 2**64.
_NEAREST = np.array(1 << (63 - _OCTAVES))
_EDGES = np.array(_CELLS + 1)  # of one side
# Bits of a double's mantissa below those that name the cell.
_PLACE_BITS = np.array(52 - _CELL_BITS)
_PLACE_MASK = np.array((1 << (52 - _CELL_BITS)) - 1)
_FIRST_CELL = np.array((1023 + 63 - _OCTAVES) << _CELL_BITS)


@dataclass(frozen=True, slots=True, eq=False)
class Quantiles:
    """A continuous distribution as straight lines between exact points.

    It is right down to chances of 1 in 1,000,000,000. Values are whole numbers (milliseconds, parts
    per million), rounded half up. Constructors take ``low`` and ``high``, in the scale of their
    other arguments, where values are cut off, and ``unit``, by which they are multiplied last:
    ``logit_normal(0.3, 0.5, unit=1_000_000)`` draws parts per million.
    """

    # Values at the cells' outer ends, (2 * (cells + 1),): lower side, then upper; fixed point.
    edges: Integers
    rises: Integers  # the same shape: from there to the next edge towards the middle
    point: Integers  # () bits after the binary point of both
    # () bits of the place within a cell, as many as the steepest cell allows in 63.
    place_bits: Integers

    def at(self, u: Bits) -> Integers:
        """Return the value at each point ``u`` / 2**64, of the shape of ``u``; never falling.

        Only whole numbers are computed with.
        """
        side = u.view(np.int64) >> _SIGN_BIT  # 0 for the lower half, -1 for the upper
        folded = np.maximum(side ^ u.view(np.int64), _NEAREST)  # the distance to the nearer end
        # A double's exponent and first mantissa bits are the cell; rounding up begins the next.
        place: Integers = folded.astype(np.float64).view(np.int64)
        cell = place >> _PLACE_BITS
        side *= _EDGES
        cell -= side
        cell -= _FIRST_CELL
        place &= _PLACE_MASK
        place >>= _PLACE_BITS - self.place_bits
        # In place from here on: at 10,000 rows, fresh memory costs more than the arithmetic.
        place *= self.rises[cell]
        place >>= self.place_bits
        place += self.edges[cell]
        place >>= self.point
        return place

    def survival(self, x: ArrayLike) -> Floats:
        """Return the share of draws above each whole number ``x``, read off the table."""
        lower = self.edges[: _CELLS + 1]
        upper = self.edges[-2:_CELLS:-1]
        value = np.concatenate([lower, upper])
        limit = (np.asarray(x, np.int64) + 1) << self.point
        after = np.searchsorted(value, limit)
        before = np.maximum(after - 1, 0)
        within = np.minimum(after, len(value) - 1)
        rise = np.maximum(value[within] - value[before], 1)
        share = (value[within] - limit) / rise
        chance = _COMPLEMENT[before] - _COMPLEMENT[within]
        above: Floats = _COMPLEMENT[within] + chance * share
        return np.select(
            [after == 0, after == len(value)],
            [1.0, 0.0],
            default=above,
        )

    @classmethod
    def of(
        cls,
        quantile: Callable[[Floats, Floats], Floats],
        *,
        low: float = -INFINITY,
        high: float = INFINITY,
        unit: float = 1,
    ) -> Quantiles:
        """Tabulate ``quantile(p, 1 - p)``, which must not fall.

        Both chances are given so that either end can be exact. Raises `ValueError` for values that
        are not numbers, fall, or leave ±2**50 after scaling by ``unit``.
        """
        value = np.clip(quantile(_P, _COMPLEMENT), low, high) * unit
        fixed, point = _fixed_point(value)
        rises = np.diff(fixed)
        if rises.min() < 0:
            raise ValueError("a quantile must not fall from one chance to a higher one")

        none = np.zeros(1, np.int64)
        lower = fixed[: _CELLS + 1]
        upper = fixed[: _CELLS - 1 : -1]
        up = rises[:_CELLS]
        down = -rises[: _CELLS - 1 : -1]
        free_bits = 62 - int(rises.max()).bit_length()
        return cls(
            edges=np.concatenate([lower, upper]),
            rises=np.concatenate([up, none, down, none]),
            point=np.array(point),
            place_bits=np.array(min(52 - _CELL_BITS, free_bits)),
        )

    @classmethod
    def uniform(cls, low: float, high: float, *, unit: float = 1) -> Quantiles:
        """Anything from ``low`` to ``high`` alike; `Stream.below` is exact for few numbers."""
        return cls.of(lambda p, q: low * q + high * p, low=low, high=high, unit=unit)

    @classmethod
    def exponential(
        cls, mean: float, *, low: float = 0, high: float = INFINITY, unit: float = 1
    ) -> Quantiles:
        """Waiting times that forget how long they have lasted."""
        return cls.of(
            lambda p, q: mean * hazard(p, q),
            low=low,
            high=high,
            unit=unit,
        )

    @classmethod
    def normal(
        cls,
        mean: float,
        sd: float,
        *,
        low: float = -INFINITY,
        high: float = INFINITY,
        unit: float = 1,
    ) -> Quantiles:
        """The bell curve, ``sd`` its standard deviation."""
        return cls.of(
            lambda p, q: mean + sd * normal_quantile(p, q),
            low=low,
            high=high,
            unit=unit,
        )

    @classmethod
    def lognormal(
        cls, median: float, sigma: float, *, low: float = 0, high: float = INFINITY, unit: float = 1
    ) -> Quantiles:
        """Positive sizes whose logarithm is normal, with standard deviation ``sigma``."""
        return cls.of(
            lambda p, q: median * exp(sigma * normal_quantile(p, q)),
            low=low,
            high=high,
            unit=unit,
        )

    @classmethod
    def lognormal_within(cls, median: float, sigma: float, low: float, high: float) -> Quantiles:
        """The same, of sizes between ``low`` and ``high`` alone.

        Nothing is cut off to either end, so that neither is drawn more often than what is near it.
        """
        lower, upper = chances_below(
            lambda p: median * exp(sigma * normal_quantile(p)),
            (low, high),
        ).tolist()
        part = upper - lower
        if part <= 0:
            return cls.lognormal(median, sigma, low=low, high=high)

        def quantile(p: Floats, q: Floats) -> Floats:
            return median * exp(sigma * normal_quantile(lower + part * p, (1.0 - upper) + part * q))

        return cls.of(quantile, low=low, high=high)

    @classmethod
    def logit_normal(
        cls,
        centre: float,
        spread: float,
        *,
        low: float = 0,
        high: float = 1,
        unit: float = 1_000_000,
    ) -> Quantiles:
        """Shares between 0 and 1, median ``centre``, whose log odds are normal, sd ``spread``."""
        against = (1.0 - centre) / centre
        return cls.of(
            lambda p, q: 1.0 / (1.0 + against * exp(-spread * normal_quantile(p, q))),
            low=low,
            high=high,
            unit=unit,
        )

    @classmethod
    def curve(cls, points: Sequence[tuple[float, float]], *, unit: float = 1) -> Quantiles:
        """Straight lines through ``points`` of (share of draws below, value), from share 0 to 1."""
        shares, values = (np.array(column, np.float64) for column in zip(*points, strict=True))
        is_rising = (np.diff(shares) > 0).all()
        if shares[0] != 0 or shares[-1] != 1 or not is_rising:
            raise ValueError(f"the shares of a curve must rise from 0 to 1, not {shares.tolist()}")
        last = len(shares) - 1

        def quantile(p: Floats, _: Floats) -> Floats:
            above = np.searchsorted(shares, p, side="right")
            right = np.minimum(above, last)
            left = right - 1
            width = shares[right] - shares[left]
            rise = values[right] - values[left]
            slope = rise / width
            value: Floats = values[left] + slope * (p - shares[left])
            return value

        return cls.of(quantile, unit=unit)

    # Counts are steps, not lines; offered here too, so that one name leads to every distribution.
    discrete = Steps.discrete
    poisson = Steps.poisson
    geometric = Steps.geometric


def _fixed_point(value: Floats) -> tuple[Integers, int]:
    """Values as whole numbers, half a unit higher, and how many bits follow the binary point.

    The half makes the last shift of `Quantiles.at` round. Raises `ValueError` from 2**50.
    """
    largest = float(np.abs(value).max())
    if not largest < 2**50:
        raise ValueError(
            f"values reach {largest:.3g}, more than a table can hold: "
            "give `high`, or check the parameters"
        )
    bits_before_point = int(np.frexp(largest)[1])
    point = min(20, 51 - bits_before_point)
    scaled = np.ldexp(value + 0.5, point)
    return np.rint(scaled).astype(np.int64), point
