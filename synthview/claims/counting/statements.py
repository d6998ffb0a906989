"""Statements that name the tables of a dataset on disk as a query wants them, for DuckDB."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import polars as pl

from synthview.claims.counting.directory import wanted_of
from synthview.claims.counting.sql import as_path, as_pattern
from synthview.errors import InputError, MissingExtra
from synthview.foreign.databases import Stored
from synthview.foreign.datasets import TableSource, opened
from synthview.foreign.frames import Wanted, check_columns
from synthview.foreign.raw import Csv, Json, Raw
from synthview.tables import Column

__all__ = ["statements_of"]

_UTC = r"""-- A time in text, with the offset that it states, or in UTC where it states none;
-- or milliseconds since 1970.
CREATE MACRO utc(said) AS CASE
    WHEN regexp_full_match(said, '-?\d+(\.0+)?') THEN epoch_ms(CAST(CAST(said AS DOUBLE) AS BIGINT))
    WHEN regexp_matches(said, ':.*([Zz]|UTC|GMT|[+-]\d\d:?(\d\d)?)$')
    THEN CAST(said AS TIMESTAMPTZ) AT TIME ZONE 'UTC'
    ELSE CAST(said AS TIMESTAMP)
END;
"""
_GUARDED = re.compile(r"[\s\"]*[=+\-@']")
"""A title that has an apostrophe before it in CSV, so that no spreadsheet runs it."""


@dataclass(frozen=True)
class _Read:
    """Files that are read alike: the function, its options, and what becomes of their columns."""

    reader: str
    options: tuple[str, ...]
    columns: tuple[tuple[str, str], ...]
    """Names with the expression behind each."""


def statements_of(place: Path, statement: str, title: str, country: str | None = None) -> str:
    """Return the statements before a query that make its tables of the dataset at a place.

    Raises InputError where DuckDB cannot read them as the query needs them, or a column is missing.
    """
    source = opened(place)
    wanted = [
        _narrowed(one, statement)
        for one in wanted_of(country).values()
        if _is_read(one.table.name, statement)
    ]
    made = [_statement(source, one, title) for one in wanted]
    head = [_UTC] if any("utc(" in one for one in made) else []
    if source.database is not None:
        head.append(f"ATTACH '{as_path(source.database)}' AS dataset (READ_ONLY);\n")
    return "".join([*head, *made])


def _is_read(name: str, statement: str) -> bool:
    return re.search(rf"(FROM|JOIN) {name}\b", statement) is not None


def _narrowed(wanted: Wanted, statement: str) -> Wanted:
    """Only the columns that the statement names."""
    names = tuple(name for name in wanted.columns if re.search(rf"\b{name}\b", statement))
    return Wanted(wanted.table, names, wanted.may_be_null, wanted.may_be_unknown)


def _statement(source: TableSource, wanted: Wanted, title: str) -> str:
    name, path = wanted.table.name, wanted.table.path
    if damaged := source.damaged_rows(wanted.table):
        raise InputError(
            f"{damaged:,} rows of {path} in {source.place} are damaged on purpose, and DuckDB "
            "cannot read them as they were. "
            "Ask without --sql."
        )
    try:
        raws = source.raws(wanted.table)
    except MissingExtra:
        if source.run is None:
            raise
        return f"CREATE VIEW {name} AS FROM dataset.{path};\n"
    if not raws:
        raise InputError(f"{source.place} has no {path}, which the query reads.")
    raws = [raw for raw in raws if raw.schema] or raws
    check_columns(wanted, raws)
    return f"CREATE VIEW {name} AS {_selection(source, wanted, raws, title)};\n"


def _selection(source: TableSource, wanted: Wanted, raws: Sequence[Raw], title: str) -> str:
    if isinstance(raws[0], Stored):
        made = _columns(wanted, raws[0], title)
        return _select(made, f"dataset.{raws[0].name}")
    ordered = sorted(
        ((_read(source, wanted, raw, title), raw) for raw in raws), key=lambda one: repr(one[0])
    )
    groups = [
        (read, [raw for _, raw in group])
        for read, group in groupby(ordered, key=lambda one: one[0])
    ]
    if len(groups) == 1:
        read, alike = groups[0]
        return _select(read.columns, _call(read, alike, _all_paths(source, wanted, alike)))
    texts = [_listed(read.columns, _call(read, alike, _paths(alike))) for read, alike in groups]
    return "\n    UNION ALL BY NAME ".join(texts)


def _select(columns: Sequence[tuple[str, str]], place: str) -> str:
    """All columns of a place, some of them changed."""
    changed = [f"{made} AS {name}" for name, made in columns if made not in (name, "NULL")]
    missing = [f", NULL AS {name}" for name, made in columns if made == "NULL"]
    if not changed and not missing:
        return f"FROM {place}"
    replaced = f" REPLACE ({', '.join(changed)})" if changed else ""
    return f"SELECT *{replaced}{''.join(missing)}\n    FROM {place}"


def _listed(columns: Sequence[tuple[str, str]], place: str) -> str:
    named = [name if made == name else f"{made} AS {name}" for name, made in columns]
    return f"SELECT {', '.join(named)} FROM {place}"


def _read(source: TableSource, wanted: Wanted, raw: Raw, title: str) -> _Read:
    """How a file is read."""
    columns = _columns(wanted, raw, title)
    hive = _hive(source, wanted, raw)
    if isinstance(raw, Csv):
        sign = raw.separator.replace("\t", "\\t")
        head = (
            "header = true",
            "all_varchar = true",
            f"delim = '{sign}'",
            "quote = '\"'",
            "escape = '\"'",
        )
        return _Read("read_csv", (*head, *hive), columns)
    if isinstance(raw, Json):
        shape = "array" if raw.is_array else "newline_delimited"
        types = ", ".join(f"{name}: 'VARCHAR'" for name in wanted.columns if name in raw.schema)
        return _Read(
            "read_json",
            (f"format = '{shape}'", f"columns = {{{types}}}", *hive),
            columns,
        )
    if raw.kind == "parquet":
        return _Read("read_parquet", hive, columns)
    raise InputError(
        f"DuckDB does not read Arrow files such as {raw.path}. Ask without --sql, or write the "
        "dataset as Parquet."
    )


def _hive(source: TableSource, wanted: Wanted, raw: Raw) -> tuple[str, ...]:
    """Whether names of folders are columns: where one is needed.

    Never where one would stand for another.
    """
    if any(name in raw.keys and name not in raw.schema for name in wanted.columns):
        return ("hive_partitioning = true", "hive_types_autocast = false")
    is_misleading = "=" in str(source.place) or bool(set(raw.keys) & set(raw.schema))
    return ("hive_partitioning = false",) if is_misleading else ()


def _call(read: _Read, raws: Sequence[Raw], paths: str) -> str:
    differ = any(dict(raw.schema) != dict(raws[0].schema) for raw in raws)
    options = [
        *read.options,
        *(["union_by_name = true"] if differ and read.reader != "read_json" else []),
    ]
    return f"{read.reader}({', '.join([paths, *options])})"


def _all_paths(source: TableSource, wanted: Wanted, raws: Sequence[Raw]) -> str:
    """A pattern that stands for just these files, or else their paths."""
    place = source.files(wanted.table)
    ends = {_end(raw.path) for raw in raws}
    if place is None or len(ends) > 1 or not place.folder.is_dir() or "\\" in str(place.folder):
        return _paths(raws)
    end = ends.pop()
    below = {one for one in place.folder.rglob(f"*{end}") if one.is_file()}
    return (
        f"'{as_pattern(place.folder)}/**/*{end}'"
        if below == {raw.path for raw in raws}
        else _paths(raws)
    )


def _end(path: Path) -> str:
    """The end of a file's name, with its compression: what is before may be anything."""
    ends = path.suffixes[-2:] if path.suffix in (".gz", ".zst") else path.suffixes[-1:]
    return "".join(ends)


