"""The formats of a run: how rows become bytes, and how those bytes become the same rows again.

The bytes of a part follow from its rows and the compression alone, not from how the rows lie in
memory. DuckDB is a database that is filled from Parquet parts; see `synthview.sinks.database`.
"""

from __future__ import annotations

import glob
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast

import polars as pl
from polars.io.plugins import register_io_source

from synthview.errors import InputError, InvalidChoice, UnknownName
from synthview.sinks.arrow_writer import PYARROW, written_by_pyarrow
from synthview.sinks.footer import parquet_metadata
from synthview.sinks.lineage import Damager, Lineage
from synthview.sinks.lines import Lines
from synthview.sinks.sorting import SORTS, dated_by, with_sorting_column
from synthview.sinks.text import (
    as_text,
    from_text,
    ids_as,
    ids_as_numbers,
    stored_schema,
    text_schema,
)
from synthview.tables import Table

__all__ = [
    "FEWEST_ROWS_PER_GROUP",
    "FORMATS",
    "ROWS_PER_GROUP",
    "WRITERS",
    "Chunk",
    "Format",
    "Sources",
    "format_named",
    "headless",
    "rows_of_group",
    "squeezed",
]

WRITERS = ("polars", PYARROW)
"""Packages that write Parquet, the usual one first."""
ROWS_PER_GROUP = 262_144
FEWEST_ROWS_PER_GROUP = 1_024
ROWS_PER_SLICE = 65_536
ZSTD_LEVEL = 3
PARQUET_ZSTD_LEVEL = 1
"""Why these: a simulated day of 2,048 households, 206,033 events of 17 columns.

One thread, best of 15 rounds:

    ===========  =====  ===========    ==================  =====  ===========
    compression  ms     bytes a row    zstd 3 with         ms     bytes a row
    none         28.2   31.82          groups of 32,768    52.6   14.83
    snappy       36.6   22.66          groups of 65,536    51.1   14.62
    lz4          36.7   22.11          groups of 131,072   51.1   14.40
    zstd 1       42.7   15.33          groups of 262,144   51.0   14.16
    zstd 2       44.8   14.90          no statistics       43.1   14.38
    zstd 3       51.1   14.40          pages of 64 KiB     48.3   14.53
    zstd 5       69.9   14.44          pages of 4 MiB      50.0   14.42
    gzip 6       140.5  16.53
    ===========  =====  ===========    ==================  =====  ===========

Level 1 writes a sixth faster than 3, for one byte in twenty more; text gains more by 3. Groups are
alike in a file, so that none is small: of at least 131,072 rows where there are more. With
statistics a reader skips the days that its filter excludes, in every file at once.
"""
GZIP_LEVEL = 6
FILLERS: dict[Any, Any] = {pl.String: "", pl.Boolean: False, pl.List: []}
"""What lies under the nulls of an Arrow file, by type; 0 for the others."""

Chunk = bytes | memoryview
Source = Path | bytes | Callable[[], bytes]
Sources = Sequence[Source]
"""Paths of files, their bytes, or functions that return their bytes."""
TextCompression = Literal["uncompressed", "gzip", "zstd"]
TEXT_SUFFIXES = {"none": "", "gzip": ".gz", "zstd": ".zst"}


@dataclass(frozen=True, slots=True)
class Format:
    """A format: file suffix, possible compressions (the usual one first), writer and reader.

    `ids` is the form of the ids, the usual one unless another was asked for. `bom` is for CSV,
    `row_group` (the most rows of one) and `package`, which writes it, are for Parquet, whose footer
    also tells of a `sort` by time.
    """

    name: str
    suffix: str
    compressions: tuple[str, ...]
    writer: Writer
    reader: Reader
    ids: str = "int"
    is_text: bool = False
    bom: bool = False
    row_group: int = ROWS_PER_GROUP
    sort: str = SORTS[0]
    package: str = WRITERS[0]

    def file_suffix(self, compression: str) -> str:
        """Return the end of a file's name; for text files it has the compression."""
        return self.suffix + (TEXT_SUFFIXES[compression] if self.is_text else "")

    def encode(self, table: Table, frame: pl.DataFrame, compression: str) -> Iterator[Chunk]:
        """Write rows, chunk by chunk."""
        return self.writer(self, table, frame, compression)

    def scan(self, table: Table, sources: Sources) -> pl.LazyFrame:
        """Read rows back with the types of the table's schema, whatever the form of the ids."""
        return self.reader(self, table, sources)

    def chunks(
        self,
        table: Table,
        frame: pl.DataFrame,
        compression: str,
        damager: Damager | None,
        lineage: Lineage,
    ) -> Iterator[Chunk]:
        """Write rows. With a damager some are damaged; the lineage keeps what they were."""
        if damager is None:
            yield from self.encode(table, frame, compression)
            return
        texts = self.encode(table, frame, "none")
        slices = _slices(frame)  # one without rows, for which NDJSON has no text
        for place, (text, rows) in enumerate(zip(texts, slices, strict=False)):
            has_head = self.name == "csv" and place == 0
            lines = Lines.of(self.name, bytes(text), has_head=has_head)
            damaged = lineage.change(lines, damager(table, rows, lines))
            yield squeezed(damaged, compression)

    def compression(self, stated: str | None) -> str:
        """Return the stated compression if the format can have it, or the usual one."""
        if stated is None:
            return self.compressions[0]
        if stated in self.compressions:
            return stated
        if any(stated in one.compressions for one in FORMATS.values()):
            known = ", ".join(self.compressions)
            raise InputError(
                f"{self.name} cannot have the compression {stated}; it takes: {known}."
            )
        raise InvalidChoice("compression", stated, self.compressions, f"the format {self.name}")


