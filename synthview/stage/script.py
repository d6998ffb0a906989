"""The script: every play of a day as the player is to run it, whoever meant it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synthview.ids import play_number
from synthview.rows import Flags, Ints, Rows
from synthview.viewing.choices import Plays
from synthview.viewing.sittings import Sessions
from synthview.world import World
from synthview.world.catalogue import EPISODE, FILM, TRAILER, title_key, trailer_ms

__all__ = ["BETWEEN", "THROUGHOUT", "Script", "script_of"]

BETWEEN = 1 << 20
"""Steps between the places of two plays of a session, so that others can be put between them."""
THROUGHOUT = 1 << 40
"""More milliseconds than any play runs: as long as it plays."""


@dataclass(frozen=True, slots=True)
class Script(Rows):
    """One row per play to come.

    `session` is the row of its session and `place` its place there. `gap_ms` is the time before its
    press; a play that `borrows` takes its time from the gap of the play after it. It `runs_on`
    where nobody presses anything after `hands_off_ms` of playing time, so that the player does the
    rest.
    `pressed` says that a person started it; `viewers` is a bit mask of person slots, `present_ms`
    and `attended_ms` how much of its playing time a person is there, and attends. `causes` is a bit
    mask of the actors that caused it.
    """

    session: Ints
    key: Ints
    place: Ints
    work: Ints
    episode: Ints
    is_trailer: Flags
    start_position_ms: Ints
    playing_ms: Ints
    gap_ms: Ints
    source: Ints
    finishes: Flags
    autoplayed: Flags
    borrows: Flags
    runs_on: Flags
    hands_off_ms: Ints
    pressed: Flags
    viewers: Ints
    present_ms: Ints
    attended_ms: Ints
    causes: Ints

    def title(self, world: World) -> Ints:
        """Internal ids of the titles."""
        is_film = world.catalogue.works.is_film[self.work]
        kind = np.select(
            [self.is_trailer, is_film],
            [TRAILER, FILM],
            default=EPISODE,
        )
        episode = np.where(kind == EPISODE, self.episode, 0)
        return title_key(kind, self.work, episode)

    def runtime_ms(self, world: World) -> Ints:
        """Length of what plays."""
        runtime = world.catalogue.runtime_ms(self.work, self.episode)
        if not self.is_trailer.any():
            return runtime
        trailer = trailer_ms(world.scenario, self.work)
        return np.where(self.is_trailer, trailer, runtime)


def script_of(plays: Plays, sessions: Sessions) -> Script:
    """What people meant to play, as a script: they press play and attend throughout."""
    count = len(plays)
    no = np.zeros(count, dtype=bool)
    always = np.full(count, THROUGHOUT)
    return Script(
        session=plays.session,
        key=plays.key,
        place=play_number(plays.key) * BETWEEN,
        work=plays.work,
        episode=plays.episode,
        is_trailer=no,
        start_position_ms=plays.start_position_ms,
        playing_ms=plays.playing_ms,
        gap_ms=plays.gap_ms,
        source=plays.source,
        finishes=plays.finishes,
        autoplayed=plays.autoplayed,
        borrows=no,
        runs_on=no,
        hands_off_ms=always,
        pressed=~plays.autoplayed,
        viewers=sessions.viewers[plays.session],
        present_ms=always,
        attended_ms=always,
        causes=np.zeros(count, dtype=np.int64),
    )
