"""The tables of the log as warehouses take them: part by part, with types that each of them has."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from synthview.formats.making.data import Data
from synthview.tables import TABLES, Table

__all__ = ["LOG", "batches_of", "plain"]

LOG = tuple(one.path for one in TABLES if one.folder == "log")
"""Every table of the log, by its path."""


def plain(rows: pl.DataFrame, *, time: pl.DataType | None = None) -> pl.DataFrame:
    """Return rows with choices as texts, and times as another type if one is given."""
    texts = pl.col(pl.Enum).cast(pl.String)
    times = [name for name, kind in rows.schema.items() if isinstance(kind, pl.Datetime)]
    zoned = [_timed(pl.col(name), time) for name in times] if time is not None else []
    return rows.with_columns(texts, *zoned)


def _timed(value: pl.Expr, time: pl.DataType) -> pl.Expr:
    """Times without a zone are UTC, whatever the other type says of zones."""
    zone = getattr(time, "time_zone", None)
    return (value.dt.replace_time_zone(zone) if zone else value).cast(time)


def batches_of(data: Data, of: Table) -> Iterator[pl.DataFrame]:
    """Yield the rows of a table, an empty frame where there are none."""
    count = 0
    for rows in data.parts(of.path):
        if len(rows):
            count += len(rows)
            yield rows.select(of.schema.names())
    if not count:
        yield pl.DataFrame(schema=of.schema)
