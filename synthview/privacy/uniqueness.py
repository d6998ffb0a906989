"""Uniqueness: how many things somebody must know of an account until no other account fits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from synthview.draws.chance import Stream
from synthview.privacy.part import Laboratory, LabSection, LabTable, ShareFound, share_of
from synthview.privacy.points import PointTable
from synthview.rows import Ints

__all__ = [
    "MOST_KNOWN",
    "SECTION",
    "KnownOfPoints",
    "Unicity",
    "UnicityCurve",
    "fitting",
    "measure",
]

MOST_KNOWN = 8
"""Curves go from one thing known to so many."""
TARGETS = 1_000
"""So many accounts are looked for, drawn by chance from those with enough points."""
ANY_DAY = -1
Marks = NDArray[np.int16]
RARITIES = (0, 100, 500)
"""Points of any title, or of titles that are not among so many that most accounts have."""


@dataclass(frozen=True)
class KnownOfPoints:
    """What somebody knows of a point beside its title: the day within so many, and the stars."""

    days_off: int
    with_stars: bool

    @property
    def words(self) -> str:
        """The same as people say it."""
        days = {ANY_DAY: "no day", 0: "the day"}.get(self.days_off, f"the day ± {self.days_off}")
        return f"title, {'stars, ' if self.with_stars else ''}{days}"


@dataclass(frozen=True)
class UnicityCurve:
    """Of accounts with enough points, those that 1, 2, … points single out.

    `beyond` says that no title is among so many that most accounts have; `others` is how many
    other accounts fit in the middle of all that were looked for.
    """

    knows: str
    beyond: int
    unique: tuple[ShareFound, ...]
    others: tuple[int, ...]


@dataclass(frozen=True)
class Unicity:
    """A curve for each thing that somebody knows and each rarity of titles."""

    accounts: int
    points: int
    curves: tuple[UnicityCurve, ...]


def measure(lab: Laboratory) -> Unicity:
    """Look for some accounts by what is known of them, among all."""
    curves = []
    for knowledge in _knowledge(lab):
        for beyond in RARITIES:
            curve = _curve(lab, knowledge, beyond)
            curves += [curve] if curve.unique[0].of else []
    return Unicity(
        lab.points.accounts,
        len(lab.points.title),
        tuple(curves),
    )


def _knowledge(lab: Laboratory) -> list[KnownOfPoints]:
    """What is looked into: days to the day, roughly, or not at all."""
    days = (0, 3, 14, ANY_DAY) if lab.has_stars else (0, 1, ANY_DAY)
    return [KnownOfPoints(one, lab.has_stars) for one in days]


def _curve(lab: Laboratory, knowledge: KnownOfPoints, beyond: int) -> UnicityCurve:
    """Draw points of some accounts, and count for each number of points who else fits."""
    points = lab.points
    stream = Stream(lab.seed, f"privacy/uniqueness/{beyond}")
    is_rare = points.rank[points.title] >= beyond
    known = points.chosen(
        stream,
        TARGETS,
        is_rare,
        MOST_KNOWN,
    )
    marks = np.zeros(points.accounts, np.int16)
    table = [
        fitting(
            points,
            rows,
            knowledge,
            marks,
        )
        for rows in known
    ]
    counts = np.array(table, np.int64).reshape(-1, MOST_KNOWN)
    alone = (counts == 1).sum(axis=0)
    unique = tuple(share_of(int(one), len(counts)) for one in alone)
    others = np.median(counts - 1, axis=0) if len(counts) else np.zeros(MOST_KNOWN)
    return UnicityCurve(
        knowledge.words,
        beyond,
        unique,
        tuple(int(one) for one in others),
    )


def fitting(points: PointTable, rows: Ints, knowledge: KnownOfPoints, marks: Marks) -> list[int]:
    """Count the accounts that have the first of some points, the first two, and so on.

    `rows` are points of one account, which always fits. `marks` is zero for each account, and is
    again when all is counted.
    """
    index, counts, touched = points.by_title, [], []
    for turn, row in enumerate(rows.tolist()):
        place = _around(points, row, knowledge)
        fits = marks[index.account[place]] == turn
        if knowledge.with_stars:
            fits &= index.stars[place] == points.stars[row]
        found = np.unique(index.account[place][fits])
        marks[found] = turn + 1
        touched.append(found)
        counts.append(len(found))
    for found in touched:
        marks[found] = 0
    return counts


def _around(points: PointTable, row: int, knowledge: KnownOfPoints) -> slice:
    """The points of the same title on days that what is known allows."""
    title, day, off = int(points.title[row]), int(points.day[row]), knowledge.days_off
    if off == ANY_DAY:
        return points.by_title.all_rows(title)
    return points.by_title.rows(
        title,
        day - off,
        day + off,
    )


def _sentence(found: Unicity) -> str:
    if not found.curves:
        return f"No account has {MOST_KNOWN} points, so none can be looked for."
    first = found.curves[0]
    half = next((place for place, one in enumerate(first.unique, 1) if one.share >= 0.5), None)
    two, all_of_them = first.unique[1], first.unique[-1]
    text = (
        f"half of them by {half}" if half else "not even half of them by all that was looked into"
    )
    return (
        f"Of {two.of:,} accounts, {two.share:.0%} ({two.low:.0%} to {two.high:.0%}) are "
        f"singled out by 2 points ({first.knows}), {text}, {all_of_them.share:.0%} by "
        f"{MOST_KNOWN}."
    )


def _tables(found: Unicity) -> Iterable[LabTable]:
    head = ["known", "titles", *(f"{one}" for one in range(1, MOST_KNOWN + 1)), "accounts"]
    rows = [
        [
            one.knows,
            f"beyond the first {one.beyond}" if one.beyond else "any",
            *(f"{100 * share.share:.0f} ({100 * share.low:.0f}–{100 * share.high:.0f})"
              for share in one.unique),
            f"{one.unique[0].of:,}",
        ]
        for one in found.curves
    ]  # fmt: skip
    yield LabTable(
        "Per cent singled out by so many points, with 95 % intervals",
        head,
        rows,
    )


SECTION = LabSection(
    name="uniqueness",
    title="Who is unique?",
    about="Points of an account are drawn by chance, and the accounts counted that have them all.",
    kind=Unicity,
    measure=measure,
    sentence=_sentence,
    tables=_tables,
)
