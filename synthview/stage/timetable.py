"""When the people and the screens of a home are taken: by what they meant, by what actors added."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

import numpy as np

from synthview.rows import Flags, Ints, turns
from synthview.viewing.sittings import Sessions
from synthview.world.clock import DAY_MS

__all__ = ["FAR_MS", "RESOURCES", "SCREENS", "Timetable", "in_rounds", "one_a_home", "persons_of"]

SCREENS = 64
"""Resources of a home: its persons by slot, and from here on its devices by slot."""
RESOURCES = 128
FAR_MS = 1 << 50
_SPAN_BITS = 31
_SPAN_MS = (1 << _SPAN_BITS) - 1
_BEFORE_MS = 4 * DAY_MS


@dataclass(frozen=True, slots=True)
class Timetable:
    """Intervals in which a person or a device of a home is taken, as people meant it.

    They are sorted; none overlap.
    """

    origin_ms: int
    key: Ints
    end_ms: Ints

    @classmethod
    def of(cls, sessions: Sessions, day: int) -> Self:
        """Enter the sessions of a day and of the days around it."""
        one, person = persons_of(sessions.viewers)
        row = np.concatenate([one, np.arange(len(sessions))])
        resource = np.concatenate([person, SCREENS + sessions.device])
        origin = day * DAY_MS - _BEFORE_MS
        key = cls._key(origin, sessions.home[row], resource, sessions.start_ms[row])
        order = np.argsort(key)
        return cls(
            origin_ms=origin,
            key=key[order],
            end_ms=sessions.until_ms[row][order],
        )

    @staticmethod
    def _key(origin: int, home: Ints, resource: Ints | int, at_ms: Ints) -> Ints:
        place = home * RESOURCES + resource
        since_ms = np.minimum(np.maximum(at_ms - origin, 0), _SPAN_MS)
        return (place << _SPAN_BITS) + since_ms

    def is_free(self, home: Ints, resource: Ints | int, at_ms: Ints) -> Flags:
        """Whether nobody means to use a resource at an instant."""
        key = self._key(self.origin_ms, home, resource, at_ms)
        place = self.key.searchsorted(key, side="right") - 1
        if not len(self.key):
            return np.ones(len(key), dtype=bool)

        before = np.maximum(place, 0)
        is_same = (place >= 0) & self._is_of(before, key)
        is_over = self.end_ms[before] <= at_ms
        return ~is_same | is_over

    def next_start(self, home: Ints, resource: Ints | int, at_ms: Ints) -> Ints:
        """When somebody next means to use a resource after an instant; `FAR_MS` for never."""
        key = self._key(self.origin_ms, home, resource, at_ms)
        place = self.key.searchsorted(key, side="right")
        count = len(self.key)
        if not count:
            return np.full(len(key), FAR_MS, dtype=np.int64)

        after = np.minimum(place, count - 1)
        is_same = (place < count) & self._is_of(after, key)
        since_ms = self.key[after] & _SPAN_MS
        return np.where(
            is_same,
            self.origin_ms + since_ms,
            FAR_MS,
        )

    def _is_of(self, entry: Ints, key: Ints) -> Flags:
        """Whether some entries are about the homes and resources of keys."""
        entered = self.key[entry] >> _SPAN_BITS
        return entered == key >> _SPAN_BITS


def persons_of(viewers: Ints) -> tuple[Ints, Ints]:
    """List the persons of bit masks: the row of the mask and the slot of the person."""
    slot = np.arange(SCREENS - 1)
    bits = (viewers[:, None] >> slot) & 1
    row, person = np.nonzero(bits)
    return row, person


def one_a_home(home: Ints, start_ms: Ints, key: Ints) -> Iterator[Ints]:
    """Rows in order of time: first the earliest of each home, then each home's next, and so on."""
    order = np.lexsort((key, start_ms, home))
    for turn in in_rounds(home[order]):
        yield order[turn]


def in_rounds(group: Ints) -> Iterator[Ints]:
    """Rows that lie together by group: first the first of each group, then each group's second."""
    turn = turns(group)
    last = int(turn.max(initial=-1))
    for now in range(last + 1):
        yield np.flatnonzero(turn == now)
