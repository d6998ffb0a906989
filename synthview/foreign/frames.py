"""A table from any writer as a LazyFrame of our schema: columns that fit are read as they are."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import polars as pl
from polars.io.plugins import register_io_source

from synthview.errors import InputError
from synthview.foreign.columns import Unfit, as_declared
from synthview.foreign.raw import NAMES, Raw, read_errors
from synthview.tables import Column, Table

__all__ = ["Wanted", "check_columns", "frame_of"]


@dataclass(frozen=True)
class Wanted:
    """Wanted columns of a table, those that may hold nulls, and those with unknown choices."""

    table: Table
    columns: tuple[str, ...]
    may_be_null: tuple[str, ...] = ()
    may_be_unknown: tuple[str, ...] = ()

    @property
    def declared(self) -> tuple[Column, ...]:
        """The declarations of the columns."""
        return tuple(self.table.column(name) for name in self.columns)

    @property
    def schema(self) -> pl.Schema:
        """The types that the columns have in the end."""
        return pl.Schema({one.name: one.dtype for one in self.declared})

    def fit(self, column: Column, values: pl.Series) -> pl.Series:
        """Turn values into what is declared; raises Unfit where they cannot be."""
        is_lenient = column.name in self.may_be_unknown
        found = as_declared(column, values, unknown_is_null=is_lenient)
        if not column.nullable and column.name not in self.may_be_null:
            missing = values.is_null() if is_lenient else found.is_null()
            if missing.any():
                raise Unfit("is empty", int(missing.arg_true()[0]))
        return found


def frame_of(wanted: Wanted, raws: Sequence[Raw]) -> pl.LazyFrame:
    """Read some columns of a table, whoever wrote its files.

    Raises InputError, now or when it is read, that names the table, the file, the column and why.
    """
    check_columns(wanted, raws)
    if all(_fits(wanted, raw) for raw in raws):
        return _as_they_lie(wanted, raws)

    def rows(
        columns: list[str] | None, kept: pl.Expr | None, most: int | None, _: int | None
    ) -> Iterator[pl.DataFrame]:
        declared = [wanted.table.column(name) for name in columns or wanted.columns]
        for frame in _first((one for raw in raws for one in _fitted(wanted, raw, declared)), most):
            yield frame if kept is None else frame.filter(kept)

    return register_io_source(rows, schema=wanted.schema)


def _fits(wanted: Wanted, raw: Raw) -> bool:
    return raw.lies_as_columns and all(
        raw.schema.get(one.name) == one.dtype for one in wanted.declared
    )


def _as_they_lie(wanted: Wanted, raws: Sequence[Raw]) -> pl.LazyFrame:
    """Read files whose columns have our types already; many Parquet files are one scan."""
    if raws[0].kind != "parquet":
        return pl.concat([raw.scan().select(wanted.columns) for raw in raws])
    paths = [raw.path.absolute() for raw in raws]
    return pl.scan_parquet(
        paths, schema=wanted.schema, extra_columns="ignore", glob=False, hive_partitioning=False
    )


def _first(frames: Iterable[pl.DataFrame], most: int | None) -> Iterator[pl.DataFrame]:
    """Yield so many rows of frames, or all."""
    for frame in frames:
        yield frame if most is None else frame.head(most)
        most = None if most is None else most - min(most, len(frame))
        if most == 0:
            return


def _fitted(wanted: Wanted, raw: Raw, declared: Sequence[Column]) -> Iterator[pl.DataFrame]:
    """Yield rows of one file as declared."""
    there = [one.name for one in declared if one.name in raw.schema]
    start = 0
    with read_errors(raw.path, NAMES[raw.kind]):
        for frame in raw.batches(there or list(raw.schema)[:1]) if raw.schema else ():
            yield pl.DataFrame(
                [
                    _column(
                        wanted,
                        raw,
                        one,
                        frame,
                        start,
                    )
                    for one in declared
                ]
            )
            start += len(frame)


def _column(wanted: Wanted, raw: Raw, column: Column, frame: pl.DataFrame, start: int) -> pl.Series:
    try:
        return wanted.fit(column, raw.stated(column, frame)).alias(column.name)
    except Unfit as unfit:
        row = "" if unfit.row is None else f" in row {start + unfit.row + 1:,}"
        place = f"{column.name}{row} of {raw.path}"
        raise InputError(f"{wanted.table.path} cannot be read: {place} {unfit.reason}.") from None


def check_columns(wanted: Wanted, raws: Sequence[Raw]) -> None:
    """Refuse files that lack a column, with a similar name. A file without columns has no rows."""
    for raw in raws:
        _check_columns(wanted, raw)


def _check_columns(wanted: Wanted, raw: Raw) -> None:
    there = {*raw.schema, *raw.keys}
    for column in wanted.declared:
        if column.name in there or column.nullable or not raw.schema:
            continue
        near = _near(column.name, there)
        hint = f" It has '{near}': rename it, as names are exact." if near else ""
        raise InputError(
            f"{wanted.table.path} cannot be read: {raw.path} has no column {column.name}.{hint}"
        )


def _near(name: str, there: Iterable[str]) -> str | None:
    """A column that is probably meant: written in other letters, or nearly so."""
    alike = {"".join(filter(str.isalnum, one)).lower(): one for one in there}
    found = difflib.get_close_matches(
        name.replace("_", ""),
        alike,
        n=1,
        cutoff=0.85,
    )
    return alike[found[0]] if found else None
