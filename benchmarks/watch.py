"""Runs a command as a user would, and measures its time and the memory of all its processes."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import psutil

__all__ = ["Run", "run"]

ROOT = Path(__file__).parent.parent
EVERY_S = 0.05


@dataclass(frozen=True, slots=True)
class Run:
    """How one command went.

    `cpu_seconds` are those of the processor in all its processes, `peak_bytes` the largest sum of
    their resident memory.
    """

    seconds: float
    cpu_seconds: float
    peak_bytes: int
    output: str


def run(arguments: Sequence[str], *, watch_memory: bool = False, one_thread: bool = False) -> Run:
    """Run Python, or the command of another package, to its end.

    `one_thread` lets polars have one, as each worker has it. A failure ends the benchmark with what
    the command said.
    """
    told = {**os.environ, "PYTHONPATH": str(ROOT)}
    if one_thread:
        told["POLARS_MAX_THREADS"] = "1"
    program = _program(arguments)
    with tempfile.TemporaryFile() as output:
        before = _of_children()
        started = time.perf_counter()
        process = psutil.Popen(
            program,
            env=told,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        peak = _watch(process) if watch_memory else 0
        code = process.wait()
        seconds = time.perf_counter() - started
        spent = _of_children() - before
        said = _read(output)
    if code:
        sys.exit(f"{program[0]} {' '.join(arguments)} ended with {code}:\n{said}")
    return Run(seconds, spent, peak, said)


def _program(arguments: Sequence[str]) -> list[str]:
    """The command itself: a program beside this Python, or Python with these arguments."""
    beside = Path(sys.executable).with_name(arguments[0])
    if beside.is_file():
        return [str(beside), *arguments[1:]]
    return [sys.executable, *arguments]


def _of_children() -> float:
    """The processor's seconds of all processes that have ended."""
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


def _watch(process: psutil.Popen) -> int:
    peak = 0
    while process.poll() is None:
        peak = max(peak, _resident(process))
        time.sleep(EVERY_S)
    return peak


def _resident(process: psutil.Popen) -> int:
    """Sum the resident memory of a process and its descendants; skip those that just ended."""
    total = 0
    try:
        for one in (process, *process.children(recursive=True)):
            total += one.memory_info().rss
    except psutil.NoSuchProcess:
        pass
    return total


def _read(output: IO[bytes]) -> str:
    output.seek(0)
    return output.read().decode(errors="replace")
