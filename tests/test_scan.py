"""`scan` simulates what is asked for and no more, and its rows are those that `generate` makes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import polars as pl
import pytest

import synthview
from synthview.engines.plan import PIPELINE, pipeline_at
from synthview.errors import InputError, UnknownName
from synthview.ids import public
from synthview.log.messages import Messages, speak
from synthview.player.playback import Playback
from synthview.player.presses import Marks
from synthview.record.ledger import Ledger
from synthview.sinks.sorting import dated_by
from synthview.tables import TABLES
from synthview.world import World

DAYS, HOUSEHOLDS = 3, 20
SMALL = {
    "catalogue.film_count": 300,
    "catalogue.series_count": 80,
    "run.warm_up_days": 4,
    "run.titles": "all",
}
FIRST = date(2017, 10, 2)


@pytest.fixture(scope="module")
def made() -> synthview.Dataset:
    """The same world in memory."""
    return synthview.generate("tiny", set=SMALL)


@pytest.fixture
def walked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int, int]]:
    """What the pipeline was asked to simulate: households, first day, last day."""
    pipeline: Any = pipeline_at(PIPELINE)
    seen, walk = [], pipeline.walk

    def noted(world: Any, households: Any, window: Any, tables: frozenset[str]) -> Iterator[Any]:
        seen.append((len(households), window.first_day, window.last_day))
        return walk(world, households, window, tables)

    monkeypatch.setattr(pipeline, "walk", noted)
    return seen


def rows_of(made: synthview.Dataset, path: str) -> pl.DataFrame:
    """A table of a dataset in memory."""
    folder, name = path.split(".")
    frame: pl.DataFrame = getattr(getattr(made, folder), name)
    return frame


@pytest.mark.parametrize("path", [one.path for one in TABLES])
def test_rows_are_those_of_generate(path: str, made: synthview.Dataset) -> None:
    """Every table has the same rows in the same order, and its rows lie on the day of the time it is dated by."""
    scanned = synthview.scan("tiny", path, set=SMALL).collect(engine="streaming")
    assert scanned.equals(rows_of(made, path))
    declared = next(one for one in TABLES if one.path == path)
    if declared.dated:
        if path == "truth.plays":
            scanned = scanned.filter(~pl.col("began_before"))
        days = scanned[dated_by(declared)].dt.date()
        assert days.is_between(FIRST, date(2017, 10, 4)).all()


CONDITIONS: dict[str, tuple[Callable[[int], pl.Expr], int, int]] = {
    "one account": (lambda one: pl.col("account_id") == one, 1, 3),
    "one of some": (lambda one: pl.col("account_id").is_in([one, 5]), 1, 3),
    "none": (lambda _: pl.col("account_id") == 5, 0, 0),
    "from a time": (lambda _: pl.col("closed_at") >= datetime(2017, 10, 3, 12), HOUSEHOLDS, 2),
    "before a time": (lambda _: pl.col("closed_at") < datetime(2017, 10, 3), HOUSEHOLDS, 1),
    "between": (
        lambda _: pl.col("closed_at").is_between(datetime(2017, 10, 3), datetime(2017, 10, 3, 5)),
        HOUSEHOLDS,
        1,
    ),
    "a date": (lambda _: pl.col("closed_at").dt.date() == date(2017, 10, 4), HOUSEHOLDS, 1),
    "both": (
        lambda one: (pl.col("closed_at") < datetime(2017, 10, 4)) & (pl.col("account_id") == one),
        1,
        2,
    ),
    "either": (
        lambda one: (pl.col("closed_at") < datetime(2017, 10, 4)) | (pl.col("account_id") == one),
        HOUSEHOLDS,
        3,
    ),
    "another column": (lambda _: pl.col("kind") == "film", HOUSEHOLDS, 3),
    "two columns": (lambda _: pl.col("account_id") > pl.col("title_id"), HOUSEHOLDS, 3),
}
"""Filters by what they are, with how many households and days are left to simulate."""


@pytest.mark.parametrize("what", CONDITIONS)
def test_filters_leave_out_what_they_exclude(
    what: str, made: synthview.Dataset, walked: list[tuple[int, int, int]]
) -> None:
    """What a filter excludes is not simulated, and the rows are those that it keeps of all."""
    condition, households, days = CONDITIONS[what]
    account = made.log.plays["account_id"][3]
    found = synthview.scan("tiny", "log.plays", set=SMALL).filter(condition(account)).collect()
    assert found.equals(made.log.plays.filter(condition(account)))
    asked = [(count, last - first) for count, first, last in walked]
    assert asked == ([(households, days)] if households else [])


def test_accounts_and_columns_are_chosen(
    made: synthview.Dataset, walked: list[tuple[int, int, int]]
) -> None:
    """Accounts go by their ids, whole or as text, among many more households; columns as polars asks for them."""
    one, other = made.log.plays["account_id"].unique(maintain_order=True)[:2]
    text = synthview.ids_to_text(other, "account_id")
    scanned = synthview.scan(
        "tiny", "plays", accounts=[one, text, one], households=10**6, set=SMALL
    )
    names = ["title_id", "watched_ms"]
    expected = made.log.plays.filter(pl.col("account_id").is_in([one, other])).select(names)
    assert scanned.select(names).collect(engine="streaming").equals(expected)
    assert [count for count, _, _ in walked] == [2]
    assert scanned.head(2).collect().height == 2


def test_plays_need_no_rows_of_events(monkeypatch: pytest.MonkeyPatch) -> None:
    """Plays of the log are rolled up without event rows; of truth only what began before needs messages."""

    def refuse(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(Ledger, "_events_of_slice", refuse)
    assert synthview.scan("tiny", "log.plays", set=SMALL).collect().height
    spoken: list[int] = []

    def noted(world: World, played: Playback, marks: Marks) -> Messages:
        spoken.extend(played.start_ms.tolist())
        return speak(world, played, marks)

    monkeypatch.setattr("synthview.block.speak", noted)
    assert synthview.scan("tiny", "truth.plays", set=SMALL).collect().height
    assert max(spoken) < datetime(2017, 10, 2, tzinfo=UTC).timestamp() * 1000


def test_what_cannot_be_scanned_is_refused() -> None:
    """Unknown tables, accounts of no household and values of the wrong kind are told in a line, at once."""
    with pytest.raises(UnknownName):
        synthview.scan("tiny", "log.nothing")
    stranger = int(public(7, "account").apply(np.array([HOUSEHOLDS + 5]))[0])
    with pytest.raises(InputError, match="none of the 20 accounts"):
        synthview.scan("tiny", "plays", accounts=[stranger], seed=7)
    with pytest.raises(InputError, match="no id of an account"):
        synthview.scan("tiny", "plays", accounts=[-3])
    with pytest.raises(InputError, match="days"):
        synthview.scan("tiny", "plays", days=0)
