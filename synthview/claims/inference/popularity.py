"""Popularity: a title's share of picks by day and country, in worlds with other popularities."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from synthview.claims.inference.parameters import with_settings
from synthview.claims.question import Question
from synthview.claims.simulation.crowds import parts as parts_of
from synthview.pipeline import build
from synthview.rows import Floats
from synthview.world import World
from synthview.world.popularity import ADULTS, KIDS

__all__ = ["PopularityRow", "parts", "times"]


@dataclass(frozen=True)
class PopularityRow:
    """A task: one row of popularities."""

    number: int
    question: Question
    settings: Mapping[str, float]

    def perform(self) -> Iterator[tuple[int, Floats]]:
        """Answer with the number of the row, and the parts."""
        question = with_settings(self.question, self.settings)
        yield self.number, parts(question, build(question.scenario))


def parts(question: Question, world: World) -> Floats:
    """The title's share of picks of its kind, (day, country), with a day before and a day after.

    Of a title for children among those that children pick, else among those that adults do; 0
    before it appears.
    """
    work = question.work(world)
    assert work is not None, "a shelf is asked for one title"
    audience = KIDS if world.catalogue.works.is_kids[work] else ADULTS
    return parts_of(world, work, range(question.first - 1, question.last + 2), audience)


def times(other: Floats, base: Floats) -> Floats:
    """How many times as often it is picked as where it was simulated.

    Once, where nobody could pick it there.
    """
    return np.where(
        base > 0,
        other / np.where(base > 0, base, 1.0),
        1.0,
    )
