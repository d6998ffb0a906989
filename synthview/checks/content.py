"""The visible content of plays and accounts, in steps: what a reader of the log may know."""

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
from synthview.dataset import RunDirectory
from synthview.pools import TEST_RIG

__all__ = ["NEEDED", "content_of"]

NEEDED = ("log.plays", "log.events", "log.titles", "log.devices")
GAPS = (0, 5 * SECOND, 30 * SECOND, 2 * MINUTE, 10 * MINUTE, HOUR, 12 * HOUR)
OFTEN = (1, 2, 3, 5, 8, 15, 30, 60, 120)
SHARES = (0.001, 0.05, 0.1, 0.2, 0.35, 0.5, 0.75, 0.95)
BESIDE = ("kind", "end_reason", "autoplayed", "ran", "length", "start_source")
"""What is known of the plays before and after as well."""
IDS = (
    "play_id",
    "account_id",
    "device_id",
    "country",
    "profile_id",
    "title_id",
    "started_at",
)
_OFFSET_IN_MINUTES = pl.col("started_at").dt.hour().cast(pl.Int32) * 60 + pl.col("offset")
OF_A_PLAY = {
    **PLAYS.all,
    "gap_before": steps(GAP_MS, *GAPS),
    "hour": _OFFSET_IN_MINUTES // 180 % 8,
    "same_title": steps(pl.len().over("account_id", "title_id"), *OFTEN),
    "is_a_rig": pl.col("model") == TEST_RIG,
    "countries": steps(pl.col("country").n_unique().over("account_id"), 2, 3, 5),
    "other_device": pl.col("device_id") != pl.col("device_id").shift(1).over("account_id"),
}
"""What is known of a play, beside its messages."""


def content_of(run: RunDirectory, whose: str, kept: pl.Expr) -> pl.DataFrame:
    """One row per play or account, of accounts that are `kept`: ids, and whole numbers."""
    plays = _plays(run, kept)
    return plays if whose == "play_id" else _accounts(plays)


def _plays(run: RunDirectory, kept: pl.Expr) -> pl.DataFrame:
    """Each row of viewing history: itself, the rows around it, and its messages."""
    history = _history(run, kept).sort("account_id", "started_at", "play_id")
    messages = _messages(run, kept)
    rows = history.join(messages, on="play_id", how="left")
    rows = rows.with_columns(cs.enum().to_physical())
    of_messages = {name: pl.col(name) for name in MESSAGES}
    seen = rows.select(*IDS, **OF_A_PLAY, **of_messages)

    before = {f"{name}_before": _shifted(name, 1) for name in BESIDE}
    after = {f"{name}_after": _shifted(name, -1) for name in BESIDE}
    return seen.with_columns(
        **before,
        **after,
        gap_after=_shifted("gap_before", -1),
    )


def _history(run: RunDirectory, kept: pl.Expr) -> pl.DataFrame:
    """Viewing history with the runtime of each title and the model of each device."""
    titles = run.scan("log.titles", repaired=True)
    titles = titles.select("title_id", "runtime_ms").unique("title_id")
    models = run.scan("log.devices", repaired=True)
    models = models.select("device_id", model="model").unique("device_id")
    plays = run.scan("log.plays", repaired=True).filter(kept)
    history = plays.join(titles, on="title_id").join(models, on="device_id", how="left")
    return history.collect()


def _shifted(name: str, by: int) -> pl.Expr:
    """A column of the play so many rows before in the same account."""
    return pl.col(name).shift(by).over("account_id")


COUNTED = ("device_id", "country", "profile_id", "title_id")
"""Of what an account has how many."""
MOST = ("same_title", "latest", "length", "is_a_rig")
"""Of what the largest value of its plays is known."""
SEEN_IN_MESSAGES = ("errors", "twins", "resent", "pauses", "seeks", "stalls")
CLAIMS = {
    "length": pl.col("length") == 0,
    "autoplayed": pl.col("autoplayed"),
    "follows": pl.col("follows"),
    **{f"share_of_{name}": pl.col(name) > 0 for name in SEEN_IN_MESSAGES},
    **{f"share_of_hour_{hour}": pl.col("hour") == hour for hour in range(8)},
    "unended": ~pl.col("ends"),
}
"""Claims about plays; of an account the share is known of those for which each holds."""
_KIND = pl.col("type").cast(pl.String)
_DELAY = elapsed_ms("client_time", "received_time")
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


def _messages(run: RunDirectory, kept: pl.Expr) -> pl.DataFrame:
    events = run.scan("log.events", repaired=True).filter(kept)
    return events.group_by("play_id").agg(**MESSAGES).collect(engine="streaming")


def _accounts(plays: pl.DataFrame) -> pl.DataFrame:
    """Each account: how much and how its plays were, and what was the most of them."""
    days = pl.col("started_at").dt.date().n_unique()
    soonest = steps(pl.col("soonest").min(), *range(len(DELAYS)))
    counted = {f"how_many_{name}": steps(pl.col(name).n_unique(), *OFTEN) for name in COUNTED}
    shares = {name: steps(claim.mean(), *SHARES) for name, claim in CLAIMS.items()}
    most = {f"most_{name}": pl.col(name).max() for name in MOST}

    accounts = plays.group_by("account_id", maintain_order=True)
    return accounts.agg(
        plays=steps(pl.len(), *OFTEN),
        days=steps(days, *OFTEN),
        soonest=soonest,
        **counted,
        **shares,
        **most,
    )
