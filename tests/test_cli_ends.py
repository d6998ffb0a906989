"""How every command of the command line ends: one line and an exit code."""

from __future__ import annotations

import signal
import subprocess
import sys
import time

import pytest
from commands import HEAVY, run, started

import synthview.cli
from synthview.cli import main
from synthview.cli.listings import LISTINGS
from synthview.errors import NotOurs, SynthviewError, UnknownName


def test_help_is_instant() -> None:
    """Help loads nothing heavy."""
    told = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "synthview", "--help"],
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = {line.rsplit("|", 1)[-1].strip().split(".")[0] for line in told.stderr.splitlines()}
    assert loaded.isdisjoint(HEAVY)
    assert "show" in told.stdout
    assert "list" in told.stdout


def test_the_version_is_told() -> None:
    """`--version` is one line."""
    assert run("--version").stdout.startswith("synthview ")


@pytest.mark.parametrize(
    "words",
    [
        ["show", "evryday"],
        ["list", "x"],
        ["list"],
        ["shw"],
        ["show", "tiny", "--bogus"],
        ["show", "tiny", "--set", "run.days=0"],
    ],
)
def test_a_mistake_ends_with_two(words: list[str]) -> None:
    """Whatever is wrong with what was typed, the exit code is 2 and stdout stays empty."""
    told = run(*words, expect=2)
    assert told.stdout == ""
    assert told.stderr


@pytest.mark.parametrize(
    ("error", "code", "told"),
    [
        (SynthviewError("It broke."), 1, "error: It broke."),
        (UnknownName("table", "x", ["y"]), 2, "error: There is no table 'x'."),
        (NotOurs("Leave it."), 3, "error: Leave it."),
        (OSError(28, "No space left on device", "out"), 3, "error: out: No space left on device"),
        (FileNotFoundError(2, "No such file"), 3, "The current directory was removed."),
        (MemoryError(), 1, "not enough memory"),
        (KeyError("oops"), 70, "This is a bug in synthview (KeyError: 'oops')"),
        (KeyboardInterrupt(), 130, "Stopped."),
    ],
)
def test_each_error_has_its_code(
    error: BaseException,
    code: int,
    told: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Every way a command can fail is one line on stderr and its own exit code."""
    assert _ended(error, monkeypatch) == code
    shown = capsys.readouterr().err
    assert told in shown
    assert "Traceback" not in shown


def test_a_bug_shows_where_when_asked(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With SYNTHVIEW_DEBUG=1 a bug of ours shows its traceback."""
    monkeypatch.setenv("SYNTHVIEW_DEBUG", "1")
    assert _ended(ZeroDivisionError("x"), monkeypatch) == 70
    assert "Traceback" in capsys.readouterr().err


@pytest.mark.parametrize("words", ["list sources", "--help", "claim --help"])
def test_a_reader_that_leaves_is_no_error(words: str) -> None:
    """`synthview list sources` ends quietly when nobody reads it any more, and so does help."""
    command = f"{sys.executable} -m synthview {words} | true; echo ${{PIPESTATUS[0]}}"
    told = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True)
    assert (told.stdout, told.stderr) == ("0\n", "")


def test_a_full_disk_is_told() -> None:
    """Output that cannot be written is an error of the place, told in one line."""
    command = f"{sys.executable} -m synthview list sources > /dev/full"
    told = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert told.returncode == 3
    assert told.stderr == "error: the output: No space left on device\n"


def test_stopping_is_polite() -> None:
    """Ctrl-C ends with 130 and at most one line."""
    sleepy = "l.LISTINGS['tables'] = lambda: (print('on', flush=True), time.sleep(20))"
    code = f"import time, synthview.cli as c, synthview.cli.listings as l; {sleepy}; c.main()"
    process = started(
        [sys.executable, "-c", code, "list", "tables"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "on\n"
    time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=20)
    assert (process.returncode, told) == (130, "Stopped.\n")


def test_ctrl_c_that_is_ignored_stays_ignored() -> None:
    """A command that a shell without job control starts in its background works on at Ctrl-C."""
    patient = "l.LISTINGS['tables'] = lambda: (print('on', flush=True), input(), ([], []))[-1]"
    code = f"import synthview.cli as c, synthview.cli.listings as l; {patient}; c.main()"
    with started(
        [sys.executable, "-c", code, "list", "tables"],
        heeds_ctrl_c=False,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "on\n"
        process.send_signal(signal.SIGINT)
        process.communicate("\n", timeout=20)
    assert process.returncode == 0


@pytest.mark.slow
def test_other_locales_read_the_same() -> None:
    """A pipe gets UTF-8 whatever the locale, Turkish included."""
    plain = run("show", "everyday").stdout
    assert (
        run(
            "show", "everyday", LANG="tr_TR.UTF-8", LC_ALL="tr_TR.UTF-8", PYTHONIOENCODING="latin-1"
        ).stdout
        == plain
    )
    assert (
        run(
            "show", "everyday", LC_ALL="C", PYTHONUTF8="0", PYTHONHASHSEED="9", TZ="Asia/Tokyo"
        ).stdout
        == plain
    )


def _ended(error: BaseException, monkeypatch: pytest.MonkeyPatch) -> object:
    """Make a command raise `error`, and return the exit code of the command line."""

    def fail(*_: object) -> None:
        raise error

    monkeypatch.setitem(LISTINGS, "tables", fail)
    monkeypatch.setattr(sys, "argv", ["synthview", "list", "tables"])
    monkeypatch.setattr(synthview.cli.streams, "prepare", lambda: None)
    with pytest.raises(SystemExit) as ended:
        main()
    return ended.value.code
