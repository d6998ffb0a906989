"""How far a title is played: the share that a message of the player tells."""

from __future__ import annotations

import polars as pl

__all__ = ["PERCENTS", "percent_played"]

PERCENTS = (10, 25, 50, 75)
"""Shares of which the player sends a message when they are reached."""


def percent_played() -> pl.Expr:
    """Return the playhead as a share of the title, in whole percent.

    A message that a share is reached tells that share, though a jump may have led beyond it.
    """
    share = (100 * pl.col("position_ms") / pl.col("runtime_ms")).round().clip(0, 100)
    whole = share.fill_nan(0).cast(pl.Int64)
    reached = whole
    for percent in PERCENTS:
        reached = pl.when(whole >= percent).then(pl.lit(percent)).otherwise(reached)
    is_reported = pl.col("type") == "percent_progress"
    return pl.when(is_reported).then(reached).otherwise(whole)
