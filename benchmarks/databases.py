"""Query engines as canonical queries are put to them: each answers SQL of its own dialect."""

from __future__ import annotations

import importlib
import importlib.util
import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import polars as pl
import polars.selectors as cs

from synthview.answers.over_files import over_files
from synthview.answers.rendering import SPOKEN
from synthview.dataset import RunDirectory
from synthview.sinks.sql_tables import ddl
from synthview.tables import table

__all__ = ["ENGINES", "Ask", "is_installed"]

Ask = Callable[[str], Sequence[Sequence[Any]]]
"""Answers a statement with rows."""
ROWS_AT_ONCE = 50_000


@contextmanager
def duckdb(run: RunDirectory) -> Iterator[Ask]:
    """DuckDB over the files."""
    with closing(importlib.import_module("duckdb").connect()) as database:
        for statement in over_files(run, SPOKEN["duckdb"]):
            database.execute(statement)
        yield lambda sql: database.execute(sql).fetchall()


@contextmanager
def polars(run: RunDirectory) -> Iterator[Ask]:
    """The SQL of polars over the files; choices are text, so that they sort as text."""
    frames = {
        name.replace(".", "_"): run.scan(name).with_columns(cs.enum().cast(pl.String))
        for name in run.tables
    }
    context = pl.SQLContext(frames)
    yield lambda sql: context.execute(sql).collect(engine="streaming").rows()


@contextmanager
def datafusion(run: RunDirectory) -> Iterator[Ask]:
    """DataFusion over the files; their choices as text, since it fails to join dictionaries."""
    arrow, parquet = (importlib.import_module(one) for one in ("pyarrow", "pyarrow.parquet"))
    context = importlib.import_module("datafusion").SessionContext()
    for name in run.tables:
        schema = parquet.read_schema(run.directory / run.parts(name)[0].path)
        for place, field in enumerate(schema):
            if arrow.types.is_dictionary(field.type):
                schema = schema.set(place, field.with_type(arrow.string()))
        folder = run.directory / name.replace(".", "/")
        context.register_parquet(name.replace(".", "_"), str(folder), schema=schema)
    yield lambda sql: _rows(context.sql(sql).to_arrow_table())


@contextmanager
def chdb(run: RunDirectory) -> Iterator[Ask]:
    """ClickHouse, as chdb brings it into this process, over the files."""
    arrow = importlib.import_module("pyarrow")
    session = importlib.import_module("chdb.session").Session()
    with closing(session):
        for statement in ["SET session_timezone = 'UTC'", *over_files(run, SPOKEN["clickhouse"])]:
            session.query(statement)

        def ask(sql: str) -> Sequence[Sequence[Any]]:
            told = arrow.BufferReader(session.query(sql, "Arrow").bytes())
            return _rows(arrow.ipc.open_file(told).read_all())

        yield ask


@contextmanager
def sqlite(run: RunDirectory) -> Iterator[Ask]:
    """SQLite, which has to be filled: its tables are those of ``show tables --as sql``."""
    with (
        tempfile.TemporaryDirectory() as folder,
        closing(sqlite3.connect(Path(folder, "log.sqlite"))) as database,
    ):
        logged = [name for name in run.tables if name.startswith("log.")]
        database.executescript(ddl(logged, dialect="sqlite", format="csv", ids="int"))
        for name in logged:
            _fill(database, run, name)
        yield lambda sql: database.execute(sql).fetchall()


@contextmanager
def spark(run: RunDirectory) -> Iterator[Ask]:
    """Spark in this machine, over the files."""
    builder = importlib.import_module("pyspark.sql").SparkSession.builder.master("local[2]")
    session = builder.config("spark.ui.enabled", "false").getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    try:
        for statement in over_files(run, SPOKEN["spark"]):
            session.sql(statement)
        yield lambda sql: session.sql(sql).collect()
    finally:
        session.stop()


ENGINES: Mapping[str, tuple[str, str, Any]] = {
    "duckdb": ("duckdb", "duckdb", duckdb),
    "polars": ("polars", "polars", polars),
    "sqlite": ("sqlite", "sqlite3", sqlite),
    "datafusion": ("datafusion", "datafusion", datafusion),
    "chdb": ("clickhouse", "chdb", chdb),
    "spark": ("spark", "pyspark", spark),
}
"""By name: the dialect, the module that must be there, and how the engine is opened."""


def is_installed(engine: str) -> bool:
    """Whether an engine can be imported here."""
    return importlib.util.find_spec(ENGINES[engine][1]) is not None


def _rows(arrow: Any) -> list[tuple[Any, ...]]:
    columns = [one.to_pylist() for one in arrow.columns]
    return list(zip(*columns, strict=True))


def _fill(database: sqlite3.Connection, run: RunDirectory, name: str) -> None:
    """Insert the rows of a table, times as the text that SQLite's functions of dates read."""
    marks = ", ".join("?" for _ in table(name).columns)
    insert = f'INSERT INTO "{name.replace(".", "_")}" VALUES ({marks})'  # noqa: S608  our own names
    for part in run.parts(name):
        texts = (
            run.scan_parts(name, [part])
            .with_columns(
                cs.datetime().dt.strftime("%Y-%m-%dT%H:%M:%S%.3fZ"),
                cs.date().dt.strftime("%Y-%m-%d"),
                cs.enum().cast(pl.String),
            )
            .collect()
        )
        with database:
            for some in texts.iter_slices(ROWS_AT_ONCE):
                database.executemany(insert, some.iter_rows())
