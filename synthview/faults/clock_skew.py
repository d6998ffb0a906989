"""The clock of a device is wrong, by minutes or by years."""

from __future__ import annotations

from functools import cache

import numpy as np

from synthview.draws.chance import Stream, shares_of
from synthview.draws.quantiles import Quantiles
from synthview.log.damage import Damage, Fault, Record, Touched
from synthview.log.struck import strike_where
from synthview.rows import Ints
from synthview.scenario.settings import GUESS, number, section, shares
from synthview.world import World
from synthview.world.clock import DAY_MS, MINUTE_MS

_HOW = ("minutes", "days", "years", "since_1970")
_SINCE_1970 = _HOW.index("since_1970")

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
    how: dict[str, float] = shares(
        {"minutes": 0.6, "days": 0.32, "years": 0.05, "since_1970": 0.03}, source=GUESS,
        about="By how much: minutes, days, years, or the clock began in 1970.",
    )  # fmt: skip
    behind: float = number(
        0.8, unit="share of wrong clocks", allowed=(0, 1), low=0.6, high=0.99, source="Q13-behind",
        scale="logit",
        about=(
            "Wrong clocks that are behind; by Q13 it is nearly all that are off by a day or more, "
            "but a clock ahead seldom makes a certificate fail."
        ),
    )  # fmt: skip
    minutes: float = number(
        9, unit="minutes", allowed=(0.4, 1_440), low=3, high=30, source=GUESS, scale="log",
        about="Median of what is minutes off.",
    )  # fmt: skip
    minutes_spread: float = number(
        1.2, unit="log sd", allowed=(0, 2), low=0.8, high=1.6, source=GUESS,
        about="Spread of that.",
    )  # fmt: skip
    days: float = number(
        4, unit="days", allowed=(1, 300), low=2, high=12, source=GUESS, scale="log",
        about="Median of what is days off.",
    )  # fmt: skip
    days_spread: float = number(
        1.2, unit="log sd", allowed=(0, 2), low=0.8, high=1.6, source=GUESS,
        about="Spread of that.",
    )  # fmt: skip
    years: int = number(
        9, unit="years", allowed=(1, 40), low=4, high=15, source=GUESS, scale="log",
        about="The most of what is years off: one to so many, each as likely.",
    )  # fmt: skip
    on_for_days: int = number(
        400, unit="days", allowed=(1, 10_000), low=100, high=1_500, source=GUESS, scale="log",
        about="A clock that began in 1970 did so at most so many days before the world begins.",
    )  # fmt: skip

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
        how = draw.pick(device, shares_of(tuple(self.how[name] for name in _HOW)))
        sizes = (
            draw.draw(device, _minutes(self.minutes, self.minutes_spread), n=2),
            draw.draw(device, _days(self.days, self.days_spread), n=3),
            (1 + draw.below(device, self.years, n=1)) * 365 * DAY_MS,
            self._since_1970_ms(draw, world, device),
        )
        size = np.choose(how, sizes)

        is_behind = draw.happens(device, self.behind, n=4)
        is_behind |= how == _SINCE_1970
        return np.where(is_behind, -size, size)

    def _since_1970_ms(self, draw: Stream, world: World, device: Ints) -> Ints:
        """How far behind a clock is that began in 1970 when its device was switched on."""
        began = draw.below(device, self.on_for_days * DAY_MS, n=5)
        return world.first_day * DAY_MS - began


@cache
def _minutes(median: float, spread: float) -> Quantiles:
    return Quantiles.lognormal_within(median * MINUTE_MS, spread, 20_000, DAY_MS)


@cache
def _days(median: float, spread: float) -> Quantiles:
    return Quantiles.lognormal_within(median * DAY_MS, spread, DAY_MS, 300 * DAY_MS)
