"""What commands share that write a file beside the screen and work in stages: places, and a bar."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic

import typer

from synthview.cli.running import STDOUT, duration_in_words
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
    """Show a bar with the time left on a terminal, and a line for each stage elsewhere."""
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
            bar.update(task, description=stage, completed=done, total=of)

        yield move


def _lines() -> Tell:
    began, said = monotonic(), set[str]()

    def say(stage: str, done: int, of: int) -> None:
        if stage in said:
            return
        said.add(stage)
        share = done / max(of, 1)
        left = f", about {duration_in_words((monotonic() - began) * (1 / share - 1))} left" if 0 < share < 1 else ""
        typer.echo(f"{stage} … {share:.0%} done{left}", err=True)

    return say
