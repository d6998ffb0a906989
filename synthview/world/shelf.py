"""Shelves: what is on offer on a day or several, as weights from which a work is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from synthview.draws.chance import portion
from synthview.rows import Ints, Words

__all__ = ["Shelf"]

_KINDS = 3
"""Films, series, and what is fresh."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """What is on offer on a day, by kind, audience and country, as cumulative weights end to end.

    Row ``(kind * 2 + audience) * countries + country`` is one shelf; `start` is where its weights
    begin, `total` their sum, `first` and `offset` where its works lie in `cumulative` and `works`.
    Those of several days follow each other.
    """

    works: Ints
    cumulative: Ints
    start: Ints
    total: Ints
    first: Ints
    offset: Ints
    per_kind: int

    @classmethod
    def end_to_end(cls, groups: list[Ints], weights: list[Ints]) -> Self:
        """Lay groups of works end to end, each with its weights by country: (country, work).

        Groups come in pairs for each kind: what adults, and what children, choose from.
        """
        no_work = np.zeros(1, dtype=np.int64)
        lengths = np.array([len(group) for group in groups])
        country_count = len(weights[0])
        size = np.repeat(lengths, country_count)
        total = np.concatenate([one.sum(axis=1) for one in weights])
        return cls(
            works=np.concatenate([*groups, no_work]),
            cumulative=np.cumsum(np.concatenate([one.ravel() for one in weights])),
            start=np.cumsum(total) - total,
            total=total,
            first=np.cumsum(size) - size,
            offset=np.repeat(np.cumsum(lengths) - lengths, country_count),
            per_kind=2 * country_count,
        )

    @classmethod
    def one_after_another(cls, days: Sequence[Self]) -> Self:
        """Lay what is on offer on several days, in the same countries, end to end."""
        if len(days) == 1:
            return days[0]
        works, weights = (
            np.cumsum([0, *sizes[:-1]])
            for sizes in ([len(one.works) for one in days], [one.weight for one in days])
        )
        places = np.cumsum([0, *(len(one.cumulative) for one in days[:-1])])
        return cls(
            works=np.concatenate([one.works for one in days]),
            cumulative=_moved([one.cumulative for one in days], weights),
            start=_moved([one.start for one in days], weights),
            total=np.concatenate([one.total for one in days]),
            first=_moved([one.first for one in days], places),
            offset=_moved([one.offset for one in days], works),
            per_kind=days[0].per_kind,
        )

    @property
    def weight(self) -> int:
        """The sum of all weights; 0 where nothing is on offer."""
        return int(self.cumulative[-1]) if len(self.cumulative) else 0

    def row(self, kind: Ints | int, audience_and_country: Ints, number: Ints | int = 0) -> Ints:
        """The shelf of a kind for each audience and country, on the `number`-th of its days."""
        kinds = np.asarray(number, dtype=np.int64) * _KINDS + np.asarray(kind, dtype=np.int64)
        return kinds * self.per_kind + audience_and_country

    def pick(self, bits: Words, row: Ints) -> Ints:
        """Draw a work from the shelf of each row by 64 uniform bits; -1 where it is empty."""
        total = self.total[row]
        is_stocked = total > 0
        point = self.start[row] + portion(bits, total)
        place = np.searchsorted(self.cumulative, point, side="right")
        place_on_shelf = place - self.first[row]
        found = self.offset[row] + place_on_shelf
        last = len(self.works) - 1
        at = np.where(is_stocked, found, last)
        return np.where(is_stocked, self.works[at], -1)


def _moved(parts: list[Ints], by: Ints) -> Ints:
    """Parts below each other, each moved on by so much."""
    moved = np.concatenate(parts)
    start = 0
    for one, step in zip(parts, by.tolist(), strict=True):
        moved[start : start + len(one)] += step
        start += len(one)
    return moved
