"""Which files a run consists of: it follows from the run's size, days, tables and format, and from nothing else.

A part is a fixed range of households × one received day, in folders such as ``day=2017-10-02``, which engines
read as a partition. Without partitions it is a range of households with all its days.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from synthview.sinks.database import DATABASE
from synthview.sinks.formats import FORMATS, Format
from synthview.sinks.lineage import SUFFIX
from synthview.sinks.text import ID_FORMS
from synthview.tables import TABLES, table

__all__ = ["HIDDEN", "PARTITIONS", "PARTS", "PART_HOUSEHOLDS", "TITLES", "Layout", "day_folder", "day_text"]

PART_HOUSEHOLDS = 1_024
"""Households of a part: a received day of theirs is some 170,000 events, 2.5 MB as Parquet."""
HIDDEN = ".synthview"
PARTS = f"{HIDDEN}/parts/"
"""Where parts wait that are only on their way into a database."""
TITLES = "log.titles"
PARTITIONS = ("day", "none")
"""How dated tables are cut into folders: by UTC day, or not at all."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def day_text(day: int) -> str:
    """A day since 1970 as its date, ``2017-11-17``."""
    return (EPOCH + timedelta(days=day)).date().isoformat()


def day_folder(day: int) -> str:
    """The folder of a day in the words of Hive, which DuckDB, Spark, polars and pandas read: ``day=2017-11-17``."""
    return f"day={day_text(day)}"


@dataclass(frozen=True, slots=True)
class Layout:
    """The files of a run, by table, range of households and day.

    `ids` is the form that ids have in them, and `bom` says whether CSV begins with a byte order mark.
    """

    households: int
    first_day: int
    last_day: int
    tables: tuple[str, ...]
    format: str
    compression: str
    partition: str
    ids: str
    bom: bool = False

    @classmethod
    def read(cls, stated: dict[str, Any]) -> Self:
        """Make it from JSON values; raises TypeError, KeyError or ValueError where they are none of ours."""
        layout = cls(**{**stated, "tables": tuple(stated["tables"])})
        known = {one.path for one in TABLES}
        if not known.issuperset(layout.tables) or layout.compression not in FORMATS[layout.format].compressions:
            raise ValueError(stated)
        if layout.partition not in PARTITIONS or layout.ids not in ID_FORMS:
            raise ValueError(stated)
        return layout

    @property
    def days(self) -> int:
        """Days of the window."""
        return self.last_day - self.first_day

    @property
    def kind(self) -> Format:
        """The format the parts are written in, ids in the form of this run."""
        return replace(FORMATS[self.format], ids=self.ids, bom=self.bom)

    @property
    def is_by_day(self) -> bool:
        """Whether dated tables have a folder for each day."""
        return self.partition == "day"

    @property
    def is_database(self) -> bool:
        """Whether the parts are only on their way into a database."""
        return self.format == "duckdb"

    @property
    def range_count(self) -> int:
        """How many ranges the households make."""
        return -(-self.households // PART_HOUSEHOLDS)

    def range(self, number: int) -> range:
        """The households of one range."""
        return range(number * PART_HOUSEHOLDS, min(self.households, (number + 1) * PART_HOUSEHOLDS))

    def path(self, name: str, number: int, day: int | None) -> str:
        """Where a part lies in the directory; `day` is None for tables that are not cut by day."""
        home = PARTS if self.is_database else ""
        dated = f"{day_folder(day)}/" if day is not None and self.is_by_day else ""
        return f"{home}{name.replace('.', '/')}/{dated}{number:06}{self.kind.file_suffix(self.compression)}"

    def paths(self, number: int) -> Iterator[str]:
        """Every part of a range."""
        for name in self.tables:
            if table(name).dated and self.is_by_day:
                yield from (self.path(name, number, day) for day in range(self.first_day, self.last_day))
            elif name != TITLES or number == 0:
                yield self.path(name, number, None)

    def all_paths(self) -> Iterator[str]:
        """Every file a run of this layout may have written, apart from its manifest."""
        if self.is_database:
            yield DATABASE
        for number in range(self.range_count):
            for path in self.paths(number):
                yield from (path, path + SUFFIX) if self.kind.is_text else (path,)
