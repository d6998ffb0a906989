"""Names of things: internal ids that say where a row comes from, public ids that say nothing.

An internal id is ``household 32 bits | day 12 | source 9 | ordinal 10``. A public id is a keyed
bijection of it on 63 bits: unique by construction, invertible with the seed, independent of how
many households there are.
"""

from __future__ import annotations

from functools import cache

from synthview.chance import Permutation
from synthview.rows import Ints

__all__ = ["MENU_SOURCES", "ORDINALS", "household_of", "public", "within_day"]

ORDINALS = 1 << 10
_SOURCES = 1 << 9
MENU_SOURCES = 448
"""Sources from here on are the menus' own; no actor may have one of them."""
_DAYS = 1 << 12


def within_day(household: Ints, day: int, source: int, ordinal: Ints) -> Ints:
    """Internal id of the `ordinal`-th thing that `source` does in a household on a day of the world."""
    return ((household * _DAYS + day) * _SOURCES + source) * ORDINALS + ordinal


def household_of(internal: Ints) -> Ints:
    """The household that an internal id belongs to."""
    return internal // (_DAYS * _SOURCES * ORDINALS)


@cache
def public(seed: int, what: str) -> Permutation:
    """The bijection between internal and public ids of one sort, such as ``play``."""
    return Permutation(seed, f"ids/{what}", bits=63)
