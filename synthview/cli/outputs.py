"""What commands share that write files and work in stages: where files go, and progress."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from synthview.callbacks import OnStage
from synthview.cli import screen
from synthview.cli.bars import bar, is_live
from synthview.cli.running import STDOUT
from synthview.cli.streams import need_output
from synthview.errors import InputError, OutputError
from synthview.outside.places import write_errors
from synthview.outside.staging import write_whole

__all__ = ["check_place", "check_places", "put", "stages"]


def check_place(place: Path) -> None:
    """Check, before any work, that a file can be written.

    Raises:
        OutputError: it cannot, and why.
    """
    folder = place.resolve().parent
    if not folder.is_dir():
        raise OutputError(f"{place} cannot be written: there is no directory {folder}.")
    if place.is_dir():
        raise OutputError(f"{place} cannot be written: it is a directory. Name a file in it.")
    changed = place if place.exists() else folder
    if not os.access(changed, os.W_OK):
        raise OutputError(f"{place} cannot be written: {changed} may not be changed by you.")


def check_places(html: Path | None, json: Path | None, png: Path | None = None) -> bool:
    """Check, before any work, where a page, its JSON and its picture go; True if one is printed.

    Raises:
        InputError: two of them are to be printed, or a picture.
        OutputError: a file cannot be written, or nothing printed, and why.
    """
    named = [one for one in (html, json, png) if one is not None]
    printed = [one for one in named if str(one) == STDOUT]
    if len(printed) > 1 or png in printed:
        raise InputError(
            "Only one of --html and --json can be printed with -, and no picture. Name a file for "
            "each of the others."
        )
    if printed:
        need_output(STDOUT)
    for place in named:
        if place not in printed:
            check_place(place)
    return bool(printed)


def put(place: Path, content: str | bytes) -> None:
    """Write a file whole or not at all, or print a text where the place is ``-``.

    Raises:
        NoSpace: the disk is full.
        OutputError: it cannot be written, and why.
    """
    if str(place) == STDOUT and isinstance(content, str):
        sys.stdout.write(content)
        return
    with write_errors(place):
        write_whole(place, content.encode() if isinstance(content, str) else content)


@contextmanager
def stages(command: str, *, with_counts: bool = False) -> Iterator[OnStage]:
    """Show the progress of a command with stages: a bar on a terminal, lines elsewhere.

    With counts a stage says how much there is to do, and how much of it is done.
    """
    begun: set[str] = set()
    with bar(command) as move:

        def on_progress(stage: str, done: int, of: int) -> None:
            if stage not in begun and not is_live():
                begun.add(stage)
                size = f" ({of:,})" if with_counts else ""
                screen.say(f"{stage}{size} …", err=True)
            note = f"{done:,} of {of:,}" if with_counts else ""
            move(done, of, stage=stage, note=note)

        yield on_progress
