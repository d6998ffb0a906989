"""Messages overtake each other on the way."""

from __future__ import annotations

import numpy as np

from synthview.log.damage import Damage, Fault, Record, Touched
from synthview.scenario.settings import GUESS, number, section

__all__ = ["ReorderedEvents"]


@section
class ReorderedEvents(Fault):
    """Messages overtake each other on the way.

    Two collectors, two queues: a message is received seconds to minutes after others that were sent
    later. Client time shows the true order.
    """

    of_homes = False
    tells = ("received out of the order of client time",)

    rate: float = number(
        0.01, unit="share of plays", allowed=(0, 1), low=0.002, high=0.05, source=GUESS, scale="logit",
        about="Plays of which messages come in another order.",
    )
    seconds: int = number(
        90, unit="seconds", allowed=(1, 3600), low=20, high=600, source=GUESS, scale="log",
        about="By how much at most a message is held up.",
    )

    def damage(self, record: Record) -> Damage | None:
        """Hold up every second message or so of some plays."""
        played, messages = record.played, record.messages
        hit = self.draw(record.world, "plays").happens(played.key, self.rate) & record.has_part[played.home]
        plays = np.flatnonzero(hit)
        row, of = record.messages_of(plays)
        key, n = played.key[plays[of]], messages.number[row]
        held = self.draw(record.world, "held").happens(key, 0.4, n=n)
        by_ms = 1 + self.draw(record.world, "by").below(key, self.seconds * 1000, n=n)
        return Damage(reordered=Touched(row[held], by_ms[held]))
