"""Which works profiles have been through: a set of pairs that takes memory for these alone."""

from __future__ import annotations

import numpy as np

from synthview.rows import Flags, Ints

__all__ = ["Seen"]

_FREE = -1
_PLACES = 1 << 12
_ROOM = 4
"""Places for each pair at least: the next free one is seldom far."""
_SPREADS = np.array(0x9E3779B97F4A7C15, dtype=np.uint64)


class Seen:
    """Pairs of profile and work, each at a place that follows from its hash, or at the next free.

    A bit for each of 50,000 works would take 6 kB a profile, which has been through some dozens.
    """

    def __init__(self, work_count: int) -> None:
        self._work_count = work_count
        self._count = 0
        self._pairs = np.full(_PLACES, _FREE)

    def has(self, profile: Ints, work: Ints) -> Flags:
        """Whether each profile has been through a work."""
        pair = self._pair(profile, work)
        found = np.zeros(len(pair), dtype=bool)
        row, place = np.arange(len(pair)), self._first_place(pair)
        while len(row):
            there = self._pairs[place]
            is_it = there == pair
            found[row[is_it]] = True
            goes_on = ~is_it & (there != _FREE)
            row, pair = row[goes_on], pair[goes_on]
            place = self._next_place(place[goes_on])
        return found

    def add(self, profile: Ints, work: Ints) -> None:
        """Remember that each profile (no profile twice) has been through a work."""
        self._make_room(len(profile))
        self._count += self._put(self._pair(profile, work))

    def _pair(self, profile: Ints, work: Ints) -> Ints:
        return profile * self._work_count + work

    def _first_place(self, pair: Ints) -> Ints:
        bits = len(self._pairs).bit_length() - 1
        hashed = pair.view(np.uint64) * _SPREADS
        return (hashed >> np.uint64(64 - bits)).view(np.int64)

    def _next_place(self, place: Ints) -> Ints:
        return (place + 1) & (len(self._pairs) - 1)

    def _put(self, pair: Ints) -> int:
        """Put pairs where there is place; return how many were not there already."""
        place, count = self._first_place(pair), 0
        while len(pair):
            is_free = self._pairs[place] == _FREE
            self._pairs[place[is_free]] = pair[is_free]  # of several for one place the last stays
            waits = self._pairs[place] != pair
            count += int(np.count_nonzero(is_free & ~waits))
            place, pair = self._next_place(place[waits]), pair[waits]
        return count

    def _make_room(self, more: int) -> None:
        """Move to a larger table before this one gets crowded."""
        wanted = _ROOM * (self._count + more)
        if wanted <= len(self._pairs):
            return
        pairs = self._pairs[self._pairs != _FREE]
        self._pairs = np.full(1 << wanted.bit_length(), _FREE)
        self._put(pairs)
