"""Posterior worlds: worlds that print one number, some drawn with their homes for a closer look."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import chain

import numpy as np

from synthview.callbacks import OnProgress
from synthview.claims.inference.parameters import POPULAR, RATE, SIMULATED, Blocks, with_settings
from synthview.claims.inference.proposal import SAT_THROUGH, HomePool, Outcomes, Point, propose
from synthview.claims.inference.shown import MOST_TURNS, Chosen, PlacedWorld, PosteriorWorld
from synthview.claims.inference.weights import ImportanceWeights, WeightedWorlds
from synthview.claims.question import Question
from synthview.errors import InputError
from synthview.rows import Flags, Floats, Ints

__all__ = ["PosteriorWorlds"]

_TRIED, _ATTEMPTS = 3_000, 12
_LOOKED_FOR = ((1.0, 1_000), (4.0, 2_000))
"""In which part of the homes of a pool more are looked for, and how many of a source are
simulated: little first.
"""
_ENDS = ("child_on_loop", "devoted_fan")
"""What several worlds are ordered by: from mostly the one to mostly the other."""


@dataclass(frozen=True)
class PosteriorWorlds:
    """What conclusions rest on: settings, pools of homes, their simulations, and worlds."""

    question: Question
    sources: tuple[str, ...]
    blocks: Blocks
    pools: tuple[HomePool, ...]
    seen: tuple[Outcomes, ...] = field(repr=False)
    importance: ImportanceWeights = field(repr=False)
    weighted: WeightedWorlds = field(repr=False)
    seed: int
    workers: int = 1

    def draw(self, said: int, turn: int = 0) -> PosteriorWorld:
        """One world that prints a number, drawn from all that do; another for each `turn`.

        Only worlds with enough homes, none twice, can be shown: those that need more of a rare kind
        than are found are passed over. Raises InputError where there is none.
        """
        draws = self._draws(said, turn)
        return self._first(draws, draws.is_likely)[0]

    def draw_with(self, cause: str, said: int) -> tuple[PosteriorWorld, Chosen]:
        """The first of the draws, in their order, with a home that a cause ties to the title.

        And how it was found.

        Where none of the first MOST_TURNS is one, it is the first draw as it is. Raises InputError
        as `draw` does.
        """
        draws = self._draws(said, 0)
        holds = self._counts(draws.counted, cause) > 0
        soon = np.arange(len(holds)) < MOST_TURNS
        try:
            shown, place = self._first(draws, draws.is_likely & holds & soon)
        except InputError:
            shown, place = self._first(draws, draws.is_likely)
        return shown, Chosen(
            cause,
            bool(holds[place]),
            place + 1,
            int((~holds[:place]).sum()),
            int(holds[:place].sum()),
            float(holds.mean()),
        )

    def several(
        self, said: int, count: int, on_progress: OnProgress | None = None
    ) -> tuple[PlacedWorld, ...]:
        """Up to so many worlds, evenly spaced by fans less children, most children first.

        For each of these positions it is the nearest draw that is not yet taken and can be shown.
        """
        draws = self._draws(said, -1)
        likely = np.flatnonzero(draws.is_likely)
        balance = self._balance(draws.counted) / max(said, 1)
        taken: dict[int, PosteriorWorld] = {}
        whole: dict[int, Outcomes] = {}
        for near in _by_nearness(likely, balance, count):
            for place in [one for one in near if one not in taken][:_ATTEMPTS]:
                shown = self._shown(draws.one(place), whole)
                if shown:
                    taken[place] = shown
                    break
            if on_progress:
                on_progress(len(taken), count)
        places = sorted(taken, key=lambda place: (balance[place], place))
        shares = _nearest(balance, balance[places])
        return tuple(
            PlacedWorld(taken[place], float(balance[place]), share)
            for place, share in zip(places, shares, strict=True)
        )

    def _balance(self, counted: Ints) -> Ints:
        """By how many accounts the homes of fans are more than those of children, in each draw."""
        first, last = (self._counts(counted, name) for name in _ENDS)
        return last - first

    def _counts(self, counted: Ints, cause: str) -> Ints:
        """How many accounts of each draw a cause ties to the title."""
        if cause not in self.sources:
            return np.zeros(len(counted), dtype=np.int64)
        return np.asarray(counted[:, self.sources.index(cause)].sum(axis=1))

    def _draws(self, said: int, turn: int) -> _Draws:
        """Worlds of the question's own seed that print the number, in a random but fixed order."""
        place, drawn = self.weighted.compositions(
            said, _TRIED, (self.seed + turn) % (1 << 62), self.weighted.half == 0
        )
        mixes = self.weighted.popular.shape[1]
        rows = np.random.default_rng([self.seed, turn + 1]).permutation(_TRIED)
        point = place[rows] // mixes
        mixed = place[rows] % mixes
        counted = drawn.counted[rows]
        there = np.stack(
            [self._there(*one) for one in zip(point.tolist(), mixed.tolist(), strict=True)]
        )
        is_likely: Flags = np.asarray((counted <= np.ceil(there)).all(axis=(1, 2)))
        return _Draws(point, mixed, counted, is_likely)

    def _there(self, point: int, mixed: int) -> Floats:
        """Expected counted homes among those examined, all gates open, (source, rung)."""
        seen = self.seen[point]
        popular = self.weighted.popular[point, mixed]
        return self._found(seen, seen.weight * self._picked(seen, popular))

    def _picked(self, seen: Outcomes, popular: int) -> Floats:
        """How much more often each home of the own half picks the title at this popularity."""
        return np.asarray(self.importance.picked[0, popular, seen.day, seen.country])

    def _found(self, seen: Outcomes, weight: Floats) -> Floats:
        """How many counted homes there are by their weights, (source, rung)."""
        found = np.zeros(self.weighted.counted.shape[2:])
        counted = np.flatnonzero(seen.is_counted)
        np.add.at(
            found,
            (seen.source[counted], seen.rung[counted]),
            weight[counted],
        )
        return found

    def _first(self, draws: _Draws, fits: Flags) -> tuple[PosteriorWorld, int]:
        """The first of those that fit whose homes are all found, and its place."""
        for place in np.flatnonzero(fits)[:_ATTEMPTS].tolist():
            shown = self._shown(draws.one(place), {})
            if shown:
                return shown, place
        raise InputError(
            f"No world of the {len(self.seen)} points has the homes to show: more homes have "
            "to be looked at."
        )

    def _shown(self, one: _Drawn, whole: dict[int, Outcomes]) -> PosteriorWorld | None:
        """A world by its homes, if so many of each sort are found.

        `whole` keeps the points that were simulated for it.

        Where those of its point do not suffice, more are looked for in a world in which the title
        is as popular.
        """
        popular = int(self.weighted.popular[one.point, one.mixed])
        if one.point not in whole:
            point = self._point(one.point)
            every = replace(point, most_simulated=max(len(point.pool.households), 1))
            whole[one.point] = every.seen(self.workers)
        simulated = whole[one.point]
        if self._suffice(one, simulated):
            return self._show(
                one, self._point(one.point), simulated, self._picked(simulated, popular)
            )
        for point in self._popular(one, self.blocks.row(POPULAR, popular)):
            seen = point.seen(self.workers)
            if self._suffice(one, seen):
                return self._show(one, point, seen, np.ones(len(seen)))
        return None

    def _popular(self, one: _Drawn, settings: dict[str, float | int]) -> Iterator[Point]:
        """A world's point with candidate homes at its own popularities; more at each call."""
        liked, ranges = (
            with_settings(self.question, settings),
            tuple(chain(*self.blocks.ranges.values())),
        )
        lengths = self.blocks.values[SIMULATED][[one.point]]
        for part, simulated in _LOOKED_FOR:
            pool = propose(
                liked, ranges, lengths, int(part * self.pools[0].looked_at), self.workers
            )
            yield replace(self._point(one.point), pool=pool, most_simulated=simulated)

    def _suffice(self, one: _Drawn, seen: Outcomes) -> bool:
        """Whether there are as many counted homes of each source and rung as a world has."""
        return bool((one.counted <= self._found(seen, np.ones(len(seen)))).all())

    def _show(self, one: _Drawn, point: Point, seen: Outcomes, picked: Floats) -> PosteriorWorld:
        """Draw the homes of a world among those counted, by how often each would pick the title."""
        rng = np.random.default_rng([self.seed, one.point, one.mixed])
        # The smallest waiting times are a weighted draw without replacement (Efraimidis 2006).
        waits = rng.exponential(size=len(seen)) / np.maximum(picked, 1e-12)
        rows = [
            own[np.argsort(waits[own])[: one.counted[source, rung]]]
            for source, rung in np.argwhere(one.counted).tolist()
            for own in [
                np.flatnonzero(seen.is_counted & (seen.source == source) & (seen.rung == rung))
            ]
        ]
        homes = seen.take(
            np.sort(np.concatenate(rows))
        )  # in the order of their numbers, as they were found
        return PosteriorWorld(
            point.question,
            self.settings(one.point, one.mixed),
            point.off(point.question, homes),
            homes.household,
            tuple(self.sources[source] for source in homes.source.tolist()),
            homes.rung == SAT_THROUGH,
            self._rows(one, point),
        )

    def _rows(self, one: _Drawn, point: Point) -> dict[str, int]:
        """Which rows of each block a world is made of, and whence its popularity and homes are."""
        place = one.point, one.mixed
        popular, rates = (int(rows[place]) for rows in (self.weighted.popular, self.weighted.rates))
        return {
            "point": one.point,
            "popularity": popular,
            "rates": rates,
            "popularity_seed": self.seed + popular,
            "looked_at": point.pool.looked_at,
        }

    def _point(self, number: int) -> Point:
        stated = {one.path: one.stated for one in self.blocks.ranges[RATE]}
        pool = self.pools[number % len(self.pools)]
        return Point(number, pool, stated, self.blocks.row(SIMULATED, number))

    def mixed(self, point: int, mixed: int) -> tuple[int, int]:
        """Which rows of rates and of popularities a world has."""
        return int(self.weighted.rates[point, mixed]), int(self.weighted.popular[point, mixed])

    def accounts(self, point: int, rates: int, popular: int) -> tuple[float, float, float]:
        """What the homes of a point give with any rows of rates and popularities, by their weights.

        Accounts in the number, the sum of their squared weights, and accounts of one daily viewer.
        """
        seen, rows = self.seen[point], (np.array([rates]), np.array([popular]))
        weights = self.importance.of(seen, int(self.weighted.half[point]), *rows)[0]
        counted = weights[seen.is_counted]
        viewers = float(weights[seen.is_counted & (seen.rung == SAT_THROUGH)].sum())
        crowds = float(self.importance.of_crowds(point, *rows).sum())
        return float(counted.sum()) + crowds, float((counted**2).sum()), viewers

    def settings(self, point: int, mixed: int) -> dict[str, float]:
        """What is set in a world, by all three blocks."""
        popular, rates = (
            int(rows[point, mixed]) for rows in (self.weighted.popular, self.weighted.rates)
        )
        return {
            **self.blocks.row(SIMULATED, point),
            **self.blocks.row(POPULAR, popular),
            **self.blocks.row(RATE, rates),
        }


