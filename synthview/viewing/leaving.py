"""Leaving: where people stop who have seen a title to its end."""

from __future__ import annotations

from functools import cache

import numpy as np

from synthview.draws.quantiles import Quantiles
from synthview.rows import Ints, Words
from synthview.viewing.settings import ChoosingSettings
from synthview.world import World
from synthview.world.clock import MINUTE_MS
from synthview.world.credits import credits_ms

__all__ = ["left_out_ms"]

_EARLIEST_MS = 4_000
"""A few see the end coming, and leave so much before the credits begin (guess)."""


def left_out_ms(world: World, bits: Words, work: Ints, runtime_ms: Ints) -> Ints:
    """How much of its end people leave out who go once the credits have begun, from uniform bits.

    Most go within seconds of that; where the credits are over before, they leave out nothing.
    """
    begun_ms = credits_ms(world, work, runtime_ms)
    settings = world.scenario.of(ChoosingSettings)
    table = _stays(settings.credits_seconds, settings.credits_seconds_spread)
    stays_ms = table.at(bits) - _EARLIEST_MS
    return np.maximum(begun_ms - stays_ms, 0)


@cache
def _stays(median_seconds: float, spread: float) -> Quantiles:
    median_ms = median_seconds * 1000 + _EARLIEST_MS
    return Quantiles.lognormal_within(median_ms, spread, 200, 10 * MINUTE_MS)
