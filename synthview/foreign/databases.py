"""Tables of a DuckDB database, in the schemas of synthview or in any other that has them once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from synthview.errors import InputError
from synthview.foreign.raw import ROWS_AT_ONCE, Raw
from synthview.outside.extras import need
from synthview.tables import Table

__all__ = ["Stored", "stored"]

_TABLES = """
SELECT table_catalog, table_schema, table_name FROM information_schema.tables
WHERE table_catalog = current_database() ORDER BY ALL
"""


@dataclass(frozen=True, kw_only=True)
class Stored(Raw):
    """A table of a database; `name` is its schema and what it is called there, quoted."""

    kind = "duckdb"
    catalog: str
    name: str

    def batches(self, names: Sequence[str]) -> Iterator[pl.DataFrame]:
        """Yield some columns, so many rows at a time that memory stays flat."""
        columns = ", ".join(_quoted(name) for name in names)
        with _opened(self.path) as database:
            place = f"{self.catalog}.{self.name}"
            found = database.sql(f"SELECT {columns} FROM {place}")  # noqa: S608  names are quoted
            yield from _frames(found)


def stored(path: Path, table: Table) -> Stored | None:
    """Find a table in a database: ``log.plays``, or ``plays`` or ``log_plays`` in any schema.

    Returns None if it is not there. Raises InputError if it is there twice.
    """
    with _opened(path) as database:
        listed = database.sql(_TABLES).fetchall()
        place = _place_of(path, table, listed)
        if place is None:
            return None
        catalog, schema, name = map(_quoted, place)
        found = f"{catalog}.{schema}.{name}"
        head = database.sql(f"SELECT * FROM {found} LIMIT 0")  # noqa: S608  names are quoted
        types = pl.DataFrame(_reader(head).read_all()).schema
        return Stored(
            path=path,
            catalog=catalog,
            name=f"{schema}.{name}",
            schema=types,
        )


def _place_of(
    path: Path, table: Table, listed: Sequence[tuple[str, str, str]]
) -> tuple[str, str, str] | None:
    """Return the catalog, schema and name that a table has in a database, if it is there."""
    names = (table.name, f"{table.folder}_{table.name}", table.path)
    named = [one for one in listed if one[1:] == (table.folder, table.name)]
    others = [one for one in listed if one[2] in names]
    if not named and len(others) > 1:
        places = " and ".join(".".join(one[1:]) for one in others[:2])
        raise InputError(f"{path} has {table.path} twice, as {places}. Leave one of them out.")
    return next(iter(named or others), None)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _reader(found: Any) -> Any:
    """Batches of a result; by the name of the method before DuckDB 1.4 too."""
    open_reader = getattr(found, "to_arrow_reader", None) or found.fetch_arrow_reader
    return open_reader(ROWS_AT_ONCE)


def _frames(found: Any) -> Iterator[pl.DataFrame]:
    for batch in _reader(found):
        yield pl.DataFrame(batch)


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    """Open a database for reading; one that is damaged or in use is told in words."""
    duckdb = need(
        "duckdb",
        "Reading a DuckDB database",
        "pyarrow",
        "duckdb",
    )
    try:
        with duckdb.connect(str(path.absolute()), read_only=True) as database:
            yield database
    except duckdb.Error as error:
        reason = str(error).strip().partition("\n")[0]
        raise InputError(f"{path} cannot be read as a DuckDB database ({reason}).") from None
