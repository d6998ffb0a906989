"""Sums by title: figures that a few titles make are resampled over titles, and not over homes.

Another catalogue has other titles, and no number of homes tells how much these matter.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from synthview.realism.tally import Floats, numbered

__all__ = ["beside_totals", "sums_by_title"]


def sums_by_title(plays: pl.DataFrame, *terms: pl.Expr) -> Floats:
    """Sum some expressions over the plays of each title, (title, term)."""
    of_titles = plays.group_by("title").agg(numbered(terms)).sort("title")
    return of_titles.drop("title").to_numpy().astype(np.float64)


def beside_totals(totals: Sequence[float], of_titles: Floats) -> Floats:
    """Put totals of all titles before the sums of some, (title, total or term).

    Each row has an equal part of them, so that they are the same in every resample.
    """
    count = len(of_titles)
    parts = np.asarray(totals, dtype=np.float64) / count
    return np.column_stack([np.tile(parts, (count, 1)), of_titles])
