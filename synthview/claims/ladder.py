"""The streak ladder: how many accounts watched a title on 1, 2, 3 … days in a row, as the laziest query counts it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from synthview.claims.runs import longest_runs

__all__ = ["TWEET_ACCOUNTS", "TWEET_DAYS", "TWEET_PEOPLE", "Expectation", "expect", "ladder", "ladder_sql"]

TWEET_PEOPLE, TWEET_DAYS = 53, 18
"""The number in question (X01, X02): nothing is ever fitted to it."""
TWEET_ACCOUNTS = 109_250_000
"""Memberships at the end of September 2017 (S01d)."""

_SQL = """\
-- Accounts by the longest run of days in a row on which any play of the title was recorded.
WITH watched_days AS (
    SELECT DISTINCT plays.account_id, CAST(plays.started_at AS DATE) AS day
    FROM read_parquet('{plays}') AS plays
    JOIN read_parquet('{titles}') AS titles USING (title_id)
    WHERE titles.name = '{title}'
      AND CAST(plays.started_at AS DATE) BETWEEN DATE '{first}' AND DATE '{last}'
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


def ladder_sql(directory: Path, title: str, first: dt.date, last: dt.date, steps: int = TWEET_DAYS) -> str:
    """The query, ready for DuckDB, on a directory written by `generate` as Parquet."""
    return _SQL.format(
        plays=_quoted((directory / "log" / "plays" / "**" / "*.parquet").as_posix()),
        titles=_quoted((directory / "log" / "titles" / "**" / "*.parquet").as_posix()),
        title=_quoted(title),
        first=first,
        last=last,
        steps=steps,
    )


def _quoted(text: str) -> str:
    return text.replace("'", "''")


def ladder(
    plays: pl.LazyFrame, titles: pl.LazyFrame, title: str, first: dt.date, last: dt.date, steps: int = TWEET_DAYS
) -> pl.DataFrame:
    """The same by polars: `days_in_a_row` 1 to `steps`, `accounts` whose longest run is at least that long."""
    day = pl.col("started_at").dt.date()
    watched = (
        plays.join(titles.filter(pl.col("name") == title).select("title_id"), on="title_id")
        .select("account_id", day.alias("day"))
        .filter(pl.col("day").is_between(first, last))
        .unique()
        .collect()
    )
    longest = longest_runs(watched, ["account_id"])
    counts = [int((longest["days"] >= step).sum()) for step in range(1, steps + 1)]
    return pl.DataFrame({"days_in_a_row": range(1, steps + 1), "accounts": counts})


@dataclass(frozen=True, slots=True)
class Expectation:
    """What the published number would mean for a world of some size."""

    accounts: int
    expected: float
    one_in: int

    def sentence(self) -> str:
        """The same in words."""
        share = f"{TWEET_PEOPLE} of {TWEET_ACCOUNTS / 1e6:.0f} million is one in {self.one_in / 1e6:.1f} million"
        if self.expected < 0.5:
            return f"{share}; in {self.accounts:,} households expect none."
        return f"{share}; in {self.accounts:,} households that would be about {self.expected:,.0f}."


def expect(accounts: int) -> Expectation:
    """Scale the tweet's 53 people to a world of `accounts` accounts."""
    return Expectation(accounts, TWEET_PEOPLE * accounts / TWEET_ACCOUNTS, round(TWEET_ACCOUNTS / TWEET_PEOPLE))
