"""Realism, planted errors: a world that agrees passes, and each error in it is found by the figure that it touches."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from handmade import at, handmade, plays, titles

from synthview.realism import activity, hours, popularity
from synthview.realism.measure import Compute
from synthview.realism.observed import DAY_MS, HOUR_MS, Observed
from synthview.realism.tally import estimated
from synthview.realism.targets import targets
from synthview.realism.verdicts import Verdict, judge

HOMES = 200


def verdicts(study: Observed, compute: Compute) -> dict[str, str]:
    """The verdict of each figure that a measure computes."""
    return {
        one: judge(targets()[one], estimated(tally)).verdict.value
        for one, tally in compute(study).items()
    }


def panel(shift: int) -> Observed:
    """British computers that begin films as published by hour, or so many hours later."""
    curve = np.array([targets()[f"T01-{hour:02}"].value for hour in range(24)])
    rng = np.random.default_rng(3)
    count = 200 * HOMES
    start = (
        at(0, 0)
        + rng.integers(0, 28, count) * DAY_MS
        + (rng.choice(24, count, p=curve / curve.sum()) + shift) % 24 * HOUR_MS
    )
    home = np.arange(count) % HOMES
    rows = {
        "home": home,
        "group": home,
        "start_ms": start,
        "device_id": home,
        "title": np.arange(count),
    }
    default = plays({}).drop(list(rows))
    return handmade(days=28, plays=pl.DataFrame(rows).join(default, how="cross"))


def test_hours_shifted_by_three() -> None:
    """A panel with the published hours passes all of them; three hours later the evening and the morning fail."""
    assert set(verdicts(panel(0), hours.starts_by_hour).values()) <= {"pass", "inconclusive"}
    shifted = verdicts(panel(3), hours.starts_by_hour)
    assert {"T01-03", "T01-09", "T01-18", "T01-21"} <= {
        one for one, verdict in shifted.items() if verdict == "fail"
    }


def television(rate: float) -> Observed:
    """US homes that watch on 12 or 13 of 30 days, 2.2 hours each, or so many times that."""
    rng = np.random.default_rng(4)
    rows = [
        {"home": home, "country": "US", "device_type": "tv", "start_ms": at(int(day), 19),
         "watched_ms": round(rate * rng.gamma(20, 2.2 / 20) * HOUR_MS)}
        for home in range(HOMES)
        for day in rng.choice(30, 12 + home % 2, replace=False)
    ]  # fmt: skip
    return handmade(days=30, plays=plays(*rows))


@pytest.mark.parametrize(
    ("rate", "expected"), [(1.0, Verdict.PASS), (2.0, Verdict.FAIL), (0.5, Verdict.FAIL)]
)
def test_a_rate_off_by_two(rate: float, expected: Verdict) -> None:
    """Homes that watch as published pass; with twice or half the hours those figures fail, and the days do not."""
    found = verdicts(television(rate), activity.on_television)
    assert found["S07"] == expected
    assert found["S09"] == expected
    assert found["S08"] == "pass"


def catalogue(exponent: float) -> Observed:
    """Films and seasons watched by rank with this exponent, and the published offset; 0 is a flat catalogue."""
    rng = np.random.default_rng(5)
    count = 4000
    weights = (np.arange(1, count + 1) + 34.0) ** -exponent
    chosen = rng.choice(count, 400 * HOMES, p=weights / weights.sum())
    home = np.arange(len(chosen)) % HOMES
    rows = {
        "home": home,
        "group": home,
        "title": chosen,
        "work": chosen,
        "start_ms": np.full(len(chosen), at(3)),
    }
    shown = pl.DataFrame(rows).join(plays({}).drop(list(rows)), how="cross")
    works = titles(*({"title": one} for one in range(count))).select(
        "work", "kind", "released", "runtime_ms"
    )
    return handmade(days=182, plays=shown, works=works)


@pytest.mark.slow
def test_a_flat_catalogue() -> None:
    """Where every title is alike, the shares of the leading ones, the Gini coefficient and the slopes all fail."""
    flat = verdicts(catalogue(0), popularity.concentration)
    assert {one for one, verdict in flat.items() if verdict == "fail"} >= {
        "P03",
        "P04",
        "P05",
        "P06-1",
        "P06-10",
        "P07",
        "P08",
    }
    steep = verdicts(catalogue(1.2), popularity.concentration)
    assert "fail" not in {steep["P07"], steep["P08"], steep["P09"]}
