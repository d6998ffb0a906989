"""A claim asked of a dataset on disk: ours, or anybody's in our schema. It reads the log alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import polars as pl

from synthview.claims.counting.count import account_days, grid, who
from synthview.claims.counting.definitions import stated
from synthview.claims.counting.pitfalls import Pitfall, pitfalls
from synthview.claims.counting.sql import confirmed
from synthview.claims.counting.title_log import TitleLog
from synthview.claims.counting.title_plays import (
    Tables,
    corrected_start,
    in_country,
    title_plays,
    title_rows,
)
from synthview.claims.question import Question
from synthview.dataset import RunDirectory
from synthview.errors import InputError
from synthview.foreign.datasets import TableSource, opened
from synthview.foreign.frames import Wanted
from synthview.rows import Ints
from synthview.tables import table
from synthview.world.clock import day_number

__all__ = ["WANTED", "Counted", "count_directory", "covered", "fitted", "open_log", "wanted_of"]

WANTED = {
    one.table.path: one
    for one in (
        Wanted(
            table("log.plays"),
            (
                "play_id",
                "account_id",
                "profile_id",
                "device_id",
                "title_id",
                "started_at",
                "ended_at",
                "watched_ms",
                "autoplayed",
                "closed_at",
            ),
        ),
        Wanted(table("log.titles"), ("title_id", "kind", "name", "series_name", "runtime_ms")),
        Wanted(table("log.accounts"), ("account_id", "time_zone")),
        Wanted(
            table("log.profiles"), ("profile_id", "account_id", "is_kids"), may_be_null=("is_kids",)
        ),
        Wanted(table("log.devices"), ("device_id", "model"), may_be_null=("model",)),
        Wanted(table("log.events"), ("play_id", "type", "client_time"), may_be_unknown=("type",)),
    )
}
"""What a claim reads of a log. Kinds of titles must be known, as a trailer is not the film; of
messages only pings count.
"""
_OPTIONAL = "log.events"
_OF_A_COUNTRY = Wanted(table("log.accounts"), ("account_id", "time_zone", "country"))


@dataclass(frozen=True)
class Counted:
    """What a log says about a question: the number by each definition, slips, plays, accounts."""

    number: int
    by_sql: int
    grid: Ints
    pitfalls: list[Pitfall]
    shown: pl.DataFrame
    accounts: int


def wanted_of(country: str | None) -> Mapping[str, Wanted]:
    """What a claim reads of a log: of a country also where accounts are."""
    return {**WANTED, "log.accounts": _OF_A_COUNTRY} if country else WANTED


def open_log(source: TableSource, country: str | None = None) -> Tables:
    """Return the tables of a log, with the columns that a claim reads, be it of a country.

    Raises InputError where a table or a column that a claim needs is not there.
    """
    found = {
        name: frame
        for name, wanted in wanted_of(country).items()
        if (frame := source.frame(wanted)) is not None
    }
    if missing := [name for name in WANTED if name not in found and name != _OPTIONAL]:
        needed = [name for name in WANTED if name != _OPTIONAL]
        raise InputError(
            f"{source.place} has no {', '.join(missing)}. A claim needs {', '.join(needed)}: each "
            "as Parquet, CSV, lines of "
            "JSON or Arrow, in a folder such as log/plays or a file such as log/plays.parquet, or "
            "as tables of a DuckDB "
            "database."
        )
    return found


def count_directory(question: Question, directory: Path) -> Counted:
    """Count in a directory, or in a database, what the question asks.

    Raises InputError where it lacks the title or the days, or holds what cannot be read as our
    schema.
    """
    return _counted(*_checked(question, directory))


def fitted(question: Question, directory: Path) -> Question:
    """The question as a dataset can be asked it.

    Windows that begin before its first day are none of its definitions, what is added up comes from
    messages only if it has some, and their pings stand for as much as it says.

    Raises InputError as `count_directory` does.
    """
    return _checked(question, directory)[0]


def _checked(question: Question, directory: Path) -> tuple[Question, Path, Tables]:
    """The question fitted to a dataset, and its log."""
    source = opened(directory)
    log = open_log(source, question.claim.country)
    _check_title(question, directory, log)
    first = _check_days(question, directory, log, source.run)
    earliest = max(question.earliest, day_number(first))
    has_messages = _OPTIONAL in log
    pings = _pings_every_ms(source.run)
    asked = replace(question, earliest=earliest, has_messages=has_messages, pings_every_ms=pings)
    return asked, directory, log


def _pings_every_ms(run: RunDirectory | None) -> int:
    """How often the player of a dataset of ours pings; 0 of others, where the scenario says it."""
    if run is None:
        return 0
    return int(run.manifest["scenario"]["log"]["ping_seconds"]) * 1_000


def _check_title(question: Question, directory: Path, log: Tables) -> None:
    """Refuse a log in which nobody could have watched the title: a count of 0 would mislead."""
    if title_rows(log["log.titles"], question.title).limit(1).collect().is_empty():
        raise InputError(
            f"{directory} has no title '{question.title}', which '{question.claim.name}' is about. "
            "Ask another claim of it, "
            "or one of your own with a title of its log.titles."
        )


def _check_days(question: Question, directory: Path, log: Tables, run: RunDirectory | None) -> date:
    """Refuse a log that does not cover the days of the claim; its first day."""
    (start, end), (first, last) = covered(log, run), question.dates()
    if start is None or end is None or not start <= first <= last <= end:
        covers = f"covers {start} to {end}" if start else "holds no plays"
        raise InputError(
            f"{directory} {covers}; '{question.claim.name}' asks for {first} to {last}. Change the "
            "claim's last or days "
            f"with --set, as in --set 'claims.\"{question.claim.name}\".last={end or last}', or "
            "ask a dataset of those days."
        )
    return start


def covered(log: Tables, run: RunDirectory | None) -> tuple[date | None, date | None]:
    """First and last day of a log: from its manifest, or from its plays as their clocks say."""
    if run is not None:
        made = run.manifest["settings"]
        return date.fromisoformat(made["from"]), date.fromisoformat(made["until"]) - timedelta(
            days=1
        )
    began = corrected_start()
    # A play may begin on the day before it is closed; what began earlier still has a wrong clock.
    evening_before = pl.col("closed_at").min().dt.date() - timedelta(days=1)
    first, last = (
        log["log.plays"]
        .select(
            first=pl.max_horizontal(began.min().dt.date(), evening_before),
            last=began.max().dt.date(),
        )
        .collect()
        .row(0)
    )
    return first, last


def _counted(question: Question, directory: Path, log: Tables) -> Counted:
    log = {**log, "log.plays": _plays_named(log, question.title).lazy()}
    shown = title_plays(log, question.title, ping_ms=question.ping_ms)
    _check_plays(directory, log, shown, question.title)
    tables = _of_title(log, title_plays(log, question.title, ping_ms=question.ping_ms, like=True))
    if country := question.claim.country:
        log = in_country(log, country)
        shown = title_plays(log, question.title, ping_ms=question.ping_ms)
    accounts = int(log["log.accounts"].select(pl.col("account_id").n_unique()).collect().item())
    if not accounts:
        raise InputError(f"{directory}: log.accounts has no account of the country {country}.")
    number = len(who(shown, question, stated(question)))
    return Counted(
        number,
        confirmed(question, number, tables),
        grid(shown, question),
        pitfalls(TitleLog(question, tables), float(account_days(shown, question))),
        shown,
        accounts,
    )


def _plays_named(log: Tables, title: str) -> pl.DataFrame:
    """The plays of all titles whose name holds the title's, so that a log is read once."""
    named = title_rows(log["log.titles"], title, like=True).select("title_id").unique()
    return log["log.plays"].join(named, on="title_id", how="semi").collect()


