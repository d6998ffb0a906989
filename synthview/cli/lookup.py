"""Find what a name on the command line stands for, among tables and settings."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from synthview.scenario.entries import Entry
    from synthview.tables import Table

__all__ = ["among", "named_in", "tables_by_name"]


def tables_by_name() -> dict[str, Table]:
    """Every table by its path and by its name; the first of a name has it."""
    from synthview.tables import BY_PATH

    return {key: one for one in reversed(BY_PATH.values()) for key in (one.path, one.name)}


def among(settings: Collection[Entry], name: str) -> Entry | list[Entry]:
    """Settings of the section that has a name, or else the only setting of that name."""
    section = [one for one in settings if name in (one.section, one.section.rsplit(".", 1)[-1])]
    if section:
        return section
    of_name = [one for one in settings if one.setting.name == name]
    return of_name[0] if len(of_name) == 1 else of_name


def named_in(path: str) -> list[str]:
    """The actor or fault that a path such as ``actors.cat_on_remote.rate`` names, if any."""
    from synthview.registry import installed

    registry = installed()
    return [word for word in path.split(".") if word in registry.actors or word in registry.faults]
