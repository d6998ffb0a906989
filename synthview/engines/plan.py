"""A plan: a scenario, the files it becomes, and the options that were given."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from importlib import import_module
from typing import Any, Protocol, cast

import numpy as np
import polars as pl
from numpy.typing import NDArray
from xxhash import xxh3_64_hexdigest

import synthview.pipeline
from synthview.engines.layout import TITLES, Layout, day_text
from synthview.pipeline import Window, World
from synthview.scenario import Scenario
from synthview.stage.casting import named_households
from synthview.tables import table
from synthview.versions import made_with

__all__ = [
    "PIPELINE",
    "Households",
    "Pipeline",
    "Plan",
    "TitlesMet",
    "devices_of",
    "pieces",
    "pipeline_at",
    "rehearse",
    "window_on",
    "world_of",
    "writes_used_titles",
]

PIPELINE = "synthview.pipeline"
MOST_LISTED = 1_000
"""Households of a cast that the settings of a run list."""
Households = range | NDArray[np.int64]
"""Some households by number: a range of a run, or a sample."""


class Pipeline(Protocol):
    """What a module must offer to be run: `synthview.pipeline` does, a test may bring another."""

    def window_of(self, scenario: Scenario, /) -> Window:
        """Return the days that a scenario asks for."""

    def build(self, scenario: Scenario, /) -> World:
        """Return what is the same for all households; it is made once per process."""

    def check_cast(self, world: World, /) -> None:
        """Raise InputError where a scenario's cast finds no room among its households."""

    def name_pools(self, scenario: Scenario, /) -> dict[str, str]:
        """Return digests of the pools that names are drawn from."""

    def titles(self, world: World, window: Window, /) -> pl.DataFrame:
        """Return the catalogue."""

    def settled(
        self, world: World, households: Households, window: Window, /
    ) -> dict[str, pl.DataFrame]:
        """Return the tables of some households that are not cut by day."""

    def walk(
        self, world: World, households: Households, window: Window, tables: frozenset[str], /
    ) -> Iterator[tuple[int, dict[str, pl.DataFrame]]]:
        """Yield the other tables, day by day."""


_OURS: Pipeline = synthview.pipeline


@dataclass(frozen=True)
class Plan:
    """What to make: a scenario, the layout of its files, and the options that it does not show."""

    scenario: Scenario
    layout: Layout
    said: tuple[tuple[str, str], ...] = ()
    pipeline: str = PIPELINE

    def settings(self) -> dict[str, Any]:
        """Everything that decides the bytes: two runs with equal settings are the same run."""
        layout, versions = asdict(self.layout), made_with()
        return {
            "scenario": self.scenario.name,
            "seed": self.scenario.run.seed,
            "households": layout.pop("households"),
            "from": day_text(layout.pop("first_day")),
            "until": day_text(layout.pop("last_day")),
            **layout,
            **self._cast(),
            "tables": list(self.layout.tables),
            "fingerprint": self.scenario.fingerprint(),
            "synthview": versions["synthview"],
            "polars": versions["polars"],
        }

    def _cast(self) -> dict[str, Any]:
        """Which households the cast has, by name; of many their number and a digest."""
        if not self.scenario.cast:
            return {}
        found = named_households(world_of(self.pipeline, self.scenario))
        return {"cast": {name: _listed(rows) for name, rows in found.items()}}


def _listed(households: NDArray[np.int64]) -> list[int] | str:
    if len(households) <= MOST_LISTED:
        return [int(one) for one in households]
    digest = xxh3_64_hexdigest(households.astype("<i8").tobytes())
    return f"{len(households):,} households, digest {digest}"


def pipeline_at(path: str) -> Pipeline:
    """Return our own pipeline, or import another by the name of its module."""
    return _OURS if path == PIPELINE else cast("Pipeline", import_module(path))


@lru_cache(maxsize=2)
def world_of(pipeline: str, scenario: Scenario) -> World:
    """Build the world of a scenario, or take the one built last."""
    return pipeline_at(pipeline).build(scenario)


