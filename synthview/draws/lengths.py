"""Lengths that are a share of something else, any millisecond alike: nobody leaves a film after whole percents of it."""

from __future__ import annotations

from synthview.draws.chance import portion
from synthview.rows import Ints, Words

__all__ = ["between"]

_WHOLE = 1024


def between(bits: Words, whole: Ints, low: int, high: int) -> Ints:
    """A length from `low` to `high` 1024ths of each whole, from uniform bits; no multiple of anything."""
    return whole * low // _WHOLE + portion(bits, whole * (high - low) // _WHOLE)
