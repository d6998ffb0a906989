"""A claim asked of logs that other programs wrote: the same number, by polars and by the printed query, or a reason."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from claims_log import FILM, question
from planted_log import EVENING, QUESTION, STREAKS, ZONES, Write, by_duckdb, log, plant

from synthview import generate
from synthview.claims.counting.definitions import HEADLINE, axes
from synthview.claims.counting.directory import count_directory, fitted
from synthview.claims.counting.sql import query
from synthview.errors import InputError, OutputError
from synthview.sinks.formats import FORMATS
from synthview.sinks.text import encode_ids
from synthview.tables import table

ACCOUNTS = 4


# --- Ways in which logs are written -----------------------------------------------------------------------------------


def by_pandas(frame: pl.DataFrame) -> pd.DataFrame:
    """As pandas has it: times in nanoseconds, choices as categories."""
    made: pd.DataFrame = frame.to_arrow().to_pandas()
    return made


def in_tokyo(frame: pl.DataFrame) -> pd.DataFrame:
    """As pandas has it, with the zone of a column of times."""
    made = by_pandas(frame)
    times = [name for name, kind in frame.schema.items() if isinstance(kind, pl.Datetime)]
    return made.assign(
        **{one: made[one].dt.tz_localize("UTC").dt.tz_convert("Asia/Tokyo") for one in times}
    )


def plain(frame: pl.DataFrame) -> pd.DataFrame:
    """As pandas has it, choices as text."""
    return by_pandas(
        frame.with_columns(pl.col(pl.Enum(one.categories)).cast(pl.String) for one in enums(frame))
    )


def enums(frame: pl.DataFrame) -> list[pl.Enum]:
    """The choices of a frame."""
    return [one for one in frame.dtypes if isinstance(one, pl.Enum)]


def by_pyarrow(
    frame: pl.DataFrame, unit: str, zone: str | None, ids: pa.DataType, *, runs: bool = False
) -> pa.Table:
    """Times in a unit and zone, ids of a type, texts as dictionaries, choices as large strings, numbers narrow."""
    columns = {}
    for name, column in zip(
        frame.columns, frame.to_arrow().combine_chunks().itercolumns(), strict=True
    ):
        one = column.combine_chunks()
        if name.endswith("_id"):
            one = one.cast(ids)
        elif pa.types.is_timestamp(one.type):
            one = one.cast(pa.timestamp(unit), safe=False).cast(pa.timestamp(unit, zone))
        elif pa.types.is_dictionary(one.type):
            one = one.cast(pa.large_string())
        elif name.endswith("_ms"):
            one = one.cast(pa.int32())
        elif not pa.types.is_boolean(one.type):
            one = one.cast(pa.string()).dictionary_encode()
        can_run = runs and not pa.types.is_dictionary(one.type)
        columns[name] = pc.run_end_encode(one) if can_run else one
    return pa.table(columns)


def pyarrow_file(unit: str, zone: str | None, ids: pa.DataType, **more: Any) -> Write:
    """Parquet by pyarrow."""
    return lambda _, frame, folder: pq.write_table(
        by_pyarrow(frame, unit, zone, ids), folder / "a.parquet", **more
    )


def ipc(
    _: str, frame: pl.DataFrame, folder: Path, *, stream: bool = False, runs: bool = False
) -> None:
    """An Arrow file or stream by pyarrow."""
    made = by_pyarrow(frame, "us", "Asia/Tokyo", pa.uint64(), runs=runs)
    opened = pa.ipc.new_stream if stream else pa.ipc.new_file
    with opened(str(folder / "a.arrow"), made.schema) as file:
        file.write_table(made)


def copied(end: str, options: str = "") -> Write:
    """What COPY … TO of DuckDB writes, in a session far from UTC."""

    def write(_: str, frame: pl.DataFrame, folder: Path) -> None:
        with duckdb.connect() as session:
            session.execute("SET TimeZone = 'America/St_Johns'")
            session.register("rows", frame.to_arrow())
            session.execute(f"COPY (FROM rows) TO '{folder / f'a.{end}'}' {options}")

    return write


def spark(_: str, frame: pl.DataFrame, folder: Path) -> None:
    """Parts with a mark and checksums beside them, times in UTC."""
    (folder / "_SUCCESS").touch()
    for place in range(2):
        path = folder / f"part-0000{place}-3c1f-c000.snappy.parquet"
        made = by_pyarrow(frame[place::2], "us", "UTC", pa.int64())
        pq.write_table(made, path, compression="snappy")
        (folder / f".{path.name}.crc").write_bytes(b"crc")


def spark_csv(_: str, frame: pl.DataFrame, folder: Path) -> None:
    """Parts of text, one of them without rows or a head."""
    (folder / "_SUCCESS").touch()
    (folder / "part-00000-c000.csv").touch()
    for place in range(2):
        path = folder / f"part-0000{place + 1}-c000.csv"
        by_pandas(frame[place::2]).to_csv(
            path, index=False, date_format="%Y-%m-%dT%H:%M:%S.%f+00:00"
        )


def by_account(_: str, frame: pl.DataFrame, folder: Path) -> None:
    """Folders that stand for a column, with columns in another order and folders below."""
    key = "account_id" if "account_id" in frame.columns else frame.columns[0]
    for (value,), part in frame.partition_by(key, as_dict=True).items():
        place = folder / f"{key}={value}" / "day=2017-10-02"
        place.mkdir(parents=True)
        rest = part.drop(key)
        rest.select(rest.columns[::-1]).write_parquet(place / "part.parquet")


def mixed(_: str, frame: pl.DataFrame, folder: Path) -> None:
    """Two files: one in another order with a column more, and without one that may be empty."""
    frame[::2].write_parquet(folder / "a.parquet")
    other = frame[1::2].drop("series_name", strict=False)
    other.select(other.columns[::-1]).with_columns(more=pl.lit(1)).write_parquet(
        folder / "b.parquet"
    )


def with_ids_as_text(name: str, frame: pl.DataFrame, folder: Path) -> None:
    """Parquet with ids such as p_0n5k2q8h4zj1c."""
    ids = [column for column in frame.columns if column.endswith("_id")]
    frame.with_columns(
        encode_ids(frame[one], table(name).column(one).prefix) for one in ids
    ).write_parquet(folder / "a.parquet")


def ours(kind: str, compression: str) -> Write:
    """A format of ours, in folders of days."""

    def write(name: str, frame: pl.DataFrame, folder: Path) -> None:
        place = folder / "day=2017-12-10"
        place.mkdir()
        format_ = FORMATS[kind]
        chunks = format_.encode(table(name), frame, compression)
        (place / f"000000{format_.file_suffix(compression)}").write_bytes(
            b"".join(bytes(one) for one in chunks)
        )

    return write


WAYS: dict[str, Write] = {
    "polars": lambda _, frame, folder: frame.write_parquet(folder / "a.parquet"),
    "pandas Parquet": lambda _, frame, folder: by_pandas(frame).to_parquet(folder / "a.parquet"),
    "pandas Parquet with an index": lambda _, frame, folder: (
        by_pandas(frame).iloc[::-1].to_parquet(folder / "a.parquet")
    ),
    "pandas Parquet, nullable": lambda _, frame, folder: (
        by_pandas(frame).convert_dtypes().to_parquet(folder / "a.parquet")
    ),
    "pandas CSV": lambda _, frame, folder: by_pandas(frame).to_csv(folder / "a.csv"),
    "pandas CSV of Tokyo": lambda _, frame, folder: in_tokyo(frame).to_csv(folder / "a.csv.gz", index=False),
    "pandas JSON": lambda _, frame, folder: (
        plain(frame).to_json(folder / "a.json", orient="records", lines=True, date_format="iso")
    ),
    "pandas JSON, one array": lambda _, frame, folder: (
        plain(frame).to_json(folder / "a.json", orient="records", date_format="iso")
    ),
    "JSON with milliseconds": lambda _, frame, folder: (
        frame.with_columns(pl.col(pl.Datetime("ms")).to_physical()).write_ndjson(folder / "a.jsonl")
    ),
    "pandas Feather": lambda _, frame, folder: by_pandas(frame).to_feather(folder / "a.feather"),
    "pyarrow, Tokyo": pyarrow_file("us", "Asia/Tokyo", pa.uint64()),
    "pyarrow, an offset": pyarrow_file("ns", "-03:30", pa.decimal128(19, 0)),
    "pyarrow, seconds": pyarrow_file("s", None, pa.int64()),
    "INT96": pyarrow_file("ns", None, pa.int64(), use_deprecated_int96_timestamps=True),
    "Arrow": ipc,
    "an Arrow stream": partial(ipc, stream=True),
    "Arrow, encoded by runs": partial(ipc, runs=True),
    "DuckDB Parquet": copied("parquet"),
    "DuckDB CSV": copied("csv"),
    "DuckDB CSV, semicolons": copied("csv", "(DELIMITER ';')"),
    "DuckDB CSV, packed": copied("csv.zst", "(FORMAT csv, COMPRESSION zstd)"),
    "DuckDB JSON": copied("json"),
    "DuckDB JSON, one array": copied("json", "(ARRAY true)"),
    "Spark": spark,
    "Spark CSV": spark_csv,
    "folders for a column": by_account,
    "mixed files": mixed,
    "ids as text": with_ids_as_text,
    **{f"ours, {kind} {one}": ours(kind, one) for kind in ("parquet", "csv", "ndjson") for one in ("none", "gzip", "zstd")},
    "ours, arrow": ours("arrow", "lz4"),
}  # fmt: skip
NOT_BY_DUCKDB = {
    "pandas Feather",
    "Arrow",
    "an Arrow stream",
    "Arrow, encoded by runs",
    "ours, arrow",
}


USUAL_WAYS = {
    "polars", "pandas Parquet", "pandas JSON, one array", "pyarrow, Tokyo", "INT96", "Arrow", "DuckDB CSV, packed", "DuckDB JSON",
    "Spark", "folders for a column", "mixed files", "ids as text", "ours, csv gzip", "ours, ndjson zstd",
}  # fmt: skip
"""One of each kind; the others are slow."""


@pytest.mark.parametrize(
    "way",
    [one if one in USUAL_WAYS else pytest.param(one, marks=pytest.mark.slow) for one in WAYS],
)
def test_the_same_number_whoever_wrote_it(way: str, tmp_path: Path) -> None:
    """The number is the one that was planted, here and by the printed query in a session of any time zone."""
    place = plant(tmp_path / "log of others", WAYS[way])
    found = count_directory(QUESTION, place)
    assert (found.number, found.accounts) == (STREAKS, ACCOUNTS)
    if way in NOT_BY_DUCKDB:
        with pytest.raises(InputError, match="DuckDB does not read Arrow files"):
            by_duckdb(place, "UTC")
    else:
        zone = ZONES[list(WAYS).index(way) % len(ZONES)]
        assert by_duckdb(place, zone) == STREAKS


@pytest.mark.slow
@pytest.mark.parametrize("schema", ["log", "main"])
def test_a_database_is_read(schema: str, tmp_path: Path) -> None:
    """A DuckDB database, named itself or the only one in a directory, whatever schema its tables are in."""
    path = tmp_path / "it's log.duckdb"
    with duckdb.connect(str(path)) as database:
        database.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
        for name, frame in log().items():
            database.register("rows", frame.to_arrow())
            database.execute(f"CREATE TABLE {schema}.{name.removeprefix('log.')} AS FROM rows")
    for place in (path, tmp_path):
        assert count_directory(QUESTION, place).number == STREAKS
        assert [by_duckdb(place, zone) for zone in ZONES] == [STREAKS] * len(ZONES)


def test_files_beside_each_other_are_tables(tmp_path: Path) -> None:
    """Tables may be single files, without a folder `log`."""
    for name, frame in log().items():
        frame.write_csv(tmp_path / f"{name.removeprefix('log.')}.csv")
    assert count_directory(QUESTION, tmp_path).number == STREAKS
    assert by_duckdb(tmp_path, "Asia/Tokyo") == STREAKS


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        *(("parquet", name) for name in ("run[1]", "it's", "a*b?", "100%", "x{y}", "~tilde", 'a"b', "new\nline", "k=v", "account_id=5")),
        *(("csv", name) for name in ("run[1]", "it's", "a*b?", "ünï", "b\\s", "[!a]", "c:d")),
    ],
)  # fmt: skip
def test_a_path_is_no_pattern(
    name: str, kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever a directory is called, its own files are read, by the printed query too, and no others."""
    monkeypatch.chdir(tmp_path)
    plant(Path(name), ours(kind, "none"))
    for alike in ("run1", "aXbc", "v"):  # what a pattern of that name would find
        plant(
            Path(alike), lambda _, __, folder: (folder / f"000000.{kind}").write_text("of no use")
        )
    assert count_directory(QUESTION, Path(name)).number == STREAKS
    assert by_duckdb(Path(name), "Asia/Tokyo") == STREAKS


