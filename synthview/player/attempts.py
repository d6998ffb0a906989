"""Attempts: plays with presses fitted to the title, and those that broke tried again."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from synthview.draws.offspring import children
from synthview.ids import PLAYS_PER_SESSION, play_key, play_number, source_in
from synthview.player.autoplay import RunningOrder, plays_after
from synthview.player.patience import (
    MOST_TRIES,
    OF_ITSELF,
    begin,
    is_awaited,
    lost_patience,
    takes_another,
)
from synthview.player.presses import Marks, press, press_marks
from synthview.player.resuming import resumed, taken_up_at
from synthview.rows import Flags, Ints, first_of_group, turns
from synthview.stage.edits import NO_ERROR, Breaks
from synthview.stage.script import Script
from synthview.stage.timetable import in_rounds
from synthview.tables import ERROR_CODES, START_SOURCES
from synthview.viewing.sittings import TRIES_OF, Sessions
from synthview.world import World

__all__ = ["Attempts", "with_retries"]

_RESUME = START_SOURCES.index("resume")
_STARTUP = ERROR_CODES.index("startup_failed")


@dataclass(frozen=True, slots=True)
class Attempts(Script):
    """The script with how plays begin and what fails.

    `startup_ms` is the time to the first picture, or to where those who wait for it have had enough
    (`is_left`). `error` is an index of ERROR_CODES or `NO_ERROR`.
    """

    error: Ints
    startup_ms: Ints
    is_left: Flags


def with_retries(world: World, order: RunningOrder, network: Ints) -> tuple[Attempts, Marks]:
    """Every play to run, in order, tries after a break among them, and the presses within each.

    `network` is the quality of the network of each session.
    """
    meant = resumed(world, order.script)
    pauses, seeks, playing = _pressed(world, meant, press_marks(order.presses))
    marks = Marks.stack([pauses, seeks])
    breaks = _earliest(order.breaks, playing)
    attempts = _begun(world, replace(meant, playing_ms=playing), network, breaks)
    breaks = _and_of_themselves(world, attempts, network, breaks)
    if not len(breaks):
        return attempts, marks

    last_key, room = _numbers_left(attempts, order.sessions)
    is_slip = _slips(attempts, order.sessions)
    breaks, off = _in_turn(world, attempts, network, breaks, room, is_slip)
    tries = _tries(world, meant, network, breaks, seeks, last_key)
    pauses, seeks, playing = _pressed(world, tries, None)
    tries = replace(tries, playing_ms=playing)
    later = Marks.stack([pauses, seeks])
    return _merged(_broken(attempts, breaks), off, marks, tries, later)


def _pressed(
    world: World, script: Script, extra: tuple[Marks, Marks] | None
) -> tuple[Marks, Marks, Ints]:
    """Pauses and jumps of plays, those that actors want among them, and the time left to play."""
    pauses, seeks = _own_presses(world, script)
    if extra is not None:
        pauses = Marks.stack([pauses, extra[0]])
        seeks = Marks.stack([seeks, extra[1]])
    seeks, playing = _fit(script, script.runtime_ms(world), seeks)
    return pauses, seeks, playing


def _own_presses(world: World, script: Script) -> tuple[Marks, Marks]:
    """Pauses and jumps of those who watch, while they can press anything."""
    return press(world, script.key, _handled_ms(script))


def _handled_ms(script: Script) -> Ints:
    """How long of each play a person's own hand may press something."""
    is_watched = (script.viewers != 0) & ~script.is_trailer
    playing = np.where(is_watched, script.playing_ms, 0)
    until = np.minimum(script.hands_off_ms, script.present_ms)
    return np.minimum(playing, until)


def _as_attempts(script: Script, startup_ms: Ints, is_left: Flags) -> Attempts:
    """A script in which nothing fails yet."""
    columns: dict[str, Any] = {}
    for one in fields(Script):
        columns[one.name] = getattr(script, one.name)
    nothing = np.full(len(script), NO_ERROR, dtype=np.int64)
    return Attempts(**columns, error=nothing, startup_ms=startup_ms, is_left=is_left)


def _begun(world: World, script: Script, network: Ints, breaks: Breaks) -> Attempts:
    """How the plays of a script begin; what fails at its start says so before anybody leaves."""
    awaited = is_awaited(script) & (script.pressed | script.autoplayed)
    awaited[breaks.play[breaks.at_ms == 0]] = False
    start = begin(world, script.key, network[script.session], 0, awaited)
    return _as_attempts(script, *start)


