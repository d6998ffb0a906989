"""``generate``: makes a dataset, on disk or as lines on the standard output."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from contextlib import redirect_stdout
from pathlib import Path
from time import monotonic, process_time
from typing import TYPE_CHECKING, Any

import typer

from synthview import wording
from synthview.cli import screen
from synthview.cli.bars import bar
from synthview.cli.canonical import print_published
from synthview.cli.convert import With, generate_as, real_form
from synthview.cli.day_loads import check_load, write_load
from synthview.cli.destination import OutputPlan, of_size
from synthview.cli.option_values import (
    cast_of,
    homes_of_kind,
    household_range_of,
    households_of,
    names_of,
)
from synthview.cli.options import (
    Answers,
    Bom,
    Cast,
    Closed,
    Compression,
    Country,
    Days,
    DropHousehold,
    DryRun,
    Engine,
    Epoch,
    Events,
    FileSize,
    Format,
    From,
    HouseholdRange,
    Households,
    HouseholdType,
    Ids,
    Load,
    Master,
    OneHousehold,
    Only,
    Output,
    Overwrite,
    Partition,
    PlanOf,
    RowGroup,
    Scenario,
    Seed,
    SetOption,
    Size,
    Sort,
    Tables,
    Titles,
    Without,
    Workers,
    Writer,
)
from synthview.cli.running import (
    STDOUT,
    counted,
    duration_in_words,
    progress_bar,
    size_in_words,
    stoppable,
    warn_of_epoch,
    warn_of_plan,
)
from synthview.cli.streams import messages_only, need_output
from synthview.errors import InputError
from synthview.outside.legible import one_line
from synthview.outside.manuals import manual_of
from synthview.outside.paths import dataset_path

if TYPE_CHECKING:
    from synthview.engines.estimate import Estimate
    from synthview.engines.order import Order
    from synthview.engines.plan import Plan
    from synthview.formats.making.form import RealFormat

__all__ = ["generate", "register"]

PRINTED_TABLE = "log.events"
GENERATE_EPILOG = """
  synthview generate tiny -o out  [dim]twenty homes for three days, as Parquet[/dim]

  synthview generate everyday --events 100M -o big --workers 4  \
[dim]about 100 million; the same command resumes[/dim]

  synthview generate everyday --from 2017-10-20 --days 1 --households 1k \
--format csv --compression gzip -o day

  synthview generate tiny -o - --tables log.plays | head  [dim]one table as lines of JSON[/dim]

  synthview generate tiny --format movielens -o ratings  \
[dim]a format of others: synthview list formats[/dim]

  synthview generate year --household-range 5000:5999 -o some  \
[dim]of a large world some homes alone[/dim]

  synthview generate year --households 2M --dry-run  [dim]estimate rows, bytes and minutes[/dim]
