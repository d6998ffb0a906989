"""The player: turns what was meant into what ran, second by second, until somebody or something stops it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import Self

import numpy as np

from synthview.draws.chance import Stream
from synthview.draws.quantiles import Quantiles
from synthview.people.guests import Guests
from synthview.people.homes import Homes
from synthview.player.attempts import Attempts, with_retries
from synthview.player.autoplay import RunningOrder
from synthview.player.presses import READY, Marks, stall
from synthview.player.settings import PlayerSettings
from synthview.player.timing import Times, on_the_clock
from synthview.rows import Flags, Ints, Rows, first_of_group, last_of_group, turns
from synthview.stage.deeds import Deeds
from synthview.stage.edits import NO_ERROR
from synthview.stage.proposals import Crowded
from synthview.tables import ERROR_CODES, PLANS
from synthview.viewing.sittings import Sessions
from synthview.world import World
from synthview.world.clock import MINUTE_MS
from synthview.world.outages import outages_around

__all__ = [
    "FAILED",
    "FINISHED",
    "STOPPED",
    "STREAM_LIMIT",
    "Blame",
    "Missed",
    "Playback",
    "Played",
    "Screens",
    "play_out",
]

FINISHED, STOPPED, FAILED = 0, 1, 2
STREAM_LIMIT = ERROR_CODES.index("stream_limit")
STREAM_LIMITS = np.array([1, 2, 4], dtype=np.int64)
"""Streams at the same time by plan (sources S20-basic, S20-std, S20-prem)."""
assert PLANS == ("basic", "standard", "premium")
_SHORTEST_MS = 1_000


@dataclass(frozen=True, slots=True)
class Playback(Rows):
    """One row per play that happened.

    `start_ms` is the press, `startup_ms` the wait for the first picture, `playing_ms` the playing
    time, `wall_ms` from press to the end. `ending` says how it ended, `error` (an index of ERROR_CODES)
    what failed. `pressed`, `viewers`, `present_ms`, `attended_ms` and `causes` are as in `Script`.
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
    pressed: Flags
    viewers: Ints
    present_ms: Ints
    attended_ms: Ints
    causes: Ints
    ending: Ints
    error: Ints


@dataclass(frozen=True, slots=True)
class Missed(Rows):
    """Plays that came to nothing as the time was over when their turn came, and sittings (key -1) without any play."""

    session: Ints
    key: Ints
    at_ms: Ints

    @classmethod
    def none(cls) -> Self:
        """Everything meant came about."""
        return cls(*(np.zeros(0, dtype=np.int64) for _ in range(3)))


@dataclass(frozen=True, slots=True)
class Played:
    """A day as it happened: sittings, plays, what happened within them, the time before each press, and what was missed.

    `deeds` and `crowded` are as in `RunningOrder`.
    """

    sessions: Sessions
    playback: Playback
    marks: Marks
    gap_ms: Ints
    missed: Missed
    deeds: Deeds
    crowded: Crowded

    @property
    def ends_ms(self) -> Ints:
        """When the last play of each sitting was over; 0 where nothing played."""
        ends = np.zeros(len(self.sessions), dtype=np.int64)
        np.maximum.at(ends, self.playback.session, self.playback.start_ms + self.playback.wall_ms)
        return ends


@dataclass(slots=True)
class Screens:
    """Until when each of up to four streams of an account is taken, and who is to blame: the player's carry.

    `brought_by` are the actors who brought the sitting about; from `awake_until_ms` on it is also those who made it last
    so long, `kept_by`.
    """

    taken_ms: Ints
    brought_by: Ints
    awake_until_ms: Ints
    kept_by: Ints

    @classmethod
    def all_free(cls, home_count: int) -> Screens:
        """The screens before the first day."""
        free = np.zeros((home_count, int(STREAM_LIMITS.max())), dtype=np.int64)
        return cls(free, free.copy(), free.copy(), free.copy())

    def who_holds(self, home: Ints, at_ms: Ints, allowed: Flags) -> Ints:
        """The actors to blame for all streams of some homes together, at an instant each."""
        kept_by = np.where(self.awake_until_ms[home] <= at_ms[:, None], self.kept_by[home], 0)
        together: Ints = np.bitwise_or.reduce(np.where(allowed, self.brought_by[home] | kept_by, 0), axis=1)
        return together