# --- What is refused ----------------------------------------------------------------------------------------------------


def changed(name: str, change: Callable[[pl.DataFrame], pl.DataFrame]) -> Write:
    """Parquet in which one table is changed."""
    return lambda path, frame, folder: (change(frame) if path == name else frame).write_parquet(
        folder / "a.parquet"
    )


def text(name: str, change: Callable[[pl.DataFrame], pl.DataFrame]) -> Write:
    """CSV in which one table is changed."""
    return lambda path, frame, folder: (change(frame) if path == name else frame).write_csv(
        folder / "a.csv"
    )


def nobody(frame: pl.DataFrame) -> pl.DataFrame:
    """Plays of which some have no account."""
    return frame.with_columns(
        account_id=pl.when(pl.col("account_id") != EVENING).then("account_id")
    )


def put(**values: object) -> Callable[[pl.DataFrame], pl.DataFrame]:
    """Put a value into a column."""
    return lambda frame: frame.with_columns(
        pl.lit(value).alias(name) for name, value in values.items()
    )


REFUSED: dict[str, tuple[Write, str]] = {
    "lost digits": (
        changed("log.plays", lambda one: one.with_columns(pl.col("account_id").cast(pl.Float64))),
        r"log.plays cannot be read: account_id in row 1 of .*a.parquet holds decimal numbers \(Float64\), which lose digits",
    ),
    "other letters": (
        changed("log.plays", lambda one: one.rename({"account_id": "accountId"})),
        r"a.parquet has no column account_id. It has 'accountId': rename it, as names are exact.",
    ),
    "no time": (
        text("log.plays", put(started_at="yesterday")),
        r"log.plays cannot be read: started_at in row 1 of .*a.csv has what is no time: 'yesterday'.",
    ),
    "days for times": (
        changed("log.plays", lambda one: one.with_columns(pl.col("started_at").cast(pl.Date))),
        r"started_at of .*a.parquet holds Date, and a time is needed.",
    ),
    "an empty cell": (text("log.plays", nobody), r"account_id in row 1 of .*a.csv is empty."),
    "nulls": (changed("log.plays", nobody), r"log.plays cannot be counted: play 1 has no account_id \(3 such rows\)."),
    "plays twice": (
        changed("log.plays", lambda one: pl.concat([one, one.head(1)])),
        r"log.plays cannot be counted: play 1 is there more than once",
    ),
    "an unknown kind": (
        changed("log.titles", put(kind="movie")),
        r"kind in row 1 of .* has a value that is not one of film, episode, trailer: 'movie'.",
    ),
    "no such account": (
        changed("log.accounts", lambda one: one.filter(pl.col("account_id") != EVENING)),
        r"play 1 is of an account that log.accounts does not have \(3 such rows\).",
    ),
    "no such zone": (
        changed("log.accounts", put(time_zone="Mars/Phobos")),
        r"log.accounts has the time_zone 'Mars/Phobos', which is no IANA time zone.",
    ),
    "a sheet": (
        lambda _, __, folder: (folder / "a.xlsx").write_bytes(b"PK"),
        r"a.xlsx cannot be read: log.accounts may be Parquet, CSV",
    ),
    "ragged rows": (
        lambda _, frame, folder: (folder / "a.csv").write_text(frame.write_csv() + "1" + ",2" * 20 + "\n"),
        r"a.csv cannot be read as CSV: a row has more cells than the head.",
    ),
    "other letters of a text": (
        lambda _, frame, folder: (folder / "a.csv").write_bytes(frame.write_csv().encode("utf-16")),
        r"a.csv is text in UTF-16. Write it in UTF-8.",
    ),
    "two formats": (
        lambda _, frame, folder: (frame.write_csv(folder / "a.csv"), frame.write_parquet(folder / "a.parquet")),
        r"holds files of 2 formats \(csv, parquet\); log.\w+ has to be in one format.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_refused_says_why(what: str, tmp_path: Path) -> None:
    """The message names the table, the file and the column, and the reason, in one line."""
    write, said = REFUSED[what]
    with pytest.raises(InputError, match=said) as refused:
        count_directory(QUESTION, plant(tmp_path / "other", write))
    assert "\n" not in str(refused.value)


def test_only_what_is_read_has_to_be_there(tmp_path: Path) -> None:
    """Messages of unknown types do no harm; of a table that is missing it is said what may be there instead."""
    place = plant(tmp_path / "other", WAYS["polars"])
    events = place / "log" / "events"
    events.mkdir()
    pl.DataFrame(
        {"play_id": [1], "type": ["fullscreen"], "client_time": ["2017-12-08T20:00:00Z"]}
    ).write_csv(events / "a.csv")
    assert count_directory(QUESTION, place).number == STREAKS
    shutil.rmtree(place / "log" / "devices")
    with pytest.raises(
        InputError, match=r"has no log.devices. A claim needs .* such as log/plays.parquet"
    ):
        count_directory(QUESTION, place)


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    """A file is a database or it is refused; one that is damaged is told as such."""
    other, broken = tmp_path / "notes.txt", tmp_path / "broken.duckdb"
    other.write_text("hello")
    broken.write_text("hello")
    with pytest.raises(OutputError, match="is a file, and no DuckDB database"):
        count_directory(QUESTION, other)
    with pytest.raises(InputError, match="cannot be read as a DuckDB database"):
        count_directory(QUESTION, broken)


def test_a_log_written_by_hand_is_asked_as_it_is(tmp_path: Path) -> None:
    """Plays that are closed after midnight cover the day on which they began; windows before it are no definitions.

    And without messages nothing is added up from them: the answer has no switch for it, and no query that would fail.
    """
    place = plant(tmp_path / "other", WAYS["polars"])
    asked = fitted(QUESTION, place)
    assert not asked.has_messages
    assert [len(axis.options) for axis in axes(asked) if axis.name == "messages"] == [1]
    assert asked.windows <= QUESTION.windows
    assert count_directory(QUESTION, place).grid.shape == tuple(
        len(axis.options) for axis in axes(asked)
    )
    late = tmp_path / "late"
    begins = datetime(2017, 11, 23, 23, 50, tzinfo=UTC)
    each = [begins + timedelta(days=day) for day in range(18)]
    title = [{"title_id": 1, "kind": "film", "name": FILM, "runtime_ms": 5_580_000}]
    rows = [
        {
            "play_id": turn, "account_id": 7, "profile_id": 8, "device_id": 9, "title_id": 1, "watched_ms": 3_600_000,
            "started_at": start, "ended_at": start + timedelta(hours=1), "closed_at": start + timedelta(hours=2), "autoplayed": False,
        }
        for turn, start in enumerate(each)
    ]  # fmt: skip
    tables = {
        "plays": rows, "titles": title, "accounts": [{"account_id": 7, "time_zone": "UTC"}],
        "profiles": [{"profile_id": 8, "account_id": 7, "is_kids": False}], "devices": [{"device_id": 9, "model": "TV"}],
    }  # fmt: skip
    late.mkdir()
    for name, content in tables.items():
        pl.DataFrame(content).write_parquet(late / f"{name}.parquet")
    streak = question(18)
    assert count_directory(streak, late).number == 1
    assert fitted(streak, late).windows == 1


def test_pings_stand_for_what_the_dataset_says(tmp_path: Path) -> None:
    """Of a dataset of ours a ping is worth as much playing time as its own settings say."""
    place = tmp_path / "slow"
    generate(
        "christmas-prince",
        households=3,
        directory=place,
        set={"log.ping_seconds": 300, "run.warm_up_days": 0},
    )
    asked = fitted(question(18), place)
    assert (question(18).ping_ms, asked.ping_ms) == (60_000, 300_000)
    assert "300000 *" in query(asked, replace(HEADLINE, messages="raw", watched="two_minutes"))
