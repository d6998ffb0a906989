"""From scratch: some worlds of the prior as scenarios, beside what weights expect of them.

All that is concluded rests on weights: homes simulated once stand for worlds of other rates and
popularities. Here such worlds are made as anybody would make them, and counted.
"""

from __future__ import annotations

from dataclasses import astuple, dataclass

import numpy as np

from synthview.callbacks import OnProgress
from synthview.claims.counting.title_log import TitleLog
from synthview.claims.inference.parameters import with_settings
from synthview.claims.inference.posterior_worlds import PosteriorWorlds
from synthview.claims.question import Question
from synthview.claims.simulation.attendance import faithful_accounts
from synthview.claims.simulation.candidates import BY_CHANCE, find_candidates, left_to_chance
from synthview.claims.simulation.simulate import simulate
from synthview.rows import Ints

__all__ = ["FromScratch", "ScratchEffort", "from_scratch"]

_NONE: tuple[tuple[int, ...], ...] = ((), (), (), ())
_MOST_TRIED = 2_000
"""So many worlds are asked for their number, before fewer are made."""
_FIRST_LOOK = 1 << 20
"""Among so many homes it is seen how many are near."""
_TABLES = frozenset({"log.plays", "truth.plays"})


@dataclass(frozen=True)
class FromScratch:
    """Worlds of so many homes each simulated as scenarios: accounts by weights, and counted.

    Of the homes of each those are simulated that are tied to the title on many days. `errors` are
    the standard errors of counted less expected. `viewers` are accounts of one person who sat
    through it on every day.
    """

    homes: tuple[int, ...]
    simulated: tuple[int, ...]
    seeds: tuple[int, ...]
    expected: tuple[float, ...]
    errors: tuple[float, ...]
    counted: tuple[int, ...]
    expected_viewers: tuple[float, ...]
    viewers: tuple[int, ...]


@dataclass(frozen=True)
class ScratchEffort:
    """How many worlds, of at most so many homes each, of which about so many are simulated."""

    worlds: int
    homes: int
    simulated: int


def from_scratch(
    basis: PosteriorWorlds,
    households: int,
    within: range,
    effort: ScratchEffort,
    on_progress: OnProgress | None = None,
) -> FromScratch:
    """Simulate the first homes of some worlds that the prior has, and that print such numbers.

    Weights are of a service of `households`, and fewer homes are the first of more: as many as have
    the homes that may be simulated. `on_progress` hears how many worlds are done.
    """
    chosen = _chosen(basis, within, effort.worlds)
    questions = [_question(basis, point, mixed, effort.homes) for point, mixed in chosen]
    found = []
    for one in questions:
        found.append(_counted(one, effort, basis.workers))
        if on_progress:
            on_progress(len(found), len(questions))
    parts = [one.homes / households for one in found]
    by_weights = [
        _by_weights(basis, *which, part) for which, part in zip(chosen, parts, strict=True)
    ]
    homes, simulated, counted, watched = zip(*map(astuple, found), strict=True) if found else _NONE
    expected, errors, viewers = zip(*by_weights, strict=True) if found else _NONE[:3]
    seeds = tuple(one.scenario.run.seed for one in questions)
    return FromScratch(homes, simulated, seeds, expected, errors, counted, viewers, watched)


def _chosen(basis: PosteriorWorlds, within: range, worlds: int) -> list[tuple[int, int]]:
    """Some worlds that print such a number by homes of the other seed, by their points and mixes.

    What weights expect of a world is a guess from the few homes of its point. Chosen by that guess,
    worlds would be those in which it is too high: few worlds print so much. So a world is chosen by
    what its rates and popularities give at the points of the other half, on average.
    """
    shape = basis.weighted.expected.shape
    found: list[tuple[int, int]] = []
    order = np.random.default_rng(basis.seed).permutation(shape[0] * shape[1])
    for place in order[:_MOST_TRIED].tolist():
        if len(found) == worlds:
            break
        if within.start <= _by_others(basis, *divmod(place, shape[1])) < within.stop:
            found.append(divmod(place, shape[1]))
    return found


def _by_others(basis: PosteriorWorlds, point: int, mixed: int) -> float:
    """Accounts with the rates and popularities of a world, by homes of the other seed.

    On average over the points that these were simulated at.
    """
    half = basis.weighted.half
    others = np.flatnonzero(half != half[point]).tolist()
    rows = basis.mixed(point, mixed)
    return float(np.mean([basis.accounts(one, *rows)[0] for one in others])) if others else 0.0


def _by_weights(
    basis: PosteriorWorlds, point: int, mixed: int, part: float
) -> tuple[float, float, float]:
    """What weights expect of a part of the homes of a world: accounts, and of those daily viewers.

    Between them the error of the first: how far a count of so few homes may be off by chance, and
    what so few simulated homes tell.
    """
    accounts, square, viewers = basis.accounts(point, *basis.mixed(point, mixed))
    return accounts * part, float(np.sqrt(accounts * part + square * part**2)), viewers * part


def _question(basis: PosteriorWorlds, point: int, mixed: int, homes: int) -> Question:
    """The question of one world as a scenario: its settings, and the seed of its popularities."""
    popular = int(basis.weighted.popular[point, mixed])
    settings = basis.settings(point, mixed)
    own = {"run.seed": basis.seed + popular, "run.households": homes}
    return with_settings(basis.question, {**settings, **own})


@dataclass(frozen=True)
class _World:
    """A world that was simulated: its homes, those of them that were, and what is counted."""

    homes: int
    simulated: int
    counted: int
    viewers: int


def _near(question: Question, homes: int, workers: int) -> Ints:
    """Those of the first homes that need not fill many days by chance, to be counted."""
    tied = find_candidates(question, homes, workers)
    lacking = left_to_chance(question, np.asarray(tied.days.sum(axis=1)))
    return tied.household[tied.is_crowd | (lacking < BY_CHANCE)]


def _looked_at(question: Question, effort: ScratchEffort, workers: int) -> int:
    """Of how many homes about as many are near as may be simulated, from the first of them."""
    first = min(_FIRST_LOOK, effort.homes)
    found = len(_near(question, first, workers))
    return int(min(effort.homes, max(first * effort.simulated // max(found, 1), 1)))


def _counted(question: Question, effort: ScratchEffort, workers: int) -> _World:
    """How many accounts the query counts, and how many of these are one daily viewer."""
    homes = _looked_at(question, effort, workers)
    near = _near(question, homes, workers)
    tables = simulate(
        question,
        near,
        _TABLES,
        workers,
    )
    log = TitleLog(question, tables)
    counted = {int(one) for one in log.counted()}
    faithful = {int(one) for one in faithful_accounts(log, tables)}
    return _World(homes, len(near), len(counted), len(counted & faithful))
