"""A scene: everything an actor may know about a day in the homes of a block."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from synthview.draws.chance import Stream
from synthview.ids import source_of, within_day
from synthview.people.ages import CHILD
from synthview.people.guests import Guests
from synthview.people.homes import PERSONS, PROFILES, Homes
from synthview.people.subscriptions import is_active
from synthview.rows import Flags, Ints, Words
from synthview.stage.script import Script
from synthview.stage.timetable import SCREENS, Timetable
from synthview.viewing.choices import Plays
from synthview.viewing.memory import Memory
from synthview.viewing.sittings import Sessions
from synthview.world import World
from synthview.world.clock import DAY_MS

__all__ = ["Scene"]


@dataclass(frozen=True)
class Scene:
    """What one actor sees of a local day.

    `homes` are all homes of the block, `has_part` those the actor applies to; `guests` all
    guests of the block in order; `memory`, `sessions` and `plays` what people intended (never what
    came of it); `timetable` when persons and screens are taken; `memo` what the actor itself keeps
    from day to day for this block.
    """

    world: World
    actor: str
    homes: Homes
    has_part: Flags
    guests: Guests
    memory: Memory
    sessions: Sessions
    plays: Plays
    timetable: Timetable
    instants: Ints
    day: int
    memo: dict[str, Any] = field(default_factory=dict)

    @property
    def number(self) -> int:
        """The day counted from the first of the world."""
        return self.day - self.world.first_day

    @property
    def rows(self) -> Ints:
        """Rows of the homes the actor applies to whose account runs at noon of the day."""
        noon = self.day * DAY_MS + DAY_MS // 2
        rows = np.flatnonzero(self.has_part)
        return rows[is_active(self.instants[rows], noon)]

    def stream(self, what: str) -> Stream:
        """The stream of one of the actor's decisions."""
        return Stream(self.world.scenario.run.seed, f"actors/{self.actor}/{what}")

    def day_key(self, rows: Ints) -> Ints:
        """An id for each home on this day, for decisions about it."""
        household = self.homes.household[rows]
        return within_day(
            household,
            self.number,
            source_of(self.actor),
            np.zeros_like(rows),
        )

    def session_key(self, rows: Ints, ordinal: Ints | int) -> Ints:
        """The id of the `ordinal`-th session (0 to 31) that the actor adds to each home today."""
        return self.day_key(rows) + ordinal

    def utc(self, rows: Ints, local_ms: Ints, zone: Ints | None = None) -> Ints:
        """The instant of a time of this day, in ms since local midnight.

        In the time zone of each home, or the one given.
        """
        midnight = self.day * DAY_MS
        its_zone = self.homes.zone[rows] if zone is None else zone
        return self.world.clock.to_utc(its_zone, midnight + local_ms)

    def screen(self, rows: Ints, at_ms: Ints, slots: Sequence[int]) -> Ints:
        """The first of some device slots that each home has free at an instant; -1 for none."""
        chosen = np.full(len(rows), -1, dtype=np.int64)
        for slot in reversed(slots):
            exists = self.homes.device_type[rows, slot] >= 0
            is_free = self.timetable.is_free(rows, SCREENS + slot, at_ms)
            chosen = np.where(exists & is_free, slot, chosen)
        return chosen

    def is_put_between(self, script: Script) -> Flags:
        """Which plays some actor has put between those that people meant.

        Others should act alike with and without them.
        """
        is_of_people = self.sessions.causes[script.session] == 0
        return is_of_people & (script.causes != 0)

    def is_free(self, rows: Ints, person: Ints, at_ms: Ints) -> Flags:
        """Whether a person of each home means to sit nowhere at an instant."""
        return self.timetable.is_free(rows, person, at_ms)

    def is_for_kids(self, plays: Ints) -> Flags:
        """Before which of people's plays, by row, the menu shows what is made for children.

        On a profile for kids it always does; elsewhere where something of the kind is chosen while
        a child is there.
        """
        session = self.plays.session[plays]
        home = self.sessions.home[session]
        profile = home * PROFILES + self.sessions.profile[session]
        children = ((self.homes.person_class == CHILD) << np.arange(PERSONS)).sum(axis=1)
        has_child = (self.sessions.viewers[session] & children[home]) != 0
        is_kids = self.world.catalogue.works.is_kids[self.plays.work[plays]]
        return self.memory.is_for_kids[profile] | (has_child & is_kids)

    def popular(
        self,
        bits: Words,
        rows: Ints,
        kind: Ints | int,
        audience: Ints | int,
        day: int | None = None,
    ) -> Ints:
        """A work for each home by how liked it is that day; -1 for none.

        `kind` is FILMS, SERIES or FRESH, `audience` ADULTS or KIDS.
        """
        country = self.homes.country[rows]
        day = self.day if day is None else day
        return self._pick(bits, self.memory.countries, country, kind, audience, day)

    def popular_in(
        self,
        bits: Words,
        country: Ints,
        kind: Ints | int,
        audience: Ints | int,
        day: int | None = None,
    ) -> Ints:
        """The same for people in any countries (codes), whatever those of the block.

        A day is asked for but once.
        """
        day = self.day if day is None else day
        known = self.memory.countries
        is_at_hand = day == self.day and np.isin(country, known).all()
        countries = known if is_at_hand else np.unique(country)
        return self._pick(bits, countries, country, kind, audience, day)

    def _pick(
        self,
        bits: Words,
        countries: Ints,
        country: Ints,
        kind: Ints | int,
        audience: Ints | int,
        day: int,
    ) -> Ints:
        """A work each from the shelf of a day in some countries."""
        stock = self.world.popularity.shelf(day, countries)
        place = np.searchsorted(countries, country)
        shelf = np.asarray(audience) * len(countries) + place
        return stock.pick(bits, stock.row(kind, shelf))

    def under_way(self, rows: Ints, profile: Ints | int) -> tuple[Ints, Ints, Ints]:
        """What "continue watching" offers a profile first: (work, episode, position in ms).

        The work is -1 for nothing. It is what people intended before this day; whichever of a film
        and a series was seen later comes first.
        """
        memory, who = self.memory, rows * PROFILES + profile
        series, film = memory.series[who, 0], memory.film[who]
        is_later = memory.series_day[who, 0] >= memory.film_day[who]
        is_series = (series >= 0) & (is_later | (film < 0))
        work = np.where(is_series, series, film)
        offered = work >= 0
        has_film = offered & ~is_series
        has_series = offered & is_series
        return (
            work,
            np.where(has_series, memory.episode[who, 0], 0),
            np.select(
                [has_series, has_film],
                [memory.episode_at[who, 0], memory.film_at[who]],
                default=0,
            ),
        )
