"""What one worker does with one range of households: live its days, write drafts of each as it is over, hand them in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from synthview.engines.damaging import can_damage, damager_of
from synthview.engines.layout import Layout
from synthview.engines.plan import Plan, pieces
from synthview.sinks.lineage import Damager
from synthview.sinks.parts import Draft, measure_part, write_part
from synthview.tables import table

__all__ = ["Done", "Step", "Task", "step"]


@dataclass(frozen=True)
class Task:
    """One range of households of a plan, written into a directory but for the parts that are `kept`.

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
            drafts: list[Draft] = []
            for name, frame in frames.items():
                if layout.is_by_day:
                    drafts += self._write(name, day, frame, damager)
                else:
                    waiting.setdefault(name, []).append(frame)
            yield replace(step(layout, self.number, day, frames), drafts=drafts)
        last = [self._write(name, None, pl.concat(frames), damager) for name, frames in waiting.items()]
        yield Done(self.number, [one for drafts in last for one in drafts])

    def _write(self, name: str, day: int | None, frame: pl.DataFrame, damager: Damager | None) -> list[Draft]:
        layout, written = self.plan.layout, table(name)
        assert frame.schema == written.schema, (name, frame.schema)
        path = layout.path(name, self.number, day)
        if path in self.kept:
            return []
        damager = damager if can_damage(written) else None
        if self.directory is None:
            return [Draft(measure_part(path, written, frame, layout.kind, layout.compression, damager), ())]
        return [write_part(self.directory, path, written, frame, layout.kind, layout.compression, damager)]


@dataclass(frozen=True, slots=True)
class Step:
    """A little progress: days lived times households, the rows they brought, and drafts of their parts."""

    household_days: int
    rows: int
    events: int
    drafts: Sequence[Draft] = ()


@dataclass(frozen=True, slots=True)
class Done:
    """A range is written; these are drafts of it that were not told of yet."""

    number: int
    drafts: Sequence[Draft] = ()


def step(layout: Layout, number: int, day: int | None, frames: dict[str, pl.DataFrame]) -> Step:
    """How far a range has come with what it just yielded."""
    rows = sum(map(len, frames.values()))
    events = len(frames["log.events"]) if "log.events" in frames else 0
    return Step(0 if day is None else len(layout.range(number)), rows, events)
