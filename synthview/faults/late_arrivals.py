"""Messages of a device that was off line arrive hours or days later, once it has a network."""

from __future__ import annotations

from functools import cache

import numpy as np

from synthview.draws.quantiles import Quantiles
from synthview.log.context import PlayContext
from synthview.log.damage import Damage, Fault, Record, Touched
from synthview.log.struck import strike_where
from synthview.player.playback import Playback
from synthview.rows import Flags, Ints
from synthview.scenario.settings import GUESS, number, section
from synthview.stage.spans import WHOLE
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
        0.12,
        unit="share of plays on phones and tablets",
        allowed=(0, 1),
        low=0.06,
        high=0.2,
        source="Q12",
        scale="logit",
        about=(
            "Plays of which messages arrive late; Q12 finds 5 % of phone events at least 24 hours "
            "late."
        ),
    )
    hours: float = number(
        30,
        unit="hours",
        allowed=(0.1, 100),
        low=10,
        high=60,
        source=GUESS,
        scale="log",
        about="Median time until the device is on line again; downloads are for journeys.",
    )
    hours_spread: float = number(
        1.2,
        unit="log sd",
        allowed=(0, 3),
        low=0.8,
        high=1.6,
        source=GUESS,
        about="Spread of that time: from the way home to a holiday.",
    )
    from_start: float = number(
        0.5,
        unit="share",
        allowed=(0, 1),
        low=0.3,
        high=0.8,
        source=GUESS,
        scale="logit",
        about="Such plays that are off line from their start, as downloads are.",
    )
    upload_seconds: float = number(
        4, unit="seconds", allowed=(0.001, 600), low=1, high=30, source=GUESS, scale="log",
        about="Once it is on line, all messages of a play arrive within so many seconds.",
    )  # fmt: skip
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

    def holds_back(
        self, world: World, facts: PlayContext, played: Playback, has_part: Flags
    ) -> Flags:
        """Plays of which messages wait in the queue."""
        waits = self.draw(world, "happens").happens(played.key, self.rate)
        is_portable = np.isin(facts.device_type, _PORTABLE)
        return waits & is_portable & has_part[played.home]

    def back_ms(self, world: World, played: Playback) -> Ints:
        """The instant at which the device of each play is on line again."""
        lengths = _waits(self.hours, self.hours_spread, self.longest_days)
        wait = self.draw(world, "hours").draw(played.key, lengths)
        return played.start_ms + played.wall_ms + wait

    def damage(self, record: Record) -> Damage | None:
        """Messages made off line wait until the device is back."""
        world = record.world
        waits = self.holds_back(world, record.facts, record.played, record.has_part)
        struck = strike_where(record, waits)
        plays = record.played.take(struck.plays)
        messages = record.messages.take(struck.message)

        upload = self.draw(world, "upload")
        longest_ms = round(self.upload_seconds * 1_000)
        upload_ms = upload.below(struck.key, longest_ms, n=struck.number)
        received = self.back_ms(world, plays)[struck.of] + upload_ms
        late = Touched(struck.message, received - messages.received_ms)

        offline_ms = self._offline_ms(world, plays)[struck.of]
        is_offline = messages.client_ms >= offline_ms
        return Damage(late=late.take(is_offline & (late.by_ms > 0)))

    def _offline_ms(self, world: World, plays: Playback) -> Ints:
        """The instant at which each device goes off line: before its play, or on the way."""
        goes = self.draw(world, "goes")
        share = goes.below(plays.key, WHOLE)
        on_the_way = plays.wall_ms * share // WHOLE

        is_from_start = goes.happens(plays.key, self.from_start, n=1)
        return plays.start_ms + np.where(is_from_start, 0, on_the_way)


@cache
def _waits(hours: float, spread: float, longest_days: float) -> Quantiles:
    return Quantiles.lognormal_within(hours * HOUR_MS, spread, 60_000, longest_days * DAY_MS)
