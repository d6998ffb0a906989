"""Habits: the few ordinary people who return to one title at will, found without their days."""

from __future__ import annotations

import numpy as np

from synthview.draws.chance import Stream
from synthview.ids import within_home
from synthview.people.homes import PERSONS, PROFILES, countries_of
from synthview.rows import Ints
from synthview.viewing.settings import ChoosingSettings
from synthview.viewing.tastes import has_comfort, has_sleep_aid, is_repeater
from synthview.world import World
from synthview.world.popularity import ADULTS, KIDS

__all__ = ["habits"]


def habits(world: World, households: Ints, work: int, days: range) -> Ints:
    """On how many of some days each household may play a work out of habit; never too small.

    Everybody else starts one title on few days of a window (`repeat_cap`), or by chance.
    """
    total = np.zeros(len(households), dtype=np.int64)
    if not world.popularity.is_offered(work, world.first_day):
        return total  # habits are older than the world, and this title is not
    total[_repeaters(world, households, work)] = len(days)
    total[_sleepers(world, households, work)] = len(days)
    total[_comforted(world, households, work)] = len(days)
    return total


def _repeaters(world: World, households: Ints, work: int) -> Ints:
    """Homes with a profile that returns to the work as its first favourite."""
    seed = world.scenario.run.seed
    profile = (households[:, None] * 8 + np.arange(PROFILES)).ravel()
    found = np.flatnonzero(is_repeater(world, profile))
    row = found // PROFILES

    country = countries_of(world, households[row])
    first = np.full(len(row), world.first_day)
    bits = Stream(seed, "viewing/profiles/favourites").bits(profile[found], 0)
    hits = np.zeros(len(row), dtype=bool)
    for audience in (ADULTS, KIDS):
        hits |= world.popularity.lands_on(work, bits, first, country, audience)
    is_film = world.catalogue.works.is_film[work]
    return row[hits & is_film]


def _sleepers(world: World, households: Ints, work: int) -> Ints:
    """Homes with somebody who falls asleep with the work."""
    seed = world.scenario.run.seed
    person = within_home(households[:, None], np.arange(PERSONS)).ravel()
    found = np.flatnonzero(has_sleep_aid(world, person))
    key, row = person[found], found // PERSONS

    title = Stream(seed, "viewing/persons/sleep_aid_title")
    film_share = world.scenario.of(ChoosingSettings).sleep_aid_is_film
    takes_film = title.happens(key, film_share, n=1)
    # A share of films that differs from world to world must not leave out homes with a series.
    is_alike = takes_film | ~world.catalogue.works.is_film[work]
    hits = world.popularity.lands_on(
        work,
        title.bits(key),
        np.full(len(row), world.first_day),
        countries_of(world, households[row]),
        ADULTS,
    )
    return row[is_alike & hits]


def _comforted(world: World, households: Ints, work: int) -> Ints:
    """Homes with a profile that returns to the work for comfort; it is a series."""
    if world.catalogue.works.is_film[work]:
        return np.zeros(0, dtype=np.int64)
    profile = (households[:, None] * 8 + np.arange(PROFILES)).ravel()
    found = np.flatnonzero(has_comfort(world, profile))
    row = found // PROFILES
    bits = Stream(world.scenario.run.seed, "viewing/profiles/comfort").bits(profile[found])
    first = np.full(len(row), world.first_day)
    country = countries_of(world, households[row])
    hits = np.zeros(len(row), dtype=bool)
    for audience in (ADULTS, KIDS):
        hits |= world.popularity.lands_on(work, bits, first, country, audience)
    return row[hits]
