"""A browser blocks the telemetry, and the service sees nothing of what is watched there."""

from __future__ import annotations

from synthview.log.damage import Damage, Fault, Record
from synthview.log.struck import strike_where
from synthview.rows import Ints
from synthview.scenario.settings import GUESS, number, section
from synthview.tables import DEVICE_TYPES
from synthview.world import World
from synthview.world.clock import DAY_MS

_COMPUTER = DEVICE_TYPES.index("computer")

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
        0.04,
        unit="share of computers",
        allowed=(0, 1),
        low=0.01,
        high=0.15,
        source=GUESS,
        scale="logit",
        about="Computers of which the service hears nothing, or will hear nothing before long.",
    )
    since_days: int = number(
        700, unit="days", allowed=(1, 4_000), low=300, high=1_500, source=GUESS, scale="log",
        about="Blockers have come evenly over so many days, up to the last that will come.",
    )  # fmt: skip
    until_days: int = number(
        60, unit="days", allowed=(0, 4_000), low=20, high=200, source=GUESS, scale="log",
        about="The last will come so many days after the first of the world.",
    )  # fmt: skip

    def damage(self, record: Record) -> Damage | None:
        """Lose every message of such a computer once its blocker is there."""
        facts = record.facts
        draw = self.draw(record.world, "devices")
        has_blocker = draw.happens(facts.device_id, self.rate)
        is_computer = facts.device_type == _COMPUTER

        blocked_ms = self._blocked_ms(record.world, facts.device_id)
        is_since = record.played.start_ms >= blocked_ms

        is_silent = has_blocker & is_computer & is_since
        struck = strike_where(record, is_silent)
        return Damage(lost=struck.message)

    def _blocked_ms(self, world: World, device: Ints) -> Ints:
        """Since when a device with a blocker is silent: some were before the first day."""
        latest = (world.first_day + self.until_days) * DAY_MS
        since_ms = self.since_days * DAY_MS
        draw = self.draw(world, "since")
        return latest - since_ms + draw.below(device, since_ms)
