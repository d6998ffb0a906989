"""Crowds: accounts with so many users that by chance somebody may have the title on every day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from synthview.claims.question import Question
from synthview.claims.simulation.homes import spread
from synthview.people.homes import countries_of
from synthview.people.subscriptions import changes
from synthview.rows import Flags, Floats, Ints
from synthview.stage.actor import Actor
from synthview.tables import COUNTRIES
from synthview.world import World
from synthview.world.clock import DAY_MS
from synthview.world.popularity import ADULTS

__all__ = [
    "Crowd",
    "crowd_of",
    "filled_by_chance",
    "left_out",
    "looked_for_among",
    "may_fill_by_chance",
    "parts",
    "running",
]

_BY_THE_FAMILY = 2.0
"""Films a day that the home of a crowd picks itself, at most: it has 1.3 hours a day on average
(S04).
"""
_NOT_LOOKED_AT = 1e-2
"""Homes are left out that are less likely than this to fill all days but one of any window; how
many are in the number all the same is reckoned (`left_out`).
"""
_NOT_LOOKED_AT_OF_MANY = 1e-2
"""The same of homes that only have some people more, as a third of all have: a sample holds enough
of them to tell what is missed.
"""
_NOT_LOOKED_AT_FOR_ALL = 1e-4
"""The same where all days of the last window alone count: then a chance is known day by day."""
_NO_CROWD = 1e-9
"""Where all crowds together are expected fewer times than this in a number, none is."""
_RECKONED = 1 << 17
"""Of so many homes, evenly spread, it is reckoned."""


@dataclass(frozen=True)
class Crowd:
    """How often a day the people of some homes draw a title: each home's row, draws by country."""

    home: Ints
    draws: Floats

    def refused(self, for_each: float) -> Crowd:
        """The same crowd without the draws for which its plan has no stream left."""
        left = np.clip(1.0 - for_each * self.draws.sum(axis=1, keepdims=True), 0.0, 1.0)
        return Crowd(self.home, self.draws * left)

    def daily(self, part: Floats) -> Floats:
        """Draws a day that fall on a title by its share in each country (country last)."""
        by_country = np.swapaxes(np.atleast_2d(part), -1, -2)
        return np.asarray(self.draws @ by_country)

    def fills_all(self, part: Floats, more: float = 0.0) -> Floats:
        """The chance of each home to fill all days by these draws; `part` is (day, country).

        Of `more` draws a day the greatest part of the day falls on the title.
        """
        daily = self.daily(part) + more * part.max(axis=1)
        fills_a_day = -np.expm1(-daily)
        return np.asarray(fills_a_day.prod(axis=1))

    def at_most(self, parts: Floats) -> float:
        """No fewer than are expected to fill all days, in any of some worlds (world, day, country).

        As if every home had as many draws as the one with most, on the best of days.
        """
        most = float(self.draws.sum(axis=1).max(initial=0)) * float(parts.max(initial=0))
        return float(len(self.home) * (-np.expm1(-most)) ** parts.shape[1])

    def expected(self, part: Floats) -> float:
        """How many of the homes fill all days with a title by these draws alone.

        `part` is (day, country).
        """
        return float(self.fills_all(part).sum())


def crowd_of(
    world: World, actors: Sequence[Actor], households: Ints, work: int, days: range
) -> Crowd:
    """What actors say of the crowds that they bring to some households."""
    nothing = np.zeros(0, dtype=np.int64)
    said = [(nothing, nothing, np.zeros(0))]
    said += [one.picks_daily(world, households, work, days) for one in actors]
    row, country, often = map(np.concatenate, zip(*said, strict=True))
    home, place = np.unique(row, return_inverse=True)
    draws = np.zeros((len(home), len(COUNTRIES)))
    np.add.at(draws, (place, country), often)
    return Crowd(home, draws)


def running(world: World, crowd: Crowd, households: Ints, days: range) -> Crowd:
    """A crowd without those homes whose account is closed at either end of some days."""
    instants = changes(world, households[crowd.home])  # at each of them it opens, or closes
    ends = np.array([days.start, days.stop], dtype=np.int64) * DAY_MS
    passed = (instants[:, :, None] <= ends).sum(axis=1)
    is_open = (passed % 2 == 1).all(axis=1)
    return Crowd(crowd.home[is_open], crowd.draws[is_open])


def filled_by_chance(
    world: World,
    actors: Sequence[Actor],
    households: Ints,
    work: int,
    days: range,
    parts_: Floats,
    refused: float = 0.0,
) -> Floats:
    """How many of some homes are expected to fill all days by their crowds' draws alone, (world,).

    In each of some worlds, whose parts of all picks are (world, day, country). Day by day: of a
    crowd some come while the days go by, and a film is often liked most on the first of them. For
    each film a day that a crowd draws a share of `refused` comes to nothing.
    """
    crowd = crowd_of(world, actors, households, work, days)
    if not len(crowd.home) or crowd.at_most(parts_) <= _NO_CROWD:
        return np.zeros(len(parts_))
    homes = households[running(world, crowd, households, days).home]
    filled = np.ones((len(homes), len(parts_)))
    for turn, day in enumerate(days):
        there = crowd_of(world, actors, homes, work, range(day, day + 1)).refused(refused)
        fills = np.zeros_like(filled)
        fills[there.home] = -np.expm1(-there.daily(parts_[:, turn]))
        filled *= fills
    return np.asarray(filled.sum(axis=0))


