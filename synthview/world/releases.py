"""When works and their seasons appear on the service."""

from __future__ import annotations

import numpy as np

from synthview.draws.arithmetic import exp, ln
from synthview.draws.chance import Shares, Stream, portion
from synthview.draws.quantiles import Quantiles
from synthview.rows import Flags, Floats, Ints, turns
from synthview.scenario import Scenario
from synthview.world.catalogue_settings import CatalogueSettings
from synthview.world.clock import day_number
from synthview.world.dealing import golden

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
_LEAST_PART = 1e-9
_FINE = 1 << 20
_HALF_YEAR_DAYS = 182
_TO_MONDAY = 3
"""1 January 1970 was a Thursday."""


def released_days(
    stream: Stream,
    number: Ints,
    group: Ints,
    turn: Ints,
    is_christmas: Flags,
    scenario: Scenario,
) -> Ints:
    """The day on which originals appear; `turn` is the place of each in its group, the best first.

    By chance alone one half-year would have all the great ones, and the next none: so they take
    turns over the years, though of those that few like ever more appear. Those of Christmas appear
    in the weeks before it, and most of the others on a Friday.
    """
    settings = scenario.of(CatalogueSettings)
    past = int(settings.originals_since_years * _YEAR_DAYS)
    ahead = int(settings.originals_ahead_years * _YEAR_DAYS)
    days = max(past + ahead, 1)
    part_days = np.where(is_christmas, _YEAR_DAYS, _HALF_YEAR_DAYS)
    even = _even_shares(stream, group, turn, np.maximum(days // part_days, 1))
    of_time = _ever_more(even, turn / np.bincount(group)[group], settings)
    after_first = np.minimum((of_time * days).astype(np.int64), days - 1)
    day = day_number(scenario.run.epoch) - past + after_first

    before = 1 + stream.below(number, settings.christmas_release_days, n=1)
    day = np.where(is_christmas, _before_christmas(day, before), day)

    weekdays = Shares(list(settings.release_weekdays.values()))
    monday = day - (day + _TO_MONDAY) % 7
    return np.asarray(monday + stream.pick(number, weekdays, n=2))


def _even_shares(stream: Stream, group: Ints, turn: Ints, parts: Ints) -> Floats:
    """Where each work lies between 0 and 1: of so many in turn one in each of as many parts.

    Their order, by multiples of the golden ratio, is another for each round of turns, and so is the
    time within a part, which moves on evenly from part to part.
    """
    rounds = group * (len(group) + 1) + turn // parts
    order = np.lexsort((golden(stream, turn), rounds))
    place = np.empty_like(turn)
    place[order] = turns(rounds[order])
    _, round_of, sizes = np.unique(rounds, return_inverse=True, return_counts=True)
    within = (portion(golden(stream, place) + stream.bits(rounds, 3), _FINE) + 0.5) / _FINE
    return np.asarray((place + within) / sizes[round_of])


def _ever_more(even: Floats, turn: Floats, settings: CatalogueSettings) -> Floats:
    """Even shares of time, as they are for works that the fewest like at later times more often.

    The best liked, of turns near 0, stay spread evenly. The others become more with the years:
    those of turn 1, the last, in proportion to the time since the first original, to a power.
    """
    grow_from, power_of_time = settings.originals_grow_from, settings.originals_grow
    part_of_growth = np.maximum(turn - grow_from, 0.0) / max(1.0 - grow_from, _LEAST_PART)
    bends = 1.0 / (1.0 + power_of_time * part_of_growth)
    return exp(bends * ln(even))


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
