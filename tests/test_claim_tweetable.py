"""What else could have been said: runs by hand, by another way of counting, and against all films of a small world."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from functools import cache

import numpy as np
import polars as pl
import pytest
from keepers import RAISED, raised
from scipy import stats

from synthview.claims.counting.count import who
from synthview.claims.counting.definitions import HEADLINE
from synthview.claims.counting.streaks import longest_runs, streak_counts
from synthview.claims.counting.title_log import TitleLog
from synthview.claims.counting.title_plays import title_plays
from synthview.claims.question import Question, ask
from synthview.claims.sections import alternatives, ladder
from synthview.claims.simulation.bound import SampledHomes
from synthview.claims.simulation.candidates import sources, world_of
from synthview.claims.simulation.film_numbers import (
    BAND,
    _Films,
    definitions,
    film_numbers,
    in_band,
)
from synthview.claims.simulation.film_streaks import FilmRuns, film_runs
from synthview.claims.simulation.homes import households_of
from synthview.claims.simulation.simulate import HISTORY, Tables, lazily, simulate
from synthview.claims.simulation.strata import strata
from synthview.claims.study import Effort, Study
from synthview.registry import installed
from synthview.scenario import load
from synthview.viewing.settings import ChoosingSettings

HOMES = 360
SHORTEST = raised().scenario.of(ChoosingSettings).repeat_cap + 1
"""Runs that ordinary viewing does not have."""
LENGTHS = (SHORTEST, SHORTEST + 2, SHORTEST + 4)
SEEDS = (1, 2, 3)

CASES = {
    "three in a row": ([0, 1, 2], (0, 3)),
    "doubled days are one": ([4, 4, 5], (4, 2)),
    "the longer of two": ([0, 1, 3, 4, 5], (3, 3)),
    "the first of two alike": ([0, 1, 5, 6], (0, 2)),
    "in any order": ([7, 5, 6], (5, 3)),
}


@pytest.mark.parametrize(("days", "expected"), CASES.values(), ids=CASES)
def test_runs_are_what_hands_count(days: list[int], expected: tuple[int, int]) -> None:
    """The longest run of days, and when it began, as worked out by hand, beside a unit with another run."""
    rows = pl.DataFrame({"who": [1] * len(days) + [2], "day": [*days, 9]})
    found = longest_runs(rows, ["who"])
    assert found.rows() == [(1, *expected), (2, 9, 1)]


def plays(days: dict[int, list[int]]) -> pl.DataFrame:
    """Showings by account at noon on days after the first of the run."""
    first = dt.datetime(2017, 11, 17, 12)
    rows = [(account, first + dt.timedelta(days=day)) for account in days for day in days[account]]
    shown = pl.DataFrame(
        rows, schema={"account_id": pl.Int64, "start": pl.Datetime("ms")}, orient="row"
    )
    return shown.with_columns(raw_start=pl.col("start"), time_zone=pl.lit("UTC"))


def test_the_ladder_adds_a_sample_to_what_is_known() -> None:
    """Accounts known one by one count once, and others by the homes that each of a sample stands for."""
    question = raised()
    known, sample = plays({1: [0, 1, 2], 2: [5]}), plays({1: [0, 1, 2], 3: [4, 5], 4: [9], 5: [14]})
    study = Study(question, Effort(), lambda *_: None)
    study.worlds[0].log = TitleLog.of_plays(question, known)
    study.sample = SampledHomes(np.arange(10), 1_000, sample)
    steps = ladder.measure(study).ladder
    assert [step.days for step in steps] == list(range(1, 13))
    assert [step.accounts for step in steps[:5]] == [202, 101, 1, 0, 0]
    assert streak_counts(question, known)[:4].tolist() == [2, 1, 1, 0]


def test_the_band_is_poissons() -> None:
    """The chance to lie within 20 to 100 is that of Poisson's law, far outside the band too."""
    rates = np.array([0.0, 0.5, 3.0, 19.0, 20.0, 60.0, 100.0, 130.0, 300.0, 5_000.0])
    exact = stats.poisson.cdf(BAND.stop - 1, rates) - stats.poisson.cdf(BAND.start - 1, rates)
    assert in_band(rates) == pytest.approx(exact, abs=1e-12)


@cache
def whole(seed: int) -> tuple[Question, FilmRuns]:
    """All homes of a small world that are kept to some film, each standing for itself."""
    question = raised(seed)
    found = strata(question, HOMES, HOMES, SHORTEST, 1)
    assert [one.weight for one in found] == [1.0] * len(found)
    return question, film_runs(question, found, definitions(), SHORTEST, 1)


@cache
def everybody() -> tuple[Question, Tables]:
    """All homes of that world, lived with the plays of the film that the question is about."""
    question = raised()
    return question, simulate(question, np.arange(HOMES, dtype=np.int64), HISTORY, 1)


