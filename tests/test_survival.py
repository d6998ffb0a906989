"""What a run survives: killed, damaged, starved of disk or interrupted, it ends in the same bytes all the same."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest
from commands import started
from fake_runs import DAYS, HOUSEHOLDS, SOME, plan_of, tree

from synthview.dataset import read
from synthview.engines import work
from synthview.engines.layout import PART_HOUSEHOLDS
from synthview.engines.local import Progress, already, run
from synthview.engines.serving import _portable
from synthview.engines.workers import WorkerDied, _died
from synthview.errors import NoSpace, OutputError, SynthviewError, UnknownName
from synthview.sinks import parts


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The files of a run that nothing happened to."""
    directory = tmp_path_factory.mktemp("undisturbed") / "run"
    run(plan_of(), directory, workers=1)
    return tree(directory)


@pytest.mark.parametrize(
    "at",
    [
        pytest.param("0:0", marks=pytest.mark.slow),
        "1:1",
        pytest.param("2:1", marks=pytest.mark.slow),
    ],
)
def test_a_killed_worker_is_told_and_the_run_goes_on(
    at: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, undisturbed: dict[str, bytes]
) -> None:
    """The error names the signal; the same call ends in the same bytes."""
    monkeypatch.setenv("FAKE_KILL", f"{at}:{tmp_path / 'killed'}")
    with pytest.raises(WorkerDied, match=r"killed by SIGKILL.*same command"):
        run(plan_of(), tmp_path / "run", workers=2)
    assert not (tmp_path / "run" / "manifest.json").exists()
    run(plan_of(), tmp_path / "run", workers=2)
    assert tree(tmp_path / "run") == undisturbed


def test_finished_ranges_are_not_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After an accident in the last range the first are kept as they lie."""
    monkeypatch.setattr(work, "BLOCK_HOUSEHOLDS", PART_HOUSEHOLDS)
    monkeypatch.setenv("FAKE_FAIL", "2:1")
    with pytest.raises(ZeroDivisionError):
        run(plan_of(), tmp_path / "run", workers=1)
    monkeypatch.delenv("FAKE_FAIL")
    first = tmp_path / "run" / "log" / "plays" / "day=2017-10-02" / "000000.parquet"
    before = first.stat().st_mtime_ns
    reports: list[Progress] = []
    run(plan_of(), tmp_path / "run", workers=1, progress=reports.append)
    assert first.stat().st_mtime_ns == before
    assert reports[0].household_days == 2 * PART_HOUSEHOLDS * DAYS
    assert reports[-1].household_days == reports[-1].of_household_days == HOUSEHOLDS * DAYS


@pytest.mark.slow
def test_what_a_worker_raises_is_raised_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the place it came from as a note."""
    monkeypatch.setenv("FAKE_FAIL", "1:0")
    with pytest.raises(ZeroDivisionError, match="a fault of a plug-in") as caught:
        run(plan_of(), tmp_path / "run", workers=2)
    assert "fake_pipeline.py" in caught.value.__notes__[0]


PROGRAM = """
import sys
sys.path.insert(0, {tests!r})
from pathlib import Path
from synthview.engines.local import already, run
from synthview.engines.order import Order, order
asked = Order(scenario="tiny", households={households}, days={days}, tables={tables!r})
run(order(asked, "fake_pipeline"), Path({directory!r}), workers={workers})
"""


@contextmanager
def _started(
    directory: Path, workers: int, **environment: str
) -> Iterator[subprocess.Popen[bytes]]:
    """A run in a process of its own: a plain script, without a guard for its main part."""
    words = {
        "tests": str(Path(__file__).parent),
        "households": HOUSEHOLDS,
        "days": DAYS,
        "tables": SOME,
    }
    script = directory.parent / "script.py"
    script.write_text(PROGRAM.format(**words, directory=str(directory), workers=workers))
    with started(
        [sys.executable, str(script)], env={**os.environ, **environment}, stderr=subprocess.DEVNULL
    ) as process:
        yield process


