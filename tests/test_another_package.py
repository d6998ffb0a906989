"""A package that brings a dog on the sofa: synthview knows it, tells of it and answers with it, and nobody touched synthview."""

from __future__ import annotations

import json
import os
import re
import shutil
import tomllib
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from commands import run as command
from fake_runs import tree

PACKAGE = Path(__file__).parent / "dog_on_sofa"
WORLD = """
based_on = "tiny"
[run]
households = 60
[catalogue]
film_count = 200
series_count = 60
[actors]
dog_on_sofa = {{ rate = {rate}, minutes = 100 }}
"""
CLAIM = """
based_on = "christmas-prince"
without = ["actors", "faults"]
[run]
days = 5
warm_up_days = 5
[catalogue]
film_count = 20
series_count = 20
[titles."A Christmas Prince"]
popularity_rank = 1
[claims."53 people"]
days = 2
last = "2017-11-21"
[actors]
devoted_fan = { rate = 0.3 }
dog_on_sofa = { rate = 3.5, minutes = 60 }
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of a process in which the package is installed, as an installer leaves it: the module, and its metadata."""
    place = tmp_path_factory.mktemp("site")
    project = tomllib.loads((PACKAGE / "pyproject.toml").read_text("utf-8"))["project"]
    shutil.copy(PACKAGE / "dog_on_sofa.py", place)
    metadata = place / f"dog_on_sofa-{project['version']}.dist-info"
    metadata.mkdir()
    named = f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n"
    (metadata / "METADATA").write_text(named, "utf-8")
    points = [
        f"[{group}]\n" + "".join(f"{name} = {target}\n" for name, target in of.items())
        for group, of in project["entry-points"].items()
    ]
    (metadata / "entry_points.txt").write_text("\n".join(points), "utf-8")
    before = os.environ.get("PYTHONPATH")
    return {"PYTHONPATH": os.pathsep.join([str(place), *([before] if before else [])])}


