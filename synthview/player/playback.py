"""The player: turns what was meant into what ran, until somebody or something stops it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from synthview.people.guests import Guests
from synthview.people.homes import Homes
from synthview.player.asking import ask
from synthview.player.attempts import Attempts, with_retries
from synthview.player.autoplay import RunningOrder
from synthview.player.presses import READY, Marks, stall
from synthview.player.settings import PlayerSettings
from synthview.player.timing import Times, on_the_clock
from synthview.rows import Flags, Ints, Rows, first_of_group, last_of_group, turns
from synthview.stage.deeds import Deeds
from synthview.stage.edits import NO_ERROR
from synthview.stage.proposals import Crowded
from synthview.stage.timetable import one_a_home
from synthview.tables import ERROR_CODES, PLANS
from synthview.viewing.sittings import Sessions
from synthview.world import World
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
    "network_of",
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
    time (0 without an error: whoever waited has left before the first picture), `wall_ms` the time
    from press to end. `ending` says how it ended, `error` (an index of ERROR_CODES) what failed.
    `pressed`, `viewers`, `present_ms`, `attended_ms` and `causes` are as in `Script`.
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
    """Plays whose session was over before their turn came, and sessions (key -1) without plays."""

    session: Ints
    key: Ints
    at_ms: Ints

    @classmethod
    def none(cls) -> Self:
        """Everything meant came about."""
        nothing = np.zeros(0, dtype=np.int64)
        return cls(session=nothing, key=nothing, at_ms=nothing)


@dataclass(frozen=True, slots=True)
class Played:
    """A day as it happened.

    `marks` are what happened within plays, `gap_ms` the time before each press; `deeds` and
    `crowded` are as in `RunningOrder`.
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
        """When the last play of each session was over; 0 where nothing played."""
        playback = self.playback
        ends = np.zeros(len(self.sessions), dtype=np.int64)
        np.maximum.at(ends, playback.session, playback.start_ms + playback.wall_ms)
        return ends


@dataclass(slots=True)
class Screens:
    """Until when each of up to four streams of an account is taken, and who is to blame.

    `brought_by` are the actors who brought the session about; from `awake_until_ms` on it is also
    those who made it last so long, `kept_by`. The player carries this from day to day.
    """

    taken_ms: Ints
    brought_by: Ints
    awake_until_ms: Ints
    kept_by: Ints

    @classmethod
    def all_free(cls, home_count: int) -> Screens:
        """The screens before the first day."""
        stream_count = int(STREAM_LIMITS.max())
        free = np.zeros((home_count, stream_count), dtype=np.int64)
        return cls(
            taken_ms=free,
            brought_by=free.copy(),
            awake_until_ms=free.copy(),
            kept_by=free.copy(),
        )

    def who_holds(self, home: Ints, at_ms: Ints, allowed: Flags) -> Ints:
        """The actors to blame for all streams of some homes together, at an instant each."""
        is_late = self.awake_until_ms[home] <= at_ms[:, None]
        kept_by = np.where(is_late, self.kept_by[home], 0)
        blamed = np.where(allowed, self.brought_by[home] | kept_by, 0)
        together: Ints = np.bitwise_or.reduce(blamed, axis=1)
        return together

    def give(self, home: Ints, stream: Ints, until_ms: Ints, blame: Blame) -> None:
        """Let a session of each of some homes have one of its streams."""
        self.taken_ms[home, stream] = until_ms
        self.brought_by[home, stream] = blame.brought_by
        self.awake_until_ms[home, stream] = blame.awake_until_ms
        self.kept_by[home, stream] = blame.kept_by


