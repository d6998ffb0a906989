"""Proposals: sittings and plays that adders put beside those of the people, and which of them find room."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from synthview.ids import ORDINALS, play_key, play_number
from synthview.people.homes import PERSONS
from synthview.rows import Flags, Ints, Rows, turns
from synthview.stage.scene import Scene
from synthview.stage.script import BETWEEN, THROUGHOUT, Script
from synthview.stage.timetable import FAR_MS, SCREENS, Timetable
from synthview.tables import START_SOURCES
from synthview.viewing.sittings import Sessions
from synthview.world.clock import MINUTE_MS

__all__ = ["LONGEST_MS", "NOBODY", "Crowded", "Proposal", "insert", "offer", "settle", "sit"]

NOBODY = -1
"""The lead of a sitting in which no person holds the remote."""
_BREATH_MS = 1_000
_SHORTEST_MS = 5_000
_LEFT_MS = 10_000
"""Of a title that is gone on with at its very end, so much is left to play."""
LONGEST_MS = 20 * 60 * MINUTE_MS


@dataclass(frozen=True)
class Proposal:
    """What one actor adds to a day: sittings with plays, and plays inserted into sittings that people meant.

    `plays.session` counts within `sessions`, `inserted.session` within the scene's. `what` are two or
    three words for what was done in each sitting, and for each inserted play, by `deed`.
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
    """Sittings that an actor adds: in homes `rows`, from `start_ms` for at most `length_ms`, on device slots.

    `ordinal` (0 to 31) tells those of one home and day apart. Without `viewers` only the lead is there.
    A sitting ends sooner where people mean to use its screen, or its lead sits down elsewhere; it comes
    to nothing where screen or lead are taken when it should begin.
    """
    column = np.zeros(len(rows), dtype=np.int64)
    lead = column + lead
    alone = np.where(lead >= 0, np.int64(1) << np.maximum(lead, 0), 0)
    return Sessions(
        home=rows,
        key=scene.session_key(rows, ordinal),
        lead=lead,
        viewers=alone if viewers is None else column + viewers,
        device=column + device,
        start_ms=start_ms,
        start_local=start_ms + scene.world.clock.offset_ms(scene.homes.zone[rows], start_ms),
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
    """Plays of sittings that an actor adds, the `number`-th (0 to 31) of each.

    They run for `playing_ms`, at most to the end of the title, or until the sitting is over. `pressed`
    says that a person started it. Where it `runs_on` nobody presses anything, and the player goes on
    with the next episode as long as it will.
    """
    catalogue, key, column = scene.world.catalogue, sessions.key[session], np.zeros(len(session), dtype=np.int64)
    runtime = catalogue.runtime_ms(work, column + episode)
    position = np.clip(column + position_ms, 0, np.maximum(runtime - _LEFT_MS, 0))
    runs = column.astype(bool) | runs_on
    playing = np.where(runs, runtime - position, np.minimum(column + playing_ms, runtime - position))
    made = _plain(session, play_key(key, number), work, sessions.viewers[session], source)
    return replace(
        made,
        place=(column + number) * BETWEEN,
        episode=np.minimum(column + episode, np.maximum(catalogue.works.episode_count[work] - 1, 0)),
        start_position_ms=position,
        playing_ms=playing,
        gap_ms=column + gap_ms,
        finishes=playing >= runtime - position,
        runs_on=runs,
        hands_off_ms=np.where(runs, 0, THROUGHOUT),
        pressed=made.pressed & pressed,
        present_ms=column + present_ms,
        attended_ms=column + attended_ms,
    )


def _plain(session: Ints, key: Ints, work: Ints, viewers: Ints, source: str) -> Script:
    """Plays that a person starts at once, with nothing special about them."""
    zero, no = np.zeros(len(session), dtype=np.int64), np.zeros(len(session), dtype=bool)
    return Script(
        session=session, key=key, place=zero, work=work, episode=zero, is_trailer=no, start_position_ms=zero,
        playing_ms=zero, gap_ms=zero, source=zero + START_SOURCES.index(source), finishes=no, autoplayed=no, borrows=no,
        runs_on=no, hands_off_ms=zero + THROUGHOUT, pressed=~no, viewers=viewers, present_ms=zero + THROUGHOUT,
        attended_ms=zero + THROUGHOUT, causes=zero,
    )  # fmt: skip


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
    """Plays put just before plays that people meant (rows of `scene.plays`), at most one before each.

    A play that `borrows` takes its time from the gap of the play after it, as a trailer in a menu does;
    any other makes what follows later.
    """
    plays, sessions = scene.plays, scene.sessions
    session, zero = plays.session[before], np.zeros(len(before), dtype=np.int64)
    key = scene.session_key(sessions.home[session], plays.key[before] % ORDINALS)
    place = play_number(plays.key[before]) * BETWEEN - BETWEEN // 2 + key // ORDINALS % 512
    made = replace(
        _plain(session, key, work, sessions.viewers[session], source),
        place=place,
        episode=zero + episode,
        is_trailer=(zero == 0) & is_trailer,
        start_position_ms=zero + position_ms,
        gap_ms=zero + gap_ms,
        autoplayed=(zero == 0) & (not pressed),
        borrows=(zero == 0) & borrows,
        pressed=(zero == 0) & pressed,
        attended_ms=zero + attended_ms,
    )
    runtime = made.runtime_ms(scene.world)
    position = np.clip(made.start_position_ms, 0, np.maximum(runtime - _LEFT_MS, 0))
    finishes = playing_ms >= runtime - position
    return replace(
        made, start_position_ms=position, playing_ms=np.minimum(playing_ms, runtime - position), finishes=finishes
    )


@dataclass(frozen=True, slots=True)
class Crowded(Rows):
    """Sittings that other proposed ones kept from happening, or kept somebody from: by when they would have been over."""

    home: Ints
    start_ms: Ints
    until_ms: Ints

    @classmethod
    def none(cls) -> Crowded:
        """Everybody had room."""
        return cls(*(np.zeros(0, dtype=np.int64) for _ in range(3)))


def settle(timetable: Timetable, taken_ms: Ints, sessions: Sessions, may: Flags) -> tuple[Flags, Sessions, Crowded]:
    """Which proposed sittings find their screen and their lead free, until when they have them, and who had no room.

    What people meant comes first; among proposals the one that begins sooner does. Only those that
    `may` are looked at. `taken_ms` (home, resource) says until when earlier proposals hold something,
    and is moved on.
    """
    home, start = sessions.home, sessions.start_ms
    screen, lead = SCREENS + sessions.device, np.maximum(sessions.lead, 0)
    is_led = sessions.lead >= 0
    free = may & (sessions.device >= 0) & timetable.is_free(home, screen, start)
    free &= ~is_led | timetable.is_free(home, lead, start)
    until = np.minimum(sessions.until_ms, timetable.next_start(home, screen, start) - _BREATH_MS)
    until = np.minimum(until, np.where(is_led, timetable.next_start(home, lead, start) - _BREATH_MS, FAR_MS))
    viewers = _company(timetable, sessions, until)
    free &= until - start >= _SHORTEST_MS
    order = np.flatnonzero(free)
    order = order[np.lexsort((sessions.key[order], start[order], home[order]))]
    turn = turns(home[order])
    kept, misses = np.zeros(len(sessions), dtype=bool), np.zeros(len(sessions), dtype=bool)
    for now in range(int(turn.max(initial=-1)) + 1):
        row = order[turn == now]
        at = home[row]
        goes = taken_ms[at, screen[row]] <= start[row]
        goes &= ~is_led[row] | (taken_ms[at, lead[row]] <= start[row])
        row, at = row[goes], at[goes]
        taken_ms[at, screen[row]] = until[row]
        one, person = np.nonzero(viewers[row, None] >> np.arange(SCREENS - 1) & 1)
        late = (lead[row[one]] != person) & (taken_ms[at[one], person] > start[row[one]])
        np.subtract.at(viewers, row[one[late]], np.int64(1) << person[late])
        misses[row[one[late]]] = True
        one, person = one[~late], person[~late]
        taken_ms[at[one], person] = until[row[one]]
        kept[row] = True
    settled = replace(sessions, until_ms=until, viewers=viewers)
    return kept, settled, _crowded(settled.take(free & (misses | ~kept)))


def _crowded(sessions: Sessions) -> Crowded:
    """Where somebody of the home would have led, they might have fallen asleep."""
    naps = (sessions.lead >= 0) & (sessions.lead < PERSONS)
    until = np.where(naps, sessions.start_ms + LONGEST_MS, sessions.until_ms)
    return Crowded(sessions.home, sessions.start_ms, until)


def _company(timetable: Timetable, sessions: Sessions, until_ms: Ints) -> Ints:
    """The viewers of each proposed sitting without those, the lead aside, who mean to be elsewhere during it."""
    home, viewers = sessions.home, sessions.viewers.copy()
    for person in range(PERSONS):
        comes = np.flatnonzero((viewers >> person & 1 == 1) & (sessions.lead != person))
        at, start = home[comes], sessions.start_ms[comes]
        stays = timetable.is_free(at, person, start) & (timetable.next_start(at, person, start) >= until_ms[comes])
        away = comes[~stays]
        viewers[away] &= ~(np.int64(1) << person)
    return viewers
