"""How far an act can reach: into sittings about it, which might have found a screen or a stream free, or not.

Who finds a screen free, or is refused a stream, depends on who came before, and so on along a chain of sittings of
which each begins before one before it is over. Where such a chain is tight, somebody having had no room in it or more
sittings at once than the plan has streams, an act in it may matter until all of it is over.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from synthview.people.homes import Homes
from synthview.player.playback import STREAM_LIMITS, Played
from synthview.rows import Flags, Ints, Rows, first_of_group, turns
from synthview.world.clock import MINUTE_MS

__all__ = ["Reach", "Still"]

_SLACK_MS = 45 * MINUTE_MS  # how far a sitting may run over, as in viewing.sittings
_SPAN_BITS = 36
_NO_SITTING = -1


@dataclass(frozen=True, slots=True)
class Still(Rows):
    """Acts of days before (a mask of actors) that still matter in a home: from a sitting of today on, until when."""

    home: Ints
    actors: Ints
    at_ms: Ints
    until_ms: Ints


@dataclass(frozen=True, slots=True)
class _Spans(Rows):
    """Sittings as they were or might have been, by home and start; `row` is that of the sitting, or `_NO_SITTING`.

    `is_old` are the chains of the days before, `is_tight` those that are so by themselves.
    """

    home: Ints
    start_ms: Ints
    end_ms: Ints
    actors: Ints
    row: Ints
    is_old: Flags
    is_tight: Flags


@dataclass(slots=True)
class Reach:
    """The carry of a block: the last chain of each home, when it is over, who acted in it, and whether it was tight."""

    over_ms: Ints
    actors: Ints
    is_tight: Flags

    @classmethod
    def none(cls, home_count: int) -> Self:
        """Before the first day."""
        return cls(
            np.zeros(home_count, dtype=np.int64), np.zeros(home_count, dtype=np.int64), np.zeros(home_count, dtype=bool)
        )

    def of_day(self, homes: Homes, played: Played, actors: Ints) -> tuple[Ints, Still]:
        """Until when acts in each sitting of a day may matter, and which older ones still do; moves the carry on.

        `actors` is for each sitting the mask of those who acted in it.
        """
        until = _ends(played)
        spans = self._spans(played, until, actors)
        if not len(spans):
            return until, Still(*(until[:0] for _ in range(4)))
        chain = _chains(spans)
        first = first_of_group(chain)
        over = np.maximum.reduceat(spans.end_ms, first)
        tight = np.logical_or.reduceat(spans.is_tight | _is_full(homes, spans), first)
        who = np.bitwise_or.reduceat(spans.actors, first)
        at = np.flatnonzero((spans.row != _NO_SITTING) & tight[chain])
        until[spans.row[at]] = over[chain[at]]
        goes_on = spans.is_old[first] & tight & (np.diff(np.append(first, len(spans))) > 1)
        old = first[goes_on]
        still = Still(spans.home[old], spans.actors[old], spans.start_ms[old + 1], over[goes_on])
        self.over_ms[spans.home[first]], self.actors[spans.home[first]] = over, who  # the last chain of a home stays
        self.is_tight[spans.home[first]] = tight
        return until, still

    def _spans(self, played: Played, ends: Ints, actors: Ints) -> _Spans:
        """What was, what found no room, and the last chain of the days before in homes where something was today."""
        sessions = played.sessions
        old = np.unique(np.concatenate([sessions.home, played.crowded.home]))
        parts = (
            (old, np.zeros_like(old), self.over_ms[old], self.actors[old], _NO_SITTING, True, self.is_tight[old]),
            (sessions.home, sessions.start_ms, ends, actors, np.arange(len(sessions)), False, False),
            (played.crowded.home, played.crowded.start_ms, played.crowded.until_ms, 0, _NO_SITTING, False, True),
        )
        columns = zip(*([np.broadcast_to(one, part[0].shape) for one in part] for part in parts), strict=True)
        spans = _Spans(*(np.concatenate(column) for column in columns))
        return spans.take(np.lexsort((spans.start_ms, spans.home)))


def _ends(played: Played) -> Ints:
    """When each sitting was over, or might have been: until the last that was meant of it."""
    sessions = played.sessions
    meant = np.where(sessions.causes == 0, sessions.start_ms + sessions.length_ms + _SLACK_MS, 0)
    ends: Ints = np.maximum(np.maximum(sessions.until_ms, meant), played.ends_ms)
    return ends


def _keys(spans: _Spans) -> tuple[Ints, Ints]:
    """Starts and ends that compare by home first."""
    shift = spans.home << _SPAN_BITS
    origin = int(spans.start_ms[~spans.is_old].min()) - 1
    return shift + np.maximum(spans.start_ms - origin, 0), shift + np.maximum(spans.end_ms - origin, 0)


def _chains(spans: _Spans) -> Ints:
    """The number of the chain each belongs to: another begins where nothing before, in that home, still goes on."""
    begins, ends = _keys(spans)
    latest = np.maximum.accumulate(ends)
    breaks = np.append(True, begins[1:] >= latest[:-1])
    return np.cumsum(breaks) - 1


def _is_full(homes: Homes, spans: _Spans) -> Flags:
    """Where as many sittings go on at once as the plan has streams, and one more begins.

    The chain of the days before counts as if it took all streams.
    """
    begins, ends = _keys(spans)
    number = turns(spans.home)
    over = np.searchsorted(np.sort(ends), begins, side="right") - (np.arange(len(spans)) - number)
    limit = STREAM_LIMITS[homes.plan[spans.home]]
    goes_on = (spans.start_ms < np.where(spans.is_old, spans.end_ms, 0)[np.arange(len(spans)) - number]) & ~spans.is_old
    return (number + 1 - over > limit) | goes_on
