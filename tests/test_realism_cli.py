"""Realism, the command: what it prints, writes and refuses, on scenarios and on datasets on disk."""

from __future__ import annotations

import json
from html import unescape
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from commands import run
from typer.testing import CliRunner

import synthview
from synthview.cli import app
from synthview.errors import SynthviewError
from synthview.realism.targets import targets

TABLES = ("log.accounts", "log.profiles", "log.devices", "log.titles", "log.plays")


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A week of sixty homes with seasons too short, their log alone, and without its messages."""
    place = tmp_path_factory.mktemp("realism") / "week"
    synthview.generate(
        "everyday",
        households=60,
        days=7,
        tables=TABLES,
        directory=place,
        set={"people.sign_up_days": 0, "catalogue.season_hours": 2},
    )
    return place


@pytest.fixture(scope="module")
def told(week: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What --json writes of it."""
    place = tmp_path_factory.mktemp("told") / "told.json"
    run("realism", str(week), "--json", str(place), expect=1)
    found: dict[str, Any] = json.loads(place.read_text("utf-8"))
    return found


SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["format", "world", "samples", "counts", "families", "others", "curves"],
    "properties": {
        "format": {"const": "synthview-realism/1"},
        "counts": {"required": ["pass", "fail", "inconclusive", "not applicable"]},
        "families": {"items": {"required": ["name", "title", "about", "figures"],
                               "properties": {"figures": {"items": {"$ref": "#/$defs/figure"}}}}},
        "others": {"items": {"$ref": "#/$defs/figure"}},
    },
    "$defs": {
        "range": {"type": "object", "required": ["low", "high"]},
        "figure": {
            "type": "object",
            "required": ["id", "quantity", "unit", "selection", "statistic", "published", "accepted", "source",
                         "simulated", "sample", "verdict", "off_by", "more_data", "note"],
            "properties": {
                "verdict": {"enum": ["pass", "fail", "inconclusive", "not applicable"]},
                "simulated": {"oneOf": [{"type": "null"}, {"type": "object", "required": ["value", "low", "high"]}]},
                "accepted": {"$ref": "#/$defs/range"},
                "more_data": {"type": ["number", "null"]},
            },
        },
    },
}  # fmt: skip


