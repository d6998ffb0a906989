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

from synthview.digests import rows_digest
from synthview.errors import InputError, OutputError
from synthview.outside.extras import need
from synthview.outside.places import is_regular, sync_folder, write_errors
from synthview.sinks.id_forms import numbered
from synthview.sinks.parts import Receipt, free_name, sync
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
"""Files of DuckDB beside a database: changes not in it yet, and a folder for data beyond memory."""
LIST_COLUMNS = (
    "SELECT table_schema, table_name, column_name FROM information_schema.columns ORDER BY ALL"
)
ROWS_PER_BATCH = 65_536
_SPILLED = "duckdb_temp_*"


class Busy(OutputError):  # noqa: N818  says what is wrong, as all our errors do
    """Another program has the database open and may write into it, so it cannot be read now."""


def need_duckdb() -> ModuleType:
    """Import duckdb, or say how to get it; pyarrow is its way to polars."""
    return need("duckdb", "The format duckdb", "pyarrow", "duckdb")


def check_path(directory: Path) -> None:
    """Refuse a backslash in the path of a directory: DuckDB always takes it for a slash."""
    if os.name != "nt" and "\\" in str(directory.absolute()):
        raise InputError(
            f"DuckDB cannot open files in {directory}: there is a backslash in the path. "
            f"Name another."
        )


def fill(path: Path, parts: Mapping[str, Sequence[Path]]) -> None:
    """Make or replace the database at `path` from the Parquet parts of each table, in their order.

    Side files of the old database go with it: DuckDB would take them for changes of the new one.
    """
    duckdb = need_duckdb()
    with write_errors(path), _beside(path) as draft:
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
    """Give a name for a draft, beside its place if DuckDB can write there; remove it in the end.

    DuckDB takes a question mark in a path for the beginning of options, and looks for side files
    elsewhere.
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
    log = path.with_name(f"{path.name}.wal")
    spilled = path.with_name(f"{path.name}.tmp")
    if is_regular(log):
        log.unlink()
    if spilled.is_dir() and not spilled.is_symlink():
        for one in spilled.glob(_SPILLED):
            one.unlink()
        with suppress(OSError):  # something else is in it, which stays
            spilled.rmdir()


def holds(path: Path, parts: Mapping[str, Sequence[Receipt]]) -> bool:
    """Check that a database opens and has exactly the rows of these parts, part after part.

    Tables that somebody added do not count. Raises Busy if another program is writing into it.
    """
    if not is_regular(path):
        return False
    try:
        columns = columns_of(path)
        for name, receipts in parts.items():
            expected = sorted(table(name).schema.names())
            if columns.get(name) != expected or not _has(path, table(name), receipts):
                return False
    except Busy:
        raise
    except (OutputError, pl.exceptions.PolarsError):
        return False
    return True


def _has(path: Path, wanted: Table, receipts: Sequence[Receipt]) -> bool:
    frames = batches(path, wanted, wanted.schema.names())
    sizes = [one.rows for one in receipts]
    rows = cut(frames, sizes, wanted.schema)
    parts = zip(receipts, rows, strict=True)
    return all(rows_digest(frame) == one.content for one, frame in parts)


def cut(
    frames: Iterator[pl.DataFrame], sizes: Sequence[int], schema: pl.Schema
) -> Iterator[pl.DataFrame]:
    """Cut frames of any size into frames of these sizes; rows left over go with the last."""
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
    rows = "SELECT * FROM read_parquet($files, hive_partitioning = false)"
    patterns = [glob.escape(str(one.absolute())) for one in files]
    database.execute(f"CREATE TABLE {loaded.path} AS {rows}", {"files": patterns})


def read_table(path: Path, wanted: Table) -> pl.LazyFrame:
    """Read a table with its types and order, some rows at a time, only the columns asked for."""
    need_duckdb()

    def rows(
        columns: list[str] | None,
        predicate: pl.Expr | None,
        n_rows: int | None,
        _: int | None,
    ) -> Iterator[pl.DataFrame]:
        left = n_rows
        for batch in batches(path, wanted, columns or wanted.schema.names()):
            frame = batch
            if left is not None:
                frame = batch.head(left)
                left -= len(frame)
            yield frame if predicate is None else frame.filter(predicate)
            if left == 0:
                return

    return register_io_source(rows, schema=wanted.schema)


def batches(path: Path, wanted: Table, columns: Sequence[str]) -> Iterator[pl.DataFrame]:
    """Read columns of a table, some 65,000 rows at a time, in their order."""
    names = ", ".join(f'"{name}"' for name in columns)
    with _opened(path) as database:
        found = database.sql(f"SELECT {names} FROM {wanted.path}")  # noqa: S608  a table of ours
        open_reader = getattr(found, "to_arrow_reader", None)
        if open_reader is None:
            open_reader = found.fetch_arrow_reader  # before DuckDB 1.4
        for batch in open_reader(ROWS_PER_BATCH):
            rows = numbered(wanted, pl.DataFrame(batch))
            yield rows.cast({name: wanted.schema[name] for name in rows.columns})


def columns_of(path: Path) -> Mapping[str, list[str]]:
    """Return the sorted columns of every table there, by a path such as ``log.plays``."""
    found: dict[str, list[str]] = {}
    with _opened(path) as database:
        for schema, name, column in database.sql(LIST_COLUMNS).fetchall():
            found.setdefault(f"{schema}.{name}", []).append(column)
    return found


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    """Open a database to read from it; an error about one that is damaged is one line."""
    duckdb = need_duckdb()
    try:
        with duckdb.connect(str(path.absolute()), read_only=True) as database:
            yield database
    except duckdb.Error as error:
        what = str(error).strip().partition("\n")[0]
        if "Could not set lock" in what or "different configuration" in what:
            raise Busy(
                f"{path} is open in another program that may write into it. Close it there first."
            ) from None
        raise OutputError(f"{path} cannot be read: {what} Make it again.") from None
