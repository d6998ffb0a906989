"""Formats of real viewing data on the command line: what there is, what is refused, what is written where."""

from __future__ import annotations

import os
from pathlib import Path

import polars as pl
import pytest
from commands import Told
from commands import run as command
from formats_data import converted, dataset, frames

import synthview
from synthview.foreign.datasets import opened
from synthview.formats.making.data import Data
from synthview.formats.making.form import name_of, options_of
from synthview.formats.making.known import real_format, real_formats

DOCS = Path(__file__).parent.parent / "docs" / "formats.md"
FORMATS = tuple(real_formats())
THEIRS = '''
"""A format of another package."""
from dataclasses import dataclass
from typing import ClassVar
from synthview.formats.making.form import RealFormat, option

@dataclass(frozen=True)
class PlayList(RealFormat):
    """A line for each play."""

    tables: ClassVar[tuple[str, ...]] = ("log.plays",)
    leaves_out: ClassVar[tuple[str, ...]] = ("all but titles",)
    mark: str = option("-", "What a line begins with.")

    def write(self, data, output):
        for rows in data.parts("log.plays", ("title_id", "account_id")):
            with output.file() as file:
                file.write("".join(f"{self.mark}{one}\\n" for one in rows["title_id"]).encode())
            output.rows += len(rows)
'''


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The dataset with nasty names."""
    return dataset(tmp_path_factory.mktemp("source") / "data")


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of ours on the disk."""
    place = tmp_path_factory.mktemp("runs") / "tiny"
    synthview.generate("tiny", directory=place, workers=1)
    return place


def same(left: Path, right: Path) -> bool:
    """Whether two folders have the same files with the same bytes."""
    names = [
        {one.relative_to(place).as_posix() for one in place.rglob("*") if one.is_file()}
        for place in (left, right)
    ]
    if names[0] != names[1]:
        return False
    return all((left / one).read_bytes() == (right / one).read_bytes() for one in names[0])


@pytest.mark.parametrize("name", FORMATS)
def test_a_format_tells_what_it_is(name: str) -> None:
    """It has a manual, says what it reads and cannot carry, explains its options, and is in the docs."""
    form = real_format(name)
    assert name_of(form) == name
    assert len((form.__doc__ or "").split("\n")[0]) > 30
    assert form.tables
    assert all(one.startswith("log.") for one in form.tables)
    assert form.leaves_out
    assert all(one.metadata["about"].endswith(".") for one in options_of(form).values())
    text = DOCS.read_text("utf-8")
    assert f"\n## {name}\n" in text
    section = text.split(f"\n## {name}\n")[1].split("\n## ")[0]
    assert [
        one for one in options_of(form) if f"`{one}`" not in section and f"{one}=" not in section
    ] == []


