"""When works and their seasons appear on the service."""

from __future__ import annotations

import numpy as np

from synthview.draws.chance import Shares, Stream
from synthview.draws.quantiles import Quantiles
from synthview.rows import Flags, Ints, Words
from synthview.scenario import Scenario
from synthview.world.clock import day_number
from synthview.world.settings import CatalogueSettings

__all__ = [
    "LONG_AGO_DAYS",
    "evenly",
    "first_of_month",
    "released_days",
    "season_days",
    "season_gaps",
]

LONG_AGO_DAYS = 4000
"""Licensed works were there long before the first day, and no longer new to anybody."""
_YEAR_DAYS = 365
_STEPS = np.array([0xC13FA9A902A6328F, 0x91E10DA5C79E7B1C | 1], dtype=np.uint64)
"""The reals of two dimensions that fill a square most evenly (Roberts, 2018), in 64 bits, odd."""
_TO_MONDAY = 3
"""1 January 1970 was a Thursday."""


def evenly(stream: Stream, number: Ints) -> tuple[Words, Words]:
    """Two numbers for each work, so that any part of the works has all pairs of them about alike.

    By chance alone one half-year would have all the great originals, and the next none.
    """
    steps = number.astype(np.uint64)[None, :] * _STEPS[:, None]
    begins = stream.bits(np.arange(len(_STEPS)))
    first, second = steps + begins[:, None]
    return first, second >> np.uint64(1)


def released_days(
    stream: Stream,
    number: Ints,
    novelty: Words,
    is_original: Flags,
    is_christmas: Flags,
    scenario: Scenario,
) -> Ints:
    """The day on which works appear: originals over some years, the others long ago.

    Originals of Christmas appear in the weeks before it, and most of the others on a Friday.
    """
    settings = scenario.of(CatalogueSettings)
    epoch = day_number(scenario.run.epoch)
    past = int(settings.originals_since_years * _YEAR_DAYS)
    ahead = int(settings.originals_ahead_years * _YEAR_DAYS)
    share = np.ldexp(novelty.astype(np.float64), -63) / max(settings.share_of_originals, 1e-9)
    since_first = (share * (past + ahead)).astype(np.int64)
    day = epoch - past + np.clip(since_first, 0, max(past + ahead - 1, 0))

    before = 1 + stream.below(number, settings.christmas_release_days, n=1)
    day = np.where(is_christmas, _before_christmas(day, before), day)

    weekdays = Shares(list(settings.release_weekdays.values()))
    monday = day - (day + _TO_MONDAY) % 7
    on_weekday = monday + stream.pick(number, weekdays, n=2)
    return np.where(is_original, on_weekday, epoch - LONG_AGO_DAYS)


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
