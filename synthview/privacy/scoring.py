"""The scoreboard of Narayanan and Shmatikov: which record fits what is known best, and how well.

"Robust De-anonymization of Large Sparse Datasets", IEEE Symposium on Security and Privacy 2008,
doi:10.1109/SP.2008.33, section 5, re-implemented from the paper.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from synthview.privacy.points import PointTable
from synthview.rows import Floats, Ints

__all__ = [
    "DAY_SCALE",
    "ECCENTRICITY",
    "STAR_SCALE",
    "UNKNOWN",
    "KnownTitles",
    "Match",
    "Scoreboard",
]

STAR_SCALE, DAY_SCALE, ECCENTRICITY = 1.5, 30.0, 1.5
"""The numbers of the paper: two that forgive wrong stars and days, and how sure is sure."""
UNKNOWN = -1
"""Stands for stars or a day that somebody does not know."""


@dataclass(frozen=True, eq=False)
class KnownTitles:
    """What somebody knows of one account: titles, with stars and days or `UNKNOWN`."""

    title: Ints
    stars: Ints
    day: Ints

    def each(self) -> Iterator[tuple[int, int, int]]:
        """Yield what is known one by one: title, stars and day."""
        yield from zip(self.title.tolist(), self.stars.tolist(), self.day.tolist(), strict=True)


@dataclass(frozen=True)
class Match:
    """The best record, and by how many standard deviations it is ahead of the next one."""

    account: int
    eccentricity: float

    @property
    def is_sure(self) -> bool:
        """Whether the algorithm names the record, rather than none."""
        return self.eccentricity > ECCENTRICITY


class Scoreboard:
    """Scores of all records for what is known of one; things known can be added one by one.

    A record scores for each known title that it has wt · (e^(-|s - s'| / 1.5) + e^(-|d - d'| / 30))
    for stars s and days d, where wt = 1 / log |supp|. The weight of a title that one record alone
    has would be infinite: it is that of two. What is unknown of a title adds nothing.
    """

    def __init__(self, points: PointTable) -> None:
        self._points = points
        self._weight = 1 / np.log(np.maximum(points.support, 2))
        self._stars = np.exp(-np.abs(np.subtract.outer(np.arange(6), np.arange(6))) / STAR_SCALE)
        self.scores: Floats = np.zeros(points.accounts)

    def clear(self) -> None:
        """Forget what is known."""
        self.scores[:] = 0.0

    def add(self, title: int, stars: int, day: int) -> None:
        """Add what one more known thing says of all records."""
        index = self._points.by_title
        rows = index.all_rows(title)
        likeness = np.zeros(rows.stop - rows.start)
        if stars != UNKNOWN:
            likeness += self._stars[stars][index.stars[rows]]
        if day != UNKNOWN:
            likeness += np.exp(-np.abs(index.day[rows].astype(np.float64) - day) / DAY_SCALE)
        self.scores[index.account[rows]] += self._weight[title] * likeness

    def match(self) -> Match:
        """Return the best record; of equal ones the first, with an eccentricity of 0."""
        best = int(np.argmax(self.scores))
        spread = float(self.scores.std())
        if not spread:
            return Match(best, 0.0)
        first = self.scores[best]
        self.scores[best] = -1.0
        second = self.scores.max()
        self.scores[best] = first
        return Match(best, float(first - second) / spread)

    def of(self, known: KnownTitles) -> Match:
        """Return the best record for what is known."""
        self.clear()
        for title, stars, day in known.each():
            self.add(title, stars, day)
        return self.match()
