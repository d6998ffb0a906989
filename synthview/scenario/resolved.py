"""The types of a resolved scenario, and of the registry that it is checked against."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

from synthview.scenario.declarations import Claim, DatedEvent, NamedTitle, RunSettings
from synthview.scenario.drafting import MEMBERS, fields_of, plain
from synthview.scenario.files import to_toml

__all__ = ["MODELS", "Registry", "Scenario"]

Some = TypeVar("Some")
MODELS = ("1",)
"""Versions of the model whose bytes this release can make."""


@dataclass(frozen=True)
class Registry:
    """What a scenario can set: classes by section name. Some are imported when first used.

    Those in `named_only` are off unless a scenario names them. `packages` gives, for each actor
    or fault of another package, that package and its version. `unusable` has one sentence for
    each that cannot be used.
    """

    sections: Mapping[str, type]
    actors: Mapping[str, type] = field(default_factory=dict)
    faults: Mapping[str, type] = field(default_factory=dict)
    named_only: frozenset[str] = frozenset()
    packages: Mapping[str, str] = field(default_factory=dict)
    unusable: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Scenario:
    """Every setting of a world, resolved and checked; equal when every setting is.

    `without` lists the actors and faults of synthview itself that are off. `cast` gives some
    actors and faults to an exact number of households that act in the window; for those in
    `members` they need not act. Those of the cast that are off are `absent`: their households stay
    theirs, so that all others stay where they are.
    """

    name: str
    about: str
    model: str
    run: RunSettings
    sections: Mapping[str, object]
    actors: Mapping[str, object]
    faults: Mapping[str, object]
    without: tuple[str, ...]
    cast: Mapping[str, int]
    packages: Mapping[str, str]
    titles: tuple[NamedTitle, ...]
    dated_events: tuple[DatedEvent, ...]
    claims: tuple[Claim, ...]
    absent: Mapping[str, object] = field(default_factory=dict)
    members: frozenset[str] = frozenset()
    warnings: tuple[str, ...] = ()

    def of(self, declared: type[Some]) -> Some:
        """Return the settings of one class, such as ``scenario.of(PeopleSettings)``."""
        found = self._by_class.get(declared)
        if isinstance(found, declared):
            return found
        for one in self._by_class.values():
            if isinstance(one, declared):
                return one
        raise KeyError(declared.__name__)

    @cached_property
    def _by_class(self) -> dict[type, object]:
        """Every part by its class: settings are asked for with every play."""
        named = (self.sections, self.actors, self.faults)
        parts = [self.run, *(made for group in named for made in group.values())]
        return {type(one): one for one in reversed(parts)}

    def as_dict(self) -> dict[str, Any]:
        """Return every setting as plain JSON values; loading them gives an equal scenario."""
        return dict(plain(self._tables(), self.name, self.name))

    def to_toml(self) -> str:
        """Write every setting as TOML; loading it gives an equal scenario."""
        return to_toml(self._tables())

    def fingerprint(self) -> str:
        """Return the BLAKE2b digest of every setting: 32 hexadecimal digits."""
        return self._fingerprint

    @cached_property
    def _fingerprint(self) -> str:
        """Worlds are looked up by it again and again."""
        canonical = json.dumps(self.as_dict(), sort_keys=True, separators=(",", ":"))
        return hashlib.blake2b(canonical.encode(), digest_size=16).hexdigest()

    def __eq__(self, other: object) -> bool:
        """Tell whether every setting is the same."""
        return isinstance(other, Scenario) and self._fingerprint == other._fingerprint

    def __hash__(self) -> int:
        """Return the fingerprint as a number."""
        return int(self.fingerprint(), 16)

    def _stated(self, name: str, count: int) -> int | str:
        """A number of the cast as a scenario states it."""
        return f"{count}{MEMBERS}" if name in self.members else count

    def _tables(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "about": self.about,
            "model": self.model,
            "without": list(self.without),
            "cast": {name: self._stated(name, count) for name, count in self.cast.items()},
            "packages": dict(self.packages),
            "run": fields_of(self.run),
            **_all_fields_of(self.sections),
            "actors": _all_fields_of(self.actors),
            "faults": _all_fields_of(self.faults),
            "titles": [fields_of(one) for one in self.titles],
            "dated_events": [fields_of(one) for one in self.dated_events],
            "claims": [fields_of(one) for one in self.claims],
        }


def _all_fields_of(made: Mapping[str, object]) -> dict[str, dict[str, Any]]:
    return {name: fields_of(one) for name, one in made.items()}
