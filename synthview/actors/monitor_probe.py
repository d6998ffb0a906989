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
from synthview.stage.visitors import guests_of
from synthview.tables import DEVICE_TYPES, HOUSEHOLD_TYPES
from synthview.world import World
from synthview.world.clock import DAY_MS, MINUTE_MS
from synthview.world.popularity import ADULTS, FILMS

__all__ = ["MonitorProbe"]

_RIGS = 2
_A_DAY_AT_MOST = 16


@section
class MonitorProbe(Actor):
    """The service watches itself: rigs play a reference title on schedule.

    A test account with a device of two sorts, on which nobody ever sits: every so many minutes, day
    and night, to the second, the same title for the same time.
    """

    tells = ("the model of the device is a test rig", "plays begin on a schedule, to the second", "the same length each time", "at all hours alike")
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
        allowed=(90, 720),
        low=90,
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

    def place(self, world: World, homes: Homes) -> Ints | None:  # noqa: ARG002  all are rigs
        """A test rig, and nobody's home."""
        return np.full(len(homes), HOUSEHOLD_TYPES.index("test_rig"))

    def invite(self, world: World, homes: Homes) -> Guests | None:
        """The rigs."""
        row, ordinal = children(np.full(len(homes), _RIGS))
        key = within_home(homes.household[row], ordinal, source_of(name_of(type(self))))
        kind = self.draw(world, "rigs").below(key, len(DEVICE_TYPES))
        since = np.full(len(row), world.first_day * DAY_MS, dtype=np.int64)
        return Guests(
            row, key, np.full(len(row), NOBODY), homes.region[row], np.full(len(row), 512), kind, np.zeros_like(row),
            np.ones_like(row), since,
        )  # fmt: skip

    def keeps_to(self, world: World, households: Ints, work: int, days: range) -> Ints:
        """Every day where the reference title is the work."""
        row = np.flatnonzero(self.could_touch(world, households))
        bits, first = self.draw(world, "reference").bits(np.zeros_like(row)), np.full(len(row), world.first_day)
        plays = world.popularity.lands_on(work, bits, first, countries_of(world, households[row]), ADULTS)
        return np.bincount(row[plays], minlength=len(households)) * len(days)

    def propose(self, scene: Scene) -> Proposal | None:
        """Every probe of the day is a sitting of its own."""
        who = guests_of(scene)
        if not len(who):
            return None
        a_day = min(24 * 60 // self.minutes, _A_DAY_AT_MOST)
        rig, turn = children(np.full(len(who), a_day))
        key, home = scene.guests.key[who[rig]], scene.guests.home[who[rig]]
        phase = scene.stream("phase").below(key, self.minutes) * MINUTE_MS
        at = scene.day * DAY_MS + phase + turn * self.minutes * MINUTE_MS
        ordinal = key % ORDINALS * _A_DAY_AT_MOST + turn
        sessions = sit(scene, home, ordinal, at, 2 * self.seconds * 1000 + 60_000, scene.guests.device[who[rig]])
        first = scene.stream("reference").bits(np.zeros_like(home))
        work = scene.popular(first, home, FILMS, ADULTS, scene.world.first_day)
        found = np.flatnonzero(work >= 0)
        plays = offer(
            scene, sessions, found, 0, work[found], playing_ms=self.seconds * 1000, source="search", pressed=False
        )
        return Proposal(("probed the service",), sessions, plays)
