"""Tables in memory, as attributes: what the service recorded, and what happened."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NoReturn

import polars as pl

from synthview.errors import UnknownName
from synthview.tables import table

__all__ = ["Aggregate", "Log", "Truth"]


class _Folder:
    """Tables as attributes; one that was not made is an error that says what was."""

    _name = ""

    def __init__(self, frames: Mapping[str, pl.DataFrame]) -> None:
        self.__dict__.update(frames)

    def __getattr__(self, name: str) -> NoReturn:
        if name.startswith("_"):
            raise AttributeError(name)
        raise _NoTable(
            "table", name, [one for one in self.__dict__ if not one.startswith("_")], self._name
        )

    def scan(self, path: str) -> pl.LazyFrame:
        """A table by its path, such as ``truth.plays``."""
        frame: pl.DataFrame = getattr(self, table(path).name)
        return frame.lazy()

    def __len__(self) -> int:
        return sum(1 for one in self.__dict__ if not one.startswith("_"))

    def __repr__(self) -> str:
        tables = (f"{name} ({len(frame):,})" for name, frame in self.__dict__.items())
        return f"{self._name}: {', '.join(tables)}"


class _NoTable(UnknownName, AttributeError):  # noqa: N818  says what is wrong, as all our errors do
    """Also an AttributeError, so that hasattr answers."""


class Log(_Folder):
    """What the service recorded."""

    _name = "log"
    accounts: pl.DataFrame
    profiles: pl.DataFrame
    devices: pl.DataFrame
    titles: pl.DataFrame
    events: pl.DataFrame
    plays: pl.DataFrame
    ratings: pl.DataFrame
    searches: pl.DataFrame
    clicks: pl.DataFrame


class Truth(_Folder):
    """What happened."""

    _name = "truth"
    households: pl.DataFrame
    persons: pl.DataFrame
    accounts: pl.DataFrame
    plays: pl.DataFrame
    incidents: pl.DataFrame
    deliveries: pl.DataFrame


class Aggregate(_Folder):
    """What the company keeps without people in it."""

    _name = "aggregate"
    day_totals: pl.DataFrame
    country_days: pl.DataFrame
    title_days: pl.DataFrame
    title_country_days: pl.DataFrame
    thumb_days: pl.DataFrame
    co_viewing: pl.DataFrame
    cohorts: pl.DataFrame
