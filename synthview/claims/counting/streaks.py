"""Streaks: on how many days in a row accounts have a title, by polars and by a query."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import polars as pl

from synthview.claims.counting.count import days_of
from synthview.claims.counting.sql import CORRECTED_START, as_pattern, titles_named
from synthview.claims.counting.title_plays import corrected_start, title_rows
from synthview.claims.question import Question

__all__ = ["expectation", "ladder", "ladder_sql", "longest_runs", "reached", "streak_counts"]

_SQL = """\
-- Accounts by the longest run of days in a row on which any play of the title was recorded.
WITH watched_days AS (
    SELECT DISTINCT plays.account_id, CAST({start} AS DATE) AS day
    FROM read_parquet('{plays}') AS plays
    JOIN (SELECT DISTINCT title_id FROM read_parquet('{titles}') WHERE {named}) AS titles
    USING (title_id)
    WHERE CAST({start} AS DATE) BETWEEN DATE '{first}' AND DATE '{last}'
),
numbered AS (
    SELECT account_id,
        day - CAST(row_number() OVER (PARTITION BY account_id ORDER BY day) AS INTEGER) AS run
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


def longest_runs(days: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    """The longest run of days in a row of every unit: `keys`, its first day `since`, its `days`.

    `days` has a row per unit and day on which it watched, in any order, doubled or not.
    """
    each = days.select(*keys, pl.col("day").cast(pl.Int64)).unique().sort(*keys, "day")
    turn = pl.int_range(pl.len()).over(keys)
    runs = each.group_by(*keys, (pl.col("day") - turn).alias("run")).agg(
        since=pl.col("day").min(), days=pl.len()
    )
    longest = runs.sort("days", "since", descending=[True, False]).unique(
        list(keys), keep="first", maintain_order=True
    )
    return longest.select(*keys, "since", pl.col("days").cast(pl.Int64)).sort(*keys)


def reached(days: pl.DataFrame, most: int) -> list[int]:
    """How many accounts have a run of at least 1, 2, 3 … `most` days in a row.

    `days` as in `longest_runs`.
    """
    longest = longest_runs(days, ["account_id"])["days"].to_numpy()
    return [int((longest >= step).sum()) for step in range(1, most + 1)]


def streak_counts(question: Question, plays: pl.DataFrame) -> np.ndarray:
    """Accounts whose longest run with the title is at least 1, 2, 3 … days, by a naive query."""
    span = question.span
    days = plays.select("account_id", days_of(plays).alias("day"))
    inside = days.filter(pl.col("day").is_between(span.start, span.stop - 1))
    return np.array(reached(inside, len(span)), dtype=np.float64)


def ladder_sql(directory: Path, title: str, first: dt.date, last: dt.date, steps: int) -> str:
    """The query, ready for DuckDB, on a directory written by `generate` as Parquet."""
    return _SQL.format(
        plays=f"{as_pattern(directory)}/log/plays/**/*.parquet",
        titles=f"{as_pattern(directory)}/log/titles/**/*.parquet",
        named=titles_named(title),
        start=CORRECTED_START,
        first=first,
        last=last,
        steps=steps,
    )


def ladder(
    plays: pl.LazyFrame, titles: pl.LazyFrame, title: str, first: dt.date, last: dt.date, steps: int
) -> pl.DataFrame:
    """The same in polars: `days_in_a_row` 1 to `steps`, and `accounts` that reach each."""
    watched = (
        plays.join(title_rows(titles, title), on="title_id")
        .select("account_id", day=corrected_start().dt.date())
        .filter(pl.col("day").is_between(first, last))
        .collect()
    )
    return pl.DataFrame({"days_in_a_row": range(1, steps + 1), "accounts": reached(watched, steps)})


def expectation(said: float, of: int, accounts: int) -> str:
    """What a published number of a service would mean for a world of `accounts` accounts."""
    share = f"{said:,.0f} of {of / 1e6:.0f} million is one in {of / said / 1e6:.1f} million"
    if said * accounts / of < 0.5:
        return f"{share}; in {accounts:,} households expect none."
    return f"{share}; in {accounts:,} households that would be about {said * accounts / of:,.0f}."
