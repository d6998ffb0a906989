"""From one row to many: children of a row, instants along a curve, bursts from instants."""

from __future__ import annotations

import numpy as np

from synthview.chance import Ids, Shares, Stream, portion, rehashed
from synthview.quantiles import Bits, Drawable, Integers
from synthview.rows import children

__all__ = ["bursts", "children", "instants"]


def instants(u: Bits, curves: Shares, slot_ms: int, row: Ids = 0) -> Integers:
    """Turn uniform bits into instants, in ms from the start of the first slot.

    ``curves`` weighs slots of ``slot_ms`` each, say the 96 quarter hours of a day, per class of ``row``. Within its
    slot an instant lies anywhere alike: its place comes from the same bits hashed once more, which tells nothing of the
    slot.
    """
    return curves.at(u, row) * slot_ms + portion(rehashed(u), slot_ms)


def bursts(
    stream: Stream, entity: Integers, start_ms: Integers, counts: Integers, gaps: Drawable
) -> tuple[Integers, Integers, Integers]:
    """Make each instant a burst of ``counts[i]`` instants, the first at ``start_ms[i]``, then after gaps as drawn.

    Returns the burst that each instant belongs to, its place in it from 0, and its time in ms. ``entity`` tells bursts
    apart.
    """
    burst, ordinal = children(counts)
    gap = np.where(ordinal == 0, 0, stream.draw(entity[burst], gaps, ordinal))
    elapsed = np.cumsum(gap)
    return burst, ordinal, start_ms[burst] + elapsed - elapsed[np.arange(len(burst)) - ordinal]
