"""Workers: processes that perform one task after another, and never outlive the one that asked.

A worker is a fresh Python that is told all it needs when it is started, so nothing of the calling
process is changed for it: not its environment, its `__main__`, its signals or its way of starting
processes. It hangs on a pipe of its own: one that is killed is noticed at once, and when the asking
process is gone, even by kill -9, the pipe ends and the worker with it.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from multiprocessing import spawn
from multiprocessing.connection import Connection, Pipe, wait
from typing import IO, Any

from synthview.engines.serving import Over, Work
from synthview.engines.shortage import ran_out
from synthview.errors import SynthviewError

if sys.platform != "win32":
    import fcntl

__all__ = ["Share", "Work", "WorkerDied", "is_elsewhere", "on_processes", "share_out", "sharing"]

PATIENCE_SECONDS = 5
LONGEST_SAID = 100_000
PROGRAM = (
    "import sys; handle, parent, *sys.path[:] = sys.argv[1:]; "
    "from synthview.engines.serving import serve; serve(int(handle), int(parent))"
)
"""What a worker runs: it looks for modules where the calling process does, and nowhere else."""


class WorkerDied(SynthviewError):  # noqa: N818  says what is wrong, as all our errors do
    """A worker's process ended before its work did."""


@dataclass(frozen=True, eq=False)
class _Worker:
    process: subprocess.Popen[bytes]
    pipe: Connection
    said: IO[bytes]
    """What it and its libraries write to the standard error, such as the report of a panic."""


Share = Callable[[Sequence[Work]], Generator[Any]]
"""Performs tasks somewhere, and yields what they answer in any order."""
_elsewhere: ContextVar[Share | None] = ContextVar("_elsewhere", default=None)


@contextmanager
def sharing(share: Share) -> Iterator[None]:
    """Let something else, such as a cluster, perform what this machine would share out."""
    token = _elsewhere.set(share)
    try:
        yield
    finally:
        _elsewhere.reset(token)


def is_elsewhere() -> bool:
    """Whether tasks are performed on other machines."""
    return _elsewhere.get() is not None


def share_out(tasks: Sequence[Work], workers: int, held: Iterable[int] = ()) -> Generator[Any]:
    """Yield what tasks answer: one after another, or from several processes in any order.

    `held` are descriptors of open files that stay open, and locked, while any worker lives.
    """
    count = min(workers, len(tasks))
    share = _elsewhere.get()
    if share is not None and tasks:
        yield from share(tasks)
    elif count > 1 and _can_start():
        yield from on_processes(tasks, count, held)
    else:
        yield from _done_here(tasks)


def _can_start() -> bool:
    """Whether there is a Python to start: none where Python is a part of another program."""
    return bool(sys.executable) and not getattr(sys, "frozen", False)


def _done_here(tasks: Iterable[Work]) -> Iterator[Any]:
    for task in tasks:
        yield from task.perform()


def on_processes(
    tasks: Iterable[Work],
    count: int,
    held: Iterable[int] = (),
    until: Connection | None = None,
) -> Iterator[Any]:
    """Perform tasks on `count` processes and yield what they tell, as it comes.

    A process asks for a task when it has none; as soon as `until` can be read, all of them end.

    Where the system does not let so many start, fewer do the work, or this process itself.
    Raises what a task raised, or WorkerDied; whichever way it ends, the processes are gone.
    """
    left = iter(tasks)
    with _crew(count, held) as crew:
        if not crew:
            yield from _done_here(left)
        busy = {one.pipe: one for one in crew if _give(one.pipe, left)}
        while busy:
            for pipe in wait([*busy, *([until] if until else ())]):
                assert isinstance(pipe, Connection)
                if pipe is until:
                    return
                answer = _hear(busy[pipe])
                if isinstance(answer, BaseException):
                    raise answer
                if not isinstance(answer, Over):
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


def _hear(worker: _Worker) -> Any:
    try:
        return worker.pipe.recv()
    except (EOFError, ConnectionError):
        with suppress(subprocess.TimeoutExpired):
            worker.process.wait(PATIENCE_SECONDS)
        return _died(worker.process.returncode, _read(worker.said))


def _read(said: IO[bytes]) -> str:
    """Return what a worker wrote to the standard error; of very much the end."""
    size = said.seek(0, os.SEEK_END)
    said.seek(max(size - LONGEST_SAID, 0))
    return said.read().decode(errors="replace")


