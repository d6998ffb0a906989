"""The streak ladder: counted by hand, by polars, and by DuckDB with the query as it is printed."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import duckdb
import polars as pl
import pytest
from typer.testing import CliRunner

from synthview.claims.ladder import expect, ladder, ladder_sql
from synthview.cli import app
from synthview.tables import BY_PATH

FILM, FIRST, LAST = "It's a Film", dt.date(2017, 11, 17), dt.date(2017, 12, 10)


def world(days: dict[int, list[int]]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Plays of a film by account on days after the first (with one play of another title), and the titles."""
    rows = [
        (account, dt.datetime(2017, 11, 17, 23, 30) + dt.timedelta(days=day))
        for account in days
        for day in days[account]
    ]
    plays = pl.DataFrame(rows, schema={"account_id": pl.Int64, "started_at": pl.Datetime("ms")}, orient="row")
    plays = plays.with_columns(title_id=pl.lit(7, pl.Int64))
    other = pl.DataFrame({"account_id": [1], "started_at": [dt.datetime(2017, 11, 18, 20)], "title_id": [8]})
    titles = pl.DataFrame({"title_id": [7, 8], "name": [FILM, f"{FILM} (Trailer)"]})
    return pl.concat([plays, other.cast(dict(plays.schema))]), titles


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
def test_both_ways_count_what_hands_count(days: dict[int, list[int]], expected: list[int], tmp_path: Path) -> None:
    """Polars and the printed SQL give the ladder that was worked out by hand, quotes in names included."""
    plays, titles = world(days)
    directory = kept(tmp_path / "o'run", plays, titles)
    counted = ladder(plays.lazy(), titles.lazy(), FILM, FIRST, LAST, steps=4)
    queried = duckdb.sql(ladder_sql(directory, FILM, FIRST, LAST, steps=4)).fetchall()
    assert counted["accounts"].to_list() == expected
    assert queried == list(counted.iter_rows())


def test_expectations_scale() -> None:
    """53 of 109 million is one in two million: none in twenty thousand, 53 in 109 million."""
    assert expect(20_000).sentence().endswith("in 20,000 households expect none.")
    assert round(expect(109_250_000).expected) == 53
    assert "about 53" in expect(109_250_000).sentence()


def test_the_demo_prints_a_query_that_runs(tmp_path: Path) -> None:
    """The demo writes a dataset, and the SQL it prints gives the ladder it prints."""
    place = tmp_path / "demo"
    told = CliRunner().invoke(app, ["demo", "-o", str(place), "--households", "60", "--workers", "1"])
    assert told.exit_code == 0, told.output
    sql = told.output[told.output.index("-- Accounts by") : told.output.index("53 of 109 million")]
    printed = [int(count) for count in re.findall(r"^(?:\d+) +([\d,]+)", told.output, flags=re.MULTILINE)]
    assert [accounts for _, accounts in duckdb.sql(sql).fetchall()] == printed[-18:]
    assert "in 60 households expect none" in told.output
    assert all((place / one.folder / one.name).is_dir() for one in BY_PATH.values())
