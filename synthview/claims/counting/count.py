"""Counting: how many, by any definition; the whole grid of them at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np
import polars as pl

from synthview.claims.counting.definitions import AXES, UNIT_COLUMNS, Definition, axes
from synthview.claims.question import Question
from synthview.rows import Flags, Ints
from synthview.world.clock import DAY_MS, HOUR_MS

__all__ = ["account_days", "days_of", "grid", "plays_in_window", "who"]

_TIMES = {"history": "watched_ms", "raw": "raw_ms", "once": "once_ms"}
_STARTS = {"corrected": "start", "raw": "raw_start"}
_SERVICE_DAY_MS = 4 * HOUR_MS


def days_of(shown: pl.DataFrame, day: str, clock: str) -> pl.Series:
    """The day that each showing belongs to, as days since 1970."""
    start = pl.col(_STARTS[clock])
    if day == "utc":
        return shown.select((start.dt.epoch("ms") // DAY_MS).alias("day"))["day"]
    back = _SERVICE_DAY_MS if day == "service" else 0
    parts = [
        part.select("row", day=(start.dt.replace_time_zone("UTC").dt.convert_time_zone(str(zone))
                                .dt.replace_time_zone(None).dt.epoch("ms") - back) // DAY_MS)
        for (zone,), part in shown.with_row_index("row").group_by("time_zone")
    ]  # fmt: skip
    empty = pl.DataFrame(schema={"row": pl.UInt32, "day": pl.Int64})
    return pl.concat([empty, *parts]).sort("row")["day"]


@dataclass(frozen=True)
class _Cells:
    """Showings as cells of a table of units by days; those of other days are left out."""

    ids: Ints
    cell: Ints
    row: Ints
    width: int

    @classmethod
    def of(cls, shown: pl.DataFrame, days: pl.Series, unit: str, span: range) -> _Cells:
        """Number the units and place each showing."""
        ids, code = np.unique(shown[UNIT_COLUMNS[unit]].to_numpy(), return_inverse=True)
        day = days.to_numpy() - span.start
        row = np.flatnonzero((day >= 0) & (day < len(span)))
        return cls(ids, code[row] * len(span) + day[row], row, len(span))

    def seen(self, shown: pl.DataFrame, definition: Definition) -> Flags:
        """Which units watched on which days, (unit, day): any showing at all, or enough of them together."""
        mine = _kept(shown, definition)[self.row]
        cell, row, size = self.cell[mine], self.row[mine], len(self.ids) * self.width
        enough = np.bincount(cell, minlength=size) > 0
        if definition.watched != "any":
            total, longest = np.zeros((2, size), dtype=np.int64)
            np.add.at(total, cell, shown[_TIMES[definition.messages]].to_numpy()[row])
            np.maximum.at(longest, cell, shown["runtime_ms"].to_numpy()[row])
            enough &= total >= definition.least_ms
            enough &= total * 100 >= longest * definition.least_percent
        return enough.reshape(len(self.ids), self.width)


def _kept(shown: pl.DataFrame, definition: Definition) -> Flags:
    keep = np.ones(len(shown), dtype=bool)
    for name, column in (("kids", "is_kids"), ("autoplay", "autoplayed"), ("tests", "is_test")):
        if getattr(definition, name) == "without":
            keep &= ~shown[column].to_numpy()
    return keep


def _full(seen: Flags, question: Question, spare: int) -> Flags:
    """Which units fill which windows but for some days, (unit, window): the latest window first."""
    count = np.cumsum(np.pad(seen, ((0, 0), (1, 0))), axis=1)
    end = seen.shape[1] - np.arange(question.windows)
    return np.asarray(count[:, end] - count[:, end - question.days] >= question.days - spare)


def who(shown: pl.DataFrame, question: Question, definition: Definition) -> Ints:
    """Ids of the units that a definition counts."""
    cells = _Cells.of(shown, days_of(shown, definition.day, definition.clock), definition.unit, question.span)
    seen = cells.seen(shown, definition)
    return cells.ids[_full(seen, question, definition.spare_days)[:, definition.window]]


def grid(shown: pl.DataFrame, question: Question) -> Ints:
    """What every definition counts: an array with one axis per switch, in their order."""
    shown = _frequent(shown, question)
    counts = np.zeros([len(axis.options) for axis in axes(question)], dtype=np.int64)
    for place, unit, day, clock in _placings():
        cells = _Cells.of(shown, days_of(shown, day, clock), unit, question.span)
        for (messages, kids, autoplay, tests, watched), one in _choices(unit, day, clock):
            seen = cells.seen(shown, one)
            for spare in (0, 1):
                where = (place[0], watched, place[1], place[2], messages, kids, autoplay, tests, spare)
                counts[where] = _full(seen, question, spare).sum(axis=0)
    return counts


def _placings() -> Iterator[tuple[tuple[int, int, int], str, str, str]]:
    """The switches that decide which cell a showing falls into."""
    named = {axis.name: axis.options for axis in AXES}
    for place in product(*(range(len(named[name])) for name in ("unit", "day", "clock"))):
        unit, day, clock = (named[name][at].value for name, at in zip(("unit", "day", "clock"), place, strict=True))
        yield (place[0], place[1], place[2]), unit, day, clock


def _choices(unit: str, day: str, clock: str) -> Iterator[tuple[tuple[int, ...], Definition]]:
    """The switches that decide what counts within a cell."""
    names = ("messages", "kids", "autoplay", "tests", "watched")
    named = {axis.name: axis.options for axis in AXES}
    for place in product(*(range(len(named[name])) for name in names)):
        messages, kids, autoplay, tests, watched = (
            named[name][at].value for name, at in zip(names, place, strict=True)
        )
        yield place, Definition(unit, watched, day, clock, messages, kids, autoplay, tests)


def _frequent(shown: pl.DataFrame, question: Question) -> pl.DataFrame:
    """Only accounts with enough showings to fill a window by any definition."""
    often = shown.group_by("account_id").len().filter(pl.col("len") >= question.days - 1)
    return shown.join(often, on="account_id", how="semi")


def plays_in_window(shown: pl.DataFrame, question: Question) -> pl.DataFrame:
    """Showings and days by account within the last window, as the headline has them: `account_id`, `plays`, `days`."""
    day = days_of(shown, "utc", "corrected").alias("day")
    inside = shown.with_columns(day).filter(pl.col("day").is_between(question.first, question.last))
    return inside.group_by("account_id").agg(plays=pl.len(), days=pl.col("day").n_unique()).sort("account_id")


def account_days(shown: pl.DataFrame, question: Question) -> int:
    """On how many days of the last window accounts have the title, all together."""
    return int(plays_in_window(shown, question)["days"].sum())