def _wait(condition: Callable[[], Any], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("written", [0, 2, 7])
def test_kill_nine_at_any_point(
    workers: int, written: int, tmp_path: Path, undisturbed: dict[str, bytes]
) -> None:
    """The run dies with its workers, shows no half-written part, and ends in the same bytes."""
    directory = tmp_path / "run"
    with _started(directory, workers, FAKE_SLEEP="0.05") as process:
        _wait(
            lambda: (
                (directory / ".synthview").exists()
                and len(list(directory.rglob("*.parquet"))) >= written
            )
        )
        crew = psutil.Process(process.pid).children(recursive=True)
        process.kill()
        assert process.wait() == -signal.SIGKILL
    _, alive = psutil.wait_procs(crew, timeout=20)
    assert not [one for one in alive if one.status() != psutil.STATUS_ZOMBIE]
    assert all(
        content == undisturbed[path]
        for path, content in tree(directory).items()
        if path.endswith("parquet")
    )
    run(plan_of(), directory, workers=1)
    assert tree(directory) == undisturbed


@pytest.mark.slow
def test_a_script_needs_no_guard(tmp_path: Path, undisturbed: dict[str, bytes]) -> None:
    """Workers do not run the caller's script again."""
    with _started(tmp_path / "run", 2) as process:
        assert process.wait() == 0
    assert tree(tmp_path / "run") == undisturbed


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 2])
def test_interrupt_leaves_a_resumable_directory(
    workers: int, tmp_path: Path, undisturbed: dict[str, bytes]
) -> None:
    """Ctrl-C in the terminal's whole process group ends all, removes drafts, and loses nothing."""
    directory = tmp_path / "run"
    with _started(directory, workers, FAKE_SLEEP="0.1") as process:
        _wait(lambda: list(directory.rglob("*.parquet")))
        crew = psutil.Process(process.pid).children(recursive=True)
        for one in [*crew, process]:
            one.send_signal(signal.SIGINT)
        assert process.wait(20) != 0
    psutil.wait_procs(crew, timeout=20)
    assert not list(directory.rglob("*draft"))
    run(plan_of(), directory, workers=1)
    assert tree(directory) == undisturbed


@pytest.mark.parametrize("harm", ["cut", "removed"])
def test_a_damaged_part_is_made_again(
    harm: str, tmp_path: Path, undisturbed: dict[str, bytes]
) -> None:
    """Only its range is."""
    run(plan_of(), tmp_path / "run", workers=1)
    harmed, spared = (
        tmp_path / "run" / "log" / "plays" / "day=2017-10-03" / f"00000{number}.parquet"
        for number in (1, 0)
    )
    before = spared.stat().st_mtime_ns
    if harm == "cut":
        harmed.write_bytes(harmed.read_bytes()[:-1])
    else:
        harmed.unlink()
        with pytest.raises(OutputError, match=r"is not there\. Run again"):
            read(tmp_path / "run").scan("log.plays")
    assert not already(plan_of(), tmp_path / "run")
    run(plan_of(), tmp_path / "run", workers=1)
    assert tree(tmp_path / "run") == undisturbed
    assert spared.stat().st_mtime_ns == before


def test_a_journal_cut_short_costs_one_part(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, undisturbed: dict[str, bytes]
) -> None:
    """A kill in the middle of a line loses that line only."""
    monkeypatch.setattr(work, "BLOCK_HOUSEHOLDS", PART_HOUSEHOLDS)
    monkeypatch.setenv("FAKE_FAIL", "2:1")
    with pytest.raises(ZeroDivisionError):
        run(plan_of(), tmp_path / "run", workers=1)
    monkeypatch.delenv("FAKE_FAIL")
    journal = tmp_path / "run" / ".synthview" / "receipts.jsonl"
    journal.write_bytes(journal.read_bytes()[:-9])
    reports: list[Progress] = []
    run(plan_of(), tmp_path / "run", workers=1, progress=reports.append)
    assert reports[0].household_days == 2 * PART_HOUSEHOLDS * DAYS
    assert tree(tmp_path / "run") == undisturbed


def test_a_run_that_will_not_fit_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both numbers are told, and nothing is made."""
    usage = shutil.disk_usage(tmp_path)._replace(free=2_000_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    with pytest.raises(NoSpace, match=r"needs about 9 GB and .* has 2 GB free"):
        run(plan_of(20), tmp_path / "a" / "run", expected_bytes=9_000_000_000)
    assert not (tmp_path / "a").exists()


def test_a_place_on_no_disk_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A place such as /proc has no room at all: it is said that nothing can be written there, not how little it has."""
    usage = shutil.disk_usage(tmp_path)._replace(total=0, free=0)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    with pytest.raises(OutputError, match="cannot be written to"):
        run(plan_of(), tmp_path / "run", expected_bytes=1)


