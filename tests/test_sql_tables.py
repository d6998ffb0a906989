"""Tables as SQL: databases take the statements that make them, the statements that fill them, and every row of our files."""

from __future__ import annotations

import sqlite3
import subprocess
from pathlib import Path
from shutil import which
from typing import Any

import duckdb
import polars as pl
import pytest
from commands import run as command
from documented import documented

import synthview
from synthview import ids_to_int, ids_to_text
from synthview.dataset import RunDirectory
from synthview.errors import InputError, UnknownName
from synthview.sinks.sql_loading import loading
from synthview.tables import BY_PATH, TABLES

SMALL = {"catalogue.film_count": 150, "catalogue.series_count": 40, "run.warm_up_days": 3}
NAMES = "it's [a] *folder?"
"""A directory whose name is no pattern and no syntax."""


def made(place: Path, format_: str, ids: str, scenario: str = "tiny") -> RunDirectory:
    """A small dataset in a directory with a name that must be quoted."""
    directory = place / NAMES
    without = ["schema_drift", "truncated_rows"] if scenario == "nasty" else ()
    words: dict[str, Any] = {
        "households": 12,
        "days": 2,
        "set": SMALL,
        "without": without,
        "workers": 1,
    }
    return synthview.generate(scenario, directory=directory, format=format_, ids=ids, **words)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.path)
def test_sql_is_taken_by_a_database(table: Any) -> None:
    """DuckDB makes the table as printed, with every column, its emptiness and its comment."""
    with duckdb.connect() as database:
        database.execute(synthview.ddl(table.path))
        built = database.execute(
            "SELECT column_name, is_nullable, comment FROM duckdb_columns() WHERE NOT internal"
        ).fetchall()
    assert [(name, empty) for name, empty, _ in built] == [
        (one.name, one.nullable) for one in table.columns
    ]
    assert all(comment for *_, comment in built)


@pytest.mark.parametrize(
    ("format_", "ids", "scenario"),
    [("parquet", "text", "tiny"), ("csv", "text", "nasty"), ("ndjson", "int", "nasty"),
     *(pytest.param(*one, marks=pytest.mark.slow)
       for one in (("parquet", "int", "nasty"), ("csv", "int", "tiny"), ("ndjson", "text", "tiny")))],
)  # fmt: skip
def test_duckdb_holds_every_row(format_: str, ids: str, scenario: str, tmp_path: Path) -> None:
    """What the statements load from files of a format is what was written, in any time zone, and no key is broken."""
    run = made(tmp_path, format_, ids, scenario)
    with duckdb.connect() as database:
        database.execute("SET TimeZone = 'Asia/Tokyo'")
        database.execute(synthview.ddl(dialect="duckdb", format=format_, ids=ids))
        database.execute(
            loading(directory=run.directory, dialect="duckdb", format=format_, ids=ids)
        )
        for name in run.tables:
            assert_same(run, name, pl.DataFrame(database.sql(f"FROM {name}")))


def assert_same(run: RunDirectory, name: str, found: pl.DataFrame) -> None:
    """Compare the rows of a database with those of a run, in any order."""
    table = BY_PATH[name]
    told = found.with_columns(
        ids_to_int(found[one.name])
        for one in table.columns
        if one.kind in ("id", "ids") and found[one.name].dtype in (pl.String, pl.List(pl.String))
    )
    key = list(table.key)
    expected = run.scan(name).collect().sort(key)
    assert told.cast(dict(table.schema)).sort(key).equals(expected, null_equal=True), name


