"""What this installation knows: the sections, actors and faults that a scenario may speak about."""

from __future__ import annotations

from functools import cache

from synthview.faults.late_arrivals import LateArrivals
from synthview.people.settings import PeopleSettings
from synthview.player.settings import LogSettings, PlayerSettings
from synthview.scenario import Registry
from synthview.viewing.settings import ChoosingSettings, SittingSettings
from synthview.world.settings import CatalogueSettings, WorldSettings

__all__ = ["FAULTS", "SECTIONS", "installed"]

SECTIONS: dict[str, type] = {
    "catalogue": CatalogueSettings,
    "world": WorldSettings,
    "people": PeopleSettings,
    "sittings": SittingSettings,
    "choosing": ChoosingSettings,
    "player": PlayerSettings,
    "log": LogSettings,
}
"""Sections by the name they have in a scenario's file, in the order of the story."""


FAULTS: dict[str, type] = {"late_arrivals": LateArrivals}
"""Faults by the name of their section, which is that of their file."""


@cache
def installed() -> Registry:
    """Gather the sections, and the actors and faults of this installation."""
    return Registry(sections=SECTIONS, faults=FAULTS)
