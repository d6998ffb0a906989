"""What commands share: options by the same names everywhere, and the names a shell can complete."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from synthview.errors import SettingError

__all__ = ["SetOption", "assignments", "complete_names", "complete_scenarios"]

SetOption = Annotated[
    list[str] | None,
    typer.Option(
        "--set", metavar="PATH=VALUE", help="Change a setting, as in [bold]--set run.days=5[/bold]; repeatable."
    ),
]


def assignments(stated: Sequence[str] | None) -> dict[str, str]:
    """Read ``--set`` options: ``["run.days=5"]`` becomes ``{"run.days": "5"}``; the last word on a setting counts."""
    read: dict[str, str] = {}
    for one in stated or ():
        path, sign, value = one.partition("=")
        if not sign:
            raise SettingError(f"--set takes PATH=VALUE, such as --set run.days=5; this is '{one}'.")
        read[path.strip()] = value
    return read


def complete_scenarios(incomplete: str) -> list[str]:
    """Complete the name of a scenario."""
    from synthview.scenario_files import built_in

    return [name for name in built_in() if name.startswith(incomplete)]


def complete_names(incomplete: str) -> list[str]:
    """Complete whatever ``show`` can show."""
    from synthview.entries import declared
    from synthview.registry import installed
    from synthview.sources import sources
    from synthview.tables import BY_PATH

    names = [*complete_scenarios(""), *BY_PATH, *declared(installed()), *sources()]
    return [name for name in names if name.startswith(incomplete)]
