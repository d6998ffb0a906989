"""What reaches a terminal: no name of a scenario, a file or a package steers it, and colours are where they are wanted."""

from __future__ import annotations

import ast
import json
import os
import pty
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import duckdb
import pytest
from commands import Told, run

import synthview.cli
from synthview.claims.counting.sql import titles_named
from synthview.cli import screen
from synthview.outside.legible import escaped_json, escaped_toml, legible, one_line

NASTY = "A\x1b[31m\x07\x9b2J\x7f\u202eB\u2066"
UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
SCENARIO = """
name = {nasty}
about = {nasty}
[run]
days = 2
households = 3
[[titles]]
name = {nasty}
released_on = 2017-10-01
runtime_minutes = 90
genres = ["drama"]
popularity_rank = 1
about = {nasty}
[[claims]]
name = "mine"
said = 3
kind = "streak"
days = 2
title = {nasty}
quote = {nasty}
"""


@pytest.fixture(scope="module")
def nasty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A scenario whose every name would clear the screen, in a file whose name would too."""
    path = tmp_path_factory.mktemp("nasty") / "mine\x1b[2J.toml"
    path.write_text('based_on = "tiny"' + SCENARIO.format(nasty=json.dumps(NASTY + "\n")), "utf-8")
    return path


@pytest.mark.slow
@pytest.mark.parametrize(
    "words",
    [
        "show FILE",
        "show FILE --as markdown",
        "show FILE --as json",
        "show FILE --as toml",
        "list sources FILE",
        "list sources FILE --as json",
        "claim FILE --sql",
        "claim FILE --households 50 --workers 1",
        "explain FILE --household 1",
        "compare FILE --without cat_on_remote",
        "generate FILE --dry-run",
    ],
)
def test_names_of_a_scenario_do_not_steer_the_terminal(told: Told, nasty: Path, words: str) -> None:
    """Whatever a command prints of a scenario holds no control character and no override of direction."""
    code, out, err = told(*[str(nasty) if word == "FILE" else word for word in words.split()])
    assert code in (0, None), err
    assert UNSAFE.search(out + err) is None
    assert out


@pytest.mark.parametrize(
    "words",
    [
        ["show", NASTY],
        ["show", f"{NASTY}.toml"],
        [NASTY],
        ["show", "tiny", f"--{NASTY}"],
        ["show", "tiny", "--as", NASTY],
        ["show", "tiny", "--set", f"run.days={NASTY}"],
        ["show", "tiny", "--set", f'titles."{NASTY}".lift=1'],
        ["generate", "tiny", "-o", "-", "--seed", NASTY],
        ["generate", "tiny", "-o", "-", "--tables", NASTY],
        ["check", NASTY],
        ["check", "x", "--cut", NASTY],
    ],
)
def test_what_was_typed_is_repeated_safely(told: Told, words: list[str]) -> None:
    """An error that repeats what was typed shows control characters as escapes, in its one line or box."""
    code, _, err = told(*words)
    assert code in (2, 3), err
    assert UNSAFE.search(err) is None
    assert err


def test_an_error_stays_one_line(told: Told) -> None:
    """A line end that was typed does not begin a line of its own."""
    code, _, err = told("show", "x\nerror: nothing is wrong")
    assert (code, len(err.splitlines())) == (2, 1)


def test_formats_keep_the_meaning(told: Told, nasty: Path) -> None:
    """JSON, TOML and SQL hold the very characters, as escapes of their own."""
    assert json.loads(told("show", str(nasty), "--as", "json")[1])["about"] == NASTY + "\n"
    assert (
        tomllib.loads(told("show", str(nasty), "--as", "toml")[1])["titles"][0]["name"]
        == (NASTY + "\n").strip()
    )
    odd = "A\x1bB’s 'C'\u202e"
    where = titles_named(odd)
    assert UNSAFE.search(where) is None
    rows = "SELECT 'film' AS kind, ? AS name, NULL AS series_name"
    counted = duckdb.execute(f"SELECT count(*) FROM ({rows}) WHERE {where}", [odd])  # noqa: S608
    assert counted.fetchall() == [(1,)]


def test_escapes_have_the_right_form() -> None:
    """Plain text, JSON and TOML each have their own escapes, and letters of any language stay."""
    assert legible("a\x1b\t\n\u202e\udcffé日本👩‍🚀") == "a\\x1b\t\n\\u202e\\udcffé日本👩‍🚀"
    assert one_line("a\nb\tc\r") == "a\\nb\\tc\\r"
    assert json.loads(escaped_json('"\x7f\U000e0041\u202e"')) == "\x7f\U000e0041\u202e"
    assert (
        tomllib.loads("a = " + escaped_toml('"\x7f\U000e0041\u202e"'))["a"]
        == "\x7f\U000e0041\u202e"
    )


def test_a_cell_of_markdown_stays_a_cell() -> None:
    """Bars, line ends and tags in a cell are text."""
    assert screen.as_markdown(["a"], [["x|y\n<b>\x1b"]]).splitlines()[-1] == "| x\\|y &lt;b>\\x1b |"


def _on_a_terminal(*words: str, **environment: str) -> str:
    """Run a command on a terminal of its own, and return all that reached it."""
    ours, theirs = pty.openpty()
    environment = {"TERM": "xterm-256color", "COLUMNS": "100", **environment}
    forbidden = {
        "NO_COLOR",
        "FORCE_COLOR",
        "GITHUB_ACTIONS",
        "PY_COLORS",
        "TTY_COMPATIBLE",
        "_TYPER_FORCE_DISABLE_TERMINAL",  # an earlier command of this process may have set it
    }
    inherited = {name: value for name, value in os.environ.items() if name not in forbidden}
    process = subprocess.Popen(
        [sys.executable, "-m", "synthview", *words], stdin=theirs, stdout=theirs, stderr=theirs,
        env={**inherited, **environment},
    )  # fmt: skip
    os.close(theirs)
    told = b""
    try:
        while chunk := os.read(ours, 65536):
            told += chunk
    except OSError:  # the terminal ends with the command
        pass
    process.wait(timeout=60)
    os.close(ours)
    return told.decode("utf-8")


@pytest.mark.slow
@pytest.mark.parametrize("words", ["--help", "show nothing", "show run"])
def test_colours_obey(words: str) -> None:
    """On a terminal there are colours, and none at all with NO_COLOR or TERM=dumb."""
    assert "\x1b[" in _on_a_terminal(*words.split())
    assert "\x1b" not in _on_a_terminal(*words.split(), NO_COLOR="1", FORCE_COLOR="1")
    assert "\x1b" not in _on_a_terminal(*words.split(), TERM="dumb")


def test_colours_can_be_forced() -> None:
    """FORCE_COLOR colours a pipe too, as the logs of build servers want it, but for an empty word; NO_COLOR wins."""
    assert "\x1b[" in run("list", "nothing", expect=2, FORCE_COLOR="1", TERM="xterm").stderr
    assert "\x1b" not in run("list", "nothing", expect=2, FORCE_COLOR="", TERM="xterm").stderr
    assert "\x1b" not in run("list", "nothing", expect=2, FORCE_COLOR="1", NO_COLOR="1").stderr


def test_everything_goes_through_the_screen() -> None:
    """No module of the command line prints by itself, so that none forgets to make names safe."""
    forbidden = ("typer.echo", "typer.secho", "print")
    found = [
        path.name
        for path in Path(synthview.cli.__file__).parent.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in forbidden
    ]
    assert set(found) == {"screen.py"}


@pytest.mark.slow
def test_a_command_that_is_repeated_is_safe(told: Told, nasty: Path, tmp_path: Path) -> None:
    """A command that stands in a file names its words without what a terminal would obey."""
    page = tmp_path / "claim.json"
    told("claim", str(nasty), "--households", "50", "--workers", "1", "--json", str(page))
    command = json.loads(page.read_text("utf-8"))["command"]
    assert UNSAFE.search(command) is None
    assert shlex.split(command)[:2] == ["synthview", "claim"]
