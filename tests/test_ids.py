"""One form of ids for a dataset: in every format, in what pandas reads, in what commands print, and back again."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow.parquet as pq
import pytest
from commands import run as command
from hypothesis import given
from hypothesis import strategies as st

import synthview
from synthview import ids_to_int, ids_to_text
from synthview.checks import invariants
from synthview.dataset import RunDirectory
from synthview.errors import InputError, UnknownName
from synthview.sinks.footer import parquet_metadata
from synthview.sinks.formats import FORMATS
from synthview.tables import TABLES

SMALL = {"catalogue.film_count": 150, "catalogue.series_count": 40, "run.warm_up_days": 3}
numbers = st.integers(0, 2**63 - 1)


@pytest.fixture(scope="module")
def whole() -> Any:
    """The rows in memory."""
    return synthview.generate("tiny", set=SMALL)


def made(place: Path, format_: str, ids: str | None, **more: Any) -> RunDirectory:
    """The same rows on disk."""
    return synthview.generate(
        "tiny", directory=place, format=format_, ids=ids, set=SMALL, workers=1, **more
    )


# --- Files ------------------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("format_", list(FORMATS))
def test_both_forms_hold_the_same_rows(format_: str, whole: Any, tmp_path: Path) -> None:
    """Every table is read back as it was, digests of content are equal, and what is usual is what is not said."""
    runs = {ids: made(tmp_path / ids, format_, ids) for ids in ("int", "text")}
    contents = [
        {name: one["content"] for name, one in run.manifest["tables"].items()}
        for run in runs.values()
    ]
    assert contents[0] == contents[1]
    for ids, run in runs.items():
        assert run.manifest["settings"]["ids"] == run.manifest["layout"]["ids"] == ids
        for name in run.tables:
            folder, _, table = name.partition(".")
            assert (
                run.scan(name)
                .collect()
                .equals(getattr(getattr(whole, folder), table), null_equal=True)
            ), name
    usual = FORMATS[format_].ids
    assert ("--ids" in runs[usual].manifest["command"]) is False
    assert ("--ids" in runs["int" if usual == "text" else "text"].manifest["command"]) is True


@pytest.mark.slow
def test_what_stands_in_the_files(whole: Any, tmp_path: Path) -> None:
    """Text in Parquet and in a database, plain numbers in CSV and NDJSON."""
    first = whole.truth.plays.row(0, named=True)
    text = ids_to_text(first["play_id"], "play_id")
    made(tmp_path / "p", "parquet", "text")
    rows = pl.read_parquet(tmp_path / "p/truth/plays", hive_partitioning=False)
    assert (rows.schema["play_id"], rows.schema["viewer_ids"]) == (pl.String, pl.List(pl.String))
    assert rows["play_id"][0] == text
    made(tmp_path / "d", "duckdb", "text")
    with duckdb.connect(str(tmp_path / "d/synthview.duckdb"), read_only=True) as database:
        assert database.execute("SELECT any_value(typeof(play_id)) FROM log.plays").fetchone() == (
            "VARCHAR",
        )
        assert (text,) in database.execute("SELECT play_id FROM truth.plays").fetchall()
    made(tmp_path / "n", "ndjson", "int")
    line = (
        (tmp_path / "n/truth/plays/day=2017-10-02/000000.ndjson").read_text("utf-8").splitlines()[0]
    )
    assert json.loads(line)["play_id"] == first["play_id"]
    assert json.loads(line)["viewer_ids"] == first["viewer_ids"]
    made(tmp_path / "c", "csv", "int")
    row = (tmp_path / "c/truth/plays/day=2017-10-02/000000.csv").read_text("utf-8").splitlines()[1]
    assert row.startswith(f"{first['play_id']},")


@pytest.mark.slow
def test_lines_take_the_form_too() -> None:
    """``-o -`` prints text unless numbers are asked for."""
    words = ("generate", "tiny", "--households", "3", "--tables", "log.plays", "-o", "-")
    texts, wholes = (command(*words, *more).stdout.splitlines() for more in ((), ("--ids", "int")))
    assert ids_to_int(json.loads(texts[0])["play_id"]) == json.loads(wholes[0])["play_id"]


def test_a_filter_reads_text_ids_as_numbers(whole: Any, tmp_path: Path) -> None:
    """A scan filters, selects and joins by numbers whatever the files hold."""
    run = made(tmp_path / "run", "parquet", "text")
    wanted = whole.log.plays["play_id"][3]
    found = (
        run.scan("log.plays")
        .filter(pl.col("play_id") == wanted)
        .select("play_id", "closed_at")
        .collect()
    )
    assert found.rows() == [(wanted, whole.log.plays["closed_at"][3])]


# --- pandas -----------------------------------------------------------------------------------------------------------


def test_pandas_keeps_ids_whole(whole: Any, tmp_path: Path) -> None:
    """Without any option, of a file and of a folder, every play of an incident is found among the plays."""
    made(tmp_path / "run", "parquet", "int")
    truth = tmp_path / "run" / "truth"
    plays = pd.read_parquet(truth / "plays")
    file = next((truth / "incidents").rglob("*.parquet"))
    assert str(pd.read_parquet(file)["play_id"].dtype) == "Int64"
    incidents = pd.read_parquet(truth / "incidents")
    assert str(incidents["play_id"].dtype) == "Int64"
    expected = whole.truth.incidents
    assert sorted(incidents["play_id"].dropna()) == sorted(expected["play_id"].drop_nulls())
    both = len(expected.join(whole.truth.plays, on="play_id"))
    assert both > 0
    assert len(incidents.merge(plays, on="play_id")) == both


def test_pandas_keeps_every_integer_that_may_be_missing(whole: Any, tmp_path: Path) -> None:
    """No column of whole numbers becomes one of floats, in any table; an Arrow reader sees the types of the schema."""
    run = made(tmp_path / "run", "parquet", "int")
    for table in TABLES:
        place = tmp_path / "run" / table.folder / table.name
        frame = pd.read_parquet(place)
        kinds = {
            "id": ("int64", "Int64"),
            "count": ("int32", "Int32"),
            "milliseconds": ("int64", "Int64"),
        }
        for column in table.columns:
            if column.kind in kinds:
                assert str(frame[column.name].dtype) == kinds[column.kind][column.nullable], column
        own = pl.read_parquet(place, hive_partitioning=False)
        assert own.schema == table.schema
        assert own.equals(run.scan(table.path).collect(), null_equal=True)


@pytest.mark.parametrize("ids", ["int", "text"])
@pytest.mark.parametrize("table", TABLES, ids=lambda one: one.path)
def test_footers_differ_by_their_key_alone(table: Any, ids: str, tmp_path: Path) -> None:
    """The schema with the key for pandas is the one that polars writes, in each of its columns."""
    empty = pl.DataFrame(schema=table.schema)
    metadata = parquet_metadata(table, ids)
    assert (metadata is None) == (not any(one.nullable and one.kind in ("id", "count") for one in table.columns) or (
        ids == "text" and not any(one.nullable and one.kind == "count" for one in table.columns)
    ))  # fmt: skip
    if metadata is None or ids == "text":
        return
    empty.write_parquet(tmp_path / "plain.parquet")
    empty.write_parquet(tmp_path / "ours.parquet", metadata=metadata)
    plain, ours = (pq.read_schema(tmp_path / f"{name}.parquet") for name in ("plain", "ours"))
    assert ours.remove_metadata().equals(plain.remove_metadata(), check_metadata=True)
    assert set(ours.metadata) == {b"pandas"}


# --- The converter ----------------------------------------------------------------------------------------------------


@given(st.lists(numbers | st.none(), max_size=20))
def test_there_and_back(ids: list[int | None]) -> None:
    """Numbers become text and the same numbers again: alone, in lists, in Series, nulls kept."""
    texts = ids_to_text(ids, "play_id")
    assert ids_to_int(texts) == ids
    assert [ids_to_text(one, "play_id") for one in ids] == texts
    series = pl.Series("mine", ids, dtype=pl.Int64)
    assert ids_to_int(ids_to_text(series, "play_id")).equals(series, null_equal=True)
    lists = pl.Series("viewer_ids", [ids, [], None], dtype=pl.List(pl.Int64))
    assert ids_to_int(ids_to_text(lists, "viewer_ids")).to_list() == [ids, [], None]


def test_known_ids() -> None:
    """The text is that of the files, and numpy's integers are integers."""
    assert ids_to_text(2**62, "play_id") == "p_4000000000000"
    assert ids_to_int("p_4000000000000") == 2**62
    assert ids_to_text(np.array([0, 1]), "account_id") == ["a_0000000000000", "a_0000000000001"]
    assert ids_to_text(None, "play_id") is ids_to_int(None) is None


