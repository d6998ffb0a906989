"""Timing: when each play of a sitting begins, how long it runs, and where the end of the sitting cuts it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synthview.player.attempts import Attempts
from synthview.player.presses import Marks
from synthview.rows import Flags, Ints, Rows, turns
from synthview.viewing.sittings import Sessions

__all__ = ["Times", "on_the_clock"]

_QUICKEST_MS = 300
"""However long trailers ran, this much of the time before a press is left."""


@dataclass(frozen=True, slots=True)
class Times(Rows):
    """The times of plays, one row each.

    `turn_ms` is when the play before was over, `start_ms` the press, `until_ms` by when it must be over; `playing_ms`
    and `wall_ms` are as in `Playback`. It `is_cut` where the sitting ends first, and `is_late` where that is
    before the first picture.
    """

    turn_ms: Ints
    start_ms: Ints
    until_ms: Ints
    playing_ms: Ints
    wall_ms: Ints
    is_cut: Flags
    is_late: Flags


def on_the_clock(
    script: Attempts, sessions: Sessions, awake_until_ms: Ints, marks: Marks, startup: Ints
) -> Times:
    """Run the plays of each sitting one after the other, until it ends."""
    playing, first = script.playing_ms, np.arange(len(script)) - turns(script.session)
    wall = startup + playing + _waits(marks, playing)
    gap = _less_borrowed(script, wall, first)
    passed = np.cumsum(gap + wall) - wall
    start = sessions.start_ms[script.session] + passed - (passed - gap)[first]
    until = _until(script, sessions, awake_until_ms, start - gap)
    room = until - start - startup
    is_cut = room < wall - startup
    playing = np.where(is_cut, _playing_within(script, marks, np.maximum(room, 0), is_cut), playing)
    return Times(
        start - gap,
        start,
        until,
        playing,
        startup + playing + _waits(marks, playing),
        is_cut,
        room < 0,
    )


def _until(script: Attempts, sessions: Sessions, awake_until_ms: Ints, turn_ms: Ints) -> Ints:
    """By when each play must be over: later for who nods off, if the turn of that play came while they were awake."""
    awake_until = awake_until_ms[script.session]
    in_time = np.zeros(len(sessions), dtype=bool)
    in_time[script.session[script.runs_on & (turn_ms < awake_until)]] = True
    sleeps = script.runs_on & in_time[script.session]
    return np.where(sleeps, sessions.until_ms[script.session], awake_until)


def _playing_within(script: Attempts, marks: Marks, room_ms: Ints, is_cut: Flags) -> Ints:
    """How much of plays that are cut runs in so much time, by what stands still in them before."""
    marks = marks.take(is_cut[marks.play])
    order = np.lexsort((marks.at_ms, marks.play))
    play, at, stall_ms = marks.play[order], marks.at_ms[order], marks.stall_ms[order]
    stood = np.cumsum(stall_ms)
    before = (stood - stall_ms)[np.arange(len(play)) - turns(play)]
    playing = np.minimum(script.playing_ms, room_ms)
    np.minimum.at(playing, play, np.maximum(at, room_ms[play] - (stood - before)))
    return playing


def _less_borrowed(script: Attempts, wall: Ints, first: Ints) -> Ints:
    """The gap before each play without what the trailers before it, in its sitting, took of it."""
    gap = script.gap_ms
    if not script.borrows.any():
        return gap
    took = np.where(script.borrows, gap + wall, 0)
    spent, lends = np.cumsum(took), ~script.borrows
    told = np.maximum.accumulate(
        np.where(lends, spent, 0)
    )  # what was spent up to the lender before
    since = np.maximum(np.append(0, told[:-1]), (spent - took)[first])
    return np.where(lends, np.maximum(gap - (spent - since), np.minimum(gap, _QUICKEST_MS)), gap)


def _waits(marks: Marks, playing: Ints) -> Ints:
    """How long the picture stands still in each play, up to its playing time."""
    waits = np.zeros(len(playing), dtype=np.int64)
    come = marks.at_ms < playing[marks.play]
    np.add.at(waits, marks.play[come], marks.stall_ms[come])
    return waits
