"""The company of a block: which actor has a part in which home, and whom it brings along."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from synthview.errors import InputError
from synthview.people.guests import MOST_GUESTS, Guests
from synthview.people.homes import Homes, furnish
from synthview.rows import Flags, Ints
from synthview.stage.actor import Actor, InHomes
from synthview.tables import HOUSEHOLD_TYPES
from synthview.world import World

__all__ = ["Company", "assemble", "check_cast", "named_households", "parts"]

_NO_PEOPLE = HOUSEHOLD_TYPES.index("test_rig")
_LOOKED_AT = 4_096
_FARTHEST = 1 << 22


@dataclass(frozen=True)
class Company:
    """Actors of a scenario by name, and the homes (rows of a block) each has a part in."""

    actors: Mapping[str, Actor]
    has_part: Mapping[str, Flags]
    guests: Guests

    def number(self, name: str) -> int:
        """The number of an actor: its bit in masks of causes."""
        return list(self.actors).index(name)

    def causes(self, masks: Ints) -> pl.Series:
        """Masks of causes in words: names joined by |, empty for none."""
        return _in_words(list(self.actors), masks)

    def labels(self, world: World, homes: Homes) -> tuple[pl.Series, Ints]:
        """Which lasting actors apply to each home, in words, and since when the first of them (-1: none)."""
        masks, since = np.zeros(len(homes), dtype=np.int64), np.full(len(homes), 1 << 62, dtype=np.int64)
        for place, (name, actor) in enumerate(self.actors.items()):
            rows = np.flatnonzero(self.has_part[name])
            if actor.of_homes and len(rows):
                masks[rows] |= 1 << place
                since[rows] = np.minimum(since[rows], actor.since(world, homes.take(rows)))
        return _in_words(list(self.actors), masks), np.where(masks == 0, -1, since)


def _in_words(names: list[str], masks: Ints) -> pl.Series:
    found, which = np.unique(masks, return_inverse=True)
    words = ["|".join(sorted(name for place, name in enumerate(names) if mask >> place & 1)) for mask in found.tolist()]
    return pl.Series(words, dtype=pl.String).gather(which)


def assemble(world: World, homes: Homes, off: Mapping[str, Flags] | None = None) -> tuple[Homes, Company]:
    """Give out the parts: first the actors that make a home another sort of place, then all others.

    `off` says of each home in which actors have no part after all.
    """
    actors = {name: one for name, one in world.scenario.actors.items() if isinstance(one, Actor)}
    has_part: dict[str, Flags] = {}
    taken = np.zeros(len(homes), dtype=bool)
    for name, actor in sorted(actors.items()):  # a home is one sort of place: of several the first by name
        if type(actor).place is Actor.place:
            continue
        chosen = parts(world, homes, name, actor, off) & ~taken
        rows = np.flatnonzero(chosen)
        sort = actor.place(world, homes.take(rows))
        if sort is not None:
            homes, has_part[name], taken = _another_place(homes, rows, sort), chosen, taken | chosen
    for name, actor in actors.items():
        if name not in has_part:
            has_part[name] = parts(world, homes, name, actor, off) & ~(taken & (homes.household_type == _NO_PEOPLE))
    guests = _invited(world, homes, actors, has_part)
    return homes, Company(actors, {name: has_part[name] for name in actors}, guests)


def parts(world: World, homes: Homes, name: str, one: InHomes, off: Mapping[str, Flags] | None = None) -> Flags:
    """The homes in which an actor or fault has a part: by its rate, or exactly those that the scenario's cast names.

    Where it is `off` it has none, as in a world without it.
    """
    has = _parts(world, homes, name, one)
    return has & ~off[name] if off and name in off else has


def _parts(world: World, homes: Homes, name: str, one: InHomes) -> Flags:
    named = named_households(world).get(name)
    if named is not None:
        return np.isin(homes.household, named)
    if not one.of_homes:
        return one.suits(homes) if one.rate > 0 else np.zeros(len(homes), dtype=bool)
    rows = np.flatnonzero(one.could_touch(world, homes.household))
    has = np.zeros(len(homes), dtype=bool)
    has[rows[one.suits(homes.take(rows))]] = True
    return has


def _another_place(homes: Homes, rows: Ints, sort: Ints) -> Homes:
    """Homes of which some are bars, shops, or rigs; nobody lives with a rig, neither person nor pet."""
    kinds, empty = homes.household_type.copy(), rows[sort == _NO_PEOPLE]
    kinds[rows] = sort
    people, ages = homes.person_class.copy(), homes.age.copy()
    people[empty], ages[empty] = -1, -1
    pets = [pet.copy() for pet in (homes.has_cat, homes.has_dog)]
    pets[0][empty], pets[1][empty] = False, False
    return replace(homes, household_type=kinds, person_class=people, age=ages, has_cat=pets[0], has_dog=pets[1])


def _invited(world: World, homes: Homes, actors: Mapping[str, Actor], has_part: Mapping[str, Flags]) -> Guests:
    found = []
    for name, actor in actors.items():
        rows = np.flatnonzero(has_part[name])
        guests = actor.invite(world, homes.take(rows)) if len(rows) else None
        if guests is not None and len(guests):
            found.append(replace(guests, home=rows[guests.home]))
    if not found:
        return Guests.none()
    everyone = Guests.stack(found).in_order()
    return everyone.take(everyone.number < MOST_GUESTS)


def named_households(world: World) -> Mapping[str, Ints]:
    """The households that the scenario's cast gives each actor and fault, absent ones too: the first that suit it.

    None is given twice. They do not depend on how many households a run has, so that a small run stays the beginning
    of a big one, nor on who is absent, so that all others stay where they are.
    """
    if world.scenario.cast and not world.cast:
        world.cast.update(_choose_households(world))
    return world.cast


def check_cast(world: World) -> None:
    """Raise InputError where the cast of a scenario cannot be given to the households of its run."""
    count, everyone = world.scenario.run.households, _in_homes(world)
    for name, wanted in world.scenario.cast.items():
        if name in world.scenario.absent:
            continue
        if name not in everyone:
            raise InputError(
                f"cast.{name} asks for households, and {name} damages files, whosever rows are in them. "
                f"Set faults.{name}.rate instead."
            )
        chosen = named_households(world)[name]
        fitting = int(np.count_nonzero(chosen < count))
        if fitting < wanted:
            needed = f"it takes {int(chosen.max()) + 1:,}" if len(chosen) == wanted else "there are not so many at all"
            raise InputError(
                f"cast.{name} asks for {wanted:,} households that suit it; of {count:,} only {fitting:,} do, {needed}."
            )


def _in_homes(world: World) -> dict[str, InHomes]:
    every = {**world.scenario.actors, **world.scenario.faults, **world.scenario.absent}
    return {name: one for name, one in every.items() if isinstance(one, InHomes)}


def _choose_households(world: World) -> Mapping[str, Ints]:
    everyone = _in_homes(world)
    wanted = {name: count for name, count in world.scenario.cast.items() if name in everyone}
    chosen: dict[str, list[int]] = {name: [] for name in wanted}
    start = 0
    sample = furnish(world, np.arange(_LOOKED_AT, dtype=np.int64))
    order = sorted(wanted, key=lambda name: (int(np.count_nonzero(everyone[name].suits(sample))), name))
    while any(wanted.values()) and start < _FARTHEST:
        households = np.arange(start, start + _LOOKED_AT, dtype=np.int64)
        homes = furnish(world, households)
        taken = np.zeros(len(homes), dtype=bool)
        for name in order:  # those that few homes suit choose first
            rows = np.flatnonzero(everyone[name].suits(homes) & ~taken)[: wanted[name]]
            taken[rows] = True
            chosen[name] += households[rows].tolist()
            wanted[name] -= len(rows)
        start += _LOOKED_AT
    return {name: np.array(found, dtype=np.int64) for name, found in chosen.items()}
