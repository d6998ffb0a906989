"""Sittings: how seasons are finished, how many episodes a binge has, what is tried first."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl

from synthview.realism.measure import Curve, Family, Measure, Rows
from synthview.realism.observed import DAY_MS, HOUR_MS, MINUTE_MS, ON_TV, NotApplicable, Observed
from synthview.realism.samples import MONTH, YEARS
from synthview.realism.tally import Tally, quantile_of, ratio

__all__ = ["SITTINGS"]

_SEASON_DAYS = 210
"""The source looked at accounts for seven months."""
_NO_SERIALS = ("kids", "family", "animation", "reality", "documentary")
_SERIAL_EPISODES = 8
"""The source chose more than a hundred serials: not what is for children, shows or documentaries,
and no miniseries."""
_SEEN = 0.70
_MOST_DAYS = 210
_BINGE = 3
_TRY_MS = 10 * MINUTE_MS
_TO_THE_END = 0.90


def finished_seasons(observed: Observed) -> pl.DataFrame:
    """First seasons finished within the study: group, home, days between plays, watched ms.

    They are those of serials. Finished means that every episode was watched to 70 %; a season that
    was under way when the study began, so that its first episode is not seen, does not count.
    """
    firsts = _serials(observed.titles)
    lengths = firsts.group_by("work").agg(episodes=pl.len())
    is_seen = pl.col("watched_ms") >= _SEEN * pl.col("runtime_ms")
    seen = _watched_episodes(observed, firsts).filter(is_seen)
    seasons = seen.group_by("group", "home", "work").agg(
        pl.col("watched_ms").sum(),
        seen=pl.len(),
        first=pl.col("first").min(),
        last=pl.coalesce("done", "first").max(),
    )
    is_finished = pl.col("seen") == pl.col("episodes")
    finished = seasons.join(lengths, on="work").filter(is_finished)
    days = pl.col("last") // DAY_MS - pl.col("first") // DAY_MS + 1
    return finished.select("group", "home", "work", "watched_ms", days=days)


def _serials(titles: pl.DataFrame) -> pl.DataFrame:
    """The episodes of first seasons of serials."""
    is_first = (pl.col("kind") == "episode") & (pl.col("season_number") == 1)
    is_no_serial = pl.col("genres").str.split("|").list.eval(pl.element().is_in(_NO_SERIALS))
    firsts = titles.filter(is_first & ~is_no_serial.list.any())
    return firsts.filter(pl.len().over("work") >= _SERIAL_EPISODES)


def _watched_episodes(observed: Observed, firsts: pl.DataFrame) -> pl.DataFrame:
    """Each home's time with each episode of `firsts`: watched, when first, and when it was done."""
    is_early = pl.col("start_ms") < observed.day_ms(_SEASON_DAYS)
    plays = observed.plays.filter(is_early & (pl.col("kind") == "episode"))
    plays = plays.join(firsts.select("title"), on="title")
    return plays.group_by("group", "home", "work", "title").agg(
        pl.col("watched_ms").sum(),
        pl.col("runtime_ms").first(),
        first=pl.col("local_ms").min(),
        done=pl.col("local_ms").filter(pl.col("completion") >= _SEEN).min(),
    )


def finishing(observed: Observed) -> Mapping[str, Tally]:
    """Median days from the first to the last episode of a finished season, and hours a day."""
    seasons = finished_seasons(observed)
    if seasons.is_empty():
        raise NotApplicable("nobody in it finishes a first season")
    table = np.zeros((observed.groups, _MOST_DAYS))
    place = np.minimum(seasons["days"].to_numpy(), _MOST_DAYS) - 1
    np.add.at(table, (seasons["group"].to_numpy(), place), 1)
    days = np.arange(1.0, _MOST_DAYS + 1)
    per_day, count = observed.sums(
        seasons, (pl.col("watched_ms") / pl.col("days")).sum() / HOUR_MS, pl.len()
    )
    return {
        "T09": Tally(table, lambda counts: quantile_of(counts, days, 0.5)),
        "T10": ratio(per_day, count),
    }


def binges(observed: Observed) -> Mapping[str, Tally]:
    """Episodes of one series in a sitting in the United States, of sittings with at least three."""
    series = observed.titles.select("title", "series_id")
    episodes = observed.plays.filter((pl.col("kind") == "episode") & (pl.col("country") == "US"))
    episodes = episodes.filter(pl.col("watched_ms") >= 5 * MINUTE_MS).join(series, on="title")
    sittings = episodes.group_by("group", "session_id", "series_id").agg(
        episodes=pl.col("title").n_unique()
    )
    above, below = observed.sums(
        sittings.filter(pl.col("episodes") >= _BINGE), pl.col("episodes").sum(), pl.len()
    )
    if not below.sum():
        raise NotApplicable("nobody in the United States watches three episodes in a sitting in it")
    return {"T11": ratio(above, below)}


def prime_time(observed: Observed) -> pl.DataFrame:
    """Evenings on US television sets, with how many titles were tried before one was kept.

    Columns: group, tries, to_the_end. A try is left within ten minutes; what is kept is the first
    play of ten minutes; who breaks that off and comes back has tried no other title. Sittings that
    begin from 20 to 23 o'clock count.
    """
    theirs = (pl.col("country") == "US") & pl.col("device_type").is_in(ON_TV)
    plays = observed.plays.filter(theirs & (pl.col("end_reason") != "error")).sort(
        "session_id", "start_ms"
    )
    is_kept = pl.col("watched_ms") >= _TRY_MS
    kept_title = pl.col("title").filter(is_kept).first()
    is_tried = ~is_kept & (pl.col("title") != kept_title)
    kept_before = is_kept.cum_sum().over("session_id") - is_kept.cast(pl.Int32)
    begins = pl.col("local_ms").first().over("session_id") // HOUR_MS % 24
    until_kept = plays.filter(begins.is_between(20, 22)).filter(kept_before == 0)
    return (
        until_kept.group_by("group", "session_id")
        .agg(
            tries=pl.col("title").filter(is_tried).n_unique(),
            kept=is_kept.any(),
            to_the_end=(pl.col("completion") >= _TO_THE_END).filter(is_kept).any(),
        )
        .filter("kept")
    )


def trying(observed: Observed) -> Mapping[str, Tally]:
    """Percentage of those evenings with a try first, and with the kept title seen to its end."""
    evenings = prime_time(observed)
    if evenings.is_empty():
        raise NotApplicable(
            "nobody in the United States watches on a television set in the evening in it"
        )
    several, to_end, whole = observed.sums(
        evenings, (pl.col("tries") >= 1).sum(), pl.col("to_the_end").sum(), pl.len()
    )
    return {"T20-sample": ratio(several, whole, 100), "T20-end": ratio(to_end, whole, 100)}


def _days_to_finish(observed: Observed) -> Rows:
    """Finished first seasons by the days they took, as a percentage."""
    days = np.minimum(finished_seasons(observed)["days"].to_numpy(), 31)
    counts = np.bincount(days, minlength=32)[1:]
    return [
        {"days": day, "share": float(100 * n / max(counts.sum(), 1))}
        for day, n in enumerate(counts, 1)
    ]


SITTINGS = Family(
    "sittings",
    "Seasons and sittings",
    "How a season is finished, how long a binge is, and how often something else is tried first.",
    (
        Measure(("T09", "T10"), YEARS, finishing, 90),
        Measure(("T11",), MONTH, binges, 7),
        Measure(("T20-sample", "T20-end"), MONTH, trying, 7),
    ),
    (Curve("days_to_finish", YEARS, _days_to_finish, 90),),
)
