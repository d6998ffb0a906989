"""A DuckDB database with the schemas ``log`` and ``truth``, filled from Parquet parts."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import polars as pl

from synthview.errors import InputError
from synthview.sinks.parts import DRAFT, told
from synthview.tables import Table, table

__all__ = ["DATABASE", "fill", "need_duckdb", "read_table"]

DATABASE = "synthview.duckdb"


def need_duckdb() -> ModuleType:
    """Import duckdb, or say how to get it."""
    try:
        import_module("pyarrow")  # the way from duckdb to polars
        return import_module("duckdb")
    except ImportError:
        raise InputError("The format duckdb needs two packages more: pip install 'synthview[duckdb]'.") from None


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
    """Read a table back with the types it had."""
    with told(path), need_duckdb().connect(str(path), read_only=True) as database:
        rows: pl.DataFrame = database.sql(f"SELECT * FROM {wanted.path}").pl()  # noqa: S608  a table of ours
    return rows.cast(wanted.schema).lazy()
