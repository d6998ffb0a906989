"""Rows of a table in two worlds: those in one only, and those in both that differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

import polars as pl

from synthview.tables import BY_PATH

__all__ = ["Difference", "Unlike", "matched", "unlike"]

FOLLOWS = {"truth.plays": ("same_person_as_yesterday",)}
"""Columns left out: who was there yesterday follows from what is compared on both days."""


@dataclass
class Difference:
    """Counts of rows of one table: in one world only, changed (and in which columns), equal."""

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
    """Rows of a table in one world that the other lacks or has changed, and the count of all."""

    rows: pl.DataFrame
    count: int


def unlike(path: str, one: pl.DataFrame, other: pl.DataFrame) -> tuple[Unlike, Unlike]:
    """Return the rows of each that are not in the other: usually few, even of large tables."""
    ours = _marks(path, one)
    theirs = _marks(path, other)
    is_ours_alone = ~ours.is_in(theirs.implode())
    is_theirs_alone = ~theirs.is_in(ours.implode())
    return (
        Unlike(one.filter(is_ours_alone), one.height),
        Unlike(other.filter(is_theirs_alone), other.height),
    )


def _marks(path: str, frame: pl.DataFrame) -> pl.Series:
    return _comparable(path, frame).hash_rows()


def _comparable(path: str, frame: pl.DataFrame) -> pl.DataFrame:
    lists = [name for name, kind in frame.schema.items() if isinstance(kind, pl.List)]
    words = [pl.col(name).cast(pl.List(pl.String)).list.join(" ") for name in lists]
    return frame.drop(FOLLOWS.get(path, ())).with_columns(words)


def matched(
    path: str, one: Iterable[Unlike], other: Iterable[Unlike]
) -> tuple[Difference, pl.DataFrame]:
    """Match rows that differ by the table's key.

    A row may have moved to another day, so all days of some households are matched at once.

    Returns:
        The counts, and the rows with their `side` and the `columns` that differ.
    """
    left = list(one)
    ours = pl.concat([part.rows for part in left])
    theirs = pl.concat([part.rows for part in other])
    key = list(BY_PATH[path].key)
    only_ours = ours.join(theirs, on=key, how="anti")
    only_theirs = theirs.join(ours, on=key, how="anti")
    changed = _changed(
        path,
        ours,
        theirs,
        key,
    )
    names = changed["columns"].explode().drop_nulls()
    counted = Difference(
        path,
        only_with=only_ours.height,
        only_without=only_theirs.height,
        changed=changed.height,
        equal=sum(part.count for part in left) - ours.height,
        columns=dict(Counter(names.to_list())),
    )
    return counted, _with_sides(only_ours, only_theirs, changed)


def _with_sides(
    only_ours: pl.DataFrame, only_theirs: pl.DataFrame, changed: pl.DataFrame
) -> pl.DataFrame:
    none = pl.lit([], dtype=pl.List(pl.String)).alias("columns")
    return pl.concat(
        [
            only_ours.with_columns(none, side=pl.lit("with")),
            only_theirs.with_columns(none, side=pl.lit("without")),
            changed.with_columns(side=pl.lit("both")),
        ]
    )


def _changed(path: str, ours: pl.DataFrame, theirs: pl.DataFrame, key: list[str]) -> pl.DataFrame:
    """Return rows of the first world whose key is in both, with the columns that differ."""
    one = _comparable(path, ours)
    other = _comparable(path, theirs)
    both = one.join(other, on=key, suffix="_other")
    names = [_named_if_different(name) for name in one.columns if name not in key]
    differ = both.select(*key, columns=pl.concat_list(names).list.drop_nulls())
    return ours.join(differ, on=key)


def _named_if_different(column: str) -> pl.Expr:
    is_different = pl.col(column).ne_missing(pl.col(f"{column}_other"))
    return pl.when(is_different).then(pl.lit(column))