@pytest.mark.skipif(which("sqlite3") is None, reason="needs the shell sqlite3")
@pytest.mark.parametrize("ids", ["text", "int"])
def test_sqlite_holds_every_row(ids: str, tmp_path: Path) -> None:
    """The shell makes and fills all tables, empty is null and not an empty text, and no reference is broken."""
    run = made(tmp_path, "csv", ids, "nasty")
    words = {"dialect": "sqlite", "ids": ids}
    script = ".bail on\n" + synthview.ddl(**words) + loading(directory=run.directory, **words)
    place = tmp_path / "of.sqlite"
    subprocess.run(
        ["sqlite3", str(place)], input=script, text=True, check=True, capture_output=True
    )
    with sqlite3.connect(place) as database:
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
        for name in run.tables:
            table = name.replace(".", "_")
            expected = run.scan(name).collect()
            assert database.execute(f"SELECT count(*) FROM {table}").fetchone() == (len(expected),)  # noqa: S608  a table of ours
            empty = [one.name for one in BY_PATH[name].columns if one.nullable]
            counts = ", ".join(f"total({column} IS NULL)" for column in empty)
            nulls = database.execute(f"SELECT {counts} FROM {table}").fetchone() if empty else ()  # noqa: S608  a table of ours
            assert nulls == tuple(expected[column].null_count() for column in empty)
        hours = database.execute(
            "SELECT sum(watched_ms), sum(autoplayed), max(closed_at) FROM log_plays"
        ).fetchone()
        play = database.execute("SELECT play_id FROM log_plays").fetchall()
        texts = database.execute("SELECT closed_at FROM log_plays").fetchall()
    database.close()
    plays = run.scan("log.plays").collect()
    assert hours[:2] == (plays["watched_ms"].sum(), plays["autoplayed"].sum())
    assert all(text.endswith("Z") for (text,) in texts)
    found = [one for (one,) in play]
    assert sorted(found if ids == "int" else ids_to_int(found)) == sorted(plays["play_id"])


def test_tables_alone_have_no_references() -> None:
    """References are made among the tables asked for, and a comment says where the others lead."""
    alone, both = synthview.ddl("log.plays"), synthview.ddl(["log.plays", "log.titles"])
    assert "FOREIGN KEY" not in alone
    assert "-- title_id is in log.titles, which is not made here." in alone
    assert 'FOREIGN KEY ("title_id") REFERENCES "log"."titles" ("title_id")' in both
    assert both.index('CREATE TABLE "log"."titles"') < both.index('CREATE TABLE "log"."plays"')


@pytest.mark.slow
def test_one_call_prints_all_tables(tmp_path: Path) -> None:
    """``show tables`` prints what makes and fills all tables; with a dataset, in the form that lies there."""
    words = ("show", "tables", "--as")
    assert command(*words, "sql", "--dialect", "postgresql").stdout == synthview.ddl(
        dialect="postgresql"
    )
    run = made(tmp_path, "csv", "int")
    told = command(*words, "sql", "--dialect", "sqlite", "--data", str(run.directory)).stdout
    assert told == synthview.ddl(dialect="sqlite", ids="int")
    loads = command(*words, "load", "--dialect", "sqlite", "--data", str(run.directory)).stdout
    assert loads == loading(directory=run.directory, dialect="sqlite", ids="int")
    assert command("show", "plays", "--as", "sql", "--ids", "text").stdout == synthview.ddl(
        "log.plays", ids="text"
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [(("show", "tables"), "synthview list tables"), (("show", "plays", "--dialect", "sqlite"), "--dialect goes with"),
     (("show", "plays", "--as", "sql", "--dialect", "postgres"), "Did you mean 'postgresql'"),
     (("show", "plays", "--as", "sql", "--dialect", "postgresql", "--format", "arrow"), "It reads: csv, ndjson"),
     (("show", "plays", "--as", "sql", "--ids", "txt"), "Did you mean 'text'")],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(words: tuple[str, ...], said: str) -> None:
    """With a message that says what would."""
    assert said in " ".join(command(*words, expect=2).stderr.split())


def test_names_of_python_are_checked() -> None:
    """Tables, dialects and formats that there are not raise errors of ours."""
    with pytest.raises(UnknownName, match=r"log\.plays"):
        synthview.ddl("log.play")
    with pytest.raises(InputError, match="does not read parquet"):
        synthview.ddl(dialect="sqlite", format="parquet")


def test_documented_macros_convert_ids() -> None:
    """The macros of docs/files.md do in DuckDB what the converter does in Python."""
    with duckdb.connect() as database:
        database.execute(documented("duckdb"))
        for number in (0, 1, 2**62, 1234567890123456789, 2**63 - 1):
            text = ids_to_text(number, "play_id")
            asked = "SELECT id_to_int($text), id_to_text($number::BIGINT, 'p')"
            assert database.execute(asked, {"text": text, "number": number}).fetchone() == (
                number,
                text,
            )
        assert database.execute("SELECT id_to_int(NULL)").fetchone() == (None,)