def play_out(
    world: World,
    homes: Homes,
    guests: Guests,
    screens: Screens,
    order: RunningOrder,
    network: Ints,
    day: int,
) -> Played:
    """Run the plays of one local day; moves `screens` on.

    `network` is the quality of the network of each session, as `network_of` has it.
    """
    sessions = order.sessions
    script, presses = ask(world, *with_retries(world, order, network))
    strikes = _strikes(world, homes, sessions, script, day)
    session, highest = script.session, _highest_kbps(world, homes, guests, sessions)
    stalls = stall(
        world, script.key, script.playing_ms, network[session], strikes, highest[session]
    )
    marks = Marks.stack([stalls, presses])
    times = on_the_clock(script, sessions, order.awake_until_ms, marks)
    played = _as_timed(world, sessions, script, times)
    blame = _blame(script, order)
    is_left = script.is_left & ~times.is_late
    keep, played, marks = _limit_streams(
        homes, screens, blame, played, marks, is_left, times.is_late
    )
    return Played(
        sessions=sessions,
        playback=played,
        marks=marks,
        gap_ms=script.gap_ms[keep],
        missed=_missed(sessions, script, times, played, keep),
        deeds=order.deeds,
        crowded=order.crowded,
    )


def _strikes(world: World, homes: Homes, sessions: Sessions, script: Attempts, day: int) -> Ints:
    """How many outages fall into each play, taken from the start of its session."""
    region = homes.region[sessions.home[script.session]]
    rough_start = sessions.start_ms[script.session]
    rough_end = rough_start + script.playing_ms
    return outages_around(world, day).strikes(region, rough_start, rough_end)


def _as_timed(world: World, sessions: Sessions, script: Attempts, times: Times) -> Playback:
    """Every play of the script as it would run if each session got its stream."""
    fails = (script.error != NO_ERROR) & ~times.is_cut
    finishes = script.finishes & ~times.is_cut
    ending = np.select(
        [fails, finishes],
        [FAILED, FINISHED],
        default=STOPPED,
    )
    return Playback(
        session=script.session,
        home=sessions.home[script.session],
        key=script.key,
        title=script.title(world),
        start_ms=times.start_ms,
        startup_ms=script.startup_ms,
        playing_ms=times.playing_ms,
        wall_ms=times.wall_ms,
        start_position_ms=script.start_position_ms,
        runtime_ms=script.runtime_ms(world),
        source=script.source,
        autoplayed=script.autoplayed,
        pressed=script.pressed,
        viewers=script.viewers,
        present_ms=script.present_ms,
        attended_ms=script.attended_ms,
        causes=script.causes | sessions.causes[script.session],
        ending=ending,
        error=np.where(fails, script.error, NO_ERROR),
    )


def network_of(homes: Homes, guests: Guests, sessions: Sessions) -> Ints:
    """Quality of the network of each session: that of the home, or that of the guest elsewhere."""
    guest = guests.row(sessions.home, sessions.device)
    network = homes.network[sessions.home]
    elsewhere = np.flatnonzero(guest >= 0)
    network[elsewhere] = guests.network[guest[elsewhere]]
    return network


def _highest_kbps(world: World, homes: Homes, guests: Guests, sessions: Sessions) -> Ints:
    """The best picture that the plan and the screen of each session allow."""
    settings = world.scenario.of(PlayerSettings)
    of_plan, of_device = (
        np.array(kbps, dtype=np.int64)
        for kbps in (settings.highest_kbps_of_plan, settings.highest_kbps_of_device)
    )
    guest = guests.row(sessions.home, sessions.device)
    is_guests = guest >= 0
    device_type = homes.device_type[sessions.home, np.where(is_guests, 0, sessions.device)]
    device_type[is_guests] = guests.device_type[guest[is_guests]]
    return np.minimum(of_plan[homes.plan[sessions.home]], of_device[device_type])


def _missed(
    sessions: Sessions, script: Attempts, times: Times, played: Playback, came: Flags
) -> Missed:
    """What was not played, but for what followed in sessions that were refused."""
    refused = played.session[played.error == STREAM_LIMIT]
    had_its_turn = times.turn_ms < times.until_ms
    is_refused = np.isin(script.session, refused)
    row = np.flatnonzero(had_its_turn & ~came & ~is_refused)

    is_idle = sessions.causes != 0
    is_idle[played.session] = False
    idle = np.flatnonzero(is_idle)
    return Missed(
        session=np.concatenate([script.session[row], idle]),
        key=np.concatenate([script.key[row], np.full(len(idle), -1)]),
        at_ms=np.concatenate([times.turn_ms[row], sessions.start_ms[idle]]),
    )


