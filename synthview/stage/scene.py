"""A scene: everything an actor may know about a day in the homes of a block, and the few things it often asks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from synthview.draws.chance import Stream
from synthview.ids import source_of, within_day
from synthview.people.guests import Guests
from synthview.people.homes import PROFILES, Homes
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

    `homes` are all homes of the block, `has_part` those in which the actor has a part; `guests` all
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
        """Rows of the homes in which the actor has a part and whose account runs at noon of the day."""
        noon = self.day * DAY_MS + DAY_MS // 2
        rows = np.flatnonzero(self.has_part)
        return rows[is_active(self.instants[rows], noon)]

    def stream(self, what: str) -> Stream:
        """The stream of one of the actor's decisions."""
        return Stream(self.world.scenario.run.seed, f"actors/{self.actor}/{what}")

    def day_key(self, rows: Ints) -> Ints:
        """An id for each home on this day, for decisions about it."""
        return within_day(self.homes.household[rows], self.number, source_of(self.actor), np.zeros_like(rows))

    def session_key(self, rows: Ints, ordinal: Ints | int) -> Ints:
        """The id of the `ordinal`-th sitting (0 to 31) that the actor adds to each home on this day."""
        return self.day_key(rows) + ordinal

    def utc(self, rows: Ints, local_ms: Ints, zone: Ints | None = None) -> Ints:
        """The instant of a time of this day, in ms since local midnight, in the zone of each home or the one given."""
        return self.world.clock.to_utc(self.homes.zone[rows] if zone is None else zone, self.day * DAY_MS + local_ms)

    def screen(self, rows: Ints, at_ms: Ints, slots: Sequence[int]) -> Ints:
        """The first of some device slots that each home has and nobody means to use at an instant; -1 for none."""
        chosen = np.full(len(rows), -1, dtype=np.int64)
        for slot in reversed(slots):
            free = (self.homes.device_type[rows, slot] >= 0) & self.timetable.is_free(rows, SCREENS + slot, at_ms)
            chosen = np.where(free, slot, chosen)
        return chosen

    def is_put_between(self, script: Script) -> Flags:
        """Which plays some actor has put between those that people meant; others should act alike with and without them."""
        return (script.causes != 0) & (self.sessions.causes[script.session] == 0)

    def is_free(self, rows: Ints, person: Ints, at_ms: Ints) -> Flags:
        """Whether a person of each home means to sit nowhere at an instant."""
        return self.timetable.is_free(rows, person, at_ms)

    def popular(self, bits: Words, rows: Ints, kind: Ints | int, audience: Ints | int, day: int | None = None) -> Ints:
        """A work for each home by how liked it is that day: FILMS, SERIES or FRESH, for ADULTS or KIDS; -1 for none."""
        countries = self.memory.countries
        stock = self.world.popularity.shelf(self.day if day is None else day, countries)
        place = np.searchsorted(countries, self.homes.country[rows])
        return stock.pick(bits, stock.row(kind, np.asarray(audience) * len(countries) + place))

    def popular_in(
        self, bits: Words, country: Ints, kind: Ints | int, audience: Ints | int, day: int | None = None
    ) -> Ints:
        """The same for people in any countries (codes), whatever those of the block; a day is asked for but once."""
        day, known = self.day if day is None else day, self.memory.countries
        is_at_hand = day == self.day and np.isin(country, known).all()
        countries = known if is_at_hand else np.unique(country)
        place = np.searchsorted(countries, country)
        stock = self.world.popularity.shelf(day, countries)
        return stock.pick(bits, stock.row(kind, np.asarray(audience) * len(countries) + place))

    def under_way(self, rows: Ints, profile: Ints | int) -> tuple[Ints, Ints, Ints]:
        """What "continue watching" offers a profile first: (work, episode, position in ms), work -1 for nothing.

        It is what people intended before this day; whichever of a film and a series was seen later comes first.
        """
        who = rows * PROFILES + profile
        memory = self.memory
        series_first = (memory.series[who, 0] >= 0) & (
            (memory.series_day[who, 0] >= memory.film_day[who]) | (memory.film[who] < 0)
        )
        work = np.where(series_first, memory.series[who, 0], memory.film[who])
        episode = np.where(series_first, memory.episode[who, 0], 0)
        position = np.where(series_first, memory.episode_at[who, 0], memory.film_at[who])
        return work, np.where(work >= 0, episode, 0), np.where(work >= 0, position, 0)
