"""The dial of how hard an actor is to tell: on some occasions it hides what would give it away.

An actor that can hide declares the dial, and asks for each occasion whether it hides::

    disguise: float = dial("nights", "A disguised sleeper wakes when the title is over.")
    …
    hides = self.hides(scene.world, key)

At 0 nothing is hidden and at 1 everything is. In between each occasion has a lot of its own, so
that what is hidden at one place of the dial is hidden at every higher one: worlds along the dial
differ in nothing but the occasions in between. How often an actor acts does not depend on it.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from synthview.draws.chance import Shares
from synthview.people.homes import PERSONS
from synthview.rows import Ints
from synthview.scenario.settings import CHOICE, number
from synthview.stage.scene import Scene
from synthview.viewing.settings import SittingSettings
from synthview.world.clock import HOUR_MS, MINUTE_MS

__all__ = ["as_others_sit_down", "dial", "when_nobody_watches"]

_SHIFTS_MIN = (0, 60, -60, 120, -120, 180, -180, 240, -240, 300, -300)
"""Where a time at which nobody watches is looked for, nearest first."""


def dial(occasions: str, hides: str) -> Any:
    """Declare the dial of an actor: the share of some occasions on which it hides, usually none.

    `hides` is a sentence that says what is hidden and how.
    """
    return number(
        0.0,
        unit=f"share of {occasions}",
        allowed=(0, 1),
        low=0,
        high=1,
        source=CHOICE,
        about=f"How hard it is to tell, from 0 to 1. {hides}",
    )


def as_others_sit_down(scene: Scene, key: Ints) -> Ints:
    """A time of day, in ms since midnight, at which adults sit down: an hour that says nothing."""
    hours = _hours(scene.world.scenario.of(SittingSettings).hours_of_day)
    draws = scene.stream("disguised_hour")
    return draws.pick(key, hours) * HOUR_MS + draws.below(key, HOUR_MS, n=1)


@cache
def _hours(shares: tuple[float, ...]) -> Shares:
    return Shares(shares if any(shares) else (1.0,) * len(shares))


def when_nobody_watches(scene: Scene, rows: Ints, wanted_ms: Ints, length_ms: Ints) -> Ints:
    """The time nearest to the wanted one at which nobody of the home means to watch for so long.

    Where there is none within some hours, the wanted one.
    """
    chosen = wanted_ms
    for shift in reversed(_SHIFTS_MIN):
        start = wanted_ms + shift * MINUTE_MS
        fits = np.ones(len(rows), dtype=bool)
        for person in range(PERSONS):
            next_start = scene.timetable.next_start(rows, person, start)
            is_free = scene.timetable.is_free(rows, person, start)
            fits &= is_free & (next_start >= start + length_ms)
        chosen = np.where(fits, start, chosen)
    return chosen
