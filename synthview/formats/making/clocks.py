"""Times as formats write them: texts of any pattern, days of a home, lengths on a clock."""

from __future__ import annotations

import polars as pl

from synthview.formats.making.row_words import beside
from synthview.world.local_times import on_the_wall

__all__ = ["clock", "seconds", "with_local_time"]


def seconds(millis: pl.Expr) -> pl.Expr:
    """Round milliseconds to whole seconds, a half upwards."""
    return (millis + 500) // 1000


def clock(whole_seconds: pl.Expr) -> pl.Expr:
    """Write seconds as ``HH:MM:SS``; there may be more than 99 hours."""
    hours = whole_seconds // 3600
    minutes = whole_seconds // 60 % 60
    rest = whole_seconds % 60
    parts = [one.cast(pl.String).str.zfill(2) for one in (hours, minutes, rest)]
    return pl.format("{}:{}:{}", *parts)


def with_local_time(rows: pl.DataFrame, column: str, zones: pl.DataFrame) -> pl.DataFrame:
    """Put ``local`` beside rows: what a clock in the home of their account showed.

    `zones` has the ``time_zone`` of accounts by ``account_id``; UTC is taken where it is unknown.
    """
    numbered = rows.with_row_index("order")
    placed = beside(numbered, zones, "account_id")
    filled = placed.with_columns(pl.col("time_zone").fill_null("UTC"))
    parts = [_shifted(one, column) for one in filled.partition_by("time_zone")]
    if not parts:
        return filled.with_columns(local=pl.col(column)).drop("time_zone", "order")
    return pl.concat(parts).sort("order").drop("time_zone", "order")


def _shifted(rows: pl.DataFrame, column: str) -> pl.DataFrame:
    return rows.with_columns(local=on_the_wall(column, rows["time_zone"][0]))
