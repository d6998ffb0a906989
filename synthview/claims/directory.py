"""A claim asked of a dataset on disk, ours or anybody's in the same schema: what its log says, without any truth."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from synthview.claims.counting import grid, who
from synthview.claims.definitions import HEADLINE
from synthview.claims.question import Question
from synthview.claims.showings import Tables, showings
from synthview.claims.slips import Slip, slips
from synthview.claims.sql import confirmed
from synthview.dataset import read
from synthview.errors import OutputError
from synthview.manifest import MANIFEST
from synthview.rows import Ints
from synthview.sinks.formats import FORMATS
from synthview.tables import table

__all__ = ["Counted", "count_directory", "open_log"]

_NEEDED = ("log.plays", "log.titles", "log.accounts", "log.profiles", "log.devices")


@dataclass(frozen=True)
class Counted:
    """What a log holds of a question: the headline number, all definitions, slips, and its showings and accounts."""

    number: int
    by_sql: int
    grid: Ints
    slips: list[Slip]
    shown: pl.DataFrame
    accounts: int


def open_log(directory: Path) -> Tables:
    """The tables of the log in a directory: by its manifest, or by the files that lie in `log/plays` and its like.

    Raises OutputError where a table that a claim needs is not there.
    """
    if (directory / MANIFEST).is_file():
        run = read(directory)
        found = {name: run.scan(name) for name in (*_NEEDED, "log.events") if name in run.tables}
    else:
        found = {name: one for name in (*_NEEDED, "log.events") if (one := _by_files(directory, name)) is not None}
    if missing := [name for name in _NEEDED if name not in found]:
        raise OutputError(
            f"{directory} has no {', '.join(missing)}. A claim needs {', '.join(_NEEDED)}: "
            "as Parquet, CSV, NDJSON or Arrow files in log/plays and so on, or as synthview generate writes them."
        )
    return found


def _by_files(directory: Path, name: str) -> pl.LazyFrame | None:
    folder = directory / name.replace(".", "/")
    for kind in FORMATS.values():
        paths = sorted(folder.rglob(f"*{kind.suffix}*")) if folder.is_dir() else []
        if paths:
            return kind.scan(table(name), paths)
    return None


def count_directory(question: Question, directory: Path) -> Counted:
    """Count in a directory what the question asks."""
    log = open_log(directory)
    shown = showings(log, question.title)
    accounts = int(log["log.accounts"].select(pl.col("account_id").n_unique()).collect().item())
    tables = _of_title(log, shown)
    number = len(who(shown, question, HEADLINE))
    days = shown.select("account_id", shown["start"].dt.date().alias("day")).n_unique()
    return Counted(
        number, confirmed(question, number, tables), grid(shown, question),
        slips(question, tables, float(days)), shown, accounts,
    )  # fmt: skip


def _of_title(log: Tables, shown: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """The rows of the log that concern accounts with the title at all."""
    accounts = shown.select("account_id").unique().lazy()
    mine = {
        name: one.join(accounts, on="account_id", how="semi").collect()
        for name, one in log.items()
        if name in _NEEDED and name != "log.titles"
    }
    return {**mine, "log.titles": log["log.titles"].collect()}
