"""Which files a run consists of: it follows from the run's size, days, tables and format, and from nothing else.

A part is a fixed range of households × one received day, in folders such as ``day=2017-10-02``, which engines
read as a partition. Without partitions it is a range of households with all its days.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, Self

from pydantic import TypeAdapter

from synthview.scenario.facts import LONGEST_DAYS
from synthview.sinks.database import DATABASE
from synthview.sinks.formats import FORMATS, Format
from synthview.sinks.lineage import SUFFIX
from synthview.sinks.text import ID_FORMS
from synthview.tables import TABLES, table

__all__ = [
    "HIDDEN",
    "PARTITIONS",
    "PARTS",
    "PART_HOUSEHOLDS",
    "TITLES",
    "Layout",
    "day_folder",
    "day_text",
    "number_of",
]

PART_HOUSEHOLDS = 1_024
"""Households of a part: a received day of theirs is some 170,000 events, 2.5 MB as Parquet."""
HIDDEN = ".synthview"
PARTS = f"{HIDDEN}/parts/"
"""Where parts wait that are only on their way into a database."""
TITLES = "log.titles"
PARTITIONS = ("day", "none")
"""How dated tables are cut into folders: by UTC day, or not at all."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MOST_HOUSEHOLDS = 2**32
LAST_DAY = 100_000
"""Bounds of what a layout on the disk may name: its days are days of this and the next two centuries."""


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
    def read(cls, stated: object) -> Self:
        """Make it from JSON values, keys of a later version aside.

        Raises ValueError where they are none of ours, or name more than any run can have.
        """
        layout: Self = stated if isinstance(stated, cls) else _reader().validate_python(stated)
        layout.check()
        return layout

    def check(self) -> None:
        """Raise ValueError unless a run can have this layout: nothing may loop over it before."""
        known = {one.path for one in TABLES}
        if not self.tables or not known.issuperset(self.tables) or len(set(self.tables)) < len(self.tables):
            raise ValueError(f"tables are not those of this version: {', '.join(self.tables)[:200]}")
        if self.format not in FORMATS or self.compression not in FORMATS[self.format].compressions:
            raise ValueError(f"the format {self.format:.20} with {self.compression:.20} is unknown")
        if self.partition not in PARTITIONS or self.ids not in ID_FORMS:
            raise ValueError(f"the partition {self.partition:.20} with ids as {self.ids:.20} is unknown")
        if not 0 < self.households < MOST_HOUSEHOLDS:
            raise ValueError(f"households is {self.households}; from 1 to {MOST_HOUSEHOLDS - 1:,} can be")
        if not 0 <= self.first_day < self.last_day <= LAST_DAY:
            raise ValueError(f"the days {self.first_day} to {self.last_day} since 1970 are no days of a run")
        if self.days > LONGEST_DAYS:
            raise ValueError(f"{self.days:,} days are more than the {LONGEST_DAYS:,} of the longest run")

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

    def owned_by(self, found: Iterable[str]) -> set[str]:
        """Those of some paths at which a run of this layout puts files; however large it is, only `found` counts."""
        by_number: dict[int, set[str]] = {}
        for path in found:
            with suppress(ValueError):
                by_number.setdefault(number_of(path), set()).add(path)
        owned: set[str] = {DATABASE} & set(found) if self.is_database else set()
        for number, paths in by_number.items():
            if 0 <= number < self.range_count:
                ours = set(self.paths(number))
                owned |= {one for one in paths if one.removesuffix(SUFFIX) in ours}
        return owned


def number_of(path: str) -> int:
    """The range a part belongs to, which is its file's name; raises ValueError where that is no number."""
    return int(path.rpartition("/")[2].partition(".")[0])


@cache
def _reader() -> TypeAdapter[Any]:
    return TypeAdapter(Layout)
