"""Statements that make the files of a dataset the tables that canonical queries name."""

from __future__ import annotations

import glob

from synthview.answers.rendering import SqlDialect
from synthview.dataset import RunDirectory
from synthview.errors import InputError
from synthview.sinks.sql_tables import quoted

__all__ = ["over_files"]

_MADE = {
    "duckdb": "CREATE OR REPLACE VIEW {name} AS "
    "SELECT * FROM read_parquet({files}, hive_partitioning = false)",
    "clickhouse": "CREATE OR REPLACE VIEW {name} AS SELECT * FROM file({files}, Parquet)",
    "spark": "CREATE OR REPLACE TEMPORARY VIEW {name} USING parquet OPTIONS (path {folder})",
    "datafusion": "CREATE EXTERNAL TABLE {name} STORED AS PARQUET LOCATION {folder}",
}
"""By dialect; in DuckDB and ClickHouse a pattern of files, elsewhere a folder."""


def over_files(run: RunDirectory, dialect: SqlDialect) -> list[str]:
    """Return the statements for every table of a dataset in Parquet.

    Raises InputError for other files, and for databases that have to be filled first.
    """
    if dialect.name not in _MADE:
        raise InputError(
            f"{dialect.name} reads no Parquet by a statement: leave out --data, and fill its "
            "tables as docs/files.md says."
        )
    if (format_ := run.manifest["settings"]["format"]) != "parquet":
        raise InputError(f"{run.directory} is {format_}; --data is for datasets in Parquet.")
    made = [_made(run, name, dialect) for name in run.tables]
    if not dialect.has_schemas:
        return made
    folders = {name.partition(".")[0] for name in run.tables}
    schemas = [f"CREATE SCHEMA IF NOT EXISTS {one}" for one in sorted(folders)]
    return [*schemas, *made]


def _made(run: RunDirectory, table: str, dialect: SqlDialect) -> str:
    folder = f"{run.directory.absolute().as_posix()}/{table.replace('.', '/')}"
    name = table if dialect.has_schemas else table.replace(".", "_")
    files = f"{glob.escape(folder)}/**/*.parquet"
    return _MADE[dialect.name].format(name=name, files=quoted(files), folder=quoted(f"{folder}/"))
