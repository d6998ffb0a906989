"""A claim asked of a dataset on disk, and where its answer goes: what cannot be is refused, damage is read through."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path

import duckdb
import polars as pl
import pytest
from claims_log import FILM
from commands import Told
from commands import run as command

from synthview import generate
from synthview.cli.claim_report import Places
from synthview.errors import OutputError

TABLES = ["log.plays", "log.titles", "log.accounts", "log.profiles", "log.devices"]
OFTEN = {"actors.child_on_loop.rate": 1, "actors.devoted_fan.rate": 0.5}
LIKED = {f'titles."{FILM}".popularity_rank': 3}
SOON = (
    "--set",
    'claims."53 people".days=2',
    "--set",
    'claims."53 people".last=2017-11-26',
)
"""Asks for two of the days that the datasets here cover."""
Made = Callable[..., Path]
"""A dataset by its scenario, format and rate of damage: made once, and a copy of it each time."""


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Datasets of forty homes, many of which have the film day after day."""
    place = tmp_path_factory.mktemp("datasets")

    @cache
    def one(scenario: str, kind: str, damaged: float) -> Path:
        directory = place / f"{scenario}-{kind}-{damaged}"
        liked = LIKED if scenario == "christmas-prince" else {}
        put = {**OFTEN, **liked, "faults.truncated_rows.rate": damaged}
        generate(
            scenario,
            households=40,
            days=12,
            directory=directory,
            tables=TABLES,
            set=put,
            format=kind,
            workers=1,
        )
        return directory

    return one


@pytest.fixture
def made(store: Callable[..., Path], tmp_path: Path) -> Made:
    """Copies of them, to change at will."""

    def copy(
        name: str = "made",
        scenario: str = "christmas-prince",
        kind: str = "parquet",
        damaged: float = 0.0,
    ) -> Path:
        shutil.copytree(store(scenario, kind, damaged), tmp_path / name)
        return tmp_path / name

    return copy


@pytest.fixture
def refused(told: Told) -> Callable[..., str]:
    """What a claim says of a dataset that cannot be asked it."""

    def said(directory: Path, *words: str) -> str:
        code, _, err = told("claim", "christmas-prince", "--data", str(directory), *words)
        assert code == 2
        return err

    return said


@pytest.mark.slow
@pytest.mark.parametrize("has_manifest", [True, False])
def test_a_dataset_without_the_days_is_refused(
    has_manifest: bool,  # noqa: FBT001
    made: Made,
    refused: Callable[..., str],
) -> None:
    """That nobody is counted on days that a dataset does not cover would be no answer: it says which it has."""
    place = made("short")
    if not has_manifest:
        (place / "manifest.json").unlink()
    first = "2017-11-17" if has_manifest else "2017-11-16"  # when the first play began
    assert (
        f"covers {first} to 2017-11-28; '53 people' asks for 2017-11-23 to 2017-12-10"
        in refused(place)
    )


@pytest.mark.slow
def test_a_dataset_without_the_title_is_refused(made: Made, refused: Callable[..., str]) -> None:
    """Nor would it be one that nobody has a title that is not there."""
    place = made("other", "everyday")
    assert "has no title 'A Christmas Prince', which '53 people' is about" in refused(place)


@pytest.mark.parametrize("name", ["plays", "titles"])
def test_files_that_are_not_of_the_schema_are_refused(
    name: str, made: Made, refused: Callable[..., str]
) -> None:
    """What cannot be read is told with its file, in one line and in our words."""
    place = made("broken")
    (place / "manifest.json").unlink()
    paths = sorted((place / "log" / name).rglob("*.parquet"))
    for path in paths:
        path.write_bytes(b"nothing of the kind")
    said = refused(place, *SOON)
    assert f"{paths[0]} cannot be read as Parquet: it is damaged, or something else." in said
    assert "Traceback" not in said


@pytest.mark.slow
def test_rows_damaged_on_purpose_are_read_as_they_were(made: Made, told: Told) -> None:
    """A dataset with damaged rows answers what it does without the damage."""
    found = []
    for name, rate in (("whole", 0.0), ("damaged", 0.05)):
        place = made(name, kind="csv", damaged=rate)
        words = ("claim", "christmas-prince", "--data", str(place), *SOON, "--json", "-")
        found.append(json.loads(told(*words)[1])["number"])
    assert json.loads((place / "manifest.json").read_text("utf-8"))["damage"].startswith(
        "On purpose"
    )
    assert found[0] == found[1]
    assert found[0]["value"] > 0


@pytest.mark.parametrize(
    "words", [("--seeds", "3"), ("--thorough",), ("--exhaustive",), ("--sample", "9"), ("--workers", "1"), ("--seed", "5"), ("--households", "9"), ("--without", "actors")], ids=lambda words: words[0]
)  # fmt: skip
def test_options_of_worlds_are_refused_for_a_dataset(
    tmp_path: Path, words: tuple[str, ...], refused: Callable[..., str]
) -> None:
    """An option that would do nothing is refused rather than ignored."""
    said = refused(tmp_path, *words)
    assert (
        f"{words[0]} cannot be used here: it is for simulated worlds; --data asks a dataset as it is."
        in said
    )


def test_only_a_streak_has_a_query(told: Told) -> None:
    """The query of a streak behind another kind of number would count something else."""
    code, _, err = told("claim", "year", "--claim", "60 movies", "--sql")
    assert code == 2
    assert "--sql is for claims of the kind streak; '60 movies' is of the kind mean." in err


