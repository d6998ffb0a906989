"""What a run is expected to come to is what it comes to: rows, bytes and files within a quarter, small runs to the row."""

from __future__ import annotations

from typing import Any

import pytest

from benchmarks.estimates import compared
from synthview.engines.estimate import estimate
from synthview.engines.order import Order, order
from synthview.engines.plan import Plan
from synthview.engines.sample import MOST_DAYS_BEFORE, draw_sample

WITHIN = 0.25


def _plan(**asked: Any) -> Plan:
    return order(Order(**asked))


@pytest.mark.slow
@pytest.mark.parametrize(
    "asked",
    [{"scenario": "tiny"}, {"scenario": "zoo", "days": 4, "format": "arrow"},
     {"scenario": "nasty", "households": 20, "days": 2, "format": "csv"},
     {"scenario": "nasty", "households": 20, "days": 2, "format": "ndjson", "compression": "gzip"},
     {"scenario": "tiny", "format": "duckdb", "tables": "log.plays,log.accounts"}],
    ids=lambda asked: f"{asked['scenario']}-{asked.get('format', 'parquet')}",
)  # fmt: skip
def test_a_small_run_is_foretold_to_the_row(asked: dict[str, Any]) -> None:
    """Lineages, casts, compression and subsets of tables are part of it; the manifest is one of the files."""
    said, came = compared(Order(**asked))
    assert sum(said.rows.values()) == came.rows
    assert said.files == came.files
    assert said.bytes == pytest.approx(came.bytes, rel=0.1)


@pytest.mark.slow
@pytest.mark.parametrize(
    "asked",
    [{"scenario": "everyday", "households": 1_100, "days": 2, "tables": "log.events,log.plays,truth.plays"},
     {"scenario": "everyday", "households": 500, "days": 2, "start": "2017-12-28", "format": "csv",
      "compression": "zstd", "tables": "log.plays,log.clicks,log.accounts"}],
    ids=["two ranges", "late start"],
)  # fmt: skip
def test_a_larger_run_is_foretold_within_a_quarter(asked: dict[str, Any]) -> None:
    """From a sample of its households, where files are as many as the layout has."""
    said, came = compared(Order(**asked))
    assert said.files == came.files
    assert sum(said.rows.values()) == pytest.approx(came.rows, rel=WITHIN)
    assert said.bytes == pytest.approx(came.bytes, rel=WITHIN)


@pytest.mark.slow
def test_events_that_are_not_written_are_told() -> None:
    """The same events happen whether or not they are among the tables."""
    alone = estimate(_plan(scenario="tiny", tables="log.plays"), 1)
    whole = estimate(_plan(scenario="tiny"), 1)
    assert alone.events == whole.events == whole.rows["log.events"] > 1_000
    assert (alone.writes_events, whole.writes_events) == (False, True)


@pytest.mark.slow
def test_a_billion_households_are_foretold_from_a_few() -> None:
    """The effort does not grow with the run, and every file is counted."""
    plan = _plan(scenario="everyday", households=10**9, days=30, tables="log.events")
    assert [(len(one.households), one.days) for one in draw_sample(plan)] == [(192, 14)]
    said = estimate(plan, 2)
    assert said.rows["log.events"] == pytest.approx(10**9 * 30 * 70, rel=WITHIN)
    assert said.files == -(-(10**9) // 4_096) * 30 + 1


@pytest.mark.slow
def test_a_window_years_after_the_epoch_is_foretold_from_near_it() -> None:
    """The sample lives few of the days before; the time told is that of all of them."""
    near = _plan(scenario="everyday", households=2_000, days=2)
    far = _plan(scenario="everyday", households=2_000, days=2, start="2026-10-02")
    assert [one.days_before for one in draw_sample(far)] == [MOST_DAYS_BEFORE]
    assert estimate(far, 1).seconds > 5 * estimate(near, 1).seconds
