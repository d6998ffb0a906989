"""The likeliest homes: those that each cause could tie to a title, or to any film, for longest."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl

from synthview.callbacks import OnProgress
from synthview.claims.kept import Kept
from synthview.claims.question import Question
from synthview.claims.simulation.candidates import AT_ONCE, days_tied, sources, world_of
from synthview.claims.simulation.strata import any_film, of_any_title
from synthview.engines.workers import share_out
from synthview.rows import Ints

__all__ = ["MOST_HOMES", "Likeliest", "likeliest", "looked_at"]

MOST_HOMES = 64
"""Of each thing that ties homes to a title so many are simulated, those first that it could tie for
longest.
"""
_AMONG_FOR_ANY = 1 << 22
"""Among so many homes it is looked for who keeps to any film: there is no end of those in the whole
service.
"""


@dataclass(frozen=True)
class Likeliest:
    """Homes that one source could tie for longest, on how many days, and how many it could tie."""

    source: str
    households: Ints
    days: Ints
    tied: int

    def with_more(self, other: Likeliest) -> Likeliest:
        """The likeliest of both; of equals those with lower numbers."""
        households, days = (
            np.concatenate([getattr(self, one), getattr(other, one)])
            for one in ("households", "days")
        )
        first = np.lexsort((households, -days))[:MOST_HOMES]
        return Likeliest(self.source, households[first], days[first], self.tied + other.tied)

    def as_table(self) -> pl.DataFrame:
        """The same as a table, to be kept."""
        columns = {"household": self.households, "days": self.days}
        return pl.DataFrame(columns).with_columns(tied=pl.lit(self.tied, pl.Int64))

    @classmethod
    def of_table(cls, source: str, table: pl.DataFrame) -> Likeliest:
        """Those of a table that was kept."""
        households, days = (table[one].to_numpy() for one in ("household", "days"))
        return cls(source, households, days, int(table["tied"][0]))


@dataclass(frozen=True)
class _Look:
    """A task: look over a range of homes for one source."""

    question: Question
    source: str
    households: range

    def perform(self) -> Iterator[Likeliest]:
        """Answer once, with the likeliest of them."""
        world = (
            world_of(self.question.scenario) if self.question.title else of_any_title(self.question)
        )
        named = self.question.work(world)
        work = any_film(world) if named is None else named
        homes = np.arange(self.households.start, self.households.stop, dtype=np.int64)
        days = days_tied(world, self.source, homes, work, self.question.span)
        tied = np.flatnonzero(days)
        found = Likeliest(self.source, homes[tied], days[tied], len(tied))
        yield found.with_more(_nobody(self.source))


def _nobody(source: str) -> Likeliest:
    none = np.zeros(0, dtype=np.int64)
    return Likeliest(source, none, none, 0)


def looked_at(question: Question) -> int:
    """Among how many homes the likeliest are looked for."""
    of = question.scenario.run.households
    return of if question.title else min(of, _AMONG_FOR_ANY)


def likeliest(
    question: Question,
    workers: int,
    on_progress: OnProgress | None = None,
    kept: Kept | None = None,
) -> tuple[Likeliest, ...]:
    """Look over the homes of a service, one answer for each source that ties anybody.

    What an earlier run found is kept, and not looked for again.
    """

    def look() -> dict[str, pl.DataFrame]:
        return {one.source: one.as_table() for one in _looked_for(question, workers, on_progress)}

    found = (kept or Kept()).tables("likeliest", look)
    return tuple(Likeliest.of_table(source, table) for source, table in found.items())


def _looked_for(
    question: Question, workers: int, on_progress: OnProgress | None
) -> tuple[Likeliest, ...]:
    among = looked_at(question)
    names = sources(question.scenario)
    tasks = [
        _Look(question, name, range(start, min(start + AT_ONCE, among)))
        for start in range(0, among, AT_ONCE)
        for name in names
    ]
    found = {name: _nobody(name) for name in names}
    for done, one in enumerate(share_out(tasks, workers), 1):
        found[one.source] = found[one.source].with_more(one)
        if on_progress:
            on_progress(done * among // len(tasks), among)
    return tuple(one for one in found.values() if one.tied)
