"""What the player tells the service: every press, ping and stall, as a message with two times."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

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
from synthview.rows import Ints, Rows, first_of_group
from synthview.stage.edits import NO_ERROR
from synthview.world import World

__all__ = ["Messages", "numbers", "speak"]

_PROGRESS_PERCENT = (10, 25, 50, 75)
_LATENCY = Quantiles.lognormal_within(160, 0.7, 15, 20_000)
"""From the device to the collector: median 160 ms (guess)."""
_AT_BITS, _RANK_BITS = 34, 5
_RANK_OF_PINGS = 2
"""No other mark has it."""


Number = TypeVar("Number", bound=np.signedinteger[Any])
Short = NDArray[np.signedinteger[Any]]
"""Whole numbers of as few bits as they need."""


@dataclass(frozen=True, slots=True)
class Messages(Rows):
    """One row per message, in order of play and time.

    `play` is the row of the play, `number` counts within it; `played_ms` is the running total of
    playing time, `error` an index into ERROR_CODES, NO_ERROR for none.
    """

    play: Ints
    number: Ints
    type: Short
    client_ms: Ints
    received_ms: Ints
    position_ms: Ints
    played_ms: Ints
    bitrate: Short
    error: Short


def speak(world: World, played: Playback, marks: Marks) -> Messages:
    """All messages of some plays as sent: received after a short latency, none lost or late.

    Four in five are pings, which change nothing: they have what the mark before them set.
    """
    marks = _settings_marks(world, played, marks)
    line = _Line.of(marks, _pings(world, played))
    play = line.after(marks.play)
    number = numbers(play, len(played))
    client = _client_ms(played, marks, line)
    stream = Stream(world.scenario.run.seed, "log/latency")
    latency = stream.draw(played.key, _LATENCY, n=number, of=play)
    moved = _so_far(marks.jump_ms, marks.play)
    error = np.where(marks.type == ERROR, played.error[marks.play], NO_ERROR)
    return Messages(
        play=play,
        number=number,
        type=line.of_marks(marks.type, PING),
        client_ms=client,
        received_ms=client + latency,
        position_ms=line.at_ms + line.after(played.start_position_ms[marks.play] + moved),
        played_ms=line.at_ms,
        bitrate=line.after(_bitrate(marks).astype(np.int32)),
        error=line.of_marks(error, NO_ERROR),
    )


@dataclass(frozen=True, slots=True)
class _Line:
    """Marks and pings in one line: the row of each mark, and how many rows there are to the next.

    `at_ms` is the playing time of each row. Each play with pings begins with a mark.
    """

    place: Ints
    counts: Ints
    at_ms: Ints

    @classmethod
    def of(cls, marks: Marks, pings: _Pings) -> Self:
        """Put pings among marks, both in order."""
        key = _key(pings.play, pings.at_ms, _RANK_OF_PINGS)
        before = np.searchsorted(key, _key_of(marks))
        place = before + np.arange(len(marks))
        return cls(
            place=place,
            counts=np.diff(place, append=len(marks) + len(pings)),
            at_ms=np.insert(pings.at_ms, before, marks.at_ms),
        )

    def after(self, values: NDArray[Number]) -> NDArray[Number]:
        """What each mark sets, from its own row up to the next mark."""
        return np.repeat(values, self.counts)

    def of_marks(self, values: Ints, of_pings: int) -> Short:
        """A small number of each mark, and another for pings."""
        whole = np.full(len(self.at_ms), of_pings, np.int8)
        whole[self.place] = values
        return whole


def _client_ms(played: Playback, marks: Marks, line: _Line) -> Ints:
    """When each message is sent: what stands still at a mark delays those after it."""
    stalls = np.where(marks.type == READY, played.startup_ms[marks.play], marks.stall_ms)
    start = played.start_ms[marks.play]
    client = line.at_ms + line.after(start + _so_far(stalls, marks.play))
    client[line.place] -= stalls
    return client


def _so_far(values: Ints, play: Ints) -> Ints:
    """The sum of values within each play up to each row, for rows in order of play."""
    running = np.cumsum(values)
    first = first_of_group(play)
    before = running[first] - values[first]
    return running - np.repeat(before, np.diff(np.append(first, len(play))))


def _bitrate(marks: Marks) -> Ints:
    """The bitrate at each mark: the last that any mark up to it has set."""
    row = np.arange(len(marks))
    is_change = marks.bitrate > 0
    last_change = np.maximum.accumulate(np.where(is_change, row, 0))
    return marks.bitrate[last_change]


@dataclass(frozen=True, slots=True)
class _Pings(Rows):
    """Heartbeats in order of play and playing time."""

    play: Ints
    at_ms: Ints


def _pings(world: World, played: Playback) -> _Pings:
    """The heartbeats of each play while it runs: a timer may be too late for its end."""
    interval = world.scenario.of(LogSettings).ping_seconds * 1000
    most = np.maximum(played.playing_ms - 1, 0) // interval
    play, number = children(most)
    at = pinged_at_ms(world, played.key, play, number)
    is_on = at < np.repeat(played.playing_ms, most)
    return _Pings(play[is_on], at[is_on])


def _settings_marks(world: World, played: Playback, marks: Marks) -> Marks:
    """All but pings, in order: presses and stalls, the first picture, the progress and the end."""
    runs = np.flatnonzero(played.playing_ms > 0)
    seeks = marks.take(marks.type == SEEK_START)
    every = [
        replace(marks, jump_ms=np.zeros_like(marks.jump_ms)),
        mark(seeks.play, seeks.at_ms, 7, SEEK_END, jump=seeks.jump_ms),
        mark(runs, np.zeros_like(runs), 1, PLAY),
        _progress(world, played, seeks),
        _final(played),
    ]
    return _in_order(Marks.stack(every))


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
    goals = runtime * np.array(_PROGRESS_PERCENT)[:, None] // 100
    which, row = np.nonzero((before < goals) & (goals <= farthest))
    one = stretches.take(row)
    to_goal = np.maximum(goals[which, row] - one.begin, 0)
    at_goal = one.at_ms + to_goal
    noticed = at_goal + noticed_after_ms(world, played.key[one.play], at_goal)
    last = one.at_ms + one.end - one.begin - 1
    at = np.maximum(np.minimum(noticed, last), at_goal)
    return _until_the_end(played, mark(one.play, at, 12, PROGRESS))


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
    begin = played.start_position_ms[play] + at + _so_far(jump, play)
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
    return marks.take(np.argsort(_key_of(marks), kind="stable"))


def _key_of(marks: Marks) -> Ints:
    return _key(marks.play, marks.at_ms, marks.rank)


def _key(play: Ints, at_ms: Ints, rank: Ints | int) -> Ints:
    """One integer that orders marks by play, playing time and rank."""
    return play << (_AT_BITS + _RANK_BITS) | at_ms << _RANK_BITS | rank


def numbers(play: Ints, play_count: int) -> Ints:
    """Count from 0 within each play, for rows in order of play."""
    sizes = np.bincount(play, minlength=play_count)
    first = np.cumsum(sizes) - sizes
    return np.arange(len(play)) - np.repeat(first, sizes)
