"""A block: some households, everything they carry from day to day, and the steps of one day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any, Literal

import numpy as np
import polars as pl

from synthview.log.context import PlayContext, addresses, context_of
from synthview.log.damage import Fault, Record, deliver
from synthview.log.messages import speak
from synthview.log.silence import let_out
from synthview.people.homes import PROFILES, furnish
from synthview.people.renewals import renewals_of_all
from synthview.people.subscriptions import changes, never_lapsing
from synthview.player.autoplay import running_order
from synthview.player.nodding import while_it_plays
from synthview.player.playback import Missed, Playback, Played, Screens, network_of, play_out
from synthview.player.presses import Marks
from synthview.player.settings import LogSettings
from synthview.record import browse
from synthview.record.dated import (
    enter_clicks,
    enter_deliveries,
    enter_history,
    enter_searches,
    enter_thumbs,
)
from synthview.record.dimensions import records
from synthview.record.incidents import enter_incidents
from synthview.record.ledger import Cuts, Ledger, event_ids
from synthview.record.reach import Reach
from synthview.record.rollup import NEVER, first_known, roll_up
from synthview.record.searching import search
from synthview.record.truth import Yesterday, witness
from synthview.rows import Flags, Ints
from synthview.stage import Stage, Staged
from synthview.stage.company import assemble, parts
from synthview.tables import HOUSEHOLD_TYPES
from synthview.viewing.choices import Plays
from synthview.viewing.choosers import Choosers
from synthview.viewing.persons import introduce
from synthview.viewing.sittings import Sessions, sit_down
from synthview.viewing.tastes import recall
from synthview.world import World
from synthview.world.catalogue import work_of
from synthview.world.clock import DAY_MS

__all__ = ["Block", "Edges"]

Edges = Literal["cut", "told", "closed"]
"""What becomes of plays at the edges of the days that are written: rows lie on the day received and
truth on the day begun; the same, with the truth of plays that began before and of which the log
tells; or all on the day begun."""

_MESSAGE_TABLES = frozenset({"log.events", "log.plays", "truth.deliveries"})
_MENU_TABLES = frozenset({"log.clicks", "log.searches", "log.ratings"})
_DAYS_ACROSS = 2  # a local day reaches into the UTC days before and after it


class Block:
    """Some households on their way through the days; every step moves what it carries on.

    `off` says of each household which actors and faults do not apply to it, as in a world without
    them. With `works` all plays happen, and those of these works alone are recorded. A household
    may stand in several rows, with other actors off in each: then its account ids cannot tell them
    apart, and `rows_for_accounts` puts the number of the row in their place. `part_begins` are the
    households with which parts begin that have tables of their own. `edges` are of the window.
    """

    def __init__(
        self,
        world: World,
        households: np.ndarray,
        tables: frozenset[str],
        *,
        off: Mapping[str, Flags] | None = None,
        works: Sequence[int] | None = None,
        rows_for_accounts: bool = False,
        part_begins: Sequence[int] = (),
        edges: Edges = "cut",
    ) -> None:
        self.world = world
        self.edges = edges
        self.tables = tables
        self.works = works
        self.rows_for_accounts = rows_for_accounts
        self.homes, self.company = assemble(world, furnish(world, households), off)
        self.instants = self._instants()
        self.persons, self.agenda = introduce(world, self.homes)
        elsewhere = world.country_of_region[self.company.guests.region]
        self.memory = recall(world, self.homes, self.persons, elsewhere)
        self.choosers = Choosers(world, self.homes, self.memory)
        self.stage = Stage(world, self.homes, self.company, self.instants)
        self.screens = Screens.all_free(len(self.homes))
        self.yesterday = Yesterday.empty()
        self.reach = Reach.none(len(self.homes))
        self.faults = self._faults(off)
        self.ledger = self._ledger(Cuts.of(households, part_begins))
        self._sat: dict[int, Sessions] = {}

    def _faults(self, off: Mapping[str, Flags] | None) -> dict[str, tuple[Fault, Flags]]:
        """The faults of the scenario by name, and the homes that each applies to."""
        return {
            name: (fault, parts(self.world, self.homes, name, fault, off))
            for name, fault in self.world.scenario.faults.items()
            if isinstance(fault, Fault)
        }

    def _instants(self) -> Ints:
        """When the account of each home begins and ends to run; that of a test rig never lapses."""
        homes = self.homes
        is_rig = homes.household_type == HOUSEHOLD_TYPES.index("test_rig")
        return never_lapsing(
            self.world,
            changes(self.world, homes.household),
            np.flatnonzero(is_rig),
        )

    def _ledger(self, cuts: Cuts) -> Ledger:
        """An empty ledger for the tables that are wanted."""
        scenario = self.world.scenario
        ids = event_ids(scenario.run.seed, scenario.of(LogSettings).ping_seconds)
        networks = addresses(self.world, self.homes, self.company.guests)
        return Ledger(networks, self.tables, ids, cuts, by_start=self.edges == "closed")

    @cached_property
    def renewed_ms(self) -> Ints:
        """When the devices of the homes give way to others, the same for all days."""
        return renewals_of_all(self.world, self.homes)

    @property
    def close_days(self) -> int:
        """Days that a play may wait for its closing."""
        return 1 + int(self.world.scenario.of(LogSettings).close_after_hours) // 24

    @property
    def look_back_days(self) -> int:
        """How many days before a window plays must run because messages may reach into it.

        Two more let what holds screens and people over midnight settle.
        """
        delays = [fault.at_most_days for fault, _ in self.faults.values()]
        latest = max(delays, default=0.0)
        return _DAYS_ACROSS + self.close_days + int(latest) + 3

    def sit_down(self, day: int) -> Sessions:
        """Who sits down on a local day; days are asked for in order, or again."""
        if day not in self._sat:
            homes = self.homes.on_day(day)
            self._sat[day] = sit_down(
                self.world, homes, self.instants, self.persons, self.agenda, day
            )
        return self._sat[day]

    def choose(self, sessions: Sessions, day: int, last_day: int | None = None) -> Plays:
        """What they mean to watch on a day.

        With `last_day` some of the days up to it are chosen for at once: fewer steps of more rows.
        """
        self._sat = {one: those for one, those in self._sat.items() if one >= day}
        return self.choosers.plays(sessions, day, last_day or day, self.sit_down)

    def act(self, sessions: Sessions, plays: Plays, day: int) -> Staged:
        """What actors make of it; nobody they bring may be where people mean to sit tomorrow."""
        if self.company.actors:
            self.sit_down(day + 1)
        return self.stage.act(
            self.choosers.known, sessions, self._tomorrow(sessions, day), plays, day
        )

    def play_out(self, staged: Staged, day: int) -> Played:
        """What ran."""
        homes = self.homes.on_day(day)
        guests = self.company.guests
        tomorrow = self._tomorrow(staged.sessions, day)
        network = network_of(homes, guests, staged.sessions)
        staged = while_it_plays(self.world, staged, network, tomorrow, day)
        order = running_order(self.world, staged, tomorrow, day)
        played = play_out(self.world, homes, guests, self.screens, order, network, day)
        self.stage.stay(played.sessions, order.awake_until_ms, played.ends_ms)
        return played

    def _tomorrow(self, sessions: Sessions, day: int) -> Sessions:
        """The sessions that people mean for the next day, where actors may ask for them.

        `sessions` is of their kind.
        """
        return self._sat[day + 1] if self.company.actors else sessions.take(slice(0, 0))

    def record(
        self, played: Played, day: int, first_day: int, since_day: int | None = None
    ) -> None:
        """Enter truth and log of a local day into the ledger.

        `first_day` is the first that is wanted. Of days well before it only the plays count whose
        messages may still be on their way. `since_day` is the first day of all that is written,
        where that is another.
        """
        begins_ms = DAY_MS * (first_day if since_day is None else since_day)
        played = self._recorded(played)
        plays = played.playback
        facts = self._facts(played)
        if "truth.incidents" in self.tables:
            self._record_incidents(played, day)
        is_near = day >= first_day - _DAYS_ACROSS - 1
        truth = self._witnessed(plays, facts, is_near=is_near)
        if truth:
            self._enter_truth(truth, facts, plays.start_ms)
        if is_near and self.tables & _MENU_TABLES:
            self._record_menus(played, facts, day)
        is_early = plays.start_ms < begins_ms
        rows = self._rows_to_send(is_early)
        if day < first_day - _DAYS_ACROSS - self.close_days:
            rows = self._held_back(facts, plays, rows)
        self._record_log(played, facts, truth, rows, day, begins_ms)
        self.ledger.forget_before(first_day)

    def _facts(self, played: Played) -> PlayContext:
        """What is the same for every message of a play."""
        guests, sessions, plays = self.company.guests, played.sessions, played.playback
        facts = context_of(self.world, self.homes, guests, self.renewed_ms, sessions, plays)
        return replace(facts, account_id=plays.home) if self.rows_for_accounts else facts

    def _record_log(
        self,
        played: Played,
        facts: PlayContext,
        truth: Mapping[str, Any],
        rows: Ints,
        day: int,
        begins_ms: int,
    ) -> None:
        """Enter the log of the plays in some rows, and the truth of the early ones it tells of."""
        plays = played.playback
        is_early = plays.start_ms < begins_ms
        since_ms = begins_ms if truth and is_early.any() else NEVER
        known_ms = self._record_plays(facts, plays, played.marks, rows, day, since_ms)
        self._enter_early(truth, facts, known_ms, is_early)

    def _record_incidents(self, played: Played, day: int) -> None:
        enter_incidents(
            self.world,
            self.ledger,
            self.homes.on_day(day),
            self.company,
            self.reach,
            played,
            day,
        )

    def records(self, until_ms: int) -> dict[str, pl.DataFrame]:
        """The undated tables of the block."""
        return records(
            self.world, self.homes, self.company, self.instants, self.persons, self.memory, until_ms
        )

    def _rows_to_send(self, is_early: Flags) -> Ints:
        """Rows of the plays whose messages are wanted: for the log, or to know of which it tells.

        `is_early` are those that began before all that is written.
        """
        wanted = np.full(len(is_early), fill_value=bool(self.tables & _MESSAGE_TABLES))
        if self.edges == "closed":
            wanted &= ~is_early
        if self.edges == "told" and "truth.plays" in self.tables:
            wanted |= is_early
        return np.flatnonzero(wanted)

    def _held_back(self, facts: PlayContext, plays: Playback, rows: Ints) -> Ints:
        """Those of some rows whose play a fault may hold messages back of for more than a day."""
        if not len(rows):
            return rows
        reaches = np.zeros(len(plays), dtype=bool)
        for fault, has_part in self.faults.values():
            reaches |= fault.holds_back(self.world, facts, plays, has_part)
        return rows[reaches[rows]]

    def _witnessed(
        self, plays: Playback, facts: PlayContext, *, is_near: bool
    ) -> Mapping[str, Any]:
        """The truth of the plays of a day, by column; nothing where it cannot be wanted.

        Days well before the window matter only for what the log tells later; `is_near` ones always.
        """
        if "truth.plays" not in self.tables or not (is_near or self.edges == "told"):
            return {}
        return witness(self.world, self.homes, self.company, plays, facts, self.yesterday)

    def _enter_truth(self, truth: Mapping[str, Any], facts: PlayContext, time_ms: Ints) -> None:
        order = (facts.household, facts.start_ms, facts.play_id)
        self.ledger.enter("truth.plays", time_ms, order, truth)

    def _enter_early(
        self, truth: Mapping[str, Any], facts: PlayContext, known_ms: Ints, is_early: Flags
    ) -> None:
        """Enter the truth of plays that began before all, where the log tells of them."""
        rows = np.flatnonzero(is_early & (known_ms < NEVER))
        if len(rows):
            some = {name: values[rows] for name, values in truth.items()}
            some["began_before"] = np.ones(len(rows), dtype=bool)
            self._enter_truth(some, facts.take(rows), known_ms[rows])

    def _recorded(self, played: Played) -> Played:
        """What of a day is to be recorded."""
        if self.works is None:
            return played
        is_wanted = np.isin(work_of(played.playback.title), self.works)
        rows = np.flatnonzero(is_wanted)
        return replace(
            played,
            playback=played.playback.take(rows),
            marks=played.marks.of(rows, len(is_wanted)),
            gap_ms=played.gap_ms[rows],
            missed=Missed.none(),
        )

    def _record_plays(
        self,
        facts: PlayContext,
        played: Playback,
        marks: Marks,
        rows: Ints,
        day: int,
        since_ms: int,
    ) -> Ints:
        """Enter the messages of the plays in some rows, slice by slice in the tables' order.

        Return when the log first tells of each play from `since_ms` on, or NEVER.
        """
        known_ms = np.full(len(played), NEVER)
        keys = facts.take(rows)
        order = (
            keys.play_id,
            keys.start_ms,
            keys.household,
        )
        rows = rows[np.lexsort(order)]
        marks = marks.of(rows, len(played)).by_play()
        facts, played = facts.take(rows), played.take(rows)
        for place, some in enumerate(self.ledger.cuts.pieces(facts.household)):
            if some.start < some.stop:
                known_ms[rows[some]] = self._record_slice(
                    place,
                    facts.take(some),
                    played.take(some),
                    marks.between(some.start, some.stop),
                    day,
                    since_ms,
                )
        return known_ms

    def _record_slice(
        self,
        place: int,
        facts: PlayContext,
        played: Playback,
        marks: Marks,
        day: int,
        since_ms: int,
    ) -> Ints:
        """Enter the messages of one slice, and the history that follows from them.

        Return when the log first tells of each play from `since_ms` on, or NEVER.
        """
        sent = let_out(speak(self.world, played, marks), played.causes, self.company)
        record = Record(
            world=self.world,
            homes=self.homes,
            has_part=np.ones(len(self.homes), dtype=bool),
            facts=facts,
            played=played,
            messages=sent,
            day=day,
        )
        delivered = deliver(self.faults, record)
        self.ledger.enter_events(place, facts, delivered)
        enter_deliveries(self.ledger, facts, sent, delivered)
        history = roll_up(self.world, delivered)
        enter_history(self.ledger, facts, played, history)
        return first_known(len(played), since_ms, delivered, history)

    def _record_menus(self, played: Played, facts: PlayContext, day: int) -> None:
        """Enter the clicks, searches and thumbs around plays."""
        world, ledger = self.world, self.ledger
        plays, gap_ms = played.playback, played.gap_ms
        shelf = self.memory.shelf[plays.home * PROFILES]
        stock = world.popularity.shelf(day, self.memory.countries)
        clicks = browse.look_around(world, plays, gap_ms, stock, shelf)
        enter_clicks(world, ledger, facts, plays, clicks)
        country = self.homes.country[plays.home]
        searches = search(world, plays, gap_ms, country, day)
        enter_searches(world, ledger, facts, plays, searches)
        enter_thumbs(world, ledger, facts, plays, browse.rate(world, plays, facts.profile_id))
