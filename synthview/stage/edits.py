"""Edits: what shapers do to plays; they combine alike in any order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from synthview.rows import Flags, Ints, Rows
from synthview.stage.script import THROUGHOUT
from synthview.tables import ERROR_CODES

__all__ = ["NO_ERROR", "Attends", "Breaks", "Dozes", "Edits", "Presses", "Routes"]

NO_ERROR = len(ERROR_CODES)


def _none(count: int) -> Ints:
    return np.zeros(count, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Presses(Rows):
    """Presses during plays: a pause of `stall_ms`, or a jump of `jump_ms` that takes `stall_ms`.

    `at_ms` is playing time of the play (a row of the script). All presses of all actors happen.
    """

    play: Ints
    at_ms: Ints
    stall_ms: Ints
    jump_ms: Ints

    @classmethod
    def none(cls) -> Presses:
        """No press."""
        return cls(*(_none(0) for _ in range(4)))


@dataclass(frozen=True, slots=True)
class Breaks(Rows):
    """Ends that come too early, after `at_ms` of playing time; of several the earliest counts.

    `at_ms` is 0 for a start that fails. `error` is an index of ERROR_CODES, `NO_ERROR` for
    somebody's finger. Then the viewer tries again `attempts` times, each time after `wait_ms`, each
    a play of its own; all tries but the last fail to start, and the last as well if they `give_up`.
    After that, or after no try at all, the session is over.
    """

    play: Ints
    at_ms: Ints
    error: Ints
    attempts: Ints
    wait_ms: Ints
    give_up: Flags
    source: Ints = field(default_factory=lambda: _none(0))
    """The source of ids of who broke them; the stage fills it."""

    @classmethod
    def none(cls) -> Breaks:
        """No break."""
        return cls(_none(0), _none(0), _none(0), _none(0), _none(0), np.zeros(0, dtype=bool))


@dataclass(frozen=True, slots=True)
class Attends(Rows):
    """Who is there: a person for at most `present_ms` of playing time.

    They attend for at most `attended_ms`. `viewers` is a bit mask of person slots who are there
    besides, `absent` of those who are not. The least of all actors' times counts, and all their
    masks.
    """

    play: Ints
    present_ms: Ints
    attended_ms: Ints
    viewers: Ints
    absent: Ints

    @classmethod
    def least(
        cls,
        play: Ints,
        *,
        present_ms: Ints | int = THROUGHOUT,
        attended_ms: Ints | int = THROUGHOUT,
    ) -> Attends:
        """Presence and attendance of the viewers there are."""
        zero = _none(len(play))
        return cls(play, zero + present_ms, zero + attended_ms, zero, zero)


@dataclass(frozen=True, slots=True)
class Dozes(Rows):
    """From `at_ms` of playing time on nobody presses anything, and the player does the rest.

    That lasts until `awake_ms`, an instant. Of several in one session the earliest counts.
    """

    play: Ints
    at_ms: Ints
    awake_ms: Ints

    @classmethod
    def none(cls) -> Dozes:
        """Nobody nods off."""
        return cls(*(_none(0) for _ in range(3)))


@dataclass(frozen=True, slots=True)
class Routes(Rows):
    """Sessions whose network is seen in another country.

    `exit` is its code; of several the highest counts.
    """

    session: Ints
    exit: Ints


@dataclass(frozen=True)
class Edits:
    """What one actor changes in the plays of a day; `what` says in a few words what it did."""

    what: str
    presses: Presses | None = None
    breaks: Breaks | None = None
    attends: Attends | None = None
    dozes: Dozes | None = None
    routes: Routes | None = None
    has_part: Ints | None = None
    """Plays (rows of the script) that it has a part in without any of these."""
    also: Sequence[Edits] = ()
    """More of the same actor's acts that go by other words."""

    def all(self) -> list[Edits]:
        """The edits and those they carry along."""
        return [self, *(edits for one in self.also for edits in one.all())]