def figures_of(told: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Every figure that was told, by id."""
    families = [family["figures"] for family in told["families"]]
    return {one["id"]: one for figures in (*families, told["others"]) for one in figures}


@pytest.mark.slow
def test_json_has_every_target_once(told: dict[str, Any]) -> None:
    """The JSON keeps to its schema and has each row that a world is compared with, and no other."""
    jsonschema.validate(told, SCHEMA)
    assert figures_of(told).keys() == targets().keys()
    assert sum(told["counts"].values()) == len(targets())


@pytest.mark.slow
def test_what_a_dataset_lacks_is_not_applicable(told: dict[str, Any]) -> None:
    """Figures that need other tables or more days do not apply, and say which; the rest are compared."""
    found = figures_of(told)
    assert found["Q01"]["note"] == "the dataset lacks log.events"
    assert found["S13"]["note"] == "the dataset lacks truth.households"
    assert found["T04"]["note"] == "it needs 365 days, and the dataset has 7"
    assert found["S08"]["note"] == "it needs 28 days, and the dataset has 7"
    assert found["S19"]["note"] == "a maximum needs 1,000 households, and there are 60"
    assert found["S20-basic"]["verdict"] == "pass"
    assert found["N12"]["note"] == targets()["N12"].not_applicable
    for one in found.values():
        assert (one["simulated"] is None) == (one["verdict"] == "not applicable")
        assert one["note"] or one["verdict"] not in {"not applicable", "inconclusive"}


@pytest.mark.slow
def test_intervals_hold_their_value(told: dict[str, Any]) -> None:
    """Every value lies within its interval, and a verdict follows from interval and range."""
    for one in figures_of(told).values():
        if one["simulated"] is None:
            continue
        low, value, high = (one["simulated"][name] for name in ("low", "value", "high"))
        assert low <= value <= high, one["id"]
        inside = one["accepted"]["low"] <= low and high <= one["accepted"]["high"]
        assert inside == (one["verdict"] == "pass"), one["id"]


@pytest.mark.slow
def test_some_figures_alone(week: Path) -> None:
    """--only measures those alone; the exit code is 0 where none of them fails."""
    told = run("realism", str(week), "--only", "S20,N12")
    assert "3 figures compared, 3 pass, 0 fail" in told.stdout
    assert "1 not applicable" in told.stdout
    assert "T01" not in told.stdout


@pytest.mark.slow
def test_a_failure_is_exit_code_1(week: Path) -> None:
    """Where a figure fails, the table says so and the command ends with 1."""
    told = run("realism", str(week), "--only", "P14,P16-p10", expect=1)
    assert "*P16-p10" in told.stdout
    assert "fail" in told.stdout


@pytest.mark.slow
def test_a_scenario_is_simulated_for_what_is_asked(tmp_path: Path) -> None:
    """Only the sample that a figure needs is made, as small as asked, and told before and meanwhile."""
    told = run("realism", "everyday", "--only", "S20", "--households", "60", "--seed", "4")
    assert "days of households to simulate" in told.stderr
    assert "homes and what they own" in told.stdout
    assert "for a month" not in told.stdout


@pytest.mark.slow
def test_hours_shifted_in_the_settings_are_found() -> None:
    """People who sit down six hours earlier are found by the busiest hour; as they are, it passes."""
    curve = [float(one) for one in synthview_hours()]
    shifted = ",".join(str(one) for one in curve[6:] + curve[:6])
    words = ("realism", "everyday", "--only", "T05", "--households", "800")
    assert "1 pass" in run(*words).stdout
    told = run(*words, "--set", f"sittings.hours_of_day=[{shifted}]", expect=1)
    assert "*T05" in told.stdout


def synthview_hours() -> list[float]:
    """The curve of the hours at which adults sit down, as it is set."""
    from synthview.registry import installed
    from synthview.scenario.entries import declared

    return list(declared(installed())["sittings.hours_of_day"].value)


@pytest.mark.slow
def test_a_page_that_needs_nothing_else(week: Path, tmp_path: Path) -> None:
    """The page is one file without script or address to load from, and names each figure and verdict."""
    place = tmp_path / "page.html"
    run(
        "realism",
        str(week),
        "--html",
        str(place),
        "--only",
        "S20,D01,D02,D03,D04,T06,N12",
        expect=1,
    )
    page = place.read_text("utf-8")
    assert page.startswith("<!doctype html>")
    assert "<script" not in page
    assert "default-src 'none'" in unescape(page)
    assert page.count("<svg") >= 3
    for one in ("D01", "S20-std", "N12"):
        assert one in page


@pytest.mark.slow
def test_a_page_of_everything(told: dict[str, Any]) -> None:
    """Whatever a run lacks, the page is made; a strange name is escaped."""
    from synthview.realism.page import render

    strange = {**told, "world": {**told["world"], "scenario": "<b>bold</b>"}}
    assert "<b>bold</b>" not in render(strange)


@pytest.mark.slow
def test_json_can_be_printed(week: Path) -> None:
    """--json - prints JSON and nothing else."""
    told = json.loads(run("realism", str(week), "--only", "S20-std", "--json", "-").stdout)
    assert told["counts"]["pass"] == 1


@pytest.mark.parametrize(
    ("words", "said", "code"),
    [
        (("everyday", "--only", "S99"), "Did you mean", 2),
        (("everyday", "--only", ","), "--only names no figure", 2),
        (("everyday", "--only", "X01"), "There is no published figure to compare with 'X01'", 2),
        (("nosuch",), "There is no scenario or directory 'nosuch'", 2),
        (("no/such/place",), "There is no scenario or directory 'no/such/place'", 2),
        (("everyday", "--households", "none"), "--households is 'none'", 2),
        (("everyday", "--set", "nothing=1"), "nothing", 2),
        (("everyday", "--set", "run.days=3"), "--set run.days does nothing here", 2),
        (("everyday", "--without", "dragon"), "dragon", 2),
        (("everyday", "--workers", "0"), "--workers is 0", 2),
        (("everyday", "--html", "no/such/page.html"), "cannot be written", 3),
        (("everyday", "--json", "-", "--html", "-"), "Only one of --html and --json", 2),
    ],
)
def test_mistakes_are_told(words: tuple[str, ...], said: str, code: int) -> None:
    """A mistake is told in the words that were typed, before anything is simulated."""
    assert said in refused(*words, code=code)


def refused(*words: str, code: int = 2) -> str:
    """What the command says when it refuses some words, in this process; it ends with the code expected."""
    ended = CliRunner().invoke(app, ["realism", *words])
    assert isinstance(ended.exception, SynthviewError)
    assert ended.exception.exit_code == code
    assert "Simulating" not in ended.stderr
    return str(ended.exception)


def test_what_is_for_scenarios_is_refused_for_datasets(week: Path, tmp_path: Path) -> None:
    """A dataset is read as it is; a directory without one is told."""
    for option, value in (
        ("--seed", "3"),
        ("--set", "run.days=3"),
        ("--without", "misclick"),
        ("--workers", "2"),
    ):
        assert f"{option} is for a scenario" in refused(str(week), option, value)
    assert "holds no dataset" in refused(str(tmp_path), code=3)
