"""What a run will come to: rows, bytes, files and time, estimated from a sample of the run.

Bytes are those of the sampled rows, encoded in portions as large as the files will be. Time is the
processor's, measured on the sample and on this machine.
"""

from __future__ import annotations

import math
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from synthview.engines.damaging import can_damage, damager, sink_faults
from synthview.engines.layout import TITLES, Layout
from synthview.engines.plan import Plan, TitlesMet, titles_of, writes_used_titles
from synthview.engines.sample import (
    EVENTS,
    MeasuredSample,
    draw_sample,
    is_its_own_sample,
    simulate_few,
    whole_frames,
)
from synthview.engines.work import shared_out
from synthview.player.settings import LogSettings
from synthview.scenario import Scenario
from synthview.sinks.database import fill
from synthview.sinks.lineage import Lineage
from synthview.tables import table

__all__ = ["Estimate", "estimate", "events_per_household_day", "rough_bytes", "usual_events"]

WORKER_START_SECONDS = 1.2
"""Until a worker has imported what it needs, beside the others."""
LOOK_BACK_DAYS = 10
"""About as many days before a window are simulated in full: their messages may reach into it."""
RECEIPT_BYTES = 260
SCENARIO_BYTES = 11_000
"""What the manifest takes: a line for each part, and the scenario."""
HOUSEHOLD_DAY_BYTES = 2_500
"""For a rough guess without a sample: events and all else as Parquet."""
TIMES_PARQUET = {"parquet": 1.0, "arrow": 1.8, "csv": 12.0, "ndjson": 25.0, "duckdb": 2.0}


