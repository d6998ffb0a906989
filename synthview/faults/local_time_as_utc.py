"""A device sends the time on its wall and says it is UTC."""

from __future__ import annotations

from synthview.log.damage import Damage, Fault, Record, Touched
from synthview.log.struck import strike_where
from synthview.scenario.settings import GUESS, number, section
from synthview.world.clock import MINUTE_MS

__all__ = ["LocalTimeAsUtc"]


@section
class LocalTimeAsUtc(Fault):
    """A device sends the time on its wall and says it is UTC.

    Some builds of the player forget the zone: client time is off by whole hours, and the minutes of
    the zone read 0. In London nobody notices before spring.
    """

    of_homes = False
    tells = ("client time off by the zone, and a zone of 0",)

    rate: float = number(
        0.02,
        unit="share of devices",
        allowed=(0, 1),
        low=0.002,
        high=0.08,
        source=GUESS,
        scale="logit",
        about="Devices with such a build.",
    )

    def damage(self, record: Record) -> Damage | None:
        """Shift client time by the zone of the device."""
        facts = record.facts
        draw = self.draw(record.world, "devices")
        has_build = draw.happens(facts.device_id, self.rate)
        has_zone = facts.offset_min != 0

        struck = strike_where(record, has_build & has_zone)
        offset_min = facts.offset_min[struck.plays][struck.of]
        return Damage(
            shifted=Touched(struck.message, offset_min * MINUTE_MS),
            offset_lost=struck.message,
        )
