"""Turns ids into text and back, for people who join files of one form with files of the other."""

from __future__ import annotations

from collections.abc import Iterable
from operator import index
from typing import Any, overload

import numpy as np
import polars as pl

from synthview.errors import InputError, UnknownName
from synthview.sinks.id_forms import decode_ids, encode_ids, within_lists
from synthview.tables import TABLES

__all__ = ["ids_to_int", "ids_to_text"]

PREFIXES = {column.name: column.prefix for one in TABLES for column in one.columns if column.prefix}
"""The letters that ids begin with as text, by the names of their columns."""
LARGEST = 2**63 - 1


@overload
def ids_to_text(ids: pl.Series, column: str) -> pl.Series: ...


@overload
def ids_to_text(ids: int, column: str) -> str: ...


@overload
def ids_to_text(ids: None, column: str) -> None: ...


@overload
def ids_to_text(ids: Iterable[int | None], column: str) -> list[str | None]: ...


def ids_to_text(ids: Any, column: str) -> Any:
    """Write ids as text: ``4611686018427387904`` of ``play_id`` becomes ``p_4000000000000``.

    `ids` is a whole number, several of them, or a polars Series of them or of lists of them; the answer is a text, a
    list or a Series. `column` is the name of a column of ids, such as ``play_id``. None and null stay what they are.
    Raises UnknownName for a column without ids, InputError for what is no whole number from 0 to 2**63 - 1.
    """
    if column not in PREFIXES:
        raise UnknownName("column of ids", column, sorted(PREFIXES))
    prefix = PREFIXES[column]
    if isinstance(ids, pl.Series):
        return _series_to_text(ids, prefix)
    if ids is None or isinstance(ids, str | bytes) or not isinstance(ids, Iterable):
        return encode_ids(pl.Series([_number(ids)], dtype=pl.Int64), prefix).item()
    return encode_ids(pl.Series([_number(one) for one in ids], dtype=pl.Int64), prefix).to_list()


@overload
def ids_to_int(texts: pl.Series) -> pl.Series: ...


@overload
def ids_to_int(texts: str) -> int: ...  # type: ignore[overload-overlap]  # a text is no list of its letters


@overload
def ids_to_int(texts: None) -> None: ...


@overload
def ids_to_int(texts: Iterable[str | None]) -> list[int | None]: ...


def ids_to_int(texts: Any) -> Any:
    """Turn ids written as text into whole numbers: ``p_4000000000000`` becomes ``4611686018427387904``.

    `texts` is a text, several of them, or a polars Series of them or of lists of them, all of one kind of id; the
    answer is a whole number, a list or a Series of 64-bit integers. None and null stay what they are.
    Raises InputError for a text that is no id.
    """
    if isinstance(texts, pl.Series):
        is_list = isinstance(texts.dtype, pl.List)
        return within_lists(texts, _to_int) if is_list else _to_int(texts)
    if texts is None or isinstance(texts, str):
        return _to_int(pl.Series([texts], dtype=pl.String)).item()
    return _to_int(pl.Series(_texts(texts), dtype=pl.String)).to_list()


def _series_to_text(ids: pl.Series, prefix: str) -> pl.Series:
    inner = ids.dtype.inner if isinstance(ids.dtype, pl.List) else ids.dtype
    if inner != pl.Null and not inner.is_integer():
        raise InputError(f"{ids.name or 'The Series'} holds {ids.dtype}; ids are whole numbers of 64 bits.")
    if isinstance(ids.dtype, pl.List):
        return within_lists(ids.cast(pl.List(pl.Int64)), lambda values: encode_ids(values, prefix))
    return encode_ids(ids.cast(pl.Int64), prefix)


def _number(value: Any) -> int | None:
    if value is None:
        return None
    try:
        number = index(value)
    except TypeError:
        number = -1
    if isinstance(value, bool | np.bool_) or not 0 <= number <= LARGEST:
        raise InputError(f"{value!r} is no id: ids are whole numbers from 0 to 2**63 - 1.")
    return number


def _texts(values: Iterable[Any]) -> list[str | None]:
    found = list(values)
    if wrong := [one for one in found if one is not None and not isinstance(one, str)]:
        raise InputError(f"{wrong[0]!r} is no text; ids such as p_4000000000000 are.")
    return found


def _to_int(texts: pl.Series) -> pl.Series:
    if texts.dtype not in (pl.String, pl.Null):
        raise InputError(f"{texts.name or 'The Series'} holds {texts.dtype}; ids as text are needed.")
    stated = texts.drop_nulls()
    if stated.is_empty():
        return pl.Series(texts.name, [None] * len(texts), dtype=pl.Int64)
    prefix = str(stated[0]).partition("_")[0]
    if prefix not in PREFIXES.values():
        known = ", ".join(sorted(set(PREFIXES.values())))
        raise InputError(f"'{stated[0]}' is no id: one of {known}, then _ and 13 letters or digits.")
    return decode_ids(texts, prefix)
