"""How fast a release fades: hours in later half-years, and the age of what is watched."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl

from synthview.realism.by_title import beside_totals, sums_by_title
from synthview.realism.measure import Curve, Family, Measure, Rows
from synthview.realism.observed import DAY_MS, HOUR_MS, NotApplicable, Observed
from synthview.realism.popularity import HALF_YEAR
from synthview.realism.samples import YEARS
from synthview.realism.tally import Floats, Statistic, Tally, numbered, ratio

__all__ = ["DECAY"]

_DECAY_IDS = ("P17-1", "P17-2", "P17-3", "P17-4")
_AGE_IDS = ("P18-new", "P18-mid", "P18-old", "P18-lic")
_WEEKS = 104


def _originals(observed: Observed) -> pl.DataFrame:
    """Original films: title and the day of the study on which each appeared."""
    films = observed.titles.filter((pl.col("kind") == "film") & pl.col("is_original"))
    return films.select("title", pl.col("released").cast(pl.Int64))


def _of_cohorts(observed: Observed) -> pl.DataFrame:
    """Plays of original films by the half-year of their release (cohort) and of the play (half)."""
    halves = observed.days // HALF_YEAR
    cohort = pl.col("released") // HALF_YEAR
    films = _originals(observed).with_columns(cohort=cohort)
    films = films.filter(pl.col("released") >= 0, pl.col("cohort") < halves - 1)
    plays = observed.plays.join(films, on="title").with_columns(half=_half(observed))
    if plays.is_empty():
        raise NotApplicable("no original film that appeared in its first half-year was watched")
    return plays.filter(pl.col("half").is_between(0, halves, "left"))


def decay(observed: Observed) -> Mapping[str, Tally]:
    """Hours of releases in each following half-year, per hour in that of the release.

    All cohorts that are followed for so long count together, as those of the source. Hours are
    taken for an hour of all that is watched in the half-year: those of the source stay as many,
    while ours have seasons, and more accounts from one half-year to the next. A few films have
    most of the hours, so films are resampled and not homes.
    """
    plays, halves = _of_cohorts(observed), observed.days // HALF_YEAR
    watched, half = pl.col("watched_ms"), pl.col("half")
    pairs = [(one, later) for one in range(halves - 1) for later in range(one, halves)]
    of_films = sums_by_title(
        plays,
        *(watched.filter((pl.col("cohort") == one) & (half == at)).sum() for one, at in pairs),
    )
    every = observed.plays.with_columns(half=_half(observed))
    of_halves = numbered(watched.filter(half == at).sum() for at in range(halves))
    sums = beside_totals(every.select(of_halves).row(0), of_films)
    found = {}
    for number, one in enumerate(_DECAY_IDS, 1):
        if number < halves:
            found[one] = Tally(sums, _left_after(number, pairs, halves))
    return found


def _left_after(number: int, pairs: list[tuple[int, int]], halves: int) -> Statistic:
    """The statistic of what cohorts have some half-years later, over what they had at first."""
    followed = [place for place, (one, at) in enumerate(pairs) if one + number < halves]
    then = [place for place in followed if pairs[place][1] == pairs[place][0] + number]
    first = [place for place in followed if pairs[place][1] == pairs[place][0]]
    half_of = np.array([at for _, at in pairs])

    def statistic(sums: Floats) -> float:
        shares = sums[halves:] / sums[:halves][half_of]
        return float(shares[then].sum() / shares[first].sum())

    return statistic


def _half(observed: Observed) -> pl.Expr:
    """In which half-year of the study a play begins."""
    return (pl.col("start_ms") - observed.first_ms) // (HALF_YEAR * DAY_MS)


def ages(observed: Observed) -> Mapping[str, Tally]:
    """Percentage of film hours in half a year by the film's age, and of licensed films."""
    end = HALF_YEAR
    films = observed.titles.filter(pl.col("kind") == "film").select(
        "title", pl.col("is_original"), age=end - pl.col("released").cast(pl.Int64)
    )
    plays = observed.plays.filter(pl.col("start_ms") < observed.day_ms(end)).join(films, on="title")
    watched = pl.col("watched_ms")
    own = pl.col("is_original")
    age = pl.col("age")
    classes = (own & (age <= 182), own & (age > 182) & (age <= 547), own & (age > 547), ~own)
    *parts, whole = observed.sums(
        plays, *(watched.filter(one).sum() for one in classes), watched.sum()
    )
    return {one: ratio(part, whole, 100) for one, part in zip(_AGE_IDS, parts, strict=True)}


def _by_week(observed: Observed) -> Rows:
    """Hours of original films by week since release, as a percentage of the first week's."""
    cohort = _originals(observed).filter(pl.col("released").is_between(0, HALF_YEAR, "left"))
    week = ((pl.col("start_ms") - observed.first_ms) // DAY_MS - pl.col("released")) // 7
    plays = observed.plays.join(cohort, on="title").with_columns(week=week)
    plays = plays.filter(
        pl.col("week").is_between(0, min(_WEEKS, (observed.days - HALF_YEAR) // 7 - 1))
    )
    weeks = plays.group_by("week").agg(hours=pl.col("watched_ms").sum() / HOUR_MS).sort("week")
    first = max(float(weeks["hours"].max() or 0.0), 1e-9)  # type: ignore[arg-type]
    return [{"week": week, "share": 100 * hours / first} for week, hours in weeks.iter_rows()]


DECAY = Family(
    "decay",
    "Releases and age",
    "What becomes of an original film after it appeared, and how old the films are that people "
    "watch.",
    (
        Measure(_DECAY_IDS, YEARS, decay, 2 * HALF_YEAR),
        Measure(_AGE_IDS, YEARS, ages, HALF_YEAR),
    ),
    (Curve("by_week", YEARS, _by_week, HALF_YEAR + 70),),
)
