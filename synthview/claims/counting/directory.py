"""A claim asked of a dataset on disk, ours or anybody's in the same schema: what its log says, without any truth."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import polars as pl

from synthview.claims.counting.count import account_days, grid, who
from synthview.claims.counting.definitions import HEADLINE
from synthview.claims.counting.pitfalls import Slip, slips
from synthview.claims.counting.sql import confirmed
from synthview.claims.counting.title_plays import Tables, corrected_start, showings, title_rows
from synthview.claims.question import Question
from synthview.dataset import Run, read
from synthview.errors import InputError, OutputError
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


def open_log(directory: Path, run: Run | None) -> Tables:
    """The tables of the log in a directory: by its manifest, if it is a run of ours, or by the files in `log/plays` and its like.

    Raises OutputError where a table that a claim needs is not there.
    """
    if not directory.is_dir():
        raise OutputError(f"There is no directory {directory}. --data takes the directory of a dataset.")
    if run is not None:
        found = {name: run.scan(name, repaired=True) for name in (*_NEEDED, "log.events") if name in run.tables}
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
    """Count in a directory what the question asks.

    Raises InputError where it lacks the title or the days, or holds what is not of our schema.
    """
    try:
        run = read(directory) if (directory / MANIFEST).is_file() else None
        log = open_log(directory, run)
        _check_title(question, directory, log)
        _check_days(question, directory, log, run)
        return _counted(question, log)
    except pl.exceptions.PolarsError as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise InputError(f"{directory} cannot be read as our schema: {reason}") from None


def _check_title(question: Question, directory: Path, log: Tables) -> None:
    """Refuse a log in which nobody could have watched the title, rather than count that nobody did."""
    if title_rows(log["log.titles"], question.title).limit(1).collect().is_empty():
        raise InputError(
            f"{directory} has no title '{question.title}', which '{question.claim.name}' is about. Ask another claim of it, "
            "or one of your own with a title of its log.titles."
        )


def _check_days(question: Question, directory: Path, log: Tables, run: Run | None) -> None:
    """Refuse a log that does not cover the days of the claim."""
    (start, end), (first, last) = _covered(log, run), question.dates()
    if start is None or end is None or not start <= first <= last <= end:
        covers = f"covers {start} to {end}" if start else "holds no plays"
        raise InputError(
            f"{directory} {covers}; '{question.claim.name}' asks for {first} to {last}. Change the claim's last or days "
            f"with --set, as in --set 'claims.\"{question.claim.name}\".last={end or last}', or ask a dataset of those days."
        )


def _covered(log: Tables, run: Run | None) -> tuple[date | None, date | None]:
    """First and last day of a log: as its manifest has them, or those of its plays, whatever wrong clocks say."""
    if run is not None:
        made = run.manifest["settings"]
        return date.fromisoformat(made["from"]), date.fromisoformat(made["until"]) - timedelta(days=1)
    days = {"first": pl.col("closed_at").min().dt.date(), "last": corrected_start().max().dt.date()}
    first, last = log["log.plays"].select(**days).collect().row(0)
    return first, last


def _counted(question: Question, log: Tables) -> Counted:
    shown = showings(log, question.title)
    accounts = int(log["log.accounts"].select(pl.col("account_id").n_unique()).collect().item())
    tables = _of_title(log, showings(log, question.title, like=True))
    number = len(who(shown, question, HEADLINE))
    return Counted(
        number, confirmed(question, number, tables), grid(shown, question),
        slips(question, tables, float(account_days(shown, question))), shown, accounts,
    )  # fmt: skip


def _of_title(log: Tables, shown: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """The rows of the log that concern accounts with the title at all, be it by a trailer alone."""
    accounts = shown.select("account_id").unique().lazy()
    mine = {
        name: one.join(accounts, on="account_id", how="semi").collect()
        for name, one in log.items()
        if name in _NEEDED and name != "log.titles"
    }
    return {**mine, "log.titles": log["log.titles"].collect()}
