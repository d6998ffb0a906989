"""Rows of a table in two worlds: which are in one only, and which are in both but not alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

import polars as pl

from synthview.tables import BY_PATH

__all__ = ["Difference", "Unlike", "matched", "unlike"]

FOLLOWS = {"truth.plays": ("same_person_as_yesterday",)}
"""Columns left out: who was there yesterday is told on today's row, and follows from what is compared on both days."""


@dataclass
class Difference:
    """Rows of one table, counted: in one world only, in both but different (and in which columns), equal."""

    table: str
    only_with: int = 0
    only_without: int = 0
    changed: int = 0
    equal: int = 0
    columns: dict[str, int] = field(default_factory=dict)

    @property
    def is_none(self) -> bool:
        """Whether the table is the same in both worlds."""
        return not (self.only_with or self.only_without or self.changed)

    def add(self, other: Difference) -> None:
        """Count another part of the same table too."""
        self.only_with += other.only_with
        self.only_without += other.only_without
        self.changed += other.changed
        self.equal += other.equal
        self.columns = dict(Counter(self.columns) + Counter(other.columns))


@dataclass(frozen=True)
class Unlike:
    """Rows of a table in one world that the other has not, or has otherwise; and how many rows it has in all."""

    rows: pl.DataFrame
    count: int


def unlike(path: str, one: pl.DataFrame, other: pl.DataFrame) -> tuple[Unlike, Unlike]:
    """The rows of each that are not, just so, in the other: usually few, whatever the size of the tables."""
    marks = [_marks(path, frame) for frame in (one, other)]
    left, right = ~marks[0].is_in(marks[1].implode()), ~marks[1].is_in(marks[0].implode())
    return Unlike(one.filter(left), one.height), Unlike(other.filter(right), other.height)


def _marks(path: str, frame: pl.DataFrame) -> pl.Series:
    return _comparable(path, frame).hash_rows()


def _comparable(path: str, frame: pl.DataFrame) -> pl.DataFrame:
    lists = [name for name, kind in frame.schema.items() if isinstance(kind, pl.List)]
    words = [pl.col(name).cast(pl.List(pl.String)).list.join(" ") for name in lists]
    return frame.drop(FOLLOWS.get(path, ())).with_columns(words)


def matched(
    path: str, one: Iterable[Unlike], other: Iterable[Unlike]
) -> tuple[Difference, pl.DataFrame]:
    """Match what is unlike by the table's key: the counts, and the rows with `side` and the `columns` that differ.

    A row may have moved to another day; so all days of some households are matched at once.
    """
    left, right = list(one), list(other)
    ours, theirs = (pl.concat([part.rows for part in parts]) for parts in (left, right))
    key = list(BY_PATH[path].key)
    changed = _changed(path, ours, theirs, key)
    none = pl.lit([], dtype=pl.List(pl.String)).alias("columns")
    rows = pl.concat([
        ours.join(theirs, on=key, how="anti").with_columns(none, side=pl.lit("with")),
        theirs.join(ours, on=key, how="anti").with_columns(none, side=pl.lit("without")),
        changed.with_columns(side=pl.lit("both")),
    ])  # fmt: skip
    sides = dict(rows.group_by("side").len().iter_rows())
    equal = sum(part.count for part in left) - ours.height
    columns = dict(Counter(changed["columns"].explode().drop_nulls().to_list()))
    counted = Difference(
        path, sides.get("with", 0), sides.get("without", 0), sides.get("both", 0), equal, columns
    )
    return counted, rows


def _changed(path: str, ours: pl.DataFrame, theirs: pl.DataFrame, key: list[str]) -> pl.DataFrame:
    """Rows of the first world whose key is in both, with the names of the columns that differ."""
    one, other = _comparable(path, ours), _comparable(path, theirs)
    columns = [name for name in one.columns if name not in key]
    both = one.join(other, on=key, suffix="_other")
    differ = [
        pl.when(pl.col(name).ne_missing(pl.col(f"{name}_other"))).then(pl.lit(name))
        for name in columns
    ]
    named = both.select(*key, columns=pl.concat_list(differ).list.drop_nulls())
    return ours.join(named, on=key)
