"""Every setting in one row: its path, its value, where the value comes from, whether a scenario changed it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from synthview.scenario import Registry, Scenario
from synthview.scenario.drafting import plain
from synthview.scenario.facts import Run
from synthview.scenario.settings import CHOICE, GUESS, Setting, settings_of

__all__ = ["STATED", "Entry", "declared", "entries"]

STATED = "scenario"
"""The source of a value that a scenario sets otherwise than the default."""


@dataclass(frozen=True)
class Entry:
    """One setting at its place, with its value there; `facts_from` is the source of a named title or event."""

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
        """An id, or ids, of the list of sources, or ``guess``, ``choice``, or ``scenario`` for a value of its own."""
        if self.facts_from and self.setting.source != GUESS:
            return self.facts_from if self.setting.type in {int, float, date} else STATED
        if self.facts_from:
            return GUESS
        return STATED if self.is_changed and self.setting.source != CHOICE else self.setting.source


def _plain(value: object) -> Any:
    return plain(value, "a setting", "a scenario")


def entries(scenario: Scenario) -> list[Entry]:
    """List every setting of a scenario, in the order of its file."""
    cast = [(f"{kind}.{name}", one) for kind in ("actors", "faults") for name, one in getattr(scenario, kind).items()]
    found = [
        entry for path, one in [("run", scenario.run), *scenario.sections.items(), *cast] for entry in _of(path, one)
    ]
    for title in scenario.titles:
        found += _of(f'titles."{title.name}"', title, title.source)
    for event in scenario.dated_events:
        found += _of(f'dated_events."{event.name}"', event, event.source)
    return found


def _of(path: str, made: object, facts_from: str = "") -> Iterator[Entry]:
    section: type = type(made)
    for name, setting in settings_of(section).items():
        yield Entry(f"{path}.{name}", getattr(made, name), setting, facts_from)


def declared(registry: Registry, also: Collection[str] = ()) -> dict[str, Entry]:
    """List every setting that exists, with its default, by its path.

    Of actors and faults that other packages bring only those named by `also`, which are imported for it.
    """
    places = {"run": Run, **registry.sections}
    for kind, known in (("actors", registry.actors), ("faults", registry.faults)):
        wanted = [name for name in known if name in also or name not in registry.packages]
        places |= {f"{kind}.{name}": known[name] for name in wanted}
    found = [
        Entry(f"{path}.{name}", one.default, one)
        for path, section in places.items()
        for name, one in settings_of(section).items()
    ]
    return {entry.path: entry for entry in found}
