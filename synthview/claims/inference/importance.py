"""Importance: what rates and popularities of a world do to the weight of each simulated home."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from synthview.claims.inference.parameters import POPULAR, RATE, SIMULATED, Blocks, with_settings
from synthview.claims.inference.popularity import PopularityRow, parts, times
from synthview.claims.inference.proposal import HomePool, proposal_rates
from synthview.claims.inference.weights import ImportanceWeights
from synthview.claims.question import Question
from synthview.claims.simulation.candidates import sources, world_of
from synthview.claims.simulation.crowds import filled_by_chance
from synthview.claims.simulation.refusals import refused_for_each
from synthview.engines.workers import share_out
from synthview.rows import Floats
from synthview.stage.actor import Actor

__all__ = ["OTHER_SEED", "importance_weights"]

OTHER_SEED = 1 << 62
"""What the seed of the other half differs by: a bit that nobody types."""
_CROWDS_AMONG = 20_000
"""Homes among which crowds are looked for at each point: with a tenth of them sold, two thousand
crowds.
"""


def importance_weights(
    question: Question,
    households: int,
    pools: Sequence[HomePool],
    blocks: Blocks,
    workers: int,
    on_progress: Callable[[], None],
) -> ImportanceWeights:
    """What each row of rates and of popularities does to the weight of a home.

    `on_progress` hears of each row of popularities that is done.
    """
    opened = proposal_rates(blocks.ranges[RATE])
    shelves = _shelves(question, blocks, workers, on_progress)
    own = (parts(one.question, world_of(one.question.scenario)) for one in pools)
    return ImportanceWeights(
        thinning=_thinning(sources(question.scenario), blocks, opened),
        picked=np.stack([times(shelves, one) for one in own]),
        scale=np.array([households / one.looked_at for one in pools]),
        by_chance=households * _by_chance(question, blocks, opened, shelves, workers),
    )


def _thinning(names: Sequence[str], blocks: Blocks, opened: Mapping[str, float]) -> Floats:
    """How many of the homes that the proposal lets in each source has, (row of rates, source)."""
    rates = blocks.values[RATE]
    thinning = np.ones((len(rates), len(names)))
    for place, one in enumerate(blocks.ranges[RATE]):
        source = names.index(one.path.split(".")[1])
        thinning[:, source] = rates[:, place] / opened[one.path]
    return thinning


def _shelves(
    question: Question, blocks: Blocks, workers: int, on_progress: Callable[[], None]
) -> Floats:
    """What part of all picks the title has in each row of popularities, (row, day, country).

    Each row is a world of its own, since how a title is liked in a country is a matter of the seed.
    """
    seed = question.scenario.run.seed % OTHER_SEED
    rows = range(len(blocks.values[POPULAR]))
    settings = [{**blocks.row(POPULAR, row), "run.seed": seed + row} for row in rows]
    tasks = [PopularityRow(row, question, settings[row]) for row in rows]
    found: dict[int, Floats] = {}
    for row, one in share_out(tasks, workers):
        found[row] = one
        on_progress()
    return np.stack([found[row] for row in rows])


def _by_chance(
    question: Question, blocks: Blocks, opened: Mapping[str, float], shelves: Floats, workers: int
) -> Floats:
    """What share of homes crowds fill by chance, gates open, (point, row of popularity, source).

    `shelves` are the parts of all picks that the title has, (row, day, country), a day more at
    either end.
    """
    names = sources(question.scenario)
    shares = np.zeros((len(blocks.values[SIMULATED]), len(shelves), len(names)))
    crowds = _Crowds(question, with_settings(question, opened), shelves[:, 1:-1], workers)
    for point in range(len(shares)):
        actors = with_settings(question, {**opened, **blocks.row(SIMULATED, point)}).scenario.actors
        for place, name in enumerate(names):
            actor = actors.get(name)
            if isinstance(actor, Actor):
                shares[point, :, place] = crowds.filled(name, actor) / _CROWDS_AMONG
    return shares


@dataclass
class _Crowds:
    """Crowds of some homes, in worlds with parts of all picks (row, day, country).

    `opened` is the question with all gates open. Of each actor it is seen once, in a simulation,
    how many draws its crowds lose, if any of them may count at all.
    """

    question: Question
    opened: Question
    days: Floats
    workers: int
    refused: dict[str, float] = field(default_factory=dict)

    def filled(self, name: str, actor: Actor) -> Floats:
        """How many homes the crowds of an actor are expected to fill in each row."""
        question, homes = self.question, np.arange(_CROWDS_AMONG)
        world = world_of(question.scenario)
        window = range(question.first, question.last + 1)
        asked = (world, [actor], homes, question.work(world) or 0, window, self.days)
        if name not in self.refused:
            most = filled_by_chance(*asked)
            if not most.any():
                return most
            self.refused[name] = refused_for_each(self.opened, name, homes, self.workers)
        return filled_by_chance(*asked, self.refused[name])