def _check_plays(directory: Path, log: Tables, shown: pl.DataFrame, title: str) -> None:
    """Refuse plays of the title that are duplicated, incomplete, or of an unknown account."""
    own = title_rows(log["log.titles"], title).select("title_id")
    plays = log["log.plays"].join(own, on="title_id", how="semi").collect()
    _refuse_any(
        directory,
        "log.plays",
        plays.filter(pl.col("play_id").is_duplicated()),
        "is there more than once",
    )
    for name in WANTED["log.plays"].columns:
        _refuse_any(
            directory,
            "log.plays",
            plays.filter(pl.col(name).is_null()),
            f"has no {name}",
        )
    unknown = plays.join(shown, on="play_id", how="anti")
    _refuse_any(directory, "log.plays", unknown, "is of an account that log.accounts does not have")
    _refuse_any(
        directory,
        "log.titles",
        shown.filter(pl.col("runtime_ms").is_null()),
        "is of a title without runtime_ms",
    )
    zones = shown["time_zone"].unique().to_list()
    if wrong := [zone for zone in zones if not _is_zone(zone)]:
        raise InputError(
            f"{directory}: log.accounts has the time_zone {wrong[0]!r}, which is no IANA time zone."
        )


def _refuse_any(directory: Path, name: str, plays: pl.DataFrame, what: str) -> None:
    if len(plays):
        more = f" ({len(plays):,} such rows)" if len(plays) > 1 else ""
        raise InputError(
            f"{directory}: {name} cannot be counted: play {plays['play_id'][0]} {what}{more}."
        )


def _is_zone(zone: str | None) -> bool:
    try:
        pl.Series([0], dtype=pl.Datetime("ms", "UTC")).dt.convert_time_zone(zone or "")
    except pl.exceptions.PolarsError:
        return False
    return True


def _of_title(log: Tables, shown: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """The rows of the log that concern plays of the title at all, be it of a trailer alone."""
    by: Sequence[tuple[str, str]] = (
        ("log.plays", "account_id"),
        ("log.accounts", "account_id"),
        ("log.profiles", "account_id"),
        ("log.devices", "device_id"),
    )
    mine = {
        name: log[name].join(_ids(shown, key), on=key, how="semi").collect() for name, key in by
    }
    return {**mine, "log.titles": log["log.titles"].collect()}


def _ids(shown: pl.DataFrame, key: str) -> pl.LazyFrame:
    return shown.select(key).unique().lazy()
