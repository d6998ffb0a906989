"""The command ``generate``: what it prints and where, what it refuses, and how it stops."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

import polars as pl
import pytest
from commands import started
from fake_runs import tree
from hypothesis import given
from hypothesis import strategies as st

from synthview.cli import main
from synthview.cli.running import whole
from synthview.dataset import generate, read
from synthview.engines import order
from synthview.errors import InputError
from synthview.sinks.text import from_text
from synthview.tables import BY_PATH

ENTRY = """
import sys
sys.path.insert(0, {tests!r})
from synthview.engines import order
order.PIPELINE = "fake_pipeline"
from synthview.cli import main
main()
"""


class Ended(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str


Command = Callable[..., Ended]


@pytest.fixture
def synthview(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Type a command line."""
    monkeypatch.setattr(order, "PIPELINE", "fake_pipeline")

    def typed(*words: object) -> Ended:
        monkeypatch.setattr(sys, "argv", ["synthview", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            main()
        told = capsys.readouterr()
        return Ended(int(ended.value.code or 0), told.out, told.err)

    return typed


@contextmanager
def _started(*words: object, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    """A command in a process of its own, with what it prints in pipes."""
    entry = ENTRY.format(tests=str(Path(__file__).parent))
    with started(
        [sys.executable, "-c", entry, *map(str, words)],
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as command:
        yield command


def test_a_run_is_told_before_and_after(synthview: Command, tmp_path: Path) -> None:
    """One line foretells, one concludes; nothing goes to stderr that is no terminal."""
    ended = synthview("generate", "tiny", "-o", tmp_path / "new" / "run", "--seed", 7)
    first, last = ended.out.splitlines()
    assert first.startswith(
        "tiny: 20 households, 3 days from 2017-10-02, seed 7: about 90 events, "
    )
    assert "holds 90 events, " in last
    assert (ended.code, ended.err) == (0, "")
    assert read(tmp_path / "new" / "run").manifest["settings"]["seed"] == 7


def test_the_same_command_again_says_so(synthview: Command, tmp_path: Path) -> None:
    """A run that is there is left alone, with exit code 0."""
    words = ("generate", "tiny", "-o", tmp_path / "run", "--tables", "log.plays")
    synthview(*words)
    ended = synthview(*words)
    assert ended.code == 0
    assert "already holds this run, complete" in ended.out


def test_a_dry_run_writes_nothing(synthview: Command, tmp_path: Path) -> None:
    """It tells the rows of every table, with a directory and without."""
    for words in ((), ("-o", tmp_path / "run")):
        ended = synthview("generate", "tiny", "--dry-run", *words)
        assert ended.code == 0
        assert "truth.deliveries" in ended.out
    assert not (tmp_path / "run").exists()


def test_python_and_command_line_make_the_same(synthview: Command, tmp_path: Path) -> None:
    """Every option has its word in Python, and the bytes are equal."""
    typed = [
        "--households",
        "2",
        "--from",
        "2017-10-03",
        "--days",
        "2",
        "--seed",
        "5",
        "--format",
        "csv",
    ]
    typed += [
        "--compression",
        "gzip",
        "--tables",
        "log.plays,log.events",
        "--set",
        "log.ping_seconds=30",
    ]
    assert (
        synthview("generate", "tiny", *typed, "--workers", "2", "-o", tmp_path / "typed").code == 0
    )
    generate(
        "tiny",
        households=2,
        start="2017-10-03",
        days=2,
        seed=5,
        format="csv",
        compression="gzip",
        tables=["log.events", "log.plays"],
        set={"log.ping_seconds": "30"},
        directory=tmp_path / "called",
    )
    assert tree(tmp_path / "typed") == tree(tmp_path / "called")


def test_a_file_of_ones_own_is_a_scenario(synthview: Command, tmp_path: Path) -> None:
    """A path serves as well as a name."""
    (tmp_path / "mine.toml").write_text('based_on = "tiny"\n[run]\nhouseholds = 3\n')
    assert synthview("generate", tmp_path / "mine.toml", "-o", tmp_path / "run").code == 0
    assert read(tmp_path / "run").manifest["settings"]["scenario"] == "mine"


def test_a_dash_prints_one_table_as_lines_of_json(synthview: Command) -> None:
    """The rows of a run in memory, in their order; all else goes to stderr."""
    ended = synthview("generate", "tiny", "-o", "-", "--tables", "truth.plays")
    rows = pl.DataFrame(
        [json.loads(line) for line in ended.out.splitlines()], infer_schema_length=None
    )
    assert from_text(BY_PATH["truth.plays"], rows).equals(
        generate("tiny").truth.plays, null_equal=True
    )
    assert ended.err.startswith("tiny: 20 households")


def test_a_dash_prints_events_unless_told(synthview: Command) -> None:
    """The table everybody wants first."""
    assert json.loads(synthview("generate", "tiny", "-o", "-").out.splitlines()[0])[
        "event_id"
    ].startswith("e_")


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["tiny"], 2, "Say where to write: -o DIR"),
        (["tinny", "-o", "x"], 2, "Did you mean 'tiny'"),
        (
            ["tiny", "-o", "x", "--households", "0"],
            2,
            "--households is 0; a whole number from 1 to 4,294,967,295 is needed",
        ),
        (["tiny", "-o", "x", "--households", "-3"], 2, "--households is -3"),
        (["tiny", "-o", "x", "--households", "1.5"], 2, "--households is 1.5"),
        (
            ["tiny", "-o", "x", "--households", "many"],
            2,
            "--households is 'many'; a whole number such as",
        ),
        (
            ["tiny", "-o", "x", "--households", "1e10"],
            2,
            "--households is 1e10; a whole number from 1",
        ),
        (["tiny", "-o", "x", "--days", "0"], 2, "--days is 0"),
        (
            ["tiny", "-o", "x", "--days", "9999"],
            2,
            "--days is 9999; a whole number from 1 to 4,090 is needed",
        ),
        (["tiny", "-o", "x", "--workers", "0"], 2, "--workers is 0"),
        (["tiny", "-o", "x", "--seed", "-1"], 2, "--seed is -1"),
        (
            ["tiny", "-o", "x", "--seed", str(2**63)],
            2,
            "--seed is 9223372036854775808; a whole number from 0 to 9,2",
        ),
        (["tiny", "-o", "x", "--seed", "9" * 5000], 2, "999…; a whole number from 0 to"),
        (["tiny", "-o", "x", "--cast", "reseller=" + "9" * 5000], 2, "a whole number from 0 to"),
        (["tiny", "-o", "x", "--drop-household", "9" * 5000], 2, "--drop-household is 999"),
        (
            ["tiny", "-o", "x", "--drop-household", "20"],
            2,
            "--drop-household 20: the world has 20 households",
        ),
        (
            ["tiny", "-o", "~no_such_user/x"],
            2,
            "no home directory of the user no_such_user is known",
        ),
        (["tiny", "-o", "bad\udcff"], 2, "a name that is not UTF-8"),
        (["tiny", "-o", "x", "--events", "5", "--households", "5"], 2, "exclude each other"),
        (["tiny", "-o", "x", "--from", "2017-10-01"], 2, "2017-10-02"),
        (["tiny", "-o", "x", "--from", "tomorrow"], 2, "not a date such as 2017-11-17"),
        (["tiny", "-o", "x", "--format", "xml"], 2, "There is no format 'xml'"),
        (
            ["tiny", "-o", "x", "--format", "csv", "--compression", "snappy"],
            2,
            "csv cannot have the compression",
        ),
        (["tiny", "-o", "x", "--tables", "log.viewers"], 2, "There is no table 'log.viewers'"),
        (["tiny", "-o", "x", "--set", "run.days=5", "--days", "6"], 2, "given twice"),
        (["tiny", "-o", "x", "--without", "the_cat"], 2, "the_cat"),
        (["tiny", "-o", "-", "--format", "duckdb"], 2, "duckdb needs a directory"),
        (["tiny", "-o", "-", "--tables", "log.plays,truth.plays"], 2, "-o - prints one table"),
        (["tiny", "-o", "-", "--workers", "2"], 2, "from one process"),
        (["tiny", "-o", "-", "--overwrite"], 2, "for a directory"),
        (["tiny", "-o", "occupied"], 3, "did not make"),
        (["tiny", "-o", "occupied/notes.txt/deeper"], 3, "notes.txt"),
    ],
)
def test_what_cannot_be_is_one_clear_line(
    words: list[str],
    code: int,
    told: str,
    synthview: Command,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An exit code, a message that helps, no traceback, and nothing written."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "occupied").mkdir()
    (tmp_path / "occupied" / "notes.txt").touch()
    ended = synthview("generate", *words)
    assert (ended.code, ended.out) == (code, "")
    assert told in ended.err
    assert "Traceback" not in ended.err
    assert sorted(tree(tmp_path)) == ["occupied/notes.txt"]


@pytest.mark.parametrize(
    ("stated", "meant"),
    [("500", 500), ("1_000", 1000), ("1e9", 10**9), ("100k", 10**5), ("2M", 2 * 10**6), ("1.5k", 1500),
     ("3b", 3 * 10**9), ("1G", 10**9), (" 7 ", 7), ("9223372036854775807", 2**63 - 1)],
)  # fmt: skip
def test_counts_are_read_as_people_write_them(stated: str, meant: int) -> None:
    """Powers of ten and their letters, exactly."""
    assert whole("--seed", stated) == meant


@given(st.text(max_size=12) | st.floats().map(str) | st.integers().map(str))
def test_counts_are_whole_or_refused(stated: str) -> None:
    """Whatever is typed is a count or an error, and quickly."""
    with suppress(InputError):
        assert whole("--households", stated) >= 1


@pytest.mark.parametrize(
    "stated",
    ["1e999999999", "1e-999999999", "nan", "inf", "k", "", "--", "1e", "0x10", "1.5", "1.0005k"],
)
def test_what_is_no_count_is_refused(stated: str) -> None:
    """Huge exponents included."""
    with pytest.raises(InputError, match="whole number"):
        whole("--events", stated)


def test_warnings_go_to_stderr(synthview: Command, tmp_path: Path) -> None:
    """What is allowed and hard to believe is said, and done."""
    ended = synthview("generate", "tiny", "-o", tmp_path / "run", "--set", "log.ping_seconds=1")
    assert ended.code == 0
    assert "warning" in ended.err
    assert "log.ping_seconds" in ended.err


def _wait(condition: Callable[[], object], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("workers", "sign"),
    [
        (1, signal.SIGINT),
        (1, signal.SIGHUP),
        (2, signal.SIGTERM),
        *(
            pytest.param(*one, marks=pytest.mark.long)
            for one in ((1, signal.SIGTERM), (2, signal.SIGINT), (2, signal.SIGHUP))
        ),
    ],
)
def test_stopping_is_one_line_and_resumable(
    sign: signal.Signals, workers: int, tmp_path: Path
) -> None:
    """Exit code 130, no drafts, no traceback; the same command ends the work."""
    run, fresh = tmp_path / "run", tmp_path / "fresh"
    words = (
        "generate",
        "tiny",
        "--households",
        "5k",
        "--tables",
        "log.plays",
        "--workers",
        workers,
    )
    with _started(*words, "-o", run, FAKE_SLEEP="0.2") as command:
        _wait(lambda: list(tmp_path.rglob("*.parquet")))
        command.send_signal(sign)
        _, told = command.communicate(timeout=30)
    assert command.returncode == 130
    assert (
        told.decode()
        == f"Stopped. What is finished in {run} is kept: run the same command to continue.\n"
    )
    assert not list(tmp_path.rglob("*draft"))
    for place in (run, fresh):
        with _started(*words, "-o", place) as command:
            assert b"holds" in command.communicate(timeout=60)[0]
    assert tree(run) == tree(fresh)


@pytest.mark.slow
def test_a_reader_that_leaves_is_no_error() -> None:
    """As in ``| head``."""
    with _started("generate", "tiny", "--households", "100k", "-o", "-") as command:
        assert command.stdout is not None
        assert command.stderr is not None
        assert command.stdout.readline().startswith(b'{"event_id":"e_')
        command.stdout.close()
        assert command.wait(60) == 0
        assert b"Traceback" not in command.stderr.read()


@pytest.mark.slow
def test_a_killed_worker_is_one_clear_line(tmp_path: Path) -> None:
    """Exit code 1, the signal's name, and how to go on."""
    words = (
        "generate",
        "tiny",
        "--households",
        "5k",
        "--tables",
        "log.plays",
        "-o",
        tmp_path / "run",
        "--workers",
        2,
    )
    with _started(*words, FAKE_KILL=f"1:1:{tmp_path / 'killed'}") as command:
        _, told = command.communicate(timeout=60)
    assert command.returncode == 1
    assert told.decode().startswith("error: A worker was killed by SIGKILL")
    assert b"Traceback" not in told


@pytest.mark.slow
def test_progress_is_live_on_a_terminal(tmp_path: Path) -> None:
    """A bar on stderr, and only there."""
    import pty

    ours, theirs = pty.openpty()
    entry = ENTRY.format(tests=str(Path(__file__).parent))
    words = [
        "generate",
        "tiny",
        "--households",
        "5k",
        "-o",
        str(tmp_path / "run"),
        "--workers",
        "1",
    ]
    environment = {**os.environ, "FAKE_SLEEP": "0.1", "TERM": "xterm", "COLUMNS": "120"}
    with subprocess.Popen(
        [sys.executable, "-c", entry, *words],
        stdout=subprocess.PIPE,
        stderr=theirs,
        env=environment,
    ) as command:
        os.close(theirs)
        seen = b""
        with suppress(OSError):  # a terminal whose other side is closed says so
            while piece := os.read(ours, 4096):
                seen += piece
        os.close(ours)
        out, _ = command.communicate(timeout=60)
    assert command.returncode == 0
    assert b"household-days" in seen
    assert b"events/s" in seen
    assert out.startswith(b"tiny: 5,000 households")
