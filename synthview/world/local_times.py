"""Times of a frame as clocks on the wall of a zone show them."""

from __future__ import annotations

import polars as pl

__all__ = ["on_the_wall"]


def on_the_wall(column: str, zone: str) -> pl.Expr:
    """A column of times in UTC as local times of a zone; neither carries its zone."""
    in_utc = pl.col(column).dt.replace_time_zone("UTC")
    return in_utc.dt.convert_time_zone(zone).dt.replace_time_zone(None)
