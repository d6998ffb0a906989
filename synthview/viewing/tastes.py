"""What profiles bring along: tastes, favourites, comforts and habits from before the first day."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from synthview.draws.arithmetic import exp
from synthview.draws.chance import Stream
from synthview.draws.quantiles import Quantiles
from synthview.people.ages import ADULT
from synthview.people.homes import PROFILES, Homes
from synthview.rows import Flags, Floats, Ints
from synthview.viewing.leanings import leanings_of, sees_films_in_pieces
from synthview.viewing.memory import FAVOURITES, NEVER, Memory
from synthview.viewing.persons import Persons, around, standard_normal
from synthview.viewing.seen import Seen
from synthview.viewing.settings import ChoosingSettings
from synthview.world import World
from synthview.world.popularity import ADULTS, FILMS, KIDS, SERIES

__all__ = ["has_comfort", "has_sleep_aid", "is_repeater", "recall"]


def recall(world: World, homes: Homes, persons: Persons, elsewhere: Ints) -> Memory:
    """The memory of a block's profiles before the first day: tastes and favourites, nothing seen.

    `elsewhere` are further countries whose shelves are wanted: those of guests.
    """
    profile, is_kids = _profiles(homes)
    countries = np.union1d(homes.country, elsewhere)
    country = np.searchsorted(countries, homes.country)
    shelf = _shelf(is_kids, np.repeat(country, PROFILES), len(countries))
    favourites = _favourites(world, profile, countries, shelf)
    aid, aid_person = _sleep_aids(world, homes, persons, countries, country)
    memory = Memory(
        countries=countries,
        shelf=shelf,
        is_for_kids=is_kids,
        **_traits(world, profile),
        sleep_aid=aid,
        sleep_aid_person=aid_person,
        favourites=favourites,
        favourite_day=np.full_like(favourites, NEVER),
        comforts=_comforts(world, profile, countries, shelf),
        seen=Seen(len(world.catalogue.works)),
    )
    for known in (*favourites.T, memory.comfort[:, 0]):
        has = np.flatnonzero(known >= 0)
        memory.mark_seen(has, known[has])
    return memory


def _profiles(homes: Homes) -> tuple[Ints, Flags]:
    """The ids of all profiles that homes may have, and which are for children."""
    slot = np.arange(PROFILES)
    profile = homes.household[:, None] * 8 + slot
    return profile.ravel(), (homes.kids_profile[:, None] == slot).ravel()


def _traits(world: World, profile: Ints) -> dict[str, Any]:
    """What sets profiles apart, by the names of fields."""
    phase, spell_days = _spells(world, profile)
    return {
        "film_taste": _film_taste(world, profile),
        "in_pieces": sees_films_in_pieces(world, profile),
        "restless": _restless(world, profile),
        "leanings": leanings_of(world, profile),
        "is_repeater": is_repeater(world, profile),
        "spell_phase": phase,
        "spell_days": spell_days,
        "spell_every": world.scenario.of(ChoosingSettings).repeater_every_days,
    }


def _shelf(is_kids: Flags, country: Ints, country_count: int) -> Ints:
    """The row of each profile's audience and country on a shelf of films."""
    audience = np.where(is_kids, KIDS, ADULTS)
    return audience * country_count + country


def is_repeater(world: World, profile: Ints) -> Flags:
    """Which profiles return to one favourite as often as they like."""
    share = world.scenario.of(ChoosingSettings).repeater
    return Stream(world.scenario.run.seed, "viewing/profiles/repeater").happens(profile, share)


def has_sleep_aid(world: World, person: Ints) -> Flags:
    """Which persons, were they adults, keep a title to fall asleep with."""
    share = world.scenario.of(ChoosingSettings).sleep_aid
    return Stream(world.scenario.run.seed, "viewing/persons/sleep_aid").happens(person, share)


