"""``generate``: makes a dataset, on disk or as lines on the standard output."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Annotated, Any

import typer

from synthview.cli import screen
from synthview.cli.options import SetOption, assignments, complete_scenarios
from synthview.errors import InputError

if TYPE_CHECKING:
    from synthview.engines.estimate import Estimate
    from synthview.engines.local import Progress
    from synthview.engines.order import Order
    from synthview.engines.plan import Plan

__all__ = ["duration_in_words", "generate", "progress_bar", "register", "size_in_words", "whole"]

STDOUT = "-"
STOPPED = 130
LARGEST = 10**15
SUFFIXES = {"k": 10**3, "m": 10**6, "g": 10**9, "b": 10**9}
GENERATE_EPILOG = """
  synthview generate tiny -o out  [dim]twenty homes for three days, as Parquet[/dim]

  synthview generate everyday --events 100M -o big --workers 4  [dim]about 100 million; the same command resumes[/dim]

  synthview generate everyday --from 2017-10-20 --days 1 --households 1k --format csv --compression gzip -o day

  synthview generate tiny -o - --tables log.plays | head  [dim]one table as lines of JSON[/dim]

  synthview generate year --households 2M --dry-run  [dim]how many rows, bytes and minutes[/dim]
"""


Scenario = Annotated[
    str, typer.Argument(metavar="SCENARIO", help="Name of a scenario, or its file.", autocompletion=complete_scenarios)
]
Output = Annotated[
    str | None,
    typer.Option("--output", "-o", metavar="DIR|-", help="Directory to write into, or - for the standard output."),
]
Households = Annotated[
    str | None, typer.Option(metavar="N", help="How many, as in 500, 100k or 2M; fewer are the first of more.")
]
Events = Annotated[
    str | None, typer.Option(metavar="N", help="In place of households: about so many events, as in 1e9; within 10 %.")
]
From = Annotated[str | None, typer.Option("--from", metavar="DATE", help="First day written, UTC; changes no row.")]
Days = Annotated[str | None, typer.Option(metavar="N", help="How many days are written; changes no row.")]
Seed = Annotated[str | None, typer.Option(metavar="N", help="Another seed is another world of the same kind.")]
Format = Annotated[
    str | None,
    typer.Option("--format", metavar="FORMAT", help="parquet (usual), ndjson, csv, arrow or duckdb."),
]
Compression = Annotated[
    str | None,
    typer.Option(metavar="HOW", help="zstd, lz4, snappy, gzip or none, as far as the format can."),
]
Tables = Annotated[str | None, typer.Option(metavar="A,B", help="Only these tables, as in log.plays,truth.plays.")]
Workers = Annotated[
    str | None, typer.Option(metavar="N", help="Processes; usually one per processor. Changes no byte.")
]
Without = Annotated[list[str] | None, typer.Option(metavar="NAME", help="Leave an actor or a fault out; repeatable.")]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace a run with other settings.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say how many rows, bytes and minutes.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this module to the command line."""
    app.command("generate", rich_help_panel="Make", epilog=GENERATE_EPILOG)(generate)


def generate(  # noqa: PLR0913  a command has as many parameters as options
    scenario: Scenario,
    *,
    output: Output = None,
    households: Households = None,
    events: Events = None,
    from_: From = None,
    days: Days = None,
    seed: Seed = None,
    format_: Format = None,
    compression: Compression = None,
    tables: Tables = None,
    workers: Workers = None,
    set_: SetOption = None,
    without: Without = None,
    overwrite: Overwrite = False,
    dry_run: DryRun = False,
) -> None:
    """Simulate a scenario into log/, truth/ and manifest.json. The same command resumes a run, or repairs it."""
    from synthview.engines.order import Order

    crew = _whole("--workers", workers)
    asked = Order(
        scenario=scenario,
        seed=_whole("--seed", seed, least=0),
        households=_whole("--households", households),
        events=_whole("--events", events),
        start=from_,
        days=_whole("--days", days),
        settings=assignments(set_),
        without=without or (),
        tables=tables or ("log.events" if output == STDOUT else None),
        format=format_ or ("ndjson" if output == STDOUT else "parquet"),
        compression=compression,
    )
    with _stoppable(output):
        if output == STDOUT:
            _check_stdout(asked, crew, overwrite=overwrite)
            _print_lines(asked, dry_run=dry_run)
        elif dry_run:
            _foretell(asked, crew, output)
        elif not output:
            raise InputError("Where to? -o DIR writes into a directory, -o - prints a table, --dry-run only estimates.")
        else:
            _write(asked, Path(output), crew, overwrite=overwrite)


def _whole(option: str, stated: str | None, least: int = 1) -> int | None:
    return None if stated is None else whole(option, stated, least)


def whole(option: str, stated: str, least: int = 1) -> int:
    """Read a count such as 500, 1_000, 1e9, 100k or 2M; fractions and what is below `least` are refused."""
    text = stated.strip().lower().replace("_", "")
    factor = SUFFIXES.get(text[-1:], 1)
    try:
        value = Decimal(text[:-1] if factor > 1 else text) * factor
    except ArithmeticError:
        raise InputError(f"{option} is '{stated}'; a whole number such as 500, 100k, 2M or 1e9 is needed.") from None
    if not value.is_finite() or not least <= value <= max(LARGEST, 2**63) or value != value.to_integral_value():
        raise InputError(f"{option} is {stated}; a whole number of at least {least} is needed.")
    return int(value)


