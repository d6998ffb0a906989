"""Tables of Delta Lake, for Spark, DuckDB and warehouses that read them."""

from __future__ import annotations

import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import polars as pl

from synthview.formats.making.data import Data
from synthview.formats.making.form import RealFormat
from synthview.formats.making.log_tables import LOG, batches_of, plain
from synthview.formats.making.output import Output, refuse_others
from synthview.tables import table

__all__ = ["Delta"]

_FILES = re.compile(r"[^/]+\.parquet|_delta_log/.*")
UTC = pl.Datetime("us", "UTC")


@dataclass(frozen=True)
class Delta(RealFormat):
    """Delta Lake: a table log_plays, log_events and so on for each table of the log.

    Ids are whole numbers, times are instants of microseconds, choices are texts. Each table has one
    commit for each part of the dataset. Needs synthview[delta].
    """

    tables: ClassVar[tuple[str, ...]] = LOG
    requires: ClassVar[tuple[str, ...]] = ("delta", "deltalake")
    leaves_out: ClassVar[tuple[str, ...]] = (
        "choices as types of their own",
        "which columns may not be empty",
        "a past: a table has no earlier versions but its parts",
    )
    is_folder: ClassVar[bool] = True

    def check_replaced(self, place: Path) -> None:
        """Refuse to replace folders that hold other files than a table does."""
        for name in LOG:
            refuse_others(place, f"{name.replace('.', '_')}", _FILES)

    def write(self, data: Data, output: Output) -> None:
        """Write table after table beside the place, part by part."""
        lake = self.library()
        assert lake is not None  # it requires one
        for name in LOG:
            folder = name.replace(".", "_")
            with tempfile.TemporaryDirectory(dir=output.folder) as near:
                place = Path(near, folder)
                for rows in batches_of(data, table(name)):
                    stored = plain(rows, time=UTC)
                    lake.write_deltalake(str(place), stored, mode="append")
                    output.rows += len(rows)
                output.adopt(place, folder)
