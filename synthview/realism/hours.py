"""When people watch: hours of the day and days of the week."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl

from synthview.realism.measure import Curve, Family, Measure, Rows
from synthview.realism.observed import DAY_MS, HOUR_MS, NotApplicable, Observed
from synthview.realism.panel import panel_plays
from synthview.realism.samples import MONTH, UK
from synthview.realism.tally import Floats, Tally

__all__ = ["HOURS"]

HOUR_IDS = tuple(f"T01-{hour:02}" for hour in range(24))
WEEKDAY_IDS = tuple(f"T03-{day}" for day in ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"))
_THURSDAY = 3
"""The weekday of 1 January 1970, Monday being 0."""
_LONGEST_HOURS = 6


def starts_by_hour(observed: Observed) -> Mapping[str, Tally]:
    """Of plays that begin in the panel, the percentage in each hour, UTC."""
    plays = panel_plays(observed)
    hour = pl.col("start_ms") // HOUR_MS % 24
    return _shares(HOUR_IDS, observed, plays, hour)


def starts_by_weekday(observed: Observed) -> Mapping[str, Tally]:
    """Percentage of the panel's plays that begin on each weekday, UTC, over whole weeks."""
    weeks = observed.days // 7
    plays = panel_plays(observed).filter(
        pl.col("start_ms").is_between(observed.first_ms, observed.day_ms(7 * weeks), "left")
    )
    weekday = (pl.col("start_ms") // DAY_MS + _THURSDAY) % 7
    return _shares(WEEKDAY_IDS, observed, plays, weekday)


def _shares(
    ids: tuple[str, ...], observed: Observed, plays: pl.DataFrame, place: pl.Expr
) -> dict[str, Tally]:
    """Of rows, the percentage in each of as many places as there are ids."""
    if plays.is_empty():
        raise NotApplicable("nobody in it watches films on a computer in the United Kingdom")
    counts = observed.sums(plays, *((place == one).sum() for one in range(len(ids))))
    table = np.column_stack(counts)
    return {one: _share_of_row(table, number) for number, one in enumerate(ids)}


def _share_of_row(table: Floats, number: int) -> Tally:
    of = table[:, number]
    whole = table.sum(axis=1)
    return Tally(
        np.column_stack([of, whole]),
        lambda sums: float(100 * sums[0] / sums[1]) if sums[1] else float("nan"),
        cases=int(of.sum()),
        trials=int(whole.sum()),
    )


def busiest_hour_us(observed: Observed) -> Mapping[str, Tally]:
    """The hour of the clock at home in which homes in the United States watch most."""
    return {"T05": _busiest(observed, observed.plays.filter(pl.col("country") == "US"))}


def busiest_hour(observed: Observed) -> Mapping[str, Tally]:
    """The hour of the clock at home in which most is watched from Monday to Friday, everywhere."""
    weekday = (pl.col("local_ms") // DAY_MS + _THURSDAY) % 7
    return {"T06": _busiest(observed, observed.plays.filter(weekday < 5))}


def _busiest(observed: Observed, plays: pl.DataFrame) -> Tally:
    if plays.is_empty():
        raise NotApplicable("nobody of those asked about watches in it")
    return Tally(watched_by_hour(observed, plays), lambda sums: float(np.argmax(sums)))


def watched_by_hour(observed: Observed, plays: pl.DataFrame) -> Floats:
    """Return milliseconds watched in each local hour: a row for each group, 24 columns."""
    start = pl.col("local_ms")
    stop = pl.col("local_ms") + pl.col("watched_ms")
    table = np.zeros((observed.groups, 24))
    for step in range(_LONGEST_HOURS):
        hour = start // HOUR_MS + step
        within = pl.min_horizontal(stop, (hour + 1) * HOUR_MS) - pl.max_horizontal(
            start, hour * HOUR_MS
        )
        parts = plays.select("group", hour=hour % 24, ms=within.clip(lower_bound=0))
        found = parts.group_by("group", "hour").agg(pl.col("ms").sum())
        table[found["group"].to_numpy(), found["hour"].to_numpy()] += found["ms"].to_numpy()
    return table


def _watched_curve(observed: Observed) -> Rows:
    """Of all that is watched, the percentage in each hour of the clock at home."""
    table = watched_by_hour(observed, observed.plays).sum(axis=0)
    return [{"hour": hour, "share": float(100 * ms / table.sum())} for hour, ms in enumerate(table)]


HOURS = Family(
    "hours",
    "Hours and weekdays",
    "When plays begin in a panel of British computers, and at which hour most is watched.",
    (
        Measure(HOUR_IDS, UK, starts_by_hour, 7),
        Measure(WEEKDAY_IDS, UK, starts_by_weekday, 14),
        Measure(("T05",), MONTH, busiest_hour_us, 7),
        Measure(("T06",), MONTH, busiest_hour, 7),
    ),
    (Curve("watched_by_hour", MONTH, _watched_curve, 7),),
)
