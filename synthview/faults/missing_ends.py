"""The application is closed, and its last messages are never sent."""

from __future__ import annotations

import numpy as np

from synthview.log.damage import Damage, Fault, Record
from synthview.scenario.settings import GUESS, number, section

__all__ = ["MissingEnds"]


_TAIL = 3


@section
class MissingEnds(Fault):
    """The application is closed, and its last messages are never sent.

    Somebody pulls the plug or swipes the app away: the play has no end in the log, and stops
    somewhere between two pings.
    """

    of_homes = False
    tells = ("no message ends the play",)

    rate: float = number(
        0.03, unit="share of plays", allowed=(0, 1), low=0.01, high=0.1, source=GUESS, scale="logit",
        about="Plays of which the last one to three messages are missing.",
    )

    def damage(self, record: Record) -> Damage | None:
        """Lose the last messages of some plays, but never all of them."""
        played = record.played
        hit = self.draw(record.world, "plays").happens(played.key, self.rate) & record.has_part[played.home]
        plays = np.flatnonzero(hit)
        row, of = record.messages_of(plays)
        count = np.bincount(of, minlength=len(plays))
        tail = np.minimum(1 + self.draw(record.world, "tail").below(played.key[plays], _TAIL), count - 1)
        return Damage(lost=row[record.messages.number[row] >= (count - tail)[of]])
