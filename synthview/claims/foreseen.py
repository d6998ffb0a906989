"""Foreseen: what an answer will take, before it is asked for: homes, processor time and memory.

A few homes are looked over and simulated here, and stand for all. What else a thorough answer works
out is known from a run at full size: it takes as much longer as this machine is slower.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from time import process_time

from synthview.claims.question import Question
from synthview.claims.simulation.audience import is_told_by_choices, looked_back
from synthview.claims.simulation.candidates import AT_ONCE, find_candidates
from synthview.claims.simulation.homes import spread
from synthview.claims.simulation.likeliest import MOST_HOMES, likeliest, looked_at
from synthview.claims.simulation.simulate import HISTORY, simulate
from synthview.claims.story import chosen
from synthview.claims.study import Effort, Study, StudyWorld
from synthview.registry import installed
from synthview.scenario import load

__all__ = ["Foreseen", "StageAhead", "foresee"]

_LOOKED_OVER, _FIRST = 4 * AT_ONCE, 1 << 12
"""So many homes are looked over, after some first ones, with which tables are made once."""
_FEW, _SOME = 16, 128
"""So many homes are simulated to know what one more takes."""
_TOGETHER = 0.5
"""What a further home takes of thousands that are simulated together, beside one of so few."""
_WITH_MESSAGES = 1.6
"""How much longer a home takes whose truth and messages are wanted too."""
_USUAL_SECONDS = 2.1
"""What those homes took, of the scenario below, where the seconds of sections were measured."""
_OF_EACH_WORLD = 12.0
"""Seconds of processor time for definitions and causes of a world, of 109 million homes."""
_OF_CONCLUSIONS = 1_080.0
"""Seconds for what is concluded from the number, once: a run of twelve worlds took 1,696, of which
each world takes 45 and the sample 65.
"""
_CONCLUDING = frozenset({"inference", "predictive", "alternatives", "homes", "detective"})
_MEMORY, _MEMORY_OF_ALL = 700_000_000, 1_400_000_000
"""Bytes of memory of a process, measured; more where all sections are asked for."""


@dataclass(frozen=True)
class StageAhead:
    """One stage: what it is, of how many homes, and its seconds of processor time."""

    name: str
    homes: int | None
    seconds: float


@dataclass(frozen=True)
class Foreseen:
    """The stages of an answer, and the bytes of memory of a process; both within about a half."""

    stages: tuple[StageAhead, ...]
    memory: int

    @property
    def seconds(self) -> float:
        """Processor time of all stages together."""
        return sum(one.seconds for one in self.stages)


def foresee(question: Question, effort: Effort, names: Sequence[str] = ()) -> Foreseen:
    """Say what an answer takes, in seconds of a few homes instead of all.

    Raises what `answer` raises for what cannot be asked.
    """
    parts = chosen(names, question, thorough=effort.thorough)
    pace = _Pace.of(question)
    stages = list(_of_number(question, effort, pace))
    asked_for = {one.name for one in parts} if effort.thorough else set()
    slower = pace.measured / _USUAL_SECONDS
    if asked_for & {"definitions", "causes"}:
        seconds = _OF_EACH_WORLD * effort.seeds * slower
        stages.append(StageAhead("counting otherwise, switching causes off", None, seconds))
    if asked_for & _CONCLUDING:
        seconds = _OF_CONCLUSIONS * slower
        stages.append(StageAhead("varying the settings, drawing worlds to show", None, seconds))
    memory = _MEMORY_OF_ALL if effort.thorough and not names else _MEMORY
    return Foreseen(tuple(stages), memory)


@dataclass(frozen=True)
class _Pace:
    """What it takes to simulate homes: seconds at any rate, and of each home; and what was seen."""

    at_all: float
    each: float
    measured: float

    @classmethod
    def of(cls, question: Question) -> _Pace:
        """Simulate a few homes, and some more."""
        few, some = (_taken(_simulating(question, count)) for count in (_FEW, _SOME))
        each = max(some - few, 0.0) / (_SOME - _FEW)
        return cls(few, each * _TOGETHER, some)

    def takes(self, homes: int) -> float:
        """Seconds of processor time for so many homes."""
        return (self.at_all + self.each * homes) if homes else 0.0


def _simulating(question: Question, count: int) -> Callable[[], object]:
    """A simulation of some homes, as a sample of the question has them."""
    homes = spread(count, question.scenario.run.households)
    is_told = is_told_by_choices(question, count)
    asked = looked_back(question) if is_told else question
    every = is_told or question.claim.kind == "streak" or not question.title
    return lambda: simulate(asked, homes, HISTORY, 1, every_title=every)


def _taken(work: Callable[[], object]) -> float:
    """Seconds of processor time of some work."""
    began = process_time()
    work()
    return process_time() - began


def _of_number(question: Question, effort: Effort, pace: _Pace) -> Iterator[StageAhead]:
    """The stages of the number itself."""
    kind, of = question.claim.kind, question.scenario.run.households
    if kind == "longest":
        yield from _of_longest(question, pace)
        return
    if kind == "streak":
        yield from _of_streak(question, effort, pace)
    elif is_told_by_choices(question, effort.sample):
        few = min(of, _LOOKED_OVER)
        find_candidates(question, min(of, _FIRST), 1, crowds_among=0)
        seconds = _taken(lambda: find_candidates(question, few, 1, crowds_among=0))
        yield StageAhead("looking over all homes", of, seconds * of / few)
    sample = min(effort.sample, of)
    yield StageAhead("simulating a sample of homes", sample, pace.takes(sample))


def _of_longest(question: Question, pace: _Pace) -> Iterator[StageAhead]:
    """The stages of a record: of each cause the likeliest homes are simulated."""
    few = _small(question, _LOOKED_OVER)
    likeliest(_small(question, _FIRST), 1)
    began = process_time()
    tied = likeliest(few, 1)
    of, among = looked_at(question), looked_at(few)
    yield StageAhead("looking over all homes", of, (process_time() - began) * of / among)
    homes = sum(min(one.tied * of // among, MOST_HOMES) for one in tied)
    yield StageAhead("simulating the likeliest homes", homes, pace.takes(homes))


def _small(question: Question, most: int) -> Question:
    """The same question of the first homes of its service."""
    few = min(question.scenario.run.households, most)
    scenario = load(question.scenario, installed(), {"run.households": few})
    return replace(question, scenario=scenario)


def _of_streak(question: Question, effort: Effort, pace: _Pace) -> Iterator[StageAhead]:
    """The stages of a streak: each world looks over all homes, and simulates those that may count.

    The first of several thorough worlds simulates more than the others.
    """
    of, study = question.scenario.run.households, Study(question, effort, _unheard)
    if study.why_every_home:
        homes = [of] * effort.seeds
    else:
        few = Study(_small(question, _LOOKED_OVER), effort, _unheard)
        first = few.worlds[0]
        find_candidates(question, min(few.households, _FIRST), 1, crowds_among=0)
        seconds = _taken(lambda: first.candidates) * of / few.households
        yield StageAhead("looking over all homes", of, seconds * effort.seeds)
        further = [StudyWorld(few, few.question, turn) for turn in range(min(effort.seeds, 2))]
        homes = [_near(one, study) for one in further]
        homes += [homes[-1]] * (effort.seeds - len(homes))
    longer = _WITH_MESSAGES if effort.thorough else 1.0
    seconds = sum(map(pace.takes, homes)) * longer
    yield StageAhead("simulating the homes that may count", sum(homes), seconds)


def _near(world: StudyWorld, study: Study) -> int:
    """How many homes of a whole service are simulated, by those of its first homes."""
    some, few = world.candidates.take(world.is_near), world.study
    crowds = int(some.is_crowd.sum())
    tied = (len(some) - crowds) * study.households / few.households
    return round(tied + crowds * study.crowds_among / max(few.crowds_among, 1))


def _unheard(stage: str, done: int, of: int) -> None:
    """Hear of no progress: this takes seconds."""
