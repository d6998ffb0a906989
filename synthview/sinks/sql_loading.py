"""Statements that fill the tables of a database from the files of a dataset."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import PurePath

from synthview.errors import InputError
from synthview.sinks.formats import TEXT_SUFFIXES, format_named
from synthview.sinks.sql_tables import Dialect, dialect_named, form_of, quoted
from synthview.tables import TABLES, Column, Table, table

__all__ = ["loading"]

UNPACK = {"none": "cat", "gzip": "gzip -dc", "zstd": "zstd -dc"}
NO_QUOTES = r"QUOTE E'\x01', DELIMITER E'\x02'"
"""How PostgreSQL reads a line of JSON as a whole: these characters are in none, as JSON writes them otherwise."""

MARKED = r"'(^|[\r\n])'''"
"""The apostrophe at the beginning of a line that keeps a spreadsheet from running it: an expression of SQL."""


def loading(
    tables: str | Sequence[str] | None = None,
    *,
    directory: str | PurePath = "DIR",
    dialect: str = "duckdb",
    format: str | None = None,  # noqa: A002  the same words as on the command line
    ids: str | None = None,
    compression: str = "none",
) -> str:
    """Return the statements that fill the tables of `synthview.ddl` from a directory, in an order that keeps references.

    For duckdb it is SQL, for postgresql input of psql, for sqlite input of the shell sqlite3; the latter two run a
    shell of Unix to join the files of a table. Rows damaged on purpose cannot be loaded; repair them first.
    """
    spoken = dialect_named(dialect)
    settled, _ = form_of(spoken, format, ids)
    if settled == "duckdb":
        raise InputError("The format duckdb is a database that is filled already: open synthview.duckdb.")
    named = (tables,) if isinstance(tables, str) else tables
    wanted = {table(name).path for name in named} if named is not None else {one.path for one in TABLES}
    files = _Files(str(directory), settled, compression)
    chosen = [one for one in TABLES if one.path in wanted]
    write = {"duckdb": _duckdb, "postgresql": _postgresql, "sqlite": _sqlite}[spoken.name]
    return "".join(write(one, spoken, files) for one in chosen)


class _Files:
    """The files of a table, as patterns of SQL and of a shell see them."""

    def __init__(self, directory: str, format_: str, compression: str) -> None:
        self.directory, self.format, self.compression = directory, format_, compression
        kind = format_named(format_)
        self.suffix = kind.suffix + (TEXT_SUFFIXES[compression] if kind.is_text else "")

    def pattern(self, one: Table) -> str:
        """A pattern of DuckDB, in which the directory is no pattern."""
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
    if files.format == "parquet":
        source = f"read_parquet({files.pattern(one)}, hive_partitioning = false)"
    elif files.format == "csv":
        options = (
            "header = true, delim = ',', quote = '\"', escape = '\"', all_varchar = true, allow_quoted_nulls = false"
        )
        source = f"read_csv({files.pattern(one)}, {options}, hive_partitioning = false)"
    else:
        kinds = ", ".join(f"'{column.name}': {_json_type(column)}" for column in one.columns)
        options = f"format = 'newline_delimited', columns = {{{kinds}}}, hive_partitioning = false"
        source = f"read_json({files.pattern(one)}, {options})"
    return f"INSERT INTO {dialect.name_of(one.path)} ({_names(one)})\n    SELECT {values}\n    FROM {source};\n"


def _json_type(column: Column) -> str:
    return "'VARCHAR[]'" if column.kind == "ids" else "'VARCHAR'"


def _duckdb_value(column: Column, format_: str) -> str:
    name = f'"{column.name}"'
    if format_ == "csv" and column.kind == "text":
        return f"regexp_replace({name}, {MARKED}, '\\1', 'g')"
    if format_ == "csv" and column.kind == "ids":
        return f"CASE WHEN {name} = '' THEN [] ELSE string_split({name}, '|') END"
    # A text that ends in Z is taken as UTC by this type, whatever the time zone of the session is.
    return f"CAST({name} AS TIMESTAMP)" if format_ != "parquet" and column.kind == "time" else name


def _postgresql(one: Table, dialect: Dialect, files: _Files) -> str:
    program = quoted(files.joined(one))
    name = dialect.name_of(one.path)
    if files.format == "csv":
        copied = f"\\copy {name} ({_names(one)}) FROM PROGRAM {program} WITH (FORMAT csv, NULL '')\n"
        return copied + "".join(_unescaped(name, column) for column in one.columns if column.kind == "text")
    return (
        'CREATE TEMPORARY TABLE "lines" ("line" JSONB);\n'
        f"\\copy \"lines\" FROM PROGRAM {program} WITH (FORMAT csv, {NO_QUOTES}, NULL '')\n"
        f'INSERT INTO {name} SELECT one.* FROM "lines", jsonb_populate_record(NULL::{name}, "line") AS one;\n'
        'DROP TABLE "lines";\n'
    )


def _unescaped(name: str, column: Column) -> str:
    """Take off the apostrophe that keeps a spreadsheet from running a text."""
    place = f'"{column.name}"'
    bare = f"regexp_replace({place}, {MARKED}, '\\1', 'g')"
    return f"UPDATE {name} SET {place} = {bare} WHERE {place} ~ {MARKED};\n"


def _sqlite(one: Table, dialect: Dialect, files: _Files) -> str:
    """Fill a table by way of another, since the shell reads nothing as an empty text and not as null."""
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
    """Return an argument of a command of the shell sqlite3, between double quotes with C's escapes."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _sqlite_value(column: Column) -> str:
    name = f'"{column.name}"'
    if column.kind == "claim":
        return f"CASE {name} WHEN 'true' THEN 1 WHEN 'false' THEN 0 END"
    if column.kind == "text":
        bare = f"CASE WHEN substr({name}, 1, 1) = '''' THEN substr({name}, 2) ELSE {name} END"
        for end in ("char(10)", "char(13)"):
            bare = f"replace({bare}, {end} || '''', {end})"
        return f"NULLIF({bare}, '')" if column.nullable else bare
    return f"NULLIF({name}, '')" if column.nullable else name
