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
        0.02, unit="share of plays", allowed=(0, 1), low=0.005, high=0.06, source=GUESS, scale="logit",
        about="Plays that lose a run of messages.",
    )
    share: float = number(
        0.25, unit="share of the play's messages", allowed=(0.001, 1), low=0.05, high=0.5, source=GUESS, scale="logit",
        about="The longest run that is lost; on average half of it.",
    )

    def damage(self, record: Record) -> Damage | None:
        """Lose a run of messages of some plays."""
        played = record.played
        hit = self.draw(record.world, "plays").happens(played.key, self.rate) & record.has_part[played.home]
        plays = np.flatnonzero(hit)
        row, of = record.messages_of(plays)
        key, count = played.key[plays], np.bincount(of, minlength=len(plays))
        draw = self.draw(record.world, "run")
        longest = np.maximum((count * int(self.share * 1024)) // 1024, 1)
        length = 1 + draw.below(key, longest)
        begin = draw.below(key, np.maximum(count, 1), n=1)
        number = record.messages.number[row]
        gone = (number >= begin[of]) & (number < (begin + length)[of])
        return Damage(lost=row[gone])
