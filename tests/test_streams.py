"""Commands whose standard streams are closed, full or abandoned, and what they show while they work."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from fake_runs import tree

from synthview.cli import bars, streams
from synthview.cli.bars import Course, bar, sign_of_life
from synthview.errors import OutputError

GENERATE = "generate tiny --households 3 --days 1 --tables log.plays -o run"


def _ended(words: str, redirected: str, place: Path) -> tuple[int, str, str]:
    """Run a command with some redirections of a shell; return its exit code and what is left of its output."""
    command = f"{sys.executable} -m synthview {words} {redirected}; echo ${{PIPESTATUS[0]}} > code"
    told = subprocess.run(
        ["bash", "-c", command], cwd=place, capture_output=True, text=True, check=True
    )
    assert "Traceback" not in told.stderr
    assert "Exception ignored" not in told.stderr
    return int((place / "code").read_text()), told.stdout, told.stderr


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The files of a run whose streams are as usual."""
    place = tmp_path_factory.mktemp("usual")
    assert _ended(GENERATE, "", place)[0] == 0
    return tree(place / "run")


@pytest.mark.slow
@pytest.mark.parametrize(
    "redirected", ["2>&-", "<&- >&-", "<&- >&- 2>&-", ">/dev/full 2>&1", "2>&1 | true"]
)
def test_a_run_is_made_whatever_becomes_of_messages(
    redirected: str, tmp_path: Path, made: dict[str, bytes]
) -> None:
    """Messages that cannot be told stop nothing, and never end up in a file that took the place of a closed stream."""
    assert _ended(GENERATE, redirected, tmp_path)[0] == 0
    assert tree(tmp_path / "run") == made


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "redirected", "code", "told"),
    [
        ("list tables", ">&- 2>&-", 0, ""),
        ("list tables", "<&- 2>&-", 0, "log.plays"),
        ("list tables", ">/dev/full 2>&1", 3, ""),
        ("--help", ">/dev/full", 3, "error: the output: No space left on device"),
        ("show evryday", "2>&-", 2, ""),
        ("shw", ">&- 2>&-", 2, ""),
        ("generate tiny -o -", ">&-", 3, "-o - prints on the standard output, which is closed"),
        ("generate tiny --households 3 -o -", ">/dev/full", 3, "error: the output: No space left on device"),
        ("generate tiny --households 3 -o -", "2>&1 | head -1 > first", 0, ""),
    ],
)  # fmt: skip
def test_every_command_ends_with_its_code(
    words: str, redirected: str, code: int, told: str, tmp_path: Path
) -> None:
    """Whatever its streams are: data that cannot be printed is an error of the place, messages may be lost."""
    ended, out, err = _ended(words, redirected, tmp_path)
    assert ended == code
    assert told in out + err


def test_what_prints_needs_an_output(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where it was closed when the command began, it is said before anything is done."""
    streams.need_output("-o -")
    monkeypatch.setattr(streams, "_closed", {streams.STDOUT})
    with pytest.raises(
        OutputError, match=r"^--json - prints on the standard output, which is closed\."
    ):
        streams.need_output("--json -")


# --- Signs of life ----------------------------------------------------------------------------------------------------


def test_a_line_says_how_far_and_how_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the share that is done, the time that is left and the stage, as far as they are known."""
    clock = iter([10.0, 30.0, 130.0, 130.0, 140.0, 190.0])
    monkeypatch.setattr(bars, "monotonic", lambda: next(clock))
    course = Course("generate", began=0.0)
    assert course.line() == "generate: at work for 10 seconds"
    course.move(400, 1000)  # at 30: a run that is resumed begins in the middle
    course.move(500, 1000, note="500 of 1,000 household-days")
    assert course.line() == (
        "generate: 50 %, at work for 2.2 minutes, about 8.3 minutes left (500 of 1,000 household-days)"
    )
    course.move(1, 4, stage="looking over homes")
    assert course.line() == "generate, looking over homes: 25 %, at work for 2.3 minutes"
    course.move(3, 4, stage="looking over homes")
    assert (
        course.line()
        == "generate, looking over homes: 75 %, at work for 3.2 minutes, about 30 seconds left"
    )


def test_build_logs_see_signs_of_life(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Lines come while a single step goes on, and none come after the end."""
    written = threading.Event()
    whole = Course.line

    def line(course: Course) -> str:
        written.set()
        return whole(course)

    monkeypatch.setattr(bars, "FIRST_LINE_SECONDS", 0.01)
    monkeypatch.setattr(Course, "line", line)
    with bar("generate") as move:
        move(1, 4)
        assert written.wait(10)
        written.clear()
        assert written.wait(10)
    written.clear()
    assert not written.wait(0.1)
    shown = capsys.readouterr()
    assert shown.out == ""
    assert {re.sub("for .* seconds", "for", one) for one in shown.err.splitlines()} == {
        "generate: 25 %, at work for"
    }


def test_short_commands_say_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """A log of many short runs stays short."""
    with bar("generate") as move, sign_of_life("check"):
        move(1, 2)
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("environment", "is_drawn", "has_colour"),
    [({"TERM": "xterm"}, True, True), ({"TERM": "xterm", "NO_COLOR": "1"}, True, False), ({"TERM": "dumb"}, False, False)],
)  # fmt: skip
def test_a_terminal_gets_what_it_can_show(
    environment: dict[str, str], *, is_drawn: bool, has_colour: bool
) -> None:
    """A bar, without colours where they are not wanted, and none where a line cannot be drawn again."""
    code = "from synthview.cli.bars import bar\nwith bar('x') as move: move(1, 2, note='a half')"
    ours, theirs = pty.openpty()
    clean = {
        name: value
        for name, value in os.environ.items()
        if name not in ("NO_COLOR", "FORCE_COLOR", "TERM")
    }
    subprocess.run(
        [sys.executable, "-c", code], stderr=theirs, env={**clean, **environment}, check=True
    )
    os.close(theirs)
    shown = b""
    with open(ours, "rb", buffering=0) as terminal:  # noqa: PTH123  a terminal that is open already
        try:
            while read := terminal.read(10_000):
                shown += read
        except OSError:  # Linux says so where a terminal has no other end
            pass
    assert (b"a half" in shown) == is_drawn
    assert bool(re.search(rb"\x1b\[[\d;]*[1-9]\d*[\d;]*m", shown)) == has_colour