def _died(exitcode: int | None, said: str = "") -> WorkerDied:
    if ran_out(said) == "memory":
        return WorkerDied(f"A worker ran out of memory. {_RESUME} {_FEWER}")
    if exitcode is not None and exitcode < 0:
        with suppress(ValueError):
            name = signal.Signals(-exitcode).name
            often = ", as happens when memory runs out" if name == "SIGKILL" else ""
            return WorkerDied(f"A worker was killed by {name}{often}. {_RESUME} {_FEWER}")
    return WorkerDied(
        f"A worker ended with exit code {exitcode} before its work was done. {_RESUME}"
    )


_RESUME = "What was finished is kept: run the same command to continue."
_FEWER = "Use fewer --workers to need less memory."


@contextmanager
def _crew(count: int, held: Iterable[int]) -> Iterator[list[_Worker]]:
    """Start as many workers as can be, and end them, whatever happens meanwhile."""
    crew: list[_Worker] = []
    try:
        with suppress(
            OSError
        ):  # no more processes, files or memory to be had: those that could start do the work
            for _ in range(count):
                # One that does not start must not hide those that did.
                crew.append(_start(held))  # noqa: PERF401
        yield crew
    finally:
        for one in crew:
            one.pipe.close()
            one.process.terminate()
        for one in crew:
            _see_off(one)


def _see_off(worker: _Worker) -> None:
    """Wait until a worker is gone, and pass on what it wrote, unless we said it in our words."""
    try:
        worker.process.wait(PATIENCE_SECONDS)
    except subprocess.TimeoutExpired:
        worker.process.kill()
        worker.process.wait()
    with worker.said:
        said = _read(worker.said)
    if said and sys.__stderr__ is not None and ran_out(said) is None:
        with suppress(OSError):
            os.write(sys.__stderr__.fileno(), said.encode())


def _start(held: Iterable[int]) -> _Worker:
    with ExitStack() as undo:
        ours, theirs = (undo.enter_context(_above_standard_streams(one)) for one in Pipe())
        said = undo.enter_context(tempfile.TemporaryFile())
        with theirs, _deaf_to_ctrl_c():
            process = _popen(theirs.fileno(), said, held)
        undo.pop_all()
    return _Worker(process, ours, said)


def _popen(handle: int, said: IO[bytes], held: Iterable[int]) -> subprocess.Popen[bytes]:
    """Start a Python as multiprocessing does: same interpreter, same flags, same warnings."""
    command = spawn.get_command_line()
    command = command[: command.index("-c")]
    return subprocess.Popen(  # noqa: S603  ourselves
        [*command, "-c", PROGRAM, str(handle), str(os.getpid()), *map(str, sys.path)],
        env={**os.environ, "POLARS_MAX_THREADS": "1"},
        stdin=subprocess.DEVNULL,
        stdout=None if _has_output() else subprocess.DEVNULL,
        stderr=said,
        **_handed_over(handle, held),
    )


def _has_output() -> bool:
    """Whether this process has a standard output: another file may have taken its number."""
    with suppress(OSError):
        return sys.__stdout__ is not None and os.fstat(1) is not None
    return False


def _handed_over(handle: int, held: Iterable[int]) -> dict[str, Any]:
    """Arguments of Popen that let a process have these files and no others."""
    if sys.platform == "win32":
        os.set_handle_inheritable(handle, True)  # noqa: FBT003  takes no names
        return {"startupinfo": subprocess.STARTUPINFO(lpAttributeList={"handle_list": [handle]})}
    return {"pass_fds": (handle, *held)}


def _above_standard_streams(pipe: Connection) -> Connection:
    """Move a pipe off the number of a closed standard stream: the worker would take it for that."""
    if sys.platform == "win32" or pipe.fileno() > 2:
        return pipe
    with pipe:
        return Connection(fcntl.fcntl(pipe.fileno(), fcntl.F_DUPFD_CLOEXEC, 3))


@contextmanager
def _deaf_to_ctrl_c() -> Iterator[None]:
    """Start processes deaf to Ctrl-C in this thread; a signal that comes meanwhile is not lost."""
    if sys.platform == "win32":
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ())
    try:
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
