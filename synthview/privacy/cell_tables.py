"""The table that a service might publish: how many accounts had a title, by title and day."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np

from synthview.draws.chance import Stream
from synthview.privacy.points import PointTable
from synthview.rows import Ints

__all__ = ["CellTable", "cells_of"]

TITLES = 100
"""A table has the titles that most accounts have."""
DAYS_OF_STARS = 30
"""Ratings are counted by so many days, plays by the day."""


@dataclass(frozen=True, eq=False)
class CellTable:
    """Accounts counted by cells: a row for each account in each cell, in the order of accounts.

    `starts` has for each account where its rows begin, and at last where they end.
    """

    starts: Ints
    cell: Ints
    cells: int
    days: int

    @property
    def accounts(self) -> int:
        """How many accounts there are, in cells or in none."""
        return len(self.starts) - 1

    @cached_property
    def counts(self) -> Ints:
        """How many accounts each cell has."""
        return np.bincount(self.cell, minlength=self.cells)

    @cached_property
    def account(self) -> Ints:
        """The account of each row."""
        return np.repeat(np.arange(self.accounts), np.diff(self.starts))

    def of_account(self, account: int) -> Ints:
        """The cells of an account."""
        return self.cell[self.starts[account] : self.starts[account + 1]]

    @cached_property
    def _by_cell(self) -> tuple[Ints, Ints]:
        """Where the accounts of each cell begin, and those accounts, cell by cell."""
        order = np.argsort(self.cell, kind="stable")
        return np.append(0, np.cumsum(self.counts)), self.account[order]

    def inside(self, cell: int) -> Ints:
        """The accounts of a cell."""
        starts, accounts = self._by_cell
        return accounts[starts[cell] : starts[cell + 1]]

    def bounded(self, most: int, stream: Stream) -> Self:
        """Keep at most so many cells of each account, drawn by chance."""
        order = np.lexsort((stream.bits(self.account, n=self.cell), self.account))
        turn = np.arange(len(order)) - self.starts[self.account[order]]
        kept = np.sort(order[turn < most])
        return type(self)(
            starts=np.searchsorted(self.account[kept], np.arange(self.accounts + 1)),
            cell=self.cell[kept],
            cells=self.cells,
            days=self.days,
        )


def cells_of(points: PointTable, titles: int = TITLES) -> CellTable:
    """Count accounts by title and day, or of ratings by title and month."""
    days = DAYS_OF_STARS if points.stars.any() else 1
    is_in = points.rank[points.title] < titles
    place = points.rank[points.title[is_in]]
    span = points.day[is_in].astype(np.int64) // days
    spans = int(points.day.max(initial=0)) // days + 1
    cells = min(titles, points.titles) * spans
    account = points.account[is_in].astype(np.int64)
    found = np.unique(account * cells + place * spans + span)
    return CellTable(
        starts=np.searchsorted(found // cells, np.arange(points.accounts + 1)),
        cell=found % cells,
        cells=cells,
        days=days,
    )
