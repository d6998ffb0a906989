"""What is known of accounts as points: an account, a title, a day, and perhaps stars."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from synthview.draws.chance import Stream
from synthview.rows import Flags, Ints

__all__ = ["NO_STARS", "ByTitle", "PointTable"]

NO_STARS = 0
"""The stars of a point that has none, such as a play."""
Small = NDArray[Any]
"""Whole numbers that need fewer than 64 bits."""


@dataclass(frozen=True, eq=False)
class ByTitle:
    """The same points in the order of titles and days."""

    starts: Ints
    account: Small
    day: Small
    stars: Small

    def rows(self, title: int, first_day: int, last_day: int) -> slice:
        """The rows of a title on some days, both ends included."""
        start, stop = self.starts[title], self.starts[title + 1]
        days = self.day[start:stop]
        # Numbers of the same type as the days: others would have all of them copied.
        ends = np.array([first_day, last_day], days.dtype)
        low = int(
            np.searchsorted(
                days,
                ends[0],
                side="left",
            )
        )
        high = int(
            np.searchsorted(
                days,
                ends[1],
                side="right",
            )
        )
        return slice(int(start) + low, int(start) + high)

    def all_rows(self, title: int) -> slice:
        """The rows of a title on any day."""
        return slice(int(self.starts[title]), int(self.starts[title + 1]))


@dataclass(frozen=True, eq=False)
class PointTable:
    """The points of accounts, in the order of accounts: those of account i begin at `starts[i]`.

    Those of an account are in the order of titles. `title` is a number from 0, `day` a number from
    0, `stars` 1 to 5, or 0 where there are none.
    """

    starts: Ints
    title: Small
    day: Small
    stars: Small
    titles: int

    @classmethod
    def of(cls, account: Ints, title: Ints, day: Ints, *, accounts: int, titles: int) -> Self:
        """Make points of rows in any order; equal rows are one point."""
        days = int(day.max(initial=0)) + 1
        found = np.unique((account * titles + title) * days + day)
        pair, days_of = np.divmod(found, days)
        accounts_of, titles_of = np.divmod(pair, titles)
        starts = np.searchsorted(accounts_of, np.arange(accounts + 1))
        return cls(
            starts=starts,
            title=titles_of.astype(np.int32),
            day=days_of.astype(np.int32),
            stars=np.full(len(found), NO_STARS, np.int8),
            titles=titles,
        )

    @property
    def accounts(self) -> int:
        """How many accounts there are, with points or without."""
        return len(self.starts) - 1

    @property
    def counts(self) -> Ints:
        """How many points each account has."""
        return np.diff(self.starts)

    @cached_property
    def account(self) -> Small:
        """The account of each point."""
        return np.repeat(np.arange(self.accounts, dtype=np.int32), self.counts)

    @cached_property
    def by_title(self) -> ByTitle:
        """The points of each title, in the order of days."""
        days = int(self.day.max(initial=0)) + 1
        order = np.argsort(self.title.astype(np.int64) * days + self.day, kind="stable")
        title = self.title[order]
        return ByTitle(
            starts=np.searchsorted(title, np.arange(self.titles + 1, dtype=title.dtype)),
            account=self.account[order],
            day=self.day[order],
            stars=self.stars[order],
        )

    @cached_property
    def support(self) -> Ints:
        """How many accounts have each title."""
        is_new = np.ones(len(self.title), bool)
        is_new[1:] = (np.diff(self.title) != 0) | (np.diff(self.account) != 0)
        return np.bincount(self.title[is_new], minlength=self.titles)

    @cached_property
    def rank(self) -> Ints:
        """The place of each title by how many accounts have it, from 0."""
        place = np.empty(self.titles, np.int64)
        place[np.argsort(-self.support, kind="stable")] = np.arange(self.titles)
        return place

    def of_account(self, account: int) -> slice:
        """The rows of an account."""
        return slice(int(self.starts[account]), int(self.starts[account + 1]))

    def chosen(self, stream: Stream, most: int, is_known: Flags, least: int) -> list[Ints]:
        """Draw rows that somebody knows: `least` of each of at most `most` accounts, in any order.

        Only rows that `is_known` marks can be, and accounts with fewer are left out.
        """
        total = np.append(0, np.cumsum(is_known))
        counts = total[self.starts[1:]] - total[self.starts[:-1]]
        able = np.flatnonzero(counts >= least)
        drawn = able[np.argsort(stream.bits(able), kind="stable")[:most]]
        return [
            self._known(
                stream,
                int(one),
                is_known,
            )[:least]
            for one in np.sort(drawn)
        ]

    def _known(self, stream: Stream, account: int, is_known: Flags) -> Ints:
        """The rows of an account that can be known, in an order that chance gives them."""
        place = self.of_account(account)
        rows = np.arange(place.start, place.stop)[is_known[place]]
        return rows[np.argsort(stream.bits(account, n=rows - place.start + 1), kind="stable")]