def play_out(world: World, homes: Homes, guests: Guests, screens: Screens, order: RunningOrder, day: int) -> Played:
    """Run the plays of one local day; moves `screens` on."""
    sessions = order.sessions
    script, presses = _ask(world, *with_retries(world, order))
    key, home = script.key, sessions.home[script.session]
    network = _network(homes, guests, sessions)[script.session]
    startup = _startup(world, key, network)
    rough_start = sessions.start_ms[script.session]
    strikes = outages_around(world, day).strikes(homes.region[home], rough_start, rough_start + script.playing_ms)
    marks = Marks.stack([stall(world, key, script.playing_ms, network, strikes), presses])
    times = on_the_clock(script, sessions, order.awake_until_ms, marks, startup)
    failed = (script.error != NO_ERROR) & ~times.is_cut
    ending = np.where(failed, FAILED, np.where(script.finishes & ~times.is_cut, FINISHED, STOPPED))
    played = Playback(
        script.session, home, key, script.title(world), times.start_ms, startup, times.playing_ms, times.wall_ms,
        script.start_position_ms, script.runtime_ms(world), script.source, script.autoplayed, script.pressed,
        script.viewers, script.present_ms, script.attended_ms, script.causes | sessions.causes[script.session], ending,
        np.where(failed, script.error, NO_ERROR),
    )  # fmt: skip
    keep, played, marks = _limit_streams(homes, screens, _blame(script, order), played, marks, times.is_late)
    return Played(
        sessions,
        played,
        marks,
        script.gap_ms[keep],
        _missed(sessions, script, times, played, keep),
        order.deeds,
        order.crowded,
    )


def _network(homes: Homes, guests: Guests, sessions: Sessions) -> Ints:
    """Quality of the network of each sitting: that of the home, or that of the guest elsewhere."""
    guest = guests.row(sessions.home, sessions.device)
    network = homes.network[sessions.home]
    elsewhere = np.flatnonzero(guest >= 0)
    network[elsewhere] = guests.network[guest[elsewhere]]
    return network


