"""Simulates a sample into files that only its figures read: many homes at a time, and no more."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from synthview import pipeline
from synthview.engines.layout import TITLES, day_text
from synthview.engines.plan import Plan, rehearse, world_of
from synthview.engines.processors import available
from synthview.engines.shortage import errors_in_words
from synthview.engines.workers import share_out
from synthview.realism.samples import Sample, Simulation, plan_of
from synthview.tables import table

__all__ = ["SampleTables", "simulated"]

_MOST_HOMES = 8_192
"""So many homes are simulated at a time: a day of theirs costs a third of what it costs in eight
parts, as each step of a day has work that does not depend on the homes."""
_ROWS_OF_A_FILE = 500_000


@dataclass(frozen=True)
class _Task:
    """Some homes of a plan, from the first on; all of their days."""

    plan: Plan
    first: int
    stop: int
    folder: Path
    plays_on: tuple[str, ...]

    def perform(self) -> Iterator[int]:
        """Write the tables of these homes as files, and tell of each day how many homes it had."""
        homes = range(self.first, self.stop)
        files = _Files(self.folder, self.first)
        wanted = [table(one) for one in self.plan.layout.tables]
        dated = [one.path for one in wanted if one.dated]
        for name, frame in self._settled(homes, [one.path for one in wanted if not one.dated]):
            files.add(name, frame)
        if not dated:
            yield len(homes)
        for frames in self._days(homes, dated) if dated else ():
            for name in dated:
                files.add(name, self._kept(name, frames[name]))
            yield len(homes)
        files.close()

    def _settled(self, homes: range, names: list[str]) -> Iterator[tuple[str, pl.DataFrame]]:
        """Tables without days: the catalogue once, the others of these homes."""
        world = world_of(self.plan.pipeline, self.plan.scenario)
        window = pipeline.window_of(self.plan.scenario)
        if TITLES in names and self.first == 0:
            yield TITLES, pipeline.titles(world, window)
        others = [one for one in names if one != TITLES]
        found = pipeline.settled(world, homes, window) if others else {}
        yield from ((one, found[one]) for one in others)

    def _days(self, homes: range, names: list[str]) -> Iterator[dict[str, pl.DataFrame]]:
        """Tables with days, day by day: all homes at once."""
        world = world_of(self.plan.pipeline, self.plan.scenario)
        window = pipeline.window_of(self.plan.scenario)
        tables = frozenset(names)
        days = pipeline.walk(world, homes, window, tables, block_households=len(homes), edges="cut")
        return (frames for _, frames in days)

    def _kept(self, name: str, frame: pl.DataFrame) -> pl.DataFrame:
        """The rows of a table that any figure of the sample looks at."""
        if name != "log.plays" or not self.plays_on:
            return frame
        return frame.filter(pl.col("device_type").cast(pl.String).is_in(self.plays_on))


class _Files:
    """Rows of some homes on their way into files: a file as soon as there are enough for one."""

    def __init__(self, folder: Path, first_home: int) -> None:
        self._folder, self._first_home = folder, first_home
        self._waiting: dict[str, list[pl.DataFrame]] = {}
        self._count = 0

    def add(self, name: str, frame: pl.DataFrame) -> None:
        """Take rows of a table."""
        waiting = self._waiting.setdefault(name, [])
        waiting.append(frame)
        if sum(len(one) for one in waiting) >= _ROWS_OF_A_FILE:
            self._write(name)

    def close(self) -> None:
        """Write what still waits."""
        for name in list(self._waiting):
            self._write(name)

    def _write(self, name: str) -> None:
        place = self._folder / name
        place.mkdir(parents=True, exist_ok=True)
        rows = pl.concat(self._waiting.pop(name))
        rows.write_parquet(place / f"{self._first_home}-{self._count}.parquet", compression="lz4")
        self._count += 1


@dataclass(frozen=True)
class SampleTables:
    """The tables of a sample in a folder, as `RunDirectory` has those of a dataset."""

    folder: Path
    tables: tuple[str, ...]
    manifest: Mapping[str, Any]

    def scan(self, name: str, *, repaired: bool = False) -> pl.LazyFrame:  # noqa: ARG002
        """Return a table as a LazyFrame; nothing in it was damaged, so nothing is `repaired`."""
        return pl.scan_parquet(sorted((self.folder / name).glob("*.parquet")))


def simulated(
    sample: Sample,
    asked: Simulation,
    folder: Path,
    progress: Callable[[int], None],
) -> SampleTables:
    """Simulate a sample into a folder; `progress` hears how many days of homes are done.

    Raises InputError and its kinds where the scenario cannot be simulated, and OutputError where
    the disk or the memory is full.
    """
    plan, crew = plan_of(sample, asked), asked.workers or available()
    layout = plan.layout
    rehearse(plan)
    size = min(-(-layout.households // crew), _MOST_HOMES)
    starts = range(0, layout.households, size)
    tasks = [
        _Task(plan, one, min(one + size, layout.households), folder, sample.plays_on)
        for one in starts
    ]
    done = 0
    with errors_in_words(), closing(share_out(tasks, crew)) as answers:
        for homes in answers:
            done += homes
            progress(done)
    days = {"from": day_text(layout.first_day), "until": day_text(layout.last_day)}
    return SampleTables(folder, layout.tables, {"settings": days})
