"""Who in a home an actor is about, for an evening or as long as a spell lasts."""

from __future__ import annotations

import numpy as np

from synthview.draws.chance import Stream
from synthview.people.homes import PERSONS
from synthview.rows import Flags, Ints

__all__ = ["one_of_the_home"]


def one_of_the_home(stream: Stream, key: Ints, candidates: Flags) -> Ints:
    """Choose one candidate for each spell or session, all alike; slot 0 where there is none.

    `key` has its id, `candidates` a row for each and a column for each person slot.
    """
    lots = stream.bits(key[:, None], np.arange(PERSONS)) | np.uint64(1)
    chosen: Ints = np.where(candidates, lots, np.uint64(0)).argmax(axis=1)
    return chosen
