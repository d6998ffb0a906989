"""Rules of release by hand: what each lets out, what it tells, tables solved, households asked for, groups alike."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import polars as pl
import pytest
from scipy import stats

import synthview
from synthview.draws.chance import Stream
from synthview.privacy.anonymity import of_columns
from synthview.privacy.cell_tables import CellTable, cells_of
from synthview.privacy.mechanisms import (
    BLANK,
    DELTA,
    AsItIs,
    Gaussian,
    Laplace,
    MinimumSize,
    Rounded,
)
from synthview.privacy.membership import measure as membership
from synthview.privacy.opening import LabOrder, opened
from synthview.privacy.outsider import measure as outsider
from synthview.privacy.part import Laboratory, advantage_of, share_of
from synthview.privacy.points import PointTable
from synthview.privacy.reconstruction import measure as reconstruction
from synthview.privacy.reconstruction import rebuilt, tables_of
from synthview.privacy.release import measure as release
from synthview.scenario import load

COUNTS = np.array([0, 1, 2, 3, 7, 10, 11, 25])
STREAM = Stream(5, "tests/privacy")
DRAWN = 20_000


def silent(*_: object) -> None:
    """Hear of no progress."""


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (AsItIs(), [0, 1, 2, 3, 7, 10, 11, 25]),
        (MinimumSize(3), [0, BLANK, BLANK, 3, 7, 10, 11, 25]),
        (MinimumSize(11, hides_zeros=True), [BLANK] * 6 + [11, 25]),
        (Rounded(5), [0, 0, 0, 5, 5, 10, 10, 25]),
    ],
    ids=lambda one: getattr(one, "words", ""),
)
def test_fixed_rules_let_out_what_they_say(
    rule: AsItIs | MinimumSize | Rounded, expected: list[int]
) -> None:
    """Small cells are blank, others as they are; rounding goes to the nearest multiple."""
    assert rule.released(COUNTS, 1, STREAM).tolist() == expected


def test_a_rule_tells_one_account_more_only_where_its_cells_change() -> None:
    """Who knows that there are n others sees whether there is one more just where the two are let out differently."""
    without = np.array([0, 1, 2, 3])
    for rule, changed in ((AsItIs(), [0, 1, 2, 3]), (MinimumSize(3), [0, 2, 3]), (Rounded(5), [2])):
        told = rule.released(without + 1, 1, STREAM)
        assert np.flatnonzero(np.isposinf(rule.evidence(told, without, 1))).tolist() == changed


@pytest.mark.statistics
def test_chance_has_the_laws_that_are_stated() -> None:
    """Counts move by Laplace's law of scale bound / epsilon, as scipy has it, and by Gauss's with its variance."""
    zeros = np.zeros(DRAWN, np.int64)
    off = Laplace(1.0).released(zeros, 4, STREAM)
    values = np.arange(-12, 13)
    seen = np.array([(off == one).sum() for one in values])
    expected = stats.dlaplace(1 / 4).pmf(values) * DRAWN
    assert (
        stats.chisquare([*seen, DRAWN - seen.sum()], [*expected, DRAWN - expected.sum()]).pvalue
        > 0.001
    )
    law = Gaussian(1.0)
    spread = Gaussian(1.0).released(zeros, 4, STREAM)
    assert spread.std() == pytest.approx(law.variance(4) ** 0.5, rel=0.03)
    assert abs(spread.mean()) < 4 * law.variance(4) ** 0.5 / DRAWN**0.5


@pytest.mark.parametrize("epsilon", [0.1, 1.0, 10.0])
def test_the_promise_of_gauss_s_law_fails_no_more_often_than_it_says(epsilon: float) -> None:
    """With its variance the odds change by more than e to the epsilon with a chance below delta, as SciPy reckons it."""
    for bound in (1, 20, 41):
        apart = (bound / Gaussian(epsilon).variance(bound)) ** 0.5
        ends = (apart / 2 - epsilon / apart, -apart / 2 - epsilon / apart)
        fails = stats.norm.cdf(ends[0]) - np.exp(epsilon + stats.norm.logcdf(ends[1]))
        assert 0 <= fails < DELTA


@pytest.mark.statistics
@pytest.mark.parametrize("epsilon", [0.5, 2.0])
def test_nobody_learns_more_than_epsilon_allows(epsilon: float) -> None:
    """With Laplace's law the best answer to whether an account is in all its cells has an advantage of at most tanh(epsilon / 2)."""
    bound, rule = 5, Laplace(epsilon)
    others = np.full(bound * 4_000, 9)
    is_in = np.arange(len(others)) % (2 * bound) < bound
    told = rule.released(others + is_in, bound, STREAM)
    evidence = rule.evidence(told, others, bound).reshape(-1, bound).sum(axis=1)
    assert np.abs(evidence).max() <= epsilon + 1e-9
    found = advantage_of(evidence > 0, is_in.reshape(-1, bound)[:, 0])
    assert found.value > 0.02
    assert found.low < np.tanh(epsilon / 2)


def test_cells_are_counted_as_on_paper() -> None:
    """Accounts are counted once in each cell; a bound keeps at most so many cells of each."""
    account, title, day = np.array([(0, 0, 0), (0, 0, 1), (0, 1, 0), (1, 0, 0), (2, 1, 1)]).T
    table = cells_of(PointTable.of(account, title, day, accounts=3, titles=2))
    assert table.counts.tolist() == [2, 1, 1, 1]
    assert table.inside(0).tolist() == [0, 1]
    bounded = table.bounded(1, STREAM)
    assert np.diff(bounded.starts).tolist() == [1, 1, 1]
    assert set(bounded.of_account(0).tolist()) < set(table.of_account(0).tolist())


