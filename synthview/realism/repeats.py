"""How often people return to a film: plays, days and days in a row of one person and one film."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from synthview.realism.measure import Curve, Family, Measure, Rows
from synthview.realism.observed import DAY_MS, NotApplicable, Observed
from synthview.realism.panel import panel_plays
from synthview.realism.samples import MONTH, UK
from synthview.realism.tally import Tally, ratio, share

__all__ = ["REPEATS"]

_PAIR = ("group", "device_id", "spell", "title")
_PLAYS = {"T23-2": 2, "T23-3": 3}
_DAYS = {"T24-2": 2, "T24-3": 3}
_RUNS = {"T25-2": 2, "T25-3": 3, "T25-4": 4, "T25-5": 5}
_LEAST_DAYS = 28


def pairs_of(plays: pl.DataFrame) -> pl.DataFrame:
    """Return a row for each browser and film: plays, days, and the longest run of days.

    Days are UTC, as those of the panel.
    """
    by_day = (
        plays.group_by(*_PAIR, day=pl.col("start_ms") // DAY_MS)
        .agg(plays=pl.len())
        .sort(*_PAIR, "day")
    )
    in_a_row = pl.col("day") - pl.int_range(pl.len()).over(_PAIR)
    runs = by_day.with_columns(run=in_a_row).group_by(*_PAIR, "run")
    lengths = runs.agg(pl.col("plays").sum(), days=pl.len())
    each = lengths.group_by(_PAIR)
    return each.agg(
        pl.col("plays").sum(),
        pl.col("days").sum(),
        longest_run=pl.col("days").max(),
    )


def returns(observed: Observed) -> Mapping[str, Tally]:
    """Percentage of pairs of a browser and a film with so many plays, days, days in a row."""
    pairs = _pairs(observed)
    found = {}
    for column, wanted in (("plays", _PLAYS), ("days", _DAYS), ("longest_run", _RUNS)):
        for one, least in wanted.items():
            above, below = observed.sums(
                pairs,
                (pl.col(column) >= least).sum(),
                pl.len(),
            )
            found[one] = share(above, below)
    again, whole = observed.sums(
        pairs,
        pl.col("plays").sum() - pl.len(),
        pl.col("plays").sum(),
    )
    return found | {"T23-rep": share(again, whole)}


def _pairs(observed: Observed) -> pl.DataFrame:
    plays = panel_plays(observed)
    if plays.is_empty():
        raise NotApplicable("nobody in it watches films on a computer in the United Kingdom")
    return pairs_of(plays)


def rewatching(observed: Observed) -> Mapping[str, Tally]:
    """Percentage of time on television sets and elsewhere spent on what was seen before."""
    again = pl.col("intent").is_in(["rewatch", "sleep_aid"])
    played = pl.col("played_ms")
    above, below = observed.sums(
        observed.truths,
        played.filter(again).sum(),
        played.sum(),
    )
    return {"T27": ratio(above, below, 100)}


def _runs_curve(observed: Observed) -> Rows:
    """Of pairs, the percentage with at least so many plays, days, or days in a row."""
    pairs = _pairs(observed)
    names = {"plays": "plays", "days": "days", "longest_run": "days in a row"}
    return [
        {
            "least": least,
            "of": name,
            "share": 100 * (pairs[column] >= least).sum() / max(len(pairs), 1),
        }
        for column, name in names.items()
        for least in range(2, 11)
    ]


REPEATS = Family(
    "repeats",
    "Returns to a film",
    "How many plays, days and days in a row one browser gives one film. Most returns finish what "
    "was begun.",
    (
        Measure((*_PLAYS, "T23-rep", *_DAYS, *_RUNS), UK, returns, _LEAST_DAYS),
        Measure(("T27",), MONTH, rewatching, _LEAST_DAYS),
    ),
    (Curve("returns", UK, _runs_curve, _LEAST_DAYS),),
)
