"""Which files a run has: it follows from its size, days, tables and format alone.

A part is a fixed range of households × one received day, in folders such as ``day=2017-10-02``,
which engines read as a partition. Where a table tells a country, the day may have a folder for each
country. Without partitions a part is a range of households with all its days.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import product
from typing import Any, Self

import numpy as np
import polars as pl
from pydantic import TypeAdapter

from synthview.scenario.declarations import LONGEST_DAYS
from synthview.sinks.database import DATABASE
from synthview.sinks.formats import FEWEST_ROWS_PER_GROUP, FORMATS, ROWS_PER_GROUP, WRITERS, Format
from synthview.sinks.lineage import SUFFIX
from synthview.sinks.sorting import SORTS
from synthview.sinks.text import ID_FORMS
from synthview.tables import ALL_TABLES, COUNTRIES, table

__all__ = [
    "HIDDEN",
    "PARTITIONS",
    "PARTS",
    "PART_HOUSEHOLDS",
    "SELDOM",
    "TITLES",
    "Layout",
    "country_folder",
    "day_folder",
    "day_text",
    "households_of_file",
    "number_of",
    "usual_part",
]

PART_HOUSEHOLDS = 1_024
"""Households of a part at least: a received day of theirs is some 70,000 events, 1 MB."""
USUAL_PART_HOUSEHOLDS = 4_096
"""Of a large run: two workers need less than 1 GB for them, of which each holds a part's day."""
MOST_PART_HOUSEHOLDS = 131_072
FEWEST_PARTS = 4
"""A run is cut into so many ranges at least, as far as that goes, for workers to share."""
HIDDEN = ".synthview"
PARTS = f"{HIDDEN}/parts/"
"""Where parts wait that are only on their way into a database."""
TITLES = "log.titles"
SELDOM: Mapping[str, Any] = {"first_household": 0, "writer": WRITERS[0]}
"""What a layout states only where it is not as usual, and what is usual."""
PARTITIONS = ("day", "country", "none")
"""How dated tables are cut into folders: by UTC day, by day and country, or not at all."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MOST_HOUSEHOLDS = 2**32
LAST_DAY = 100_000
"""Bounds of what a layout on the disk may name: days of this century and the next two."""


def day_text(day: int) -> str:
    """A day since 1970 as its date, ``2017-11-17``."""
    return (EPOCH + timedelta(days=day)).date().isoformat()


def day_folder(day: int) -> str:
    """The folder of a day, as Hive names it and query engines read it: ``day=2017-11-17``."""
    return f"day={day_text(day)}"


def country_folder(country: str) -> str:
    """The folder of a country inside that of a day: ``country=US``."""
    return f"country={country}"


@dataclass(frozen=True, slots=True)
class Layout:
    """The files of a run, by table, range of households and day.

    `ids` is the form that ids have in them, and `bom` says whether CSV begins with a byte order
    mark. A part is of `part_households` households, and in Parquet a row group of at most so many
    rows. `sort` is the order of rows in a file, and `writer` the package that writes Parquet. Of a
    larger run it is the households from `first_household` on.
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
    part_households: int = PART_HOUSEHOLDS
    row_group: int = ROWS_PER_GROUP
    sort: str = SORTS[0]
    first_household: int = SELDOM["first_household"]
    writer: str = SELDOM["writer"]

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
        problems = (
            *self._problems_of_files(),
            *self._problems_of_rows(),
            *self._problems_of_size(),
        )
        for problem in problems:
            raise ValueError(problem)

    def _problems_of_files(self) -> Iterator[str]:
        """Say which tables, formats or forms no run of this version can have."""
        known = {one.path for one in ALL_TABLES}
        is_twice = len(set(self.tables)) < len(self.tables)
        if not self.tables or is_twice or not known.issuperset(self.tables):
            yield f"tables are not those of this version: {', '.join(self.tables)[:200]}"
        compressions = FORMATS[self.format].compressions if self.format in FORMATS else ()
        if self.compression not in compressions:
            yield f"the format {self.format:.20} with {self.compression:.20} is unknown"
        if self.partition not in PARTITIONS or self.ids not in ID_FORMS:
            yield f"the partition {self.partition:.20} with ids as {self.ids:.20} is unknown"

    def _problems_of_rows(self) -> Iterator[str]:
        """Say in which order, or by which package, no run can write rows."""
        if self.sort not in SORTS:
            yield f"the order of rows {self.sort:.20} is unknown"
        if self.writer not in (WRITERS if self.format == "parquet" else WRITERS[:1]):
            yield f"the writer {self.writer:.20} of {self.format:.20} is unknown"

    def _problems_of_size(self) -> Iterator[str]:
        """Say of which size no run can be."""
        if not 0 < self.households < MOST_HOUSEHOLDS - self.first_household <= MOST_HOUSEHOLDS:
            most = f"{MOST_HOUSEHOLDS - 1 - max(self.first_household, 0):,}"
            yield f"households is {self.households}; from 1 to {most} can be"
        if not PART_HOUSEHOLDS <= self.part_households <= MOST_PART_HOUSEHOLDS:
            few = f"{PART_HOUSEHOLDS:,}"
            many = f"{MOST_PART_HOUSEHOLDS:,}"
            yield f"part_households is {self.part_households}; from {few} to {many} can be"
        if self.row_group < FEWEST_ROWS_PER_GROUP:
            yield f"row_group is {self.row_group}; at least {FEWEST_ROWS_PER_GROUP:,} can be"
        if not 0 <= self.first_day < self.last_day <= LAST_DAY:
            days = f"{self.first_day} to {self.last_day}"
            yield f"the days {days} since 1970 are no days of a run"
        if self.days > LONGEST_DAYS:
            longest = f"the {LONGEST_DAYS:,} of the longest run"
            yield f"{self.days:,} days are more than {longest}"

    def stated(self) -> dict[str, Any]:
        """All of it as values, but for those of `SELDOM` that are the usual ones."""
        values = asdict(self).items()
        return {name: one for name, one in values if name not in SELDOM or one != SELDOM[name]}

    @property
    def days(self) -> int:
        """Days of the window."""
        return self.last_day - self.first_day

    @property
    def kind(self) -> Format:
        """The format the parts are written in, ids in the form of this run."""
        form = FORMATS[self.format]
        return replace(
            form,
            ids=self.ids,
            bom=self.bom,
            row_group=self.row_group,
            sort=self.sort,
            package=self.writer,
        )

    @property
    def is_by_day(self) -> bool:
        """Whether dated tables have a folder for each day."""
        return self.partition != "none"

    @property
    def is_database(self) -> bool:
        """Whether the parts are only on their way into a database."""
        return self.format == "duckdb"

    @property
    def homes(self) -> range:
        """The households of the run, by their numbers in the whole world."""
        return range(self.first_household, self.first_household + self.households)

    @property
    def range_count(self) -> int:
        """How many ranges the households make."""
        return -(-self.households // self.part_households)

    @property
    def home_tables(self) -> tuple[str, ...]:
        """The tables that are made of homes, and not of the company as a whole."""
        return tuple(name for name in self.tables if not table(name).of_company)

    @property
    def ranges_with_files(self) -> int:
        """How many ranges have files: tables of all households at once are in the first."""
        return 1 if all(map(_is_of_all, self.tables)) else self.range_count

    def range(self, number: int) -> range:
        """The households of one range."""
        size = self.part_households
        return self.homes[number * size : (number + 1) * size]

    def countries(self, name: str) -> tuple[str | None, ...]:
        """The countries that a day of a table is cut into: of one that tells none, None alone."""
        of = table(name)
        tells = of.dated and not of.of_company and "country" in of.schema
        return COUNTRIES if tells and self.partition == "country" else (None,)

    def path(self, name: str, number: int, day: int | None, country: str | None = None) -> str:
        """Where a part lies in the directory; `day` is None for tables that are not cut by day."""
        home = PARTS if self.is_database else ""
        dated = f"{day_folder(day)}/" if day is not None and self.is_by_day else ""
        if country is not None:
            dated += f"{country_folder(country)}/"
        folder = f"{home}{name.replace('.', '/')}/{dated}"
        return f"{folder}{number:06}{self.kind.file_suffix(self.compression)}"

    def cut(
        self, name: str, number: int, day: int | None, rows: pl.DataFrame
    ) -> Iterator[tuple[str, pl.DataFrame]]:
        """Cut rows of a range, of one day where days have folders, into parts: path and rows."""
        countries = self.countries(name)
        if countries == (None,):
            yield self.path(name, number, day), rows
            return
        code = rows["country"].to_physical().to_numpy()
        ordered = rows[np.argsort(code, kind="stable")]
        counts = np.bincount(code, minlength=len(countries)).tolist()
        begin = 0
        for country, count in zip(countries, counts, strict=True):
            yield self.path(name, number, day, country), ordered.slice(begin, count)
            begin += count

    def paths(self, number: int) -> Iterator[str]:
        """Every part of a range."""
        for name in self.tables:
            if number and _is_of_all(name):
                continue
            if table(name).dated and self.is_by_day:
                days = range(self.first_day, self.last_day)
                yield from (
                    self.path(name, number, *part) for part in product(days, self.countries(name))
                )
            else:
                yield self.path(name, number, None)

    def all_paths(self) -> Iterator[str]:
        """Every file a run of this layout may have written, apart from its manifest."""
        if self.is_database:
            yield DATABASE
        for number in range(self.range_count):
            for path in self.paths(number):
                yield from (path, path + SUFFIX) if self.kind.is_text else (path,)

    def owned_by(self, found: Iterable[str]) -> set[str]:
        """Those of some paths at which a run of this layout puts files, however large it is."""
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


def _is_of_all(name: str) -> bool:
    """Whether a table is of all households at once, and lies in the first range."""
    return name == TITLES or table(name).of_company


def usual_part(households: int) -> int:
    """How many households a part has unless a size of files is asked for: more in larger runs."""
    return _whole_parts(min(households // FEWEST_PARTS, USUAL_PART_HOUSEHOLDS))


def households_of_file(file_bytes: int, bytes_per_household: int) -> int:
    """How many households a part has whose file of events is to be of at most about a size."""
    return _whole_parts(file_bytes // max(bytes_per_household, 1))


def _whole_parts(households: int) -> int:
    """The largest power of two times PART_HOUSEHOLDS that is not above a number of households."""
    times = max(households // PART_HOUSEHOLDS, 1)
    doubled = times.bit_length() - 1
    wanted = PART_HOUSEHOLDS << doubled
    return min(wanted, MOST_PART_HOUSEHOLDS)


def number_of(path: str) -> int:
    """The range that a part belongs to, by its file's name; raises ValueError if there is none."""
    return int(path.rpartition("/")[2].partition(".")[0])


@cache
def _reader() -> TypeAdapter[Any]:
    return TypeAdapter(Layout)
