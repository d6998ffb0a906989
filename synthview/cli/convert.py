"""``convert``: writes a dataset in a format that real services and tools use."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import redirect_stdout
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from synthview.cli import screen
from synthview.cli.bars import bar
from synthview.cli.option_values import typed
from synthview.cli.running import STDOUT, counted, progress_bar, stoppable
from synthview.cli.streams import messages_only, need_output
from synthview.errors import InputError, SettingError, shortened
from synthview.outside.manuals import manual_of
from synthview.outside.paths import dataset_path
from synthview.outside.staging import staged

if TYPE_CHECKING:
    from synthview.engines.order import Order
    from synthview.formats.making.convert import Asked, Written
    from synthview.formats.making.form import RealFormat

__all__ = ["convert", "generate_as", "real_form", "register"]

EPILOG = """
  synthview generate everyday --households 200 --days 30 -o month  [dim]a dataset to use[/dim]

  synthview list formats

  synthview convert month --format netflix-history --limit 20 -o histories  \
[dim]a file for each profile of 20 accounts[/dim]

  synthview convert month --format netflix-history --account a_4qk2m0x9f1c7e --with locale=de -o -

  synthview convert month --format movielens -o ratings  \
[dim]and ratings.truth.csv: which ids are behind its numbers[/dim]

  synthview generate tiny --format movielens -o ratings  [dim]both in one step[/dim]
