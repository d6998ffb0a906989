"""What chance brings into a streak: reckoned from all that homes chose, beside what simulating every home finds."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import product

import numpy as np
import pytest
from claims_log import question

from synthview.claims.counting.count import plays_in_window
from synthview.claims.counting.title_plays import title_plays
from synthview.claims.question import Question
from synthview.claims.simulation.audience import accounts_with, is_told_by_choices
from synthview.claims.simulation.by_chance import Chances, _before, chances
from synthview.claims.simulation.candidates import find_candidates
from synthview.claims.simulation.falling import Falls, by_length, by_pattern
from synthview.claims.simulation.homes import households_of
from synthview.claims.simulation.simulate import HISTORY, Tables, lazily, simulate

HOMES = 800
DAYS = 4
FALLS = Falls(
    home=np.array([0, 0, 0, 2, 2]),
    person=np.array([1, 1, 2, 5, 6]),
    what_of=np.array([0b0011, 0b1100, 0b0110, 0b1111, 0b0001]),
    chance=np.array([0.5, 0.25, 0.1, 0.01, 1.0]),
)
"""Two people of one home, of whom one chose twice, nobody of another, and two of a third."""


def by_hand(home: int) -> list[float]:
    """The chance of a home to have 0, 1, 2 … days or more, over all ways in which its choices fall."""
    people = np.unique(FALLS.person[home == FALLS.home])
    choices = [np.flatnonzero(one == FALLS.person).tolist() for one in people]
    at_least = [0.0] * (DAYS + 1)
    for falls in product(*([None, *some] for some in choices)):
        likely, days = 1.0, 0
        for choice, some in zip(falls, choices, strict=True):
            likely *= 1.0 - FALLS.chance[some].sum() if choice is None else FALLS.chance[choice]
            days |= 0 if choice is None else int(FALLS.what_of[choice])
        for count in range(days.bit_count() + 1):
            at_least[count] += likely
    return at_least


def test_days_filled_by_chance_are_reckoned_as_by_hand() -> None:
    """Every way in which choices fall on the title, added up; and by lengths alone it is never less likely."""
    found = by_pattern(FALLS, 3, DAYS)
    assert np.allclose(found, [by_hand(home) for home in range(3)], atol=1e-9)
    lengths = replace(FALLS, what_of=np.bitwise_count(FALLS.what_of).astype(np.int64))
    assert (by_length(lengths, 3, DAYS) >= found - 1e-9).all()
    assert _before(np.array([1, 1, 2, 5]), np.array([1.0, 2.0, 3.0, 4.0])).tolist() == [0, 1, 0, 0]


def test_an_upper_end_lies_above_the_mean_and_nothing_is_told_by_nobody() -> None:
    """The fewer homes tell of so many days the farther; one likelier home raises both; of no home all may."""
    few, many = (np.tile([1.0, 0.1, 0.01], (homes, 1)) for homes in (40, 4_000))
    told = [Chances(np.arange(len(one)), one, (one,)).share(2) for one in (few, many)]
    assert all(mean == pytest.approx(0.01) for mean, _ in told)
    assert 0.01 < told[1][1] < 0.011 < told[0][1] < 0.05
    heavy = np.concatenate([many, [[1.0, 1.0, 1.0]]])
    assert Chances(np.arange(len(heavy)), heavy, (heavy,)).share(2) > told[1]
    assert Chances.of_nobody().share(3) == (1.0, 1.0)
    assert Chances(np.arange(40), few, (few,)).without(np.arange(40)).share(2) == (1.0, 1.0)


@cache
def simulated() -> tuple[Question, Tables]:
    """Five days of a popular film, and all plays of every home."""
    liked: dict[str, object] = {'titles."A Christmas Prince".popularity_rank': 200, "run.days": 9}
    asked = question(5, "2017-11-25", HOMES, **liked)
    return asked, simulate(asked, np.arange(HOMES), HISTORY, 1, every_title=True)


@pytest.mark.slow
def test_chance_is_never_beaten_where_every_home_is_simulated() -> None:
    """Of homes that nothing ties no more have a popular film on so many days than their other films say, and not far fewer."""
    (asked, tables), homes = simulated(), np.arange(HOMES)
    tied = find_candidates(asked, HOMES, 1, headline=True).household
    told, others = chances(asked, homes, tables).without(tied), HOMES - len(tied)
    seen = plays_in_window(title_plays(lazily(tables), asked.title), asked)
    days = seen["days"].to_numpy()[~np.isin(households_of(asked, seen["account_id"]), tied)]
    for count in (1, 2, 3, 4, 5):
        mean, upper = told.share(count)
        found = int((days >= count).sum())
        assert found <= upper * others
        assert mean * others < 3 * found + 10
    assert (days >= 1).sum() > 40


@pytest.mark.slow
def test_accounts_on_a_day_are_told_by_all_that_half_of_the_homes_chose() -> None:
    """As many have the film on a day as every home simulated has, by any definition, within what the interval says."""
    asked, tables = simulated()
    of_day = replace(asked, claim=replace(asked.claim, kind="on_day"), days=1)
    assert is_told_by_choices(of_day, HOMES // 2)
    assert not is_told_by_choices(of_day, HOMES)
    found = accounts_with(of_day, HOMES // 2, 1)
    seen = plays_in_window(title_plays(lazily(tables), of_day.title), of_day)
    assert found[0].low < len(seen) < found[0].high < 4 * len(seen)
    values = [one.value for one in found]
    assert values == sorted(values, reverse=True)
    assert values[0] > 1.2 * values[-1] > 0
