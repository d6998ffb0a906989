"""What profiles remember: what they have seen and have under way, their tastes and favourites."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from synthview.draws.chance import Stream
from synthview.draws.quantiles import Quantiles
from synthview.people.homes import ADULT, PROFILES, Homes
from synthview.rows import Flags, Floats, Ints
from synthview.viewing.leanings import LEANINGS, leanings_of, sees_films_in_pieces
from synthview.viewing.persons import Persons, around, standard_normal
from synthview.viewing.settings import ChoosingSettings
from synthview.world import World
from synthview.world.popularity import ADULTS, FILMS, KIDS, SERIES

__all__ = [
    "CAP_WINDOW_DAYS",
    "COMFORT",
    "FAVOURITES",
    "FILM_SLOTS",
    "SEEN_SLOTS",
    "SERIES_SLOTS",
    "Memory",
    "has_comfort",
    "has_sleep_aid",
    "is_repeater",
    "recall",
]

SERIES_SLOTS = 3
COMFORT = SERIES_SLOTS
"""The slot that stands for the series a profile returns to for comfort."""
CAP_WINDOW_DAYS = 18
"""The window of days that `repeat_cap` is about."""
FILM_SLOTS = 3
SEEN_SLOTS = 3
AWAITED_SLOTS = 4
FAVOURITES = 3
_NEVER = -1000
_NO_SERIES = np.array([-1, 0, 0, _NEVER], dtype=np.int64)
"""A free slot among the series under way: work, next episode, where it was left, last day."""
_NO_FILM = np.array([-1, 0, _NEVER, 0, 0], dtype=np.int64)
"""A free slot among the films left: work, where, last day, number of days, whether wanted."""
_NO_AWAITED = np.array([-1, 0], dtype=np.int64)
"""A free slot among the series of which more is to come: work, next episode."""
_NO_SEEN = np.array([-1, _NEVER, 0], dtype=np.int64)
"""A free slot among the films seen lately: work, last day, on how many days."""


@dataclass(slots=True)
class Memory:
    """The carry of intended history: what the profiles of a block have seen and have under way.

    Rows are profiles (home row × PROFILES + slot). Works are -1 where there is none; days are days
    since 1970; `seen` is a bit per work. `shelf` is the row of each profile's audience and country
    on a shelf of films; `countries` are the countries of the block.
    Those who see films `in_pieces` do not tire of one. `restless` is how often a profile's people
    get up in an episode, and in a film; `leanings` what else they do more or less often (leaning,
    profile). A repeater returns to its favourite for `spell_days` of every `spell_every`, counted
    from `spell_phase`. `comfort` is a series, its next episode (-1 for any), where that was left.
    """

    countries: Ints = field(repr=False)
    shelf: Ints
    is_for_kids: Flags
    film_taste: Floats
    in_pieces: Flags
    restless: Floats
    leanings: Floats
    is_repeater: Flags
    spell_phase: Ints
    spell_days: Ints
    spell_every: int
    sleep_aid: Ints
    sleep_aid_person: Ints
    favourites: Ints
    favourite_day: Ints
    comfort: Ints
    seen: NDArray[np.uint8] = field(repr=False)
    films: Ints = field(init=False, repr=False)
    seen_films: Ints = field(init=False, repr=False)
    under_way: Ints = field(init=False, repr=False)
    awaited: Ints = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Begin with nothing under way."""
        count = len(self.shelf)
        self.films = np.tile(_NO_FILM, (count, FILM_SLOTS, 1))
        self.seen_films = np.tile(_NO_SEEN, (count, SEEN_SLOTS, 1))
        self.under_way = np.tile(_NO_SERIES, (count, SERIES_SLOTS, 1))
        self.awaited = np.tile(_NO_AWAITED, (count, AWAITED_SLOTS, 1))

    @property
    def film(self) -> Ints:
        """The film that was left last."""
        return self.films[:, 0, 0]

    @property
    def film_at(self) -> Ints:
        """Where that film was left, in ms."""
        return self.films[:, 0, 1]

    @property
    def film_day(self) -> Ints:
        """Day on which that film was last seen."""
        return self.films[:, 0, 2]

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

    def repeats_on(self, profile: Ints, day: int) -> Flags:
        """Which profiles return to one favourite as often as they like on a day."""
        day_in = (day + self.spell_phase[profile]) % self.spell_every
        return self.is_repeater[profile] & (day_in < self.spell_days[profile])

    def away(self, leaning: str, profile: Ints) -> Floats:
        """How far from the middle profiles stand in one of `LEANINGS`, in logits."""
        return self.leanings[LEANINGS.index(leaning), profile]

    def has_seen(self, profile: Ints, work: Ints) -> Flags:
        """Whether each profile has been through a work."""
        byte = self.seen[profile, work >> 3]
        bit = (work & 7).astype(np.uint8)
        return ((byte >> bit) & 1).astype(bool)

    def mark_seen(self, profile: Ints, work: Ints) -> None:
        """Remember that each profile (no profile twice) has been through a work."""
        bit = np.left_shift(1, work & 7)
        self.seen[profile, work >> 3] |= bit.astype(np.uint8)

    def love(self, profile: Ints, work: Ints, days: Ints, day: int) -> None:
        """Make a work, started on so many days, the latest favourite of each profile.

        After several days it counts as seen later than it was: so it rests for longer.
        """
        self.favourites[profile, -1] = work
        self.favourite_day[profile, -1] = np.where(days > 1, day + CAP_WINDOW_DAYS, day)

    def note_favourite(self, profile: Ints, place: Ints, day: int) -> None:
        """Note that the favourites in some places (-1 for none) are seen on a day."""
        who = place >= 0
        self.favourite_day[profile[who], place[who]] = day

    def keep_film(
        self,
        profile: Ints,
        slot: Ints,
        work: Ints,
        position_ms: Ints,
        days: Ints,
        is_wanted: Flags,
        day: int,
    ) -> None:
        """Note where a film was left, -1 for `slot` where it is new; it becomes the latest."""
        today = np.full(len(work), day)
        new = np.stack([work, position_ms, today, days, is_wanted], axis=1)
        _to_front(self.films, profile, slot, new)

    def drop_film(self, profile: Ints, slot: Ints) -> None:
        """Forget films under way in some slots."""
        _drop(self.films, profile, slot, _NO_FILM)

    def days_of(self, profile: Ints, slot: Ints, day: int) -> Ints:
        """On how many days the films in some slots (-1: new ones) are started, with this one."""
        last, days = self.films[profile, slot, 2], self.films[profile, slot, 3]
        return np.where(slot >= 0, days + (last < day), 1)

    def keep_seen(self, profile: Ints, slot: Ints, work: Ints, days: Ints, day: int) -> None:
        """Note a film seen to its end, -1 for `slot` where it is the first time."""
        new = np.stack([work, np.full(len(work), day), days], axis=1)
        _to_front(self.seen_films, profile, slot, new)

    def days_seen(self, profile: Ints, slot: Ints, day: int) -> Ints:
        """On how many days of late the films in some slots are started, with this one."""
        last, days = self.seen_films[profile, slot, 1], self.seen_films[profile, slot, 2]
        return np.where(day - last >= CAP_WINDOW_DAYS, 1, days + (last < day))

    def keep_series(
        self, profile: Ints, slot: Ints, work: Ints, episode: Ints, position_ms: Ints, day: int
    ) -> None:
        """Note the next episode of a series; -1 for `slot` where it is new, for `work` drops it.

        The series becomes the latest of up to three.
        """
        today = np.full(len(work), day)
        new = np.stack([work, episode, position_ms, today], axis=1)
        stays = work >= 0
        _to_front(self.under_way, profile[stays], slot[stays], new[stays])
        is_over = ~stays & (slot >= 0)
        _drop(self.under_way, profile[is_over], slot[is_over], _NO_SERIES)

    def keep_awaited(self, profile: Ints, work: Ints, episode: Ints) -> None:
        """Note series of which more is to come, and the episode that would be next."""
        no_slot = np.full_like(work, -1)
        _to_front(self.awaited, profile, no_slot, np.stack([work, episode], axis=1))

    def drop_awaited(self, profile: Ints, slot: Ints) -> None:
        """Forget the awaited series in some slots."""
        _drop(self.awaited, profile, slot, _NO_AWAITED)

    def keep_comfort(self, profile: Ints, episode: Ints, position_ms: Ints) -> None:
        """Note where the series that comforts was left."""
        self.comfort[profile, 1] = episode
        self.comfort[profile, 2] = position_ms


