"""Habits: the few ordinary people who return to one title as often as they like, found without living their days."""

from __future__ import annotations

import numpy as np

from synthview.draws.chance import Stream
from synthview.ids import within_home
from synthview.people.homes import PERSONS, PROFILES, countries_of
from synthview.rows import Ints
from synthview.viewing.memory import AID_IS_A_FILM
from synthview.viewing.settings import ChoosingSettings
from synthview.world import World
from synthview.world.popularity import ADULTS, KIDS

__all__ = ["habits"]


def habits(world: World, households: Ints, work: int, days: range) -> Ints:
    """On how many of some days somebody of each household may play a work out of habit; never too small.

    Everybody else starts one title on few days of a window (`repeat_cap`), or by chance.
    """
    total = np.zeros(len(households), dtype=np.int64)
    if not world.popularity.is_offered(work, world.first_day):
        return total  # habits are older than the world, and this title is not
    for row in (_repeaters(world, households, work), _sleepers(world, households, work)):
        total[row] = len(days)
    return total


def _repeaters(world: World, households: Ints, work: int) -> Ints:
    """Homes with a profile that returns to the work as its first favourite."""
    seed, share = world.scenario.run.seed, world.scenario.of(ChoosingSettings).repeater
    profile = (households[:, None] * 8 + np.arange(PROFILES)).ravel()
    found = np.flatnonzero(Stream(seed, "viewing/profiles/repeater").happens(profile, share))
    bits = Stream(seed, "viewing/profiles/favourites").bits(profile[found], 0)
    row = found // PROFILES
    country, first = countries_of(world, households[row]), np.full(len(row), world.first_day)
    lands_on = world.popularity.lands_on
    hits = lands_on(work, bits, first, country, ADULTS) | lands_on(work, bits, first, country, KIDS)
    return row[hits & world.catalogue.works.is_film[work]]


def _sleepers(world: World, households: Ints, work: int) -> Ints:
    """Homes with somebody who falls asleep with the work."""
    seed, share = world.scenario.run.seed, world.scenario.of(ChoosingSettings).sleep_aid
    key = within_home(households[:, None], np.arange(PERSONS)).ravel()
    found = np.flatnonzero(Stream(seed, "viewing/persons/sleep_aid").happens(key, share))
    title, key, row = Stream(seed, "viewing/persons/sleep_aid_title"), key[found], found // PERSONS
    alike = title.happens(key, AID_IS_A_FILM, n=1) == world.catalogue.works.is_film[work]
    first = np.full(len(row), world.first_day)
    hits = world.popularity.lands_on(work, title.bits(key), first, countries_of(world, households[row]), ADULTS)
    return row[alike & hits]
