"""``check``: whether a dataset is what it should be, gives nothing away, and how well predictions of it score."""

from __future__ import annotations

from math import isfinite
from pathlib import Path
from typing import Annotated

import typer

from synthview.cli import checked
from synthview.cli.bars import sign_of_life
from synthview.outside.manuals import manual_of

__all__ = ["register"]

FORMATS = ("text", "json")
EPILOG = """
  synthview check out  [dim]every invariant, one line each; exit code 1 if one is broken[/dim]

  synthview check out --leaks  [dim]whether ids, order, milliseconds, files or gaps tell the cause; exit code 1 if so[/dim]

  synthview check out --score predictions.csv  [dim]precision and recall by cause, beside what a perfect reader could reach[/dim]

[bold]The audit[/bold]  Rows with a cause are paired with ordinary rows that look alike in all that anybody may see. A classifier \
learns from some accounts to tell them apart by ids, order, place among equals, digits of milliseconds, the layout of files and gaps, \
and is tried on others. A line holds where the interval of the area under its curve contains 0.5 and stays below 0.52 \
(all intervals of an audit hold together with 95 %). It leaks where 0.5 lies outside, twice. Else it cannot tell, which is no pass, and \
says how many households would do.

[bold]Predictions[/bold]  CSV or Parquet, with a column play_id or account_id (as text or as whole numbers) and a column for each actor or fault \
that is looked for, with scores of any scale, the higher the likelier. Rows from --cut on are named: 0.5, or 0 where scores go beyond 0 and 1. \
What the file leaves out counts as least likely. [bold]A perfect reader[/bold] knows how often rows of the same visible content have \
the cause; rows that look the same cannot be told apart, so nothing that reads this content does better. The first number is the average \
precision of one who had to learn that from other accounts (errs low), the second of one who knows it for these very rows (errs high, as few rows \
look the same). docs/scores.md says what the content is.

Both need scikit-learn: pip install 'synthview\\[check]'.
"""


def register(app: typer.Typer) -> None:
    """Add the command of this module to the command line."""
    app.command("check", help=manual_of(check), rich_help_panel="Trust", epilog=EPILOG)(check)


def check(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="A dataset that synthview made.")],
    *,
    leaks: Annotated[bool, typer.Option("--leaks", help="Whether the log gives away more than behaviour.")] = False,
    score: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Predictions: ids of plays or accounts, a score per cause.")
    ] = None,
    cut: Annotated[
        float | None, typer.Option(metavar="NUMBER", help="With --score: from which score on a row is named.")
    ] = None,
    as_: Annotated[str, typer.Option("--as", metavar="FORMAT", help="text or json")] = "text",
) -> None:
    """Ask of a dataset what must hold: references, times, streams, keys, names, files."""
    from synthview.dataset import read
    from synthview.errors import InputError, UnknownName

    if as_ not in FORMATS:
        raise UnknownName("format", as_, FORMATS, "--as")
    if leaks and score is not None:
        raise InputError("--leaks and --score are two questions; ask one at a time.")
    if cut is not None and score is None:
        raise InputError("--cut says which scores count as named; it needs --score FILE.")
    if cut is not None and not isfinite(cut):
        raise InputError(f"--cut is {cut}; a number such as 0.5 is needed.")
    run = read(directory)
    with sign_of_life("check"):
        if leaks:
            checked.tell_leaks(run, as_)
        elif score is not None:
            checked.tell_scores(run, score, cut, as_)
        else:
            checked.tell_invariants(run, as_)
