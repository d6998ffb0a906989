"""The lock of a directory: one run at a time writes there, and its workers count as that run."""

from __future__ import annotations

import os
import stat
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import IO

from synthview.errors import NotOurs, OutputError

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

__all__ = ["take"]

PATIENCE_SECONDS = 5
"""How long the workers of a run that was killed may take to end before the next run is refused."""
SECONDS_BETWEEN_TRIES = 0.05
LONGEST_NUMBER = 20


def take(path: Path) -> IO[bytes]:
    """Lock a file until it is closed, or this process and all that inherited it have ended, however they end.

    Raises OutputError while another run holds it, NotOurs where something else goes by its name.
    """
    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        lock = _open_lock(path)
        if not _locked(lock):
            writer = _number_in(lock) or ""
            lock.close()
            _wait_for(writer, path.parent.parent, until)
            continue
        with suppress(FileNotFoundError):
            if os.path.samestat(os.fstat(lock.fileno()), path.stat()):
                lock.truncate(0)
                lock.write(str(os.getpid()).encode())
                lock.flush()
                return lock
        lock.close()  # the run before us removed the file while we waited: what we locked is gone
        path.parent.mkdir(parents=True, exist_ok=True)


def _open_lock(path: Path) -> IO[bytes]:
    """Open the lock's file, which holds a number or nothing; what else may go by its name is not written to."""
    flags = os.O_RDWR | os.O_CREAT | os.O_APPEND
    for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_BINARY", "O_NOINHERIT"):
        flags |= getattr(os, name, 0)
    lock = os.fdopen(os.open(path, flags, 0o666), "r+b", buffering=0)
    is_regular = stat.S_ISREG(os.fstat(lock.fileno()).st_mode)
    if not is_regular or _number_in(lock) is None:
        lock.close()
        raise NotOurs(f"{path} is in the way: it is no lock of synthview. Move it elsewhere.")
    return lock


def _number_in(lock: IO[bytes]) -> str | None:
    """The number that a lock's file holds, "" if it is empty, None if it is something else."""
    lock.seek(0)
    text = lock.read(LONGEST_NUMBER + 1).decode(errors="replace").strip()
    is_number = len(text) <= LONGEST_NUMBER and (not text or text.isdecimal())
    return text if is_number else None


def _wait_for(writer: str, directory: Path, until: float) -> None:
    """Give the workers of a run that was killed a moment to end; refuse beside any other run."""
    if _is_alive(writer):
        raise OutputError(
            f"Another run (process {writer or '?'}) is writing into {directory}. Wait for it, or stop it."
        )
    if time.monotonic() > until:
        raise OutputError(
            f"Another run is writing into {directory}: process {writer} is gone, its workers are not. Wait until they end."
        )
    time.sleep(SECONDS_BETWEEN_TRIES)


def _is_alive(process: str) -> bool:
    """Whether a process is there, as far as that can be told."""
    if sys.platform == "win32" or not process.isdecimal():
        return True
    try:
        os.kill(int(process), 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True


def _locked(file: IO[bytes]) -> bool:
    try:
        if sys.platform == "win32":
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
