"""Spells: some weeks in which an actor is about a home, and the title it then keeps to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np

from synthview.draws.chance import Stream
from synthview.draws.quantiles import Quantiles
from synthview.exposed import name_of
from synthview.ids import ORDINALS, source_of, within_day, within_home
from synthview.people.homes import countries_of
from synthview.rows import Flags, Ints, Rows, children
from synthview.stage.actor import Actor
from synthview.stage.scene import Scene
from synthview.world import World
from synthview.world.clock import MINUTE_MS

__all__ = [
    "Begun",
    "InSpells",
    "Rhythm",
    "Spells",
    "day_keys",
    "days_in_spells",
    "free_start",
    "spells",
    "title_of",
]

_SHIFTS_MIN = (0, 75, -75, 150, -150, 240, -240, 360, -360)
"""The grid on which free time is looked for, nearest first: how fine it is, not how people are."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often spells begin, and how long they last.

    Each home begins one, some day, in every `every_days`. It lasts `median_days` in the middle of
    homes, with a spread (log sd), at most until the next may begin.
    """

    every_days: int
    median_days: float
    spread: float


class InSpells(Actor):
    """Base of actors that are about a home for some days or weeks at a time."""

    every_days: int
    spell_days: float
    spell_days_spread: float

    @property
    def rhythm(self) -> Rhythm:
        """When its spells are."""
        return Rhythm(self.every_days, self.spell_days, self.spell_days_spread)


@dataclass(frozen=True, slots=True)
class Spells(Rows):
    """Homes that are in a spell today.

    `home` is the row of the home, `key` an id of the spell, `day_in` how many days it has run.
    """

    home: Ints
    key: Ints
    first_day: Ints
    day_in: Ints


def spells(scene: Scene, rows: Ints, rhythm: Rhythm) -> Spells:
    """Those of some homes that are in a spell today: a pure function of home and day."""
    stream = scene.stream("spells")
    household = scene.homes.household[rows]
    today = scene.number + _phase(stream, household, rhythm)
    found = []
    for back in (0, 1):
        slot = today // rhythm.every_days - back
        key, begins, until = _spell(stream, scene.actor, household, slot, rhythm)
        is_on = (today >= begins) & (today < until)
        day_in = today - begins
        found.append(Spells(rows, key, scene.day - day_in, day_in).take(is_on))
    latest, older = found
    is_over = np.isin(older.home, latest.home)
    return Spells.stack([latest, older.take(~is_over)])


def _phase(stream: Stream, household: Ints, rhythm: Rhythm) -> Ints:
    """By how many days the slots of each home are ahead of the world's."""
    return rhythm.every_days + stream.below(household, rhythm.every_days)


def _spell(
    stream: Stream, actor: str, household: Ints, slot: Ints, rhythm: Rhythm
) -> tuple[Ints, Ints, Ints]:
    """The spell of each home in a slot: its id, its first day and the day after its last.

    Days are on the home's own count.
    """
    key = within_home(household, slot % ORDINALS, source_of(actor))
    begins = slot * rhythm.every_days + stream.below(key, rhythm.every_days, n=1)
    length = 1 + stream.draw(key, _lengths(rhythm), n=2)
    return key, begins, begins + np.minimum(length, rhythm.every_days)


@dataclass(frozen=True, slots=True)
class Begun(Rows):
    """Spells that touch some days.

    `row` says whose; `key` is the id of the spell, `days` on how many of those days it is on.
    """

    row: Ints
    household: Ints
    key: Ints
    first_day: Ints
    days: Ints


