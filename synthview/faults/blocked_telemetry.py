"""A browser blocks the telemetry, and the service sees nothing of what is watched there."""

from __future__ import annotations

import numpy as np

from synthview.log.damage import Damage, Fault, Record
from synthview.scenario.settings import GUESS, number, section
from synthview.tables import DEVICE_TYPES
from synthview.world.clock import DAY_MS

_COMPUTER = DEVICE_TYPES.index("computer")
_SINCE_MS = 700 * DAY_MS

__all__ = ["BlockedTelemetry"]


@section
class BlockedTelemetry(Fault):
    """A browser blocks the telemetry, and the service sees nothing of what is watched there.

    Some people install a blocker, and from that day on no message of their computer arrives. They
    are not the average viewer, so what is missing is not a random part.
    """

    of_homes = False
    tells = ("a computer that was in use falls silent for good",)

    rate: float = number(
        0.04, unit="share of computers", allowed=(0, 1), low=0.01, high=0.15, source=GUESS, scale="logit",
        about="Computers of which the service hears nothing, or will hear nothing before long.",
    )

    def damage(self, record: Record) -> Damage | None:
        """Lose every message of such a computer once its blocker is there."""
        played, device = record.played, record.facts.device_id
        hit = self.draw(record.world, "devices").happens(device, self.rate) & record.has_part[played.home]
        begin = (record.world.first_day + 60) * DAY_MS - _SINCE_MS
        since = begin + self.draw(record.world, "since").below(device, _SINCE_MS)
        hit &= (record.facts.device_type == _COMPUTER) & (played.start_ms >= since)
        return Damage(lost=record.messages_of(np.flatnonzero(hit))[0])
