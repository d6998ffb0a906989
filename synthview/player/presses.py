"""What viewers press and what the network does while a title plays: pauses, jumps, stalls, changes of quality."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from synthview.draws.chance import Shares, Stream
from synthview.draws.offspring import children
from synthview.draws.quantiles import Quantiles
from synthview.player.settings import PlayerSettings
from synthview.rows import Floats, Ints, Rows
from synthview.stage.edits import Presses
from synthview.tables import EVENT_TYPES
from synthview.viewing.settings import ChoosingSettings
from synthview.world import World
from synthview.world.clock import HOUR_MS, MINUTE_MS

__all__ = ["BITRATES", "Marks", "press", "press_marks", "stall"]

(READY, PLAY, PAUSE, PING, SEEK_START, SEEK_END, BUFFER_START, BUFFER_END, QUALITY, PROGRESS, ERROR, END) = range(
    len(EVENT_TYPES)
)
BITRATES = np.array([560, 1050, 1750, 2350, 3000, 4300, 5800], dtype=np.int64)
"""The ladder of video bitrates in kbps; shaped like public ladders of 2017."""
_MOST = 8.0
_PAUSES = Quantiles.lognormal(95_000, 1.3, low=1_500, high=3 * HOUR_MS)
"""Length of a pause: median 95 seconds, some for a meal (guess)."""
_JUMPS = Shares((34, 26, 14, 16, 10))
_JUMP_MS = np.array([-10_000, 10_000, -30_000, 30_000, 85_000], dtype=np.int64)
"""Jumps: ten seconds back or on, half a minute, and past an opening (guess)."""


@dataclass(frozen=True, slots=True)
class Marks(Rows):
    """What happens within plays, one row each, by playing time.

    `at_ms` is the playing time at which it happens, `rank` its place among marks of one instant,
    `stall_ms` how long the picture then stands still, `jump_ms` how far the playhead moves,
    `bitrate` the new bitrate in kbps (0: unchanged).
    """

    play: Ints
    at_ms: Ints
    rank: Ints
    type: Ints
    stall_ms: Ints
    jump_ms: Ints
    bitrate: Ints

    def of(self, plays: Ints, play_count: int) -> Marks:
        """The marks of some plays, which are then numbered anew."""
        place = np.full(play_count, -1, dtype=np.int64)
        place[plays] = np.arange(len(plays))
        kept = self.take(place[self.play] >= 0)
        return replace(kept, play=place[kept.play])


def mark(
    play: Ints,
    at_ms: Ints,
    rank: int,
    type_: int,
    *,
    stall: Ints | int = 0,
    jump: Ints | int = 0,
    bitrate: Ints | int = 0,
) -> Marks:
    """Marks of one type at given playing times of given plays."""

    def column(value: Ints | int) -> Ints:
        return np.broadcast_to(np.asarray(value, dtype=np.int64), play.shape)

    return Marks(play, at_ms, column(rank), column(type_), column(stall), column(jump), column(bitrate))


def press(world: World, key: Ints, playing_ms: Ints) -> tuple[Marks, Marks]:
    """Pauses, and jumps not yet fitted to the title, of plays meant to run `playing_ms`."""
    settings, seed = world.scenario.of(ChoosingSettings), world.scenario.run.seed
    play, at, number = _moments(Stream(seed, "player/pauses"), key, playing_ms, settings.pauses_per_hour)
    length = Stream(seed, "player/pauses/length").draw(key[play], _PAUSES, n=number)
    pauses = Marks.stack([mark(play, at, 4, PAUSE, stall=length), mark(play, at, 5, PLAY)])
    play, at, number = _moments(Stream(seed, "player/seeks"), key, playing_ms, settings.seeks_per_hour)
    which = Stream(seed, "player/seeks/jump")
    size = _JUMP_MS[which.pick(key[play], _JUMPS, n=number)] * (1 + which.below(key[play], 4, n=number + 64))
    waits = 250 + which.below(key[play], 900, n=number + 128)
    return pauses, mark(play, at, 6, SEEK_START, stall=waits, jump=size)


def press_marks(presses: Presses) -> tuple[Marks, Marks]:
    """Pauses, and jumps not yet fitted to the title, that actors ask for."""
    jumps = presses.jump_ms != 0
    pause, jump = presses.take(~jumps), presses.take(jumps)
    pauses = [mark(pause.play, pause.at_ms, 4, PAUSE, stall=pause.stall_ms), mark(pause.play, pause.at_ms, 5, PLAY)]
    seeks = mark(jump.play, jump.at_ms, 6, SEEK_START, stall=jump.stall_ms, jump=jump.jump_ms)
    return Marks.stack(pauses), seeks


def stall(world: World, key: Ints, playing_ms: Ints, network: Ints, strikes: Ints) -> Marks:
    """Stalls and changes of quality; `network` is the home's network in 1/1024 of the middling stall rate."""
    settings, seed = world.scenario.of(PlayerSettings), world.scenario.run.seed
    per_hour = settings.rebuffers_per_hour * network / 1024.0 * (1.0 + 40.0 * strikes)
    play, at, number = _moments(Stream(seed, "player/stalls"), key, playing_ms, per_hour)
    length = Stream(seed, "player/stalls/length").draw(key[play], _stall_lengths(settings.rebuffer_seconds), n=number)
    first, best = _bitrates(seed, key, network)
    rises = 6_000 + Stream(seed, "player/quality/rise").below(key, 22_000)
    every = np.arange(len(key))
    climbs = np.flatnonzero(best != first)
    recovers = at + 20_000 + Stream(seed, "player/quality/recovers").below(key[play], 90_000, n=number)
    lower = BITRATES[np.maximum(best[play] - 2, 0)]
    return Marks.stack([
        mark(every, np.zeros_like(every), 0, READY, bitrate=BITRATES[first]),
        mark(every[climbs], rises[climbs], 3, QUALITY, bitrate=BITRATES[best[climbs]]),
        mark(play, at, 8, BUFFER_START, stall=length),
        mark(play, at, 9, BUFFER_END),
        mark(play, at, 10, QUALITY, bitrate=lower),
        mark(play, recovers, 11, QUALITY, bitrate=BITRATES[best[play]]),
    ])  # fmt: skip


def _moments(stream: Stream, key: Ints, playing_ms: Ints, per_hour: float | Floats) -> tuple[Ints, Ints, Ints]:
    """Random playing times: (play, at_ms, number within the play); at most `_MOST` expected in one play."""
    expected = np.minimum(per_hour * (playing_ms / HOUR_MS), _MOST)
    play, number = children(stream.poisson(key, expected, ceiling=_MOST))
    return play, 1 + stream.below(key[play], np.maximum(playing_ms[play] - 2, 1), n=number + 4096), number


def _bitrates(seed: int, key: Ints, network: Ints) -> tuple[Ints, Ints]:
    """Steps of the ladder at the start and once settled: worse networks settle lower."""
    luck = Stream(seed, "player/quality/best").below(key, 3)
    best = np.clip(6 - luck - np.minimum(network // 1600, 4), 0, 6)
    return np.maximum(best - 1 - luck, 0), best


@cache
def _stall_lengths(median_seconds: float) -> Quantiles:
    return Quantiles.lognormal(median_seconds * 1000, 0.9, low=200, high=10 * MINUTE_MS)
