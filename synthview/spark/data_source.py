"""Spark's Python data source: rows of a scenario, simulated by the executors that ask for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from operator import and_
from typing import Any

import polars as pl
import pyarrow as pa
from pyspark.sql import datasource
from pyspark.sql.pandas.types import from_arrow_schema

from synthview.errors import InputError, UnknownName
from synthview.predicates import Conditions
from synthview.scanning import HOUSEHOLDS_AT_ONCE, Sought, sought
from synthview.tables import Table

__all__ = ["SynthviewSource"]

OPTIONS = ("scenario", "table", "households", "days", "from", "seed", "without", "columns")
DEFAULT_TABLE = "log.plays"


class SynthviewSource(datasource.DataSource):
    """A table of a scenario, which options name, with households, days, seed and columns."""

    @classmethod
    def name(cls) -> str:
        """Return what ``format`` is told."""
        return "synthview"

    def schema(self) -> Any:
        """Return the columns that are asked for, in the types of Spark."""
        asked = _asked(self.options)
        return from_arrow_schema(_arrow_schema(asked.table, _columns(self.options, asked.table)))

    def reader(self, schema: Any) -> ScenarioReader:  # noqa: ARG002  Spark hands it over
        """Return what reads the table; all of it, whatever Spark names the columns."""
        asked = _asked(self.options)
        return ScenarioReader(asked, _columns(self.options, asked.table))


class ScenarioReader(datasource.DataSourceReader):
    """Cuts households into partitions, and simulates one where Spark wants it."""

    def __init__(self, asked: Sought, columns: Sequence[str]) -> None:
        self.asked = asked
        self.columns = columns

    def pushFilters(self, filters: list[Any]) -> Iterable[Any]:  # noqa: N802  Spark's name
        """Leave out the households and days that filters exclude; Spark applies them all again."""
        recognised = [condition for one in filters for condition in _condition(one)]
        if recognised:
            self.asked = self.asked.narrowed(Conditions(reduce(and_, recognised)))
        return filters

    def partitions(self) -> Sequence[Any]:
        """Ranges of households as `generate` cuts them; the catalogue is one."""
        households = self.asked.households
        if not any(one.name == "account_id" for one in self.asked.table.columns):
            households = households[:1]
        starts = range(0, len(households), HOUSEHOLDS_AT_ONCE)
        cut = (households[start : start + HOUSEHOLDS_AT_ONCE] for start in starts)
        return [HouseholdRange(replace(self.asked, households=some)) for some in cut]

    def read(self, partition: Any) -> Iterator[pa.RecordBatch]:
        """Yield the rows of a partition, a day at a time."""
        asked = partition.value
        schema = _arrow_schema(asked.table, self.columns)
        for frame in asked.frames():
            rows = frame.select(self.columns).to_arrow()
            yield from rows.cast(schema).to_batches()


class HouseholdRange(datasource.InputPartition):
    """Some households: what one task of Spark simulates."""


@dataclass(frozen=True)
class _Options:
    """Options as Spark hands them over: texts, by names in small letters."""

    stated: Mapping[str, str]

    def number(self, name: str) -> int | None:
        text = self.stated.get(name)
        if text is None:
            return None
        try:
            return int(text)
        except ValueError:
            raise InputError(f"The option {name} is '{text}'; a whole number is needed.") from None

    def names(self, name: str) -> list[str]:
        return [one.strip() for one in self.stated.get(name, "").split(",") if one.strip()]


def _asked(stated: Mapping[str, str]) -> Sought:
    """The table that options ask for."""
    for name in stated:
        if name.lower() not in OPTIONS:
            raise UnknownName("option", name, OPTIONS, 'format("synthview")')
    options = _Options(stated)
    if "scenario" not in stated:
        raise InputError('The option scenario is missing: .option("scenario", "everyday").')
    return sought(
        stated["scenario"],
        stated.get("table", DEFAULT_TABLE),
        households=options.number("households"),
        days=options.number("days"),
        start=stated.get("from"),
        seed=options.number("seed"),
        without=options.names("without"),
    )


def _columns(stated: Mapping[str, str], table: Table) -> list[str]:
    """The columns that options ask for; all of the table if none are named."""
    named = _Options(stated).names("columns")
    return [table.column(name).name for name in named] or table.schema.names()


def _arrow_schema(table: Table, columns: Sequence[str]) -> pa.Schema:
    """Types that Spark knows: choices and texts as strings, times in microseconds without zone."""
    types = {
        "text": pa.string(),
        "choice": pa.string(),
        "time": pa.timestamp("us"),
        "day": pa.date32(),
        "count": pa.int32(),
        "claim": pa.bool_(),
        "share": pa.float64(),
        "ids": pa.list_(pa.int64()),
    }
    declared = (table.column(name) for name in columns)
    fields = [pa.field(one.name, types.get(one.kind, pa.int64())) for one in declared]
    return pa.schema(fields)


def _condition(one: Any) -> Iterator[pl.Expr]:
    """Yield a filter of Spark as one of polars; nothing for one that is not of use here."""
    column = pl.col(one.attribute[0]) if len(one.attribute) == 1 else None
    if column is None:
        return
    if isinstance(one, datasource.In):
        yield column.is_in(list(one.value))
    elif isinstance(one, datasource.EqualTo):
        yield column == one.value
    elif isinstance(one, datasource.GreaterThan | datasource.GreaterThanOrEqual):
        yield column >= one.value
    elif isinstance(one, datasource.LessThan | datasource.LessThanOrEqual):
        yield column <= one.value