def days_in_spells(
    actor: InSpells,
    world: World,
    households: Ints,
    days: range,
    counts: Callable[[Begun, Ints], Flags],
    comes: Callable[[Ints, Ints, Ints], Flags] | None = None,
) -> Ints:
    """On how many of some days each household may be in a spell that `counts`.

    `counts` is asked of spells and their countries. Only households to which the actor can apply;
    never too small, as spells of neighbouring slots both count. `comes` tells, of households, days
    and countries, on which days of a spell it is about at all.
    """
    row = np.flatnonzero(actor.could_touch(world, households))
    household, rhythm = households[row], actor.rhythm
    stream = actor.draw(world, "spells")
    name = name_of(type(actor))
    phase = _phase(stream, household, rhythm) - world.first_day
    total = np.zeros(len(households), dtype=np.int64)
    for slot, is_in_time in _slots_around(days, phase, rhythm.every_days):
        key, begins, until = _spell(stream, name, household, slot, rhythm)
        shared = _days_shared(begins - phase, until - phase, days)
        begun = Begun(
            row=row,
            household=household,
            key=key,
            first_day=begins - phase,
            days=shared,
        ).take(is_in_time & (shared > 0))
        country = countries_of(world, begun.household)
        begun = begun.take(counts(begun, country))
        parent = _days_about(world, begun, days, comes)
        np.add.at(total, begun.row[parent], 1)
    return total


def _slots_around(days: range, phase: Ints, slot_days: int) -> Iterator[tuple[Ints, Flags]]:
    """The slots of each home whose spells may touch some days; the flag is false after the last."""
    first = (days.start + phase) // slot_days - 1
    last = (days.stop - 1 + phase) // slot_days
    count = -(-len(days) // slot_days) + 2
    for step in range(count):
        slot = first + step
        yield slot, slot <= last


def _days_shared(begins: Ints, until: Ints, days: range) -> Ints:
    """How many of some days each spell is on; not above 0 for none."""
    first = np.maximum(begins, days.start)
    return np.minimum(until, days.stop) - first


def _days_about(
    world: World,
    begun: Begun,
    days: range,
    comes: Callable[[Ints, Ints, Ints], Flags] | None,
) -> Ints:
    """The row of the spell of each day on which the actor is about."""
    parent, turn = children(begun.days)
    if comes is None or not len(parent):
        return parent
    first_day = np.maximum(begun.first_day, days.start)
    household = begun.household[parent]
    country = countries_of(world, household)
    return parent[comes(household, first_day[parent] + turn, country)]


def day_keys(actor: InSpells, world: World, household: Ints, day: Ints) -> Ints:
    """The ids that `Scene.day_key` gives homes on days, for asking without a scene."""
    number = day - world.first_day
    source = source_of(name_of(type(actor)))
    return within_day(household, number, source, np.zeros_like(household))


@cache
def _lengths(rhythm: Rhythm) -> Quantiles:
    return Quantiles.lognormal(
        rhythm.median_days,
        rhythm.spread,
        low=1,
        high=rhythm.every_days,
    )


def title_of(scene: Scene, spell: Spells, kind: Ints | int, audience: Ints | int) -> Ints:
    """The work that each spell keeps to, chosen by popularity on its first day; -1 for none."""
    kept: dict[int, int] = scene.memo.setdefault("titles", {})
    keys = spell.key.tolist()
    kinds = np.broadcast_to(np.asarray(kind), spell.key.shape)
    audiences = np.broadcast_to(np.asarray(audience), spell.key.shape)
    is_new = np.array([key not in kept for key in keys], dtype=bool)
    missing = np.flatnonzero(is_new)
    for day in np.unique(spell.first_day[missing]).tolist():
        which = missing[spell.first_day[missing] == day]
        key = spell.key[which]
        works = scene.popular_in(
            scene.stream("title").bits(key),
            scene.homes.country[spell.home[which]],
            kinds[which],
            audiences[which],
            day,
        )
        kept.update(zip(key.tolist(), works.tolist(), strict=True))
    return np.array([kept[key] for key in keys], dtype=np.int64)


def free_start(scene: Scene, rows: Ints, person: Ints, wanted_ms: Ints, length_ms: Ints) -> Ints:
    """The time nearest to the wanted one at which a person is free for so long; else that one."""
    chosen = wanted_ms.copy()
    for shift in reversed(_SHIFTS_MIN):
        start = wanted_ms + shift * MINUTE_MS
        next_start = scene.timetable.next_start(rows, person, start)
        is_free = scene.is_free(rows, person, start)
        fits = is_free & (next_start >= start + length_ms)
        chosen = np.where(fits, start, chosen)
    return chosen
