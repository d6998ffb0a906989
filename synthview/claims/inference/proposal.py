"""The proposal: the few homes that a lasting choice may tie to a title for long, at any settings.

Higher rates and longer spells only add homes, so those found with all of them at the top of their
range, and beyond, hold those of every other world. Each then stands for as many as its rate says: a
world is a matter of a few hundred homes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import polars as pl

from synthview.callbacks import OnProgress
from synthview.claims.counting.title_log import TitleLog
from synthview.claims.counting.title_plays import own_titles
from synthview.claims.inference.parameters import RATE, RHYTHM, SIMULATED, Parameter, with_settings
from synthview.claims.question import CLOSED_BY_DAYS, Question
from synthview.claims.simulation.attendance import ATTENDED_PERCENT, faithful_accounts
from synthview.claims.simulation.candidates import (
    BRIDGED_DAYS,
    days_tied,
    find_candidates,
    sources,
    world_of,
)
from synthview.claims.simulation.homes import households_of
from synthview.claims.simulation.simulate import SimulateHomes, Tables, gathered
from synthview.draws.chance import Stream
from synthview.people.homes import countries_of, furnish
from synthview.pipeline import Window, titles
from synthview.rows import Flags, Floats, Ints, Rows
from synthview.stage.actor import Actor

__all__ = [
    "MOST_SIMULATED",
    "NOT_THERE",
    "RUNGS",
    "SAT_THROUGH",
    "THERE",
    "HomePool",
    "Outcomes",
    "Point",
    "TiedHomes",
    "pool_of",
    "proposal_rates",
    "propose",
    "qualified",
    "tied_homes",
]

NOT_THERE, THERE, SAT_THROUGH = 0, 1, 2
RUNGS = 3
_GATE = 0.02
_BEYOND = 5.0
"""A gate lets in so many times the homes of the top of its range, and at least one in fifty: more
homes, less noise.
"""
_OPEN_DAYS = 1
"""Days that no tie could fill at all, left for ordinary viewing; in the same trial none."""
MOST_SIMULATED = 120
"""Homes of one source that are simulated at a point; of more a part stands for all."""
_SIMULATED = frozenset({"log.plays", "truth.plays"})


@dataclass(frozen=True)
class HomePool:
    """Homes among the first `looked_at` of a world.

    `question` is of that world with all gates open.
    """

    question: Question
    households: Ints
    looked_at: int
    titles: pl.DataFrame
    """The rows of `log.titles` that the question is about."""


@dataclass(frozen=True, slots=True)
class Outcomes(Rows):
    """Accounts that were counted, or missed though somebody watched on every day.

    `source` is what ties the home to the title, `day` since which day, counted from the one before
    the first, and `country` where; each stands for `weight` of those that the proposal lets in.
    `rung` is how far one and the same person of the home comes on every day, those of the query or
    the home's own: NOT_THERE, THERE or SAT_THROUGH.
    """

    household: Ints
    source: Ints
    day: Ints
    country: Ints
    weight: Floats
    is_counted: Flags
    rung: Ints


def proposal_rates(ranges: Sequence[Parameter]) -> dict[str, float]:
    """How many homes each lasting actor gets while candidates are sought, by its rate's path."""
    rates = [one for one in ranges if one.part == RATE]
    return {one.path: min(1.0, max(_BEYOND * one.high, _GATE)) for one in rates}


_HABITS = ("choosing.repeater", "choosing.sleep_aid", "choosing.keeps_comfort_series")
"""How the settings begin that say how many homes have a habit."""
_LESS_TIES = frozenset({"actors.background_tv.series", "actors.child_on_loop.for_children"})
"""The higher these, the fewer homes keep to a film for all: the pool has them at their lowest."""


@dataclass(frozen=True, slots=True)
class TiedHomes(Rows):
    """Homes that may be tied to the title for long at some points of the settings."""

    household: Ints


def propose(
    question: Question,
    ranges: Sequence[Parameter],
    points: Floats,
    looked_at: int,
    workers: int,
    on_progress: OnProgress | None = None,
) -> HomePool:
    """Examine some homes with all gates open and every tie at its longest among the points.

    `points` are (point, range) of those ranges that are simulated.
    """
    tied = tied_homes(question, ranges, points, looked_at, workers, on_progress)
    return pool_of(question, ranges, tied, looked_at)


