"""A column as anybody may have written it becomes what is declared, or is refused with its first wrong row."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synthview.foreign.columns import Unfit, as_declared
from synthview.sinks.text import encode_ids
from synthview.tables import Column, table

PLAY = table("log.plays").column("play_id")
STARTED = table("log.plays").column("started_at")
WATCHED = table("log.plays").column("watched_ms")
COMPLETION = table("log.plays").column("completion")
AUTOPLAYED = table("log.plays").column("autoplayed")
KIND = table("log.titles").column("kind")
RELEASED = table("log.titles").column("released_on")
SEASON = table("log.titles").column("season_number")
NAME = table("log.titles").column("name")
VIEWERS = table("truth.plays").column("viewer_ids")
AT = datetime(2017, 11, 17, 20, 15, 0, 250_000)
BIG = 2**62 + 12_345


def read(column: Column, values: list[Any], dtype: Any = None) -> list[Any]:
    """Values of some type as the column has them."""
    found = as_declared(column, pl.Series("x", values, dtype=dtype))
    assert found.dtype == column.dtype
    return found.to_list()


def text_of(number: int, prefix: str = "p") -> str:
    """An id as CSV and NDJSON have it."""
    return str(encode_ids(pl.Series([number]), prefix)[0])


@pytest.mark.parametrize(
    ("values", "dtype"),
    [
        ([BIG, None], pl.UInt64),
        ([Decimal(BIG), None], pl.Decimal(20, 0)),
        ([str(BIG), None], pl.String),
        ([str(BIG), ""], pl.Categorical),
        ([str(BIG).encode(), None], pl.Binary),
        ([text_of(BIG), None], pl.String),
    ],
)
def test_ids_of_63_bits(values: list[Any], dtype: Any) -> None:
    """Ids are the same numbers in any form, and null stays null."""
    assert read(PLAY, values, dtype) == [BIG, None]


def test_ids_of_other_forms() -> None:
    """Small numbers may have been made floats; both forms of text may stand in one column."""
    assert read(PLAY, [7.0, float("nan"), None], pl.Float64) == [7, None, None]
    assert read(PLAY, ["7.0", text_of(BIG), " 9 "]) == [7, BIG, 9]
    assert read(PLAY, [None, None], pl.Null) == [None, None]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("2017-11-17T20:15:00.250Z", AT),
        ("2017-11-17 20:15:00.250", AT),
        ("2017-11-17 20:15:00.25", AT),
        ("2017-11-17T20:15:00.250999999", AT),
        ("2017-11-17 20:15:00.250000 UTC", AT),
        ("2017-11-18T05:15:00.250+09:00", AT),
        ("2017-11-18 05:15:00.250+0900", AT),
        ("2017-11-17 16:45:00.25-03:30", AT),
        ("2017-11-18 05:15:00,250+09", AT),
        ("2017-11-17 20:15", AT.replace(second=0, microsecond=0)),
        ("2017-11-17", datetime(2017, 11, 17)),
        ("1510949700250", AT),
        ("1510949700250.0", AT),
        ("", None),
    ],
)
def test_times_in_text(said: str, expected: datetime | None) -> None:
    """Times are read as the usual programs write them; without an offset they are UTC."""
    assert read(STARTED, [said]) == [expected]
    assert read(STARTED, ["1970-01-01T00:00:00.000Z", said, None]) == [
        datetime(1970, 1, 1),
        expected,
        None,
    ]


@pytest.mark.parametrize("unit", ["ms", "us", "ns"])
@pytest.mark.parametrize("zone", [None, "UTC", "Asia/Tokyo", "America/St_Johns"])
def test_times_of_any_zone_and_unit(unit: Any, zone: str | None) -> None:
    """An instant is the same in any zone; a time without one is UTC."""
    values = pl.Series([AT], dtype=pl.Datetime(unit))
    there = values.dt.replace_time_zone("UTC").dt.convert_time_zone(zone) if zone else values
    assert as_declared(STARTED, there).to_list() == [AT]


@settings(deadline=None, max_examples=50)
@given(
    st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1)),
    st.integers(-14 * 60, 14 * 60),
    st.sampled_from(["T", " "]),
)
def test_any_instant_of_any_offset(at: datetime, minutes: int, between: str) -> None:
    """What ISO 8601 says of an instant is what is read, to the millisecond."""
    there = at.replace(tzinfo=UTC).astimezone(timezone(timedelta(minutes=minutes)))
    expected = at.replace(microsecond=at.microsecond // 1000 * 1000)
    assert read(STARTED, [there.isoformat(sep=between)]) == [expected]


def test_other_kinds() -> None:
    """Numbers, truths, choices, days and lists are read from each of their usual forms."""
    assert (
        read(WATCHED, [5.0, None])
        == read(WATCHED, ["5.0", ""])
        == read(WATCHED, [Decimal(5), None])
        == [5, None]
    )
    assert read(WATCHED, [timedelta(seconds=5)]) == [5000]
    assert (
        read(COMPLETION, ["0.5", None]) == read(COMPLETION, [Decimal("0.5"), None]) == [0.5, None]
    )
    assert read(AUTOPLAYED, ["True", "f", "1", None]) == [True, False, True, None]
    assert read(AUTOPLAYED, [1.0, 0.0, None]) == [True, False, None]
    assert read(KIND, ["film", "trailer"], pl.Categorical) == ["film", "trailer"]
    assert (
        read(RELEASED, ["2017-11-17"])
        == read(RELEASED, [datetime(2017, 11, 17)])
        == [date(2017, 11, 17)]
    )
    assert read(SEASON, [2], pl.Int64) == [2]
    both = [[BIG, 7], []]
    assert read(VIEWERS, both, pl.List(pl.UInt64)) == both
    assert read(VIEWERS, [[text_of(BIG, "h"), text_of(7, "h")], []], pl.List(pl.String)) == both
    assert read(VIEWERS, [f"{text_of(BIG, 'h')}|{text_of(7, 'h')}", ""]) == both
    assert read(VIEWERS, [f'["{text_of(BIG, "h")}", "{text_of(7, "h")}"]', "[]"]) == both


def test_an_unknown_choice_may_be_none() -> None:
    """Where it does not matter which it is, an unknown value is null."""
    values = pl.Series(["film", "movie"])
    assert as_declared(KIND, values, unknown_is_null=True).to_list() == ["film", None]


@pytest.mark.parametrize(
    ("column", "values", "row", "said"),
    [
        (PLAY, [1.0, float(BIG)], 1, "lose digits"),
        (PLAY, ["7", "4.611686018427388e+18"], 1, "lose digits"),
        (PLAY, [1.5], 0, "is not an id"),
        (PLAY, ["7", "a_0n5k2q8h4zj1c"], 1, "is not an id such as p_"),
        (PLAY, [text_of(7), "p_!"], 1, "is no id"),
        (PLAY, [True], None, "holds Boolean, and an id is needed"),
        (STARTED, ["2017-11-17 20:15:00", "noon"], 1, "is no time: 'noon'"),
        (STARTED, ["2017-13-17 20:15:00"], 0, "is no time"),
        (STARTED, ["20171117T201500Z"], 0, "is no time"),
        (STARTED, [10**18], 0, "no time in milliseconds since 1970"),
        (STARTED, [date(2017, 11, 17)], None, "a time is needed"),
        (WATCHED, [5.5], 0, "not a whole number of milliseconds"),
        (AUTOPLAYED, ["maybe"], 0, "neither true nor false"),
        (AUTOPLAYED, [2], 0, "neither true nor false"),
        (KIND, ["film", "movie"], 1, "not one of film, episode, trailer"),
        (SEASON, [2**40], 0, "beyond 31 bits"),
        (NAME, [7], None, "holds Int64, and text is needed"),
        (COMPLETION, ["half"], 0, "is no number"),
    ],
)  # fmt: skip
def test_what_would_lose_something_is_refused(
    column: Column, values: list[Any], row: int | None, said: str
) -> None:
    """The first value that is wrong is told, with the reason."""
    with pytest.raises(Unfit, match=said) as refused:
        as_declared(column, pl.Series("x", values))
    assert refused.value.row == row
