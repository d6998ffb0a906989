"""From one row to many: children of a row, and instants along a curve."""

from __future__ import annotations

from synthview.draws.chance import Ids, Shares, portion, rehashed
from synthview.draws.quantiles import Bits, Integers
from synthview.rows import children

__all__ = ["children", "instants"]


def instants(u: Bits, curves: Shares, slot_ms: int, row: Ids = 0) -> Integers:
    """Turn uniform bits into instants, in ms from the start of the first slot.

    ``curves`` weighs slots of ``slot_ms`` each, say the 96 quarter hours of a day, per class of ``row``. Within its
    slot an instant lies anywhere alike: its place comes from the same bits hashed once more, which tells nothing of the
    slot.
    """
    return curves.at(u, row) * slot_ms + portion(rehashed(u), slot_ms)
