"""The command as a user types it, in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys

__all__ = ["HEAVY", "run"]

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
