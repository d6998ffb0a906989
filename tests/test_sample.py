"""The sample in docs/sample: eighteen days of the zoo, small, current, and with the answers beside it."""

from __future__ import annotations

import importlib.util
import json
import re
import shlex
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import polars as pl
import pytest
from commands import run as command
from fake_runs import tree

from synthview.checks import invariants
from synthview.dataset import read
from synthview.registry import ACTORS, FAULTS, ON_REQUEST, installed
from synthview.scenario import load

DOCS = Path(__file__).parents[1] / "docs"
SAMPLE = DOCS / "sample"
ANIMALS = {**ACTORS, **FAULTS}.keys() - ON_REQUEST
"""Actors and faults that a household can have; the two that damage files strike no household."""
STALE = "the world has other rows than docs/sample: make it anew with `python docs/answers.py`"


@cache
def _answers() -> ModuleType:
    """The script that makes the sample."""
    spec = importlib.util.spec_from_file_location("answers", DOCS / "answers.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@cache
def _csv(name: str) -> pl.DataFrame:
    return pl.read_csv(SAMPLE / name, infer_schema=False).fill_null("")


def _table(name: str) -> pl.DataFrame:
    return _csv(f"zoo/{name.replace('.', '/')}/000000.csv")


def _told(directory: Path) -> dict[str, Any]:
    """What a manifest says of files and settings, but for the versions it was made with."""
    manifest = json.loads((directory / "manifest.json").read_text("utf-8"))
    return {name: manifest[name] for name in ("command", "layout", "tables", "scenario", "parts")}


@pytest.mark.slow
def test_the_sample_is_what_its_command_makes(tmp_path: Path) -> None:
    """The command that the page names makes the files of the sample, byte for byte."""
    (line,) = re.findall(r"```sh\n(synthview .*)\n```", (SAMPLE / "README.md").read_text("utf-8"))
    assert line == _answers().COMMAND
    words = shlex.split(line)[1:]
    command(*words[:-1], str(tmp_path / words[-1]))
    made, kept = tree(tmp_path / "zoo"), tree(SAMPLE / "zoo")
    assert made.keys() == kept.keys()
    assert [name for name in made if name.endswith(".csv") and made[name] != kept[name]] == [], (
        STALE
    )
    assert _told(tmp_path / "zoo") == _told(SAMPLE / "zoo"), STALE


@pytest.mark.slow
def test_the_answers_are_those_of_this_world(tmp_path: Path) -> None:
    """The page of answers and the answers play by play are what the script writes today."""
    _answers().make(tmp_path)
    for name in ("README.md", "who_watched.csv"):
        assert (tmp_path / name).read_bytes() == (SAMPLE / name).read_bytes(), STALE
    assert tree(tmp_path).keys() == tree(SAMPLE).keys()


def test_the_sample_is_small() -> None:
    """All of its tables together are less than 300 kB."""
    sizes = {str(one.relative_to(SAMPLE)): one.stat().st_size for one in SAMPLE.rglob("*.csv")}
    assert sum(sizes.values()) < 300_000, sizes


def test_the_sample_has_eighteen_days() -> None:
    """Plays close on each of the eighteen days of the zoo, and on no other."""
    run = load("zoo", installed()).run
    days = _table("log.plays")["closed_at"].str.head(10).unique().sort()
    assert run.days == 18
    assert days.to_list() == [
        str(day) for day in pl.date_range(run.start, run.end, closed="left", eager=True)
    ]


def test_each_animal_has_its_household() -> None:
    """Every actor and fault of ours is cast once and has acted in its household, which is nobody else's."""
    assert load("zoo", installed()).cast == dict.fromkeys(ANIMALS, 1)
    acted = [
        _table("truth.incidents").select("account_id", name="actor"),
        _table("truth.deliveries").select("account_id", name="fault"),
    ]
    homes = pl.concat(acted).unique()
    assert sorted(homes["name"]) == sorted(ANIMALS)
    assert homes["account_id"].n_unique() == len(ANIMALS) == len(_table("truth.households"))
    assert set(homes["account_id"]) == set(_table("log.accounts")["account_id"])


def test_the_page_answers_for_every_household() -> None:
    """Each actor and fault has a section that names the account in which the files say it acted."""
    page = (SAMPLE / "README.md").read_text("utf-8")
    sections = _sections(page)
    assert set(sections) == ANIMALS
    acted = _table("truth.incidents").select("account_id", name="actor")
    hurt = _table("truth.deliveries").select("account_id", name="fault")
    for account, name in pl.concat([acted, hurt]).unique().iter_rows():
        assert f"Account `{account}`" in sections[name]
        assert all(f"**{part}**" in sections[name] for part in ("Look for", "What happened"))


def test_each_answer_has_plays_to_look_up() -> None:
    """Under each household stand one to three of its plays that began in these days, and the files agree that it touched them."""
    page, answers, hurt = (
        (SAMPLE / "README.md").read_text("utf-8"),
        _csv("who_watched.csv"),
        _table("truth.deliveries"),
    )
    causes = dict(answers.select("play_id", "causes").iter_rows())
    struck = set(hurt.select("play_id", "fault").iter_rows())
    shown = {
        name: re.findall(r"^\| `(p_\w+)` \|", text, re.MULTILINE)
        for name, text in _sections(page).items()
    }
    assert {name: 1 <= len(plays) <= 3 for name, plays in shown.items()} == dict.fromkeys(
        ANIMALS, True
    )
    assert sum(len(plays) for plays in shown.values()) >= 2 * len(ANIMALS)
    pairs = [(play, name) for name, plays in shown.items() for play in plays]
    wrong = [
        pair for pair in pairs if pair not in struck and pair[1] not in causes[pair[0]].split("|")
    ]
    assert wrong == []


def _sections(page: str) -> dict[str, str]:
    return dict(re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL))


def test_every_play_has_its_answer() -> None:
    """Each row of the log has a row in who_watched.csv, but for plays of the eve that closed on the first day."""
    plays, answers = _table("log.plays"), _csv("who_watched.csv")
    first = str(load("zoo", installed()).run.start)
    unanswered = plays.join(answers, on="play_id", how="anti")
    assert (unanswered["started_at"].str.head(10) < first).all()
    assert len(answers) == answers["play_id"].n_unique() >= len(plays) - len(unanswered)
    assert set(answers["causes"].str.split("|").explode()) - {""} == ANIMALS & ACTORS.keys()


def test_the_sample_keeps_every_invariant() -> None:
    """It reads as a dataset, and what can be asked of it holds."""
    assert [one for one in invariants.check(read(SAMPLE / "zoo")) if not one.holds] == []
