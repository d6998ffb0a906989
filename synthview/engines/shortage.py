"""Running short of memory, threads, open files or disk: how libraries report it, what we say."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from synthview.errors import NoSpace, OutOfMemory, SynthviewError
from synthview.outside.places import GO_ON

__all__ = ["NO_MEMORY", "errors_in_words", "in_words", "is_panic", "ran_out"]

_SIGNS = {
    "memory": (
        "memory allocation",
        "out of memory",
        "not enough memory",
        "cannot allocate memory",
        "failed to allocate",
        "allocation error",
        "allocation failed",
        "bad_alloc",
        "failed to map segment",
        "<jemalloc>",
    ),
    "threads": (
        "can't start new thread",
        "threadpoolbuilderror",
        "resource temporarily unavailable",
    ),
    "files": ("too many open files",),
    "disk": (
        "database or disk is full",
        "disk i/o error",
        "no space left on device",
        "disk quota exceeded",
    ),
}
"""Words by which libraries in Rust, C and C++ say what ran out, in small letters.

Compressors report it as an allocation error.
"""
_BY_NUMBER = {
    errno.ENOMEM: "memory",
    errno.EAGAIN: "threads",
    errno.EMFILE: "files",
    errno.ENFILE: "files",
}
_FROM_LIBRARIES = (
    "PanicException",
    "ComputeError",
    "OutOfMemoryException",
    "SchemaError",
    "IOException",
    "OperationalError",
    "DeltaError",
)
"""Errors of polars, DuckDB, SQLite and Delta, by name, so that none is loaded to recognise them."""

NO_MEMORY = "There is not enough memory. Use fewer --workers or --households."
NO_THREADS = (
    "The system does not let this process start another thread or process. Fewer --workers need "
    "fewer; `ulimit -u`, or the limit of the container, says how many there may be."
)
NO_FILES = (
    "Too many files are open at once. Fewer --workers need fewer; "
    "`ulimit -n` says how many there may be."
)

NO_DISK = (
    "The disk is full, or a file may not be larger (`ulimit -f` says how large). "
    f"{GO_ON} once there is space."
)
_TOLD = {"threads": SynthviewError, "files": SynthviewError, "memory": OutOfMemory, "disk": NoSpace}
_WORDS = {"threads": NO_THREADS, "files": NO_FILES, "memory": NO_MEMORY, "disk": NO_DISK}


def is_panic(error: BaseException) -> bool:
    """Whether a library written in Rust gave up; its exception is no Exception."""
    return type(error).__name__ == "PanicException"


def in_words(error: BaseException) -> SynthviewError | None:
    """Return the error to raise in place of one that reports a shortage; None for any other."""
    if isinstance(error, SynthviewError):
        return None
    what = next((found for one in _chain(error) if (found := _what_ran_out(one))), None)
    return None if what is None else _TOLD[what](_WORDS[what])


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Yield an error, and those that it came of."""
    seen: set[int] = set()
    now: BaseException | None = error
    while now is not None and id(now) not in seen:
        yield now
        seen.add(id(now))
        now = now.__cause__ or now.__context__


def _what_ran_out(error: BaseException) -> str | None:
    if isinstance(error, MemoryError):
        return "memory"
    if isinstance(error, SystemError):  # a library in C that had no memory even to say so
        return "memory"
    if isinstance(error, OSError):
        return _BY_NUMBER.get(error.errno or 0)
    if isinstance(error, RuntimeError | ImportError) or type(error).__name__ in _FROM_LIBRARIES:
        return ran_out(str(error))
    return None


def ran_out(text: str) -> str | None:
    """Name what ran out by what a library says: "memory", "threads", "files", "disk"; or None."""
    words = text.lower()
    return next(
        (what for what, signs in _SIGNS.items() if any(one in words for one in signs)), None
    )


@contextmanager
def errors_in_words() -> Iterator[None]:
    """Raise OutOfMemory, or another SynthviewError, in place of a library's own error."""
    try:
        yield
    except BaseException as error:
        ours = in_words(error)
        if ours is None:
            raise
        raise ours from error
