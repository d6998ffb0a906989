"""Workers leave the calling process as it was, work wherever they are asked for, and end with whoever asked."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest
from fake_runs import plan_of, tree

from synthview.engines import workers
from synthview.engines.local import Progress, run
from synthview.engines.workers import WorkerDied, on_processes, share_out
from synthview.errors import OutOfMemory, OutputError, SynthviewError

TESTS = str(Path(__file__).parent)


@dataclass(frozen=True)
class Ask:
    """A task that answers with its process, and with what Python expressions are worth there."""

    expressions: tuple[str, ...] = ()

    def perform(self) -> Iterator[Any]:
        """Answer."""
        yield os.getpid(), [eval(one) for one in self.expressions]  # noqa: S307


@dataclass(frozen=True)
class Compute:
    """A task that is busy for very long, once it has named its process."""

    def perform(self) -> Iterator[Any]:
        """Hold on to the interpreter as tightly as Python allows."""
        yield os.getpid()
        while True:
            sum(range(10_000_000))


@dataclass(frozen=True)
class Panic:
    """A task that ends as a library of Rust does that gives up."""

    text: str

    def perform(self) -> Iterator[Any]:
        """Raise what polars raises."""
        from polars.exceptions import PanicException

        raise PanicException(self.text)
        yield


@dataclass(frozen=True)
class Abort:
    """A task that ends as a library does that gets no memory."""

    text: str = ""
    sign: signal.Signals = signal.SIGABRT

    def perform(self) -> Iterator[Any]:
        """Write to the standard error past Python, and die."""
        os.write(2, self.text.encode())
        os.kill(os.getpid(), self.sign)
        yield


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The files of a run of one process."""
    directory = tmp_path_factory.mktemp("undisturbed") / "run"
    run(plan_of(), directory, workers=1)
    return tree(directory)


# --- The calling process ----------------------------------------------------------------------------------------------


def _surroundings() -> dict[str, Any]:
    """What a library must not change of the process it is called in."""
    umask = os.umask(0o22)
    os.umask(umask)
    return {
        "main": id(sys.modules["__main__"]),
        "environment": dict(os.environ),
        "signals": {one: signal.getsignal(one) for one in signal.valid_signals()},
        "mask": signal.pthread_sigmask(signal.SIG_BLOCK, ()),
        "start method": multiprocessing.get_start_method(allow_none=True),
        "files": len(list(Path("/proc/self/fd").iterdir())) if sys.platform == "linux" else 0,
        "place": Path.cwd(),
        "umask": umask,
        "warnings": list(warnings.filters),
        "path": list(sys.path),
        "threads": threading.active_count(),
        "children": [one.pid for one in psutil.Process().children()],
    }


