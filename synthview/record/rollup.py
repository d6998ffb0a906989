"""Viewing history: a row per play, rolled up from what was received when it was closed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synthview.log.messages import Messages
from synthview.player.presses import END, ERROR, PAUSE
from synthview.player.settings import LogSettings
from synthview.rows import Flags, Ints, Rows, first_of_group, last_of_group
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


def roll_up(world: World, messages: Messages) -> History:
    """Close plays from their messages, given in order of play and client time."""
    silence = int(world.scenario.of(LogSettings).close_after_hours * HOUR_MS)
    counted = np.flatnonzero(_in_time(messages, silence))
    play = messages.play[counted]
    begin = first_of_group(play)
    received = messages.received_ms[counted]
    last_received = np.maximum.reduceat(received, begin) if len(begin) else begin
    first = messages.take(counted[begin])
    last = messages.take(counted[last_of_group(play)])
    has_ended = last.type == END
    return History(
        play=first.play,
        started_ms=first.client_ms,
        ended_ms=last.client_ms,
        watched_ms=last.played_ms,
        start_position_ms=first.position_ms,
        end_position_ms=last.position_ms,
        reason=_REASON[last.type],
        closed_ms=last_received + np.where(has_ended, _GRACE_MS, silence),
    )


def first_known(count: int, since_ms: int, messages: Messages, history: History) -> Ints:
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


def _in_time(messages: Messages, silence: int) -> Flags:
    """Which messages came before the service closed their play.

    Only plays with a long wait somewhere need their messages put in order of arrival.
    """
    counted = np.ones(len(messages), dtype=bool)
    if not len(messages):
        return counted
    first = first_of_group(messages.play)
    last = last_of_group(messages.play)
    received = messages.received_ms
    steps = np.abs(np.diff(received, append=received[-1:]))
    steps[last] = 0
    is_silent = np.maximum.reduceat(steps, first) > silence

    latest = np.maximum.reduceat(received, first)
    straggles = latest - received[last] > _GRACE_MS
    straggles &= messages.type[last] == END

    rows = np.flatnonzero(np.repeat(is_silent | straggles, last - first + 1))
    if len(rows):
        counted[rows] = _arrived_in_time(messages.take(rows), silence)
    return counted


def _arrived_in_time(messages: Messages, silence: int) -> Flags:
    """The same by sorting: all until the first long silence, which after the end is a minute."""
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
