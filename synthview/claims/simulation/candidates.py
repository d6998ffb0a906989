"""Candidates: of millions of homes, quickly, the few that anything could tie to the title for days.

A home counts on many days only if a choice that lasts keeps it to the title: a child's, a fan's, a
bar's, a habit. Those choices are draws, which need no simulated day of the home.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from synthview.callbacks import OnProgress
from synthview.claims.question import Question
from synthview.claims.simulation.crowds import may_fill_by_chance
from synthview.engines.workers import share_out
from synthview.pipeline import build
from synthview.rows import Flags, Ints, Rows
from synthview.scenario import Scenario
from synthview.stage.actor import Actor
from synthview.stage.casting import named_households
from synthview.viewing.habits import habits
from synthview.world import World

__all__ = [
    "AT_ONCE",
    "BESIDE_TITLES",
    "BRIDGED_DAYS",
    "BY_CHANCE",
    "HABIT",
    "Candidates",
    "days_in_window",
    "days_tied",
    "find_candidates",
    "left_to_chance",
    "silent_actors",
    "sources",
    "why_not_looked_over",
    "world_of",
]

HABIT = "habit"
"""The source that is no actor: ordinary people who return to a favourite, or fall asleep with one
title.
"""
BESIDE_TITLES = frozenset(
    {"world.holiday_lift", "world.outages_per_region_year", "world.outage_minutes"}
)
"""Settings of the world that titles and how liked they are do not depend on."""
BRIDGED_DAYS = 4
"""Days without a tie that plays around midnight may fill: of 72 accounts counted in a trial none
lacked more than 3.
"""
BY_CHANCE = 7
"""Days that hardly any home fills by chance: who would have to is not simulated, but reckoned."""
AT_ONCE = 1 << 18
"""So many homes are looked over together: enough for numpy, and little memory."""
_IN_A_TASK = 1 << 21


@lru_cache(maxsize=4)
def world_of(scenario: Scenario) -> World:
    """The world of a scenario; the last few are cached, and equal titles share one shelf."""
    world = build(scenario)
    first = _alike(_goods(scenario)).setdefault("first", world)
    return replace(world, catalogue=first.catalogue, popularity=first.popularity)


def _goods(scenario: Scenario) -> str:
    """All that titles and their popularity depend on, as text."""
    stated = scenario.as_dict()
    world = {
        name: value
        for name, value in stated["world"].items()
        if f"world.{name}" not in BESIDE_TITLES
    }
    named = (stated[name] for name in ("catalogue", "titles", "dated_events"))
    return json.dumps(
        [scenario.run.seed, str(scenario.run.epoch), scenario.run.warm_up_days, world, *named]
    )


@lru_cache(maxsize=4)
def _alike(goods: str) -> dict[str, World]:  # noqa: ARG001  a place for each
    """Where the first world with some goods is kept."""
    return {}


@dataclass(frozen=True, slots=True)
class Candidates(Rows):
    """Homes that something may tie to the title, few days open: (home, source), as in `sources`.

    A home of a crowd, which may fill the days by chance, is among them even with no days at all.
    """

    household: Ints
    days: Ints
    is_crowd: Flags


def sources(scenario: Scenario) -> tuple[str, ...]:
    """What can tie a home to a title: the actors that do not pick anew each time, and habit."""
    lasting = (
        name
        for name, one in scenario.actors.items()
        if isinstance(one, Actor) and not one.picks_anew
    )
    return (*sorted(lasting), HABIT)


def silent_actors(scenario: Scenario) -> tuple[str, ...]:
    """Actors that say nothing of what they keep to: one of them makes us simulate every home."""
    world = world_of(scenario)
    none = np.zeros(0, dtype=np.int64)
    actors = {name: one for name, one in scenario.actors.items() if isinstance(one, Actor)}
    return tuple(
        name
        for name, one in sorted(actors.items())
        if one.keeps_to(world, none, 0, range(0)) is None
    )


def why_not_looked_over(question: Question) -> str | None:
    """Why homes cannot be looked over without simulating them, which all conclusions rest on.

    None where they can.
    """
    if silent := silent_actors(question.scenario):
        return (
            f"What {question.claim.said:,.0f} tells cannot be worked out with "
            f"{' and '.join(silent)}: an actor that "
            f"says nothing of what it keeps to. Leave it out: --without {silent[0]}."
        )
    return None


@dataclass(frozen=True)
class _Look:
    """A task: look over a range of homes."""

    question: Question
    households: range
    crowds_below: int
    headline: bool

    def perform(self) -> Iterator[Candidates]:
        """Answer with the homes that are tied, some hundred thousand looked over at once."""
        for start in range(self.households.start, self.households.stop, AT_ONCE):
            stop = min(start + AT_ONCE, self.households.stop)
            homes = np.arange(start, stop, dtype=np.int64)
            below = max(self.crowds_below - start, 0)
            yield _look(self.question, homes, below, headline=self.headline)


def _look(question: Question, households: Ints, crowds_among: int, *, headline: bool) -> Candidates:
    world = world_of(question.scenario)
    work = question.work(world)
    assert work is not None, "candidates are of one title"
    # Local days reach into the UTC days beside them.
    days = range(question.span.start - 1, question.span.stop + 1)
    columns = [
        days_tied(world, name, households, work, days) for name in sources(question.scenario)
    ]
    crowded = np.zeros(len(households), dtype=bool)
    if crowds_among:
        some = households[:crowds_among]
        crowded[:crowds_among] = may_fill_by_chance(question, world, some, work, headline=headline)
    tied = np.flatnonzero(np.logical_or.reduce([column > 0 for column in columns]) | crowded)
    each = np.stack([column[tied] for column in columns], axis=1)
    return Candidates(households[tied], each, crowded[tied])


def days_tied(world: World, name: str, households: Ints, work: int, days: range) -> Ints:
    """On how many of some local days a source may tie each household to a work; never too small."""
    if name == HABIT:
        return habits(world, households, work, days)
    actor = world.scenario.actors[name]
    assert isinstance(actor, Actor)
    named = named_households(world).get(name)
    if named is not None:  # a cast is exact: nobody else has it
        return np.where(np.isin(households, named), len(days), 0)
    kept = actor.keeps_to(world, households, work, days)
    return np.zeros_like(households) if kept is None else np.clip(kept, 0, len(days))


def find_candidates(
    question: Question,
    households: int,
    workers: int,
    on_progress: OnProgress | None = None,
    crowds_among: int | None = None,
    *,
    headline: bool = False,
) -> Candidates:
    """Look over all homes; `on_progress` hears how many of how many are done. Homes come in order.

    Crowds are looked for among the first homes alone, where `crowds_among` says so, and for the
    `headline` those alone that may fill all days of the last window.
    """
    below = households if crowds_among is None else crowds_among
    tasks: Sequence[_Look] = [
        _Look(question, range(start, min(start + _IN_A_TASK, households)), below, headline)
        for start in range(0, households, _IN_A_TASK)
    ]
    found, done = [_none(question)], 0
    for answer in share_out(tasks, workers):
        found.append(answer)
        done = min(done + AT_ONCE, households)
        if on_progress:
            on_progress(done, households)
    every = Candidates.stack(found)
    return every.take(np.argsort(every.household))


def _none(question: Question) -> Candidates:
    days = np.zeros((0, len(sources(question.scenario))), dtype=np.int64)
    return Candidates(np.zeros(0, dtype=np.int64), days, np.zeros(0, dtype=bool))


def days_in_window(question: Question, some: Candidates) -> Ints:
    """On how many local days around the last window something may tie each of some homes."""
    world = world_of(question.scenario)
    work = question.work(world)
    assert work is not None, "candidates are of one title"
    days = range(question.first - 1, question.last + 2)
    total = np.zeros(len(some), dtype=np.int64)
    for name in sources(question.scenario):
        total += days_tied(world, name, some.household, work, days)
    return total


def left_to_chance(question: Question, days: Ints, forgiven: int = 1) -> Ints:
    """How many days of a streak homes that are tied on some days have to fill by chance.

    A tied day of the home may show on two days of the query; so many days are forgiven by some
    definition.
    """
    return np.asarray(np.maximum(question.days - forgiven - 2 * days, 0))
