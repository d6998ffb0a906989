"""Who in a home an actor is about, for as long as a spell lasts."""

from __future__ import annotations

import numpy as np

from synthview.draws.chance import Stream
from synthview.people.homes import PERSONS
from synthview.rows import Flags, Ints
from synthview.stage.spells import Spells

__all__ = ["one_of_the_home"]


def one_of_the_home(stream: Stream, spell: Spells, candidates: Flags) -> Ints:
    """Choose one candidate for each spell, all alike; slot 0 where there is none.

    `candidates` has a row for each spell and a column for each person slot.
    """
    lots = stream.bits(spell.key[:, None], np.arange(PERSONS)) | np.uint64(1)
    chosen: Ints = np.where(candidates, lots, np.uint64(0)).argmax(axis=1)
    return chosen