def tied_homes(
    question: Question,
    ranges: Sequence[Parameter],
    points: Floats,
    looked_at: int,
    workers: int,
    on_progress: OnProgress | None = None,
) -> TiedHomes:
    """The homes of a pool, in order."""
    open_ = with_settings(question, proposal_rates(ranges))
    loosest, whole = _loosest(question, ranges, points)
    found = [np.zeros(0, dtype=np.int64)]
    for turn, own in enumerate(whole):
        tied = find_candidates(
            with_settings(open_, {**loosest, **own}),
            looked_at,
            workers,
            on_progress and partial(_report_turn, on_progress, turn, len(whole)),
        )
        enough = tied.days.sum(axis=1) >= max(
            question.days - BRIDGED_DAYS, 1
        )  # crowds are reckoned with by themselves
        found.append(tied.household[enough])
    return TiedHomes(np.unique(np.concatenate(found)))


def pool_of(
    question: Question, ranges: Sequence[Parameter], tied: TiedHomes, looked_at: int
) -> HomePool:
    """A pool of homes that were found among the first `looked_at`."""
    open_ = with_settings(question, proposal_rates(ranges))
    about = titles(world_of(open_.scenario), _window(open_))
    of_title = own_titles(about, question.title)
    return HomePool(
        open_,
        tied.household,
        looked_at,
        about.join(of_title, on="title_id", how="semi"),
    )


def _loosest(
    question: Question, ranges: Sequence[Parameter], points: Floats
) -> tuple[dict[str, float], list[dict[str, int]]]:
    """What ties most homes of all points, and the whole numbers that some points have.

    With another rhythm other homes are tied, so each has its turn.
    """
    names = [name for name in sources(question.scenario) if name in question.scenario.actors]
    places = (*(f"actors.{name}." for name in names), *_HABITS)
    simulated = [one for one in ranges if one.part == SIMULATED]
    own = [(place, one) for place, one in enumerate(simulated) if one.path.startswith(places)]
    loosest = {
        one.path: float((np.min if one.path in _LESS_TIES else np.max)(points[:, place]))
        for place, one in own
        if len(points) and not one.is_whole
    }
    rhythms = [(place, one.path) for place, one in own if one.path.endswith(RHYTHM)]
    rows = [{path: round(row[place]) for place, path in rhythms} for row in points.tolist()]
    return loosest, list({tuple(one.values()): one for one in rows}.values()) or [{}]


def _report_turn(on_progress: OnProgress, turn: int, turns: int, done: int, of: int) -> None:
    """Hear of one of several turns as a part of all."""
    on_progress(turn * of + done, turns * of)


def _window(question: Question) -> Window:
    return Window(question.earliest, question.last + 1 + CLOSED_BY_DAYS)


@dataclass(frozen=True)
class Point:
    """A task: simulate those homes of a pool that may be counted at one point of the settings."""

    number: int
    pool: HomePool
    stated: Mapping[str, float]
    """The rates as stated: what an actor has of the homes that it does not tie to the title."""
    settings: Mapping[str, float]
    most_simulated: int = MOST_SIMULATED

    def perform(self) -> Iterator[tuple[int, Outcomes]]:
        """Answer with the accounts that matter, and the number of the point."""
        yield self.number, self.seen()

    @property
    def question(self) -> Question:
        """The question of the world to simulate, gates open."""
        return with_settings(self.pool.question, self.settings)

    def seen(self, workers: int = 1) -> Outcomes:
        """Simulate those who may be counted."""
        question = self.question
        homes = qualified(question, self.pool.households, self.most_simulated)
        homes_of_point = SimulateHomes(
            question.scenario,
            homes.household,
            _window(question),
            (question.work(world_of(question.scenario)) or 0,),
            _SIMULATED,
            self.off(question, homes),
        )
        tables = {**gathered(homes_of_point, workers), "log.titles": self.pool.titles}
        log = TitleLog(question, tables)
        is_counted = np.isin(homes.household, households_of(question, log.counted()))
        rung = self._rungs(log, tables, homes.household)
        columns = (homes.household, homes.source, homes.day, homes.country, homes.weight)
        return Outcomes(*columns, is_counted, rung).take(is_counted | (rung == SAT_THROUGH))

    def _rungs(self, log: TitleLog, tables: Tables, households: Ints) -> Ints:
        """What is true of the best of each home: not there daily, there daily, attended daily."""
        rung = np.zeros(len(households), dtype=np.int64)
        for percent, reached in ((0, THERE), (ATTENDED_PERCENT, SAT_THROUGH)):
            found = households_of(log.question, faithful_accounts(log, tables, percent))
            rung[np.isin(households, found)] = reached
        return rung

    def off(self, question: Question, homes: Qualified | Outcomes) -> dict[str, Flags]:
        """Lasting actors have the part that is stated, but for the one that ties each home."""
        world = world_of(question.scenario)
        names = sources(question.scenario)
        off = {}
        for path, rate in self.stated.items():
            name = path.split(".")[1]
            actor = world.scenario.actors[name]
            assert isinstance(actor, Actor)
            has = replace(actor, rate=rate).could_touch(world, homes.household)  # type: ignore[type-var]
            off[name] = ~has & (homes.source != names.index(name))
        return off


