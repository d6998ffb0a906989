"""Workers: processes that each perform one task after another, and never outlive the one that asked.

Every worker hangs on a pipe of its own, so nothing is shared: one that is killed is noticed at once,
and when the asking process is gone, even by kill -9, the pipe ends and the worker with it.
"""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import sys
import threading
import traceback
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from types import ModuleType
from typing import Any, Protocol

from synthview.errors import SynthviewError

__all__ = ["Work", "WorkerDied", "on_processes", "share_out"]

PATIENCE_SECONDS = 5


class WorkerDied(SynthviewError):  # noqa: N818  says what is wrong, as all our errors do
    """A worker's process ended before its work did."""


class Work(Protocol):
    """What a worker can be handed: it travels through a pipe, and so does everything it answers."""

    def perform(self) -> Iterable[Any]:
        """Do it, and answer as it goes."""


@dataclass(frozen=True, slots=True)
class _Over:
    """A worker has answered all there is to a task."""


def share_out(tasks: Sequence[Work], workers: int) -> Generator[Any]:
    """Yield what tasks answer: done here one after another, or on several processes in whatever order they finish."""
    if min(workers, len(tasks)) > 1:
        yield from on_processes(tasks, min(workers, len(tasks)))
    else:
        for task in tasks:
            yield from task.perform()


def on_processes(tasks: Sequence[Work], count: int) -> Iterator[Any]:
    """Perform tasks on `count` processes and yield what they tell, as it comes.

    Raises what a task raised, or WorkerDied; whichever way it ends, the processes are gone.
    """
    left = iter(tasks)
    with _crew(count) as crew:
        busy = {pipe: process for process, pipe in crew if _give(pipe, left)}
        while busy:
            for pipe in wait(list(busy)):
                assert isinstance(pipe, Connection)
                answer = _hear(pipe, busy[pipe])
                if isinstance(answer, BaseException):
                    raise answer
                if not isinstance(answer, _Over):
                    yield answer
                elif not _give(pipe, left):
                    del busy[pipe]


def _give(pipe: Connection, left: Iterator[Work]) -> bool:
    """Hand the next task to a worker; one that died meanwhile is noticed when it is heard."""
    task = next(left, None)
    if task is not None:
        with suppress(ConnectionError):
            pipe.send(task)
    return task is not None


def _hear(pipe: Connection, process: SpawnProcess) -> Any:
    try:
        answer = pipe.recv()
    except (EOFError, ConnectionError):
        process.join(PATIENCE_SECONDS)
        return _died(process.exitcode)
    return answer


def _died(exitcode: int | None) -> WorkerDied:
    if exitcode is not None and exitcode < 0:
        with suppress(ValueError):
            name = signal.Signals(-exitcode).name
            often = ", as happens when memory runs out" if name == "SIGKILL" else ""
            return WorkerDied(f"A worker was killed by {name}{often}. {_RESUME} Fewer --workers need less memory.")
    return WorkerDied(f"A worker ended with exit code {exitcode} before its work was done. {_RESUME}")


_RESUME = "What was finished is kept: the same command goes on from there."


@contextmanager
def _crew(count: int) -> Iterator[list[tuple[SpawnProcess, Connection]]]:
    crew: list[tuple[SpawnProcess, Connection]] = []
    try:
        with _surroundings():
            crew.extend(_start() for _ in range(count))
        yield crew
    finally:
        for process, pipe in crew:
            pipe.close()
            process.terminate()
        for process, _ in crew:
            process.join(PATIENCE_SECONDS)
            process.kill()


def _start() -> tuple[SpawnProcess, Connection]:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs,), daemon=True, name="synthview-worker")
    process.start()
    theirs.close()
    return process, ours


@contextmanager
def _surroundings() -> Iterator[None]:
    """What workers inherit: one thread for polars, deafness to Ctrl-C, and no script of the caller's to run again."""
    threads, script = os.environ.get("POLARS_MAX_THREADS"), sys.modules["__main__"]
    in_main = threading.current_thread() is threading.main_thread()
    listening = signal.signal(signal.SIGINT, signal.SIG_IGN) if in_main else None
    os.environ["POLARS_MAX_THREADS"] = "1"
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = script
        if threads is None:
            del os.environ["POLARS_MAX_THREADS"]
        else:
            os.environ["POLARS_MAX_THREADS"] = threads
        if in_main:
            signal.signal(signal.SIGINT, listening)


def _serve(pipe: Connection) -> None:
    """Perform tasks until the pipe ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with suppress(EOFError, ConnectionError):
        while True:
            _serve_one(pipe.recv(), pipe)


def _serve_one(task: Work, pipe: Connection) -> None:
    try:
        for answer in task.perform():
            pipe.send(answer)
        pipe.send(_Over())
    except ConnectionError:
        raise
    except Exception as error:  # noqa: BLE001  it is raised again where somebody can see it
        pipe.send(_portable(error))


def _portable(error: Exception) -> Exception:
    """An error that survives the pipe, with the place it came from as a note."""
    error.add_note("".join(traceback.format_exception(error)))
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301  our own error, there and back
    except Exception:  # noqa: BLE001  whatever an error of a plug-in may do
        told = SynthviewError(str(error)) if isinstance(error, SynthviewError) else RuntimeError(repr(error))
        told.add_note("".join(traceback.format_exception(error)))
        return told
    return error