@dataclass(frozen=True, slots=True)
class Blame(Rows):
    """Which actors are to blame that a session holds a stream, as in `Screens`."""

    brought_by: Ints
    awake_until_ms: Ints
    kept_by: Ints


def _blame(script: Attempts, order: RunningOrder) -> Blame:
    """Which actors brought each session about, and which made it last so long."""
    kept_by = np.zeros(len(order.sessions), dtype=np.int64)
    runs_on = script.runs_on
    np.bitwise_or.at(kept_by, script.session[runs_on], script.causes[runs_on])
    return Blame(
        brought_by=order.sessions.causes,
        awake_until_ms=order.awake_until_ms,
        kept_by=kept_by,
    )


def _limit_streams(
    homes: Homes,
    screens: Screens,
    blame: Blame,
    played: Playback,
    marks: Marks,
    is_left: Flags,
    is_late: Flags,
) -> tuple[Flags, Playback, Marks]:
    """Refuse sessions beyond the plan's streams.

    Their first play fails unless it `is_late`, the others never come. What `is_left` before its
    first picture came all the same.
    """
    runs = (played.playing_ms >= _SHORTEST_MS) | (played.ending == FAILED) | is_left
    ends = np.where(runs, played.start_ms + played.wall_ms, 0)
    first = first_of_group(played.session)
    until = np.maximum.reduceat(ends, first) if len(first) else first
    opening = played.take(first)
    refused, because = _refused(homes, screens, blame.take(opening.session), opening, until)

    plays = last_of_group(played.session) - first + 1
    blocked = np.repeat(refused, plays)
    played = _blocked(played, blocked, np.repeat(because, plays))
    is_first = turns(played.session) == 0
    keep = np.where(blocked, is_first & ~is_late, runs)
    comes = marks.at_ms < played.playing_ms[marks.play]
    marks = marks.take(comes | (marks.type == READY))
    return keep, played.take(keep), marks.of(np.flatnonzero(keep), len(keep))


def _blocked(played: Playback, blocked: Flags, because: Ints) -> Playback:
    """Plays of which some fail for want of a stream, and by which actors."""
    return replace(
        played,
        playing_ms=np.where(blocked, 0, played.playing_ms),
        wall_ms=np.where(blocked, played.startup_ms, played.wall_ms),
        ending=np.where(blocked, FAILED, played.ending),
        error=np.where(blocked, STREAM_LIMIT, played.error),
        causes=played.causes | np.where(blocked, because, 0),
    )


def _refused(
    homes: Homes, screens: Screens, blame: Blame, first: Playback, end: Ints
) -> tuple[Flags, Ints]:
    """Which sessions find all streams taken, by their `first` plays, and by which actors (bits)."""
    refused = np.zeros(len(first), dtype=bool)
    because = np.zeros(len(first), dtype=np.int64)
    for row in one_a_home(first.home, first.start_ms, first.key):
        home = first.home[row]
        start = first.start_ms[row]
        allowed = _streams_of(homes, home)
        is_free = allowed & (screens.taken_ms[home] <= start[:, None])
        has_room = is_free.any(axis=1)
        holders = screens.who_holds(home, start, allowed)
        refused[row] = ~has_room
        because[row] = np.where(has_room, 0, holders)

        runs = has_room & (end[row] > 0)
        first_free = is_free.argmax(axis=1)
        going = row[runs]
        screens.give(home[runs], first_free[runs], end[going], blame.take(going))
    return refused, because


def _streams_of(homes: Homes, home: Ints) -> Flags:
    """Which of the streams each plan of some homes allows, (home, stream)."""
    stream = np.arange(STREAM_LIMITS.max())
    limit = STREAM_LIMITS[homes.plan[home]]
    return stream < limit[:, None]
