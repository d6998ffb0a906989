"""A DuckDB database with the schemas ``log`` and ``truth``, filled from Parquet parts."""

from __future__ import annotations

import glob
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType
from typing import Any

import polars as pl
from polars.io.plugins import register_io_source

from synthview.digests import content_digest
from synthview.errors import InputError, OutputError
from synthview.outside.extras import need
from synthview.outside.places import is_regular, sync_folder
from synthview.sinks.id_forms import numbered
from synthview.sinks.parts import Receipt, free_name, sync, told
from synthview.tables import Table, table

__all__ = [
    "DATABASE",
    "SIDES",
    "batches",
    "check_path",
    "columns_of",
    "cut",
    "fill",
    "holds",
    "need_duckdb",
    "read_table",
    "remove",
    "remove_sides",
]

DATABASE = "synthview.duckdb"
SIDES = (f"{DATABASE}.wal", f"{DATABASE}.tmp")
"""What DuckDB keeps beside a database: changes that are not in it yet, and a folder for what memory cannot hold."""
ROWS_PER_BATCH = 65_536
_SPILLED = "duckdb_temp_*"


class Busy(OutputError):  # noqa: N818  says what is wrong, as all our errors do
    """Somebody else has the database open and may write into it, so that nobody can look into it now."""


def need_duckdb() -> ModuleType:
    """Import duckdb, or say how to get it; pyarrow is its way to polars."""
    return need("duckdb", "The format duckdb", "pyarrow", "duckdb")


def check_path(directory: Path) -> None:
    """Refuse a directory in which DuckDB finds nothing: it takes a backslash for a slash on every system."""
    if os.name != "nt" and "\\" in str(directory.absolute()):
        raise InputError(f"DuckDB cannot open files in {directory}: there is a backslash in the path. Name another.")


def fill(path: Path, parts: Mapping[str, Sequence[Path]]) -> None:
    """Make the database at `path` from the Parquet parts of each table, in their order, in place of one that is there.

    Side files of the one before go with it: DuckDB would take them for changes of the new one.
    """
    duckdb = need_duckdb()
    with told(path), _beside(path) as draft:
        try:
            with duckdb.connect(str(draft)) as database:
                for name, files in parts.items():
                    _load(database, table(name), files)
        except duckdb.IOException as error:
            raise OSError(str(error)) from None
        sync(draft)
        remove_sides(path)
        shutil.move(draft, path)
        sync(path)
        sync_folder(path.parent)


@contextmanager
def _beside(path: Path) -> Iterator[Path]:
    """A name for a draft, beside its place if DuckDB can write there, and nothing left of it in the end.

    DuckDB takes a question mark in a path for the beginning of options and looks for side files elsewhere.
    """
    if "?" in str(path.absolute()):
        with TemporaryDirectory() as folder:
            yield Path(folder, DATABASE)
        return
    draft = free_name(path.absolute())
    try:
        yield draft
    finally:
        for one in (draft, draft.with_name(f"{draft.name}.wal")):
            one.unlink(missing_ok=True)


def remove(path: Path) -> None:
    """Remove a database and its side files."""
    path.unlink(missing_ok=True)
    remove_sides(path)


def remove_sides(path: Path) -> None:
    """Remove the side files of a database."""
    log, spilled = path.with_name(f"{path.name}.wal"), path.with_name(f"{path.name}.tmp")
    if is_regular(log):
        log.unlink()
    if spilled.is_dir() and not spilled.is_symlink():
        for one in spilled.glob(_SPILLED):
            one.unlink()
        with suppress(OSError):  # something else is in it, which stays
            spilled.rmdir()


def holds(path: Path, parts: Mapping[str, Sequence[Receipt]]) -> bool:
    """Whether a database opens and has exactly the rows of these parts in its tables, in their order.

    Tables that somebody added do not count. Raises Busy where another program is writing into it.
    """
    if not is_regular(path):
        return False
    try:
        columns = columns_of(path)
        return all(
            columns.get(name) == sorted(table(name).schema.names()) and _has(path, table(name), receipts)
            for name, receipts in parts.items()
        )
    except Busy:
        raise
    except (OutputError, pl.exceptions.PolarsError):
        return False


