"""A streak, answered: over several worlds, by every definition, with its causes and its truth."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from synthview.claims.counting.count import account_days, grid, who
from synthview.claims.counting.definitions import HEADLINE
from synthview.claims.counting.pitfalls import Slip, slips
from synthview.claims.counting.sql import confirmed
from synthview.claims.counting.title_plays import showings
from synthview.claims.question import Question
from synthview.claims.sections.causes import Causes, accounts_of, causes_of
from synthview.claims.sections.truth import Truth, truth_of
from synthview.claims.simulation.bound import Sample, Shortcut, no_shortcut, sample, shortcut, why_not
from synthview.claims.simulation.candidates import Tied, sweep
from synthview.claims.simulation.simulate import HISTORY, MESSAGES, Tables, lazily, live_through
from synthview.player.settings import LogSettings
from synthview.registry import installed
from synthview.rows import Ints
from synthview.scenario import load

__all__ = ["Effort", "Streak", "Tell", "World", "answer", "with_seed"]

Tell = Callable[[str, int, int], None]
"""Hears of a stage in words, and how much of how much of it is done."""


@dataclass(frozen=True)
class Effort:
    """How much is done for an answer: how many worlds, whether all of it, how many homes a sample has."""

    seeds: int = 1
    workers: int = 1
    thorough: bool = False
    exhaustive: bool = False
    sample: int = 4_000


@dataclass(frozen=True)
class World:
    """One world's answer; what `--thorough` adds is None without it."""

    question: Question
    counted: Ints
    by_sql: int
    tied: Tied
    shown_of: Tables
    grid: Ints | None = None
    slips: Sequence[Slip] = ()
    causes: Causes | None = None
    truth: Truth | None = None


@dataclass(frozen=True)
class Streak:
    """The answers of all worlds; `worlds` after the first no longer hold their tables."""

    question: Question
    worlds: Sequence[World]
    sample: Sample | None
    shortcut: Shortcut


def with_seed(question: Question, seed: int) -> Question:
    """The same question asked of another world of the same kind."""
    return replace(question, scenario=load(question.scenario, installed(), {"run.seed": seed}))


def answer(question: Question, effort: Effort, tell: Tell) -> Streak:
    """Count a streak in as many worlds as asked for."""
    off = why_not(question, exhaustive=effort.exhaustive)
    drawn = None
    if not off or effort.thorough:
        drawn = sample(question, effort.sample, effort.workers, partial(tell, "living a sample of homes"))
    first = question.scenario.run.seed
    worlds: list[World] = []
    bound = no_shortcut(question, off) if off else None
    for number in range(effort.seeds):
        asked = question if not number else with_seed(question, first + number)
        world = _world(asked, effort, drawn, bool(off), partial(_in_world, tell, number, effort.seeds))
        if bound is None and drawn is not None:
            bound = shortcut(question, world.tied, drawn, accounts_of(asked, world.tied.household))
        worlds.append(world if not number else replace(world, shown_of={}))
    assert bound is not None
    return Streak(question, worlds, drawn, bound)


def _in_world(tell: Tell, number: int, of: int, stage: str, done: int, total: int) -> None:
    tell(f"world {number + 1} of {of}: {stage}" if of > 1 else stage, done, total)


def _world(question: Question, effort: Effort, drawn: Sample | None, every: bool, tell: Tell) -> World:  # noqa: FBT001
    """One world: who could be in the number, their days, and what is counted of them."""
    households = question.scenario.run.households
    if every:
        tied = Tied(np.arange(households, dtype=np.int64), np.zeros((households, 0), dtype=np.int64))
    else:
        tied = sweep(question, households, effort.workers, partial(tell, "looking over all homes"))
    wanted = MESSAGES if effort.thorough else HISTORY
    tables = live_through(
        question, tied.household, wanted, effort.workers,
        least_plays=question.days // 2 if every else 1, tell=partial(tell, "living the homes that may count"),
    )  # fmt: skip
    shown = showings(lazily(tables), question.title, ping_ms=_ping_ms(question))
    counted = who(shown, question, HEADLINE)
    world = World(question, counted, confirmed(question, len(counted), tables), tied, tables)
    if not effort.thorough:
        return world
    rows = 0.0 if drawn is None else account_days(drawn.shown, question) * drawn.weight
    return replace(
        world,
        grid=grid(shown, question),
        slips=slips(question, tables, rows),
        causes=causes_of(question, tables, effort.workers, partial(tell, "switching causes off")),
        truth=truth_of(question, tables),
    )


def _ping_ms(question: Question) -> int:
    return int(question.scenario.of(LogSettings).ping_seconds) * 1000
