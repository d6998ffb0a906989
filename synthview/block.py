"""A block: some households, everything they carry from day to day, and the steps of one day."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl

from synthview.faults.late_arrivals import LateArrivals
from synthview.log import browse
from synthview.log.entries import enter_clicks, enter_deliveries, enter_history, enter_searches, enter_thumbs
from synthview.log.facts import Facts, addresses, know
from synthview.log.ledger import Ledger, event_id_bits
from synthview.log.messages import speak
from synthview.log.rollup import roll_up
from synthview.people.homes import PROFILES, furnish
from synthview.people.records import records
from synthview.people.subscriptions import changes
from synthview.player.playback import Playback, Screens, play_out
from synthview.player.presses import Marks
from synthview.player.settings import LogSettings
from synthview.rows import Flags, Ints
from synthview.truth import Yesterday, witness
from synthview.viewing.choices import Plays, choose
from synthview.viewing.memory import recall
from synthview.viewing.sittings import Sessions, introduce, sit_down
from synthview.world import World

__all__ = ["Block"]

_MESSAGE_TABLES = frozenset({"log.events", "log.plays", "truth.deliveries"})
_DAYS_ACROSS = 2  # a local day reaches into the UTC days before and after it


class Block:
    """Some households on their way through the days; every step moves what it carries on."""

    def __init__(self, world: World, households: np.ndarray, tables: frozenset[str]) -> None:
        self.world, self.tables = world, tables
        self.homes = furnish(world, households)
        self.instants = changes(world, households)
        self.persons, self.agenda = introduce(world, self.homes)
        self.memory = recall(world, self.homes, self.persons)
        self.screens = Screens.all_free(len(self.homes))
        self.yesterday = Yesterday.empty()
        self.late = _fault(world)
        id_bits = event_id_bits(world.scenario.of(LogSettings).ping_seconds)
        self.ledger = Ledger(addresses(world, self.homes), tables, id_bits)

    @property
    def close_days(self) -> int:
        """Days that a play may wait for its closing."""
        return 1 + int(self.world.scenario.of(LogSettings).close_after_hours) // 24

    @property
    def look_back_days(self) -> int:
        """How many days before a window plays must be run because their messages may reach into it."""
        return _DAYS_ACROSS + self.close_days + int(self.late.longest_days) + 1

    def sit_down(self, day: int) -> Sessions:
        """Who sits down on a local day."""
        return sit_down(self.world, self.homes, self.instants, self.persons, self.agenda, day)

    def choose(self, sessions: Sessions, day: int) -> Plays:
        """What they mean to watch."""
        return choose(self.world, self.homes, self.memory, sessions, day)

    def play_out(self, sessions: Sessions, plays: Plays, day: int) -> tuple[Playback, Marks, Ints]:
        """What ran, with the time before each press."""
        return play_out(self.world, self.homes, self.screens, sessions, plays, day)

    def record(
        self, sessions: Sessions, played: Playback, marks: Marks, gap_ms: Ints, day: int, first_day: int
    ) -> None:
        """Enter truth and log of a local day into the ledger; `first_day` is the first that is wanted.

        Of days well before it only the plays count whose messages may still be on their way.
        """
        facts = know(self.world, self.homes, sessions, played)
        if day >= first_day - _DAYS_ACROSS - 1:
            truth = witness(self.world, self.homes, sessions, played, facts, self.yesterday)
            self.ledger.enter("truth.plays", played.start_ms, (facts.household, played.start_ms, facts.play_id), truth)
            self._record_menus(sessions, played, facts, gap_ms, day)
        if self.tables & _MESSAGE_TABLES:
            late = self.late.touched(self.world, played, facts.device_type)
            reaches = late | (day >= first_day - _DAYS_ACROSS - self.close_days)
            self._record_plays(facts, played, marks, late, np.flatnonzero(reaches))
        self.ledger.forget_before(first_day)

    def records(self, until_ms: int) -> dict[str, pl.DataFrame]:
        """The undated tables of the block."""
        return records(self.world, self.homes, self.instants, self.persons, self.memory, until_ms)

    def _record_plays(self, facts: Facts, played: Playback, marks: Marks, late: Flags, rows: Ints) -> None:
        facts, played, late, marks = facts.take(rows), played.take(rows), late[rows], _of_plays(marks, rows, len(late))
        sent = speak(self.world, played, marks)
        delay = self.late.delay(self.world, played, late, sent)
        messages = replace(sent, received_ms=sent.received_ms + delay)
        self.ledger.enter_events(facts, messages)
        enter_deliveries(self.ledger, facts, messages, delay)
        enter_history(self.ledger, facts, played, roll_up(self.world, messages))

    def _record_menus(self, sessions: Sessions, played: Playback, facts: Facts, gap_ms: Ints, day: int) -> None:
        shelf = self.memory.shelf[sessions.home[played.session] * PROFILES]
        stock = self.world.popularity.shelf(day, self.memory.countries)
        enter_clicks(
            self.world, self.ledger, facts, played, browse.look_around(self.world, played, gap_ms, stock, shelf)
        )
        enter_searches(self.world, self.ledger, facts, played, browse.search(self.world, played, gap_ms))
        enter_thumbs(self.world, self.ledger, facts, played, browse.rate(self.world, played))


def _fault(world: World) -> LateArrivals:
    """The scenario's late arrivals; none at all where it has that fault switched off."""
    return world.scenario.of(LateArrivals) if "late_arrivals" in world.scenario.faults else LateArrivals(rate=0.0)


def _of_plays(marks: Marks, rows: Ints, count: int) -> Marks:
    """The marks of some plays, numbered anew."""
    place = np.full(count, -1, dtype=np.int64)
    place[rows] = np.arange(len(rows))
    kept = marks.take(place[marks.play] >= 0)
    return replace(kept, play=place[kept.play])
