"""The plays that a fault strikes, with all their messages."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synthview.log.damage import Fault, Record
from synthview.rows import Flags, Ints

__all__ = ["Struck", "strike", "strike_where"]


@dataclass(frozen=True, slots=True)
class Struck:
    """Some plays of a record (`plays`, its rows) and all their messages, play after play.

    `message` are rows of the record's messages, `of` says which of the plays each belongs to (a
    place in `plays`), `number` which of the messages of its play it is, from 0.
    """

    plays: Ints
    play_key: Ints
    message: Ints
    of: Ints
    number: Ints

    @property
    def key(self) -> Ints:
        """The id of the play of each message."""
        return self.play_key[self.of]

    @property
    def message_count(self) -> Ints:
        """How many messages each play has."""
        return np.bincount(self.of, minlength=len(self.plays))


def strike(fault: Fault, record: Record, chance: float) -> Struck:
    """Draw the plays that a fault strikes, in the homes in which it applies."""
    draw = fault.draw(record.world, "plays")
    is_hit = draw.happens(record.played.key, chance)
    return strike_where(record, is_hit)


def strike_where(record: Record, is_hit: Flags) -> Struck:
    """Choose plays by a mask over those of the record, in the homes in which the fault applies."""
    applies = record.has_part[record.played.home]
    plays = np.flatnonzero(is_hit & applies)
    message, of = record.messages_of(plays)
    return Struck(
        plays=plays,
        play_key=record.played.key[plays],
        message=message,
        of=of,
        number=record.messages.number[message],
    )
