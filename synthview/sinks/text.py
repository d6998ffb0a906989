"""Ids, times and texts as they stand in files of text, for formats that people, JavaScript and spreadsheets read.

Ids are text unless whole numbers are asked for (see `synthview.sinks.id_forms`): neither JavaScript nor a spreadsheet
keeps 63-bit integers whole. A time is ISO 8601 in UTC with milliseconds: ``2017-11-17T20:15:00.250Z``.

A spreadsheet takes a cell that begins with ``=``, ``+``, ``-`` or ``@`` for a formula and runs it. In formats that
spreadsheets open, such a text has an apostrophe before it, as has a text that begins with one; see `harmless`.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import polars as pl
from numpy.typing import NDArray

from synthview.sinks.id_forms import (
    ALPHABET,
    ID_FORMS,
    decode_ids,
    encode_ids,
    ids_as,
    ids_as_numbers,
    joined,
    least,
    numbered,
    stored_schema,
    strings,
)
from synthview.tables import Column, Table

__all__ = [
    "ALPHABET", "ID_FORMS", "as_text", "as_written", "decode_ids", "encode_ids", "from_text", "harmless", "ids_as",
    "ids_as_numbers", "stored_schema", "text_schema",
]  # fmt: skip

LIST_SEPARATOR = "|"
DAY_MS = 86_400_000
RUN = r"""(?mR)(\A[\r\n]|^(?:\t|[\s\p{Cc}\p{Cf}"&&[^\r\n]]*[=+\-@\x{ff1d}\x{ff0b}\x{ff0d}\x{ff20}]|'))"""
"""What makes a line of a cell a formula: a sign of one, be it wide, after blanks, quotes and
characters without a shape, which an import may drop.

OWASP names tab and carriage return too (owasp.org/www-community/attacks/CSV_Injection). A text may have several lines,
and what splits cells at line ends makes the second a cell of its own. An apostrophe is here so that one that was there
is told from one of ours.
"""
APOSTROPHE = r"(?mR)^'"


def harmless(texts: pl.Series) -> pl.Series:
    """Put an apostrophe before every line that a spreadsheet could run, and before every apostrophe; nulls stay."""
    return texts.str.replace_all(RUN, "'${1}") if texts.str.contains(RUN).any() else texts


def as_written(texts: pl.Series) -> pl.Series:
    """Take off again what `harmless` put there."""
    return texts.str.replace_all(APOSTROPHE, "") if texts.str.contains(APOSTROPHE).any() else texts


def as_text(table: Table, frame: pl.DataFrame, *, flat_lists: bool, ids: str = "text") -> pl.DataFrame:
    """Write the times, days and choices of a table as text, and its ids unless `ids` is ``int``.

    `flat_lists` is for cells that a spreadsheet opens: lists are joined with ``|``, and no text is a formula.
    """
    columns = []
    for series in ids_as(ids, table, frame).iter_columns():
        worded = _worded(table.column(series.name), series)
        columns.append(_as_cells(table.column(series.name), worded) if flat_lists else worded)
    return pl.DataFrame(columns)


def from_text(table: Table, frame: pl.DataFrame, *, flat_lists: bool = False) -> pl.DataFrame:
    """Turn a table read from text back into the one that was written."""
    columns = []
    for series in frame.iter_columns():
        column = table.column(series.name)
        columns.append(_unworded(column, _from_cells(column, series) if flat_lists else series))
    return numbered(table, pl.DataFrame(columns))


def text_schema(table: Table, *, flat_lists: bool, ids: str = "text") -> pl.Schema:
    """Return the types that a table has as text."""
    stored = stored_schema(table, ids)
    kept = {"count", "milliseconds", "claim", "share", "id", "ids"}
    types = {one.name: stored[one.name] if one.kind in kept else pl.String() for one in table.columns}
    flat = {one.name: pl.String() for one in table.columns if one.kind == "ids" and flat_lists}
    return pl.Schema({**types, **flat})


def _worded(column: Column, series: pl.Series) -> pl.Series:
    if column.kind == "time":
        return _times(series)
    return series.cast(pl.String) if column.kind in ("choice", "day") else series


def _unworded(column: Column, series: pl.Series) -> pl.Series:
    if column.kind == "time":
        return series.str.to_datetime("%Y-%m-%dT%H:%M:%S%.3fZ", time_unit="ms")
    if column.kind == "day":
        return series.str.to_date("%Y-%m-%d")
    return series if column.kind in ("id", "ids") else series.cast(column.dtype)


def _as_cells(column: Column, series: pl.Series) -> pl.Series:
    if column.kind == "ids":
        return series.cast(pl.List(pl.String)).list.join(LIST_SEPARATOR)
    return harmless(series) if column.kind == "text" else series


def _from_cells(column: Column, series: pl.Series) -> pl.Series:
    if column.kind == "ids":
        return _split(series)
    return as_written(series) if column.kind == "text" else series


def _split(texts: pl.Series) -> pl.Series:
    """Split joined lists, of numbers or of texts; an empty text is an empty list."""
    lists = texts.str.split(LIST_SEPARATOR).list.eval(pl.element().filter(pl.element() != ""))
    values = lists.explode(empty_as_null=False, keep_nulls=False)
    are_texts = values.str.contains("_", literal=True).any()
    return lists if are_texts else lists.cast(pl.List(pl.Int64))


def _times(series: pl.Series) -> pl.Series:
    """Format times by looking up days, seconds and milliseconds; many times as fast as formatting each."""
    if series.null_count() == len(series):
        return pl.Series(series.name, [None] * len(series), dtype=pl.String)
    millis = series.to_physical()
    days, within = np.divmod(millis.fill_null(least(millis)).to_numpy(), DAY_MS)
    known = pl.Series(days).unique().sort()
    written = np.empty(len(days), dtype=[("day", "V11"), ("second", "<u8"), ("milli", "V5")])
    dates = joined(known.cast(pl.Int32).cast(pl.Date).dt.strftime("%Y-%m-%dT"), "V11")
    written["day"] = dates[np.searchsorted(known, days)]
    written["second"] = _seconds()[within // 1000]
    written["milli"] = _millis()[within % 1000]
    return strings(written, series)


@cache
def _seconds() -> NDArray[np.uint64]:
    return joined((f"{at // 3600:02}:{at // 60 % 60:02}:{at % 60:02}" for at in range(86_400)), "<u8")


@cache
def _millis() -> NDArray[np.void]:
    return joined((f".{at:03}Z" for at in range(1000)), "V5")
