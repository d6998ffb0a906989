"""The formats a run can be written in: how rows become bytes, and how those bytes become the same rows again.

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

from synthview.errors import InputError, UnknownName
from synthview.sinks.footer import parquet_metadata
from synthview.sinks.lineage import Damager, Lineage
from synthview.sinks.lines import Lines
from synthview.sinks.text import as_text, from_text, ids_as, ids_as_numbers, stored_schema, text_schema
from synthview.tables import Table

__all__ = ["FORMATS", "Chunk", "Format", "Sources", "format_named"]

ROWS_PER_GROUP = 131_072
ROWS_PER_SLICE = 65_536
ZSTD_LEVEL = 3
"""Why these: a day of 2,048 households as simulated, 206,033 events of 17 columns, one thread, best of 15 rounds.

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

Level 3 is the last that pays; groups of 131,072 let readers share a file out; with statistics a reader skips the days
that its filter excludes, in every file at once.
"""
GZIP_LEVEL = 6

Chunk = bytes | memoryview
Source = Path | bytes | Callable[[], bytes]
Sources = Sequence[Source]
"""Files, what files hold, or how to come by it."""
TextCompression = Literal["uncompressed", "gzip", "zstd"]
TEXT_SUFFIXES = {"none": "", "gzip": ".gz", "zstd": ".zst"}


@dataclass(frozen=True, slots=True)
class Format:
    """A format: its files' suffix, the compressions it can have (the usual one first), writing and reading.

    `ids` is the form that ids have, the usual one unless another was asked for; `bom` is for CSV alone.
    """

    name: str
    suffix: str
    compressions: tuple[str, ...]
    writer: Writer
    reader: Reader
    ids: str = "int"
    is_text: bool = False
    bom: bool = False

    def file_suffix(self, compression: str) -> str:
        """The end of a file's name; text files tell their compression."""
        return self.suffix + (TEXT_SUFFIXES[compression] if self.is_text else "")

    def encode(self, table: Table, frame: pl.DataFrame, compression: str) -> Iterator[Chunk]:
        """Write rows, chunk by chunk."""
        return self.writer(self, table, frame, compression)

    def scan(self, table: Table, sources: Sources) -> pl.LazyFrame:
        """Read rows back with the types of the table's schema, whatever the form of the ids."""
        return self.reader(self, table, sources)

    def chunks(
        self, table: Table, frame: pl.DataFrame, compression: str, damager: Damager | None, lineage: Lineage
    ) -> Iterator[Chunk]:
        """Write rows; some are damaged on purpose where there is a damager, and the lineage keeps what they were."""
        if damager is None:
            yield from self.encode(table, frame, compression)
            return
        texts = zip(self.encode(table, frame, "none"), _slices(frame), strict=False)  # no rows are no lines of JSON
        for place, (text, rows) in enumerate(texts):
            lines = Lines.of(self.name, bytes(text), has_head=self.name == "csv" and place == 0)
            yield _squeeze(lineage.change(lines, damager(table, rows, lines)), compression)

    def compression(self, stated: str | None) -> str:
        """Settle the compression: what was stated, if the format can have it, or the usual one."""
        if stated is None:
            return self.compressions[0]
        if stated in self.compressions:
            return stated
        if any(stated in one.compressions for one in FORMATS.values()):
            known = ", ".join(self.compressions)
            raise InputError(f"{self.name} cannot have the compression {stated}; it takes: {known}.")
        raise UnknownName("compression", stated, self.compressions, f"the format {self.name}")


Writer = Callable[[Format, Table, pl.DataFrame, str], Iterator[Chunk]]
Reader = Callable[[Format, Table, Sources], pl.LazyFrame]


def format_named(name: str) -> Format:
    """Look a format up by its name."""
    if name in FORMATS:
        return FORMATS[name]
    raise UnknownName("format", name, FORMATS)


def _parquet(form: Format, table: Table, frame: pl.DataFrame, compression: str) -> Iterator[Chunk]:
    codec: Any = "uncompressed" if compression == "none" else compression
    level = ZSTD_LEVEL if compression == "zstd" else None
    file = io.BytesIO()
    stored = ids_as(form.ids, table, frame).rechunk()
    stored.write_parquet(
        file,
        compression=codec,
        compression_level=level,
        row_group_size=ROWS_PER_GROUP,
        statistics=True,
        metadata=parquet_metadata(table, form.ids),
    )
    yield file.getbuffer()


def _scan_parquet(form: Format, table: Table, sources: Sources) -> pl.LazyFrame:
    stored = stored_schema(table, form.ids)
    rows = pl.scan_parquet(_files(sources), schema=stored, glob=False, hive_partitioning=False)
    return ids_as_numbers(table, rows) if form.ids == "text" else rows


def _files(sources: Sources) -> Any:
    return list(sources)


def _arrow(form: Format, table: Table, frame: pl.DataFrame, compression: str) -> Iterator[Chunk]:
    """Write an Arrow IPC file; large strings in place of views, whose bytes tell how they were made."""
    codec: Any = "uncompressed" if compression == "none" else compression
    file = io.BytesIO()
    stored = ids_as(form.ids, table, frame).rechunk()
    plain = stored.with_columns(*(_plain_nulls(one) for one in stored.iter_columns() if one.null_count()))
    plain.write_ipc(file, compression=codec, compat_level=pl.CompatLevel.oldest(), record_batch_size=ROWS_PER_SLICE)
    yield file.getbuffer()


