"""A stretch: some days of one block of households, simulated into files, and what it carries on.

Between stretches a block rests in a file. So memory holds the blocks that are being worked on and
no others, and any process can go on with any block.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

import numpy as np
import polars as pl

from synthview.block import Block
from synthview.engines.plan import PIPELINE, world_of
from synthview.live.runs import Run, in_turn, write_run
from synthview.pipeline import BLOCK_HOUSEHOLDS, World, advance
from synthview.record.devices import device_records
from synthview.rows import Ints
from synthview.scenario import Scenario
from synthview.world.clock import DAY_MS

__all__ = ["EVENTS", "BlockDays", "Ran", "Supply"]

EVENTS = "log.events"
OF_DEVICE = ("device_type", "model", "app_version")
"""What some formats say of the device of a message: as it was when that was received."""


@dataclass(frozen=True)
class Supply:
    """What all stretches of a stream share.

    The first day that is wanted, and in how many slices a day is cut. `with_devices` puts the
    model and version of the device beside each message.
    """

    scenario: Scenario
    folder: Path
    first_day: int
    slices: int
    with_devices: bool
    block_households: int = BLOCK_HOUSEHOLDS

    @property
    def blocks(self) -> int:
        """How many blocks the households make."""
        return -(-self.scenario.run.households // self.block_households)

    def households(self, number: int) -> Ints:
        """The households of a block, without those that the scenario drops."""
        run, size = self.scenario.run, self.block_households
        some = np.arange(number * size, min(run.households, (number + 1) * size))
        return np.setdiff1d(some, run.dropped)


@dataclass(frozen=True)
class Ran:
    """What a stretch made: the messages of a block, one file for each of its days."""

    number: int
    days: range
    runs: tuple[Run, ...]


@dataclass(frozen=True)
class BlockDays:
    """Some UTC days of one block; the days before them have been simulated, or are none."""

    supply: Supply
    number: int
    days: range

    def perform(self) -> Iterator[Ran]:
        """Simulate the days, write their messages, and put the block away for the next ones."""
        world = world_of(PIPELINE, self.supply.scenario)
        resting = Resting(self.supply.folder / f"block-{self.number:06}", world)
        block, next_day = resting.wake() or (self._block(world), world.first_day)
        runs = tuple(self._simulated(block, next_day))
        resting.lay_down(block, self.days.stop + 1)
        yield Ran(self.number, self.days, runs)

    def _block(self, world: World) -> Block:
        return Block(world, self.supply.households(self.number), frozenset({EVENTS}))

    def _simulated(self, block: Block, next_day: int) -> Iterator[Run]:
        # A UTC day is complete once the local day after it is: see the pipeline.
        for day in range(next_day, self.days.stop + 1):
            advance(block, day, self.supply.first_day, last_day=self.days.stop)
            if self.days.start <= day - 1:
                (received,) = block.ledger.close(day - 1)
                rows = in_turn(received[EVENTS])
                yield self._written(day - 1, self._beside_devices(block, rows))

    def _written(self, day: int, rows: pl.DataFrame) -> Run:
        path = self.supply.folder / f"run-{day}-{self.number:06}"
        return write_run(path, day, rows, self.supply.slices)

    def _beside_devices(self, block: Block, rows: pl.DataFrame) -> pl.DataFrame:
        if not self.supply.with_devices:
            return rows
        known = device_records(
            block.world,
            block.homes,
            block.company.guests,
            block.instants,
            self.days.stop * DAY_MS,
        )
        return _as_of_receipt(rows, known)


def _as_of_receipt(rows: pl.DataFrame, devices: pl.DataFrame) -> pl.DataFrame:
    """Put the state of its device beside each message: the last one known, or else the first."""
    states = devices.select("device_id", "valid_from", *OF_DEVICE).sort("valid_from")
    first = states.unique("device_id", keep="first").drop("valid_from")
    then = rows.join_asof(
        states,
        left_on="received_time",
        right_on="valid_from",
        by="device_id",
        check_sortedness=False,
    ).drop("valid_from")
    beside = then.join(first, on="device_id", how="left", suffix="_first", maintain_order="left")
    filled = [pl.coalesce(name, f"{name}_first").alias(name) for name in OF_DEVICE]
    return beside.with_columns(filled).drop([f"{name}_first" for name in OF_DEVICE])


class Resting:
    """The file of a block that waits for its next days, without the world that all blocks share."""

    def __init__(self, path: Path, world: World) -> None:
        self.path = path
        self.world = world

    def wake(self) -> tuple[Block, int] | None:
        """Return the block and the local day it goes on with; None if it was never put away."""
        if not self.path.exists():
            return None
        with self.path.open("rb") as file:
            found = _Reader(file, self.world).load()
        return cast("tuple[Block, int]", found)

    def lay_down(self, block: Block, next_day: int) -> None:
        """Put a block away until somebody asks for the days from `next_day` on."""
        with self.path.open("wb") as file:
            _Writer(file, self.world).dump((block, next_day))


class _Writer(pickle.Pickler):
    """Writes everything but the world, for which it leaves a mark."""

    def __init__(self, file: IO[bytes], world: World) -> None:
        super().__init__(file, pickle.HIGHEST_PROTOCOL)
        self._world = world

    def persistent_id(self, thing: Any) -> str | None:
        return "world" if thing is self._world else None


class _Reader(pickle.Unpickler):
    """Reads what `_Writer` wrote in this stream, and puts the world where its mark is."""

    def __init__(self, file: IO[bytes], world: World) -> None:
        super().__init__(file)
        self._world = world

    def persistent_load(self, _: Any) -> World:
        return self._world
