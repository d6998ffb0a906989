"""The query behind each definition, ready for DuckDB, on tables by the names they have in a log."""

from __future__ import annotations

import glob
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import polars as pl

from synthview.claims.counting.definitions import HEADLINE, Definition
from synthview.claims.question import Question
from synthview.errors import InputError, SynthviewError
from synthview.extras import need
from synthview.pools import TEST_RIG

__all__ = [
    "STARTS",
    "as_path",
    "as_pattern",
    "confirmed",
    "count_by_duckdb",
    "counts_by_duckdb",
    "query",
    "quoted",
    "tables_at",
    "titles_named",
    "words_of",
]

STARTS = {
    "corrected": "least(plays.started_at, plays.closed_at - (plays.ended_at - plays.started_at))",
    "raw": "plays.started_at",
}
"""When a play began: by a clock that is not ahead, and as the device said."""
_LOCAL = "timezone(accounts.time_zone, timezone('UTC', {start}))"
_DAYS = {"utc": "{start}", "home": _LOCAL, "service": f"{_LOCAL} - INTERVAL 4 HOURS"}
_BEATS = {
    "raw": "count(*) FILTER (type = 'ping')",
    "once": "count(DISTINCT client_time) FILTER (type = 'ping')",
}
_TABLES = ("plays", "titles", "accounts", "profiles", "devices", "events")


def query(question: Question, definition: Definition = HEADLINE, *, ping_ms: int = 60_000) -> str:
    """The number by a definition as one statement; it reads what is named after the tables of the log."""
    if not question.title:
        raise InputError(f"'{question.claim.name}' is about all titles: there is no query of one title behind it.")
    first, last = question.dates(definition.window)
    start = STARTS[definition.clock]
    times, joins, wheres = _parts(definition, ping_ms)
    having = _having(definition)
    return f"""\
WITH showings AS (
    SELECT plays.{definition.unit_column} AS who, {times} AS watched_ms, titles.runtime_ms,
           CAST({_DAYS[definition.day].format(start=start)} AS DATE) AS day
    FROM plays
    JOIN (SELECT DISTINCT title_id, runtime_ms FROM titles
          WHERE {titles_named(question.title)}) AS titles USING (title_id){joins}{wheres}
),
watched_days AS (
    SELECT who, day FROM showings
    WHERE day BETWEEN DATE '{first}' AND DATE '{last}'
    GROUP BY who, day{having}
)
SELECT count(*) AS people
FROM (SELECT who FROM watched_days GROUP BY who HAVING count(*) >= {question.days - definition.spare_days})
"""


def _parts(definition: Definition, ping_ms: int) -> tuple[str, str, str]:
    """What is added up, and which tables are joined and rows left out for it."""
    joins, wheres = "", []
    times = "plays.watched_ms"
    if definition.messages != "history":
        times = f"coalesce(beats.beats * {ping_ms}, 0)"
        joins += f"\n    LEFT JOIN (SELECT play_id, {_BEATS[definition.messages]} AS beats FROM events GROUP BY play_id) AS beats USING (play_id)"
    if definition.day != "utc":
        joins += "\n    JOIN (SELECT DISTINCT account_id, time_zone FROM accounts) AS accounts ON accounts.account_id = plays.account_id"
    if definition.kids == "without":
        joins += "\n    LEFT JOIN profiles ON profiles.profile_id = plays.profile_id"
        wheres.append("NOT coalesce(profiles.is_kids, false)")
    if definition.autoplay == "without":
        wheres.append("NOT plays.autoplayed")
    if definition.tests == "without":
        joins += "\n    LEFT JOIN devices ON devices.device_id = plays.device_id"
        wheres.append(f"coalesce(devices.model, '') <> '{TEST_RIG}'")
    return times, joins, "\n    WHERE " + " AND ".join(wheres) if wheres else ""


def _having(definition: Definition) -> str:
    if definition.watched == "any":
        return ""
    if definition.least_ms:
        return f"\n    HAVING sum(watched_ms) >= {definition.least_ms}"
    return f"\n    HAVING sum(watched_ms) * 100 >= max(runtime_ms) * {definition.least_percent}"


def titles_named(title: str) -> str:
    """Which rows of the titles are a film, or the episodes of a series, of that name; a trailer never is."""
    name = quoted(title)
    return f"kind <> 'trailer' AND (name = '{name}' OR series_name = '{name}')"


def words_of(title: str) -> str:
    """A title without its article, as people look for it."""
    first, _, rest = title.partition(" ")
    return rest if rest and first in ("A", "An", "The") else title


def quoted(text: str) -> str:
    """A text as it stands between the quotation marks of SQL."""
    return text.replace("'", "''")


def tables_at(directory: str, statement: str) -> str:
    """Statements that name the tables of a directory as a query wants them, of Parquet files as synthview writes them.

    The directory is a word that stands for one; `synthview.claims.counting.statements` does the same for one that is there.
    """
    used = [name for name in _TABLES if re.search(rf"(FROM|JOIN) {name}\b", statement)]
    return "".join(
        f"CREATE VIEW {name} AS FROM read_parquet('{quoted(directory)}/log/{name}/**/*.parquet');\n" for name in used
    )


def as_pattern(path: Path) -> str:
    """A path as it stands between the quotation marks of SQL where DuckDB takes patterns: it stands for itself alone."""
    return quoted(glob.escape(_literal(path)))


def as_path(path: Path) -> str:
    """A path as it stands between the quotation marks of SQL where DuckDB takes no patterns."""
    return quoted(_literal(path))


def _literal(path: Path) -> str:
    """A path that begins with no home directory, and with no name of a protocol."""
    text = str(path)
    return str(path.absolute()) if text.startswith("~") or ":" in text else text


def count_by_duckdb(statement: str, tables: Mapping[str, pl.DataFrame]) -> int:
    """Run a statement on tables in memory, `log.plays` and its like, and return its one number.

    Raises InputError where DuckDB is not installed.
    """
    return next(counts_by_duckdb([statement], tables))


def confirmed(question: Question, counted: int, tables: Mapping[str, pl.DataFrame]) -> int:
    """The headline number by DuckDB, which must be the one that was counted here; SynthviewError where it is not."""
    by_sql = count_by_duckdb(query(question), tables)
    if by_sql != counted:
        raise SynthviewError(
            f"DuckDB counts {by_sql} and polars {counted}: please report this with the command you ran."
        )
    return by_sql


def counts_by_duckdb(statements: Iterable[str], tables: Mapping[str, pl.DataFrame]) -> Iterator[int]:
    """The number of each statement, one after another."""
    duckdb = need("claim", "Counting by SQL", "pyarrow", "duckdb")
    with duckdb.connect() as connection:
        for path, frame in tables.items():
            if path.startswith("log."):
                connection.register(path.removeprefix("log."), frame.to_arrow())
        for statement in statements:
            found = connection.execute(statement).fetchone()
            yield int(found[0]) if found else 0
