"""Examples of README and docs/: their blocks of code, what each is, and what comes of running them.

A page of docs/tutorial or docs/guides, and docs/gallery.md, is one session: its blocks run one after the other in one
directory, and a block of text is what the block before it printed. Elsewhere a block stands for
itself, and runs if the line before it says so.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from synthview import cli
from synthview.cli import streams

__all__ = [
    "CHEAP",
    "FILE",
    "PAGES",
    "ROOT",
    "SESSIONS",
    "Block",
    "blocks",
    "commands",
    "masked",
    "retold",
    "run_block",
]

ROOT = Path(__file__).parent.parent
MADE = ("docs/model.md", "docs/sample/", "docs/reference/")
"""Pages that scripts make."""
PAGES = tuple(
    place
    for place in (
        ROOT / "README.md",
        ROOT / "CONTRIBUTING.md",
        *sorted((ROOT / "docs").rglob("*.md")),
    )
    if not place.relative_to(ROOT).as_posix().startswith(MADE)
)
SESSIONS = tuple(
    one for one in PAGES if one.parent.name in ("tutorial", "guides") or one.name == "gallery.md"
)
CHEAP = "runs in the tests"
"""What stands in a comment on the line before a block that runs by itself in an empty directory."""
FILE, NOT_RUN, FAILS = "file: ", "not run: ", "fails"
"""Comments before a block of a session: it is a file; why it does not run; it ends in an error."""
CUT = "…"
"""A line of a block of text where what was printed is left out."""
BLOCK = re.compile(
    r"^(?:<!-- (?P<mark>[^\n]*?) -->\n+)?```(?P<language>\w+)[^\n]*\n(?P<body>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
LINE = re.compile(
    r"(?P<ours>synthview (?!stream)(?!.* -o - )[^|><;&$`#]*)?(?:\s*(?P<by>\||&&)\s*)?"
    r"(?P<rest>[^#\s].*?)?(?:\s*#\s.*)?"
)
"""A line of a shell that begins with a command of ours, or has none."""
VARYING = (
    (re.compile(r"\d+(?:\.\d+)? ?(?:s|seconds?|minutes?|hours)\b(?! watched)"), "N s"),
    (re.compile(r"={3,}"), "==="),
)
"""What a second run prints otherwise: how long it took, and lines as wide as the terminal."""


@dataclass(frozen=True)
class Block:
    """A block of a page: its language, the comment before it, its text and where that stands."""

    language: str
    mark: str
    body: str
    at: tuple[int, int]


def blocks(text: str) -> list[Block]:
    """All blocks of a page in the order of reading."""
    return [
        Block(one["language"], one["mark"] or "", one["body"], one.span("body"))
        for one in BLOCK.finditer(text)
    ]


def commands(text: str) -> list[str]:
    """Every ``synthview`` command in the blocks of a page, in the order of reading."""
    found = []
    for block in blocks(text):
        if block.language != "sh":
            continue
        for line in block.body.replace("\\\n", " ").splitlines():
            parts = re.split(r"\s(?:\||&&|;)\s", line)
            found += [one.strip() for one in parts if one.strip().startswith("synthview ")]
    return found


def retold(page: Path, place: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Run a session in a directory, and return its page with what was printed now."""
    text = page.read_text("utf-8")
    monkeypatch.chdir(place)
    for name in ("CI", "BUILD_NUMBER"):  # pytest prints more where it is told so
        monkeypatch.delenv(name, raising=False)
    names: dict[str, Any] = {"__name__": page.stem}
    printed, pieces, last = "", [], 0
    for block in blocks(text):
        if block.mark.startswith(FILE):
            Path(block.mark.removeprefix(FILE)).write_text(block.body, "utf-8")
        elif block.language == "text":
            pieces += [text[last : block.at[0]], _shortened(printed, block.body)]
            last = block.at[1]
        elif not block.mark.startswith(NOT_RUN):
            printed = run_block(block, place, names, monkeypatch)
    return "".join([*pieces, text[last:]])


def masked(text: str) -> str:
    """A page without what varies from run to run."""
    for pattern, instead in VARYING:
        text = pattern.sub(instead, text)
    return text


def _shortened(printed: str, shown: str) -> str:
    """What was printed, cut where the page cuts it."""
    lines, old = printed.rstrip().splitlines(), shown.splitlines()
    if CUT not in old:
        return "".join(f"{line.rstrip()}\n" for line in lines)
    head, tail = old.index(CUT), len(old) - old.index(CUT) - 1
    if len(lines) > head + tail:
        lines = [*lines[:head], CUT, *lines[len(lines) - tail :]]
    return "".join(f"{line.rstrip()}\n" for line in lines)


def run_block(
    block: Block, place: Path, names: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> str:
    """Run a block in a directory, and return what it printed."""
    if block.language == "python":
        with contextlib.redirect_stdout(io.StringIO()) as out:
            exec(compile(block.body, "a page", "exec"), names)  # noqa: S102  our own pages
        return out.getvalue()
    if block.language != "sh":
        return ""
    lines = block.body.replace("\\\n", " ").splitlines()
    if block.mark == FAILS or not all(map(_is_alone, lines)):
        return _theirs(block.body, place, fails=block.mark == FAILS)
    return "".join(_line(line, place, monkeypatch) for line in lines)


def _is_alone(line: str) -> bool:
    """Whether a line can be run without the others: nothing that it quotes goes on in the next."""
    try:
        shlex.split(line)
    except ValueError:
        return False
    return LINE.fullmatch(line) is not None


def _line(line: str, place: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Run one line: a command of ours here, without a process of its own, the rest in a shell."""
    found = LINE.fullmatch(line)
    assert found is not None
    if not found["ours"]:
        return _theirs(line, place) if found["rest"] else ""
    printed = _ours(found["ours"], monkeypatch)
    if found["by"] == "|":
        return _theirs(found["rest"], place, read=printed)
    return printed + (_theirs(found["rest"], place) if found["rest"] else "")


def _ours(command: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Run a command of ours in this process, and return what it printed."""
    monkeypatch.setattr(streams, "prepare", lambda: None)
    monkeypatch.setenv("_TYPER_FORCE_DISABLE_TERMINAL", "1")
    monkeypatch.setattr(sys, "argv", shlex.split(command))
    out, err = io.StringIO(), io.StringIO()
    with (
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
        pytest.raises(SystemExit) as ended,
    ):
        cli.main()
    assert ended.value.code in (0, None), f"{command}\n{err.getvalue()}"
    return out.getvalue()


def _theirs(body: str, place: Path, *, fails: bool = False, read: str | None = None) -> str:
    """Run lines in a shell that finds our command and the tools of this Python."""
    ours = place.parent / f"{place.name}-bin" / "synthview"
    if not ours.exists():
        ours.parent.mkdir()
        ours.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m synthview "$@"\n')
        ours.chmod(0o755)
    found = os.pathsep.join(
        [str(ours.parent), str(Path(sys.executable).parent), os.environ["PATH"]]
    )
    told = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", body], cwd=place, capture_output=True, text=True,
        encoding="utf-8", check=False, input=read, env={**os.environ, "PATH": found, "PYTHONPATH": f"{ROOT}"},
    )  # fmt: skip
    assert bool(told.returncode) is fails, told.stderr + told.stdout
    assert "Traceback" not in told.stderr
    return told.stdout
