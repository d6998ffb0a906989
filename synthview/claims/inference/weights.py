"""Importance weights: a few hundred simulated points weighed into thousands of worlds.

How many homes an actor has and how often a title is picked do not change what happens in a home
that has and picks it. So what was simulated once stands for worlds with other rates and other
popularity, by weights.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from scipy.special import gammaln
from scipy.stats import poisson

from synthview.claims.inference.proposal import RUNGS, SAT_THROUGH, THERE, Outcomes
from synthview.rows import Flags, Floats, Ints

__all__ = [
    "Composition",
    "ImportanceWeights",
    "Odds",
    "WeightedWorlds",
    "mix",
]

_LEAST = 1e-300
"""In place of nothing, where something is divided by it or a logarithm is taken."""
_RESAMPLES = 400
_OUT_OF_REACH = 1e-3
"""A world does not print a number that it exceeds, or falls short of, in fewer than one of a
thousand throws of chance (our choice).
"""


@dataclass(frozen=True)
class ImportanceWeights:
    """What turns simulated homes into worlds.

    For each row of rates, how many of the homes behind the gates a source has, (row, source); for
    each of popularities, how many times as often the title is picked as where it was simulated,
    (half, row, day, country); for each half, how many homes of the service each that was looked at
    stands for. `by_chance` are the accounts of the service that crowds fill by chance with all
    gates open, (point, row of popularity, source); none without it.
    """

    thinning: Floats
    picked: Floats
    scale: Floats
    by_chance: Floats | None = None

    def of(self, seen: Outcomes, half: int, rates: Ints, popular: Ints) -> Floats:
        """How many accounts of the service each stands for, (mix, account)."""
        thinned = self.thinning[rates][:, seen.source]
        more_picked = self.picked[half][popular][:, seen.day, seen.country]
        return thinned * more_picked * seen.weight * self.scale[half]

    def of_crowds(self, point: int, rates: Ints, popular: Ints) -> Floats:
        """Accounts that crowds fill by chance, (mix, source): someone daily, seldom the same."""
        thinned = self.thinning[rates]
        if self.by_chance is None:
            return np.zeros_like(thinned, dtype=np.float64)
        filled = self.by_chance[point, popular]
        return np.asarray(filled * thinned)


@dataclass(frozen=True)
class Composition:
    """Numbers drawn from worlds: accounts by source and rung, (draw, source, rung), and missed."""

    counted: Ints
    missed: Ints
    point: Ints
    """Of which simulated point each is."""

    @property
    def daily_viewers(self) -> Ints:
        """Accounts of one person who sat through it on every day."""
        of_one_person = self.counted[:, :, SAT_THROUGH]
        return np.asarray(of_one_person.sum(axis=1))


@dataclass(frozen=True, slots=True)
class Odds:
    """The chance of a number if it was counted, if it was invented, and how many times as much."""

    counted: float
    invented: float
    times: float
    low: float
    high: float


@dataclass(frozen=True)
class WeightedWorlds:
    """Worlds by simulated point and mix: expected accounts, (point, mix, source, rung), and missed.

    `half` tells which of two worlds' homes each point was simulated by, `popular` and `rates` which
    rows were mixed in.
    """

    half: Ints
    popular: Ints
    rates: Ints
    counted: Floats
    missed: Floats

    @property
    def expected(self) -> Floats:
        """Accounts expected in the number, (point, mix)."""
        return np.asarray(self.counted.sum(axis=(2, 3)))

    def given(self, said: int, points: Flags | None = None) -> Floats:
        """The weight of each world once the number is known, by Poisson's law, summing to 1.

        Of some points alone.
        """
        chance = self._log_chance(said)
        if points is not None:
            chance = np.where(points[:, None], chance, -np.inf)
        weights = np.exp(chance - chance.max())
        return np.asarray(weights / weights.sum())

    def chance_of(self, said: int) -> float:
        """How likely the number is before anything is known."""
        return float(np.exp(self._log_chance(said)).mean())

    def reaching(self, said: int) -> int:
        """How many worlds may print a number: it is within what chance makes of the expected."""
        at_least = poisson.sf(said - 1, self.expected) >= _OUT_OF_REACH
        at_most = poisson.cdf(said, self.expected) >= _OUT_OF_REACH
        return int((at_least & at_most).sum())

    def odds(self, said: int, invented: Floats, like: range) -> Odds:
        """How many times as often honest counts than inventors come to a number.

        `invented` are the chances of an inventor for every number of `like`, of which the number is
        one: only counts that fall into it are compared. The interval is of 95 %, by letting every
        simulated point stand for more or fewer than it does.
        """
        one, all_ = self._chances(said), self._chances_within(like)
        made_up = float(invented[said - like.start])
        rng = np.random.default_rng(said)
        turns = rng.exponential(size=(_RESAMPLES, len(one)))
        times = (turns @ one) / np.maximum(turns @ all_, _LEAST) / made_up
        low, high = np.quantile(times, [0.025, 0.975]).tolist()
        counted = float(one.sum() / max(all_.sum(), _LEAST))
        return Odds(
            counted,
            made_up,
            counted / made_up,
            low,
            high,
        )

    def _chances(self, said: int) -> Floats:
        """The chance of a number at every point, on average over its worlds."""
        return np.asarray(np.exp(self._log_chance(said)).mean(axis=1))

    def _chances_within(self, like: range) -> Floats:
        """The same of all numbers of a range together."""
        upto, before = (poisson.cdf(end, self.expected) for end in (like.stop - 1, like.start - 1))
        return np.asarray((upto - before).mean(axis=1))

    def _log_chance(self, said: int) -> Floats:
        expected = np.maximum(self.expected, _LEAST)
        return np.asarray(said * np.log(expected) - expected - gammaln(said + 1))

    def compositions(
        self, said: int, count: int, seed: int, points: Flags | None = None
    ) -> tuple[Ints, Composition]:
        """Draw worlds that print a number: their places (point * mixes + mix), and accounts."""
        rng = np.random.default_rng(seed)
        sums = np.cumsum(self.given(said, points).ravel())
        evenly = (rng.random() + np.arange(count)) / count
        place = np.searchsorted(sums, evenly * sums[-1])
        rates = self.counted.reshape(sums.size, -1)[place]
        total = rates.sum(axis=1, keepdims=True)
        drawn = rng.multinomial(said, rates / np.maximum(total, _LEAST))
        counted = drawn.reshape(count, *self.counted.shape[2:])
        missed = rng.poisson(self.missed.ravel()[place])
        return place, Composition(counted, missed, place // self.popular.shape[1])

    def effective(self, said: int, points: Flags | None = None) -> tuple[float, float]:
        """How many worlds and simulated points the answer rests on: Kish's effective sizes."""
        of_worlds = self.given(said, points)
        of_points = of_worlds.sum(axis=1)
        return _effective_size(of_worlds), _effective_size(of_points)

    def share(self, source: int | None = None) -> Floats:
        """The share of one source in the number, or else that of daily viewers, (point, mix)."""
        sat_through = self.counted[..., SAT_THROUGH]
        part = sat_through if source is None else self.counted[:, :, source]
        whole = np.maximum(self.expected, _LEAST)
        return np.asarray(part.sum(axis=2) / whole)


