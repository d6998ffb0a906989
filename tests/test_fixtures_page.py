"""docs/fixtures.md: its examples run, and each worked example has the bug that it says it has."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import find
from hypothesis import strategies as st

from synthview.testing import expected, strategies

PAGE = (Path(__file__).parents[1] / "docs" / "fixtures.md").read_text("utf-8")


def _blocks(mark: str) -> list[str]:
    return re.findall(rf"<!-- {mark} -->\n```python\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.slow
@pytest.mark.parametrize("block", _blocks("runs in the tests"))
def test_examples_run(block: str) -> None:
    """Each stands for itself."""
    names: dict[str, Any] = {}
    exec(compile(block, "docs/fixtures.md", "exec"), names)  # noqa: S102  the page is ours
    assert {"world", "made"} & names.keys()


def _bugs() -> dict[str, Any]:
    """The names that the worked examples define."""
    names: dict[str, Any] = {}
    for block in _blocks("a worked example"):
        exec(compile(block, "docs/fixtures.md", "exec"), names)  # noqa: S102  the page is ours
    return names


def _least(strategy: st.SearchStrategy[Any], fails: Callable[[Any], bool]) -> Any:
    return find(strategy, fails)


def test_the_deduplicator_fails_on_the_case_that_the_page_shows() -> None:
    """Found and shrunk to what is printed there."""
    mine = _bugs()["deduplicate"]
    least = _least(
        strategies.dirty_events(),
        lambda one: len(mine(one.received)) != expected.deduplicated(one.received).height,
    )
    assert f"```\n{least!r}\n```" in PAGE


def test_the_sessioniser_fails_on_one_late_message() -> None:
    """Shrunk to one play of two messages."""
    mine = _bugs()["count_sessions"]
    least = _least(
        strategies.dirty_events(changes=["late"]),
        lambda one: mine(one.received) != expected.sessions(one.received).height,
    )
    assert (least.received.height, least.struck.height) == (2, 1)


def test_the_streak_counter_fails_on_two_plays_of_one_day() -> None:
    """Shrunk to few plays of one account and title."""
    mine = _bugs()["longest_streak"]

    def fails(plays: pl.DataFrame) -> bool:
        told = expected.streaks(plays).select("account_id", "title_id", "days").rows()
        return bool(mine(plays) != {(account, title): days for account, title, days in told})

    least = _least(strategies.plays(), fails)
    days = least["started_at"].dt.date().sort().to_list()
    assert least.select("account_id", "title_id").unique().rows() == [(1, 1)]
    assert len(days) == 2
    assert len(set(days)) == 1
