"""What daily totals allow, and what a release of a number would give away: worked by hand, and held for any log."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from synthview.claims.counting.intervals import wilson
from synthview.claims.counting.title_log import TitleLog
from synthview.claims.question import Question, ask
from synthview.claims.sections import disclosure
from synthview.claims.sections.aggregates import (
    Between,
    DayTotal,
    bounds,
    daily_totals,
    ever_watched,
    sampled,
    streak_bounds,
)
from synthview.claims.sections.disclosure import (
    RULES,
    Neighbour,
    OtherViewers,
    neighbour,
    noisy,
    released,
)
from synthview.claims.simulation.bound import SampledHomes
from synthview.claims.study import Effort, Study
from synthview.registry import installed
from synthview.scenario import load

QUESTION = ask(load("christmas-prince", installed()))
SHORT = replace(QUESTION, days=3)
"""The same about three days, 8 to 10 December."""


def shown(starts: dict[int, list[str]], zone: str = "UTC") -> pl.DataFrame:
    """Showings by account that begin at some times of December 2017, as in 8T20:15."""
    rows = [
        (account, dt.datetime.fromisoformat(f"2017-12-{at:0>8}"))
        for account in starts
        for at in starts[account]
    ]
    plays = pl.DataFrame(
        rows, schema={"account_id": pl.Int64, "start": pl.Datetime("ms")}, orient="row"
    )
    return plays.with_columns(
        play_id=pl.int_range(pl.len(), dtype=pl.Int64), profile_id=pl.col("account_id"), device_id=pl.col("account_id"),
        time_zone=pl.lit(zone), watched_ms=pl.lit(60_000), runtime_ms=pl.lit(5_580_000), raw_start=pl.col("start"),
        raw_ms=pl.lit(60_000), once_ms=pl.lit(60_000), autoplayed=pl.lit(value=False), is_kids=pl.lit(value=False),
        is_test=pl.lit(value=False),
    )  # fmt: skip


def sample(plays: pl.DataFrame, simulated: int, of: int) -> SampledHomes:
    """So many homes out of all, with their plays of the title."""
    return SampledHomes(np.arange(simulated), of, plays)


def told_of(
    plays: pl.DataFrame, crowd: OtherViewers | None = None, question: Question = SHORT
) -> Neighbour:
    """Whom a neighbour finds in a log."""
    return neighbour(TitleLog.of_plays(question, plays), crowd)


def log_of(watched: np.ndarray) -> pl.DataFrame:
    """A log in which account i plays at noon of the last days wherever row i says so."""
    days = range(11 - watched.shape[1], 11)
    return shown(
        {
            row: [f"{day:02}T12:00" for day, on in zip(days, one, strict=True) if on]
            for row, one in enumerate(watched)
        }
    )


LOGS = st.tuples(st.integers(1, 12), st.integers(1, 6)).flatmap(
    lambda size: st.lists(
        st.lists(st.booleans(), min_size=size[1], max_size=size[1]),
        min_size=size[0],
        max_size=size[0],
    )
)


@given(LOGS)
def test_the_streak_lies_within_what_its_totals_allow(log: list[list[bool]]) -> None:
    """Whoever watched what: the accounts with every day lie within both bounds, and knowing who watched raises the lower."""
    watched = np.array(log)
    viewers, streak = watched.sum(axis=0).tolist(), int(watched.all(axis=1).sum())
    found = bounds(
        [DayTotal("2017-12-01", one, one, one) for one in viewers],
        len(log),
        int(watched.any(axis=1).sum()),
    )
    assert found.lower_bound <= (found.lower_bound_watched or 0) <= streak <= found.upper_bound


@given(st.integers(1, 40), st.lists(st.integers(0, 40), min_size=1, max_size=6))
def test_both_bounds_are_attained(accounts: int, viewers: list[int]) -> None:
    """For any totals there is a log with the fewest and one with the most that they allow."""
    viewers = [min(one, accounts) for one in viewers]
    nested = np.arange(accounts)[:, None] < np.array(viewers)
    spread = np.ones((accounts, len(viewers)), dtype=bool)
    place = 0
    for day, one in enumerate(
        viewers
    ):  # whoever misses this day missed none before, as long as there is anybody
        spread[(place + np.arange(accounts - one)) % accounts, day] = False
        place += accounts - one
    for log in (nested, spread):
        assert log.sum(axis=0).tolist() == viewers
    assert (int(spread.all(axis=1).sum()), int(nested.all(axis=1).sum())) == streak_bounds(
        viewers, accounts
    )


def test_totals_of_a_whole_log_are_counts() -> None:
    """Totals of a log that is whole are its accounts by day, each once, and nobody but who watched has watched."""
    plays = shown({1: ["08T01:00", "08T23:00", "09T01:00"], 2: ["09T05:00"], 3: ["07T12:00"]})
    whole = sample(plays, 10, 10)
    totals = daily_totals(whole, SHORT)
    assert [(str(day.date), day.viewers, day.low, day.high) for day in totals] == [
        ("2017-12-08", 1, 1, 1), ("2017-12-09", 2, 2, 2), ("2017-12-10", 0, 0, 0),
    ]  # fmt: skip
    assert ever_watched(whole, SHORT) == 2
    told = bounds(totals, 10, 2)
    assert (told.lower_bound, told.upper_bound, told.lower_bound_watched) == (0, 0, 0)
    assert "between 0 and 0 accounts" in told.sentence
    assert told.daily[1] == DayTotal("2017-12-09", 2, 2, 2)


def test_totals_of_a_sample_are_scaled_with_their_interval() -> None:
    """One in ten homes simulated stands for ten, within an interval that holds for a count of none as well."""
    plays = shown({account: ["08T12:00"] for account in range(40)})
    day, empty, _ = daily_totals(sample(plays, 1_000, 10_000), SHORT)
    assert (day.viewers, empty.viewers) == (400, 0)
    assert day.low < 400 < day.high
    assert empty.low == 0 < empty.high


def test_bounds_of_a_sample_say_how_sure_they_are() -> None:
    """Bounds that come of a sample are told with about three digits and their interval; those of all homes are counts."""
    plays = shown(
        {account: ["08T12:00", "09T12:00", "10T12:00"][: 1 + account % 3] for account in range(60)}
    )
    drawn = sample(plays, 1_000, 12_345)
    totals, watched, ends = (
        daily_totals(drawn, SHORT),
        ever_watched(drawn, SHORT),
        sampled(drawn, SHORT),
    )
    told = bounds(totals, 12_345, watched, ends)
    assert ends is not None
    upper = ends.upper_bound
    assert ends.lower_bound == Between(0, 0)
    assert upper.low < told.upper_bound == 247 < upper.high
    assert ends.watched.low < watched == 741 < ends.watched.high
    assert f"about 247 ({upper.low} to {upper.high}) accounts may have watched" in told.sentence
    assert "estimated here from 1,000 of 12,345 homes" in told.sentence
    assert told.estimated == ends
    assert sampled(sample(plays, 1_000, 1_000), SHORT) is None
    whole = bounds(totals, 12_345, watched)
    assert (whole.estimated, "about" in whole.sentence) == (None, False)


@pytest.mark.statistics
def test_intervals_of_bounds_hold_what_they_are_of() -> None:
    """Of samples of a service whose bounds are known, nine in ten or more hold the smallest day, and the lower bound."""
    rng, size, simulated = np.random.default_rng(7), 4_000, 400
    log = rng.random((size, 3)) < np.where(rng.random((size, 1)) < 0.8, 0.97, 0.02)
    days, watched = log.sum(axis=0), int(log.any(axis=1).sum())
    truth = streak_bounds(days.tolist(), watched)
    held = np.zeros(2)
    for _ in range(60):
        homes = np.flatnonzero(rng.permutation(size) < simulated)
        stamps = ["08T12:00", "09T12:00", "10T12:00"]
        plays = shown(
            {
                int(one): [at for at, is_on in zip(stamps, log[one], strict=True) if is_on]
                for one in homes
            }
        )
        ends = sampled(sample(plays, simulated, size), SHORT)
        assert ends is not None
        lower, upper = ends.lower_bound_watched, ends.upper_bound
        held += [lower.low <= truth[0] <= lower.high, upper.low <= truth[1] <= upper.high]
    assert truth[0] > 0
    assert (held >= 53).all()


@pytest.mark.slow
@pytest.mark.statistics
def test_the_interval_of_a_share_holds_as_often_as_it_says() -> None:
    """Wilson's interval covers shares from a thousandth to a half in 93 to 98 % of samples, computed exactly."""
    for share in (0.004, 0.02, 0.1, 0.5):
        counts = np.arange(1_001)
        held = [
            low <= share <= high
            for low, high in (wilson(count, 1_000) for count in counts.tolist())
        ]
        assert 0.93 < stats.binom.pmf(counts, 1_000, share)[held].sum() < 0.98