def _and_of_themselves(world: World, attempts: Attempts, network: Ints, breaks: Breaks) -> Breaks:
    """The break of each play, where people leave before its first picture among them."""
    left = np.flatnonzero(attempts.is_left)
    if not len(left):
        return breaks
    own = lost_patience(world, left, attempts.key[left], network[attempts.session[left]])
    both = Breaks.stack([breaks.take(~attempts.is_left[breaks.play]), own])
    return both.take(np.argsort(both.play, kind="stable"))


def _earliest(breaks: Breaks, playing: Ints) -> Breaks:
    """The earliest break of each play, if it comes while it plays."""
    comes = (breaks.at_ms < playing[breaks.play]) | (breaks.at_ms == 0)
    breaks = breaks.take(comes)
    order = np.lexsort((breaks.source, breaks.at_ms, breaks.play))
    first = first_of_group(breaks.play[order])
    return breaks.take(order[first])


def _numbers_left(attempts: Attempts, sessions: Sessions) -> tuple[Ints, Ints]:
    """The last id for tries in each session, from which they count down, and how many there are.

    Numbers are kept by session, so that no try's id depends on what happens in another: the
    sessions of ordinary people have a range of their own, in all others it is what their plays
    leave.
    """
    used = np.zeros(len(sessions), dtype=np.int64)
    next_number = 1 + play_number(attempts.key)
    np.maximum.at(used, attempts.session, next_number)
    is_meant = sessions.causes == 0
    used[is_meant] = 0
    session = np.where(is_meant, sessions.key + TRIES_OF, sessions.key)
    return play_key(session, PLAYS_PER_SESSION - 1), PLAYS_PER_SESSION - used


def _slips(attempts: Attempts, sessions: Sessions) -> Flags:
    """Which plays of people's own sessions nobody meant to start."""
    return (source_in(attempts.key) > 0) & (sessions.causes[attempts.session] == 0)


def _in_turn(
    world: World, attempts: Attempts, network: Ints, breaks: Breaks, room: Ints, is_slip: Flags
) -> tuple[Breaks, Flags]:
    """The breaks that come about, and which plays do not: those after the viewers leave.

    They leave where they give up, where nobody is awake, and once there were more tries than a
    session has `room` for. What no person began nobody tries again: a paw may open something else.
    Nor does anybody try a slip again: what was meant follows it.
    Who gives up before a first picture may take another title instead.
    """
    slipped = is_slip[breaks.play]
    wanted = np.where(slipped, 0, _wanted(attempts, breaks))
    had_enough = ~slipped & _had_enough(world, attempts, network, breaks, wanted)
    moves_on = had_enough & takes_another(world, attempts.key[breaks.play])
    skipped = _rest_of_title(attempts, breaks.play[moves_on])

    comes = ~skipped[breaks.play]
    ends = (had_enough & ~moves_on)[comes]
    breaks, slipped = replace(breaks, attempts=wanted).take(comes), slipped[comes]
    breaks, runs_out = _within_room(attempts, breaks, room)
    fails = breaks.give_up & (breaks.source != OF_ITSELF)
    leaves = ends | fails | runs_out | ((breaks.attempts == 0) & (breaks.source != OF_ITSELF))
    goes_on = slipped | _of_nobody(attempts, breaks)
    is_over = _is_asleep(attempts, breaks) | (leaves & ~goes_on)
    off = plays_after(attempts, breaks.play[is_over], len(room)) | skipped
    return breaks.take(~off[breaks.play]), off


def _within_room(attempts: Attempts, breaks: Breaks, room: Ints) -> tuple[Breaks, Flags]:
    """Breaks with no more tries than their session has room for, and which wanted more."""
    session = attempts.session[breaks.play]
    wanted = breaks.attempts
    before = _tries_so_far(wanted, session) - wanted
    left = np.clip(room[session] - before, 0, wanted)
    runs_out = left < wanted
    return replace(breaks, attempts=left, give_up=breaks.give_up | runs_out), runs_out


def _is_asleep(attempts: Attempts, breaks: Breaks) -> Flags:
    """Whether nobody is awake when each play breaks."""
    return attempts.hands_off_ms[breaks.play] <= breaks.at_ms


