"""Refusals: draws of a crowd that come to nothing, as the plan has no stream left."""

from __future__ import annotations

import numpy as np
import polars as pl

from synthview.claims.question import Question
from synthview.claims.simulation.candidates import world_of
from synthview.claims.simulation.crowds import crowd_of, running
from synthview.claims.simulation.homes import households_of
from synthview.claims.simulation.simulate import simulate
from synthview.rows import Floats, Ints
from synthview.stage.actor import Actor
from synthview.world.clock import DAY_MS

__all__ = ["refused_for_each"]

_SIMULATED = 128
_PLAYED_MS = 240_000
"""Who only looks whether a login works plays less, and hardly any film is given up so soon."""
_TABLES = frozenset({"log.plays", "truth.plays"})


def refused_for_each(question: Question, name: str, households: Ints, workers: int) -> float:
    """What share of the draws of an actor's crowd is lost for each film a day that it draws.

    From those of some homes with most draws, simulated with all titles: a line through nothing, as
    a crowd of nobody is refused nothing. 0 where there is no crowd.
    """
    world, days = world_of(question.scenario), range(question.first, question.last + 1)
    actor = world.scenario.actors[name]
    assert isinstance(actor, Actor)
    work = question.work(world) or 0
    every = crowd_of(world, [actor], households, work, days)
    crowd = running(world, every, households, days)
    most = np.argsort(-crowd.draws.sum(axis=1), kind="stable")[:_SIMULATED]
    if not len(most):
        return 0.0
    most = np.sort(most)
    drawn = crowd.draws[most].sum(axis=1)
    lost = drawn - _played_a_day(question, name, households[crowd.home[most]], workers)
    return float(np.clip((drawn * lost).sum() / (drawn**3).sum(), 0.0, 1.0))


def _played_a_day(question: Question, name: str, homes: Ints, workers: int) -> Floats:
    """How many plays of some length an actor has in each home, on average over the days."""
    tables = simulate(question, homes, _TABLES, workers, every_title=True)
    day = pl.col("started_at").dt.epoch("ms") // DAY_MS
    plays = tables["truth.plays"].filter(
        pl.col("causes").str.split("|").list.contains(name),
        pl.col("played_ms") >= _PLAYED_MS,
        day.is_between(question.first, question.last),
    )
    often = plays.group_by("account_id").len()
    played = np.zeros(len(homes))
    place = np.searchsorted(homes, households_of(question, often["account_id"]))
    played[place] = often["len"].to_numpy() / question.days
    return played
