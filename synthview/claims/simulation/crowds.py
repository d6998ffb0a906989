"""Crowds: accounts with so many users that by chance somebody may have the title on every day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from synthview.claims.question import Question
from synthview.people.homes import countries_of
from synthview.rows import Flags, Floats, Ints
from synthview.stage.actor import Actor
from synthview.tables import COUNTRIES
from synthview.world import World
from synthview.world.popularity import ADULTS

__all__ = ["Crowd", "crowd_of", "may_fill_by_chance", "parts"]

_BY_THE_FAMILY = 2.0
"""Films a day that the home of a crowd picks itself, at most: it has 1.3 hours a day on average
(S04).
"""
_NOT_LOOKED_AT = 1e-6
"""Homes are left out that are less likely than this to fill the days: of a million of the likeliest
left out, one.
"""


@dataclass(frozen=True)
class Crowd:
    """How often a day the people of some homes draw a title: each home's row, draws by country."""

    home: Ints
    draws: Floats

    def daily(self, part: Floats) -> Floats:
        """Draws a day that fall on a title by its share in each country (country last)."""
        by_country = np.swapaxes(np.atleast_2d(part), -1, -2)
        return np.asarray(self.draws @ by_country)

    def expected(self, part: Floats) -> float:
        """How many of the homes fill all days with a title by these draws alone.

        `part` is (day, country).
        """
        fills_a_day = -np.expm1(-self.daily(part))
        fills_all = fills_a_day.prod(axis=1)
        return float(fills_all.sum())


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


def may_fill_by_chance(question: Question, world: World, households: Ints, work: int) -> Flags:
    """Which households have so many users that they may fill the days with a work by chance.

    With m draws a day that fall on the work, on average over some days, at most a share min(1, m)
    of these days has it; that all but one of n days do is then no likelier than n times that to the
    power of n - 1, and that for each window.
    """
    likely = np.zeros(len(households), dtype=bool)
    actors = [one for one in world.scenario.actors.values() if isinstance(one, Actor)]
    crowd = crowd_of(world, actors, households, work, question.span)
    if len(crowd.home):
        part = _best_window(question, world, work)
        country = countries_of(world, households[crowd.home])
        by_family = _BY_THE_FAMILY * part[country]
        by_crowd = crowd.daily(part)[:, 0]
        share = np.minimum(by_crowd + by_family, 1.0)
        needed = max(question.days - 1, 1)
        chance = question.windows * question.days * share**needed
        likely[crowd.home] = chance > _NOT_LOOKED_AT
    return likely


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
    each = parts(world, work, question.span)
    summed = np.cumsum(np.pad(each, ((1, 0), (0, 0))), axis=0)
    within = summed[days:] - summed[:-days]
    return np.asarray(within.max(axis=0) / days)
