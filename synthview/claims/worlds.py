"""Worlds that print one number: some of them drawn, with their homes, to be looked at from close by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from synthview.claims.mixtures import Mixtures, Weighing
from synthview.claims.pool import SAT_THROUGH, Point, Pool, Seen
from synthview.claims.question import Question
from synthview.claims.ranges import LIVED, POPULAR, RATE, Blocks
from synthview.errors import InputError
from synthview.rows import Flags, Floats, Ints

__all__ = ["Basis", "Shown"]

_TRIED, _ATTEMPTS = 3_000, 12
_ENDS = ("child_on_loop", "devoted_fan")
"""What several worlds are ordered by: from mostly the one to mostly the other."""


@dataclass(frozen=True)
class Shown:
    """A world that prints the number, by its homes; live them by `question`, with `off` of each.

    `settings` are those of that world; `question` has its gates open, so that others than these homes may be tied too.
    """

    question: Question
    settings: Mapping[str, float]
    off: Mapping[str, Flags]
    households: Ints
    causes: tuple[str, ...]
    same_person: Flags

    def count(self, cause: str) -> int:
        """Homes that a cause ties to the title."""
        return self.causes.count(cause)


@dataclass(frozen=True)
class Basis:
    """All that conclusions rest on: settings, pools of homes, what was lived of them, and the worlds made of that."""

    question: Question
    sources: tuple[str, ...]
    blocks: Blocks
    pools: tuple[Pool, Pool]
    seen: tuple[Seen, ...] = field(repr=False)
    weighing: Weighing = field(repr=False)
    mixtures: Mixtures = field(repr=False)
    seed: int

    def draw(self, said: int, turn: int = 0) -> Shown:
        """One world that prints a number, drawn from all that do; another for each `turn`.

        Only worlds with enough homes, none twice, can be shown: those that need more of a rare kind than were found are
        passed over. Raises InputError where there is none.
        """
        known = self._likely(said, turn)
        for one in known[:_ATTEMPTS]:
            whole = self._whole([one.point])[one.point]
            if (one.counted <= self._found(whole)).all():
                return self._show(one, whole)
        raise InputError(
            f"No world of the {len(self.seen)} points lived has {said:,} homes to show: more homes have to be looked at."
        )

    def several(self, said: int, count: int) -> tuple[Shown, ...]:
        """Up to so many worlds, from mostly children to mostly fans, at even distances among those that were drawn."""
        known = sorted(self._likely(said, -1), key=self._order)
        places = np.unique(np.linspace(0, max(len(known) - 1, 0), count).round().astype(np.int64))[: len(known)]
        whole = self._whole(sorted({known[place].point for place in places.tolist()}))
        fits = [one for one in known if one.point in whole and (one.counted <= self._found(whole[one.point])).all()]
        if not fits:
            return ()
        order = np.array([self._order(one) for one in fits])
        nearest = [int(np.abs(order - self._order(known[place])).argmin()) for place in places.tolist()]
        return tuple(self._show(fits[place], whole[fits[place].point]) for place in dict.fromkeys(nearest))

    def _order(self, one: _Drawn) -> float:
        first, last = (
            float(one.counted[self.sources.index(name)].sum()) if name in self.sources else 0.0 for name in _ENDS
        )
        return last - first

    def _likely(self, said: int, turn: int) -> list[_Drawn]:
        """Worlds of the question's own seed that print the number and whose homes are likely to be found, shuffled."""
        place, drawn = self.mixtures.compositions(said, _TRIED, (self.seed + turn) % (1 << 62), self.mixtures.half == 0)
        mixes = self.mixtures.popular.shape[1]
        there = np.stack([self._found(seen, seen.weight) for seen in self.seen])
        rows = np.random.default_rng([self.seed, turn + 1]).permutation(_TRIED)
        fits = (drawn.counted[rows] <= np.ceil(there[place[rows] // mixes])).all(axis=(1, 2))
        return [
            _Drawn(int(place[row]) // mixes, int(place[row]) % mixes, drawn.counted[row]) for row in rows[fits].tolist()
        ]

    def _whole(self, points: list[int]) -> dict[int, Seen]:
        """Some points lived anew by all of their homes, none standing for others."""
        return dict(
            one
            for point in points
            for one in replace(self._point(point), most_lived=len(self.pools[0].households)).perform()
        )

    def _found(self, seen: Seen, weight: Floats | None = None) -> Floats:
        """How many homes were counted, (source, rung)."""
        found = np.zeros(self.mixtures.counted.shape[2:])
        counted = np.flatnonzero(seen.is_counted)
        np.add.at(found, (seen.source[counted], seen.rung[counted]), 1.0 if weight is None else weight[counted])
        return found

    def _show(self, one: _Drawn, seen: Seen) -> Shown:
        popular = self.mixtures.popular[one.point, one.mixed]
        rng = np.random.default_rng([self.seed, one.point, one.mixed])
        # The smallest waiting times are those of a draw without replacement by weight (Efraimidis and Spirakis, 2006).
        waits = rng.exponential(size=len(seen)) / np.maximum(
            self.weighing.picked[0, popular, seen.day, seen.country], 1e-12
        )
        rows = [
            own[np.argsort(waits[own])[: one.counted[source, rung]]]
            for source, rung in np.argwhere(one.counted).tolist()
            for own in [np.flatnonzero(seen.is_counted & (seen.source == source) & (seen.rung == rung))]
        ]
        homes = seen.take(np.sort(np.concatenate(rows)))  # in the order of their numbers, as they were found
        point = self._point(one.point)
        return Shown(
            point.question, self._settings(one), point.off(point.question, homes), homes.household,
            tuple(self.sources[source] for source in homes.source.tolist()), homes.rung == SAT_THROUGH,
        )  # fmt: skip

    def _point(self, number: int) -> Point:
        stated = {one.path: one.stated for one in self.blocks.ranges[RATE]}
        pool = self.pools[int(self.mixtures.half[number])]
        return Point(number, pool, stated, self.blocks.row(LIVED, number))

    def _settings(self, one: _Drawn) -> dict[str, float]:
        """What is set in a world, by all three blocks."""
        popular, rates = (int(rows[one.point, one.mixed]) for rows in (self.mixtures.popular, self.mixtures.rates))
        return {
            **self.blocks.row(LIVED, one.point), **self.blocks.row(POPULAR, popular), **self.blocks.row(RATE, rates)
        }  # fmt: skip


@dataclass(frozen=True)
class _Drawn:
    """A world that was drawn: its lived point, its mix, and how many homes of each sort it counts, (source, rung)."""

    point: int
    mixed: int
    counted: Ints
