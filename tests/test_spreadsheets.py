"""CSV that a spreadsheet opens: nothing in it runs, nothing is lost on the way back, and accents survive."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from functools import cache
from pathlib import Path

import duckdb
import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import synthview
from synthview.digests import content_digest
from synthview.sinks.formats import FORMATS, Format
from synthview.sinks.sql_loading import loading
from synthview.sinks.text import as_written, harmless
from synthview.tables import BY_PATH

TITLES = BY_PATH["log.titles"]
SIGNS = "=+-@\t\r\n'\" \uff1d\uff0b\uff0d\uff20\ufeff\u3000|,;"
texts = st.text(
    st.sampled_from(SIGNS) | st.characters(exclude_categories=["Cs"], exclude_characters="\0"),
    max_size=12,
)
HELD = re.compile('[\\s"\ufeff]*[=+\\-@\uff1d\uff0b\uff0d\uff20]')


def runs(cell: str) -> bool:
    """Whether a spreadsheet may run a cell, or a line of it."""
    lines = re.split(r"\r\n|\r|\n", cell)
    return cell[:1] in ("\t", "\r", "\n") or any(
        line[:1] == "\t" or HELD.match(line) for line in lines
    )


@cache
def _any_title() -> pl.DataFrame:
    return synthview.generate("tiny", tables="log.titles").log.titles.head(1)


def titles(names: list[str | None]) -> pl.DataFrame:
    """A table of titles with these names of series, and the same as names."""
    rows = pl.concat([_any_title()] * len(names))
    series = pl.Series("series_name", names, dtype=pl.String)
    return rows.with_columns(series, series.fill_null("").alias("name"), season_number=-3)


def text_of(format_: Format, frame: pl.DataFrame) -> bytes:
    """The bytes of a table in a format."""
    return b"".join(bytes(one) for one in format_.encode(TITLES, frame, "none"))


@pytest.mark.slow
@given(st.lists(texts | st.none(), min_size=1, max_size=20), st.booleans())
def test_no_cell_runs_and_every_text_returns(names: list[str | None], bom: bool) -> None:  # noqa: FBT001
    """Whatever a text holds, its cell is no formula, and reading gives the rows that were written."""
    form = replace(FORMATS["csv"], bom=bom)
    frame = titles(names)
    written = text_of(form, frame)
    read = form.scan(TITLES, [written]).collect()
    assert read.equals(frame, null_equal=True)
    assert content_digest(read) == content_digest(frame)
    rows = list(csv.reader(io.StringIO(written.decode("utf-8-sig"), newline="")))
    assert len(rows) == len(names) + 1
    cells = [cell for row in rows for cell in row if cell != "-3"]
    assert not [cell for cell in cells if runs(cell)]
    assert sum(row.count("-3") for row in rows) == len(names)


@given(texts)
def test_neutralising_is_taken_off_exactly(text: str) -> None:
    """Two texts never share a cell, those that begin with apostrophes included."""
    cells = harmless(pl.Series([text, f"'{text}"]))
    assert cells[0] != cells[1]
    assert as_written(cells).to_list() == [text, f"'{text}"]
    assert cells[0].removeprefix("'") == text or "\n" in text or "\r" in text or cells[0] == text


@pytest.mark.parametrize(
    ("text", "cell"),
    [("=1+1", "'=1+1"), ("+49 30", "'+49 30"), ("-2", "'-2"), ("@SUM(A1)", "'@SUM(A1)"), ("\tx", "'\tx"), ("\rx", "'\rx"),
     (" =1", "' =1"), ('"=1', "'\"=1"), ("\uff1d1", "'\uff1d1"), ("a\n=1", "a\n'=1"), ("'tis", "''tis"), ("a-b", "a-b"), ("", "")],
)  # fmt: skip
def test_what_a_cell_reads(text: str, cell: str) -> None:
    """An apostrophe stands before what would run, and before an apostrophe."""
    assert harmless(pl.Series([text]))[0] == cell


def test_lines_of_json_stay_as_they_are() -> None:
    """No spreadsheet opens NDJSON as it is."""
    assert b'"name":"=1+1"' in text_of(FORMATS["ndjson"], titles(["=1+1"]))


@pytest.mark.slow
def test_a_damaged_file_returns_too(tmp_path: Path) -> None:
    """Rows that are damaged on purpose are repaired into the cells that were written, mark and apostrophes included."""
    words = {
        "households": 12,
        "days": 2,
        "format": "csv",
        "bom": True,
        "set": {"catalogue.film_count": 150},
    }
    run = synthview.generate("nasty", directory=tmp_path / "run", **words)
    whole = synthview.generate("nasty", households=12, days=2, set=words["set"])
    assert any("damage" in part for part in run.manifest["parts"])
    for name in ("events", "plays", "searches"):
        assert (
            run.scan(f"log.{name}", repaired=True)
            .collect()
            .equals(getattr(whole.log, name), null_equal=True)
        )


def test_readers_take_the_mark(tmp_path: Path) -> None:
    """With --bom pandas, polars and DuckDB find the same columns; without it there is none."""
    path = tmp_path / "titles.csv"
    frame = titles(["Amélie", "Été"])
    assert not text_of(FORMATS["csv"], frame).startswith(b"\xef\xbb\xbf")
    path.write_bytes(text_of(replace(FORMATS["csv"], bom=True), frame))
    assert path.read_bytes().startswith(b"\xef\xbb\xbftitle_id,")
    assert list(pd.read_csv(path).columns) == frame.columns
    assert pl.read_csv(path).columns == frame.columns
    assert duckdb.read_csv(str(path)).columns == frame.columns
    assert list(pd.read_csv(path)["series_name"]) == ["Amélie", "Été"]


def test_databases_hold_the_texts_themselves(tmp_path: Path) -> None:
    """The statements that load CSV take the apostrophes off."""
    names = ["=1+1", "'tis", "a\n=1", "a\n'b", "\r\n-1", "plain", None]
    folder = tmp_path / "log" / "titles"
    folder.mkdir(parents=True)
    frame = titles(names).with_columns(title_id=pl.int_range(len(names)))
    (folder / "000000.csv").write_bytes(text_of(FORMATS["csv"], frame))
    with duckdb.connect() as database:
        database.execute(synthview.ddl("log.titles", format="csv"))
        database.execute(loading("log.titles", directory=tmp_path, format="csv"))
        found = database.execute("SELECT series_name FROM log.titles ORDER BY title_id").fetchall()
    assert [one for (one,) in found] == names
