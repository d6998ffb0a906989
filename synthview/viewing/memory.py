"""What profiles remember: what they have seen and have under way, their tastes and favourites."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from synthview.draws.chance import Stream
from synthview.people.homes import ADULT, PROFILES, Homes
from synthview.rows import Flags, Floats, Ints
from synthview.viewing.persons import Persons, around, standard_normal
from synthview.viewing.settings import ChoosingSettings
from synthview.world import World
from synthview.world.popularity import ADULTS, FILMS, KIDS, SERIES

__all__ = [
    "AID_IS_A_FILM",
    "FAVOURITES",
    "SERIES_SLOTS",
    "Memory",
    "has_sleep_aid",
    "is_repeater",
    "recall",
]

SERIES_SLOTS = 3
FAVOURITES = 3
AID_IS_A_FILM = 0.35
"""Of the titles people fall asleep with, how many are films (guess)."""
_NEVER = -1000
_NO_SERIES = np.array([-1, 0, 0, _NEVER], dtype=np.int64)
"""A free slot among the series under way."""


@dataclass(slots=True)
class Memory:
    """The carry of intended history: what the profiles of a block have seen and have under way.

    Rows are profiles (home row × PROFILES + slot). Works are -1 where there is none; days are days
    since 1970; `seen` is a bit per work. `shelf` is the row of each profile's audience and country
    on a shelf of films; `countries` are the countries of the block.
    """

    countries: Ints = field(repr=False)
    shelf: Ints
    is_for_kids: Flags
    film_taste: Floats
    is_repeater: Flags
    sleep_aid: Ints
    sleep_aid_person: Ints
    favourites: Ints
    favourite_day: Ints
    seen: NDArray[np.uint8] = field(repr=False)
    film: Ints = field(init=False, repr=False)
    film_at: Ints = field(init=False, repr=False)
    film_day: Ints = field(init=False, repr=False)
    film_days: Ints = field(init=False, repr=False)
    under_way: Ints = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Begin with nothing under way."""
        count = len(self.shelf)
        self.film = np.full(count, -1, dtype=np.int64)
        self.film_at = np.zeros(count, dtype=np.int64)
        self.film_day = np.full(count, _NEVER, dtype=np.int64)
        self.film_days = np.zeros(count, dtype=np.int64)
        self.under_way = np.tile(_NO_SERIES, (count, SERIES_SLOTS, 1))

    @property
    def series(self) -> Ints:
        """Series under way, (profile, SERIES_SLOTS), the latest first."""
        return self.under_way[:, :, 0]

    @property
    def episode(self) -> Ints:
        """Next episode of each series under way."""
        return self.under_way[:, :, 1]

    @property
    def episode_at(self) -> Ints:
        """Where that episode was left, in ms."""
        return self.under_way[:, :, 2]

    @property
    def series_day(self) -> Ints:
        """Day on which each series under way was last seen."""
        return self.under_way[:, :, 3]

    def has_seen(self, profile: Ints, work: Ints) -> Flags:
        """Whether each profile has been through a work."""
        byte = self.seen[profile, work >> 3]
        bit = (work & 7).astype(np.uint8)
        return ((byte >> bit) & 1).astype(bool)

    def mark_seen(self, profile: Ints, work: Ints) -> None:
        """Remember that each profile (no profile twice) has been through a work."""
        bit = np.left_shift(1, work & 7)
        self.seen[profile, work >> 3] |= bit.astype(np.uint8)

    def love(self, profile: Ints, work: Ints, day: int) -> None:
        """Make a work the latest favourite of each profile."""
        self.favourites[profile, -1] = work
        self.favourite_day[profile, -1] = day

    def keep_film(
        self,
        profile: Ints,
        work: Ints,
        position_ms: Ints,
        is_over: Flags,
        was_resumed: Flags,
        cap: int,
        day: int,
    ) -> None:
        """Note where a film was left; drop it when over, or after as many days as `cap`."""
        days = np.where(was_resumed, self.film_days[profile] + 1, 1)
        is_dropped = is_over | (days >= cap)
        # Another film, under way before this one, is still under way.
        changes = ~is_dropped | was_resumed
        kept = np.where(is_dropped, -1, work)
        who = profile[changes]
        self.film[who] = kept[changes]
        self.film_at[who] = position_ms[changes]
        self.film_day[who] = day
        self.film_days[who] = days[changes]

    def keep_series(
        self, profile: Ints, slot: Ints, work: Ints, episode: Ints, position_ms: Ints, day: int
    ) -> None:
        """Note the next episode of a series; -1 for `work` drops it.

        The series becomes the latest of up to three.
        """
        old = self.under_way[profile]
        today = np.full(len(work), day)
        new = np.stack([work, episode, position_ms, today], axis=1)
        for place in range(SERIES_SLOTS - 1, 0, -1):  # what stood before the slot moves one back
            moves = (slot >= place)[:, None]
            old[:, place] = np.where(moves, old[:, place - 1], old[:, place])
        old[:, 0] = new
        self.under_way[profile] = old


