"""Names of things: internal ids that say where a row comes from, public ids that say nothing.

An internal id is ``household 32 bits | day 12 | source 9 | ordinal 10``. A public id is a keyed
bijection of it on 63 bits: unique by construction, invertible with the seed, independent of how
many households there are.
"""

from __future__ import annotations

from functools import cache
from hashlib import blake2b

from synthview.draws.chance import Permutation
from synthview.rows import Ints

__all__ = [
    "MENU_SOURCES", "ORDINALS", "PLAYS_PER_SESSION", "SOURCES", "day_of", "household_of", "play_key", "play_number",
    "public", "source_in", "source_of", "within_day", "within_home",
]  # fmt: skip

ORDINALS = 1 << 10
SOURCES = 1 << 9
MENU_SOURCES = 448
"""Sources from here on are the menus' own; no actor may have one of them."""
PLAYS_PER_SESSION = 1 << 5
_DAYS = 1 << 12
_NO_DAY = _DAYS - 1
"""The day within ids of what lasts: persons, profiles, devices. No world lives to see it."""


def within_day(household: Ints, day: int | Ints, source: int | Ints, ordinal: Ints) -> Ints:
    """Internal id of the `ordinal`-th thing that `source` does in a household on a day of the world."""
    return ((household * _DAYS + day) * SOURCES + source) * ORDINALS + ordinal


def within_home(household: Ints, ordinal: Ints, source: int | Ints = 0) -> Ints:
    """Internal id of a person, profile or device of a household; `source` is the actor that brought it, if one did."""
    return ((household * _DAYS + _NO_DAY) * SOURCES + source) * ORDINALS + ordinal


def play_key(session: Ints, number: Ints | int) -> Ints:
    """Internal id of a play: that of its session, and its `number` there, from 0 to 31."""
    ordinal = session % ORDINALS
    return session - ordinal + ordinal * PLAYS_PER_SESSION + number


def play_number(key: Ints) -> Ints:
    """The number of a play within its session, from its internal id."""
    return key % PLAYS_PER_SESSION


def source_of(actor: str) -> int:
    """The source that stands for an actor in ids, from 1 to 447: a hash of its name; two alike are refused on entry."""
    digest = blake2b(f"actors/{actor}".encode(), digest_size=8, person=b"synthview").digest()
    return 1 + int.from_bytes(digest, "little") % (MENU_SOURCES - 1)


def household_of(internal: Ints) -> Ints:
    """The household that an internal id belongs to."""
    return internal // (_DAYS * SOURCES * ORDINALS)


def day_of(internal: Ints) -> Ints:
    """The day of the world, from the first of its warm-up, that an internal id belongs to."""
    return internal // (SOURCES * ORDINALS) % _DAYS


def source_in(internal: Ints) -> Ints:
    """The source of an internal id: 0 for people of the home, else that of an actor, or of a menu."""
    return internal // ORDINALS % SOURCES


@cache
def public(seed: int, what: str) -> Permutation:
    """The bijection between internal and public ids of one sort, such as ``play``."""
    return Permutation(seed, f"ids/{what}", bits=63)
