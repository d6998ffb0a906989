"""What commands share that write a file beside the screen and work in stages: places, and a bar for each stage."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import typer

from synthview.cli.running import STDOUT
from synthview.errors import OutputError

__all__ = ["Tell", "check_place", "put", "stages"]

Tell = Callable[[str, int, int], None]
"""Hears of progress: the stage, how much is done, and of how much."""


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


def put(place: Path, text: str) -> None:
    """Write a file, or print it where the place is ``-``."""
    if str(place) == STDOUT:
        sys.stdout.write(text)
    else:
        place.write_text(text, "utf-8")


@contextmanager
def stages() -> Iterator[Tell]:
    """Show a bar with the time left for the stage at hand on a terminal, and a line for each stage elsewhere."""
    if not sys.stderr.isatty():
        yield _lines()
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=1)

        def move(stage: str, done: int, of: int) -> None:
            if bar.tasks[0].description != stage:
                bar.reset(task, description=stage, total=of)
            bar.update(task, completed=done, total=of)

        yield move


def _lines() -> Tell:
    said: set[str] = set()

    def say(stage: str, _: int, of: int) -> None:
        if stage not in said:
            said.add(stage)
            typer.echo(f"{stage} ({of:,}) …", err=True)

    return say
