"""Running short of memory, threads or open files: how libraries report it, and what we say."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from synthview.errors import OutOfMemory, SynthviewError

__all__ = ["NO_MEMORY", "in_words", "is_panic", "ran_out", "told_in_words"]

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
)
"""Errors of polars and DuckDB, by name, so that neither is loaded to recognise them."""

NO_MEMORY = "There is not enough memory. Use fewer --workers or --households."
NO_THREADS = (
    "The system does not let this process start another thread or process. Fewer --workers need "
    "fewer; `ulimit -u`, or the limit of the container, says how many there may be."
)
NO_FILES = (
    "Too many files are open at once. Fewer --workers need fewer; "
    "`ulimit -n` says how many there may be."
)


def is_panic(error: BaseException) -> bool:
    """Whether a library written in Rust gave up; its exception is no Exception."""
    return type(error).__name__ == "PanicException"


def in_words(error: BaseException) -> SynthviewError | None:
    """Return the error to raise in place of one that reports a shortage; None for any other."""
    if isinstance(error, SynthviewError):
        return None
    what = next((found for one in _chain(error) if (found := _what_ran_out(one))), None)
    if what == "memory":
        return OutOfMemory(NO_MEMORY)
    if what is None:
        return None
    return SynthviewError(NO_THREADS if what == "threads" else NO_FILES)


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
    """Name what ran out by what a library says: "memory", "threads" or "files"; None for others."""
    words = text.lower()
    return next(
        (what for what, signs in _SIGNS.items() if any(one in words for one in signs)), None
    )


@contextmanager
def told_in_words() -> Iterator[None]:
    """Raise OutOfMemory, or another SynthviewError, in place of a library's own error."""
    try:
        yield
    except BaseException as error:
        told = in_words(error)
        if told is None:
            raise
        raise told from error