def quantile_errors(values: Ints, point: Ints, quantiles: Sequence[float]) -> list[float]:
    """Monte Carlo standard errors of quantiles of values that belong to worlds.

    By letting every simulated point stand for more or fewer worlds than it does: of settings and
    homes there are only so many.
    """
    order = np.argsort(values, kind="stable")
    rng = np.random.default_rng(len(values))
    turns = rng.exponential(size=(_RESAMPLES, int(point.max()) + 1))
    sums = np.cumsum(turns[:, point[order]], axis=1)
    found = [
        values[order][np.minimum((sums < one * sums[:, -1:]).sum(axis=1), len(values) - 1)]
        for one in quantiles
    ]
    return [float(one.std()) for one in found]


def _effective_size(weights: Floats) -> float:
    """How many equal weights would tell as much (Kish)."""
    return float(1 / (weights**2).sum())


def mix(
    seen: Sequence[Outcomes],
    half: Ints,
    importance: ImportanceWeights,
    source_count: int,
    mixes: int,
    seed: int,
) -> WeightedWorlds:
    """Join every simulated point with as many rows of rates and popularities, all equally often.

    A home that was found stands for its weight, give or take: a draw for each world says by how
    much, which is how little few homes tell (Rubin's Bayesian bootstrap, 1981).
    """
    rng = np.random.default_rng(seed)
    rows = (importance.picked.shape[1], importance.thinning.shape[0])
    popular, rates = (_turns(len(seen), mixes, count, rng) for count in rows)
    counted = np.zeros((len(seen), mixes, source_count, RUNGS))
    missed = np.zeros((len(seen), mixes))
    for point, one in enumerate(seen):
        mixed = (rates[point], popular[point])
        weights = importance.of(one, int(half[point]), *mixed)
        weights = weights * bootstrap_weights(seed, point, mixes, len(one))
        counted[point] = _by_sort(one, weights, source_count)
        counted[point, :, :, THERE] += importance.of_crowds(point, *mixed)
        missed[point] = weights[:, ~one.is_counted].sum(axis=1)
    return WeightedWorlds(
        half,
        popular,
        rates,
        counted,
        missed,
    )


def _by_sort(one: Outcomes, weights: Floats, source_count: int) -> Floats:
    """The weights of counted accounts by tie and a person's rung, (mix, source, rung)."""
    counted = np.zeros((len(weights), source_count, RUNGS))
    for source, rung in product(range(source_count), range(RUNGS)):
        rows = one.is_counted & (one.source == source) & (one.rung == rung)
        counted[:, source, rung] = weights[:, rows].sum(axis=1)
    return counted


def bootstrap_weights(seed: int, point: int, mixes: int, accounts: int) -> Floats:
    """How many times its weight each account of a point may stand for in each mix."""
    return np.random.default_rng([seed, point]).exponential(size=(mixes, accounts))


def _turns(points: int, mixes: int, rows: int, rng: np.random.Generator) -> Ints:
    """The row of another block that each point meets in each mix, (point, mix), in balance."""
    needed = points * mixes
    rounds = -(-needed // rows)
    turns = np.concatenate([rng.permutation(rows) for _ in range(rounds)])
    return turns[:needed].reshape(mixes, points).T
