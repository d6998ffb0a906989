"""What the sinks promise: equal rows in every format, bytes that only the rows decide, files that are whole."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path
from typing import Any, NoReturn

import duckdb
import fake_pipeline
import hypothesis.strategies as st
import numpy as np
import polars as pl
import pytest
from hypothesis import given

from synthview.digests import (
    content_digest,
    digest_of_digests,
    rows_digest,
    sum_of_digests,
)
from synthview.errors import InputError, NoSpace, OutputError, UnknownName
from synthview.sinks.formats import FORMATS, ROWS_PER_SLICE, format_named
from synthview.sinks.parts import publish, sweep
from synthview.sinks.text import as_text, decode_ids, encode_ids, from_text
from synthview.tables import BY_PATH, TABLES, table

IDS = st.integers(min_value=0, max_value=2**63 - 1)
FILES = [
    (name, how) for name, one in FORMATS.items() if name != "duckdb" for how in one.compressions
]
WINDOW = fake_pipeline.Window(17_000, 17_001)


def _frames(households: int = 60) -> dict[str, pl.DataFrame]:
    """Every table with some rows in it: quotes, line breaks, emoji, nulls, empty lists."""
    dated = frozenset(one.path for one in TABLES if one.dated)
    ((_, frames),) = fake_pipeline.walk(1, range(households), WINDOW, dated)
    settled = fake_pipeline.settled(1, range(households), WINDOW)
    return {**frames, **settled, "log.titles": fake_pipeline.titles(1, WINDOW)}


def _bytes(name: str, frame: pl.DataFrame, format_: str, how: str) -> bytes:
    return b"".join(FORMATS[format_].encode(table(name), frame, how))


def _shaken(frame: pl.DataFrame) -> list[pl.DataFrame]:
    """The same rows, lying otherwise in memory."""
    pieces = [frame[at : at + 7] for at in range(0, len(frame), 7)]
    picked = frame[np.arange(len(frame))]
    return [pl.concat(pieces, rechunk=False), picked, pl.concat([frame.head(3), frame]).slice(3)]


@given(st.lists(st.none() | IDS))
def test_ids_become_text_and_return(ids: list[int | None]) -> None:
    """Any id survives, null is null, and all are equally long."""
    numbers = pl.Series("play_id", ids, dtype=pl.Int64)
    texts = encode_ids(numbers, "p")
    assert decode_ids(texts, "p").equals(numbers, null_equal=True)
    assert {len(text) for text in texts.drop_nulls()} <= {15}


@given(IDS, IDS)
def test_text_of_ids_sorts_as_the_ids_do(one: int, other: int) -> None:
    """Sorting by text is sorting by number."""
    first, second = encode_ids(pl.Series([one, other]), "p")
    assert (first < second) == (one < other)


def test_text_of_an_id_stays_as_it_is() -> None:
    """A known number has a known text."""
    assert encode_ids(pl.Series([0, 1, 2**63 - 1]), "p").to_list() == [
        "p_0000000000000",
        "p_0000000000001",
        "p_7zzzzzzzzzzzz",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "p_000000000000",
        "s_0000000000000",
        "p_000000000000l",
        "p_8000000000000",
        "",
        "p_0000000000000 ",
        "é" * 15,
    ],
)
def test_text_that_is_no_id_is_refused(text: str) -> None:
    """A wrong prefix, length, letter or size is an error that shows the text."""
    with pytest.raises(InputError, match="is no id"):
        decode_ids(pl.Series("play_id", ["p_0000000000001", text]), "p")


def test_ids_below_zero_are_refused() -> None:
    """The sign of an id is never set."""
    with pytest.raises(InputError, match="below zero"):
        encode_ids(pl.Series("play_id", [-1]), "p")


@given(st.lists(st.none() | st.integers(min_value=-(10**12), max_value=10**13), max_size=20))
def test_times_are_written_as_iso_8601(times: list[int | None]) -> None:
    """Times before 1970 and far ahead read the same as polars writes them."""
    column = pl.Series("closed_at", times, dtype=pl.Int64).cast(pl.Datetime("ms"))
    written = as_text(BY_PATH["log.plays"], column.to_frame(), flat_lists=False)["closed_at"]
    assert written.to_list() == column.dt.to_string("%Y-%m-%dT%H:%M:%S%.3fZ").to_list()
    assert from_text(BY_PATH["log.plays"], written.to_frame())["closed_at"].equals(
        column, null_equal=True
    )


@pytest.mark.parametrize(("format_", "how"), FILES)
def test_every_format_gives_the_rows_back(format_: str, how: str, tmp_path: Path) -> None:
    """What is read is what was written, types, nulls and digest included."""
    for name, frame in _frames().items():
        path = tmp_path / f"{name}{FORMATS[format_].file_suffix(how)}"
        path.write_bytes(_bytes(name, frame, format_, how))
        read = FORMATS[format_].scan(table(name), [path]).collect()
        assert read.schema == table(name).schema
        assert read.equals(frame, null_equal=True), name
        assert content_digest(read) == content_digest(frame)


@pytest.mark.parametrize(("format_", "how"), FILES)
def test_bytes_follow_from_rows_alone(format_: str, how: str) -> None:
    """Chunks, slices and what lies under a null change no byte."""
    for name, frame in _frames().items():
        written = _bytes(name, frame, format_, how)
        assert all(_bytes(name, same, format_, how) == written for same in _shaken(frame)), name


@pytest.mark.parametrize("format_", ["parquet", "csv", "ndjson"])
def test_duckdb_reads_the_files_as_they_are(format_: str, tmp_path: Path) -> None:
    """DuckDB counts the same rows and finds the same texts."""
    for name, frame in _frames().items():
        for how in FORMATS[format_].compressions:
            path = tmp_path / f"{name}{FORMATS[format_].file_suffix(how)}"
            path.write_bytes(_bytes(name, frame, format_, how))
            column = frame.columns[-1]
            options = ", allow_quoted_nulls = false" if format_ == "csv" else ""
            rows = f"read_{format_}('{path}'{options})"
            found = duckdb.execute(f"SELECT count(*), count({column}) FROM {rows}")  # noqa: S608
            assert found.fetchall() == [(len(frame), len(frame) - frame[column].null_count())], (
                name,
                how,
            )


def test_empty_tables_keep_their_columns(tmp_path: Path) -> None:
    """A part without rows is still a table."""
    for format_, how in FILES:
        for one in TABLES:
            path = tmp_path / f"empty{FORMATS[format_].file_suffix(how)}"
            path.write_bytes(_bytes(one.path, pl.DataFrame(schema=one.schema), format_, how))
            assert (
                FORMATS[format_].scan(one, [path]).collect().equals(pl.DataFrame(schema=one.schema))
            )


def test_text_files_of_many_slices_are_one_file(tmp_path: Path) -> None:
    """A header appears once, and compressed slices read as one."""
    frame = pl.concat([_frames(400)["log.ratings"]] * (ROWS_PER_SLICE // 500))
    assert len(frame) > ROWS_PER_SLICE
    for format_, how in [("csv", "none"), ("csv", "gzip"), ("ndjson", "zstd"), ("ndjson", "gzip")]:
        path = tmp_path / f"many{FORMATS[format_].file_suffix(how)}"
        path.write_bytes(_bytes("log.ratings", frame, format_, how))
        assert FORMATS[format_].scan(table("log.ratings"), [path]).collect().equals(frame)
        assert duckdb.execute(f"SELECT count(*) FROM '{path}'").fetchall() == [(len(frame),)]  # noqa: S608  our own file


def test_lines_of_json_are_json() -> None:
    """Each line reads alone, ids are text, lists are lists, times end in Z."""
    lines = _bytes("truth.plays", _frames()["truth.plays"], "ndjson", "none").decode().splitlines()
    row = json.loads(lines[0])
    assert row["play_id"].startswith("p_")
    assert row["started_at"].endswith("Z")
    assert all(isinstance(json.loads(line)["viewer_ids"], list) for line in lines)


@pytest.mark.parametrize(("how", "magic"), [("gzip", b"\x1f\x8b"), ("zstd", b"\x28\xb5\x2f\xfd")])
def test_a_compressed_file_without_rows_is_one(how: str, magic: bytes) -> None:
    """NDJSON of no rows unpacks to nothing: a file of no bytes would be cut short to gzip and zstd."""
    frame = _frames()["log.plays"].clear()
    assert _bytes("log.plays", frame, "ndjson", how).startswith(magic)
    assert _bytes("log.plays", frame, "ndjson", "none") == b""


def test_compressed_files_name_no_time() -> None:
    """The header of gzip carries no clock."""
    assert _bytes("log.plays", _frames()["log.plays"], "csv", "gzip")[4:8] == bytes(4)


@pytest.mark.parametrize("column", ["title_id", "type", "ip", "client_time", "bitrate_kbps"])
def test_digest_notices_any_change(column: str) -> None:
    """One value more, less or other is another digest."""
    frame = _frames()["log.events"]
    changed = frame.with_columns(pl.col(column).reverse())
    digests = {content_digest(one) for one in (frame, changed, frame.head(-1), frame.reverse())}
    assert len(digests) == 4


@given(
    st.lists(st.none() | st.text(max_size=5), max_size=12),
    st.lists(st.none() | st.text(max_size=5), max_size=12),
)
def test_digest_tells_texts_apart(one: list[Any], other: list[Any]) -> None:
    """Texts that run together, empty ones and nulls are told apart."""
    first, second = (
        content_digest(pl.Series("x", texts, dtype=pl.String).to_frame()) for texts in (one, other)
    )
    assert (first == second) == (one == other)


@given(
    st.lists(st.none() | st.lists(IDS, max_size=3), max_size=8),
    st.lists(st.none() | st.lists(IDS, max_size=3), max_size=8),
)
def test_digest_tells_lists_apart(one: list[Any], other: list[Any]) -> None:
    """So are lists, by where each begins and ends."""
    dtype = pl.List(pl.Int64)
    first, second = (
        content_digest(pl.Series("x", lists, dtype=dtype).to_frame()) for lists in (one, other)
    )
    assert (first == second) == (one == other)


def test_digest_stays_as_it_is() -> None:
    """Digests of other releases can be compared: that of known rows is known."""
    assert content_digest(_frames(5)["truth.plays"]) == KNOWN_DIGEST
    assert digest_of_digests([KNOWN_DIGEST, KNOWN_DIGEST]) != KNOWN_DIGEST


def test_a_table_has_one_digest_however_it_is_cut() -> None:
    """Digests of pieces add up to that of the whole, in any order of rows; one value more or other is another."""
    for path, frame in _frames(60).items():
        whole = rows_digest(frame)
        pieces = [frame[40:], frame[:3], frame[3:40]]
        assert whole == sum_of_digests(rows_digest(one) for one in pieces), path
        assert whole == rows_digest(frame.reverse()), path
    events = _frames(60)["log.events"]
    changes = [
        events.head(-1),
        *(
            events.with_columns(pl.col(name).reverse())
            for name in ("title_id", "type", "ip", "client_time")
        ),
        events.with_columns(error_code=pl.lit("connection_lost").cast(events["error_code"].dtype)),
    ]
    assert len({rows_digest(one) for one in (events, *changes)}) == len(changes) + 1


def test_digest_of_rows_stays_as_it_is() -> None:
    """Manifests of other releases can be compared: the digest of known rows is known."""
    assert rows_digest(_frames(5)["truth.plays"]) == KNOWN_DIGEST_OF_ROWS


KNOWN_DIGEST_OF_ROWS = "a304125d4dfd347a163febd0fe95942b"
KNOWN_DIGEST = "d349fae215dedaee1cf673821d081e5d"


def test_unknown_formats_and_compressions_are_refused() -> None:
    """The nearest name is offered, and what a format can have is listed."""
    with pytest.raises(UnknownName, match="Did you mean 'parquet'"):
        format_named("parket")
    with pytest.raises(
        InputError, match="csv cannot have the compression lz4; it takes: none, gzip, zstd"
    ):
        format_named("csv").compression("lz4")
    with pytest.raises(UnknownName, match="Did you mean 'zstd'"):
        format_named("parquet").compression("zst")


def test_a_part_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    """A writer that fails half-way leaves the old file, and no draft."""
    path = tmp_path / "part.parquet"
    path.write_bytes(b"old")

    def chunks() -> Any:
        yield b"new"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        publish(path, chunks())
    assert [one.name for one in tmp_path.iterdir()] == ["part.parquet"]
    assert path.read_bytes() == b"old"


@pytest.mark.parametrize(
    ("code", "kind", "words"),
    [(errno.ENOSPC, NoSpace, "disk is full.*goes on"), (errno.EACCES, OutputError, "Permission denied"),
     (errno.ENOENT, OutputError, "was removed meanwhile")],
)  # fmt: skip
def test_what_the_system_says_is_told_in_words(
    tmp_path: Path, code: int, kind: type, words: str
) -> None:
    """A full disk, a forbidden place and a folder that went are told apart."""

    def chunks() -> NoReturn:
        raise OSError(code, os.strerror(code))

    with pytest.raises(kind, match=words):
        publish(tmp_path / "part.parquet", (chunks() for _ in "x"))


def test_drafts_of_the_killed_are_swept(tmp_path: Path) -> None:
    """Only drafts go, and none of another run that writes into a folder of its own beside them."""
    (tmp_path / "log").mkdir()
    (tmp_path / "other" / "log").mkdir(parents=True)
    theirs = tmp_path / "other" / "log" / ".000000.parquet.123.0.synthview-draft"
    theirs.touch()
    (tmp_path / "log" / ".000000.parquet.123.synthview-draft").touch()
    (tmp_path / "log" / ".mine").touch()
    sweep(tmp_path)
    assert [one.name for one in (tmp_path / "log").iterdir()] == [".mine"]
    assert theirs.exists()
