"""What the player tells the service: every press, ping and stall, as a message with two times."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from synthview.draws.chance import Stream
from synthview.draws.offspring import children
from synthview.draws.quantiles import Quantiles
from synthview.log.timers import noticed_after_ms, pinged_at_ms
from synthview.player.playback import FINISHED, STOPPED, Playback
from synthview.player.presses import (
    END,
    ERROR,
    PAUSE,
    PING,
    PLAY,
    PROGRESS,
    READY,
    SEEK_END,
    SEEK_START,
    Marks,
    mark,
)
from synthview.player.settings import LogSettings
from synthview.rows import Ints, Rows
from synthview.stage.edits import NO_ERROR
from synthview.world import World

__all__ = ["Messages", "numbers", "speak"]

_PROGRESS_PERCENT = (10, 25, 50, 75)
_LATENCY = Quantiles.lognormal_within(160, 0.7, 15, 20_000)
"""From the device to the collector: median 160 ms (guess)."""
_AT_BITS, _RANK_BITS = 34, 5


@dataclass(frozen=True, slots=True)
class Messages(Rows):
    """One row per message, in order of play and time.

    `play` is the row of the play, `number` counts within it; `played_ms` is the running total of
    playing time, `error` an index into ERROR_CODES, NO_ERROR for none.
    """

    play: Ints
    number: Ints
    type: Ints
    client_ms: Ints
    received_ms: Ints
    position_ms: Ints
    played_ms: Ints
    bitrate: Ints
    error: Ints


def speak(world: World, played: Playback, marks: Marks) -> Messages:
    """All messages of some plays as sent: received after a short latency, none lost or late."""
    marks = _in_order(_all_marks(world, played, marks))
    play = marks.play
    number = numbers(play, len(played))
    stalls = np.where(marks.type == READY, played.startup_ms[play], marks.stall_ms)
    waited = _within_play(np.cumsum(stalls) - stalls, number)
    moved = _within_play(np.cumsum(marks.jump_ms), number, first=marks.jump_ms)
    client = played.start_ms[play] + marks.at_ms + waited
    stream = Stream(world.scenario.run.seed, "log/latency")
    latency = stream.draw(played.key, _LATENCY, n=number, of=play)
    return Messages(
        play=play,
        number=number,
        type=marks.type,
        client_ms=client,
        received_ms=client + latency,
        position_ms=played.start_position_ms[play] + marks.at_ms + moved,
        played_ms=marks.at_ms,
        bitrate=_bitrate(marks),
        error=np.where(marks.type == ERROR, played.error[play], NO_ERROR),
    )


def _bitrate(marks: Marks) -> Ints:
    """The bitrate at each mark: the last that any mark up to it has set."""
    row = np.arange(len(marks))
    is_change = marks.bitrate > 0
    last_change = np.maximum.accumulate(np.where(is_change, row, 0))
    return marks.bitrate[last_change]


def _all_marks(world: World, played: Playback, marks: Marks) -> Marks:
    """Presses and stalls, and with them the first picture, the pings, the progress and the end."""
    runs = np.flatnonzero(played.playing_ms > 0)
    interval = world.scenario.of(LogSettings).ping_seconds * 1000
    pinged_ms = np.maximum(played.playing_ms - 1, 0)
    of_ping, ping = children(pinged_ms // interval)
    pings = mark(of_ping, pinged_at_ms(world, played.key, of_ping, ping), 2, PING)
    seeks = marks.take(marks.type == SEEK_START)
    return Marks.stack(
        [
            replace(marks, jump_ms=np.zeros_like(marks.jump_ms)),
            mark(seeks.play, seeks.at_ms, 7, SEEK_END, jump=seeks.jump_ms),
            mark(runs, np.zeros_like(runs), 1, PLAY),
            _until_the_end(played, pings),
            _progress(world, played, seeks),
            _final(played),
        ]
    )


def _until_the_end(played: Playback, marks: Marks) -> Marks:
    """Marks that come while their play runs: a timer may be too late for it."""
    return marks.take(marks.at_ms < played.playing_ms[marks.play])


def _final(played: Playback) -> Marks:
    """The last mark of each play, by how it ended."""
    zero = np.zeros(len(played), dtype=np.int64)
    last = np.select(
        [played.ending == FINISHED, played.ending == STOPPED],
        [END, PAUSE],
        default=ERROR,
    )
    return Marks(
        play=np.arange(len(played)),
        at_ms=played.playing_ms,
        rank=zero + 20,
        type=last,
        stall_ms=zero,
        jump_ms=zero,
        bitrate=zero,
    )


@dataclass(frozen=True, slots=True)
class _Stretches(Rows):
    """What plays from one jump to the next, in order; `number` counts within the play.

    `at_ms` is the playing time at which it begins, `begin` and `end` are positions in the title.
    """

    play: Ints
    number: Ints
    at_ms: Ints
    begin: Ints
    end: Ints


def _progress(world: World, played: Playback, seeks: Marks) -> Marks:
    """A mark when the playhead first reaches 10, 25, 50 and 75 %, by playing or by a jump.

    The player tells it when it next looks, and before anybody jumps on.
    """
    stretches = _stretches(played, seeks)
    before, farthest = _reached(stretches)
    runtime = played.runtime_ms[stretches.play]
    found = []
    for percent in _PROGRESS_PERCENT:
        goal = runtime * percent // 100
        row = np.flatnonzero((before < goal) & (goal <= farthest))
        one = stretches.take(row)
        to_goal = np.maximum(goal[row] - one.begin, 0)
        at_goal = one.at_ms + to_goal
        noticed = at_goal + noticed_after_ms(world, played.key[one.play], at_goal)
        last = one.at_ms + one.end - one.begin - 1
        at = np.maximum(np.minimum(noticed, last), at_goal)
        found.append(mark(one.play, at, 12, PROGRESS))
    return _until_the_end(played, Marks.stack(found))


def _stretches(played: Playback, seeks: Marks) -> _Stretches:
    """Every play cut at its jumps."""
    every = np.arange(len(played))
    start = np.zeros_like(every)
    play = np.concatenate([every, seeks.play])
    at = np.concatenate([start, seeks.at_ms])
    jump = np.concatenate([start, seeks.jump_ms])
    order = np.lexsort((at, play))
    play, at, jump = play[order], at[order], jump[order]

    number = numbers(play, len(played))
    moved = _within_play(np.cumsum(jump), number, first=jump)
    begin = played.start_position_ms[play] + at + moved
    is_last = np.append(play[1:] != play[:-1], True)
    next_at = np.append(at[1:], 0)
    until = np.where(is_last, played.playing_ms[play], next_at)
    return _Stretches(
        play=play,
        number=number,
        at_ms=at,
        begin=begin,
        end=begin + until - at,
    )


def _reached(stretches: _Stretches) -> tuple[Ints, Ints]:
    """The farthest position of each play before each stretch, and at its end."""
    own = stretches.play << 36  # above any position, so that each play begins anew
    position = np.maximum(stretches.begin, stretches.end)
    farthest = np.maximum.accumulate(own + position) - own
    of_stretch_before = np.append(0, farthest[:-1])
    is_first = stretches.number == 0
    before = np.where(is_first, stretches.begin, of_stretch_before)
    return before, farthest


def _in_order(marks: Marks) -> Marks:
    """Sort by play, playing time and rank with one integer key."""
    at = marks.at_ms << _RANK_BITS
    play = marks.play << (_AT_BITS + _RANK_BITS)
    order = np.argsort(play | at | marks.rank, kind="stable")
    return marks.take(order)


def numbers(play: Ints, play_count: int) -> Ints:
    """Count from 0 within each play, for rows in order of play."""
    sizes = np.bincount(play, minlength=play_count)
    first = np.cumsum(sizes) - sizes
    return np.arange(len(play)) - np.repeat(first, sizes)


def _within_play(running: Ints, number: Ints, first: Ints | None = None) -> Ints:
    """Turn a running total over all rows into one that starts anew in each play."""
    start = np.arange(len(running)) - number
    base = running[start]
    return running - (base if first is None else base - first[start])