def recall(world: World, homes: Homes, persons: Persons, elsewhere: Ints) -> Memory:
    """The memory of a block's profiles before the first day: tastes and favourites, nothing seen.

    `elsewhere` are further countries whose shelves are wanted: those of guests.
    """
    slot = np.arange(PROFILES)
    profile = (homes.household[:, None] * 8 + slot).ravel()
    is_kids = (homes.kids_profile[:, None] == slot).ravel()
    countries = np.union1d(homes.country, elsewhere)
    country = np.searchsorted(countries, homes.country)
    shelf = _shelf(is_kids, np.repeat(country, PROFILES), len(countries))
    favourites = _favourites(world, profile, countries, shelf)
    aid, aid_person = _sleep_aids(world, homes, persons, countries, country)
    memory = Memory(
        countries=countries,
        shelf=shelf,
        is_for_kids=is_kids,
        film_taste=_film_taste(world, profile),
        is_repeater=is_repeater(world, profile),
        sleep_aid=aid,
        sleep_aid_person=aid_person,
        favourites=favourites,
        favourite_day=np.full_like(favourites, _NEVER),
        seen=_nothing_seen(world, len(profile)),
    )
    for favourite in favourites.T:
        has = np.flatnonzero(favourite >= 0)
        memory.mark_seen(has, favourite[has])
    return memory


def _shelf(is_kids: Flags, country: Ints, country_count: int) -> Ints:
    """The row of each profile's audience and country on a shelf of films."""
    audience = np.where(is_kids, KIDS, ADULTS)
    return audience * country_count + country


def _nothing_seen(world: World, count: int) -> NDArray[np.uint8]:
    """A bit per work, in bytes, for each of `count` profiles."""
    byte_count = len(world.catalogue.works) // 8 + 1
    return np.zeros((count, byte_count), dtype=np.uint8)


def is_repeater(world: World, profile: Ints) -> Flags:
    """Which profiles return to one favourite as often as they like."""
    share = world.scenario.of(ChoosingSettings).repeater
    stream = Stream(world.scenario.run.seed, "viewing/profiles/repeater")
    return stream.happens(profile, share)


def has_sleep_aid(world: World, person: Ints) -> Flags:
    """Which persons, were they adults, keep a title to fall asleep with."""
    share = world.scenario.of(ChoosingSettings).sleep_aid
    stream = Stream(world.scenario.run.seed, "viewing/persons/sleep_aid")
    return stream.happens(person, share)


def _film_taste(world: World, profile: Ints) -> Floats:
    """How often new choices are films: logit-normal around the setting (spread a guess)."""
    stream = Stream(world.scenario.run.seed, "viewing/profiles/film_taste")
    away = 0.7 * standard_normal(stream, profile)
    middle = world.scenario.of(ChoosingSettings).film_taste
    return around(middle, away)


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
    is_film = title.happens(chosen.key, AID_IS_A_FILM, n=1)
    kind = np.where(is_film, FILMS, SERIES)
    stock = world.popularity.shelf(world.first_day, countries)
    row = stock.row(kind, country[chosen.home])

    work = np.full(len(homes), -1, dtype=np.int64)
    work[chosen.home] = stock.pick(title.bits(chosen.key), row)
    person = np.full(len(homes), -1, dtype=np.int64)
    person[chosen.home] = chosen.slot
    return work, person
