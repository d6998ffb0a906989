"""Ids and times as text, for formats that people, JavaScript and Excel read: none of them keeps 63-bit integers whole.

An id is the prefix of its column and 13 letters or digits, as in ``p_0n5k2q8h4zj1c``: base 32 without
the letters i, l, o and u. All ids of a kind are equally long, sort as their numbers do, and turn back
into them. A time is ISO 8601 in UTC with milliseconds: ``2017-11-17T20:15:00.250Z``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from synthview.errors import InputError
from synthview.tables import Column, Table

__all__ = ["ALPHABET", "as_text", "decode_ids", "encode_ids", "from_text", "text_schema"]

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
DIGITS = 13
"""Digits of five bits each: the first carries three, 63 bits in all."""
PAIRS = ("1", "2", "3", "4", "5", "6")
SHIFTS = (50, 40, 30, 20, 10, 0)
LIST_SEPARATOR = "|"
DAY_MS = 86_400_000


def encode_ids(ids: pl.Series, prefix: str) -> pl.Series:
    """Write ids as text, null as null; an id below zero is refused."""
    if ids.null_count() == len(ids):
        return pl.Series(ids.name, [None] * len(ids), dtype=pl.String)
    if _least(ids) < 0:
        raise InputError(f"An id of {ids.name} is below zero; ids have 63 bits and a sign that is never set.")
    numbers = ids.fill_null(0).to_numpy()
    written = np.empty(len(numbers), dtype=_shape(prefix))
    written["prefix"] = f"{prefix}_".encode()
    written["first"] = _letters(ALPHABET)[numbers >> 60]
    for pair, shift in zip(PAIRS, SHIFTS, strict=True):
        written[pair] = _pairs()[(numbers >> shift) & 1023]
    return _strings(written, ids)


def decode_ids(texts: pl.Series, prefix: str) -> pl.Series:
    """Turn the text of ids back into numbers, null into null; anything that is no such id is refused."""
    stated = texts.drop_nulls()
    shape = _shape(prefix)
    fitting = stated.str.len_bytes() == shape.itemsize
    if not fitting.all():
        raise _no_id(stated.filter(~fitting), prefix)
    written = np.frombuffer((stated.str.join("").item() or "").encode(), dtype=shape)
    numbers = _first_values()[written["first"]]
    for pair in PAIRS:  # a pair of no digits is -1, and once negative the number stays so
        numbers = (numbers << 10) | _pair_values()[written[pair]]
    wrong = (numbers < 0) | (written["prefix"] != f"{prefix}_".encode())
    if wrong.any():
        raise _no_id(stated.filter(wrong), prefix)
    return _with_nulls(pl.Series(texts.name, numbers, dtype=pl.Int64), texts)


def as_text(table: Table, frame: pl.DataFrame, *, flat_lists: bool) -> pl.DataFrame:
    """Write the ids, times, days and choices of a table as text; `flat_lists` joins lists with ``|``."""
    columns = [_worded(table.column(series.name), series) for series in frame.iter_columns()]
    if flat_lists:
        columns = [one.list.join(LIST_SEPARATOR) if isinstance(one.dtype, pl.List) else one for one in columns]
    return pl.DataFrame(columns)


def from_text(table: Table, frame: pl.DataFrame) -> pl.DataFrame:
    """Turn a table read from text back into the one that was written."""
    return pl.DataFrame([_unworded(table.column(series.name), series) for series in frame.iter_columns()])


def text_schema(table: Table, *, flat_lists: bool) -> pl.Schema:
    """The types that a table has as text."""
    kept: dict[str, pl.DataType] = {
        "count": pl.Int32(),
        "milliseconds": pl.Int64(),
        "claim": pl.Boolean(),
        "share": pl.Float64(),
        "ids": pl.String() if flat_lists else pl.List(pl.String),
    }
    return pl.Schema({column.name: kept.get(column.kind, pl.String()) for column in table.columns})


def _worded(column: Column, series: pl.Series) -> pl.Series:
    if column.kind == "id":
        return encode_ids(series, column.prefix)
    if column.kind == "ids":
        return _within(series, lambda inner: encode_ids(inner, column.prefix))
    if column.kind == "time":
        return _times(series)
    return series.cast(pl.String) if column.kind in ("choice", "day") else series


def _unworded(column: Column, series: pl.Series) -> pl.Series:
    if column.kind == "ids":
        lists = series if isinstance(series.dtype, pl.List) else _split(series)
        return _within(lists, lambda inner: decode_ids(inner, column.prefix))
    if column.kind == "id":
        return decode_ids(series, column.prefix)
    if column.kind == "time":
        return series.str.to_datetime("%Y-%m-%dT%H:%M:%S%.3fZ", time_unit="ms")
    return series.str.to_date("%Y-%m-%d") if column.kind == "day" else series.cast(column.dtype)


def _split(texts: pl.Series) -> pl.Series:
    """Split joined lists; an empty text is an empty list."""
    return texts.str.split(LIST_SEPARATOR).list.eval(pl.element().filter(pl.element() != ""))


def _within(lists: pl.Series, change: Callable[[pl.Series], pl.Series]) -> pl.Series:
    """Change what lists hold and keep their lengths: all values at once, not list by list."""
    values = change(lists.explode(empty_as_null=False, keep_nulls=False).rename("value"))
    rows = np.repeat(np.arange(len(lists)), lists.list.len().fill_null(0).to_numpy())
    filled = pl.DataFrame([pl.Series("row", rows), values]).group_by("row", maintain_order=True).agg("value")
    place = lists.list.len().fill_null(0) > 0
    changed = _with_nulls(filled["value"], place.set(~place, None))
    empty = pl.Series([[]], dtype=changed.dtype)
    return changed.zip_with(place | lists.is_null(), empty.new_from_index(0, len(lists))).alias(lists.name)


def _times(series: pl.Series) -> pl.Series:
    """Format times by looking up days, seconds and milliseconds; many times as fast as formatting each."""
    if series.null_count() == len(series):
        return pl.Series(series.name, [None] * len(series), dtype=pl.String)
    millis = series.to_physical()
    days, within = np.divmod(millis.fill_null(_least(millis)).to_numpy(), DAY_MS)
    known = pl.Series(days).unique().sort()
    written = np.empty(len(days), dtype=[("day", "V11"), ("second", "<u8"), ("milli", "V5")])
    dates = _joined(known.cast(pl.Int32).cast(pl.Date).dt.strftime("%Y-%m-%dT"), "V11")
    written["day"] = dates[np.searchsorted(known, days)]
    written["second"] = _seconds()[within // 1000]
    written["milli"] = _millis()[within % 1000]
    return _strings(written, series)


def _least(series: pl.Series) -> int:
    return int(series.drop_nulls().to_numpy().min())


def _strings(written: NDArray[np.void], like: pl.Series) -> pl.Series:
    """Records of letters as a column of text; going through lists of bytes makes no Python object of any row."""
    letters = written.view(np.uint8).reshape(len(written), -1)
    texts = pl.Series(like.name, letters).arr.to_list().cast(pl.Binary).cast(pl.String)
    return texts.set(like.is_null(), None) if like.null_count() else texts


def _with_nulls(values: pl.Series, like: pl.Series) -> pl.Series:
    """Spread values over the rows that are not null."""
    if not like.null_count():
        return values
    place = like.is_not_null().cast(pl.Int64).cum_sum() - 1
    return values.gather(place.set(like.is_null(), None))


def _letters(text: str) -> NDArray[np.uint8]:
    return np.frombuffer(text.encode(), dtype=np.uint8)


def _joined(texts: Iterable[str], dtype: str) -> NDArray[Any]:
    """Texts of one length as an array of fixed-width records."""
    return np.frombuffer("".join(texts).encode(), dtype=dtype)


def _no_id(wrong: pl.Series, prefix: str) -> InputError:
    return InputError(f"'{wrong[0]}' in {wrong.name} is no id: '{prefix}_' and {DIGITS} of {ALPHABET}.")


def _shape(prefix: str) -> np.dtype[np.void]:
    """The letters of an id: its prefix, the first digit, six pairs of digits."""
    return np.dtype([("prefix", f"S{len(prefix) + 1}"), ("first", "u1"), *((pair, "<u2") for pair in PAIRS)])


@cache
def _pairs() -> NDArray[np.uint16]:
    return _joined((one + two for one in ALPHABET for two in ALPHABET), "<u2")


@cache
def _pair_values() -> NDArray[np.int64]:
    values = np.full(1 << 16, -1, dtype=np.int64)
    values[_pairs()] = np.arange(1024)
    return values


@cache
def _first_values() -> NDArray[np.int64]:
    """The first digit carries three bits, so it is one of eight."""
    values = np.full(256, -1, dtype=np.int64)
    values[_letters(ALPHABET)[:8]] = np.arange(8)
    return values


@cache
def _seconds() -> NDArray[np.uint64]:
    return _joined((f"{at // 3600:02}:{at // 60 % 60:02}:{at % 60:02}" for at in range(86_400)), "<u8")


@cache
def _millis() -> NDArray[np.void]:
    return _joined((f".{at:03}Z" for at in range(1000)), "V5")
