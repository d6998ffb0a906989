"""Times and parts of a title between two limits that a setting states: "from and to"."""

from __future__ import annotations

from collections.abc import Sequence

from synthview.draws.chance import Ids, Stream
from synthview.draws.lengths import between
from synthview.rows import Ints, Words
from synthview.world.clock import DAY_MS

__all__ = ["WHOLE", "anywhere", "in_1024ths", "limits", "part"]

WHOLE = 1024
"""Times are shared out in whole numbers: 1024ths."""


def limits(span: Sequence[float], unit: int) -> tuple[int, int]:
    """Both ends of a setting in whole units, say in ms; nothing that an actor does takes longer.

    The second is never below the first.
    """
    first, last = (min(round(one * unit), DAY_MS) for one in span)
    return first, max(first, last)


def anywhere(draw: Stream, key: Ints, span: Sequence[float], unit: int, n: Ids = 0) -> Ints:
    """A whole number from the first end of a setting to just below the second, each as likely."""
    first, last = limits(span, unit)
    return first + draw.below(key, max(last - first, 1), n)


def in_1024ths(share: float) -> int:
    """A share as whole 1024ths."""
    return round(min(share, 1.0) * WHOLE)


def part(bits: Words, whole: Ints, span: Sequence[float]) -> Ints:
    """A length between two shares of each whole, from uniform bits."""
    low, high = (in_1024ths(one) for one in span)
    return between(bits, whole, low, max(low, high))
