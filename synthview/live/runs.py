"""Sorted messages of one block and day in a temporary file, read back a slice of the day at a time.

A day of a million households does not fit into memory. So every block writes its messages of a day
in order of receipt, cut at fixed times, and whoever puts the blocks together reads the same slice
of every file.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import polars as pl

from synthview.rows import Ints
from synthview.world.clock import DAY_MS

__all__ = ["Run", "in_order", "in_turn", "write_run"]

MOST_ROWS = 2_000_000
"""Messages of a slice that are put in order at once; a slice with more is cut further."""


@dataclass(frozen=True)
class Run:
    """Where the messages of a block on a day lie: `ends` of slices in bytes, `rows` in each."""

    path: Path
    day: int
    ends: Ints
    rows: Ints

    def read(self, number: int) -> pl.DataFrame:
        """Return the messages of one slice of the day."""
        begin = int(self.ends[number - 1]) if number else 0
        with self.path.open("rb") as file:
            file.seek(begin)
            return pl.read_ipc_stream(io.BytesIO(file.read(int(self.ends[number]) - begin)))


def in_turn(rows: pl.DataFrame) -> pl.DataFrame:
    """Put messages in order of receipt; those of one account at one instant stay as they are."""
    return rows.sort("received_time", "account_id", maintain_order=True)


def write_run(path: Path, day: int, rows: pl.DataFrame, slices: int) -> Run:
    """Write messages that are in order, in so many slices of the day that are equally long."""
    borders = _borders(day, slices)
    cuts = np.searchsorted(rows["received_time"].to_physical().to_numpy(), borders)
    ends = np.zeros(slices, dtype=np.int64)
    with path.open("wb") as file:
        for number in range(slices):
            begin = int(cuts[number])
            end = int(cuts[number + 1])
            if end > begin:
                content = io.BytesIO()
                rows.slice(begin, end - begin).write_ipc_stream(content, compression="lz4")
                file.write(content.getbuffer())
            ends[number] = file.tell()
    return Run(path, day, ends, np.diff(cuts))


def in_order(runs: Sequence[Run], from_ms: int, until_ms: int) -> Iterator[pl.DataFrame]:
    """Yield the messages of a day between two instants, over all blocks and in order of receipt.

    However the households are cut into blocks, the order is the same.
    """
    slices = len(runs[0].rows)
    borders = _borders(runs[0].day, slices)
    for number in range(slices):
        span = max(int(borders[number]), from_ms), min(int(borders[number + 1]), until_ms)
        filled = [one for one in runs if one.rows[number]]
        count = sum(int(one.rows[number]) for one in filled)
        if span[0] < span[1] and count:
            for begin, end in _spans(*span, -(-count // MOST_ROWS)):
                yield _between(filled, number, begin, end)


def _between(runs: Sequence[Run], number: int, begin_ms: int, end_ms: int) -> pl.DataFrame:
    """The messages of a slice that were received from one instant to another."""
    received = pl.col("received_time").to_physical()
    wanted = received.is_between(begin_ms, end_ms, closed="left")
    return in_turn(pl.concat([one.read(number).filter(wanted) for one in runs]))


def _spans(begin_ms: int, end_ms: int, count: int) -> list[tuple[int, int]]:
    borders = np.linspace(begin_ms, end_ms, count + 1).astype(np.int64).tolist()
    return list(pairwise(borders))


def _borders(day: int, slices: int) -> Ints:
    """The instants between slices of a day, its two ends included."""
    return day * DAY_MS + np.arange(slices + 1) * DAY_MS // slices
