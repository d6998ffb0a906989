"""Seasons of the year: how much more is watched in winter, and when Christmas films are."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

import numpy as np
import polars as pl

from synthview.realism.by_title import beside_totals, sums_by_title
from synthview.realism.measure import Curve, Family, Measure, Rows
from synthview.realism.observed import HOUR_MS, NotApplicable, Observed
from synthview.realism.panel import panel_plays
from synthview.realism.samples import UK, YEARS
from synthview.realism.tally import Floats, Tally
from synthview.rows import Flags

__all__ = ["SEASONS"]

_YEAR = 365
_DARK = (12, 1)
_LAST_QUARTER = 273
"""Where accounts are only closed by then, what is watched falls from month to month."""


def dark_months(observed: Observed) -> Mapping[str, Tally]:
    """The panel's plays per account in December and January over those of the other ten months.

    A panel keeps its size, while our accounts become more from month to month: so plays are
    counted for each day of a subscription.
    """
    plays = panel_plays(observed).filter(pl.col("start_ms") < observed.day_ms(_YEAR))
    if plays.is_empty():
        raise NotApplicable("nobody in it watches films on a computer in the United Kingdom")
    days = [observed.date_of(number).month for number in range(min(observed.days, _YEAR))]
    is_dark_day = np.isin(days, _DARK)
    if is_dark_day.all() or not is_dark_day.any():
        raise NotApplicable("it has no days in December or January, or no others")
    observed.ask_for_sign_ups(_LAST_QUARTER)
    is_dark = _month().is_in(_DARK)
    dark, other = observed.sums(plays, is_dark.sum(), (~is_dark).sum())
    in_dark, in_others = _subscribed(observed, is_dark_day)
    sums = np.column_stack([in_dark, in_others, dark, other])
    return {"T04": Tally(sums, _times_as_large)}


def _times_as_large(sums: Floats) -> float:
    """How many times as large a part the third sum is of the first as the fourth of the second."""
    of_above, of_below, above, below = sums
    with np.errstate(divide="ignore", invalid="ignore"):
        return float((above / of_above) / (below / of_below))


def _subscribed(observed: Observed, is_dark_day: Flags) -> tuple[Floats, Floats]:
    """Days of subscriptions in December and January, and in the other months, by group."""
    edges = np.flatnonzero(np.diff(is_dark_day)) + 1
    bounds = [0, *edges.tolist(), len(is_dark_day)]
    found = [np.zeros(observed.groups), np.zeros(observed.groups)]
    for first, stop in pairwise(bounds):
        [days] = observed.sums(
            observed.subscribed(stop, first),
            pl.col("active_days").sum(),
        )
        found[int(not is_dark_day[first])] += days
    return found[0], found[1]


def _month() -> pl.Expr:
    return pl.from_epoch("start_ms", time_unit="ms").dt.month()


def christmas(observed: Observed) -> Mapping[str, Tally]:
    """Hours of films with Christmas in their name in July to December over the next half-year.

    Both for an hour of all that is watched: the source's hours of all are as many in either.
    Some thirty films make the figure, and a few of them most of it, so films are resampled and
    not homes: another catalogue has others.
    """
    halves = _christmas_halves(observed)
    plays = observed.plays.join(_christmas_films(observed), on="title")
    watched = pl.col("watched_ms")
    start = pl.col("start_ms")
    begin, middle, end = halves
    late = watched.filter(start.is_between(begin, middle, "left")).sum()
    early = watched.filter(start.is_between(middle, end, "left")).sum()
    of_film = sums_by_title(plays, late, early)
    of_late, of_early = observed.plays.select(late=late, early=early).row(0)
    if not of_film[:, 1].sum():
        raise NotApplicable(
            "nobody in it watches a film with Christmas in its name from January to June"
        )
    return {"P19": Tally(beside_totals((of_late, of_early), of_film), _times_as_large)}


def _christmas_films(observed: Observed) -> pl.DataFrame:
    is_film = pl.col("kind") == "film"
    return observed.titles.filter(is_film & pl.col("name").str.contains("Christmas")).select(
        "title"
    )


def _christmas_halves(observed: Observed) -> tuple[int, int, int]:
    """The first 1 July, 1 January and 1 July in a row that lie in the study, in milliseconds."""
    dates = {
        (observed.date_of(one).month, observed.date_of(one).day, observed.date_of(one).year): one
        for one in range(observed.days + 1)
    }
    years = sorted({observed.date_of(one).year for one in range(observed.days + 1)})
    for year in years:
        wanted = [dates.get(one) for one in ((7, 1, year), (1, 1, year + 1), (7, 1, year + 1))]
        if all(one is not None for one in wanted):
            begin, middle, end = (observed.day_ms(one) for one in wanted if one is not None)
            return begin, middle, end
    raise NotApplicable(
        "it needs the year from a 1 July to the next, and the dataset has no such year"
    )


def _by_month(observed: Observed) -> Rows:
    """Hours a day in each month for those in the mean of all months."""
    plays = observed.plays.filter(
        pl.col("start_ms").is_between(observed.first_ms, observed.day_ms(_YEAR), "left")
    )
    found = dict(
        plays.group_by(month=_month()).agg(pl.col("watched_ms").sum() / HOUR_MS).iter_rows()
    )
    days = np.bincount(
        [observed.date_of(one).month for one in range(min(observed.days, _YEAR))], minlength=13
    )
    rates = {
        month: hours / days[month] for month, hours in sorted(found.items()) if days[month] >= 7
    }
    mean = sum(rates.values()) / max(len(rates), 1)
    return [{"month": month, "times": float(rate / mean)} for month, rate in rates.items()]


SEASONS = Family(
    "seasons",
    "Seasons",
    "How the time of the year shows.",
    (Measure(("T04",), UK, dark_months, _YEAR), Measure(("P19",), YEARS, christmas, _YEAR)),
    (Curve("by_month", UK, _by_month, _YEAR),),
)
