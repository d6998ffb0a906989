"""The posterior: settings vary, homes are simulated at many points, a number weighs the worlds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from synthview.callbacks import OnProgress
from synthview.claims.inference.calibration import Planted, planted
from synthview.claims.inference.from_scratch import FromScratch, ScratchEffort, from_scratch
from synthview.claims.inference.importance import OTHER_SEED, importance_weights
from synthview.claims.inference.influence import (
    OtherPrior,
    SettingInfluence,
    indices_of,
    influences,
    other_priors,
)
from synthview.claims.inference.parameters import (
    POPULAR,
    RATE,
    SIMULATED,
    Blocks,
    Parameter,
    not_varied,
    parameters_of,
    with_settings,
)
from synthview.claims.inference.posterior_worlds import PosteriorWorlds
from synthview.claims.inference.proposal import (
    MOST_SIMULATED,
    HomePool,
    Outcomes,
    Point,
    TiedHomes,
    pool_of,
    tied_homes,
)
from synthview.claims.inference.sensitivity import Index
from synthview.claims.inference.shown import Chosen, PlacedWorld, PosteriorWorld
from synthview.claims.inference.weights import Composition, WeightedWorlds, mix
from synthview.claims.kept import Kept
from synthview.claims.question import Question
from synthview.claims.simulation.candidates import sources, why_not_looked_over
from synthview.engines.workers import share_out
from synthview.errors import InputError

__all__ = ["InferenceEffort", "Posterior", "infer", "weighted_worlds"]

_DRAWS = 4_000
_PART = 4
"""Worlds from scratch are of at most one home in so many."""
_SERVICES, _LEAST_LOOKED_AT = 400, 1 << 19
"""Homes are looked at that make so many services, and at least so many (our choice)."""
_LEAST_FROM_SCRATCH = 10_000
"""Worlds from scratch of fewer homes are not made."""
_SCRATCH_SIMULATED = 3_000
"""So many homes of each of these worlds are simulated: so many have few hundred megabytes, and take
seconds.
"""
_PLANTED_WITHIN = (0.4, 2.0)
"""Worlds are planted that print numbers like the one in question, so many times as large."""
_A_POINT, _A_SCRATCH, _A_SHELF, _A_LOOK = 30, 100, 1, 1 << 16
"""What things take beside each other: a point thirty times as long as a shelf, or a look at some
65,000 homes.
"""


@dataclass(frozen=True, slots=True)
class InferenceEffort:
    """How much is done.

    Homes looked at in each of two worlds for each of some rhythms of spells, and points simulated
    by them; rows of popularities and of rates that are mixed in; worlds made of each point, worlds
    planted, and worlds simulated from scratch. Of homes with one cause so many are simulated at a
    point.
    """

    homes: int = 8_000_000
    rhythms: int = 3
    points: int = 60
    shelves: int = 240
    rates: int = 960
    mixes: int = 192
    planted: int = 240
    from_scratch: int = 0
    of_a_source: int = MOST_SIMULATED

    def fitted(self, households: int) -> InferenceEffort:
        """The same for a service of so many homes: of a small one less is looked at.

        Homes are those of some hundred such services: what is rarer is in hardly any of them. Of a
        part of a small service from scratch hardly anything would be counted.
        """
        homes = min(max(_SERVICES * households, _LEAST_LOOKED_AT), self.homes)
        has_parts = households >= _PART * _LEAST_FROM_SCRATCH
        return replace(self, homes=homes, from_scratch=self.from_scratch if has_parts else 0)

    @property
    def pools(self) -> int:
        """How many pools there are: of every rhythm for each of two seeds, if points suffice."""
        return 2 * max(min(self.rhythms, self.points // 2), 1)

    @property
    def rows(self) -> dict[str, int]:
        """How many rows of each block of settings are drawn."""
        return {SIMULATED: self.points, POPULAR: self.shelves, RATE: self.rates}

    @property
    def steps(self) -> int:
        """How much there is to do, for a bar."""
        looks = self.pools * (self.homes // _A_LOOK + 1)
        simulated = self.points * _A_POINT + self.from_scratch * _A_SCRATCH
        return looks + simulated + self.shelves * _A_SHELF


@dataclass(frozen=True)
class Posterior:
    """What follows from a number: who is behind it in worlds that print it, and how reliably.

    `indices` are, by path, what each setting explains of the number and of the share of daily
    viewers; `planted` are worlds with known answers; `by_seed` what the homes of each seed alone
    would tell.
    """

    basis: PosteriorWorlds
    households: int
    said: int
    composition: Composition
    indices: Mapping[str, tuple[Index, Index]]
    planted: Planted
    by_seed: tuple[tuple[int, Composition], ...]
    from_scratch: FromScratch | None = None

    @property
    def leading(self) -> int:
        """The place of the source that has most accounts of the number."""
        return int(self.composition.counted.sum(axis=(0, 2)).argmax())

    @cached_property
    def influences(self) -> list[SettingInfluence]:
        """What each setting has to do with the answer, the one with most first."""
        return influences(self.basis.blocks, self.basis.weighted, self.said, self.basis.seed)

    @cached_property
    def other_priors(self) -> list[OtherPrior]:
        """The answer with the upper end of each rate moved."""
        basis = self.basis
        others = (basis.blocks, basis.weighted, basis.sources, self.said, basis.seed)
        return list(other_priors(*others))

    @property
    def not_varied(self) -> tuple[str, ...]:
        """Settings that might be doubted and stay as stated."""
        return not_varied(self.basis.question.scenario)

    @property
    def is_out_of_reach(self) -> bool:
        """Whether no world prints the number, so that nothing follows from it."""
        return not self.basis.weighted.reaching(self.said)

    def draw(self, said: int | None = None, turn: int = 0) -> PosteriorWorld:
        """One world that prints the number; another for each `turn`."""
        return self.basis.draw(self.said if said is None else said, turn)

    def draw_with(self, cause: str) -> tuple[PosteriorWorld, Chosen]:
        """The first of the worlds drawn that has a home of a cause, and how it was found."""
        return self.basis.draw_with(cause, self.said)

    def worlds(
        self, count: int = 7, said: int | None = None, on_progress: OnProgress | None = None
    ) -> tuple[PlacedWorld, ...]:
        """Some worlds that all print it, from mostly children to mostly fans.

        `on_progress` hears how many are found.
        """
        return self.basis.several(self.said if said is None else said, count, on_progress)


def infer(
    question: Question,
    households: int,
    *,
    workers: int = 1,
    on_progress: OnProgress | None = None,
    effort: InferenceEffort | None = None,
    ranges: Sequence[Parameter] | None = None,
    kept: Kept | None = None,
) -> Posterior:
    """Simulate a few hundred homes at many points of the settings, and condition on the number.

    `on_progress` hears what is done; what `kept` holds already is not done again. Raises
    InputError for a claim that is no streak, and where an actor says nothing of what it keeps to.
    """
    _check(question)
    effort = effort or InferenceEffort()
    varied = parameters_of(question) if ranges is None else ranges
    progress = _Progress(on_progress, effort.steps)
    basis = _worlds(question, households, varied, effort, workers, progress, kept or Kept())
    found = _conclude(basis, households, effort, progress)
    progress.add(progress.total - progress.done)
    return found


def weighted_worlds(
    question: Question,
    households: int,
    varied: Sequence[Parameter],
    effort: InferenceEffort,
    workers: int,
    on_progress: OnProgress | None = None,
) -> WeightedWorlds:
    """Worlds of the prior by what number they print, without a number to conclude from."""
    _check(question)
    progress = _Progress(on_progress, effort.steps)
    return _worlds(question, households, varied, effort, workers, progress, Kept()).weighted


def _worlds(
    question: Question,
    households: int,
    varied: Sequence[Parameter],
    effort: InferenceEffort,
    workers: int,
    progress: _Progress,
    kept: Kept,
) -> PosteriorWorlds:
    """Simulate homes at many points of the settings, and weigh them into worlds."""
    seed = question.scenario.run.seed % OTHER_SEED
    blocks = Blocks.of(varied, effort.rows, seed, effort.pools)
    proposals = tuple(_proposals(question, varied, blocks, effort, workers, progress, kept))
    half = np.arange(effort.points) % 2
    seen = _simulated(proposals, blocks, effort.of_a_source, workers, progress, kept)
    halves = proposals[:2]
    importance = importance_weights(
        question, households, halves, blocks, workers, lambda: progress.add(_A_SHELF)
    )
    names = sources(question.scenario)
    weighted = mix(seen, half, importance, len(names), effort.mixes, seed)
    return PosteriorWorlds(
        question, names, blocks, proposals, seen, importance, weighted, seed, workers
    )


def _proposals(
    question: Question,
    varied: Sequence[Parameter],
    blocks: Blocks,
    effort: InferenceEffort,
    workers: int,
    progress: _Progress,
    kept: Kept,
) -> Iterator[HomePool]:
    """The homes of each pool in turn, one seed after the other, for the points that take it."""
    seed = question.scenario.run.seed % OTHER_SEED
    other = with_settings(question, {"run.seed": seed | OTHER_SEED})
    for turn in range(effort.pools):
        own, asked = blocks.values[SIMULATED][turn :: effort.pools], (question, other)[turn % 2]
        tied = kept.rows(f"pool-{turn}", TiedHomes)
        if tied is None:
            looks = (own, effort.homes, workers, progress.of(1 / _A_LOOK))
            tied = tied_homes(asked, varied, *looks)
            kept.keep_rows(f"pool-{turn}", tied)
        else:
            progress.add(effort.homes / _A_LOOK)
        yield pool_of(asked, varied, tied, effort.homes)


def _conclude(
    basis: PosteriorWorlds, households: int, effort: InferenceEffort, progress: _Progress
) -> Posterior:
    """What the number that was said tells, with the checks that such a conclusion needs."""
    weighted, seed, said = basis.weighted, basis.seed, round(basis.question.claim.said)
    scratch = ScratchEffort(effort.from_scratch, max(households // _PART, 1), _SCRATCH_SIMULATED)
    within = range(int(said * _PLANTED_WITHIN[0]), int(said * _PLANTED_WITHIN[1]) + 1)
    return Posterior(
        basis,
        households,
        said,
        weighted.compositions(said, _DRAWS, seed)[1],
        indices_of(basis.blocks, weighted, seed),
        planted(weighted, within, effort.planted, seed),
        tuple(_of_each_seed(basis, said)),
        from_scratch(basis, households, within, scratch, progress.of(_A_SCRATCH))
        if scratch.worlds
        else None,
    )


def _of_each_seed(basis: PosteriorWorlds, said: int) -> Iterator[tuple[int, Composition]]:
    """What would follow from the homes of each seed alone."""
    for which, pool in enumerate(basis.pools[:2]):
        own = basis.weighted.half == which
        if own.any():
            drawn = basis.weighted.compositions(said, _DRAWS, basis.seed, own)[1]
            yield pool.question.scenario.run.seed, drawn


def _check(question: Question) -> None:
    """Refuse, with InputError, claims of another kind and actors that declare no reach."""
    if question.claim.kind != "streak":
        raise InputError(
            f'claims."{question.claim.name}" is of kind {question.claim.kind}; '
            "what a number tells is worked out for streaks of one title alone."
        )
    if why := why_not_looked_over(question):
        raise InputError(why)


@dataclass
class _Progress:
    """Adds up what is done, and tells of it."""

    on_progress: OnProgress | None
    total: int
    done: float = 0.0

    def add(self, amount: float) -> None:
        """So much more is done."""
        self.done += amount
        if self.on_progress:
            self.on_progress(min(round(self.done), self.total), self.total)

    def of(self, worth: float) -> OnProgress:
        """A listener for a part, of which each step is worth so much."""
        start = self.done

        def listen(done: int, _: int) -> None:
            self.add(start + done * worth - self.done)

        return listen


def _simulated(
    pools: Sequence[HomePool],
    blocks: Blocks,
    most: int,
    workers: int,
    progress: _Progress,
    kept: Kept,
) -> tuple[Outcomes, ...]:
    """Simulate every point by the homes of its pool, but for those that are kept."""
    points = range(len(blocks.values[SIMULATED]))
    known = {number: kept.rows(f"point-{number}", Outcomes) for number in points}
    found = {number: seen for number, seen in known.items() if seen is not None}
    progress.add(len(found) * _A_POINT)
    stated = {one.path: one.stated for one in blocks.ranges[RATE]}
    tasks = [
        Point(number, pools[number % len(pools)], stated, blocks.row(SIMULATED, number), most)
        for number in points
        if number not in found
    ]
    for number, seen in share_out(tasks, workers):
        found[number] = seen
        kept.keep_rows(f"point-{number}", seen)
        progress.add(_A_POINT)
    return tuple(found[number] for number in points)
