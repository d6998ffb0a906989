"""The company of a block: which actor applies to which home, and whom it brings along."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from synthview.people.guests import MOST_GUESTS, Guests
from synthview.people.homes import Homes
from synthview.rows import Flags, Ints
from synthview.stage.actor import Actor, InHomes
from synthview.stage.casting import named_households
from synthview.tables import HOUSEHOLD_TYPES
from synthview.world import World

__all__ = ["Company", "assemble", "parts"]

_NO_PEOPLE = HOUSEHOLD_TYPES.index("test_rig")


@dataclass(frozen=True)
class Company:
    """Actors of a scenario by name, and the homes (rows of a block) each applies to."""

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
        """Which lasting actors apply to each home, in words, and since when the first of them.

        In ms; -1 where none does.
        """
        masks = np.zeros(len(homes), dtype=np.int64)
        since = np.full(len(homes), 1 << 62, dtype=np.int64)
        for place, (name, actor) in enumerate(self.actors.items()):
            rows = np.flatnonzero(self.has_part[name])
            if actor.of_homes and len(rows):
                its_since = actor.since(world, homes.take(rows))
                since[rows] = np.minimum(since[rows], its_since)
                masks[rows] |= 1 << place
        words = _in_words(list(self.actors), masks)
        return words, np.where(masks == 0, -1, since)


def _in_words(names: list[str], masks: Ints) -> pl.Series:
    found, which = np.unique(masks, return_inverse=True)
    words = [_names_in(mask, names) for mask in found.tolist()]
    return pl.Series(words, dtype=pl.String).gather(which)


def _names_in(mask: int, names: list[str]) -> str:
    """The names of the bits of a mask, in alphabetical order, joined by |."""
    chosen = [name for place, name in enumerate(names) if mask >> place & 1]
    return "|".join(sorted(chosen))


def assemble(
    world: World, homes: Homes, off: Mapping[str, Flags] | None = None
) -> tuple[Homes, Company]:
    """Decide which actors apply to which homes, first those that make a home another sort of place.

    `off` says of each home which actors do not apply after all.
    """
    scenario = world.scenario
    actors = {name: one for name, one in scenario.actors.items() if isinstance(one, Actor)}
    homes, placed = _other_places(world, homes, actors, off)
    is_other = np.zeros(len(homes), dtype=bool)
    for chosen in placed.values():
        is_other |= chosen
    is_empty = is_other & (homes.household_type == _NO_PEOPLE)

    has_part = {}
    for name, actor in actors.items():
        if name in placed:
            has_part[name] = placed[name]
        else:
            has_part[name] = parts(world, homes, name, actor, off) & ~is_empty
    guests = _invited(world, homes, actors, has_part)
    return homes, Company(actors, has_part, guests)


def _other_places(
    world: World,
    homes: Homes,
    actors: Mapping[str, Actor],
    off: Mapping[str, Flags] | None,
) -> tuple[Homes, dict[str, Flags]]:
    """Homes of which some are another sort of place, and the homes that each actor made so.

    A home is one sort of place: of several actors that would change it, the first by name does.
    """
    placed: dict[str, Flags] = {}
    taken = np.zeros(len(homes), dtype=bool)
    for name, actor in sorted(actors.items()):
        if type(actor).place is Actor.place:
            continue
        chosen = parts(world, homes, name, actor, off) & ~taken
        rows = np.flatnonzero(chosen)
        sort = actor.place(world, homes.take(rows))
        if sort is not None:
            homes = _another_place(homes, rows, sort)
            placed[name] = chosen
            taken |= chosen
    return homes, placed


def parts(
    world: World, homes: Homes, name: str, one: InHomes, off: Mapping[str, Flags] | None = None
) -> Flags:
    """The homes to which an actor or fault applies.

    That is by its rate, or exactly those that the scenario's cast names. Where it is `off` it does
    not apply, as in a world without it.
    """
    has = _parts(world, homes, name, one)
    return has & ~off[name] if off and name in off else has


def _parts(world: World, homes: Homes, name: str, one: InHomes) -> Flags:
    named = named_households(world).get(name)
    if named is not None:
        return np.isin(homes.household, named)
    nowhere = np.zeros(len(homes), dtype=bool)
    if not one.of_homes:
        return one.suits(homes) if one.rate > 0 else nowhere
    rows = np.flatnonzero(one.could_touch(world, homes.household))
    suits = one.suits(homes.take(rows))
    nowhere[rows[suits]] = True
    return nowhere


def _another_place(homes: Homes, rows: Ints, sort: Ints) -> Homes:
    """Homes of which some are bars, shops, or rigs; nobody lives with a rig, person or pet."""
    kinds = homes.household_type.copy()
    kinds[rows] = sort
    empty = rows[sort == _NO_PEOPLE]

    def without(column: NDArray[Any], nothing: int) -> NDArray[Any]:
        column = column.copy()
        column[empty] = nothing
        return column

    return replace(
        homes,
        household_type=kinds,
        person_class=without(homes.person_class, -1),
        age=without(homes.age, -1),
        has_cat=without(homes.has_cat, 0),
        has_dog=without(homes.has_dog, 0),
    )


def _invited(
    world: World, homes: Homes, actors: Mapping[str, Actor], has_part: Mapping[str, Flags]
) -> Guests:
    """Everybody whom actors bring along, at most `MOST_GUESTS` a home."""
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
