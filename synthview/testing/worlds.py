"""Small worlds for tests, made quickly and kept: a whole one, or some of its households."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import polars as pl

from synthview.dataset import Dataset, Log, Truth
from synthview.errors import InputError, UnknownName
from synthview.ids import public
from synthview.pipeline import (
    EVERYTHING,
    build,
    settled,
    titles,
    walk,
    window_of,
)
from synthview.registry import installed
from synthview.scenario import Scenario, load
from synthview.world import World

__all__ = ["KINDS", "QUICK", "households_of_kind", "pick", "quick", "simulate"]

QUICK: Mapping[str, Any] = {
    "catalogue.film_count": 60,
    "catalogue.series_count": 12,
    "run.warm_up_days": 2,
    "people.sign_up_days": 0,
    "log.ping_seconds": 300,
}
"""Settings of a world that is made in a moment: few titles, hardly a past, few messages."""
_LOOKED_AT = 2_000


def simulate(scenario: Scenario, households: Sequence[int] | None = None) -> Dataset:
    """A world in memory, or some households of it by number; only titles that they meet.

    Equal scenarios are simulated once: do not change frames in place.
    """
    chosen = range(scenario.run.households) if households is None else households
    return _simulated(scenario, tuple(chosen))


def pick(scenario: Scenario, households: Sequence[int], among: Sequence[int]) -> Dataset:
    """Some households out of several that are simulated together, once for all calls.

    Tables are those of ``simulate(scenario, households)``. A hundred homes together take hardly
    longer than one alone, and to pick one of them takes a hundredth of a second. Raises InputError
    for a household that is not `among` them; do not change frames in place.
    """
    if strange := sorted(set(households) - set(among)):
        raise InputError(f"Household {strange[0]} is not among the {len(among):,} to pick from.")
    whole = _frames(scenario, tuple(sorted(set(among))))
    numbers = np.array(households, dtype=np.int64)
    accounts = public(scenario.run.seed, "account").apply(numbers)
    is_theirs = pl.col("account_id").is_in(pl.Series(accounts).implode())
    frames = {
        name: frame.filter(is_theirs) for name, frame in whole.items() if name != "log.titles"
    }
    met = pl.Series(_met(frames)).implode()
    frames["log.titles"] = whole["log.titles"].filter(pl.col("title_id").is_in(met))
    return _dataset(scenario, frames)


@lru_cache(maxsize=32)
def _simulated(scenario: Scenario, households: tuple[int, ...]) -> Dataset:
    return _dataset(scenario, _made(scenario, households))


@lru_cache(maxsize=8)
def _frames(scenario: Scenario, households: tuple[int, ...]) -> Mapping[str, pl.DataFrame]:
    """The tables of homes that are picked from."""
    return _made(scenario, households)


def _made(scenario: Scenario, households: tuple[int, ...]) -> Mapping[str, pl.DataFrame]:
    """The tables of some households by name."""
    world = _world(scenario)
    window = window_of(scenario)
    ids = np.array(households, dtype=np.int64)
    frames = settled(world, ids, window)
    days = [found for _, found in walk(world, ids, window, EVERYTHING)]
    frames |= {name: pl.concat([day[name] for day in days]) for name in days[0]}
    return frames | {"log.titles": titles(world, window, _met(frames))}


def _dataset(scenario: Scenario, frames: Mapping[str, pl.DataFrame]) -> Dataset:
    log, truth = (
        {name.partition(".")[2]: frame for name, frame in frames.items() if name.startswith(folder)}
        for folder in ("log.", "truth.")
    )
    return Dataset(scenario, Log(log), Truth(truth))


@lru_cache(maxsize=32)
def _world(scenario: Scenario) -> World:
    return build(scenario)


def _met(frames: Mapping[str, pl.DataFrame]) -> np.ndarray:
    """Public ids of the titles that rows speak about."""
    columns = [
        frame[name].drop_nulls()
        for frame in frames.values()
        for name in ("title_id", "sleep_aid_title_id")
        if name in frame.columns
    ]
    return pl.concat(columns).unique().sort().to_numpy()


def _phones_only(homes: pl.DataFrame) -> pl.Series:
    return homes["device_types"].list.eval(pl.element() == "phone").list.all()


KINDS: Mapping[str, Callable[[pl.DataFrame], pl.Series]] = {
    "any": lambda homes: homes["person_count"] >= 0,
    "alone": lambda homes: homes["household_type"] == "alone",
    "couple": lambda homes: homes["household_type"] == "couple",
    "housemates": lambda homes: homes["household_type"] == "housemates",
    "with_children": lambda homes: homes["child_count"] > 0,
    "two_kids": lambda homes: homes["child_count"] == 2,
    "phone_only": _phones_only,
    "with_cat": lambda homes: homes["has_cat"],
}
"""Kinds of household that can be asked for, and who is one."""


@lru_cache(maxsize=32)
def households_of_kind(scenario: Scenario, kind: str) -> tuple[int, ...]:
    """Numbers of households of a kind among the first 2,000 of a scenario, in their order.

    Raises UnknownName for a kind that there is not, InputError where no household is one.
    """
    if kind not in KINDS:
        raise UnknownName("kind of household", kind, KINDS)
    homes = _homes(scenario)
    found = np.flatnonzero(KINDS[kind](homes).to_numpy())
    if not len(found):
        raise InputError(f"None of {_LOOKED_AT:,} households is {kind} in {scenario.name}.")
    return tuple(found.tolist())


@lru_cache(maxsize=4)
def _homes(scenario: Scenario) -> pl.DataFrame:
    """Who lives in each of the first households, and which types of device they have."""
    frames = settled(_world(scenario), range(_LOOKED_AT), window_of(scenario))
    types = (
        frames["log.devices"]
        .group_by("account_id")
        .agg(device_types=pl.col("device_type").cast(pl.String))
    )
    homes = frames["truth.households"]
    return homes.join(types, on="account_id", how="left", maintain_order="left")


def quick(name: str = "quiet", **changes: Any) -> Scenario:
    """A scenario with the settings of a quick world, unless `changes` (dots as ``__``) say else."""
    stated = {path.replace("__", "."): value for path, value in changes.items()}
    return load(name, installed(), {**QUICK, **stated})
