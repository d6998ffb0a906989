"""What one worker does with one range of households: live its days, write each as it is over, hand in the receipts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from synthview.engines.damaging import can_damage, damager_of
from synthview.engines.layout import Layout
from synthview.engines.plan import Plan, pieces
from synthview.sinks.lineage import Damager
from synthview.sinks.parts import Receipt, write_part
from synthview.tables import table

__all__ = ["Done", "Step", "Task", "step"]


@dataclass(frozen=True)
class Task:
    """One range of households of a plan, written into a directory."""

    plan: Plan
    number: int
    directory: Path

    def perform(self) -> Iterator[Step | Done]:
        """Write every part of the range, and tell of each day and of the end.

        Holds one day of the range in memory; without partitions, all of it.
        """
        layout, receipts, damager = self.plan.layout, [], damager_of(self.plan, self.number)
        waiting: dict[str, list[pl.DataFrame]] = {}
        for day, frames in pieces(self.plan, self.number):
            for name, frame in frames.items():
                if layout.is_by_day:
                    receipts.append(_write(self, name, day, frame, damager))
                else:
                    waiting.setdefault(name, []).append(frame)
            yield step(layout, self.number, day, frames)
        receipts.extend(_write(self, name, None, pl.concat(frames), damager) for name, frames in waiting.items())
        yield Done(self.number, receipts)


@dataclass(frozen=True, slots=True)
class Step:
    """A little progress: days lived times households, and the rows they brought."""

    household_days: int
    rows: int
    events: int


@dataclass(frozen=True, slots=True)
class Done:
    """A range is written; these are its receipts."""

    number: int
    receipts: list[Receipt]


def _write(task: Task, name: str, day: int | None, frame: pl.DataFrame, damager: Damager | None) -> Receipt:
    layout, written = task.plan.layout, table(name)
    assert frame.schema == written.schema, (name, frame.schema)
    path = layout.path(name, task.number, day)
    damager = damager if can_damage(written) else None
    return write_part(task.directory, path, written, frame, layout.kind, layout.compression, damager)


def step(layout: Layout, number: int, day: int | None, frames: dict[str, pl.DataFrame]) -> Step:
    """How far a range has come with what it just yielded."""
    rows = sum(map(len, frames.values()))
    events = len(frames["log.events"]) if "log.events" in frames else 0
    return Step(0 if day is None else len(layout.range(number)), rows, events)
