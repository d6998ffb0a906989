"""The clock of a device is wrong, by minutes or by years."""

from __future__ import annotations

import numpy as np

from synthview.draws.chance import Shares
from synthview.draws.quantiles import Quantiles
from synthview.log.damage import Damage, Fault, Record, Touched
from synthview.rows import Ints
from synthview.scenario.settings import number, section
from synthview.world import World
from synthview.world.clock import DAY_MS, MINUTE_MS

_HOW = Shares((60, 32, 5, 3))  # minutes, days, years, and the clock that begins in 1970 (guess)
_MINUTES = Quantiles.lognormal(9 * MINUTE_MS, 1.2, low=20_000, high=DAY_MS)
_DAYS = Quantiles.lognormal(4 * DAY_MS, 1.2, low=DAY_MS, high=300 * DAY_MS)
_BEHIND = 0.8

__all__ = ["ClockSkew"]


@section
class ClockSkew(Fault):
    """The clock of a device is wrong, by minutes or by years.

    It lasts as long as the device does. Most are minutes off, some days, some believe it is years
    ago, and some begin in 1970. Client time is what the device believed; the time of arrival is
    right.
    """

    of_homes = False
    tells = ("client time and time of arrival differ by the same amount, always",)

    rate: float = number(
        0.03, unit="share of devices", allowed=(0, 1), low=0.01, high=0.09, source="Q13-behind", scale="logit",
        about="Devices with a wrong clock; of certificate errors 6.7 % came from clocks more than a day behind, so of all devices fewer.",
    )

    def damage(self, record: Record) -> Damage | None:
        """Shift the client time of all messages of some devices."""
        played, device = record.played, record.facts.device_id
        hit = self.draw(record.world, "devices").happens(device, self.rate) & record.has_part[played.home]
        plays = np.flatnonzero(hit)
        row, of = record.messages_of(plays)
        off = np.maximum(self._off_ms(record.world, device[plays]), -played.start_ms[plays])  # no clock is before 1970
        return Damage(shifted=Touched(row, off[of]))

    def _off_ms(self, world: World, device: Ints) -> Ints:
        """By how much the clock of each device is wrong."""
        draw = self.draw(world, "off")
        how = draw.pick(device, _HOW)
        years = (1 + draw.below(device, 9, n=1)) * 365 * DAY_MS
        size = np.where(how == 0, draw.draw(device, _MINUTES, n=2), draw.draw(device, _DAYS, n=3))
        size = np.where(how == 2, years, size)
        sign = np.where(draw.happens(device, _BEHIND, n=4), -1, 1)
        began = world.first_day * DAY_MS - draw.below(device, 400 * DAY_MS, n=5)
        return np.where(how == 3, -began, sign * size)
