"""Files that polars does not read and pyarrow does: Arrow streams, columns encoded by runs, zones such as -03:30."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import polars as pl

from synthview.foreign.raw import ROWS_AT_ONCE, Raw

__all__ = ["opened_arrow", "opened_parquet"]

OFFSET = re.compile(r"[+-]\d\d:?\d\d")


class _ByPyarrow(Raw):
    """A file that pyarrow reads."""

    def batches(self, names: Sequence[str]) -> Iterator[pl.DataFrame]:
        """Yield some columns, batch by batch of the file."""
        for batch in self.records(names):
            yield pl.DataFrame([pl.Series(name, _plain(batch.column(name))) for name in names])

    def records(self, names: Sequence[str]) -> Iterator[Any]:
        """Yield some columns as batches of pyarrow."""
        raise NotImplementedError


class _Parquet(_ByPyarrow):
    kind = "parquet"

    def records(self, names: Sequence[str]) -> Iterator[Any]:
        """Yield some columns as batches of pyarrow."""
        with import_module("pyarrow.parquet").ParquetFile(self.path) as file:
            yield from file.iter_batches(ROWS_AT_ONCE, columns=list(names))


class _Arrow(_ByPyarrow):
    kind = "arrow"

    def records(self, _: Sequence[str]) -> Iterator[Any]:
        """Yield all columns as batches of pyarrow."""
        with import_module("pyarrow").memory_map(str(self.path)) as file:
            reader = _reader(file)
            if hasattr(reader, "num_record_batches"):
                yield from (reader.get_batch(place) for place in range(reader.num_record_batches))
            else:
                yield from reader


def opened_parquet(path: Path, keys: Mapping[str, str | None]) -> Raw | None:
    """Return a file that needs pyarrow; None where polars reads it, or pyarrow is not installed."""
    try:
        schema = import_module("pyarrow.parquet").read_schema(path)
    except (ImportError, ValueError, OSError):  # polars says what is wrong with it
        return None
    if not any(_is_strange(one.type) for one in schema):
        return None
    return _Parquet(path=path, keys=keys, schema=_types(schema))


def opened_arrow(path: Path, keys: Mapping[str, str | None]) -> Raw | None:
    """Return a file that needs pyarrow; None where polars reads it, or pyarrow is not installed."""
    try:
        with import_module("pyarrow").memory_map(str(path)) as file:
            reader = _reader(file)
            schema, is_stream = reader.schema, not hasattr(reader, "num_record_batches")
    except (ImportError, ValueError, OSError):
        return None
    if not is_stream and not any(_is_strange(one.type) for one in schema):
        return None
    return _Arrow(path=path, keys=keys, schema=_types(schema))


def _reader(file: Any) -> Any:
    """Read a file of Arrow, or a stream."""
    ipc = import_module("pyarrow.ipc")
    try:
        return ipc.open_file(file)
    except ValueError:
        file.seek(0)
        return ipc.open_stream(file)


def _is_strange(kind: Any) -> bool:
    """Whether polars has no such type."""
    is_runs = str(kind).startswith("run_end_encoded")
    return is_runs or bool(OFFSET.fullmatch(getattr(kind, "tz", None) or ""))


def _types(schema: Any) -> dict[str, pl.DataType]:
    pyarrow = import_module("pyarrow")
    found = {}
    for one in schema:
        kind = getattr(one.type, "value_type", one.type) if _is_strange(one.type) else one.type
        empty = pyarrow.array([], kind)
        found[one.name] = pl.Series(_plain(empty)).dtype
    return found


def _plain(column: Any) -> Any:
    """A column as polars reads it: values in place of runs, UTC in place of an offset."""
    pyarrow = import_module("pyarrow")
    if str(column.type).startswith("run_end_encoded"):
        column = import_module("pyarrow.compute").run_end_decode(column)
    if OFFSET.fullmatch(getattr(column.type, "tz", None) or ""):
        column = column.cast(pyarrow.timestamp(column.type.unit, "UTC"))
    return column