@dataclass(frozen=True)
class _Drawn:
    """A drawn world: its simulated point, its mix, and its counted homes by (source, rung)."""

    point: int
    mixed: int
    counted: Ints


@dataclass(frozen=True)
class _Draws:
    """Many worlds that were drawn, in their order.

    `is_likely` tells of which the homes are likely to be found.
    """

    point: Ints
    mixed: Ints
    counted: Ints
    is_likely: Flags

    def one(self, place: int) -> _Drawn:
        """The world at a place of the order."""
        return _Drawn(
            int(self.point[place]),
            int(self.mixed[place]),
            self.counted[place],
        )


def _by_nearness(likely: Ints, balance: Floats, count: int) -> Iterator[list[int]]:
    """For some positions in even steps of the balance, the likely draws by how near they are."""
    if not len(likely):
        return
    own = balance[likely]
    for aim in np.linspace(own.min(), own.max(), count):
        yield likely[np.argsort(np.abs(own - aim), kind="stable")].tolist()


def _nearest(values: Floats, chosen: Floats) -> list[float]:
    """What share of the values lies nearest to each that was chosen.

    Those between two count for both by half.
    """
    apart = np.abs(values[:, None] - chosen[None, :])
    is_nearest = apart == apart.min(axis=1, keepdims=True, initial=np.inf)
    return [float(one) for one in (is_nearest / is_nearest.sum(axis=1, keepdims=True)).mean(axis=0)]
