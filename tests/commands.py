"""The command as a user types it, in a process of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from typing import Any

__all__ = ["HEAVY", "Told", "heed_ctrl_c", "run", "started"]

Told = Callable[..., tuple[object, str, str]]
"""A command line run in this process: its exit code, and what it printed on stdout and stderr."""

HEAVY = ("numpy", "polars", "pydantic", "pyarrow", "duckdb")


def run(*words: str, expect: int = 0, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run synthview with some words; it must end with the code expected, and never with a traceback."""
    told = subprocess.run(
        [sys.executable, "-m", "synthview", *words],
        env={**os.environ, **environment}, capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert told.returncode == expect, told.stderr
    assert "Traceback" not in told.stderr
    return told


def heed_ctrl_c() -> None:
    """Heed Ctrl-C in a process just born, as a command in a terminal does.

    A shell without job control has what it starts in the background ignore Ctrl-C, and so would all
    commands of tests that run there.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)


def started(
    words: list[str], *, heeds_ctrl_c: bool = True, **options: Any
) -> subprocess.Popen[Any]:
    """Start a process that a test may stop by Ctrl-C, or not, wherever the test itself runs."""
    how = signal.default_int_handler if heeds_ctrl_c else signal.SIG_IGN
    before = signal.signal(signal.SIGINT, how)  # a new program has the usual in a handler's place
    try:
        return subprocess.Popen(words, **options)
    finally:
        signal.signal(signal.SIGINT, before)