def _of_nobody(attempts: Attempts, breaks: Breaks) -> Flags:
    """Whether no person began what breaks."""
    return ~attempts.pressed[breaks.play] & ~attempts.autoplayed[breaks.play]


def _wanted(attempts: Attempts, breaks: Breaks) -> Ints:
    """How often people would try again: never where they sleep, or where no person began."""
    nobody_would = _is_asleep(attempts, breaks) | _of_nobody(attempts, breaks)
    return np.where(nobody_would, 0, np.minimum(breaks.attempts, MOST_TRIES))


def _had_enough(
    world: World, attempts: Attempts, network: Ints, breaks: Breaks, wanted: Ints
) -> Flags:
    """After which breaks a title is given up before a picture, by who waited for it in vain."""
    play = breaks.play
    one = _without_start(attempts.take(play), breaks.at_ms)
    awaited = is_awaited(one) & (wanted > 0) & ~breaks.give_up
    _, in_vain = begin(world, one.key, network[one.session], wanted, awaited)
    return in_vain | (breaks.give_up & (breaks.source == OF_ITSELF))


def _rest_of_title(attempts: Attempts, play: Ints) -> Flags:
    """Which plays go on with the title of some plays right after them, in the same session."""
    is_rest = np.zeros(len(attempts), dtype=bool)
    last = len(attempts) - 1
    row = play
    while len(row):
        row = row[row < last]
        same_session = attempts.session[row + 1] == attempts.session[row]
        same_title = attempts.work[row + 1] == attempts.work[row]
        row = row[same_session & same_title] + 1
        is_rest[row] = True
    return is_rest


def _tries_so_far(tries: Ints, session: Ints) -> Ints:
    """How many tries there were in a session up to each break, those after it included."""
    total = np.cumsum(tries)
    first = np.arange(len(tries)) - turns(session)
    before_session = (total - tries)[first]
    return total - before_session


def _broken(attempts: Attempts, breaks: Breaks) -> Attempts:
    """Plays cut where they break."""
    playing = attempts.playing_ms.copy()
    playing[breaks.play] = breaks.at_ms
    finishes = attempts.finishes.copy()
    finishes[breaks.play] = False
    error = attempts.error.copy()
    error[breaks.play] = breaks.error
    return replace(
        attempts,
        playing_ms=playing,
        finishes=finishes,
        error=error,
    )


def _tries(
    world: World, script: Script, network: Ints, breaks: Breaks, seeks: Marks, last_key: Ints
) -> Attempts:
    """The plays that follow breaks.

    All fail to start but the last, which goes on from where the picture stopped.
    """
    row, number = children(breaks.attempts)
    broke = breaks.take(row)
    meant_key = script.key[broke.play]
    moved = _moved(len(script), breaks, seeks)[broke.play]
    one = _without_start(script.take(broke.play), broke.at_ms)
    one = replace(
        one,
        key=last_key[one.session] - turns(one.session),
        place=one.place + 1 + number,
        gap_ms=_waits_ms(broke, meant_key, number),
        source=np.where(broke.at_ms > 0, _RESUME, one.source),
    )
    one = _goes_on(world, one, broke.at_ms, moved)

    fails = (number + 1 < broke.attempts) | broke.give_up
    awaited = is_awaited(one) & (~fails | (broke.source == OF_ITSELF))
    start = begin(world, meant_key, network[one.session], number + 1, awaited)
    return _in_vain(_as_attempts(one, *start), broke, fails)


def _in_vain(tries: Attempts, broke: Breaks, fails: Flags) -> Attempts:
    """Tries, all pressed by somebody, of which some fail and some are left before a picture."""
    nothing = fails | tries.is_left
    is_refused = fails & (broke.error != NO_ERROR)
    return replace(
        tries,
        playing_ms=np.where(nothing, 0, tries.playing_ms),
        finishes=~nothing & tries.finishes,
        autoplayed=np.zeros_like(fails),
        pressed=np.ones_like(fails),
        error=np.where(is_refused, _STARTUP, NO_ERROR),
    )


def _goes_on(world: World, one: Script, at_ms: Ints, moved: Ints) -> Script:
    """Tries that begin where the play did, or a little before where its picture stopped."""
    stopped_at = one.start_position_ms + at_ms + moved
    taken_up = taken_up_at(world, one.key, stopped_at)
    position = np.where(at_ms > 0, taken_up, one.start_position_ms)
    left = _left_to_play(one, at_ms, position, one.runtime_ms(world))
    return replace(one, start_position_ms=position, playing_ms=left)


