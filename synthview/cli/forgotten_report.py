"""How the search for a forgotten account is put on the screen, and its exit code."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import typer

from synthview.cli import screen

if TYPE_CHECKING:
    from synthview.checks.forgotten import Forgotten
    from synthview.dataset import RunDirectory

__all__ = ["print_forgotten"]


def print_forgotten(run: RunDirectory, account: str, as_: str) -> None:
    """Every table and file with what is left there; exit code 1 if something should not be."""
    from synthview.checks.forgotten import search

    found = search(run, account)
    if as_ == "json":
        screen.say(screen.as_json({**asdict(found), "left": len(found.left)}))
    else:
        _print(found)
    if found.left:
        names = ", ".join(f"{one.name} ({one.rows:,})" for one in found.left)
        screen.say(f"Left of {found.account}: {names}.", err=True)
    for one in found.unread:
        screen.say(f"{one.name} cannot be searched: {one.unread}.", err=True)
    if found.left or found.unread:
        raise typer.Exit(1)


def _print(found: Forgotten) -> None:
    screen.say(f"Account {found.account} was forgotten on {found.day}: {found.reason}.\n")
    read = [one for one in found.places if not one.unread]
    rows = [[one.name, f"{one.rows:,}", one.may_be if one.rows else ""] for one in read]
    screen.table(["table or file", "rows of it", "which may be, as"], rows)
    if not found.left:
        count = found.files - len(found.unread)
        files = "one other file" if count == 1 else f"{count:,} other files"
        but = " but what a legal hold keeps" if found.is_held else ""
        screen.say(f"Nothing is left of it in the log, in aggregates, or in {files}{but}.")
    for one in found.still_told:
        screen.say(f"\n{one.table}: it is in {one.cells:,} cells, and alone in {one.alone:,}.")
        for example in one.examples:
            screen.say(f"  {example}")
