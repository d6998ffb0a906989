"""What else worlds of the prior have beside the number, before it is known.

Settings that give a number may be wrong in all else. So worlds of the prior are asked for
what can be held against other figures: shorter runs, and how many have the title at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from synthview.callbacks import OnProgress
from synthview.claims.counting.count import days_of, enough_by, plays_in_window
from synthview.claims.counting.definitions import option_of
from synthview.claims.inference.parameters import (
    POPULAR,
    RATE,
    SIMULATED,
    Blocks,
    Parameter,
    with_settings,
)
from synthview.claims.inference.posterior import InferenceEffort, weighted_worlds
from synthview.claims.inference.weights import WeightedWorlds
from synthview.claims.question import Question
from synthview.claims.simulation.bound import sample
from synthview.engines.workers import share_out
from synthview.rows import Floats

__all__ = ["FIRST_DAYS", "RUNS", "Audiences", "OfRun", "audiences", "shorter_runs"]

RUNS = (7, 12)
"""Runs of so many days are counted, if the claim is of a longer one (our choice)."""
EFFORT = InferenceEffort(
    homes=1 << 19,
    rhythms=1,
    points=10,
    shelves=32,
    rates=128,
    mixes=64,
    planted=0,
    of_a_source=40,
)
FIRST_DAYS = 7
"""Days since the run began, in which somebody has seen most of the title."""
_MOST = "seventy"
"""How much of it is most of it, as a way to count."""


@dataclass(frozen=True)
class OfRun:
    """Worlds of the prior by how many accounts have the title on each of the last so many days."""

    days: int
    worlds: WeightedWorlds


def shorter_runs(
    question: Question,
    households: int,
    varied: Sequence[Parameter],
    workers: int,
    on_progress: OnProgress | None = None,
    effort: InferenceEffort = EFFORT,
) -> Iterator[OfRun]:
    """Simulate homes that are tied for as long as each shorter run takes, at a few points."""
    for days in RUNS:
        if days < question.days:
            first, claim = question.last - days + 1, replace(question.claim, days=days)
            asked = replace(question, claim=claim, days=days, earliest=first)
            said = (asked, households, varied, effort.fitted(households), workers, on_progress)
            yield OfRun(days, weighted_worlds(*said))


@dataclass(frozen=True)
class Audiences:
    """Shares of accounts in each of some worlds, by a sample of so many homes of each.

    `audience` have the title on any day of the claim, `returning` of these on two days or more, and
    `first_days` have seen 70 % of it within the first seven days of the run.
    """

    homes: int
    audience: Floats
    returning: Floats
    first_days: Floats


def audiences(
    question: Question,
    varied: Sequence[Parameter],
    worlds: int,
    homes: int,
    workers: int,
    on_progress: OnProgress | None = None,
) -> Audiences:
    """Draw some worlds with all their settings, and simulate a sample of the homes of each."""
    seed = question.scenario.run.seed
    blocks = Blocks.of(varied, dict.fromkeys((SIMULATED, POPULAR, RATE), worlds), seed)
    tasks = [_PriorWorld(one, question, _row(blocks, one), homes) for one in range(worlds)]
    found: dict[int, tuple[float, float, float]] = {}
    for number, seen in share_out(tasks, workers):
        found[number] = seen
        if on_progress:
            on_progress(len(found), len(tasks))
    columns = zip(*(found[number] for number in range(worlds)), strict=True)
    return Audiences(homes, *map(np.array, columns))


def _row(blocks: Blocks, number: int) -> dict[str, float | int]:
    """All settings of a world."""
    parts = (blocks.row(part, number) for part in blocks.ranges)
    return {path: value for own in parts for path, value in own.items()}


@dataclass(frozen=True)
class _PriorWorld:
    """A task: simulate some homes of a world of the prior."""

    number: int
    question: Question
    settings: Mapping[str, float | int]
    homes: int

    def perform(self) -> Iterator[tuple[int, tuple[float, float, float]]]:
        """Answer once, with the number of the world."""
        own = {**self.settings, "run.seed": self.question.scenario.run.seed + self.number}
        yield self.number, _shares(with_settings(self.question, own), self.homes)


def _shares(asked: Question, homes: int) -> tuple[float, float, float]:
    """Of a sample: who has the title, who of these returns to it, and who saw most of it soon."""
    drawn = sample(asked, homes, 1)
    days = plays_in_window(drawn.shown, asked)["days"].to_numpy()
    soon = drawn.shown.with_columns(day=days_of(drawn.shown)).filter(
        pl.col("day").is_between(asked.earliest, asked.earliest + FIRST_DAYS - 1)
    )
    most = enough_by(soon, ["account_id"], option_of("watched", _MOST).polars).height
    returning = float((days > 1).mean()) if len(days) else 0.0
    of = len(drawn.households)
    return len(days) / of, returning, most / of
