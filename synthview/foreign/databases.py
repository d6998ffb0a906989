"""Tables of a DuckDB database, in the schemas that synthview gives them or in any other that has them once."""

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
            yield from _frames(database.sql(f"SELECT {columns} FROM {self.catalog}.{self.name}"))  # noqa: S608  names are quoted


def stored(path: Path, table: Table) -> Stored | None:
    """Find a table in a database: ``log.plays``, or ``plays`` or ``log_plays`` in any schema; None where it is not there."""
    with _opened(path) as database:
        found = database.sql(_TABLES).fetchall()
        named = [one for one in found if one[1:] == (table.folder, table.name)]
        others = [one for one in found if one[2] in (table.name, f"{table.folder}_{table.name}", table.path)]
        if not named and len(others) > 1:
            told = " and ".join(".".join(one[1:]) for one in others[:2])
            raise InputError(f"{path} has {table.path} twice, as {told}. Leave one of them out.")
        for catalog, *names in named or others:
            name = ".".join(_quoted(one) for one in names)
            head = database.sql(f"SELECT * FROM {_quoted(catalog)}.{name} LIMIT 0")  # noqa: S608  names are quoted
            schema = pl.DataFrame(_reader(head).read_all()).schema
            return Stored(path=path, catalog=_quoted(catalog), name=name, schema=schema)
    return None


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
    duckdb = need("duckdb", "Reading a DuckDB database", "pyarrow", "duckdb")
    try:
        with duckdb.connect(str(path.absolute()), read_only=True) as database:
            yield database
    except duckdb.Error as error:
        reason = str(error).strip().partition("\n")[0]
        raise InputError(f"{path} cannot be read as a DuckDB database ({reason}).") from None
