"""One column of a table as anybody may have written it, turned into the type that its declaration asks for.

Every function here is strict: a value that cannot be turned without loss raises `Unfit`, with its row and the reason.
"""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from synthview.errors import InputError
from synthview.sinks.text import decode_ids
from synthview.tables import Column

__all__ = ["Unfit", "as_declared"]

EXACT = 2**53
"""Beyond this a decimal number of 64 bits skips whole numbers."""
LATEST_MS = 253_402_300_799_999
"""The end of the year 9999: what is later was no count of milliseconds."""
ID_LETTERS = 15
PLAIN_TIME = "%Y-%m-%dT%H:%M:%S%.3fZ"
TIME = (
    r"^(?P<day>\d{4}-\d\d-\d\d)(?:[T ](?P<time>\d\d:\d\d)(?P<second>:\d\d)?(?:[.,](?P<fraction>\d{1,9}))?"
    r"\s*(?P<zone>Z|z|UTC|GMT|[+-]\d\d(?::?\d\d)?)?)?$"
)
TRUTHS = {"true": True, "t": True, "1": True, "1.0": True, "false": False, "f": False, "0": False, "0.0": False}


class Unfit(Exception):  # noqa: N818  says what a column is, as our errors do
    """A column, or a value of it, that cannot be read as its declaration; `row` counts from 0."""

    def __init__(self, reason: str, row: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.row = row


def as_declared(column: Column, values: pl.Series, *, unknown_is_null: bool = False) -> pl.Series:
    """Turn values of any type into the type of a column; nulls stay.

    `unknown_is_null` is for choices whose unknown values do not matter. Raises Unfit where something would be lost.
    """
    plain = _plain(values)
    if plain.dtype in (column.dtype, pl.Null):
        return plain.cast(column.dtype)
    if column.kind == "choice":
        return _choice(column, plain, unknown_is_null=unknown_is_null)
    if column.kind == "id":
        return _ids(plain, column.prefix)
    if column.kind == "ids":
        return _lists(plain, column.prefix)
    return _READ[column.kind](plain).cast(column.dtype)


def _plain(values: pl.Series) -> pl.Series:
    """Text as text, however it was packed: as categories, as bytes."""
    if isinstance(values.dtype, (pl.Categorical, pl.Enum)):
        return values.cast(pl.String)
    if values.dtype != pl.Binary:
        return values
    text = values.cast(pl.String, strict=False)
    _check(values, text.is_null() & values.is_not_null(), "holds bytes that are no text")
    return text


def _check(values: pl.Series, wrong: pl.Series, reason: str) -> None:
    """Raise Unfit for the first value that is wrong."""
    if wrong.any():
        row = int(wrong.arg_true()[0])
        shown = str(values[row])[:60]
        raise Unfit(f"{reason}: {shown!r}", row)


def _refuse(values: pl.Series, wanted: str) -> Unfit:
    return Unfit(f"holds {values.dtype}, and {wanted} is needed")


# --- Numbers ------------------------------------------------------------------------------------------------------------


def _whole(values: pl.Series, what: str = "a whole number") -> pl.Series:
    """Whole numbers of 64 bits, from numbers of any type and from text."""
    if values.dtype == pl.String:
        return _whole_of_text(values, what)
    if values.dtype.is_float():
        return _whole_of_floats(values, what)
    if not values.dtype.is_numeric():
        raise _refuse(values, what)
    found = values.cast(pl.Int64, strict=False)
    _check(values, found.is_null() & values.is_not_null(), f"has what is not {what} of 63 bits")
    if isinstance(values.dtype, pl.Decimal):
        _check(values, found.cast(values.dtype) != values, f"has what is not {what}")
    return found


def _whole_of_floats(values: pl.Series, what: str) -> pl.Series:
    known = values.fill_nan(None)
    lost = (
        f"holds decimal numbers ({values.dtype}), which lose digits of {what} beyond 2^53; write whole numbers or text"
    )
    _check(known, known.abs() > EXACT, lost)
    _check(known, known != known.round(), f"has what is not {what}")
    return known.cast(pl.Int64)


def _whole_of_text(values: pl.Series, what: str) -> pl.Series:
    stated = values.str.strip_chars().replace("", None)
    found = stated.cast(pl.Int64, strict=False)
    left = found.is_null() & stated.is_not_null()
    if left.any():
        numbers = stated.set(~left, None).cast(pl.Float64, strict=False)
        _check(stated, left & ~numbers.is_finite().fill_null(value=False), f"has what is not {what}")
        found = found.fill_null(_whole_of_floats(numbers, what))
    return found


def _share(values: pl.Series) -> pl.Series:
    if values.dtype == pl.String:
        stated = values.str.strip_chars().replace("", None)
        found = stated.cast(pl.Float64, strict=False)
        _check(values, found.is_null() & stated.is_not_null(), "has what is no number")
        return found
    if not values.dtype.is_numeric():
        raise _refuse(values, "a number")
    return values.cast(pl.Float64)


def _milliseconds(values: pl.Series) -> pl.Series:
    if values.dtype == pl.Duration:
        return values.dt.total_milliseconds()
    return _whole(values, "a whole number of milliseconds")


def _count(values: pl.Series) -> pl.Series:
    found = _whole(values)
    _check(found, found.abs() > 2**31 - 1, "has a number beyond 31 bits")
    return found


def _claim(values: pl.Series) -> pl.Series:
    if values.dtype == pl.String:
        stated = values.str.strip_chars().replace("", None)
        found = stated.str.to_lowercase().replace_strict(TRUTHS, default=None, return_dtype=pl.Boolean)
        _check(values, found.is_null() & stated.is_not_null(), "has what is neither true nor false")
        return found
    numbers = _whole(values, "true or false")
    _check(values, ~numbers.is_in([0, 1]), "has what is neither true nor false")
    return numbers.cast(pl.Boolean)


# --- Ids ----------------------------------------------------------------------------------------------------------------


def _ids(values: pl.Series, prefix: str) -> pl.Series:
    """Ids as whole numbers, from numbers of any type or from text, be it digits or such as ``p_0n5k2q8h4zj1c``."""
    if values.dtype != pl.String:
        return _whole(values, "an id")
    stated = values.str.strip_chars().replace("", None)
    is_text = stated.str.starts_with(f"{prefix}_").fill_null(value=False)
    if not is_text.any():
        like = f"an id such as {prefix}_0n5k2q8h4zj1c or a whole number"
        return _whole_of_text(stated, like)
    wrong = is_text & (stated.str.len_bytes() != ID_LETTERS)
    _check(stated, wrong, "has what is no id")
    try:
        found = decode_ids(stated.set(~is_text, None), prefix)
    except InputError as error:
        raise Unfit(f"has what is no id ({error})") from None
    if is_text.all():
        return found
    return found.fill_null(_whole_of_text(stated.set(is_text, None), "an id"))


def _lists(values: pl.Series, prefix: str) -> pl.Series:
    """Lists of ids, from lists of any type or from text, be it JSON or joined by a bar."""
    lists = values.str.extract_all("[0-9a-z_]+") if values.dtype == pl.String else values
    if not isinstance(lists.dtype, (pl.List, pl.Array)):
        raise _refuse(values, "a list of ids")
    inner = pl.element().map_batches(lambda one: _ids(_plain(one), prefix), return_dtype=pl.Int64)
    return lists.cast(pl.List(lists.dtype.inner)).list.eval(inner)


# --- Text and choices -----------------------------------------------------------------------------------------------------


def _text(values: pl.Series) -> pl.Series:
    if values.dtype != pl.String:
        raise _refuse(values, "text")
    return values


def _choice(column: Column, values: pl.Series, *, unknown_is_null: bool) -> pl.Series:
    if values.dtype != pl.String:
        raise _refuse(values, "text")
    found = values.cast(column.dtype, strict=False)
    if not unknown_is_null:
        wrong = found.is_null() & values.is_not_null()
        _check(values, wrong, f"has a value that is not one of {', '.join(column.options)}")
    return found


# --- Times --------------------------------------------------------------------------------------------------------------


def _time(values: pl.Series) -> pl.Series:
    """Times in UTC, from times in any zone and unit, milliseconds since 1970, or text; without a zone it is UTC."""
    if isinstance(values.dtype, pl.Datetime):
        in_utc = values.dt.convert_time_zone("UTC").dt.replace_time_zone(None) if values.dtype.time_zone else values
        return in_utc.cast(pl.Datetime("ms"))
    if values.dtype == pl.String:
        return _time_of_text(values)
    if not values.dtype.is_numeric():
        raise _refuse(values, "a time")
    millis = _whole(values, "a time in whole milliseconds since 1970")
    _check(values, millis.abs() > LATEST_MS, "has what is no time in milliseconds since 1970")
    return millis.cast(pl.Datetime("ms"))


def _time_of_text(values: pl.Series) -> pl.Series:
    stated = values.str.strip_chars().replace("", None)
    found = stated.str.to_datetime(PLAIN_TIME, time_unit="ms", strict=False)
    left = found.is_null() & stated.is_not_null()
    if left.any():
        others = stated.filter(left)
        read = _parsed(others)
        if (wrong := read.is_null()).any():
            row = int(left.arg_true()[int(wrong.arg_true()[0])])
            raise Unfit(f"has what is no time: {str(stated[row])[:60]!r}", row)
        found = found.scatter(left.arg_true(), read)
    return found


def _parsed(texts: pl.Series) -> pl.Series:
    """Times as the usual programs write them: ISO 8601 with a T or a blank, any fraction, any offset or none."""
    parts = texts.str.extract_groups(TIME).struct.unnest()
    clock = pl.col("time").fill_null("00:00") + pl.col("second").fill_null(":00")
    whole = (pl.col("day") + "T" + clock).str.to_datetime("%Y-%m-%dT%H:%M:%S", time_unit="ms", strict=False)
    fraction = pl.col("fraction").fill_null("0").str.pad_end(3, "0").str.head(3).cast(pl.Int64)
    zone = pl.col("zone").fill_null("Z").str.replace_all(":", "").str.pad_end(5, "0")
    minutes = zone.str.slice(1, 2).cast(pl.Int64, strict=False) * 60 + zone.str.slice(3, 2).cast(pl.Int64, strict=False)
    sign = pl.when(zone.str.starts_with("-")).then(-1).otherwise(1)
    ahead = pl.when(zone.str.contains(r"^[+-]")).then(sign * minutes).otherwise(0)
    told = whole + pl.duration(milliseconds=fraction) - pl.duration(minutes=ahead)
    of_number = pl.col("said").cast(pl.Float64, strict=False)
    is_millis = of_number.is_finite() & (of_number.abs() <= LATEST_MS)
    of_millis = pl.when(is_millis).then(of_number).cast(pl.Int64).cast(pl.Datetime("ms"))
    frame = parts.with_columns(said=texts)
    return frame.select(told.cast(pl.Datetime("ms")).fill_null(of_millis).alias(texts.name)).to_series()


def _day(values: pl.Series) -> pl.Series:
    return _time(values.cast(pl.Datetime("ms")) if values.dtype == pl.Date else values).dt.date()


_READ: dict[str, Callable[[pl.Series], pl.Series]] = {
    "count": _count,
    "milliseconds": _milliseconds,
    "time": _time,
    "day": _day,
    "text": _text,
    "claim": _claim,
    "share": _share,
}