@pytest.fixture(scope="module")
def dogs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A scenario with very many dogs."""
    path = tmp_path_factory.mktemp("scenarios") / "dogs.toml"
    path.write_text(WORLD.format(rate=1.5), "utf-8")
    return path


@pytest.mark.slow
def test_it_is_listed_and_shown(installed: dict[str, str]) -> None:
    """`list actors` names it with its package, `show` tells its manual, settings and tells; without the package nobody knows it."""
    (line,) = [
        one
        for one in command("list", "actors", **installed).stdout.splitlines()
        if "dog_on_sofa" in one
    ]
    assert "A dog lies down on the sofa, on the remote." in line
    assert "of dog-on-sofa 0.1.0" in line
    assert "off unless a scenario names it" in line
    shown = command("show", "dog_on_sofa", **installed).stdout
    assert "makes itself comfortable" in shown
    assert "minutes" in shown
    assert "one film of the front row by day" in " ".join(shown.split())
    assert "dog_on_sofa" in command("show", "dog_on_sofa", expect=2).stderr


@pytest.mark.slow
def test_no_scenario_has_it_by_itself(installed: dict[str, str], tmp_path: Path) -> None:
    """Installed and not named it changes no byte."""
    words = (
        "generate",
        "tiny",
        "--households",
        "12",
        "--days",
        "1",
        "--workers",
        "1",
        "--format",
        "csv",
    )
    command(*words, "-o", str(tmp_path / "with"), **installed)
    command(*words, "-o", str(tmp_path / "without"))
    assert tree(tmp_path / "with") == tree(tmp_path / "without")


@pytest.mark.slow
def test_a_world_has_dogs_and_keeps_all_rules(
    installed: dict[str, str], dogs: Path, tmp_path: Path
) -> None:
    """Truth names the dog, the manifest its package, and `check` finds nothing amiss; without the package it says what to install."""
    directory = tmp_path / "dogs"
    words = ("generate", str(dogs), "--workers", "1", "-o", str(directory))
    command(*words, **installed)
    acts = pl.read_parquet(directory / "truth" / "incidents" / "**" / "*.parquet").filter(
        actor="dog_on_sofa"
    )
    plays = pl.read_parquet(directory / "truth" / "plays" / "**" / "*.parquet")
    assert acts.height > 20
    assert set(acts["what"]) <= {"lay down on the remote", "still mattered"}
    assert plays.filter(pl.col("causes").str.contains("dog_on_sofa")).height > 20
    manifest = json.loads((directory / "manifest.json").read_text("utf-8"))
    assert manifest["packages"] == {"dog_on_sofa": "dog-on-sofa 0.1.0"}
    command("check", str(directory), **installed)
    kept = tmp_path / "kept.toml"
    kept.write_text(command("show", str(dogs), "--as", "toml", **installed).stdout, "utf-8")
    told = command("generate", str(kept), "-o", str(tmp_path / "no"), expect=2).stderr
    assert "pip install dog-on-sofa" in " ".join(told.split())


@pytest.mark.slow
def test_a_dog_that_never_comes_changes_no_byte(installed: dict[str, str], tmp_path: Path) -> None:
    """At a rate of nought every file is that of a world without it; the manifest alone says that it was there."""
    scenario = tmp_path / "still.toml"
    scenario.write_text(WORLD.format(rate=0), "utf-8")
    words = ("generate", str(scenario), "--workers", "1", "--format", "csv")
    command(*words, "-o", str(tmp_path / "still"), **installed)
    command(*words, "--without", "dog_on_sofa", "-o", str(tmp_path / "none"), **installed)
    still, none = tree(tmp_path / "still"), tree(tmp_path / "none")
    assert [name for name in still.keys() | none.keys() if still.get(name) != none.get(name)] == [
        "manifest.json"
    ]


@pytest.mark.slow
def test_what_the_dogs_caused_is_told_and_nothing_else_differs(
    installed: dict[str, str], dogs: Path
) -> None:
    """`compare --without` counts what the dog caused, and no play differs on a day on which it did nothing."""
    told = command("compare", str(dogs), "--without", "dog_on_sofa", **installed).stdout
    caused = re.search(r"dog_on_sofa caused (\d+) plays", told)
    assert caused
    assert int(caused[1]) > 20
    assert "Every play that differs lies on a day of a home on which it acted." in told


@pytest.mark.slow
def test_a_claim_gives_up_its_short_cut_and_answers_the_same(
    installed: dict[str, str], tmp_path: Path
) -> None:
    """A dog says nothing of what it keeps to: every home is simulated, and the count is that of --exhaustive and of the files."""
    scenario = tmp_path / "claim.toml"
    scenario.write_text(CLAIM, "utf-8")
    words = ("claim", str(scenario), "--households", "300", "--workers", "1", "--json", "-")
    told, whole = (
        json.loads(command(*words, *more, **installed).stdout) for more in ([], ["--exhaustive"])
    )
    assert told["shortcut"]["sentence"] == (
        "The short cut is off: dog_on_sofa says nothing of what it keeps to. All 300 homes are simulated."
    )
    assert told["shortcut"]["on"] is False
    assert told["number"] == whole["number"]
    made = (
        "generate",
        str(scenario),
        "--households",
        "300",
        "--days",
        "7",
        "--workers",
        "1",
        "-o",
        str(tmp_path / "run"),
    )
    command(*made, "--tables", "log.plays,log.titles", **installed)
    assert told["number"]["value"] == _counted(tmp_path / "run") > 20


@pytest.mark.slow
def test_a_thorough_claim_tells_all_that_needs_no_looking_over(
    installed: dict[str, str], tmp_path: Path
) -> None:
    """With a dog the definitions, causes, truth, totals and releases are told; what is left out is named, with why."""
    scenario, page = tmp_path / "claim.toml", tmp_path / "page.html"
    scenario.write_text(CLAIM, "utf-8")
    words = (
        "claim",
        str(scenario),
        "--households",
        "300",
        "--seeds",
        "1",
        "--sample",
        "200",
        "--workers",
        "1",
        "--thorough",
    )
    ran = command(*words, "--json", "-", "--html", str(page), **installed)
    told = json.loads(ran.stdout)
    assert {
        "definitions",
        "causes",
        "rungs",
        "missed",
        "ladder",
        "aggregates",
        "disclosure",
    } <= told.keys()
    assert told["causes"]["number"] == told["number"]["value"] > 20
    assert set(told["left_out"]["sections"]).isdisjoint(told)
    assert (
        "dog_on_sofa: an actor that says nothing of what it keeps to"
        in told["left_out"]["sentence"]
    )
    assert page.read_text("utf-8").count('class="scene"') >= 3


def _counted(run: Path) -> int:
    """Accounts with a play of the film on both days, in the plainest way."""
    film = pl.scan_parquet(run / "log" / "titles" / "*.parquet").filter(
        pl.col("name") == "A Christmas Prince"
    )
    plays = pl.scan_parquet(run / "log" / "plays" / "**" / "*.parquet").join(
        film, on="title_id", how="semi"
    )
    day = pl.col("started_at").dt.date()
    days = (
        plays.filter(day.is_between(date(2017, 11, 20), date(2017, 11, 21)))
        .group_by("account_id")
        .agg(day.n_unique())
    )
    return days.filter(pl.col("started_at") == 2).collect().height