def test_minimum_cells_are_what_offices_publish() -> None:
    """12 passes cells of 3, 5 and 11 and fails that of 20; what fails is said."""
    nobody = told_of(shown({}))
    told = released(12, nobody)
    assert [(one.rule, one.passes) for one in told.minimum_cell] == [
        (rule, rule <= 12) for rule in RULES
    ]
    assert "it fails those of 20." in told.sentence
    assert "it passes all of them" in released(53, nobody).sentence


@pytest.mark.parametrize("epsilon", [0.1, 1.0, 10.0])
def test_noise_keeps_its_promise(epsilon: float) -> None:
    """The interval told is that of the two-sided geometric law for one account: the narrowest that holds nine of ten."""
    told = noisy(1_000, epsilon)
    reach = told.high - 1_000
    assert told.scale == pytest.approx(1 / epsilon, rel=1e-6)
    ratio = math.exp(-epsilon)

    def within(steps: int) -> float:
        return 1 - 2 * ratio ** (steps + 1) / (1 + ratio)

    assert within(reach) >= 0.9
    assert reach == 0 or within(reach - 1) < 0.9


def test_no_release_says_fewer_than_nobody() -> None:
    """The interval of a small count ends at nobody."""
    assert (noisy(3, 0.1).low, noisy(53, 10.0).low, noisy(53, 10.0).high) == (0, 53, 53)


