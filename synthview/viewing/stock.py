"""Stock: what there is to choose from on some days in a row."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from synthview.rows import Ints
from synthview.world import World
from synthview.world.popularity import Shelf

__all__ = ["Stock"]


@dataclass(frozen=True, slots=True)
class Stock:
    """What is on offer on some days in a row, in some countries; days are days since 1970."""

    first_day: int
    shelf: Shelf
    _by_work: Ints = field(repr=False)

    @classmethod
    def on(cls, world: World, countries: Ints, days: range) -> Stock:
        """What is on offer on some days; all are in memory at once."""
        catalogue, popularity = world.catalogue, world.popularity
        shelves = [popularity.shelf(day, countries) for day in days]
        by_work = [
            (catalogue.episodes_out(day), catalogue.newest_day(day), catalogue.newest_episode(day))
            for day in days
        ]
        return cls(days.start, Shelf.one_after_another(shelves), np.array(by_work))

    def number(self, day: Ints) -> Ints:
        """The place of each day among those of the stock."""
        return day - self.first_day

    def episodes_out(self, work: Ints, day: Ints) -> Ints:
        """How many episodes of each work have appeared by a day each; 0 for films."""
        return self._by_work[self.number(day), 0, work]

    def newest_day(self, work: Ints, day: Ints) -> Ints:
        """As that of the catalogue, of each work by a day each."""
        return self._by_work[self.number(day), 1, work]

    def newest_episode(self, work: Ints, day: Ints) -> Ints:
        """As that of the catalogue, of each work by a day each."""
        return self._by_work[self.number(day), 2, work]