def test_exact_tables_are_solved_and_noised_ones_are_not() -> None:
    """Rows that differ in their columns come out of exact counts by one, two and three columns; chance for accounts stops that."""
    columns = {name: STREAM.below(np.arange(80), 5, n=place) for place, name in enumerate("abcde")}
    rows = pl.DataFrame(columns)
    secret = STREAM.happens(np.arange(80), 0.4, n=9)
    cells = tables_of(rows)
    counts = np.array([secret[one].sum() for one in cells])
    tables = sum(1 for size in (1, 2, 3) for _ in combinations(columns, size))
    solved = rebuilt(cells, counts.astype(float), 80) > 0.5
    assert (solved == secret)[rows.is_unique().to_numpy()].all()
    noised = rebuilt(cells, Laplace(1.0).released(counts, tables, STREAM).astype(float), 80) > 0.5
    assert advantage_of(noised, secret).value < 0.4


def test_groups_are_as_on_paper() -> None:
    """K is the smallest group, l the fewest values in one; accounts are counted, not groups."""
    rows = pl.DataFrame(
        {"town": ["a", "a", "b", "b", "b", "c"], "genre": ["x", "y", "z", "z", "z", "x"]}
    )
    found = of_columns(rows, ("town",), "genre")
    assert (found.groups, found.k, found.l) == (3, 1, 1)
    assert (found.alone.count, found.told.count) == (1, 4)
    assert [one.count for one in found.below] == [1, 3, 6, 6]


def test_an_advantage_is_right_answers_less_wrong_ones() -> None:
    """Yes to three of four who are in it and to one of four who are not is an advantage of a half, with an interval around it."""
    is_in = np.array([True] * 4 + [False] * 4)
    found = advantage_of(np.array([1, 1, 1, 0, 1, 0, 0, 0], bool), is_in)
    assert found.value == 0.5
    assert found.low < 0
    assert found.high > 0.5
    assert share_of(0, 0).high == 1.0


@pytest.fixture(scope="module")
def lab() -> Laboratory:
    """Three hundred homes for three days."""
    return opened(LabOrder("tiny", households=300), silent)


@pytest.mark.slow
def test_the_world_without_a_household_is_the_same_less_its_rows() -> None:
    """Neighbouring worlds: `drop_households` takes the points of one account away and leaves all others as they are."""
    words = {"households": 30, "tables": ("log.accounts", "log.plays", "truth.households")}
    whole, less = (synthview.generate("tiny", drop_households=drop, **words) for drop in ((), (4,)))
    gone = set(whole.log.accounts["account_id"]) - set(less.log.accounts["account_id"])
    assert len(gone) == 1
    rest = whole.log.plays.filter(~pl.col("account_id").is_in(list(gone)))
    assert rest.sort("play_id").equals(less.log.plays.sort("play_id"))


@pytest.mark.slow
def test_rules_trade_error_for_what_is_learned(lab: Laboratory) -> None:
    """Exact tables tell everybody, Laplace's law with little epsilon hardly anybody; the smaller epsilon, the larger the error."""
    by_rule = {one.rule: one for one in release(lab).rules}
    assert by_rule["exact"].advantage.value == 1.0
    assert by_rule["exact"].error == 0.0
    assert by_rule["Laplace, epsilon 0.1"].advantage.low < 0.1
    errors = [by_rule[f"Laplace, epsilon {one}"].error for one in ("0.1", "1", "10")]
    assert errors == sorted(errors, reverse=True)
    cells = [by_rule[f"minimum cell {one}"] for one in (3, 5, 11, 20)]
    assert [one.error for one in cells] == sorted(one.error for one in cells)


@pytest.mark.slow
def test_households_are_found_in_small_releases(lab: Laboratory) -> None:
    """Exact tables of few households tell who is in them; with Laplace's law and epsilon 1 nobody can say."""
    found = {(one.rule, one.households): one.advantage for one in membership(lab).asked}
    assert found["exact", 30].low > 0.5
    assert found["Laplace, epsilon 1", 30].low < 0.1


@pytest.mark.slow
def test_rows_of_a_world_come_out_of_its_tables(lab: Laboratory) -> None:
    """Exact tables of a simulated service are solved for nearly all of its accounts, noised ones for hardly more than a guess."""
    rules = {one.rule: one for one in reconstruction(lab).rules}
    assert rules["exact"].advantage.low > 0.7
    assert rules["Laplace, epsilon 1"].advantage.low < 0.2


@pytest.mark.parametrize("scenario", ["christmas-prince", "after-the-tweet"])
def test_the_tweet_leaves_six_bits(scenario: str) -> None:
    """53 of 109 million: 26.7 bits to single out one, of which 5.7 are left; each day seen makes it likelier.

    Claims of which no number was published say nothing about anybody.
    """
    points = PointTable.of(*np.zeros((3, 1), np.int64), accounts=1, titles=1)
    claims = load(scenario, _installed()).claims
    found = outsider(Laboratory(scenario, "", 1, points, claims=claims))
    (tweet,) = found.said
    assert (tweet.people, tweet.days, round(tweet.bits, 1), round(tweet.left, 1)) == (
        53,
        18,
        26.7,
        5.7,
    )
    chances = [one.chance for one in found.suspicions]
    assert chances == sorted(chances)
    assert 0 < chances[0] < 1e-5
    assert 0.1 < chances[-1] <= 1
    assert all(one.known_days + one.learned == 18 for one in found.suspicions)


def _installed() -> object:
    from synthview.registry import installed

    return installed()


def test_cells_of_nobody_are_none() -> None:
    """An account without points is in no cell."""
    table = CellTable(np.array([0, 0, 1]), np.array([0]), 1, 1)
    assert table.of_account(0).tolist() == []
