"""The world around the households: titles, their popularity by day, the calendar, regions and outages."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from synthview.rows import Floats, Ints
from synthview.scenario import Scenario
from synthview.tables import COUNTRIES
from synthview.world.catalogue import Catalogue, stock
from synthview.world.clock import Clock, date_of, day_number
from synthview.world.countries import PLACES, Region, holidays
from synthview.world.naming import work_names
from synthview.world.popularity import Popularity, survey
from synthview.world.settings import WorldSettings

__all__ = ["World", "build"]

_MARGIN_DAYS = 5  # plays of the last day may run on, and zones lie up to 14 hours from UTC
_FARTHEST_DAY = 4095  # the day within an id has 12 bits


@dataclass(frozen=True)
class World:
    """Everything that is the same for all households of a run."""

    scenario: Scenario
    catalogue: Catalogue
    popularity: Popularity
    clock: Clock
    regions: tuple[tuple[str, Region], ...]
    cast: dict[str, Ints] = field(default_factory=dict, compare=False, repr=False)
    """Households that the scenario's cast names, by actor and fault; filled when first asked for."""

    @cached_property
    def first_day(self) -> int:
        """The first simulated day, `warm_up_days` before the epoch (days since 1970)."""
        return day_number(self.scenario.run.epoch) - self.scenario.run.warm_up_days

    @cached_property
    def names(self) -> list[str]:
        """Names of all films and series, in the order of the works."""
        return work_names(self.catalogue, self.scenario.run.seed)

    @cached_property
    def zones(self) -> tuple[str, ...]:
        """Zone names, in the order of their numbers."""
        return tuple(dict.fromkeys(region.zone for _, region in self.regions))

    @cached_property
    def zone_of_region(self) -> Ints:
        """The number of each region's zone."""
        return np.array([self.zones.index(region.zone) for _, region in self.regions], dtype=np.int64)

    @cached_property
    def country_of_region(self) -> Ints:
        """The code of each region's country."""
        return np.array([COUNTRIES.index(country) for country, _ in self.regions], dtype=np.int64)

    @cached_property
    def region_shares(self) -> tuple[float, ...]:
        """The share of all accounts that lives in each region."""
        shares = self.scenario.of(WorldSettings).country_shares
        return tuple(shares.get(country, 0.0) * region.share for country, region in self.regions)

    @cached_property
    def _holidays(self) -> dict[str, set[dt.date]]:
        first = date_of(self.first_day).year
        years = range(first, first + _FARTHEST_DAY // 365 + 2)
        return {code: {day for year in years for day in holidays(PLACES[code], year)} for code in PLACES}

    def lift_of_day(self, day: int) -> Floats:
        """How much more is watched in each country on a day, by month and holiday: one number a country."""
        settings = self.scenario.of(WorldSettings)
        date = date_of(day)
        of_month = settings.month_lift[date.month - 1]
        return np.array([
            of_month * (settings.holiday_lift if date in self._holidays[code] else 1.0) for code in COUNTRIES
        ])  # fmt: skip

    def is_free_day(self, day: int) -> Ints:
        """1 for each country in which a day is a weekend or a holiday."""
        date = date_of(day)
        return np.array(
            [int(date.weekday() >= 5 or date in self._holidays[code]) for code in COUNTRIES], dtype=np.int64
        )


def build(scenario: Scenario) -> World:
    """Make the world of a scenario; once per run, and once in each worker."""
    catalogue = stock(scenario)
    regions = tuple((code, region) for code, place in PLACES.items() for region in place.regions)
    zones = tuple(dict.fromkeys(region.zone for _, region in regions))
    first = day_number(scenario.run.epoch) - scenario.run.warm_up_days
    last = max(day_number(scenario.run.start) + scenario.run.days, first + scenario.run.warm_up_days)
    clock = Clock.between(zones, first - _MARGIN_DAYS, last + _MARGIN_DAYS + 366)
    return World(scenario, catalogue, survey(scenario, catalogue), clock, regions)
