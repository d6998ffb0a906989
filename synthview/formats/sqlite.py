"""A SQLite database with every table of the log, for programs and people that read SQL."""

from __future__ import annotations

import sqlite3
import tempfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from shutil import copyfileobj
from typing import ClassVar

import polars as pl

from synthview.formats.making.data import Data
from synthview.formats.making.form import RealFormat
from synthview.formats.making.log_tables import LOG
from synthview.formats.making.output import Output
from synthview.tables import Column, Table, table

__all__ = ["Sqlite"]

TYPES = {
    "id": "INTEGER", "count": "INTEGER", "milliseconds": "INTEGER", "claim": "INTEGER",
    "share": "REAL",
}  # fmt: skip
"""Types of columns; times, days, choices and texts are TEXT."""
TIME, DAY = "%Y-%m-%d %H:%M:%S%.3f", "%Y-%m-%d"


@dataclass(frozen=True)
class Sqlite(RealFormat):
    """A SQLite database of the log: tables log_plays, log_events and so on, as one file.

    Ids are whole numbers. Times are UTC as text that SQLite's functions of dates read.
    """

    tables: ClassVar[tuple[str, ...]] = LOG
    leaves_out: ClassVar[tuple[str, ...]] = (
        "choices and yes or no as types of their own: they are texts, and 1 or 0",
        "references between tables, of which a log with faults keeps few",
    )
    suffix: ClassVar[str] = ".sqlite"

    def write(self, data: Data, output: Output) -> None:
        """Fill the tables part by part, in a file beside, and copy that."""
        with tempfile.TemporaryDirectory(dir=output.folder) as folder:
            place = Path(folder, "log.sqlite")
            with closing(sqlite3.connect(place)) as database:
                for name in LOG:
                    output.rows += _fill(database, table(name), data)
            with place.open("rb") as filled, output.file() as file:
                copyfileobj(filled, file)


def _fill(database: sqlite3.Connection, of: Table, data: Data) -> int:
    """Create a table and insert its rows; return how many."""
    name = of.path.replace(".", "_")
    columns = ", ".join(_declared(one) for one in of.columns)
    database.execute(f'CREATE TABLE "{name}" ({columns}) STRICT')
    marks = ", ".join("?" for _ in of.columns)
    count = 0
    for rows in data.parts(of.path):
        stored = rows.select(_stored(one) for one in of.columns)
        with database:
            database.executemany(
                f'INSERT INTO "{name}" VALUES ({marks})',  # noqa: S608  a name of our own
                stored.iter_rows(),
            )
        count += len(rows)
    return count


def _declared(column: Column) -> str:
    needed = "" if column.nullable else " NOT NULL"
    return f'"{column.name}" {TYPES.get(column.kind, "TEXT")}{needed}'


def _stored(column: Column) -> pl.Expr:
    """Values as SQLite keeps them."""
    value = pl.col(column.name)
    if column.kind == "time":
        return value.dt.strftime(TIME)
    if column.kind == "day":
        return value.dt.strftime(DAY)
    if column.kind == "claim":
        return value.cast(pl.Int8)
    return value.cast(pl.String) if column.kind == "choice" else value
