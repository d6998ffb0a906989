"""``demo``: simulates the days around a Christmas film, and writes a page about a number."""

from __future__ import annotations

import shlex
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Annotated

import typer

from synthview.cli import screen
from synthview.cli.running import duration_in_words, progress_bar, size_in_words, whole
from synthview.cli.streams import messages_only
from synthview.outside.manuals import manual_of
from synthview.outside.paths import dataset_path

if TYPE_CHECKING:
    from synthview.claims.answer import Answer
    from synthview.dataset import RunDirectory

__all__ = ["demo", "register"]

SCENARIO = "christmas-prince"
HOUSEHOLDS = "12k"
BAR_WIDTH = 36
DEMO_EPILOG = """
  synthview demo  [dim]into ./synthview-demo[/dim]

  synthview demo --households 100k -o big  [dim]closer to the tweet; takes longer[/dim]

  synthview demo --recompute  [dim]make the page from a new run, in some twenty minutes[/dim]
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
    from synthview.claims.answer import need_for
    from synthview.claims.page import need
    from synthview.dataset import generate

    count, output = whole("--households", households), dataset_path(output, "-o")
    if recompute:
        need_for("streak")
        need()
    with messages_only():
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
        _show_made(run, monotonic() - began)
        _show_ladder(run, count)
        _show_page(Path(f"{output}.html"), recompute=recompute)


def _show_made(run: RunDirectory, seconds: float) -> None:
    """What is on the disk now."""
    tables = run.manifest["tables"]
    rows = [
        [
            name,
            f"{one['rows']:,}",
            size_in_words(one["bytes"]),
        ]
        for name, one in tables.items()
    ]
    screen.tell(["table", "rows", "size"], rows)
    total = sum(one["bytes"] for one in tables.values())
    events = tables["log.events"]["rows"]
    screen.say(
        f"\n{events:,} messages of players, {size_in_words(total)} in {run.directory}, in "
        f"{duration_in_words(seconds)}.\n"
    )


def _show_ladder(run: RunDirectory, households: int) -> None:
    """The streak ladder, the query that counts it, and what was to be expected."""
    from synthview.claims.counting.sql import as_pattern
    from synthview.claims.counting.streaks import expectation, ladder, ladder_sql
    from synthview.claims.question import ask
    from synthview.cli.claim import ACCOUNTS
    from synthview.registry import installed
    from synthview.scenario import load
    from synthview.world.clock import date_of

    question = ask(load(SCENARIO, installed()))
    asked = question.title, date_of(question.earliest), date_of(question.last), question.days
    steps = ladder(run.scan("log.plays"), run.scan("log.titles"), *asked)
    most = max(1, *steps["accounts"].to_list())
    rows = [
        [str(days), f"{accounts:,}", "█" * -(-accounts * BAR_WIDTH // most)]
        for days, accounts in steps.iter_rows()
    ]
    screen.tell(
        ["days in a row", "accounts", ""],
        rows,
        f'Accounts that watched "{question.title}" on so many days in a row, as a log tells it',
    )
    screen.say(
        "\nThe laziest query a press office could have run; it works in DuckDB as it stands:\n"
    )
    screen.say(ladder_sql(run.directory, *asked))
    screen.say(expectation(question.claim.said, ACCOUNTS, households))
    first_plays = f"FROM '{as_pattern(run.directory)}/truth/plays/**/*.parquet' LIMIT 5"
    screen.say(
        "Every household is invented; nothing here is Netflix's data. Who really sat there is in "
        "truth/ beside the log:\n"
        f"  synthview show truth.plays\n  duckdb -c {shlex.quote(first_plays)}"
    )


def _show_page(place: Path, *, recompute: bool) -> None:
    """Write the page about the 53 people, from the run that is shipped or from a new one."""
    from synthview.claims.shipped import shipped
    from synthview.cli.claim import thorough_claim

    if recompute:
        thorough_claim(SCENARIO, lambda answer: _write_page(place, answer, "made anew, just now"))
        return
    answer, digest = shipped()
    origin = f"from the run shipped with synthview, digest {digest}; made by: {answer.command}"
    _write_page(place, answer, origin)


def _write_page(place: Path, answer: Answer, origin: str) -> None:
    """Write the page of an answer, or say what is missing for it."""
    from synthview.claims.page import need, render
    from synthview.errors import InputError

    try:
        need("page")
        place.write_text(render(answer), "utf-8")
    except InputError as missing:
        screen.say(f"\nThe page about the 53 people was not written: {missing}")
        return
    screen.say(f"\nHow real is the number? Open {place} in a browser: {origin}.")
