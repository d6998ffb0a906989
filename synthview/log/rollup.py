"""Viewing history: a row per play, rolled up from what had been received when the service closed it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synthview.log.messages import Messages
from synthview.player.presses import END, ERROR, PAUSE
from synthview.player.settings import LogSettings
from synthview.rows import Ints, Rows
from synthview.tables import END_REASONS
from synthview.world import World
from synthview.world.clock import HOUR_MS, MINUTE_MS

__all__ = ["History", "roll_up"]

_GRACE_MS = MINUTE_MS
"""After the last message of a finished play the service waits a minute for stragglers."""
_REASON = {END: "finished", PAUSE: "stopped", ERROR: "error"}


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
    order = np.lexsort((messages.number, messages.received_ms, messages.play))
    play, received = messages.play[order], messages.received_ms[order]
    is_new = np.diff(play, prepend=-1) != 0
    gap = np.where(is_new, 0, np.diff(received, prepend=0))
    ended = np.append(False, messages.type[order][:-1] == END) & ~is_new & (gap > _GRACE_MS)
    breaks = np.cumsum((gap > silence) | ended)
    start = np.flatnonzero(is_new)
    in_time = breaks == np.repeat(breaks[start], np.diff(np.append(start, len(play))))
    counted = np.sort(order[in_time])
    first = counted[np.flatnonzero(np.diff(messages.play[counted], prepend=-1))]
    last = counted[np.append(np.flatnonzero(np.diff(messages.play[counted])), len(counted) - 1)] if len(counted) else first
    last_received = _last_of_each(play[in_time], received[in_time])
    kind = messages.type[last]
    names = list(END_REASONS)
    reason = np.full(len(last), names.index("silent"))
    for type_, name in _REASON.items():
        reason[kind == type_] = names.index(name)
    return History(
        play=messages.play[first],
        started_ms=messages.client_ms[first],
        ended_ms=messages.client_ms[last],
        watched_ms=messages.played_ms[last],
        start_position_ms=messages.position_ms[first],
        end_position_ms=messages.position_ms[last],
        reason=reason,
        closed_ms=last_received + np.where(kind == END, _GRACE_MS, silence),
    )


def _last_of_each(play: Ints, value: Ints) -> Ints:
    """The last value of each play, for rows in order of play."""
    return value[np.flatnonzero(np.append(np.diff(play) != 0, True))] if len(play) else value