# --- Where the answer goes --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("option", ["--html", "--json", "--png"])
def test_a_directory_is_no_file_to_write(tmp_path: Path, option: str, told: Told) -> None:
    """It is said before minutes of work."""
    code, _, err = told("claim", "christmas-prince", option, str(tmp_path))
    assert code == 3
    assert f"{tmp_path} cannot be written: it is a directory. Name a file in it." in err


def test_a_folder_one_may_not_write_in_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor is a folder that does not let one write; asked of the system, as the owner of it all may always write."""
    monkeypatch.setattr(os, "access", lambda path, _: Path(path) != tmp_path)
    with pytest.raises(OutputError, match="may not be changed by you"):
        Places(None, None, tmp_path / "told.json").check()


def test_two_answers_cannot_be_printed_at_once(told: Told) -> None:
    """A page and JSON in one stream would be neither."""
    code, _, err = told("claim", "christmas-prince", "--html", "-", "--json", "-")
    assert code == 2
    assert "Only one of --html and --json can be printed with -" in err


@pytest.mark.slow
def test_a_page_can_be_printed(made: Made) -> None:
    """With - the page is all that goes to the standard output, the same as would be written."""
    words = ("claim", "christmas-prince", "--data", str(made()), *SOON, "--html", "-")
    printed = command(*words).stdout
    assert printed.startswith("<!doctype html>")
    assert printed.rstrip().endswith("</html>")


@pytest.mark.parametrize(
    "words", [("--json", "x.json"), ("--thorough",), ("--seeds", "2")], ids=lambda words: words[0]
)
def test_a_query_is_printed_alone(words: tuple[str, ...], told: Told) -> None:
    """Who asks for the query and a file with it is told that there will be no file."""
    code, _, err = told("claim", "christmas-prince", "--sql", *words)
    assert code == 2
    assert f"{words[0]} cannot be used here: --sql prints a query and does nothing else." in err


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["parquet", "csv", "ndjson"])
def test_the_printed_query_reads_the_files_there_are(kind: str, made: Made, told: Told) -> None:
    """The statements of --sql run as printed, on files of each kind, and give the number of the answer."""
    words = "claim", "christmas-prince", "--data", str(made(kind=kind)), *SOON
    lines = told(*words, "--sql")[1]
    number = json.loads(told(*words, "--json", "-")[1])["number"]
    with duckdb.connect() as connection:
        found = connection.execute(lines).fetchone()
        shown = connection.execute(
            "SELECT count(DISTINCT account_id) FROM plays JOIN titles USING (title_id) WHERE name = ?",
            [FILM],
        )
        assert shown.fetchone() > (5,)
    assert found == (number["value"],)


def test_accounts_with_the_trailer_alone_are_caught_by_like(made: Made, told: Told) -> None:
    """Of a dataset too, LIKE looks at whoever has a trailer, the film or not: as its query does."""
    place = made()
    words = ("claim", "christmas-prince", "--data", str(place), *SOON, "--json", "-")
    found = json.loads(told(*words)[1])
    with duckdb.connect() as connection:
        for name in ("plays", "titles", "profiles"):
            connection.execute(
                f"CREATE VIEW {name} AS FROM read_parquet('{place}/log/{name}/**/*.parquet')"
            )
        for slip in found["definitions"]["slips"]:
            assert connection.execute(slip["sql"]).fetchone() == (slip["value"],), slip["name"]


def test_a_directory_that_is_not_there_is_named(tmp_path: Path, told: Told) -> None:
    """A misspelt directory is told from one that lacks a table."""
    code, _, err = told("claim", "christmas-prince", "--data", str(tmp_path / "nowhere"))
    assert code == 3
    assert f"There is no directory {tmp_path / 'nowhere'}." in err


def test_any_title_of_a_dataset_can_be_asked_about(made: Made, told: Told) -> None:
    """Without a claim in any file: a title of its own catalogue, on days of the dataset; by polars and by DuckDB alike."""
    place = made("own", "everyday")
    titles = pl.read_parquet(place / "log" / "titles" / "**" / "*.parquet")
    plays = pl.read_parquet(place / "log" / "plays" / "**" / "*.parquet").join(
        titles, on="title_id"
    )
    name = plays.filter(pl.col("kind") == "film")["name"].mode().sort()[0]
    asked = ("claim", "everyday", "--data", str(place))
    found = json.loads(told(*asked, "--title", name, "--days", "2", "--json", "-")[1])
    assert (found["claim"]["title"], found["claim"]["days"], found["claim"]["last"]) == (
        name,
        2,
        "2017-10-13",
    )
    assert found["number"]["value"] == found["number"]["by_duckdb"]
    assert found["number"]["sentence"].endswith("None was published.")
    for words, said in (
        (
            ("--title", name + "x"),
            f"There is no title '{name}x' in log.titles of {place}, which has",
        ),
        (("--title", name, "--last", "soon"), "--last is 'soon', which is no date"),
        (("--title", name, "--days", "19"), "asks for 19 days up to 2017-10-13"),
        (("--days", "9"), "--days is for a title: name it with --title."),
    ):
        code, _, err = told(*asked, *words)
        assert code == 2
        assert said in err


def test_published_numbers_are_listed(told: Told) -> None:
    """List claims has every claim of the scenarios that are shipped, with its title and its days."""
    rows = json.loads(told("list", "claims", "--as", "json")[1])
    assert {"53 people", "60 movies"} <= {row["claim"] for row in rows}
    tweet = next(row for row in rows if row["claim"] == "53 people")
    assert (tweet["of"], tweet["days"], tweet["said"]) == ("A Christmas Prince", "18", "53")
