"""Counting: how many, by any definition; the whole grid of them at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import numpy as np
import polars as pl

from synthview.claims.counting.definitions import AXES, HEADLINE, Definition, axes, option_of
from synthview.claims.counting.title_plays import with_local_times
from synthview.claims.question import Question
from synthview.rows import Flags, Ints
from synthview.world.clock import DAY_MS

__all__ = ["account_days", "days_of", "grid", "plays_in_window", "who"]

_PLACED_BY = ("unit", "day", "clock")
"""The switches that decide which cell a play falls into."""
_CHOSEN_BY = tuple(axis.name for axis in AXES if axis.name not in {*_PLACED_BY, "gaps"})
"""The switches that decide what counts within a cell."""


def days_of(plays: pl.DataFrame, day: str = "utc", clock: str = "corrected") -> pl.Series:
    """The day that each play of a title belongs to, as days since 1970."""
    began = (
        plays.select("time_zone", start=option_of("clock", clock).polars)
        if day != "utc"
        else plays.select(start=option_of("clock", clock).polars)
    )
    if day != "utc":
        began = with_local_times(began, {"start": "local_start"})
    return began.select(day=option_of("day", day).polars.dt.epoch("ms") // DAY_MS)["day"]


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
        ids, code = np.unique(plays[one.unit_column].to_numpy(), return_inverse=True)
        day = days_of(plays, one.day, one.clock).to_numpy() - span.start
        row = np.flatnonzero((day >= 0) & (day < len(span)))
        return cls(ids, code[row] * len(span) + day[row], row, len(span))

    def seen(self, plays: pl.DataFrame, definition: Definition) -> Flags:
        """Which units watched on which days, (unit, day): any play, or enough of them together."""
        kept = (
            plays.select(pl.repeat(value=True, n=pl.len()) & definition.kept).to_series().to_numpy()
        )
        mine = kept[self.row]
        cell, row, size = self.cell[mine], self.row[mine], len(self.ids) * self.width
        watched: Flags = np.bincount(cell, minlength=size) > 0
        if definition.watched != "any":
            sums = _sums(plays, definition, cell, row, size)
            watched &= sums.select(definition.enough).to_series().to_numpy()
        return watched.reshape(len(self.ids), self.width)


def _sums(
    plays: pl.DataFrame, definition: Definition, cell: Ints, row: Ints, size: int
) -> pl.DataFrame:
    """Playing time and the greatest length of each cell."""
    total, longest = np.zeros((2, size), dtype=np.int64)
    times = plays.select(definition.option("messages").polars).to_series().to_numpy()
    np.add.at(total, cell, times[row])
    np.maximum.at(longest, cell, plays["runtime_ms"].to_numpy()[row])
    return pl.DataFrame({"watched_ms": total, "runtime_ms": longest})


def _full(seen: Flags, question: Question, spare: int) -> Flags:
    """Which units fill which windows but for some days, (unit, window): the latest window first."""
    count = np.cumsum(np.pad(seen, ((0, 0), (1, 0))), axis=1)
    end = seen.shape[1] - np.arange(question.windows)
    return np.asarray(count[:, end] - count[:, end - question.days] >= question.days - spare)


def who(plays: pl.DataFrame, question: Question, definition: Definition) -> Ints:
    """Ids of the units that a definition counts."""
    cells = _Cells.of(plays, definition, question.span)
    full = _full(cells.seen(plays, definition), question, definition.spare_days)
    return cells.ids[full[:, definition.window]]


def grid(plays: pl.DataFrame, question: Question) -> Ints:
    """What every definition counts: an array with one axis per switch, in their order."""
    plays = _frequent(plays, question)
    counts = np.zeros([len(axis.options) for axis in axes(question)], dtype=np.int64)
    for place, placing in _positions(_PLACED_BY):
        cells = _Cells.of(plays, replace(HEADLINE, **placing), question.span)
        for turn, choice in _positions(_CHOSEN_BY):
            seen = cells.seen(plays, replace(HEADLINE, **placing, **choice))
            for gaps, option in enumerate(AXES[-1].options):
                where = {**place, **turn, "gaps": gaps}
                full = _full(seen, question, int(option.sql))
                counts[tuple(where[axis.name] for axis in AXES)] = full.sum(axis=0)
    return counts


def _positions(names: Sequence[str]) -> Iterator[tuple[dict[str, int], dict[str, Any]]]:
    """All positions of some switches together: by number, and by their words."""
    options = [axis.options for name in names for axis in AXES if axis.name == name]
    for places in product(*(range(len(one)) for one in options)):
        words = [own[place].value for own, place in zip(options, places, strict=True)]
        yield dict(zip(names, places, strict=True)), dict(zip(names, words, strict=True))


def _frequent(plays: pl.DataFrame, question: Question) -> pl.DataFrame:
    """Only accounts with enough plays to fill a window by any definition."""
    most_spare = max(int(one.sql) for one in AXES[-1].options)
    often = plays.group_by("account_id").len().filter(pl.col("len") >= question.days - most_spare)
    return plays.join(often, on="account_id", how="semi")


def plays_in_window(shown: pl.DataFrame, question: Question) -> pl.DataFrame:
    """Plays and days by account in the headline's last window: `account_id`, `plays`, `days`."""
    day = days_of(shown, "utc", "corrected").alias("day")
    inside = shown.with_columns(day).filter(pl.col("day").is_between(question.first, question.last))
    return (
        inside.group_by("account_id")
        .agg(plays=pl.len(), days=pl.col("day").n_unique())
        .sort("account_id")
    )


def account_days(shown: pl.DataFrame, question: Question) -> int:
    """On how many days of the last window accounts have the title, all together."""
    return int(plays_in_window(shown, question)["days"].sum())
