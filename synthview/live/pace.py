"""When each message is due: at a rate, at a multiple of the world's time, or when it is received.

Nothing is rounded: the message with number n of a rate is due n / rate seconds after the start.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from synthview.errors import InputError, shortened
from synthview.rows import Ints

__all__ = ["Pace", "WallClock", "rate_of", "speed_of"]

SECOND_NS, MS_NS = 10**9, 10**6
UNITS = {"": 1, "s": 1, "min": 60, "h": 3600}
_RATE = re.compile(r"(\d+(?:\.\d+)?(?:e\d+)?|\.\d+)([kM]?)(?:/(s|min|h))?")
_SPEED = re.compile(r"(\d+(?:\.\d+)?|\.\d+)x?")
_FACTORS = {"": 1, "k": 10**3, "M": 10**6}
MOST_A_SECOND = 10**9


def rate_of(stated: str) -> Fraction:
    """Read ``0.5/s``, ``30/min`` or ``2k/s`` as messages a second."""
    found = _RATE.fullmatch(stated.strip())
    rate = Fraction(found[1]) * _FACTORS[found[2]] / UNITS[found[3] or ""] if found else Fraction()
    if not 0 < rate <= MOST_A_SECOND:
        raise InputError(
            f"--rate is '{shortened(stated)}'; messages by time are needed, such as 0.5/s, 30/min "
            "or 2k/s."
        )
    return rate


def speed_of(stated: str) -> Fraction:
    """Read ``60x`` or ``0.5x`` as seconds of the world in a second."""
    found = _SPEED.fullmatch(stated.strip())
    speed = Fraction(found[1]) if found else Fraction()
    if not 0 < speed <= MOST_A_SECOND:
        raise InputError(
            f"--speed is '{shortened(stated)}'; a multiple of time is needed, such as 1x, 60x or "
            "0.5x."
        )
    return speed


@dataclass(frozen=True)
class WallClock:
    """The clocks of the machine: time since 1970 and time since some start, in ns; and waiting."""

    now_ns: Callable[[], int] = time.time_ns
    running_ns: Callable[[], int] = time.monotonic_ns
    wait: Callable[[float], None] = time.sleep


@dataclass(eq=False)
class Pace:
    """When messages are due, counted from when the first of them is there.

    `begin_ms` is the instant of the world that is due at once. Without any of rate, speed and
    `follows`, everything is due. With `follows`, nothing is before the wall clock shows it.
    """

    begin_ms: int
    rate: Fraction | None = None
    speed: Fraction | None = None
    follows: bool = False
    clock: WallClock = WallClock()

    def __post_init__(self) -> None:
        """Have the watch ready."""
        self._start_ns: int | None = None
        self._sent = 0

    @property
    def is_free(self) -> bool:
        """Whether everything is due at any time."""
        return self.rate is None and self.speed is None and not self.follows

    def elapsed_ns(self) -> int:
        """Time since the start, which is now if it is asked for the first time."""
        now = self.clock.running_ns()
        if self._start_ns is None:
            self._start_ns = now
        return now - self._start_ns

    def due_ns(self, received_ms: Ints) -> Ints:
        """When the next messages are due by rate and speed, in ns since the start."""
        due = np.zeros(len(received_ms), dtype=np.int64)
        if self.rate is not None:
            due = self._by_number(len(received_ms), self.rate)
        if self.speed is not None:
            due = np.maximum(due, _scaled((received_ms - self.begin_ms) * MS_NS, 1 / self.speed))
        return due

    def sent(self, count: int) -> None:
        """Note that so many were sent."""
        self._sent += count

    def due_count(self, due_ns: Ints, received_ms: Ints) -> int:
        """How many messages, of those from the first on, may go now; both are in order."""
        count = int(np.searchsorted(due_ns, self.elapsed_ns(), side="right"))
        if self.follows:
            now_ms = self.clock.now_ns() // MS_NS
            count = min(count, int(np.searchsorted(received_ms, now_ms, side="right")))
        return count

    def seconds_to(self, due_ns: int, received_ms: int) -> float:
        """How long it is until a message is due."""
        left = due_ns - self.elapsed_ns()
        if self.follows:
            left = max(left, received_ms * MS_NS - self.clock.now_ns())
        return max(0.0, left / SECOND_NS)

    def _by_number(self, count: int, rate: Fraction) -> Ints:
        """When each of the next `count` messages is due, by its number alone."""
        step = SECOND_NS * rate.denominator
        whole, rest = divmod(self._sent * step, rate.numerator)
        if count * step >= 2**62:
            exact = [whole + (rest + one * step) // rate.numerator for one in range(count)]
            return np.array(exact, dtype=np.int64)
        return whole + (rest + np.arange(count, dtype=np.int64) * step) // rate.numerator


def _scaled(ns: Ints, factor: Fraction) -> Ints:
    """Multiply times without an overflow: whole parts and remainders apart."""
    whole, rest = np.divmod(ns, factor.denominator)
    return whole * factor.numerator + rest * factor.numerator // factor.denominator