@pytest.mark.parametrize(
    "how", ["well", "error", pytest.param("stopped", marks=pytest.mark.slow), "killed"]
)
@pytest.mark.usefixtures("undisturbed")  # libraries then have the files open that they keep open
def test_the_process_is_left_as_it_was(
    how: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However a run ends: nothing that others in the process rely on is changed, and no process or file is left."""
    if how == "error":
        monkeypatch.setenv("FAKE_FAIL", "1:0")
    if how == "killed":
        monkeypatch.setenv("FAKE_KILL", f"1:0:{tmp_path / 'killed'}")

    def stop(_: Progress) -> None:
        raise KeyboardInterrupt

    before = _surroundings()
    expected = {"error": ZeroDivisionError, "stopped": KeyboardInterrupt, "killed": WorkerDied}
    if how == "well":
        run(plan_of(), tmp_path / "run", workers=2)
    else:
        with pytest.raises(expected[how]):
            run(plan_of(), tmp_path / "run", workers=2, progress=stop if how == "stopped" else None)
    assert _surroundings() == before


def test_nothing_is_changed_while_workers_work() -> None:
    """Another thread, or what is called between two answers, sees the process as it was, but for its children."""
    before = _surroundings()
    working = iter(on_processes([Ask()] * 4, 2))
    next(working)
    during = _surroundings()
    for one in ("files", "children"):
        del before[one], during[one]
    assert during == before
    assert len(list(working)) == 3


@pytest.mark.slow
def test_threads_may_run_at_once(tmp_path: Path, undisturbed: dict[str, bytes]) -> None:
    """Several runs in several threads make the right files and leave the process as it was."""
    before = _surroundings()
    places = [tmp_path / f"{number}" for number in range(3)]
    with ThreadPoolExecutor(3) as threads:
        list(threads.map(lambda place: run(plan_of(), place, workers=2), places))
    assert [tree(place) for place in places] == [undisturbed] * 3
    assert _surroundings() == before


def _run_in(place: Path) -> dict[str, bytes]:
    run(plan_of(), place, workers=2)
    return tree(place)


@pytest.mark.slow
@pytest.mark.parametrize("method", ["spawn", "fork"])
def test_a_worker_of_a_pool_may_ask_for_workers(
    method: str, tmp_path: Path, undisturbed: dict[str, bytes]
) -> None:
    """Processes of a pool are daemons, which multiprocessing lets have no children."""
    program = (
        f"import sys; sys.path.insert(0, {TESTS!r})\n"
        "import multiprocessing, pathlib, test_workers\n"
        "if __name__ == '__main__':\n"
        f"    with multiprocessing.get_context({method!r}).Pool(1) as pool:\n"
        f"        pool.apply(test_workers._run_in, [pathlib.Path({str(tmp_path / 'run')!r})])\n"
    )
    script = tmp_path / "script.py"
    script.write_text(program)
    subprocess.run([sys.executable, str(script)], check=True)
    assert tree(tmp_path / "run") == undisturbed


@pytest.mark.parametrize(
    "flags",
    [
        pytest.param(
            one, id=" ".join(one), marks=() if "-I" in one or "-" in one else pytest.mark.slow
        )
        for one in (["-c"], ["-I", "-c"], ["-P", "-O", "-W", "error", "-X", "utf8", "-c"], ["-"])
    ],
)
def test_any_way_to_start_python_will_do(flags: list[str], tmp_path: Path) -> None:
    """Workers have the interpreter's flags and look for modules where it does, and not beside the current directory."""
    asked = (
        "str(__import__('sys').flags)",
        "__import__('sys').warnoptions",
        "__import__('sys').path",
        "__debug__",
    )
    program = (
        f"import sys; sys.path.insert(0, {TESTS!r})\n"
        "from test_workers import Ask, on_processes\n"
        f"asked = Ask({asked!r})\n"
        "(_, here), = asked.perform()\n"
        "assert [there for _, there in on_processes([asked] * 2, 2)] == [here, here]\n"
    )
    for name in ("queue", "tempfile", "selectors", "ctypes"):
        (tmp_path / f"{name}.py").write_text(
            "raise SystemExit('a file of the current directory was run')"
        )
    typed = program if flags[-1] == "-" else None
    words = (
        [*flags]
        if typed
        else [*flags, f"import sys; sys.path = [one for one in sys.path if one]\n{program}"]
    )
    place = TESTS if typed else tmp_path
    subprocess.run([sys.executable, *words], input=typed, text=True, cwd=place, check=True)


def test_where_no_python_can_be_started_the_work_is_done_here(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Inside another program, or where the system lets no more processes start."""
    with monkeypatch.context() as inside:
        inside.setattr(sys, "executable", "")
        assert [one for one, _ in share_out([Ask()] * 3, 2)] == [os.getpid()] * 3

    def refuse(*_: object) -> None:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(workers, "_popen", refuse)
    before = _surroundings()
    assert [one for one, _ in share_out([Ask()] * 3, 2)] == [os.getpid()] * 3
    assert _surroundings() == before


def test_those_that_could_start_do_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """A limit on processes that lets one of three start costs time, not the run."""
    whole, started = workers._popen, []

    def popen(*words: Any) -> Any:
        if started:
            raise BlockingIOError(11, "Resource temporarily unavailable")
        started.append(whole(*words))
        return started[0]

    monkeypatch.setattr(workers, "_popen", popen)
    assert [one for one, _ in share_out([Ask()] * 4, 3)] == [started[0].pid] * 4


# --- The end of workers -----------------------------------------------------------------------------------------------


def _is_gone(pid: int) -> bool:
    return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


def _wait_until_gone(pids: list[int], seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while not all(map(_is_gone, pids)):
        assert time.monotonic() < end, "workers are still there"
        time.sleep(0.01)


BUSY = f"""
import sys; sys.path.insert(0, {TESTS!r})
from test_workers import Compute, on_processes
for pid in on_processes([Compute()] * 2, 2):
    print(pid, flush=True)
"""


@pytest.mark.parametrize("how", ["busy", "deaf"])
def test_workers_end_with_a_parent_that_is_killed_alone(how: str) -> None:
    """In the middle of computing, and even where they are stopped and cannot listen."""
    if how == "deaf" and sys.platform != "linux":
        pytest.skip("only Linux ends a process that is stopped")
    with subprocess.Popen(
        [sys.executable, "-c", BUSY], stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        crew = [int(parent.stdout.readline()) for _ in range(2)]
        if how == "deaf":
            for one in crew:
                os.kill(one, signal.SIGSTOP)
        parent.kill()
        _wait_until_gone(crew)


def test_a_pipe_that_ends_is_enough() -> None:
    """Where no kernel ends a worker with its parent, the end of its pipe does, in the middle of computing."""
    with workers._crew(1, ()) as (worker,):
        worker.pipe.send(Compute())
        assert worker.pipe.recv() == worker.process.pid
        worker.pipe.close()
        assert worker.process.wait(10) == 0


def test_a_lock_lives_as_long_as_any_worker(tmp_path: Path) -> None:
    """Another run is refused while a worker is there, even if the process that took the lock has let go."""
    from synthview.engines.lock import take

    lock = take(tmp_path / "lock")
    working = share_out([Ask()] * 4, 2, [lock.fileno()])
    next(working)
    lock.close()
    with pytest.raises(OutputError, match=f"Another run .process {os.getpid()}. is writing"):
        take(tmp_path / "lock")
    working.close()
    take(tmp_path / "lock").close()


def test_the_next_run_waits_for_workers_of_the_dead(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It never writes beside them: it waits a little, and then says that they are still there."""
    from synthview.engines import lock as locks

    held = locks.take(tmp_path / "lock")
    with subprocess.Popen([sys.executable, "-c", ""]) as dead:
        pass
    held.truncate(0)
    held.write(str(dead.pid).encode())
    held.flush()
    monkeypatch.setattr(locks, "PATIENCE_SECONDS", 0.1)
    with pytest.raises(OutputError, match=f"process {dead.pid} is gone, its workers are not"):
        locks.take(tmp_path / "lock")
    monkeypatch.setattr(locks, "PATIENCE_SECONDS", 60)
    threading.Timer(0.2, held.close).start()
    locks.take(tmp_path / "lock").close()


# --- Memory -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "kind", "told"),
    [
        (
            "called `Result::unwrap()`: memory allocation of 99 bytes failed",
            OutOfMemory,
            "not enough memory",
        ),
        (
            "ThreadPoolBuildError { kind: IOError(Resource temporarily unavailable) }",
            SynthviewError,
            "another thread",
        ),
        ("index out of bounds", RuntimeError, "index out of bounds"),
    ],
)
def test_a_panic_in_a_worker_is_an_error_here(text: str, kind: type[Exception], told: str) -> None:
    """A panic is no Exception, so nobody would catch it; a shortage is told in words."""
    with pytest.raises(kind, match=told):
        list(on_processes([Panic(text)], 1))


@pytest.mark.parametrize(
    ("task", "told", "passed_on"),
    [
        (Abort("memory allocation of 1234 bytes failed\n"), "ran out of memory", False),
        (Abort("terminate called: std::bad_alloc\n"), "ran out of memory", False),
        (Abort("assertion failed\n"), "killed by SIGABRT", True),
        (Abort("", signal.SIGKILL), "killed by SIGKILL, as happens when memory runs out", False),
    ],
)
def test_an_abort_in_a_worker_is_told(
    task: Abort,
    told: str,
    passed_on: bool,  # noqa: FBT001  a column of the table above
    capfd: pytest.CaptureFixture[str],
) -> None:
    """In one line where memory ran out; what a library says of anything else is passed on."""
    with pytest.raises(WorkerDied, match=rf"{told}.*same command.*[Ff]ewer --workers"):
        list(on_processes([task], 1))
    assert capfd.readouterr().err == (task.text if passed_on else "")
