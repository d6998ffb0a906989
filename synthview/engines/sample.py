"""A sample of a run: some of its households live some of its days in memory, and it is noted what that takes.

A small run is its own sample. Of a large one, households are spread over all ids and live the first two
weeks of the window; those that the scenario casts are lived beside them, because they are never spread.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cached_property
from itertools import chain

import numpy as np
import polars as pl
from numpy.typing import NDArray

from synthview.engines.plan import Households, Plan, pipeline_at, window_on, world_of
from synthview.tables import table

__all__ = ["EVENTS", "Sample", "draw_sample", "live_few", "lives_whole", "whole_frames"]

EVENTS = "log.events"
WHOLE_HOUSEHOLDS = 256
WHOLE_HOUSEHOLD_DAYS = 4_000
WHOLE_DAYS = 120
"""A run of no more than these is lived whole: that takes about a second."""
SPREAD_HOUSEHOLDS = 192
"""One household differs from another by 0.8 of the mean, so 192 of them tell the mean of all within about 6 %."""
FEW_HOUSEHOLDS = 16
SAMPLE_DAYS = 14
CAST_HOUSEHOLDS = 64
MOST_DAYS_BEFORE = 70
"""A sample of a window that begins later than this lives in a world that begins later."""


@dataclass
class Sample:
    """Rows of sampled households, and the seconds of a processor that they took.

    `weight` is how many households of the run each of them stands for; `day_weight` how many days of
    the window each of theirs does.
    """

    plan: Plan
    households: Households
    days: int
    days_before: int
    weight: float
    day_weight: float
    frames: Mapping[str, list[pl.DataFrame]] = field(default_factory=dict)
    before_seconds: float = 0.0
    days_seconds: float = 0.0
    settled_seconds: float = 0.0

    @property
    def is_whole(self) -> bool:
        """Whether the sample is the run itself."""
        return self.weight == self.day_weight == 1.0

    def scale(self, name: str) -> float:
        """How many rows of the run each row of a table stands for."""
        return self.weight * (self.day_weight if table(name).dated else 1.0)

    @cached_property
    def rows(self) -> dict[str, int]:
        """Rows by table, as sampled."""
        return {name: sum(map(len, frames)) for name, frames in self.frames.items()}


def lives_whole(plan: Plan) -> bool:
    """Return whether a run is so small that it is its own sample."""
    layout = plan.layout
    lived = layout.first_day - _first_lived(plan) + layout.days
    household_days = layout.households * lived
    is_short = lived <= WHOLE_DAYS and layout.households <= WHOLE_HOUSEHOLDS
    return household_days <= (WHOLE_HOUSEHOLD_DAYS if is_short else WHOLE_HOUSEHOLD_DAYS // 4)


def draw_sample(plan: Plan) -> list[Sample]:
    """Live the sample of a plan: one of everybody, or one of those spread over the ids and one of the cast."""
    layout = plan.layout
    if lives_whole(plan):
        return [_live(plan, range(layout.households), layout.days, weight=1.0, day_weight=1.0)]
    nearer = _nearer(plan)
    days = min(layout.days, SAMPLE_DAYS)
    day_weight = layout.days / days * _season(nearer, plan, days)
    cast = _cast_of(nearer)
    others = _spread(layout.households, cast)
    weight = max(layout.households - len(cast), 0) / max(len(others), 1)
    samples = [_live(nearer, others, days, weight=weight, day_weight=day_weight)]
    if len(cast):
        some = cast[:: -(-len(cast) // CAST_HOUSEHOLDS)]
        samples.append(_live(nearer, some, days, weight=len(cast) / len(some), day_weight=day_weight))
    return samples


def live_few(plan: Plan) -> Sample:
    """Live very few households for a few days: what a day costs whoever lives it."""
    nearer, layout = _nearer(plan), plan.layout
    some = _spread(layout.households, np.zeros(0, dtype=np.int64))[:FEW_HOUSEHOLDS]
    return _live(nearer, some, min(layout.days, 2), weight=1.0, day_weight=1.0)


def _live(plan: Plan, households: Households, days: int, *, weight: float, day_weight: float) -> Sample:
    pipeline, world = pipeline_at(plan.pipeline), world_of(plan.pipeline, plan.scenario)
    first = plan.layout.first_day
    window = window_on(plan, first, first + days)
    sample = Sample(plan, households, days, first - _first_lived(plan), weight, day_weight)
    frames: dict[str, list[pl.DataFrame]] = {}
    began = time.process_time()
    for name, frame in pipeline.settled(world, households, window).items():
        frames.setdefault(name, []).append(frame)
    settled = time.process_time()
    walk = iter(pipeline.walk(world, households, window, _dated(plan)))
    one = next(walk, None)
    arrived = time.process_time()
    for _, found in chain([one] if one else [], walk):
        for name, frame in found.items():
            frames.setdefault(name, []).append(frame)
    sample.frames = frames
    sample.settled_seconds = settled - began
    sample.before_seconds = arrived - settled
    sample.days_seconds = time.process_time() - arrived
    return sample


def _dated(plan: Plan) -> frozenset[str]:
    """The dated tables of a plan, and events, by which a run is measured whether or not it writes them."""
    return frozenset(name for name in (*plan.layout.tables, EVENTS) if table(name).dated)


def _spread(count: int, cast: NDArray[np.int64]) -> Households:
    """Households spread evenly over all ids, without those of the cast."""
    spread = range(0, count, -(-count // SPREAD_HOUSEHOLDS))
    if not len(cast):
        return spread
    ids = np.array(spread, dtype=np.int64)
    return ids[~np.isin(ids, cast)]


def _cast_of(plan: Plan) -> NDArray[np.int64]:
    """The households that the scenario gives to actors and faults by number."""
    if not plan.scenario.cast:
        return np.zeros(0, dtype=np.int64)
    world = world_of(plan.pipeline, plan.scenario)
    pipeline_at(plan.pipeline).check_cast(world)
    named = getattr(world, "cast", {}).values()
    return np.unique(np.concatenate([np.zeros(0, dtype=np.int64), *map(np.asarray, named)]).astype(np.int64))


def _first_lived(plan: Plan) -> int:
    run = plan.scenario.run
    return plan.layout.first_day - (run.start - run.epoch).days - run.warm_up_days


def _nearer(plan: Plan) -> Plan:
    """The plan in a world that begins not long before the window: no sample lives through years."""
    run = plan.scenario.run
    excess = (run.start - run.epoch).days + run.warm_up_days - MOST_DAYS_BEFORE
    if excess <= 0:
        return plan
    later = replace(run, epoch=min(run.epoch + timedelta(days=excess), run.start))
    return replace(plan, scenario=replace(plan.scenario, run=later))


def _season(nearer: Plan, plan: Plan, days: int) -> float:
    """How much more is watched on a day of the whole window than on a day of the sample."""
    world = world_of(nearer.pipeline, nearer.scenario)
    lift = getattr(world, "lift_of_day", None)
    if lift is None or days == plan.layout.days:
        return 1.0
    shares = np.bincount(world.country_of_region, world.region_shares, minlength=len(lift(plan.layout.first_day)))
    first = plan.layout.first_day
    by_day = [float(np.average(lift(day), weights=shares)) for day in range(first, first + plan.layout.days)]
    return float(np.mean(by_day) / np.mean(by_day[:days]))


def whole_frames(samples: Iterable[Sample], name: str) -> pl.DataFrame:
    """The rows of a table in all samples, below each other."""
    found = [frame for sample in samples for frame in sample.frames.get(name, ())]
    return pl.concat(found) if found else pl.DataFrame(schema=table(name).schema)
