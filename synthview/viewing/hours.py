"""At which hour people sit down, and when they go to bed: hours of one's own within a curve of all.

The curve of the day is that of the whole population. Where a person stands in it, early or late, is
drawn once for work days and once for free days, and each sitting lies near that place.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from synthview.draws.arithmetic import normal_quantile
from synthview.draws.chance import Stream, portion
from synthview.draws.quantiles import Quantiles, thresholds
from synthview.people.ages import CHILD
from synthview.people.homes import Homes
from synthview.rows import Ints, Words
from synthview.tables import COUNTRIES
from synthview.viewing.persons import UNIT, Persons, blend
from synthview.viewing.routine_settings import RoutineSettings
from synthview.viewing.settings import SittingSettings
from synthview.world import World
from synthview.world.clock import DAY_MS, HOUR_MS, MINUTE_MS
from synthview.world.countries import PLACES

__all__ = ["NIGHT_ENDS_MS", "bedtimes", "by_the_clock", "first_hours", "second_hours", "shifted"]

_WHOLE_BITS = 30
_WHOLE = 1 << _WHOLE_BITS
_CELL_BITS = 12
_CELL = _WHOLE >> _CELL_BITS
_DAY_BEGINS = 5
"""The hour at which a day of people begins: who sits down before is up late, not early."""
_HALF_HOUR_MS = 30 * MINUTE_MS
NIGHT_ENDS_MS = _DAY_BEGINS * HOUR_MS
_NORMAL = Quantiles.normal(0, 1, unit=UNIT)
_SCHOOL = slice(9, 15)
_EVENING_SHIFT_MIN = np.array([PLACES[code].evening_shift_min for code in COUNTRIES])
_SHIFTED = np.array([16] + [16 - 16 * hour // 5 for hour in range(1, 5)] + [0] * 8
                    + [16 * hour // 6 for hour in range(1, 6)] + [16] * 7)  # fmt: skip
"""How much of a country's shift each hour from midnight has, and the midnight after, in 1/16."""


@dataclass(frozen=True, slots=True, eq=False)
class Curves:
    """How much of all sittings of a day has begun by each hour, of `_WHOLE`; a row a curve."""

    ends: Ints
    flat: Ints

    @classmethod
    def of(cls, rows: list[list[float]]) -> Curves:
        """Make curves of 24 weights each."""
        running = [thresholds(row) >> np.uint64(63 - _WHOLE_BITS) for row in rows]
        ends = np.stack([np.append(np.uint64(0), one) for one in running]).astype(np.int64)
        lane = np.arange(len(rows))[:, None] * (2 * _WHOLE)
        return cls(ends=ends, flat=(ends + lane).ravel())

    def time_at(self, row: Ints, share: Ints) -> Ints:
        """When a share of a day's sittings has begun, in ms since midnight."""
        knot = np.searchsorted(self.flat, share + row * (2 * _WHOLE), side="right") - 1
        hour = knot - row * self.ends.shape[1]
        begin = self.ends[row, hour]
        end = self.ends[row, hour + 1]
        return hour * HOUR_MS + (share - begin) * HOUR_MS // (end - begin)

    def share_at(self, row: Ints, time_ms: Ints) -> Ints:
        """Which share of a day's sittings has begun by a time from midnight to midnight."""
        within = np.clip(time_ms, 0, DAY_MS - 1)
        hour = within // HOUR_MS
        past = within % HOUR_MS
        begin = self.ends[row, hour]
        end = self.ends[row, hour + 1]
        return begin + (end - begin) * past // HOUR_MS


def first_hours(world: World, homes: Homes, who: Persons, key: Ints, day: int) -> Ints:
    """Local ms since midnight at which people sit down who do so for the first time on a day."""
    row = _rows(world, homes, who, day)
    is_free = row % 2 == 1
    usual = np.where(is_free, who.free_hour, who.work_hour)
    place = _places(world, usual, key)
    cell = np.searchsorted(_cells(), place)
    within = Stream(world.scenario.run.seed, "viewing/sittings/minute").below(key, _CELL)

    curves = _curves_of(world)
    before_morning = curves.ends[row, _DAY_BEGINS]
    share = (cell * _CELL + within + before_morning) % _WHOLE
    return curves.time_at(row, share)


def _places(world: World, usual: Ints, key: Ints) -> Ints:
    """How early or late people sit down this time: near the usual place, or anywhere."""
    settings = world.scenario.of(RoutineSettings)
    seed = world.scenario.run.seed
    by_chance = Stream(seed, "viewing/sittings/hour").draw(key, _NORMAL)
    spread = settings.usual_hours_spread
    near = blend(usual, by_chance, 1.0 / (1.0 + spread * spread))
    is_usual = Stream(seed, "viewing/sittings/usual").happens(key, settings.usual_hours)
    return np.where(is_usual, near, by_chance)


def second_hours(
    world: World, homes: Homes, who: Persons, key: Ints, first_ms: Ints, day: int
) -> Ints:
    """The same for the second time: some hours before or after the first."""
    row = _rows(world, homes, who, day)
    curves = _curves_of(world)
    least, most = _apart(world, key)
    from_ms = curves.share_at(row, first_ms - most)
    until_ms = curves.share_at(row, first_ms - least)
    before = np.maximum(until_ms - from_ms, 0)
    again = curves.share_at(row, first_ms + least)
    latest = curves.share_at(row, first_ms + most)
    after = np.maximum(latest - again, 0)

    point = portion(_bits_of_second(world, who, key), np.maximum(before + after, 1))
    share = np.where(point < before, from_ms + point, again + point - before)
    return curves.time_at(row, np.minimum(share, _WHOLE - 1))


