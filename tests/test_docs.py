"""README and docs/: every command can be typed, examples run, and pages show what is printed today."""

from __future__ import annotations

import doctest
import importlib
import inspect
import json
import re
import shlex
import shutil
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from documented import page_module
from examples import (
    CHEAP,
    FILE,
    PAGES,
    ROOT,
    SESSIONS,
    Block,
    blocks,
    commands,
    masked,
    retold,
    run_block,
)

import synthview
from synthview.checks.contract import (
    Trial,
    acts_where_truth_says,
    doubles_with_its_rate,
    has_complete_settings,
    is_documented,
)
from synthview.checks.invariants import check
from synthview.checks.scores import score
from synthview.claims.sections import number
from synthview.claims.study import Study
from synthview.formats.making.convert import convert
from synthview.testing import by_hand, expected, invariants

README = ROOT / "README.md"
INDEX = ROOT / "docs" / "index.md"
NOTEBOOK = ROOT / "docs" / "notebook.ipynb"
TESTED_ELSEWHERE = {"files.md": 1, "damaged-files.md": 1, "fixtures.md": 2, "stream.md": 1}
"""The first so many examples of some pages have tests of their own, which check what they give."""
WITH_EXAMPLES = (
    "synthview.dataset",
    "synthview.scanning",
    "synthview.formats.making.convert",
    "synthview.checks.invariants",
    "synthview.checks.scores",
    "synthview.checks.splits",
    "synthview.testing.by_hand",
    "synthview.testing.expected",
    "synthview.testing.invariants",
)
"""Modules of public functions whose manuals have examples."""
EXPLAINED = (
    synthview.generate,
    synthview.scan,
    synthview.ids_to_text,
    synthview.ids_to_int,
    synthview.ddl,
    convert,
    score,
    synthview.split,
    check,
    by_hand.row,
    by_hand.events,
    by_hand.world,
    expected.sessions,
    expected.streaks,
    invariants.broken,
)
"""Public functions with more than one obvious parameter."""
STALE = "the page shows what was printed once: pytest -m 'slow or long' tests/test_docs.py --refresh-golden"


