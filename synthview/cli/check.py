"""``check``: whether a dataset is what it should be."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from synthview.cli import screen

__all__ = ["register"]

FORMATS = ("text", "json")
BROKEN = 1
EPILOG = """
  synthview check out  [dim]every invariant, one line each; exit code 1 if one is broken[/dim]

  synthview check out --as json
"""


def register(app: typer.Typer) -> None:
    """Add the command of this module to the command line."""
    app.command("check", rich_help_panel="Trust", epilog=EPILOG)(check)


def check(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="A dataset that synthview made.")],
    *,
    as_: Annotated[str, typer.Option("--as", metavar="FORMAT", help="text or json")] = "text",
) -> None:
    """Ask of a dataset what must hold: references, times, streams, keys, names, files."""
    from dataclasses import asdict

    from synthview.checks import invariants
    from synthview.dataset import read
    from synthview.errors import UnknownName

    if as_ not in FORMATS:
        raise UnknownName("format", as_, FORMATS, "--as")
    run = read(directory)
    found = []
    for one in invariants.check(run):
        found.append(one)
        if as_ == "text":
            state = (
                f"not asked: {one.not_asked}"
                if one.not_asked
                else "holds"
                if one.holds
                else "BROKEN, once"
                if one.violations == 1
                else f"BROKEN, {one.violations:,} times"
            )
            typer.echo(f"{one.name:12} {state:20}  {one.says}")
            for example in one.examples:
                typer.echo(f"             {example:.300}")
    if as_ == "json":
        typer.echo(screen.as_json([asdict(one) for one in found]))
    broken = [one.name for one in found if not one.holds]
    if broken:
        typer.echo(
            f"Broken: {', '.join(broken)}. What made it, run again, repairs files: {run.manifest['command']}.", err=True
        )
        raise typer.Exit(BROKEN)
    if as_ == "text":
        typer.echo(f"All of {sum(not one.not_asked for one in found)} hold.")
