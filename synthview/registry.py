"""What this installation knows: the sections, actors and faults that a scenario may speak about.

An actor or fault of our own is a module of `synthview.actors` or `synthview.faults`, found by the
name of its file. Other packages bring theirs by entry points of groups with these two names; those
are off unless a scenario names them. Whoever brings one, it is imported when it is first asked for.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from importlib import import_module
from importlib.metadata import EntryPoint
from pkgutil import iter_modules
from types import ModuleType
from typing import cast

from synthview import actors as our_actors
from synthview import faults as our_faults
from synthview.errors import InputError
from synthview.exposed import Exposed, name_of
from synthview.ids import source_of
from synthview.log.damage import Fault
from synthview.office.company_settings import CompanySettings
from synthview.office.insiders.curious_employee import CuriousEmployee
from synthview.office.insiders.emailed_spreadsheet import EmailedSpreadsheet
from synthview.office.insiders.legal_request import LegalRequest
from synthview.office.insiders.mad_scramble import MadScramble
from synthview.office.insiders.support_lookup import SupportLookup
from synthview.office.staff_settings import StaffSettings
from synthview.outside.packages import Brought, entry_points_of, loaded, package_of
from synthview.people.settings import PeopleSettings
from synthview.player.settings import LogSettings, PlayerSettings
from synthview.record.settings import MenuSettings
from synthview.scenario import Registry
from synthview.sinks.sheets import SinkFault
from synthview.stage.actor import Actor
from synthview.viewing.routine_settings import RoutineSettings
from synthview.viewing.settings import ChoosingSettings, SittingSettings
from synthview.world.catalogue_settings import CatalogueSettings
from synthview.world.settings import WorldSettings

__all__ = [
    "ACTORS",
    "COMPANY",
    "FAULTS",
    "INSIDERS",
    "SECTIONS",
    "Known",
    "gather",
    "importable",
    "installed",
    "with_one",
]

COMPANY: dict[str, type] = {
    "company": CompanySettings,
    "staff": StaffSettings,
    "curious_employee": CuriousEmployee,
    "mad_scramble": MadScramble,
    "support_lookup": SupportLookup,
    "legal_request": LegalRequest,
    "emailed_spreadsheet": EmailedSpreadsheet,
}
"""Sections about the company itself: they change nothing that households do, nor the log of it."""
INSIDERS = {name: one for name, one in COMPANY.items() if hasattr(one, "tells")}
"""Who of the staff does what with what they can see."""
SECTIONS: dict[str, type] = {
    "catalogue": CatalogueSettings,
    "world": WorldSettings,
    "people": PeopleSettings,
    "sittings": SittingSettings,
    "routines": RoutineSettings,
    "choosing": ChoosingSettings,
    "player": PlayerSettings,
    "log": LogSettings,
    "menus": MenuSettings,
    **COMPANY,
}
"""Sections by the name they have in a scenario's file, in the order of the story."""

_OWN_PACKAGE = "synthview"


def _own(package: ModuleType) -> list[Brought]:
    """Find our own actors or faults, one for each module, in alphabetical order; imports none."""
    names = sorted(module.name for module in iter_modules(package.__path__))
    return [Brought(_point_in(package, name), _OWN_PACKAGE) for name in names]


def _point_in(package: ModuleType, name: str) -> EntryPoint:
    """Where a module has its class: ``cat_on_remote`` has `CatOnRemote`."""
    of_class = "".join(word.capitalize() for word in name.split("_"))
    place = f"{package.__name__}.{name}:{of_class}"
    return EntryPoint(name, place, package.__name__)


ON_REQUEST = frozenset({"ad_blocker", "hype", "schema_drift", "truncated_rows"})
"""Those of our own that are off unless a scenario names them.

Two actors came after the scenarios whose rows are kept; of two faults files cannot be read.
"""


class Known(Mapping[str, type]):
    """Classes by name, each imported when it is first asked for.

    Names, membership and length are known without an import. Asking for a class raises InputError
    where it cannot be used or imported.
    """

    def __init__(self, brought: Iterable[Brought], bases: tuple[type[Exposed], ...]) -> None:
        self._brought = {one.name: one for one in brought}
        self._bases = bases
        self._loaded: dict[str, type] = {}

    def __getitem__(self, name: str) -> type:
        """Return a class, importing its module if need be."""
        if name not in self._loaded:
            one = self._brought[name]
            if one.package == _OWN_PACKAGE:
                # A mistake in a file of ours, or a lack of memory or files, shows as what it is.
                import_module(one.point.module)
            self._loaded[name] = loaded(one, self._bases, name_of)
        return self._loaded[name]

    def __contains__(self, name: object) -> bool:
        """Tell whether the name is known; imports nothing."""
        return name in self._brought

    def __iter__(self) -> Iterator[str]:
        """Go through the names; imports nothing."""
        return iter(self._brought)

    def __len__(self) -> int:
        """Count the names."""
        return len(self._brought)


