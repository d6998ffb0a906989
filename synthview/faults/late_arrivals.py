"""Messages of a device that was off line arrive hours or days later, when it finds a network again."""

from __future__ import annotations

from functools import cache

import numpy as np

from synthview.draws.quantiles import Quantiles
from synthview.log.damage import Damage, Fault, Record, Touched
from synthview.log.facts import Facts
from synthview.player.playback import Playback
from synthview.rows import Flags, Ints
from synthview.scenario.settings import GUESS, number, section
from synthview.tables import DEVICE_TYPES
from synthview.world import World
from synthview.world.clock import DAY_MS, HOUR_MS

__all__ = ["LateArrivals"]

_PORTABLE = tuple(DEVICE_TYPES.index(one) for one in ("phone", "tablet"))


@section
class LateArrivals(Fault):
    """A phone or tablet plays a download, or loses its network part of the way through a play.

    Its messages wait in the device's queue and are received together once it is back on line. The
    device's clock is right, so client time shows when they were made.
    """

    of_homes = False
    tells = ("received long after it was made, all messages of a play within seconds",)

    rate: float = number(
        0.06,
        unit="share of plays on phones and tablets",
        allowed=(0, 1),
        low=0.03,
        high=0.1,
        source="Q12",
        scale="logit",
        about="Plays of which messages arrive late; Q12 finds 5 % of phone events at least 24 hours late.",
    )
    hours: float = number(
        20,
        unit="hours",
        allowed=(0.1, 100),
        low=6,
        high=40,
        source=GUESS,
        scale="log",
        about="Median time until the device is on line again.",
    )
    longest_days: float = number(
        9,
        unit="days",
        allowed=(0.1, 60),
        low=3,
        high=30,
        source="choice",
        about="Nothing arrives later than this.",
    )

    @property
    def at_most_days(self) -> float:
        """Nothing arrives later than the setting says."""
        return self.longest_days

    def holds_back(self, world: World, facts: Facts, played: Playback, has_part: Flags) -> Flags:
        """Plays of which messages wait in the queue."""
        waits = self.draw(world, "happens").happens(played.key, self.rate)
        return waits & np.isin(facts.device_type, _PORTABLE) & has_part[played.home]

    def back_ms(self, world: World, played: Playback) -> Ints:
        """The instant at which the device of each play is on line again."""
        wait = self.draw(world, "hours").draw(played.key, _waits(self.hours, self.longest_days))
        return played.start_ms + played.wall_ms + wait

    def damage(self, record: Record) -> Damage | None:
        """Messages made off line wait until the device is back."""
        world, played, messages = record.world, record.played, record.messages
        plays = np.flatnonzero(self.holds_back(world, record.facts, played, record.has_part))
        row, of = record.messages_of(plays)
        waiting = played.take(plays)
        goes = self.draw(world, "goes")
        share, from_start = goes.below(waiting.key, 1024), goes.happens(waiting.key, 0.5, n=1)
        offline_ms = waiting.start_ms + np.where(from_start, 0, waiting.wall_ms * share // 1024)
        upload = self.draw(world, "upload").below(waiting.key[of], 4_000, n=messages.number[row])
        delay = self.back_ms(world, waiting)[of] + upload - messages.received_ms[row]
        waits = (messages.client_ms[row] >= offline_ms[of]) & (delay > 0)
        return Damage(late=Touched(row[waits], delay[waits]))


@cache
def _waits(hours: float, longest_days: float) -> Quantiles:
    return Quantiles.lognormal(hours * HOUR_MS, 1.2, low=60_000, high=longest_days * DAY_MS)
