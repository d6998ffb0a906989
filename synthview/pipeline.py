"""The story of synthview, from a scenario to the rows of a day: people, plays, what is recorded.

A block of households is walked one local day after another. Reality comes first: who sits down,
what they pick, what actors add and change, what the player makes of it. Then the record: what the
service receives of it, and when. Rows wait in a ledger until the UTC day on which they were
received is over.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from synthview.auditions import audition
from synthview.block import Block, Edges
from synthview.record.names import name_pools
from synthview.record.titles import title_records
from synthview.rows import Flags, Ints
from synthview.scenario import Scenario
from synthview.stage.casting import check_cast
from synthview.tables import TABLES
from synthview.world import World
from synthview.world import build as build_world
from synthview.world.clock import DAY_MS, day_number

__all__ = [
    "Window",
    "World",
    "advance",
    "build",
    "check_cast",
    "name_pools",
    "received_days",
    "settled",
    "titles",
    "walk",
    "walk_by_part",
    "window_of",
]

EVERYTHING = frozenset(table.path for table in TABLES)
BLOCK_HOUSEHOLDS = 10_240
"""Homes that decide together: of few, a day costs more steps than rows. Messages are made in slices
of fewer, see `synthview.record.ledger`."""

Households = range | np.ndarray
Tables = dict[str, pl.DataFrame]


@dataclass(frozen=True, slots=True)
class Window:
    """The days of a run: days since 1970-01-01 UTC, the first included, the last not.

    `since_day` is the first day of what these days are laid over; they themselves if None.
    """

    first_day: int
    last_day: int
    since_day: int | None = None


def window_of(scenario: Scenario) -> Window:
    """The window that a scenario asks for."""
    first = day_number(scenario.run.start)
    return Window(first, first + scenario.run.days)


def build(scenario: Scenario) -> World:
    """Make the world of a scenario; once per run, and once in each worker."""
    return replace(build_world(scenario), acting=_acting)


def titles(world: World, window: Window, wanted: np.ndarray | None = None) -> pl.DataFrame:
    """log.titles, the same for all households; all of them, or those with some public ids."""
    return title_records(world, window.last_day * DAY_MS, wanted)


def settled(world: World, households: Households, window: Window) -> Tables:
    """Tables of change rows for some households: accounts, profiles, devices and their truth."""
    until_ms = window.last_day * DAY_MS
    tables = []
    for part in _blocks(world, households, BLOCK_HOUSEHOLDS):
        block = Block(world, part, frozenset())
        tables.append(block.records(until_ms))
    return _below_each_other(tables)


def walk(
    world: World,
    households: Households,
    window: Window,
    tables: frozenset[str] = EVERYTHING,
    *,
    block_households: int = BLOCK_HOUSEHOLDS,
    edges: Edges | None = None,
) -> Iterator[tuple[int, Tables]]:
    """Yield each received UTC day of the window with its dated tables for some households.

    How the households are cut into blocks never shows in the rows. `edges` are those of a dataset
    of the scenario unless said.
    """
    parts = _blocks(world, households, block_households)
    kept = edges or _edges(world.scenario)
    blocks = [Block(world, part, tables, edges=kept) for part in parts]
    walks = [received_days(block, window) for block in blocks]
    for days in zip(*walks, strict=True):
        day, _ = days[0]
        yield day, _below_each_other([frames for _, frames in days])


def walk_by_part(
    world: World,
    parts: Sequence[Households],
    window: Window,
    tables: frozenset[str] = EVERYTHING,
) -> Iterator[tuple[int, Iterable[Tables]]]:
    """The same for several parts, each with tables of its own; their homes decide together.

    Parts are in order of their households, and none is empty. Those of a day are made one after
    another, before the next day is asked for.
    """
    if len(parts) == 1:
        for day, frames in walk(world, parts[0], window, tables):
            yield day, [frames]
        return
    everyone = np.concatenate([np.array(part) for part in parts])
    (homes,) = _blocks(world, everyone, len(everyone))
    begins = [int(part[0]) for part in parts]
    edges = _edges(world.scenario)
    block = Block(world, homes, tables, part_begins=begins, edges=edges)
    yield from _received_days(block, window)


def _edges(scenario: Scenario) -> Edges:
    """What a dataset has of plays at the edges of its days."""
    return "closed" if scenario.run.closed else "told"


def received_days(block: Block, window: Window) -> Iterator[tuple[int, Tables]]:
    """Simulate one block day after day, and yield each received UTC day with its dated tables."""
    for day, parts in _received_days(block, window):
        yield day, _below_each_other(list(parts))


def _received_days(block: Block, window: Window) -> Iterator[tuple[int, Iterable[Tables]]]:
    for day in range(block.world.first_day, window.last_day + 1):
        advance(block, day, window.first_day, window.since_day, window.last_day)
        # A local day east of Greenwich begins while it is still yesterday in UTC:
        # only now is yesterday complete.
        if window.first_day <= day - 1 < window.last_day:
            yield day - 1, block.ledger.close(day - 1)


def advance(
    block: Block,
    day: int,
    first_day: int,
    since_day: int | None = None,
    last_day: int | None = None,
) -> None:
    """Simulate one local day of a block, and enter what the days from `first_day` on receive.

    What began before `since_day` began before all that is written; None for `first_day`. `last_day`
    is the last that will be asked for, where that is known.
    """
    sessions = block.sit_down(day)
    plays = block.choose(sessions, day, last_day)
    if day >= first_day - block.look_back_days:
        staged = block.act(sessions, plays, day)
        played = block.play_out(staged, day)
        block.record(played, day, first_day, since_day)


def _acting(world: World, tried: Mapping[str, Ints]) -> Mapping[str, Flags]:
    """Which of some households act for each of the cast, in the days in which it must."""
    run = world.scenario.run
    first = day_number(run.cast_from or run.start)
    window = Window(first, first + (run.cast_days or run.days))
    return audition(world, tried, BLOCK_HOUSEHOLDS, lambda block: received_days(block, window))


def _blocks(world: World, households: Households, size: int) -> list[np.ndarray]:
    """The ids of households, cut into blocks, without those that the scenario drops.

    Where there are none, they are one block of none.
    """
    parts = [
        np.array(households[start : start + size], dtype=np.int64)
        for start in range(0, max(len(households), 1), size)
    ]
    dropped = world.scenario.run.dropped
    if not dropped:
        return parts
    return [part[~np.isin(part, dropped)] for part in parts]


def _below_each_other(parts: list[Tables]) -> Tables:
    """The rows of all blocks, table by table."""
    if len(parts) == 1:
        return parts[0]
    return {path: pl.concat([part[path] for part in parts]) for path in parts[0]}