@contextmanager
def _stoppable(output: str | None) -> Iterator[None]:
    """End on Ctrl-C, and on the polite way to end a process, with one line that says what remains."""
    in_main = threading.current_thread() is threading.main_thread()
    before = signal.signal(signal.SIGTERM, signal.default_int_handler) if in_main else None
    try:
        yield
    except KeyboardInterrupt:
        resumable = (
            ""
            if output in (None, STDOUT)
            else f" What is finished in {output} is kept: the same command goes on from there."
        )
        typer.secho(f"Stopped.{resumable}", err=True)
        raise typer.Exit(STOPPED) from None
    finally:
        if in_main:
            signal.signal(signal.SIGTERM, before)


def _check_stdout(asked: Order, workers: int | None, *, overwrite: bool) -> None:
    if asked.format != "ndjson":
        raise InputError(f"-o - prints lines of JSON; {asked.format} needs a directory: -o DIR.")
    if overwrite or (workers or 1) > 1:
        raise InputError("--overwrite and --workers are for a directory; -o - prints from one process.")


def _print_lines(asked: Order, *, dry_run: bool) -> None:
    from synthview.dataset import lines
    from synthview.engines.order import order

    plan = order(asked)
    if len(plan.layout.tables) > 1:
        raise InputError(f"-o - prints one table; --tables names {len(plan.layout.tables)}.")
    _announce(plan, 1, err=True)
    if dry_run:
        return
    try:
        with progress_bar() as progress:
            for chunk in lines(plan, progress):
                sys.stdout.buffer.write(chunk)
        sys.stdout.buffer.flush()
    except BrokenPipeError:  # whoever read has had enough, as `head` has
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _foretell(asked: Order, workers: int | None, output: str | None) -> None:
    from synthview.engines.local import available_workers, check_space
    from synthview.engines.order import order

    plan = order(asked)
    expected = _announce(plan, workers or available_workers(), err=False)
    screen.tell(["table", "rows, about"], [[name, _about(rows)] for name, rows in expected.rows.items()])
    if output is not None:
        check_space(plan, Path(output), expected.bytes)


def _write(asked: Order, directory: Path, workers: int | None, *, overwrite: bool) -> None:
    from synthview.dataset import write
    from synthview.engines.local import already, available_workers
    from synthview.engines.order import order

    plan, began = order(asked), monotonic()
    if manifest := already(plan, directory, overwrite=overwrite):
        typer.echo(f"{directory} holds this run already, whole: {_count(manifest)}. Nothing to do.")
        return
    expected = _announce(plan, workers or available_workers(), err=False).bytes
    with progress_bar() as progress:
        done = write(plan, directory, workers=workers, overwrite=overwrite, expected_bytes=expected, progress=progress)
    typer.echo(f"Wrote {_count(done)} into {directory} in {duration_in_words(monotonic() - began)}.")


def _announce(plan: Plan, workers: int, *, err: bool) -> Estimate:
    from synthview.engines.estimate import estimate

    screen.warn(plan.scenario.warnings)
    expected, run = estimate(plan, workers), plan.scenario.run
    rows = sum(expected.rows.values())
    what = f"{run.households:,} households, {run.days:,} days from {run.start}, seed {run.seed}"
    size = f"{size_in_words(expected.bytes)}, {duration_in_words(expected.seconds)}"
    typer.echo(
        f"{plan.scenario.name}: {what}: about {_about(expected.events)} events, {_about(rows)} rows, {size}.", err=err
    )
    return expected


def _about(count: int) -> str:
    """Three digits that mean something, and zeros."""
    return f"{float(f'{count:.3g}'):,.0f}"


def _count(manifest: Mapping[str, Any]) -> str:
    tables = manifest["tables"]
    rows, size = (sum(one[what] for one in tables.values()) for what in ("rows", "bytes"))
    events = tables.get("log.events", {"rows": 0})["rows"]
    return f"{events:,} events, {rows:,} rows in all" + (f", {size_in_words(size)}" if size else "")


def size_in_words(count: float) -> str:
    """Write a number of bytes for people."""
    for unit in ("bytes", "kB", "MB", "GB"):
        if count < 1000:
            return f"{count:.3g} {unit}"
        count /= 1000
    return f"{count:,.3g} TB"


def duration_in_words(seconds: float) -> str:
    """Write a number of seconds for people."""
    if seconds < 100:
        return f"{max(seconds, 0.1):.2g} seconds"
    return f"{seconds / 60:.2g} minutes" if seconds < 6000 else f"{seconds / 3600:,.3g} hours"


@contextmanager
def progress_bar() -> Iterator[Callable[[Progress], None] | None]:
    """A live bar on a terminal; nothing where stderr is a file or a pipe."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (BarColumn(), TextColumn("{task.percentage:>3.0f} %  {task.fields[days]}  {task.fields[speed]}  "))
    with Bar(*columns, TimeRemainingColumn(), console=Console(stderr=True), transient=True) as bar:
        task, began = bar.add_task("", total=None, days="", speed=""), monotonic()

        def tell(now: Progress) -> None:
            speed = now.events / max(monotonic() - began, 1e-9)
            days = f"{now.household_days:,} of {now.of_household_days:,} household-days"
            bar.update(
                task,
                completed=now.household_days,
                total=now.of_household_days,
                days=days,
                speed=f"{speed:,.0f} events/s" if now.events else "",
            )

        yield tell
