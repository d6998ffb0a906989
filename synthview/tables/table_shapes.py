"""What a table is made of: columns with types, units and meaning, and short ways to say them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import polars as pl

from synthview.errors import UnknownName

__all__ = [
    "COUNTRIES",
    "Column",
    "Kind",
    "Table",
    "choice_column",
    "claim_column",
    "count_column",
    "id_column",
    "ms_column",
    "text_column",
    "time_column",
]

Kind = Literal[
    "id", "ids", "count", "milliseconds", "time", "day", "text", "choice", "claim", "share"
]

COUNTRIES = (
    "US", "GB", "CA", "BR", "MX", "DE", "FR", "AU", "NL", "SE", "NO", "DK", "FI", "ES", "IT", "AR",
    "CO", "CL", "JP", "IN", "PL", "PT", "TR", "IE", "NZ", "BE", "AT", "CH", "PE", "KR", "ZA", "SG",
)  # fmt: skip
"""ISO 3166 codes in a fixed order; a country's number in the simulation is its place here."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: what it holds, in which unit, and whether it may be empty."""

    name: str
    kind: Kind
    meaning: str
    prefix: str = ""
    options: tuple[str, ...] = ()
    nullable: bool = False

    @property
    def dtype(self) -> pl.DataType:
        """The polars type of the column."""
        if self.kind == "choice":
            return pl.Enum(self.options)
        types: dict[str, pl.DataType] = {
            "id": pl.Int64(),
            "ids": pl.List(pl.Int64),
            "count": pl.Int32(),
            "milliseconds": pl.Int64(),
            "time": pl.Datetime("ms"),
            "day": pl.Date(),
            "text": pl.String(),
            "claim": pl.Boolean(),
            "share": pl.Float64(),
        }
        return types[self.kind]

    @property
    def unit(self) -> str:
        """The unit of the column's values, or nothing where there is none."""
        units = {
            "milliseconds": "ms",
            "time": "ms since 1970, UTC",
            "day": "date",
            "share": "0 to 1",
        }
        return units.get(self.kind, "")


@dataclass(frozen=True)
class Table:
    """One table: the folder it lies in, what a row is, its columns and how rows are dated.

    ``dated`` names the column whose UTC day a row belongs to; tables without one hold change rows
    and are written whole. A table ``of_company`` is made of all households at once, in one file or
    one a day, and written only where it is asked for.
    """

    folder: Literal["log", "truth", "aggregate"]
    name: str
    row: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    dated: bool
    of_company: bool = False

    @property
    def path(self) -> str:
        """The name used everywhere: ``log.plays``."""
        return f"{self.folder}.{self.name}"

    @cached_property
    def schema(self) -> pl.Schema:
        """The polars schema, in column order."""
        return pl.Schema({column.name: column.dtype for column in self.columns})

    def column(self, name: str) -> Column:
        """Look a column up by name."""
        for column in self.columns:
            if column.name == name:
                return column
        raise UnknownName("column", name, (column.name for column in self.columns), self.path)


def id_column(name: str, meaning: str, prefix: str, *, nullable: bool = False) -> Column:
    """Return a column of ids; as text they begin with `prefix`."""
    return Column(name, "id", meaning, prefix=prefix, nullable=nullable)


def time_column(name: str, meaning: str, *, nullable: bool = False) -> Column:
    """Return a column of instants, UTC in ms."""
    return Column(name, "time", meaning, nullable=nullable)


def choice_column(
    name: str, options: tuple[str, ...], meaning: str, *, nullable: bool = False
) -> Column:
    """Return a column of one of some words."""
    return Column(name, "choice", meaning, options=options, nullable=nullable)


def ms_column(name: str, meaning: str, *, nullable: bool = False) -> Column:
    """Return a column of milliseconds."""
    return Column(name, "milliseconds", meaning, nullable=nullable)


def text_column(name: str, meaning: str, *, nullable: bool = False) -> Column:
    """Return a column of texts."""
    return Column(name, "text", meaning, nullable=nullable)


def count_column(name: str, meaning: str, *, nullable: bool = False) -> Column:
    """Return a column of whole numbers of 32 bits."""
    return Column(name, "count", meaning, nullable=nullable)


def claim_column(name: str, meaning: str) -> Column:
    """Return a column of yes and no."""
    return Column(name, "claim", meaning)