def pieces(plan: Plan, number: int) -> Iterator[tuple[int | None, dict[str, pl.DataFrame]]]:
    """Yield the tables of a range as they come: those without a day first, then each day's."""
    pipeline, households = pipeline_at(plan.pipeline), plan.layout.range(number)
    world, window = world_of(plan.pipeline, plan.scenario), _window(plan)
    tables = plan.layout.tables
    dated = [name for name in tables if table(name).dated]
    settled = [name for name in tables if name not in dated and name != TITLES]
    if writes_used_titles(plan):
        yield from _with_titles_used(plan, dated, settled)
        return
    if number == 0 and TITLES in tables:
        yield None, {TITLES: pipeline.titles(world, window)}
    if settled:
        found = pipeline.settled(world, households, window)
        yield None, {name: found[name] for name in settled}
    if dated:
        for day, frames in pipeline.walk(world, households, window, frozenset(dated)):
            yield day, {name: frames[name] for name in dated}


def _with_titles_used(
    plan: Plan, dated: Sequence[str], settled: Sequence[str]
) -> Iterator[tuple[int | None, dict[str, pl.DataFrame]]]:
    """Yield the tables of the one range of a run, and at last the titles that they speak about."""
    pipeline, households = pipeline_at(plan.pipeline), plan.layout.range(0)
    world, window, met = world_of(plan.pipeline, plan.scenario), _window(plan), TitlesMet()
    if settled:
        found = pipeline.settled(world, households, window)
        yield None, met.noting({name: found[name] for name in settled})
    walked = dated or ([] if settled else ["log.plays"])
    if walked:
        for day, frames in pipeline.walk(world, households, window, frozenset(walked)):
            noted = met.noting(frames)
            yield day, {name: noted[name] for name in dated}
    yield None, {TITLES: met.titles(pipeline, world, window)}


def writes_used_titles(plan: Plan) -> bool:
    """Whether only titles that other rows speak about are written: in small runs, where asked."""
    layout = plan.layout
    return (
        plan.scenario.run.titles == "used" and layout.range_count == 1 and TITLES in layout.tables
    )


class TitlesMet:
    """The titles that some rows speak about."""

    def __init__(self) -> None:
        self.ids: set[int] = set()

    def noting(self, frames: dict[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
        """Note the titles of some rows, and return the rows."""
        for frame in frames.values():
            for name in ("title_id", "sleep_aid_title_id"):
                if name in frame.columns:
                    self.ids.update(frame[name].drop_nulls().unique().to_list())
        return frames

    def titles(self, pipeline: Pipeline, world: World, window: Window) -> pl.DataFrame:
        """Their rows, and those of what trailers among them are for."""
        every = pipeline.titles(world, window)
        met = pl.col("title_id").is_in(list(self.ids))
        trailed = every.filter(met)["trailer_of"].drop_nulls().to_list()
        return every.filter(met | pl.col("title_id").is_in(trailed))


def rehearse(plan: Plan) -> None:
    """Build the world and one home: what fails for all homes fails before a file is touched.

    Raises InputError and its kinds, such as for names whose package is missing.
    """
    pipeline, world = pipeline_at(plan.pipeline), world_of(plan.pipeline, plan.scenario)
    dropped = set(plan.scenario.run.dropped)
    first = next((one for one in range(plan.layout.households) if one not in dropped), 0)
    pipeline.settled(world, range(first, first + 1), _window(plan))


def devices_of(plan: Plan, number: int) -> pl.DataFrame:
    """log.devices of a range, whether or not the plan has that table."""
    world, households = world_of(plan.pipeline, plan.scenario), plan.layout.range(number)
    return pipeline_at(plan.pipeline).settled(world, households, _window(plan))["log.devices"]


def window_on(plan: Plan, first_day: int, last_day: int) -> Window:
    """Some days as the window of a plan's pipeline; the last is not included."""
    whole = pipeline_at(plan.pipeline).window_of(plan.scenario)
    return replace(whole, first_day=first_day, last_day=last_day)


def _window(plan: Plan) -> Window:
    return window_on(plan, plan.layout.first_day, plan.layout.last_day)