def _plain_nulls(column: pl.Series) -> pl.Series:
    """Put the same value under every null: what lies there is written too, and might tell where it came from."""
    fillers: dict[Any, Any] = {pl.String: "", pl.Boolean: False, pl.List: []}
    kind = column.dtype.base_type()
    filler = column.dtype.categories[0] if isinstance(column.dtype, pl.Enum) else fillers.get(kind, 0)
    known = column.is_not_null()
    filled = column.fill_null(pl.lit(filler, dtype=column.dtype))
    return pl.select(pl.when(known).then(filled).alias(column.name)).to_series()


def _scan_arrow(form: Format, table: Table, sources: Sources) -> pl.LazyFrame:
    rows = pl.scan_ipc(_files(sources), glob=False, hive_partitioning=False)
    return ids_as_numbers(table, rows) if form.ids == "text" else rows


def _slices(frame: pl.DataFrame) -> Iterable[pl.DataFrame]:
    """Portions in which text is written; a table without rows is one."""
    return frame.iter_slices(ROWS_PER_SLICE) if len(frame) else [frame]


def _ndjson(form: Format, table: Table, frame: pl.DataFrame, compression: str) -> Iterator[Chunk]:
    """Write lines of JSON slice by slice; compressed slices one after another are one compressed file."""
    for rows in frame.iter_slices(ROWS_PER_SLICE):
        file = io.BytesIO()
        worded = as_text(table, rows, flat_lists=False, ids=form.ids).rechunk()
        worded.write_ndjson(file, **_squeezed(compression))
        yield file.getvalue()


def _scan_ndjson(form: Format, table: Table, sources: Sources) -> pl.LazyFrame:
    schema = text_schema(table, flat_lists=False, ids=form.ids)

    def scan(source: Path | bytes) -> pl.LazyFrame:
        return pl.scan_ndjson(glob.escape(str(source)) if isinstance(source, Path) else source, schema=schema)

    return _from_text(table, sources, scan, flat_lists=False)


def _csv(form: Format, table: Table, frame: pl.DataFrame, compression: str) -> Iterator[Chunk]:
    """Write CSV slice by slice: null is nothing, an empty text is ``""``, values of a list are joined by ``|``.

    DuckDB tells null from an empty text with ``allow_quoted_nulls = false``.
    """
    for place, rows in enumerate(_slices(frame)):
        file = io.BytesIO()
        flat = as_text(table, rows, flat_lists=True, ids=form.ids).rechunk()
        first = place == 0
        flat.write_csv(file, include_header=first, include_bom=first and form.bom, **_squeezed(compression))
        yield file.getvalue()


def _scan_csv(form: Format, table: Table, sources: Sources) -> pl.LazyFrame:
    schema = text_schema(table, flat_lists=True, ids=form.ids)

    def scan(source: Path | bytes) -> pl.LazyFrame:
        return pl.scan_csv(source, schema=schema, glob=False)

    return _from_text(table, sources, scan, flat_lists=True)


def _squeeze(text: bytes, compression: str) -> bytes:
    """Compress a text as polars compresses what it writes: as a table of one cell."""
    if compression == "none":
        return text
    file, whole = io.BytesIO(), pl.DataFrame({"text": [text.decode()]})
    whole.write_csv(file, include_header=False, quote_style="never", line_terminator="", **_squeezed(compression))
    return file.getvalue()


def _squeezed(compression: str) -> dict[str, Any]:
    levels = {"gzip": GZIP_LEVEL, "zstd": ZSTD_LEVEL}
    codec = cast("TextCompression", "uncompressed" if compression == "none" else compression)
    return {"compression": codec, "compression_level": levels.get(compression)}


def _from_text(
    table: Table, sources: Sources, scan: Callable[[Path | bytes], pl.LazyFrame], *, flat_lists: bool
) -> pl.LazyFrame:
    """Turn text into values file by file, and only in the columns asked for: what is in memory stays small."""

    def rows(
        columns: list[str] | None, kept: pl.Expr | None, most: int | None, _: int | None
    ) -> Iterator[pl.DataFrame]:
        for source in sources:
            asked = scan(source() if callable(source) else source).select(columns or table.schema.names())
            frame = from_text(table, (asked if most is None else asked.head(most)).collect(), flat_lists=flat_lists)
            most = None if most is None else most - len(frame)
            yield frame if kept is None else frame.filter(kept)

    return register_io_source(rows, schema=table.schema)


def _cannot_scan(_: Format, __: Table, sources: Sources) -> pl.LazyFrame:
    raise InputError(f"{sources[0]!s} is a database; read it with duckdb.")


FORMATS = {
    one.name: one
    for one in (
        Format("parquet", ".parquet", ("zstd", "lz4", "snappy", "gzip", "none"), _parquet, _scan_parquet),
        Format("ndjson", ".ndjson", ("none", "gzip", "zstd"), _ndjson, _scan_ndjson, "text", is_text=True),
        Format("csv", ".csv", ("none", "gzip", "zstd"), _csv, _scan_csv, "text", is_text=True),
        Format("arrow", ".arrow", ("lz4", "zstd", "none"), _arrow, _scan_arrow),
        Format("duckdb", ".parquet", ("zstd",), _parquet, _cannot_scan),
    )
}
