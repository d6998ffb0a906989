"""`synthview new` writes files that run, and docs/actors.md shows one word for word."""

from __future__ import annotations

import importlib
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from synthview.checks.contract import (
    Trial,
    acts_where_truth_says,
    has_complete_settings,
    is_documented,
)
from synthview.cli.new import KINDS, new, written
from synthview.errors import InputError, InvalidChoice, OutputError
from synthview.registry import installed
from synthview.scenario import load
from synthview.stage.actor import Actor
from synthview.stage.scene import Scene

PAGE = (Path(__file__).parents[1] / "docs" / "actors.md").read_text("utf-8")


@pytest.fixture(scope="module")
def dog_barks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[type[Actor]]:
    """The actor that is written, imported from its file."""
    place = tmp_path_factory.mktemp("new") / "dog_barks.py"
    place.write_text(written("actor", "dog_barks")["dog_barks/dog_barks.py"], "utf-8")
    with pytest.MonkeyPatch.context() as changed:
        changed.syspath_prepend(place.parent)
        found: type[Actor] = importlib.import_module("dog_barks").DogBarks
    yield found
    del sys.modules["dog_barks"]


def test_the_actor_acts_and_keeps_the_contract(dog_barks: type[Actor]) -> None:
    """It has a manual and complete settings, and its acts are where its plays are."""
    trial = Trial(dog_barks, {"rate": 1.0})
    for rule in (is_documented, has_complete_settings, acts_where_truth_says):
        assert rule(trial) == []


def test_the_page_shows_the_actor_word_for_word() -> None:
    """What docs/actors.md shows is what is written and tested; it names what a scene offers."""
    files = written("actor", "dog_barks")
    assert f"```python\n{files['dog_barks/dog_barks.py']}```" in PAGE
    compile(files["dog_barks/test_dog_barks.py"], "test_dog_barks.py", "exec")
    project = tomllib.loads(files["dog_barks/pyproject.toml"])
    assert project["project"]["entry-points"]["synthview.actors"] == {
        "dog_barks": "dog_barks:DogBarks"
    }
    for name in vars(Scene):
        if not name.startswith("_") and callable(getattr(Scene, name)):
            assert f"`scene.{name}(" in PAGE, name


@pytest.mark.parametrize("kind", sorted(KINDS.keys() - {"actor"}))
def test_scenarios_load_without_a_warning(kind: str, tmp_path: Path) -> None:
    """Each file is a scenario with what it is named for."""
    (text,) = written(kind, "my_own").values()
    place = tmp_path / "my_own.toml"
    place.write_text(text, "utf-8")
    made = load(place, installed())
    assert made.warnings == ()
    assert [one.name for one in made.titles] == ([] if kind == "scenario" else ["My own"])
    assert bool(made.claims) is (kind == "claim")
    assert bool(made.cast) is (kind == "scenario")


def test_files_that_are_there_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second time is refused in one line, as is a kind or a name that cannot be."""
    monkeypatch.chdir(tmp_path)
    new("film", "ours")
    before = (tmp_path / "ours.toml").read_bytes()
    with pytest.raises(OutputError, match="is there already"):
        new("film", "ours")
    assert (tmp_path / "ours.toml").read_bytes() == before
    with pytest.raises(InvalidChoice, match="planet"):
        new("planet", "ours")
    for name in ("Ours", "our-own", "_x", "misclick"):
        with pytest.raises(InputError):
            written("actor", name)
    with pytest.raises(InputError, match="the same ids as monitor_probe"):
        written("actor", "phone_rings")
