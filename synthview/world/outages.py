"""Regional outages: for a while, the network of a part of a country is poor."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Self

import numpy as np

from synthview.draws.chance import Stream
from synthview.draws.offspring import children
from synthview.draws.quantiles import Quantiles
from synthview.rows import Ints, Rows
from synthview.world import World
from synthview.world.clock import DAY_MS, MINUTE_MS
from synthview.world.settings import WorldSettings

__all__ = ["Outages", "outages_around", "outages_of"]

_MOST_A_DAY = 6.0
_DAYS_KEPT = 128
"""Of so many days the outages are kept, for all blocks and all who ask."""


@dataclass(frozen=True, slots=True)
class Outages(Rows):
    """One row per outage: the region and from when to when, in ms UTC."""

    region: Ints
    start_ms: Ints
    end_ms: Ints

    def strikes(self, region: Ints, start_ms: Ints, end_ms: Ints) -> Ints:
        """How many outages touch each play."""
        hits = np.zeros(len(region), dtype=np.int64)
        for number in range(len(self)):
            is_there = region == self.region[number]
            begins_before_end = start_ms < self.end_ms[number]
            ends_after_start = end_ms > self.start_ms[number]
            hits += is_there & begins_before_end & ends_after_start
        return hits


def outages_around(world: World, day: int) -> Outages:
    """The outages that may touch what begins on a local day: those of the UTC days about it."""
    return outages_of(world, np.arange(day - 1, day + 2))


def outages_of(world: World, days: Ints) -> Outages:
    """The outages that begin on some UTC days (days since 1970)."""
    return _begun(_Places.of(world), tuple(days.tolist()))


@dataclass(frozen=True)
class _Places:
    """All that decides the outages of a world."""

    seed: int
    regions: int
    first_day: int
    per_day: float
    minutes: float
    spread: float

    @classmethod
    def of(cls, world: World) -> Self:
        settings = world.scenario.of(WorldSettings)
        return cls(
            seed=world.scenario.run.seed,
            regions=len(world.regions),
            first_day=world.first_day,
            per_day=min(settings.outages_per_region_year / 365.0, _MOST_A_DAY),
            minutes=settings.outage_minutes,
            spread=settings.outage_minutes_spread,
        )

    def stream(self, name: str) -> Stream:
        return Stream(self.seed, f"world/outages/{name}")


@lru_cache(maxsize=_DAYS_KEPT)
def _begun(places: _Places, among: tuple[int, ...]) -> Outages:
    days = np.array(among, dtype=np.int64)
    regions = np.arange(places.regions)
    days_since = days[:, None] - places.first_day
    key = (regions * 4096 + days_since).ravel()

    rates = np.full(len(key), places.per_day)
    ceiling = max(places.per_day, 1e-9)
    count = places.stream("count").poisson(key, rates, ceiling=ceiling)
    row, number = children(count)
    day, region = np.divmod(row, len(regions))
    lengths = _table(places.minutes, places.spread)
    time_of_day_ms = places.stream("start").below(key[row], DAY_MS, n=number)
    length_ms = places.stream("length").draw(key[row], lengths, n=number)
    start_ms = days[day] * DAY_MS + time_of_day_ms
    return Outages(region, start_ms, start_ms + length_ms)


@cache
def _table(median_minutes: float, spread: float) -> Quantiles:
    return Quantiles.lognormal(median_minutes * MINUTE_MS, spread, high=DAY_MS)
