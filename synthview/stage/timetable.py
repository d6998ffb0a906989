"""When the people and the screens of a home are taken: by sittings people meant, and by what actors added."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from synthview.rows import Flags, Ints
from synthview.viewing.sittings import Sessions
from synthview.world.clock import DAY_MS

__all__ = ["FAR_MS", "RESOURCES", "SCREENS", "Timetable"]

SCREENS = 64
"""Resources of a home: its persons by slot, and from here on its devices by slot."""
RESOURCES = 128
FAR_MS = 1 << 50
_SPAN_BITS = 31
_BEFORE_MS = 4 * DAY_MS


@dataclass(frozen=True, slots=True)
class Timetable:
    """Intervals in which a person or a device of a home sits or plays, as people meant it; sorted, none overlapping."""

    origin_ms: int
    key: Ints
    end_ms: Ints

    @classmethod
    def of(cls, sessions: Sessions, day: int) -> Self:
        """Enter the sittings of a day and of the days around it."""
        row, person = np.nonzero((sessions.viewers[:, None] >> np.arange(SCREENS - 1)) & 1)
        row = np.concatenate([row, np.arange(len(sessions))])
        resource = np.concatenate([person, SCREENS + sessions.device])
        origin = day * DAY_MS - _BEFORE_MS
        key = cls._key(origin, sessions.home[row], resource, sessions.start_ms[row])
        order = np.argsort(key)
        return cls(origin, key[order], sessions.until_ms[row][order])

    @staticmethod
    def _key(origin: int, home: Ints, resource: Ints | int, at_ms: Ints) -> Ints:
        return ((home * RESOURCES + resource) << _SPAN_BITS) + np.clip(
            at_ms - origin, 0, (1 << _SPAN_BITS) - 1
        )

    def is_free(self, home: Ints, resource: Ints | int, at_ms: Ints) -> Flags:
        """Whether nobody means to use a resource at an instant."""
        key = self._key(self.origin_ms, home, resource, at_ms)
        place = np.searchsorted(self.key, key, side="right") - 1
        if not len(self.key):
            return np.ones(len(key), dtype=bool)
        before = np.maximum(place, 0)
        same = (place >= 0) & (self.key[before] >> _SPAN_BITS == key >> _SPAN_BITS)
        return ~same | (self.end_ms[before] <= at_ms)

    def next_start(self, home: Ints, resource: Ints | int, at_ms: Ints) -> Ints:
        """When somebody next means to use a resource after an instant; `FAR_MS` where nobody does."""
        key = self._key(self.origin_ms, home, resource, at_ms)
        place = np.searchsorted(self.key, key, side="right")
        if not len(self.key):
            return np.full(len(key), FAR_MS, dtype=np.int64)
        after = np.minimum(place, len(self.key) - 1)
        same = (place < len(self.key)) & (self.key[after] >> _SPAN_BITS == key >> _SPAN_BITS)
        start = self.origin_ms + (self.key[after] & ((1 << _SPAN_BITS) - 1))
        return np.where(same, start, FAR_MS)
