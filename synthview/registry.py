"""What this installation knows: the sections, actors and faults that a scenario may speak about.

Other packages bring actors and faults by entry points of the groups `synthview.actors` and
`synthview.faults`. Those are off unless a scenario names them, and imported only then.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from importlib.metadata import EntryPoint
from typing import cast

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
from synthview.outside.packages import Brought, entry_points_of, loaded, package_of
from synthview.people.settings import PeopleSettings
from synthview.player.settings import LogSettings, PlayerSettings
from synthview.scenario import Registry
from synthview.sinks.sheets import SinkFault
from synthview.stage.actor import Actor
from synthview.viewing.settings import ChoosingSettings, SittingSettings
from synthview.world.settings import CatalogueSettings, WorldSettings

__all__ = ["ACTORS", "FAULTS", "SECTIONS", "Known", "gather", "importable", "installed", "with_one"]

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


class Known(Mapping[str, type]):
    """Classes by name: our own, then what other packages bring, each imported when it is first asked for.

    Names, membership and length are known without an import. Asking for a class raises InputError where it cannot
    be used or imported.
    """

    def __init__(self, own: Mapping[str, type], brought: Sequence[Brought], bases: tuple[type[Exposed], ...]) -> None:
        self._own = own
        self._brought = {one.name: one for one in brought}
        self._bases = bases
        self._loaded: dict[str, type] = {}

    def __getitem__(self, name: str) -> type:
        """Return a class, importing its package if need be."""
        if name in self._own:
            return self._own[name]
        if name not in self._loaded:
            self._loaded[name] = loaded(self._brought[name], self._bases, name_of)
        return self._loaded[name]

    def __contains__(self, name: object) -> bool:
        """Tell whether the name is known; imports nothing."""
        return name in self._own or name in self._brought

    def __iter__(self) -> Iterator[str]:
        """Go through the names; imports nothing."""
        yield from self._own
        yield from self._brought

    def __len__(self) -> int:
        """Count the names."""
        return len(self._own) + len(self._brought)


@cache
def installed() -> Registry:
    """Gather the sections, and the actors and faults of this installation; imports no other package."""
    return gather(entry_points_of("actors"), entry_points_of("faults"))


def gather(actors: Iterable[EntryPoint], faults: Iterable[EntryPoint]) -> Registry:
    """Put what other packages bring beside our own, by the names in their metadata.

    A name that synthview has itself stays synthview's. One that several packages bring, or whose plays would get
    the ids of another actor's, is refused when it is asked for.
    """
    found = {kind: _by_name(points) for kind, points in (("actors", actors), ("faults", faults))}
    taken = [one for kind in found.values() for one in kind if one.name in {**ACTORS, **FAULTS}]
    free = {kind: [one for one in found[kind] if one not in taken] for kind in found}
    clashes = _clashes(free["actors"], free["faults"])
    more = {kind: _without_clashes(free[kind], clashes) for kind in free}
    everything = [*more["actors"], *more["faults"]]
    return Registry(
        sections=SECTIONS,
        actors=Known(ACTORS, more["actors"], (Actor,)),
        faults=Known(FAULTS, more["faults"], (Fault, SinkFault)),
        named_only=frozenset(one.name for one in everything) | ON_REQUEST,
        packages={one.name: one.package for one in everything},
        unusable=tuple(_taken(one) for one in taken),
    )


def importable(registry: Registry, kinds: Collection[str] = ("actors", "faults")) -> tuple[Registry, list[str]]:
    """Import whatever a registry knows of some kinds, leave out what cannot be used, and say in a sentence each why."""
    problems = [*registry.unusable]
    found: dict[str, dict[str, type]] = {kind: {} for kind in kinds}
    for kind in kinds:
        known: Mapping[str, type] = getattr(registry, kind)
        for name in known:
            try:
                found[kind][name] = known[name]
            except InputError as error:
                problems.append(str(error))
    return replace(registry, **found), problems  # type: ignore[arg-type]


def with_one(registry: Registry, declared: type[Exposed]) -> Registry:
    """Return the registry with one class more, or in place of the one of its name."""
    mine = {name_of(declared): declared}
    if issubclass(declared, Actor):
        return replace(registry, actors=ChainMap(mine, cast("dict[str, type]", registry.actors)))
    return replace(registry, faults=ChainMap(mine, cast("dict[str, type]", registry.faults)))


def _by_name(points: Iterable[EntryPoint]) -> list[Brought]:
    """What packages bring, in alphabetical order, so that no order of installation shows."""
    found = [Brought(point, package_of(point)) for point in points]
    return sorted(found, key=lambda one: (one.name, one.package))


def _taken(one: Brought) -> str:
    return (
        f"{one.name} of {one.package} is not used: synthview itself has an actor or fault of this name. "
        f"Rename it, or remove {one.package}."
    )


def _clashes(actors: Sequence[Brought], faults: Sequence[Brought]) -> dict[str, str]:
    """Say of each name that cannot be used why: several packages bring it, or its plays would share ids."""
    by_name: dict[str, list[str]] = {}
    for one in (*actors, *faults):
        by_name.setdefault(one.name, []).append(one.package)
    by_source: dict[int, list[str]] = {}
    for name in dict.fromkeys([*ACTORS, *(one.name for one in actors)]):
        by_source.setdefault(source_of(name), []).append(name)
    same_ids = {
        name: f"{_named(names, by_name)} would give their plays the same ids. Rename one of them."
        for names in by_source.values()
        for name in names
        if len(names) > 1
    }
    same_name = {
        name: f"{name} is brought more than once, by {' and '.join(packages)}. Remove or rename all but one."
        for name, packages in by_name.items()
        if len(packages) > 1
    }
    return same_ids | same_name


def _named(names: Sequence[str], packages: Mapping[str, Sequence[str]]) -> str:
    """Name actors, each with its package."""
    of = [f"{name} of {' and '.join(packages[name])}" if name in packages else name for name in names]
    return f"The actors {' and '.join(of)}"


def _without_clashes(found: Sequence[Brought], clashes: Mapping[str, str]) -> list[Brought]:
    """One for each name; one that clashes knows why it is refused."""
    first = {one.name: one for one in reversed(found)}
    return [replace(one, refused=clashes.get(name, "")) for name, one in sorted(first.items())]
