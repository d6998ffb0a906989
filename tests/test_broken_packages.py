"""Other people's packages that are broken, rude or slow: they harm nobody who does not name them."""

from __future__ import annotations

import json
import os
import pickle
from collections.abc import Mapping
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest
from commands import run as command

from synthview.errors import InputError
from synthview.registry import gather, importable
from synthview.scenario import load

ACTOR = """
import numpy as np
from synthview.scenario.settings import GUESS, number, section
from synthview.stage.actor import Actor

@section
class {cls}(Actor):
    \"\"\"Somebody meddles.\"\"\"

    tells = ("nothing",)
    of_homes = False
    rate: float = number(0.5, unit="times", allowed=(0, 1), low=0, high=1, source=GUESS, about="How often.")

    def meddle(self, scene, script):
        {does}
"""
BROKEN = {
    "gone_away": None,
    "bad_import": "import no_such_module_of_theirs",
    "leaves_quietly": "import sys\nsys.exit(0)",
    "raises_oddly": "class Odd(BaseException): pass\nraise Odd('as it likes')",
    "warns_hard": "raise DeprecationWarning('old')",
    "other_base": "class OtherBase: pass",
    "never_written": "x = 1",
}
"""Modules by the name of their actor; each module notes when it is imported."""
WORDS = ("generate", "tiny", "--households", "2", "--days", "1", "--tables", "log.plays", "-o", "-")


