"""Renewals: a device of a home breaks or grows old, and another of its kind takes its place."""

from __future__ import annotations

from functools import cache

import numpy as np

from synthview.draws.chance import Stream
from synthview.draws.quantiles import Quantiles
from synthview.ids import within_home
from synthview.people.homes import COMPUTER, DEVICES, FIRST_PHONE, TABLET, Homes
from synthview.people.settings import PeopleSettings
from synthview.people.subscriptions import at_local_hours
from synthview.rows import Ints
from synthview.world import World
from synthview.world.clock import DAY_MS

__all__ = ["GENERATIONS", "device_keys", "device_of_generation", "renewals", "renewals_of_all"]

GENERATIONS = 3
"""So many devices one after the other stand in a place at most: no world lasts for more."""
_PLACES = 16
assert DEVICES <= _PLACES
_YEAR_MS = 365 * DAY_MS
_LONGEST_MS = 400 * _YEAR_MS


def renewals(world: World, homes: Homes, home: Ints, slot: Ints) -> Ints:
    """The instants at which a device slot of some homes gets another device.

    A row for each pair of `home` and `slot`, a column for each later generation.
    """
    place = within_home(homes.household[home], slot)
    stream = Stream(world.scenario.run.seed, "people/devices/renewed")
    lasts = [_lasts(one) for one in _years(world.scenario.of(PeopleSettings))]
    kind = np.searchsorted([COMPUTER, TABLET, FIRST_PHONE], slot, side="right")
    instants = np.empty((len(home), GENERATIONS - 1), dtype=np.int64)
    time_ms = np.full(len(home), world.first_day * DAY_MS)
    for step in range(GENERATIONS - 1):
        waits = np.zeros_like(time_ms)
        for code, table in enumerate(lasts):
            mine = np.flatnonzero(kind == code)
            waits[mine] = stream.draw(place[mine], table, n=step)
        time_ms = time_ms + DAY_MS + waits
        instants[:, step] = at_local_hours(
            world, stream, place, homes.zone[home], time_ms, n=64 * (step + 1)
        )
    return instants


def renewals_of_all(world: World, homes: Homes) -> Ints:
    """The same for every slot of some homes: (home, slot, later generation)."""
    home, slot = np.indices((len(homes), DEVICES)).reshape(2, -1)
    instants = renewals(world, homes, home, slot)
    return instants.reshape(len(homes), DEVICES, GENERATIONS - 1)


def _years(settings: PeopleSettings) -> tuple[float, float, float, float]:
    """How long televisions, computers, tablets and phones last."""
    return (
        settings.television_lasts_years,
        settings.computer_lasts_years,
        settings.tablet_lasts_years,
        settings.phone_lasts_years,
    )


@cache
def _lasts(mean_years: float) -> Quantiles:
    """How long a device stays from any day on, in ms."""
    return Quantiles.exponential(mean_years * _YEAR_MS, high=_LONGEST_MS)


def device_keys(homes: Homes, renewed_ms: Ints, home: Ints, slot: Ints, at_ms: Ints) -> Ints:
    """The internal ids of the devices that stand in slots of homes at some instants.

    `renewed_ms` are the renewals of all these homes.
    """
    is_there = renewed_ms[home, slot] <= at_ms[:, None]
    generation = np.count_nonzero(is_there, axis=1)
    return device_of_generation(homes.household[home], slot, generation)


def device_of_generation(household: Ints, slot: Ints, generation: Ints | int) -> Ints:
    """The internal id of a device: the first in its slot is generation 0."""
    return within_home(household, slot + _PLACES * np.asarray(generation))
