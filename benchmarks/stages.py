"""Times every step of the pipeline for one range of households, as one worker runs it.

`python -m benchmarks` starts it as a process of its own. `python -m benchmarks.stages HOUSEHOLDS
BLOCK` prints JSON.
"""

from __future__ import annotations

import io
import json
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import polars as pl

from synthview import pipeline
from synthview.block import Block
from synthview.registry import installed
from synthview.scenario import load

__all__ = ["time_stages"]


class Clock:
    """Seconds spent under each name."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)

    @contextmanager
    def time(self, name: str) -> Iterator[None]:
        """Add what the lines inside take."""
        started = time.process_time()
        yield
        self.seconds[name] += time.process_time() - started


def time_stages(households: int, block_households: int) -> dict[str, float]:
    """Walk households of `everyday` block by block; return seconds by step and counts of rows."""
    clock, counts = Clock(), dict.fromkeys(("log.events", "log.plays"), 0)
    with clock.time("world"):
        world = pipeline.build(load("everyday", installed(), {"run.seed": 7}))
    window = pipeline.window_of(world.scenario)
    everyone = range(households)
    for start in range(0, households, block_households):
        part = np.array(everyone[start : start + block_households])
        for frames in _walk(world, part, window, clock):
            for path in counts:
                counts[path] += len(frames[path])
            with clock.time("Parquet"):
                _write(frames)
    return {**clock.seconds, **counts}


def _walk(
    world: pipeline.World, households: np.ndarray, window: pipeline.Window, clock: Clock
) -> Iterator[dict[str, pl.DataFrame]]:
    """Do what `pipeline.walk` does for one block, with a clock around each step."""
    with clock.time("homes"):
        block = Block(world, households, pipeline.EVERYTHING)
    for day in range(world.first_day, window.last_day + 1):
        with clock.time("sit down"):
            sessions = block.sit_down(day)
        with clock.time("choose"):
            plays = block.choose(sessions, day, window.last_day)
        if day >= window.first_day - block.look_back_days:
            with clock.time("act"):
                staged = block.act(sessions, plays, day)
            with clock.time("play out"):
                played = block.play_out(staged, day)
            with clock.time("record"):
                block.record(played, day, window.first_day)
        if window.first_day <= day - 1 < window.last_day:
            with clock.time("sort"):
                (frames,) = block.ledger.close(day - 1)
            yield frames


def _write(frames: dict[str, pl.DataFrame]) -> None:
    for frame in frames.values():
        frame.write_parquet(io.BytesIO(), compression="zstd")


if __name__ == "__main__":
    print(json.dumps(time_stages(int(sys.argv[1]), int(sys.argv[2]))))
