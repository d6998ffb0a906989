"""The work on some ranges of households: simulate their days, and write each as drafts."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import polars as pl

from synthview.engines.damaging import can_damage, damager_of
from synthview.engines.layout import Layout
from synthview.engines.plan import Plan, pieces
from synthview.pipeline import BLOCK_HOUSEHOLDS
from synthview.sinks.lineage import Damager
from synthview.sinks.parts import PartDraft, measure_part, write_part
from synthview.sinks.sorting import in_order
from synthview.tables import table

__all__ = ["Done", "Step", "Task", "shared_out", "step"]


@dataclass(frozen=True)
class Task:
    """Some ranges of households of a plan, simulated together.

    They are written into a directory without the parts in `kept`. Without a directory nothing is
    written: its drafts are receipts of what would be.
    """

    plan: Plan
    numbers: tuple[int, ...]
    directory: Path | None
    kept: frozenset[str] = frozenset()

    def perform(self) -> Iterator[Step | Done]:
        """Write the parts of the ranges as drafts, and tell of each day and of the end.

        Holds one day of the ranges in memory; without partitions, all of it.
        """
        layout = self.plan.layout
        damagers = {number: damager_of(self.plan, number) for number in self.numbers}
        waiting: dict[tuple[int, str], list[pl.DataFrame]] = {}
        for number, day, frames in pieces(self.plan, self.numbers):
            drafts: list[PartDraft] = []
            for name, frame in frames.items():
                if layout.is_by_day:
                    drafts += self._write(name, number, day, frame, damagers[number])
                else:
                    waiting.setdefault((number, name), []).append(frame)
            yield replace(step(layout, number, day, frames), drafts=drafts)
        last: list[PartDraft] = []
        for (number, name), parts in waiting.items():
            last += self._write(name, number, None, pl.concat(parts), damagers[number])
        yield Done(last)

    def _write(
        self,
        name: str,
        number: int,
        day: int | None,
        frame: pl.DataFrame,
        damager: Damager | None,
    ) -> list[PartDraft]:
        """Write parts as drafts, or measure them without a directory, but for those kept."""
        layout = self.plan.layout
        written = table(name)
        assert frame.schema == written.schema, (name, frame.schema)
        damage = damager if can_damage(written) else None
        drafts = []
        for path, part in layout.cut(name, number, day, frame):
            if path in self.kept:
                continue
            rows = in_order(part, written, layout.sort)
            content = (path, written, rows, layout.kind, layout.compression, damage)
            if self.directory is None:
                drafts.append(PartDraft(measure_part(*content), ()))
            else:
                drafts.append(write_part(self.directory, *content))
        return drafts


def shared_out(layout: Layout, numbers: Sequence[int], workers: int) -> list[tuple[int, ...]]:
    """Share ranges out evenly, in tasks of about as many homes as decide together.

    There are as many tasks as workers, or a multiple of that, as long as there are ranges enough.
    """
    most = max(BLOCK_HOUSEHOLDS // layout.part_households, 1)
    at_once = most * workers
    rounds = math.ceil(len(numbers) / at_once)
    wanted = rounds * workers
    count = max(min(wanted, len(numbers)), 1)
    ends = []
    for place in range(count + 1):
        end = len(numbers) * place // count
        ends.append(end)
    return [tuple(numbers[begin:end]) for begin, end in pairwise(ends) if begin < end]


@dataclass(frozen=True, slots=True)
class Step:
    """A little progress: household-days, the rows they brought, and drafts of their parts."""

    household_days: int
    rows: int
    events: int
    drafts: Sequence[PartDraft] = ()


@dataclass(frozen=True, slots=True)
class Done:
    """All ranges are written; these are drafts of them that were not told of yet."""

    drafts: Sequence[PartDraft] = ()


def step(layout: Layout, number: int, day: int | None, frames: dict[str, pl.DataFrame]) -> Step:
    """How far a range has come with what it just yielded."""
    rows = sum(map(len, frames.values()))
    events = len(frames["log.events"]) if "log.events" in frames else 0
    is_again = bool(layout.home_tables) and all(table(name).of_company for name in frames)
    is_new = day is not None and not is_again
    return Step(len(layout.range(number)) if is_new else 0, rows, events)
