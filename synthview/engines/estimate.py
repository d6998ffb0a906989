"""What a run will come to, before it begins: rows, bytes, files and time, from a sample of the run itself.

Bytes are those of the sampled rows, encoded in portions as large as the files will be. Time is the
processor's, measured on the sample and on this machine.
"""

from __future__ import annotations

import math
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import polars as pl

from synthview.engines.damaging import can_damage, damager, sink_faults
from synthview.engines.layout import PART_HOUSEHOLDS, TITLES, Layout
from synthview.engines.plan import Plan, pipeline_at, window_on, world_of
from synthview.engines.sample import EVENTS, Sample, draw_sample, live_few, lives_whole, whole_frames
from synthview.player.settings import LogSettings
from synthview.scenario import Scenario
from synthview.sinks.database import fill
from synthview.sinks.lineage import Lineage
from synthview.tables import table

__all__ = ["Estimate", "estimate", "events_per_household_day", "rough_bytes", "usual_events"]

WORKER_START_SECONDS = 1.2
"""Until a worker has imported what it needs, beside the others."""
LOOK_BACK_DAYS = 10
"""About as many days before a window are lived in full, because their messages may reach into it."""
RECEIPT_BYTES = 260
SCENARIO_BYTES = 11_000
"""What the manifest takes: a line for each part, and the scenario."""
HOUSEHOLD_DAY_BYTES = 2_500
"""For a rough guess without a sample: events and all else as Parquet."""
TIMES_PARQUET = {"parquet": 1.0, "arrow": 1.8, "csv": 12.0, "ndjson": 25.0, "duckdb": 2.0}


@dataclass(frozen=True, slots=True)
class Estimate:
    """Rows by table, bytes and files on disk, and seconds on so many workers, within about a tenth; time within a quarter.

    `events` are those that happen, whether or not ``log.events`` is among the tables.
    """

    rows: Mapping[str, int]
    bytes: int
    files: int
    seconds: float
    events: int

    @property
    def writes_events(self) -> bool:
        """Whether the events that happen are written."""
        return EVENTS in self.rows


@dataclass(frozen=True, slots=True)
class _Encoded:
    """What a table of the run takes on disk, and the seconds that encoding it does."""

    bytes: float
    files: int
    seconds: float


def usual_events(scenario: Scenario) -> float:
    """Events of a household and day as they usually are: heartbeats by their interval, and 30 others."""
    return 30 + 68 * 60 / scenario.of(LogSettings).ping_seconds


def estimate(plan: Plan, workers: int) -> Estimate:
    """Say what a run will come to, from a sample of it."""
    few = None if lives_whole(plan) else live_few(plan)
    samples, layout = draw_sample(plan), plan.layout
    encoded = {name: _encoded(plan, name, samples) for name in layout.tables}
    rows = {name: _rows(plan, name, samples) for name in layout.tables}
    parts = sum(one.files for one in encoded.values())
    size, files = sum(one.bytes for one in encoded.values()), parts
    if layout.is_database:
        size, files = _database_bytes(plan, samples, encoded), 1
    size += SCENARIO_BYTES + RECEIPT_BYTES * parts
    seconds = _seconds(plan, samples, few, sum(one.seconds for one in encoded.values()), workers)
    return Estimate(rows, round(size), files + 1, seconds, _rows(plan, EVENTS, samples))


def rough_bytes(plan: Plan) -> int:
    """Say about how much a run takes on the disk, from averages alone."""
    layout = plan.layout
    share = len(layout.tables) / 15
    factor = TIMES_PARQUET[layout.format]
    if layout.kind.is_text and layout.compression != "none":
        factor *= 0.1
    return round(layout.households * layout.days * HOUSEHOLD_DAY_BYTES * min(share, 1.0) * factor)


def events_per_household_day(plan: Plan) -> float:
    """Events of a household and day, from a sample of the plan."""
    households = max(plan.layout.households, 20_000)
    larger = Plan(plan.scenario, _resized(plan.layout, households), plan.said, plan.pipeline)
    return _rows(larger, EVENTS, draw_sample(larger)) / (households * plan.layout.days)


def _resized(layout: Layout, households: int) -> Layout:
    return replace(layout, households=households, tables=(EVENTS,))


def _rows(plan: Plan, name: str, samples: Sequence[Sample]) -> int:
    if name == TITLES:
        return len(_titles(plan))
    return round(sum(sample.rows.get(name, 0) * sample.scale(name) for sample in samples))


@lru_cache(maxsize=1)
def _titles(plan: Plan) -> pl.DataFrame:
    layout = plan.layout
    window = window_on(plan, layout.first_day, layout.last_day)
    return pipeline_at(plan.pipeline).titles(world_of(plan.pipeline, plan.scenario), window)


def _file_count(layout: Layout, name: str) -> int:
    if name == TITLES:
        return 1
    days = layout.days if table(name).dated and layout.is_by_day else 1
    return layout.range_count * days


