"""What this installation knows: the sections, actors and faults that a scenario may speak about."""

from __future__ import annotations

from functools import cache

from synthview.actors.cat_on_remote import CatOnRemote
from synthview.faults.late_arrivals import LateArrivals
from synthview.people.settings import PeopleSettings
from synthview.player.settings import LogSettings, PlayerSettings
from synthview.scenario import Registry
from synthview.stage.actor import name_of
from synthview.viewing.settings import ChoosingSettings, SittingSettings
from synthview.world.settings import CatalogueSettings, WorldSettings

__all__ = ["ACTORS", "FAULTS", "SECTIONS", "installed"]

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


ACTORS: dict[str, type] = {name_of(one): one for one in (CatOnRemote,)}
"""Actors by the name of their section, which is that of their file."""

FAULTS: dict[str, type] = {name_of(one): one for one in (LateArrivals,)}
"""Faults by the name of their section, which is that of their file."""


@cache
def installed() -> Registry:
    """Gather the sections, and the actors and faults of this installation."""
    return Registry(sections=SECTIONS, actors=ACTORS, faults=FAULTS)