def _paths(raws: Sequence[Raw]) -> str:
    paths = [f"'{as_pattern(raw.path)}'" for raw in raws]
    return paths[0] if len(paths) == 1 else f"[{', '.join(paths)}]"


# --- Columns --------------------------------------------------------------------------------------


def _columns(wanted: Wanted, raw: Raw, title: str) -> tuple[tuple[str, str], ...]:
    return tuple((one.name, _expression(one, raw, title)) for one in wanted.declared)


def _expression(column: Column, raw: Raw, title: str) -> str:
    """What a column of a file becomes; its name where it is right as it lies."""
    name = column.name
    if name not in raw.schema:
        return _of_folder(column, raw) if name in raw.keys else "NULL"
    if isinstance(raw, Csv) and column.kind == "text" and _GUARDED.match(title):
        return rf"regexp_replace({name}, '^''(\s*[=+@''-])', '\1')"
    if column.kind == "time":
        return _time(name, raw.schema[name])
    return _plain(column, raw.schema[name])


def _of_folder(column: Column, raw: Raw) -> str:
    value = raw.keys[column.name] or ""
    if column.kind == "id" and value.isdigit():
        return f"CAST({column.name} AS BIGINT)"
    return f"utc({column.name})" if column.kind == "time" else _plain(column, pl.String())


def _time(name: str, dtype: pl.DataType) -> str:
    """A time in UTC without a zone, whatever the session's zone is."""
    if isinstance(dtype, pl.Datetime):
        if dtype.time_zone:
            return f"{name} AT TIME ZONE 'UTC'"
        return f"CAST({name} AS TIMESTAMP)" if dtype.time_unit == "ns" else name
    return f"utc({name})" if dtype == pl.String else f"epoch_ms(CAST({name} AS BIGINT))"


def _plain(column: Column, dtype: pl.DataType) -> str:
    """What is no time: numbers and truths that are text become what they are."""
    types: Mapping[str, str] = {
        "milliseconds": "BIGINT",
        "count": "BIGINT",
        "claim": "BOOLEAN",
        "day": "DATE",
    }
    wanted = types.get(column.kind)
    if dtype == pl.Binary:
        return f"decode({column.name})"
    is_right = (
        wanted is None or dtype == column.dtype or (wanted == "BIGINT" and dtype.is_integer())
    )
    return column.name if is_right else f"CAST({column.name} AS {wanted})"
