"""Files and database tables as they are: columns with types, and their rows some at a time."""

from __future__ import annotations

import codecs
import glob
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

import polars as pl

from synthview.errors import InputError
from synthview.foreign.table_places import Place
from synthview.tables import Column, Table

__all__ = ["NAMES", "Raw", "raw_of", "read_errors"]

NAMES = {
    "parquet": "Parquet",
    "csv": "CSV",
    "json": "JSON",
    "arrow": "Arrow",
    "duckdb": "a DuckDB database",
}
SEPARATORS = (",", ";", "\t", "|")
ROWS_OF_KEYS = 1_000
"""Rows of JSON that are looked at for the names of columns."""
ROWS_AT_ONCE = 131_072
REASONS = {"more fields": "a row has more cells than the head", "utf": "its text is not in UTF-8"}
"""What is meant by what a library says."""


@dataclass(frozen=True, kw_only=True)
class Raw:
    """A file of a table: its columns with their types, and keys from the folders above it."""

    kind: ClassVar[str]
    lies_as_columns: ClassVar[bool] = False
    path: Path
    schema: Mapping[str, pl.DataType]
    keys: Mapping[str, str | None] = field(default_factory=dict)

    def scan(self) -> pl.LazyFrame:
        """Return all rows, with the types that they have in the file."""
        raise NotImplementedError

    def batches(self, names: Sequence[str]) -> Iterator[pl.DataFrame]:
        """Yield some columns, so many rows at a time that memory stays flat."""
        yield from (
            self.scan().select(names).collect_batches(chunk_size=ROWS_AT_ONCE, maintain_order=True)
        )

    def stated(self, column: Column, frame: pl.DataFrame) -> pl.Series:
        """Return the values of a column as in the file, or as in the names of its folders."""
        if column.name in self.schema:
            return frame[column.name]
        value = pl.Series(
            column.name,
            [self.keys.get(column.name)],
            dtype=pl.String,
        )
        return value.new_from_index(0, len(frame))


class Parquet(Raw):
    """A Parquet file."""

    kind = "parquet"
    lies_as_columns = True

    def scan(self) -> pl.LazyFrame:
        """Return all rows."""
        return _scan_parquet(self.path)


def _scan_parquet(path: Path) -> pl.LazyFrame:
    return pl.scan_parquet(path.absolute(), glob=False, hive_partitioning=False)


class Arrow(Raw):
    """An Arrow IPC file, as Feather is."""

    kind = "arrow"
    lies_as_columns = True

    def scan(self) -> pl.LazyFrame:
        """Return all rows."""
        return _scan_arrow(self.path)


def _scan_arrow(path: Path) -> pl.LazyFrame:
    return pl.scan_ipc(path.absolute(), glob=False, hive_partitioning=False)


@dataclass(frozen=True, kw_only=True)
class Csv(Raw):
    """A CSV file; every column is text."""

    kind = "csv"
    separator: str

    def scan(self) -> pl.LazyFrame:
        """Return all rows."""
        return _scan_csv(self.path, self.separator)

    def stated(self, column: Column, frame: pl.DataFrame) -> pl.Series:
        """Return the values of a column, without apostrophes against spreadsheet formulas."""
        values = super().stated(column, frame)
        return values.str.replace_all(GUARDED, "${1}") if column.kind == "text" else values


GUARDED = r"""(?mR)^'(\t|[\s"]*[=+\-@\x{FF1D}\x{FF0B}\x{FF0D}\x{FF20}]|')"""
"""An apostrophe before what a spreadsheet would run, or before an apostrophe."""


@dataclass(frozen=True, kw_only=True)
class Json(Raw):
    """Lines of JSON, or one array of objects; every column is text, or lists of text."""

    kind = "json"
    is_array: bool

    def scan(self) -> pl.LazyFrame:
        """Return all rows."""
        schema = pl.Schema(self.schema)
        if self.is_array:
            return pl.read_json(self.path.absolute(), schema=schema).lazy()
        return pl.scan_ndjson(glob.escape(str(self.path.absolute())), schema=schema)


def raw_of(place: Place, path: Path, table: Table) -> Raw:
    """Look into a file; an InputError says what is wrong with one that cannot be read."""
    with read_errors(path, NAMES[place.kind]):
        return _OPENED[place.kind](path, place.keys(path), table)


def _parquet(path: Path, keys: Mapping[str, str | None], _: Table) -> Raw:
    from synthview.foreign.pyarrow_files import opened_parquet  # noqa: PLC0415  seldom needed

    return opened_parquet(path, keys) or Parquet(
        path=path, keys=keys, schema=_scan_parquet(path).collect_schema()
    )


def _arrow(path: Path, keys: Mapping[str, str | None], _: Table) -> Raw:
    from synthview.foreign.pyarrow_files import opened_arrow  # noqa: PLC0415  seldom needed

    return opened_arrow(path, keys) or Arrow(
        path=path, keys=keys, schema=_scan_arrow(path).collect_schema()
    )


def _csv(path: Path, keys: Mapping[str, str | None], table: Table) -> Raw:
    """Find the separator by the columns that are known."""
    _check_letters(path)
    known = set(table.schema.names())
    heads = (
        {sign: _scan_csv(path, sign).collect_schema().names() for sign in SEPARATORS}
        if path.stat().st_size
        else {}
    )
    separator = max(
        heads,
        key=lambda sign: len(known & set(heads[sign])),
        default=",",
    )
    names = heads.get(separator, [])
    if twice := [name for name in names if name in known and f"{name}_duplicated_0" in names]:
        raise InputError(f"{path} has the column {twice[0]} twice. Leave one of them out.")
    return Csv(
        path=path,
        keys=keys,
        separator=separator,
        schema=dict.fromkeys(names, pl.String()),
    )


def _check_letters(path: Path) -> None:
    with path.open("rb") as file:
        if file.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            raise InputError(f"{path} is text in UTF-16. Write it in UTF-8.")


def _scan_csv(path: Path, separator: str) -> pl.LazyFrame:
    return pl.scan_csv(
        path.absolute(),
        infer_schema=False,
        glob=False,
        separator=separator,
    )


def _json(path: Path, keys: Mapping[str, str | None], table: Table) -> Raw:
    _check_letters(path)
    with path.open("rb") as file:
        is_array = file.read(1024).lstrip().startswith(b"[")
    names = _keys_of_array(path) if is_array else _keys_of_lines(path)
    lists = {one.name for one in table.columns if one.kind == "ids"}
    types = {name: pl.List(pl.String) if name in lists else pl.String() for name in names}
    return Json(
        path=path,
        keys=keys,
        schema=types,
        is_array=is_array,
    )


def _keys_of_lines(path: Path) -> list[str]:
    if not path.stat().st_size:
        return []
    scanned = pl.scan_ndjson(glob.escape(str(path.absolute())), infer_schema_length=ROWS_OF_KEYS)
    return scanned.collect_schema().names()


def _keys_of_array(path: Path) -> list[str]:
    return pl.read_json(path.absolute(), infer_schema_length=None).columns


_OPENED = {"parquet": _parquet, "csv": _csv, "json": _json, "arrow": _arrow}


@contextmanager
def read_errors(path: Path, what: str) -> Iterator[None]:
    """Say in our words that a file cannot be read as what its name says it is."""
    try:
        yield
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, UnicodeError) as error:
        said = str(error).lower()
        reason = next(
            (ours for theirs, ours in REASONS.items() if theirs in said),
            "it is damaged, or something else",
        )
        raise InputError(f"{path} cannot be read as {what}: {reason}.") from None
