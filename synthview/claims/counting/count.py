"""Counting: how many, by any definition; the whole grid of them at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import numpy as np
import polars as pl

from synthview.claims.counting.definitions import (
    AXES,
    HEADLINE,
    Axis,
    Definition,
    axes,
    option_of,
    stated,
    switches,
)
from synthview.claims.counting.title_plays import with_local_times
from synthview.claims.question import Question
from synthview.rows import Flags, Ints
from synthview.world.clock import DAY_MS

__all__ = ["account_days", "days_of", "enough_by", "grid", "plays_in_window", "who"]

_PLACED_BY = ("unit", "day", "clock")
"""The switches that decide which cell a play falls into."""
_CHOSEN_BY = tuple(axis.name for axis in AXES if axis.name not in {*_PLACED_BY, "gaps"})
"""The switches that decide what counts within a cell."""


def days_of(plays: pl.DataFrame, day: str = "utc", clock: str = "corrected") -> pl.Series:
    """The day that each play of a title belongs to, as days since 1970."""
    start = option_of("clock", clock).polars
    if day == "utc":
        began = plays.select(start=start)
    else:
        began = plays.select("time_zone", start=start)
        began = with_local_times(began, {"start": "local_start"})
    began_ms = option_of("day", day).polars.dt.epoch("ms")
    return began.select(day=began_ms // DAY_MS)["day"]


@dataclass(frozen=True)
class _Cells:
    """Plays as cells of a table of units by days; those of other days are left out."""

    ids: Ints
    cell: Ints
    row: Ints
    width: int

    @classmethod
    def of(cls, plays: pl.DataFrame, one: Definition, span: range) -> _Cells:
        """Number the units and place each play."""
        width = len(span)
        units = plays[one.unit_column].to_numpy()
        ids, code = np.unique(units, return_inverse=True)
        day = days_of(plays, one.day, one.clock).to_numpy() - span.start
        row = np.flatnonzero((day >= 0) & (day < width))
        cell = code[row] * width + day[row]
        return cls(ids, cell, row, width)

    def seen(self, plays: pl.DataFrame, definition: Definition) -> Flags:
        """Which units watched on which days, (unit, day): any play, or enough of them together."""
        every = pl.repeat(value=True, n=pl.len())
        kept = plays.select(every & definition.kept).to_series().to_numpy()
        mine = kept[self.row]
        cell = self.cell[mine]
        row = self.row[mine]
        units = len(self.ids)
        days = self.width
        watched: Flags = np.bincount(cell, minlength=units * days) > 0
        if definition.watched != "any":
            sums = _sums(plays, definition, cell, row, units * days)
            watched &= sums.select(definition.enough).to_series().to_numpy()
        return watched.reshape(units, days)


def _sums(
    plays: pl.DataFrame, definition: Definition, cell: Ints, row: Ints, size: int
) -> pl.DataFrame:
    """Playing time and the greatest length of each cell."""
    total, longest = np.zeros((2, size), dtype=np.int64)
    by_messages = definition.option("messages").polars
    watched = plays.select(by_messages).to_series().to_numpy()
    runtime = plays["runtime_ms"].to_numpy()
    np.add.at(total, cell, watched[row])
    np.maximum.at(longest, cell, runtime[row])
    return pl.DataFrame({"watched_ms": total, "runtime_ms": longest})


def enough_by(plays: pl.DataFrame, keys: Sequence[str], enough: pl.Expr) -> pl.DataFrame:
    """Playing time and the greatest length by some keys, where there is `enough` of it together."""
    each = plays.group_by(*keys).agg(pl.col("watched_ms").sum(), pl.col("runtime_ms").max())
    return each.filter(pl.repeat(value=True, n=pl.len()) & enough)


def _full(seen: Flags, question: Question, spare: int) -> Flags:
    """Which units fill which windows but for some days, (unit, window): the latest window first."""
    days = question.days
    before = np.cumsum(np.pad(seen, ((0, 0), (1, 0))), axis=1)
    end = seen.shape[1] - np.arange(question.windows)
    filled: Ints = before[:, end] - before[:, end - days]
    return np.asarray(filled >= days - spare)


def who(plays: pl.DataFrame, question: Question, definition: Definition) -> Ints:
    """Ids of the units that a definition counts."""
    cells = _Cells.of(plays, definition, question.span)
    seen = cells.seen(plays, definition)
    full = _full(seen, question, definition.spare_days)
    return cells.ids[full[:, definition.window]]


def grid(plays: pl.DataFrame, question: Question) -> Ints:
    """What every definition counts: an array with one axis per switch, in their order."""
    plays = _frequent(plays, question)
    counts = np.zeros([len(axis.options) for axis in axes(question)], dtype=np.int64)
    switched = switches(question)
    for place, placing in _positions(_PLACED_BY, switched):
        cells = _Cells.of(plays, replace(HEADLINE, **placing), question.span)
        for turn, choice in _positions(_CHOSEN_BY, switched):
            definition = replace(HEADLINE, **placing, **choice)
            seen = cells.seen(plays, definition)
            for gaps, option in enumerate(AXES[-1].options):
                where = {**place, **turn, "gaps": gaps}
                at = tuple(where[axis.name] for axis in AXES)
                full = _full(seen, question, int(option.sql))
                counts[at] = full.sum(axis=0)
    return counts


def _positions(
    names: Sequence[str], switched: Sequence[Axis]
) -> Iterator[tuple[dict[str, int], dict[str, Any]]]:
    """All positions of some switches together: by number, and by their words."""
    options = [axis.options for name in names for axis in switched if axis.name == name]
    numbered = [[*enumerate(one)] for one in options]
    for chosen in product(*numbered):
        position = dict(zip(names, chosen, strict=True))
        places = {name: place for name, (place, _) in position.items()}
        words = {name: option.value for name, (_, option) in position.items()}
        yield places, words


def _frequent(plays: pl.DataFrame, question: Question) -> pl.DataFrame:
    """Only accounts with enough plays to fill a window by any definition."""
    most_spare = max(int(one.sql) for one in AXES[-1].options)
    fewest = question.days - most_spare
    often = plays.group_by("account_id").len().filter(pl.col("len") >= fewest)
    return plays.join(often, on="account_id", how="semi")


def plays_in_window(shown: pl.DataFrame, question: Question) -> pl.DataFrame:
    """Plays and days by account in the headline's last window: `account_id`, `plays`, `days`."""
    day = days_of(shown, stated(question).day, "corrected").alias("day")
    is_inside = pl.col("day").is_between(question.first, question.last)
    inside = shown.with_columns(day).filter(is_inside)
    accounts = inside.group_by("account_id")
    each = accounts.agg(plays=pl.len(), days=pl.col("day").n_unique())
    return each.sort("account_id")


def account_days(shown: pl.DataFrame, question: Question) -> int:
    """On how many days of the last window accounts have the title, all together."""
    return int(plays_in_window(shown, question)["days"].sum())
