"""Short words for what formats do with rows all the time."""

from __future__ import annotations

import polars as pl

__all__ = ["beside", "latest", "text_in"]


def beside(rows: pl.DataFrame, others: pl.DataFrame, key: str | list[str]) -> pl.DataFrame:
    """Put the columns of other rows beside those of the same key; the order stays."""
    return rows.join(
        others,
        on=key,
        how="left",
        maintain_order="left",
    )


def latest(rows: pl.DataFrame, key: str) -> pl.DataFrame:
    """Return the last state of each thing, in the order of those states."""
    ordered = rows.sort("valid_from", maintain_order=True)
    return ordered.unique(key, keep="last", maintain_order=True)


def text_in(name: str) -> pl.Expr:
    """Return a column of choices as text."""
    return pl.col(name).cast(pl.String)
