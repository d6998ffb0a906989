"""Viewing history: a row per play, rolled up from what had been received when the service closed it."""

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

__all__ = ["History", "roll_up"]

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
    row = np.flatnonzero(_in_time(messages, silence))
    play = messages.play[row]
    begin, end = first_of_group(play), last_of_group(play)
    received = messages.received_ms[row]
    last_received = np.maximum.reduceat(received, begin) if len(begin) else begin
    first, last = row[begin], row[end]
    kind = messages.type[last]
    return History(
        play=messages.play[first],
        started_ms=messages.client_ms[first],
        ended_ms=messages.client_ms[last],
        watched_ms=messages.played_ms[last],
        start_position_ms=messages.position_ms[first],
        end_position_ms=messages.position_ms[last],
        reason=_REASON[kind],
        closed_ms=last_received + np.where(kind == END, _GRACE_MS, silence),
    )


def _in_time(messages: Messages, silence: int) -> Flags:
    """Which messages came before the service closed their play.

    Only plays with a long wait somewhere need their messages put in order of arrival.
    """
    counted = np.ones(len(messages), dtype=bool)
    if not len(messages):
        return counted
    first, last = first_of_group(messages.play), last_of_group(messages.play)
    steps = np.abs(np.diff(messages.received_ms, append=messages.received_ms[-1:]))
    steps[last] = 0
    straggles = np.maximum.reduceat(messages.received_ms, first) - messages.received_ms[last] > _GRACE_MS
    waits = (np.maximum.reduceat(steps, first) > silence) | (straggles & (messages.type[last] == END))
    rows = np.flatnonzero(np.repeat(waits, last - first + 1))
    if len(rows):
        counted[rows] = _arrived_in_time(messages.take(rows), silence)
    return counted


def _arrived_in_time(messages: Messages, silence: int) -> Flags:
    """The same by sorting: all until the first long silence, which after the end is a minute."""
    order = np.lexsort((messages.number, messages.received_ms, messages.play))
    play, received = messages.play[order], messages.received_ms[order]
    first, last = first_of_group(play), last_of_group(play)
    sizes = last - first + 1
    gap = np.diff(received, prepend=0)
    gap[first] = 0
    ends = np.cumsum(messages.type[order] == END)
    before = np.append(0, ends[:-1])
    has_ended = before > np.repeat(before[first], sizes)
    breaks = np.cumsum(gap > np.where(has_ended, _GRACE_MS, silence))
    in_time = np.empty(len(play), dtype=bool)
    in_time[order] = breaks == np.repeat(breaks[first], sizes)
    return in_time