def test_a_disk_that_fills_up_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, undisturbed: dict[str, bytes]
) -> None:
    """The error says so; with space again, the same command goes on."""
    whole, written = parts._write, iter(range(100))

    def filling(path: Path, chunks: Any) -> tuple[int, str]:
        if next(written) == 9:
            raise OSError(errno.ENOSPC, "No space left on device")
        return whole(path, chunks)

    with monkeypatch.context() as full:
        full.setattr(parts, "_write", filling)
        with pytest.raises(NoSpace, match="disk is full"):
            run(plan_of(), tmp_path / "run", workers=1)
    run(plan_of(), tmp_path / "run", workers=1)
    assert tree(tmp_path / "run") == undisturbed


@pytest.mark.parametrize("place", ["file", "file/deeper"])
def test_a_file_in_the_way_is_told(place: str, tmp_path: Path) -> None:
    """A directory that cannot be is an error with its path."""
    (tmp_path / "file").write_text("mine")
    with pytest.raises(OutputError, match="file"):
        run(plan_of(20), tmp_path / place)
    assert (tmp_path / "file").read_text() == "mine"


def test_a_directory_that_goes_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody removed it while the run was writing: it is not made again behind their back."""
    whole, written = parts._write, iter(range(100))

    def writing(path: Path, chunks: Any) -> tuple[int, str]:
        if next(written) == 5:
            shutil.rmtree(tmp_path / "run")
        return whole(path, chunks)

    monkeypatch.setattr(parts, "_write", writing)
    with pytest.raises(OutputError, match="removed meanwhile"):
        run(plan_of(), tmp_path / "run", workers=1)
    assert not (tmp_path / "run").exists()


def test_errors_that_cannot_travel_keep_their_words() -> None:
    """What a worker raises reaches us even where it cannot be pickled, with its place as a note."""
    ours = _portable(UnknownName("table", "x", ["y"]))
    assert isinstance(ours, SynthviewError)
    assert "There is no table 'x'" in str(ours)
    assert "UnknownName" in ours.__notes__[0]
    theirs = _portable(UnicodeDecodeError("utf-8", b"", 0, 1, "why"))
    assert isinstance(theirs, UnicodeDecodeError)


def test_a_worker_that_ends_by_itself_is_told() -> None:
    """With its exit code."""
    assert "exit code 3" in str(_died(3))
    assert "SIGSEGV" in str(_died(-signal.SIGSEGV))


def _kill_points(names: str, count: int) -> None:
    """Kill commands at points chosen by chance, and ask for what the same command ends in."""
    script = Path(__file__).with_name("kill_points.py")
    words = [sys.executable, script, names, str(count)]
    told = subprocess.run(words, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stdout + told.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="takes in orphans")
def test_a_run_that_is_killed_before_it_touches_a_file() -> None:
    """At any such point, by any signal: the same command ends in the same rows, and nothing else is left or changed."""
    _kill_points("fake parquet", 3)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="takes in orphans")
def test_every_format_that_is_killed_before_it_touches_a_file() -> None:
    """Files of ours, more days, a database, a conversion with keys, a stream, and a page."""
    _kill_points("fake csv+fake ndjson+fake arrow+fake duckdb+fake days+movielens+stream+page", 3)


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.skipif(sys.platform != "linux", reason="takes in orphans")
def test_every_command_that_is_killed_at_thirty_points() -> None:
    """All that write files."""
    _kill_points("all", 30)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[tuple[Path, Callable[[str], None]]]:
    """A file system of its own that is soon full, and how to give it another size."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = ["mount", "-t", "tmpfs", "-o", "size=200k", "tmpfs", str(place)]
    if subprocess.run(mounted, check=False, capture_output=True).returncode:
        pytest.skip("needs the right to mount a file system")
    try:
        yield (
            place,
            lambda size: subprocess.run(
                ["mount", "-o", f"remount,size={size}", str(place)], check=True
            ).check_returncode(),
        )
    finally:
        subprocess.run(["umount", str(place)], check=True)


@pytest.mark.skipif(sys.platform != "linux", reason="mounts a tmpfs")
@pytest.mark.parametrize("workers", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_a_real_disk_that_is_full_is_told_and_the_run_goes_on(
    workers: int,
    small_disk: tuple[Path, Callable[[str], None]],
    undisturbed: dict[str, bytes],
) -> None:
    """The error says that the disk is full; nothing is lost, and with more space the same call ends in the same bytes."""
    place, resize = small_disk
    with pytest.raises(NoSpace, match=r"disk is full.*goes on from here"):
        run(plan_of(), place / "run", workers=workers)
    assert not list(place.rglob("*draft"))
    assert not (place / "run" / "manifest.json").exists()
    resize("64m")
    run(plan_of(), place / "run", workers=workers)
    assert tree(place / "run") == undisturbed