@pytest.mark.parametrize(
    ("asked", "kind", "said"),
    [(lambda: ids_to_text(1, "play"), UnknownName, "play_id"), (lambda: ids_to_text(1.0, "play_id"), InputError, "1.0 is no id"),
     (lambda: ids_to_text(-1, "play_id"), InputError, "-1 is no id"), (lambda: ids_to_text(2**63, "play_id"), InputError, "no id"),
     (lambda: ids_to_text([True], "play_id"), InputError, "True is no id"), (lambda: ids_to_int("z_1"), InputError, "is no id"),
     (lambda: ids_to_int("p_1"), InputError, "13"), (lambda: ids_to_int([3]), InputError, "3 is no text"),
     (lambda: ids_to_int(["p_0000000000000", "a_0000000000000"]), InputError, "is no id: 'p_'"),
     (lambda: ids_to_text(pl.Series([1.5]), "play_id"), InputError, "whole numbers"),
     (lambda: synthview.generate("tiny", ids="text"), InputError, "ids_to_text")],
)  # fmt: skip
def test_what_is_no_id_is_refused(asked: Any, kind: type[Exception], said: str) -> None:
    """With a message that says what one is."""
    with pytest.raises(kind, match=said):
        asked()


# --- What commands print ----------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("ids", ["int", "text"])
def test_check_prints_the_form_of_the_dataset(ids: str, tmp_path: Path) -> None:
    """An id in an example of ``check`` is found in the files as it is printed."""
    run = made(tmp_path / "run", "ndjson", ids)
    path = next((tmp_path / "run/log/plays").rglob("*.ndjson"))
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    rows[0]["ended_at"] = "2000-01-01T00:00:00.000Z"
    path.write_text("".join(f"{json.dumps(one)}\n" for one in rows), "utf-8")
    told = [example for one in invariants.check(run) if not one.holds for example in one.examples]
    assert any(f"play_id {rows[0]['play_id']}" in example for example in told)


