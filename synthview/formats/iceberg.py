"""Tables of Apache Iceberg in a folder, with a catalog in SQLite beside them."""

from __future__ import annotations

import os
import re
import shutil
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import polars as pl

from synthview.errors import NotOurs
from synthview.formats.making.data import Data
from synthview.formats.making.form import RealFormat
from synthview.formats.making.log_tables import LOG, batches_of, plain
from synthview.formats.making.output import UNFINISHED, Output, refuse_others
from synthview.outside.places import is_regular
from synthview.tables import Table, table

__all__ = ["Iceberg"]

UTC = pl.Datetime("us", "UTC")
CATALOG, WAREHOUSE = "catalog.db", "log"
_FILES = re.compile(r"[a-z_]+/(data/.+\.parquet|metadata/[^/]+\.(avro|metadata\.json))")


@dataclass(frozen=True)
class Iceberg(RealFormat):
    """Apache Iceberg: a table log.plays, log.events and so on, and catalog.db, a catalog in SQLite.

    Iceberg's files name each other by whole paths: do not move the folder. Ids are whole numbers,
    times are timestamptz, choices are texts. Needs synthview[iceberg].
    """

    tables: ClassVar[tuple[str, ...]] = LOG
    requires: ClassVar[tuple[str, ...]] = (
        "iceberg",
        "pyarrow",
        "sqlalchemy",
        "pyiceberg.catalog.sql",
    )
    leaves_out: ClassVar[tuple[str, ...]] = (
        "choices as types of their own",
        "which columns may not be empty",
    )
    is_folder: ClassVar[bool] = True
    is_in_place: ClassVar[bool] = True

    def check_replaced(self, place: Path) -> None:
        """Refuse to replace a folder that is not all Iceberg's, such as the log of a dataset."""
        refuse_others(place, WAREHOUSE, _FILES)
        is_begun = is_regular(place / UNFINISHED)
        if not is_begun and os.path.lexists(place / CATALOG) and not _is_catalog(place / CATALOG):
            raise NotOurs(f"{place / CATALOG} is no catalog of Iceberg. Name another place.")

    def write(self, data: Data, output: Output) -> None:
        """Write the tables where they are to stay; nothing stays of what came to no end."""
        library = self.library()
        assert library is not None  # it requires one
        place = output.in_place()
        words = {"uri": f"sqlite:///{place / CATALOG}", "warehouse": place.as_uri()}
        try:
            place.mkdir(exist_ok=True)
            (place / UNFINISHED).touch()
            _remove(place)
            with closing(library.SqlCatalog("synthview", **words)) as catalog:
                catalog.create_namespace(WAREHOUSE)
                for name in LOG:
                    output.rows += _fill(catalog, data, table(name))
        except BaseException:
            _remove(place)
            with suppress(OSError):
                (place / UNFINISHED).unlink(missing_ok=True)
                place.rmdir()
            raise
        (place / UNFINISHED).unlink()
        output.note(place)


def _is_catalog(path: Path) -> bool:
    """Whether a file is a catalog in SQLite."""
    content = path.read_bytes() if is_regular(path) else b""
    return content.startswith(b"SQLite format 3\0") and b"iceberg_tables" in content


def _remove(place: Path) -> None:
    """Remove what an earlier conversion left: the catalog, and the files of its tables."""
    for name in (CATALOG, f"{CATALOG}-journal"):
        (place / name).unlink(missing_ok=True)
    shutil.rmtree(place / WAREHOUSE, ignore_errors=True)


def _fill(catalog: Any, data: Data, of: Table) -> int:
    """Create a table and append its parts, as one transaction; return how many rows."""
    oldest = pl.CompatLevel.oldest()
    schema = plain(pl.DataFrame(schema=of.schema), time=UTC).to_arrow(compat_level=oldest).schema
    made = catalog.create_table(of.path, schema=schema)
    count = 0
    with made.transaction() as transaction:
        for rows in batches_of(data, of):
            if len(rows):
                stored = plain(rows, time=UTC)
                transaction.append(stored.to_arrow(compat_level=oldest))
            count += len(rows)
    return count
