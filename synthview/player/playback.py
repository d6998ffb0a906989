"""The player: turns what was meant into what ran, second by second, until somebody or something stops it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from synthview.chance import Stream
from synthview.people.homes import Homes
from synthview.player.presses import Marks, press, stall
from synthview.player.settings import PlayerSettings
from synthview.quantiles import Quantiles
from synthview.rows import Flags, Ints, Rows, turns
from synthview.tables import PLANS
from synthview.viewing.choices import Plays
from synthview.viewing.sittings import Sessions
from synthview.world import World
from synthview.world.clock import MINUTE_MS
from synthview.world.outages import outages_of

__all__ = ["FINISHED", "STOPPED", "STREAM_LIMIT", "Playback", "Screens", "play_out"]

FINISHED, STOPPED, STREAM_LIMIT = 0, 1, 2
STREAM_LIMITS = np.array([1, 2, 4], dtype=np.int64)
"""Streams at the same time by plan (sources S20-basic, S20-std, S20-prem)."""
assert PLANS == ("basic", "standard", "premium")
_SHORTEST_MS = 1_000


@dataclass(frozen=True, slots=True)
class Playback(Rows):
    """One row per play that happened.

    `start_ms` is the press, `startup_ms` the wait for the first picture, `playing_ms` the playing
    time, `wall_ms` from press to the end, `ending` how it ended.
    """

    session: Ints
    home: Ints
    key: Ints
    title: Ints
    start_ms: Ints
    startup_ms: Ints
    playing_ms: Ints
    wall_ms: Ints
    start_position_ms: Ints
    runtime_ms: Ints
    source: Ints
    autoplayed: Flags
    ending: Ints


@dataclass(slots=True)
class Screens:
    """Until when each of up to four streams of an account is taken: the player's carry."""

    taken_ms: Ints

    @classmethod
    def all_free(cls, home_count: int) -> Screens:
        """The screens before the first day."""
        return cls(np.zeros((home_count, int(STREAM_LIMITS.max())), dtype=np.int64))


def play_out(
    world: World, homes: Homes, screens: Screens, sessions: Sessions, plays: Plays, day: int
) -> tuple[Playback, Marks, Ints]:
    """Run the plays of one local day; moves `screens` on.

    Returns the plays that happened, what happened within them, and the time before each press.
    """
    plays = plays.take(np.lexsort((plays.key, plays.session)))
    key, home = plays.key, sessions.home[plays.session]
    runtime = world.catalogue.runtime_ms(plays.work, plays.episode)
    pauses, seeks = press(world, key, plays.playing_ms)
    seeks, playing = _fit(plays, runtime, seeks)
    startup = _startup(world, key, homes.network[home])
    rough_start = sessions.start_ms[plays.session]
    strikes = outages_of(world, day).strikes(homes.region[home], rough_start, rough_start + playing)
    marks = Marks.stack([stall(world, key, playing, homes.network[home], strikes), pauses, seeks])
    marks = marks.take(marks.at_ms < playing[marks.play])
    gap, autoplayed = _prompt(world, plays)
    start, playing, wall, cut = _on_the_clock(plays, sessions, marks, startup, gap, playing)
    ending = np.where(plays.finishes & ~cut, FINISHED, STOPPED)
    played = Playback(
        plays.session, home, key, plays.title(world), start, startup, playing, wall,
        plays.start_position_ms, runtime, plays.source, autoplayed, ending,
    )  # fmt: skip
    keep, played, marks = _limit_streams(homes, screens, played, marks)
    return played, marks, gap[keep]


