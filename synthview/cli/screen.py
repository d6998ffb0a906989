"""Puts tables on the screen: coloured and wrapped on a terminal, plain and whole in a pipe or a file."""

from __future__ import annotations

import json
import shutil
import sys
import textwrap
from collections.abc import Sequence
from itertools import zip_longest
from typing import Any

import typer

__all__ = ["as_json", "as_markdown", "filled", "shown", "tell", "warn"]

GAP = "  "
PER_LINE = 8
LARGE = 1e6


def tell(head: Sequence[str], rows: Sequence[Sequence[str]], title: str = "") -> None:
    """Print a table; rows that begin with ``*`` stand out."""
    if sys.stdout.isatty():
        _in_colour(head, rows, title)
    else:
        typer.echo(_plain(head, rows, title))


def _plain(head: Sequence[str], rows: Sequence[Sequence[str]], title: str) -> str:
    """Align the columns; a cell of several lines goes on below."""
    spread = [line for row in (head, *rows) for line in zip_longest(*(cell.split("\n") for cell in row), fillvalue="")]
    widths = [max(map(len, column)) for column in zip(*spread, strict=True)]
    lines = [GAP.join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in spread]
    return "\n".join([title, *lines, ""] if title else lines)


def _in_colour(head: Sequence[str], rows: Sequence[Sequence[str]], title: str) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(
        *head, title=Text(title) if title else None, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False
    )
    table.columns[0].overflow = "fold"
    for row in rows:
        table.add_row(*(Text(cell) for cell in row), style="bold" if row[0].startswith("*") else None)
    Console().print(table)


def filled(text: str) -> str:
    """Paragraphs in lines as long as the terminal is wide, or of 100 letters in a pipe."""
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else 100
    return "\n\n".join(textwrap.fill(" ".join(one.split()), min(width, 100)) for one in text.split("\n\n"))


def as_markdown(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Write a table as Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(_escaped(cell) for cell in line)} |" for line in lines)


def _escaped(cell: str) -> str:
    return cell.replace("|", "\\|").replace("\n", " ")


def as_json(content: Any) -> str:
    """Write plain values as JSON that a person can read."""
    return json.dumps(content, indent=2, ensure_ascii=False)


def shown(value: Any) -> str:
    """Write the value of a setting; long lists in several lines."""
    if isinstance(value, dict):
        return ", ".join(f"{key} {shown(one)}" for key, one in value.items())
    if isinstance(value, list | tuple):
        words = [shown(one) for one in value]
        return ",\n".join(", ".join(words[place : place + PER_LINE]) for place in range(0, len(words), PER_LINE))
    if isinstance(value, bool) or value is None:
        return {True: "yes", False: "no", None: ""}[value]
    if isinstance(value, int):
        return f"{value:,}" if value < 2**53 else str(value)
    return f"{value:.6g}" if isinstance(value, float) and abs(value) < LARGE else str(value)


def warn(warnings: Sequence[str]) -> None:
    """Say on stderr what is allowed and yet hard to believe."""
    for one in warnings:
        typer.secho(f"warning: {one}", fg="yellow", err=True)