def _to_front(table: Ints, profile: Ints, slot: Ints, new: Ints) -> None:
    """Put rows first in the slots of profiles: what stood before their slot moves one back."""
    old = table[profile]
    last = old.shape[1] - 1
    slot = np.where(slot < 0, last, slot)
    for place in range(last, 0, -1):
        moves = (slot >= place)[:, None]
        old[:, place] = np.where(moves, old[:, place - 1], old[:, place])
    old[:, 0] = new
    table[profile] = old


def _drop(table: Ints, profile: Ints, slot: Ints, nothing: Ints) -> None:
    """Empty slots of profiles: what stood behind them moves one forward."""
    old = table[profile]
    last = old.shape[1] - 1
    for place in range(last):
        moves = (slot <= place)[:, None]
        old[:, place] = np.where(moves, old[:, place + 1], old[:, place])
    old[:, last] = nothing
    table[profile] = old


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
        favourite_day=np.full_like(favourites, _NEVER),
        comfort=_comforts(world, profile, countries, shelf),
        seen=_nothing_seen(world, len(profile)),
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


def _nothing_seen(world: World, count: int) -> NDArray[np.uint8]:
    """A bit per work, in bytes, for each of `count` profiles."""
    byte_count = len(world.catalogue.works) // 8 + 1
    return np.zeros((count, byte_count), dtype=np.uint8)


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
    table = Quantiles.exponential(settings.repeater_spell_days)
    days = 1 + stream.draw(profile, table)
    return stream.below(profile, settings.repeater_every_days, n=1), days


def _film_taste(world: World, profile: Ints) -> Floats:
    """How often new choices are films: logit-normal around the setting."""
    settings = world.scenario.of(ChoosingSettings)
    stream = Stream(world.scenario.run.seed, "viewing/profiles/film_taste")
    away = settings.film_taste_spread * standard_normal(stream, profile)
    return around(settings.film_taste, away)


def _restless(world: World, profile: Ints) -> Floats:
    """How often people get up, (episode or film, profile): logit-normal around the settings."""
    settings = world.scenario.of(ChoosingSettings)
    stream = Stream(world.scenario.run.seed, "viewing/profiles/restless")
    away = settings.gets_up_spread * standard_normal(stream, profile)
    of_kinds = (settings.gets_up_episode, settings.gets_up_film)
    return np.stack([around(one, away) for one in of_kinds])


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
