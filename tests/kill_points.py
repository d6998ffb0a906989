"""Commands that are killed at a point of their own choice: before the so-manieth time that they touch a file.

A process that has loaded synthview forks one for each attempt, so that an attempt costs little more than its work.
`python tests/kill_points.py NAME COUNT` tries one command of `COMMANDS`, or all of them with `all`.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import random
import re
import shutil
import signal
import sqlite3
import sys
import tempfile
import time
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn

from commands import heed_ctrl_c

__all__ = ["COMMANDS", "Killed", "killed_and_done_again"]

TOUCHES = {
    "open",
    "os.rename",
    "os.remove",
    "os.mkdir",
    "os.rmdir",
    "os.truncate",
    "sqlite3.connect",
}
SIGNALS = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
PR_SET_CHILD_SUBREAPER = 36
SECONDS = 60.0
LOADED = (
    "duckdb", "polars", "pyarrow", "synthview.cli.generate", "synthview.dataset", "synthview.engines.local",
    "synthview.formats.making.convert", "synthview.live.flow",
)  # fmt: skip
SMALL = "--households 4 --days 2 --workers 1"
TWO = "--households 1100 --days 1 --workers 2 --tables log.plays,log.accounts,truth.plays"
AS = "convert made -o out/there"
COMMANDS: dict[str, tuple[str, str]] = {
    **{f"fake {form}": ("", f"fake {form} 2") for form in ("parquet", "csv", "ndjson", "arrow", "duckdb")},
    "fake days": ("fake parquet 1", "fake parquet 3"),
    "parquet": ("", f"generate tiny -o out/run {SMALL}"),
    "csv": ("", f"generate tiny -o out/run --format csv {SMALL}"),
    "csv.gz": ("", f"generate tiny -o out/run --format csv --compression gzip {SMALL}"),
    "ndjson": ("", f"generate nasty -o out/run --format ndjson {SMALL}"),
    "arrow": ("", f"generate tiny -o out/run --format arrow --partition none {SMALL}"),
    "duckdb": ("", f"generate tiny -o out/run --format duckdb {SMALL}"),
    "by country": ("", f"generate tiny -o out/run --partition country {SMALL}"),
    "ndjson by country": ("", f"generate tiny -o out/run --partition country --format ndjson {SMALL}"),
    "csv in one": ("", f"generate tiny -o out/run --partition none --format csv {SMALL}"),
    "two workers": ("", f"generate tiny -o out/run {TWO}"),
    "duckdb of two workers": ("", f"generate tiny -o out/run --format duckdb {TWO}"),
    "company": ("", "generate everyday -o out/run --households 4 --days 2 --workers 1 --tables log.plays,aggregate.*"),
    "more days": (f"generate tiny -o out/run {SMALL} --days 1", f"generate tiny -o out/run {SMALL} --days 3"),
    "overwritten": (f"generate tiny -o out/run {SMALL} --seed 5", f"generate tiny -o out/run {SMALL} --overwrite"),
    "answers": ("", f"generate tiny -o out/run {SMALL} --answers"),
    "load": ("", "generate tiny -o out/run --load day --households 4 --days 2 --workers 1"),
    "load again": (
        "generate tiny -o out/run --load day --households 4 --days 1 --workers 1",
        "generate tiny -o out/run --load day --households 4 --days 2 --workers 1 --overwrite",
    ),
    "generate as movielens": ("", f"generate tiny -o out/there --format movielens {SMALL}"),
    "stream": ("", "stream tiny -o out/there --days 1 --households 4 --workers 0 --resume out/position.json"),
    "page": ("", "explain tiny --household 3 --days 1 --html out/there"),
    "realism": ("", "realism tiny --households 4 --only P05 --workers 1 --json out/there"),
    "privacy": ("", "privacy prize --households 300 --only linkage -o out/there --json out/told.json"),
} | {
    form: ("", f"{AS} --format {form}")
    for form in (
        "avro", "cloudfront", "delta", "excel", "ga4", "iceberg", "movielens", "netflix-history", "netflix-prize",
        "netflix-report", "recbole", "segment", "snowplow", "snowplow-atomic", "spotify", "sqlite", "trakt", "xapi", "xes",
    )
}  # fmt: skip
"""By name what is there before, and what is killed; `made` is a dataset of four households."""


@dataclass
class Killed:
    """How an attempt went: what is wrong, in sentences."""

    name: str
    at: int
    signal: str
    wrong: list[str] = field(default_factory=list)


def killed_and_done_again(name: str, count: int, seed: int, place: Path) -> list[Killed]:
    """Kill a command at `count` points chosen by chance, run it again, and compare; returns what went wrong."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    before, words = COMMANDS[name]
    whole = _fresh(place / "whole", before, needs_made="made" in words)
    touched, code, said = _ran(words, whole)
    assert code == 0, (name, said)
    expected = _content(whole)
    chance = random.Random(f"{seed} {name}")
    found = []
    # Before its very last touch a command has done and removed everything but an empty folder.
    for number in range(count):
        at, how = (
            chance.randrange(1, max(touched, 2)),
            SIGNALS[number % len(SIGNALS)] if number % 8 else signal.SIGKILL,
        )
        one = Killed(name, at, how.name)
        there = _fresh(place / "killed", before)
        _, code, said = _ran(words, there, at, how)
        one.wrong += _left(there, how, code, said)
        if code != 0:  # else it was too far to be stopped
            _, code, said = _ran(words, there)
            one.wrong += [f"again: {code} {said}"] if code != 0 else []
        one.wrong += _differing(expected, _content(there))
        if one.wrong:
            found.append(one)
    shutil.rmtree(place / "whole")
    shutil.rmtree(place / "killed", ignore_errors=True)
    return found


