"""``check``: whether a dataset is what it should be, and whether it gives anything away."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from synthview.cli import checked

__all__ = ["register"]

FORMATS = ("text", "json")
EPILOG = """
  synthview check out  [dim]every invariant, one line each; exit code 1 if one is broken[/dim]

  synthview check out --leaks  [dim]whether ids, order, milliseconds, files or gaps tell the cause; exit code 1 if so[/dim]

[bold]The audit[/bold]  Rows with a cause are paired with ordinary rows that look alike in all that anybody may see. A classifier \
learns from some accounts to tell them apart by ids, order, place among equals, digits of milliseconds, the layout of files and gaps, \
and is tried on others. A line holds where the interval of the area under its curve contains 0.5 and stays below 0.52 \
(all intervals of an audit hold together with 95 %). It leaks where 0.5 lies outside, twice. Else it cannot tell, which is no pass, and \
says how many households would do. It needs scikit-learn: pip install 'synthview\\[check]'.
"""


def register(app: typer.Typer) -> None:
    """Add the command of this module to the command line."""
    app.command("check", rich_help_panel="Trust", epilog=EPILOG)(check)


def check(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="A dataset that synthview made.")],
    *,
    leaks: Annotated[bool, typer.Option("--leaks", help="Whether the log gives away more than behaviour.")] = False,
    as_: Annotated[str, typer.Option("--as", metavar="FORMAT", help="text or json")] = "text",
) -> None:
    """Ask of a dataset what must hold: references, times, streams, keys, names, files."""
    from synthview.dataset import read
    from synthview.errors import UnknownName

    if as_ not in FORMATS:
        raise UnknownName("format", as_, FORMATS, "--as")
    run = read(directory)
    if leaks:
        checked.tell_leaks(run, as_)
    else:
        checked.tell_invariants(run, as_)
