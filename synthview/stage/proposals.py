"""Proposals: sessions and plays that adders put beside people's, and who finds room."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from synthview.ids import ORDINALS, play_key, play_number
from synthview.people.homes import PERSONS
from synthview.rows import Flags, Ints, Rows
from synthview.stage.scene import Scene
from synthview.stage.script import BETWEEN, THROUGHOUT, Script
from synthview.stage.timetable import SCREENS, Timetable, one_a_home, persons_of
from synthview.tables import START_SOURCES
from synthview.viewing.sittings import Sessions
from synthview.world.clock import MINUTE_MS

__all__ = ["LONGEST_MS", "NOBODY", "Crowded", "Proposal", "insert", "offer", "settle", "sit"]

NOBODY = -1
"""The lead of a session in which no person holds the remote."""
_BREATH_MS = 1_000
_SHORTEST_MS = 5_000
_LEFT_MS = 10_000
"""Of a title that is gone on with at its very end, so much is left to play."""
LONGEST_MS = 20 * 60 * MINUTE_MS


@dataclass(frozen=True)
class Proposal:
    """What one actor adds to a day: sessions with plays, and plays in sessions that people meant.

    `plays.session` counts within `sessions`, `inserted.session` within the scene's. `what` are a
    few words for what was done in each session, and for each inserted play, by `deed`.
    """

    what: tuple[str, ...]
    sessions: Sessions | None = None
    plays: Script | None = None
    deed: Ints | None = None
    inserted: Script | None = None
    inserted_deed: Ints | None = None


def sit(  # noqa: PLR0913  a proposal says what it needs to, by name
    scene: Scene,
    rows: Ints,
    ordinal: Ints | int,
    start_ms: Ints,
    length_ms: Ints | int,
    device: Ints,
    *,
    lead: Ints | int = NOBODY,
    viewers: Ints | None = None,
    profile: Ints | int = 0,
    exit: Ints | int = -1,  # noqa: A002  where a network comes out
) -> Sessions:
    """Sessions that an actor adds: in homes `rows`, from `start_ms` for at most `length_ms`.

    `ordinal` (0 to 31) tells those of one home and day apart; `device` is the slot of their screen.
    Without `viewers` only the lead is there. A session ends sooner where people mean to use its
    screen, or its lead sits down elsewhere. It does not happen where screen or lead are taken when
    it should begin.
    """
    column = np.zeros(len(rows), dtype=np.int64)
    lead = column + lead
    alone = np.where(lead >= 0, np.int64(1) << np.maximum(lead, 0), 0)
    offset_ms = scene.world.clock.offset_ms(scene.homes.zone[rows], start_ms)
    return Sessions(
        home=rows,
        key=scene.session_key(rows, ordinal),
        lead=lead,
        viewers=alone if viewers is None else column + viewers,
        device=column + device,
        start_ms=start_ms,
        start_local=start_ms + offset_ms,
        length_ms=column + length_ms,
        until_ms=start_ms + np.minimum(length_ms, LONGEST_MS),
        profile=column + profile,
        exit=column + exit,
        causes=column,
    )


def offer(  # noqa: PLR0913  a proposal says what it needs to, by name
    scene: Scene,
    sessions: Sessions,
    session: Ints,
    number: Ints | int,
    work: Ints,
    *,
    playing_ms: Ints | int = THROUGHOUT,
    episode: Ints | int = 0,
    position_ms: Ints | int = 0,
    gap_ms: Ints | int = 0,
    source: str = "browse",
    pressed: Flags | bool = True,
    runs_on: Flags | bool = False,
    present_ms: Ints | int = THROUGHOUT,
    attended_ms: Ints | int = THROUGHOUT,
) -> Script:
    """Plays of sessions that an actor adds, the `number`-th (0 to 31) of each.

    They run for `playing_ms`, at most to the end of the title, or until the session is over.
    `pressed` says that a person started it. Where it `runs_on` nobody presses anything, and the
    player goes on with the next episode as long as it will.
    """
    catalogue = scene.world.catalogue
    column = np.zeros(len(session), dtype=np.int64)
    last_episode = _last_episode(scene, work)
    runtime = catalogue.runtime_ms(work, column + episode)
    position = _before_end(runtime, column + position_ms)
    remaining = runtime - position
    is_unattended = column.astype(bool) | runs_on
    meant = np.minimum(column + playing_ms, remaining)
    playing = np.where(is_unattended, remaining, meant)
    key = play_key(sessions.key[session], number)
    made = _plain(session, key, work, sessions.viewers[session], source)
    return replace(
        made,
        place=(column + number) * BETWEEN,
        episode=np.minimum(column + episode, last_episode),
        start_position_ms=position,
        playing_ms=playing,
        gap_ms=column + gap_ms,
        finishes=playing >= remaining,
        runs_on=is_unattended,
        hands_off_ms=np.where(is_unattended, 0, THROUGHOUT),
        pressed=made.pressed & pressed,
        present_ms=column + present_ms,
        attended_ms=column + attended_ms,
    )


def _last_episode(scene: Scene, work: Ints) -> Ints:
    """The last episode of each series that has appeared; 0 for films."""
    out = scene.world.catalogue.episodes_out(scene.day)
    return np.maximum(out[work] - 1, 0)


def _before_end(runtime: Ints, position_ms: Ints) -> Ints:
    """Positions in titles, moved back where less than `_LEFT_MS` would be left to play."""
    latest = np.maximum(runtime - _LEFT_MS, 0)
    return np.clip(position_ms, 0, latest)


def _plain(session: Ints, key: Ints, work: Ints, viewers: Ints, source: str) -> Script:
    """Plays that a person starts at once, with nothing special about them."""
    zero = np.zeros(len(session), dtype=np.int64)
    no = np.zeros(len(session), dtype=bool)
    return Script(
        session=session,
        key=key,
        place=zero,
        work=work,
        episode=zero,
        is_trailer=no,
        start_position_ms=zero,
        playing_ms=zero,
        gap_ms=zero,
        source=zero + START_SOURCES.index(source),
        finishes=no,
        autoplayed=no,
        borrows=no,
        runs_on=no,
        hands_off_ms=zero + THROUGHOUT,
        pressed=~no,
        viewers=viewers,
        present_ms=zero + THROUGHOUT,
        attended_ms=zero + THROUGHOUT,
        causes=zero,
    )


def insert(  # noqa: PLR0913  a proposal says what it needs to, by name
    scene: Scene,
    before: Ints,
    work: Ints,
    *,
    playing_ms: Ints,
    gap_ms: Ints | int,
    source: str,
    episode: Ints | int = 0,
    position_ms: Ints | int = 0,
    is_trailer: bool = False,
    borrows: bool = False,
    pressed: bool = True,
    attended_ms: Ints | int = THROUGHOUT,
) -> Script:
    """Plays put just before plays that people meant, at most one before each.

    `before` are rows of `scene.plays`. A play that `borrows` takes its time from the gap of the
    play after it, as a trailer in a menu does; any other makes what follows later.
    """
    session = scene.plays.session[before]
    viewers = scene.sessions.viewers[session]
    key, place = _just_before(scene, before)
    zero, no = np.zeros(len(before), dtype=np.int64), np.zeros(len(before), dtype=bool)
    made = replace(
        _plain(session, key, work, viewers, source),
        place=place,
        episode=zero + episode,
        is_trailer=no | is_trailer,
        gap_ms=zero + gap_ms,
        autoplayed=no | (not pressed),
        borrows=no | borrows,
        pressed=no | pressed,
        attended_ms=zero + attended_ms,
    )
    runtime = made.runtime_ms(scene.world)
    position = _before_end(runtime, zero + position_ms)
    remaining = runtime - position
    return replace(
        made,
        start_position_ms=position,
        playing_ms=np.minimum(playing_ms, remaining),
        finishes=playing_ms >= remaining,
    )


def _just_before(scene: Scene, before: Ints) -> tuple[Ints, Ints]:
    """Keys of inserted plays, and their places: no two actors' plays have the same one."""
    meant = scene.plays.key[before]
    home = scene.sessions.home[scene.plays.session[before]]
    key = scene.session_key(home, meant % ORDINALS)
    of_actor = key // ORDINALS % 512
    place = play_number(meant) * BETWEEN - BETWEEN // 2 + of_actor
    return key, place


