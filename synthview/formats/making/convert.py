"""The front door: a dataset on disk becomes files of a real format."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import polars as pl

from synthview.callbacks import OnProgress
from synthview.errors import InputError, OutputError, shortened
from synthview.foreign.columns import Unfit, as_declared
from synthview.foreign.datasets import TableSource, opened
from synthview.foreign.table_places import DATABASES
from synthview.formats.making.data import Data
from synthview.formats.making.form import RealFormat, name_of
from synthview.formats.making.output import (
    check_place,
    keys_beside,
    opened_output,
)
from synthview.outside.staging import Staging, undo_settled
from synthview.tables import table

__all__ = ["Asked", "Written", "check_places", "convert"]


@dataclass(frozen=True)
class Asked:
    """What is wanted: a format, where it goes, and of which accounts.

    `place` is None for a stream, and for a server, which has an `address`. `keys` is where ids are
    kept that the format hides; None puts them beside the place. `accounts` are ids as typed;
    `limit` takes the first so many. `hidden` is a folder to work in, if there is one already.
    """

    form: RealFormat
    place: Path | None = None
    stream: IO[bytes] | None = None
    keys: Path | None = None
    accounts: Sequence[str] = ()
    limit: int | None = None
    address: str = ""
    overwrite: bool = False
    hidden: Staging | None = None

    @property
    def is_folder(self) -> bool:
        """Whether several files are written."""
        is_one = len(self.accounts) == 1
        return self.form.is_folder or (self.form.is_of_account and not is_one)

    @property
    def keys_file(self) -> Path | None:
        """Where the keys are kept: where it was asked for, or beside the place."""
        return self.keys or (keys_beside(self.place) if self.place else None)


@dataclass(frozen=True)
class Written:
    """What was written: files, rows in them, and where the keys are; None if there are none."""

    files: int
    rows: int
    keys: Path | None


def convert(directory: Path, asked: Asked, on_progress: OnProgress = lambda _, __: None) -> Written:
    """Write a dataset in a real format, holding some accounts or one part in memory.

        >>> from pathlib import Path
        >>> from synthview import generate
        >>> from synthview.formats.making.known import real_format
        >>> _ = generate("tiny", households=4, days=1, directory="made")
        >>> form = real_format("trakt").made({})  # with options: {"shape": "export"}
        >>> told = convert(Path("made"), Asked(form=form, place=Path("histories")))
        >>> told.files > 0
        True

    Args:
        directory: Of a dataset of ours, or of tables with its columns; a DuckDB database too.
        asked: The format with its options, where it goes, and of which accounts.
        on_progress: Called with how much is done, and of how much, in parts or accounts.

    Returns:
        How many files and rows were written, and where the keys to hidden ids are.

    Raises:
        InputError: For a dataset without the tables that it needs, and for unknown accounts.
        OutputError: Where a place cannot be used.
    """
    check_places(asked)
    _check_directory(directory)
    source = opened(directory)
    _check_tables(source, directory, asked.form)
    data = Data(source, _chosen(source, asked), on_progress)
    with opened_output(
        asked.place,
        asked.stream,
        asked.keys_file,
        asked.address,
        overwrite=asked.overwrite,
        hidden=asked.hidden,
    ) as output:
        asked.form.write(data, output)
    keys = asked.keys_file if output.is_noted else None
    return Written(len(output.names) + output.in_place_count, output.rows, keys)


def check_places(asked: Asked) -> None:
    """Refuse, before anything is read, what cannot be written where it is asked for.

    Raises InputError for a stream of what has several files, MissingExtra for what is not installed
    here, OutputError where a place is taken or cannot be used.
    """
    _check_shape(asked)
    asked.form.library()
    undo_settled(asked.place or asked.keys_file)
    if asked.place is not None:
        check_place(
            asked.place,
            is_folder=asked.is_folder,
            overwrite=asked.overwrite,
            is_in_place=asked.form.is_in_place,
        )
        asked.form.check_replaced(asked.place)
    if asked.keys_file is not None:
        check_place(asked.keys_file, is_folder=False, overwrite=asked.overwrite)


def _check_directory(directory: Path) -> None:
    """Refuse a place that is no dataset, in the words of this command."""
    if directory.is_dir() or directory.suffix in DATABASES:
        return
    what = "is a file" if directory.exists() else "is not there"
    raise OutputError(
        f"{directory} {what}. Name the directory of a dataset, or a DuckDB database, whose name "
        "ends in .duckdb."
    )


def _check_tables(source: TableSource, directory: Path, form: RealFormat) -> None:
    missing = [name for name in form.needed if source.raws(table(name)) is None]
    if missing:
        lacks = " and ".join(missing)
        needs = ", ".join(form.needed)
        raise InputError(
            f"{directory} has no {lacks}, and {name_of(type(form))} needs {needs}. Generate it "
            "again with these --tables."
        )


def _check_shape(asked: Asked) -> None:
    """Refuse a stream for what has several files, and a server without an address."""
    if asked.form.is_server and not asked.address.startswith(asked.form.schemes):
        raise InputError(
            f"{name_of(type(asked.form))} is sent to a server: -o {asked.form.schemes[0]}…"
        )
    if not asked.is_folder or asked.stream is None:
        return
    name = name_of(type(asked.form))
    if asked.form.is_of_account:
        raise InputError(
            f"{name} is about one account: say which with --account, or name a folder with -o DIR."
        )
    raise InputError(f"{name} has several files; name a folder for them with -o DIR.")


def _chosen(source: TableSource, asked: Asked) -> tuple[int, ...] | None:
    """The accounts that were asked for, as numbers; None for all."""
    if not asked.accounts and asked.limit is None:
        return None
    everyone = Data(source, None, lambda _, __: None).accounts
    if not asked.accounts:
        return everyone[: asked.limit]
    found = tuple(map(_account, asked.accounts))
    known = set(everyone)
    for stated, number in zip(asked.accounts, found, strict=True):
        if number not in known:
            raise InputError(
                f"There is no account '{shortened(stated)}' in {source.place}. log.accounts has "
                "those that are there."
            )
    return found[: asked.limit]


def _account(stated: str) -> int:
    """Read an id of an account: ``a_…`` or a whole number."""
    column = table("log.accounts").column("account_id")
    try:
        return int(as_declared(column, pl.Series("account", [stated])).item())
    except (Unfit, TypeError):
        raise InputError(
            f"'{shortened(stated)}' is no account: ids are a whole number or such as "
            "a_4000000000000."
        ) from None