@pytest.mark.slow
@pytest.mark.parametrize(
    "one", definitions(), ids=lambda one: f"{one.unit}-{one.watched}-{one.day}"
)
def test_runs_agree_with_windows(one: object) -> None:
    """Whoever has a run of six days with the film is who a window of six days counts, by every definition.

    A window counts a few more: homes that are kept to the film for a day less, with one by chance.
    """
    question, tables = everybody()
    definition = definitions()[definitions().index(one)]  # type: ignore[arg-type]
    shown = title_plays(lazily(tables), question.title)
    by_window = [
        who(shown, question, replace(definition, window=back)) for back in range(question.windows)
    ]
    unit = {"account": "account_id", "profile": "profile_id", "device": "device_id"}[
        definition.unit
    ]
    accounts = shown.filter(pl.col(unit).is_in(np.concatenate(by_window).tolist())).unique(unit)
    homes = households_of(question, accounts["account_id"]).tolist()
    _, lived = whole(1)
    film, last = question.work(world_of(question.scenario)), question.last
    mine = lived.take(
        (lived.definition == definitions().index(definition)) & (lived.days >= question.days)
    )
    assert last == question.span.stop - 1
    found = set(mine.household[mine.film == film].tolist())
    assert found <= set(homes)
    assert len(homes) - len(found) <= 2 < len(found)


@pytest.mark.slow
def test_every_run_is_shared_out_and_none_lost() -> None:
    """Over all films the expected numbers add up to the runs there are, for every definition and length."""
    question, lived = whole(1)
    rates = _Films.of(question, lived, SHORTEST).expected(lived.weight)
    for place, length in ((0, SHORTEST), (0, 9), (13, SHORTEST + 1), (35, 12)):
        runs = (lived.definition == place) & (lived.days >= length)
        assert rates[place, length - SHORTEST].sum() == pytest.approx(runs.sum())


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.statistics
def test_films_lie_in_a_band_as_often_as_expected() -> None:
    """Of the films of three small worlds as many have 2 to 6 accounts with a run as their popularity makes expect.

    The count of films is a sum of some hundred chances, so that a tenth too many or few of them would be found out by
    four standard deviations with odds of one in two; the seeds were fixed beforehand.
    """
    band, expected, found, spread = range(2, 7), 0.0, 0, 0.0
    for seed in SEEDS:
        question, lived = whole(seed)
        rates = _Films.of(question, lived, SHORTEST).expected(lived.weight)[
            definitions().index(HEADLINE)
        ]
        for length in LENGTHS:
            chance = in_band(rates[length - SHORTEST], band)
            mine = lived.take(
                (lived.definition == definitions().index(HEADLINE)) & (lived.days >= length)
            )
            counts = np.bincount(mine.film, minlength=len(chance))
            expected += chance.sum()
            spread += (chance * (1 - chance)).sum()
            found += int(np.isin(counts, list(band)).sum())
    assert expected > 30
    assert abs(found - expected) < 4 * np.sqrt(len(LENGTHS) * spread)


@pytest.mark.slow
def test_ordinary_viewing_has_no_runs_so_long() -> None:
    """Homes that nothing keeps to a film have no run with one as long as those that are counted: leaving them out loses nothing."""
    question = raised()
    tied = np.concatenate(
        [one.households for one in strata(question, HOMES, HOMES, -(-SHORTEST // 2), 1)]
    )
    tables = simulate(question, np.setdiff1d(np.arange(HOMES), tied), HISTORY, 1, every_title=True)
    films = tables["log.titles"].filter(pl.col("kind") == "film")["title_id"].unique()
    days = tables["log.plays"].filter(pl.col("title_id").is_in(films.implode()))
    days = days.select(
        "account_id", "title_id", day=pl.col("started_at").dt.epoch("ms") // 86_400_000
    )
    assert len(days) > 100
    assert (longest_runs(days, ["account_id", "title_id"])["days"] < SHORTEST).all()


@pytest.mark.slow
@pytest.mark.long
def test_a_world_without_fans_loses_their_numbers_alone() -> None:
    """With fans as the only ones who keep to a film all numbers go with them."""
    others = [
        "background_tv",
        "child_on_loop",
        "empty_room_protest",
        "public_screen",
        "reseller",
        "monitor_probe",
    ]
    habits = {"choosing.repeater": 0.0, "choosing.sleep_aid": 0.0}
    base = {key: value for key, value in RAISED.items() if key.startswith(("cat", "run", "claims"))}
    fans = ask(
        load("christmas-prince", installed(), {**base, **habits, "actors.devoted_fan.rate": 0.9})
    )
    fans = replace(fans, scenario=_without(fans, others))
    told = film_numbers(fans, 20_000, sample_homes=100)
    assert told.count > 10
    assert told.without_fans == 0
    assert told.low < told.count < told.high


@pytest.mark.slow
def test_where_there_are_no_fans_nothing_changes_without_them() -> None:
    """With no fans at all there are as many numbers without them, and they are those of all lengths together."""
    nobody = replace(raised(), scenario=_without(raised(), ["devoted_fan"]))
    assert "devoted_fan" not in sources(nobody.scenario)
    told = film_numbers(nobody, 5_000, sample_homes=40)
    assert told.count > 0
    assert told.without_fans == pytest.approx(
        told.count, rel=1e-9
    )  # the same terms, added up in another order
    assert sum(told.by_days.values()) == pytest.approx(told.count)
    assert alternatives.alternatives_of(told).by_days[0].days == SHORTEST


def _without(question: Question, names: list[str]) -> object:
    scenario = question.scenario
    return replace(
        scenario, actors={name: one for name, one in scenario.actors.items() if name not in names}
    )
