"""What this installation knows: the sections, actors and faults that a scenario may speak about.

Other packages bring actors and faults by entry points of the groups `synthview.actors` and
`synthview.faults`; those are off unless a scenario names them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from importlib.metadata import EntryPoint, entry_points

from synthview.actors.asleep_on_sofa import AsleepOnSofa
from synthview.actors.autoplay_previews import AutoplayPreviews
from synthview.actors.background_tv import BackgroundTv
from synthview.actors.cat_on_remote import CatOnRemote
from synthview.actors.child_on_loop import ChildOnLoop
from synthview.actors.devoted_fan import DevotedFan
from synthview.actors.empty_room_protest import EmptyRoomProtest
from synthview.actors.misclick import Misclick
from synthview.actors.monitor_probe import MonitorProbe
from synthview.actors.public_screen import PublicScreen
from synthview.actors.reseller import Reseller
from synthview.actors.shared_account import SharedAccount
from synthview.actors.stream_errors import StreamErrors
from synthview.actors.toddler_on_remote import ToddlerOnRemote
from synthview.actors.vpn_user import VpnUser
from synthview.errors import InputError
from synthview.exposed import Exposed, name_of
from synthview.faults.blocked_telemetry import BlockedTelemetry
from synthview.faults.clock_skew import ClockSkew
from synthview.faults.collector_outage import CollectorOutage
from synthview.faults.doubled_events import DoubledEvents
from synthview.faults.late_arrivals import LateArrivals
from synthview.faults.local_time_as_utc import LocalTimeAsUtc
from synthview.faults.lost_events import LostEvents
from synthview.faults.missing_ends import MissingEnds
from synthview.faults.reordered_events import ReorderedEvents
from synthview.faults.schema_drift import SchemaDrift
from synthview.faults.truncated_rows import TruncatedRows
from synthview.ids import source_of
from synthview.log.damage import Fault
from synthview.people.settings import PeopleSettings
from synthview.player.settings import LogSettings, PlayerSettings
from synthview.scenario import Registry
from synthview.sinks.sheets import SinkFault
from synthview.stage.actor import Actor
from synthview.viewing.settings import ChoosingSettings, SittingSettings
from synthview.world.settings import CatalogueSettings, WorldSettings

__all__ = ["ACTORS", "FAULTS", "SECTIONS", "gather", "installed"]

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

ACTORS: dict[str, type] = {
    name_of(one): one
    for one in (
        AsleepOnSofa,
        AutoplayPreviews,
        BackgroundTv,
        CatOnRemote,
        ChildOnLoop,
        DevotedFan,
        EmptyRoomProtest,
        Misclick,
        MonitorProbe,
        PublicScreen,
        Reseller,
        SharedAccount,
        StreamErrors,
        ToddlerOnRemote,
        VpnUser,
    )
}
"""Actors by the name of their section, which is that of their file."""

FAULTS: dict[str, type] = {
    name_of(one): one
    for one in (
        BlockedTelemetry,
        ClockSkew,
        CollectorOutage,
        DoubledEvents,
        LateArrivals,
        LocalTimeAsUtc,
        LostEvents,
        MissingEnds,
        ReorderedEvents,
        SchemaDrift,
        TruncatedRows,
    )
}
"""Faults by the name of their section, which is that of their file."""

ON_REQUEST = frozenset({"schema_drift", "truncated_rows"})
"""Faults of our own that no scenario has unless it names them: they make files that a reader cannot read."""


@cache
def installed() -> Registry:
    """Gather the sections, and the actors and faults of this installation."""
    return gather(entry_points(group="synthview.actors"), entry_points(group="synthview.faults"))


def gather(actors: Iterable[EntryPoint], faults: Iterable[EntryPoint]) -> Registry:
    """Put what other packages bring beside our own.

    Raises InputError for one that cannot be loaded, is no actor or fault, or goes by a name that is taken.
    """
    more_actors, actor_packages = _brought(actors, (Actor,), ACTORS)
    more_faults, fault_packages = _brought(faults, (Fault, SinkFault), {**FAULTS, **ACTORS, **more_actors})
    _refuse_clashes([*ACTORS, *more_actors])
    return Registry(
        sections=SECTIONS,
        actors=ACTORS | more_actors,
        faults=FAULTS | more_faults,
        named_only=frozenset(more_actors) | frozenset(more_faults) | ON_REQUEST,
        packages=actor_packages | fault_packages,
    )


def _brought(
    points: Iterable[EntryPoint], bases: tuple[type[Exposed], ...], taken: Mapping[str, type]
) -> tuple[dict[str, type], dict[str, str]]:
    """Classes and packages by name, in alphabetical order."""
    found: dict[str, type] = {}
    packages: dict[str, str] = {}
    for point in sorted(points, key=lambda one: one.name):
        package = f"{point.dist.name} {point.dist.version}" if point.dist else point.module.partition(".")[0]
        try:
            declared = point.load()
        except Exception as error:
            raise InputError(
                f"{point.name} of {package} cannot be loaded: {error}. Repair or remove {package}."
            ) from error
        if not (isinstance(declared, type) and issubclass(declared, bases)):
            raise InputError(
                f"{point.name} of {package} is no {bases[0].__name__.lower()}: {point.value} has another base."
            )
        if name_of(declared) != point.name:
            raise InputError(f"{point.name} of {package} must go by the name of its class, {name_of(declared)}.")
        if point.name in taken or point.name in found:
            raise InputError(f"{point.name} of {package} goes by a name that is taken. Rename it or remove {package}.")
        found[point.name], packages[point.name] = declared, package
    return found, packages


def _refuse_clashes(names: Iterable[str]) -> None:
    """Two actors whose names hash alike would share ids."""
    by_source: dict[int, str] = {}
    for name in names:
        other = by_source.setdefault(source_of(name), name)
        if other != name:
            raise InputError(f"The actors {other} and {name} would give their plays the same ids; rename one of them.")