def _startup(world: World, key: Ints, network: Ints) -> Ints:
    """Time from the press to the first picture, in ms."""
    median = world.scenario.of(PlayerSettings).startup_seconds
    drawn = Stream(world.scenario.run.seed, "player/startup").draw(key, _startup_times(median))
    return drawn * np.minimum(768 + network // 4, 4096) // 1024


@cache
def _startup_times(median_seconds: float) -> Quantiles:
    return Quantiles.lognormal(median_seconds * 1000, 0.55, low=120, high=MINUTE_MS)


def _ask(world: World, script: Attempts, marks: Marks) -> tuple[Attempts, Marks]:
    """The script with the player's countdowns; after some episodes without a press it asks who is there.

    Ordinary viewers answer after a few seconds, and the next episode then counts as pressed. Where nobody
    answers nothing more comes until somebody presses something.
    """
    settings, seed = world.scenario.of(PlayerSettings), world.scenario.run.seed
    most, number = settings.episodes_until_prompt, np.arange(len(script))
    goes_on, is_there = script.autoplayed & ~script.borrows, script.hands_off_ms > 0
    pressed = np.maximum.accumulate(np.where(goes_on, 0, number))
    answers = goes_on & is_there & ((number - pressed) % most == 0)
    pressed = np.maximum.accumulate(np.where(goes_on & ~answers, 0, number))
    answer = np.where(answers, 2_000 + Stream(seed, "player/prompt/answer").below(script.key, 15_000), 0)
    script = replace(
        script,
        gap_ms=np.where(goes_on, int(settings.autoplay_seconds * 1000) + answer, script.gap_ms),
        autoplayed=script.autoplayed & ~answers,
        pressed=script.pressed | answers,
    )
    comes = is_there | (number - pressed < most)
    return (script, marks) if comes.all() else (script.take(comes), marks.of(np.flatnonzero(comes), len(comes)))


def _missed(sessions: Sessions, script: Attempts, times: Times, played: Playback, came: Flags) -> Missed:
    """What came to nothing, but for what followed in sittings that were refused."""
    refused = played.session[played.error == STREAM_LIMIT]
    row = np.flatnonzero((times.turn_ms < times.until_ms) & ~came & ~np.isin(script.session, refused))
    is_idle = sessions.causes != 0
    is_idle[played.session] = False
    idle = np.flatnonzero(is_idle)
    return Missed(
        np.concatenate([script.session[row], idle]),
        np.concatenate([script.key[row], np.full(len(idle), -1)]),
        np.concatenate([times.turn_ms[row], sessions.start_ms[idle]]),
    )


@dataclass(frozen=True, slots=True)
class Blame(Rows):
    """Who is to blame that a sitting holds a stream, as in `Screens`."""

    brought_by: Ints
    awake_until_ms: Ints
    kept_by: Ints


def _blame(script: Attempts, order: RunningOrder) -> Blame:
    kept_by = np.zeros(len(order.sessions), dtype=np.int64)
    np.bitwise_or.at(kept_by, script.session[script.runs_on], script.causes[script.runs_on])
    return Blame(order.sessions.causes, order.awake_until_ms, kept_by)


def _limit_streams(
    homes: Homes, screens: Screens, blame: Blame, played: Playback, marks: Marks, is_late: Flags
) -> tuple[Flags, Playback, Marks]:
    """Refuse sittings beyond the plan's streams: their first play fails unless it `is_late`, the others never come."""
    runs = (played.playing_ms >= _SHORTEST_MS) | (played.ending == FAILED)
    first, last = first_of_group(played.session), last_of_group(played.session)
    ends = np.where(runs, played.start_ms + played.wall_ms, 0)
    until = np.maximum.reduceat(ends, first) if len(first) else first
    refused, because = _refused(homes, screens, blame.take(played.session[first]), played.take(first), until)
    of_session = np.repeat(np.arange(len(first)), last - first + 1)
    is_first = np.zeros(len(played), dtype=bool)
    is_first[first] = True
    blocked = refused[of_session]
    playing = np.where(blocked, 0, played.playing_ms)
    played = replace(
        played,
        playing_ms=playing,
        wall_ms=np.where(blocked, played.startup_ms, played.wall_ms),
        ending=np.where(blocked, FAILED, played.ending),
        error=np.where(blocked, STREAM_LIMIT, played.error),
        causes=played.causes | np.where(blocked, because[of_session], 0),
    )
    keep = np.where(blocked, is_first & ~is_late, runs)
    marks = marks.take((marks.at_ms < playing[marks.play]) | (marks.type == READY))
    return keep, played.take(keep), marks.of(np.flatnonzero(keep), len(keep))


def _refused(homes: Homes, screens: Screens, blame: Blame, first: Playback, end: Ints) -> tuple[Flags, Ints]:
    """Which sittings find all streams taken, by their `first` plays in order of start, and by whom (causes)."""
    home, begin = first.home, first.start_ms
    order = np.lexsort((first.key, begin, home))
    turn = np.empty(len(order), dtype=np.int64)
    turn[order] = turns(home[order])
    allowed = np.arange(screens.taken_ms.shape[1]) < STREAM_LIMITS[homes.plan][:, None]
    refused, because = np.zeros(len(first), dtype=bool), np.zeros(len(first), dtype=np.int64)
    for now in range(int(turn.max(initial=-1)) + 1):
        row = np.flatnonzero(turn == now)
        at = home[row]
        free = allowed[at] & (screens.taken_ms[at] <= begin[row][:, None])
        slot = free.argmax(axis=1)
        has = free.any(axis=1)
        refused[row] = ~has
        because[row] = np.where(has, 0, screens.who_holds(at, begin[row], allowed[at]))
        runs = has & (end[row] > 0)
        row, at, slot = row[runs], at[runs], slot[runs]
        screens.taken_ms[at, slot] = end[row]
        screens.brought_by[at, slot] = blame.brought_by[row]
        screens.awake_until_ms[at, slot] = blame.awake_until_ms[row]
        screens.kept_by[at, slot] = blame.kept_by[row]
    return refused, because
