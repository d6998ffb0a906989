"""What worlds of the prior have beside the number: shorter runs are no rarer, and shares are of the samples that they say."""

from __future__ import annotations

import numpy as np
import pytest

from synthview.claims.inference.parameters import parameters_of
from synthview.claims.inference.posterior import InferenceEffort
from synthview.claims.inference.prior_worlds import Audiences, OfRun, audiences, shorter_runs
from synthview.claims.inference.weights import WeightedWorlds
from synthview.claims.question import ask
from synthview.claims.sections import predictive
from synthview.engines.order import Order, scenario_of

EFFORT = InferenceEffort(
    homes=1 << 14, rhythms=1, points=2, shelves=2, rates=4, mixes=4, of_a_source=5
)


def test_a_run_is_told_with_its_errors() -> None:
    """The ends are those of what worlds print with chance, and the error is that of so few points."""
    counted = np.full((4, 100, 1, 3), 10.0)
    nothing = np.zeros((4, 100), dtype=np.int64)
    worlds = WeightedWorlds(np.arange(4) % 2, nothing, nothing, counted, nothing * 1.0)
    told = predictive._run(OfRun(7, worlds), seed=1)
    assert told.low == pytest.approx(30 - 1.645 * 30**0.5, abs=2)
    assert told.high == pytest.approx(30 + 1.645 * 30**0.5, abs=2)
    assert told.errors.median < 2
    assert (told.days, told.points) == (7, 4)


def test_shares_are_of_their_samples() -> None:
    """Who returns is a share of all viewers together, with the interval of so many; others are told from world to world."""
    seen = Audiences(
        homes=100,
        audience=np.array([0.1, 0.3]),
        returning=np.array([0.0, 0.5]),
        first_days=np.array([0.0, 0.1]),
    )
    audience, returning, first = predictive._shares(seen, 18)
    assert audience.median == pytest.approx(0.2)
    assert returning.median == pytest.approx(15 / 40)
    assert returning.low < 15 / 40 < returning.high
    assert first.high <= 0.1
    assert "33 %" in first.published


@pytest.mark.slow
def test_shorter_runs_are_no_rarer() -> None:
    """Where a few fans keep to the film for weeks, more accounts have it for 7 days than for 12, and whoever has it is in the audience."""
    fans = {"actors.devoted_fan.rate": 0.2}
    order = Order(
        scenario="christmas-prince", households=20_000, only=["devoted_fan"], settings=fans
    )
    asked = ask(scenario_of(order))
    varied = parameters_of(asked)
    week, longer = shorter_runs(asked, 20_000, varied, 1, effort=EFFORT)
    assert (week.days, longer.days) == (7, 12)
    # Who has it for 12 days has it for 7, in every world, and so in the middle one. A mean is made by the one or two
    # worlds in which fans are many, and its error is larger than the difference.
    usual = [float(np.median(one.worlds.expected)) for one in (week, longer)]
    assert usual[0] > usual[1] > 0
    seen = audiences(asked, varied, 2, 20, 1)
    assert seen.audience.shape == (2,)
    assert ((seen.audience >= 0) & (seen.audience <= 1)).all()
    assert (seen.first_days <= 1).all()
