"""A small run may write only the titles that its rows speak about, as `tiny` does."""

from __future__ import annotations

import pytest
from polars.testing import assert_frame_equal
from strategies import SMALL

import synthview
from synthview.engines.estimate import estimate
from synthview.engines.order import Order, order
from synthview.errors import InputError
from synthview.testing import invariants

WORDS = {"households": 4, "days": 1, "set": {**SMALL, "run.warm_up_days": 2}}


@pytest.fixture(scope="module")
def used() -> synthview.Dataset:
    """A few homes of tiny."""
    return synthview.generate("tiny", **WORDS)  # type: ignore[arg-type]


def test_tiny_has_the_titles_that_its_rows_speak_about(used: synthview.Dataset) -> None:
    """They are those rows of all titles that lead somewhere; everything else is equal."""
    every = synthview.generate("tiny", titles="all", **WORDS)  # type: ignore[arg-type]
    assert used.log.titles.height < every.log.titles.height / 4
    assert_frame_equal(
        used.log.titles, every.log.titles.join(used.log.titles, on="title_id", how="semi")
    )
    assert_frame_equal(used.log.events, every.log.events)
    invariants.hold(used)
    met = {*used.log.clicks["title_id"], *used.log.plays["title_id"], *used.truth.plays["title_id"]}
    assert met <= set(used.log.titles["title_id"])


def test_titles_alone_are_the_same(used: synthview.Dataset) -> None:
    """Without any table that speaks about titles, written or scanned, they are those of all tables."""
    alone = synthview.generate("tiny", tables="log.titles", **WORDS)  # type: ignore[arg-type]
    assert alone.log.titles.height > 0
    assert_frame_equal(alone.log.titles, used.log.titles)
    assert_frame_equal(synthview.scan("tiny", "log.titles", **WORDS).collect(), used.log.titles)  # type: ignore[arg-type]


def test_the_estimate_foretells_them(used: synthview.Dataset) -> None:
    """To the row, as all of a small run."""
    words = dict(WORDS)
    plan = order(Order(scenario="tiny", settings=words.pop("set"), **words))  # type: ignore[arg-type]
    assert estimate(plan, 1).rows["log.titles"] == used.log.titles.height


def test_large_runs_write_all() -> None:
    """What is used is known at the end, when a large run has long written its titles."""
    with pytest.raises(InputError, match="--titles used is for runs of at most 1,024 households"):
        order(Order(scenario="everyday", households=2_000, titles="used"))
    with pytest.raises(InputError, match=r"run\.titles"):
        order(Order(scenario="tiny", titles="some"))
