"""Runs: on how many days in a row accounts have a title, and how many accounts have at least so many."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from synthview.claims.counting.count import days_of
from synthview.claims.question import Question

__all__ = ["longest_runs", "reached", "streak_counts"]


def longest_runs(days: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    """The longest run of days in a row of every unit: `keys`, its first day `since`, and how many `days`.

    `days` has a row per unit and day on which it watched, in any order, doubled or not.
    """
    each = days.select(*keys, pl.col("day").cast(pl.Int64)).unique().sort(*keys, "day")
    turn = pl.int_range(pl.len()).over(keys)
    runs = each.group_by(*keys, (pl.col("day") - turn).alias("run")).agg(since=pl.col("day").min(), days=pl.len())
    longest = runs.sort("days", "since", descending=[True, False]).unique(list(keys), keep="first", maintain_order=True)
    return longest.select(*keys, "since", pl.col("days").cast(pl.Int64)).sort(*keys)


def reached(days: pl.DataFrame, most: int) -> list[int]:
    """How many accounts have a run of at least 1, 2, 3 … `most` days in a row; `days` as in `longest_runs`."""
    longest = longest_runs(days, ["account_id"])["days"].to_numpy()
    return [int((longest >= step).sum()) for step in range(1, most + 1)]


def streak_counts(question: Question, plays: pl.DataFrame) -> np.ndarray:
    """Accounts whose longest run of days with the title is at least 1, 2, 3 … days long, as the laziest query has it."""
    span = question.span
    days = plays.select("account_id", days_of(plays).alias("day"))
    inside = days.filter(pl.col("day").is_between(span.start, span.stop - 1))
    return np.array(reached(inside, len(span)), dtype=np.float64)
