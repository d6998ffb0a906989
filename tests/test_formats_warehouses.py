"""The log in Avro, Delta Lake and Iceberg: their own readers find every row and value."""

from __future__ import annotations

import gzip
import os
import sys
from datetime import UTC
from importlib import import_module
from pathlib import Path
from typing import Any

import fastavro
import polars as pl
import pytest
from commands import Told
from formats_data import converted, dataset, frames
from polars.testing import assert_frame_equal

import synthview
from synthview.dataset import lines
from synthview.engines.order import Order, order

LOG = (
    "accounts",
    "profiles",
    "devices",
    "titles",
    "events",
    "plays",
    "ratings",
    "searches",
    "clicks",
)


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The dataset of all tests."""
    return dataset(tmp_path_factory.mktemp("warehouses") / "data")


def _plain(name: str) -> pl.DataFrame:
    """A table of the log with choices as texts, in an order that does not hang on files."""
    rows = frames()[name].with_columns(pl.col(pl.Enum).cast(pl.String))
    return rows.sort(rows.columns)


def _same(found: Any, name: str) -> None:
    """Compare what a reader of a warehouse returns with a table of the log."""
    read = pl.DataFrame(found)
    times = [column for column, kind in read.schema.items() if kind == pl.Datetime]
    in_utc = [pl.col(one).dt.replace_time_zone(None).cast(pl.Datetime("ms")) for one in times]
    got = read.with_columns(in_utc)
    assert_frame_equal(got.sort(got.columns), _plain(name))


def test_avro_has_every_row_and_value(source: Path, tmp_path: Path) -> None:
    """Small tables to the value, with times as instants; of messages their number and playing time."""
    converted(source, "avro", tmp_path / "avro")
    for name in ("profiles", "titles", "ratings", "searches"):
        with (tmp_path / "avro" / f"log_{name}.avro").open("rb") as file:
            rows = list(fastavro.reader(file))
        stated = [{key: _naive(value) for key, value in row.items()} for row in rows]
        _same(pl.DataFrame(stated, schema=_plain(name).schema, orient="row"), name)
    with (tmp_path / "avro" / "log_events.avro").open("rb") as file:
        total = sum(row["played_ms"] for row in fastavro.reader(file))
    assert total == frames()["events"]["played_ms"].sum()
    converted(source, "avro", tmp_path / "again")
    both = [(tmp_path / one / "log_ratings.avro").read_bytes() for one in ("avro", "again")]
    assert both[0] == both[1]


def _library(name: str) -> Any:
    """A library too large for every test run; `.ci/warehouses` has them."""
    if os.environ.get("SYNTHVIEW_NEEDS_WAREHOUSES"):
        return import_module(name)
    return pytest.importorskip(name, reason="needs synthview[delta,iceberg]")


def _naive(value: Any) -> Any:
    return value.astimezone(UTC).replace(tzinfo=None) if hasattr(value, "astimezone") else value


@pytest.mark.slow
def test_delta_lake_reads_it(source: Path, tmp_path: Path) -> None:
    """Every table is one of Delta Lake, with the rows and values of the log."""
    deltalake = _library("deltalake")
    written = converted(source, "delta", tmp_path / "lake")
    assert written.rows == sum(frames()[name].height for name in LOG)
    for name in LOG:
        table = deltalake.DeltaTable(str(tmp_path / "lake" / f"log_{name}"))
        _same(pl.read_delta(table), name)


@pytest.mark.slow
@pytest.mark.filterwarnings("default")  # of the library itself
def test_iceberg_reads_it(source: Path, tmp_path: Path, told: Told) -> None:
    """Every table is in the catalog, with the rows and values of the log; a second time needs --overwrite."""
    catalogs = _library("pyiceberg.catalog.sql")
    place = tmp_path / "ice"
    converted(source, "iceberg", place)
    code, _, err = told("convert", str(source), "--format", "iceberg", "-o", str(place))
    assert (code, "--overwrite" in err) == (3, True)
    again = ("convert", str(source), "--format", "iceberg", "-o", str(place), "--overwrite")
    assert told(*again)[0] == 0
    words = {"uri": f"sqlite:///{place / 'catalog.db'}", "warehouse": place.as_uri()}
    catalog = catalogs.SqlCatalog("synthview", **words)
    for name in LOG:
        _same(pl.from_arrow(catalog.load_table(f"log.{name}").scan().to_arrow()), name)
    catalog.close()


def test_a_package_that_lacks_is_named_before_anything_is_simulated(
    tmp_path: Path, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The command says which extra to install; a server needs an address."""
    monkeypatch.setitem(sys.modules, "deltalake", None)
    code, _, err = told("generate", "tiny", "--format", "delta", "-o", str(tmp_path / "lake"))
    assert (code, "pip install 'synthview[delta]'" in " ".join(err.split())) == (2, True)
    assert list(tmp_path.iterdir()) == []
    code, _, err = told("convert", str(tmp_path), "--format", "postgresql", "-o", "database")
    assert (code, "postgresql is sent to a server: -o postgresql://…" in err) == (2, True)


@pytest.mark.parametrize("compression", ["none", "gzip"])
def test_csv_on_the_standard_output_is_one_file(compression: str) -> None:
    """It has one head, and the rows of all days; gzipped it is one stream for every reader."""
    words: dict[str, Any] = {"households": 3, "days": 2, "tables": "log.plays"}
    small = {"catalogue.film_count": 80, "catalogue.series_count": 20, "run.warm_up_days": 3}
    of_files = {"format": "csv", "compression": compression}
    asked = Order(scenario="tiny", settings=small, **of_files, **words)
    text = b"".join(map(bytes, lines(order(asked))))
    whole = gzip.decompress(text) if compression == "gzip" else text
    made = synthview.generate("tiny", set=small, **words)
    read = pl.read_csv(whole, try_parse_dates=True)
    assert read.height == made.log.plays.height
    assert read["watched_ms"].sum() == made.log.plays["watched_ms"].sum()
    assert whole.count(b"play_id") == 1