def may_fill_by_chance(
    question: Question, world: World, households: Ints, work: int, *, headline: bool = False
) -> Flags:
    """Which households have so many users that they may fill the days with a work by chance.

    With m draws a day that fall on the work, on average over some days, at most a share min(1, m)
    of these days has it; that all but one of n days do is then no likelier than n times that to the
    power of n - 1, and that for each window. For the `headline` all days of the last one count.
    """
    likely = np.zeros(len(households), dtype=bool)
    best = _best_window(question, world, work)
    few, many = _crowding(question, best)
    for actors, least in ((few, _NOT_LOOKED_AT), (many and few + many, _NOT_LOOKED_AT_OF_MANY)):
        crowd = crowd_of(
            world,
            actors,
            households,
            work,
            question.span,
        )
        if len(crowd.home) and headline:
            last = parts(world, work, _last_window(question))
            fills = crowd.fills_all(last, _BY_THE_FAMILY)
            likely[crowd.home] |= fills > _NOT_LOOKED_AT_FOR_ALL
        elif len(crowd.home):
            country = countries_of(world, households[crowd.home])
            by_family = _BY_THE_FAMILY * best[country]
            by_crowd = crowd.daily(best)[:, 0]
            likely[crowd.home] |= _chance(question, by_crowd + by_family) > least
    return likely


def _last_window(question: Question) -> range:
    return range(question.first, question.last + 1)


def _chance(question: Question, draws: Floats | float) -> Floats:
    """No less than the chance to fill all days but one of any window, by draws that fall on it."""
    needed = max(question.days - 1, 1)
    return question.windows * question.days * np.minimum(draws, 1.0) ** needed


def _crowding(question: Question, part: Floats) -> tuple[list[Actor], list[Actor]]:
    """Actors that bring crowds to few homes, and those that bring some people to many.

    The latter only if these may fill the days of a home, at the greatest part of all.
    """
    actors = [one for one in question.scenario.actors.values() if isinstance(one, Actor)]
    few = [one for one in actors if np.isinf(one.most_daily())]
    many = [one for one in actors if not np.isinf(one.most_daily())]
    draws = [(one.most_daily() + _BY_THE_FAMILY) * float(part.max()) for one in many]
    likely = [_chance(question, one) > _NOT_LOOKED_AT_OF_MANY for one in draws]
    return few, [one for one, is_likely in zip(many, likely, strict=True) if is_likely]


def looked_for_among(question: Question, world: World, work: int, wanted: int) -> int:
    """Among how many homes, from the first, about as many crowds are found as are wanted.

    For the headline alone. Where hardly any may fill the days it is none: `left_out` has them all.
    """
    of = question.scenario.run.households
    homes = np.arange(min(_RECKONED, of), dtype=np.int64)
    found = int(may_fill_by_chance(question, world, homes, work, headline=True).sum())
    return min(of, wanted * len(homes) // found) if found else 0


def left_out(question: Question, world: World, work: int, *, headline: bool = False) -> float:
    """How many crowds that are not looked at are expected in the number, of the whole service.

    From homes evenly spread; on each day a family picks as many films as any may.
    """
    of = question.scenario.run.households
    homes = spread(_RECKONED, of)
    crowding = _crowding(question, np.zeros(1))[0]
    days = _last_window(question)
    crowd = running(world, crowd_of(world, crowding, homes, work, days), homes, days)
    if not len(crowd.home):
        return 0.0
    looked_at = may_fill_by_chance(question, world, homes, work, headline=headline)[crowd.home]
    filled = crowd.fills_all(parts(world, work, days), _BY_THE_FAMILY)
    return float(filled[~looked_at].sum()) * of / len(homes)


def parts(world: World, work: int, days: range, audience: int = ADULTS) -> Floats:
    """The part of all picks of its kind that a work has, (day, country); 0 before it appears."""
    first = audience * len(COUNTRIES)
    rows = slice(first, first + len(COUNTRIES))
    found = []
    for day in days:
        weight, total = world.popularity.part_of(work, day)
        found.append(weight[rows] / np.maximum(total[rows], 1))
    return np.stack(found)


def _best_window(question: Question, world: World, work: int) -> Floats:
    """The same in each country on average over the window in which it is most."""
    days = question.days
    each = parts(
        world,
        work,
        question.span,
    )
    summed = np.cumsum(np.pad(each, ((1, 0), (0, 0))), axis=0)
    within = summed[days:] - summed[:-days]
    return np.asarray(within.max(axis=0) / days)
