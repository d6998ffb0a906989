"""The clock of a device is wrong, by minutes or by years."""

from __future__ import annotations

import numpy as np

from synthview.draws.chance import Shares, Stream
from synthview.draws.quantiles import Quantiles
from synthview.log.damage import Damage, Fault, Record, Touched
from synthview.log.struck import strike_where
from synthview.rows import Ints
from synthview.scenario.settings import number, section
from synthview.world import World
from synthview.world.clock import DAY_MS, MINUTE_MS

_SINCE_1970 = 3
_HOW = Shares((60, 32, 5, 3))
"""How often a clock is off by minutes, by days, by years, or begins in 1970 (guess)."""
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
        0.03,
        unit="share of devices",
        allowed=(0, 1),
        low=0.01,
        high=0.09,
        source="Q13-behind",
        scale="logit",
        about=(
            "Devices with a wrong clock; of certificate errors 6.7 % came from clocks more than a "
            "day behind, so of all devices fewer."
        ),
    )

    def damage(self, record: Record) -> Damage | None:
        """Shift the client time of all messages of some devices."""
        device = record.facts.device_id
        draw = self.draw(record.world, "devices")
        is_wrong = draw.happens(device, self.rate)
        struck = strike_where(record, is_wrong)

        off_ms = self._off_ms(record.world, device[struck.plays])
        earliest = -record.played.start_ms[struck.plays]
        off_ms = np.maximum(off_ms, earliest)  # no clock is before 1970
        return Damage(shifted=Touched(struck.message, off_ms[struck.of]))

    def _off_ms(self, world: World, device: Ints) -> Ints:
        """By how much the clock of each device is wrong."""
        draw = self.draw(world, "off")
        how = draw.pick(device, _HOW)
        sizes = (
            draw.draw(device, _MINUTES, n=2),
            draw.draw(device, _DAYS, n=3),
            (1 + draw.below(device, 9, n=1)) * 365 * DAY_MS,
            _since_1970_ms(draw, world, device),
        )
        size = np.choose(how, sizes)

        is_behind = draw.happens(device, _BEHIND, n=4)
        is_behind |= how == _SINCE_1970
        return np.where(is_behind, -size, size)


def _since_1970_ms(draw: Stream, world: World, device: Ints) -> Ints:
    """How far behind a clock is that began in 1970 when its device was switched on."""
    began = draw.below(device, 400 * DAY_MS, n=5)
    return world.first_day * DAY_MS - began
