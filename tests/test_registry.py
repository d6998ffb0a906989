"""Our own actors and faults are found by the names of their files, and imported when somebody asks for one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from synthview import actors as our_actors
from synthview.errors import InputError
from synthview.registry import ACTORS, FAULTS, Known, _own
from synthview.stage.actor import Actor

DOG = '''"""A dog lies down on the remote."""

from dataclasses import dataclass

from synthview.stage.actor import Actor


@dataclass(frozen=True)
class {name}(Actor):
    """A dog lies down on the remote, and whatever it lies on is pressed."""
'''


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder whose modules count as those of our actors."""
    monkeypatch.setattr(our_actors, "__path__", [*our_actors.__path__, str(tmp_path)])
    return tmp_path


def _registered() -> Known:
    return Known(_own(our_actors), (Actor,))


def test_names_are_known_without_an_import() -> None:
    """Whoever asks for names alone, as completion and help do, loads no actor and no fault."""
    code = (
        "import sys; from synthview.registry import installed; known = installed(); "
        "print(*sorted({*known.actors, *known.faults})); "
        "print(*(one for one in sys.modules if one.startswith(('synthview.actors.', 'synthview.faults.'))))"
    )
    told = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    names, loaded = told.stdout.split("\n")[:2]
    assert {*ACTORS, *FAULTS} <= set(names.split())
    assert loaded == ""


def test_an_actor_is_one_file(folder: Path) -> None:
    """A file that is laid beside the others is known by its name, in alphabetical order."""
    (folder / "dog_on_sofa.py").write_text(DOG.format(name="DogOnSofa"))
    known = _registered()
    assert list(known) == sorted([*ACTORS, "dog_on_sofa"])
    assert known["dog_on_sofa"].__module__ == "synthview.actors.dog_on_sofa"


@pytest.mark.parametrize("content", [DOG.format(name="Dog"), "DogInGarden = int\n"])
def test_a_file_that_holds_no_actor_is_named(folder: Path, content: str) -> None:
    """A file without the class of its name, or with one of another base, is an error that names it."""
    (folder / "dog_in_garden.py").write_text(content)
    known = _registered()
    assert "dog_in_garden" in known
    with pytest.raises(InputError, match="dog_in_garden of synthview"):
        known["dog_in_garden"]


def test_a_mistake_in_a_file_shows_where_it_is(folder: Path) -> None:
    """An error of our own code keeps its traceback: it is no mistake of a user."""
    (folder / "dog_in_kennel.py").write_text("nonsense(\n")
    known = _registered()
    with pytest.raises(SyntaxError) as caught:
        known["dog_in_kennel"]
    assert caught.value.filename == str(folder / "dog_in_kennel.py")
