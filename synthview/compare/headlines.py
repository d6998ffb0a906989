"""The numbers a service would print of a log, in two worlds."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

__all__ = ["headlines"]

Tables = Mapping[str, pl.DataFrame]


def headlines(one: Tables, other: Tables, titles: pl.DataFrame) -> list[tuple[str, float, float]]:
    """Name, value in the first world, value in the second."""
    left, right = _numbers(one), _numbers(other)
    top = one["log.plays"].group_by("title_id").len().sort("len", "title_id", descending=True).head(1)
    found = [(name, left[name], right[name]) for name in left]
    for (title,) in top.select("title_id").iter_rows():
        name = titles.filter(pl.col("title_id") == title)["name"].item()
        counts = [float(one_["log.plays"].filter(pl.col("title_id") == title).height) for one_ in (one, other)]
        found.append((f"plays of {name}", counts[0], counts[1]))
    return found


def _numbers(world: Tables) -> dict[str, float]:
    log, truth = world["log.plays"], world["truth.plays"]
    hours = pl.col("started_at").dt.hour()
    by_hour = log.group_by(hours.alias("hour")).agg(pl.col("watched_ms").sum()).sort("watched_ms", descending=True)
    active = log.select("account_id", pl.col("started_at").dt.date()).unique().height
    nobody = truth.filter((pl.col("attended_ms") == 0) & (pl.col("played_ms") > 0)).height
    return {
        "plays in the log": float(log.height),
        "hours in the log": float(log["watched_ms"].sum()) / 3.6e6,
        "accounts active": float(log["account_id"].n_unique()),
        "plays per active account-day": log.height / max(active, 1),
        "mean completion": float(log["completion"].mean() or 0.0),  # type: ignore[arg-type]
        "busiest hour, UTC": float(by_hour["hour"][0]) if len(by_hour) else 0.0,
        "share of plays that nobody attended": nobody / max(truth.height, 1),
    }