@pytest.mark.slow
def test_explain_and_compare_print_either_form(whole: Any) -> None:
    """Numbers stand beside the word for what they are, texts tell it by themselves; either may be typed."""
    account = int(whole.log.plays["account_id"][0])
    sets = [word for path, value in SMALL.items() for word in ("--set", f"{path}={value}")]
    told = command("explain", "tiny", "--account", str(account), *sets).stdout
    text = ids_to_text(account, "account_id")
    assert f"account {account}" in told
    again = command("explain", "tiny", "--account", text, "--ids", "text", *sets).stdout
    assert f"account {text}" in again
    page = command("explain", "tiny", "--account", text, "--html", "-", *sets).stdout
    assert "<code>play " in page
    words = (
        "compare",
        "tiny",
        "--without",
        "actors",
        "--households",
        "8",
        "--days",
        "1",
        *sets,
        "--as",
        "json",
    )
    examples = [
        json.loads(command(*words, *more).stdout)["examples"] for more in ((), ("--ids", "text"))
    ]
    assert [ids_to_int(one["play_id"]) for one in examples[1]] == [
        int(one["play_id"]) for one in examples[0]
    ]
    assert examples[0]


def test_the_documented_lines_run() -> None:
    """The lines of docs/files.md that turn ids into text and back do so."""
    page = (Path(__file__).parents[1] / "docs/files.md").read_text("utf-8")
    program, *_ = re.findall(r"<!-- runs in the tests -->\n```python\n(.*?)```", page, re.DOTALL)
    told = [
        line.partition("#")[0].strip()
        for line in program.splitlines()
        if line.startswith("synthview.")
    ]
    values = [eval(line, {"synthview": synthview}) for line in told]  # noqa: S307  our own page
    assert values == ["p_4000000000000", 2**62]
