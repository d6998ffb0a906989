"""What a run will come to, before it begins: rows, bytes and time.

A small run is judged by what households do on average. A large one is judged by a sample: its own
first households, lived for its own first days and written into memory.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import polars as pl

from synthview.engines.layout import TITLES, Layout
from synthview.engines.plan import Plan, pieces
from synthview.player.settings import LogSettings
from synthview.scenario import Scenario
from synthview.tables import table

__all__ = ["Estimate", "estimate", "events_per_household_day", "rough_bytes", "usual_events"]

SAMPLE_HOUSEHOLDS = 128
SAMPLE_DAYS = 7
TINY_HOUSEHOLD_DAYS = 200
"""One household differs from another by 0.8 of the mean, so 128 of them tell the mean of all within about 7 %."""

PER_HOUSEHOLD_DAY = {
    "log.plays": (2.3, 50.0),
    "log.ratings": (0.05, 70.0),
    "log.searches": (0.1, 75.0),
    "log.clicks": (1.4, 32.0),
    "truth.plays": (2.3, 48.0),
    "truth.incidents": (0.1, 30.0),
    "truth.deliveries": (0.9, 12.0),
}
PER_HOUSEHOLD = {
    "log.accounts": (1.04, 42.0),
    "log.profiles": (1.84, 24.0),
    "log.devices": (3.9, 16.0),
    "truth.households": (1.0, 12.0),
    "truth.persons": (2.44, 24.0),
    "truth.accounts": (1.0, 9.0),
}
TITLES_USUALLY = (50_000.0, 21.0)
EVENT_BYTES = 11.8
"""Rows, and bytes a row in Parquet, of `everyday`: 2,048 households, 28 days."""
TIMES_PARQUET = {"parquet": 1.0, "arrow": 1.8, "csv": 12.0, "ndjson": 25.0, "duckdb": 1.5}
"""Bytes of the other formats, as they usually are, for each byte of Parquet."""
TEXT_SQUEEZED = 0.07
"""What compression leaves of text."""

START_SECONDS = 1.5
WARM_UP_SECONDS = 1.0
USUAL_WARM_UP_DAYS = 28
SECONDS_PER_EVENT = 1.2e-6
TIMES_SLOWER = {"parquet": 1.0, "arrow": 0.9, "csv": 1.7, "ndjson": 2.2, "duckdb": 1.5}
"""Start of the workers, the weeks before the first day of 2,048 households, an event with all that comes with it."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """Rows by table, bytes on disk, and seconds on so many workers; each within about 10 %, time within a half."""

    rows: Mapping[str, int]
    bytes: int
    seconds: float

    @property
    def events(self) -> int:
        """Rows of ``log.events``; 0 where it is not among the tables."""
        return self.rows.get("log.events", 0)


def usual_events(scenario: Scenario) -> float:
    """Events of a household and day as they usually are: heartbeats by their interval, and 30 others."""
    return 30 + 68 * 60 / scenario.of(LogSettings).ping_seconds


def estimate(plan: Plan, workers: int) -> Estimate:
    """Say what a run will come to, from averages or from a sample of it."""
    tiny = plan.layout.households * plan.layout.days <= TINY_HOUSEHOLD_DAYS
    rates = _usual(plan) if tiny else _sampled(plan)
    scale = {name: _scale(name, plan.layout) for name in plan.layout.tables}
    rows = {name: round(rates[name][0] * scale[name]) for name in plan.layout.tables}
    size = sum(rates[name][0] * scale[name] * rates[name][1] for name in plan.layout.tables)
    return Estimate(rows, round(size), _seconds(plan, rows, workers))


def rough_bytes(plan: Plan) -> int:
    """Say about how much a run takes on the disk, from averages alone."""
    rates = _usual(plan)
    return round(sum(rates[name][0] * rates[name][1] * _scale(name, plan.layout) for name in plan.layout.tables))


def events_per_household_day(plan: Plan) -> float:
    """Events of a household and day, from a sample of the plan's first households."""
    layout = replace(plan.layout, tables=("log.events",), households=SAMPLE_HOUSEHOLDS)
    return _sampled(replace(plan, layout=layout))["log.events"][0]


def _scale(name: str, layout: Layout) -> int:
    if name == TITLES:
        return 1
    return layout.households * (layout.days if table(name).dated else 1)


def _usual(plan: Plan) -> dict[str, tuple[float, float]]:
    """Rows per unit, and bytes per row, as they usually are."""
    layout = plan.layout
    factor = TIMES_PARQUET[layout.format]
    if layout.kind.is_text and layout.compression != "none":
        factor *= TEXT_SQUEEZED
    usual = PER_HOUSEHOLD_DAY | PER_HOUSEHOLD
    usual |= {TITLES: TITLES_USUALLY, "log.events": (usual_events(plan.scenario), EVENT_BYTES)}
    return {name: (rows, size * factor) for name, (rows, size) in usual.items()}


def _sampled(plan: Plan) -> dict[str, tuple[float, float]]:
    """Rows per unit, and bytes per row, of a few households for a few days."""
    sample = replace(
        plan.layout,
        households=min(plan.layout.households, SAMPLE_HOUSEHOLDS),
        last_day=min(plan.layout.last_day, plan.layout.first_day + SAMPLE_DAYS),
        tables=tuple(name for name in plan.layout.tables if name != TITLES),
    )
    rates = _usual(plan)
    for name, frame in _live(replace(plan, layout=sample)).items():
        size = sum(map(len, sample.kind.encode(table(name), frame, sample.compression)))
        rates[name] = (len(frame) / _scale(name, sample), size / max(len(frame), 1))
    return rates


def _live(plan: Plan) -> dict[str, pl.DataFrame]:
    found: dict[str, list[pl.DataFrame]] = {}
    for _, frames in pieces(plan, 0):
        for name, frame in frames.items():
            found.setdefault(name, []).append(frame)
    return {name: pl.concat(frames) for name, frames in found.items()}


def _seconds(plan: Plan, rows: Mapping[str, int], workers: int) -> float:
    """Rounds of warm-up, and a time for each event that the households cause, written or not."""
    layout = plan.layout
    crew = min(workers, layout.range_count)
    events = rows.get("log.events", layout.households * layout.days * usual_events(plan.scenario))
    share = layout.range(0)[-1] + 1
    before = plan.scenario.run.warm_up_days + (plan.scenario.run.start - plan.scenario.run.epoch).days
    rounds = math.ceil(layout.range_count / crew) * before / USUAL_WARM_UP_DAYS
    warm_up = WARM_UP_SECONDS * rounds * (0.3 + 0.7 * share / 2048)
    return START_SECONDS * (crew > 1) + warm_up + events * SECONDS_PER_EVENT * TIMES_SLOWER[layout.format] / crew
