"""Crowds: accounts sold to so many that chance repeats a film day by day; how often is reckoned, and simulated."""

from __future__ import annotations

import numpy as np
import pytest
from claims_log import question

from synthview.claims import study as study_
from synthview.claims.counting.count import plays_in_window, who
from synthview.claims.counting.definitions import HEADLINE, Definition
from synthview.claims.counting.title_plays import title_plays
from synthview.claims.question import Question
from synthview.claims.sections.number import measure
from synthview.claims.sections.number import of_world as number_of_world
from synthview.claims.simulation.candidates import find_candidates, world_of
from synthview.claims.simulation.crowds import (
    Crowd,
    _crowding,
    crowd_of,
    filled_by_chance,
    left_out,
    may_fill_by_chance,
    parts,
    running,
)
from synthview.claims.simulation.homes import households_of
from synthview.claims.simulation.refusals import refused_for_each
from synthview.claims.simulation.simulate import HISTORY, lazily, simulate
from synthview.claims.study import Effort, Study
from synthview.registry import installed
from synthview.stage.actor import Actor

HOMES = 600
CROWDED = {
    "without": [name for name in installed().actors if name != "reseller"] + ["faults"],
    "actors.reseller.rate": 1, "actors.reseller.buyers": 14, "run.seed": 3,
    'titles."A Christmas Prince".popularity_rank': 43, "people.sign_up_days": 0,
}  # fmt: skip
"""A world of sold accounts alone, and a film that is picked a fifth of the time."""


def crowded(**more: object) -> Question:
    """The tweet's eighteen days in such a world."""
    return question(18, "2017-12-10", HOMES, **CROWDED | more)


def work_of(asked: Question) -> int:
    """The number of its film."""
    found = asked.work(world_of(asked.scenario))
    assert found is not None
    return found


@pytest.mark.slow
def test_crowds_fill_the_days_as_often_as_is_reckoned() -> None:
    """Of 600 sold homes as many fill the days as is reckoned day by day, and all of them are looked at.

    On single days it is told far more sharply; on average over the days nine of ten account-days are seen, as buyers come
    while the film is liked less and less, and a plan that has no stream left refuses some. Half or twice the draws would give two thirds, or a third more.
    """
    asked = crowded(**{"run.seed": 6})
    world, homes, work = world_of(asked.scenario), np.arange(HOMES), work_of(asked)
    actor = asked.scenario.actors["reseller"]
    assert isinstance(actor, Actor)
    window = range(asked.first, asked.last + 1)
    crowd, part = crowd_of(world, [actor], homes, work, window), parts(world, work, window)
    shown = title_plays(lazily(simulate(asked, homes, HISTORY, 1)), asked.title)
    counted = who(shown, asked, HEADLINE)
    days = plays_in_window(shown, asked)["days"].sum()
    assert 0.88 < days / -np.expm1(-crowd.daily(part)).sum() < 1.02
    each = [crowd_of(world, [actor], homes, work, range(day, day + 1)) for day in window]
    by_day = [-np.expm1(-one.daily(part[turn])).sum() for turn, one in enumerate(each)]
    assert 0.93 < days / sum(by_day) < 1.04
    refused = refused_for_each(asked, "reseller", homes, 1)
    assert 0.005 < refused < 0.02
    (most, reckoned) = (
        float(filled_by_chance(world, [actor], homes, work, window, part[None], share)[0])
        for share in (0.0, refused)
    )
    assert 4 < reckoned < 0.8 * most
    # Whole windows are filled more often than the days by themselves tell: 55 times where 29.5 were reckoned, in four
    # worlds, as the same few homes fill day after day. So it is a reckoning from below, 1.9 times too low here (1.4 to
    # 2.4); what a home adds beyond it is no chance of this test.
    chance = 3 * np.sqrt(reckoned)
    assert reckoned - chance < len(counted) < 2.4 * reckoned + chance
    with_a_gap = who(shown, asked, Definition(gaps="one"))
    found = find_candidates(asked, HOMES, 1).household
    assert len(with_a_gap) > len(counted)
    assert np.isin(households_of(asked, with_a_gap), found).all()


