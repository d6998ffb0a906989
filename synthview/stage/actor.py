"""What an actor is: one frozen class of settings in one file, and the few questions the stage asks it.

An actor changes what happened. It works in one or both rounds::

    @section
    class DogOnSofa(Actor):
        "A dog lies down on the remote."                 # its manual

        tells = ("nobody is there",)                     # what a reader of the log may rightly notice

        rate: float = number(0.02, unit="per home with a dog and day", …)   # its one exposure rate

        def suits(self, homes): return homes.has_dog
        def propose(self, scene): …                      # adders: sittings and plays of its own
        def meddle(self, scene, script): …               # shapers: edits to anybody's plays

Its file's name, its section in a scenario, the paths of its draws, its label in the truth and its name
in the registry are one word: the name of the class in snake case.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from synthview.draws.chance import Stream
from synthview.exposed import Exposed
from synthview.people.guests import Guests
from synthview.people.homes import Homes
from synthview.rows import Flags, Floats, Ints
from synthview.world import World
from synthview.world.clock import DAY_MS

if TYPE_CHECKING:
    from synthview.stage.edits import Edits
    from synthview.stage.proposals import Proposal
    from synthview.stage.scene import Scene
    from synthview.stage.script import Script

__all__ = ["Actor", "Draws", "InHomes"]

Draws = tuple[Ints, Ints, Floats]
"""Draws of titles: the row of a household, the country of somebody of its crowd, and how often a day they draw."""


class InHomes(Exposed):
    """What actors and faults share that have a part in some homes and none in others."""

    def suits(self, homes: Homes) -> Flags:
        """Whether it can have a part in each home at all; every home unless it says otherwise."""
        return np.ones(len(homes), dtype=bool)

    def could_touch(self, world: World, households: Ints, work: int | None = None) -> Flags:  # noqa: ARG002
        """Whether it may have a part in anything each household does (with one work, if given): never too small."""
        if not self.of_homes:
            return np.full(len(households), self.rate > 0)
        return self.draw(world, "home").happens(households, min(self.rate, 1.0))

    def draw(self, world: World, what: str) -> Stream:
        """The stream of one of its decisions."""
        return self.stream(world.scenario.run.seed, what)


class Actor(InHomes):
    """Base of all actors: has a part in every home, brings nobody, proposes nothing and changes nothing."""

    kind: ClassVar[str] = "actors"
    picks_anew: ClassVar[bool] = False
    """Whether it takes a title anew each time, as it comes: nothing ties it to one for days."""

    def keeps_to(self, world: World, households: Ints, work: int, days: range) -> Ints | None:  # noqa: ARG002
        """On how many of some local days (since 1970) a choice that lasts may tie it to a work in each household.

        Never too small; what it picks anew each time does not count here. None says nothing: then claims have
        to look at every account.
        """
        return np.zeros(len(households), dtype=np.int64) if self.picks_anew else None

    def picks_daily(self, world: World, households: Ints, work: int, days: range) -> Draws:  # noqa: ARG002
        """Who draws titles like a work anew time after time in each household.

        Only of crowds, whose draws may by chance fall on one work every day; draws that are played, on average over the
        days. Nobody draws more often than an ordinary family unless it says so.
        """
        none = np.zeros(0, dtype=np.int64)
        return none, none, np.zeros(0)

    def since(self, world: World, homes: Homes) -> Ints:
        """Since when it applies to each home that has it, in ms; since before the first day unless it says otherwise."""
        return np.full(len(homes), world.first_day * DAY_MS, dtype=np.int64)

    def place(self, world: World, homes: Homes) -> Ints | None:  # noqa: ARG002
        """What sort of place each of its homes is instead (an index of HOUSEHOLD_TYPES); None: they are homes."""
        return None

    def invite(self, world: World, homes: Homes) -> Guests | None:  # noqa: ARG002
        """People and screens that it brings to the accounts of its homes (rows count within `homes`)."""
        return None

    def propose(self, scene: Scene) -> Proposal | None:  # noqa: ARG002
        """The sittings and plays it adds to a day, knowing people and what they meant to play."""
        return None

    def meddle(self, scene: Scene, script: Script) -> Edits | None:  # noqa: ARG002
        """What it changes in the plays of a day, whoever proposed them."""
        return None