def _install(
    place: Path, package: str, code: str | None, points: Mapping[str, str], kind: str = "actors"
) -> None:
    """Put a package into a folder as an installer leaves it; without code its module is missing."""
    module = package.replace("-", "_")
    if code is not None:
        note = f"import os\nopen(os.environ['NOTES'], 'a').write('{module} ')\nprint('hello from {module}')\n"
        (place / f"{module}.py").write_text(
            note + "os.system('echo hello from a shell')\n" + code, "utf-8"
        )
    metadata = place / f"{module}-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n", "utf-8"
    )
    lines = "".join(f"{name} = {target}\n" for name, target in points.items())
    (metadata / "entry_points.txt").write_text(f"[synthview.{kind}]\n{lines}", "utf-8")


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of a process with many packages: some broken, one good, two that exit from their actor."""
    place = tmp_path_factory.mktemp("site")
    for name, code in BROKEN.items():
        cls = "".join(word.capitalize() for word in name.split("_"))
        package = f"pack-{name.replace('_', '-')}"
        _install(place, package, code, {name: f"{package.replace('-', '_')}:{cls}"})
    for cls, does in (
        ("KindGuest", "return None"),
        ("RudeGuest", "raise SystemExit(0)"),
        ("SadGuest", "1 / 0"),
    ):
        name = f"{cls.removesuffix('Guest').lower()}_guest"
        _install(
            place,
            f"pack-{name.replace('_', '-')}",
            ACTOR.format(cls=cls, does=does),
            {name: f"pack_{name}:{cls}"},
        )
    _install(place, "pack-cat", "", {"cat_on_remote": "pack_cat:CatOnRemote"})
    for package in ("twin-one", "twin-two"):
        _install(place, package, "", {"twin_actor": f"{package.replace('-', '_')}:TwinActor"})
    before = os.environ.get("PYTHONPATH")
    return {"PYTHONPATH": os.pathsep.join([str(place), *([before] if before else [])])}


@pytest.fixture
def environment(crowd: dict[str, str], tmp_path: Path) -> dict[str, str]:
    """The same, with a file in which modules note that they were imported."""
    (tmp_path / "notes").write_text("", "utf-8")
    return {**crowd, "NOTES": str(tmp_path / "notes")}


def _imported(environment: Mapping[str, str]) -> set[str]:
    return set(Path(environment["NOTES"]).read_text("utf-8").split())


@pytest.mark.slow
def test_who_names_none_of_them_meets_none_of_them(environment: dict[str, str]) -> None:
    """Simulating, listing and showing import no package, and print what they print without them."""
    assert command(*WORDS, **environment).stdout == command(*WORDS).stdout
    for words in (
        ("list", "scenarios"),
        ("show", "tiny"),
        ("show", "cat_on_remote", "--as", "json"),
    ):
        assert command(*words, **environment).stderr == ""
    assert _imported(environment) == set()


def test_list_actors_tells_of_each(environment: dict[str, str]) -> None:
    """Those that work are listed; each of the others is a warning with its package and the reason; stdout stays clean."""
    told = command("list", "actors", "--as", "json", **environment)
    listed = {row["actor"]: row for row in json.loads(told.stdout)}
    assert "of pack-kind-guest 1.0" in listed["kind_guest"]["note"]
    assert listed["cat_on_remote"]["note"] == ""
    assert listed.keys().isdisjoint(BROKEN)
    warnings = [line for line in told.stderr.splitlines() if line.startswith("warning: ")]
    for name in BROKEN:
        assert (
            sum(f"{name} of pack-{name.replace('_', '-')} 1.0 " in line for line in warnings) == 1
        ), name
    for reason in (
        "sys.exit(0)",
        "Odd: as it likes",
        "no_such_module_of_theirs",
        "is no actor",
        "DeprecationWarning",
    ):
        assert any(reason in line for line in warnings), reason
    assert any("cat_on_remote of pack-cat 1.0 is not used" in line for line in warnings)
    assert any(
        "twin_actor is brought more than once, by twin-one 1.0 and twin-two 1.0" in line
        for line in warnings
    )
    assert "hello from" in told.stderr
    assert "hello from" not in told.stdout


@pytest.mark.slow
@pytest.mark.parametrize("name", ["gone_away", "leaves_quietly", "raises_oddly", "twin_actor"])
def test_who_names_a_broken_one_is_told(environment: dict[str, str], name: str) -> None:
    """A scenario, a cast or a name to show that needs it ends with an error that names its package."""
    package = "twin-one" if name == "twin_actor" else f"pack-{name.replace('_', '-')}"
    for words in ((*WORDS, "--set", f"actors.{name}.rate=1"), ("show", name)):
        told = command(*words, expect=2, **environment)
        assert package in told.stderr
        assert told.stdout == ""


@pytest.mark.slow
def test_only_what_is_named_is_imported(environment: dict[str, str]) -> None:
    """A good package among broken ones works when it is named, alone."""
    printed = command(*WORDS, "--set", "actors.kind_guest.rate=1", **environment).stdout
    assert [json.loads(line) for line in printed.splitlines()]
    assert _imported(environment) == {"pack_kind_guest"}
    assert "Somebody meddles." in command("show", "kind_guest", **environment).stdout


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "reason"), [("rude_guest", "sys.exit(0)"), ("sad_guest", "ZeroDivisionError")]
)
def test_an_actor_that_fails_is_named(
    environment: dict[str, str], tmp_path: Path, name: str, reason: str
) -> None:
    """Whatever an actor of another package raises while it acts ends the run with an error that names the package."""
    for where in ("-", str(tmp_path / "out")):
        words = (*WORDS[:-1], where, "--set", f"actors.{name}.rate=1")
        told = command(*words, expect=1, **environment)
        assert f"{name} of pack-{name.replace('_', '-')} 1.0 failed" in told.stderr
        assert reason in told.stderr


@pytest.mark.slow
def test_an_actor_that_fails_in_a_worker_is_named(
    environment: dict[str, str], tmp_path: Path
) -> None:
    """A worker that an actor ends tells which package it was."""
    words = (
        "generate",
        "tiny",
        "--households",
        "2100",
        "--days",
        "1",
        "--tables",
        "log.plays",
        "--workers",
        "2",
    )
    told = command(
        *words,
        "-o",
        str(tmp_path / "out"),
        "--set",
        "actors.rude_guest.rate=1",
        expect=1,
        **environment,
    )
    assert "rude_guest of pack-rude-guest 1.0 failed: it called sys.exit(0)" in told.stderr


def test_names_are_known_without_an_import() -> None:
    """A registry tells names, packages and membership of what cannot be imported, and imports it for nobody else."""
    known = gather(
        [EntryPoint("far_away", "no_such_module_of_theirs:FarAway", "synthview.actors")], []
    )
    assert "far_away" in known.actors
    assert known.packages["far_away"] == "no_such_module_of_theirs"
    assert pickle.loads(pickle.dumps(load("tiny", known))) == load("tiny", known)  # noqa: S301  our own, there and back
    with pytest.raises(InputError, match="far_away of no_such_module_of_theirs cannot be imported"):
        load("tiny", known, {"actors.far_away.rate": 1})
    found, problems = importable(known)
    assert "cat_on_remote" in found.actors
    assert "far_away" not in found.actors
    assert len(problems) == 1


def test_names_that_share_ids_are_refused_when_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two actors whose names hash alike are told of from their names, without an import."""
    monkeypatch.setattr("synthview.registry.source_of", lambda name: name.removeprefix("no_"))
    known = gather(
        [EntryPoint("no_cat_on_remote", "nowhere:NoCatOnRemote", "synthview.actors")], []
    )
    load("tiny", known)
    with pytest.raises(
        InputError,
        match="cat_on_remote and no_cat_on_remote of nowhere would give their plays the same ids",
    ):
        known.actors["no_cat_on_remote"]
