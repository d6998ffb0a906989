"""What viewers press and what the network does while a title plays: pauses, jumps, stalls."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from synthview.draws.arithmetic import exp
from synthview.draws.chance import Stream, shares_of
from synthview.draws.offspring import children
from synthview.draws.quantiles import Quantiles
from synthview.ids import household_of
from synthview.player.settings import PlayerSettings
from synthview.rows import Floats, Ints, Rows
from synthview.stage.edits import Presses
from synthview.tables import EVENT_TYPES
from synthview.viewing.settings import ChoosingSettings
from synthview.world import World
from synthview.world.clock import HOUR_MS, MINUTE_MS

__all__ = ["BITRATES", "Marks", "press", "press_marks", "stall"]

(
    READY,
    PLAY,
    PAUSE,
    PING,
    SEEK_START,
    SEEK_END,
    BUFFER_START,
    BUFFER_END,
    QUALITY,
    PROGRESS,
    ERROR,
    END,
) = range(len(EVENT_TYPES))
BITRATES = np.array([560, 1050, 1750, 2350, 3000, 4300, 5800], dtype=np.int64)
"""The ladder of video bitrates in kbps; shaped like public ladders of 2017."""
_MOST = 8.0
_JUMP_MS = {
    "back_10": -10_000,
    "on_10": 10_000,
    "back_30": -30_000,
    "on_30": 30_000,
    "past_opening": 85_000,
}
"""How far one press of each sort of jump goes."""


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

    def by_play(self) -> Marks:
        """The marks in order of their plays; those of a play keep theirs."""
        return self.take(np.argsort(self.play, kind="stable"))

    def between(self, first: int, last: int) -> Marks:
        """Of marks in order of play, those of some plays in a row, numbered anew; not the last."""
        begin, end = np.searchsorted(self.play, (first, last)).tolist()
        kept = self.take(slice(begin, end))
        return replace(kept, play=kept.play - first)


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
        return value if isinstance(value, np.ndarray) else np.full(len(play), value)

    return Marks(
        play=play,
        at_ms=at_ms,
        rank=column(rank),
        type=column(type_),
        stall_ms=column(stall),
        jump_ms=column(jump),
        bitrate=column(bitrate),
    )


def press(world: World, key: Ints, playing_ms: Ints) -> tuple[Marks, Marks]:
    """Pauses, and jumps not yet fitted to the title, of plays meant to run `playing_ms`."""
    return _pauses(world, key, playing_ms), _seeks(world, key, playing_ms)


def _pauses(world: World, key: Ints, playing_ms: Ints) -> Marks:
    """Pauses, with the press that ends each."""
    seed = world.scenario.run.seed
    per_hour = world.scenario.of(ChoosingSettings).pauses_per_hour * _often(world, key, "pauses")
    play, at, number = _moments(Stream(seed, "player/pauses"), key, playing_ms, per_hour)
    stream = Stream(seed, "player/pauses/length")
    settings = world.scenario.of(ChoosingSettings)
    lengths = _pause_lengths(settings.pause_seconds, settings.pause_seconds_spread)
    length = stream.draw(key[play], lengths, n=number)
    return Marks.stack(
        [
            mark(play, at, 4, PAUSE, stall=length),
            mark(play, at, 5, PLAY),
        ]
    )


def _seeks(world: World, key: Ints, playing_ms: Ints) -> Marks:
    """Jumps of the playhead, not yet fitted to the title."""
    seed = world.scenario.run.seed
    per_hour = world.scenario.of(ChoosingSettings).seeks_per_hour * _often(world, key, "seeks")
    play, at, number = _moments(Stream(seed, "player/seeks"), key, playing_ms, per_hour)
    its_key = key[play]
    stream = Stream(seed, "player/seeks/jump")
    shares = world.scenario.of(ChoosingSettings).jumps
    sort = stream.pick(its_key, shares_of(tuple(shares.values())), n=number)
    jump_ms = np.array([_JUMP_MS[one] for one in shares])[sort]
    times = 1 + stream.below(its_key, 4, n=number + 64)
    waits = 250 + stream.below(its_key, 900, n=number + 128)
    return mark(play, at, 6, SEEK_START, stall=waits, jump=jump_ms * times)


@cache
def _pause_lengths(median_seconds: float, spread: float) -> Quantiles:
    return Quantiles.lognormal_within(median_seconds * 1000, spread, 1_500, 3 * HOUR_MS)


def _often(world: World, key: Ints, what: str) -> Floats:
    """How often the home of each play presses something, against the mean of all homes."""
    table = _times_the_mean(world.scenario.of(ChoosingSettings).presses_spread)
    stream = Stream(world.scenario.run.seed, f"player/{what}/homes")
    return stream.draw(household_of(key), table) / 1024.0


@cache
def _times_the_mean(spread: float) -> Quantiles:
    """How often people do something, against the mean, in 1/1024."""
    median = 1024 * float(exp(-spread * spread / 2.0))
    return Quantiles.lognormal(median, spread, high=1024 * 50)


def press_marks(presses: Presses) -> tuple[Marks, Marks]:
    """Pauses, and jumps not yet fitted to the title, that actors ask for."""
    is_jump = presses.jump_ms != 0
    pause, jump = presses.take(~is_jump), presses.take(is_jump)
    pauses = [
        mark(pause.play, pause.at_ms, 4, PAUSE, stall=pause.stall_ms),
        mark(pause.play, pause.at_ms, 5, PLAY),
    ]
    seeks = mark(
        jump.play,
        jump.at_ms,
        6,
        SEEK_START,
        stall=jump.stall_ms,
        jump=jump.jump_ms,
    )
    return Marks.stack(pauses), seeks


def stall(
    world: World,
    key: Ints,
    playing_ms: Ints,
    network: Ints,
    strikes: Ints,
    highest_kbps: Ints | int = BITRATES[-1],
) -> Marks:
    """Stalls and changes of quality.

    `network` is the home's network in 1/1024 of the median stall rate, `strikes` the number of
    outages during each play, `highest_kbps` what its screen and plan allow.
    """
    first, best = _bitrates(world.scenario.run.seed, key, network, highest_kbps)
    settings = world.scenario.of(PlayerSettings)
    on_network = settings.rebuffers_per_hour * network / 1024.0
    per_hour = on_network * (1.0 + 40.0 * strikes)
    return Marks.stack(
        [
            *_rises(world.scenario.run.seed, key, first, best),
            *_stalls(world, key, playing_ms, per_hour, best),
        ]
    )


def _rises(seed: int, key: Ints, first: Ints, best: Ints) -> list[Marks]:
    """The first picture of each play, and the step to its best quality where that is another."""
    every = np.arange(len(key))
    after_ms = 6_000 + Stream(seed, "player/quality/rise").below(key, 22_000)
    climbs = np.flatnonzero(best != first)
    start = np.zeros_like(every)
    return [
        mark(every, start, 0, READY, bitrate=BITRATES[first]),
        mark(every[climbs], after_ms[climbs], 3, QUALITY, bitrate=BITRATES[best[climbs]]),
    ]


def _stalls(world: World, key: Ints, playing_ms: Ints, per_hour: Floats, best: Ints) -> list[Marks]:
    """Stalls, after each of which the quality is lower for a while."""
    seed = world.scenario.run.seed
    play, at, number = _moments(Stream(seed, "player/stalls"), key, playing_ms, per_hour)
    its_key = key[play]
    its_best = best[play]
    lengths = _stall_lengths(world.scenario.of(PlayerSettings))
    length = Stream(seed, "player/stalls/length").draw(its_key, lengths, n=number)
    recovery = Stream(seed, "player/quality/recovers").below(its_key, 90_000, n=number)
    lower = np.maximum(its_best - 2, 0)
    return [
        mark(play, at, 8, BUFFER_START, stall=length),
        mark(play, at, 9, BUFFER_END),
        mark(play, at, 10, QUALITY, bitrate=BITRATES[lower]),
        mark(play, at + 20_000 + recovery, 11, QUALITY, bitrate=BITRATES[its_best]),
    ]


def _moments(
    stream: Stream, key: Ints, playing_ms: Ints, per_hour: float | Floats
) -> tuple[Ints, Ints, Ints]:
    """Random playing times: (play, at_ms, number within the play).

    At most `_MOST` are expected in one play.
    """
    hours = playing_ms / HOUR_MS
    expected = np.minimum(per_hour * hours, _MOST)
    counts = stream.poisson(key, expected, ceiling=_MOST)
    play, number = children(counts)
    latest = np.maximum(playing_ms[play] - 2, 1)
    at = 1 + stream.below(key[play], latest, n=number + 4096)
    return play, at, number


def _bitrates(seed: int, key: Ints, network: Ints, highest_kbps: Ints | int) -> tuple[Ints, Ints]:
    """Steps of the ladder at the start and once settled: worse networks settle lower."""
    luck = Stream(seed, "player/quality/best").below(key, 3)
    slowness = np.minimum(network // 1600, 4)
    on_network = np.clip(6 - luck - slowness, 0, 6)
    allowed = np.searchsorted(BITRATES, highest_kbps, side="right") - 1
    best = np.minimum(on_network, np.maximum(allowed, 0))
    first = np.maximum(best - 1 - luck, 0)
    return first, best


@cache
def _stall_lengths(settings: PlayerSettings) -> Quantiles:
    return Quantiles.lognormal_within(
        settings.rebuffer_seconds * 1000,
        settings.rebuffer_seconds_spread,
        200,
        10 * MINUTE_MS,
    )
