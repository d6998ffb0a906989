"""The tables that a format reads: part by part or account by account, never a whole log at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import polars as pl

from synthview.callbacks import OnProgress
from synthview.dataset import RunDirectory
from synthview.engines.layout import number_of
from synthview.errors import InputError
from synthview.foreign.datasets import TableSource
from synthview.foreign.frames import Wanted
from synthview.tables import table

__all__ = ["ACCOUNTS_AT_ONCE", "Data"]

ROWS_AT_ONCE = 32_768
"""Messages take some kilobytes each while they are turned into text."""
ACCOUNTS_AT_ONCE = 1_024
"""As many as a part of a run has: a month of their plays is some 100,000 rows."""
Columns = Mapping[str, Sequence[str]]
"""Columns that are wanted, by the path of their table; none of them means all."""


@dataclass(frozen=True)
class Data:
    """A dataset as a format reads it.

    `chosen` are the accounts that were asked for, None for all; `on_progress` hears what is done.
    """

    source: TableSource
    chosen: tuple[int, ...] | None
    on_progress: OnProgress

    def has(self, name: str) -> bool:
        """Whether the dataset has a table."""
        return self.source.raws(table(name)) is not None

    def whole(self, name: str) -> pl.DataFrame:
        """Return a table that does not grow with the accounts, such as the titles."""
        return self._scan(self.source, name, ()).collect()

    def parts(self, name: str, columns: Sequence[str] = ()) -> Iterator[pl.DataFrame]:
        """Yield the rows of a table in the order of its days, a part of them at a time."""
        pieces = self._pieces(name)
        for done, (piece, _) in enumerate(pieces):
            self.on_progress(done, len(pieces))
            rows = self._mine(self._scan(piece, name, columns), name)
            yield from rows.collect_batches(chunk_size=ROWS_AT_ONCE, maintain_order=True)
        self.on_progress(len(pieces), len(pieces))

    def parts_beside(
        self, name: str, columns: Sequence[str], beside: str, of: Sequence[str]
    ) -> Iterator[tuple[pl.DataFrame, pl.DataFrame]]:
        """Yield the rows of a table as `parts` does, each with those of another that may belong.

        The other table is one without days, such as ``log.devices``.
        """
        held: dict[int | None, pl.DataFrame] = {}
        pieces = self._pieces(name)
        for done, (piece, number) in enumerate(pieces):
            self.on_progress(done, len(pieces))
            if number not in held:
                whole = self.source if number is None else self._narrowed(number)
                held = {number: self._mine(self._scan(whole, beside, of), beside).collect()}
            rows = self._mine(self._scan(piece, name, columns), name)
            for batch in rows.collect_batches(chunk_size=ROWS_AT_ONCE, maintain_order=True):
                yield batch, held[number]
        self.on_progress(len(pieces), len(pieces))

    def homes(
        self, wanted: Columns, at_once: int = ACCOUNTS_AT_ONCE
    ) -> Iterator[dict[str, pl.DataFrame]]:
        """Yield all rows of some accounts at a time, by the path of their table.

        Files of our own runs are read once, as each holds some accounts; those of others once for
        every `at_once` accounts.
        """
        done, count = 0, len(self.accounts)
        for piece, ids in self._groups:
            for some in _batched(ids, at_once):
                self.on_progress(done, count)
                yield {
                    name: self._of(
                        piece,
                        name,
                        wanted[name],
                        some,
                    )
                    for name in wanted
                }
                done += len(some)
        self.on_progress(count, count)

    @cached_property
    def accounts(self) -> tuple[int, ...]:
        """The accounts in their order."""
        return tuple(one for _, ids in self._groups for one in ids)

    @cached_property
    def _groups(self) -> list[tuple[TableSource, tuple[int, ...]]]:
        """The accounts, with the least part of the dataset that has all rows of some of them."""
        pieces = [self._narrowed(number) for number in self._ranges()] or [self.source]
        found = [(piece, self._ids(piece)) for piece in pieces]
        return [(piece, ids) for piece, ids in found if ids]

    def _ids(self, piece: TableSource) -> tuple[int, ...]:
        rows = self._mine(self._scan(piece, "log.accounts", ("account_id",)), "log.accounts")
        ids = rows.collect()["account_id"].unique(maintain_order=True)
        return tuple(ids.to_list())

    def _ranges(self) -> list[int]:
        run = self._run()
        paths = [one.path for one in run.parts("log.accounts")] if run else []
        return sorted({number_of(path) for path in paths})

    def _run(self) -> RunDirectory | None:
        """The run, if its tables are files of their own."""
        return None if self.source.database else self.source.run

    def _narrowed(self, number: int) -> TableSource:
        """The dataset with the parts of one range of households alone."""
        return self._with_parts(lambda path: number_of(path) == number)

    def _with_parts(self, keeps: Callable[[str], bool]) -> TableSource:
        run = self.source.run
        assert run is not None
        kept = [one for one in run.manifest["parts"] if keeps(one["path"])]
        return replace(
            self.source, run=RunDirectory(run.directory, {**run.manifest, "parts": kept})
        )

    def _pieces(self, name: str) -> list[tuple[TableSource, int | None]]:
        """The dataset with one part of a table alone, and the range that the part belongs to."""
        run = self._run()
        if run is None:
            return [(self.source, None)]
        paths = sorted(one.path for one in run.parts(name))
        return [(self._with_parts(path.__eq__), number_of(path)) for path in paths]

    def _of(
        self, piece: TableSource, name: str, columns: Sequence[str], ids: Sequence[int]
    ) -> pl.DataFrame:
        return self._scan(piece, name, columns).filter(_is_of(ids)).collect()

    def _mine(self, rows: pl.LazyFrame, name: str) -> pl.LazyFrame:
        has_account = "account_id" in table(name).schema
        if self.chosen is None or not has_account:
            return rows
        return rows.filter(_is_of(self.chosen))

    def _scan(self, piece: TableSource, name: str, columns: Sequence[str]) -> pl.LazyFrame:
        declared = table(name)
        names = tuple(columns or declared.schema.names())
        found = piece.frame(Wanted(declared, names))
        if found is None:
            raise InputError(f"{piece.place} has no table {name}.")
        return found


def _is_of(accounts: Sequence[int]) -> pl.Expr:
    return pl.col("account_id").is_in(pl.Series(accounts, dtype=pl.Int64).implode())


def _batched(ids: Sequence[int], at_once: int) -> Iterator[tuple[int, ...]]:
    """Yield some ids at a time."""
    for start in range(0, len(ids), at_once):
        yield tuple(ids[start : start + at_once])
