"""Sizes and durations as people write them."""

from __future__ import annotations

from synthview.wording import size_in_words

__all__ = ["duration_in_words", "size_in_words"]


def duration_in_words(seconds: float) -> str:
    """Write a number of seconds for people."""
    if seconds < 100:
        return f"{max(seconds, 0.1):.2g} seconds"
    return f"{seconds / 60:.2g} minutes" if seconds < 6000 else f"{seconds / 3600:,.3g} hours"
