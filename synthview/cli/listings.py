"""What ``list`` can list, row by row."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from synthview.cli.screen import shown

if TYPE_CHECKING:
    from synthview.scenario.entries import Entry
    from synthview.scenario.settings import Setting

__all__ = ["ENTRY_HEAD", "LISTINGS", "entry_rows"]

Rows = list[list[str]]
ENTRY_HEAD = ["setting", "value", "unit", "believable", "source", "about"]


def entry_rows(found: Iterable[Entry], *, marked: bool = True) -> Rows:
    """Tell settings in the columns of `ENTRY_HEAD`, a line for each share; stars mark what differs from the default."""
    return [row for entry in found for row in _entry_rows(entry, "* " if entry.is_changed else "  ", marked=marked)]


def _entry_rows(entry: Entry, star: str, *, marked: bool) -> Rows:
    setting, mark = entry.setting, star if marked else ""
    rest = [setting.unit, _range(setting), entry.source]
    if setting.kind != "shares":
        return [[mark + entry.path, shown(entry.plain), *rest, setting.about]]
    parts = [[f"{mark}{entry.path}.{part}", shown(share), *rest, ""] for part, share in entry.plain.items()]
    return [[*parts[0][:-1], setting.about], *parts[1:]]


def _range(setting: Setting) -> str:
    return "" if setting.low is None or setting.source == "choice" else f"{shown(setting.low)} to {shown(setting.high)}"


def _scenarios() -> tuple[list[str], Rows]:
    from synthview.registry import installed
    from synthview.scenario import load
    from synthview.scenario.files import built_in

    found = [load(name, installed()) for name in built_in()]
    rows = [[one.name, str(one.run.start), str(one.run.days), f"{one.run.households:,}", one.about] for one in found]
    return ["scenario", "from", "days", "households", "about"], rows


def _tables() -> tuple[list[str], Rows]:
    from synthview.tables import TABLES

    return ["table", "columns", "a row is"], [[one.path, str(len(one.columns)), one.row] for one in TABLES]


def _settings() -> tuple[list[str], Rows]:
    from synthview.registry import installed
    from synthview.scenario.entries import declared

    rows = entry_rows(declared(installed()).values(), marked=False)
    return ["setting", "default", *ENTRY_HEAD[2:]], rows


def _sources() -> tuple[list[str], Rows]:
    from synthview.scenario.sources import sources

    head = ["source", "use", "figure", "quantity", "population", "period", "publisher", "year"]
    return head, [
        [one.id, one.use, one.figure, one.quantity, one.population, one.period, one.source_publisher, one.year]
        for one in sources().values()
    ]


def _cast(kind: str) -> tuple[list[str], Rows]:
    """Actors or faults with the first line of their manuals; a note for those that are off or come with a package."""
    from synthview.registry import installed

    registry = installed()
    rows = []
    for name, one in sorted(getattr(registry, kind).items()):
        notes = [f"of {registry.packages[name]}"] if name in registry.packages else []
        notes += ["off unless a scenario names it"] if name in registry.named_only else []
        rows.append([name, (one.__doc__ or "").strip().split("\n")[0], ", ".join(notes)])
    width = 3 if any(row[2] for row in rows) else 2
    return [kind.removesuffix("s"), "what it does", "note"][:width], [row[:width] for row in rows]


LISTINGS: dict[str, Callable[[], tuple[list[str], Rows]]] = {
    "scenarios": _scenarios,
    "tables": _tables,
    "settings": _settings,
    "sources": _sources,
    "actors": lambda: _cast("actors"),
    "faults": lambda: _cast("faults"),
}
"""Makers of a head and rows, by the word for ``list KIND``."""
