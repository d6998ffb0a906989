"""Local time: which hour it is on the wall in each zone, daylight saving included."""

from __future__ import annotations

import datetime as dt
import importlib.resources
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self
from zoneinfo import ZoneInfo

import numpy as np

from synthview.rows import Ints

__all__ = ["DAY_MS", "HOUR_MS", "MINUTE_MS", "Clock", "date_of", "day_number"]

MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS
_FAR = 1 << 44  # more milliseconds than from year 1 to 2500: keeps zones apart in one sorted array
_SCAN_DAYS = 14  # no zone changes its offset and back within a fortnight


def day_number(day: dt.date) -> int:
    """Days since 1970-01-01."""
    return day.toordinal() - dt.date(1970, 1, 1).toordinal()


def date_of(day: int) -> dt.date:
    """The date of a day since 1970-01-01."""
    return dt.date(1970, 1, 1) + dt.timedelta(days=day)


@dataclass(frozen=True, slots=True)
class Clock:
    """Offsets of a fixed list of zones between two days, from the tzdata package alone."""

    instants: Ints
    offsets: Ints

    @classmethod
    def between(cls, zones: Sequence[str], first_day: int, last_day: int) -> Self:
        """Collect every change of offset of `zones` from `first_day` to `last_day` (days since 1970)."""
        instants, offsets = [], []
        for number, name in enumerate(zones):
            for instant, offset in _changes(
                _zone(name), (first_day - 3) * DAY_MS, (last_day + 3) * DAY_MS
            ):
                instants.append(number * _FAR + instant)
                offsets.append(offset)
        return cls(np.array(instants, dtype=np.int64), np.array(offsets, dtype=np.int64))

    def offset_ms(self, zone: Ints, utc_ms: Ints) -> Ints:
        """How far each zone is ahead of UTC at each instant, in ms."""
        place = np.searchsorted(self.instants, zone * _FAR + utc_ms, side="right") - 1
        return self.offsets[np.maximum(place, 0)]

    def to_utc(self, zone: Ints, local_ms: Ints) -> Ints:
        """The instant at which a wall clock shows `local_ms`; the hour skipped in spring moves forward."""
        guess = local_ms - self.offset_ms(zone, local_ms)
        offset = self.offset_ms(zone, guess)
        instant = local_ms - offset
        return np.where(
            self.offset_ms(zone, instant) == offset, instant, np.maximum(guess, instant)
        )

    def to_local(self, zone: Ints, utc_ms: Ints) -> Ints:
        """What the wall clock shows, as ms since 1970 of that wall clock."""
        return utc_ms + self.offset_ms(zone, utc_ms)


def _zone(name: str) -> ZoneInfo:
    """Read a zone from the tzdata package, never from the machine, whose copy may differ."""
    path = importlib.resources.files("tzdata").joinpath("zoneinfo", *name.split("/"))
    with path.open("rb") as file:
        return ZoneInfo.from_file(file, key=name)


def _offset(zone: ZoneInfo, utc_ms: int) -> int:
    instant = dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(milliseconds=utc_ms)
    offset = instant.astimezone(zone).utcoffset()
    return int((offset or dt.timedelta()).total_seconds()) * 1000


def _changes(zone: ZoneInfo, start_ms: int, stop_ms: int) -> list[tuple[int, int]]:
    """(instant, offset from then on), the first being `start_ms` itself."""
    found = [(start_ms, _offset(zone, start_ms))]
    step = _SCAN_DAYS * DAY_MS
    for left in range(start_ms, stop_ms, step):
        after = _offset(zone, left + step)
        if after != found[-1][1]:
            found.append((_first_with(zone, after, left, left + step), after))
    return found


def _first_with(zone: ZoneInfo, offset: int, left: int, right: int) -> int:
    """Bisect to the minute at which `offset` begins."""
    while right - left > MINUTE_MS:
        middle = (left + right) // (2 * MINUTE_MS) * MINUTE_MS
        left, right = (left, middle) if _offset(zone, middle) == offset else (middle, right)
    return right
