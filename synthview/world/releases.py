"""When works and their seasons appear on the service."""

from __future__ import annotations

import numpy as np

from synthview.draws.chance import Shares, Stream, portion
from synthview.draws.quantiles import Quantiles
from synthview.rows import Flags, Ints
from synthview.scenario import Scenario
from synthview.world.catalogue_settings import CatalogueSettings
from synthview.world.clock import day_number

__all__ = [
    "LONG_AGO_DAYS",
    "first_of_month",
    "released_days",
    "season_days",
    "season_gaps",
]

LONG_AGO_DAYS = 4000
"""Licensed works were there long before the first day, and no longer new to anybody."""
_YEAR_DAYS = 365
_STEP = np.uint64(0x9E3779B97F4A7C15)
"""The golden ratio in 64 bits: its multiples fill a circle most evenly."""
_TO_MONDAY = 3
"""1 January 1970 was a Thursday."""


def released_days(
    stream: Stream, number: Ints, turn: Ints, is_christmas: Flags, scenario: Scenario
) -> Ints:
    """The day on which originals appear; `turn` is the place of each among them, the best first.

    By chance alone one half-year would have all the great ones, and the next none: so they take
    turns over the years. Those of Christmas appear in the weeks before it, and most of the others
    on a Friday.
    """
    settings = scenario.of(CatalogueSettings)
    past = int(settings.originals_since_years * _YEAR_DAYS)
    ahead = int(settings.originals_ahead_years * _YEAR_DAYS)
    share = turn.astype(np.uint64) * _STEP + stream.bits(np.zeros(1, dtype=np.int64))
    day = day_number(scenario.run.epoch) - past + portion(share, max(past + ahead, 1))

    before = 1 + stream.below(number, settings.christmas_release_days, n=1)
    day = np.where(is_christmas, _before_christmas(day, before), day)

    weekdays = Shares(list(settings.release_weekdays.values()))
    monday = day - (day + _TO_MONDAY) % 7
    return np.asarray(monday + stream.pick(number, weekdays, n=2))


def _before_christmas(day: Ints, days: Ints) -> Ints:
    """So many days before 20 December of the same year."""
    year = day.astype("datetime64[D]").astype("datetime64[Y]")
    december = (year.astype("datetime64[M]") + 11).astype("datetime64[D]")
    return np.asarray(december.astype(np.int64) + 19 - days)


def season_days(
    stream: Stream,
    season_key: Ints,
    season: Ints,
    released: Ints,
    is_original: Flags,
    settings: CatalogueSettings,
) -> Ints:
    """The day on which each season appears, given that of its series; rows lie series by series.

    Seasons of originals follow each other after about a year, on the same weekday.
    """
    gap = stream.draw(season_key, season_gaps(settings))
    whole_weeks = gap - gap % 7
    until = np.cumsum(np.where(season > 0, whole_weeks, 0))
    first = np.arange(len(season)) - season
    since_first = until - until[first]
    return released + np.where(is_original, since_first, 0)


def season_gaps(settings: CatalogueSettings) -> Quantiles:
    """Days between the seasons of a series."""
    return Quantiles.lognormal(settings.season_gap_days, settings.season_gap_spread, low=7)


def first_of_month(day: Ints) -> Ints:
    """The first day of the month in which a day lies."""
    month = day.astype("datetime64[D]").astype("datetime64[M]")
    return np.asarray(month.astype("datetime64[D]").astype(np.int64))
