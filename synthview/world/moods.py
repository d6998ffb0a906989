"""Moods that a country shares: weather, a match, the talk of the week move how many sit down."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from synthview.draws.arithmetic import exp, normal_quantile
from synthview.draws.chance import Stream
from synthview.rows import Floats
from synthview.tables import COUNTRIES

__all__ = ["mood_of_day"]

_MONDAY = 3
"""Added to a day since 1970, a Thursday, so that weeks begin on Mondays."""


@lru_cache(maxsize=4096)
def mood_of_day(seed: int, of_day: float, of_week: float, day: int) -> Floats:
    """How much more is watched on a day than on others like it: one number a country, 1 on average.

    `of_day` and `of_week` are log standard deviations, of days and of the weeks they lie in.
    """
    week = (day + _MONDAY) // 7
    away = of_day * _drawn(seed, "day", day) + of_week * _drawn(seed, "week", week)
    mood = exp(away - (of_day * of_day + of_week * of_week) / 2)
    mood.flags.writeable = False
    return mood


def _drawn(seed: int, of_what: str, number: int) -> Floats:
    """A standard normal number for each country."""
    bits = Stream(seed, f"world/moods/{of_what}").bits(np.arange(len(COUNTRIES)), number)
    share = (bits >> np.uint64(11)).astype(np.float64) + 0.5
    return normal_quantile(np.ldexp(share, -53))
