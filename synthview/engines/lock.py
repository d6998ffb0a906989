"""The lock of a directory: one run at a time writes into it."""

from __future__ import annotations

import os
import stat
import sys
from contextlib import suppress
from pathlib import Path
from typing import IO

from synthview.errors import NotOurs, OutputError

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

__all__ = ["take"]

LONGEST_NUMBER = 20


def take(path: Path) -> IO[bytes]:
    """Lock a file until it is closed or its process ends, however it ends."""
    while True:
        lock = _open_lock(path)
        if not _locked(lock):
            writer = _number_in(lock)
            lock.close()
            raise OutputError(
                f"Another run (process {writer or '?'}) is writing into {path.parent.parent}. Wait for it, or stop it."
            )
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


def _locked(file: IO[bytes]) -> bool:
    try:
        if sys.platform == "win32":
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
