"""The streak ladder: counted by hand, by polars, and by DuckDB with the query as it is printed."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import duckdb
import polars as pl
import pytest
from typer.testing import CliRunner

from synthview.claims.counting.streaks import expectation, ladder, ladder_sql
from synthview.cli import app
from synthview.tables import TABLES

FILM, FIRST, LAST = "It's a Film", dt.date(2017, 11, 17), dt.date(2017, 12, 10)


def world(days: dict[int, list[int]]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Plays of a film by account on days after the first (with one play of another title), and the titles."""
    rows = [
        (account, dt.datetime(2017, 11, 17, 23, 30) + dt.timedelta(days=day))
        for account in days
        for day in days[account]
    ]
    # The trailer goes by the name of the film, as trailers do.
    rows = [(account, start, 7) for account, start in rows] + [
        (1, dt.datetime(2017, 11, 18, 20), 8)
    ]
    schema = {"account_id": pl.Int64, "started_at": pl.Datetime("ms"), "title_id": pl.Int64}
    plays = pl.DataFrame(rows, schema=schema, orient="row").with_columns(
        ended_at=pl.col("started_at") + pl.duration(minutes=5),
        closed_at=pl.col("started_at") + pl.duration(minutes=5),
    )
    titles = pl.DataFrame(
        {
            "title_id": [7, 8],
            "name": [FILM, FILM],
            "series_name": [None, None],
            "kind": ["film", "trailer"],
            "runtime_ms": [1, 1],
        },
        schema_overrides={"series_name": pl.String},
    )
    return plays, titles


def kept(directory: Path, plays: pl.DataFrame, titles: pl.DataFrame) -> Path:
    """Write both as `generate` lays them out."""
    for name, frame in (("plays", plays), ("titles", titles)):
        folder = directory / "log" / name / "2017-11-17"
        folder.mkdir(parents=True)
        frame.write_parquet(folder / "000000.parquet")
    return directory


CASES = {
    "three in a row count for one, two and three": ({1: [0, 1, 2]}, [1, 1, 1, 0]),
    "two plays on one day are one day": ({1: [0, 0, 1]}, [1, 1, 0, 0]),
    "a missing day breaks a run": ({1: [0, 1, 3, 4, 5]}, [1, 1, 1, 0]),
    "days after the window do not count": ({1: [22, 23, 24]}, [1, 1, 0, 0]),
    "the other title does not count": ({2: [0]}, [1, 0, 0, 0]),
    "accounts add up": ({1: [0, 1], 2: [5], 3: [7, 8, 9, 10]}, [3, 2, 1, 1]),
}


@pytest.mark.parametrize(("days", "expected"), CASES.values(), ids=CASES)
def test_both_ways_count_what_hands_count(
    days: dict[int, list[int]], expected: list[int], tmp_path: Path
) -> None:
    """Polars and the printed SQL give the ladder that was worked out by hand, quotes in names included."""
    plays, titles = world(days)
    directory = kept(tmp_path / "o'run", plays, titles)
    counted = ladder(plays.lazy(), titles.lazy(), FILM, FIRST, LAST, steps=4)
    queried = duckdb.sql(ladder_sql(directory, FILM, FIRST, LAST, steps=4)).fetchall()
    assert counted["accounts"].to_list() == expected
    assert queried == list(counted.iter_rows())


def test_a_clock_that_is_ahead_is_put_back(tmp_path: Path) -> None:
    """A play that says it began after it was closed belongs to the day on which it was closed."""
    plays, titles = world({1: [0, 1, 2, 3]})
    ahead = pl.col("started_at").dt.day() == 18
    plays = plays.with_columns(
        started_at=pl.when(ahead)
        .then(pl.col("started_at") + pl.duration(days=9))
        .otherwise("started_at"),
        ended_at=pl.when(ahead)
        .then(pl.col("ended_at") + pl.duration(days=9))
        .otherwise("ended_at"),
    )
    directory = kept(tmp_path, plays, titles)
    assert ladder(plays.lazy(), titles.lazy(), FILM, FIRST, LAST, steps=4)[
        "accounts"
    ].to_list() == [1, 1, 1, 1]
    assert duckdb.sql(ladder_sql(directory, FILM, FIRST, LAST, steps=4)).fetchall() == [
        (n, 1) for n in range(1, 5)
    ]


def test_expectations_scale() -> None:
    """53 of 109 million is one in two million: none in twenty thousand, 53 in 109 million."""
    assert expectation(53, 109_000_000, 20_000).endswith(
        "one in 2.1 million; in 20,000 households expect none."
    )
    assert expectation(53, 109_000_000, 109_000_000).endswith("that would be about 53.")


@pytest.mark.slow
def test_the_demo_prints_a_query_that_runs(tmp_path: Path) -> None:
    """The demo writes a dataset; the first line of its result is the page, and the SQL of its details gives the ladder it prints."""
    place = tmp_path / "demo"
    words = ["demo", "-o", str(place), "--households", "60", "--workers", "1"]
    told = CliRunner().invoke(app, [*words, "--details"])
    assert told.exit_code == 0, told.output
    result = told.output[told.output.index("Open ") :]
    assert result.startswith(f"Open {place}.html in a browser")
    assert "digest" not in result[: result.index("days in a row")]
    sql = told.output[told.output.index("-- Accounts by") : told.output.index("What really")]
    printed = re.findall(r"^(\d+)(?: to (\d+))? +([\d,]+|none)", told.output, flags=re.MULTILINE)
    counted = dict(duckdb.sql(sql).fetchall())
    shown = {
        days: 0 if accounts == "none" else int(accounts.replace(",", ""))
        for first, last, accounts in printed
        for days in range(int(first), int(last or first) + 1)
    }
    assert shown == counted
    assert [accounts for *_, accounts in printed].count("none") == 1
    assert "in 60 households expect none" in told.output
    assert all((place / one.folder / one.name).is_dir() for one in TABLES)
    brief = CliRunner().invoke(app, words).output
    assert "SELECT" not in brief
    assert "digest" not in brief
