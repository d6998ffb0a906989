"""Calibration: planted worlds with known answers, and how often what is concluded holds them.

Plants are drawn from the prior: every world is as likely to be planted as any other, once it prints
a number like the one in question. Each is concluded from with the homes of other seeds alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.stats import binom

from synthview.claims.counting.intervals import wilson
from synthview.claims.inference.proposal import SAT_THROUGH
from synthview.claims.inference.weights import WeightedWorlds
from synthview.rows import Flags, Floats, Ints

__all__ = ["BINS", "NOMINAL", "Coverage", "Planted", "planted"]

NOMINAL = (0.5, 0.8, 0.9)
BINS = 10
_NEGLIGIBLE = 1e-6
"""Worlds with less than this part of the greatest weight change nothing."""
_LEAST = 1e-300


@dataclass(frozen=True, slots=True)
class Coverage:
    """How often an interval of some nominal chance held a planted truth, with its 95 % interval.

    Plants of one simulated point share its homes, so the interval is as wide as for so many
    independent plants as there are points in effect.
    """

    nominal: float
    found: float
    low: float
    high: float


@dataclass(frozen=True)
class Planted:
    """Planted worlds: the point of each, who leads in truth, and the ranks of truths.

    A rank is the quantile of a truth in what is concluded: uniform if all is well. Columns of
    `ranks`, (plant, quantity), are daily viewers and then each source; `leader` is a source's
    place.
    """

    point: Ints
    leader: Ints
    ranks: Floats

    def coverage(self, quantity: int, of: Flags | None = None) -> tuple[Coverage, ...]:
        """How often intervals held a quantity, of all or of some plants; nothing of none."""
        rows = np.ones(len(self.point), dtype=bool) if of is None else of
        ranks = self.ranks[rows, quantity]
        independent = _independent(self.point[rows])
        return tuple(_held(ranks, independent, chance) for chance in NOMINAL if len(ranks))

    def histogram(self, quantity: int) -> Ints:
        """How many ranks lie in each tenth."""
        return np.histogram(self.ranks[:, quantity], BINS, (0, 1))[0]

    def leaders(self) -> Iterator[tuple[int, Flags]]:
        """Every source that leads in some plants, and which those are."""
        for one in np.unique(self.leader).tolist():
            yield one, self.leader == one


def planted(worlds: WeightedWorlds, within: range, most: int, seed: int) -> Planted:
    """Plant up to so many worlds that print a number in a range."""
    rng = np.random.default_rng(seed)
    printed = rng.poisson(worlds.expected)
    fits = np.argwhere((printed >= within.start) & (printed < within.stop))
    chosen = rng.permutation(fits)[:most]
    shares = _all_shares(worlds)
    leader = np.zeros(len(chosen), dtype=np.int64)
    ranks = np.zeros((len(chosen), len(shares)))
    for turn, (point, mixed) in enumerate(chosen.tolist()):
        said = int(printed[point, mixed])
        truth = _truth(worlds.counted[point, mixed], said, rng)
        leader[turn] = truth[1:].argmax()
        others = worlds.given(said, worlds.half != worlds.half[point]).ravel()
        ranks[turn] = _ranks(truth, said, shares, others, rng)
    return Planted(chosen[:, 0], leader, ranks)


def _all_shares(worlds: WeightedWorlds) -> Floats:
    """The share of daily viewers, and of each source, in every world: (quantity, world)."""
    of_sources = (worlds.share(one) for one in range(worlds.counted.shape[2]))
    shares = np.stack([worlds.share(), *of_sources])
    return np.minimum(shares.reshape(len(shares), -1), 1.0)


def _truth(rates: Floats, said: int, rng: np.random.Generator) -> Ints:
    """What a number consists of in a world that expects accounts by (source, rung)."""
    parts = rates.ravel() / max(float(rates.sum()), _LEAST)
    drawn = rng.multinomial(said, parts).reshape(rates.shape)
    return np.array([drawn[:, SAT_THROUGH].sum(), *drawn.sum(axis=1)])


def _ranks(
    truth: Ints, said: int, shares: Floats, weights: Floats, rng: np.random.Generator
) -> Floats:
    """The quantile of each truth in what its number implies, ties broken by chance."""
    rows = np.flatnonzero(weights > weights.max() * _NEGLIGIBLE)
    weight = weights[rows] / weights[rows].sum()
    below = binom.cdf(truth[:, None] - 1, said, shares[:, rows])
    at = binom.pmf(truth[:, None], said, shares[:, rows])
    rank = below + rng.random((len(truth), 1)) * at
    return np.asarray(rank @ weight)


def _independent(point: Ints) -> float:
    """How many independent plants tell as much, if those of one point tell the same."""
    counts = np.unique(point, return_counts=True)[1]
    return float(counts.sum() ** 2 / max((counts**2).sum(), 1))


def _held(ranks: Floats, independent: float, nominal: float) -> Coverage:
    found = float((np.abs(ranks - 0.5) <= nominal / 2).mean())
    of = max(round(independent), 1)
    low, high = wilson(round(found * of), of)
    return Coverage(nominal, found, min(low, found), max(high, found))
