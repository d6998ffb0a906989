"""A pipeline of invented rows, for tests of what carries them: any household and day is made alone, quickly.

Environment variables make it misbehave: ``FAKE_KILL=number:day:file`` kills the process by SIGKILL when it reaches
that range and day (counted from 0), once, leaving `file`; ``FAKE_FAIL`` raises there; ``FAKE_SLEEP`` waits each day.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from synthview.engines.layout import PART_HOUSEHOLDS
from synthview.scenario import Scenario
from synthview.tables import BY_PATH, Column, Table

EPOCH_DAY = 719_163  # ordinal of 1970-01-01
WORDS = [
    "",
    "plain",
    'a "quoted", word',
    "two\nlines",
    "naïve café",
    "日本語",
    "\u202eright to left",
    "😀🎬",
    "=1+1",
    "x" * 40,
]


@dataclass(frozen=True, slots=True)
class Window:
    """Days, as in the real one."""

    first_day: int
    last_day: int


def window_of(scenario: Scenario) -> Window:
    """The scenario's own days."""
    first = scenario.run.start.toordinal() - EPOCH_DAY
    return Window(first, first + scenario.run.days)


class World(int):
    """The world is its seed; in its only country each day is watched as much as any other."""

    region_shares = (1.0,)
    country_of_region = np.zeros(1, dtype=np.int64)

    def lift_of_day(self, _day: int) -> np.ndarray:
        """As on any other day."""
        return np.ones(1)


def build(scenario: Scenario) -> World:
    """The world is its seed."""
    return World(scenario.run.seed)


def name_pools(scenario: object) -> dict[str, str]:
    """No names at all."""
    return {}


def titles(world: int, window: Window) -> pl.DataFrame:
    """Fifty titles."""
    return _rows(BY_PATH["log.titles"], world, np.arange(50), window.first_day)


def settled(world: int, households: range, window: Window) -> dict[str, pl.DataFrame]:
    """One row a household."""
    undated = [one for one in BY_PATH.values() if not one.dated and one.path != "log.titles"]
    return {one.path: _rows(one, world, np.array(households), window.first_day) for one in undated}


def walk(
    world: int, households: range, window: Window, tables: frozenset[str]
) -> Iterator[tuple[int, dict[str, pl.DataFrame]]]:
    """From none to three rows of each table for a household and day."""
    for day in range(window.first_day, window.last_day):
        _misbehave(households.start // PART_HOUSEHOLDS, day - window.first_day)
        owner = np.repeat(np.array(households), (np.array(households) * 7 + day) % 4)
        yield day, {name: _rows(BY_PATH[name], world, owner, day) for name in tables}


def walk_by_part(
    world: int, parts: list[range], window: Window, tables: frozenset[str]
) -> Iterator[tuple[int, list[dict[str, pl.DataFrame]]]]:
    """The same for several parts at once."""
    for days in zip(*(walk(world, one, window, tables) for one in parts), strict=True):
        yield days[0][0], [frames for _, frames in days]


def _misbehave(number: int, day: int) -> None:
    time.sleep(float(os.environ.get("FAKE_SLEEP", "0")))
    if os.environ.get("FAKE_FAIL") == f"{number}:{day}":
        raise ZeroDivisionError("a fault of a plug-in")
    at, _, flag = os.environ.get("FAKE_KILL", "").rpartition(":")
    if at == f"{number}:{day}" and not Path(flag).exists():
        Path(flag).touch()
        os.kill(os.getpid(), signal.SIGKILL)


def _rows(table: Table, world: int, owner: np.ndarray, day: int) -> pl.DataFrame:
    row = np.arange(len(owner)) - np.searchsorted(owner, owner)
    key = _mixed(owner * 1_000_003 + row * 101 + day * 7_919 + world + len(table.path) * 31)
    return pl.DataFrame(
        [_values(one, key, day, place) for place, one in enumerate(table.columns)],
        schema=table.schema,
    )


def _values(column: Column, key: np.ndarray, day: int, place: int) -> pl.Series:
    bits = _mixed(key + place)
    series = pl.Series(column.name, _plain(column, bits, day)).cast(column.dtype)
    return series.set(pl.Series(bits % 3 == 0), None) if column.nullable else series


def _plain(column: Column, bits: np.ndarray, day: int) -> Any:
    kinds: dict[str, Any] = {
        "id": lambda: bits,
        "ids": lambda: [bits[at : at + at % 3].tolist() for at in range(len(bits))],
        "count": lambda: bits % 1000,
        "milliseconds": lambda: bits % 10**10,
        "time": lambda: day * 86_400_000 + bits % 86_400_000,
        "day": lambda: (bits % 20_000).astype(np.int32),
        "text": lambda: pl.Series(WORDS).gather(bits % len(WORDS)),
        "choice": lambda: pl.Series(column.options).gather(bits % max(len(column.options), 1)),
        "claim": lambda: bits % 2 == 0,
        "share": lambda: (bits % 1001) / 1000,
    }
    return kinds[column.kind]()


def _mixed(bits: np.ndarray) -> np.ndarray:
    mixed = bits.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    mixed ^= mixed >> np.uint64(29)
    return (mixed * np.uint64(0xBF58476D1CE4E5B9) >> np.uint64(1)).astype(np.int64)
