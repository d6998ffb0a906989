"""The application is closed, and its last messages are never sent."""

from __future__ import annotations

import numpy as np

from synthview.log.damage import Damage, Fault, Record
from synthview.log.struck import strike
from synthview.scenario.settings import GUESS, number, section

__all__ = ["MissingEnds"]


@section
class MissingEnds(Fault):
    """The application is closed, and its last messages are never sent.

    Somebody pulls the plug or swipes the app away: the play has no end in the log, and stops
    somewhere between two pings.
    """

    of_homes = False
    tells = ("no message ends the play",)

    rate: float = number(
        0.03,
        unit="share of plays",
        allowed=(0, 1),
        low=0.01,
        high=0.1,
        source=GUESS,
        scale="logit",
        about="Plays of which the last messages are missing.",
    )
    messages: int = number(
        3, unit="messages", allowed=(1, 1_000), low=2, high=8, source=GUESS, scale="log",
        about="How many at most: one to so many, each as likely.",
    )  # fmt: skip

    def damage(self, record: Record) -> Damage | None:
        """Lose the last messages of some plays, but never all of them."""
        struck = strike(self, record, self.rate)
        count = struck.message_count

        draw = self.draw(record.world, "tail")
        tail = 1 + draw.below(struck.play_key, self.messages)
        first_lost = count - np.minimum(tail, count - 1)

        is_lost = struck.number >= first_lost[struck.of]
        return Damage(lost=struck.message[is_lost])
