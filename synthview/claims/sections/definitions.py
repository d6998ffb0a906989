"""Other ways to count: the same log by every defensible definition, and by analysts' mistakes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from synthview.claims.counting.count import grid
from synthview.claims.counting.definitions import axes, stated
from synthview.claims.counting.pitfalls import OF_FEW_DAYS, Pitfall, pitfalls
from synthview.claims.counting.sql import sql_of, template
from synthview.claims.question import Question
from synthview.claims.sections.section import Section, ShownTable
from synthview.claims.study import OfADataset, Study, StudyWorld
from synthview.rows import Floats

__all__ = ["SECTION", "Definitions", "DefinitionsOfWorld", "Switch", "SwitchChoice", "measure"]


@dataclass(frozen=True)
class SwitchChoice:
    """A position of a switch, and what it puts into the query."""

    value: str
    label: str
    sql: str


@dataclass(frozen=True)
class Switch:
    """A word of the query that can be another."""

    name: str
    label: str
    options: tuple[SwitchChoice, ...]


@dataclass(frozen=True)
class Definitions:
    """What every definition counts: `values` in the order of `axes`, the last turning fastest."""

    axes: tuple[Switch, ...]
    query: str
    headline: tuple[int, ...]
    values: tuple[float, ...]
    lowest: float
    highest: float
    median: float
    slips: tuple[Pitfall, ...]
    sentence: str


@dataclass(frozen=True)
class DefinitionsOfWorld:
    """What one world gives by every definition, in their order, and by each pitfall."""

    values: tuple[int, ...]
    pitfalls: tuple[Pitfall, ...]


def of_world(world: StudyWorld) -> DefinitionsOfWorld:
    """Count in one world."""
    counts = grid(world.log.plays, world.question)
    rows = world.study.sheet_rows
    return DefinitionsOfWorld(tuple(counts.ravel().tolist()), tuple(pitfalls(world.log, rows)))


def measure(study: Study) -> Definitions:
    """Count by every definition, on average over all worlds."""
    if isinstance(study, OfADataset):
        found = study.dataset
        return _section(study.question, found.grid.astype(float).ravel(), found.pitfalls)
    every = study.each(of_world)
    means = [_over_all(every, place) for place in range(len(every[0].pitfalls))]
    return _section(
        study.question,
        np.mean([world.values for world in every], axis=0),
        means,
    )


def _over_all(every: Sequence[DefinitionsOfWorld], place: int) -> Pitfall:
    """What a mistake gives on average over all worlds, or in the first, which has all homes."""
    first = every[0].pitfalls[place]
    if first.name not in OF_FEW_DAYS:
        mean = float(np.mean([world.pitfalls[place].value for world in every]))
        return replace(first, value=mean)
    of_first = " This is of the first of these worlds." * (len(every) > 1)
    return replace(first, sentence=first.sentence + of_first)


def _section(question: Question, values: Floats, mistakes: Sequence[Pitfall]) -> Definitions:
    switches = tuple(
        Switch(
            axis.name,
            axis.label,
            tuple(
                SwitchChoice(one.value, one.label, sql_of(axis.name, one.value, question))
                for one in axis.options
            ),
        )
        for axis in axes(question)
    )
    return Definitions(
        axes=switches,
        query=template(question),
        headline=_positions(question),
        values=tuple(np.round(values, 2).tolist()),
        lowest=float(values.min()),
        highest=float(values.max()),
        median=float(np.median(values)),
        slips=tuple(mistakes),
        sentence=_sentence(values, mistakes),
    )


def _sentence(values: Floats, mistakes: Sequence[Pitfall]) -> str:
    """Between what the definitions lie, and the most that a slip gives."""
    lowest, highest = float(values.min()), float(values.max())
    given, spread = f"{lowest:,.3g} by each of", ""
    if lowest < highest:
        given = f"{lowest:,.3g} to {highest:,.3g} by"
        spread = f", {float(np.median(values)):,.3g} in the middle"
    worst = max((one.value for one in mistakes), default=0.0)
    slips = f"; slips give up to {worst:,.0f}" if mistakes else ""
    ways = f"{values.size:,} ways to count that can be defended"
    return f"The same log gives {given} {ways}{spread}{slips}."


def _positions(question: Question) -> tuple[int, ...]:
    """Where each switch stands in the definition that the claim states."""
    by = stated(question)
    return tuple(
        [option.value for option in one.options].index(str(getattr(by, one.name)))
        for one in axes(question)
    )


def _tables(found: Definitions) -> Iterable[ShownTable]:
    if found.slips:
        yield ShownTable(
            ["slip", "gives"], [[one.label, f"{one.value:,.4g}"] for one in found.slips]
        )


SECTION = Section(
    name="definitions",
    title="Other ways to count",
    kind=Definitions,
    measure=measure,
    of_world=(of_world,),
    of_datasets=True,
    any_definition=True,
    tables=_tables,
    scenes=("query",),
)
