"""The catalogue: how many films and series there are, and how long films and seasons are."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl

from synthview.realism.measure import Curve, Family, Measure, Rows
from synthview.realism.observed import HOUR_MS, MINUTE_MS, Observed
from synthview.realism.samples import MONTH
from synthview.realism.tally import GROUPS, Floats, Tally, exactly

__all__ = ["RUNTIMES"]

_FEATURE_MINUTES = 40
_FILM_QUANTILES = {"P15-p10": 0.1, "P15": 0.5, "P15-p90": 0.9}
_SEASON_QUANTILES = {"P16-p10": 0.1, "P16": 0.5, "P16-p90": 0.9}


def sizes(observed: Observed) -> Mapping[str, Tally]:
    """How many films and series are out by the end: an exact count, without a sample."""
    there = observed.works.filter(pl.col("released") < observed.days)
    films = there.filter(pl.col("kind") == "film").height
    return {
        "P14-film": exactly(films),
        "P14-tv": exactly(there["series_id"].drop_nulls().n_unique()),
    }


def lengths(observed: Observed) -> Mapping[str, Tally]:
    """Quantiles of minutes of features and hours of seasons; titles are resampled, not homes."""
    films = _lengths(observed, "film") / MINUTE_MS
    seasons = _lengths(observed, "episode") / HOUR_MS
    features = films[films >= _FEATURE_MINUTES]
    found = {one: _quantile(features, part) for one, part in _FILM_QUANTILES.items()}
    return found | {one: _quantile(seasons, part) for one, part in _SEASON_QUANTILES.items()}


def _lengths(observed: Observed, kind: str) -> Floats:
    return observed.works.filter(pl.col("kind") == kind)["runtime_ms"].to_numpy().astype(np.float64)


def _quantile(values: Floats, part: float) -> Tally:
    """The tally of a quantile: titles are dealt into groups, each counted by length."""
    levels, place = np.unique(values, return_inverse=True)
    groups = min(GROUPS, len(values))
    table = np.zeros((groups, len(levels)))
    np.add.at(
        table,
        (np.arange(len(values)) % groups, place),
        1,
    )
    return Tally(
        table, lambda counts: float(np.quantile(np.repeat(levels, counts.astype(int)), part))
    )


def _film_lengths(observed: Observed) -> Rows:
    """Films by length: how many in each class of five minutes, as a percentage."""
    return _histogram(_lengths(observed, "film") / MINUTE_MS, 5, 240, "minutes")


def _season_lengths(observed: Observed) -> Rows:
    """Seasons by length: how many in each class of an hour, as a percentage."""
    return _histogram(_lengths(observed, "episode") / HOUR_MS, 1, 30, "hours")


def _histogram(values: Floats, width: int, most: int, unit: str) -> Rows:
    counts, edges = np.histogram(values, np.arange(0, most + width, width))
    whole = max(int(counts.sum()), 1)
    return [
        {unit: float(edge), "until": float(edge + width), "share": float(100 * count / whole)}
        for edge, count in zip(edges[:-1], counts, strict=True)
    ]


RUNTIMES = Family(
    "runtimes",
    "Catalogue and lengths",
    "How many titles there are and how long they are. Every title is counted, so intervals come "
    "from resampling titles.",
    (
        Measure(("P14-film", "P14-tv"), MONTH, sizes),
        Measure((*_FILM_QUANTILES, *_SEASON_QUANTILES), MONTH, lengths),
    ),
    (Curve("film_lengths", MONTH, _film_lengths), Curve("season_lengths", MONTH, _season_lengths)),
)
