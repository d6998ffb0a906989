"""Standard streams as they may be found: closed, full, or with a reader that has left."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, TextIO

from synthview.errors import OutputError

__all__ = ["STDERR", "discard_rest", "lossy", "messages_only", "need_output", "prepare"]

STDIN, STDOUT, STDERR = 0, 1, 2
_closed: set[int] = set()
"""Streams that were closed when the command began."""


class _Lossy(io.FileIO):
    """A stream for messages: what cannot be written there is lost, and nothing else happens."""

    def write(self, content: Any) -> int:
        """Write what can be written, and say that all was."""
        with suppress(OSError):
            super().write(content)
        return len(content)


def prepare() -> None:
    """Make all three streams usable, whatever they were, and speak UTF-8 into pipes.

    A closed stream is opened on the null device: otherwise the next file that is opened would take its
    number, and what is meant for the stream would be written into that file. Messages on the standard
    error that cannot be delivered are lost, and the command goes on.
    """
    _open_closed()
    if sys.stderr is sys.__stderr__:
        sys.stderr = lossy(STDERR)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # Never fail over a letter that a terminal cannot show.
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="backslashreplace")


def _open_closed() -> None:
    for number in (STDIN, STDOUT, STDERR):
        try:
            os.fstat(number)
        except OSError:
            _closed.add(number)
            os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free: this one
    if sys.stdin is None:
        sys.stdin = _text(os.devnull, "r")
    if sys.stdout is None:
        sys.stdout = _text(os.devnull, "w")
    if sys.stderr is None:
        sys.stderr = _text(os.devnull, "w")


def _text(place: str, mode: str) -> io.TextIOWrapper:
    raw = io.FileIO(place, mode)
    buffered: Any = io.BufferedReader(raw) if mode == "r" else io.BufferedWriter(raw)
    return io.TextIOWrapper(buffered, encoding="utf-8")


def lossy(number: int, like: TextIO | None = None) -> io.TextIOWrapper:
    """Return a stream on an open file that never fails, with the encoding of another."""
    raw = _Lossy(number, "w", closefd=False)
    encoding, errors = (like.encoding, like.errors) if like else (None, "backslashreplace")
    return io.TextIOWrapper(io.BufferedWriter(raw), encoding, errors, line_buffering=True)


@contextmanager
def messages_only() -> Iterator[None]:
    """Let the standard output carry nothing but messages, which may be lost: what the command makes is elsewhere."""
    whole = sys.__stdout__
    if whole is None or whole is not sys.stdout:
        yield
        return
    whole.flush()
    sys.stdout = lossy(STDOUT, whole)
    try:
        yield
    finally:
        sys.stdout = whole


def need_output(option: str) -> None:
    """Raise OutputError where `option` asks to print data and there is no standard output to print it on."""
    if STDOUT in _closed:
        raise OutputError(f"{option} prints on the standard output, which is closed. Name a file or a directory.")


def discard_rest() -> None:
    """Give up what the standard output does not take, so that the interpreter does not try it again as it ends."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), STDOUT)
        sys.stdout.flush()