@dataclass(frozen=True, slots=True)
class Crowded(Rows):
    """Sessions that found no room, or not for somebody, because of other proposed ones.

    `until_ms` is by when they would have been over.
    """

    home: Ints
    start_ms: Ints
    until_ms: Ints

    @classmethod
    def none(cls) -> Crowded:
        """Everybody had room."""
        return cls(*(np.zeros(0, dtype=np.int64) for _ in range(3)))


def settle(
    timetable: Timetable, taken_ms: Ints, sessions: Sessions, may: Flags
) -> tuple[Flags, Sessions, Crowded]:
    """Which proposed sessions find room, until when and with whom, and who had no room.

    A session needs its screen and its lead. What people meant comes first; among proposals the one
    that begins sooner does. Only those that `may` are looked at. `taken_ms` (home, resource) says
    until when earlier proposals hold something, and is moved on.
    """
    until = _until(timetable, sessions)
    is_long = until - sessions.start_ms >= _SHORTEST_MS
    fits = may & is_long & _fits(timetable, sessions)
    viewers = _company(timetable, sessions, until)
    sessions = replace(sessions, until_ms=until, viewers=viewers)

    kept = np.zeros(len(sessions), dtype=bool)
    misses = np.zeros(len(sessions), dtype=bool)
    fitting = np.flatnonzero(fits)
    asked = sessions.take(fitting)
    for turn in one_a_home(asked.home, asked.start_ms, asked.key):
        rows = fitting[turn]
        row = rows[_has_room(taken_ms, sessions.take(rows))]
        away = _seat(taken_ms, sessions.take(row))
        viewers[row] &= ~away
        misses[row] = away != 0
        kept[row] = True
    crowded = fits & (misses | ~kept)
    return kept, sessions, _crowded(sessions.take(crowded))


