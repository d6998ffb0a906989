"""Pitfalls: the same number when the query makes one of the mistakes that analysts make."""

from __future__ import annotations

from dataclasses import dataclass, replace

import polars as pl

from synthview.claims.counting.count import days_of, plays_in_window, who
from synthview.claims.counting.definitions import HEADLINE, is_lazy
from synthview.claims.counting.sql import query, quoted, titles_named, words_of
from synthview.claims.counting.title_log import TitleLog
from synthview.claims.question import Question

__all__ = ["OF_FEW_DAYS", "SHEET_ROWS", "Pitfall", "pitfalls"]

SHEET_ROWS = 1_048_576
"""Rows that a spreadsheet holds."""
OF_FEW_DAYS = frozenset({"plays_for_days"})
"""Mistakes that count homes with the title on few days, which most worlds do not simulate."""


@dataclass(frozen=True)
class Pitfall:
    """A mistake: what it is, what it makes of the number, and the query that has it."""

    name: str
    label: str
    value: float
    sql: str
    sentence: str


def pitfalls(log: TitleLog, account_days: float) -> list[Pitfall]:
    """Every pitfall; `account_days` is how many rows a sheet of accounts by day has.

    They are mistakes in the laziest query: of a claim that defines its number there are none.
    """
    if not is_lazy(log.question):
        return []
    right = query(log.question)
    return [
        _plays_for_days(log, right),
        _fan_out(log, right),
        _like(log, right),
        _sheet(log, account_days, right),
        _window_too_long(log, right),
        _window_too_short(log),
    ]


def _plays_for_days(log: TitleLog, right: str) -> Pitfall:
    days = log.question.days
    found = plays_in_window(log.plays, log.question).filter(pl.col("plays") >= days)
    wrong = right.replace("GROUP BY who, day", "")
    wrong = wrong.replace("SELECT who, day FROM", "SELECT ALL who, day FROM")
    return Pitfall(
        "plays_for_days",
        "COUNT(*) for COUNT(DISTINCT day)",
        found.height,
        wrong,
        f"{days} plays are taken for {days} days: a child that sees it three times a day is there "
        f"within {-(-days // 3)} days.",
    )


def _fan_out(log: TitleLog, right: str) -> Pitfall:
    counted = log.counted().tolist()
    profiles = log.tables["log.profiles"].filter(pl.col("account_id").is_in(counted))
    rows = int(profiles.select(pl.len()).collect().item())
    start = "SELECT count(*) AS people\nFROM ("
    joined = right.replace(start, "SELECT count(*) AS people\nFROM profiles JOIN (").rstrip()
    return Pitfall(
        "fan_out",
        "a join that fans out",
        rows,
        f"{joined} AS streaks ON streaks.who = profiles.account_id\n",
        "Joined with profiles for their names, each account counts once for every profile it has.",
    )


def _like(log: TitleLog, right: str) -> Pitfall:
    question = log.question
    words = words_of(question.title)
    pattern = f"'%{quoted(words)}%'"
    like = f"name LIKE {pattern} OR series_name LIKE {pattern}"
    return Pitfall(
        "like",
        f"LIKE '%{words}%'",
        len(who(log.plays_like_it, question, HEADLINE)),
        right.replace(titles_named(question.title), like),
        "Trailers that start by themselves while somebody browses are caught too.",
    )


def _sheet(log: TitleLog, account_days: float, right: str) -> Pitfall:
    """The export has a row per account and day, by account.

    Beyond the last row of a sheet all is cut off.
    """
    share = min(1.0, SHEET_ROWS / max(account_days, 1.0))
    kept = [one for one in log.counted().tolist() if one < share * 2.0**63]
    limit = f"    ORDER BY who LIMIT {SHEET_ROWS}  -- what the sheet kept\n"
    return Pitfall(
        "sheet",
        f"a spreadsheet cut at {SHEET_ROWS:,} rows",
        len(kept),
        right.replace("    GROUP BY who, day\n", f"    GROUP BY who, day\n{limit}"),
        f"The export has about {account_days:,.0f} rows; the sheet keeps the first "
        f"{100 * share:.3g} % "
        "of the accounts.",
    )


def _window_too_long(log: TitleLog, right: str) -> Pitfall:
    question = log.question
    first, _ = question.dates()
    days = log.plays.select("account_id", day=days_of(log.plays))
    inside = days.filter(pl.col("day").is_between(question.first - 1, question.last))
    often = inside.group_by("account_id").agg(pl.col("day").n_unique())
    return Pitfall(
        "window_wide",
        "a window that is a day too long",
        often.filter(pl.col("day") >= question.days).height,
        right.replace(f"DATE '{first}'", f"DATE '{first}' - 1"),
        f"BETWEEN counts both ends: {question.days} of {question.days + 1} days are enough.",
    )


def _window_too_short(log: TitleLog) -> Pitfall:
    short: Question = replace(log.question, days=log.question.days - 1)
    return Pitfall(
        "window_short",
        "a window that is a day too short",
        len(who(log.plays, short, HEADLINE)),
        query(short),
        f"'More than' for 'from … on': {short.days} days are enough.",
    )
