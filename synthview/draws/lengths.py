"""Lengths that are a share of something else: nobody leaves a film after whole percents of it."""

from __future__ import annotations

from synthview.draws.chance import portion
from synthview.rows import Ints, Words

__all__ = ["between"]

_WHOLE = 1024


def between(bits: Words, whole: Ints, low: int, high: int) -> Ints:
    """A length from `low` to `high` 1024ths of each whole, from uniform bits."""
    least = whole * low // _WHOLE
    span = whole * (high - low) // _WHOLE
    return least + portion(bits, span)