@dataclass(frozen=True, slots=True)
class Qualified(Rows):
    """Homes to simulate at a point: what ties each, since when, where, and its weight."""

    household: Ints
    source: Ints
    day: Ints
    country: Ints
    weight: Floats


def qualified(
    question: Question, households: Ints, most_of_a_source: int = MOST_SIMULATED
) -> Qualified:
    """Those homes of a pool that may be counted in a world: tied so closely that no day is open.

    A day of the query reaches into the local days beside it, so a tie may fill those too. Of very
    many homes with the same source some stand for all of them.
    """
    world = world_of(question.scenario)
    ties = _ties(question, households)
    tied: Flags = np.asarray(ties.any(axis=1))
    beside: Flags = tied.copy()
    beside[:, 1:] |= tied[:, :-1]
    beside[:, :-1] |= tied[:, 1:]
    enough = tied.sum(axis=1) >= question.days - BRIDGED_DAYS
    rows = np.flatnonzero(enough & (beside[:, 1:-1].sum(axis=1) >= question.days - _OPEN_DAYS))
    source = ties[rows].sum(axis=2).argmax(axis=1)
    day = ties[rows, source].argmax(axis=1)
    homes = Qualified(
        households[rows], source, day, countries_of(world, households[rows]), np.ones(len(rows))
    )
    return _spared(question, homes, most_of_a_source)


def _ties(question: Question, households: Ints) -> Flags:
    """Which source may tie which home on which day, (home, source, day), a day more at each end."""
    world = world_of(question.scenario)
    names = sources(question.scenario)
    work = question.work(world)
    assert work is not None, "a pool is for one title"
    days = range(question.first - 1, question.last + 2)
    ties = np.zeros((len(households), len(names), len(days)), dtype=bool)
    homes = furnish(world, households)
    for place, name in enumerate(names):
        actor = world.scenario.actors.get(name)
        suited = (
            actor.suits(homes) if isinstance(actor, Actor) else np.ones(len(households), dtype=bool)
        )
        rows = np.flatnonzero(suited)
        rows = rows[days_tied(world, name, households[rows], work, days) > 0]
        for turn, day in enumerate(days):
            ties[rows, place, turn] = (
                days_tied(world, name, households[rows], work, range(day, day + 1)) > 0
            )
    return ties


def _spared(question: Question, homes: Qualified, most: int) -> Qualified:
    """Keep some of very many homes with one source, drawn by their numbers, and their weight."""
    order = Stream(question.scenario.run.seed, "claims/pool/spared").bits(homes.household)
    kept = np.ones(len(homes), dtype=bool)
    weight = homes.weight.copy()
    for source in np.unique(homes.source).tolist():
        rows = np.flatnonzero(homes.source == source)
        if len(rows) > most:
            kept[rows[np.argsort(order[rows])[most:]]] = False
            weight[rows] = len(rows) / most
    return Qualified(homes.household, homes.source, homes.day, homes.country, weight).take(kept)
