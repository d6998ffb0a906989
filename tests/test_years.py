"""Worlds of any allowed date: every invariant holds from the first epoch to the last, on leap days and at changes of clocks."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

import synthview
from synthview.checks.invariants import check
from synthview.errors import SettingError
from synthview.scenario.declarations import FIRST_DAY, LAST_DAY

EPOCHS = [
    FIRST_DAY,
    date(2004, 2, 28),  # a leap day follows
    date(2006, 10, 28),  # clocks change in Europe and North America
    date(2007, 1, 16),  # the day streaming began in ours
    date(2008, 1, 15),
    date(2026, 3, 28),
    date(2038, 1, 18),  # 32 bits of seconds end
    date(2096, 2, 28),
    LAST_DAY,
]

FEW_TITLES = {"catalogue.film_count": 800, "catalogue.series_count": 200, "run.warm_up_days": 5}


def _broken(run: synthview.RunDirectory) -> dict[str, tuple[str, ...]]:
    return {one.name: one.examples for one in check(run) if not one.holds}


@pytest.mark.slow
@pytest.mark.parametrize("epoch", EPOCHS, ids=str)
def test_invariants_hold_in_every_year(epoch: date, tmp_path: Path) -> None:
    """What is played is listed, and all else that `check` asks holds, whenever the world begins."""
    settings = {"run.epoch": epoch.isoformat(), **FEW_TITLES}
    run = synthview.generate("tiny", start=epoch, days=2, set=settings, directory=tmp_path / "run")
    assert _broken(run) == {}


@pytest.mark.parametrize("epoch", EPOCHS[:4], ids=str)
def test_titles_were_there_before_they_were_played(epoch: date) -> None:
    """No play of a title begins before the day on which the service lists it."""
    settings = {"run.epoch": epoch.isoformat()}
    world = synthview.generate("quiet", start=epoch, households=30, days=2, set=settings)
    listed = world.log.titles.group_by("title_id").agg(pl.col("valid_from").min())
    plays = world.truth.plays.join(listed, on="title_id", how="left")
    assert len(plays) > 10
    assert plays["valid_from"].null_count() == 0
    assert plays.filter(pl.col("started_at") < pl.col("valid_from")).is_empty()


@pytest.mark.slow
def test_a_window_long_after_the_epoch_holds_too(tmp_path: Path) -> None:
    """A start 400 days into a world from before the service is a window like any other."""
    settings = {"run.epoch": "1999-12-31", **FEW_TITLES}
    start = date(1999, 12, 31) + timedelta(days=400)
    run = synthview.generate(
        "tiny", start=start, days=1, households=5, set=settings, directory=tmp_path / "run"
    )
    assert _broken(run) == {}


@pytest.mark.parametrize(
    ("epoch", "start", "days", "said"),
    [("1989-12-31", "1989-12-31", 1, "not before 1990-01-01"), ("2100-01-01", "2100-01-01", 1, "between the epoch and 2099-12-31"),
     ("2017-10-02", "2017-10-01", 1, "must be between the epoch"), ("2017-10-02", "2029-10-02", 1, "at most 4,090")],
)  # fmt: skip
def test_other_dates_are_refused_in_words(epoch: str, start: str, days: int, said: str) -> None:
    """Before the first day, after the last, before the epoch, or too long after it."""
    with pytest.raises(SettingError, match=said):
        synthview.generate("tiny", start=start, days=days, set={"run.epoch": epoch})
