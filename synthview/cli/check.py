"""``check``: validates a dataset, audits it for leaks, and scores predictions."""

from __future__ import annotations

from math import isfinite
from pathlib import Path
from typing import Annotated

import typer

from synthview.cli import check_report, forgotten_report
from synthview.cli.bars import sign_of_life
from synthview.outside.manuals import manual_of

__all__ = ["register"]

FORMATS = ("text", "json")
EPILOG = """
  synthview check out  [dim]every invariant, one line each; exit code 1 if one is broken[/dim]

  synthview check out --leaks  \
[dim]whether anything but behaviour gives a cause away; exit code 1 if so[/dim]

  synthview check tests/fixture --regenerate  \
[dim]whether the manifest still makes these rows; exit code 1 and what differs if not[/dim]

  synthview check out --score predictions.csv  \
[dim]precision and recall by cause, beside what could be found[/dim]

  synthview check out --forgotten a_3v9k…  \
[dim]what is left of an account that the company has forgotten; exit code 1 if anything[/dim]

  synthview check out --forgotten all  [dim]the same of everybody who is forgotten[/dim]

[bold]The audit[/bold]  Each row with a cause is paired with an ordinary row of the same visible \
content. A classifier learns from some accounts to tell the two apart by ids, order, place among \
equals, digits of milliseconds, the layout of files and gaps. It is tried on other accounts. \
A line holds if the interval of the area under the curve contains 0.5 and stays below 0.52. \
(All intervals of an audit hold together with 95 %.) It leaks if 0.5 lies outside, twice. \
Otherwise it cannot tell, which is no pass; then it says how many households are needed.

[bold]Predictions[/bold]  CSV or Parquet with a column play_id, account_id or, of the staff, \
access_id, as text or as whole numbers, and a column of scores for each actor, fault or insider. \
Any scale will do; higher means likelier. Rows with a score of --cut or more count as named. \
--cut is 0.5, or 0 if scores go beyond 0 and 1. \
Rows that are not in the file count as least likely.

[bold]Could be found[/bold]  Two numbers enclose the average precision of the best reader of what \
is visible. At least is what boosted trees reached that learned from other accounts; at most what \
the same trees make of these rows once they are told the answers. A perfect reader knows how often \
rows of the same visible content have the cause: nothing that reads this content does better. Its \
value, a theorem that is near 1 in small runs, stands below. docs/scores.md says what the content \
is.

Both need scikit-learn: pip install 'synthview\\[check]'.
"""


def register(app: typer.Typer) -> None:
    """Add the command of this module to the command line."""
    app.command("check", help=manual_of(check), rich_help_panel="Trust", epilog=EPILOG)(check)


def check(
    directory: Annotated[
        Path, typer.Argument(metavar="DIR", help="A dataset that synthview made.")
    ],
    *,
    leaks: Annotated[
        bool,
        typer.Option(
            "--leaks", help="Test whether the log gives causes away by anything but behaviour."
        ),
    ] = False,
    regenerate: Annotated[
        bool,
        typer.Option(
            "--regenerate",
            help="Simulate it again by its manifest, and compare every row. Nothing is written.",
        ),
    ] = False,
    score: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Score predictions: ids of plays, accounts or accesses, and a score for each "
            "cause.",
        ),
    ] = None,
    cut: Annotated[
        float | None,
        typer.Option(metavar="NUMBER", help="With --score: the lowest score that counts as found."),
    ] = None,
    forgotten: Annotated[
        str | None,
        typer.Option(
            metavar="ACCOUNT|all",
            help="Search every table and file for what is left of a forgotten account, by its id, "
            "or of all of them.",
        ),
    ] = None,
    as_: Annotated[str, typer.Option("--as", metavar="FORMAT", help="text or json")] = "text",
) -> None:
    """Validate a dataset: references, times, streams, keys, names, files."""
    from synthview.dataset import read
    from synthview.errors import InputError, UnknownName

    if as_ not in FORMATS:
        raise UnknownName("format", as_, FORMATS, "--as")
    asked = {
        "--leaks": leaks,
        "--score": score is not None,
        "--regenerate": regenerate,
        "--forgotten": forgotten is not None,
    }
    said = [option for option, is_asked in asked.items() if is_asked]
    if len(said) > 1:
        raise InputError(f"{' and '.join(said)} are {len(said)} questions; ask one at a time.")
    if cut is not None and score is None:
        raise InputError("--cut says which scores count as named; it needs --score FILE.")
    if cut is not None and not isfinite(cut):
        raise InputError(f"--cut is {cut}; a number such as 0.5 is needed.")
    run = read(directory)
    if regenerate:
        check_report.print_regenerated(run, as_)
        return
    if forgotten is not None:
        forgotten_report.print_forgotten(run, forgotten, as_)
        return
    with sign_of_life("check"), run.reading():
        if leaks:
            check_report.print_leaks(run, as_)
        elif score is not None:
            check_report.print_scores(run, score, cut, as_)
        else:
            check_report.print_invariants(run, as_)
