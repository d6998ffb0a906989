"""Viewing history: a row per play, rolled up from what was received when it was closed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synthview.log.damage import Delivered
from synthview.log.messages import Messages
from synthview.player.presses import END, ERROR, PAUSE
from synthview.player.settings import LogSettings
from synthview.rows import Flags, Ints, Rows, children, first_of_group, last_of_group
from synthview.tables import END_REASONS, EVENT_TYPES
from synthview.world import World
from synthview.world.clock import HOUR_MS, MINUTE_MS

__all__ = ["NEVER", "History", "first_known", "roll_up"]

NEVER = np.iinfo(np.int64).max
_GRACE_MS = MINUTE_MS
"""After the last message of a finished play the service waits a minute for stragglers."""
_REASON = np.full(len(EVENT_TYPES), END_REASONS.index("silent"), dtype=np.int64)
_REASON[[END, PAUSE, ERROR]] = [END_REASONS.index(one) for one in ("finished", "stopped", "error")]


@dataclass(frozen=True, slots=True)
class History(Rows):
    """One row per play of which anything was received; `play` is the row of the play."""

    play: Ints
    started_ms: Ints
    ended_ms: Ints
    watched_ms: Ints
    start_position_ms: Ints
    end_position_ms: Ints
    reason: Ints
    closed_ms: Ints


def roll_up(world: World, messages: Messages | Delivered) -> History:
    """Close plays from their messages, given in order of play and client time.

    What came when the service had closed the play does not count.
    """
    silence = int(world.scenario.of(LogSettings).close_after_hours * HOUR_MS)
    first, last, latest_ms = _counted(messages, silence)
    begin = messages.take(first)
    end = messages.take(last)
    has_ended = end.type == END
    return History(
        play=begin.play,
        started_ms=begin.client_ms,
        ended_ms=end.client_ms,
        watched_ms=end.played_ms,
        start_position_ms=begin.position_ms,
        end_position_ms=end.position_ms,
        reason=_REASON[end.type],
        closed_ms=latest_ms + np.where(has_ended, _GRACE_MS, silence),
    )


def first_known(
    count: int, since_ms: int, messages: Messages | Delivered, history: History
) -> Ints:
    """When the log first tells of each of `count` plays, in ms, from some time on; or NEVER.

    By a message that is received, or by the row of the play.
    """
    known = np.full(count, NEVER)
    if since_ms == NEVER:
        return known
    rows = ((messages.play, messages.received_ms), (history.play, history.closed_ms))
    for play, at_ms in rows:
        counts = at_ms >= since_ms
        np.minimum.at(known, play[counts], at_ms[counts])
    return known


def _counted(messages: Messages | Delivered, silence: int) -> tuple[Ints, Ints, Ints]:
    """The rows of the first and last message of each play that count, and when the latest came.

    Only plays with a long wait somewhere need their messages put in order of arrival.
    """
    first = first_of_group(messages.play)
    last = last_of_group(messages.play)
    if not len(messages):
        return first, last, first
    received = messages.received_ms
    latest = np.maximum.reduceat(received, first)
    odd = np.flatnonzero(_has_waits(messages, first, last, latest, silence))
    if len(odd):
        of, place = children(last[odd] - first[odd] + 1)
        rows = first[odd][of] + place
        rows = rows[_arrived_in_time(messages.take(rows), silence)]
        play = messages.play[rows]
        begin = first_of_group(play)
        first[odd] = rows[begin]
        last[odd] = rows[last_of_group(play)]
        latest[odd] = np.maximum.reduceat(received[rows], begin)
    return first, last, latest


def _has_waits(
    messages: Messages | Delivered, first: Ints, last: Ints, latest: Ints, silence: int
) -> Flags:
    """Which plays fell silent between two messages, or had one come well after their end."""
    received = messages.received_ms
    steps = np.abs(np.diff(received, append=received[-1:]))
    steps[last] = 0
    is_silent = np.maximum.reduceat(steps, first) > silence
    straggles = latest - received[last] > _GRACE_MS
    straggles &= messages.take(last).type == END
    found: Flags = is_silent | straggles
    return found


def _arrived_in_time(messages: Messages, silence: int) -> Flags:
    """Which messages came before the service closed their play, by sorting.

    It closes at the first long silence, which after the end is a minute.
    """
    order = np.lexsort((messages.number, messages.received_ms, messages.play))
    arrived = messages.take(order)
    first = first_of_group(arrived.play)
    last = last_of_group(arrived.play)
    sizes = last - first + 1

    ends = np.cumsum(arrived.type == END)
    ends_before = np.append(0, ends[:-1])
    has_ended = ends_before > np.repeat(ends_before[first], sizes)

    gap = np.diff(arrived.received_ms, prepend=0)
    gap[first] = 0
    breaks = np.cumsum(gap > np.where(has_ended, _GRACE_MS, silence))
    in_time = np.empty(len(order), dtype=bool)
    in_time[order] = breaks == np.repeat(breaks[first], sizes)
    return in_time
