"""List every setting: its path, its value, the source of the value, and whether it was changed."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from synthview.scenario import Registry, Scenario
from synthview.scenario.declarations import RunSettings
from synthview.scenario.drafting import plain
from synthview.scenario.settings import CHOICE, GUESS, Setting, settings_of

__all__ = ["STATED", "Entry", "declared", "entries"]

STATED = "scenario"
"""The source of a value that a scenario changes from the default."""


@dataclass(frozen=True)
class Entry:
    """One setting with its path and value; `facts_from` is the source of a named title or event."""

    path: str
    value: Any
    setting: Setting
    facts_from: str = ""

    @property
    def section(self) -> str:
        """The path without its last word: ``run``, ``titles."A Film"``."""
        return self.path.removesuffix(f".{self.setting.name}")

    @property
    def is_changed(self) -> bool:
        """The value is not the default."""
        return self.setting.required or bool(self.plain != _plain(self.setting.default))

    @property
    def plain(self) -> Any:
        """The value as JSON has it."""
        return _plain(self.value)

    @property
    def source(self) -> str:
        """Ids from the list of sources, or ``guess``, ``choice``, or ``scenario`` if changed."""
        default_source = self.setting.source
        if self.facts_from and default_source == GUESS:
            return GUESS
        if self.facts_from:
            is_fact = self.setting.type in {int, float, date}
            return self.facts_from if is_fact else STATED
        if self.is_changed and default_source != CHOICE:
            return STATED
        return default_source


def _plain(value: object) -> Any:
    return None if value is None else plain(value, "a setting", "a scenario")


def entries(scenario: Scenario) -> list[Entry]:
    """List every setting of a scenario, in the order of its file."""
    made = {"run": scenario.run, **scenario.sections}
    made |= {f"actors.{name}": actor for name, actor in scenario.actors.items()}
    made |= {f"faults.{name}": fault for name, fault in scenario.faults.items()}
    found = [entry for path, one in made.items() for entry in _of(path, one)]
    for title in scenario.titles:
        found += _of(f'titles."{title.name}"', title, title.source)
    for event in scenario.dated_events:
        found += _of(f'dated_events."{event.name}"', event, event.source)
    return found


def _of(path: str, made: object, facts_from: str = "") -> Iterator[Entry]:
    section: type = type(made)
    for name, setting in settings_of(section).items():
        value = getattr(made, name)
        if value is not None:  # nothing stated, and no default: what it is follows from others
            yield Entry(f"{path}.{name}", value, setting, facts_from)


def declared(registry: Registry, also: Collection[str] = ()) -> dict[str, Entry]:
    """List every setting that exists, with its default, by its path.

    Actors and faults of other packages are listed only if `also` names them, and imported for it.
    """
    places = {"run": RunSettings, **registry.sections}
    for kind, known in (("actors", registry.actors), ("faults", registry.faults)):
        wanted = [name for name in known if name in also or name not in registry.packages]
        places |= {f"{kind}.{name}": known[name] for name in wanted}
    found: dict[str, Entry] = {}
    for path, section in places.items():
        for setting in settings_of(section).values():
            entry = Entry(f"{path}.{setting.name}", setting.default, setting)
            found[entry.path] = entry
    return found
