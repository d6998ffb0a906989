"""Our side of a panel of British computers: who is in it, and what counts as a play there."""

from __future__ import annotations

import polars as pl

from synthview.realism.observed import DAY_MS, Observed

__all__ = ["IDENTITY_DAYS", "LEAST_MS", "panel_clicks", "panel_plays"]

IDENTITY_DAYS = 28
"""A panel browser keeps its name for some weeks: 13 days from first to last play (median)."""
LEAST_MS = 180_000
"""A click is a play if so long passes until the next one."""
_MOSTLY = 0.5
"""A computer is in a country if as large a share of what runs on it is seen there."""


def panel_clicks(observed: Observed) -> pl.DataFrame:
    """Starts of films on computers in the United Kingdom, as the panel sees them.

    The computers are those of British homes' accounts that are mostly seen there: whom an account
    was sold to abroad is in no British panel.

    Columns: group, device_id and spell (a browser while it keeps its name), title, start_ms, and
    until_next_ms, the time to the next start on that browser; 0 if there is none.
    """
    is_theirs = (pl.col("device_type") == "computer") & (pl.col("country") == "GB")
    is_there = (pl.col("seen_in") == "GB").mean().over("device_id") >= _MOSTLY
    phase = pl.col("device_id") % (
        IDENTITY_DAYS * DAY_MS
    )  # ids are drawn by chance, so phases are too
    spell = (pl.col("start_ms") + phase) // (IDENTITY_DAYS * DAY_MS)
    theirs = observed.plays.filter(is_theirs).filter(is_there)
    began = theirs.filter(~pl.col("autoplayed")).join(observed.dwellings, on="home", how="semi")
    began = began.with_columns(spell=spell).sort("device_id", "start_ms")
    until = pl.col("start_ms").shift(-1).over("device_id", "spell") - pl.col("start_ms")
    began = began.with_columns(until_next_ms=until.fill_null(0))
    films = began.filter(pl.col("kind") == "film")
    return films.select("group", "device_id", "spell", "title", "start_ms", "until_next_ms")


def panel_plays(observed: Observed) -> pl.DataFrame:
    """Those clicks that the panel counts as plays."""
    return panel_clicks(observed).filter(pl.col("until_next_ms") >= LEAST_MS)
