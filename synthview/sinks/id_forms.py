"""The two forms of ids in a dataset, text and whole numbers, and how one becomes the other.

An id is the prefix of its column and 13 letters or digits, as in ``p_0n5k2q8h4zj1c``: base 32
without the letters i, l, o and u. All ids of a kind have one length, sort as their numbers do, and
turn back into them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from itertools import product
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
]

ID_FORMS = ("int", "text")
"""Whole numbers of 63 bits, or text with a prefix."""
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
DIGITS = 13
"""Digits of five bits each: the first carries three, 63 bits in all."""
PAIRS = ("1", "2", "3", "4", "5", "6")
SHIFTS = (50, 40, 30, 20, 10, 0)


def ids_as(form: str, table: Table, frame: pl.DataFrame) -> pl.DataFrame:
    """Return a table of ours with its ids as ``int``, as they come, or as ``text``."""
    if form == "int":
        return frame
    return frame.with_columns(_encoded(table.column(one.name), one) for one in frame.iter_columns())


def id_as(form: str, number: int, prefix: str) -> str:
    """Return one id in a form: ``4611686018427387904`` or ``p_4000000000000``."""
    if form == "int":
        return str(number)
    return str(encode_ids(pl.Series([number]), prefix).item())


def stored_schema(table: Table, form: str) -> pl.Schema:
    """Return the types of a table whose ids have a form."""
    return pl.Schema({one.name: _stored_type(one, form) for one in table.columns})


def ids_as_numbers(table: Table, rows: pl.LazyFrame) -> pl.LazyFrame:
    """Turn the ids of a table read from files back into numbers, in the columns asked for."""
    with_ids = [one for one in table.columns if one.kind in ("id", "ids")]
    return rows.with_columns(map(_numbers_of, with_ids))


def numbered(table: Table, frame: pl.DataFrame) -> pl.DataFrame:
    """Return rows of a table with its ids as numbers, in whichever form they came."""
    return frame.with_columns(_decoded(table.column(one.name), one) for one in frame.iter_columns())


def _stored_type(column: Column, form: str) -> pl.DataType:
    texts: dict[str, pl.DataType] = {"id": pl.String(), "ids": pl.List(pl.String)}
    return texts.get(column.kind, column.dtype) if form == "text" else column.dtype


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
    """Write ids as text; nulls stay, and an id below zero is refused."""
    if ids.null_count() == len(ids):
        return pl.Series(ids.name, [None] * len(ids), dtype=pl.String)
    if least(ids) < 0:
        raise InputError(f"An id of {ids.name} is below zero; ids are whole numbers from 0.")
    numbers = ids.fill_null(0).to_numpy()
    letters, pairs = _letters(ALPHABET), _pairs()
    written = np.empty(len(numbers), dtype=_shape(prefix))
    written["prefix"] = f"{prefix}_".encode()
    written["first"] = letters[numbers >> 60]
    for pair, shift in zip(PAIRS, SHIFTS, strict=True):
        digits = (numbers >> shift) & 1023
        written[pair] = pairs[digits]
    return strings(written, ids)


def decode_ids(texts: pl.Series, prefix: str) -> pl.Series:
    """Turn the text of ids back into numbers; nulls stay, anything but an id is refused."""
    stated = texts.drop_nulls()
    shape = _shape(prefix)
    is_long_enough = stated.str.len_bytes() == shape.itemsize
    if not is_long_enough.all():
        raise _no_id(stated.filter(~is_long_enough), prefix)
    joined_text = stated.str.join("").item() or ""
    written = np.frombuffer(joined_text.encode(), dtype=shape)
    numbers = _first_values()[written["first"]]
    pair_values = _pair_values()
    for pair in PAIRS:  # a pair that is not digits is -1, and a negative number stays negative
        numbers = (numbers << 10) | pair_values[written[pair]]
    has_prefix = written["prefix"] == f"{prefix}_".encode()
    wrong = (numbers < 0) | ~has_prefix
    if wrong.any():
        raise _no_id(stated.filter(wrong), prefix)
    found = pl.Series(texts.name, numbers, dtype=pl.Int64)
    return _with_nulls(found, texts)


def within_lists(lists: pl.Series, change: Callable[[pl.Series], pl.Series]) -> pl.Series:
    """Change the values of lists and keep their lengths: all values at once, not list by list."""
    lengths = lists.list.len().fill_null(0)
    values = lists.explode(empty_as_null=False, keep_nulls=False)
    changed_values = change(values.rename("value"))
    rows = np.repeat(np.arange(len(lists)), lengths.to_numpy())
    by_row = pl.DataFrame([pl.Series("row", rows), changed_values])
    filled = by_row.group_by("row", maintain_order=True).agg("value")["value"]
    has_values = lengths > 0
    changed = _with_nulls(filled, has_values.set(~has_values, None))
    empty = pl.Series([[]], dtype=changed.dtype).new_from_index(0, len(lists))
    is_done = has_values | lists.is_null()
    return changed.zip_with(is_done, empty).alias(lists.name)


def least(series: pl.Series) -> int:
    """Return the least value that is not null."""
    return int(series.drop_nulls().to_numpy().min())


def strings(written: NDArray[np.void], like: pl.Series) -> pl.Series:
    """Return records of letters as a column of text, without a Python object for each row."""
    letters = written.view(np.uint8).reshape(len(written), -1)
    lists = pl.Series(like.name, letters).arr.to_list()
    texts = lists.cast(pl.Binary).cast(pl.String)
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
    where = f" in {wrong.name}" if wrong.name else ""
    return InputError(f"'{wrong[0]}'{where} is no id: '{prefix}_' and {DIGITS} of {ALPHABET}.")


def _shape(prefix: str) -> np.dtype[np.void]:
    """Return the type of an id as a record: its prefix, the first digit, six pairs of digits."""
    prefix_and_first = [("prefix", f"S{len(prefix) + 1}"), ("first", "u1")]
    pairs = [(pair, "<u2") for pair in PAIRS]
    return np.dtype(prefix_and_first + pairs)


@cache
def _pairs() -> NDArray[np.uint16]:
    return joined(map("".join, product(ALPHABET, repeat=2)), "<u2")


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
