"""The log in a PostgreSQL database, sent by COPY through ADBC."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import Any, ClassVar

import polars as pl

from synthview.errors import InputError, OutputError
from synthview.formats.making.data import Data
from synthview.formats.making.form import RealFormat, option
from synthview.formats.making.log_tables import LOG, batches_of, plain
from synthview.formats.making.output import Output
from synthview.sinks.sql_tables import ddl
from synthview.tables import Table, table

__all__ = ["Postgresql"]

THERE = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'log' ORDER BY 1"
LENGTH = 300


@dataclass(frozen=True)
class Postgresql(RealFormat):
    """A PostgreSQL database: the tables of the log in the schema log, as one transaction.

    Name it with -o postgresql://USER@HOST:PORT/DATABASE; the password comes from PGPASSWORD or
    ~/.pgpass. Tables are those of `synthview show tables --as sql --dialect postgresql`, without
    keys unless keys=yes. Needs synthview[postgresql].
    """

    tables: ClassVar[tuple[str, ...]] = LOG
    requires: ClassVar[tuple[str, ...]] = ("postgresql", "pyarrow", "adbc_driver_postgresql.dbapi")
    leaves_out: ClassVar[tuple[str, ...]] = ("the truth: docs/files.md shows how to load it",)
    is_server: ClassVar[bool] = True
    schemes: ClassVar[tuple[str, ...]] = ("postgresql://", "postgres://")

    keys: bool = option(default=False, about="Have primary and foreign keys, which takes longer.")

    def write(self, data: Data, output: Output) -> None:
        """Create the tables and copy the rows; at an error nothing is changed."""
        driver = self.library()
        assert driver is not None  # it requires one
        try:
            with closing(driver.connect(output.address)) as connection:
                self._fill(connection, data, output)
                connection.commit()
        except driver.Error as error:
            raise OutputError(f"PostgreSQL says: {_first_line(error)}") from None

    def _fill(self, connection: Any, data: Data, output: Output) -> None:
        with connection.cursor() as cursor:
            _check_free(cursor, overwrite=output.overwrite)
            for statement in _statements(keys=self.keys):
                cursor.execute(statement)
            for name in LOG:
                output.rows += _copy(cursor, data, table(name))


def _check_free(cursor: Any, *, overwrite: bool) -> None:
    """Remove tables of the log that are there if they may be replaced; else refuse."""
    cursor.execute(THERE)
    there = {name for (name,) in cursor.fetchall()} & {table(one).name for one in LOG}
    if there and not overwrite:
        raise InputError(
            f"The database has a schema log with {', '.join(sorted(there))} already. Name another "
            "database, or replace these tables with --overwrite."
        )
    for name in sorted(there):
        cursor.execute(f'DROP TABLE log."{name}" CASCADE')


def _statements(*, keys: bool) -> list[str]:
    """The statements that make the tables, one by one; without keys they are columns alone."""
    lines = ddl(LOG, dialect="postgresql", format="csv", ids="int").splitlines()
    kept = [one for one in lines if not one.startswith("--") and (keys or not _is_key(one))]
    text = "\n".join(kept).replace(",\n);", "\n);")
    return [one for one in text.split(";\n") if one.strip()]


def _is_key(line: str) -> bool:
    return line.lstrip().startswith(("PRIMARY KEY", "UNIQUE", "FOREIGN KEY"))


def _copy(cursor: Any, data: Data, of: Table) -> int:
    """Send the rows of a table in the form of COPY; return how many."""
    count = 0
    for rows in batches_of(data, of):
        if len(rows):
            stored = plain(rows).to_arrow(compat_level=pl.CompatLevel.oldest())
            cursor.adbc_ingest(of.name, stored, mode="append", db_schema_name="log")
            count += len(rows)
    return count


def _first_line(error: Exception) -> str:
    lines = [one.strip() for one in str(error).splitlines() if one.strip()]
    return (lines[0] if lines else type(error).__name__)[:LENGTH]
