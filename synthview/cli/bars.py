"""Progress of a long command: a bar on a terminal, a line now and then in a build log."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from time import monotonic
from typing import Protocol

from synthview.cli import screen
from synthview.cli.sizes import duration_in_words

__all__ = ["Move", "bar", "is_live", "sign_of_life"]

FIRST_LINE_SECONDS = 20.0
MOST_SECONDS_BETWEEN_LINES = 300.0
"""Services that build software end a job that has said nothing for ten minutes."""


class Move(Protocol):
    """Says how far a command is: so much done of so much, the stage, and a short note."""

    def __call__(self, done: int, of: int, *, stage: str = "", note: str = "") -> None:
        """Show it, now or when the next line is due."""


def is_live() -> bool:
    """Whether the standard error is a terminal that can redraw a line."""
    return sys.stderr.isatty() and os.environ.get("TERM", "").lower() not in ("dumb", "unknown")


@contextmanager
def bar(what: str) -> Iterator[Move]:
    """Show how far a command is: a bar on a terminal, a plain line now and then elsewhere."""
    with _drawn() if is_live() else _written(what) as move:
        yield move


@contextmanager
def sign_of_life(what: str) -> Iterator[None]:
    """Write a plain line now and then while a command works; nothing on a terminal."""
    if is_live():
        yield
        return
    with _written(what):
        yield


@contextmanager
def _drawn() -> Iterator[Move]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    text = TextColumn("{task.percentage:>3.0f} %  {task.fields[note]}  ")
    columns = (TextColumn("{task.description}"), BarColumn(), text, TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as drawn:
        task = drawn.add_task("", total=None, note="")

        def move(done: int, of: int, *, stage: str = "", note: str = "") -> None:
            if drawn.tasks[task].description != stage:
                drawn.reset(task, description=stage, total=of)
            drawn.update(task, completed=done, total=of, note=note)

        yield move


@contextmanager
def _written(what: str) -> Iterator[Move]:
    """Write lines from a thread, so that they come however long a single step takes."""
    course, over = Course(what), threading.Event()
    writer = threading.Thread(target=_write_lines, args=(course, over), daemon=True)
    with suppress(RuntimeError):  # no more threads are to be had: the work matters more
        writer.start()
    try:
        yield course.move
    finally:
        over.set()


def _write_lines(course: Course, over: threading.Event) -> None:
    """Write a line after a while, and then at intervals that double up to a few minutes."""
    seconds = FIRST_LINE_SECONDS
    while not over.wait(seconds):
        screen.say(course.line(), err=True)
        seconds = min(2 * seconds, MOST_SECONDS_BETWEEN_LINES)


@dataclass(slots=True)
class Course:
    """How far a command has come, and since when."""

    what: str
    began: float = field(default_factory=monotonic)
    stage: str = ""
    note: str = ""
    first: int | None = None
    """What was done when the stage began: a run that is resumed begins in the middle."""
    done: int = 0
    of: int = 0
    stage_began: float = 0.0

    def move(self, done: int, of: int, *, stage: str = "", note: str = "") -> None:
        """Take in how far it is."""
        if self.first is None or stage != self.stage:
            self.stage, self.first, self.stage_began = stage, done, monotonic()
        self.done, self.of, self.note = done, of, note

    def line(self) -> str:
        """Tell it in one line, with the time that is left as far as that can be said."""
        now = monotonic()
        parts = [f"at work for {duration_in_words(now - self.began)}"]
        if self.of:
            parts.insert(0, f"{self.done / self.of:.0%}".replace("%", " %"))
        if (left := self._seconds_left(now)) is not None:
            parts.append(f"about {duration_in_words(left)} left")
        name = f"{self.what}, {self.stage}" if self.stage else self.what
        return f"{name}: {', '.join(parts)}" + (f" ({self.note})" if self.note else "")

    def _seconds_left(self, now: float) -> float | None:
        fresh = self.done - (self.first or 0)
        if fresh <= 0 or self.done >= self.of:
            return None
        return (now - self.stage_began) / fresh * (self.of - self.done)