@dataclass(frozen=True, slots=True)
class Estimate:
    """Rows by table, bytes and files on disk (within about 10 %), and seconds (within about 25 %).

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
    """Usual events of a household and day: heartbeats by their interval, and 30 others."""
    return 30 + 68 * 60 / scenario.of(LogSettings).ping_seconds


def estimate(plan: Plan, workers: int) -> Estimate:
    """Say what a run will come to, from a sample of it."""
    more_files = _company_files(plan.layout)
    plan = _of_homes(plan)
    few = None if is_its_own_sample(plan) else simulate_few(plan)
    samples = draw_sample(plan)
    tables = plan.layout.tables
    encoded = {name: _encoded(plan, name, samples) for name in tables}
    rows = {name: _rows(plan, name, samples) for name in tables}
    parts = sum(one.files for one in encoded.values()) + more_files
    size = sum(one.bytes for one in encoded.values())
    files = parts
    if plan.layout.is_database:
        size = _database_bytes(plan, samples, encoded)
        files = 1
    of_manifest = SCENARIO_BYTES + RECEIPT_BYTES * parts
    encoding = sum(one.seconds for one in encoded.values())
    return Estimate(
        rows=rows,
        bytes=round(size + of_manifest),
        files=files + 1,
        seconds=_seconds(plan, samples, few, encoding, workers),
        events=_rows(plan, EVENTS, samples),
    )


def _of_homes(plan: Plan) -> Plan:
    """The plan without tables of the company, whose rows and bytes are few beside those of homes.

    They are not estimated: how often cells come together shows in no sample.
    """
    return replace(plan, layout=replace(plan.layout, tables=plan.layout.home_tables))


def _company_files(layout: Layout) -> int:
    """How many files the tables of the company have."""
    others = [table(name).dated for name in layout.tables if name not in layout.home_tables]
    return sum(layout.days if is_dated and layout.is_by_day else 1 for is_dated in others)


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


def _rows(plan: Plan, name: str, samples: Sequence[MeasuredSample]) -> int:
    if name == TITLES:
        return len(_titles_in(plan, samples))
    return round(sum(sample.rows.get(name, 0) * sample.scale(name) for sample in samples))


def _titles_in(plan: Plan, samples: Sequence[MeasuredSample]) -> pl.DataFrame:
    """The titles that a run writes: all, or those that the sampled rows speak about."""
    if not writes_used_titles(plan):
        return titles_of(plan)
    met = TitlesMet()
    for name in {name for sample in samples for name in sample.frames}:
        met.noting({name: whole_frames(samples, name)})
    return met.among(titles_of(plan))


def _file_count(layout: Layout, name: str) -> int:
    if name == TITLES:
        return 1
    days = layout.days if table(name).dated and layout.is_by_day else 1
    return layout.range_count * days * len(layout.countries(name))


def _encoded(plan: Plan, name: str, samples: Sequence[MeasuredSample]) -> _Encoded:
    """Encode the sampled rows in portions of about as many as a file of the run has."""
    began = time.process_time()
    rows = _titles_in(plan, samples) if name == TITLES else whole_frames(samples, name)
    making = time.process_time() - began if name == TITLES else 0.0
    files = _file_count(plan.layout, name)
    expected = _rows(plan, name, samples)
    portions = _files_of(samples, name, files) or _portions(rows, expected / files)
    began = time.process_time()
    sizes = [_size(plan, name, portion, samples) for portion in portions]
    writing = time.process_time() - began
    factor = expected / len(rows) if len(rows) else files / len(portions)
    of_rows = sum(map(sum, sizes)) * factor
    of_empty_files = sum(_size(plan, name, rows.clear(), samples)) * files
    size = max(of_rows, of_empty_files)
    return _Encoded(size, files + _lineages(sizes, files), seconds=making + writing * factor)


def _lineages(sizes: Sequence[tuple[int, int]], files: int) -> int:
    """How many of some files have their lineage beside them: those with damaged rows."""
    damaged = sum(1 for _, lineage in sizes if lineage)
    return round(files * damaged / len(sizes))


def _files_of(samples: Sequence[MeasuredSample], name: str, files: int) -> list[pl.DataFrame]:
    """The rows of each file, where the sample is the run itself; nothing where it is not."""
    first, *others = samples
    days = first.frames.get(name, [])
    return days if first.is_whole and not others and len(days) == files else []


def _portions(rows: pl.DataFrame, wanted: float) -> list[pl.DataFrame]:
    """Cut rows into portions of about as many as wanted; what is over goes to the last."""
    count = max(1, min(round(len(rows) / max(wanted, 1.0)), 64))
    step = -(-len(rows) // count) or 1
    return [rows.slice(start, step) for start in range(0, max(len(rows), 1), step)]


def _size(
    plan: Plan, name: str, rows: pl.DataFrame, samples: Sequence[MeasuredSample]
) -> tuple[int, int]:
    """Bytes of some rows in the format of the plan, and of the lineage of damaged ones."""
    layout, lineage = plan.layout, Lineage()
    damages = layout.kind.is_text and can_damage(table(name)) and sink_faults(plan.scenario)
    damage = damager(plan.scenario, whole_frames(samples, "log.devices")) if damages else None
    size = sum(map(len, layout.kind.chunks(table(name), rows, layout.compression, damage, lineage)))
    return size, len(lineage.text)


def _database_bytes(
    plan: Plan,
    samples: Sequence[MeasuredSample],
    encoded: Mapping[str, _Encoded],
) -> float:
    """Bytes of the database, from one of the sampled rows beside their Parquet files."""
    undated = [name for name in plan.layout.tables if not table(name).dated]
    dated = [name for name in plan.layout.tables if table(name).dated]
    with tempfile.TemporaryDirectory() as place:
        home = Path(place)
        parts = {name: _part_in(home, plan, name, samples) for name in plan.layout.tables}
        of_all = _filled(home / "whole.duckdb", parts)
        of_undated = _filled(home / "fixed.duckdb", {name: parts[name] for name in undated})
        sizes = {name: part.stat().st_size for name, part in parts.items()}
    if all(sample.is_whole for sample in samples):
        return of_all
    grown = _growth(dated, sizes, encoded) * (of_all - of_undated)
    return grown + _growth(undated, sizes, encoded) * of_undated


def _part_in(home: Path, plan: Plan, name: str, samples: Sequence[MeasuredSample]) -> Path:
    """Write the sampled rows of a table as a part on its way into a database."""
    layout = plan.layout
    part = home / f"{name}.parquet"
    rows = _titles_in(plan, samples) if name == TITLES else whole_frames(samples, name)
    content = layout.kind.encode(table(name), rows, layout.compression)
    part.write_bytes(b"".join(map(bytes, content)))
    return part


def _filled(database: Path, parts: Mapping[str, Path]) -> int:
    """Fill a database and return its bytes; without a table there is none."""
    if not parts:
        return 0
    fill(database, {name: [part] for name, part in parts.items()})
    return database.stat().st_size


def _growth(
    names: Sequence[str],
    sizes: Mapping[str, int],
    encoded: Mapping[str, _Encoded],
) -> float:
    """How many times the bytes of the sample some tables of the run take, as Parquet."""
    of_run = sum(encoded[name].bytes for name in names if sizes[name])
    of_sample = sum(sizes[name] for name in names)
    return of_run / max(of_sample, 1)


def _seconds(
    plan: Plan,
    samples: Sequence[MeasuredSample],
    few: MeasuredSample | None,
    encoding: float,
    workers: int,
) -> float:
    """Seconds of the range that takes longest, times how many of them each worker has."""
    if few is None:
        return sum(one.seconds for one in samples) + encoding
    layout, run = plan.layout, plan.scenario.run
    days_before = (run.start - run.epoch).days + run.warm_up_days
    shares = shared_out(layout, range(layout.range_count), workers)
    homes = []
    for share in shares:
        of_share = [len(layout.range(one)) for one in share]
        homes.append(sum(of_share))
    crew = min(workers, len(shares))
    largest = max(homes)
    of_task = _range_seconds(samples[0], few, largest, days_before, layout.days)
    if crew == 1:
        return of_task * layout.households / largest + encoding
    rounds = math.ceil(len(shares) / crew)
    return WORKER_START_SECONDS + of_task * rounds + encoding / crew


def _range_seconds(
    many: MeasuredSample, few: MeasuredSample, households: int, days_before: int, days: int
) -> float:
    """What a range takes, from a fixed cost of each day and one of each household on it."""
    of_day = _cost(many, few, "days_seconds", "days", households)
    of_day_before = _cost(many, few, "before_seconds", "days_before", households)
    sampled = min(many.days_before, days_before)
    # The last days before a window are played and recorded as well; further days are planned alone.
    planned = (of_day_before * sampled - of_day * LOOK_BACK_DAYS) / max(sampled - LOOK_BACK_DAYS, 1)
    further = (days_before - sampled) * max(planned, of_day_before / 4)
    before = of_day_before * sampled + further
    window = of_day * days
    settled = many.settled_seconds / max(len(many.households), 1) * households
    return before + window + settled


def _cost(
    many: MeasuredSample, few: MeasuredSample, seconds: str, days: str, households: int
) -> float:
    """Seconds of a day of so many households: a line through what many and few took."""
    of_many = getattr(many, seconds) / max(getattr(many, days), 1)
    of_few = getattr(few, seconds) / max(getattr(few, days), 1)
    difference = max(len(many.households) - len(few.households), 1)
    of_one = max((of_many - of_few) / difference, of_many / len(many.households) / 4)
    return of_many + of_one * (households - len(many.households))
