"""What the homes of the shown world come to: how many are one person, and what was behind the doors."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from synthview.claims.page.calendar import STATES

__all__ = ["VERDICTS", "Street", "first_child", "street", "verdict_told"]

VERDICTS = {
    "same_person": "one and the same person, every day",
    "in_turns": "somebody sat through it every day, but not the same person",
    "guests": "people were there every day, and nobody knows who of them watched",
    "somebody": "somebody was there every day, but did not sit through it every time",
    "nobody_sometimes": "on some days nobody was there",
    "nobody": "nobody was there on any day",
}
"""The rung that a home reaches, in words."""

_MORNING = frozenset(f"{hour:02}" for hour in range(5, 11))
"""Hours of breakfasts, as the sentence of a door begins with them."""

Street = dict[str, Any]
"""Counts over all homes, for the scene where the lights go on."""


def street(homes: Sequence[Mapping[str, Any]]) -> Street:
    """Count the homes by what they turned out to be, and the counted doors by who was there."""
    doors = Counter(door["state"] for home in homes for door in home["doors"] if door.get("in_window", True))
    verdicts = Counter(home["verdict"] for home in homes)
    return {
        "same_person": verdicts["same_person"],
        "verdicts": [(verdict_told(name), verdicts[name]) for name in _in_order(verdicts)],
        "labels": Counter(home["label"] for home in homes).most_common(),
        "doors": [(state, words, doors[state]) for state, words in STATES.items() if doors[state]],
        "all_doors": doors.total(),
    }


def first_child(homes: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """The home to open first: a child's, of those one with breakfasts, or else that with most children; or the first of all."""
    return max(homes, key=_of_a_child, default=None)


def _of_a_child(home: Mapping[str, Any]) -> tuple[bool, int, int]:
    """Whether a child is behind most counted doors, behind how many in the morning, and behind how many at all."""
    counted = [door for door in home["doors"] if door.get("in_window", True)]
    with_child = [door for door in counted if door["state"] == "child"]
    mornings = sum(door["sentence"][:2] in _MORNING for door in with_child)
    is_a_childs = 2 * len(with_child) > len(counted)
    return is_a_childs, mornings if is_a_childs else 0, len(with_child)


def verdict_told(verdict: str) -> str:
    """A verdict in words, a new one by its own name."""
    return VERDICTS.get(verdict, verdict.replace("_", " "))


def _in_order(verdicts: Mapping[str, int]) -> list[str]:
    known = [name for name in VERDICTS if name in verdicts]
    return known + sorted(set(verdicts) - set(VERDICTS))
