"""A scenario: every setting of a world, read from a file and checked against what exists."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from synthview.errors import SettingError, UnknownName
from synthview.scenario.drafting import (
    as_text,
    build,
    check_packages,
    count_cast,
    entries_of,
    fields_of,
    lay,
    plain,
    warnings_of,
)
from synthview.scenario.facts import GENRES, Claim, DatedEvent, NamedTitle, Run, check, check_total, still_true
from synthview.scenario.files import Layer, layers, nested, to_toml
from synthview.scenario.settings import settings_of

__all__ = ["GENRES", "MODELS", "Claim", "DatedEvent", "NamedTitle", "Registry", "Run", "Scenario", "load", "resolve"]

Some = TypeVar("Some")
MODELS = ("1",)
"""Versions of the model whose bytes this release can make."""


@dataclass(frozen=True)
class Registry:
    """What a scenario may speak about: classes by the name of their section; one may be imported when it is asked for.

    `named_only` are off unless a scenario names them. `packages` says which package brings an actor or fault, in
    which version, and `unusable` in a sentence each what packages bring in vain.
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

    `without` lists the actors and faults of synthview itself that are off; `cast` gives some actors and faults to an
    exact number of households. Those of the cast that are off are `absent`: their households stay theirs, so that
    all others stay where they are.
    """

    name: str
    about: str
    model: str
    run: Run
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
    warnings: tuple[str, ...] = ()

    def of(self, declared: type[Some]) -> Some:
        """Return the settings of one class, such as ``scenario.of(PeopleSettings)``."""
        for one in (self.run, *self.sections.values(), *self.actors.values(), *self.faults.values()):
            if isinstance(one, declared):
                return one
        raise KeyError(declared.__name__)

    def as_dict(self) -> dict[str, Any]:
        """Return every setting as plain JSON values; loading them gives an equal scenario."""
        return dict(plain(self._tables(), self.name, self.name))

    def to_toml(self) -> str:
        """Write every setting as TOML; loading it gives an equal scenario."""
        return to_toml(self._tables())

    def fingerprint(self) -> str:
        """Return the BLAKE2b digest of every setting: 32 hexadecimal digits."""
        canonical = json.dumps(self.as_dict(), sort_keys=True, separators=(",", ":"))
        return hashlib.blake2b(canonical.encode(), digest_size=16).hexdigest()

    def __eq__(self, other: object) -> bool:
        """Tell whether every setting is the same."""
        return isinstance(other, Scenario) and self.as_dict() == other.as_dict()

    def __hash__(self) -> int:
        """Return the fingerprint as a number."""
        return int(self.fingerprint(), 16)

    def _tables(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "about": self.about,
            "model": self.model,
            "without": list(self.without),
            "cast": dict(self.cast),
            "packages": dict(self.packages),
            "run": fields_of(self.run),
            **{name: fields_of(one) for name, one in self.sections.items()},
            "actors": {name: fields_of(one) for name, one in self.actors.items()},
            "faults": {name: fields_of(one) for name, one in self.faults.items()},
            "titles": [fields_of(one) for one in self.titles],
            "dated_events": [fields_of(one) for one in self.dated_events],
            "claims": [fields_of(one) for one in self.claims],
        }


def load(what: str | Path | Scenario, registry: Registry, overrides: Mapping[str, Any] | None = None) -> Scenario:
    """Load a scenario by name, by the path of a file, or with changes to one already loaded.

    `overrides` maps dotted paths to values: ``{"run.days": 5, "sittings.together": "0.3"}``.
    """
    below = [Layer(what.as_dict(), what.name)] if isinstance(what, Scenario) else layers(what)
    return resolve(below, registry, overrides)


def resolve(below: Sequence[Layer], registry: Registry, overrides: Mapping[str, Any] | None = None) -> Scenario:
    """Lay what is stated over the defaults, the lowest first, then the overrides.

    An epoch nobody stated is the start of the files, so that an override of the start cuts a window.
    """
    draft = _Draft(registry)
    for layer in below:
        draft.lay(layer)
    draft.sections["run"].setdefault("epoch", draft.sections["run"]["start"])
    draft.lay(Layer(nested(overrides or {}), "--set"), may_add=False)
    return draft.finish(below[-1].where if below else "the defaults")


class _Draft:
    """A scenario in the making: plain values, checked as each layer is laid."""

    def __init__(self, registry: Registry) -> None:
        self.declared: dict[str, type] = {"run": Run, **registry.sections}
        self.kinds = {"actors": registry.actors, "faults": registry.faults}
        self.lists: dict[str, type] = {"titles": NamedTitle, "dated_events": DatedEvent, "claims": Claim}
        self.words = {"name": "defaults", "about": "", "model": MODELS[-1]}
        self.sections = {name: _defaults(one) for name, one in self.declared.items()}
        self.named: dict[str, dict[str, Any]] = {name: {} for name in self.lists}
        self.cast: dict[str, int] = {}
        self.absent: dict[str, dict[str, Any]] = {}
        self.known_packages = registry.packages
        self.named_only = registry.named_only
        del self.sections["run"]["epoch"]
        self.on = {
            kind: {name: _defaults(known[name]) for name in known if name not in self.named_only}
            for kind, known in self.kinds.items()
        }

    def lay(self, layer: Layer, *, may_add: bool = True) -> None:
        """Lay one layer over what is there; `may_add` allows titles and events not yet named."""
        content = {key: value for key, value in layer.content.items() if not (may_add and key == "based_on")}
        without = content.pop("without", [])
        self._switch_off(without, layer.where)
        for key, value in content.items():
            if key in self.words:
                self._word(key, value, layer.where)
            elif key in self.declared:
                self._section(self.sections, self.declared, key, value, layer.where)
            elif key in self.kinds:
                self._cast(key, value, layer.where)
            elif key in self.lists:
                self._list(key, value, layer.where, may_add=may_add)
            elif key == "packages":
                check_packages(value, self.known_packages, layer.where)
            elif key == "cast":
                cast = count_cast(value, [name for known in self.kinds.values() for name in known], layer.where)
                self.cast |= cast
                self._switch_on([name for name in cast if name not in without])
            else:
                raise UnknownName("section", key, self._known(key), layer.where)
        # Settings of an actor switch it on again after without = ["actors"], and not where it is named itself.
        self._switch_off([name for name in without if name not in self.kinds], layer.where)

    def _known(self, key: str) -> list[str]:
        """Everything a file may say at its top, and the settings that go by the name of `key`."""
        top = [*self.words, "based_on", "without", "cast", "packages", *self.declared, *self.kinds, *self.lists]
        return top + [f"{name}.{key}" for name, one in self.declared.items() if key in settings_of(one)]

    def _word(self, key: str, value: object, where: str) -> None:
        text = as_text(plain(value, key, where))
        if not isinstance(text, str):
            raise SettingError(f"{key} in {where} is text, not {value!r}.")
        if key == "model" and text not in MODELS:
            raise UnknownName("model", text, MODELS, where)
        self.words[key] = text

    def _section(
        self, place: dict[str, Any], declared: Mapping[str, type], path: str, value: object, where: str
    ) -> None:
        name = path.rsplit(".", 1)[-1]
        place[name] = lay(declared[name], place.get(name) or _defaults(declared[name]), value, path, where)
        build(declared[name], place[name], path, where)

    def _switch_off(self, names: object, where: str) -> None:
        if not isinstance(names, list | tuple) or not all(isinstance(name, str) for name in names):
            raise SettingError(f"without in {where} is a list of names, not {names!r:.60}.")
        for name in names:
            known = [one for kind in self.kinds.values() for one in kind]
            if name not in self.kinds and name not in known:
                raise UnknownName("actor or fault", name, [*self.kinds, *known], where)
            for kind in self.kinds:
                for one in [one for one in self.on[kind] if name in (kind, one)]:
                    self.absent[one] = self.on[kind].pop(one)

    def _switch_on(self, names: Iterable[str]) -> None:
        for kind, known in self.kinds.items():
            for name in names:
                if name in known:
                    self.on[kind].setdefault(name, _defaults(known[name]))

    def _cast(self, kind: str, value: object, where: str) -> None:
        if not isinstance(value, Mapping):
            raise SettingError(f"{kind} in {where} is a table of {kind}; switch them off with without = ['{kind}'].")
        for name, settings in value.items():
            if name not in self.kinds[kind]:
                raise UnknownName(kind.removesuffix("s"), str(name), self.kinds[kind], where)
            self._section(self.on[kind], self.kinds[kind], f"{kind}.{name}", settings, where)

    def _list(self, key: str, value: object, where: str, *, may_add: bool) -> None:
        for name, entry in (stated := entries_of(key, value, where)).items():
            if not may_add and name not in self.named[key]:
                raise UnknownName(f"entry of {key}", name, self.named[key], where)
            path = f'{key}."{name}"'
            laid = lay(self.lists[key], still_true(self.named[key].get(name, {}), entry), entry, path, where)
            build(self.lists[key], laid, path, where)
            self.named[key][name] = laid
            check_total(laid, path, where)
        if key == "claims" and may_add:  # the first is asked unless another is named, so a file's own come first
            self.named[key] = {name: self.named[key][name] for name in [*stated, *self.named[key]]}

    def finish(self, where: str) -> Scenario:
        """Check what only the whole can tell, and make the scenario."""
        run: Run = build(Run, self.sections["run"], "run", where)
        made = {
            name: build(one, self.sections[name], name, where) for name, one in self.declared.items() if name != "run"
        }
        titles = {name: build(NamedTitle, entry, name, where) for name, entry in self.named["titles"].items()}
        events = [build(DatedEvent, entry, name, where) for name, entry in self.named["dated_events"].items()]
        claims = [build(Claim, entry, f'claims."{name}"', where) for name, entry in self.named["claims"].items()]
        check(run, titles, events, claims, where)
        cast = {kind: self._made(kind, where) for kind in self.kinds}
        off = sorted(name for kind, known in self.kinds.items() for name in known if name not in self.on[kind])
        return Scenario(
            **self.words,
            run=run,
            sections=made,
            actors=cast["actors"],
            faults=cast["faults"],
            without=tuple(name for name in off if name not in self.named_only or name in self.cast),
            cast={name: self.cast[name] for name in sorted(self.cast)},
            packages={name: one for name, one in self.known_packages.items() if name not in off},
            titles=tuple(titles.values()),
            dated_events=tuple(events),
            claims=tuple(claims),
            absent={name: self._absent(name, where) for name in sorted(self.cast) if name in off},
            warnings=tuple(_all_warnings({"run": run, **made}, cast, titles, events)),
        )

    def _absent(self, name: str, where: str) -> object:
        declared = next(known[name] for known in self.kinds.values() if name in known)
        return build(declared, self.absent.get(name) or _defaults(declared), name, where)

    def _made(self, kind: str, where: str) -> dict[str, object]:
        known, on = self.kinds[kind], self.on[kind]
        return {name: build(known[name], on[name], f"{kind}.{name}", where) for name in sorted(on)}


def _defaults(declared: type) -> dict[str, Any]:
    settings = settings_of(declared).values()
    return {one.name: plain(one.default, one.name, "the defaults") for one in settings if one.default is not None}


def _all_warnings(
    sections: Mapping[str, object],
    cast: Mapping[str, Mapping[str, object]],
    titles: Mapping[str, NamedTitle],
    events: Sequence[DatedEvent],
) -> Iterator[str]:
    made = dict(sections)
    made |= {f"{kind}.{name}": one for kind, known in cast.items() for name, one in known.items()}
    made |= {f'titles."{name}"': title for name, title in titles.items()}
    for path, one in made.items():
        yield from warnings_of(one, path)
    for event in events:
        yield from warnings_of(event, f'dated_events."{event.name}"')
