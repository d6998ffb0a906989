"""Spells: some weeks in which an actor is about a home, and the title it then keeps to."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from synthview.ids import ORDINALS, source_of, within_home
from synthview.quantiles import Quantiles
from synthview.rows import Ints, Rows
from synthview.stage.scene import Scene
from synthview.world.clock import MINUTE_MS

__all__ = ["Spells", "free_start", "spells", "title_of"]

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
    today = scene.number + slot_days + stream.below(household, slot_days)
    found = []
    for back in (0, 1):
        slot = today // slot_days - back
        key = within_home(household, slot % ORDINALS, source_of(scene.actor))
        begins = slot * slot_days + stream.below(key, slot_days, n=1)
        length = 1 + stream.draw(key, _lengths(median_days, slot_days), n=2)
        is_on = (today >= begins) & (today < begins + np.minimum(length, slot_days))
        found.append(Spells(rows, key, scene.day - (today - begins), today - begins).take(is_on))
    latest = found[0]
    older = found[1].take(~np.isin(found[1].home, latest.home))
    return Spells.stack([latest, older])


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
        bits = scene.stream("title").bits(spell.key[which])
        works = scene.popular(bits, spell.home[which], kinds[which], audiences[which], day)
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
