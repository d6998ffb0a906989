"""Statements that fill the tables of a database from the files of a dataset."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import PurePath

from synthview.errors import InputError
from synthview.sinks.formats import TEXT_SUFFIXES, format_named
from synthview.sinks.sql_tables import Dialect, dialect_named, form_of, quoted, tables_named
from synthview.tables import Column, Table

__all__ = ["loading"]

UNPACK = {"none": "cat", "gzip": "gzip -dc", "zstd": "zstd -dc"}
NO_QUOTES = r"QUOTE E'\x01', DELIMITER E'\x02'"
"""How PostgreSQL reads a line of JSON as a whole: JSON escapes these characters."""
READS_CSV = (
    "header = true, delim = ',', quote = '\"', escape = '\"', all_varchar = true, "
    "allow_quoted_nulls = false"
)
"""How DuckDB reads the CSV of a dataset."""
MARKED = r"'(^|[\r\n])'''"
"""A pattern of SQL: the apostrophe before a line that a spreadsheet could run."""


def loading(
    tables: str | Sequence[str] | None = None,
    *,
    directory: str | PurePath = "DIR",
    dialect: str = "duckdb",
    format: str | None = None,  # noqa: A002  the same words as on the command line
    ids: str | None = None,
    compression: str = "none",
) -> str:
    """Return the statements that fill the tables of `synthview.ddl` from a directory.

    Their order keeps references. For duckdb it is SQL, for postgresql input of psql, for sqlite
    input of the shell sqlite3. The latter two run a Unix shell to join the files of a table. Rows
    damaged on purpose cannot be loaded; repair them first.
    """
    spoken = dialect_named(dialect)
    settled, _ = form_of(spoken, format, ids)
    if settled == "duckdb":
        raise InputError(
            "The format duckdb is a database that is filled already: open synthview.duckdb."
        )
    files = _Files(str(directory), settled, compression)
    write = {"duckdb": _duckdb, "postgresql": _postgresql, "sqlite": _sqlite}[spoken.name]
    return "".join(write(one, spoken, files) for one in tables_named(tables))


class _Files:
    """The files of a table, as patterns of SQL and of a shell see them."""

    def __init__(self, directory: str, format_: str, compression: str) -> None:
        self.directory, self.format, self.compression = directory, format_, compression
        kind = format_named(format_)
        self.suffix = kind.suffix + (TEXT_SUFFIXES[compression] if kind.is_text else "")

    def pattern(self, one: Table) -> str:
        """Return a pattern for DuckDB; signs of patterns in the directory stand for themselves."""
        literal = "".join(f"[{letter}]" if letter in "*?[" else letter for letter in self.directory)
        return quoted(f"{literal}/{one.folder}/{one.name}/**/*{self.suffix}")

    def joined(self, one: Table) -> str:
        """A command of a Unix shell that prints all rows of a table, without the header of CSV."""
        place = shlex.quote(f"{self.directory}/{one.folder}/{one.name}")
        rows = " | tail -n +2" if self.format == "csv" else ""
        found = f"find {place} -type f -name '[!.]*{self.suffix}' | sort"
        return f'{found} | while IFS= read -r f; do {UNPACK[self.compression]} "$f"{rows}; done'


def _names(one: Table) -> str:
    return ", ".join(f'"{column.name}"' for column in one.columns)


def _duckdb(one: Table, dialect: Dialect, files: _Files) -> str:
    values = ", ".join(_duckdb_value(column, files.format) for column in one.columns)
    return (
        f"INSERT INTO {dialect.name_of(one.path)} ({_names(one)})\n"
        f"    SELECT {values}\n"
        f"    FROM {_duckdb_source(one, files)};\n"
    )


def _duckdb_source(one: Table, files: _Files) -> str:
    pattern = files.pattern(one)
    if files.format == "parquet":
        return f"read_parquet({pattern}, hive_partitioning = false)"
    if files.format == "csv":
        return f"read_csv({pattern}, {READS_CSV}, hive_partitioning = false)"
    kinds = ", ".join(f"'{column.name}': {_json_type(column)}" for column in one.columns)
    options = f"format = 'newline_delimited', columns = {{{kinds}}}, hive_partitioning = false"
    return f"read_json({pattern}, {options})"


def _json_type(column: Column) -> str:
    return "'VARCHAR[]'" if column.kind == "ids" else "'VARCHAR'"


def _duckdb_value(column: Column, format_: str) -> str:
    name = f'"{column.name}"'
    if format_ == "csv" and column.kind == "text":
        return f"regexp_replace({name}, {MARKED}, '\\1', 'g')"
    if format_ == "csv" and column.kind == "ids":
        return f"CASE WHEN {name} = '' THEN [] ELSE string_split({name}, '|') END"
    if format_ != "parquet" and column.kind == "time":
        # This type reads a text that ends in Z as UTC, whatever the time zone of the session.
        return f"CAST({name} AS TIMESTAMP)"
    return name


def _postgresql(one: Table, dialect: Dialect, files: _Files) -> str:
    program = quoted(files.joined(one))
    name = dialect.name_of(one.path)
    if files.format == "csv":
        read = f"FROM PROGRAM {program} WITH (FORMAT csv, NULL '')"
        texts = [column for column in one.columns if column.kind == "text"]
        unescaped = "".join(_unescaped(name, column) for column in texts)
        return f"\\copy {name} ({_names(one)}) {read}\n{unescaped}"
    return (
        'CREATE TEMPORARY TABLE "lines" ("line" JSONB);\n'
        f"\\copy \"lines\" FROM PROGRAM {program} WITH (FORMAT csv, {NO_QUOTES}, NULL '')\n"
        f'INSERT INTO {name} SELECT one.* FROM "lines", '
        f'jsonb_populate_record(NULL::{name}, "line") AS one;\n'
        'DROP TABLE "lines";\n'
    )


def _unescaped(name: str, column: Column) -> str:
    """Take off the apostrophe that keeps a spreadsheet from running a text."""
    place = f'"{column.name}"'
    bare = f"regexp_replace({place}, {MARKED}, '\\1', 'g')"
    return f"UPDATE {name} SET {place} = {bare} WHERE {place} ~ {MARKED};\n"


def _sqlite(one: Table, dialect: Dialect, files: _Files) -> str:
    """Fill a table through a temporary one: the shell reads an empty cell as text, not as null."""
    columns = ", ".join(f'"{column.name}" TEXT' for column in one.columns)
    values = ", ".join(_sqlite_value(column) for column in one.columns)
    source = _shell_word(f"|{files.joined(one)}")
    return (
        f'CREATE TEMPORARY TABLE "lines" ({columns});\n'
        f".import --csv --schema temp {source} lines\n"
        f'INSERT INTO {dialect.name_of(one.path)} ({_names(one)}) SELECT {values} FROM "lines";\n'
        'DROP TABLE "lines";\n'
    )


def _shell_word(text: str) -> str:
    """Return an argument for the shell sqlite3, between double quotes with the escapes of C."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _sqlite_value(column: Column) -> str:
    name = f'"{column.name}"'
    if column.kind == "claim":
        return f"CASE {name} WHEN 'true' THEN 1 WHEN 'false' THEN 0 END"
    value = name
    if column.kind == "text":
        value = f"CASE WHEN substr({name}, 1, 1) = '''' THEN substr({name}, 2) ELSE {name} END"
        for end in ("char(10)", "char(13)"):
            value = f"replace({value}, {end} || '''', {end})"
    return f"NULLIF({value}, '')" if column.nullable else value