"""


def register(app: typer.Typer) -> None:
    """Add the commands of this module to the command line."""
    app.command(
        "generate", help=manual_of(generate), rich_help_panel="Make", epilog=GENERATE_EPILOG
    )(generate)


def generate(  # noqa: PLR0913  a command has as many parameters as options
    scenario: Scenario,
    *,
    output: Output = None,
    households: Households = None,
    household: OneHousehold = None,
    household_range: HouseholdRange = None,
    events: Events = None,
    size: Size = None,
    from_: From = None,
    epoch: Epoch = None,
    days: Days = None,
    seed: Seed = None,
    format_: Format = None,
    compression: Compression = None,
    partition: Partition = None,
    load: Load = None,
    ids: Ids = None,
    with_: With = None,
    bom: Bom = False,
    file_size: FileSize = None,
    row_group: RowGroup = None,
    sort: Sort = None,
    writer: Writer = None,
    tables: Tables = None,
    titles: Titles = None,
    closed: Closed = None,
    workers: Workers = None,
    set_: SetOption = None,
    without: Without = None,
    only: Only = None,
    cast: Cast = None,
    country: Country = None,
    household_type: HouseholdType = None,
    plan: PlanOf = None,
    drop_household: DropHousehold = None,
    overwrite: Overwrite = False,
    engine: Engine = None,
    master: Master = None,
    answers: Answers = False,
    dry_run: DryRun = False,
) -> None:
    """Simulate a scenario, and write log/, truth/ and manifest.json.

    Run the same command again to resume or repair.
    """
    from synthview.engines.order import Order

    form, crew = real_form(format_, with_), counted("--workers", workers)
    wish = OutputPlan(output, crew, overwrite, dry_run, answers, engine, master)
    is_printed = output == STDOUT and form is None
    households, days = of_size(size, households, events, days)
    asked = Order(
        scenario=scenario,
        seed=counted("--seed", seed, least=0),
        households=counted("--households", households),
        household_range=household_range_of(household, household_range),
        events=counted("--events", events),
        start=from_,
        epoch=epoch,
        days=counted("--days", days),
        settings=homes_of_kind(country, household_type, plan, set_),
        without=without or (),
        only=names_of(only),
        cast=cast_of(cast),
        drop_households=households_of(drop_household),
        tables=_tables(tables, is_printed=is_printed),
        titles=titles,
        closed=closed,
        format=_own_format(form, format_, is_printed=is_printed),
        compression=compression,
        partition=partition,
        ids=ids,
        bom=bom,
        file_size=counted("--file-size", file_size),
        row_group=counted("--row-group", row_group),
        sort=sort,
        writer=writer,
    )
    _carry_out(asked, wish, form, load)


def _carry_out(asked: Order, wish: OutputPlan, form: RealFormat | None, load: str | None) -> None:
    """Make what was asked for: loads day by day, files of ours, or a format of others."""
    if load is not None:
        check_load(load, wish.output, form, dry_run=wish.dry_run)
        write_load(asked, wish.output, wish.workers, overwrite=wish.overwrite)
    elif form is None or wish.dry_run:
        _simulate(asked, wish)
    else:
        wish.refuse_for_formats()
        with stoppable(None):
            generate_as(form, asked, wish.output, wish.workers, overwrite=wish.overwrite)


def _tables(stated: str | None, *, is_printed: bool) -> str | None:
    return stated or (PRINTED_TABLE if is_printed else None)


def _own_format(form: RealFormat | None, stated: str | None, *, is_printed: bool) -> str:
    own = None if form else stated
    return own or ("ndjson" if is_printed else "parquet")


def _answer(directory: Path) -> None:
    """Write what a correct engine answers on a dataset, beside its manifest."""
    from synthview.answers.answering import write_answers
    from synthview.dataset import read

    run = read(directory)
    with bar("answers") as move:
        index = write_answers(run, move)
    screen.say(f"{directory / 'answers'} holds the answers to {len(index['queries'])} queries.")
    print_published(run.manifest["settings"], index["digest"])


def _simulate(asked: Order, wish: OutputPlan) -> None:
    """Write a run of our own, print its lines, or only say what it would be."""
    output = wish.output
    wish.check()
    with stoppable(output):
        if output == STDOUT:
            _check_stdout(asked, wish)
            _print_lines(asked, dry_run=wish.dry_run)
        elif wish.dry_run:
            _foretell(asked, wish.workers, dataset_path(output, "-o") if output else None)
        elif not output:
            raise InputError(
                "Say where to write: -o DIR for a directory, -o - to print a table, --dry-run to "
                "estimate only."
            )
        else:
            with messages_only():
                _write(asked, dataset_path(output, "-o"), wish)
                if wish.answers:
                    _answer(dataset_path(output, "-o"))


def _check_stdout(asked: Order, wish: OutputPlan) -> None:
    need_output("-o -")
    if asked.format not in ("ndjson", "csv"):
        raise InputError(
            f"-o - prints ndjson or csv, also with --compression; {asked.format} needs a "
            "directory: -o DIR."
        )
    of_files = ("partition", "file_size", "row_group", "sort", "writer")
    if said := [one for one in of_files if getattr(asked, one) is not None]:
        option = said[0].replace("_", "-")
        raise InputError(f"--{option} is for a directory; -o - prints one table.")
    if wish.overwrite or (wish.workers or 1) > 1:
        raise InputError(
            "--overwrite and --workers are for a directory; -o - prints from one process."
        )


def _print_lines(asked: Order, *, dry_run: bool) -> None:
    from synthview.dataset import lines
    from synthview.engines.damaging import sink_faults
    from synthview.engines.order import order

    plan = order(asked)
    if len(plan.layout.tables) > 1:
        raise InputError(f"-o - prints one table; --tables names {len(plan.layout.tables)}.")
    _announce(asked, plan, 1, err=True)
    if dry_run:
        return
    if faults := sink_faults(plan.scenario):
        screen.say(
            f"Lines are damaged by {', '.join(faults)}. What they were is kept only beside files: "
            "-o DIR.",
            err=True,
        )
    try:
        lines_out = sys.stdout.buffer
        with (
            progress_bar("generate") as progress,
            redirect_stdout(sys.stderr),
        ):  # actors of other packages may print
            for chunk in lines(plan, progress):
                lines_out.write(chunk)
        lines_out.flush()
    except BrokenPipeError:  # whoever read has had enough, as `head` has
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _foretell(asked: Order, workers: int | None, output: Path | None) -> None:
    from synthview.engines.local import available_workers, check_space
    from synthview.engines.order import order

    plan = order(asked)
    expected = _announce(asked, plan, workers or available_workers(), err=False)
    screen.table(
        ["table", "rows, about"], [[name, _about(rows)] for name, rows in expected.rows.items()]
    )
    if output is not None:
        check_space(plan, output, expected.bytes)


def _write(asked: Order, directory: Path, wish: OutputPlan) -> None:
    from synthview.dataset import write
    from synthview.engines.local import already, available_workers
    from synthview.engines.order import order

    began = monotonic() - process_time()
    plan = order(asked)
    if manifest := already(plan, directory, overwrite=wish.overwrite):
        screen.say(
            f"{directory} already holds this run, complete: {_count(manifest)}. Nothing to do."
        )
        return
    crew = wish.workers or available_workers()
    expected = _announce(asked, plan, crew, err=False).bytes
    with wish.where.working() as cores, progress_bar("generate") as progress:
        done = write(
            plan,
            directory,
            workers=cores or wish.workers,
            overwrite=wish.overwrite,
            expected_bytes=expected,
            progress=progress,
        )
    screen.say(
        f"Done in {duration_in_words(monotonic() - began)}: {directory} holds {_count(done)}."
    )
    if "damage" in done:
        screen.say(f"Damage: {done['damage']}")


def _announce(asked: Order, plan: Plan, workers: int, *, err: bool) -> Estimate:
    from synthview.engines.estimate import estimate

    warn_of_plan(asked, plan)
    warn_of_epoch(plan.scenario.run)
    expected = estimate(plan, workers)
    rows = sum(expected.rows.values())
    events = f"{_about(expected.events)} events" + (
        "" if expected.writes_events else " (not written)"
    )
    files = "" if err else f" in {wording.counted(expected.files, 'file')}"
    size = f"{_about(rows)} row{'s' * (rows != 1)}{files}, {size_in_words(expected.bytes)}"
    # The command itself spent that long to start and to look ahead.
    took = duration_in_words(process_time() + expected.seconds)
    text = f"{one_line(plan.scenario.name)}: {_what(plan)}: about {events}, {size}, {took}"
    screen.say(f"{text}{_not_estimated(plan)}.", err=err)
    return expected


def _homes(plan: Plan) -> str:
    """How many households are written, and of how many where these are more."""
    some, every = plan.layout.households, plan.scenario.run.households
    text = wording.counted(every, "household")
    return f"{some:,} of {text}" if some < every else text


def _not_estimated(plan: Plan) -> str:
    is_of_homes = plan.layout.home_tables == plan.layout.tables
    return "" if is_of_homes else "; rows of the company's own tables are not estimated"


def _what(plan: Plan) -> str:
    """How many households and days, from when, by which seed."""
    run = plan.scenario.run
    return f"{_homes(plan)}, {wording.counted(run.days, 'day')} from {run.start}, seed {run.seed}"


def _about(count: int) -> str:
    """Three digits that mean something, and zeros."""
    return f"{float(f'{count:.3g}'):,.0f}"


def _count(manifest: Mapping[str, Any]) -> str:
    tables = manifest["tables"]
    rows, size = (sum(one[what] for one in tables.values()) for what in ("rows", "bytes"))
    events = tables.get("log.events", {"rows": 0})["rows"]
    counted_rows = f"{wording.counted(events, 'event')}, {wording.counted(rows, 'row')} in all"
    return counted_rows + (f", {size_in_words(size)}" if size else "")
