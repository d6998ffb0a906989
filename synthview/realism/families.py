"""Every family of figures, in the order in which they are told."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from synthview.realism.activity import ACTIVITY
from synthview.realism.decay import DECAY
from synthview.realism.devices import DEVICES
from synthview.realism.homes import HOUSEHOLDS
from synthview.realism.hours import HOURS
from synthview.realism.measure import Family, Measure
from synthview.realism.popularity import POPULARITY
from synthview.realism.quality import QUALITY
from synthview.realism.repeats import REPEATS
from synthview.realism.runtimes import RUNTIMES
from synthview.realism.seasons import SEASONS
from synthview.realism.sittings import SITTINGS

__all__ = ["FAMILIES", "family_of", "measured"]

FAMILIES: tuple[Family, ...] = (
    HOURS,
    SEASONS,
    ACTIVITY,
    SITTINGS,
    REPEATS,
    POPULARITY,
    DECAY,
    RUNTIMES,
    HOUSEHOLDS,
    DEVICES,
    QUALITY,
)


@cache
def measured() -> Mapping[str, Measure]:
    """Return the measure of each figure that is computed, by the id of its row."""
    return {
        one: measure for family in FAMILIES for measure in family.measures for one in measure.ids
    }


def family_of(name: str) -> str:
    """Return the family of a figure, by the id of its row; empty for one that is not computed."""
    for family in FAMILIES:
        if any(name in measure.ids for measure in family.measures):
            return family.name
    return ""
