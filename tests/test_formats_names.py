"""Names with quotes, commas, line ends, right-to-left letters and emoji, in every format that there is."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import fastavro
import polars as pl
import pytest
from formats_data import NASTY, converted, dataset, frames

from synthview.formats.making.known import real_formats

csv.field_size_limit(10**9)


def _texts(value: Any) -> Iterator[str]:
    """All texts in what JSON holds."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)


def _lines(place: Path) -> Iterator[str]:
    for line in place.read_bytes().decode().split("\n")[:-1]:
        yield from _texts(json.loads(line))


def _documents(place: Path) -> Iterator[str]:
    for one in place.rglob("*.json"):
        yield from _texts(json.loads(one.read_bytes()))


def _cells(text: str) -> Iterator[str]:
    for row in csv.reader(io.StringIO(text, newline="")):
        yield from row


def _tables(place: Path) -> Iterator[str]:
    for one in place.rglob("*.csv"):
        yield from _cells(one.read_bytes().decode())


def _reports(place: Path) -> Iterator[str]:
    for one in place.iterdir():
        with zipfile.ZipFile(one) as packed:
            for name in packed.namelist():
                if name.endswith(("ViewingActivity.csv", "Profiles.csv")):
                    yield from _cells(packed.read(name).decode())


def _database(place: Path) -> Iterator[str]:
    with closing(sqlite3.connect(place)) as database:
        for (name,) in database.execute("SELECT name FROM log_titles"):
            yield name


def _containers(place: Path) -> Iterator[str]:
    with (place / "log_titles.avro").open("rb") as file:
        for row in fastavro.reader(file):
            yield row["name"]  # type: ignore[index,call-overload]


def _columns(place: Path) -> Iterator[str]:
    for line in place.read_bytes().decode().split("\n")[:-1]:
        for cell in line.split("\t"):
            if cell.startswith("{"):
                yield from _texts(json.loads(cell))


READERS: dict[str, Callable[[Path], Iterator[str]]] = {
    "avro": _containers, "ga4": _lines, "movielens": _tables,
    "netflix-history": _tables, "netflix-report": _reports, "segment": _lines, "snowplow": _columns,
    "spotify": _documents, "sqlite": _database, "trakt": _documents, "xapi": _lines,
}  # fmt: skip
"""How anybody reads the texts of a format."""
ELSEWHERE = {
    "cloudfront": "it has no names",
    "delta": "test_formats_warehouses",
    "excel": "test_formats_excel",
    "iceberg": "test_formats_warehouses",
    "netflix-prize": "its letters are those of Latin-1: test_formats_recommenders",
    "postgresql": "test_postgresql",
    "recbole": "its cells have no tabs and no line ends: test_formats_recommenders",
    "snowplow-atomic": "test_postgresql",
    "xes": "test_formats_traces",
}
"""Formats whose names are looked at there, or that have none."""


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The dataset of the eight accounts that played most; all of its titles have a nasty name."""
    place = dataset(tmp_path_factory.mktemp("names") / "data")
    top = frames()["plays"]["account_id"].value_counts(sort=True).head(8)["account_id"]
    for one in (place / "log").iterdir():
        rows = pl.read_parquet(one)
        if "account_id" in rows.columns:
            rows.filter(pl.col("account_id").is_in(top.implode())).write_parquet(one)
        elif one.stem == "titles":
            place_in = pl.col("title_id").rank("dense").cast(pl.Int64) % len(NASTY)
            nasty = pl.lit(pl.Series(NASTY)).gather(place_in)
            rows.with_columns(name=nasty + " " + pl.col("name")).write_parquet(one)
    return place


def test_every_format_is_looked_at() -> None:
    """Whoever adds a format says how its names are read."""
    ours = {name for name, brought in real_formats().items() if brought.package == "synthview"}
    assert ours == {*READERS, *ELSEWHERE}


@pytest.mark.slow
@pytest.mark.parametrize("name", READERS)
def test_names_come_back_as_they_were(source: Path, tmp_path: Path, name: str) -> None:
    """What anybody reads has the names of films that were played, to the last letter."""
    converted(
        source, name, tmp_path / "out", **({"stars": "completion"} if name == "movielens" else {})
    )
    found = set(READERS[name](tmp_path / "out"))
    plays = pl.read_parquet(source / "log" / "plays.parquet")
    counted = (pl.col("kind") == "film") & (pl.col("completion") > 0.8)
    titles = pl.read_parquet(source / "log" / "titles.parquet").unique("title_id")
    films = titles.join(plays.filter(counted), on="title_id", how="semi")
    told = set(films["name"])
    nasty = {one for one in NASTY for film in told if film.startswith(one)}
    assert len(nasty) > 5
    bare = found | {text[: -len(" (2017)")] for text in found if name == "movielens"}
    assert told - bare == set()
