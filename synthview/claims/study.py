"""A study: what the sections of an answer share, each computed once, when it is first asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path
from typing import Any, TypeVar, cast

import numpy as np

from synthview.callbacks import OnStage
from synthview.claims.counting.count import account_days
from synthview.claims.counting.directory import Counted, count_directory
from synthview.claims.counting.sql import confirmed
from synthview.claims.counting.title_log import TitleLog
from synthview.claims.kept import Kept
from synthview.claims.question import Question
from synthview.claims.simulation.bound import (
    SampledHomes,
    Shortcut,
    no_shortcut,
    sample,
    shortcut,
    why_not,
)
from synthview.claims.simulation.candidates import (
    BY_CHANCE,
    Candidates,
    days_in_window,
    find_candidates,
    left_to_chance,
    world_of,
)
from synthview.claims.simulation.crowds import left_out, looked_for_among, may_fill_by_chance
from synthview.claims.simulation.homes import households_of
from synthview.claims.simulation.simulate import HISTORY, MESSAGES, Tables, simulate
from synthview.registry import installed
from synthview.rows import Flags, Ints
from synthview.scenario import load
from synthview.world import World

__all__ = ["Effort", "OfADataset", "Study", "StudyWorld", "with_seed"]

T = TypeVar("T")
_MOST_CROWDS = 8_000
"""Crowds that are simulated for the number alone: of more that may count these stand for all."""


@dataclass(frozen=True)
class Effort:
    """The effort of an answer: how many worlds, whether all of it, and the size of the sample."""

    seeds: int = 1
    workers: int = 1
    thorough: bool = False
    exhaustive: bool = False
    sample: int = 4_000


class Study:
    """A question, asked of one or more worlds that differ in their seeds alone.

    `of_worlds` are the functions of a world whose results sections will ask for: they are called
    while the tables of a world are at hand, which are let go of afterwards. What `kept` holds
    already is not worked out again.
    """

    def __init__(
        self,
        question: Question,
        effort: Effort,
        on_progress: OnStage,
        *,
        command: str = "",
        of_worlds: Iterable[Callable[[StudyWorld], Any]] = (),
        kept: Kept | None = None,
    ) -> None:
        self.question, self.effort, self.on_progress, self.command = (
            question,
            effort,
            on_progress,
            command,
        )
        self.kept = kept or Kept()
        self._of_worlds = tuple(of_worlds)
        self._by_world: dict[Callable[[StudyWorld], Any], list[Any]] = {}
        self._once: dict[Callable[[Study], Any], Any] = {}

    @property
    def households(self) -> int:
        """How many homes the service has."""
        return self.question.scenario.run.households

    @cached_property
    def worlds(self) -> Sequence[StudyWorld]:
        """One world for each seed."""
        first = self.question.scenario.run.seed
        others = [with_seed(self.question, first + turn) for turn in range(1, self.effort.seeds)]
        return [
            StudyWorld(self, question, turn)
            for turn, question in enumerate([self.question, *others])
        ]

    @cached_property
    def why_every_home(self) -> str | None:
        """Why every home is simulated, rather than those alone that may count.

        None where those suffice.
        """
        return why_not(self.question, exhaustive=self.effort.exhaustive)

    @cached_property
    def sample(self) -> SampledHomes:
        """Some homes spread evenly over all, simulated in full."""
        on_progress = partial(self.on_progress, "simulating a sample of homes")
        effort = self.effort
        return sample(self.question, effort.sample, effort.workers, on_progress, self.kept)

    @cached_property
    def shortcut(self) -> Shortcut:
        """How many accounts may be missed because only some homes are simulated."""
        if self.why_every_home:
            return no_shortcut(self.question, self.why_every_home)
        first = self.worlds[0]
        every, tied = first.candidates, first.candidates.take(first.is_near)
        further = every.take(~first.may_fill)
        by_chance = left_to_chance(self.question, first.days_tied(further), self.forgiven)
        headline = not self.effort.thorough
        world, work = self._title
        crowds = left_out(self.question, world, work, headline=headline)
        sampled = self.sample.households
        estimated = may_fill_by_chance(self.question, world, sampled, work, headline=headline)
        drawn = self.sample.without(sampled[estimated])
        return shortcut(self.question, tied, drawn, crowds, by_chance.tolist(), self.forgiven)

    @property
    def _title(self) -> tuple[World, int]:
        """The world of the question, and the number of its title."""
        world = world_of(self.question.scenario)
        work = self.question.work(world)
        assert work is not None, "a short cut is taken for one title"
        return world, work

    @property
    def forgiven(self) -> int:
        """How many days some definition forgives: only a thorough study counts by such ones."""
        return int(self.effort.thorough)

    @cached_property
    def crowds_among(self) -> int:
        """Among how many homes, the first ones, crowds are looked for: those stand for all.

        A thorough study simulates every crowd that may count.
        """
        if self.effort.thorough or self.why_every_home:
            return self.households
        return looked_for_among(self.question, *self._title, _MOST_CROWDS)

    @cached_property
    def sheet_rows(self) -> float:
        """On how many days of the window accounts have the title, all together."""
        return account_days(self.sample.shown, self.question) * self.sample.weight

    def once(self, work: Callable[[Study], T]) -> T:
        """Return what a function of the study gives; it is called only the first time."""
        if work not in self._once:
            self._once[work] = work(self)
        return cast("T", self._once[work])

    def hold(self, work: Callable[[Study], T], found: T) -> None:
        """Take what a function gave in an earlier run, so that it is not called."""
        self._once[work] = found

    def each(self, work: Callable[[StudyWorld], T]) -> list[T]:
        """Return what a function gives for every world.

        Each world is simulated once for all functions asked for.
        """
        if work not in self._by_world:
            wanted = [
                one for one in dict.fromkeys([*self._of_worlds, work]) if one not in self._by_world
            ]
            rows = [self._found(world, wanted) for world in self.worlds]
            self._by_world |= {
                one: [row[place] for row in rows] for place, one in enumerate(wanted)
            }
        return cast("list[T]", self._by_world[work])

    def _found(self, world: StudyWorld, wanted: Sequence[Callable[[StudyWorld], Any]]) -> list[Any]:
        seed = world.question.scenario.run.seed
        found = [self.kept.of_world(seed, work, partial(world.once, work)) for work in wanted]
        if world.turn:  # many worlds would not fit into memory
            world.forget()
        return found


class StudyWorld:
    """One world of a study: its possibly counted homes, and their log and truth."""

    def __init__(self, study: Study, question: Question, turn: int) -> None:
        self.study, self.question, self.turn = study, question, turn
        self._once: dict[Callable[[StudyWorld], Any], Any] = {}

    def once(self, work: Callable[[StudyWorld], T]) -> T:
        """Return what a function of the world gives; it is called only the first time."""
        if work not in self._once:
            self._once[work] = work(self)
        return cast("T", self._once[work])

    @property
    def workers(self) -> int:
        """How many processes there are for it."""
        return self.study.effort.workers

    def on_progress(self, stage: str, done: int, of: int) -> None:
        """Hear of a stage; of several worlds it says in which."""
        many = self.study.effort.seeds
        said = f"world {self.turn + 1} of {many}: {stage}" if many > 1 else stage
        self.study.on_progress(said, done, of)

    @cached_property
    def candidates(self) -> Candidates:
        """Homes that may be in the number: all, or those that something may keep to the title."""
        households = self.study.households
        if not self.study.why_every_home:
            return self._looked_over(households)
        every = np.arange(households, dtype=np.int64)
        days = np.zeros((households, 0), dtype=np.int64)
        return Candidates(every, days, np.ones(households, dtype=bool))

    def _looked_over(self, households: int) -> Candidates:
        """Those of all homes, looked over once, that something may keep to the title."""
        name = f"candidates-{self.question.scenario.run.seed}"
        found = self.study.kept.rows(name, Candidates)
        if found is None:
            found = find_candidates(
                self.question,
                households,
                self.workers,
                partial(self.on_progress, "looking over all homes"),
                self.study.crowds_among,
                headline=not self.study.effort.thorough,
            )
            self.study.kept.keep_rows(name, found)
        return found

    def days_tied(self, some: Candidates) -> Ints:
        """On how many days homes are tied to the title: around the last window, or of any window.

        Only a thorough study counts in other windows too.
        """
        if self.study.effort.thorough:
            return np.asarray(some.days.sum(axis=1))
        return days_in_window(self.question, some)

    @cached_property
    def may_fill(self) -> Flags:
        """Which of the candidates need not fill many days by chance, to be counted."""
        some = self.candidates
        lacking = left_to_chance(self.question, self.days_tied(some), self.study.forgiven)
        return np.asarray(some.is_crowd | (lacking < BY_CHANCE))

    @cached_property
    def is_near(self) -> Flags:
        """Which of these are simulated: those tied on many of its days.

        A mistake in a query may count others too, of which a thorough study asks in its first
        world.
        """
        is_first = self.study.effort.thorough and not self.turn
        if is_first or self.study.why_every_home:
            return np.ones(len(self.candidates), dtype=bool)
        return self.may_fill

    @cached_property
    def tables(self) -> Tables:
        """What the log and the truth of these homes hold of the title.

        Of the truth only a thorough study asks.
        """
        return simulate(
            self.question,
            self.candidates.household[self.is_near],
            MESSAGES if self.study.effort.thorough else HISTORY,
            self.workers,
            least_plays=self.question.days // 2 if self.study.why_every_home else 1,
            on_progress=partial(self.on_progress, "simulating the homes that may count"),
        )

    @cached_property
    def log(self) -> TitleLog:
        """The log of the title."""
        return TitleLog(self.question, self.tables)

    @property
    def counted(self) -> Ints:
        """The accounts in the number, as the laziest query has it, of those simulated."""
        return self.log.counted()

    @property
    def counted_crowds(self) -> int:
        """How many of these are crowds that nothing ties to the title, and stand for others."""
        some = self.candidates
        alone = some.household[some.is_crowd & ~some.days.any(axis=1)]
        return int(np.isin(households_of(self.question, self.counted), alone).sum())

    @cached_property
    def by_sql(self) -> int:
        """How many DuckDB counts: as many, or it raises SynthviewError."""
        return confirmed(self.question, len(self.counted), self.tables)

    def forget(self) -> None:
        """Let go of all that is large; it is made again when somebody asks for it."""
        for name in ("candidates", "may_fill", "is_near", "tables", "log"):
            self.__dict__.pop(name, None)


class OfADataset(Study):
    """A question asked of a dataset's log on disk, without seeds; its truth is not read."""

    def __init__(self, question: Question, directory: Path, command: str) -> None:
        super().__init__(question, Effort(), lambda *_: None, command=command)
        self.directory = directory

    @property
    def households(self) -> int:
        """How many accounts there are."""
        return self.dataset.accounts

    @cached_property
    def dataset(self) -> Counted:
        """What its log holds of the question."""
        return count_directory(self.question, self.directory)

    @cached_property
    def sample(self) -> SampledHomes:
        """All of its accounts."""
        everybody = np.arange(self.dataset.accounts, dtype=np.int64)
        return SampledHomes(everybody, self.dataset.accounts, self.dataset.shown)


def with_seed(question: Question, seed: int) -> Question:
    """The same question asked of another world of the same kind."""
    return replace(question, scenario=load(question.scenario, installed(), {"run.seed": seed}))