def test_they_are_listed_and_shown(told: Told) -> None:
    """``list formats`` has each with its first sentence, and ``show`` its options and limits."""
    _, listed, _ = told("list", "formats")
    assert [name for name in FORMATS if f"\n{name} " not in listed] == []
    _, shown, _ = told("show", "netflix-report")
    assert "shuffle_columns" in shown
    assert "cannot carry" in shown


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--format", "netflx-report", "-o", "x"), "Did you mean 'netflix-report'? Known: "),
        (("--format", "segment", "-o", "x", "--with", "locale=de"), "no option 'locale' in the format segment"),
        (("--format", "netflix-history", "-o", "x", "--with", "locale=xx"), "'xx' is not a valid locale"),
        (("--format", "netflix-history", "-o", "x", "--with", "locale"), "--with takes NAME=VALUE"),
        (("--format", "netflix-report", "-o", "-"), "say which with --account"),
        (("--format", "movielens", "-o", "-"), "has several files"),
        (("--format", "movielens", "-o", "x", "--account", "17"), "There is no account '17'"),
        (("--format", "movielens", "-o", "x", "--account", "me"), "'me' is no account"),
        (("--format", "recbole", "-o", "x", "--with", "name=../up"), "is no name of a file"),
        (("--format", "cloudfront", "-o", "x", "--with", "segment_s=0"), "a whole number from 1"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_in_the_words_that_were_typed(
    source: Path, tmp_path: Path, told: Told, words: tuple[str, ...], said: str
) -> None:
    """Unknown formats, options and accounts are errors that say so, and nothing is written."""
    placed = [str(tmp_path / word) if word == "x" else word for word in words]
    code, _, err = told("convert", str(source), *placed)
    assert code == 2
    assert said in err
    assert list(tmp_path.iterdir()) == []


def test_a_dataset_without_a_table_says_which(tmp_path: Path, told: Told) -> None:
    """Tables that a format needs and a dataset lacks are named, all of them."""
    (tmp_path / "log").mkdir()
    frames()["plays"].write_parquet(tmp_path / "log" / "plays.parquet")
    words = ("--format", "snowplow", "-o", str(tmp_path / "x"))
    code, _, err = told("convert", str(tmp_path), *words)
    assert code == 2
    assert "has no log.events and log.titles and log.devices, and snowplow needs" in err


def test_a_place_without_a_dataset_is_told_as_such(tmp_path: Path, told: Told) -> None:
    """A directory that is not there, and a file that is no database, are errors about DIR."""
    (tmp_path / "file.txt").write_text("x")
    for name in ("nowhere", "file.txt"):
        words = (str(tmp_path / name), "--format", "segment", "-o", str(tmp_path / "x"))
        code, _, err = told("convert", *words)
        assert code == 3
        assert "Name the directory of a dataset" in err


def test_nothing_is_overwritten_unless_asked(source: Path, tmp_path: Path, told: Told) -> None:
    """A file or folder that is there stays as it is; with --overwrite, other files in it stay."""
    place = tmp_path / "ml"
    place.mkdir()
    (place / "mine.txt").write_text("mine")
    words = ("convert", str(source), "--format", "movielens", "-o", str(place))
    code, _, err = told(*words)
    assert code == 3
    assert "--overwrite" in err
    assert [one.name for one in place.iterdir()] == ["mine.txt"]
    assert told(*words, "--overwrite")[0] == 0
    assert (place / "mine.txt").read_text() == "mine"
    assert (place / "ratings.csv").exists()
    keys = tmp_path / "ml.truth.csv"
    assert keys.read_text().startswith("what,written,id\n")
    assert sorted(one.name for one in tmp_path.iterdir()) == ["ml", "ml.truth.csv"]


@pytest.mark.slow
def test_a_stream_is_the_file(source: Path, tmp_path: Path) -> None:
    """``-o -`` prints the bytes of the file and nothing else; --keys keeps the ids."""
    converted(source, "segment", tmp_path / "file")
    keys = tmp_path / "keys.csv"
    told = command("convert", str(source), "--format", "segment", "-o", "-", "--keys", str(keys))
    assert told.stdout == (tmp_path / "file").read_text("utf-8")
    one = str(frames()["plays"]["account_id"][0])
    words = ("--format", "netflix-history", "--account", one, "-o", "-", "--keys", str(keys))
    assert command("convert", str(source), *words).stdout.startswith('Title,Date\n"')
    assert len(pl.read_csv(keys)) > 0


@pytest.mark.slow
def test_generate_writes_what_convert_writes(tmp_path: Path, told: Told) -> None:
    """``generate --format`` gives the bytes of generate and convert, and leaves nothing behind.

    With all titles: those that are used depend on the tables that are written.
    """
    made = tmp_path / "made"
    words = ("generate", "tiny", "--workers", "1", "--titles", "all")
    tiny = tmp_path / "dataset"
    synthview.generate("tiny", directory=tiny, workers=1, titles="all")
    command(*words, "--format", "movielens", "--with", "stars=completion", "-o", str(made))
    converted(tiny, "movielens", tmp_path / "converted", stars="completion")
    assert same(made, tmp_path / "converted")
    assert not [one for one in tmp_path.iterdir() if one.name.startswith(".")]
    _, _, err = told(*words, "--format", "movielens", "--ids", "int", "-o", str(tmp_path / "x"))
    assert "--ids is for parquet" in err
    _, _, err = told(*words, "--format", "movilens", "-o", str(tmp_path / "x"))
    assert "Did you mean 'movielens'? Known: arrow, " in err


@pytest.mark.slow
@pytest.mark.parametrize("stored", ["csv", "ndjson", "duckdb"])
def test_the_form_of_a_dataset_does_not_matter(tiny: Path, tmp_path: Path, stored: str) -> None:
    """Whatever files or database a run is in, a format has the same bytes."""
    other = tmp_path / "other"
    synthview.generate("tiny", directory=other, workers=1, format=stored)
    converted(tiny, "recbole", tmp_path / "one")
    converted(other, "recbole", tmp_path / "two")
    assert same(tmp_path / "one", tmp_path / "two")


def test_accounts_come_some_at_a_time_and_each_once(source: Path) -> None:
    """A format of accounts never holds more of them than it asked for, and sees all their rows."""
    data = Data(opened(source), None, lambda _, __: None)
    seen: list[int] = []
    rows = 0
    for home in data.homes({"log.accounts": (), "log.plays": ("account_id",)}, at_once=7):
        accounts = home["log.accounts"]["account_id"].unique().to_list()
        assert len(accounts) <= 7
        seen += accounts
        rows += len(home["log.plays"])
    assert sorted(seen) == sorted(frames()["accounts"]["account_id"].unique())
    assert rows == len(frames()["plays"])


def test_limit_and_account_choose(source: Path, tmp_path: Path, told: Told) -> None:
    """--limit takes the first accounts; --account takes those that are named."""
    words = ("--format", "netflix-report", "--limit", "3", "-o", str(tmp_path / "r"))
    assert told("convert", str(source), *words)[0] == 0
    assert len(list((tmp_path / "r").iterdir())) == 3
    one = int(frames()["plays"]["account_id"][0])
    converted(source, "recbole", tmp_path / "rb", one)
    plays = frames()["plays"].filter((pl.col("account_id") == one) & (pl.col("kind") != "trailer"))
    lines = (tmp_path / "rb" / "synthview" / "synthview.inter").read_text().splitlines()
    assert len(lines) - 1 == len(plays.filter(pl.col("watched_ms") > 0))


@pytest.mark.slow
def test_another_package_brings_a_format(source: Path, tmp_path: Path) -> None:
    """A format of an entry point is listed, shown and written; one that breaks is told of."""
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "theirs.py").write_text(THEIRS)
    metadata = tmp_path / "site" / "theirs-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: theirs\nVersion: 1.0\n")
    points = "[synthview.formats]\nplay-list = theirs:PlayList\nbroken = nowhere:Broken\n"
    (metadata / "entry_points.txt").write_text(points)
    path = os.pathsep.join([str(tmp_path / "site"), str(Path(synthview.__file__).parent.parent)])
    listed = command("list", "formats", PYTHONPATH=path)
    assert "play-list" in listed.stdout
    assert "theirs 1.0" in listed.stdout
    assert "broken of theirs 1.0 cannot be imported" in listed.stderr
    words = ("--format", "play-list", "--with", "mark=*", "-o", str(tmp_path / "list"))
    command("convert", str(source), *words, PYTHONPATH=path)
    assert len((tmp_path / "list").read_text().splitlines()) == len(frames()["plays"])
