"""Attendance: who sat through the title on which days, in truth."""

from __future__ import annotations

import numpy as np
import polars as pl

from synthview.claims.counting.count import days_of
from synthview.claims.counting.title_log import TitleLog
from synthview.claims.simulation.simulate import Tables
from synthview.rows import Ints

__all__ = ["ATTENDED_PERCENT", "before_guests", "true_watchers"]

ATTENDED_PERCENT = 70
"""How much of the title must have been attended on a day to have sat through it (the public rule
until 2019, X09-watch).
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


def _attendance(log: TitleLog, tables: Tables, day: str) -> pl.DataFrame:
    """How long each person attended the title on each day of the window, in truth."""
    zones = tables["log.accounts"].select("account_id", "time_zone").unique("account_id")
    plays = (
        tables["truth.plays"]
        .join(log.own_titles, on="title_id", how="semi")
        .join(zones, on="account_id")
        .with_columns(start="started_at")
    )
    plays = plays.with_columns(days_of(plays, day).alias("day"))
    question = log.question
    inside = plays.filter(pl.col("day").is_between(question.first, question.last))
    people = inside.explode("viewer_ids").drop_nulls("viewer_ids")
    return people.group_by("account_id", "viewer_ids", "day").agg(pl.col("attended_ms").sum())