def _apart(world: World, key: Ints) -> tuple[int, Ints]:
    """How long at least and at most lies between two sittings of one day, in ms."""
    settings = world.scenario.of(RoutineSettings)
    least = int(settings.second_after_hours * HOUR_MS)
    stream = Stream(world.scenario.run.seed, "viewing/sittings/apart")
    table = _hours_more(settings.second_within_hours, settings.second_within_spread)
    return least, least + stream.draw(key, table)


def _bits_of_second(world: World, who: Persons, key: Ints) -> Words:
    """What picks the time of a second sitting: bits of the person, or of the sitting."""
    settings = world.scenario.of(RoutineSettings)
    seed = world.scenario.run.seed
    is_usual = Stream(seed, "viewing/sittings/usual").happens(key, settings.usual_hours)
    usual = Stream(seed, "viewing/persons/second").bits(who.key)
    by_chance = Stream(seed, "viewing/sittings/hour").bits(key)
    return np.where(is_usual, usual, by_chance)


def shifted(homes: Homes, who: Persons, time_ms: Ints) -> Ints:
    """Times of day as a country keeps them: grown people's evenings begin sooner or later."""
    shift_min = _EVENING_SHIFT_MIN[homes.country[who.home]]
    hour = time_ms // HOUR_MS
    past = time_ms % HOUR_MS
    part = _SHIFTED[hour] * HOUR_MS + (_SHIFTED[hour + 1] - _SHIFTED[hour]) * past
    shift_ms = shift_min * MINUTE_MS * part // (16 * HOUR_MS)
    is_late = hour < _DAY_BEGINS
    kept = np.where(is_late, np.maximum(shift_ms, 0), shift_ms)
    return time_ms + np.where(who.person_class == CHILD, 0, kept)


def by_the_clock(world: World, key: Ints, time_ms: Ints) -> Ints:
    """The same times of day, where some people wait for a full or half hour to begin."""
    settings = world.scenario.of(RoutineSettings)
    stream = Stream(world.scenario.run.seed, "viewing/sittings/by_the_clock")
    waits = stream.happens(key, settings.by_the_clock)
    past = stream.draw(key, _minutes_after(settings.by_the_clock_minutes), n=1)
    since_ms = time_ms - time_ms % _HALF_HOUR_MS
    return np.where(waits, since_ms + past % _HALF_HOUR_MS, time_ms)


def bedtimes(world: World, homes: Homes, who: Persons, time_ms: Ints, day: int) -> Ints:
    """When each goes to bed in the night of a time of day, in ms since midnight of `day`."""
    settings = world.scenario.of(RoutineSettings)
    seed = world.scenario.run.seed
    country = homes.country[who.home]
    number = day - world.first_day
    is_late = time_ms < NIGHT_ENDS_MS
    tonight, last_night = (world.is_free_day(one)[country] for one in (day + 1, day))
    before_free = np.where(is_late, last_night, tonight)
    table = _night_by_night(settings.bedtime_varies)
    varies = Stream(seed, "viewing/persons/tonight").draw(who.key, table, number - is_late)
    later = int(settings.bedtime_on_free_days * HOUR_MS) * before_free
    grown = who.bedtime_ms + varies + later
    bed = np.where(who.person_class == CHILD, int(settings.kids_bedtime * HOUR_MS), grown)
    return bed - np.where(is_late, DAY_MS, 0)


def _rows(world: World, homes: Homes, who: Persons, day: int) -> Ints:
    """The curve of each person: adults on work days and free days, children on the same."""
    is_child = who.person_class == CHILD
    is_free = world.is_free_day(day)[homes.country[who.home]]
    return np.where(is_child, 2, 0) + is_free


def _curves_of(world: World) -> Curves:
    return _curves(world.scenario.of(SittingSettings), world.scenario.of(RoutineSettings))


@cache
def _curves(sittings: SittingSettings, routines: RoutineSettings) -> Curves:
    """Four curves: adults on work days and free days, children on work days and free days."""
    adults = np.array(sittings.hours_of_day)
    kids = np.array(sittings.kids_hours_of_day)
    midday = np.array(routines.midday_lift)
    at_work = np.minimum(routines.midday_at_work * midday, 0.5 * adults)
    at_school = kids.copy()
    at_school[_SCHOOL] *= routines.hours_in_school
    free = adults + routines.midday_on_free_days * midday
    return Curves.of([one.tolist() for one in (adults - at_work, free, at_school, kids)])


@cache
def _cells() -> Ints:
    """Where the normal distribution is cut into cells of equal chance, in units of `UNIT`."""
    count = 1 << _CELL_BITS
    cuts = normal_quantile(np.arange(1, count) / count)
    return np.rint(np.ldexp(cuts, UNIT.bit_length() - 1)).astype(np.int64)


@cache
def _hours_more(median: float, spread: float) -> Quantiles:
    return Quantiles.lognormal(median, spread, low=0.25, high=14, unit=HOUR_MS)


@cache
def _night_by_night(spread_hours: float) -> Quantiles:
    return Quantiles.normal(0, spread_hours, unit=HOUR_MS)


@cache
def _minutes_after(mean: float) -> Quantiles:
    return Quantiles.exponential(mean * MINUTE_MS)
