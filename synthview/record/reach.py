"""How far an act can reach: into sessions about it, which find a screen or a stream free, or not.

Who finds a screen free, or is refused a stream, depends on who came before, and so on along a chain
of sessions, each of which begins before an earlier one is over. A chain is tight where somebody had
no room in it, or more sessions ran at once than the plan has streams. Then an act in it may matter
until all of it is over.
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

_SLACK_MS = 45 * MINUTE_MS  # how far a session may run over, as in viewing.sittings
_SPAN_BITS = 36
_NO_SESSION = -1


@dataclass(frozen=True, slots=True)
class Still(Rows):
    """Acts of days before (a mask of actors) that still matter in a home, from `at_ms` on."""

    home: Ints
    actors: Ints
    at_ms: Ints
    until_ms: Ints


@dataclass(frozen=True, slots=True)
class _Spans(Rows):
    """Sessions as they were or might have been, by home and start.

    `row` is that of the session, or `_NO_SESSION`. `is_old` are the chains of the days before,
    `is_tight` those that are so by themselves.
    """

    home: Ints
    start_ms: Ints
    end_ms: Ints
    actors: Ints
    row: Ints
    is_old: Flags
    is_tight: Flags


@dataclass(frozen=True, slots=True)
class _Chains:
    """The chain of each span (`number`), and of each chain its first span, its end and actors."""

    number: Ints
    first: Ints
    over_ms: Ints
    actors: Ints
    is_tight: Flags


@dataclass(slots=True)
class Reach:
    """The carry of a block: of the last chain of each home its end, actors, and whether tight."""

    over_ms: Ints
    actors: Ints
    is_tight: Flags

    @classmethod
    def none(cls, home_count: int) -> Self:
        """Before the first day."""
        return cls(
            np.zeros(home_count, dtype=np.int64),
            np.zeros(home_count, dtype=np.int64),
            np.zeros(home_count, dtype=bool),
        )

    def of_day(self, homes: Homes, played: Played, actors: Ints) -> tuple[Ints, Still]:
        """Until when acts in each session of a day may matter, and which older ones still do.

        `actors` is for each session the mask of those who acted in it. Moves the carry on.
        """
        until = _ends(played)
        spans = self._spans(played, until, actors)
        if not len(spans):
            return until, Still(*(until[:0] for _ in range(4)))
        chains = _chains_of(homes, spans)
        is_reached = (spans.row != _NO_SESSION) & chains.is_tight[chains.number]
        at = np.flatnonzero(is_reached)
        until[spans.row[at]] = chains.over_ms[chains.number[at]]
        self._carry(spans.home[chains.first], chains)
        return until, _still(spans, chains)

    def _carry(self, home: Ints, chains: _Chains) -> None:
        """Keep the last chain of each home: of several that are written to it the last stays."""
        self.over_ms[home] = chains.over_ms
        self.actors[home] = chains.actors
        self.is_tight[home] = chains.is_tight

    def _spans(self, played: Played, ends: Ints, actors: Ints) -> _Spans:
        """What was, what found no room, and the last chains of the days before in these homes."""
        sessions, crowded = played.sessions, played.crowded
        home = np.unique(np.concatenate([sessions.home, crowded.home]))
        before = _span(
            home,
            np.zeros_like(home),
            self.over_ms[home],
            actors=self.actors[home],
            is_old=True,
            is_tight=self.is_tight[home],
        )
        today = _span(
            sessions.home,
            sessions.start_ms,
            ends,
            actors=actors,
            row=np.arange(len(sessions)),
        )
        no_room = _span(
            crowded.home,
            crowded.start_ms,
            crowded.until_ms,
            is_tight=True,
        )
        spans = _Spans.stack([before, today, no_room])
        return spans.take(np.lexsort((spans.start_ms, spans.home)))


def _span(
    home: Ints,
    start_ms: Ints,
    end_ms: Ints,
    *,
    actors: Ints | int = 0,
    row: Ints | int = _NO_SESSION,
    is_old: bool = False,
    is_tight: Flags | bool = False,
) -> _Spans:
    """Spans of one sort; what is said once holds of all of them."""
    no = np.zeros(len(home), dtype=np.int64)
    return _Spans(
        home=home,
        start_ms=start_ms,
        end_ms=end_ms,
        actors=no + actors,
        row=no + row,
        is_old=(no == 0) & is_old,
        is_tight=(no == 0) & is_tight,
    )


def _chains_of(homes: Homes, spans: _Spans) -> _Chains:
    """The chains that spans, in order, belong to."""
    number = _chain_numbers(spans)
    first = first_of_group(number)
    is_tight = spans.is_tight | _is_full(homes, spans)
    return _Chains(
        number=number,
        first=first,
        over_ms=np.maximum.reduceat(spans.end_ms, first),
        actors=np.bitwise_or.reduceat(spans.actors, first),
        is_tight=np.logical_or.reduceat(is_tight, first),
    )


def _still(spans: _Spans, chains: _Chains) -> Still:
    """Acts of days before that still matter: those of old, tight chains that go on today."""
    size = np.diff(np.append(chains.first, len(spans)))
    goes_on = spans.is_old[chains.first] & chains.is_tight & (size > 1)
    old = chains.first[goes_on]
    return Still(
        home=spans.home[old],
        actors=spans.actors[old],
        at_ms=spans.start_ms[old + 1],
        until_ms=chains.over_ms[goes_on],
    )


def _ends(played: Played) -> Ints:
    """When each session was over, or might have been: until the last that was meant of it."""
    sessions = played.sessions
    longest = sessions.start_ms + sessions.length_ms + _SLACK_MS
    meant = np.where(sessions.causes == 0, longest, 0)
    planned = np.maximum(sessions.until_ms, meant)
    ends: Ints = np.maximum(planned, played.ends_ms)
    return ends


def _keys(spans: _Spans) -> tuple[Ints, Ints]:
    """Starts and ends that compare by home first."""
    shift = spans.home << _SPAN_BITS
    origin = int(spans.start_ms[~spans.is_old].min()) - 1
    starts = np.maximum(spans.start_ms - origin, 0)
    ends = np.maximum(spans.end_ms - origin, 0)
    return shift + starts, shift + ends


def _chain_numbers(spans: _Spans) -> Ints:
    """The chain each belongs to: another begins where nothing before, in that home, goes on."""
    begins, ends = _keys(spans)
    latest = np.maximum.accumulate(ends)
    breaks = np.append(True, begins[1:] >= latest[:-1])
    return np.cumsum(breaks) - 1


def _is_full(homes: Homes, spans: _Spans) -> Flags:
    """Where as many sessions go on at once as the plan has streams, and one more begins.

    The chain of the days before counts as if it took all streams.
    """
    begins, ends = _keys(spans)
    number = turns(spans.home)
    first_of_home = np.arange(len(spans)) - number
    over = np.searchsorted(np.sort(ends), begins, side="right") - first_of_home
    is_over_limit = number + 1 - over > STREAM_LIMITS[homes.plan[spans.home]]

    old_end = np.where(spans.is_old, spans.end_ms, 0)[first_of_home]
    is_in_old_chain = (spans.start_ms < old_end) & ~spans.is_old
    return is_over_limit | is_in_old_chain
