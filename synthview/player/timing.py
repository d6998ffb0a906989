"""Timing: when each play begins, how long it runs, and where the end of its session cuts it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synthview.player.attempts import Attempts
from synthview.player.presses import Marks
from synthview.rows import Flags, Ints, Rows, turns
from synthview.viewing.sittings import Sessions

__all__ = ["Times", "on_the_clock"]

_QUICKEST_MS = 300
"""However long trailers ran, this much of the time before a press is left, and a part of the rest:
nobody presses always as fast."""
_LEFT_OF_REST = 32


@dataclass(frozen=True, slots=True)
class Times(Rows):
    """The times of plays, one row each.

    `turn_ms` is when the play before was over, `start_ms` the press, `until_ms` by when it must be
    over; `playing_ms` and `wall_ms` are as in `Playback`. It `is_cut` where the session ends first,
    and `is_late` where that is before the first picture.
    """

    turn_ms: Ints
    start_ms: Ints
    until_ms: Ints
    playing_ms: Ints
    wall_ms: Ints
    is_cut: Flags
    is_late: Flags


def on_the_clock(script: Attempts, sessions: Sessions, awake_until_ms: Ints, marks: Marks) -> Times:
    """Run the plays of each session one after the other, until it ends."""
    startup = script.startup_ms
    meant = startup + script.playing_ms + _waits(marks, script.playing_ms)
    first = np.arange(len(script)) - turns(script.session)
    gap = _less_borrowed(script, meant, first)
    passed = np.cumsum(gap + meant) - meant
    before_session = (passed - gap)[first]
    start = sessions.start_ms[script.session] + passed - before_session
    until = _until(script, sessions, awake_until_ms, start - gap)

    room = until - start - startup
    is_cut = room < meant - startup
    within = _playing_within(script, marks, np.maximum(room, 0), is_cut)
    playing = np.where(is_cut, within, script.playing_ms)
    return Times(
        turn_ms=start - gap,
        start_ms=start,
        until_ms=until,
        playing_ms=playing,
        wall_ms=startup + playing + _waits(marks, playing),
        is_cut=is_cut,
        is_late=room < 0,
    )


def _until(script: Attempts, sessions: Sessions, awake_until_ms: Ints, turn_ms: Ints) -> Ints:
    """By when each play must be over.

    That is later for who nods off, if the turn of that play came while they were awake.
    """
    session = script.session
    awake_until = awake_until_ms[session]
    dozes_off = script.runs_on & (turn_ms < awake_until)
    in_time = np.zeros(len(sessions), dtype=bool)
    in_time[session[dozes_off]] = True
    sleeps = script.runs_on & in_time[session]
    return np.where(sleeps, sessions.until_ms[session], awake_until)


def _playing_within(script: Attempts, marks: Marks, room_ms: Ints, is_cut: Flags) -> Ints:
    """How much of plays that are cut runs in so much time, by what stands still in them before."""
    marks = marks.take(is_cut[marks.play])
    marks = marks.take(np.lexsort((marks.at_ms, marks.play)))
    play = marks.play
    total = np.cumsum(marks.stall_ms)
    first = np.arange(len(play)) - turns(play)
    before_play = (total - marks.stall_ms)[first]
    stood = total - before_play

    playing = np.minimum(script.playing_ms, room_ms)
    latest = np.maximum(marks.at_ms, room_ms[play] - stood)
    np.minimum.at(playing, play, latest)
    return playing


def _less_borrowed(script: Attempts, wall: Ints, first: Ints) -> Ints:
    """The gap before each play without what the trailers before it, in its session, took of it."""
    gap = script.gap_ms
    if not script.borrows.any():
        return gap
    took = np.where(script.borrows, gap + wall, 0)
    spent = np.cumsum(took)
    lends = ~script.borrows
    # What was spent up to the lender before, and what before the session.
    at_lender = np.maximum.accumulate(np.where(lends, spent, 0))
    at_last_lender = np.append(0, at_lender[:-1])
    before_session = (spent - took)[first]
    borrowed = spent - np.maximum(at_last_lender, before_session)
    shortest = np.minimum(gap, _QUICKEST_MS + gap // _LEFT_OF_REST)
    return np.where(lends, np.maximum(gap - borrowed, shortest), gap)


def _waits(marks: Marks, playing: Ints) -> Ints:
    """How long the picture stands still in each play, up to its playing time."""
    comes = marks.at_ms < playing[marks.play]
    waits = np.zeros(len(playing), dtype=np.int64)
    np.add.at(waits, marks.play[comes], marks.stall_ms[comes])
    return waits
