"""A sample of a run: simulates some households for some days in memory, and measures the cost.

A small run is its own sample. Of a large one, households are spread over all ids, and the first two
weeks of the window are simulated. Households of the cast make a sample of their own.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cached_property, partial

import numpy as np
import polars as pl
from numpy.typing import NDArray

from synthview.engines.layout import Layout
from synthview.engines.plan import Households, Plan, pipeline_at, window_on, world_of
from synthview.pipeline import World
from synthview.tables import table

__all__ = [
    "EVENTS",
    "MeasuredSample",
    "draw_sample",
    "is_its_own_sample",
    "simulate_few",
    "whole_frames",
]

EVENTS = "log.events"
WHOLE_HOUSEHOLDS = 256
WHOLE_HOUSEHOLD_DAYS = 4_000
WHOLE_DAYS = 120
"""A run of no more than these is simulated as a whole, which takes about a second."""
SPREAD_HOUSEHOLDS = 192
"""One household differs from another by 0.8 of the mean, so 192 tell it within about 6 %."""
FEW_HOUSEHOLDS = 16
SAMPLE_DAYS = 14
CAST_HOUSEHOLDS = 64
MOST_DAYS_BEFORE = 70
"""A sample of a window that begins later than this is simulated in a world that begins later."""


@dataclass
class MeasuredSample:
    """Rows of sampled households, and the seconds of a processor that they took.

    `weight` is how many households of the run each of them stands for; `day_weight` how many days
    of the window each of theirs does.
    """

    plan: Plan
    households: Households
    days: int
    days_before: int
    weight: float
    day_weight: float
    frames: dict[str, list[pl.DataFrame]] = field(default_factory=dict)
    before_seconds: float = 0.0
    days_seconds: float = 0.0
    settled_seconds: float = 0.0

    @property
    def is_whole(self) -> bool:
        """Whether the sample is the run itself."""
        return self.weight == self.day_weight == 1.0

    @property
    def seconds(self) -> float:
        """What the sample took in all."""
        return self.before_seconds + self.days_seconds + self.settled_seconds

    def scale(self, name: str) -> float:
        """How many rows of the run each row of a table stands for."""
        return self.weight * (self.day_weight if table(name).dated else 1.0)

    def add(self, frames: Mapping[str, pl.DataFrame]) -> None:
        """Keep some rows by table."""
        for name, frame in frames.items():
            self.frames.setdefault(name, []).append(frame)

    @cached_property
    def rows(self) -> dict[str, int]:
        """Rows by table, as sampled."""
        return {name: sum(map(len, frames)) for name, frames in self.frames.items()}


def is_its_own_sample(plan: Plan) -> bool:
    """Return whether a run is so small that it is its own sample."""
    layout = plan.layout
    days = layout.first_day - _first_simulated(plan) + layout.days
    household_days = layout.households * days
    is_short = days <= WHOLE_DAYS and layout.households <= WHOLE_HOUSEHOLDS
    return household_days <= (WHOLE_HOUSEHOLD_DAYS if is_short else WHOLE_HOUSEHOLD_DAYS // 4)


def draw_sample(plan: Plan) -> list[MeasuredSample]:
    """Simulate the sample of a plan: everybody, or some of the ids and some of the cast."""
    layout = plan.layout
    if is_its_own_sample(plan):
        return [_simulate(plan, layout.homes, layout.days, weight=1.0, day_weight=1.0)]
    nearer = _nearer(plan)
    days = min(layout.days, SAMPLE_DAYS)
    day_weight = layout.days / days * _season(nearer, plan, days)
    simulate = partial(_simulate, nearer, days=days, day_weight=day_weight)
    cast = _cast_of(plan, nearer)
    others = _later(layout, _spread(layout.households, cast))
    weight = max(layout.households - len(cast), 0) / max(len(others), 1)
    samples = [simulate(others, weight=weight)]
    if len(cast):
        some = cast[:: -(-len(cast) // CAST_HOUSEHOLDS)]
        samples.append(simulate(some, weight=len(cast) / len(some)))
    return samples


def simulate_few(plan: Plan) -> MeasuredSample:
    """Simulate very few households for a few days: the fixed cost of a day."""
    nearer, layout = _nearer(plan), plan.layout
    some = _spread(layout.households, np.zeros(0, dtype=np.int64))[:FEW_HOUSEHOLDS]
    some = _later(layout, some)
    return _simulate(nearer, some, min(layout.days, 2), weight=1.0, day_weight=1.0)


def _simulate(
    plan: Plan,
    households: Households,
    days: int,
    *,
    weight: float,
    day_weight: float,
) -> MeasuredSample:
    """Simulate some households for some days, and note the rows and the seconds of each stage."""
    pipeline = pipeline_at(plan.pipeline)
    world = world_of(plan.pipeline, plan.scenario)
    first_day = plan.layout.first_day
    window = window_on(plan, first_day, first_day + days)
    days_before = first_day - _first_simulated(plan)
    sample = MeasuredSample(plan, households, days, days_before, weight, day_weight)
    began = time.process_time()
    sample.add(pipeline.settled(world, households, window))
    settled = time.process_time()
    walk = iter(pipeline.walk(world, households, window, _dated(plan)))
    _, of_first_day = next(walk, (first_day, {}))
    arrived = time.process_time()
    sample.add(of_first_day)
    for _, frames in walk:
        sample.add(frames)
    sample.settled_seconds = settled - began
    sample.before_seconds = arrived - settled
    sample.days_seconds = time.process_time() - arrived
    return sample


def _dated(plan: Plan) -> frozenset[str]:
    """The dated tables of a plan, and events, by which every run is measured."""
    return frozenset(name for name in (*plan.layout.tables, EVENTS) if table(name).dated)


def _later(layout: Layout, some: Households) -> Households:
    """Households counted from the first of a layout."""
    return some if not layout.first_household else layout.first_household + np.asarray(some)


def _spread(count: int, cast: NDArray[np.int64]) -> Households:
    """Households spread evenly over all ids, without those of the cast."""
    spread = range(0, count, -(-count // SPREAD_HOUSEHOLDS))
    if not len(cast):
        return spread
    ids = np.array(spread, dtype=np.int64)
    return ids[~np.isin(ids, cast)]


def _cast_of(plan: Plan, nearer: Plan) -> NDArray[np.int64]:
    """The households that the scenario gives to actors and faults by number."""
    if not plan.scenario.cast:
        return np.zeros(0, dtype=np.int64)
    world = world_of(plan.pipeline, plan.scenario)
    pipeline_at(plan.pipeline).check_cast(world)
    # A world that begins later has the same cast, whoever would act in it.
    world_of(nearer.pipeline, nearer.scenario).cast.update(world.cast)
    nobody = np.zeros(0, dtype=np.int64)
    return np.unique(np.concatenate([nobody, *world.cast.values()]))


def _first_simulated(plan: Plan) -> int:
    run = plan.scenario.run
    return plan.layout.first_day - (run.start - run.epoch).days - run.warm_up_days


def _nearer(plan: Plan) -> Plan:
    """The plan in a world that begins not long before the window: no sample is years long."""
    run = plan.scenario.run
    excess = (run.start - run.epoch).days + run.warm_up_days - MOST_DAYS_BEFORE
    if excess <= 0:
        return plan
    later = replace(run, epoch=min(run.epoch + timedelta(days=excess), run.start))
    return replace(plan, scenario=replace(plan.scenario, run=later))


def _season(nearer: Plan, plan: Plan, days: int) -> float:
    """How much more is watched on a day of the whole window than on a day of the sample."""
    if days == plan.layout.days:
        return 1.0
    world = world_of(nearer.pipeline, nearer.scenario)
    window = range(plan.layout.first_day, plan.layout.last_day)
    by_day = [_watched_on(world, day) for day in window]
    return float(np.mean(by_day) / np.mean(by_day[:days]))


def _watched_on(world: World, day: int) -> float:
    """How much is watched on a day, as a multiple of the usual, over all countries."""
    lift = world.lift_of_day(day)
    shares = np.bincount(world.country_of_region, world.region_shares, minlength=len(lift))
    return float(np.average(lift, weights=shares))


def whole_frames(samples: Iterable[MeasuredSample], name: str) -> pl.DataFrame:
    """The rows of a table in all samples, below each other."""
    found = [frame for sample in samples for frame in sample.frames.get(name, ())]
    return pl.concat(found) if found else pl.DataFrame(schema=table(name).schema)
