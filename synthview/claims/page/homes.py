"""The homes of the shown world in sum: how many are one person, and what was behind the doors."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from synthview.claims.page.calendar import STATES
from synthview.claims.sections.doors import (
    Door,
    Home,
    evenings_of_one,
    first_child,
    is_borderline,
    lacking,
)

__all__ = ["VERDICTS", "Closest", "Street", "first_child", "street", "verdict_words"]

VERDICTS = {
    "same_person": "one and the same person, every day",
    "in_turns": "somebody sat through it every day, but not the same person",
    "guests": "people were there every day, and nobody knows who of them watched",
    "somebody": "somebody was there every day, but did not sit through it every time",
    "nobody_sometimes": "on some days nobody was there, or nothing ran",
    "nobody": "on every day nobody was there, or nothing ran",
}
"""The rung that a home reaches, in words."""


@dataclass(frozen=True)
class Closest:
    """Who came closest to being one person on every day, and the days on which they were not."""

    place: int
    home: Home
    evenings: int
    of: int
    lacking: Sequence[Door]


@dataclass(frozen=True)
class Street:
    """Counts over all homes for the scene of lights: homes by verdict and label, doors by state.

    `forgiven` are the homes of one person if one evening each is forgiven; `closest` is one of
    those who are not one person, unless all are.
    """

    same_person: int = 0
    forgiven: int = 0
    closest: Closest | None = None
    verdicts: Sequence[tuple[str, int]] = ()
    labels: Sequence[tuple[str, int]] = ()
    doors: Sequence[tuple[str, str, int]] = ()
    all_doors: int = 0


def street(homes: Sequence[Home]) -> Street:
    """Count the homes by what they turned out to be, and the counted doors by who was there."""
    doors = Counter(door.state for home in homes for door in home.doors if door.in_window)
    verdicts = Counter(home.verdict for home in homes)
    return Street(
        same_person=verdicts["same_person"],
        forgiven=verdicts["same_person"] + sum(map(is_borderline, homes)),
        closest=_closest(homes),
        verdicts=[(verdict_words(name), verdicts[name]) for name in _in_order(verdicts)],
        labels=Counter(home.label for home in homes).most_common(),
        doors=[(state, words, doors[state]) for state, words in STATES.items() if doors[state]],
        all_doors=doors.total(),
    )


def _closest(homes: Sequence[Home]) -> Closest | None:
    """Of the homes that are not one person, the one with most evenings of the same one."""
    others = [
        place for place, home in enumerate(homes) if home.verdict != "same_person" and lacking(home)
    ]
    best = max(others, key=lambda place: evenings_of_one(homes[place]), default=None)
    if best is None or not evenings_of_one(homes[best]):
        return None
    home = homes[best]
    missing = lacking(home)
    evenings = evenings_of_one(home)
    return Closest(best, home, evenings, evenings + len(missing), missing)


def verdict_words(verdict: str) -> str:
    """A verdict in words, a new one by its own name."""
    return VERDICTS.get(verdict, verdict.replace("_", " "))


def _in_order(verdicts: Mapping[str, int]) -> list[str]:
    known = [name for name in VERDICTS if name in verdicts or name == "same_person"]
    return known + sorted(set(verdicts) - set(VERDICTS))