def _has(path: Path, wanted: Table, receipts: Sequence[Receipt]) -> bool:
    frames = batches(path, wanted, wanted.schema.names())
    sizes = [one.rows for one in receipts]
    rows = cut(frames, sizes, wanted.schema)
    found = (content_digest(frame) == one.content for one, frame in zip(receipts, rows, strict=True))
    return all(found)


def cut(frames: Iterator[pl.DataFrame], sizes: Sequence[int], schema: pl.Schema) -> Iterator[pl.DataFrame]:
    """Frames of so many rows each out of frames of any size; what is left over goes with the last."""
    waiting = pl.DataFrame(schema=schema)
    for place, size in enumerate(sizes):
        is_last = place == len(sizes) - 1
        while is_last or len(waiting) < size:
            more = next(frames, None)
            if more is None:
                break
            waiting = waiting.vstack(more)
        yield waiting if is_last else waiting.head(size)
        waiting = waiting.slice(size)


def _load(database: Any, loaded: Table, files: Sequence[Path]) -> None:
    database.execute(f"CREATE SCHEMA IF NOT EXISTS {loaded.folder}")
    database.execute(
        f"CREATE TABLE {loaded.path} AS SELECT * FROM read_parquet($files, hive_partitioning = false)",  # noqa: S608  a table of ours
        {"files": [glob.escape(str(one.absolute())) for one in files]},
    )


def read_table(path: Path, wanted: Table) -> pl.LazyFrame:
    """Read a table back with the types it had, rows in their order; a few at a time, and only columns asked for."""
    need_duckdb()

    def rows(
        columns: list[str] | None, kept: pl.Expr | None, most: int | None, _: int | None
    ) -> Iterator[pl.DataFrame]:
        for frame in batches(path, wanted, columns or wanted.schema.names()):
            taken = frame if most is None else frame.head(most)
            most = None if most is None else most - len(taken)
            yield taken if kept is None else taken.filter(kept)
            if most == 0:
                return

    return register_io_source(rows, schema=wanted.schema)


def batches(path: Path, wanted: Table, columns: Sequence[str]) -> Iterator[pl.DataFrame]:
    """Columns of a table, some 65,000 rows at a time in their order."""
    names = ", ".join(f'"{name}"' for name in columns)
    with _opened(path) as database:
        found = database.sql(f"SELECT {names} FROM {wanted.path}")  # noqa: S608  a table of ours
        open_reader = (
            getattr(found, "to_arrow_reader", None) or found.fetch_arrow_reader
        )  # the latter before DuckDB 1.4
        for batch in open_reader(ROWS_PER_BATCH):
            rows = numbered(wanted, pl.DataFrame(batch))
            yield rows.cast({name: wanted.schema[name] for name in rows.columns})


def columns_of(path: Path) -> Mapping[str, list[str]]:
    """The columns of every table there, by ``log.plays`` and its like."""
    with _opened(path) as database:
        found: dict[str, list[str]] = {}
        for schema, name, column in database.sql(
            "SELECT table_schema, table_name, column_name FROM information_schema.columns ORDER BY ALL"
        ).fetchall():
            found.setdefault(f"{schema}.{name}", []).append(column)
        return found


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    """A database to read from; one that is gone or damaged is told in one line."""
    duckdb = need_duckdb()
    try:
        with duckdb.connect(str(path.absolute()), read_only=True) as database:
            yield database
    except duckdb.Error as error:
        what = str(error).strip().partition("\n")[0]
        if "Could not set lock" in what or "different configuration" in what:
            raise Busy(f"{path} is open in another program that may write into it. Close it there first.") from None
        raise OutputError(f"{path} cannot be read: {what} Run again what made it.") from None
