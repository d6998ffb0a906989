"""Accounts with a title on some days: from all that sampled homes chose, and from those it ties.

Of a film that one account in thirty thousand plays on a day a sample of homes holds one or none.
But each film that these homes played might have been that one (`by_chance`). Homes that something
lasting ties to the title are looked for by themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from synthview.callbacks import OnProgress
from synthview.claims.counting.count import enough_by
from synthview.claims.counting.definitions import AXES, option_of
from synthview.claims.counting.intervals import wilson, z_of
from synthview.claims.counting.title_plays import title_plays
from synthview.claims.question import Question
from synthview.claims.simulation.by_chance import chances
from synthview.claims.simulation.candidates import (
    days_in_window,
    find_candidates,
    silent_actors,
)
from synthview.claims.simulation.homes import spread
from synthview.claims.simulation.simulate import HISTORY, Tables, lazily, simulate
from synthview.rows import Ints
from synthview.world.clock import DAY_MS

__all__ = ["Accounts", "accounts_with", "is_told_by_choices", "looked_back"]

_REMEMBERED_DAYS = 28
"""Choices of so many days before are looked back at, to know when a film was begun."""
_MOST_TIED = 1_000
"""Of homes that are tied to the title so many are simulated at most."""


@dataclass(frozen=True)
class Accounts:
    """How many accounts have a title by what counts as watched, with the ends of its interval."""

    watched: str
    value: float
    low: float
    high: float


def is_told_by_choices(question: Question, count: int) -> bool:
    """Whether a number is of accounts with one title, more of them than a sample has."""
    of_accounts = question.claim.kind in ("on_day", "count") and question.claim.of == "accounts"
    few = count < question.scenario.run.households
    return bool(of_accounts and question.title and few and not silent_actors(question.scenario))


def accounts_with(
    question: Question,
    count: int,
    workers: int,
    on_progress: OnProgress | None = None,
    on_looking: OnProgress | None = None,
) -> Sequence[Accounts]:
    """Accounts with the title on any of the days, by each definition of watched, the laziest first.

    From `count` homes evenly spread, and from those that something ties to the title. The interval
    is of the sample, and of chance: how many of all homes it brings the title to.
    """
    of = question.scenario.run.households
    some, tied = spread(count, of), _tied(question, workers, on_looking)
    chosen = tied[spread(_MOST_TIED, len(tied))] if len(tied) else tied
    there = looked_back(question)
    tables = simulate(there, some, HISTORY, workers, every_title=True, on_progress=on_progress)
    kept = simulate(replace(question, earliest=question.first), chosen, HISTORY, workers)
    found = []
    for one in next(axis.options for axis in AXES if axis.name == "watched"):
        told = chances(there, some, tables, one.value, windows=1).with_it()
        few = _of_tied(question, kept, one.value, len(chosen), len(tied))
        found.append(_together(one.label, told, of - len(tied), few))
    return found


def looked_back(question: Question) -> Question:
    """The question with as many days before it as tell when a film was begun."""
    return replace(question, earliest=max(question.first - _REMEMBERED_DAYS, question.earliest))


def _together(
    watched: str, told: tuple[float, float], others: int, few: tuple[float, float, float]
) -> Accounts:
    """Those that chance brings of all others, by share and standard error, and the tied ones."""
    share, error = told
    likely, least, most = few
    value = share * others + likely
    away = z_of() * np.hypot(error * others, np.sqrt(value))
    below = np.hypot(away, likely - least)
    above = np.hypot(away, most - likely)
    lower = max(float(value - below), 0.0)
    return Accounts(watched, value, lower, float(value + above))


def _tied(question: Question, workers: int, on_progress: OnProgress | None) -> Ints:
    """Homes that something lasting ties to the title on one of the days, or the days beside."""
    asked = replace(question, earliest=question.first)
    every = find_candidates(asked, question.scenario.run.households, workers, on_progress, 0)
    return every.household[days_in_window(asked, every) > 0]


def _of_tied(
    question: Question, kept: Tables, watched: str, simulated: int, tied: int
) -> tuple[float, float, float]:
    """How many of the tied homes have the title by a definition, and the ends of the interval."""
    shown = title_plays(lazily(kept), question.title)
    day = pl.col("start").dt.epoch("ms") // DAY_MS
    is_asked = pl.col("day").is_between(question.first, question.last)
    inside = shown.with_columns(day=day).filter(is_asked)
    enough = enough_by(inside, ["account_id", "day"], option_of("watched", watched).polars)
    count = enough["account_id"].n_unique()
    if not simulated:
        return 0.0, 0.0, 0.0
    share = count / simulated
    low, high = wilson(count, simulated) if simulated < tied else (share, share)
    value = share * tied
    return value, low * tied, high * tied
