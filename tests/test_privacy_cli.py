"""The privacy laboratory, the command: what it prints, writes and refuses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from commands import run
from typer.testing import CliRunner

from synthview.cli import app
from synthview.errors import SynthviewError

SMALL = (
    "prize",
    "--households",
    "400",
    "--seed",
    "2",
    "--set",
    "films=300",
    "--set",
    "reviewers=0.1",
)


def refused(*words: str) -> str:
    """What is said of words that cannot be."""
    ended = CliRunner().invoke(app, ["privacy", *words])
    assert isinstance(ended.exception, SynthviewError), ended.output
    return str(ended.exception)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("nowhere",), "There is no world 'nowhere'. Known: "),
        (("priz",), "Did you mean"),
        (("prize", "--only", "unique"), "Did you mean"),
        (("prize", "--only", ","), "--only names no part"),
        (("prize", "--set", "stars=5"), "setting of prize"),
        (("prize", "--set", "reviewers=2"), "reviewers=2 cannot be"),
        (("prize", "--set", "reviewers=many"), "reviewers=many cannot be"),
        (("prize", "--households", "9M"), "at most"),
        (("tiny", "-o", "out"), "-o is for the scenario prize"),
        (("prize", "--json", "-", "--html", "-"), "Only one of"),
        (("prize", "--columns", "plan"), "prize has ratings alone"),
        (("tiny", "--columns", "town"), "column of accounts 'town' in --columns"),
        (("tiny", "--columns", "plan,plan"), "--columns names plan twice"),
        (("tiny", "--columns", "plan,genre"), "genre, the column that nobody should learn"),
        (("tiny", "--only", "release", "--sensitive", "plan"), "section anonymity"),
    ],
)
def test_what_cannot_be_is_said_in_a_line(words: tuple[str, ...], said: str) -> None:
    """Names, numbers and places that are wrong are errors of one line that say what to do."""
    told = refused(*words)
    assert said in told
    assert "\n" not in told


def test_the_number_of_homes_may_be_a_setting() -> None:
    """--set run.households says how many are simulated, and is no second word beside an option."""
    words = ("tiny", "--set", "run.households=3", "--only", "anonymity", "--json", "-")
    ended = CliRunner().invoke(app, ["privacy", *words])
    told = json.loads(ended.stdout)
    assert told["sections"][0]["found"]["steps"][0]["alone"]["of"] <= 3


def test_help_names_every_section() -> None:
    """What can be asked for with --only stands in the help."""
    said = CliRunner().invoke(app, ["privacy", "--help"]).output
    from synthview.privacy.report import SECTIONS

    assert [one.name for one in SECTIONS if one.name not in said] == []


def test_other_commands_say_where_the_prize_is_made() -> None:
    """The prize is no scenario of `generate`, which says what makes it."""
    ended = CliRunner().invoke(app, ["generate", "prize", "-o", "never"])
    assert "synthview privacy prize -o DIR" in str(ended.exception)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, dict[str, Any], Path]:
    """The prize, small: what is printed, the JSON, and the folder with its page and files."""
    folder = tmp_path_factory.mktemp("privacy")
    places = (
        "--json",
        str(folder / "told.json"),
        "--html",
        str(folder / "page.html"),
        "-o",
        str(folder / "files"),
    )
    said = run("privacy", *SMALL, *places).stdout
    return said, json.loads((folder / "told.json").read_text("utf-8")), folder


@pytest.mark.slow
def test_the_prize_is_told_beside_what_was_published(
    told: tuple[str, dict[str, Any], Path],
) -> None:
    """Terminal, JSON and page have the published figures beside those found, and the page is one file with drawings."""
    said, report, folder = told
    assert report["format"] == "synthview-privacy/1"
    linkage = next(one for one in report["sections"] if one["name"] == "linkage")
    published = {one["published"] for one in linkage["found"]["successes"]} - {None}
    assert published == {0.64, 0.96, 0.99}
    assert "published: 96%" in " ".join(said.split())
    page = (folder / "page.html").read_text("utf-8")
    assert page.count("<svg") >= 5
    assert "<script" not in page


@pytest.mark.slow
def test_files_of_the_prize_are_examined_as_the_world_itself(
    told: tuple[str, dict[str, Any], Path],
) -> None:
    """The command reads the directory that it wrote, finds reviewers in it, and says what is not for a directory."""
    _, _, folder = told
    again = json.loads(
        run("privacy", str(folder / "files"), "--only", "linkage", "--json", "-").stdout
    )
    sheet = again["sections"][0]["found"]["sheet"]
    assert sum(one["named"]["count"] for one in sheet) > 10
    assert "--seed is for a scenario" in refused(str(folder / "files"), "--seed", "4")


@pytest.mark.slow
def test_a_scenario_and_its_dataset_say_the_same(tmp_path: Path) -> None:
    """Whether a world is simulated for the command or lies on the disk, the same accounts are unique; what it lacks is said."""
    place = tmp_path / "tiny"
    run("generate", "tiny", "--households", "40", "-o", str(place))
    of_scenario, of_files = (
        json.loads(run("privacy", *words, "--only", "uniqueness,linkage", "--json", "-").stdout)[
            "sections"
        ]
        for words in (("tiny", "--households", "40"), (str(place),))
    )
    assert of_scenario[0]["found"] == of_files[0]["found"]
    page = run(
        "privacy", str(place), "--columns", "country,plan", "--sensitive", "devices", "--html", "-"
    ).stdout
    assert page.count("<svg") == 5
    assert "country, plan" in page
    assert "column of accounts" in refused(str(place), "--only", "anonymity", "--columns", "town")
    assert "nobody rates with stars" in of_files[1]["left_out"]
    assert "There is nothing to measure" in refused(str(place), "--only", "linkage")
