"""From scratch: some worlds of the prior as scenarios, beside what weights expect of them.

All that is concluded rests on weights: homes simulated once stand for worlds of other rates and
popularities. Here such worlds are made as anybody would make them, and counted.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synthview.claims.counting.title_log import TitleLog
from synthview.claims.inference.parameters import with_settings
from synthview.claims.inference.posterior_worlds import PosteriorWorlds
from synthview.claims.inference.proposal import SAT_THROUGH
from synthview.claims.question import Question
from synthview.claims.simulation.attendance import ATTENDED_PERCENT, true_watchers
from synthview.claims.simulation.candidates import find_candidates
from synthview.claims.simulation.simulate import simulate

__all__ = ["FromScratch", "from_scratch"]

_TABLES = frozenset({"log.plays", "truth.plays"})


@dataclass(frozen=True)
class FromScratch:
    """Worlds of so many homes simulated as scenarios: accounts expected by weights, and counted.

    `viewers` are those of one person who sat through it on every day.
    """

    homes: int
    seeds: tuple[int, ...]
    expected: tuple[float, ...]
    counted: tuple[int, ...]
    expected_viewers: tuple[float, ...]
    viewers: tuple[int, ...]


def from_scratch(
    basis: PosteriorWorlds, households: int, within: range, worlds: int, homes: int
) -> FromScratch:
    """Simulate the first `homes` of some worlds that the prior has, and that expect such a number.

    Weights are of a service of `households`, and fewer homes are the first of more.
    """
    rng = np.random.default_rng(basis.seed)
    weighted = basis.weighted
    fits = (weighted.expected >= within.start) & (weighted.expected < within.stop)
    chosen = rng.permutation(np.argwhere(fits))[:worlds].tolist()
    part = homes / households
    questions = [_question(basis, point, mixed, homes) for point, mixed in chosen]
    found = [_counted(one, homes, basis.workers) for one in questions]
    viewers = weighted.counted[..., SAT_THROUGH].sum(axis=2)
    return FromScratch(
        homes,
        tuple(one.scenario.run.seed for one in questions),
        tuple(float(weighted.expected[point, mixed]) * part for point, mixed in chosen),
        tuple(counted for counted, _ in found),
        tuple(float(viewers[point, mixed]) * part for point, mixed in chosen),
        tuple(viewers for _, viewers in found),
    )


def _question(basis: PosteriorWorlds, point: int, mixed: int, homes: int) -> Question:
    """The question of one world as a scenario: its settings, and the seed of its popularities."""
    popular = int(basis.weighted.popular[point, mixed])
    settings = basis.settings(point, mixed)
    own = {"run.seed": basis.seed + popular, "run.households": homes}
    return with_settings(basis.question, {**settings, **own})


def _counted(question: Question, homes: int, workers: int) -> tuple[int, int]:
    """How many accounts the query counts, and how many of these are one daily viewer."""
    tied = find_candidates(
        question,
        homes,
        workers,
    )
    tables = simulate(
        question,
        tied.household,
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
    return len(counted), len(counted & faithful)
