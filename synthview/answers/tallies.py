"""Summaries of columns that any SQL engine can compute: enough to tell whether all rows arrived.

A checksum does not depend on the order of rows: each value, made a whole number, is multiplied by
the key of its row, both reduced first so that the sum of nine billion rows fits into 63 bits. So it
also tells whether values still stand beside their keys.
"""

from __future__ import annotations

from collections.abc import Iterator

from synthview.tables import Column, Table

__all__ = ["tallied", "tally"]

KEY_MODULUS, VALUE_MODULUS = 9_973, 99_991
"""Primes below the square roots of what a sum of so many products may reach."""
_WHOLE = {
    "id": "{}",
    "count": "{}",
    "milliseconds": "{}",
    "time": "{{ms({})}}",
    "claim": "CASE WHEN {} THEN 1 ELSE 0 END",
    "text": "{{chars({})}}",
    "choice": "{{chars({})}}",
    "share": "CAST(floor({} * 1000000) AS BIGINT)",
}
"""How a value of each kind becomes a whole number; lists and days have no checksum."""
_SUMMED = {"count", "milliseconds"}
_ORDERED = {"id", "count", "milliseconds", "time"}
"""Kinds whose least and greatest value no collation and no rounding changes."""


def tally(table: Table) -> str:
    """Return a statement, without a dialect, of one row: what `tallied` tells of each column."""
    columns = [f"count(*) AS {ROWS}"]
    for column in table.columns:
        columns += [
            f"{what} AS {column.name}{_SEPARATOR}{name}" for name, what in _of(column, table)
        ]
    inner = ",\n       ".join(columns)
    return f"SELECT {inner}\nFROM {table.path} AS t"


ROWS = "row_count"
_SEPARATOR = "__"


def tallied(names: list[str], values: tuple[int | None, ...]) -> dict[str, object]:
    """Order the row of a tally by column: rows, then nulls, distinct, min, max, sum, checksum."""
    found = dict(zip(names, values, strict=True))
    columns: dict[str, dict[str, int | None]] = {}
    for name in names:
        column, separator, what = name.partition(_SEPARATOR)
        if separator:
            columns.setdefault(column, {})[what] = found[name]
    return {"rows": found[ROWS], "columns": columns}


def _of(column: Column, table: Table) -> Iterator[tuple[str, str]]:
    """Yield what is told of a column, and its SQL."""
    name = _named(column.name)
    if column.kind == "ids":
        return
    yield "nulls", f"count(*) - count({name})"
    yield "distinct", f"count(DISTINCT {name})"
    if column.kind in _ORDERED:
        whole = _WHOLE[column.kind].format(name)
        yield "min", f"min({whole})"
        yield "max", f"max({whole})"
    if column.kind in _SUMMED:
        yield "sum", f"sum({name})"
    if column.kind in _WHOLE:
        yield "checksum", _checksum(column, table)


def _checksum(column: Column, table: Table) -> str:
    whole = _WHOLE[column.kind].format(_named(column.name))
    key = f"{_named(table.key[0])} % {KEY_MODULUS}"
    value = f"abs(coalesce({whole}, 0)) % {VALUE_MODULUS}"
    return f"sum(({key}) * ({value}))"


def _named(column: str) -> str:
    """A column with its table before it: some, such as ``at``, are words of SQL otherwise."""
    return f"t.{column}"
