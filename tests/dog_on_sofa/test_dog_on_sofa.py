"""A dog on the sofa keeps the contract, as the tests of its own package ask."""

from __future__ import annotations

import polars as pl
import pytest
from dog_on_sofa import DogOnSofa

from synthview.checks.contract import RULES, Rule, Trial
from synthview.people.homes import furnish

TRIAL = Trial(DogOnSofa, {"rate": 1.0})


@pytest.mark.parametrize("rule", RULES)
def test_the_dog_keeps_the_contract(rule: Rule) -> None:
    """Nothing is amiss with it."""
    assert rule(TRIAL) == []


def test_the_dog_lies_down_as_often_and_as_long_as_set() -> None:
    """Of 424 times a television is free two in three times, and half of them last 14 minutes.

    Some 284 plays: their number is known to 6 %, their median to 6 %. Limits are four standard deviations or more off, and
    more than that from a third and from three times of what is expected, and from a dog that gets up at once.
    """
    trial = Trial(DogOnSofa, {"rate": 1.0}, households=300)
    lived = trial.simulate(trial.alone(), frozenset({"truth.plays", "truth.incidents"}))
    plays = lived.inside["truth.plays"].filter(pl.col("played_ms") > 0, causes="dog_on_sofa")
    dogs = int(furnish(lived.world, lived.households(lived.homes["account_id"])).has_dog.sum())
    assert dogs > 60
    assert 0.5 < plays.height / dogs / trial.days < 1.1
    assert 9 < plays["played_ms"].median() / 60_000 < 21
    assert plays["viewer_count"].max() == 0
    assert not plays["pressed_by_person"].any()