Writer = Callable[[Format, Table, pl.DataFrame, str], Iterator[Chunk]]
Reader = Callable[[Format, Table, Sources], pl.LazyFrame]


def format_named(name: str) -> Format:
    """Look a format up by its name."""
    if name in FORMATS:
        return FORMATS[name]
    raise UnknownName("format", name, FORMATS)


def _parquet(form: Format, table: Table, frame: pl.DataFrame, compression: str) -> Iterator[Chunk]:
    codec: Any = "uncompressed" if compression == "none" else compression
    level = PARQUET_ZSTD_LEVEL if compression == "zstd" else None
    stored = ids_as(form.ids, table, frame).rechunk()
    in_group = rows_of_group(len(stored), form.row_group)
    is_by_time = form.sort != SORTS[0] and len(frame)
    column = dated_by(table) if is_by_time else None
    if form.package == PYARROW:
        codec = compression
        yield written_by_pyarrow(table, stored, codec, level, in_group, form.ids, column)
        return
    file = io.BytesIO()
    stored.write_parquet(
        file,
        compression=codec,
        compression_level=level,
        row_group_size=in_group,
        statistics=True,
        metadata=parquet_metadata(table, form.ids),
    )
    if column is None:
        yield file.getbuffer()
    else:
        yield with_sorting_column(file.getvalue(), frame.columns.index(column))


