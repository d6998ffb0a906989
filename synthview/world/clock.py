"""Local time: which hour it is on the wall in each zone, daylight saving included."""

from __future__ import annotations

import datetime as dt
import importlib.resources
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Self
from zoneinfo import ZoneInfo

import numpy as np

from synthview.rows import Ints

__all__ = ["DAY_MS", "HOUR_MS", "MINUTE_MS", "Clock", "date_of", "day_number", "offset_of"]

MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS
_FAR = 1 << 44  # more ms than from year 1 to 2500: keeps zones apart in one sorted array
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
        """Collect every change of offset of `zones` between two days (days since 1970)."""
        start_ms = (first_day - 3) * DAY_MS
        stop_ms = (last_day + 3) * DAY_MS
        instants, offsets = [], []
        for number, name in enumerate(zones):
            for instant, offset in _changes(_zone(name), start_ms, stop_ms):
                instants.append(number * _FAR + instant)
                offsets.append(offset)
        return cls(
            instants=np.array(instants, dtype=np.int64),
            offsets=np.array(offsets, dtype=np.int64),
        )

    def offset_ms(self, zone: Ints, utc_ms: Ints) -> Ints:
        """How far each zone is ahead of UTC at each instant, in ms."""
        place = np.searchsorted(self.instants, zone * _FAR + utc_ms, side="right") - 1
        return self.offsets[np.maximum(place, 0)]

    def to_utc(self, zone: Ints, local_ms: Ints) -> Ints:
        """The instant at which a wall clock shows `local_ms`.

        The hour that is skipped in spring moves forward.
        """
        guess = local_ms - self.offset_ms(zone, local_ms)
        offset = self.offset_ms(zone, guess)
        instant = local_ms - offset
        is_right = self.offset_ms(zone, instant) == offset
        return np.where(is_right, instant, np.maximum(guess, instant))

    def to_local(self, zone: Ints, utc_ms: Ints) -> Ints:
        """What the wall clock shows, as ms since 1970 of that wall clock."""
        return utc_ms + self.offset_ms(zone, utc_ms)


@cache
def offset_of(zone: str, utc_ms: int) -> int:
    """How many ms a zone is ahead of UTC at an instant."""
    return _offset(_zone(zone), utc_ms)


def _zone(name: str) -> ZoneInfo:
    """Read a zone from the tzdata package, never from the machine, whose copy may differ."""
    path = importlib.resources.files("tzdata").joinpath("zoneinfo", *name.split("/"))
    with path.open("rb") as file:
        return ZoneInfo.from_file(file, key=name)


def _offset(zone: ZoneInfo, utc_ms: int) -> int:
    start = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
    instant = start + dt.timedelta(milliseconds=utc_ms)
    offset = instant.astimezone(zone).utcoffset() or dt.timedelta()
    return int(offset.total_seconds()) * 1000


def _changes(zone: ZoneInfo, start_ms: int, stop_ms: int) -> list[tuple[int, int]]:
    """(instant, offset from then on), the first being `start_ms` itself."""
    offset = _offset(zone, start_ms)
    found = [(start_ms, offset)]
    step_ms = _SCAN_DAYS * DAY_MS
    for left_ms in range(start_ms, stop_ms, step_ms):
        right_ms = left_ms + step_ms
        after = _offset(zone, right_ms)
        if after != offset:
            found.append((_first_with(zone, after, left_ms, right_ms), after))
            offset = after
    return found


def _first_with(zone: ZoneInfo, offset: int, left_ms: int, right_ms: int) -> int:
    """Bisect to the minute at which `offset` begins."""
    while right_ms - left_ms > MINUTE_MS:
        minutes = (left_ms + right_ms) // (2 * MINUTE_MS)
        middle_ms = minutes * MINUTE_MS
        if _offset(zone, middle_ms) == offset:
            right_ms = middle_ms
        else:
            left_ms = middle_ms
    return right_ms
