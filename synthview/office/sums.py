"""What each night adds to the sums of the company, from the rows of some homes.

Homes are summed up apart and their sums added, so that neither blocks nor workers nor their order
can show: an account lies in one home, so that even distinct accounts add up.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import polars as pl

__all__ = ["KEYS", "MEASURES", "THUMBS", "added", "increments", "is_believed", "plays_of"]

KEYS: Mapping[str, tuple[str, ...]] = {
    "aggregate.day_totals": (),
    "aggregate.country_days": ("country",),
    "aggregate.title_days": ("title_id",),
    "aggregate.title_country_days": ("title_id", "country"),
}
"""Of each table of plays, what its cells are told apart by beside the day."""
MEASURES = ("accounts", "plays", "watched_ms", "finished", "skipped")
THUMBS = ("accounts", "thumbs_up", "thumbs_down")
_SKIPPED_MS = 120_000
_FINISHED = 0.9
_COLUMNS = (
    "account_id",
    "title_id",
    "country",
    "started_at",
    "closed_at",
    "watched_ms",
    "completion",
)


def is_believed(clock: str, received: str, days: int) -> pl.Expr:
    """Whether a clock of a device is believed: not ahead of the service, nor too far behind."""
    at, known = pl.col(clock), pl.col(received)
    return (at <= known) & (at >= known - pl.duration(days=days))


def _day_of(clock: str, received: str, days: int) -> pl.Expr:
    """The UTC day that a row is about: by its clock, or where that is wrong by its receipt."""
    believed = pl.when(is_believed(clock, received, days)).then(clock).otherwise(received)
    return believed.dt.date()


def plays_of(frames: Sequence[pl.DataFrame], restated_days: int) -> pl.DataFrame:
    """The plays of some homes, with the day that stated them and the day that they are about."""
    viewed = _day_of("started_at", "closed_at", restated_days)
    return (
        pl.concat([one.select(_COLUMNS) for one in frames])
        .with_columns(stated_on=pl.col("closed_at").dt.date(), viewed_on=viewed)
        .drop("started_at", "closed_at")
    )


def thumbs_of(frames: Sequence[pl.DataFrame], restated_days: int) -> pl.DataFrame:
    """The thumbs of some homes, likewise."""
    rated = _day_of("rated_at", "received_time", restated_days)
    return pl.concat(frames).select(
        "account_id",
        "title_id",
        "thumb",
        stated_on=pl.col("received_time").dt.date(),
        rated_on=rated,
    )


def increments(path: str, rows: pl.DataFrame) -> pl.DataFrame:
    """What each night adds to the cells of a table: numbers, and accounts new to the cell."""
    if path == "aggregate.thumb_days":
        thumb = pl.col("thumb").cast(pl.String)
        ups = (thumb == "up").sum().cast(pl.Int64)
        downs = (thumb == "down").sum().cast(pl.Int64)
        sums = {"thumbs_up": ups, "thumbs_down": downs}
        return _increments(rows, ("rated_on", "title_id"), sums)
    sums = {
        "plays": pl.len().cast(pl.Int64),
        "watched_ms": pl.col("watched_ms").sum(),
        "finished": (pl.col("completion") >= _FINISHED).sum().cast(pl.Int64),
        "skipped": (pl.col("watched_ms") < _SKIPPED_MS).sum().cast(pl.Int64),
    }
    return _increments(rows, ("viewed_on", *KEYS[path]), sums)


def _increments(
    rows: pl.DataFrame, cell: tuple[str, ...], sums: Mapping[str, pl.Expr]
) -> pl.DataFrame:
    night = ("stated_on", *cell)
    first_seen = rows.group_by(*cell, "account_id").agg(pl.col("stated_on").min())
    accounts = first_seen.group_by(night).agg(accounts=pl.len().cast(pl.Int64))
    found = rows.group_by(night).agg(**sums).join(accounts, on=list(night), how="left")
    return found.select(*night, pl.col("accounts").fill_null(0), *sums)


def added(parts: Iterable[pl.DataFrame], keys: Sequence[str]) -> pl.DataFrame:
    """The sums of several parts, cell by cell; in no particular order."""
    whole = pl.concat(list(parts))
    numbers = [name for name in whole.columns if name not in keys]
    return whole.group_by(keys).agg(pl.col(numbers).sum())
