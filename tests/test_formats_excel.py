"""The log as a workbook: every row of each sheet, whole ids, dates, and names that are no formulas."""

from __future__ import annotations

import zipfile
from datetime import datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from formats_data import converted, dataset, frames

from synthview import ids_to_text
from synthview.errors import InputError
from synthview.formats import excel

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workbook of the dataset with nasty names."""
    place = tmp_path_factory.mktemp("book")
    converted(dataset(place / "data"), "excel", place / "log.xlsx", events="yes")
    return place / "log.xlsx"


def sheet_of(book: Path, name: str) -> list[ET.Element]:
    """The rows of a sheet."""
    with zipfile.ZipFile(book) as opened:
        listed = ET.fromstring(opened.read("xl/workbook.xml")).iter(f"{MAIN}sheet")  # noqa: S314
        number = [one.get("name") for one in listed].index(name) + 1
        sheet = ET.fromstring(opened.read(f"xl/worksheets/sheet{number}.xml"))  # noqa: S314
    return list(sheet.iter(f"{MAIN}row"))


def text_of(cell: ET.Element) -> str | None:
    """The text of a cell."""
    found = cell.find(f"{MAIN}is/{MAIN}t")
    return None if found is None else (found.text or "").replace("_x000D_", "\r")


@pytest.mark.parametrize("name", ["accounts", "profiles", "titles", "plays", "searches", "events"])
def test_a_sheet_has_every_row_and_name(book: Path, name: str) -> None:
    """Below the head are all rows; ids are text with their letter, names are as they were."""
    head, *rows = sheet_of(book, name)
    frame = frames()[name]
    assert [text_of(cell) for cell in head] == frame.columns
    assert len(rows) == len(frame)
    for column in [one for one in frame.columns if "name" in one or one == "query"]:
        place = frame.columns.index(column)
        assert [text_of(row[place]) for row in rows] == frame[column].to_list()
    first = frame.columns[1 if name == "events" else 0]
    place = frame.columns.index(first)
    assert [text_of(row[place]) for row in rows] == ids_to_text(frame[first], first).to_list()


def test_times_are_dates_and_hours_add_up(book: Path) -> None:
    """A date of Excel is the time of the log to the millisecond; the sum of hours is the log's."""
    _, *rows = sheet_of(book, "plays")
    plays = frames()["plays"]
    place = plays.columns.index("started_at")
    for row, wanted in zip(rows, plays["started_at"], strict=True):
        value = float(row[place].findtext(f"{MAIN}v") or 0)
        told = datetime(1899, 12, 30) + timedelta(days=value)
        assert abs(told - wanted) < timedelta(milliseconds=1)
        assert row[place].get("s") == str(excel.TIME)
    place = plays.columns.index("watched_ms")
    assert (
        sum(int(row[place].findtext(f"{MAIN}v") or 0) for row in rows) == plays["watched_ms"].sum()
    )


def test_names_like_formulas_are_texts(book: Path) -> None:
    """There is no formula in any sheet; what begins like one has the mark of a typed text."""
    with zipfile.ZipFile(book) as opened:
        sheets = [opened.read(one).decode() for one in opened.namelist() if "worksheets/" in one]
    assert not [one for one in sheets if "<f>" in one or "<f " in one]
    _, *rows = sheet_of(book, "profiles")
    place = frames()["profiles"].columns.index("name")
    marked = [text_of(row[place]) for row in rows if row[place].get("s") == str(excel.QUOTED)]
    names = frames()["profiles"]["name"]
    assert [one for one in names if one.startswith("=")]
    assert {one for one in names if one.startswith(("=", "-"))} <= set(marked)


def test_more_rows_than_a_sheet_holds_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error says which table and what to do, and no workbook is left."""
    monkeypatch.setattr(excel, "MOST_ROWS", 100)
    source = dataset(tmp_path / "data")
    with pytest.raises(InputError, match="has more rows than the 99 that a sheet of Excel holds"):
        converted(source, "excel", tmp_path / "log.xlsx")
    assert [one.name for one in tmp_path.iterdir()] == ["data"]


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_openpyxl_reads_it(book: Path) -> None:
    """The library finds the rows and the names."""
    openpyxl = pytest.importorskip("openpyxl", reason="openpyxl is not installed")
    opened = openpyxl.load_workbook(book)
    rows = list(opened["profiles"].values)
    profiles = frames()["profiles"]
    place = profiles.columns.index("name")
    told = [str(row[place]).replace("_x000D_", "\r") for row in rows[1:]]
    assert told == profiles["name"].to_list()
    assert opened["plays"].max_row == len(frames()["plays"]) + 1
