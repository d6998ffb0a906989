"""The log as a SQLite database: every table, every row, whole ids and names."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import polars as pl
from formats_data import converted, dataset, frames


def test_sqlite_has_every_row_and_value_of_the_log(tmp_path: Path) -> None:
    """Tables hold the rows of the log; ids, names and nulls come back as they were."""
    converted(dataset(tmp_path / "data"), "sqlite", tmp_path / "log.sqlite")
    with closing(sqlite3.connect(tmp_path / "log.sqlite")) as database:
        for name, frame in frames().items():
            if name.startswith("truth_"):
                continue
            ids = [one for one in frame.columns if one.endswith("_id")]
            texts = [one for one in frame.columns if frame[one].dtype == pl.String]
            columns = ", ".join(f'"{one}"' for one in [*ids, *texts])
            found = database.execute(f"SELECT {columns} FROM log_{name} ORDER BY rowid").fetchall()  # noqa: S608
            assert found == frame.select(*ids, *texts).rows()


def test_sqlite_answers_about_hours_and_days(tmp_path: Path) -> None:
    """Sums of hours are those of the log, and functions of dates read the times."""
    converted(dataset(tmp_path / "data"), "sqlite", tmp_path / "log.sqlite")
    query = "SELECT date(started_at), sum(watched_ms) FROM log_plays GROUP BY 1 ORDER BY 1"
    with closing(sqlite3.connect(tmp_path / "log.sqlite")) as database:
        told = database.execute(query).fetchall()
    days = (
        frames()["plays"]
        .group_by(pl.col("started_at").dt.date().cast(pl.String))
        .agg(pl.col("watched_ms").sum())
    )
    assert told == sorted(days.rows())
