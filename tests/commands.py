"""The command as a user types it, in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable

__all__ = ["HEAVY", "Told", "run"]

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
