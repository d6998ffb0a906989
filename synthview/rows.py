"""Arrays of one length that belong together: a table while it is still inside the simulation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray

__all__ = ["Flags", "Floats", "Ints", "Rows", "Words", "children", "first_of_group", "last_of_group", "turns"]

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
Words = NDArray[np.uint64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Rows:
    """Base of the simulation's tables: every field is an array whose first axis is the row."""

    __match_args__: ClassVar[tuple[str, ...]]
    """The names of the fields, as dataclasses give them."""

    def __len__(self) -> int:
        return len(getattr(self, self.__match_args__[0]))

    def take(self, index: Ints | Flags | slice) -> Self:
        """Pick rows by position or by mask."""
        return type(self)(*(getattr(self, name)[index] for name in self.__match_args__))

    @classmethod
    def stack(cls, pieces: Sequence[Self]) -> Self:
        """Put tables of the same kind below each other."""
        if len(pieces) == 1:
            return pieces[0]
        return cls(*(np.concatenate([getattr(one, name) for one in pieces]) for name in cls.__match_args__))


def turns(group: Ints) -> Ints:
    """Ordinal of each row within its group, for rows that lie together by group: 0, 1, 2 … then 0 again."""
    first = first_of_group(group)
    return np.arange(len(group)) - np.repeat(first, np.diff(np.append(first, len(group))))


def first_of_group(group: Ints) -> Ints:
    """The first row of each group, for rows that lie together by group; groups are numbered from 0."""
    return np.flatnonzero(np.diff(group, prepend=-1))


def last_of_group(group: Ints) -> Ints:
    """The last row of each group, for rows that lie together by group; groups are numbered from 0."""
    return np.flatnonzero(np.diff(group, append=-1))


def children(counts: Ints) -> tuple[Ints, Ints]:
    """Give row i ``counts[i]`` children: the row each child belongs to, and its place among its siblings from 0."""
    parent = np.repeat(np.arange(len(counts)), counts)
    first = np.cumsum(counts) - counts
    return parent, np.arange(len(parent)) - first[parent]
