"""Ids as text and as whole numbers: the two forms that a dataset can have them in, and how one becomes the other.

An id is the prefix of its column and 13 letters or digits, as in ``p_0n5k2q8h4zj1c``: base 32 without
the letters i, l, o and u. All ids of a kind are equally long, sort as their numbers do, and turn back
into them.
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

__all__ = [
    "ALPHABET",
    "ID_FORMS",
    "decode_ids",
    "encode_ids",
    "id_as",
    "ids_as",
    "ids_as_numbers",
    "joined",
    "least",
    "numbered",
    "stored_schema",
    "strings",
    "within_lists",
]  # fmt: skip

ID_FORMS = ("int", "text")
"""Whole numbers of 63 bits, or text with a prefix."""
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
DIGITS = 13
"""Digits of five bits each: the first carries three, 63 bits in all."""
PAIRS = ("1", "2", "3", "4", "5", "6")
SHIFTS = (50, 40, 30, 20, 10, 0)


def ids_as(form: str, table: Table, frame: pl.DataFrame) -> pl.DataFrame:
    """Return a table of ours with its ids as ``int``, which they are, or as ``text``."""
    if form == "int":
        return frame
    return frame.with_columns(_encoded(table.column(one.name), one) for one in frame.iter_columns())


def id_as(form: str, number: int, prefix: str) -> str:
    """Return one id as it stands in files of a form: ``4611686018427387904`` or ``p_4000000000000``."""
    return str(number) if form == "int" else str(encode_ids(pl.Series([number]), prefix).item())


def stored_schema(table: Table, form: str) -> pl.Schema:
    """Return the types of a table whose ids have a form."""
    return pl.Schema({one.name: _stored_type(one, form) for one in table.columns})


def ids_as_numbers(table: Table, rows: pl.LazyFrame) -> pl.LazyFrame:
    """Turn the ids of a table that is read from files back into numbers, in the columns that are asked for."""
    return rows.with_columns(_numbers_of(one) for one in table.columns if one.kind in ("id", "ids"))


def numbered(table: Table, frame: pl.DataFrame) -> pl.DataFrame:
    """Return rows of a table with its ids as numbers, whichever form they came in."""
    return frame.with_columns(_decoded(table.column(one.name), one) for one in frame.iter_columns())


def _stored_type(column: Column, form: str) -> pl.DataType:
    if form == "text" and column.kind == "id":
        return pl.String()
    return pl.List(pl.String) if form == "text" and column.kind == "ids" else column.dtype


def _numbers_of(column: Column) -> pl.Expr:
    def decoded(texts: pl.Series) -> pl.Series:
        return _decoded(column, texts)

    values = pl.col(column.name)
    return values.map_batches(decoded, return_dtype=column.dtype, is_elementwise=True)


def _encoded(column: Column, series: pl.Series) -> pl.Series:
    if column.kind == "ids":
        return within_lists(series, lambda inner: encode_ids(inner, column.prefix))
    return encode_ids(series, column.prefix) if column.kind == "id" else series


def _decoded(column: Column, series: pl.Series) -> pl.Series:
    if column.kind == "ids" and series.dtype == pl.List(pl.String):
        return within_lists(series, lambda inner: decode_ids(inner, column.prefix))
    is_text_id = column.kind == "id" and series.dtype == pl.String
    return decode_ids(series, column.prefix) if is_text_id else series


def encode_ids(ids: pl.Series, prefix: str) -> pl.Series:
    """Write ids as text, null as null; an id below zero is refused."""
    if ids.null_count() == len(ids):
        return pl.Series(ids.name, [None] * len(ids), dtype=pl.String)
    if least(ids) < 0:
        raise InputError(f"An id of {ids.name} is below zero; ids have 63 bits and a sign that is never set.")
    numbers = ids.fill_null(0).to_numpy()
    written = np.empty(len(numbers), dtype=_shape(prefix))
    written["prefix"] = f"{prefix}_".encode()
    written["first"] = _letters(ALPHABET)[numbers >> 60]
    for pair, shift in zip(PAIRS, SHIFTS, strict=True):
        written[pair] = _pairs()[(numbers >> shift) & 1023]
    return strings(written, ids)


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


def within_lists(lists: pl.Series, change: Callable[[pl.Series], pl.Series]) -> pl.Series:
    """Change what lists hold and keep their lengths: all values at once, not list by list."""
    values = change(lists.explode(empty_as_null=False, keep_nulls=False).rename("value"))
    rows = np.repeat(np.arange(len(lists)), lists.list.len().fill_null(0).to_numpy())
    filled = pl.DataFrame([pl.Series("row", rows), values]).group_by("row", maintain_order=True).agg("value")
    place = lists.list.len().fill_null(0) > 0
    changed = _with_nulls(filled["value"], place.set(~place, None))
    empty = pl.Series([[]], dtype=changed.dtype)
    return changed.zip_with(place | lists.is_null(), empty.new_from_index(0, len(lists))).alias(lists.name)


def least(series: pl.Series) -> int:
    """Return the least value that is not null."""
    return int(series.drop_nulls().to_numpy().min())


def strings(written: NDArray[np.void], like: pl.Series) -> pl.Series:
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


def joined(texts: Iterable[str], dtype: str) -> NDArray[Any]:
    """Texts of one length as an array of fixed-width records."""
    return np.frombuffer("".join(texts).encode(), dtype=dtype)


def _no_id(wrong: pl.Series, prefix: str) -> InputError:
    return InputError(f"'{wrong[0]}' in {wrong.name} is no id: '{prefix}_' and {DIGITS} of {ALPHABET}.")


def _shape(prefix: str) -> np.dtype[np.void]:
    """The letters of an id: its prefix, the first digit, six pairs of digits."""
    return np.dtype([("prefix", f"S{len(prefix) + 1}"), ("first", "u1"), *((pair, "<u2") for pair in PAIRS)])


@cache
def _pairs() -> NDArray[np.uint16]:
    return joined((one + two for one in ALPHABET for two in ALPHABET), "<u2")


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
