"""A trial: one actor or fault in small worlds, to see what it does and what it leaves alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, cast

import numpy as np
import polars as pl

from synthview.checks.spoiling import spoilt
from synthview.exposed import Exposed, name_of
from synthview.ids import public
from synthview.log.damage import Fault
from synthview.pipeline import (
    BLOCK_HOUSEHOLDS,
    EVERYTHING,
    Window,
    World,
    build,
    settled,
    walk,
    window_of,
)
from synthview.registry import installed, with_one
from synthview.rows import Ints
from synthview.scenario import Registry, Scenario, load, resolve
from synthview.scenario.files import Layer, layers
from synthview.scenario.settings import Setting, settings_of
from synthview.stage.actor import Actor

__all__ = ["ACTS", "SimulatedHomes", "Trial"]

ACTS = frozenset({"truth.plays", "truth.incidents", "truth.deliveries"})
_BEFORE = 2
"""Days told before and after those of a trial: what was done at either end shows in it."""
_SMALL = {
    "people.sign_up_days": 0,
    "catalogue.film_count": 300,
    "catalogue.series_count": 80,
    "run.warm_up_days": 2,
}
_FEW_HOUSEHOLDS, _FEW_DAYS = 48, 2
_RATE = 0.5
"""How often it acts where a trial says nothing of it, or as often as it may."""


@dataclass(frozen=True)
class SimulatedHomes:
    """Some homes and what became of them: `tables` have a few days more than those `inside`.

    `lines` are those of text files that a fault at the sink damaged.
    """

    world: World
    homes: pl.DataFrame
    tables: Mapping[str, pl.DataFrame]
    inside: Mapping[str, pl.DataFrame]
    lines: pl.DataFrame

    def households(self, accounts: pl.Series) -> Ints:
        """Numbers of the households of some accounts."""
        ids = public(self.world.scenario.run.seed, "account").invert(accounts.unique().to_numpy())
        return np.sort(ids)


@dataclass(frozen=True)
class Trial:
    """A class of actor or fault, with settings at which it shows in some homes and days."""

    declared: type[Exposed]
    settings: Mapping[str, Any] = field(default_factory=dict)
    households: int = 260
    days: int = 4
    seed: int = 5
    stated: Mapping[str, Any] = field(default_factory=dict)
    """More settings of the scenarios it is tried in, by dotted path."""
    entries: Mapping[str, Any] = field(default_factory=dict)
    """Titles and dated events that these scenarios have, as in a file of a scenario."""

    @property
    def name(self) -> str:
        """The name it goes by."""
        return name_of(self.declared)

    @property
    def is_actor(self) -> bool:
        """Whether it changes what happens, not only what is recorded."""
        return issubclass(self.declared, Actor)

    @property
    def is_of_files(self) -> bool:
        """Whether it changes neither, and damages what is written."""
        return self.declared.of_files

    @property
    def section(self) -> str:
        """Its section in a scenario."""
        return f"{self.declared.kind}.{self.name}"

    @property
    def declares(self) -> Mapping[str, Setting]:
        """Its settings as its class declares them, by name."""
        return settings_of(cast("type", self.declared))

    @property
    def rate(self) -> float:
        """How often it acts in this trial."""
        allowed = self.declares["rate"].allowed
        return float(self.settings.get("rate", min(_RATE, allowed[1] if allowed else _RATE)))

    @cached_property
    def registry(self) -> Registry:
        """What is installed, with it."""
        return with_one(installed(), self.declared)

    def scenario(self, base: str, **changed: Any) -> Scenario:
        """A small scenario based on a shipped one, with it on; `changed` are its own settings."""
        own = {"rate": self.rate, **self.settings, **changed}
        mine = {f"{self.section}.{name}": value for name, value in own.items()}
        run = {"run.seed": self.seed, "run.days": self.days, "run.households": self.households}
        below = [*layers(base), Layer(self.entries, f"the trial of {self.name}")]
        return resolve(below, self.registry, {**_SMALL, **run, **mine, **self.stated})

    def alone(self, **changed: Any) -> Scenario:
        """A quiet scenario in which nobody else acts and nothing else is damaged."""
        return self.scenario("quiet", **changed)

    def in_company(self, **changed: Any) -> Scenario:
        """A scenario in which everybody else acts a lot too, and everything else is damaged."""
        soon = {} if self.name == "late_arrivals" else {"faults.late_arrivals.longest_days": 1}
        return load(self.scenario("nasty", **changed), self.registry, soon)

    def without(self, scenario: Scenario) -> Scenario:
        """The same scenario with it off."""
        return load(scenario, self.registry, {"without": [*scenario.without, self.name]})

    @cached_property
    def whole(self) -> SimulatedHomes:
        """It in company, with all tables."""
        return self.simulate(self.in_company())

    @cached_property
    def busy(self) -> SimulatedHomes:
        """It in company, with what it may change, and what was done."""
        return self.simulate(self.in_company(), ACTS) if self.is_actor else self.whole

    @cached_property
    def calm(self) -> SimulatedHomes:
        """The same company without it."""
        return self.simulate(self.without(self.in_company()), ACTS if self.is_actor else EVERYTHING)

    def simulate(
        self,
        scenario: Scenario,
        tables: frozenset[str] = EVERYTHING,
        at_once: int = BLOCK_HOUSEHOLDS,
    ) -> SimulatedHomes:
        """Simulate a scenario, so many households at once."""
        world, window = build(scenario), window_of(scenario)
        homes = range(self.households)
        before = _BEFORE + self._late_days(scenario)
        around = Window(window.first_day - before, window.last_day + before)
        days = dict(walk(world, homes, around, tables, block_households=at_once, edges="cut"))
        inside = _joined(
            frames for day, frames in days.items() if window.first_day <= day < window.last_day
        )
        records = settled(world, homes, window)

        pieces = -(-self.households // at_once)
        devices = records["log.devices"]
        lines = spoilt(scenario, inside if self.is_of_files else {}, devices, pieces)
        return SimulatedHomes(
            world=world,
            homes=records["truth.households"],
            tables=_joined(days.values()),
            inside={**inside, **records},
            lines=lines,
        )

    def _late_days(self, scenario: Scenario) -> int:
        """How many days later than others a message may come because of it."""
        mine = self.mine(scenario)
        return int(mine.at_most_days) if isinstance(mine, Fault) else 0

    @cached_property
    def in_short(self) -> Trial:
        """The same with few homes and days, for what shows in any of them."""
        return replace(
            self, households=min(self.households, _FEW_HOUSEHOLDS), days=min(self.days, _FEW_DAYS)
        )

    def mine(self, scenario: Scenario) -> Exposed | None:
        """It, with the settings of a scenario; None where it is off."""
        found = {**scenario.actors, **scenario.faults}.get(self.name)
        assert found is None or isinstance(found, Exposed)
        return found


def _joined(days: Iterable[Mapping[str, pl.DataFrame]]) -> dict[str, pl.DataFrame]:
    frames = list(days)
    return {path: pl.concat([one[path] for one in frames]) for path in frames[0]}