"""

FormatName = Annotated[
    str,
    typer.Option(
        "--format",
        metavar="FORMAT",
        help="Name of a format, such as movielens: synthview list formats has them all.",
    ),
]
Place = Annotated[
    str,
    typer.Option(
        "--output",
        "-o",
        metavar="OUT|-",
        help="File or directory to write; - for the standard output if the format is one file; "
        "postgresql://… for the format of that name.",
    ),
]
Account = Annotated[
    list[str] | None,
    typer.Option(metavar="ID", help="Convert only this account; repeatable."),
]
Limit = Annotated[str | None, typer.Option(metavar="N", help="Convert only the first N accounts.")]
With = Annotated[
    list[str] | None,
    typer.Option(
        "--with",
        metavar="NAME=VALUE",
        help="Set an option of the format, as in [bold]--with locale=de[/bold]; repeatable. "
        "synthview show FORMAT lists them, and says what the format cannot carry.",
    ),
]
Keys = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="Where to keep which ids are behind what is written (default: OUT.truth.csv).",
    ),
]


def register(app: typer.Typer) -> None:
    """Add the command of this module to the command line."""
    app.command("convert", help=manual_of(convert), rich_help_panel="Make", epilog=EPILOG)(convert)


def convert(
    directory: Annotated[
        str, typer.Argument(metavar="DIR", help="Directory of a dataset, or a DuckDB database.")
    ],
    *,
    format_: FormatName,
    output: Place,
    account: Account = None,
    limit: Limit = None,
    with_: With = None,
    keys: Keys = None,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace what is there under the same names.")
    ] = False,
) -> None:
    """Write a dataset in a real format, such as a Netflix report, MovieLens or Snowplow.

    The log is what is written, never the truth. Ids that a format hides are kept in a file of
    their own.
    """
    from synthview.formats.making.known import real_format

    form = real_format(format_).made(options_typed(with_))
    source = dataset_path(directory, "DIR")
    asked = replace(
        _asked_for(form, output),
        keys=typed(keys, "--keys"),
        accounts=account or (),
        limit=counted("--limit", limit),
        overwrite=overwrite,
    )
    with stoppable(None):
        carry_over(source, asked)


def _asked_for(form: RealFormat, output: str) -> Asked:
    """What is wanted, by the words of ``-o``: a place, a stream or the address of a server."""
    from synthview.formats.making.convert import Asked

    if form.is_server:
        return Asked(form=form, address=output)
    if output == STDOUT:
        return Asked(form=form, stream=sys.stdout.buffer)
    return Asked(form=form, place=dataset_path(output, "-o"))


def options_typed(stated: Sequence[str] | None) -> dict[str, str]:
    """Read ``--with`` options: ``["locale=de"]`` is ``{"locale": "de"}``; the last one counts."""
    read: dict[str, str] = {}
    for one in stated or ():
        name, sign, value = one.partition("=")
        if not sign:
            raise SettingError(
                f"--with takes NAME=VALUE, such as --with locale=de; this is '{shortened(one)}'."
            )
        read[name.strip()] = value.strip()
    return read


def carry_over(source: Path, asked: Asked) -> None:
    """Convert, show how far it is, and say what was written."""
    if asked.stream is None:
        with messages_only():
            screen.say(_summary(_converted(source, asked), asked))
        return
    need_output("-o -")
    try:
        written = _converted(source, asked)
        asked.stream.flush()
    except BrokenPipeError:  # whoever read has had enough, as `head` has
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return
    screen.say(_summary(written, asked), err=True)


def _converted(source: Path, asked: Asked) -> Written:
    from synthview.formats.making.convert import convert as convert_dataset

    with bar("convert") as move, redirect_stdout(sys.stderr):  # other packages' formats may print

        def on_progress(done: int, of: int) -> None:
            move(done, of)

        return convert_dataset(source, asked, on_progress)


def _summary(written: Written, asked: Asked) -> str:
    """Say what was written, and where the keys are."""
    rows = f"{written.rows:,} rows"
    files = f" in {written.files:,} files" if asked.is_folder else ""
    where = f"{asked.place} holds {rows}{files}." if asked.place else f"{rows} are written."
    if asked.address:
        return where
    if written.keys is not None:
        return f"{where} {written.keys} says which ids are behind them."
    if asked.keys_file is not None:
        return f"{where} Their ids are those of the log."
    return f"{where} Ids that the format hides are not kept; --keys FILE keeps them."


def real_form(format_: str | None, stated: Sequence[str] | None) -> RealFormat | None:
    """Return the real format that ``generate --format`` names; None for files of our own."""
    from synthview.formats.making.known import real_format
    from synthview.sinks.formats import FORMATS

    if format_ is not None and format_ not in FORMATS:
        return real_format(format_, also=FORMATS).made(options_typed(stated))
    if stated:
        raise SettingError(
            "--with is for formats of synthview list formats; name one of them with --format."
        )
    return None


def generate_as(
    form: RealFormat, asked: Order, output: str | None, workers: int | None, *, overwrite: bool
) -> None:
    """Simulate a scenario into a hidden directory, convert that, and remove it."""
    from synthview.dataset import write
    from synthview.engines.order import order
    from synthview.formats.making.convert import check_places

    if not output:
        raise InputError("Say where to write: -o OUT, or -o - if the format is one file.")
    plan = order(_for_form(asked, form))
    wanted = replace(_asked_for(form, output), overwrite=overwrite)
    check_places(wanted)
    with staged(wanted.place, use="convert") as hidden:
        directory = hidden.folder / "dataset"
        with progress_bar("generate") as progress, redirect_stdout(sys.stderr):
            write(plan, directory, workers=workers, progress=progress)
        carry_over(directory, replace(wanted, hidden=hidden))


def _for_form(asked: Order, form: RealFormat) -> Order:
    """The order for the tables that a format reads; options of files of our own are refused."""
    words: dict[str, object] = {"--tables": asked.tables, "--compression": asked.compression}
    words |= {"--partition": asked.partition, "--ids": asked.ids, "--bom": asked.bom or None}
    words |= {"--file-size": asked.file_size, "--row-group": asked.row_group, "--sort": asked.sort}
    words |= {"--writer": asked.writer}
    if said := [word for word, value in words.items() if value is not None]:
        raise InputError(f"{said[0]} is for parquet, ndjson, csv, arrow and duckdb: leave it out.")
    return replace(asked, tables=(*form.needed, *form.welcome), format="parquet")