def _encoded(plan: Plan, name: str, samples: Sequence[Sample]) -> _Encoded:
    """Encode the sampled rows in portions of about as many as a file of the run has."""
    began = time.process_time()
    rows = _titles(plan) if name == TITLES else whole_frames(samples, name)
    making = time.process_time() - began if name == TITLES else 0.0
    files, expected = _file_count(plan.layout, name), _rows(plan, name, samples)
    portions = _portions(rows, expected / files)
    began = time.process_time()
    sizes = [_size(plan, name, portion, samples) for portion in portions]
    writing = time.process_time() - began
    factor = expected / len(rows) if len(rows) else files / len(portions)
    size = max(sum(map(sum, sizes)) * factor, sum(_size(plan, name, rows.clear(), samples)) * files)
    is_damaged = any(lineage for _, lineage in sizes)
    return _Encoded(size, files * (2 if is_damaged else 1), making + writing * factor)


def _portions(rows: pl.DataFrame, wanted: float) -> list[pl.DataFrame]:
    """Cut rows into portions of about as many as wanted; what is over goes to the last."""
    count = max(1, min(round(len(rows) / max(wanted, 1.0)), 64))
    step = -(-len(rows) // count) or 1
    return [rows.slice(start, step) for start in range(0, max(len(rows), 1), step)]


def _size(plan: Plan, name: str, rows: pl.DataFrame, samples: Sequence[Sample]) -> tuple[int, int]:
    """Bytes of some rows in the format of the plan, and of the lineage of those that are damaged."""
    layout, lineage = plan.layout, Lineage()
    damages = layout.kind.is_text and can_damage(table(name)) and sink_faults(plan.scenario)
    damage = damager(plan.scenario, whole_frames(samples, "log.devices")) if damages else None
    size = sum(map(len, layout.kind.chunks(table(name), rows, layout.compression, damage, lineage)))
    return size, len(lineage.text)


def _database_bytes(plan: Plan, samples: Sequence[Sample], encoded: Mapping[str, _Encoded]) -> float:
    """Bytes of the database, from one of the sampled rows beside their Parquet files."""
    with tempfile.TemporaryDirectory() as place:
        home, parts, sizes = Path(place), {}, {}
        for name in plan.layout.tables:
            rows = _titles(plan) if name == TITLES else whole_frames(samples, name)
            parts[name] = [home / f"{name}.parquet"]
            content = b"".join(map(bytes, plan.layout.kind.encode(table(name), rows, plan.layout.compression)))
            parts[name][0].write_bytes(content)
            sizes[name] = len(content)
        fill(home / "whole.duckdb", parts)
        whole = (home / "whole.duckdb").stat().st_size
        fixed = [name for name in parts if not table(name).dated]
        fill(home / "fixed.duckdb", {name: parts[name] for name in fixed})
        still = (home / "fixed.duckdb").stat().st_size if fixed else 0
    if all(sample.is_whole for sample in samples):
        return whole
    grown = {name: encoded[name].bytes / max(sizes[name], 1) for name in parts}
    dated = [name for name in parts if table(name).dated]
    ratio = sum(sizes[name] * grown[name] for name in dated) / max(sum(sizes[name] for name in dated), 1)
    steady = sum(sizes[name] * grown[name] for name in fixed) / max(sum(sizes[name] for name in fixed), 1)
    return (whole - still) * ratio + still * steady


def _seconds(plan: Plan, samples: Sequence[Sample], few: Sample | None, encoding: float, workers: int) -> float:
    """Seconds of the range that takes longest, times how many of them each worker has."""
    layout = plan.layout
    crew = min(workers, layout.range_count)
    if few is None:
        lived = sum(one.before_seconds + one.days_seconds + one.settled_seconds for one in samples)
        return lived + encoding
    run = plan.scenario.run
    before = (run.start - run.epoch).days + run.warm_up_days
    share = min(layout.households, PART_HOUSEHOLDS)
    of_range = _range_seconds(samples[0], few, share, before, layout.days)
    rounds = math.ceil(layout.range_count / crew) if crew > 1 else layout.households / share
    return (WORKER_START_SECONDS if crew > 1 else 0.0) + of_range * rounds + encoding / crew


def _range_seconds(many: Sample, few: Sample, households: int, days_before: int, days: int) -> float:
    """What a range takes, from a fixed cost of each day and one of each household on it."""
    of_day = _cost(many, few, "days_seconds", "days", households)
    of_day_before = _cost(many, few, "before_seconds", "days_before", households)
    sampled = min(many.days_before, days_before)
    # The last days before a window are played and recorded as well; further days are planned alone.
    planned = (of_day_before * sampled - of_day * LOOK_BACK_DAYS) / max(sampled - LOOK_BACK_DAYS, 1)
    further = (days_before - sampled) * max(planned, of_day_before / 4)
    before, lived = of_day_before * sampled + further, of_day * days
    settled = many.settled_seconds / max(len(many.households), 1) * households
    return before + lived + settled


def _cost(many: Sample, few: Sample, seconds: str, days: str, households: int) -> float:
    """Seconds of a day that so many households live: a line through what many and few took."""
    of_many = getattr(many, seconds) / max(getattr(many, days), 1)
    of_few = getattr(few, seconds) / max(getattr(few, days), 1)
    difference = max(len(many.households) - len(few.households), 1)
    of_one = max((of_many - of_few) / difference, of_many / len(many.households) / 4)
    return of_many + of_one * (households - len(many.households))
