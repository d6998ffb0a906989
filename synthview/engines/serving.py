"""The worker's side: performs tasks that come through a pipe, and ends with whoever sends them."""

from __future__ import annotations

import ctypes
import os
import pickle
import signal
import sys
import threading
import traceback
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, Never, Protocol

from synthview.engines.shortage import in_words, is_panic
from synthview.errors import SynthviewError

if sys.platform == "win32":
    from multiprocessing.connection import PipeConnection

if TYPE_CHECKING:
    from multiprocessing.connection import (
        _ConnectionBase as AnyConnection,
    )  # what both systems share

__all__ = ["Over", "Work", "die_with", "serve"]

SECONDS_BETWEEN_LOOKS = 1.0
"""How often a worker checks its parent, in case another process keeps the pipe open."""
PR_SET_PDEATHSIG = 1
"""Of prctl(2): the kernel ends this process as soon as its parent is gone."""


class Work(Protocol):
    """What a worker can be handed: it travels through a pipe, and so does everything it answers."""

    def perform(self) -> Iterable[Any]:
        """Do it, and answer as it goes."""


@dataclass(frozen=True, slots=True)
class Over:
    """A worker has answered all there is to a task."""


def serve(handle: int, parent: int) -> Never:
    """Perform the tasks of a pipe, until it is closed or the process `parent` is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    die_with(parent)
    pipe = _opened(handle)
    tasks: SimpleQueue[bytes] = SimpleQueue()
    try:
        threading.Thread(target=_listen, args=(pipe, tasks, parent), daemon=True).start()
    except RuntimeError as error:
        _answer(pipe, _portable(error))
        _end()
    while True:
        _serve_one(tasks.get(), pipe)


def _opened(handle: int) -> AnyConnection:
    """Open the end of the pipe that this process was handed."""
    if sys.platform == "win32":
        return PipeConnection(handle)
    return Connection(handle)


def die_with(parent: int) -> None:
    """Ask Linux to kill this process when its parent ends; elsewhere nothing happens."""
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if _is_orphan(parent):  # it ended before that was asked
        _end()


def _is_orphan(parent: int) -> bool:
    return hasattr(os, "getppid") and sys.platform != "win32" and os.getppid() != parent


def _listen(pipe: AnyConnection, tasks: SimpleQueue[bytes], parent: int) -> Never:
    """Take in tasks while others are performed, to notice the end of the pipe at any time."""
    with suppress(EOFError, OSError):
        while not _is_orphan(parent):
            if pipe.poll(SECONDS_BETWEEN_LOOKS):
                tasks.put(pipe.recv_bytes())
    _end()


def _end() -> Never:
    """End without a further step: what is half done is of no use to anybody."""
    os._exit(0)


def _serve_one(task: bytes, pipe: AnyConnection) -> None:
    try:
        work: Work = pickle.loads(task)  # noqa: S301  from the process that started this one
        for answer in work.perform():
            _answer(pipe, answer)
        _answer(pipe, Over())
    except Exception as error:  # noqa: BLE001  it is raised again where somebody can see it
        _answer(pipe, _portable(error))
    except BaseException as error:
        if not is_panic(error):
            raise
        _answer(pipe, _portable(error))


def _answer(pipe: AnyConnection, answer: Any) -> None:
    """Send something; where nobody is left to hear it there is nothing left to do."""
    try:
        pipe.send(answer)
    except ConnectionError:
        _end()


def _portable(error: BaseException) -> BaseException:
    """An error that survives the pipe, with the place it came from as a note."""
    place = "".join(traceback.format_exception(error))
    ours = in_words(error) or error
    try:
        ours.add_note(place)
        copy = pickle.loads(pickle.dumps(ours))  # noqa: S301  our own error, there and back
    except Exception:  # noqa: BLE001  whatever an error of a plug-in may do
        copy = None
    if not isinstance(copy, Exception):
        ours = (
            SynthviewError(str(error))
            if isinstance(error, SynthviewError)
            else RuntimeError(repr(error))
        )
        ours.add_note(place)
    return ours
