"""What profiles remember: what they have seen and have under way, their tastes and favourites."""

from __future__ import annotations

from copy import copy
from dataclasses import InitVar, dataclass, field
from functools import cache

import numpy as np

from synthview.rows import Flags, Floats, Ints, Rows
from synthview.viewing.inclinations import Inclinations
from synthview.viewing.seen import Seen
from synthview.viewing.settings import ChoosingSettings

__all__ = [
    "CAP_WINDOW_DAYS",
    "COMFORT",
    "FAVOURITES",
    "FILM_SLOTS",
    "NEVER",
    "SEEN_SLOTS",
    "SERIES_SLOTS",
    "Evening",
    "Memory",
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
NEVER = -1000
_NO_SERIES = np.array([-1, 0, 0, NEVER], dtype=np.int64)
"""A free slot among the series under way: work, next episode, where it was left, last day."""
_NO_FILM = np.array([-1, 0, NEVER, 0, 0], dtype=np.int64)
"""A free slot among the films left: work, where, last day, number of days, whether wanted."""
_NO_AWAITED = np.array([-1, 0], dtype=np.int64)
"""A free slot among the series of which more is to come: work, next episode."""
_NO_SEEN = np.array([-1, NEVER, 0], dtype=np.int64)
"""A free slot among the films seen lately: work, last day, on how many days."""


@dataclass(frozen=True, slots=True)
class Evening(Rows):
    """What some profiles have left and under way at the end of a day, as in their memory."""

    profile: Ints
    films: Ints
    all_series: Ints


@dataclass(slots=True)
class Memory:
    """The carry of intended history: what the profiles of a block have seen and have under way.

    Rows are profiles (home row × PROFILES + slot). Works are -1 where there is none; days are days
    since 1970. `shelf` is the row of each profile's audience and country
    on a shelf of films; `countries` are the countries of the block.
    Those who see films `in_pieces` do not tire of one. `restless` is how often a profile's people
    get up in an episode, and in a film; `leanings` what else they do more or less often (leaning,
    profile). A repeater returns to its favourite for `spell_days` of every `spell_every`, counted
    from `spell_phase`. `comforts` are a series each, its next episode (-1 for any), where that was
    left; in `all_series` they stand behind those under way.
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
    comforts: InitVar[Ints]
    seen: Seen = field(repr=False)
    films: Ints = field(init=False, repr=False)
    seen_films: Ints = field(init=False, repr=False)
    all_series: Ints = field(init=False, repr=False)
    awaited: Ints = field(init=False, repr=False)
    _inclined: Inclinations | None = field(init=False, repr=False, default=None)

    def __post_init__(self, comforts: Ints) -> None:
        """Begin with nothing under way but the series that comfort."""
        count = len(self.shelf)
        self.films = np.tile(_NO_FILM, (count, FILM_SLOTS, 1))
        self.seen_films = np.tile(_NO_SEEN, (count, SEEN_SLOTS, 1))
        self.all_series = np.tile(_NO_SERIES, (count, SERIES_SLOTS + 1, 1))
        self.comfort[:, :-1] = comforts
        self.awaited = np.tile(_NO_AWAITED, (count, AWAITED_SLOTS, 1))

    @property
    def comfort(self) -> Ints:
        """The series each profile returns to, (profile, 4): as those under way."""
        return self.all_series[:, COMFORT]

    @property
    def under_way(self) -> Ints:
        """Series under way, (profile, SERIES_SLOTS, 4): work, next episode, where, last day."""
        return self.all_series[:, :COMFORT]

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

    def for_others(self) -> Memory:
        """The same profiles, with what they have left and under way at some evening."""
        known = copy(self)
        known.films, known.all_series = self.films.copy(), self.all_series.copy()
        return known

    def evening(self, profile: Ints) -> Evening:
        """What some profiles have left and under way now."""
        return Evening(profile, self.films[profile], self.all_series[profile])

    def move_on(self, evening: Evening) -> None:
        """Let some profiles have left and under way what they have in the evening."""
        self.films[evening.profile] = evening.films
        self.all_series[evening.profile] = evening.all_series

    def repeats_on(self, profile: Ints, day: Ints) -> Flags:
        """Which profiles return to one favourite as often as they like, on a day each."""
        day_in = (day + self.spell_phase[profile]) % self.spell_every
        return self.is_repeater[profile] & (day_in < self.spell_days[profile])

    def inclined(self, settings: ChoosingSettings) -> Inclinations:
        """How likely profiles are to do what they may do; reckoned once."""
        if self._inclined is None:
            self._inclined = Inclinations.of(
                settings,
                self.leanings,
                self.film_taste,
                self.in_pieces,
            )
        return self._inclined

    def has_seen(self, profile: Ints, work: Ints) -> Flags:
        """Whether each profile has been through a work."""
        return self.seen.has(profile, work)

    def mark_seen(self, profile: Ints, work: Ints) -> None:
        """Remember that each profile (no profile twice) has been through a work."""
        self.seen.add(profile, work)

    def love(self, profile: Ints, work: Ints, days: Ints, day: Ints) -> None:
        """Make a work, started on so many days, the latest favourite of each profile.

        After several days it counts as seen later than it was: so it rests for longer.
        """
        self.favourites[profile, -1] = work
        self.favourite_day[profile, -1] = np.where(days > 1, day + CAP_WINDOW_DAYS, day)

    def note_favourite(self, profile: Ints, place: Ints, day: Ints) -> None:
        """Note that the favourites in some places (-1 for none) are seen on a day each."""
        who = np.flatnonzero(place >= 0)
        self.favourite_day[profile[who], place[who]] = day[who]

    def keep_film(
        self,
        profile: Ints,
        slot: Ints,
        work: Ints,
        position_ms: Ints,
        days: Ints,
        is_wanted: Flags,
        day: Ints,
    ) -> None:
        """Note where a film was left, -1 for `slot` where it is new; it becomes the latest."""
        new = _side_by_side(work, position_ms, day, days, is_wanted)
        _to_front(self.films, profile, slot, new)

    def drop_film(self, profile: Ints, slot: Ints) -> None:
        """Forget films under way in some slots."""
        _drop(self.films, profile, slot, _NO_FILM)

    def days_of(self, profile: Ints, slot: Ints, day: Ints) -> Ints:
        """On how many days the films in some slots (-1: new ones) are started, with this one."""
        last = self.films[profile, slot, 2]
        days = self.films[profile, slot, 3]
        return np.where(slot >= 0, days + (last < day), 1)

    def keep_seen(self, profile: Ints, slot: Ints, work: Ints, days: Ints, day: Ints) -> None:
        """Note a film seen to its end, -1 for `slot` where it is the first time."""
        _to_front(self.seen_films, profile, slot, _side_by_side(work, day, days))

    def days_seen(self, profile: Ints, slot: Ints, day: Ints) -> Ints:
        """On how many days of late the films in some slots are started, with this one."""
        last = self.seen_films[profile, slot, 1]
        days = self.seen_films[profile, slot, 2]
        return np.where(day - last >= CAP_WINDOW_DAYS, 1, days + (last < day))

    def keep_series(
        self, profile: Ints, slot: Ints, work: Ints, episode: Ints, position_ms: Ints, day: Ints
    ) -> None:
        """Note the next episode of a series; -1 for `slot` where it is new, for `work` drops it.

        The series becomes the latest of up to three.
        """
        new = _side_by_side(work, episode, position_ms, day)
        stays = work >= 0
        _to_front(self.under_way, profile[stays], slot[stays], new[stays])
        is_over = ~stays & (slot >= 0)
        _drop(self.under_way, profile[is_over], slot[is_over], _NO_SERIES)

    def keep_awaited(self, profile: Ints, work: Ints, episode: Ints) -> None:
        """Note series of which more is to come, and the episode that would be next."""
        no_slot = np.full_like(work, -1)
        _to_front(self.awaited, profile, no_slot, _side_by_side(work, episode))

    def drop_awaited(self, profile: Ints, slot: Ints) -> None:
        """Forget the awaited series in some slots."""
        _drop(self.awaited, profile, slot, _NO_AWAITED)

    def keep_comfort(self, profile: Ints, episode: Ints, position_ms: Ints) -> None:
        """Note where the series that comforts was left."""
        self.comfort[profile, 1] = episode
        self.comfort[profile, 2] = position_ms


def _side_by_side(work: Ints, *others: Ints | Flags | int) -> Ints:
    """Rows for the slots of a table, a column each."""
    rows = np.empty((len(work), 1 + len(others)), dtype=np.int64)
    for place, column in enumerate((work, *others)):
        rows[:, place] = column
    return rows


def _to_front(table: Ints, profile: Ints, slot: Ints, new: Ints) -> None:
    """Put rows first in the slots of profiles: what stood before their slot moves one back.

    Where the slot is -1 the last is lost.
    """
    if len(profile):
        order = _with_it_first(table.shape[1])[slot]
        moved = table[profile[:, None], order]
        moved[:, 0] = new
        table[profile] = moved


def _drop(table: Ints, profile: Ints, slot: Ints, nothing: Ints) -> None:
    """Empty slots of profiles: what stood behind them moves one forward."""
    if len(profile):
        order = _with_it_last(table.shape[1])[slot]
        moved = table[profile[:, None], order]
        moved[:, -1] = nothing
        table[profile] = moved


@cache
def _with_it_first(slots: int) -> Ints:
    """The order of slots with one of them before the others, by that one."""
    return np.roll(_with_it_last(slots), 1, axis=1)


@cache
def _with_it_last(slots: int) -> Ints:
    """The order of slots with one of them behind the others, by that one."""
    orders = [[*range(one), *range(one + 1, slots), one] for one in range(slots)]
    return np.array(orders)
