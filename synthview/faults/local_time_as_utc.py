"""A device sends the time on its wall and says it is UTC."""

from __future__ import annotations

import numpy as np

from synthview.log.damage import Damage, Fault, Record, Touched
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
        0.02, unit="share of devices", allowed=(0, 1), low=0.002, high=0.08, source=GUESS, scale="logit",
        about="Devices with such a build.",
    )

    def damage(self, record: Record) -> Damage | None:
        """Shift client time by the zone of the device."""
        draw, device = self.draw(record.world, "devices"), record.facts.device_id
        hit = draw.happens(device, self.rate) & record.has_part[record.played.home]
        hit &= record.facts.offset_min != 0
        plays = np.flatnonzero(hit)
        row, of = record.messages_of(plays)
        by = record.facts.offset_min[plays[of]] * MINUTE_MS
        return Damage(shifted=Touched(row, by), offset_lost=row)
