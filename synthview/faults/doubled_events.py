"""The same message arrives twice."""

from __future__ import annotations

import numpy as np

from synthview.draws.quantiles import Quantiles
from synthview.log.damage import Copies, Damage, Fault, Record
from synthview.scenario.settings import GUESS, number, section
from synthview.world.clock import HOUR_MS

_LATER = Quantiles.lognormal(9_000, 1.6, low=200, high=20 * HOUR_MS)

__all__ = ["DoubledEvents"]


@section
class DoubledEvents(Fault):
    """The same message arrives twice.

    The acknowledgement was lost and the client sends again: the copy has the same id and arrives
    seconds to hours later. Some clients make a new id for the same content.
    """

    of_homes = False
    tells = ("two rows of one id, or two rows equal but for id and time of arrival",)

    rate: float = number(
        0.01, unit="share of messages", allowed=(0, 1), low=0.001, high=0.02, source=GUESS, scale="logit",
        about="Messages that arrive twice; Q14 has a level of 1 % from pipelines that deliver at least once.",
    )
    new_id: float = number(
        0.15, unit="share of copies", allowed=(0, 1), low=0.02, high=0.5, source=GUESS, scale="logit",
        about="Copies that have an id of their own.",
    )

    def damage(self, record: Record) -> Damage | None:
        """Copy a run of the messages of some plays: one play in ten has all the copies."""
        played, messages = record.played, record.messages
        in_play = min(self.rate * 10.0, 1.0)
        hit = self.draw(record.world, "plays").happens(played.key, max(0.1, self.rate)) & record.has_part[played.home]
        plays = np.flatnonzero(hit)
        row, of = record.messages_of(plays)
        key, n = played.key[plays[of]], messages.number[row]
        twice = self.draw(record.world, "copies").happens(key, in_play, n=n)
        row, key, n = row[twice], key[twice], n[twice]
        later = self.draw(record.world, "later").draw(key, _LATER, n=n)
        return Damage(copies=Copies(row, later, self.draw(record.world, "new_id").happens(key, self.new_id, n=n)))
