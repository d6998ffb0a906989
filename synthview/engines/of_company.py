"""The tables of the company in a plan: they need all homes, and lie in files of the first range."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from synthview.engines.layout import Layout
from synthview.office.nightly import Days, Night, company_tables
from synthview.pipeline import Window, World
from synthview.rows import Ints
from synthview.tables import table

if TYPE_CHECKING:
    from synthview.engines.plan import Pipeline

__all__ = ["HomesOnDemand", "KnownDay", "KnownHomes", "company_of", "nights"]

_HOUSEHOLD_DAYS_AT_ONCE = 120_000
_FEWEST_AT_ONCE = 256
KnownDay = tuple[int, dict[str, pl.DataFrame]]


class HomesOnDemand:
    """Rows of homes as a pipeline simulates them."""

    def __init__(self, pipeline: Pipeline, world: World, window: Window) -> None:
        self._pipeline = pipeline
        self._world = world
        self._window = window

    def walk(
        self, households: Ints, tables: frozenset[str], /
    ) -> Iterator[tuple[int, dict[str, pl.DataFrame]]]:
        """Yield the dated tables of some households, day by day."""
        yield from self._pipeline.walk(
            self._world,
            households,
            self._window,
            tables,
        )

    def settled(self, households: Ints, /) -> dict[str, pl.DataFrame]:
        """Return their tables that are not cut by day."""
        return self._pipeline.settled(self._world, households, self._window)

    def titles(self, wanted: Ints, /) -> pl.DataFrame:
        """Return ``log.titles`` with the titles of some public ids."""
        return self._pipeline.titles(self._world, self._window, wanted)


def company_of(names: Sequence[str]) -> list[str]:
    """Those of some tables that are of the company."""
    return [name for name in names if table(name).of_company]


class KnownHomes(HomesOnDemand):
    """The same, where the dated tables of all homes are known already."""

    def __init__(
        self, pipeline: Pipeline, world: World, window: Window, known: Sequence[KnownDay]
    ) -> None:
        super().__init__(pipeline, world, window)
        self._known = known

    def walk(self, _: Ints, tables: frozenset[str], /) -> Iterator[KnownDay]:
        """Yield the dated tables of all households, day by day."""
        for day, frames in self._known:
            yield day, {name: frames[name] for name in tables}


def nights(
    pipeline: Pipeline,
    world: World,
    window: Window,
    layout: Layout,
    known: Sequence[KnownDay] | None,
) -> Iterator[Night]:
    """Yield the company's tables of each day of a run, then those without days.

    `known` are the rows of all homes that they are made from. Without them all homes are simulated,
    some at a time.
    """
    days = Days(layout.first_day, layout.last_day)
    names = company_of(layout.tables)
    if known is not None:
        everyone = _there(world, np.array(layout.homes, dtype=np.int64))
        homes = KnownHomes(pipeline, world, window, known)
        yield from company_tables(
            world,
            homes,
            [everyone],
            days,
            names,
        )
    else:
        bare: Pipeline = getattr(pipeline, "bare", pipeline)
        simulated = HomesOnDemand(bare, world, window)
        yield from company_tables(
            world,
            simulated,
            _portions(world, layout),
            days,
            names,
        )


def _there(world: World, households: Ints) -> Ints:
    """Those of some households that the scenario does not drop."""
    return households[~np.isin(households, world.scenario.run.dropped)]


def _portions(world: World, layout: Layout) -> Iterator[Ints]:
    """All households, as many at a time as have their days in memory."""
    size = max(_HOUSEHOLD_DAYS_AT_ONCE // layout.days, _FEWEST_AT_ONCE)
    for start in range(0, layout.households, size):
        some = layout.homes[start : start + size]
        yield _there(world, np.array(some, dtype=np.int64))