def _startup(world: World, key: Ints, network: Ints) -> Ints:
    """Time from the press to the first picture, in ms."""
    median = world.scenario.of(PlayerSettings).startup_seconds
    drawn = Stream(world.scenario.run.seed, "player/startup").draw(key, _startup_times(median))
    return drawn * np.minimum(768 + network // 4, 4096) // 1024


@cache
def _startup_times(median_seconds: float) -> Quantiles:
    return Quantiles.lognormal(median_seconds * 1000, 0.55, low=120, high=MINUTE_MS)


def _fit(plays: Plays, runtime: Ints, seeks: Marks) -> tuple[Marks, Ints]:
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
        playing[play] = np.where(plays.finishes[play], playing[play] - jump, np.minimum(playing[play], longest))
    kept = jumps != 0
    return replace(seeks, jump_ms=jumps).take(kept), playing


def _prompt(world: World, plays: Plays) -> tuple[Ints, Flags]:
    """Gaps and autoplay as the player sees them: after some episodes without a press it asks who is there.

    Ordinary viewers answer after a few seconds, and the next episode then counts as pressed.
    """
    settings, seed = world.scenario.of(PlayerSettings), world.scenario.run.seed
    number = np.arange(len(plays))
    pressed = np.maximum.accumulate(np.where(plays.autoplayed, 0, number))
    asks = plays.autoplayed & ((number - pressed) % settings.episodes_until_prompt == 0)
    answer = 2_000 + Stream(seed, "player/prompt/answer").below(plays.key, 15_000)
    countdown = np.where(plays.autoplayed, int(settings.autoplay_seconds * 1000), plays.gap_ms)
    return countdown + np.where(asks, answer, 0), plays.autoplayed & ~asks


def _on_the_clock(
    plays: Plays, sessions: Sessions, marks: Marks, startup: Ints, gap: Ints, playing: Ints
) -> tuple[Ints, Ints, Ints, Flags]:
    """Start, playing time and wall time of each play, and whether the end of the sitting cut it."""
    stalls = _waits(marks, playing)
    wall = startup + playing + stalls
    before = np.cumsum(gap + wall) - wall
    first = np.flatnonzero(np.diff(plays.session, prepend=-1))
    offset = np.repeat(before[first] - gap[first], np.diff(np.append(first, len(plays))))
    start = sessions.start_ms[plays.session] + before - offset
    room = sessions.until_ms[plays.session] - start - startup - stalls
    cut = room < playing
    playing = np.minimum(playing, np.maximum(room, 0))
    return start, playing, startup + playing + _waits(marks, playing), cut


def _waits(marks: Marks, playing: Ints) -> Ints:
    """How long the picture stands still in each play, up to its playing time."""
    waits = np.zeros(len(playing), dtype=np.int64)
    come = marks.at_ms < playing[marks.play]
    np.add.at(waits, marks.play[come], marks.stall_ms[come])
    return waits


def _limit_streams(homes: Homes, screens: Screens, played: Playback, marks: Marks) -> tuple[Flags, Playback, Marks]:
    """Refuse sittings beyond the plan's streams: their first play fails, the others never come."""
    runs = played.playing_ms >= _SHORTEST_MS
    first = np.flatnonzero(np.diff(played.session, prepend=-1))
    last = np.append(first[1:], len(played))[: len(first)] - 1
    ends = np.where(runs, played.start_ms + played.wall_ms, 0)
    until = np.maximum.reduceat(ends, first) if len(first) else first
    refused = _refused(homes, screens, played, first, until)
    of_session = np.repeat(np.arange(len(first)), last - first + 1)
    is_first = np.zeros(len(played), dtype=bool)
    is_first[first] = True
    blocked = refused[of_session]
    playing = np.where(blocked, 0, played.playing_ms)
    played = replace(
        played,
        playing_ms=playing,
        wall_ms=np.where(blocked, played.startup_ms, played.wall_ms),
        ending=np.where(blocked, STREAM_LIMIT, played.ending),
    )
    keep = np.where(blocked, is_first, runs)
    row = np.cumsum(keep) - 1
    marks = marks.take(keep[marks.play] & (marks.at_ms <= playing[marks.play]))
    marks = marks.take((marks.at_ms < playing[marks.play]) | (marks.at_ms == 0))
    return keep, played.take(keep), replace(marks, play=row[marks.play])


def _refused(homes: Homes, screens: Screens, played: Playback, first: Ints, end: Ints) -> Flags:
    """Which sittings find all streams taken, decided in order of their start within each home."""
    home, begin = played.home[first], played.start_ms[first]
    order = np.lexsort((played.key[first], begin, home))
    turn = np.empty(len(order), dtype=np.int64)
    turn[order] = turns(home[order])
    allowed = np.arange(screens.taken_ms.shape[1]) < STREAM_LIMITS[homes.plan][:, None]
    refused = np.zeros(len(first), dtype=bool)
    for now in range(int(turn.max(initial=-1)) + 1):
        row = np.flatnonzero(turn == now)
        at = home[row]
        free = allowed[at] & (screens.taken_ms[at] <= begin[row][:, None])
        slot = free.argmax(axis=1)
        has = free.any(axis=1)
        refused[row] = ~has
        screens.taken_ms[at[has], slot[has]] = np.maximum(end, begin)[row][has]
    return refused
