"""The query behind each definition, ready for DuckDB, on tables by the names they have in a log."""

from __future__ import annotations

import glob
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import polars as pl

from synthview.claims.counting.definitions import (
    HEADLINE,
    LEFT_OUT,
    Definition,
    option_of,
    stated,
)
from synthview.claims.question import Question
from synthview.errors import InputError, SynthviewError
from synthview.outside.extras import need
from synthview.outside.legible import legible

__all__ = [
    "CORRECTED_START",
    "as_path",
    "as_pattern",
    "confirmed",
    "count_by_duckdb",
    "counts_by_duckdb",
    "query",
    "quoted",
    "sql_of",
    "tables_at",
    "template",
    "titles_named",
    "words_of",
]

CORRECTED_START = "least(plays.started_at, plays.closed_at - (plays.ended_at - plays.started_at))"
"""When a play began, by a clock that is not ahead."""
_HEADLINE = """\
WITH showings AS (
    SELECT plays.account_id AS who, plays.watched_ms AS watched_ms, titles.runtime_ms,
           CAST({start} AS DATE) AS day
    FROM plays
    JOIN (SELECT DISTINCT title_id, runtime_ms FROM titles
          WHERE {named}) AS titles USING (title_id)
),
watched_days AS (
    SELECT who, day FROM showings
    WHERE day BETWEEN DATE '{first}' AND DATE '{last}'
    GROUP BY who, day
)
SELECT count(*) AS people
FROM (SELECT who FROM watched_days GROUP BY who HAVING count(*) >= {days})
"""
"""The laziest query of a press office."""
_TEMPLATE = """\
WITH showings AS (
    SELECT {{unit}} AS who, {{messages}} AS watched_ms, runtime_ms,
           {{clock}} AS start,
           (SELECT any_value(time_zone) FROM accounts
            WHERE accounts.account_id = plays.account_id) AS zone
    FROM plays JOIN (
        SELECT DISTINCT title_id, runtime_ms FROM titles WHERE kind <> 'trailer'
        AND {named}
    ) USING (title_id)
    WHERE {filters}
),
watched_days AS (
    SELECT who, CAST({{day}} AS DATE) AS day
    FROM showings
    GROUP BY who, day
    HAVING day BETWEEN {{window}}
       AND {{watched}}  -- how much of it
)
SELECT count(*) AS people FROM (
    SELECT who FROM watched_days GROUP BY who HAVING count(*) >= {{gaps}}
)
"""
"""The same for every definition: a slot for each switch."""
_TABLES = ("plays", "titles", "accounts", "profiles", "devices", "events")


def query(question: Question, definition: Definition | None = None) -> str:
    """The number by a definition, that of the claim unless one is given, as one statement.

    It reads what is named after the tables of the log.
    """
    if not question.title:
        raise InputError(
            f"'{question.claim.name}' is about all titles: there is no query of one title behind "
            "it."
        )
    definition = definition or stated(question)
    if replace(definition, window=0) != HEADLINE or question.claim.country:
        return _filled(question, definition)
    first, last = question.dates(definition.window)
    named = titles_named(question.title)
    return _HEADLINE.format(
        start=CORRECTED_START, named=named, first=first, last=last, days=question.days
    )


def template(question: Question) -> str:
    """The query of a streak with a slot in braces, named after its switch, for each such word."""
    kept = [f"{{{name}}}  -- {label}" for name, label in LEFT_OUT.items()]
    filters = "\n      AND ".join([*_in_country(question), *kept])
    named = titles_named(question.title).partition(" AND ")[2]
    return _TEMPLATE.format(named=named, filters=filters)


def _in_country(question: Question) -> list[str]:
    """The condition that plays are of accounts of the claim's country, if it says one."""
    where = question.claim.country
    if where is None:
        return []
    signed_up = f"SELECT account_id FROM accounts WHERE country = '{where}'"
    return [f"account_id IN ({signed_up})"]


def _filled(question: Question, definition: Definition) -> str:
    """The template with the words of a definition."""

    def word(slot: re.Match[str]) -> str:
        value = str(getattr(definition, slot[1]))
        return sql_of(slot[1], value, question)

    return re.sub(r"\{(\w+)\}", word, template(question))


def sql_of(switch: str, value: str, question: Question) -> str:
    """What one position of a switch puts into its slot."""
    if switch == "gaps":
        return str(question.days - int(option_of(switch, value).sql))
    if switch == "window":
        first, last = question.dates(int(value))
        return f"DATE '{first}' AND DATE '{last}'"
    return option_of(switch, value).sql.format(ping_ms=question.ping_ms)


def titles_named(title: str) -> str:
    """Which rows of the titles are a film, or the episodes of a series, of that name.

    A trailer never is.
    """
    name = _with_codes(quoted(title))
    return f"kind <> 'trailer' AND (name = '{name}' OR series_name = '{name}')"


def _with_codes(text: str) -> str:
    """Escape control characters, so that a query can be printed and still means the same."""
    return "".join(one if legible(one) == one else f"' || chr({ord(one)}) || '" for one in text)


def words_of(title: str) -> str:
    """A title without its article, as people look for it."""
    first, _, rest = title.partition(" ")
    return rest if rest and first in ("A", "An", "The") else title


def quoted(text: str) -> str:
    """A text as it stands between the quotation marks of SQL."""
    return text.replace("'", "''")


def tables_at(directory: str, statement: str) -> str:
    """Statements that name the tables of a directory as a query wants them, for our Parquet files.

    The directory is a word that stands for one; `synthview.claims.counting.statements` does the
    same for one that is there.
    """
    used = [name for name in _TABLES if re.search(rf"(FROM|JOIN) {name}\b", statement)]
    return "".join(
        f"CREATE VIEW {name} AS FROM read_parquet('{quoted(directory)}/log/{name}/**/*.parquet');\n"
        for name in used
    )


def as_pattern(path: Path) -> str:
    """Quote a path for SQL where DuckDB takes patterns, so that it matches itself alone."""
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
    """The headline number by DuckDB, which must be the one that was counted here.

    SynthviewError where it is not.
    """
    by_sql = count_by_duckdb(query(question), tables)
    if by_sql != counted:
        raise SynthviewError(
            f"DuckDB counts {by_sql} and polars {counted}: please report this with the command you "
            "ran."
        )
    return by_sql


def counts_by_duckdb(
    statements: Iterable[str], tables: Mapping[str, pl.DataFrame]
) -> Iterator[int]:
    """The number of each statement, one after another."""
    duckdb = need("claim", "Counting by SQL", "pyarrow", "duckdb")
    with duckdb.connect() as connection:
        for path, frame in tables.items():
            if path.startswith("log."):
                connection.register(path.removeprefix("log."), frame.to_arrow())
        for statement in statements:
            found = connection.execute(statement).fetchone()
            yield int(found[0]) if found else 0