EVERY = ["08T20:15", "09T20:15", "10T20:15"]


def test_a_neighbour_finds_whoever_has_evenings_of_their_own() -> None:
    """Two accounts with the same three evenings hide each other; one at hours of its own is found."""
    plays = shown(
        {1: EVERY, 2: ["08T20:40", "09T20:01", "10T20:59"], 3: ["08T07:00", "09T20:15", "10T20:15"]}
    )
    told = told_of(plays)
    assert (told.singled_out, told.of) == (1, 3)
    assert "for 1 of the 3" in told.sentence


def test_a_neighbour_knows_hours_of_the_home() -> None:
    """Evenings are told by the clock of the home, so the same hours elsewhere are the same evening."""
    there = shown({2: ["08T21:40", "09T21:40", "10T21:40"]}, "America/Chicago")
    here = shown({1: ["08T15:15", "09T15:15", "10T15:15"]})
    assert told_of(pl.concat([here, there])).singled_out == 0


def test_a_crowd_hides_its_people() -> None:
    """With a sample that stands for very many of the same habits nobody is found, and alone everybody is."""
    plays, crowd = shown({1: EVERY}), shown(dict.fromkeys(range(100, 140), EVERY))
    week = replace(SHORT, earliest=SHORT.first)
    assert told_of(plays, OtherViewers.of(crowd, week, 1e-6), week).singled_out == 1
    assert told_of(plays, OtherViewers.of(crowd, week, 1.0), week).singled_out == 0


def test_an_account_is_not_its_own_crowd() -> None:
    """Who is in the log and in the sample too hides nobody: itself is no other."""
    study = Study(SHORT, Effort(), lambda *_: None)
    study.worlds[0].log = TitleLog.of_plays(SHORT, shown({1: EVERY}))
    study.sample = sample(shown({1: EVERY}), 1, 10**9)
    assert disclosure.measure(study).neighbour.singled_out == 1


def test_nobody_counted_is_nobody_found() -> None:
    """A number of nobody can single out nobody, and says so."""
    told = told_of(shown({}))
    assert (told.singled_out, told.of) == (0, 0)
    assert told.sentence == "Nobody is counted, so nobody can be singled out."
