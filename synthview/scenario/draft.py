"""A scenario in the making: layers of settings over the defaults, checked one by one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from synthview.errors import InvalidChoice, SettingError, UnknownName
from synthview.scenario.declarations import (
    Claim,
    DatedEvent,
    NamedTitle,
    RunSettings,
    check,
    check_total,
    still_true,
)
from synthview.scenario.drafting import (
    as_text,
    build,
    check_packages,
    count_cast,
    entries_of,
    lay,
    plain,
    warnings_of,
)
from synthview.scenario.files import Layer
from synthview.scenario.resolved import MODELS, Registry, Scenario
from synthview.scenario.settings import settings_of

__all__ = ["Draft"]


LISTS: Mapping[str, type] = {"titles": NamedTitle, "dated_events": DatedEvent, "claims": Claim}
"""Classes of the entries that a scenario names, by section."""


class Draft:
    """A scenario in the making: plain values, checked as each layer is laid."""

    def __init__(self, registry: Registry) -> None:
        self.declared: dict[str, type] = {"run": RunSettings, **registry.sections}
        self.kinds = {"actors": registry.actors, "faults": registry.faults}
        self.known_packages = registry.packages
        self.named_only = registry.named_only
        self.words = {"name": "defaults", "about": "", "model": MODELS[-1]}
        self.sections = {name: _defaults(one) for name, one in self.declared.items()}
        del self.sections["run"]["epoch"]
        self.on = {kind: self._on_by_default(known) for kind, known in self.kinds.items()}
        self.named: dict[str, dict[str, Any]] = {name: {} for name in LISTS}
        self.cast: dict[str, int] = {}
        self.members: set[str] = set()
        self.absent: dict[str, dict[str, Any]] = {}

    @property
    def staff(self) -> list[str]:
        """Sections of insiders: what the staff do."""
        return [name for name, one in self.declared.items() if hasattr(one, "tells")]

    def _on_by_default(self, known: Mapping[str, type]) -> dict[str, dict[str, Any]]:
        return {name: _defaults(known[name]) for name in known if name not in self.named_only}

    def lay(self, layer: Layer, *, may_add: bool = True) -> None:
        """Lay one layer over what is there; `may_add` allows titles and events not yet named."""
        content = dict(layer.content)
        if may_add:
            content.pop("based_on", None)
        without = content.pop("without", [])
        self._switch_off(without, layer.where)
        for key, value in content.items():
            if key in LISTS:
                self._list(key, value, layer.where, may_add=may_add)
            elif key == "cast":
                self._count(value, without, layer.where)
            else:
                self._set(key, value, layer.where)
        # Settings of an actor switch it on again after without = ["actors"], but not where
        # `without` names the actor itself.
        self._switch_off([name for name in without if name not in self.kinds], layer.where)

    def _set(self, key: str, value: object, where: str) -> None:
        if key in self.words:
            self._word(key, value, where)
        elif key in self.declared:
            self._section(self.sections, self.declared, key, value, where)
        elif key in self.kinds:
            self._cast(key, value, where)
        elif key == "packages":
            check_packages(value, self.known_packages, where)
        else:
            raise UnknownName("section", key, self._known(key), where)

    def _count(self, value: object, without: Sequence[str], where: str) -> None:
        """Take the numbers of households of the cast, and switch on who is in it."""
        cast = count_cast(value, self._actors_and_faults(), where)
        self.cast |= {name: count for name, (count, _) in cast.items()}
        self.members |= {name for name, (_, is_idle) in cast.items() if is_idle}
        self.members -= {name for name, (_, is_idle) in cast.items() if not is_idle}
        self._switch_on([name for name in cast if name not in without])

    def _actors_and_faults(self) -> list[str]:
        return [name for known in self.kinds.values() for name in known]

    def _known(self, key: str) -> list[str]:
        """List the top-level keys of a file, and the paths of settings called `key`."""
        keys = [*self.words, "based_on", "without", "cast", "packages"]
        sections = [*self.declared, *self.kinds, *LISTS]
        having = [name for name, one in self.declared.items() if key in settings_of(one)]
        return [
            *keys,
            *sections,
            *(f"{name}.{key}" for name in having),
        ]

    def _word(self, key: str, value: object, where: str) -> None:
        text = as_text(plain(value, key, where))
        if not isinstance(text, str):
            raise SettingError(f"{key} in {where} must be text, not {value!r}.")
        if key == "model" and text not in MODELS:
            raise InvalidChoice("model", text, MODELS, where)
        self.words[key] = text

    def _section(
        self,
        place: dict[str, Any],
        declared: Mapping[str, type],
        path: str,
        value: object,
        where: str,
    ) -> None:
        name = path.rsplit(".", 1)[-1]
        below = place.get(name) or _defaults(declared[name])
        place[name] = lay(declared[name], below, value, path, where)
        build(declared[name], place[name], path, where)

    def _switch_off(self, names: object, where: str) -> None:
        if not isinstance(names, list | tuple) or not all(isinstance(name, str) for name in names):
            raise SettingError(f"without in {where} must be a list of names, not {names!r:.60}.")
        known = [*self.kinds, *self._actors_and_faults(), *self.staff]
        for name in names:
            if name not in known:
                raise UnknownName("actor or fault", name, known, where)
            if name in self.staff:
                self.sections[name]["rate"] = 0.0
            for kind, on in self.on.items():
                meant = [one for one in on if name in (kind, one)]
                self.absent |= {one: on.pop(one) for one in meant}

    def _switch_on(self, names: Iterable[str]) -> None:
        for kind, known in self.kinds.items():
            for name in names:
                if name in known:
                    self.on[kind].setdefault(name, _defaults(known[name]))

    def _cast(self, kind: str, value: object, where: str) -> None:
        if not isinstance(value, Mapping):
            raise SettingError(
                f"{kind} in {where} must be a table with one section for each of the {kind}. "
                f"Switch all of them off with without = ['{kind}']."
            )
        for name, settings in value.items():
            if name not in self.kinds[kind]:
                raise UnknownName(kind.removesuffix("s"), str(name), self.kinds[kind], where)
            self._section(
                self.on[kind],
                self.kinds[kind],
                f"{kind}.{name}",
                settings,
                where,
            )

    def _list(self, key: str, value: object, where: str, *, may_add: bool) -> None:
        stated = entries_of(key, value, where)
        named = self.named[key]
        for name, entry in stated.items():
            if not may_add and name not in named:
                raise UnknownName(f"entry of {key}", name, named, where)
            path = f'{key}."{name}"'
            below = still_true(named.get(name, {}), entry)
            laid = lay(LISTS[key], below, entry, path, where)
            build(LISTS[key], laid, path, where)
            named[name] = laid
            check_total(laid, path, where)
        if key == "claims" and may_add:
            # The first claim is the default one, so those of the file itself come first.
            self.named[key] = {name: named[name] for name in [*stated, *named]}

    def finish(self, where: str) -> Scenario:
        """Check what only the whole can tell, and make the scenario."""
        sections = {
            name: build(one, self.sections[name], name, where)
            for name, one in self.declared.items()
        }
        run: RunSettings = sections["run"]
        titles: Mapping[str, NamedTitle] = self._entries("titles", where)
        events: list[DatedEvent] = list(self._entries("dated_events", where).values())
        claims: list[Claim] = list(self._entries("claims", where).values())
        check(run, titles, events, claims, where)
        made = {kind: self._made(kind, where) for kind in self.kinds}
        return Scenario(
            **self._words_and_cast(where),
            actors=made["actors"],
            faults=made["faults"],
            run=run,
            sections={name: one for name, one in sections.items() if name != "run"},
            titles=tuple(titles.values()),
            dated_events=tuple(events),
            claims=tuple(claims),
            warnings=tuple(_all_warnings(sections, made, titles, events)),
        )

    def _words_and_cast(self, where: str) -> dict[str, Any]:
        """Return name, about and model, the cast, who is off, and the packages of those on."""
        on = {name for names in self.on.values() for name in names}
        off = sorted(name for name in self._actors_and_faults() if name not in on)
        packages = {name: one for name, one in self.known_packages.items() if name not in off}
        without = [name for name in off if name not in self.named_only or name in self.cast]
        absent = {name: self._absent(name, where) for name in sorted(self.cast) if name in off}
        return {
            **self.words,
            "cast": dict(sorted(self.cast.items())),
            "members": frozenset(self.members),
            "without": tuple(without),
            "absent": absent,
            "packages": packages,
        }

    def _entries(self, key: str, where: str) -> dict[str, Any]:
        """Build the named titles, dated events or claims, by name."""
        return {
            name: build(LISTS[key], entry, f'{key}."{name}"', where)
            for name, entry in self.named[key].items()
        }

    def _absent(self, name: str, where: str) -> object:
        declared = next(known[name] for known in self.kinds.values() if name in known)
        return build(declared, self.absent.get(name) or _defaults(declared), name, where)

    def _made(self, kind: str, where: str) -> dict[str, object]:
        known, on = self.kinds[kind], self.on[kind]
        return {
            name: build(
                known[name],
                on[name],
                f"{kind}.{name}",
                where,
            )
            for name in sorted(on)
        }


def _defaults(declared: type) -> dict[str, Any]:
    settings = settings_of(declared).values()
    return {
        one.name: plain(one.default, one.name, "the defaults")
        for one in settings
        if one.default is not None
    }


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
