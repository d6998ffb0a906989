"""From scratch: some worlds of the prior as scenarios, beside what weights expect of them.

All that is concluded rests on weights: homes simulated once stand for worlds of other rates and
popularities. Here such worlds are made as anybody would make them, and counted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass

import numpy as np

from synthview.claims.counting.title_log import TitleLog
from synthview.claims.inference.parameters import with_settings
from synthview.claims.inference.posterior_worlds import PosteriorWorlds, Tell
from synthview.claims.inference.proposal import SAT_THROUGH
from synthview.claims.question import Question
from synthview.claims.simulation.attendance import ATTENDED_PERCENT, true_watchers
from synthview.claims.simulation.candidates import BY_CHANCE, find_candidates, left_to_chance
from synthview.claims.simulation.simulate import simulate
from synthview.rows import Floats, Ints

__all__ = ["FromScratch", "ScratchEffort", "from_scratch"]

_NONE: tuple[tuple[int, ...], ...] = ((), (), (), ())
_FIRST_LOOK = 1 << 20
"""Among so many homes it is seen how many are near."""
_TABLES = frozenset({"log.plays", "truth.plays"})


@dataclass(frozen=True)
class FromScratch:
    """Worlds of so many homes each simulated as scenarios: accounts by weights, and counted.

    Of the homes of each those are simulated that are tied to the title on many days. `viewers` are
    accounts of one person who sat through it on every day.
    """

    homes: tuple[int, ...]
    simulated: tuple[int, ...]
    seeds: tuple[int, ...]
    expected: tuple[float, ...]
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
    tell: Tell | None = None,
) -> FromScratch:
    """Simulate the first homes of some worlds that the prior has, and that expect such a number.

    Weights are of a service of `households`, and fewer homes are the first of more: as many as have
    the homes that may be simulated. `tell` hears how many worlds are done.
    """
    chosen = _chosen(basis, within, effort.worlds)
    questions = [_question(basis, point, mixed, effort.homes) for point, mixed in chosen]
    found = []
    for one in questions:
        found.append(_counted(one, effort, basis.workers))
        if tell:
            tell(len(found), len(questions))
    parts = [one.homes / households for one in found]
    weighted = basis.weighted
    viewers = weighted.counted[..., SAT_THROUGH].sum(axis=2)
    homes, simulated, counted, watched = zip(*map(astuple, found), strict=True) if found else _NONE
    seeds = tuple(one.scenario.run.seed for one in questions)
    expected = tuple(_of(weighted.expected, chosen, parts))
    its_viewers = tuple(_of(viewers, chosen, parts))
    return FromScratch(homes, simulated, seeds, expected, counted, its_viewers, watched)


def _chosen(basis: PosteriorWorlds, within: range, worlds: int) -> list[tuple[int, int]]:
    """Some worlds that expect such a number, by their points and mixes."""
    expected = basis.weighted.expected
    fits = np.argwhere((expected >= within.start) & (expected < within.stop))
    some = np.random.default_rng(basis.seed).permutation(fits)[:worlds].tolist()
    return [(point, mixed) for point, mixed in some]


def _of(
    accounts: Floats, chosen: Sequence[tuple[int, ...]], parts: Sequence[float]
) -> Iterator[float]:
    """The accounts that weights expect among a part of the homes of each chosen world."""
    return (float(accounts[place]) * part for place, part in zip(chosen, parts, strict=True))


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
    faithful: set[int] = set()
    for day in ("utc", "home"):
        watched = true_watchers(
            log,
            tables,
            day,
            ATTENDED_PERCENT,
        )
        faithful |= {int(one) for one in watched}
    return _World(homes, len(near), len(counted), len(counted & faithful))