def _until(timetable: Timetable, sessions: Sessions) -> Ints:
    """When each proposed session ends: before people mean to use its screen or its lead is due."""
    home, start = sessions.home, sessions.start_ms
    screen_needed = timetable.next_start(home, SCREENS + sessions.device, start)
    lead_needed = timetable.next_start(home, _lead(sessions), start)
    until = np.minimum(sessions.until_ms, screen_needed - _BREATH_MS)
    with_lead = np.minimum(until, lead_needed - _BREATH_MS)
    return np.where(_is_led(sessions), with_lead, until)


def _fits(timetable: Timetable, sessions: Sessions) -> Flags:
    """Whether people leave the screen and the lead of each session free when it begins."""
    home, start = sessions.home, sessions.start_ms
    has_screen = timetable.is_free(home, SCREENS + sessions.device, start)
    has_lead = timetable.is_free(home, _lead(sessions), start)
    return (sessions.device >= 0) & has_screen & (has_lead | ~_is_led(sessions))


def _is_led(sessions: Sessions) -> Flags:
    """Whether a person holds the remote."""
    return sessions.lead >= 0


def _lead(sessions: Sessions) -> Ints:
    """The person slot of the lead; 0 where nobody holds the remote."""
    return np.maximum(sessions.lead, 0)


def _has_room(taken_ms: Ints, sessions: Sessions) -> Flags:
    """Whether earlier proposals leave screen and lead of each session free when it begins."""
    home, start = sessions.home, sessions.start_ms
    screen_free = taken_ms[home, SCREENS + sessions.device] <= start
    lead_free = taken_ms[home, _lead(sessions)] <= start
    return screen_free & (lead_free | ~_is_led(sessions))


def _seat(taken_ms: Ints, sessions: Sessions) -> Ints:
    """Take screens and viewers of sessions, at most one a home; returns who cannot come (bits)."""
    home, until = sessions.home, sessions.until_ms
    taken_ms[home, SCREENS + sessions.device] = until
    one, person = persons_of(sessions.viewers)
    is_lead = _lead(sessions)[one] == person
    is_taken = taken_ms[home[one], person] > sessions.start_ms[one]
    cannot = is_taken & ~is_lead

    comes = one[~cannot]
    who = person[~cannot]
    taken_ms[home[comes], who] = until[comes]
    away = np.zeros_like(sessions.viewers)
    np.bitwise_or.at(away, one[cannot], np.int64(1) << person[cannot])
    return away


def _crowded(sessions: Sessions) -> Crowded:
    """Where somebody of the home would have led, they might have fallen asleep."""
    naps = (sessions.lead >= 0) & (sessions.lead < PERSONS)
    latest = sessions.start_ms + LONGEST_MS
    return Crowded(
        home=sessions.home,
        start_ms=sessions.start_ms,
        until_ms=np.where(naps, latest, sessions.until_ms),
    )


def _company(timetable: Timetable, sessions: Sessions, until_ms: Ints) -> Ints:
    """The viewers of each proposed session who mean to be nowhere else during it, and the lead."""
    viewers = sessions.viewers.copy()
    for person in range(PERSONS):
        is_viewer = viewers >> person & 1 == 1
        comes = np.flatnonzero(is_viewer & (sessions.lead != person))
        home = sessions.home[comes]
        start = sessions.start_ms[comes]
        is_free = timetable.is_free(home, person, start)
        leaves = timetable.next_start(home, person, start) < until_ms[comes]
        away = comes[~is_free | leaves]
        viewers[away] &= ~(np.int64(1) << person)
    return viewers
