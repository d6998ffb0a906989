"""An answer: what each section of the story finds about a question."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from synthview.callbacks import OnStage
from synthview.claims.asked import (
    DISCLAIMER,
    AskedClaim,
    AskedScenario,
    asked_claim,
    asked_scenario,
    made_by,
)
from synthview.claims.counting.definitions import is_lazy
from synthview.claims.counting.directory import fitted
from synthview.claims.counting.kept_totals import KeptTotals, kept_totals
from synthview.claims.kept import Kept
from synthview.claims.question import Question, only_for_streaks
from synthview.claims.sections.aggregates import Aggregates, of_kept
from synthview.claims.sections.section import LeftOut, Section
from synthview.claims.story import SECTIONS, chosen, need_for
from synthview.claims.study import Effort, OfADataset, Study

__all__ = ["Answer", "NotTold", "answer", "answer_of_dataset"]

BY_THE_LAZIEST = (
    "All else goes by the laziest query, which counts accounts of every country with any recorded "
    "play, and not as this claim says that it was counted: leave unit, watched, day and country "
    "out, and it is told."
)
T = TypeVar("T")


@dataclass(frozen=True)
class NotTold:
    """Sections that could not be worked out, by their names in the JSON, and why."""

    sections: tuple[str, ...]
    sentence: str


@dataclass(frozen=True)
class Answer:
    """Who found it, of which world or dataset, about which claim, and the sections by name."""

    made_by: str
    command: str
    disclaimer: str
    scenario: AskedScenario
    claim: AskedClaim
    found: Mapping[str, Any]
    left_out: NotTold | None = None

    def of(self, kind: type[T]) -> T | None:
        """The section of a type; None where the answer has none."""
        return next((one for one in self.found.values() if isinstance(one, kind)), None)

    def sections(self) -> Iterator[tuple[Section, Any]]:
        """Every section that is there, in order."""
        return ((one, self.found[one.name]) for one in SECTIONS if one.name in self.found)


def answer(
    question: Question,
    effort: Effort,
    command: str,
    on_progress: OnStage,
    *,
    names: Sequence[str] = (),
    kept: Kept | None = None,
) -> Answer:
    """Ask a claim of its world.

    With `effort.thorough` all that can be said of it, or the sections by some names.

    Raises InputError for a kind of claim that cannot be asked so, and MissingExtra where a package
    is missing.
    """
    if question.claim.kind != "streak":
        only_for_streaks(
            question,
            thorough=effort.thorough and not names,
            seeds=effort.seeds > 1,
            exhaustive=effort.exhaustive,
        )
    parts = chosen(names, question, thorough=effort.thorough)
    need_for(question.claim.kind, parts)
    of_worlds = [work for one in parts if _holds(one, question) for work in one.of_world]
    study = Study(question, effort, on_progress, command=command, of_worlds=of_worlds, kept=kept)
    seeds = range(question.scenario.run.seed, question.scenario.run.seed + effort.seeds)
    return _of_sections(study, parts, asked_scenario(question, seeds))


def answer_of_dataset(question: Question, directory: Path, command: str) -> Answer:
    """Ask a streak of a dataset on disk: what can be said of its log alone."""
    only_for_streaks(question, data=question.claim.kind != "streak")
    need_for(question.claim.kind, ())
    if (kept := kept_totals(question, directory)) is not None and is_lazy(question):
        return _of_totals(question, directory, command, kept)
    study = OfADataset(fitted(question, directory), directory, command)
    scenario = asked_scenario(question, [], households=study.households, name=directory.name)
    return _of_sections(study, [one for one in SECTIONS if one.of_datasets], scenario)


def _holds(section: Section, question: Question) -> bool:
    """Whether a section can be told of how the number of a question is counted."""
    return section.any_definition or question.claim.kind != "streak" or is_lazy(question)


def _of_totals(question: Question, directory: Path, command: str, kept: KeptTotals) -> Answer:
    """What the totals of a dataset of aggregates allow: nobody can be followed there."""
    section = next(one for one in SECTIONS if one.kind is Aggregates)
    asked = asked_scenario(question, [], households=kept.accounts, name=directory.name)
    claim = asked_claim(question)
    found = {section.name: of_kept(kept)}
    return Answer(made_by(), command, DISCLAIMER, asked, claim, found)


def _measured(study: Study, section: Section) -> Any:
    """What a section finds, or an earlier run of the command found, or why it is left out."""
    if not _holds(section, study.question):
        return LeftOut(BY_THE_LAZIEST)
    one = study.kept.section(section.name, section.kind)
    if one is None:
        one = study.once(section.measure)
        if not isinstance(one, LeftOut):
            study.kept.keep_section(section.name, one)
    study.hold(section.measure, one)
    return one


def _of_sections(study: Study, parts: Sequence[Section], scenario: AskedScenario) -> Answer:
    found: dict[str, Any] = {}
    left_out: dict[str, list[str]] = {}
    for section in parts:
        one = _measured(study, section)
        if not isinstance(one, LeftOut):
            found[section.name] = one
        elif one.reason:
            left_out.setdefault(one.reason, []).extend(section.keys)
    why = " ".join(left_out)
    names = tuple(key for keys in left_out.values() for key in keys)
    claim = asked_claim(study.question)
    missing = NotTold(names, why) if names else None
    return Answer(made_by(), study.command, DISCLAIMER, scenario, claim, found, missing)
