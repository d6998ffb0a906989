"""SQL in the words of a database: what differs between them is a handful of fragments.

In a canonical query ``{ms(x)}`` stands for a time as whole milliseconds since 1970, ``{day(x)}``
for its UTC date, ``{month(x)}`` for text such as ``2017-12``, ``{chars(x)}`` for how many
characters a text has, and ``{a // b}`` for the quotient of whole numbers that are not negative. All
else is SQL that every database here understands.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from synthview.answers.canon import CanonicalQuery
from synthview.errors import InvalidChoice

__all__ = ["SPOKEN", "SqlDialect", "render", "rendered", "spoken"]

_FRAGMENT = re.compile(
    r"\{(?:(?P<word>[a-z]+)\((?P<of>[^{}]*)\)|(?P<over>[^{}]*) // (?P<by>\w+))\}"
)
_NAME = re.compile(r"\b(log|truth)\.([a-z]+)\b")


@dataclass(frozen=True)
class SqlDialect:
    """How a database says what SQL leaves open; `{}` is the place of the value.

    Without `has_schemas` the table ``log.plays`` is called ``log_plays``.
    """

    name: str
    ms: str
    day: str
    month: str
    quotient: str
    chars: str = "char_length({})"
    has_schemas: bool = False

    @property
    def words(self) -> Mapping[str, str]:
        """The fragments of one value, by the word that a query has for each."""
        return {"ms": self.ms, "day": self.day, "month": self.month, "chars": self.chars}


SPOKEN: Mapping[str, SqlDialect] = {
    one.name: one
    for one in (
        SqlDialect(
            "duckdb",
            ms="epoch_ms({})",
            day="CAST({} AS DATE)",
            month="strftime({}, '%Y-%m')",
            quotient="({}) // {}",
            has_schemas=True,
        ),
        SqlDialect(
            "postgres",
            ms="CAST(extract(epoch FROM {}) * 1000 AS BIGINT)",
            day="CAST({} AS DATE)",
            month="to_char({}, 'YYYY-MM')",
            quotient="({}) / {}",
            has_schemas=True,
        ),
        SqlDialect(
            "spark",
            ms="timestampdiff(MILLISECOND, TIMESTAMP_NTZ'1970-01-01 00:00:00', {})",
            day="CAST({} AS DATE)",
            month="date_format({}, 'yyyy-MM')",
            quotient="({}) div {}",
        ),
        SqlDialect(
            "clickhouse",
            ms="toUnixTimestamp64Milli({})",
            day="toDate({}, 'UTC')",
            month="formatDateTime({}, '%Y-%m', 'UTC')",
            quotient="intDiv({}, {})",
            chars="lengthUTF8({})",
        ),
        SqlDialect(
            "sqlite",
            ms="(CAST(strftime('%s', {0}) AS INTEGER) * 1000"
            " + CAST(substr({0}, 21, 3) AS INTEGER))",
            day="substr({}, 1, 10)",
            month="substr({}, 1, 7)",
            quotient="({}) / {}",
            chars="length({})",
        ),
        SqlDialect(
            "datafusion",
            ms="arrow_cast({}, 'Int64')",
            day="CAST({} AS DATE)",
            month="to_char({}, '%Y-%m')",
            quotient="CAST({} AS BIGINT) / {}",
        ),
        SqlDialect(
            "polars",
            ms="CAST({} AS BIGINT)",
            day="CAST({} AS DATE)",
            month="strftime({}, '%Y-%m')",
            quotient="({}) // {}",
        ),
    )
}
"""The databases that queries are written for, by name."""


def spoken(name: str) -> SqlDialect:
    """Look a dialect up by its name; raises InvalidChoice."""
    if name in SPOKEN:
        return SPOKEN[name]
    raise InvalidChoice("dialect", name, SPOKEN, "--dialect")


def render(sql: str, dialect: SqlDialect) -> str:
    """Write a statement out in a dialect: fragments from the innermost outwards, then tables."""

    def said(found: re.Match[str]) -> str:
        if found["word"]:
            return dialect.words[found["word"]].format(found["of"])
        return dialect.quotient.format(found["over"], found["by"])

    while (written := _FRAGMENT.sub(said, sql)) != sql:
        sql = written
    return sql if dialect.has_schemas else _NAME.sub(r"\1_\2", sql)


def rendered(query: CanonicalQuery, dialect: SqlDialect) -> str:
    """The statement of a query with what it asks as a comment, ready for a shell."""
    return f"-- {query.name}: {query.about}\n{render(query.sql, dialect)};\n"
