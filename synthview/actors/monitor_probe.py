"""The service watches itself: rigs play a reference title on schedule."""

from __future__ import annotations

import numpy as np

from synthview.draws.offspring import children
from synthview.exposed import name_of
from synthview.ids import ORDINALS, source_of, within_home
from synthview.people.guests import NOBODY, Guests
from synthview.people.homes import Homes, countries_of
from synthview.rows import Ints
from synthview.scenario.settings import CHOICE, GUESS, number, section
from synthview.stage.actor import Actor
from synthview.stage.proposals import Proposal, offer, sit
from synthview.stage.scene import Scene
from synthview.stage.script import Script
from synthview.stage.spans import WHOLE
from synthview.stage.visitors import guests_of
from synthview.tables import DEVICE_TYPES, HOUSEHOLD_TYPES
from synthview.viewing.sittings import Sessions
from synthview.world import World
from synthview.world.clock import DAY_MS, MINUTE_MS
from synthview.world.popularity import ADULTS, FILMS

__all__ = ["MonitorProbe"]

_RIGS = 2
_A_DAY_AT_MOST = 16
"""Both together fill the 32 numbers that an actor has for the sessions of a home and day."""
_LEAST_MINUTES = 24 * 60 // _A_DAY_AT_MOST


@section
class MonitorProbe(Actor):
    """The service watches itself: rigs play a reference title on schedule.

    A test account with a device of two sorts, on which nobody ever sits: every so many minutes, day
    and night, to the second, the same title for the same time.
    """

    tells = (
        "the model of the device is a test rig",
        "plays begin on a schedule, to the second",
        "the same length each time",
        "at all hours alike",
    )
    tells_in = ("milliseconds",)

    rate: float = number(
        0.0002,
        unit="share of accounts",
        allowed=(0, 1),
        low=0.00001,
        high=0.001,
        source=GUESS,
        scale="log",
        about="Accounts that are test rigs; no service says how many it has.",
    )
    minutes: int = number(
        120,
        unit="minutes",
        allowed=(_LEAST_MINUTES, 720),
        low=_LEAST_MINUTES,
        high=720,
        source=CHOICE,
        scale="log",
        about="From one probe of a rig to its next.",
    )
    seconds: int = number(
        90,
        unit="seconds",
        allowed=(5, 3600),
        low=30,
        high=300,
        source=CHOICE,
        scale="log",
        about="How long each probe plays.",
    )
    network: float = number(
        0.5, unit="times a middling one", allowed=(0.01, 10), low=0.2, high=1, source=GUESS,
        scale="log", about="How poor the network of a rig is: errors are so many times as likely.",
    )  # fmt: skip

    def place(self, world: World, homes: Homes) -> Ints | None:  # noqa: ARG002  all are rigs
        """Make each of its homes a test rig, where nobody lives."""
        return np.full(len(homes), HOUSEHOLD_TYPES.index("test_rig"))

    def invite(self, world: World, homes: Homes) -> Guests | None:
        """The rigs."""
        row, ordinal = children(np.full(len(homes), _RIGS))
        source = source_of(name_of(type(self)))
        key = within_home(homes.household[row], ordinal, source)
        return Guests(
            home=row,
            key=key,
            age=np.full(len(row), NOBODY),
            region=homes.region[row],
            network=np.full(len(row), round(self.network * WHOLE)),
            device_type=self.draw(world, "rigs").below(key, len(DEVICE_TYPES)),
            profile=np.zeros_like(row),
            is_at_home=np.ones_like(row),
            since_ms=np.full(len(row), world.first_day * DAY_MS, dtype=np.int64),
        )

    def keeps_to(self, world: World, households: Ints, work: int, days: range) -> Ints:
        """Every day where the reference title is the work."""
        row = np.flatnonzero(self.could_touch(world, households))
        draw = self.draw(world, "reference")
        bits = draw.bits(np.zeros_like(row))

        first_day = np.full(len(row), world.first_day)
        country = countries_of(world, households[row])
        plays = world.popularity.lands_on(work, bits, first_day, country, ADULTS)
        count = np.bincount(row[plays], minlength=len(households))
        return count * len(days)

    def propose(self, scene: Scene) -> Proposal | None:
        """Every probe of the day is a session of its own."""
        who = guests_of(scene)
        if not len(who):
            return None
        per_day = min(24 * 60 // self.minutes, _A_DAY_AT_MOST)
        rig, turn = children(np.full(len(who), per_day))
        sessions = self._sessions(scene, who[rig], turn)
        plays = self._plays(scene, sessions)
        return Proposal(("probed the service",), sessions, plays)

    def _sessions(self, scene: Scene, guest: Ints, turn: Ints) -> Sessions:
        """When each rig probes: on a schedule of its own, to the second."""
        guests = scene.guests
        key = guests.key[guest]
        phase_min = scene.stream("phase").below(key, self.minutes)
        start = scene.day * DAY_MS + phase_min * MINUTE_MS + turn * self.minutes * MINUTE_MS
        return sit(
            scene,
            guests.home[guest],
            key % ORDINALS * _A_DAY_AT_MOST + turn,
            start,
            2 * self.seconds * 1000 + MINUTE_MS,
            guests.device[guest],
        )

    def _plays(self, scene: Scene, sessions: Sessions) -> Script:
        """The same title in all of them: one that was liked on the first day of the world."""
        bits = scene.stream("reference").bits(np.zeros_like(sessions.home))
        work = scene.popular(bits, sessions.home, FILMS, ADULTS, scene.world.first_day)
        found = np.flatnonzero(work >= 0)
        return offer(
            scene,
            sessions,
            found,
            0,
            work[found],
            playing_ms=self.seconds * 1000,
            source="search",
            pressed=False,
        )
