"""Attendance: who sat through the title on which days, in truth."""

from __future__ import annotations

import numpy as np
import polars as pl

from synthview.claims.counting.count import days_of
from synthview.claims.counting.title_log import TitleLog
from synthview.claims.simulation.simulate import Tables
from synthview.rows import Ints

__all__ = [
    "ATTENDED_PERCENT",
    "TRUE_DAYS",
    "before_guests",
    "faithful_accounts",
    "true_plays",
    "true_watchers",
]

ATTENDED_PERCENT = 70
"""How much of the title must have been attended on a day to have sat through it (the public rule
until 2019, X09-watch).
"""
TRUE_DAYS = ("utc", "home")
"""Days as the query has them, and as people live them: who was there on each of either was there
every day.
"""
_SHOWN_TO_GUESTS = "public_screen"


def before_guests() -> pl.Expr:
    """Whether a row of truth.plays had only guests present: persons that no account knows.

    The tables have no rows for the guests of a bar or a shop, so its plays have no viewers and
    nobody's minutes.
    """
    is_shown = pl.col("causes").str.split("|").list.contains(_SHOWN_TO_GUESTS)
    return is_shown & (pl.col("viewer_count") == 0) & (pl.col("played_ms") > 0)


def true_watchers(log: TitleLog, tables: Tables, day: str, percent: int = ATTENDED_PERCENT) -> Ints:
    """Accounts with one person who attended the title on each day of the window, UTC or local.

    `percent` says how much of it they must have attended on each day; with 0 anything at all.
    """
    needed_ms = pl.max_horizontal(1, log.runtime_ms * percent)
    enough = _attendance(log, tables, day).filter(pl.col("attended_ms") * 100 >= needed_ms)
    days = enough.group_by("account_id", "viewer_ids").len()
    always = days.filter(pl.col("len") >= log.question.days)
    return np.unique(always["account_id"].to_numpy())


def faithful_accounts(log: TitleLog, tables: Tables, percent: int = ATTENDED_PERCENT) -> Ints:
    """The same on each day of either kind: those of the query, or the home's own."""
    found = [true_watchers(log, tables, day, percent) for day in TRUE_DAYS]
    return np.unique(np.concatenate(found))


def true_plays(log: TitleLog, tables: Tables, day: str) -> pl.DataFrame:
    """Plays of the title by the day on which they truly began, in the window, logged or not."""
    zones = tables["log.accounts"].select("account_id", "time_zone").unique("account_id")
    plays = (
        tables["truth.plays"]
        .join(log.own_titles, on="title_id", how="semi")
        .join(zones, on="account_id")
        .with_columns(start="started_at")
    )
    plays = plays.with_columns(days_of(plays, day).alias("day"))
    question = log.question
    return plays.filter(pl.col("day").is_between(question.first, question.last))


def _attendance(log: TitleLog, tables: Tables, day: str) -> pl.DataFrame:
    """How long each person attended the title on each day of the window, in truth."""
    inside = true_plays(log, tables, day)
    people = inside.explode("viewer_ids").drop_nulls("viewer_ids")
    return people.group_by("account_id", "viewer_ids", "day").agg(pl.col("attended_ms").sum())
