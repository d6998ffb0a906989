"""The truth of a number, rung by rung: who pressed play, who was there, who attended, and was it one person?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from synthview.claims.counting.count import days_of, who
from synthview.claims.counting.definitions import HEADLINE, Definition
from synthview.claims.counting.title_plays import own_titles, runtime_of, showings
from synthview.claims.question import Question
from synthview.claims.simulation.simulate import Tables, lazily
from synthview.rows import Ints

__all__ = ["ATTENDED_PERCENT", "Truth", "before_guests", "true_watchers", "truth_of"]

ATTENDED_PERCENT = 70
"""How much of the title must have been attended on a day to have sat through it (the public rule until 2019, X09-watch)."""
_SHOWN_TO_GUESTS = "public_screen"


@dataclass(frozen=True)
class Truth:
    """What is behind a number: accounts on each rung, each rung among those of the one before.

    Guests of a public screen were present; whether one of them attended no table knows, so that rung is without them.
    `nobody_once` and `nobody_ever` count accounts at whose plays nobody was there on at least one day, or on all;
    `missed` are accounts of people who did exactly what is claimed and are not in it, by the reason.
    """

    counted: Ints
    pressed: Ints
    present: Ints
    attended: Ints
    same_person: Ints
    nobody_once: int
    nobody_ever: int
    missed: dict[str, Ints]


def truth_of(question: Question, tables: Tables) -> Truth:
    """The truth of the headline number, from log and truth of all homes that may matter."""
    shown = showings(lazily(tables), question.title)
    counted = who(shown, question, HEADLINE)
    days = _counted_days(question, tables, shown, counted)
    rungs = {name: _on_all_days(question, days, name) for name in ("pressed", "present", "attended")}
    present = np.intersect1d(rungs["pressed"], rungs["present"])
    attended = np.intersect1d(present, rungs["attended"])
    faithful = true_watchers(question, tables, "utc")
    nobody = days.group_by("account_id").agg(some=~pl.col("present").all(), ever=~pl.col("present").any())
    return Truth(
        counted, rungs["pressed"], present, attended, np.intersect1d(attended, faithful),
        int(nobody["some"].sum()), int(nobody["ever"].sum()), _missed(question, tables, shown, counted, faithful),
    )  # fmt: skip


def before_guests() -> pl.Expr:
    """Whether a row of truth.plays ran before guests alone: people who were there, and whom no account knows.

    The tables have no rows for the guests of a bar or a shop, so its plays have no viewers and nobody's minutes.
    """
    is_shown = pl.col("causes").str.split("|").list.contains(_SHOWN_TO_GUESTS)
    return is_shown & (pl.col("viewer_count") == 0) & (pl.col("played_ms") > 0)


def _counted_days(question: Question, tables: Tables, shown: pl.DataFrame, counted: Ints) -> pl.DataFrame:
    """A row per counted account and day, with what is true of any, or all together, of its plays."""
    seen = shown.with_columns(days_of(shown, "utc", "corrected").alias("day")).filter(
        pl.col("account_id").is_in(counted.tolist()) & pl.col("day").is_between(question.first, question.last)
    )
    true = tables["truth.plays"].select(
        "play_id", "pressed_by_person", "attended_ms", there=(pl.col("present_ms") > 0) | before_guests()
    )
    enough = pl.col("attended_ms").sum() * 100 >= runtime_of(tables["log.titles"], question.title) * ATTENDED_PERCENT
    return (
        seen.join(true, on="play_id", how="left").group_by("account_id", "day")
        .agg(pressed=pl.col("pressed_by_person").any(), present=pl.col("there").any(), attended=enough)
    )  # fmt: skip


def _on_all_days(question: Question, days: pl.DataFrame, rung: str) -> Ints:
    enough = days.filter(pl.col(rung)).group_by("account_id").len().filter(pl.col("len") >= question.days)
    return np.sort(enough["account_id"].to_numpy())


def true_watchers(question: Question, tables: Tables, day: str, percent: int = ATTENDED_PERCENT) -> Ints:
    """Accounts with one person who sat through the title on every day of the window: by UTC days or the home's own.

    `percent` says how much of it they must have attended on each day; with 0 anything at all.
    """
    people = _attendance(question, tables, day)
    enough = pl.col("attended_ms") * 100 >= pl.max_horizontal(
        1, runtime_of(tables["log.titles"], question.title) * percent
    )
    always = people.filter(enough).group_by("account_id", "viewer_ids").len().filter(pl.col("len") >= question.days)
    return np.unique(always["account_id"].to_numpy())


def _attendance(question: Question, tables: Tables, day: str) -> pl.DataFrame:
    """How long each person attended the title on each day of the window, in truth."""
    own = own_titles(tables["log.titles"], question.title)
    plays = (
        tables["truth.plays"].join(own, on="title_id", how="semi")
        .join(tables["log.accounts"].select("account_id", "time_zone").unique("account_id"), on="account_id")
        .with_columns(start="started_at", raw_start="started_at")
    )  # fmt: skip
    plays = plays.with_columns(days_of(plays, day, "corrected").alias("day"))
    inside = plays.filter(pl.col("day").is_between(question.first, question.last))
    people = inside.explode("viewer_ids").drop_nulls("viewer_ids")
    return people.group_by("account_id", "viewer_ids", "day").agg(pl.col("attended_ms").sum())


def _missed(question: Question, tables: Tables, shown: pl.DataFrame, counted: Ints, faithful: Ints) -> dict[str, Ints]:
    """Accounts of people who watched it on every day and are not counted, by the reason; `faithful` by UTC days.

    Days count as people live them, those of their home, or as the query has them: either way it was every day.
    """
    by_utc = np.setdiff1d(faithful, counted)
    by_home = np.setdiff1d(np.setdiff1d(true_watchers(question, tables, "home"), counted), by_utc)
    unclocked = _recorded_at_true_times(question, tables)
    right = np.setdiff1d(by_utc, who(unclocked, question, HEADLINE))
    by_profile = who(shown, question, Definition(unit="profile"))
    owners = shown.filter(pl.col("profile_id").is_in(by_profile.tolist()))["account_id"].unique().to_numpy()
    second = np.setdiff1d(np.intersect1d(faithful, counted), owners)
    return {
        "lost_messages": right,
        "wrong_clock": np.setdiff1d(by_utc, right),
        "time_zone": by_home,
        "second_profile": second,
    }


def _recorded_at_true_times(question: Question, tables: Tables) -> pl.DataFrame:
    """The showings as they would stand with every clock right: what is then missing was not received."""
    true = tables["truth.plays"].select("play_id", "started_at", end="ended_at")
    plays = (
        tables["log.plays"]
        .drop("started_at")
        .join(true, on="play_id")
        .with_columns(ended_at=pl.col("started_at"), closed_at=pl.max_horizontal("closed_at", "end"))
    )
    return showings(lazily({**tables, "log.plays": plays.select(tables["log.plays"].columns)}), question.title)
