"""A pipeline of which the company has forgotten what it had to by the end of the run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from types import ModuleType

import numpy as np
import polars as pl

from synthview.office.forgetting import Forgetting, forgets
from synthview.pipeline import Households, Window, World
from synthview.rows import Ints
from synthview.scenario import Scenario

__all__ = ["ForgetfulPipeline"]

Tables = dict[str, pl.DataFrame]


class ForgetfulPipeline:
    """The rows of `bare`, without those that are not kept until the last day of the run is over.

    In a scenario in which nothing is forgotten it is the same.
    """

    def __init__(self, bare: ModuleType) -> None:
        self.bare = bare

    def window_of(self, scenario: Scenario, /) -> Window:
        """Return the days that a scenario asks for."""
        window: Window = self.bare.window_of(scenario)
        return window

    def build(self, scenario: Scenario, /) -> World:
        """Return what is the same for all households."""
        world: World = self.bare.build(scenario)
        return world

    def check_cast(self, world: World, /) -> None:
        """Raise InputError where a scenario's cast finds no room among its households."""
        self.bare.check_cast(world)

    def name_pools(self, scenario: Scenario, /) -> dict[str, str]:
        """Return digests of the pools that names are drawn from."""
        pools: dict[str, str] = self.bare.name_pools(scenario)
        return pools

    def titles(self, world: World, window: Window, wanted: Ints | None = None, /) -> pl.DataFrame:
        """Return the catalogue, or of it the titles of some public ids."""
        titles: pl.DataFrame = self.bare.titles(world, window, wanted)
        return titles

    def settled(self, world: World, households: Households, window: Window, /) -> Tables:
        """Return the tables of some households that are not cut by day."""
        found: Tables = self.bare.settled(world, households, window)
        forgetting = self._forgetting(world, households)
        return (
            self._kept(
                world,
                forgetting,
                None,
                found,
            )
            if forgetting
            else found
        )

    def walk(
        self, world: World, households: Households, window: Window, tables: frozenset[str], /
    ) -> Iterator[tuple[int, Tables]]:
        """Yield the other tables, day by day."""
        walk: Iterator[tuple[int, Tables]] = self.bare.walk(
            world,
            households,
            window,
            tables,
        )
        forgetting = self._forgetting(world, households)
        if forgetting is None:
            yield from walk
            return
        for day, frames in walk:
            yield (
                day,
                self._kept(
                    world,
                    forgetting,
                    day,
                    frames,
                ),
            )

    def walk_by_part(
        self, world: World, parts: Sequence[Households], window: Window, tables: frozenset[str], /
    ) -> Iterator[tuple[int, Iterable[Tables]]]:
        """Yield the same for several parts, each with tables of its own."""
        walk: Iterator[tuple[int, Iterable[Tables]]]
        walk = self.bare.walk_by_part(
            world,
            parts,
            window,
            tables,
        )
        if not forgets(world.scenario):
            yield from walk
            return
        of_parts = [self._forgetting(world, part) for part in parts]
        for day, found in walk:
            yield day, map(partial(self._kept_on, world, day), of_parts, found)

    def _kept_on(
        self, world: World, day: int, forgetting: Forgetting | None, frames: Tables
    ) -> Tables:
        assert forgetting is not None
        return self._kept(
            world,
            forgetting,
            day,
            frames,
        )

    def _forgetting(self, world: World, households: Households) -> Forgetting | None:
        """What is forgotten of some households; None where nothing ever is."""
        if not forgets(world.scenario):
            return None
        return Forgetting(world, np.asarray(households, dtype=np.int64))

    def _kept(
        self, world: World, forgetting: Forgetting, day: int | None, frames: Tables
    ) -> Tables:
        until = self.window_of(world.scenario).last_day
        return {
            name: forgetting.kept(
                name,
                rows,
                day,
                until,
            )
            for name, rows in frames.items()
        }