_OWN_ACTORS, _OWN_FAULTS = _own(our_actors), _own(our_faults)
_ACTOR_BASES, _FAULT_BASES = (Actor,), (Fault, SinkFault)

ACTORS: Mapping[str, type] = Known(_OWN_ACTORS, _ACTOR_BASES)
"""Our own actors by the name of their section, which is that of their file."""

FAULTS: Mapping[str, type] = Known(_OWN_FAULTS, _FAULT_BASES)
"""Our own faults by the name of their section, which is that of their file."""


@cache
def installed() -> Registry:
    """Gather the sections, actors and faults of this installation; imports no other package."""
    return gather(entry_points_of("actors"), entry_points_of("faults"))


def gather(actors: Iterable[EntryPoint], faults: Iterable[EntryPoint]) -> Registry:
    """Put what other packages bring beside our own, by the names in their metadata.

    A name that synthview has itself stays synthview's. One that several packages bring, or whose
    plays would get the ids of another actor's, is refused when it is asked for.
    """
    brought = {"actors": _by_name(actors), "faults": _by_name(faults)}
    ours = {*ACTORS, *FAULTS}
    taken = [one for found in brought.values() for one in found if one.name in ours]
    free = {kind: _without(found, ours) for kind, found in brought.items()}
    clashes = _clashes(free["actors"], free["faults"])
    more = {kind: _refused(found, clashes) for kind, found in free.items()}
    others = [*more["actors"], *more["faults"]]
    return Registry(
        sections=SECTIONS,
        actors=Known([*_OWN_ACTORS, *more["actors"]], _ACTOR_BASES),
        faults=Known([*_OWN_FAULTS, *more["faults"]], _FAULT_BASES),
        named_only=frozenset(one.name for one in others) | ON_REQUEST,
        packages={one.name: one.package for one in others},
        unusable=tuple(_taken(one) for one in taken),
    )


def importable(
    registry: Registry, kinds: Collection[str] = ("actors", "faults")
) -> tuple[Registry, list[str]]:
    """Import what a registry knows of some kinds; leave out what fails, and say why."""
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
        f"{one.name} of {one.package} is not used: synthview itself has an actor or fault of this "
        f"name. Rename it, or remove {one.package}."
    )


def _without(found: Sequence[Brought], names: Collection[str]) -> list[Brought]:
    return [one for one in found if one.name not in names]


def _clashes(actors: Sequence[Brought], faults: Sequence[Brought]) -> dict[str, str]:
    """Say why names cannot be used: several packages bring one, or its plays would share ids."""
    packages: dict[str, list[str]] = {}
    for one in (*actors, *faults):
        packages.setdefault(one.name, []).append(one.package)
    sources: dict[int, list[str]] = {}
    for name in dict.fromkeys([*ACTORS, *(one.name for one in actors)]):
        sources.setdefault(source_of(name), []).append(name)
    why: dict[str, str] = {}
    for names in sources.values():
        if len(names) > 1:
            why |= dict.fromkeys(names, _same_ids(names, packages))
    for name, those in packages.items():
        if len(those) > 1:
            why[name] = _same_name(name, those)
    return why


def _same_ids(names: Sequence[str], packages: Mapping[str, Sequence[str]]) -> str:
    of = [f"{name} of {_listed(packages[name])}" if name in packages else name for name in names]
    return f"The actors {_listed(of)} would give their plays the same ids. Rename one of them."


def _same_name(name: str, packages: Sequence[str]) -> str:
    return (
        f"{name} is brought more than once, by {_listed(packages)}. Remove or rename all but one."
    )


def _listed(words: Sequence[str]) -> str:
    return " and ".join(words)


def _refused(found: Sequence[Brought], clashes: Mapping[str, str]) -> list[Brought]:
    """Keep one for each name; one that clashes knows why it is refused."""
    first = {one.name: one for one in reversed(found)}
    return [replace(one, refused=clashes.get(name, "")) for name, one in sorted(first.items())]
