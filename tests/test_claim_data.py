"""A claim asked of a dataset on disk, and where its answer goes: what cannot be is refused, damage is read through."""

from __future__ import annotations

import json
import os
from pathlib import Path

import duckdb
import polars as pl
import pytest
from claims_log import FILM
from commands import run as command

from synthview import generate
from synthview.cli.claim_report import Places
from synthview.errors import OutputError

TABLES = ["log.plays", "log.titles", "log.accounts", "log.profiles", "log.devices"]
OFTEN = {"actors.child_on_loop.rate": 1, "actors.devoted_fan.rate": 0.5}


def made(
    directory: Path, scenario: str = "christmas-prince", days: int = 24, **more: object
) -> Path:
    """A dataset of some homes, many of which have the film day after day."""
    put = {**OFTEN, **more.pop("set", {})}  # type: ignore[dict-item]
    generate(
        scenario, households=60, days=days, directory=directory, tables=TABLES, set=put, **more
    )  # type: ignore[call-overload]
    return directory


def refused(directory: Path, *words: str) -> str:
    """What a claim says of a dataset that cannot be asked it."""
    return command("claim", "christmas-prince", "--data", str(directory), *words, expect=2).stderr


@pytest.mark.parametrize("has_manifest", [True, False])
def test_a_dataset_without_the_days_is_refused(tmp_path: Path, has_manifest: bool) -> None:  # noqa: FBT001
    """That nobody is counted on days that a dataset does not cover would be no answer: it says which it has."""
    place = made(tmp_path / "short", days=12)
    if not has_manifest:
        (place / "manifest.json").unlink()
    first = "2017-11-17" if has_manifest else "2017-11-16"  # when the first play began
    assert (
        f"covers {first} to 2017-11-28; '53 people' asks for 2017-11-23 to 2017-12-10"
        in refused(place)
    )


def test_a_dataset_without_the_title_is_refused(tmp_path: Path) -> None:
    """Nor would it be one that nobody has a title that is not there."""
    place = made(tmp_path / "other", "everyday")
    assert "has no title 'A Christmas Prince', which '53 people' is about" in refused(place)


@pytest.mark.parametrize("name", ["plays", "titles"])
def test_files_that_are_not_of_the_schema_are_refused(tmp_path: Path, name: str) -> None:
    """What cannot be read is told with its file, in one line and in our words."""
    place = made(tmp_path / "broken", format="parquet")
    (place / "manifest.json").unlink()
    paths = sorted((place / "log" / name).rglob("*.parquet"))
    for path in paths:
        path.write_bytes(b"nothing of the kind")
    told = refused(place)
    assert f"{paths[0]} cannot be read as Parquet: it is damaged, or something else." in told
    assert "Traceback" not in told


def test_rows_damaged_on_purpose_are_read_as_they_were(tmp_path: Path) -> None:
    """A dataset with damaged rows answers what it does without the damage."""
    told = []
    for name, rate in (("whole", 0.0), ("damaged", 0.05)):
        place = made(tmp_path / name, format="csv", set={"faults.truncated_rows.rate": rate})
        ran = command("claim", "christmas-prince", "--data", str(place), "--json", "-")
        told.append(json.loads(ran.stdout)["number"])
    assert json.loads((tmp_path / "damaged" / "manifest.json").read_text("utf-8"))[
        "damage"
    ].startswith("On purpose")
    assert told[0] == told[1]


@pytest.mark.parametrize(
    "words", [("--seeds", "3"), ("--thorough",), ("--exhaustive",), ("--sample", "9"), ("--workers", "1"), ("--seed", "5"), ("--households", "9"), ("--without", "actors")], ids=lambda words: words[0]
)  # fmt: skip
def test_options_of_worlds_are_refused_for_a_dataset(
    tmp_path: Path, words: tuple[str, ...]
) -> None:
    """An option that would do nothing is refused rather than ignored."""
    told = refused(tmp_path, *words)
    assert (
        f"{words[0]} cannot be used here: it is for simulated worlds; --data asks a dataset as it is."
        in told
    )


def test_only_a_streak_has_a_query() -> None:
    """The query of a streak behind another kind of number would count something else."""
    ran = command("claim", "year", "--claim", "60 movies", "--sql", expect=2)
    assert "--sql is for claims of the kind streak; '60 movies' is of the kind mean." in ran.stderr


# --- Where the answer goes --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("option", ["--html", "--json", "--png"])
def test_a_directory_is_no_file_to_write(tmp_path: Path, option: str) -> None:
    """It is said before minutes of work."""
    ran = command("claim", "christmas-prince", option, str(tmp_path), expect=3)
    assert f"{tmp_path} cannot be written: it is a directory. Name a file in it." in ran.stderr


