"""The world around the households: titles, how popular they are, the calendar and outages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import polars as pl

from synthview.rows import Flags, Floats, Ints
from synthview.scenario import Scenario
from synthview.tables import COUNTRIES
from synthview.world.catalogue import Catalogue, stock
from synthview.world.clock import Clock, date_of, day_number
from synthview.world.countries import PLACES, Region, holidays
from synthview.world.moods import mood_of_day
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
    """Households that the scenario names in its cast, by actor and fault; filled on first use."""
    acting: Callable[[World, Mapping[str, Ints]], Mapping[str, Flags]] | None = field(
        default=None, compare=False, repr=False
    )
    """Which of some households act for each of the cast; the pipeline gives it, as it simulates."""

    @cached_property
    def first_day(self) -> int:
        """The first simulated day, `warm_up_days` before the epoch (days since 1970)."""
        return day_number(self.scenario.run.epoch) - self.scenario.run.warm_up_days

    @cached_property
    def names(self) -> list[str]:
        """Names of all films and series, in the order of the works."""
        return work_names(self.catalogue, self.scenario)

    @cached_property
    def name_column(self) -> pl.Series:
        """The same as a column."""
        return pl.Series(self.names, dtype=pl.String)

    @cached_property
    def zones(self) -> tuple[str, ...]:
        """Zone names, in the order of their numbers."""
        return tuple(dict.fromkeys(region.zone for _, region in self.regions))

    @cached_property
    def zone_of_region(self) -> Ints:
        """The number of each region's zone."""
        numbers = [self.zones.index(region.zone) for _, region in self.regions]
        return np.array(numbers, dtype=np.int64)

    @cached_property
    def country_of_region(self) -> Ints:
        """The code of each region's country."""
        codes = [COUNTRIES.index(country) for country, _ in self.regions]
        return np.array(codes, dtype=np.int64)

    @cached_property
    def region_shares(self) -> tuple[float, ...]:
        """The share of all accounts that lives in each region."""
        shares = self.scenario.of(WorldSettings).country_shares
        return tuple(shares.get(country, 0.0) * region.share for country, region in self.regions)

    @cached_property
    def _holidays(self) -> dict[str, set[dt.date]]:
        first = date_of(self.first_day).year
        years = range(first, first + _FARTHEST_DAY // 365 + 2)
        found: dict[str, set[dt.date]] = {}
        for code, country in PLACES.items():
            found[code] = set().union(*(holidays(country, year) for year in years))
        return found

    @cached_property
    def _lifts(self) -> dict[int, Floats]:
        return {}

    def lift_of_day(self, day: int) -> Floats:
        """How much more is watched on a day, by month, holiday and mood: one number a country."""
        if day not in self._lifts:
            self._lifts[day] = self._lift_on(day)
        return self._lifts[day]

    def _lift_on(self, day: int) -> Floats:
        settings = self.scenario.of(WorldSettings)
        date = date_of(day)
        of_month = settings.month_lift[date.month - 1]
        on_holiday = of_month * settings.holiday_lift
        lift = np.where(self._is_holiday(date), on_holiday, of_month)
        seed = self.scenario.run.seed
        return lift * mood_of_day(seed, settings.mood_of_day, settings.mood_of_week, day)

    def _is_holiday(self, date: dt.date) -> Flags:
        """Whether a date is a holiday in each country."""
        return np.array([date in self._holidays[code] for code in COUNTRIES])

    def is_free_day(self, day: int) -> Ints:
        """1 for each country in which a day is a weekend or a holiday."""
        date = date_of(day)
        is_weekend = date.weekday() >= 5
        return (self._is_holiday(date) | is_weekend).astype(np.int64)


def build(scenario: Scenario) -> World:
    """Make the world of a scenario; once per run, and once in each worker."""
    catalogue = stock(scenario)
    popularity = survey(scenario, catalogue)
    regions = tuple((code, region) for code, place in PLACES.items() for region in place.regions)
    clock = _clock(scenario, regions)
    return World(scenario, catalogue, popularity, clock, regions)


def _clock(scenario: Scenario, regions: Iterable[tuple[str, Region]]) -> Clock:
    """A clock for the zones of the regions, from the first day until a year after the last."""
    run = scenario.run
    zones = tuple(dict.fromkeys(region.zone for _, region in regions))
    epoch = day_number(run.epoch)
    first_day = epoch - run.warm_up_days
    stop_day = max(day_number(run.start) + run.days, epoch)
    return Clock.between(
        zones,
        first_day=first_day - _MARGIN_DAYS,
        last_day=stop_day + _MARGIN_DAYS + 366,
    )
