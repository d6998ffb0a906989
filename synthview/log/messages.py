"""What the player tells the service: every press, ping and stall of a play, as a message with two times."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synthview.draws.chance import Stream
from synthview.draws.offspring import children
from synthview.draws.quantiles import Quantiles
from synthview.player.playback import FAILED, FINISHED, STOPPED, Playback
from synthview.player.presses import END, ERROR, PAUSE, PING, PLAY, PROGRESS, READY, SEEK_END, SEEK_START, Marks, mark
from synthview.player.settings import LogSettings
from synthview.rows import Ints, Rows
from synthview.stage.edits import NO_ERROR
from synthview.world import World

__all__ = ["Messages", "speak"]

_PROGRESS_PERCENT = (10, 25, 50, 75)
_LATENCY = Quantiles.lognormal(160, 0.7, low=15, high=20_000)
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
    """All messages of some plays, as sent: received after a short latency, nothing lost or late yet."""
    marks = _in_order(_all_marks(world, played, marks))
    play, number = marks.play, _numbers(marks.play, len(played))
    stalls = np.where(marks.type == READY, played.startup_ms[play], marks.stall_ms)
    waited = _within_play(np.cumsum(stalls) - stalls, number)
    moved = _within_play(np.cumsum(marks.jump_ms), number, first=marks.jump_ms)
    client = played.start_ms[play] + marks.at_ms + waited
    last_change = np.maximum.accumulate(np.where(marks.bitrate > 0, np.arange(len(marks)), 0))
    latency = Stream(world.scenario.run.seed, "log/latency").draw(played.key[play], _LATENCY, n=number)
    return Messages(
        play=play,
        number=number,
        type=marks.type,
        client_ms=client,
        received_ms=client + latency,
        position_ms=played.start_position_ms[play] + marks.at_ms + moved,
        played_ms=marks.at_ms,
        bitrate=marks.bitrate[last_change],
        error=np.where(marks.type == ERROR, played.error[play], NO_ERROR),
    )


def _all_marks(world: World, played: Playback, marks: Marks) -> Marks:
    """Presses and stalls, and with them the first picture, the pings, the progress and the end."""
    every = np.arange(len(played))
    zero = np.zeros(len(played), dtype=np.int64)
    runs = np.flatnonzero((played.ending != FAILED) | (played.playing_ms > 0))
    interval = world.scenario.of(LogSettings).ping_seconds * 1000
    of_ping, ping = children(np.maximum(played.playing_ms - 1, 0) // interval)
    seeks = marks.take(marks.type == SEEK_START)
    landings = mark(seeks.play, seeks.at_ms, 7, SEEK_END, jump=seeks.jump_ms)
    still = Marks(
        marks.play, marks.at_ms, marks.rank, marks.type, marks.stall_ms, np.zeros_like(marks.jump_ms), marks.bitrate
    )
    last = np.select([played.ending == FINISHED, played.ending == STOPPED], [END, PAUSE], ERROR)
    final = Marks(every, played.playing_ms, zero + 20, last, zero, zero, zero)
    return Marks.stack([
        still, landings, mark(runs, zero[runs], 1, PLAY), mark(of_ping, (ping + 1) * interval, 2, PING),
        _progress(played, seeks), final,
    ])  # fmt: skip


def _progress(played: Playback, seeks: Marks) -> Marks:
    """A mark when the playhead first reaches 10, 25, 50 and 75 % of the title, by playing or by a jump."""
    every = np.arange(len(played))
    play = np.concatenate([every, seeks.play])
    at = np.concatenate([np.zeros_like(every), seeks.at_ms])
    jump = np.concatenate([np.zeros_like(every), seeks.jump_ms])
    order = np.lexsort((at, play))
    play, at, jump = play[order], at[order], jump[order]
    number = _numbers(play, len(played))
    begin = played.start_position_ms[play] + at + _within_play(np.cumsum(jump), number, first=jump)
    until = np.append(at[1:], 0)
    until = np.where(np.append(play[1:] != play[:-1], True), played.playing_ms[play], until)
    end = begin + until - at
    farthest = np.maximum.accumulate((play << 36) + np.maximum(begin, end)) - (play << 36)
    before = np.where(number == 0, begin, np.append(0, farthest[:-1]))
    found = []
    for percent in _PROGRESS_PERCENT:
        goal = played.runtime_ms[play] * percent // 100
        row = np.flatnonzero((before < goal) & (goal <= farthest))
        when = at[row] + np.maximum(goal[row] - begin[row], 0)
        found.append(mark(play[row], when, 12, PROGRESS))
    marks = Marks.stack(found)
    return marks.take(marks.at_ms < played.playing_ms[marks.play])


def _in_order(marks: Marks) -> Marks:
    """Sort by play, playing time and rank with one integer key."""
    key = (marks.play << (_AT_BITS + _RANK_BITS)) | (marks.at_ms << _RANK_BITS) | marks.rank
    return marks.take(np.argsort(key, kind="stable"))


def _numbers(play: Ints, play_count: int) -> Ints:
    """Count from 0 within each play, for rows in order of play."""
    sizes = np.bincount(play, minlength=play_count)
    return np.arange(len(play)) - np.repeat(np.cumsum(sizes) - sizes, sizes)


def _within_play(running: Ints, number: Ints, first: Ints | None = None) -> Ints:
    """Turn a running total over all rows into one that starts anew in each play."""
    start = np.arange(len(running)) - number
    base = running[start] if first is None else running[start] - first[start]
    return running - base