def _named(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def _session(page: Path) -> Any:
    """A page to run; the guides take longest, and run with what is long."""
    marks = [pytest.mark.long] if page.parent.name == "guides" else []
    return pytest.param(page, marks=marks, id=_named(page))


TYPED = [(_named(page), one) for page in PAGES for one in commands(page.read_text("utf-8"))]


def _marked(page: Path) -> list[tuple[str, Block]]:
    found = [one for one in blocks(page.read_text("utf-8")) if one.mark == CHEAP]
    return [(_named(page), one) for one in found[TESTED_ELSEWHERE.get(page.name, 0) :]]


MARKED = [one for page in PAGES for one in _marked(page)]


def test_the_readme_has_examples() -> None:
    """Its first block of commands installs and runs the demo, the second runs the tests; one is cheap."""
    shell = [one for one in blocks(README.read_text("utf-8")) if one.language == "sh"]
    assert "synthview demo" in shell[0].body
    assert "pytest" in shell[1].body
    assert any(one.mark == CHEAP for one in shell)


@pytest.mark.parametrize("page", sorted({name for name, _ in TYPED}))
def test_commands_can_be_typed(page: str) -> None:
    """Every command of a page has the words and options that the command line knows; it is parsed, not run."""
    from typer.main import get_command

    from synthview.cli import app

    known = get_command(app).commands
    for name, command in TYPED:
        if name != page:
            continue
        words = shlex.split(re.sub(r"\s#.*$|\s>.*$", "", command))[1:]
        if {"--help", "--version"} & set(words):
            continue
        assert words, command
        assert words[0] in known, f"{page}: there is no command {words[0]}"
        assert known[words[0]].make_context(words[0], words[1:]) is not None, command


@pytest.mark.parametrize("page", PAGES, ids=_named)
def test_programs_are_python(page: Path) -> None:
    """Every block of Python can be compiled."""
    programs = [one for one in blocks(page.read_text("utf-8")) if one.language == "python"]
    assert all(compile(one.body, page.name, "exec") for one in programs)


@pytest.mark.slow
@pytest.mark.parametrize(("page", "block"), MARKED)
def test_marked_examples_run(
    page: str, block: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A block that says so runs through in an empty directory."""
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {"__name__": page}
    printed = run_block(block, tmp_path, names, monkeypatch)
    assert printed or len(names) > 2


@pytest.mark.slow
@pytest.mark.parametrize("page", [_session(one) for one in SESSIONS])
def test_a_session_prints_what_its_page_shows(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, refresh_golden: bool
) -> None:
    """From an empty directory, block after block, all comes out as the page has it."""
    told = retold(page, tmp_path, monkeypatch)
    drawn = sorted(one.name for one in tmp_path.glob("*.svg"))
    if refresh_golden:
        page.write_text(told, "utf-8")
        for name in drawn:
            shutil.copy(tmp_path / name, page.parent / "gallery" / name)
    assert masked(told) == masked(page.read_text("utf-8")), STALE
    assert drawn == sorted(re.findall(r"\(gallery/(.*\.svg)\)", told))


def test_the_reference_names_everything() -> None:
    """Every command, option, table, column and setting is in the reference, and every public name on the page of Python."""
    from typer.main import get_command

    from synthview.cli import app
    from synthview.registry import installed
    from synthview.scenario.entries import declared
    from synthview.tables import ALL_TABLES

    made = {name: make() for name, make in page_module("reference_pages").PAGES.items()}
    for name, command in get_command(app).commands.items():
        assert f"## {name}\n" in made["commands"]
        for option in command.params:
            assert all(f"`{one}`" in made["commands"] for one in option.opts if one[0] == "-")
    for table in ALL_TABLES:
        assert f"## {table.path}\n" in made["tables"]
        assert all(f"`{column.name}`" in made["tables"] for column in table.columns)
    for entry in declared(installed()).values():
        assert f"## {entry.section}\n" in made["settings"]
        assert f"`{entry.setting.name}`" in made["settings"]
    page = (INDEX.parent / "python.md").read_text("utf-8")
    assert [name for name in synthview.__all__ if f":: {name}\n" not in page] == ["__version__"]


@pytest.mark.parametrize("told", EXPLAINED, ids=lambda one: one.__name__)
def test_manuals_say_every_parameter(told: Callable[..., Any]) -> None:
    """The manual of a public function has a line for each of its parameters, under Args."""
    arguments = (inspect.getdoc(told) or "").partition("Args:\n")[2]
    assert [
        name for name in inspect.signature(told).parameters if f"    {name}: " not in arguments
    ] == []


@pytest.mark.slow
@pytest.mark.parametrize("module", WITH_EXAMPLES)
def test_examples_of_docstrings_run(
    module: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the manual of a public function shows comes out as it says, in an empty directory."""
    monkeypatch.chdir(tmp_path)
    failed, tried = doctest.testmod(importlib.import_module(module))
    assert failed == 0
    assert tried > 0


def _written(page: str, place: Path, monkeypatch: pytest.MonkeyPatch, name: str = "") -> ModuleType:
    """The module that a page shows, imported from a file; of several the one of a name."""
    text = (INDEX.parent / page).read_text("utf-8")
    (block,) = [one for one in blocks(text) if one.mark.startswith(f"{FILE}{name}")]
    name = block.mark.removeprefix(FILE)
    (place / name).write_text(block.body, "utf-8")
    monkeypatch.syspath_prepend(place)
    return importlib.import_module(name.removesuffix(".py"))


@pytest.mark.slow
def test_the_actor_that_changes_plays_keeps_the_contract(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What docs/actors.md shows of `meddle` is an actor that acts where truth says, and adds up."""
    declared = _written("actors.md", tmp_path, monkeypatch, "doorbell").Doorbell
    for rule in (
        is_documented,
        has_complete_settings,
        acts_where_truth_says,
        doubles_with_its_rate,
    ):
        assert rule(Trial(declared, {"rate": 0.2})) == []


@pytest.mark.slow
def test_the_actor_in_which_somebody_watches_keeps_the_contract(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What docs/actors.md shows of a person who sits down acts where truth says, with somebody there."""
    declared = _written("actors.md", tmp_path, monkeypatch, "midweek_film").MidweekFilm
    for rule in (is_documented, has_complete_settings, acts_where_truth_says):
        assert rule(Trial(declared, {"rate": 0.5})) == []


@pytest.mark.slow
def test_the_section_of_the_page_sums_to_the_number(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The section by country that docs/claims.md shows is one file: its countries sum to the number."""
    from test_claim_sections import EFFORT, small

    section = _written("claims.md", tmp_path, monkeypatch).SECTION
    study = Study(small(), EFFORT, lambda *_: None, of_worlds=[*section.of_world, number.of_world])
    found = section.measure(study)
    counted = study.each(number.of_world)
    assert sum(found.accounts.values()) * 2 == pytest.approx(sum(one.value for one in counted))
    assert section.sentence(found).startswith("Most accounts of the number are in ")


def test_every_page_is_in_the_table_of_contents() -> None:
    """Whoever adds a page to docs/ says in docs/index.md where it stands."""
    listed = {line.strip() for line in INDEX.read_text("utf-8").splitlines()}
    pages = {
        one.relative_to(INDEX.parent).with_suffix("").as_posix()
        for one in INDEX.parent.rglob("*.md")
    }
    pages -= {one for one in pages if one.startswith("reference/")} | {"index"}
    assert sorted(pages - listed) == []


@pytest.mark.slow
def test_the_notebook_prints_what_it_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, refresh_golden: bool
) -> None:
    """Its cells run one after the other in an empty directory, and print what stands below them."""
    monkeypatch.chdir(tmp_path)
    told = json.loads(NOTEBOOK.read_text("utf-8"))
    cells = [one for one in told["cells"] if one["cell_type"] == "code"]
    shown = [["".join(output["text"]) for output in one["outputs"]] for one in cells]
    names: dict[str, Any] = {"__name__": "notebook"}
    printed = [
        run_block(Block("python", "", "".join(one["source"]), (0, 0)), tmp_path, names, monkeypatch)
        for one in cells
    ]
    if refresh_golden:
        for cell, text in zip(cells, printed, strict=True):
            out = {
                "output_type": "stream",
                "name": "stdout",
                "text": text.splitlines(keepends=True),
            }
            cell["outputs"] = [out] if text else []
        NOTEBOOK.write_text(f"{json.dumps(told, indent=1, ensure_ascii=False)}\n", "utf-8")
    else:
        assert printed == ["".join(one) for one in shown], STALE
