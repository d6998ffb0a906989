"""The home where a reader first sees what a number counts: a child's, at its breakfasts."""

from __future__ import annotations

from collections.abc import Sequence

from synthview.claims.sections.doors import Home

__all__ = ["first_child"]

_MORNING = frozenset(f"{hour:02}" for hour in range(5, 11))
"""Hours of breakfasts, as the sentence of a door begins with them."""


def first_child(homes: Sequence[Home]) -> Home | None:
    """The home to open first: a child's, of those one with breakfasts, or else that with most children; or the first of all."""
    return max(homes, key=_of_a_child, default=None)


def _of_a_child(home: Home) -> tuple[bool, int, int]:
    """Whether a child is behind most counted doors, behind how many in the morning, and behind how many at all."""
    counted = [door for door in home.doors if door.in_window]
    with_child = [door for door in counted if door.state == "child"]
    mornings = sum(door.sentence[:2] in _MORNING for door in with_child)
    is_a_childs = 2 * len(with_child) > len(counted)
    return is_a_childs, mornings if is_a_childs else 0, len(with_child)
