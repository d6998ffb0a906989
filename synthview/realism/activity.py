"""How much people watch: hours, films and active days, and how many accounts there are."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl

from synthview.realism.measure import Curve, Family, Measure, Rows
from synthview.realism.observed import DAY_MS, HOUR_MS, ON_TV, NotApplicable, Observed
from synthview.realism.samples import ACCOUNTS, MONTH, YEARS
from synthview.realism.tally import Tally, ratio

__all__ = ["ACTIVITY"]

_YEAR = 365
_MONTH = 30
_LEAST_DAYS = 28
_WATCHED = 0.70
"""A film counts as watched from this share of its length on: the service's own rule until 2019."""
_MILLIONS_ON_30_SEPTEMBER = 109.25
_MEMBERSHIPS: Mapping[str, tuple[int, str]] = {
    "S01b-us": (89, "US"),
    "S01b-intl": (89, ""),
    "S01d-us": (272, "US"),
    "S01d-intl": (272, ""),
    "S01e": (364, "all"),
    "S01e-us": (364, "US"),
    "S01e-intl": (364, ""),
}
"""For each figure the day of the study and whose accounts, at three ends of quarters of a year."""
_SCALE_DAY = 272


def hours(observed: Observed) -> Mapping[str, Tally]:
    """Hours watched per subscribed day, over a year or as many days as there are."""
    plays = observed.plays.filter(pl.col("start_ms") >= observed.first_ms)
    [watched] = observed.sums(plays, pl.col("watched_ms").sum() / HOUR_MS)
    [days] = observed.sums(observed.active_days, pl.col("active_days").sum())
    return {"S04": ratio(watched, days)}


def films(observed: Observed) -> Mapping[str, Tally]:
    """Films that an account watched at least 70 % of, each once, in a year of subscription."""
    year = observed.plays.filter(
        (pl.col("kind") == "film") & (pl.col("start_ms") < observed.day_ms(_YEAR))
    )
    pairs = year.group_by("group", "home", "title").agg(
        pl.col("watched_ms").sum(), pl.col("runtime_ms").first()
    )
    [seen] = observed.sums(pairs, (pl.col("watched_ms") >= _WATCHED * pl.col("runtime_ms")).sum())
    is_longer = observed.days > _YEAR
    subscribed = observed.subscribed(_YEAR) if is_longer else observed.active_days
    [days] = observed.sums(subscribed, pl.col("active_days").sum())
    return {"S06": ratio(seen, days, _YEAR)}


def memberships(observed: Observed) -> Mapping[str, Tally]:
    """Accounts in millions, where those active on the 273rd day stand for 109.25 million."""
    observed.ask_for_sign_ups(_SCALE_DAY)
    [scale] = observed.sums(observed.active_on(_SCALE_DAY), pl.len())
    found = {}
    for one, (day, whose) in _MEMBERSHIPS.items():
        active = observed.active_on(day)
        is_us = pl.col("country") == "US"
        theirs = {"US": active.filter(is_us), "": active.filter(~is_us)}.get(whose, active)
        [count] = observed.sums(theirs, pl.len())
        found[one] = ratio(count, scale, _MILLIONS_ON_30_SEPTEMBER)
    return found


def on_television(observed: Observed) -> Mapping[str, Tally]:
    """US homes that watch on a television set in a month: hours, days, hours on such a day."""
    days = _days_on_television(observed)
    homes = days.group_by("group", "home").agg(pl.len().alias("days"), pl.col("ms").sum())
    if homes.is_empty():
        raise NotApplicable("no home in the United States watches on a television set in it")
    scale = _MONTH / min(observed.days, _MONTH)
    hours_watched, day_count, home_count = observed.sums(
        homes, pl.col("ms").sum() / HOUR_MS, pl.col("days").sum(), pl.len()
    )
    return {
        "S07": ratio(hours_watched, home_count, scale),
        "S08": ratio(day_count, home_count, scale),
        "S09": ratio(hours_watched, day_count),
    }


def _days_on_television(observed: Observed) -> pl.DataFrame:
    """Days of the clock at home on which a US home watches on a television set: group, home, ms."""
    theirs = (
        (pl.col("country") == "US")
        & pl.col("device_type").is_in(ON_TV)
        & (pl.col("watched_ms") > 0)
    )
    within = pl.col("start_ms").is_between(
        observed.first_ms, observed.day_ms(_MONTH), closed="left"
    )
    day = pl.col("local_ms") // DAY_MS
    shown = observed.plays.filter(theirs & within).join(observed.dwellings, on="home", how="semi")
    shown = shown.join(observed.elsewhere, on="device_id", how="anti")
    return shown.group_by("group", "home", day=day).agg(ms=pl.col("watched_ms").sum())


def on_the_move(observed: Observed) -> Mapping[str, Tally]:
    """Of subscribed accounts, the percentage that watch on a phone or tablet within a month."""
    mobile = pl.col("device_type").is_in(["phone", "tablet"]) & (pl.col("watched_ms") > 0)
    within = pl.col("start_ms") < observed.day_ms(_MONTH)
    users = observed.plays.filter(mobile & within).select("home").unique()
    active = observed.active_days.filter(pl.col("active_days") > 0)
    above, below = observed.sums(
        active.join(users.with_columns(mobile=True), on="home", how="left"),
        pl.col("mobile").sum(),
        pl.len(),
    )
    return {"D07": ratio(above, below, 100)}


def _active_days(observed: Observed) -> Rows:
    """Homes of that panel by the number of days on which they watch, as a percentage."""
    homes = _days_on_television(observed).group_by("home").agg(days=pl.len())
    counts = np.bincount(homes["days"].to_numpy(), minlength=_MONTH + 1)[1:]
    return [
        {"days": day, "share": float(100 * count / counts.sum())}
        for day, count in enumerate(counts, 1)
    ]


def _hours_by_account(observed: Observed) -> Rows:
    """Accounts by hours a day, as a percentage; the last class holds all above."""
    watched = observed.plays.group_by("home").agg(ms=pl.col("watched_ms").sum())
    each = observed.active_days.filter(pl.col("active_days") >= 7).join(
        watched, on="home", how="left"
    )
    per_day = (each["ms"].fill_null(0) / HOUR_MS / each["active_days"]).to_numpy()
    counts, edges = np.histogram(np.minimum(per_day, 5.99), np.arange(0, 6.25, 0.25))
    return [
        {
            "hours": float(edge),
            "until": float(edge) + 0.25,
            "share": float(100 * count / max(counts.sum(), 1)),
        }
        for edge, count in zip(edges[:-1], counts, strict=True)
    ]


ACTIVITY = Family(
    "activity",
    "Hours, days and accounts",
    "How much an account watches, on how many days, and how the number of accounts grows.",
    (
        Measure(("S04",), YEARS, hours, _LEAST_DAYS),
        Measure(("S06",), YEARS, films, _YEAR),
        Measure(tuple(_MEMBERSHIPS), ACCOUNTS, memberships, _YEAR),
        Measure(("S07", "S08", "S09"), MONTH, on_television, _LEAST_DAYS),
        Measure(("D07",), MONTH, on_the_move, _LEAST_DAYS),
    ),
    (
        Curve("active_days", MONTH, _active_days, _LEAST_DAYS),
        Curve("hours_by_account", MONTH, _hours_by_account, _LEAST_DAYS),
    ),
)
