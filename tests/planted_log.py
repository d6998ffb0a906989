"""A log on disk with a planted streak, written in any way: two accounts have the film on three days, a third on two."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb
import polars as pl
from claims_log import Play, log_of, question

from synthview.claims.counting.directory import WANTED
from synthview.claims.counting.sql import query
from synthview.claims.counting.statements import statements_of

__all__ = ["EVENING", "NIGHT", "QUESTION", "STREAKS", "ZONES", "Write", "by_duckdb", "log", "plant"]

Write = Callable[[str, pl.DataFrame, Path], object]
"""Writes a table by its name into a folder of its own."""
DAYS = ("2017-12-08", "2017-12-09", "2017-12-10")
EVENING, NIGHT, OTHER = 2**59 + 1, 2**59 + 3, 2**59 + 5
"""Accounts that watch at 20:00 and at 00:30 UTC: a session in Tokyo or in St John's has either on other days."""
STREAKS = 2
ZONES = ("UTC", "Asia/Tokyo", "America/St_Johns")
QUESTION = question(3)


def log() -> dict[str, pl.DataFrame]:
    """The tables of the log, with the columns that a claim reads."""
    plays = [
        *(Play(f"{day}T20:00:00.250", account=EVENING) for day in DAYS),
        *(Play(f"{day}T00:30:00", account=NIGHT) for day in DAYS),
        *(Play(f"{day}T12:00:00", account=OTHER) for day in DAYS[:2]),
        Play("2017-12-10T12:00:00", account=OTHER, title=2, minutes=1),
    ]
    tables = log_of(plays, zones={EVENING: "Europe/Berlin"})
    return {name: one.select(WANTED[name].columns) for name, one in tables.items()}


def plant(directory: Path, write: Write) -> Path:
    """Write every table in a way, each into its folder below `log`."""
    for name, frame in log().items():
        folder = directory / name.replace(".", "/")
        folder.mkdir(parents=True)
        write(name, frame, folder)
    return directory


def by_duckdb(place: Path, zone: str) -> int:
    """What the printed query counts in a session of a time zone."""
    statement = query(QUESTION)
    with duckdb.connect() as session:
        session.execute(f"SET TimeZone = '{zone}'")
        found = session.execute(
            statements_of(place, statement, QUESTION.title) + statement
        ).fetchone()
    assert found is not None
    return int(found[0])
