"""Falling: how many days choices fill of which each falls on one title with some chance."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from synthview.outside.extras import need
from synthview.rows import Floats, Ints, Rows, turns

__all__ = ["ALMOST_SURE", "Falls", "by_length", "by_pattern", "share_of"]

ALMOST_SURE = 1.0 - 1e-12
_SMALL_SAMPLE = 1_000
_NOTHING = 1e-15
"""Chances below this are what rounding leaves."""
_UPPER = 0.975
"""The upper end of a 95 % interval."""


@dataclass(frozen=True, slots=True)
class Falls(Rows):
    """Choices that show in a window: whose, what of it, and how likely they fall on the title.

    `person` numbers those of all homes, in order of `home`; of those of one person at most one
    falls on the title.
    """

    home: Ints
    person: Ints
    what_of: Ints
    chance: Floats

    def by_person(self, width: int) -> tuple[Ints, Floats]:
        """The home of each person, and how likely each of so many things is; (person, thing)."""
        _, first, row = np.unique(self.person, return_index=True, return_inverse=True)
        likely = np.zeros((len(first), width))
        np.add.at(likely, (row, self.what_of), self.chance)
        return self.home[first], likely


def by_pattern(some: Falls, homes: int, days: int) -> Floats:
    """At least so many days, from the pattern of the days of each choice as bits; (home, count).

    That all that falls on the title lies within a set of days is as likely as that nobody of the
    home has a choice with another day that does. Differences of these by Möbius' formula are the
    chances of exactly those days.
    """
    home, falls = some.by_person(1 << days)
    for has, lacks in _neighbours(falls, days):
        np.add(has, lacks, out=has)
    reaches_out = np.minimum(falls[:, -1:] - falls, ALMOST_SURE)
    within = np.zeros((homes, 1 << days))
    np.add.at(within, home, np.log1p(-reaches_out))
    within = np.exp(within)
    for has, lacks in _neighbours(within, days):
        np.subtract(has, lacks, out=has)
    count = np.bitwise_count(np.arange(1 << days))
    exactly = np.stack([within[:, count == one].sum(axis=1) for one in range(days + 1)], axis=1)
    return _from_above(np.maximum(exactly, 0.0))


def _neighbours(of_patterns: Floats, days: int) -> Iterator[tuple[Floats, Floats]]:
    """For each day what is of patterns that have it, and of the same without it: views of both."""
    for day in range(days):
        pairs = of_patterns.shape[1] >> (day + 1)
        both = of_patterns.reshape(len(of_patterns), pairs, 2, 1 << day)
        yield both[:, :, 1], both[:, :, 0]


def by_length(some: Falls, homes: int, days: int) -> Floats:
    """No less than the same, from how many days each choice has: added up; (home, count)."""
    home, falls = some.by_person(days + 1)
    falls[:, 0] = np.maximum(1.0 - falls[:, 1:].sum(axis=1), 0.0)
    exactly = np.zeros((homes, days + 1))
    exactly[:, 0] = 1.0
    turn = turns(home)
    for one in range(int(turn.max(initial=-1)) + 1):
        rows = np.flatnonzero(turn == one)
        exactly[home[rows]] = _added(exactly[home[rows]], falls[rows])
    return _from_above(exactly)


def _added(some: Floats, more: Floats) -> Floats:
    """The chances of a sum of two counts, (row, count); the last is of so many or more."""
    found = np.zeros_like(some)
    width = some.shape[1]
    for count in range(width):
        both = more[:, count, None] * some
        found[:, count:] += both[:, : width - count]
        found[:, -1] += both[:, width - count :].sum(axis=1)
    return found


def _from_above(exactly: Floats) -> Floats:
    """Chances of at least so many from those of exactly so many."""
    return np.asarray(exactly[:, ::-1].cumsum(axis=1)[:, ::-1])


def share_of(found: Floats, needed: int) -> tuple[float, float]:
    """The share of homes with so many days or more: mean, and upper end.

    The upper end is by Fay and Feuer (1997), for sums in which few rows weigh most: as if one more
    home had as great a chance as the likeliest. A sample may still lack homes that are likelier. So
    one day less, of which more homes tell, has a say too: if a share p has at least k days, each
    further day is taken to be no likelier than those before it were on average, p^(needed/k). The
    greater of both counts. Of a small sample all days do, and one more home has any for sure.
    """
    told = [count for count in range(1, needed + 1) if found[:, count].max() > _NOTHING] or [1]
    if len(found) >= _SMALL_SAMPLE:
        upper = [_upper(found[:, count]) ** (needed / count) for count in told[-2:]]
    else:
        upper = [_upper(found[:, count], float(count == 1)) ** (needed / count) for count in told]
    return float(found[:, needed].mean()), max(upper)


def _upper(chance: Floats, likeliest: float = 0.0) -> float:
    """The upper end of the interval of a mean of chances, as if one more were as the likeliest."""
    gammaincinv = need("claim", "claim", "scipy.special").gammaincinv
    likeliest = max(likeliest, float(chance.max()))
    total = float(chance.sum()) + likeliest
    squares = float((chance**2).sum()) + likeliest**2
    scale = squares / total
    return min(float(gammaincinv(total / scale, _UPPER)) * scale / len(chance), 1.0)
