"""What an actor is: a frozen class of settings in a file, and the questions the stage asks it.

An actor changes what happened. It works in one or both rounds::

    @section
    class DogOnSofa(Actor):
        "A dog lies down on the remote."             # its manual

        tells = ("nobody is there",)                 # what a reader of the log may rightly notice

        rate: float = number(0.02, unit="per home with a dog and day", …)  # its one exposure rate

        def suits(self, homes): return homes.has_dog
        def propose(self, scene): …                  # adders: sessions and plays of its own
        def meddle(self, scene, script): …           # shapers: edits to anybody's plays

Its file's name, its section in a scenario, the paths of its draws, its label in the truth and its
name in the registry are one word: the name of the class in snake case.
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
"""Draws of titles: the row of a household, the country of a guest, and their draws a day."""


class InHomes(Exposed):
    """What actors and faults share that apply to some homes and not to others."""

    def suits(self, homes: Homes) -> Flags:
        """Whether it can apply to each home at all; to every home unless it says otherwise."""
        return np.ones(len(homes), dtype=bool)

    def could_touch(
        self,
        world: World,
        households: Ints,
        work: int | None = None,  # noqa: ARG002
    ) -> Flags:
        """Whether it may touch anything each household does (with one work, if given).

        Never too small.
        """
        if not self.of_homes:
            return np.full(len(households), self.rate > 0)
        return self.draw(world, "home").happens(households, min(self.rate, 1.0))

    def draw(self, world: World, what: str) -> Stream:
        """The stream of one of its decisions."""
        return self.stream(world.scenario.run.seed, what)


class Actor(InHomes):
    """Base of all actors: applies to every home, brings nobody, proposes and changes nothing."""

    kind: ClassVar[str] = "actors"
    disguise: float
    """Of an actor that can hide (`stage/disguise.py`): on how many occasions it does."""
    picks_anew: ClassVar[bool] = False
    """Whether it takes a title anew each time, as it comes: nothing ties it to one for days."""
    silences: ClassVar[tuple[str, ...]] = ()
    """Types of messages that never leave the device in plays that it has a part in."""

    def hides(self, world: World, key: Ints, n: int = 0) -> Flags:
        """On which of some occasions, by their ids, it hides; those of any lower dial among them.

        Only an actor that declares its `disguise` is asked.
        """
        if not self.disguise:
            return np.zeros(len(key), dtype=bool)
        return self.draw(world, "disguise").happens(key, self.disguise, n=n)

    def keeps_to(
        self,
        world: World,  # noqa: ARG002
        households: Ints,
        work: int,  # noqa: ARG002
        days: range,  # noqa: ARG002
    ) -> Ints | None:
        """On how many of some days a choice that lasts may tie it to a work in each household.

        Days are local, since 1970. Never too small; what it picks anew each time does not count.
        None says nothing: then claims have to look at every account.
        """
        return np.zeros(len(households), dtype=np.int64) if self.picks_anew else None

    def picks_daily(
        self,
        world: World,  # noqa: ARG002
        households: Ints,  # noqa: ARG002
        work: int,  # noqa: ARG002
        days: range,  # noqa: ARG002
    ) -> Draws:
        """Who draws titles like a work anew time after time in each household.

        Only of crowds, whose draws may by chance fall on one work every day; draws that are played,
        on average over the days. Nobody draws more often than an ordinary family unless it says so.
        """
        none = np.zeros(0, dtype=np.int64)
        return none, none, np.zeros(0)

    def most_daily(self) -> float:
        """How many titles a day the people that it brings to one home draw at most.

        Where that is too few to fill any days by chance, `picks_daily` is not asked.
        """
        return np.inf

    def since(self, world: World, homes: Homes) -> Ints:
        """Since when it applies to each home that has it, in ms; by default since the first day."""
        return np.full(len(homes), world.first_day * DAY_MS, dtype=np.int64)

    def place(self, world: World, homes: Homes) -> Ints | None:  # noqa: ARG002
        """What sort of place each of its homes is instead; None where they are homes.

        An index of HOUSEHOLD_TYPES.
        """
        return None

    def invite(self, world: World, homes: Homes) -> Guests | None:  # noqa: ARG002
        """People and screens that it brings to its homes' accounts (rows count within `homes`)."""
        return None

    def propose(self, scene: Scene) -> Proposal | None:  # noqa: ARG002
        """The sessions and plays it adds to a day, knowing people and what they meant to play."""
        return None

    def meddle(self, scene: Scene, script: Script) -> Edits | None:  # noqa: ARG002
        """What it changes in the plays of a day, whoever proposed them."""
        return None
