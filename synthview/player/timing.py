"""Timing: when each play of a sitting begins, how long it runs, and where the end of the sitting cuts it."""

from __future__ import annotations

import numpy as np

from synthview.player.attempts import Attempts
from synthview.player.presses import Marks
from synthview.rows import Flags, Ints, turns
from synthview.viewing.sittings import Sessions

__all__ = ["on_the_clock", "until"]

_QUICKEST_MS = 300
"""However long trailers ran, this much of the time before a press is left."""


def on_the_clock(
    script: Attempts, sessions: Sessions, awake_until_ms: Ints, marks: Marks, startup: Ints, gap: Ints
) -> tuple[Ints, Ints, Ints, Flags]:
    """Start, playing time and wall time of each play, and whether the end of the sitting cut it."""
    playing = script.playing_ms
    wall = startup + playing + _waits(marks, playing)
    gap = _less_borrowed(script, gap, wall)
    before = np.cumsum(gap + wall) - wall
    first = np.flatnonzero(np.diff(script.session, prepend=-1))
    offset = np.repeat(before[first] - gap[first], np.diff(np.append(first, len(script))))
    start = sessions.start_ms[script.session] + before - offset
    room = until(script, sessions, awake_until_ms, start - gap) - start - startup
    cut = room < wall - startup
    playing = np.where(cut, np.minimum(playing, _playing_within(marks, np.maximum(room, 0))), playing)
    return start, playing, startup + playing + _waits(marks, playing), cut


def until(script: Attempts, sessions: Sessions, awake_until_ms: Ints, turn_ms: Ints) -> Ints:
    """By when each play must be over: later for who nods off, if the turn of that play came while they were awake."""
    awake_until = awake_until_ms[script.session]
    in_time = np.zeros(len(sessions), dtype=bool)
    in_time[script.session[script.runs_on & (turn_ms < awake_until)]] = True
    sleeps = script.runs_on & in_time[script.session]
    return np.where(sleeps, sessions.until_ms[script.session], awake_until)


def _playing_within(marks: Marks, room_ms: Ints) -> Ints:
    """How much of each play runs in so much time, by what stands still in it before."""
    order = np.lexsort((marks.rank, marks.at_ms, marks.play))
    play, at, stall_ms = marks.play[order], marks.at_ms[order], marks.stall_ms[order]
    stood = np.cumsum(stall_ms)
    before = (stood - stall_ms)[np.arange(len(play)) - turns(play)]
    playing = room_ms.copy()
    np.minimum.at(playing, play, np.maximum(at, room_ms[play] - (stood - before)))
    return playing


def _less_borrowed(script: Attempts, gap: Ints, wall: Ints) -> Ints:
    """The gap before each play without what the trailers before it, in its sitting, took of it."""
    if not script.borrows.any():
        return gap
    lends, first = ~script.borrows, np.arange(len(script)) - turns(script.session)
    spent = np.cumsum(np.where(script.borrows, gap + wall, 0))
    so_far = spent - np.where(script.borrows, gap + wall, 0)
    told = np.maximum.accumulate(np.where(lends, spent, 0))  # what was spent up to the lender before
    since = np.maximum(np.append(0, told[:-1]), so_far[first])
    least = np.minimum(gap, _QUICKEST_MS)
    return np.where(lends, np.maximum(gap - (spent - since), least), gap)


def _waits(marks: Marks, playing: Ints) -> Ints:
    """How long the picture stands still in each play, up to its playing time."""
    waits = np.zeros(len(playing), dtype=np.int64)
    come = marks.at_ms < playing[marks.play]
    np.add.at(waits, marks.play[come], marks.stall_ms[come])
    return waits
