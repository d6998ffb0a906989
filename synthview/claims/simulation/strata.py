"""Strata: homes that anything may keep to a title, by cause, with enough of even the rarest.

A bar is one account in a thousand, a fan one in thirty thousand. A sample of all homes would hold
none of them, so each kind is looked for by itself among as many homes as it takes, and each home
found stands for its share of all.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace

import numpy as np

from synthview.callbacks import OnProgress
from synthview.claims.question import Question
from synthview.claims.simulation.candidates import AT_ONCE, HABIT, days_tied, sources, world_of
from synthview.engines.workers import share_out
from synthview.rows import Flags, Ints, Words
from synthview.stage.actor import Actor
from synthview.world import World
from synthview.world.popularity import Popularity

__all__ = ["Stratum", "any_film", "of_any_title", "strata"]


class EveryTitle(Popularity):
    """A popularity by which every draw gives every title: what is tied to any is tied."""

    __slots__ = ()

    def lands_on(
        self, work: int, bits: Words, day: Ints, country: Ints, audience: Ints | int
    ) -> Flags:
        """Always."""
        del work, day, country, audience  # whatever they are
        return np.ones(len(bits), dtype=bool)

    def is_offered(self, work: int, day: int) -> bool:  # noqa: ARG002
        """Always."""
        return True


@dataclass(frozen=True)
class Stratum:
    """Homes of one kind; each stands for `weight` of the service."""

    source: str
    households: Ints
    weight: float


@dataclass(frozen=True)
class _Search:
    """A task: look for so many homes of a kind, the first ones there are."""

    question: Question
    source: str
    rarer: tuple[str, ...]
    wanted: int
    among: int
    least_days: int

    def perform(self) -> Iterator[Stratum]:
        """Answer once, with the homes found."""
        world = of_any_title(self.question)
        found = [np.zeros(0, dtype=np.int64)]
        looked = 0
        while looked < self.among and sum(map(len, found)) < self.wanted:
            stop = min(looked + AT_ONCE, self.among)
            found.append(self._tied(world, np.arange(looked, stop, dtype=np.int64)))
            looked = stop
        homes = np.concatenate(found)
        if len(homes) > self.wanted:  # the rest of the last look is as if it had not been looked at
            looked, homes = int(homes[self.wanted]), homes[: self.wanted]
        yield Stratum(self.source, homes, self.among / max(looked, 1))

    def _tied(self, world: World, households: Ints) -> Ints:
        """Those that the source keeps to something on enough days, and no rarer one does."""
        work = any_film(world)
        days = range(self.question.span.start - 1, self.question.span.stop + 1)
        for name in (self.source, *self.rarer):
            kept = days_tied(world, name, households, work, days) >= self.least_days
            households = households[kept if name == self.source else ~kept]
        return households


def of_any_title(question: Question) -> World:
    """The world of a question as if every choice fell on every title, so all ties are seen."""
    world = world_of(question.scenario)
    stated = {one.name: getattr(world.popularity, one.name) for one in fields(Popularity)}
    return replace(world, popularity=EveryTitle(**stated))


def any_film(world: World) -> int:
    """A film that stands for all, where every choice falls on every title."""
    return int(np.flatnonzero(world.catalogue.works.is_film)[0])


def strata(
    question: Question,
    households: int,
    wanted: int,
    least_days: int,
    workers: int,
    on_progress: OnProgress | None = None,
) -> tuple[Stratum, ...]:
    """Homes of each kind that are kept to a film on enough days, up to a count; rarest first.

    A home of several kinds is of the rarest of them alone. Homes that nothing keeps to a film are
    left out.
    """
    order = _rarest_first(question)
    tasks = [
        _Search(question, name, order[:place], wanted, households, least_days)
        for place, name in enumerate(order)
    ]
    found = {}
    for done, one in enumerate(share_out(tasks, workers), 1):
        found[one.source] = one
        if on_progress:
            on_progress(done, len(tasks))
    return tuple(found[name] for name in order)


def _rarest_first(question: Question) -> tuple[str, ...]:
    """Sources in the order of their rates.

    Fans before all others, as their world is simulated without them too.
    """
    actors = question.scenario.actors

    def rate(name: str) -> float:
        actor = actors.get(name)
        return -1.0 if name == "devoted_fan" else actor.rate if isinstance(actor, Actor) else 2.0

    assert HABIT in sources(question.scenario)
    return tuple(sorted(sources(question.scenario), key=rate))
