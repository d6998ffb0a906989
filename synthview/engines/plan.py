"""A run as it is asked for: a scenario, the files it becomes, and the words that ask for it again."""

from __future__ import annotations

import platform
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from importlib import import_module
from importlib.metadata import version
from typing import Any, Protocol, cast

import numpy as np
import polars as pl
from numpy.typing import NDArray

from synthview import __version__
from synthview.engines.layout import TITLES, Layout, day_text
from synthview.scenario import Scenario
from synthview.tables import table

__all__ = [
    "PIPELINE",
    "Households",
    "Pipeline",
    "Plan",
    "devices_of",
    "made_with",
    "pieces",
    "pipeline_at",
    "rehearse",
    "window_on",
    "world_of",
]

PIPELINE = "synthview.pipeline"
Households = range | NDArray[np.int64]
"""Some households by number: a range of a run, or a sample."""


class Pipeline(Protocol):
    """What a module must offer to be run: `synthview.pipeline` does."""

    def window_of(self, scenario: Any) -> Any:
        """The days a scenario asks for: a dataclass with first_day and last_day, the last excluded."""

    def build(self, scenario: Any) -> Any:
        """Whatever is made once per process."""

    def check_cast(self, world: Any) -> None:
        """Raise InputError where a scenario's cast finds no room among its households."""

    def name_pools(self, scenario: Any) -> dict[str, str]:
        """Digests of the pools its names are drawn from."""

    def titles(self, world: Any, window: Any) -> pl.DataFrame:
        """The catalogue."""

    def settled(self, world: Any, households: Households, window: Any) -> dict[str, pl.DataFrame]:
        """The tables of some households that are not cut by day."""

    def walk(
        self, world: Any, households: Households, window: Any, tables: frozenset[str]
    ) -> Iterator[tuple[int, dict[str, pl.DataFrame]]]:
        """The other tables, day by day."""


@dataclass(frozen=True)
class Plan:
    """What to make: the scenario, the layout of its files, and the options said that a layout does not show."""

    scenario: Scenario
    layout: Layout
    said: tuple[tuple[str, str], ...] = ()
    pipeline: str = PIPELINE

    def settings(self) -> dict[str, Any]:
        """Everything that decides the bytes: two runs with equal settings are the same run."""
        layout = asdict(self.layout)
        return {
            "scenario": self.scenario.name,
            "seed": self.scenario.run.seed,
            "households": layout.pop("households"),
            "from": day_text(layout.pop("first_day")),
            "until": day_text(layout.pop("last_day")),
            **layout,
            "tables": list(self.layout.tables),
            "fingerprint": self.scenario.fingerprint(),
            "synthview": made_with()["synthview"],
            "polars": pl.__version__,
        }


def made_with() -> dict[str, str]:
    """The versions that decide the bytes."""
    return {
        "synthview": __version__,
        "numpy": np.__version__,
        "polars": pl.__version__,
        "python": platform.python_version(),
        "tzdata": version("tzdata"),
    }


def pipeline_at(path: str) -> Pipeline:
    """Import a pipeline by the name of its module."""
    return cast("Pipeline", import_module(path))


@lru_cache(maxsize=2)
def world_of(pipeline: str, scenario: Scenario) -> Any:
    """Build the world of a scenario, or take the one built last."""
    return pipeline_at(pipeline).build(scenario)


def pieces(plan: Plan, number: int) -> Iterator[tuple[int | None, dict[str, pl.DataFrame]]]:
    """Yield the tables of a range as they come: those without a day first, then each day's."""
    pipeline, households = pipeline_at(plan.pipeline), plan.layout.range(number)
    world, window = world_of(plan.pipeline, plan.scenario), _window(plan)
    dated = frozenset(name for name in plan.layout.tables if table(name).dated)
    settled = [name for name in plan.layout.tables if name not in dated and name != TITLES]
    if number == 0 and TITLES in plan.layout.tables:
        yield None, {TITLES: pipeline.titles(world, window)}
    if settled:
        found = pipeline.settled(world, households, window)
        yield None, {name: found[name] for name in settled}
    if dated:
        for day, frames in pipeline.walk(world, households, window, dated):
            yield day, {name: frames[name] for name in plan.layout.tables if name in dated}


def rehearse(plan: Plan) -> None:
    """Build the world and one of its homes: what fails for every home fails here, before a file is touched.

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


def window_on(plan: Plan, first_day: int, last_day: int) -> Any:
    """Some days as the window of a plan's pipeline; the last is not included."""
    whole = pipeline_at(plan.pipeline).window_of(plan.scenario)
    return replace(whole, first_day=first_day, last_day=last_day)


def _window(plan: Plan) -> Any:
    return window_on(plan, plan.layout.first_day, plan.layout.last_day)
