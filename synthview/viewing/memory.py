"""What profiles remember: what they have seen and have under way, their tastes and favourites."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from synthview.draws.chance import Stream
from synthview.people.homes import ADULT, PROFILES, Homes
from synthview.rows import Flags, Floats, Ints
from synthview.viewing.settings import ChoosingSettings
from synthview.viewing.sittings import Persons, around, standard_normal
from synthview.world import World
from synthview.world.popularity import ADULTS, FILMS, KIDS, SERIES

__all__ = ["AID_IS_A_FILM", "FAVOURITES", "SERIES_SLOTS", "Memory", "recall"]

SERIES_SLOTS = 3
FAVOURITES = 3
AID_IS_A_FILM = 0.35
"""Of the titles people fall asleep with, how many are films (guess)."""
_NEVER = -1000


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
    film: Ints = field(repr=False)
    film_at: Ints = field(repr=False)
    film_day: Ints = field(repr=False)
    film_days: Ints = field(repr=False)
    under_way: Ints = field(repr=False)

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
        return ((self.seen[profile, work >> 3] >> (work & 7).astype(np.uint8)) & 1).astype(bool)

    def mark_seen(self, profile: Ints, work: Ints) -> None:
        """Remember that each profile (no profile twice) has been through a work."""
        self.seen[profile, work >> 3] |= np.left_shift(1, work & 7).astype(np.uint8)

    def love(self, profile: Ints, work: Ints, day: int) -> None:
        """Make a work the latest favourite of each profile."""
        self.favourites[profile, -1] = work
        self.favourite_day[profile, -1] = day

    def keep_film(
        self, profile: Ints, work: Ints, position_ms: Ints, is_over: Flags, was_resumed: Flags, cap: int, day: int
    ) -> None:
        """Note where a film was left; it is dropped when over, or after as many days as `cap`."""
        days = np.where(was_resumed, self.film_days[profile] + 1, 1)
        dropped = is_over | (days >= cap)
        stays = dropped & ~was_resumed  # another film, under way before, is still under way
        self.film[profile] = np.where(stays, self.film[profile], np.where(dropped, -1, work))
        self.film_at[profile] = np.where(stays, self.film_at[profile], position_ms)
        self.film_day[profile] = np.where(stays, self.film_day[profile], day)
        self.film_days[profile] = np.where(stays, self.film_days[profile], days)

    def keep_series(self, profile: Ints, slot: Ints, work: Ints, episode: Ints, position_ms: Ints, day: int) -> None:
        """Note the next episode of a series, which becomes the latest of up to three; -1 for `work` drops it."""
        old = self.under_way[profile]
        new = np.stack([work, episode, position_ms, np.full(len(work), day)], axis=1)
        for place in range(SERIES_SLOTS - 1, 0, -1):  # what stood before the slot moves one back
            old[:, place] = np.where((slot >= place)[:, None], old[:, place - 1], old[:, place])
        old[:, 0] = new
        self.under_way[profile] = old


def recall(world: World, homes: Homes, persons: Persons, elsewhere: Ints) -> Memory:
    """The memory of a block's profiles before the first day: tastes and favourites, nothing seen yet.

    `elsewhere` are further countries whose shelves are wanted: those of guests.
    """
    settings, seed = world.scenario.of(ChoosingSettings), world.scenario.run.seed
    count = len(homes) * PROFILES
    profile = (homes.household[:, None] * 8 + np.arange(PROFILES)).ravel()
    is_kids = (homes.kids_profile[:, None] == np.arange(PROFILES)).ravel()
    countries = np.union1d(homes.country, elsewhere)
    place = np.searchsorted(countries, homes.country)
    shelf = np.where(is_kids, KIDS, ADULTS) * len(countries) + np.repeat(place, PROFILES)
    aid, aid_person = _sleep_aids(world, homes, persons, countries, place)
    memory = Memory(
        countries=countries,
        shelf=shelf,
        is_for_kids=is_kids,
        film_taste=_film_taste(settings, seed, profile),
        is_repeater=Stream(seed, "viewing/profiles/repeater").happens(profile, settings.repeater),
        sleep_aid=aid,
        sleep_aid_person=aid_person,
        favourites=_favourites(world, profile, countries, shelf),
        favourite_day=np.full((count, FAVOURITES), _NEVER, dtype=np.int64),
        seen=np.zeros((count, len(world.catalogue.works) // 8 + 1), dtype=np.uint8),
        film=np.full(count, -1, dtype=np.int64),
        film_at=np.zeros(count, dtype=np.int64),
        film_day=np.full(count, _NEVER, dtype=np.int64),
        film_days=np.zeros(count, dtype=np.int64),
        under_way=np.tile(np.array([-1, 0, 0, _NEVER], dtype=np.int64), (count, SERIES_SLOTS, 1)),
    )
    for favourite in memory.favourites.T:
        has = np.flatnonzero(favourite >= 0)
        memory.mark_seen(has, favourite[has])
    return memory


def _film_taste(settings: ChoosingSettings, seed: int, profile: Ints) -> Floats:
    """How often each profile's new choices are films: logit-normal around the setting (spread a guess)."""
    return around(settings.film_taste, 0.7 * standard_normal(Stream(seed, "viewing/profiles/film_taste"), profile))


def _favourites(world: World, profile: Ints, countries: Ints, shelf: Ints) -> Ints:
    """Films each profile liked before the simulation began, (profile, FAVOURITES); none twice."""
    stock = world.popularity.shelf(world.first_day, countries)
    liked = Stream(world.scenario.run.seed, "viewing/profiles/favourites")
    works = np.stack([stock.pick(liked.bits(profile, n), stock.row(FILMS, shelf)) for n in range(FAVOURITES)], axis=1)
    for later in range(1, FAVOURITES):
        works[(works[:, :later] == works[:, later : later + 1]).any(axis=1), later] = -1
    return works


def _sleep_aids(world: World, homes: Homes, persons: Persons, countries: Ints, place: Ints) -> tuple[Ints, Ints]:
    """For each home the title somebody falls asleep with, and that person's slot; -1 for none."""
    settings, seed = world.scenario.of(ChoosingSettings), world.scenario.run.seed
    has = Stream(seed, "viewing/persons/sleep_aid").happens(persons.key, settings.sleep_aid)
    chosen = persons.take(has & (persons.person_class == ADULT))
    stock = world.popularity.shelf(world.first_day, countries)
    title = Stream(seed, "viewing/persons/sleep_aid_title")
    kind = np.where(title.happens(chosen.key, AID_IS_A_FILM, n=1), FILMS, SERIES)
    work, person = np.full(len(homes), -1, dtype=np.int64), np.full(len(homes), -1, dtype=np.int64)
    work[chosen.home] = stock.pick(title.bits(chosen.key), stock.row(kind, place[chosen.home]))
    person[chosen.home] = chosen.slot
    return work, person
