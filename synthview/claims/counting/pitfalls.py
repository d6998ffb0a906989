"""Slips: the same number as it comes out when the query has one of the mistakes that analysts make."""

from __future__ import annotations

from dataclasses import dataclass, replace

import polars as pl

from synthview.claims.counting.count import days_of, plays_in_window, who
from synthview.claims.counting.definitions import HEADLINE
from synthview.claims.counting.sql import query, quoted, titles_named, words_of
from synthview.claims.counting.title_plays import showings
from synthview.claims.question import Question
from synthview.claims.simulation.simulate import Tables, lazily

__all__ = ["SHEET_ROWS", "Slip", "slips"]

SHEET_ROWS = 1_048_576
"""Rows that a spreadsheet holds."""


@dataclass(frozen=True)
class Slip:
    """A mistake: what it is, what it makes of the number, and the query that has it."""

    name: str
    label: str
    value: float
    sql: str
    sentence: str

    def as_dict(self) -> dict[str, object]:
        """In the words of the JSON."""
        return {"name": self.name, "label": self.label, "value": self.value, "sql": self.sql, "sentence": self.sentence}


def slips(question: Question, tables: Tables, account_days: float) -> list[Slip]:
    """Every slip; `account_days` are the days of the claim on which any account has the title: rows of a sheet."""
    shown = showings(lazily(tables), question.title)
    right = query(question)
    return [
        _plays_for_days(question, shown, right),
        _fan_out(question, tables, shown, right),
        _like(question, tables, right),
        _sheet(question, shown, account_days, right),
        *_off_by_one(question, shown, right),
    ]


def _plays_for_days(question: Question, shown: pl.DataFrame, right: str) -> Slip:
    found = plays_in_window(shown, question).filter(pl.col("plays") >= question.days)
    wrong = right.replace("GROUP BY who, day", "").replace("SELECT who, day FROM", "SELECT ALL who, day FROM")
    return Slip(
        "plays_for_days", "COUNT(*) for COUNT(DISTINCT day)", found.height, wrong,
        f"{question.days} plays are taken for {question.days} days: a child that sees it three times a day is there "
        f"within {-(-question.days // 3)} days.",
    )  # fmt: skip


def _fan_out(question: Question, tables: Tables, shown: pl.DataFrame, right: str) -> Slip:
    counted = who(shown, question, HEADLINE).tolist()
    rows = tables["log.profiles"].filter(pl.col("account_id").is_in(counted)).height
    wrong = right.replace(
        "SELECT count(*) AS people\nFROM (", "SELECT count(*) AS people\nFROM profiles JOIN ("
    ).rstrip()
    return Slip(
        "fan_out", "a join that fans out", rows, f"{wrong} AS streaks ON streaks.who = profiles.account_id\n",
        "Joined with profiles for their names, each account counts once for every profile it has.",
    )  # fmt: skip


def _like(question: Question, tables: Tables, right: str) -> Slip:
    shown = showings(lazily(tables), question.title, like=True)
    words = words_of(question.title)
    like = quoted(words)
    wrong = right.replace(titles_named(question.title), f"name LIKE '%{like}%' OR series_name LIKE '%{like}%'")
    return Slip(
        "like", f"LIKE '%{words}%'", len(who(shown, question, HEADLINE)), wrong,
        "Trailers that start by themselves while somebody browses are caught too.",
    )  # fmt: skip


def _sheet(question: Question, shown: pl.DataFrame, account_days: float, right: str) -> Slip:
    """The export has a row per account and day, by account; beyond the last row of a sheet all is cut off."""
    share = min(1.0, SHEET_ROWS / max(account_days, 1.0))
    counted = [one for one in who(shown, question, HEADLINE).tolist() if one < share * 2.0**63]
    wrong = right.replace(
        "    GROUP BY who, day\n",
        f"    GROUP BY who, day\n    ORDER BY who LIMIT {SHEET_ROWS}  -- what the sheet kept\n",
    )
    return Slip(
        "sheet", f"a spreadsheet cut at {SHEET_ROWS:,} rows", len(counted), wrong,
        f"The export has about {account_days:,.0f} rows; the sheet keeps the first {100 * share:.3g} % of the accounts.",
    )  # fmt: skip


def _off_by_one(question: Question, shown: pl.DataFrame, right: str) -> list[Slip]:
    first, _ = question.dates()
    day = days_of(shown, "utc", "corrected")
    wide = shown.filter(day.is_between(question.first - 1, question.last)).with_columns(
        day=day.filter(day.is_between(question.first - 1, question.last))
    )
    often = wide.group_by("account_id").agg(pl.col("day").n_unique()).filter(pl.col("day") >= question.days)
    longer = right.replace(f"DATE '{first}'", f"DATE '{first}' - 1")
    short = replace(question, days=question.days - 1)
    return [
        Slip("window_wide", "a window that is a day too long", often.height, longer,
             f"BETWEEN counts both ends: {question.days} of {question.days + 1} days are enough."),
        Slip("window_short", "a window that is a day too short", len(who(shown, short, HEADLINE)), query(short),
             f"'More than' for 'from … on': {question.days - 1} days are enough."),
    ]  # fmt: skip
