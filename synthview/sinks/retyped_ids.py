"""Turns ids into text and back, for people who join files of one form with files of the other."""

from __future__ import annotations

from collections.abc import Iterable
from operator import index
from typing import Any, overload

import numpy as np
import polars as pl

from synthview.errors import InputError, UnknownName
from synthview.sinks.id_forms import decode_ids, encode_ids, within_lists
from synthview.tables import ALL_TABLES

__all__ = ["ids_to_int", "ids_to_text"]

PREFIXES = {
    column.name: column.prefix for one in ALL_TABLES for column in one.columns if column.prefix
}
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

    Args:
        ids: A whole number, several of them, or a polars Series of them or of lists of them.
        column: The name of a column of ids, such as ``play_id``.

    Returns:
        A text, a list or a Series. None and null stay.

    Raises:
        UnknownName: For a column without ids.
        InputError: For anything but a whole number from 0 to 2**63 - 1.
    """
    if column not in PREFIXES:
        raise UnknownName("column of ids", column, sorted(PREFIXES))
    prefix = PREFIXES[column]
    if isinstance(ids, pl.Series):
        return _series_to_text(ids, prefix)
    is_one = ids is None or isinstance(ids, str | bytes) or not isinstance(ids, Iterable)
    numbers = [_number(one) for one in ([ids] if is_one else ids)]
    texts = encode_ids(pl.Series(numbers, dtype=pl.Int64), prefix)
    return texts.item() if is_one else texts.to_list()


@overload
def ids_to_int(texts: pl.Series) -> pl.Series: ...


@overload
def ids_to_int(texts: str) -> int: ...  # type: ignore[overload-overlap]  # not a list of letters


@overload
def ids_to_int(texts: None) -> None: ...


@overload
def ids_to_int(texts: Iterable[str | None]) -> list[int | None]: ...


def ids_to_int(texts: Any) -> Any:
    """Turn text ids into whole numbers: ``p_4000000000000`` becomes ``4611686018427387904``.

    Args:
        texts: A text, several of them, or a polars Series of them or of lists of them, all of one
            kind of id.

    Returns:
        A whole number, a list or a Series of 64-bit integers. None and null stay.

    Raises:
        InputError: For a text that is not an id.
    """
    if isinstance(texts, pl.Series):
        is_list = isinstance(texts.dtype, pl.List)
        return within_lists(texts, _to_int) if is_list else _to_int(texts)
    is_one = texts is None or isinstance(texts, str)
    listed = [texts] if is_one else _texts(texts)
    numbers = _to_int(pl.Series(listed, dtype=pl.String))
    return numbers.item() if is_one else numbers.to_list()


def _series_to_text(ids: pl.Series, prefix: str) -> pl.Series:
    is_list = isinstance(ids.dtype, pl.List)
    inner = ids.dtype.inner if isinstance(ids.dtype, pl.List) else ids.dtype
    if inner != pl.Null and not inner.is_integer():
        name = ids.name or "The Series"
        raise InputError(f"{name} holds {ids.dtype}; ids are whole numbers of 64 bits.")
    if not is_list:
        return encode_ids(ids.cast(pl.Int64), prefix)
    lists = ids.cast(pl.List(pl.Int64))
    return within_lists(lists, lambda values: encode_ids(values, prefix))


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
    for one in found:
        if one is not None and not isinstance(one, str):
            raise InputError(f"{one!r} is no text; ids such as p_4000000000000 are.")
    return found


def _to_int(texts: pl.Series) -> pl.Series:
    if texts.dtype not in (pl.String, pl.Null):
        name = texts.name or "The Series"
        raise InputError(f"{name} holds {texts.dtype}; ids as text are needed.")
    stated = texts.drop_nulls()
    if stated.is_empty():
        return pl.Series(texts.name, [None] * len(texts), dtype=pl.Int64)
    first = str(stated[0])
    prefix, _, _ = first.partition("_")
    prefixes = set(PREFIXES.values())
    if prefix not in prefixes:
        known = ", ".join(sorted(prefixes))
        raise InputError(f"'{first}' is no id: one of {known}, then _ and 13 letters or digits.")
    return decode_ids(texts, prefix)
