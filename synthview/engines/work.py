"""The work on one range of households: simulate its days, and write each as drafts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from synthview.engines.damaging import can_damage, damager_of
from synthview.engines.layout import Layout
from synthview.engines.plan import Plan, pieces
from synthview.sinks.lineage import Damager
from synthview.sinks.parts import PartDraft, measure_part, write_part
from synthview.tables import table

__all__ = ["Done", "Step", "Task", "step"]


@dataclass(frozen=True)
class Task:
    """One range of households of a plan, written into a directory without the parts in `kept`.

    Without a directory nothing is written: its drafts are receipts of what would be.
    """

    plan: Plan
    number: int
    directory: Path | None
    kept: frozenset[str] = frozenset()

    def perform(self) -> Iterator[Step | Done]:
        """Write the parts of the range as drafts, and tell of each day and of the end.

        Holds one day of the range in memory; without partitions, all of it.
        """
        layout, damager = self.plan.layout, damager_of(self.plan, self.number)
        waiting: dict[str, list[pl.DataFrame]] = {}
        for day, frames in pieces(self.plan, self.number):
            drafts: list[PartDraft] = []
            for name, frame in frames.items():
                if layout.is_by_day:
                    drafts += self._write(name, day, frame, damager)
                else:
                    waiting.setdefault(name, []).append(frame)
            yield replace(step(layout, self.number, day, frames), drafts=drafts)
        last: list[PartDraft] = []
        for name, parts in waiting.items():
            last += self._write(name, None, pl.concat(parts), damager)
        yield Done(self.number, last)

    def _write(
        self,
        name: str,
        day: int | None,
        frame: pl.DataFrame,
        damager: Damager | None,
    ) -> list[PartDraft]:
        """Write a part as a draft, or measure it without a directory; none if it is kept."""
        layout, written = self.plan.layout, table(name)
        assert frame.schema == written.schema, (name, frame.schema)
        path = layout.path(name, self.number, day)
        if path in self.kept:
            return []
        damage = damager if can_damage(written) else None
        content = (path, written, frame, layout.kind, layout.compression, damage)
        if self.directory is None:
            return [PartDraft(measure_part(*content), ())]
        return [write_part(self.directory, *content)]


@dataclass(frozen=True, slots=True)
class Step:
    """A little progress: household-days, the rows they brought, and drafts of their parts."""

    household_days: int
    rows: int
    events: int
    drafts: Sequence[PartDraft] = ()


@dataclass(frozen=True, slots=True)
class Done:
    """A range is written; these are drafts of it that were not told of yet."""

    number: int
    drafts: Sequence[PartDraft] = ()


def step(layout: Layout, number: int, day: int | None, frames: dict[str, pl.DataFrame]) -> Step:
    """How far a range has come with what it just yielded."""
    rows = sum(map(len, frames.values()))
    events = len(frames["log.events"]) if "log.events" in frames else 0
    return Step(0 if day is None else len(layout.range(number)), rows, events)
