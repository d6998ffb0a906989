"""Help, lists and manuals have their words under every way to run Python."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from commands import run

from synthview.actors.cat_on_remote import CatOnRemote
from synthview.cli.look import show
from synthview.outside.manuals import _in_source, first_line_of, manual_of, manual_of_module
from synthview.registry import ACTORS, FAULTS, SECTIONS


@pytest.mark.slow
@pytest.mark.parametrize(
    "words",
    [
        "--help",
        "claim --help",
        "list actors",
        "show cat_on_remote --as json",
        "show tiny --as json-schema",
    ],
)
def test_nothing_is_lost_without_docstrings(words: str) -> None:
    """PYTHONOPTIMIZE=2, which leaves docstrings out, changes not a letter of what is printed."""
    told = run(*words.split(), PYTHONOPTIMIZE="2").stdout
    assert told == run(*words.split()).stdout


@pytest.mark.parametrize("declared", [*ACTORS.values(), *FAULTS.values(), *SECTIONS.values(), show])
def test_the_source_says_what_the_docstring_says(declared: type) -> None:
    """What is read from the source of a class or command is its docstring."""
    assert _in_source(declared.__module__)[declared.__qualname__] == manual_of(declared) != ""


def test_manuals_have_first_lines() -> None:
    """A manual begins with a line of its own, and so does a module."""
    assert first_line_of(CatOnRemote) == "A cat walks over the remote, or sleeps on it."
    assert manual_of_module(CatOnRemote.__module__) == _in_source(CatOnRemote.__module__)[""] != ""


@pytest.mark.slow
def test_a_bad_setting_is_refused_without_assertions(tmp_path: Path) -> None:
    """What guards a user's input is no assertion: with those off, the same mistakes end in the same words."""
    path = tmp_path / "bad.toml"
    path.write_text("run.days = 0", "utf-8")
    words = ("show", str(path))
    assert run(*words, expect=2, PYTHONOPTIMIZE="2").stderr == run(*words, expect=2).stderr


@pytest.mark.slow
def test_a_run_is_the_same_without_assertions() -> None:
    """Rows do not depend on how Python is run."""
    words = (
        "generate",
        "tiny",
        "--households",
        "2",
        "--days",
        "1",
        "--tables",
        "log.plays",
        "-o",
        "-",
    )
    lines = run(*words, PYTHONOPTIMIZE="2").stdout
    assert lines == run(*words).stdout
    assert all(json.loads(line) for line in lines.splitlines())