def test_a_folder_one_may_not_write_in_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor is a folder that does not let one write; asked of the system, as the owner of it all may always write."""
    monkeypatch.setattr(os, "access", lambda path, _: Path(path) != tmp_path)
    with pytest.raises(OutputError, match="may not be changed by you"):
        Places(None, None, tmp_path / "told.json").check()


def test_two_answers_cannot_be_printed_at_once() -> None:
    """A page and JSON in one stream would be neither."""
    ran = command("claim", "christmas-prince", "--html", "-", "--json", "-", expect=2)
    assert "Only one of --html and --json can be printed with -" in ran.stderr


def test_a_page_can_be_printed(tmp_path: Path) -> None:
    """With - the page is all that goes to the standard output, the same as would be written."""
    place = made(tmp_path / "made")
    printed = command("claim", "christmas-prince", "--data", str(place), "--html", "-").stdout
    assert printed.startswith("<!doctype html>")
    assert printed.rstrip().endswith("</html>")


@pytest.mark.parametrize(
    "words", [("--json", "x.json"), ("--thorough",), ("--seeds", "2")], ids=lambda words: words[0]
)
def test_a_query_is_printed_alone(words: tuple[str, ...]) -> None:
    """Who asks for the query and a file with it is told that there will be no file."""
    ran = command("claim", "christmas-prince", "--sql", *words, expect=2)
    assert (
        f"{words[0]} cannot be used here: --sql prints a query and does nothing else." in ran.stderr
    )


@pytest.mark.parametrize("kind", ["parquet", "csv", "ndjson"])
def test_the_printed_query_reads_the_files_there_are(tmp_path: Path, kind: str) -> None:
    """The statements of --sql run as printed, on files of each kind, and give the number of the answer."""
    place = made(tmp_path / "made", format=kind)
    words = "claim", "christmas-prince", "--data", str(place), "--set", 'claims."53 people".days=2'
    lines, number = (
        command(*words, "--sql").stdout,
        json.loads(command(*words, "--json", "-").stdout)["number"],
    )
    with duckdb.connect() as connection:
        found = connection.execute(lines).fetchone()
        shown = connection.execute(
            "SELECT count(DISTINCT account_id) FROM plays JOIN titles USING (title_id) WHERE name = ?",
            [FILM],
        )
        assert shown.fetchone() > (5,)
    assert found == (number["value"],)


def test_accounts_with_the_trailer_alone_are_caught_by_like(tmp_path: Path) -> None:
    """Of a dataset too, LIKE looks at whoever has a trailer, the film or not: as its query does."""
    place = made(tmp_path / "made")
    two = "--set", 'claims."53 people".days=2'
    told = json.loads(
        command("claim", "christmas-prince", "--data", str(place), *two, "--json", "-").stdout
    )
    with duckdb.connect() as connection:
        for name in ("plays", "titles", "profiles"):
            connection.execute(
                f"CREATE VIEW {name} AS FROM read_parquet('{place}/log/{name}/**/*.parquet')"
            )
        for slip in told["definitions"]["slips"]:
            assert connection.execute(slip["sql"]).fetchone() == (slip["value"],), slip["name"]


def test_a_directory_that_is_not_there_is_named(tmp_path: Path) -> None:
    """A misspelt directory is told from one that lacks a table."""
    ran = command("claim", "christmas-prince", "--data", str(tmp_path / "nowhere"), expect=3)
    assert f"There is no directory {tmp_path / 'nowhere'}." in ran.stderr


def test_any_title_of_a_dataset_can_be_asked_about(tmp_path: Path) -> None:
    """Without a claim in any file: a title of its own catalogue, on days of the dataset; by polars and by DuckDB alike."""
    place = made(tmp_path / "own", "everyday", days=5)
    titles = pl.read_parquet(place / "log" / "titles" / "**" / "*.parquet")
    plays = pl.read_parquet(place / "log" / "plays" / "**" / "*.parquet").join(
        titles, on="title_id"
    )
    name = plays.filter(pl.col("kind") == "film")["name"].mode().sort()[0]
    ran = command(
        "claim", "everyday", "--data", str(place), "--title", name, "--days", "2", "--json", "-"
    )
    told = json.loads(ran.stdout)
    assert (told["claim"]["title"], told["claim"]["days"], told["claim"]["last"]) == (
        name,
        2,
        "2017-10-06",
    )
    assert told["number"]["value"] == told["number"]["by_duckdb"]
    assert told["number"]["sentence"].endswith("None was published.")
    for words, said in (
        (
            ("--title", name + "x"),
            f"There is no title '{name}x' in log.titles of {place}, which has",
        ),
        (("--title", name, "--last", "soon"), "--last is 'soon', which is no date"),
        (("--title", name, "--days", "9"), "asks for 9 days up to 2017-10-06"),
        (("--days", "9"), "--days is for a title: name it with --title."),
    ):
        assert said in command("claim", "everyday", "--data", str(place), *words, expect=2).stderr


def test_published_numbers_are_listed() -> None:
    """List claims has every claim of the scenarios that are shipped, with its title and its days."""
    rows = json.loads(command("list", "claims", "--as", "json").stdout)
    assert {"53 people", "60 movies"} <= {row["claim"] for row in rows}
    tweet = next(row for row in rows if row["claim"] == "53 people")
    assert (tweet["of"], tweet["days"], tweet["said"]) == ("A Christmas Prince", "18", "53")
