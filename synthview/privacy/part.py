"""A part of the laboratory: what it is called, how it is measured, and how it is told."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import hypot
from typing import Any

import polars as pl

from synthview.claims.counting.intervals import wilson
from synthview.errors import SynthviewError
from synthview.privacy.points import PointTable
from synthview.privacy.prize.reviews import Reviews
from synthview.rows import Flags
from synthview.scenario.declarations import Claim

__all__ = [
    "Advantage",
    "LabSection",
    "LabTable",
    "Laboratory",
    "NothingToMeasure",
    "ShareFound",
    "advantage_of",
    "share_of",
    "shown",
    "worth",
]


class NothingToMeasure(SynthviewError):  # noqa: N818  says what is so, not what went wrong
    """A section has nothing to measure in this world; the message says what is missing."""


@dataclass(frozen=True, eq=False)
class Laboratory:
    """A world to be examined: points of its accounts, and what else there is of it.

    `frames` are tables of the log by name, `reviews` the sheet of an attacker with its truth. Of
    columns of accounts, `columns` can be known, and `sensitive` should not be learned by it.
    `claims` are what was said of the world in public.
    """

    name: str
    about: str
    seed: int
    points: PointTable
    frames: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    reviews: Reviews | None = None
    columns: tuple[str, ...] = ()
    sensitive: str = ""
    claims: tuple[Claim, ...] = ()

    @property
    def has_stars(self) -> bool:
        """Whether points are ratings."""
        return bool(self.points.stars.any())

    def frame(self, name: str) -> pl.DataFrame:
        """Return a table of the log.

        Raises NothingToMeasure where the world has none.
        """
        if name not in self.frames:
            raise NothingToMeasure(f"this world has no {name}")
        return self.frames[name]


@dataclass(frozen=True)
class ShareFound:
    """How many of some are so, with the 95 % interval of their share by Wilson."""

    count: int
    of: int
    share: float
    low: float
    high: float


def share_of(count: int, of: int) -> ShareFound:
    """Return a share with its interval; of nothing it is 0, from 0 to 1."""
    if not of:
        return ShareFound(0, 0, 0.0, 0.0, 1.0)
    low, high = wilson(count, of)
    return ShareFound(count, of, count / of, low, high)


@dataclass(frozen=True)
class Advantage:
    """How often an attacker says yes of those who are, less how often of those who are not.

    1 is certainty, 0 a guess; with the 95 % interval of a difference by Newcombe (1998).
    """

    value: float
    low: float
    high: float
    of: int


def advantage_of(says_so: Flags, is_so: Flags) -> Advantage:
    """Return what an attacker's answers are worth."""
    right = share_of(int((says_so & is_so).sum()), int(is_so.sum()))
    wrong = share_of(int((says_so & ~is_so).sum()), int((~is_so).sum()))
    value = right.share - wrong.share
    below = hypot(right.share - right.low, wrong.high - wrong.share)
    above = hypot(right.high - right.share, wrong.share - wrong.low)
    return Advantage(
        value,
        max(value - below, -1.0),
        min(value + above, 1.0),
        len(is_so),
    )


def shown(share: ShareFound) -> str:
    """Write a share as per cent with its interval."""
    if not share.of:
        return "nobody"
    return f"{100 * share.share:.0f} ({100 * share.low:.0f}–{100 * share.high:.0f})"


def worth(one: Advantage) -> str:
    """Write an advantage as per cent with its interval."""
    return f"{100 * one.value:.0f} ({100 * one.low:.0f} to {100 * one.high:.0f})"


@dataclass(frozen=True)
class LabTable:
    """A table on the screen and on the page."""

    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True, kw_only=True)
class LabSection:
    """A section: a file of this folder ends with one, named SECTION.

    `kind` is the dataclass that it is: its fields are its JSON.
    """

    name: str
    title: str
    about: str
    kind: type
    measure: Callable[[Laboratory], Any]
    sentence: Callable[[Any], str]
    tables: Callable[[Any], Iterable[LabTable]]
