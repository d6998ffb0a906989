"""Deeds: what actors did to a day, before it is known what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from synthview.rows import Ints, Rows

__all__ = ["Deeds"]


@dataclass(frozen=True, slots=True)
class Deeds(Rows):
    """One row per act of one actor.

    `actor` is its number among the actors; `play_key` is -1 for the whole session.
    `at_ms` counts playing time of the play; `what` says in two or three words what was done.
    """

    actor: Ints
    session: Ints
    play_key: Ints
    at_ms: Ints
    what: NDArray[np.object_]

    @classmethod
    def of(
        cls, actor: int, session: Ints, play_key: Ints | int, at_ms: Ints | int, what: Any
    ) -> Self:
        """Acts of one actor; `what` is one text for all or an array of texts."""
        zero = np.zeros(len(session), dtype=np.int64)
        words = np.empty(len(session), dtype=object)
        words[:] = what
        return cls(zero + actor, session, zero + play_key, zero + at_ms, words)

    @classmethod
    def none(cls) -> Self:
        """Nobody did anything."""
        return cls.of(0, np.zeros(0, dtype=np.int64), 0, 0, "")