def _fresh(place: Path, before: str, *, needs_made: bool = False) -> Path:
    """A directory with files of somebody else, a dataset to convert, and what the command finds there."""
    shutil.rmtree(place, ignore_errors=True)
    for name in ("out", "tmp", "home"):
        (place / name).mkdir(parents=True)
    for name in ("out/mine.txt", "out/run/mine.txt" if "load" not in before else "out/mine2.txt"):
        (place / name).parent.mkdir(exist_ok=True)
        (place / name).write_text("mine")
    (place / "out/run/mine.txt").unlink(missing_ok=True)
    with contextlib.suppress(OSError):
        (place / "out/run").rmdir()
    made = place.parent / "made"
    if needs_made and not made.exists():
        place.parent.joinpath("tmp").mkdir(exist_ok=True)
        _, code, said = _ran(f"generate tiny -o made {SMALL}", place.parent)
        assert code == 0, said
    (place / "made").symlink_to(made)
    if before:
        _, code, said = _ran(before, place)
        assert code == 0, said
    return place


def _ran(
    words: str, place: Path, at: int = 0, how: signal.Signals = signal.SIGKILL
) -> tuple[int, int, str]:
    """Run a command in a process of its own, which ends itself at a touch; touches, exit code, and what it said."""
    for name in ("tmp", "home"):
        (place / name).mkdir(exist_ok=True)
    with tempfile.TemporaryFile() as told:
        child = os.fork()
        if not child:
            _run(words.split(), place, at, how, told.fileno())
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        _reap()
        told.seek(0)
        content = told.read().decode()
    return content.count("\0"), code, content.replace("\0", "")


def _run(words: Sequence[str], place: Path, at: int, how: signal.Signals, says: int) -> NoReturn:
    heed_ctrl_c()
    os.chdir(place)
    os.environ |= {
        "TMPDIR": str(place / "tmp"),
        "HOME": str(place / "home"),
        "XDG_CACHE_HOME": str(place / "home"),
    }
    os.environ["_TYPER_FORCE_DISABLE_TERMINAL"] = "1"
    tempfile.tempdir = None
    os.dup2(says, 1)
    os.dup2(says, 2)
    sys.stdout = sys.__stdout__ = open(1, "w", closefd=False)  # noqa: SIM115
    sys.stderr = sys.__stderr__ = open(2, "w", closefd=False)  # noqa: SIM115
    inside, touches = str(place), 0

    def touched(event: str, words: tuple[Any, ...]) -> None:
        nonlocal touches
        if event not in TOUCHES or not words or not isinstance(words[0], str | bytes | os.PathLike):
            return
        path = os.path.join(inside, os.fsdecode(words[0]))  # noqa: PTH118
        if path.startswith(inside):
            touches += 1
            os.write(says, b"\0")
            if os.environ.get("KP_DEBUG"):
                os.write(says, f"{touches} {event} {path}\n".encode())
            if touches == at:
                os.kill(os.getpid(), how)

    os.lseek(says, 0, os.SEEK_END)
    code: Any = 0
    sys.addaudithook(touched)
    try:
        _work(words)
    except SystemExit as ended:
        code = ended.code
    except BaseException as error:  # noqa: BLE001  such as what typer ends a command by
        code = getattr(error, "exit_code", None)
        if code is None:
            traceback.print_exc()
            code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code or 0)


