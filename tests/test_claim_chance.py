"""What chance brings into a streak: reckoned from all that homes chose, beside what simulating every home finds."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from claims_log import question

from synthview.claims.counting.count import plays_in_window
from synthview.claims.counting.title_plays import title_plays
from synthview.claims.simulation.candidates import find_candidates
from synthview.claims.simulation.chance import (
    Chances,
    _before,
    _by_length,
    _by_pattern,
    _Falls,
    chances,
)
from synthview.claims.simulation.homes import households_of
from synthview.claims.simulation.simulate import HISTORY, lazily, simulate

HOMES = 800
DAYS = 4
FALLS = _Falls(
    home=np.array([0, 0, 0, 2, 2]),
    person=np.array([1, 1, 2, 5, 6]),
    shows=np.array([0b0011, 0b1100, 0b0110, 0b1111, 0b0001]),
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
            days |= 0 if choice is None else int(FALLS.shows[choice])
        for count in range(days.bit_count() + 1):
            at_least[count] += likely
    return at_least


def test_days_filled_by_chance_are_reckoned_as_by_hand() -> None:
    """Every way in which choices fall on the title, added up; and by lengths alone it is never less likely."""
    found = _by_pattern(FALLS, 3, DAYS)
    assert np.allclose(found, [by_hand(home) for home in range(3)], atol=1e-9)
    lengths = replace(FALLS, shows=np.bitwise_count(FALLS.shows).astype(np.int64))
    assert (_by_length(lengths, 3, DAYS) >= found - 1e-9).all()
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


@pytest.mark.slow
def test_chance_is_never_beaten_where_every_home_is_simulated() -> None:
    """Of homes that nothing ties no more have a popular film on so many days than their other films say, and not far fewer."""
    liked: dict[str, object] = {'titles."A Christmas Prince".popularity_rank': 200, "run.days": 9}
    asked, homes = question(5, "2017-11-25", HOMES, **liked), np.arange(HOMES)
    tables = simulate(asked, homes, HISTORY, 1, every_title=True)
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
