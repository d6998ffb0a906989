"""Attempts: plays as they run once presses are fitted to the title, and those that broke have been tried again."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from synthview.draws.offspring import children
from synthview.ids import PLAYS_PER_SESSION, play_key, play_number
from synthview.player.autoplay import RunningOrder
from synthview.player.presses import Marks, press, press_marks
from synthview.rows import Flags, Ints, first_of_group, turns
from synthview.stage.edits import NO_ERROR, Breaks
from synthview.stage.script import Script
from synthview.tables import ERROR_CODES, START_SOURCES
from synthview.viewing.sittings import TRIES_OF, Sessions
from synthview.world import World

__all__ = ["Attempts", "with_retries"]

_RESUME = START_SOURCES.index("resume")
_STARTUP = ERROR_CODES.index("startup_failed")
_MOST_TRIES = 8


@dataclass(frozen=True, slots=True)
class Attempts(Script):
    """The script with what comes to a bad end: `error` is an index of ERROR_CODES, `NO_ERROR` where nothing fails."""

    error: Ints


def with_retries(world: World, order: RunningOrder) -> tuple[Attempts, Marks]:
    """Every play to run, in order, tries after a break among them, and the presses within each."""
    script = order.script
    runtime = script.runtime_ms(world)
    pauses, seeks = press(world, script.key, _handled_ms(script))
    extra_pauses, extra_seeks = press_marks(order.presses)
    seeks, playing = _fit(script, runtime, Marks.stack([seeks, extra_seeks]))
    marks = Marks.stack([pauses, extra_pauses, seeks])
    attempts = _as_attempts(replace(script, playing_ms=playing))
    if not len(order.breaks):
        return attempts, marks
    last_key, room = _numbers_left(attempts, order.sessions)
    breaks, off = _in_turn(attempts, _earliest(order.breaks, playing), room)
    tries = _tries(world, script, breaks, seeks, last_key)
    attempts = _broken(attempts, breaks)
    pauses, seeks = press(world, tries.key, _handled_ms(tries))
    seeks, tried = _fit(tries, tries.runtime_ms(world), seeks)
    return _merged(attempts, off, marks, replace(tries, playing_ms=tried), Marks.stack([pauses, seeks]))


def _handled_ms(script: Script) -> Ints:
    """How long of each play a person's own hand may press something."""
    there = np.where((script.viewers != 0) & ~script.is_trailer, script.playing_ms, 0)
    return np.minimum(np.minimum(there, script.hands_off_ms), script.present_ms)


def _as_attempts(script: Script) -> Attempts:
    columns: dict[str, Any] = {one.name: getattr(script, one.name) for one in fields(Script)}
    return Attempts(**columns, error=np.full(len(script), NO_ERROR, dtype=np.int64))


def _earliest(breaks: Breaks, playing: Ints) -> Breaks:
    """The earliest break of each play, if it comes while it plays."""
    comes = (breaks.at_ms < playing[breaks.play]) | (breaks.at_ms == 0)
    breaks = breaks.take(comes)
    order = np.lexsort((breaks.source, breaks.at_ms, breaks.play))
    return breaks.take(order[first_of_group(breaks.play[order])])


def _numbers_left(attempts: Attempts, sessions: Sessions) -> tuple[Ints, Ints]:
    """The last id for tries in each sitting, from which they are counted down, and how many there are.

    Numbers are kept by sitting, so that no try's id depends on what happens in another: the sittings of ordinary
    people have a range of their own, in all others it is what their plays leave.
    """
    used = np.zeros(len(sessions), dtype=np.int64)
    np.maximum.at(used, attempts.session, 1 + play_number(attempts.key))
    is_meant = sessions.causes == 0
    used[is_meant] = 0
    session = np.where(is_meant, sessions.key + TRIES_OF, sessions.key)
    return play_key(session, PLAYS_PER_SESSION - 1), PLAYS_PER_SESSION - used


def _in_turn(attempts: Attempts, breaks: Breaks, room: Ints) -> tuple[Breaks, Flags]:
    """The breaks that come about, and which plays do not: those after one at which the viewers leave.

    They do where they give up, where nobody is awake, and once there were more tries than a sitting has `room` for.
    What no person began nobody tries again: a paw may open something else.
    """
    session = attempts.session[breaks.play]
    asleep = attempts.hands_off_ms[breaks.play] <= breaks.at_ms
    of_nobody = ~attempts.pressed[breaks.play] & ~attempts.autoplayed[breaks.play]
    tries = np.where(asleep | of_nobody, 0, np.minimum(breaks.attempts, _MOST_TRIES))
    so_far = np.cumsum(tries)
    before = (so_far - tries)[np.arange(len(tries)) - turns(session)]
    leave = breaks.give_up | (tries == 0) | (so_far - before > room[session])
    is_over = asleep | (leave & ~of_nobody)
    last = np.full(len(room), len(attempts), dtype=np.int64)
    np.minimum.at(last, session, np.where(is_over, breaks.play, len(attempts)))
    off = np.arange(len(attempts)) > last[attempts.session]
    left = np.minimum(tries, np.maximum(room[session] - (so_far - before - tries), 0))
    stays = ~off[breaks.play]
    return replace(breaks, attempts=left, give_up=breaks.give_up | (left < tries)).take(stays), off


