"""Plays at the edges of the days: truth of all that the log tells of, or all of what begins in the days."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import polars as pl
import pytest
from commands import Told
from polars.testing import assert_frame_equal
from strategies import SMALL

import synthview
from synthview.errors import InputError
from synthview.testing import expected, invariants

LATE = {"faults.late_arrivals.rate": 0.9, "faults.late_arrivals.hours": 40}
WORDS = {"households": 10, "set": {**SMALL, **LATE, "run.titles": "used", "run.warm_up_days": 3}}
OF_PLAYS = ("log.events", "log.plays", "log.clicks", "log.searches", "log.ratings")


@cache
def _made(days: int = 2, first: int = 5, *, closed: bool = False) -> synthview.Dataset:
    return synthview.generate(
        "everyday", start=f"2017-10-0{first}", days=days, closed=closed or None, **WORDS
    )  # type: ignore[call-overload]


def _frame(of: synthview.Dataset, name: str) -> pl.DataFrame:
    folder, _, table = name.partition(".")
    return getattr(getattr(of, folder), table)


def test_of_each_play_in_the_log_there_is_the_truth() -> None:
    """Plays that began before are marked, and what is said of them is what a longer run says."""
    made, longer = _made(), _made(days=5, first=2)
    early = made.truth.plays.filter("began_before")
    assert 0 < early.height < made.truth.plays.height / 2
    assert early["started_at"].max() < pl.Series(["2017-10-05"]).str.to_datetime("%Y-%m-%d")[0]
    assert set(early["play_id"]) & set(made.log.plays["play_id"])
    for name in ("log.plays", "log.events"):
        assert _frame(made, name).join(made.truth.plays, on="play_id", how="anti").is_empty()
    invariants.hold(made)
    assert expected.began_before(made).height > 0
    both = longer.truth.plays.join(early, on="play_id", how="semi").filter(~pl.col("began_before"))
    marked = both.with_columns(began_before=pl.lit(value=True)).sort("play_id")
    assert_frame_equal(marked, early.join(both, on="play_id", how="semi").sort("play_id"))


def test_the_truth_of_early_plays_hangs_on_no_other_table_and_no_later_day() -> None:
    """Asked for alone, by account or by time, truth is the same; more days add to it."""
    whole = _made(days=3)
    words = {"start": "2017-10-05", "days": 3, **WORDS}
    alone = synthview.generate("everyday", tables="truth.plays", **words)  # type: ignore[call-overload]
    assert_frame_equal(alone.truth.plays, whole.truth.plays)
    assert_frame_equal(
        _made().truth.plays, whole.truth.plays.join(_made().truth.plays, on="play_id", how="semi")
    )
    scanned = synthview.scan("everyday", "truth.plays", **words)  # type: ignore[arg-type]
    night = pl.col("started_at") < pl.datetime(2017, 10, 5)
    assert whole.truth.plays.filter(night).height > 0
    assert_frame_equal(scanned.filter(night).collect(), whole.truth.plays.filter(night))


def test_closed_has_all_of_what_begins_in_the_days_and_nothing_else() -> None:
    """What a run of more days before and after receives of these plays, to the row."""
    closed = _made(closed=True)
    words = {"start": "2017-10-04", "days": 14, "tables": "log.events,log.plays", **WORDS}
    around = synthview.generate("everyday", **words)  # type: ignore[call-overload]
    invariants.hold(closed)
    assert not closed.truth.plays["began_before"].any()
    assert_frame_equal(closed.truth.plays, _made().truth.plays.filter(~pl.col("began_before")))
    mine = closed.truth.plays.select("play_id")
    for name in ("log.events", "log.plays"):
        rows = _frame(closed, name)
        key = ["play_id", "event_id", "received_time"] if name == "log.events" else ["play_id"]
        all_of_them = _frame(around, name).join(mine, on="play_id", how="semi")
        assert_frame_equal(rows.sort(key), all_of_them.sort(key))
    assert closed.log.events["received_time"].max() > _made().log.events["received_time"].max()


def test_closed_runs_sum_day_by_day() -> None:
    """A day is the same in a run of one day and of two: rows lie on the day on which their play began."""
    first, second, both = _made(days=1, closed=True), _made(1, 6, closed=True), _made(closed=True)
    for name in OF_PLAYS:
        parts = pl.concat([_frame(first, name), _frame(second, name)])
        key = [one for one in parts.columns if one.endswith(("_id", "_time"))]
        assert_frame_equal(parts.sort(key), _frame(both, name).sort(key))
    scanned = synthview.scan(
        "everyday", "log.events", start="2017-10-05", days=2, closed=True, **WORDS
    )  # type: ignore[arg-type]
    late = pl.col("received_time") >= pl.datetime(2017, 10, 7)
    assert both.log.events.filter(late).height > 0
    assert_frame_equal(scanned.filter(late).collect(), both.log.events.filter(late))


def test_a_play_without_its_truth_is_found() -> None:
    """`check` names the plays that the log tells of and truth does not."""
    made = _made()
    frames = {
        "log.plays": made.log.plays,
        "truth.plays": made.truth.plays.filter(~pl.col("began_before")),
    }
    found = invariants.broken(frames, "witness")["witness"]
    assert set(found["play_id"]) == set(expected.began_before(made)["play_id"])


@pytest.mark.slow
def test_closed_on_the_command_line(tmp_path: Path, told: Told) -> None:
    """The option is in the manifest's command, and the dataset holds what `check` asks."""
    place = tmp_path / "closed"
    asked = ["tiny", "--households", "4", "--days", "1", "--closed", "--format", "ndjson"]
    assert told("generate", *asked, "--workers", "1", "-o", str(place))[0] == 0
    manifest = json.loads((place / "manifest.json").read_text("utf-8"))
    assert manifest["command"].endswith("--days 1 --closed")
    code, said, _ = told("check", str(place))
    assert code == 0, said
    days = [one.name for one in (place / "log/events").iterdir()]
    assert days == ["day=2017-10-02"]


@pytest.mark.parametrize("value", ["yes", 1])
def test_closed_is_yes_or_no(value: object) -> None:
    """Anything else is refused by name."""
    with pytest.raises(InputError, match="closed is"):
        synthview.generate("tiny", closed=value)  # type: ignore[call-overload]