def has_comfort(world: World, profile: Ints) -> Flags:
    """Which profiles keep a series that they return to."""
    share = world.scenario.of(ChoosingSettings).keeps_comfort_series
    return Stream(world.scenario.run.seed, "viewing/profiles/has_comfort").happens(profile, share)


def _spells(world: World, profile: Ints) -> tuple[Ints, Ints]:
    """When the spells of repeaters begin, and how many days they last."""
    settings = world.scenario.of(ChoosingSettings)
    stream = Stream(world.scenario.run.seed, "viewing/profiles/repeater_spell")
    table = _spell_days(settings.repeater_spell_days, settings.repeater_spell_spread)
    days = 1 + stream.draw(profile, table)
    return stream.below(profile, settings.repeater_every_days, n=1), days


@cache
def _spell_days(mean_days: float, spread: float) -> Quantiles:
    return Quantiles.lognormal(mean_days * float(exp(-spread * spread / 2.0)), spread)


def _film_taste(world: World, profile: Ints) -> Floats:
    """How often new choices are films: logit-normal around the setting."""
    settings = world.scenario.of(ChoosingSettings)
    stream = Stream(world.scenario.run.seed, "viewing/profiles/film_taste")
    away = settings.film_taste_spread * standard_normal(stream, profile)
    return around(settings.film_taste, away)


def _restless(world: World, profile: Ints) -> Floats:
    """How often people get up in a whole episode, and in a whole film: (kind, profile)."""
    settings = world.scenario.of(ChoosingSettings)
    stream = Stream(world.scenario.run.seed, "viewing/profiles/restless")
    times = exp(settings.gets_up_spread * standard_normal(stream, profile))
    return np.stack([settings.gets_up_episode * times, settings.gets_up_film * times])


def _comforts(world: World, profile: Ints, countries: Ints, shelf: Ints) -> Ints:
    """The series each profile returns to (-1 for none), any episode of it, from its beginning."""
    stock = world.popularity.shelf(world.first_day, countries)
    bits = Stream(world.scenario.run.seed, "viewing/profiles/comfort").bits(profile)
    liked = stock.pick(bits, stock.row(SERIES, shelf))
    work = np.where(has_comfort(world, profile), liked, -1)
    return np.stack([work, np.full_like(work, -1), np.zeros_like(work)], axis=1)


def _favourites(world: World, profile: Ints, countries: Ints, shelf: Ints) -> Ints:
    """Films each profile liked before the first day, (profile, FAVOURITES); none twice."""
    stock = world.popularity.shelf(world.first_day, countries)
    films = stock.row(FILMS, shelf)
    liked = Stream(world.scenario.run.seed, "viewing/profiles/favourites")
    works = np.stack(
        [stock.pick(liked.bits(profile, n), films) for n in range(FAVOURITES)],
        axis=1,
    )
    for later in range(1, FAVOURITES):
        earlier = works[:, :later]
        is_twice = (earlier == works[:, later, None]).any(axis=1)
        works[is_twice, later] = -1
    return works


def _sleep_aids(
    world: World, homes: Homes, persons: Persons, countries: Ints, country: Ints
) -> tuple[Ints, Ints]:
    """For each home the title somebody falls asleep with, and that person's slot; -1 for none."""
    is_adult = persons.person_class == ADULT
    chosen = persons.take(has_sleep_aid(world, persons.key) & is_adult)
    title = Stream(world.scenario.run.seed, "viewing/persons/sleep_aid_title")
    is_film = title.happens(chosen.key, world.scenario.of(ChoosingSettings).sleep_aid_is_film, n=1)
    kind = np.where(is_film, FILMS, SERIES)
    stock = world.popularity.shelf(world.first_day, countries)
    row = stock.row(kind, country[chosen.home])

    work = np.full(len(homes), -1, dtype=np.int64)
    work[chosen.home] = stock.pick(title.bits(chosen.key), row)
    person = np.full(len(homes), -1, dtype=np.int64)
    person[chosen.home] = chosen.slot
    return work, person
