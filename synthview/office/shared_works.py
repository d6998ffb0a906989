"""What is kept of a whole window: works that the same accounts watched, and cohorts."""

from __future__ import annotations

import numpy as np
import polars as pl

from synthview.ids import public
from synthview.rows import Ints
from synthview.world import World
from synthview.world.catalogue import EPISODE, TRAILER, kind_of, title_key, work_of

__all__ = ["cohorts_of", "shared_pairs", "title_of_work"]

_WATCHED_MS = 120_000
_WEEK_DAYS = 7


def title_of_work(world: World, title_id: Ints) -> tuple[Ints, np.ndarray]:
    """The film, or the first episode of the series, that titles belong to; and which are trailers.

    Titles are public ids, as are the answers.
    """
    ids = public(world.scenario.run.seed, "title")
    internal = ids.invert(title_id)
    kind = kind_of(internal)
    is_episode = kind == EPISODE
    first = np.where(is_episode, title_key(EPISODE, work_of(internal), 0), internal)
    return ids.apply(first), kind == TRAILER


def shared_pairs(world: World, plays: pl.DataFrame) -> pl.DataFrame:
    """How many of some accounts watched both works of each pair for two minutes or more."""
    long = plays.filter(pl.col("watched_ms") >= _WATCHED_MS).select("account_id", "title_id")
    titles = long["title_id"].unique().sort()
    work, is_trailer = title_of_work(world, titles.to_numpy())
    works = pl.DataFrame({"title_id": titles, "work": work}).filter(~is_trailer)
    seen = long.join(works, on="title_id").select("account_id", "work").unique()
    pairs = seen.join(seen, on="account_id", suffix="_of_other")
    return (
        pairs.filter(pl.col("work") < pl.col("work_of_other"))
        .group_by(title_id="work", other_title_id="work_of_other")
        .agg(shared_accounts=pl.len().cast(pl.Int64))
    )


def cohorts_of(
    accounts: pl.DataFrame, plays: pl.DataFrame, first_day: int, last_day: int
) -> pl.DataFrame:
    """Of accounts by month of sign-up and week since: how many there are, how many played.

    A week counts if the window has all of it.
    """
    joined = accounts.group_by("account_id").agg(joined=pl.col("valid_from").min().dt.date())
    every = _whole_weeks(joined, first_day, last_day)
    active = _active_weeks(joined, plays)
    known = every.join(active, on=["account_id", "week"], how="left")
    is_active = pl.col("is_active").is_not_null()
    return known.group_by(joined_in=pl.col("joined").dt.month_start(), week="week").agg(
        accounts=pl.len().cast(pl.Int64),
        active_accounts=is_active.sum().cast(pl.Int64),
    )


def _whole_weeks(joined: pl.DataFrame, first_day: int, last_day: int) -> pl.DataFrame:
    """Accounts and their weeks since sign-up that lie in the window."""
    day = pl.col("joined").cast(pl.Int32)
    weeks = (last_day - first_day) // _WEEK_DAYS + 2
    more = pl.DataFrame({"more": np.arange(weeks, dtype=np.int32)})
    first_week = pl.max_horizontal(pl.lit(0), (first_day - day + _WEEK_DAYS - 1) // _WEEK_DAYS)
    every = joined.join(more, how="cross").with_columns(week=first_week + pl.col("more"))
    ends = day + _WEEK_DAYS * (pl.col("week") + 1)
    return every.filter(ends <= last_day).select("account_id", "joined", "week")


def _active_weeks(joined: pl.DataFrame, plays: pl.DataFrame) -> pl.DataFrame:
    """Accounts and the weeks since sign-up in which they played."""
    since = pl.col("viewed_on").cast(pl.Int32) - pl.col("joined").cast(pl.Int32)
    known = plays.select("account_id", "viewed_on").join(joined, on="account_id")
    weeks = known.filter(since >= 0).select("account_id", week=since // _WEEK_DAYS).unique()
    return weeks.with_columns(is_active=pl.lit(value=True))