def _work(words: Sequence[str]) -> None:
    """The command as it was typed, or the run of a format by the fake pipeline, which takes no time."""
    if words[0] != "fake":
        from synthview import cli

        sys.argv = ["synthview", *words]
        cli.main()
        return
    from fake_runs import plan_of

    from synthview.cli.running import stoppable
    from synthview.engines.local import run

    with stoppable("out/run"):
        run(plan_of(20, days=int(words[2]), format=words[1]), Path("out/run"), workers=1)


def _reap() -> None:
    """Wait for workers that outlived the command; they may not for long."""
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        try:
            ended, _ = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if not ended:
            time.sleep(0.01)
    raise AssertionError("a worker outlives its command")


def _left(there: Path, how: signal.Signals, code: int, said: str) -> list[str]:
    """What is wrong with what a killed command left."""
    wrong = []
    if "Traceback" in said or "bug in synthview" in said:
        wrong.append(f"said {said[-700:]}")
    if how is signal.SIGKILL:
        return wrong if code in (-9, 0) else [*wrong, f"{code}: {said}"]
    if code not in (130, 0):
        wrong.append(f"ended with {code}: {said}")
    if code == 130 and len([one for one in said.splitlines() if "topped" in one]) != 1:
        wrong.append(f"did not say that it stopped: {said}")
    wrong += [f"left {one}" for one in _temporary(there)]
    return wrong


def _temporary(there: Path) -> list[str]:
    """Files that are nobody's result."""
    names = [one.relative_to(there).as_posix() for one in there.rglob("*")]
    hidden = [
        one
        for one in names
        if "draft" in one or "/.synthview-" in one or one.endswith((".part", "-journal"))
    ]
    return [*hidden, *(one for one in names if one.startswith("tmp/"))]


def _content(there: Path) -> Mapping[str, object]:
    """All files by name; of databases their rows."""
    return {
        one.relative_to(there).as_posix(): _read(one)
        for one in sorted(there.rglob("*"))
        if one.is_file()
    }


def _read(path: Path) -> object:
    content = path.read_bytes()
    if path.parent.name == "observed":  # the last digit of a mean depends on who adds first
        return re.sub(rb"(\.\d{9})\d+", rb"\1", content)
    if path.suffix == ".duckdb":
        import duckdb

        with duckdb.connect(str(path), read_only=True) as database:
            names = database.sql(
                "SELECT table_schema || '.' || table_name FROM information_schema.tables ORDER BY 1"
            ).fetchall()
            return {name: database.table(name).fetchall() for (name,) in names}
    if content.startswith(b"SQLite format 3\0") and path.name != "catalog.db":
        with contextlib.closing(sqlite3.connect(path)) as database:
            return list(database.iterdump())
    if path.name == "catalog.db" or any(one in path.parts for one in ("_delta_log", "metadata")):
        return "there"
    return content


def _differing(expected: Mapping[str, object], found: Mapping[str, object]) -> list[str]:
    if any(one.endswith("catalog.db") for one in expected) or any(
        "_delta_log" in one for one in expected
    ):
        return (
            []
            if len(expected) == len(found)
            else [f"{len(found)} files, not {len(expected)}: {sorted(found)}"]
        )
    names = sorted(expected.keys() | found.keys())
    return [f"differs: {one}" for one in names if expected.get(one) != found.get(one)]


def main(names: Sequence[str], count: int, seed: int = 0) -> int:
    """Try some commands, print what went wrong, and return how many attempts did."""
    for module in LOADED:
        import_module(module)
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        for name in names:
            try:
                found = killed_and_done_again(name, count, seed, Path(folder))
            except AssertionError as error:
                found = [Killed(name, 0, "", [str(error)])]
            wrong += len(found)
            sys.stdout.write(f"{name}: {len(found)} of {count} went wrong\n")
            for one in found[:4]:
                sys.stdout.write(f"  {one.at} {one.signal} {one.wrong}"[:3000] + "\n")
            sys.stdout.flush()
    return wrong


if __name__ == "__main__":
    asked = sys.argv[1]
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 0
    sys.exit(
        main(list(COMMANDS) if asked == "all" else asked.split("+"), int(sys.argv[2]), seed) > 0
    )