def rows_of_group(rows: int, most: int) -> int:
    """Rows of each row group of so many rows: as few groups as `most` allows, all alike."""
    groups = max(-(-rows // most), 1)
    return max(-(-rows // groups), 1)


def _scan_parquet(form: Format, table: Table, sources: Sources) -> pl.LazyFrame:
    stored = stored_schema(table, form.ids)
    rows = pl.scan_parquet(_files(sources), schema=stored, glob=False, hive_partitioning=False)
    return ids_as_numbers(table, rows) if form.ids == "text" else rows


def _files(sources: Sources) -> Any:
    return list(sources)


def _arrow(form: Format, table: Table, frame: pl.DataFrame, compression: str) -> Iterator[Chunk]:
    """Write an Arrow IPC file with large strings: the bytes of views depend on their history."""
    codec: Any = "uncompressed" if compression == "none" else compression
    file = io.BytesIO()
    stored = ids_as(form.ids, table, frame).rechunk()
    with_nulls = [one for one in stored.iter_columns() if one.null_count()]
    plain = stored.with_columns(map(_plain_nulls, with_nulls))
    plain.write_ipc(
        file,
        compression=codec,
        compat_level=pl.CompatLevel.oldest(),
        record_batch_size=ROWS_PER_SLICE,
    )
    yield file.getbuffer()


def _plain_nulls(column: pl.Series) -> pl.Series:
    """Put the same value under every null: what lies there is written too and could leak."""
    kind = column.dtype
    filler = FILLERS.get(kind.base_type(), 0)
    if isinstance(kind, pl.Enum):
        filler = kind.categories[0]
    filled = column.fill_null(pl.lit(filler, dtype=kind))
    known = column.is_not_null()
    cleaned = pl.when(known).then(filled).alias(column.name)
    return pl.select(cleaned).to_series()


def _scan_arrow(form: Format, table: Table, sources: Sources) -> pl.LazyFrame:
    rows = pl.scan_ipc(_files(sources), glob=False, hive_partitioning=False)
    return ids_as_numbers(table, rows) if form.ids == "text" else rows


def _slices(frame: pl.DataFrame) -> Iterable[pl.DataFrame]:
    """Return the slices in which text is written; a table without rows is one slice."""
    return frame.iter_slices(ROWS_PER_SLICE) if len(frame) else [frame]


def _ndjson(form: Format, table: Table, frame: pl.DataFrame, compression: str) -> Iterator[Chunk]:
    """Write lines of JSON slice by slice; the compressed slices together are a compressed file."""
    for rows in _slices(frame):
        file = io.BytesIO()
        worded = as_text(table, rows, flat_lists=False, ids=form.ids).rechunk()
        worded.write_ndjson(file, **_squeezed(compression))
        yield file.getvalue()


def _scan_ndjson(form: Format, table: Table, sources: Sources) -> pl.LazyFrame:
    schema = text_schema(table, flat_lists=False, ids=form.ids)

    def scan(source: Path | bytes) -> pl.LazyFrame:
        literal = glob.escape(str(source)) if isinstance(source, Path) else source
        return pl.scan_ndjson(literal, schema=schema)

    return _from_text(table, sources, scan, flat_lists=False)


def _csv(form: Format, table: Table, frame: pl.DataFrame, compression: str) -> Iterator[Chunk]:
    """Write CSV slice by slice: null is an empty cell, an empty text is ``""``, lists have ``|``.

    DuckDB tells null from an empty text with ``allow_quoted_nulls = false``.
    """
    for place, rows in enumerate(_slices(frame)):
        file = io.BytesIO()
        flat = as_text(table, rows, flat_lists=True, ids=form.ids).rechunk()
        is_first = place == 0
        flat.write_csv(
            file,
            include_header=is_first,
            include_bom=is_first and form.bom,
            **_squeezed(compression),
        )
        yield file.getvalue()


def _scan_csv(form: Format, table: Table, sources: Sources) -> pl.LazyFrame:
    schema = text_schema(table, flat_lists=True, ids=form.ids)

    def scan(source: Path | bytes) -> pl.LazyFrame:
        return pl.scan_csv(source, schema=schema, glob=False)

    return _from_text(table, sources, scan, flat_lists=True)


def headless(text: Chunk) -> bytes:
    """A text of CSV without its head."""
    return bytes(text).partition(b"\n")[2]


def squeezed(text: bytes, compression: str) -> bytes:
    """Compress a text as polars compresses what it writes: as a table of one cell."""
    if compression == "none":
        return text
    file = io.BytesIO()
    whole = pl.DataFrame({"text": [text.decode()]})
    whole.write_csv(
        file,
        include_header=False,
        quote_style="never",
        line_terminator="",
        **_squeezed(compression),
    )
    return file.getvalue()


def _squeezed(compression: str) -> dict[str, Any]:
    levels = {"gzip": GZIP_LEVEL, "zstd": ZSTD_LEVEL}
    codec = cast("TextCompression", "uncompressed" if compression == "none" else compression)
    return {"compression": codec, "compression_level": levels.get(compression)}


def _from_text(
    table: Table,
    sources: Sources,
    scan: Callable[[Path | bytes], pl.LazyFrame],
    *,
    flat_lists: bool,
) -> pl.LazyFrame:
    """Turn text into values file by file, only in the columns asked for, so memory stays small."""

    def rows(
        columns: list[str] | None,
        predicate: pl.Expr | None,
        n_rows: int | None,
        _: int | None,
    ) -> Iterator[pl.DataFrame]:
        left = n_rows
        for source in sources:
            lines = scan(source() if callable(source) else source)
            asked = lines.select(columns or table.schema.names())
            if left is not None:
                asked = asked.head(left)
            frame = from_text(table, asked.collect(), flat_lists=flat_lists)
            if left is not None:
                left -= len(frame)
            yield frame if predicate is None else frame.filter(predicate)

    return register_io_source(rows, schema=table.schema)


def _cannot_scan(_: Format, __: Table, sources: Sources) -> pl.LazyFrame:
    raise InputError(f"{sources[0]!s} is a database; read it with duckdb.")


_ALL = (
    Format(
        "parquet",
        ".parquet",
        compressions=("zstd", "lz4", "snappy", "gzip", "none"),
        writer=_parquet,
        reader=_scan_parquet,
    ),
    Format(
        "ndjson",
        ".ndjson",
        compressions=("none", "gzip", "zstd"),
        writer=_ndjson,
        reader=_scan_ndjson,
        ids="text",
        is_text=True,
    ),
    Format(
        "csv",
        ".csv",
        compressions=("none", "gzip", "zstd"),
        writer=_csv,
        reader=_scan_csv,
        ids="text",
        is_text=True,
    ),
    Format(
        "arrow",
        ".arrow",
        compressions=("lz4", "zstd", "none"),
        writer=_arrow,
        reader=_scan_arrow,
    ),
    Format(
        "duckdb",
        ".parquet",
        compressions=("zstd",),
        writer=_parquet,
        reader=_cannot_scan,
    ),
)
FORMATS = {one.name: one for one in _ALL}
