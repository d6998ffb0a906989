"""Spells: some weeks in which an actor is about a home, and the title it then keeps to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np

from synthview.draws.chance import Stream
from synthview.draws.quantiles import Quantiles
from synthview.exposed import name_of
from synthview.ids import ORDINALS, source_of, within_day, within_home
from synthview.people.homes import countries_of
from synthview.rows import Flags, Ints, Rows, children
from synthview.stage.actor import InHomes
from synthview.stage.scene import Scene
from synthview.world import World
from synthview.world.clock import MINUTE_MS

__all__ = ["Begun", "Spells", "day_keys", "days_in_spells", "free_start", "spells", "title_of"]

_SHIFTS_MIN = (0, 75, -75, 150, -150, 240, -240, 360, -360)


@dataclass(frozen=True, slots=True)
class Spells(Rows):
    """Homes that are in a spell today: the row of the home, an id of the spell, its first day and how far it has come."""

    home: Ints
    key: Ints
    first_day: Ints
    day_in: Ints


def spells(scene: Scene, rows: Ints, slot_days: int, median_days: float) -> Spells:
    """Those of some homes that are in a spell today.

    Each home begins one spell, some day, in every `slot_days`; it lasts `median_days` in the middle of homes, at
    most until the next may begin. A pure function of home and day: nothing is carried.
    """
    household, stream = scene.homes.household[rows], scene.stream("spells")
    today = scene.number + _phase(stream, household, slot_days)
    found = []
    for back in (0, 1):
        key, begins, until = _spell(stream, scene.actor, household, today // slot_days - back, slot_days, median_days)
        is_on = (today >= begins) & (today < until)
        found.append(Spells(rows, key, scene.day - (today - begins), today - begins).take(is_on))
    latest = found[0]
    older = found[1].take(~np.isin(found[1].home, latest.home))
    return Spells.stack([latest, older])


def _phase(stream: Stream, household: Ints, slot_days: int) -> Ints:
    """By how many days the slots of each home are ahead of the world's."""
    return slot_days + stream.below(household, slot_days)


def _spell(
    stream: Stream, actor: str, household: Ints, slot: Ints, slot_days: int, median_days: float
) -> tuple[Ints, Ints, Ints]:
    """The spell of each home in a slot: its id, its first day and the day after its last, on the home's own count."""
    key = within_home(household, slot % ORDINALS, source_of(actor))
    begins = slot * slot_days + stream.below(key, slot_days, n=1)
    length = 1 + stream.draw(key, _lengths(median_days, slot_days), n=2)
    return key, begins, begins + np.minimum(length, slot_days)


@dataclass(frozen=True, slots=True)
class Begun(Rows):
    """Spells that touch some days: whose (`row`), the id, its first day, and on how many of those days it is on."""

    row: Ints
    household: Ints
    key: Ints
    first_day: Ints
    days: Ints


def days_in_spells(
    actor: InHomes,
    world: World,
    households: Ints,
    slot_days: int,
    median_days: float,
    days: range,
    counts: Callable[[Begun, Ints], Flags],
    comes: Callable[[Ints, Ints, Ints], Flags] | None = None,
) -> Ints:
    """On how many of some days each household may be in a spell that `counts`, given the spells and their countries.

    Only households in which the actor can have a part; never too small, as spells of neighbouring slots both count.
    `comes` tells, of households, days and countries, on which days of a spell it is about at all.
    """
    row = np.flatnonzero(actor.could_touch(world, households))
    stream, name = actor.draw(world, "spells"), name_of(type(actor))
    phase = _phase(stream, households[row], slot_days) - world.first_day
    first, last = (days.start + phase) // slot_days - 1, (days.stop - 1 + phase) // slot_days
    total = np.zeros(len(households), dtype=np.int64)
    for step in range((len(days) + slot_days - 1) // slot_days + 2):
        slot = first + step
        key, begins, until = _spell(stream, name, households[row], slot, slot_days, median_days)
        shared = np.minimum(until - phase, days.stop) - np.maximum(begins - phase, days.start)
        begun = Begun(row, households[row], key, begins - phase, shared).take((shared > 0) & (slot <= last))
        begun = begun.take(counts(begun, countries_of(world, begun.household)))
        parent, turn = children(begun.days)
        day = np.maximum(begun.first_day, days.start)[parent] + turn
        if comes is not None and len(parent):
            household = begun.household[parent]
            parent = parent[comes(household, day, countries_of(world, household))]
        np.add.at(total, begun.row[parent], 1)
    return total


def day_keys(actor: InHomes, world: World, household: Ints, day: Ints) -> Ints:
    """The ids that `Scene.day_key` gives homes on days, for asking without a scene."""
    number = day - world.first_day
    return within_day(household, number, source_of(name_of(type(actor))), np.zeros_like(household))


@cache
def _lengths(median_days: float, longest: int) -> Quantiles:
    return Quantiles.lognormal(median_days, 0.9, low=1, high=longest)


def title_of(scene: Scene, spell: Spells, kind: Ints | int, audience: Ints | int) -> Ints:
    """The work that each spell keeps to: chosen on its first day, by how liked works were then; -1 for none."""
    kept: dict[int, int] = scene.memo.setdefault("titles", {})
    kinds, audiences = (np.broadcast_to(np.asarray(one), spell.key.shape) for one in (kind, audience))
    missing = np.flatnonzero(np.array([key not in kept for key in spell.key.tolist()], dtype=bool))
    for day in np.unique(spell.first_day[missing]).tolist():
        which = missing[spell.first_day[missing] == day]
        bits, country = scene.stream("title").bits(spell.key[which]), scene.homes.country[spell.home[which]]
        works = scene.popular_in(bits, country, kinds[which], audiences[which], day)
        kept.update(zip(spell.key[which].tolist(), works.tolist(), strict=True))
    return np.array([kept[key] for key in spell.key.tolist()], dtype=np.int64)


def free_start(scene: Scene, rows: Ints, person: Ints, wanted_ms: Ints, length_ms: Ints) -> Ints:
    """The time nearest to the wanted one at which a person means to sit nowhere for so long; else the wanted one."""
    chosen = wanted_ms.copy()
    for shift in reversed(_SHIFTS_MIN):
        start = wanted_ms + shift * MINUTE_MS
        fits = scene.is_free(rows, person, start)
        fits &= scene.timetable.next_start(rows, person, start) >= start + length_ms
        chosen = np.where(fits, start, chosen)
    return chosen
