"""``demo``: simulates the days around a Christmas film, and writes a page about a number."""

from __future__ import annotations

import shlex
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Annotated

import typer

from synthview.cli import screen
from synthview.cli.outputs import put
from synthview.cli.running import (
    duration_in_words,
    progress_bar,
    size_in_words,
    stoppable,
    whole,
)
from synthview.cli.streams import messages_only
from synthview.outside.manuals import manual_of
from synthview.outside.paths import dataset_path

if TYPE_CHECKING:
    from datetime import date

    from synthview.claims.answer import Answer
    from synthview.claims.question import Question
    from synthview.dataset import RunDirectory

__all__ = ["demo", "register"]

SCENARIO = "christmas-prince"
HOUSEHOLDS = "12k"
BAR_WIDTH = 36
DEMO_EPILOG = """
  synthview demo  [dim]into ./synthview-demo[/dim]

  synthview demo --households 100k -o big  [dim]closer to the tweet; takes longer[/dim]

  synthview demo --details  [dim]also the files, the query, and where the page comes from[/dim]

  synthview demo --recompute  [dim]make the page from a new run, in some thirty minutes[/dim]
"""


def register(app: typer.Typer) -> None:
    """Add the command of this module to the command line."""
    app.command("demo", help=manual_of(demo), rich_help_panel="Make", epilog=DEMO_EPILOG)(demo)


def demo(
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="DIR", help="Directory to write into.")
    ] = Path("synthview-demo"),
    households: Annotated[
        str, typer.Option(metavar="N", help="How many households, as in 500 or 100k.")
    ] = HOUSEHOLDS,
    seed: Annotated[
        str | None, typer.Option(metavar="N", help="Another seed gives another world.")
    ] = None,
    workers: Annotated[
        str | None,
        typer.Option(metavar="N", help="How many processes; by default one per processor."),
    ] = None,
    overwrite: Annotated[  # noqa: FBT002  an option, which the framework passes by name
        bool, typer.Option("--overwrite", help="Replace a run that has other settings.")
    ] = False,
    details: Annotated[  # noqa: FBT002  an option, which the framework passes by name
        bool,
        typer.Option(
            "--details",
            help="Also print the files, the query that counts, and where the page comes from.",
        ),
    ] = False,
    recompute: Annotated[  # noqa: FBT002  an option, which the framework passes by name
        bool,
        typer.Option(
            "--recompute",
            help="Make the page from a new run, not from the one that comes with synthview.",
        ),
    ] = False,
) -> None:
    """Simulate 24 days around a Christmas film, and count who watched it day after day.

    This is the number of a tweet of 2017: 53 people had watched it every day for 18 days.
    """
    from synthview.claims.page import need
    from synthview.claims.story import need_for
    from synthview.dataset import generate

    count, output = whole("--households", households), dataset_path(output, "-o")
    if recompute:
        need_for("streak")
        need()
    with stoppable(str(output)), messages_only():
        screen.say(
            f"Simulating {count:,} invented households from 17 November to 10 December 2017 …"
        )
        began = monotonic()
        with progress_bar("demo") as progress:
            run = generate(
                SCENARIO,
                directory=output,
                households=count,
                seed=None if seed is None else whole("--seed", seed, least=0),
                workers=None if workers is None else whole("--workers", workers),
                overwrite=overwrite,
                progress=progress,
            )
        seconds = monotonic() - began
        origin = _write_page(Path(f"{output}.html"), recompute=recompute)
        _show_ladder(run, count)
        _show_where(run, seconds)
        if details:
            _show_files(run)
            _show_query(run)
            screen.say(f"\n{origin}")


def _show_where(run: RunDirectory, seconds: float) -> None:
    """What is on the disk now, and that all of it is invented."""
    tables = run.manifest["tables"]
    size = size_in_words(sum(one["bytes"] for one in tables.values()))
    screen.say(
        f"\nThe dataset is in {run.directory}: {tables['log.events']['rows']:,} messages of "
        f"players, {size}, in {duration_in_words(seconds)}. Every household is invented; nothing "
        "here is Netflix's data. Who really sat there is in truth/ beside the log: "
        "synthview show truth.plays"
    )


def _show_files(run: RunDirectory) -> None:
    """Every table on the disk."""
    rows = [
        [name, f"{one['rows']:,}", size_in_words(one["bytes"])]
        for name, one in run.manifest["tables"].items()
    ]
    screen.table(["table", "rows", "size"], rows)


def _asked() -> tuple[Question, tuple[str, date, date, int]]:
    """The question of the tweet; its title, first and last day, and number of days."""
    from synthview.claims.question import ask
    from synthview.registry import installed
    from synthview.scenario import load
    from synthview.world.clock import date_of

    question = ask(load(SCENARIO, installed()))
    days = date_of(question.earliest), date_of(question.last)
    return question, (question.title, *days, question.days)


def _show_ladder(run: RunDirectory, households: int) -> None:
    """How many accounts watched on so many days in a row, and what was to be expected."""
    from synthview.claims.counting.streaks import expectation, ladder
    from synthview.cli.claim import ACCOUNTS

    question, asked = _asked()
    steps = ladder(run.scan("log.plays"), run.scan("log.titles"), *asked)
    most = max(1, *steps["accounts"].to_list())
    rows = [
        [str(days), f"{accounts:,}", "█" * -(-accounts * BAR_WIDTH // most)]
        for days, accounts in steps.iter_rows()
        if accounts
    ]
    if len(rows) < steps.height:
        rows.append([f"{len(rows) + 1} to {steps.height}", "none", ""])
    screen.table(
        ["days in a row", "accounts", ""],
        rows,
        f'Accounts that watched "{question.title}" on so many days in a row, as a log tells it',
    )
    screen.say(f"\n{expectation(question.claim.said, ACCOUNTS, households)}")


def _show_query(run: RunDirectory) -> None:
    """The query that counts the ladder, and one that shows what happened."""
    from synthview.claims.counting.sql import as_pattern
    from synthview.claims.counting.streaks import ladder_sql

    screen.say(
        "\nThe laziest query a press office could have run; it works in DuckDB as it stands:\n"
    )
    screen.say(ladder_sql(run.directory, *_asked()[1]))
    first_plays = f"FROM '{as_pattern(run.directory)}/truth/plays/**/*.parquet' LIMIT 5"
    screen.say(f"What really happened:\n  duckdb -c {shlex.quote(first_plays)}")


def _write_page(place: Path, *, recompute: bool) -> str:
    """Write the page about the 53 people, from the run that is shipped or from a new one.

    Returns where it comes from.
    """
    from synthview.claims.shipped import shipped
    from synthview.cli.claim import thorough_claim

    if recompute:
        thorough_claim(SCENARIO, lambda answer: _put_page(place, answer))
        return "The page was made anew, just now."
    answer, digest = shipped()
    _put_page(place, answer)
    return f"The page is of the run shipped with synthview, digest {digest}: {answer.command}"


def _put_page(place: Path, answer: Answer) -> None:
    """Write the page of an answer, or say what is missing for it."""
    from synthview.claims.page import need, render
    from synthview.errors import InputError

    try:
        need("page")
        put(place, render(answer))
    except InputError as missing:
        screen.say(f"The page about the 53 people was not written: {missing}\n")
        return
    screen.say(f"Open {place} in a browser: how real is the number of the 53 people?\n")
