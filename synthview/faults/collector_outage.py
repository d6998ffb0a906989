"""The service's collector is down, and what was sent meanwhile comes late or never."""

from __future__ import annotations

import numpy as np

from synthview.draws.quantiles import Quantiles
from synthview.log.damage import Damage, Fault, Record, Touched
from synthview.scenario.settings import GUESS, number, section
from synthview.world import World
from synthview.world.clock import DAY_MS, HOUR_MS, MINUTE_MS

_LENGTHS = Quantiles.lognormal(35 * MINUTE_MS, 0.9, low=3 * MINUTE_MS, high=20 * HOUR_MS)
_COLLECTORS = 4

__all__ = ["CollectorOutage"]


@section
class CollectorOutage(Fault):
    """The service's collector is down, and what was sent meanwhile comes late or never.

    One of four collectors, each with its part of the households, is away for half an hour or more.
    Clients keep what they can and send it once it is back; a part of it is lost.
    """

    of_homes = False
    tells = ("nothing received from a part of all accounts for a while, then much at once",)

    rate: float = number(
        6, unit="outages per collector and year", allowed=(0, 300), low=1, high=20, source=GUESS, scale="log",
        about="How often a collector is down.",
    )
    lost: float = number(
        0.3, unit="share of messages", allowed=(0, 1), low=0.05, high=0.8, source=GUESS, scale="logit",
        about="Messages sent during an outage that never arrive.",
    )

    def damage(self, record: Record) -> Damage | None:
        """Hold or lose what was sent to a collector that was down; outages of three days may matter."""
        played, messages, world = record.played, record.messages, record.world
        outages = self._outages(world, record.day)
        if not outages:
            return None
        collector = self.draw(world, "collector").below(record.facts.household, _COLLECTORS)
        lost, late, by = [], [], []
        for one, begin, end in outages:
            row, _ = record.messages_of(np.flatnonzero((collector == one) & record.has_part[played.home]))
            row = row[(messages.received_ms[row] >= begin) & (messages.received_ms[row] < end)]
            key, n = played.key[messages.play[row]], messages.number[row]
            gone = self.draw(world, "lost").happens(key, self.lost, n=n)
            wait = end - messages.received_ms[row] + self.draw(world, "wait").below(key, 90_000, n=n)
            lost.append(row[gone])
            late.append(row[~gone])
            by.append(wait[~gone])
        held, first = np.unique(np.concatenate(late), return_index=True)
        return Damage(lost=np.unique(np.concatenate(lost)), late=Touched(held, np.concatenate(by)[first]))

    def _outages(self, world: World, day: int) -> list[tuple[int, int, int]]:
        """Which collector goes down on a UTC day or the two about it, when, and when it is back."""
        key = (day - 1 - world.first_day + 8) * _COLLECTORS + np.arange(3 * _COLLECTORS)
        key = key[self.draw(world, "down").happens(key, min(self.rate / 365.0, 1.0))]
        begin = (key // _COLLECTORS - 8 + world.first_day) * DAY_MS + self.draw(world, "begin").below(key, DAY_MS)
        end = begin + self.draw(world, "length").draw(key, _LENGTHS)
        return list(zip((key % _COLLECTORS).tolist(), begin.tolist(), end.tolist(), strict=True))