def test_no_crowd_is_looked_at_where_chance_fills_no_days() -> None:
    """As popular as the film is by default even a crowd of strangers cannot fill eighteen days."""
    asked = question(18, "2017-12-10", 400_000, **{"actors.reseller.rate": 0.02})
    world, homes = world_of(asked.scenario), np.arange(400_000)
    actor = asked.scenario.actors["reseller"]
    assert isinstance(actor, Actor)
    crowd = crowd_of(world, [actor], homes, work_of(asked), asked.span)
    assert 7_000 < len(crowd.home) < 9_000
    assert not may_fill_by_chance(asked, world, homes, work_of(asked)).any()


def test_draws_are_added_up_by_hand() -> None:
    """Two draws a day where a film has a tenth, one where it has half: 0.7 a day, on average so many days are filled."""
    asked = crowded()
    world = world_of(asked.scenario)

    class Pair(Actor):
        def picks_daily(self, *_: object) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
            return np.array([4, 4, 9]), np.array([0, 1, 0]), np.array([2.0, 1.0, 1.0])

    crowd = crowd_of(world, [Pair()], np.arange(10), work_of(asked), asked.span)
    part = np.zeros((3, 32))
    part[:, 0], part[:, 1] = 0.1, 0.5
    assert crowd.home.tolist() == [4, 9]
    assert np.allclose(crowd.daily(part[0])[:, 0], [0.7, 0.1])
    assert crowd.expected(part) == pytest.approx((1 - np.exp(-0.7)) ** 3 + (1 - np.exp(-0.1)) ** 3)


def test_crowds_that_are_not_looked_at_are_reckoned() -> None:
    """Of a service of a million homes the crowds left out of a week's streak are few, and more where the film is liked more."""
    liked = {'titles."A Christmas Prince".popularity_rank': 300, "actors.reseller.rate": 0.05}
    usual, popular = (
        question(7, "2017-12-10", 1_000_000),
        question(18, "2017-12-10", 1_000_000, **liked),
    )
    found = [left_out(one, world_of(one.scenario), work_of(one)) for one in (usual, popular)]
    assert 0 < found[0] < 0.1
    assert 0 < found[1] < 1


@pytest.mark.slow
def test_some_crowds_stand_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of too many crowds those of the first homes are simulated, and each counted stands for as many as were not looked at."""
    monkeypatch.setattr(study_, "_MOST_CROWDS", 150)
    liked: dict[str, object] = {'titles."A Christmas Prince".popularity_rank': 23, "run.seed": 6}
    study = Study(crowded(**liked), Effort(sample=50), lambda *_: None)
    (world,) = study.worlds
    assert len(world.candidates.take(world.candidates.is_crowd)) <= 150
    found = number_of_world(world)
    assert found.crowds == found.by_duckdb > 0
    assert found.value == round(found.crowds * HOMES / study.crowds_among)
    told = measure(study).number
    assert told.low < found.value < told.high
    assert told.high - told.low > 2 * np.sqrt(found.value)
    assert f"{found.crowds:,} of these counts" in told.sentence


@pytest.mark.slow
def test_accounts_that_are_closed_fill_no_days() -> None:
    """Of crowds that join over two years those alone are reckoned with whose account is open at both ends of the days."""
    asked = crowded(**{"people.sign_up_days": 730})
    world, homes = world_of(asked.scenario), np.arange(HOMES // 5)
    everybody = Crowd(homes, np.ones((len(homes), 32)))
    window = range(asked.first, asked.last + 1)
    there = running(world, everybody, homes, window).home
    shown = simulate(asked, homes, HISTORY, 1)["log.accounts"]
    assert 0.4 * len(homes) < len(there) < 0.95 * len(homes)
    opened = households_of(asked, shown["account_id"])
    assert np.isin(there, opened).all()


def test_guests_are_asked_only_where_they_may_fill_the_days() -> None:
    """Guests of shared accounts draw films too; by default so few that nobody asks, where a film is all there is they count."""
    asked = question(18, "2017-12-10", 2_000)
    world, homes = world_of(asked.scenario), np.arange(2_000)
    shared = asked.scenario.actors["shared_account"]
    assert isinstance(shared, Actor)
    row, country, often = shared.picks_daily(world, homes, work_of(asked), asked.span)
    per_home = np.bincount(row, often, len(homes))
    assert 0.3 < (per_home > 0).mean() < 0.37
    assert per_home.max() <= shared.most_daily()
    assert len(row) == len(country) == len(often)
    assert _crowding(asked, np.full(32, 0.003))[1] == []
    assert _crowding(asked, np.full(32, 0.3))[1] == [shared]
