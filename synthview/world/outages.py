"""Regional outages: for a while, the network of a part of a country is poor."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

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


@dataclass(frozen=True, slots=True)
class Outages(Rows):
    """One row per outage: the region and from when to when, in ms UTC."""

    region: Ints
    start_ms: Ints
    end_ms: Ints

    def strikes(self, region: Ints, start_ms: Ints, end_ms: Ints) -> Ints:
        """How many outages touch each play."""
        hit = np.zeros(len(region), dtype=np.int64)
        for number in range(len(self)):
            hit += (region == self.region[number]) & (start_ms < self.end_ms[number]) & (end_ms > self.start_ms[number])
        return hit


def outages_around(world: World, day: int) -> Outages:
    """The outages that may touch what begins on a local day: those of the UTC days about it."""
    return outages_of(world, np.arange(day - 1, day + 2))


def outages_of(world: World, days: Ints) -> Outages:
    """The outages that begin on some UTC days (days since 1970)."""
    settings, seed = world.scenario.of(WorldSettings), world.scenario.run.seed
    where = np.arange(len(world.regions))
    key = (where * 4096 + (days[:, None] - world.first_day)).ravel()
    rate = min(settings.outages_per_region_year / 365.0, _MOST_A_DAY)
    count = Stream(seed, "world/outages/count").poisson(key, np.full(len(key), rate), ceiling=max(rate, 1e-9))
    row, number = children(count)
    start = days[row // len(where)] * DAY_MS + Stream(seed, "world/outages/start").below(key[row], DAY_MS, n=number)
    length = Stream(seed, "world/outages/length").draw(key[row], _lengths(settings.outage_minutes), n=number)
    return Outages(row % len(where), start, start + length)


@cache
def _lengths(median_minutes: float) -> Quantiles:
    return Quantiles.lognormal(median_minutes * MINUTE_MS, 0.8, high=DAY_MS)
