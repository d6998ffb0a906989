"""Arrays of one length that belong together: a table while it is still inside the simulation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "Flags",
    "Floats",
    "Ints",
    "Rows",
    "Words",
    "children",
    "first_of_group",
    "last_of_group",
    "turns",
]

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
        first = self.__match_args__[0]
        return len(getattr(self, first))

    def take(self, index: Ints | Flags | slice) -> Self:
        """Pick rows by position or by mask."""
        columns = [getattr(self, name) for name in self.__match_args__]
        if isinstance(index, slice):
            return type(self)(*[column[index] for column in columns])
        # A mask costs each column three times what positions cost it.
        rows = index.nonzero()[0] if index.dtype == np.bool_ else index
        return type(self)(*[column.take(rows, axis=0) for column in columns])

    @classmethod
    def stack(cls, pieces: Sequence[Self]) -> Self:
        """Put tables of the same kind below each other."""
        if len(pieces) == 1:
            return pieces[0]
        columns = []
        for name in cls.__match_args__:
            parts = [getattr(one, name) for one in pieces]
            columns.append(np.concatenate(parts))
        return cls(*columns)


def turns(group: Ints) -> Ints:
    """Return each row's ordinal in its group, for rows sorted by group: 0, 1, 2 … then 0 again."""
    count = len(group)
    first = first_of_group(group)
    lengths = np.diff(np.append(first, count))
    return np.arange(count) - np.repeat(first, lengths)


def first_of_group(group: Ints) -> Ints:
    """Return the first row of each group, for rows sorted by group; groups count from 0."""
    return np.append(0, _breaks(group) + 1) if len(group) else np.zeros(0, dtype=np.int64)


def last_of_group(group: Ints) -> Ints:
    """Return the last row of each group, for rows sorted by group; groups count from 0."""
    return np.append(_breaks(group), len(group) - 1) if len(group) else np.zeros(0, dtype=np.int64)


def _breaks(group: Ints) -> Ints:
    """Return the rows after which another group begins."""
    return np.flatnonzero(group[1:] != group[:-1])


def children(counts: Ints) -> tuple[Ints, Ints]:
    """Give row i ``counts[i]`` children: return each child's parent, and its place from 0."""
    parent = np.repeat(np.arange(len(counts)), counts)
    first = np.cumsum(counts) - counts
    return parent, np.arange(len(parent)) - first[parent]
