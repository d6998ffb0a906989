"""Worlds that print one number: some of them drawn, with their homes, to be looked at from close by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from synthview.claims.mixtures import Mixtures, Weighing
from synthview.claims.pool import SAT_THROUGH, Point, Pool, Seen
from synthview.claims.question import Question
from synthview.claims.ranges import LIVED, POPULAR, RATE, Blocks
from synthview.claims.wording import label_of, ordinal, percent_of
from synthview.errors import InputError
from synthview.rows import Flags, Floats, Ints

__all__ = ["MOST_TURNS", "Basis", "Chosen", "Placed", "Shown"]

_TRIED, _ATTEMPTS = 3_000, 12
MOST_TURNS = 100
"""So many draws are looked through for a world with a home of some cause, before the first is taken as it is."""
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


@dataclass(frozen=True, slots=True)
class Chosen:
    """How a world with a home of some cause was found among the draws.

    `turn` is its place among them, from 1; of those before it so many are `without` such a home, and so many have one but
    cannot be shown. `share` of all draws has one.
    """

    cause: str
    has_one: bool
    turn: int
    without: int
    not_shown: int
    share: float

    def as_dict(self) -> dict[str, Any]:
        """The same as JSON has it."""
        return {
            "cause": self.cause, "has_one": self.has_one, "turn": self.turn, "passed_over": self.turn - 1,
            "without": self.without, "not_shown": self.not_shown, "most_turns": MOST_TURNS, "share_of_worlds": self.share,
        }  # fmt: skip

    def in_words(self, said: int) -> str:
        """The same in one sentence."""
        drawn = f"Drawn from the posterior given exactly {said:,} under the headline definition"
        home, turn = f"a home with {label_of(self.cause)}", ordinal(self.turn)
        if not self.share:
            return f"{drawn}: the {turn} of the draws; none of them has {home}."
        common = f"in {percent_of(self.share)} of such worlds there is one"
        if not self.has_one:
            return f"{drawn}: the {turn} of the draws, as none of the first {MOST_TURNS} has {home} to show; {common}."
        first = f"the first that has {home}{' and can be shown' if self.not_shown else ''}"
        return f"{drawn}; {first}, the {turn} of the draws; {common}."


@dataclass(frozen=True, slots=True)
class Placed:
    """One of several worlds: by how much the share of fans exceeds that of children, and what share of draws is nearest to it."""

    shown: Shown
    balance: float
    nearest: float


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
        draws = self._draws(said, turn)
        return self._first(draws, draws.is_likely)[0]

    def draw_with(self, cause: str, said: int) -> tuple[Shown, Chosen]:
        """The first of the draws, in their order, with a home that a cause ties to the title; and how it was found.

        Where none of the first MOST_TURNS is one, it is the first draw as it is. Raises InputError as `draw` does.
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

    def several(self, said: int, count: int) -> tuple[Placed, ...]:
        """Up to so many worlds, from most children to most fans, evenly spaced in what the share of fans exceeds that of children by.

        For each of these positions it is the nearest draw that is not yet taken and can be shown.
        """
        draws = self._draws(said, -1)
        likely, balance = np.flatnonzero(draws.is_likely), self._balance(draws.counted) / max(said, 1)
        taken: dict[int, Shown] = {}
        whole: dict[int, Seen] = {}
        for aim in np.linspace(balance[likely].min(), balance[likely].max(), count) if len(likely) else ():
            near = likely[np.argsort(np.abs(balance[likely] - aim), kind="stable")].tolist()
            for place in [one for one in near if one not in taken][:_ATTEMPTS]:
                shown = self._shown(draws.one(place), whole)
                if shown:
                    taken[place] = shown
                    break
        places = sorted(taken, key=lambda place: (balance[place], place))
        shares = _nearest(balance, balance[places])
        return tuple(
            Placed(taken[place], float(balance[place]), share) for place, share in zip(places, shares, strict=True)
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
        """Worlds of the question's own seed that print the number, in an order of chance that is the same each time."""
        place, drawn = self.mixtures.compositions(said, _TRIED, (self.seed + turn) % (1 << 62), self.mixtures.half == 0)
        mixes = self.mixtures.popular.shape[1]
        there = np.stack([self._found(seen, seen.weight) for seen in self.seen])
        rows = np.random.default_rng([self.seed, turn + 1]).permutation(_TRIED)
        point, counted = place[rows] // mixes, drawn.counted[rows]
        return _Draws(point, place[rows] % mixes, counted, (counted <= np.ceil(there[point])).all(axis=(1, 2)))

    def _first(self, draws: _Draws, fits: Flags) -> tuple[Shown, int]:
        """The first of those that fit whose homes are all found, and its place."""
        for place in np.flatnonzero(fits)[:_ATTEMPTS].tolist():
            shown = self._shown(draws.one(place), {})
            if shown:
                return shown, place
        raise InputError(
            f"No world of the {len(self.seen)} points lived has the homes to show: more homes have to be looked at."
        )

    def _shown(self, one: _Drawn, whole: dict[int, Seen]) -> Shown | None:
        """A world by its homes, if so many of each sort are found; `whole` keeps the points that were lived for it."""
        if one.point not in whole:
            whole |= self._whole([one.point])
        fits = (one.counted <= self._found(whole[one.point])).all()
        return self._show(one, whole[one.point]) if fits else None

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


@dataclass(frozen=True)
class _Draws:
    """Many worlds that were drawn, in their order; `is_likely` tells of which the homes are likely to be found."""

    point: Ints
    mixed: Ints
    counted: Ints
    is_likely: Flags

    def one(self, place: int) -> _Drawn:
        """The world at a place of the order."""
        return _Drawn(int(self.point[place]), int(self.mixed[place]), self.counted[place])


def _nearest(values: Floats, chosen: Floats) -> list[float]:
    """What share of the values lies nearest to each that was chosen; those between two count for both by half."""
    apart = np.abs(values[:, None] - chosen[None, :])
    is_nearest = apart == apart.min(axis=1, keepdims=True, initial=np.inf)
    return [float(one) for one in (is_nearest / is_nearest.sum(axis=1, keepdims=True)).mean(axis=0)]