def _without_start(script: Script, at_ms: Ints) -> Script:
    """Plays of whose playing time somebody already was there for the first `at_ms`."""
    return replace(
        script,
        hands_off_ms=np.maximum(script.hands_off_ms - at_ms, 0),
        present_ms=np.maximum(script.present_ms - at_ms, 0),
        attended_ms=np.maximum(script.attended_ms - at_ms, 0),
    )


def _waits_ms(broke: Breaks, key: Ints, number: Ints) -> Ints:
    """The time before each try, longer from one to the next; no two plays wait for the same."""
    first_ms = broke.wait_ms + (key >> 3) % 977
    return first_ms * (1 + number)


def _left_to_play(one: Script, at_ms: Ints, position: Ints, runtime: Ints) -> Ints:
    """How long each play still runs from a position, after it broke at `at_ms` of its time."""
    end = one.start_position_ms + one.playing_ms
    rest = np.minimum(one.playing_ms - at_ms, runtime - position)
    left = np.where(one.finishes, end - position, rest)
    return np.maximum(left, 1)


def _moved(play_count: int, breaks: Breaks, seeks: Marks) -> Ints:
    """How far jumps before its break have moved the playhead of each play."""
    broken_at = np.zeros(play_count, dtype=np.int64)
    broken_at[breaks.play] = breaks.at_ms
    before = seeks.at_ms < broken_at[seeks.play]
    moved = np.zeros(play_count, dtype=np.int64)
    np.add.at(moved, seeks.play[before], seeks.jump_ms[before])
    return moved


def _merged(
    attempts: Attempts, off: Flags, marks: Marks, tries: Attempts, later: Marks
) -> tuple[Attempts, Marks]:
    """Plays and tries in order, with the presses of both."""
    comes = ~off
    all_come = np.ones(len(tries), dtype=bool)
    both = Attempts.stack([attempts, tries])
    kept = np.flatnonzero(np.append(comes, all_come))
    one = both.take(kept)
    order = kept[np.lexsort((one.key, one.place, one.session))]
    place = np.full(len(both), -1, dtype=np.int64)
    place[order] = np.arange(len(order))

    later = replace(later, play=later.play + len(attempts))
    every = Marks.stack([marks, later])
    every = replace(every, play=place[every.play])
    return both.take(order), every.take(every.play >= 0)


def _fit(plays: Script, runtime: Ints, seeks: Marks) -> tuple[Marks, Ints]:
    """Keep jumps within the title: (seeks as they happened, playing time that remains).

    Jumps are taken in order of playing time, the first of every play at once, then the second …
    """
    seeks = seeks.take(np.lexsort((seeks.at_ms, seeks.play)))
    start = plays.start_position_ms
    end = np.where(plays.finishes, start + plays.playing_ms, runtime)
    playing = plays.playing_ms.copy()
    moved = np.zeros(len(plays), dtype=np.int64)
    jumps = np.zeros(len(seeks), dtype=np.int64)
    for row in in_rounds(seeks.play):
        play, at = seeks.play[row], seeks.at_ms[row]
        position = start[play] + at + moved[play]
        jump = _within_title(seeks.jump_ms[row], position, end[play])
        happens = at < playing[play]
        jumps[row] = np.where(happens, jump, 0)
        moved[play] += jumps[row]
        playing[play] = _still_playing(plays, runtime, moved, play)
    return replace(seeks, jump_ms=jumps).take(jumps != 0), playing


def _still_playing(plays: Script, runtime: Ints, moved: Ints, rows: Ints) -> Ints:
    """The playing time of plays in some rows, once jumps have moved the playhead of each."""
    meant = plays.playing_ms[rows]
    to_title_end = runtime[rows] - plays.start_position_ms[rows] - moved[rows]
    return np.where(
        plays.finishes[rows],
        meant - moved[rows],
        np.minimum(meant, to_title_end),
    )


def _within_title(jump: Ints, position: Ints, end: Ints) -> Ints:
    """Jumps that go back to the beginning at most, and on half of what is left at most."""
    left = np.maximum(end - position, 0)
    return np.clip(jump, -position, left // 2)
