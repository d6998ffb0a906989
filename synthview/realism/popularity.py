"""How unequal titles are: shares of the leading ones, and how hours fall with rank."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache

import numpy as np
import polars as pl

from synthview.realism.measure import Curve, Family, Measure, Rows
from synthview.realism.observed import DAY_MS, HOUR_MS, NotApplicable, Observed
from synthview.realism.samples import YEARS
from synthview.realism.tally import Floats, Statistic, Tally, ratio

__all__ = ["POPULARITY", "gini", "leading", "slope", "zipf_mandelbrot"]

HALF_YEAR = 182
_LEAST_DAYS = 28
_BODY = 2_000
_HEAD = 100
_FEWEST_TITLES = 200
_BIG_FILMS = 8
"""The published view-through is that of eight films."""


def concentration(observed: Observed) -> Mapping[str, Tally]:
    """How unequal films and seasons are, by hours of half a year."""
    every, films = _hours_by_work(observed, None), _hours_by_work(observed, "film")
    return {
        "P03": _tally(every, leading(0.01)),
        "P04": _tally(every, leading(0.10)),
        "P05": _tally(every, gini),
        "P06-1": _tally(films, leading(0.01)),
        "P06-10": _tally(films, leading(0.10)),
        "P06-20": _tally(films, leading(0.20)),
        "P07": _tally(every, zipf_mandelbrot),
        "P08": _tally(films, slope),
        "P09": _tally(_hours_by_half(observed), _leaders(observed)),
    }


def _tally(hours: Floats, statistic: Statistic) -> Tally:
    return Tally(hours, statistic, is_inflated=True)


def _hours_by_work(observed: Observed, kind: str | None) -> Floats:
    """Hours in half a year: a row per group of homes, a column per work released by its end."""
    appeared = observed.works.filter(pl.col("released") < min(observed.days, HALF_YEAR))
    appeared = appeared.filter(pl.col("kind") == kind) if kind else appeared
    numbered = appeared.select("work").with_row_index("place")
    plays = half_year(observed).join(numbered, on="work")
    if plays["work"].n_unique() < _FEWEST_TITLES:
        raise NotApplicable(f"fewer than {_FEWEST_TITLES} different titles were watched in it")
    found = plays.group_by("group", "place").agg(pl.col("watched_ms").sum())
    table = np.zeros((observed.groups, len(numbered)))
    table[found["group"].to_numpy(), found["place"].to_numpy()] = (
        found["watched_ms"].to_numpy() / HOUR_MS
    )
    return table


def _halves_of(observed: Observed) -> int:
    """How many whole half-years there are; a shorter study is one."""
    return max(observed.days // HALF_YEAR, 1)


def half_year(observed: Observed) -> pl.DataFrame:
    """Return the plays of the first half-year, or of as many days as there are."""
    return observed.plays.filter(pl.col("start_ms") < observed.day_ms(HALF_YEAR))


def leading(share: float) -> Callable[[Floats], float]:
    """Return the percentage of all hours that this share of the titles has, most watched first."""

    def statistic(hours: Floats) -> float:
        ranked = np.sort(hours)[::-1]
        count = max(round(share * len(ranked)), 1)
        return float(100 * ranked[:count].sum() / ranked.sum())

    return statistic


def gini(hours: Floats) -> float:
    """Return the Gini coefficient of hours over titles: 0 if all are equal, 1 if one has all."""
    ranked = np.sort(hours)
    count = len(ranked)
    weights = 2 * np.arange(1, count + 1) - count - 1
    return float((weights * ranked).sum() / (count * ranked.sum()))


def slope(hours: Floats) -> float:
    """Return the slope of log hours over log rank in the first hundred ranks; positive."""
    ranked = np.sort(hours)[::-1][:_HEAD]
    ranked = ranked[ranked > 0]
    rank = np.arange(1, len(ranked) + 1)
    return float(-np.polyfit(np.log(rank), np.log(ranked), 1)[0])


_OFFSETS = np.arange(0.0, 400.0, 4.0)


def zipf_mandelbrot(hours: Floats) -> float:
    """Return the exponent s of hours ~ (rank + q)^-s over ranks 1 to 2,000, at the best q."""
    ranked = np.sort(hours)[::-1][:_BODY]
    ranked = np.log(ranked[ranked > 0])
    x, squares = _log_ranks(len(ranked))
    y = ranked - ranked.mean()
    explained = x @ y
    best = np.argmax(explained**2 / squares)
    return float(-explained[best] / squares[best])


@lru_cache(maxsize=8)
def _log_ranks(count: int) -> tuple[Floats, Floats]:
    """Logarithms of rank + q for each offset q, less their mean, and the sum of their squares."""
    x = np.log(np.arange(1, count + 1)[None, :] + _OFFSETS[:, None])
    x -= x.mean(axis=1, keepdims=True)
    return x, (x * x).sum(axis=1)


def _leaders(observed: Observed) -> Callable[[Floats], float]:
    """Return the percentage that the most watched work has, in the mean of the half-years."""
    halves = _halves_of(observed)

    def statistic(hours: Floats) -> float:
        each = hours.reshape(halves, -1)
        return float(100 * (each.max(axis=1) / each.sum(axis=1)).mean())

    return statistic


def _hours_by_half(observed: Observed) -> Floats:
    """Hours by work in every half-year: a row per group of homes, one half-year after another."""
    halves = _halves_of(observed)
    works = len(observed.works)
    half = (pl.col("start_ms") - observed.first_ms) // (HALF_YEAR * DAY_MS)
    plays = observed.plays.with_columns(half=half).filter(pl.col("half") < halves)
    found = plays.filter(pl.col("half") >= 0).group_by("group", "half", "work")
    hours = found.agg(pl.col("watched_ms").sum() / HOUR_MS)
    table = np.zeros((observed.groups, halves * works))
    place = hours["half"].to_numpy() * works + hours["work"].to_numpy()
    table[hours["group"].to_numpy(), place] = hours["watched_ms"].to_numpy()
    return table


def films_share(observed: Observed) -> Mapping[str, Tally]:
    """Of all hours, the percentage that films have."""
    watched = pl.col("watched_ms")
    above, below = observed.sums(
        half_year(observed), watched.filter(pl.col("kind") == "film").sum(), watched.sum()
    )
    return {"P12": ratio(above, below, 100)}


def kids_share(observed: Observed) -> Mapping[str, Tally]:
    """Of all hours, the percentage that titles of the genre kids have."""
    is_kids = observed.titles.select(
        "title", kids=pl.col("genres").str.split("|").list.contains("kids")
    )
    plays = half_year(observed).join(is_kids, on="title")
    watched = pl.col("watched_ms")
    above, below = observed.sums(
        plays,
        watched.filter(pl.col("kids")).sum(),
        watched.sum(),
    )
    return {"P24": ratio(above, below, 100)}


def completion_of_leaders(observed: Observed) -> Mapping[str, Tally]:
    """How much of a most watched original film, in percent, an account that starts it watches."""
    films = observed.titles.filter((pl.col("kind") == "film") & pl.col("is_original")).select(
        "title", "runtime_ms"
    )
    plays = half_year(observed).drop("runtime_ms").join(films, on="title")
    hours = (
        plays.group_by("title")
        .agg(pl.col("watched_ms").sum())
        .sort("watched_ms", "title", descending=True)
    )
    leaders = hours.head(_BIG_FILMS).select("title")
    pairs = (
        plays.join(leaders, on="title")
        .group_by("group", "home", "title")
        .agg(pl.col("watched_ms").sum(), pl.col("runtime_ms").first())
    )
    if pairs.is_empty():
        raise NotApplicable("nobody in it watches an original film")
    seen = pl.min_horizontal("watched_ms", "runtime_ms") / pl.col("runtime_ms")
    above, below = observed.sums(pairs, seen.sum(), pl.len())
    return {"P21": ratio(above, below, 100)}


def _ranks(observed: Observed) -> Rows:
    """Hours by rank, of films and of all titles, as a percentage of the leader's."""
    rows = []
    for name, kind in (("films and seasons", None), ("films", "film")):
        ranked = np.sort(_hours_by_work(observed, kind).sum(axis=0))[::-1]
        places = np.unique(np.geomspace(1, len(ranked), 120).astype(int))
        rows += [
            {"rank": int(place), "of": name, "share": float(100 * ranked[place - 1] / ranked.sum())}
            for place in places
            if ranked[place - 1] > 0
        ]
    return rows


POPULARITY = Family(
    "popularity",
    "Popularity",
    "Half a year of hours by title, as the service's own reports give them.",
    (
        Measure(
            ("P03", "P04", "P05", "P06-1", "P06-10", "P06-20", "P07", "P08", "P09"),
            YEARS,
            concentration,
            _LEAST_DAYS,
        ),
        Measure(("P12",), YEARS, films_share, _LEAST_DAYS),
        Measure(("P24",), YEARS, kids_share, _LEAST_DAYS),
        Measure(("P21",), YEARS, completion_of_leaders, _LEAST_DAYS),
    ),
    (Curve("ranks", YEARS, _ranks, _LEAST_DAYS),),
)
