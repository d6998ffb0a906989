"""Dealing: what works are goes round by how liked they are, and is no matter of luck."""

from __future__ import annotations

import numpy as np

from synthview.draws.chance import Stream, odds, portion
from synthview.rows import Flags, Ints, Words, turns

__all__ = ["dealt", "for_children", "golden", "originals", "places", "places_in_groups"]

_STEP = np.uint64(0x9E3779B97F4A7C15)
"""The golden ratio in 64 bits: its multiples fill a circle most evenly."""
_HAND = 50
"""So many works in turn share out what works are: of one in fifty there is one among them."""
_WHOLE = np.uint64((1 << 64) - 1)
_HALF = np.uint64(1)
"""Odds are thresholds of 63 bits."""


def dealt(stream: Stream, group: Ints, turn: Ints) -> Words:
    """64 bits for each work by which to deal what it is; `turn` is its place in its group.

    By chance alone the best liked of one seed would be films of Christmas, and of the next none.
    So of as many works in turn as a hand has, each has bits of another part of all: what one in a
    hand is to be falls to one in every hand, though to which is a matter of chance.
    """
    hand = group * (len(group) + 1) + turn // _HAND
    key = group * (len(group) + 1) + turn
    order = np.lexsort((stream.bits(key), hand))
    place = np.empty_like(turn)
    place[order] = turns(hand[order])
    _, hand_of, sizes = np.unique(hand, return_inverse=True, return_counts=True)
    part = _WHOLE // sizes[hand_of].astype(np.uint64)
    within = portion(stream.bits(key, 1), part)
    return np.asarray(place.astype(np.uint64) * part + within.view(np.uint64))


def golden(stream: Stream, place: Ints) -> Words:
    """64 bits for each place, from 0: of any places in a row they are spread most evenly."""
    return place.astype(np.uint64) * _STEP + stream.bits(np.zeros(1, dtype=np.int64))


def originals(stream: Stream, rank: Ints, share: float) -> Flags:
    """Which works are originals: as large a share of the best liked as of all, without luck."""
    return (golden(stream, rank) >> _HALF) < odds(share)


def for_children(stream: Stream, rank: Ints, is_original: Flags, share: float) -> Flags:
    """Which works are made for children: as many of the best liked, and of originals, as of all."""
    group = is_original.astype(np.int64)
    return (dealt(stream, group, places_in_groups(rank, group)) >> _HALF) < odds(share)


def places(bits: Words) -> Ints:
    """The place of each value in their order, from 0."""
    return np.argsort(np.argsort(bits, kind="stable"), kind="stable")


def places_in_groups(rank: Ints, groups: Ints) -> Ints:
    """The place of each work among those of its group, the best liked first."""
    order = np.lexsort((rank, groups))
    turn = np.empty_like(order)
    turn[order] = turns(groups[order])
    return turn
