"""Auditions: which households act for an actor or fault, seen by simulating each alone.

A household stands in a row for each actor or fault that it is tried for, and in that row no other
applies. What it does there it does in any world that gives it to that actor or fault, but for what
others do to it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

import numpy as np
import polars as pl

from synthview.block import Block
from synthview.ids import public
from synthview.record.incidents import STILL_MATTERED
from synthview.rows import Flags, Ints
from synthview.world import World

__all__ = ["audition"]

Walked = Callable[[Block], Iterator[tuple[int, Mapping[str, pl.DataFrame]]]]


def audition(
    world: World, tried: Mapping[str, Ints], size: int, walked: Walked
) -> dict[str, Flags]:
    """Tell which of some households act for each name, with so many rows in a block.

    To act is to touch a play, or a message, in the days that `walked` yields. The scenario of the
    world has those who are tried and no others.
    """
    names = np.repeat(np.arange(len(tried)), [len(one) for one in tried.values()])
    households = np.concatenate([np.zeros(0, dtype=np.int64), *tried.values()])
    everybody = {name: np.zeros(0, dtype=np.int64) for name in world.scenario.cast}
    world = replace(world, cast={**everybody, **tried})
    acts = np.zeros(len(households), dtype=bool)
    for start in range(0, len(households), size):
        rows = slice(start, start + size)
        acts[rows] = _acting(world, list(tried), names[rows], households[rows], walked)
    return {name: acts[names == place] for place, name in enumerate(tried)}


def _acting(
    world: World,
    tried: list[str],
    names: Ints,
    households: Ints,
    walked: Walked,
) -> Flags:
    """Whether each row of a block acts for its name."""
    off = {
        name: names != tried.index(name) if name in tried else np.ones(len(names), dtype=bool)
        for name in world.scenario.cast
    }
    block = Block(world, households, _tables(world, tried), off=off)
    account = public(world.scenario.run.seed, "account").apply(households).tolist()
    rows = list(zip((tried[one] for one in names.tolist()), account, strict=True))
    acted: set[tuple[str, int]] = set()
    for _, frames in walked(block):
        acted.update(_acts(frames))
        if acted.issuperset(rows):
            break
    return np.array([row in acted for row in rows], dtype=bool)


def _tables(world: World, tried: list[str]) -> frozenset[str]:
    is_actor = [name in world.scenario.actors for name in tried]
    tables = {"truth.incidents"} if any(is_actor) else set()
    return frozenset(tables if all(is_actor) else tables | {"truth.deliveries"})


def _acts(
    frames: Mapping[str, pl.DataFrame],
) -> Iterator[tuple[str, int]]:
    """Who acted in which account on a day."""
    if (incidents := frames.get("truth.incidents")) is not None:
        begun = incidents.filter(pl.col("what") != STILL_MATTERED).drop_nulls("play_id")
        yield from (begun.select("actor", "account_id").unique().iter_rows())
    if (deliveries := frames.get("truth.deliveries")) is not None:
        yield from (deliveries.select("fault", "account_id").unique().iter_rows())
