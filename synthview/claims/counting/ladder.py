"""The streak ladder: how many accounts watched a title on 1, 2, 3 … days in a row, as the laziest query counts it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl

from synthview.claims.counting.sql import STARTS, as_pattern, titles_named
from synthview.claims.counting.streaks import reached
from synthview.claims.counting.title_plays import corrected_start, title_rows

__all__ = ["expectation", "ladder", "ladder_sql"]

_SQL = """\
-- Accounts by the longest run of days in a row on which any play of the title was recorded.
WITH watched_days AS (
    SELECT DISTINCT plays.account_id, CAST({start} AS DATE) AS day
    FROM read_parquet('{plays}') AS plays
    JOIN (SELECT DISTINCT title_id FROM read_parquet('{titles}') WHERE {named}) AS titles USING (title_id)
    WHERE CAST({start} AS DATE) BETWEEN DATE '{first}' AND DATE '{last}'
),
numbered AS (
    SELECT account_id, day - CAST(row_number() OVER (PARTITION BY account_id ORDER BY day) AS INTEGER) AS run
    FROM watched_days
),
runs AS (
    SELECT account_id, count(*) AS days FROM numbered GROUP BY account_id, run
),
longest AS (
    SELECT account_id, max(days) AS days FROM runs GROUP BY account_id
)
SELECT step AS days_in_a_row, count(account_id) AS accounts
FROM range(1, {steps} + 1) AS steps(step)
LEFT JOIN longest ON longest.days >= step
GROUP BY step
ORDER BY step
"""


def ladder_sql(directory: Path, title: str, first: dt.date, last: dt.date, steps: int) -> str:
    """The query, ready for DuckDB, on a directory written by `generate` as Parquet."""
    return _SQL.format(
        plays=f"{as_pattern(directory)}/log/plays/**/*.parquet",
        titles=f"{as_pattern(directory)}/log/titles/**/*.parquet",
        named=titles_named(title),
        start=STARTS["corrected"],
        first=first,
        last=last,
        steps=steps,
    )


def ladder(
    plays: pl.LazyFrame, titles: pl.LazyFrame, title: str, first: dt.date, last: dt.date, steps: int
) -> pl.DataFrame:
    """The same by polars: `days_in_a_row` 1 to `steps`, `accounts` whose longest run is at least that long."""
    watched = (
        plays.join(title_rows(titles, title), on="title_id")
        .select("account_id", day=corrected_start().dt.date())
        .filter(pl.col("day").is_between(first, last))
        .collect()
    )
    return pl.DataFrame({"days_in_a_row": range(1, steps + 1), "accounts": reached(watched, steps)})


def expectation(said: float, of: int, accounts: int) -> str:
    """What a number published of a service would mean for a world of `accounts` accounts, in a sentence."""
    share = f"{said:,.0f} of {of / 1e6:.0f} million is one in {of / said / 1e6:.1f} million"
    if said * accounts / of < 0.5:
        return f"{share}; in {accounts:,} households expect none."
    return f"{share}; in {accounts:,} households that would be about {said * accounts / of:,.0f}."
