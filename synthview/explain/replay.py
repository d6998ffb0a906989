"""Simulates one household again, alone, and gathers the tables that its story needs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import polars as pl

from synthview.errors import InputError, UnknownName
from synthview.ids import day_of, household_of, public
from synthview.log.damage import Fault
from synthview.pipeline import Window, World, build, settled, titles, walk, window_of
from synthview.scenario import Scenario
from synthview.stage.casting import named_households
from synthview.world import local_times

__all__ = [
    "Replay",
    "household_of_account",
    "household_of_cast",
    "household_of_play",
    "on_the_wall",
    "replay",
]

_TABLES = ("truth.plays", "truth.incidents", "truth.deliveries", "log.plays")
_MESSAGES = "log.events"
_DAYS_TO_CLOSE = 2
"""A local day reaches into the next UTC day, and a silent play is closed another day later."""


@dataclass(frozen=True)
class Replay:
    """The tables of one household: those that rarely change, and the dated ones of all days."""

    world: World
    household: int
    window: Window
    about: Mapping[str, pl.DataFrame]
    dated: Mapping[str, pl.DataFrame]
    titles: pl.DataFrame

    def __getitem__(self, path: str) -> pl.DataFrame:
        """A table by its path; that of the titles has those that were played."""
        return (
            self.titles
            if path == "log.titles"
            else self.dated[path]
            if path in self.dated
            else self.about[path]
        )

    @property
    def scenario(self) -> Scenario:
        """What the world was made of."""
        return self.world.scenario

    @property
    def zone(self) -> str:
        """The time zone of the home."""
        return str(self.about["truth.households"]["time_zone"][0])


def household_of_account(scenario: Scenario, account: int) -> int:
    """The number of the household whose account has a public id."""
    return int(public(scenario.run.seed, "account").invert(account))


def household_of_play(scenario: Scenario, play: int) -> int:
    """The number of the household in which a play, by its public id, was."""
    return int(household_of(public(scenario.run.seed, "play").invert(play)))


def household_of_cast(scenario: Scenario, name: str) -> int:
    """The number of the first household that the scenario's cast gives an actor or fault.

    Raises UnknownName for one that the cast does not name.
    """
    if not scenario.cast:
        raise InputError(
            f"{scenario.name} has no cast, so '{name}' has no household of its own; "
            f"--cast {name}=1 gives it one."
        )
    if name not in scenario.cast:
        raise UnknownName("household, nor anybody of the cast,", name, scenario.cast, scenario.name)
    return int(named_households(build(scenario))[name][0])


def replay(scenario: Scenario, household: int, play: int | None = None) -> Replay:
    """Simulate the days of a household; with `play` only those around it, and every message.

    Raises InputError for a household that is not in the world.
    """
    run = scenario.run
    if not 0 <= household < run.households:
        raise InputError(
            f"There is no such household: the world has {run.households:,}, numbered from 0. "
            "Is the scenario, the seed or --households another one?"
        )
    if household in run.dropped:
        raise InputError(
            f"Household {household:,} is left out of this world. "
            f"Leave --drop-household {household} away."
        )
    world, window = build(scenario), window_of(scenario)
    part = range(household, household + 1)
    days = _days(world, window, play)
    tables = (*_TABLES, _MESSAGES) if play is not None else _TABLES
    replayed = _simulated(world, part, days, tables)
    about = settled(world, part, window)
    return Replay(world, household, window, about, replayed, _titles_of(world, days, replayed))


def _days(world: World, window: Window, play: int | None) -> Window:
    """Return the days to simulate: of the run or play, the eve, and as many as messages take."""
    first, last = window.first_day, window.last_day
    if play is not None:
        began = world.first_day + int(day_of(public(world.scenario.run.seed, "play").invert(play)))
        first, last = min(began, last), min(began + _DAYS_TO_CLOSE, last + 1)
    longest = max(
        (one.at_most_days for one in world.scenario.faults.values() if isinstance(one, Fault)),
        default=0.0,
    )
    return Window(max(first - 1, world.first_day), max(last, first) + _DAYS_TO_CLOSE + int(longest))


def _simulated(
    world: World, part: range, days: Window, tables: Iterable[str]
) -> dict[str, pl.DataFrame]:
    """The dated tables of some days, until nothing of the plays is still on its way."""
    longest = max(
        (one.at_most_days for one in world.scenario.faults.values() if isinstance(one, Fault)),
        default=0.0,
    )
    found: list[dict[str, pl.DataFrame]] = []
    for day, frames in walk(world, part, days, frozenset(tables), edges="cut"):
        found.append(frames)
        if day >= days.last_day - int(longest) - 1 and not _awaited(found):
            break
    return {path: pl.concat([frames[path] for frames in found]) for path in found[0]}


def _awaited(found: list[dict[str, pl.DataFrame]]) -> bool:
    """Whether messages of a play that the log does not have yet are late."""
    deliveries = pl.concat([day["truth.deliveries"].select("play_id", "change") for day in found])
    logged = pl.concat([day["log.plays"]["play_id"] for day in found])
    waiting = deliveries.filter(pl.col("change") == "late")["play_id"].unique()
    return not waiting.is_in(logged.implode()).all()


def _titles_of(world: World, days: Window, replayed: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    played = replayed["truth.plays"]["title_id"].unique().sort()
    return titles(world, days, played.to_numpy())


def on_the_wall(table: pl.DataFrame, zone: str, *columns: str) -> pl.DataFrame:
    """Times as a clock on the wall of the home shows them; the true ones stay beside them."""
    local = [local_times.on_the_wall(name, zone) for name in columns]
    return table.with_columns(pl.col(name).alias(f"true_{name}") for name in columns).with_columns(
        local
    )
