"""Some messages never arrive."""

from __future__ import annotations

import numpy as np

from synthview.log.damage import Damage, Fault, Record
from synthview.scenario.settings import GUESS, number, section

__all__ = ["LostEvents"]


@section
class LostEvents(Fault):
    """Some messages never arrive.

    For some seconds to minutes of a play nothing gets through, and the client does not send it
    again: a small run of messages is missing, wherever it falls.
    """

    of_homes = False
    tells = ("a gap in the pings",)

    rate: float = number(
        0.02,
        unit="share of plays",
        allowed=(0, 1),
        low=0.005,
        high=0.06,
        source=GUESS,
        scale="logit",
        about="Plays that lose a run of messages.",
    )
    share: float = number(
        0.25,
        unit="share of the play's messages",
        allowed=(0.001, 1),
        low=0.05,
        high=0.5,
        source=GUESS,
        scale="logit",
        about="The longest run that is lost; on average half of it.",
    )

    def damage(self, record: Record) -> Damage | None:
        """Lose a run of messages of some plays."""
        played = record.played
        is_hit = self.draw(record.world, "plays").happens(played.key, self.rate)
        plays = np.flatnonzero(is_hit & record.has_part[played.home])
        row, of = record.messages_of(plays)
        count = np.bincount(of, minlength=len(plays))

        draw, key = self.draw(record.world, "run"), played.key[plays]
        longest = np.maximum(count * int(self.share * 1024) // 1024, 1)
        length = 1 + draw.below(key, longest)
        begin = draw.below(key, np.maximum(count, 1), n=1)
        end = begin + length
        number = record.messages.number[row]
        is_lost = (number >= begin[of]) & (number < end[of])
        return Damage(lost=row[is_lost])
