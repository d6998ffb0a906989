"""How the search for a forgotten account is put on the screen, and its exit code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

import typer

from synthview.cli import screen
from synthview.cli.bars import sign_of_life
from synthview.cli.outputs import stages
from synthview.wording import listed

if TYPE_CHECKING:
    from synthview.checks.forgotten import Forgotten
    from synthview.dataset import RunDirectory

__all__ = ["print_forgotten"]

_MOST_NAMED = 10
"""So many places where something is left are named at most."""


def print_forgotten(run: RunDirectory, account: str, as_: str) -> None:
    """Every table and file with what is left there; exit code 1 if something should not be.

    Of all forgotten accounts, if `account` says so.
    """
    from synthview.checks.forgotten import EVERYBODY, search

    if account == EVERYBODY:
        _print_all(run, as_)
        return
    with sign_of_life("check"), run.reading():
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


def _print_all(run: RunDirectory, as_: str) -> None:
    """A line for each forgotten account, and what is left of any; exit code 1 if anything is."""
    from synthview.checks.forgotten import search_for_all

    every = []
    with stages("check --forgotten") as on_progress, run.reading():
        for count, found in search_for_all(run):
            every.append(found)
            on_progress("Searching", len(every), count)
    if as_ == "json":
        screen.say(screen.as_json([{**asdict(one), "left": len(one.left)} for one in every]))
    else:
        _print_lines(every)
    left = [f"{one.account} in {place.name}" for one in every for place in one.left]
    unread = [*dict.fromkeys(place.name for one in every for place in one.unread)]
    for what, places in (("Left", left), ("Files that cannot be searched", unread)):
        if places:
            screen.say(f"{what}: {listed(places, _MOST_NAMED)}.", err=True)
    if left or unread:
        raise typer.Exit(1)


def _print_lines(every: Sequence[Forgotten]) -> None:
    rows = [
        [
            one.account,
            one.day,
            one.reason,
            f"{sum(place.rows for place in one.left):,}",
            "yes" if one.is_held else "",
            f"{sum(told.cells for told in one.still_told):,}",
            f"{sum(told.alone for told in one.still_told):,}",
        ]
        for one in every
    ]
    head = ["account", "forgotten on", "as", "rows left", "held", "cells it is in", "alone in"]
    screen.table(head, rows)
    if not any(one.left for one in every):
        accounts = "the one account" if len(every) == 1 else f"any of {len(every):,} accounts"
        but = " but what a legal hold keeps" if any(one.is_held for one in every) else ""
        screen.say(f"\nNothing is left of {accounts} that the company has forgotten{but}.")


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
