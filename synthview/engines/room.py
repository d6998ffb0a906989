"""How much address space a limit of this process (`ulimit -v`) leaves; a look before it is taken.

A library in Rust that finds no memory ends the whole process, where Python would raise an error.
So a table in memory is only begun where there is room for it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

import polars as pl

from synthview.engines.shortage import NO_MEMORY
from synthview.errors import OutOfMemory

if sys.platform != "win32":
    import resource

__all__ = ["check_room"]

_STATE = Path("/proc/self/statm")
"""The size of this process, in pages; Linux has it."""
_BESIDE = 128 * 2**20
"""Bytes that libraries take beside the tables: threads, buffers, modules not yet loaded."""


def check_room(like: Iterable[pl.DataFrame]) -> None:
    """Raise OutOfMemory where a limit leaves no room for more tables like these.

    While they are made, they take twice their size.
    """
    left = _left()
    if left is None:
        return
    size = sum(int(frame.estimated_size()) for frame in like)
    if left < 2 * size + _BESIDE:
        raise OutOfMemory(NO_MEMORY)


def _left() -> int | None:
    """Bytes of address space that this process may still take; None where nothing limits them."""
    if sys.platform == "win32" or not _STATE.exists():
        return None
    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    if limit == resource.RLIM_INFINITY:
        return None
    pages = int(_STATE.read_text().split()[0])
    return limit - pages * resource.getpagesize()
