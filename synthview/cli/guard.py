"""Where memory is limited: one process works, and a small one watches it and says how it ended.

A library that gets no memory may end its process at once, so that nothing within can say why; or
its threads wait for each other for ever. A small process waits for the other, passes signals on to
it, ends it where it is stuck, and tells what it could not tell itself.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from typing import IO

from synthview.cli import screen
from synthview.cli.streams import STDERR, lossy
from synthview.cli.stuck import Watch
from synthview.engines.shortage import NO_MEMORY, ran_out
from synthview.errors import OutOfMemory

if sys.platform != "win32":
    import resource

    _LIMITS = (resource.RLIMIT_AS, resource.RLIMIT_DATA, resource.RLIMIT_NPROC)

__all__ = ["guarded", "is_wanted"]

FEW_PROCESSES = 256
"""With fewer, threads included, libraries may fail; usually there are tens of thousands."""
SECONDS_BETWEEN_LOOKS = 5.0
"""How often the small process looks whether the other one still gets on."""
ORDERLY = b"."
"""What a process that has come to its end says before it goes."""
FROM_TERMINAL = 128
"""The code of a signal that the kernel sends, as at Ctrl-C: it reaches both processes by itself."""
LACKING_MEMORY = {one for one in signal.Signals if one.name in {"SIGABRT", "SIGSEGV", "SIGKILL"}}
"""Ends that processes come to when they get no memory."""


def is_wanted() -> bool:
    """Whether memory or threads are limited, as by `ulimit -v`, and this process can still fork."""
    if sys.platform != "linux" or "polars" in sys.modules:
        return False
    memory, data, processes = (resource.getrlimit(one)[0] for one in _LIMITS)
    unlimited = resource.RLIM_INFINITY
    return memory != unlimited or data != unlimited or 0 <= processes < FEW_PROCESSES


def guarded(work: Callable[[], int]) -> int:
    """Do some work in a process of its own, and return its exit code; load no library before."""
    import tempfile

    from synthview.engines.serving import die_with

    heeded = {signal.SIGCHLD, signal.SIGINT, signal.SIGTERM, signal.SIGHUP}
    with tempfile.TemporaryFile() as said:
        hears, says = os.pipe()
        before = signal.pthread_sigmask(signal.SIG_BLOCK, heeded)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        parent = os.getpid()
        try:
            worker = os.fork()
        except OSError:  # not even this process is to be had
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
            return work()
        if not worker:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
            die_with(parent)
            _keep_apart(said)
            code = work()
            os.write(says, ORDERLY)
            return code
        os.close(says)
        code = _wait(worker, heeded)
        is_orderly = os.read(hears, 1) == ORDERLY
        said.seek(0)
        return _report(code, said.read().decode(errors="replace"), is_orderly=is_orderly)


def _keep_apart(said: IO[bytes]) -> None:
    """Write our messages where they always go, and what libraries say past Python into a file."""
    sys.stderr = lossy(os.dup(STDERR), sys.stderr)
    os.dup2(said.fileno(), STDERR)


def _wait(worker: int, heeded: set[signal.Signals]) -> int:
    """Wait for a process, pass signals on to it, and return its exit code or minus its signal."""
    watch = Watch(worker)
    while True:
        heard = signal.sigtimedwait(heeded, SECONDS_BETWEEN_LOOKS)
        if heard is None:
            if watch.is_stuck():
                os.kill(worker, signal.SIGKILL)
            continue
        if heard.si_signo != signal.SIGCHLD:
            if heard.si_code != FROM_TERMINAL:
                os.kill(worker, heard.si_signo)
            continue
        ended, status = os.waitpid(worker, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)


def _report(code: int, said: str, *, is_orderly: bool) -> int:
    """Say what the process that worked could not say, and return the exit code."""
    lacked_memory = ran_out(said) == "memory"
    if said and not (ran_out(said) and code):
        screen.say(said, nl=False, err=True)
    if is_orderly:
        return code
    if not lacked_memory and -code not in LACKING_MEMORY:
        return code if code >= 0 else 128 - code
    how = "" if lacked_memory else f"The command was ended by {signal.Signals(-code).name}. "
    screen.fail(f"{how}{NO_MEMORY}")
    return OutOfMemory.exit_code
