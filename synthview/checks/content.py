"""The visible content of plays and accounts, in steps: what a reader of the log may know of each when it says who did it."""

from __future__ import annotations

import polars as pl
import polars.selectors as cs

from synthview.checks.behaviour import (
    DELAYS,
    GAP_MS,
    HOUR,
    MINUTE,
    PLAYS,
    SECOND,
    elapsed_ms,
    steps,
)
from synthview.dataset import Run
from synthview.pools import TEST_RIG

__all__ = ["NEEDED", "content_of"]

NEEDED = ("log.plays", "log.events", "log.titles", "log.devices")
GAPS = (0, 5 * SECOND, 30 * SECOND, 2 * MINUTE, 10 * MINUTE, HOUR, 12 * HOUR)
OFTEN = (1, 2, 3, 5, 8, 15, 30, 60, 120)
SHARES = (0.001, 0.05, 0.1, 0.2, 0.35, 0.5, 0.75, 0.95)
BESIDE = ("kind", "end_reason", "autoplayed", "ran", "length", "start_source")
"""What is known of the plays before and after as well."""


def content_of(run: Run, whose: str, kept: pl.Expr) -> pl.DataFrame:
    """One row per play or account of the history, of accounts that are `kept`: ids, and columns of whole numbers."""
    plays = _plays(run, kept)
    return plays if whose == "play_id" else _accounts(plays)


def _plays(run: Run, kept: pl.Expr) -> pl.DataFrame:
    """Each row of viewing history: itself, the rows around it, its messages, and how common it is in its account."""
    titles = (
        run.scan("log.titles", repaired=True).select("title_id", "runtime_ms").unique("title_id")
    )
    models = (
        run.scan("log.devices", repaired=True)
        .select("device_id", model="model")
        .unique("device_id")
    )
    history = (
        run.scan("log.plays", repaired=True)
        .filter(kept)
        .join(titles, on="title_id")
        .join(models, on="device_id", how="left")
    )
    rows = history.collect().sort("account_id", "started_at", "play_id")
    rows = rows.join(_messages(run, kept), on="play_id", how="left").with_columns(
        cs.enum().to_physical()
    )
    seen = rows.select(
        "play_id",
        "account_id",
        "device_id",
        "country",
        "profile_id",
        "title_id",
        "started_at",
        **{
            **PLAYS.all,
            "gap_before": steps(GAP_MS, *GAPS),
            "hour": ((pl.col("started_at").dt.hour().cast(pl.Int32) * 60 + pl.col("offset")) // 180)
            % 8,
            "same_title": steps(pl.len().over("account_id", "title_id"), *OFTEN),
            "is_a_rig": pl.col("model") == TEST_RIG,
            "countries": steps(pl.col("country").n_unique().over("account_id"), 2, 3, 5),
            "other_device": pl.col("device_id") != pl.col("device_id").shift(1).over("account_id"),
            **{name: pl.col(name) for name in MESSAGES},
        },
    )
    around = [
        pl.col(name).shift(by).over("account_id").alias(f"{name}_{where}")
        for by, where in ((1, "before"), (-1, "after"))
        for name in BESIDE
    ]
    after = pl.col("gap_before").shift(-1).over("account_id").alias("gap_after")
    return seen.with_columns(*around, after)


_KIND, _DELAY = pl.col("type").cast(pl.String), elapsed_ms("client_time", "received_time")
MESSAGES = {
    "messages": steps(pl.len(), *OFTEN),
    "errors": steps((_KIND == "error").sum(), 1, 2),
    "resent": (pl.len() > pl.col("event_id").n_unique()),
    "twins": steps(pl.len() - pl.struct("client_time", "type", "position_ms").n_unique(), 1, 3),
    "latest": steps(_DELAY.max(), *DELAYS),
    "soonest": steps(_DELAY.min(), *DELAYS),
    "pauses": steps((_KIND == "pause").sum(), 1, 2, 4, 8),
    "seeks": steps((_KIND == "seek_start").sum(), 1, 2, 4, 8),
    "stalls": steps((_KIND == "buffer_start").sum(), 1, 3, 8),
    "ends": (_KIND == "end").any(),
    "starts": (_KIND == "play").any(),
    "offset": pl.col("utc_offset_min").first(),
}
"""What the messages of a play show together."""


def _messages(run: Run, kept: pl.Expr) -> pl.DataFrame:
    found = run.scan("log.events", repaired=True).filter(kept).group_by("play_id").agg(**MESSAGES)
    return found.collect(engine="streaming")


def _accounts(plays: pl.DataFrame) -> pl.DataFrame:
    """Each account: how much and how its plays were, and what was the most of them."""
    shares = {
        name: (pl.col(name) == value).mean()
        for name, value in (("length", 0), ("autoplayed", True), ("follows", True))
    }
    shares |= {
        f"share_of_{name}": (pl.col(name) > 0).mean()
        for name in ("errors", "twins", "resent", "pauses", "seeks", "stalls")
    }
    shares |= {f"share_of_hour_{hour}": (pl.col("hour") == hour).mean() for hour in range(8)}
    shares["unended"] = (~pl.col("ends")).mean()
    counted = ("device_id", "country", "profile_id", "title_id")
    most = {
        f"most_{name}": pl.col(name).max()
        for name in ("same_title", "latest", "length", "is_a_rig")
    }
    return plays.group_by("account_id", maintain_order=True).agg(
        steps(pl.len(), *OFTEN).alias("plays"),
        steps(pl.col("started_at").dt.date().n_unique(), *OFTEN).alias("days"),
        steps(pl.col("soonest").min(), *range(len(DELAYS))).alias("soonest"),
        *(steps(pl.col(name).n_unique(), *OFTEN).alias(name) for name in counted),
        *(steps(value, *SHARES).alias(name) for name, value in shares.items()),
        *(value.alias(name) for name, value in most.items()),
    )
