"""A dataset bit by bit, so that it fits in memory: some households at a time, or one part."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePosixPath

import polars as pl

from synthview.dataset import RunDirectory
from synthview.engines.layout import TITLES, Layout
from synthview.errors import SynthviewError
from synthview.outside.places import inside
from synthview.sinks.database import DATABASE, batches, cut
from synthview.sinks.parts import Receipt
from synthview.tables import table

__all__ = ["DATED", "Portion", "paged", "parts_of", "portions", "range_of", "rows_of"]

MOST_ROWS = 4_000_000
"""Events of a portion: what is asked of them needs some hundred bytes a row."""

DATED = {
    "log.events": "received_time",
    "log.plays": "closed_at",
    "log.ratings": "received_time",
    "log.searches": "received_time",
    "log.clicks": "received_time",
    "log.privacy_requests": "asked_at",
    "log.tombstones": "forgotten_at",
    "log.tickets": "opened_at",
    "log.accesses": "accessed_at",
    "truth.accesses": "at",
    "truth.plays": "started_at",
    "truth.incidents": "at",
    "truth.deliveries": "sent_time",
}
"""The column whose UTC day a row belongs to."""


@dataclass(frozen=True, eq=False)
class Portion:
    """Some households with all their days: the `number`-th of `count` portions, titles in each."""

    run: RunDirectory
    number: int
    count: int

    @property
    def tables(self) -> tuple[str, ...]:
        """Names of the tables that are there."""
        return self.run.tables

    def scan(self, name: str) -> pl.LazyFrame:
        """The rows of a table that belong to these households."""
        if self.count == 1 or name == TITLES or table(name).of_company:
            return self.run.scan(name, repaired=True)
        layout = Layout.read(self.run.manifest["layout"])
        if layout.is_database:
            is_mine = pl.col("account_id") % self.count == self.number
            return self.run.scan(name).filter(is_mine)
        mine = [
            part
            for part in self.run.parts(name)
            if range_of(part) * self.count // layout.range_count == self.number
        ]
        if not mine:
            return pl.LazyFrame(schema=table(name).schema)
        return self.run.scan_parts(name, mine)

    def rows(self, name: str) -> int:
        """About how many rows of a table these are."""
        return rows_of(self.run, name) // self.count


def range_of(part: Receipt) -> int:
    """The number of the range of households that a part holds."""
    return int(PurePosixPath(part.path).name.split(".")[0])


@lru_cache(maxsize=64)
def rows_of(run: RunDirectory, name: str) -> int:
    """How many rows a table has, 0 if it is missing; counted, since a manifest may be wrong."""
    if name not in run.tables:
        return 0
    with suppress(SynthviewError, OSError, pl.exceptions.PolarsError):
        return int(run.scan(name, repaired=True).select(pl.len()).collect().item())
    return 0


def portions(run: RunDirectory) -> list[Portion]:
    """As few portions as can be that are none too large."""
    wanted = -(-max((rows_of(run, name) for name in run.tables), default=0) // MOST_ROWS) or 1
    layout = Layout.read(run.manifest["layout"])
    count = min(wanted, layout.range_count)
    return [Portion(run, number, count) for number in range(count)]


def paged(frame: pl.LazyFrame, column: str, rows: int) -> Iterator[pl.LazyFrame]:
    """A table of about so many rows in pages that keep together what is equal in an id."""
    pages = -(-rows // MOST_ROWS) or 1
    number = pl.col(column).to_physical().cast(pl.Int64)
    yield from (frame.filter(number % pages == page) for page in range(pages))


def parts_of(
    run: RunDirectory, name: str, columns: Sequence[str] | None = None
) -> Iterator[tuple[Receipt, pl.DataFrame]]:
    """The parts of a table in their order, each with its rows, whatever the format."""
    wanted = table(name)
    parts = run.parts(name)
    names = wanted.schema.names() if columns is None else list(columns)
    if Layout.read(run.manifest["layout"]).is_database:
        frames = batches(inside(run.directory, DATABASE), wanted, names)
        schema = pl.Schema({one: wanted.schema[one] for one in names})
        yield from zip(parts, cut(frames, [one.rows for one in parts], schema), strict=True)
        return
    for one in parts:
        yield one, run.scan_parts(name, [one]).select(names).collect()
