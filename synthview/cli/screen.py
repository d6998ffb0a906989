"""Prints everything: coloured and wrapped on a terminal, plain and whole in a pipe or a file.

All that commands print goes through here, so that no name of a scenario, file or package can
steer a terminal.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
import textwrap
from collections.abc import Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING, Any, Literal, TextIO

import typer

from synthview.outside.legible import escaped_json, legible, one_line

if TYPE_CHECKING:
    from rich.console import Console

__all__ = [
    "as_json",
    "as_markdown",
    "console",
    "fail",
    "filled",
    "is_coloured",
    "say",
    "say_painted",
    "shown",
    "table",
    "warn",
]

GAP = "  "
PER_LINE = 8
LARGE = 1e6
MOST_OF_WORD = 1_000
_ENDLESS = re.compile(rf"\S{{{MOST_OF_WORD},}}")


def is_coloured(stream: TextIO | None) -> bool:
    """Whether colours go to a stream: to a terminal that has them, or if FORCE_COLOR is set.

    NO_COLOR and TERM=dumb forbid them in any case.
    """
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb" or stream is None:
        return False
    return os.environ.get("FORCE_COLOR", "0") not in ("", "0") or stream.isatty()


def console(*, err: bool = False, **words: Any) -> Console:
    """Return a console of rich for stdout or stderr, with colours if `is_coloured` says so."""
    from rich.console import Console

    stream = sys.stderr if err else sys.stdout
    colours: Literal["auto"] | None = "auto" if is_coloured(stream) else None
    return Console(
        stderr=err,
        color_system=colours,
        highlight=False,
        **words,
    )


def say(text: object = "", *, err: bool = False, nl: bool = True, fg: str | None = None) -> None:
    """Print a text of any origin, coloured if possible; escape what would steer a terminal."""
    safe = legible(str(text))
    coloured = is_coloured(sys.stderr if err else sys.stdout)
    typer.echo(
        typer.style(safe, fg=fg) if fg and coloured else safe, err=err, nl=nl, color=coloured
    )


def say_painted(text: str) -> None:
    """Print what a console of ours has rendered from safe text: its colours are its own."""
    typer.echo(text, color=is_coloured(sys.stdout))


def table(head: Sequence[str], rows: Sequence[Sequence[str]], title: str = "") -> None:
    """Print a table; rows that begin with ``*`` stand out."""
    if sys.stdout.isatty():
        _in_colour(head, rows, title)
    else:
        say(_plain(head, rows, title))


def _plain(head: Sequence[str], rows: Sequence[Sequence[str]], title: str) -> str:
    """Align the columns; a cell of several lines goes on below."""
    rows = [[legible(cell) for cell in row] for row in rows]
    spread = [
        line
        for row in (head, *rows)
        for line in zip_longest(*(cell.split("\n") for cell in row), fillvalue="")
    ]
    widths = [max(map(len, column)) for column in zip(*spread, strict=True)]
    lines = [
        GAP.join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in spread
    ]
    return "\n".join([title, *lines, ""] if title else lines)


def _in_colour(head: Sequence[str], rows: Sequence[Sequence[str]], title: str) -> None:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(
        *head,
        title=Text(one_line(title)) if title else None,
        title_justify="left",
        box=box.SIMPLE_HEAD,
        pad_edge=False,
    )
    table.columns[0].overflow = "fold"
    for row in rows:
        table.add_row(
            *(Text(legible(cell)) for cell in row), style="bold" if row[0].startswith("*") else None
        )
    console().print(table)


def filled(text: str) -> str:
    """Paragraphs in lines as long as the terminal is wide, or of 100 letters in a pipe."""
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else 100
    return "\n\n".join(
        textwrap.fill(" ".join(one.split()), min(width, 100)) for one in text.split("\n\n")
    )


def as_markdown(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Write a table as Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(_escaped(cell) for cell in line)} |" for line in lines)


def _escaped(cell: str) -> str:
    """Escape what Markdown reads as the end of a cell, or as HTML."""
    return one_line(cell.replace("\n", " ")).replace("|", "\\|").replace("<", "&lt;")


def as_json(content: Any) -> str:
    """Write plain values as JSON that a person can read."""
    return escaped_json(json.dumps(content, indent=2, ensure_ascii=False))


def shown(value: Any) -> str:
    """Write the value of a setting; long lists in several lines, a text in one."""
    if isinstance(value, dict):
        return ", ".join(f"{one_line(str(key))} {shown(one)}" for key, one in value.items())
    if isinstance(value, list | tuple):
        words = [shown(one) for one in value]
        return ",\n".join(
            ", ".join(words[place : place + PER_LINE]) for place in range(0, len(words), PER_LINE)
        )
    if isinstance(value, bool) or value is None:
        return {True: "yes", False: "no", None: ""}[value]
    if isinstance(value, int):
        return f"{value:,}" if value < 2**53 else str(value)
    return (
        f"{value:.6g}" if isinstance(value, float) and abs(value) < LARGE else one_line(str(value))
    )


def warn(warnings: Sequence[str]) -> None:
    """Say on stderr what is allowed and yet implausible."""
    for one in warnings:
        say(f"warning: {one_line(one)}", fg="yellow", err=True)


def fail(message: str) -> None:
    """Say on stderr, in one line, what went wrong; of words as long as a book the beginning."""
    short = _ENDLESS.sub(lambda found: f"{found[0][:MOST_OF_WORD]}…", message)
    say(f"error: {one_line(short)}", fg="red", err=True)
