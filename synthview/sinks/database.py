"""A DuckDB database with the schemas ``log`` and ``truth``, filled from Parquet parts."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import polars as pl
from polars.io.plugins import register_io_source

from synthview.errors import OutputError
from synthview.extras import need
from synthview.sinks.parts import DRAFT, told
from synthview.tables import Table, table

__all__ = ["DATABASE", "batches", "columns_of", "fill", "need_duckdb", "read_table"]

DATABASE = "synthview.duckdb"
ROWS_PER_BATCH = 65_536


def need_duckdb() -> ModuleType:
    """Import duckdb, or say how to get it; pyarrow is its way to polars."""
    return need("duckdb", "The format duckdb", "pyarrow", "duckdb")


def fill(path: Path, parts: Mapping[str, Sequence[Path]]) -> None:
    """Make the database at `path` from the Parquet parts of each table, in their order."""
    duckdb = need_duckdb()
    draft = path.with_name(f".{path.name}.{os.getpid()}{DRAFT}")
    with told(path):
        draft.unlink(missing_ok=True)
        try:
            with duckdb.connect(str(draft)) as database:
                for name, files in parts.items():
                    _load(database, table(name), files)
            draft.replace(path)
        except duckdb.IOException as error:
            raise OSError(str(error)) from None
        finally:
            draft.unlink(missing_ok=True)


def _load(database: Any, loaded: Table, files: Sequence[Path]) -> None:
    database.execute(f"CREATE SCHEMA IF NOT EXISTS {loaded.folder}")
    database.execute(
        f"CREATE TABLE {loaded.path} AS SELECT * FROM read_parquet($files, hive_partitioning = false)",  # noqa: S608  a table of ours
        {"files": [str(one) for one in files]},
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
            rows = pl.DataFrame(batch)
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
        with duckdb.connect(str(path), read_only=True) as database:
            yield database
    except duckdb.Error as error:
        what = str(error).strip().partition("\n")[0]
        raise OutputError(f"{path} cannot be read: {what} Run again what made it.") from None
