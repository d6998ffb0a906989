"""Title plays: the recorded plays of one title, with all that any definition may ask of them."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from synthview.claims.counting.sql import words_of
from synthview.pools import TEST_RIG
from synthview.world.local_times import on_the_wall

__all__ = [
    "corrected_start",
    "film_plays",
    "in_country",
    "kind_plays",
    "own_titles",
    "runtime_of",
    "title_plays",
    "title_rows",
    "with_local_times",
]

Tables = Mapping[str, pl.LazyFrame]


def title_rows(titles: pl.LazyFrame, title: str, *, like: bool = False) -> pl.LazyFrame:
    """The ids of a film, or of all episodes of a series, with their length.

    With `like` of all whose name holds it.

    A trailer never counts as the film, unless somebody asks with LIKE.
    """
    words = words_of(title)
    named = pl.col("name").str.contains(words, literal=True) | pl.col("series_name").str.contains(
        words, literal=True
    )
    exact = (pl.col("kind") != "trailer") & (
        (pl.col("name") == title) | (pl.col("series_name") == title)
    )
    return (
        titles.filter(named if like else exact.fill_null(value=False))
        .select("title_id", "runtime_ms")
        .unique()
    )


def own_titles(titles: pl.DataFrame | pl.LazyFrame, title: str) -> pl.DataFrame:
    """The same ids alone."""
    return title_rows(titles.lazy(), title).select("title_id").collect()


def runtime_of(titles: pl.DataFrame | pl.LazyFrame, title: str) -> int:
    """The length of a title in ms, of its longest episode if it is a series.

    0 where it is not there.
    """
    return int(
        title_rows(titles.lazy(), title).select(pl.col("runtime_ms").max()).collect().item() or 0
    )


def corrected_start() -> pl.Expr:
    """When a play began by a clock that is not ahead: at most its closing time less its length."""
    return pl.min_horizontal(
        "started_at", pl.col("closed_at") - (pl.col("ended_at") - pl.col("started_at"))
    )


def title_plays(
    tables: Tables, title: str, *, ping_ms: int = 60_000, like: bool = False
) -> pl.DataFrame:
    """One row per recorded play of a title, from the tables of a log (and of it alone).

    `start` is corrected: a play cannot have begun later than it was closed, less its length;
    `raw_start` is what the device said. `raw_ms` and `once_ms` add up the heartbeats of the
    messages, all of them and each once; where there is no `log.events` they are the playing time of
    the history.
    """
    return _shown(tables, title_rows(tables["log.titles"], title, like=like), ping_ms)


def in_country(tables: Tables, country: str | None) -> Mapping[str, pl.LazyFrame]:
    """The tables of a log with the accounts of a country alone, or of all.

    Plays of others are then of no account, and in no row of `title_plays`.
    """
    if country is None or "log.accounts" not in tables:
        return tables
    here = pl.col("country").cast(pl.String) == country
    return {**tables, "log.accounts": tables["log.accounts"].filter(here)}


def film_plays(tables: Tables) -> pl.DataFrame:
    """The same of every film at once, told apart by `title_id`."""
    return kind_plays(tables, "film")


def kind_plays(tables: Tables, kind: str) -> pl.DataFrame:
    """The same of every film, or episode, at once, told apart by `title_id`.

    Playing times are those of the history.
    """
    of_kind = tables["log.titles"].filter(pl.col("kind") == kind)
    return _shown(tables, of_kind.select("title_id", "runtime_ms").unique(), 60_000)


def _shown(tables: Tables, own: pl.LazyFrame, ping_ms: int) -> pl.DataFrame:
    plays = tables["log.plays"].join(own, on="title_id")
    devices = tables["log.devices"].select("device_id", is_test=pl.col("model") == TEST_RIG)
    return (
        plays.join(
            tables["log.accounts"].select("account_id", "time_zone").unique("account_id"),
            on="account_id",
        )
        .join(
            tables["log.profiles"].select("profile_id", "is_kids").unique("profile_id"),
            on="profile_id",
            how="left",
        )
        .join(devices.unique("device_id"), on="device_id", how="left")
        .join(_heartbeats(tables, plays, ping_ms), on="play_id", how="left")
        .select(
            "play_id",
            "account_id",
            "profile_id",
            "device_id",
            "title_id",
            "time_zone",
            "watched_ms",
            "runtime_ms",
            "autoplayed",
            pl.col("is_kids", "is_test").fill_null(value=False),
            start=corrected_start(),
            raw_start=pl.col("started_at"),
            raw_ms=pl.col("raw_ms").fill_null(pl.col("watched_ms")),
            once_ms=pl.col("once_ms").fill_null(pl.col("watched_ms")),
        )
        .sort("account_id", "start", "play_id")
        .collect()
    )


def _heartbeats(tables: Tables, plays: pl.LazyFrame, ping_ms: int) -> pl.LazyFrame:
    """Playing time of each play by its heartbeats: all that arrived, and each counted once."""
    if "pings" in tables:
        return tables["pings"].select(
            "play_id", raw_ms=pl.col("raw") * ping_ms, once_ms=pl.col("once") * ping_ms
        )
    if "log.events" not in tables:
        empty = {"play_id": pl.Int64, "raw_ms": pl.Int64, "once_ms": pl.Int64}
        return pl.LazyFrame(schema=empty)
    pings = (
        tables["log.events"]
        .filter(pl.col("type") == "ping")
        .join(plays.select("play_id"), on="play_id", how="semi")
    )
    counted = pings.group_by("play_id").agg(raw=pl.len(), once=pl.col("client_time").n_unique())
    silent = plays.select("play_id").join(counted, on="play_id", how="left").fill_null(0)
    return silent.select(
        "play_id",
        raw_ms=pl.col("raw").cast(pl.Int64) * ping_ms,
        once_ms=pl.col("once").cast(pl.Int64) * ping_ms,
    )


def with_local_times(frame: pl.DataFrame, columns: Mapping[str, str]) -> pl.DataFrame:
    """UTC times as local times of the home, whose zone is `time_zone`; new names by old ones."""
    parts = [
        part.with_columns(on_the_wall(old, str(zone)).alias(new) for old, new in columns.items())
        for (zone,), part in frame.with_row_index("_row").group_by("time_zone")
    ]
    if not parts:
        return frame.with_columns(pl.col(old).alias(new) for old, new in columns.items())
    return pl.concat(parts).sort("_row").drop("_row")
