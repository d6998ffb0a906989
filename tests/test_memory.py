"""What happens where memory, threads or open files run short: one line, exit code 1, and nothing lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from commands import started
from fake_runs import tree

from synthview.engines.shortage import errors_in_words, in_words, ran_out
from synthview.errors import OutOfMemory, SynthviewError, UnknownName

if sys.platform != "linux":
    pytest.skip("limits of memory are those of Linux", allow_module_level=True)

GENERATE = "generate tiny --households 1500 --days 1 --tables log.plays,log.events"


def _limited(words: str, limit: str, place: Path) -> subprocess.CompletedProcess[str]:
    command = f"ulimit {limit} && exec {sys.executable} -m synthview {words}"
    return subprocess.run(
        ["bash", "-c", command], cwd=place, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The files of a run that has all it needs."""
    place = tmp_path_factory.mktemp("made")
    assert _limited(f"{GENERATE} -o run", "-S -c 0", place).returncode == 0
    return tree(place / "run")


USUAL = {("-v 300000", 1), ("-v 900000", 2), ("-n 20", 2)}
"""Shortages of both kinds with one worker or two; the others are asked with `-m long`."""
SHORTAGES = [
    pytest.param(limit, workers, marks=() if (limit, workers) in USUAL else pytest.mark.long)
    for limit in ("-v 300000", "-v 900000", "-v 1000000", "-n 20", "-n 40")
    for workers in (1, 2)
]


@pytest.mark.slow
@pytest.mark.parametrize(("limit", "workers"), SHORTAGES)
def test_a_shortage_is_one_line_and_loses_nothing(
    limit: str, workers: int, tmp_path: Path, made: dict[str, bytes]
) -> None:
    """Wherever it strikes, inside Python or inside a library; with more, the same command goes on."""
    words = f"{GENERATE} --workers {workers} -o run"
    told = _limited(words, limit, tmp_path)
    assert told.returncode in {0, 1}
    if told.returncode == 1:
        assert len(told.stderr.splitlines()) == 1, told.stderr
        assert (
            "memory" in told.stderr
            or "another thread" in told.stderr
            or "Too many files" in told.stderr
        )
        assert _limited(words, "-S -c 0", tmp_path).returncode == 0
    assert tree(tmp_path / "run") == made


IN_MEMORY = """
import resource, polars, synthview
resource.setrlimit(resource.RLIMIT_AS, (1_300_000_000, 1_300_000_000))
try:
    synthview.generate("everyday", households=20_000, days=3)
except MemoryError as error:
    print(type(error).__name__, error)
"""


@pytest.mark.slow
def test_tables_in_memory_that_find_no_room_are_a_memory_error() -> None:
    """`generate` without a directory raises an error of ours, which is a MemoryError, and no panic of a library."""
    ran = subprocess.run(
        [sys.executable, "-c", IN_MEMORY], capture_output=True, text=True, check=False
    )
    assert ran.stdout.startswith("OutOfMemory There is not enough memory."), ran.stderr


@pytest.mark.parametrize(
    ("error", "kind", "told"),
    [
        (MemoryError(), OutOfMemory, "not enough memory"),
        (OSError(12, "Cannot allocate memory"), OutOfMemory, "not enough memory"),
        (
            ImportError("libx.so: failed to map segment from shared object"),
            OutOfMemory,
            "not enough memory",
        ),
        (RuntimeError("can't start new thread"), SynthviewError, "another thread"),
        (BlockingIOError(11, "Resource temporarily unavailable"), SynthviewError, "another thread"),
        (OSError(24, "Too many open files"), SynthviewError, "Too many files"),
    ],
)
def test_shortages_are_errors_in_words(
    error: Exception, kind: type[SynthviewError], told: str
) -> None:
    """As errors of ours; who catches MemoryError catches memory that ran out."""
    with pytest.raises(kind, match=told) as raised, errors_in_words():
        raise error
    assert raised.value.exit_code == 1
    assert isinstance(raised.value, MemoryError) == (kind is OutOfMemory)


def test_other_errors_stay_what_they_are() -> None:
    """Nothing but a shortage is told as one."""
    for error in (
        ValueError("memory allocation"),
        UnknownName("table", "out of memory", []),
        OSError(2, "gone"),
    ):
        assert in_words(error) is None
    assert ran_out("all is well") is None
    assert ran_out("parquet: zstd error: Allocation error : not enough memory") == "memory"


# --- The process that watches -----------------------------------------------------------------------------------------


def _guarded(work: str, **words: object) -> subprocess.Popen[str]:
    """A process that does some work under guard, given as statements of Python that begin after `def work():`."""
    lines = "".join(f"    {line}\n" for line in work.splitlines())
    program = (
        "import os, signal, sys, time\nfrom synthview.cli import guard, streams\n"
        f"def work():\n{lines}"
        "streams.prepare()\nsys.exit(guard.guarded(work))\n"
    )
    return started(
        [sys.executable, "-c", program],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **words,
    )


DIES = "os.write(2, {said!r}); os.kill(os.getpid(), signal.{sign})"


@pytest.mark.parametrize(
    ("work", "code", "told"),
    [
        ("print('done'); print('careful', file=sys.stderr)\nreturn 0", 0, "careful\n"),
        ("return 3", 3, ""),
        ("os.write(2, b'a warning of a library')\nreturn 0", 0, "a warning of a library"),
        (DIES.format(said=b"memory allocation of 8 bytes failed\n", sign="SIGABRT"), 1, "error: There is not enough memory"),
        (DIES.format(said=b"", sign="SIGKILL"), 1, "error: The command was ended by SIGKILL. There is not enough memory"),
        ("os.write(2, b'OpenBLAS error: Memory allocation still failed')\nos._exit(1)", 1, "error: There is not enough"),
        (DIES.format(said=b"", sign="SIGUSR1"), 128 + signal.SIGUSR1, ""),
    ],
)  # fmt: skip
def test_the_end_of_the_work_is_told(work: str, code: int, told: str) -> None:
    """In order, its exit code; without memory, one line and 1; otherwise what a shell would say."""
    with _guarded(work) as process:
        _, shown = process.communicate(timeout=60)
    assert (process.returncode, shown[: len(told)]) == (code, told)
    assert shown.count("\n") <= 1


WAITS = "print(os.getpid(), flush=True)\ntry:\n    time.sleep(60)\nexcept KeyboardInterrupt:\n    return 130"


def test_signals_reach_the_work() -> None:
    """Whoever stops the process that was started stops the one that works."""
    with _guarded(WAITS) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 130


def test_work_ends_with_its_guard() -> None:
    """Even by kill -9."""
    with _guarded(WAITS) as process:
        assert process.stdout is not None
        worker = psutil.Process(int(process.stdout.readline()))
        process.kill()
        psutil.wait_procs([worker], timeout=20)
    assert not worker.is_running() or worker.status() == psutil.STATUS_ZOMBIE
    assert worker.pid != os.getpid()