def _broken(attempts: Attempts, breaks: Breaks) -> Attempts:
    """Plays cut where they break."""
    play = breaks.play
    playing, finishes, error = attempts.playing_ms.copy(), attempts.finishes.copy(), attempts.error.copy()
    playing[play], finishes[play], error[play] = breaks.at_ms, False, breaks.error
    return replace(attempts, playing_ms=playing, finishes=finishes, error=error)


def _tries(world: World, script: Script, breaks: Breaks, seeks: Marks, last_key: Ints) -> Attempts:
    """The plays that follow breaks: all fail to start but the last, which goes on from where the picture stopped."""
    row, number = children(breaks.attempts)
    broke = breaks.take(row)
    one = _as_attempts(script.take(broke.play))
    fails = (number + 1 < broke.attempts) | broke.give_up
    position = one.start_position_ms + broke.at_ms + _moved(len(script), breaks, seeks)[broke.play]
    rest = np.minimum(one.playing_ms - broke.at_ms, one.runtime_ms(world) - position)
    left = np.maximum(np.where(one.finishes, one.start_position_ms + one.playing_ms - position, rest), 1)
    none = np.zeros(len(row), dtype=bool)
    return replace(
        one,
        key=last_key[one.session] - turns(one.session),
        place=one.place + 1 + number,
        start_position_ms=position,
        playing_ms=np.where(fails, 0, left),
        gap_ms=(broke.wait_ms + (one.key >> 3) % 977) * (1 + number),
        source=np.where(broke.at_ms > 0, _RESUME, one.source),
        finishes=~fails & one.finishes,
        autoplayed=none,
        pressed=~none,
        hands_off_ms=np.maximum(one.hands_off_ms - broke.at_ms, 0),
        present_ms=np.maximum(one.present_ms - broke.at_ms, 0),
        attended_ms=np.maximum(one.attended_ms - broke.at_ms, 0),
        error=np.where(fails & (broke.error != NO_ERROR), _STARTUP, NO_ERROR),
    )


def _moved(play_count: int, breaks: Breaks, seeks: Marks) -> Ints:
    """How far jumps before its break have moved the playhead of each play."""
    moved, broken_at = np.zeros(play_count, dtype=np.int64), np.zeros(play_count, dtype=np.int64)
    broken_at[breaks.play] = breaks.at_ms
    before = seeks.at_ms < broken_at[seeks.play]
    np.add.at(moved, seeks.play[before], seeks.jump_ms[before])
    return moved


def _merged(attempts: Attempts, off: Flags, marks: Marks, tries: Attempts, later: Marks) -> tuple[Attempts, Marks]:
    """Plays and tries in order, with the presses of both."""
    both = Attempts.stack([attempts, tries])
    kept = np.flatnonzero(~np.concatenate([off, np.zeros(len(tries), dtype=bool)]))
    order = kept[np.lexsort((both.key[kept], both.place[kept], both.session[kept]))]
    place = np.full(len(both), -1, dtype=np.int64)
    place[order] = np.arange(len(order))
    every = Marks.stack([marks, replace(later, play=later.play + len(attempts))])
    every = replace(every, play=place[every.play])
    return both.take(order), every.take(every.play >= 0)


def _fit(plays: Script, runtime: Ints, seeks: Marks) -> tuple[Marks, Ints]:
    """Keep jumps within the title: (seeks as they happened, playing time that remains).

    Jumps are taken in order of playing time, the first of every play at once, then the second …
    """
    playing = plays.playing_ms.copy()
    if not len(seeks):
        return seeks, playing
    seeks = seeks.take(np.lexsort((seeks.at_ms, seeks.play)))
    turn = turns(seeks.play)
    end = plays.start_position_ms + plays.playing_ms
    moved, jumps = np.zeros(len(plays), dtype=np.int64), np.zeros(len(seeks), dtype=np.int64)
    for now in range(int(turn.max()) + 1):
        row = np.flatnonzero(turn == now)
        play = seeks.play[row]
        position = plays.start_position_ms[play] + seeks.at_ms[row] + moved[play]
        left = np.where(plays.finishes[play], end[play], runtime[play]) - position
        happens = seeks.at_ms[row] < playing[play]
        jump = np.where(happens, np.clip(seeks.jump_ms[row], -position, np.maximum(left, 0) // 2), 0)
        jumps[row] = jump
        moved[play] += jump
        longest = runtime[play] - plays.start_position_ms[play] - moved[play]
        playing[play] = np.where(
            plays.finishes[play], playing[play] - jump, np.minimum(plays.playing_ms[play], longest)
        )
    kept = jumps != 0
    return replace(seeks, jump_ms=jumps).take(kept), playing
