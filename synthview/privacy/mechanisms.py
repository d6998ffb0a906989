"""Rules by which counts are let out: smallest cells, rounding, and chance for accounts.

The chance is that of the two-sided geometric law (Ghosh, Roughgarden and Sundararajan 2012,
doi:10.1137/09076828X) and of Gauss's law on whole numbers (Canonne, Kamath and Steinke 2020,
arXiv:2004.00010). Both are drawn as whole numbers, without the low bits of floats that give the
count away (Mironov 2012).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from math import exp, log, sqrt
from typing import Protocol

import numpy as np

from synthview.draws.chance import Stream
from synthview.draws.quantiles import Steps
from synthview.rows import Flags, Floats, Ints

__all__ = ["BLANK", "DELTA", "AsItIs", "Gaussian", "Laplace", "MinimumSize", "Rounded", "Rule"]

BLANK = -1
"""Stands for a cell that was not let out."""
DELTA = 1e-6
"""How often the promise of Gauss's law may fail."""
_REACH = 9.5
"""Beyond so many standard deviations Gauss's law has less than 2**-63."""


class Rule(Protocol):
    """A way to let counts out; `bound` is in how many cells an account may be counted, if any."""

    @property
    def words(self) -> str:
        """What it is called."""

    def released(self, counts: Ints, bound: int, stream: Stream) -> Ints:
        """Return counts as they are let out; `BLANK` stands for those that are not."""

    def evidence(self, released: Ints, without: Ints, bound: int) -> Floats:
        """Return for each cell how much more likely its value is with one account more, as a log.

        It is infinite where only one of the two can be.
        """


def _certain(is_with: Flags, is_without: Flags) -> Floats:
    """Evidence where a rule leaves nothing to chance."""
    return np.select(
        [is_with & ~is_without, is_without & ~is_with],
        [np.inf, -np.inf],
        default=0.0,
    )


class _Fixed:
    """A rule without chance: the same counts are always let out alike."""

    def shown(self, counts: Ints) -> Ints:
        """Return counts as they are let out."""
        raise NotImplementedError

    def released(self, counts: Ints, bound: int, stream: Stream) -> Ints:  # noqa: ARG002
        """Return counts as they are let out."""
        return self.shown(counts)

    def evidence(self, released: Ints, without: Ints, bound: int) -> Floats:  # noqa: ARG002
        """Return what each cell says of one account more."""
        is_with = released == self.shown(without + 1)
        return _certain(is_with, released == self.shown(without))


@dataclass(frozen=True)
class AsItIs(_Fixed):
    """Exact counts."""

    words: str = "exact"

    def shown(self, counts: Ints) -> Ints:
        """Return counts as they are."""
        return counts


@dataclass(frozen=True)
class MinimumSize(_Fixed):
    """Counts below a number are left blank; 0 is told as it is, unless it is hidden too."""

    least: int
    hides_zeros: bool = False

    @property
    def words(self) -> str:
        """What it is called."""
        return f"minimum cell {self.least}{', zeros hidden' if self.hides_zeros else ''}"

    def shown(self, counts: Ints) -> Ints:
        """Return the counts that are large enough."""
        is_shown = (counts >= self.least) | ((counts == 0) & (not self.hides_zeros))
        return np.where(is_shown, counts, BLANK)


@dataclass(frozen=True)
class Rounded(_Fixed):
    """Counts are rounded to the nearest multiple of a number."""

    step: int

    @property
    def words(self) -> str:
        """What it is called."""
        return f"rounded to {self.step}"

    def shown(self, counts: Ints) -> Ints:
        """Return rounded counts."""
        return (counts + self.step // 2) // self.step * self.step


@dataclass(frozen=True)
class Laplace:
    """Laplace's law on whole numbers: an account changes no odds by more than e to the epsilon."""

    epsilon: float

    @property
    def words(self) -> str:
        """What it is called."""
        return f"Laplace, epsilon {self.epsilon:g}"

    def released(self, counts: Ints, bound: int, stream: Stream) -> Ints:
        """Add the difference of two geometric numbers to each count."""
        chance = 1 - exp(-self.epsilon / bound)
        cells = np.arange(len(counts))
        up, down = (
            stream.geometric(
                cells,
                chance,
                n=one,
            )
            for one in (0, 1)
        )
        return counts + up - down

    def evidence(self, released: Ints, without: Ints, bound: int) -> Floats:
        """Return what each cell says of one account more."""
        off = released - without
        return (np.abs(off) - np.abs(off - 1)) * (self.epsilon / bound)


@dataclass(frozen=True)
class Gaussian:
    """Gauss's law on whole numbers: the same promise, but for a chance of `DELTA`."""

    epsilon: float

    @property
    def words(self) -> str:
        """What it is called."""
        return f"Gaussian, epsilon {self.epsilon:g}"

    def variance(self, bound: int) -> float:
        """Return the variance, as epsilon is rho + 2 · sqrt(rho · log(1 / delta)).

        Bun and Steinke (2016), arXiv:1605.02065, proposition 1.3.
        """
        far = log(1 / DELTA)
        root = sqrt(far + self.epsilon) - sqrt(far)
        return bound / (2 * root * root)

    def released(self, counts: Ints, bound: int, stream: Stream) -> Ints:
        """Add a number of the law to each count."""
        law = _normal(self.variance(bound))
        return counts + stream.draw(np.arange(len(counts)), law)

    def evidence(self, released: Ints, without: Ints, bound: int) -> Floats:
        """Return what each cell says of one account more."""
        off = released - without
        return (2 * off - 1) / (2 * self.variance(bound))


@cache
def _normal(variance: float) -> Steps:
    """Gauss's law on whole numbers."""
    reach = int(_REACH * sqrt(variance)) + 1
    values = np.arange(-reach, reach + 1)
    weights = np.exp(-(values**2) / (2 * variance))
    return Steps.discrete(values, weights)
