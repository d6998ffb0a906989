"""Realism, its core: what counts as agreement, intervals from whole households, verdicts."""

from __future__ import annotations

import numpy as np
import pytest

from synthview.errors import UnknownName
from synthview.realism.families import FAMILIES, family_of, measured
from synthview.realism.popularity import leading
from synthview.realism.tally import Estimated, Tally, estimated, exactly, quantile_of, ratio, share
from synthview.realism.targets import chosen, targets
from synthview.realism.verdicts import Verdict, judge, not_applicable
from synthview.scenario.sources import sources


def test_every_target_is_computed_or_says_why_not() -> None:
    """Each row that a world is compared with is computed by one measure, or says why it is not; never both."""
    reasons = {one for one, target in targets().items() if target.not_applicable}
    assert reasons | set(measured()) == set(targets())
    assert reasons & set(measured()) == set()
    ids = [one for family in FAMILIES for measure in family.measures for one in measure.ids]
    assert sorted(ids) == sorted(set(ids))


def test_what_is_computed_says_what_of() -> None:
    """A figure that is computed says whom it takes and what it computes; a reason is a sentence."""
    for one in measured():
        assert targets()[one].source.selection, one
        assert targets()[one].source.statistic, one
    for target in targets().values():
        assert not target.not_applicable or target.not_applicable.endswith("."), target.id


def test_a_claim_is_never_compared() -> None:
    """Rows that synthview asks about, and rows that are facts or context, are no targets."""
    assert {one.use for one in sources().values() if one.id not in targets()} == {
        "claim",
        "context",
        "fact",
    }
    assert not {"X01", "X02", "X08", "X13"} & set(targets())


@pytest.mark.parametrize(
    ("name", "low", "high"),
    [
        ("S04", 1.19, 1.42),  # a published range
        ("S07", 24.3, 29.7),  # none: 10 % around 27
        ("P03", 24.7, 28.7),  # a share of 26.7 %: 2 points
        ("T25-2", 5.55, 9.25),  # a share of 7.4 %: a quarter of it, since 2 points are more
        ("P06-1", 23.6, 25.9),  # a range of 24.6 to 24.9, widened by the row's margin of one point
        ("T25-5", 0.019, 0.049),  # the row's own margin
        ("S19", 5.0, 5.0),  # exactly
        ("N01", 100.0, 110.0),  # at least 100 million: 10 % above
    ],
)
def test_what_counts_as_agreement(name: str, low: float, high: float) -> None:
    """The accepted range is the published one, or the usual margin, and the row's margin widens it."""
    assert targets()[name].low == pytest.approx(low)
    assert targets()[name].high == pytest.approx(high)


def test_every_published_value_is_accepted() -> None:
    """Each published value lies inside its own accepted range, and no range accepts nothing or everything."""
    for target in targets().values():
        assert target.low <= target.value <= target.high, target.id
        if target.source.unit.startswith("%") and not target.source.low and not target.source.high:
            assert target.high - target.low <= 0.9 * target.value + 1e-9, target.id


def test_ids_are_chosen_by_name_or_by_family() -> None:
    """An id stands for itself, the first part of several for all of them, in the order of the list."""
    assert chosen(["S04", "T23"]) == ["S04", "T23-2", "T23-3", "T23-rep"]
    assert len(chosen(["T01"])) == 24
    assert chosen(None) == list(targets())
    with pytest.raises(UnknownName, match="Did you mean 'S04'"):
        chosen(["S04x"])
    with pytest.raises(UnknownName):
        chosen(["X01"])


def test_a_ratio_and_a_share_by_hand() -> None:
    """A ratio divides sums over all groups, a share is a percentage of counts."""
    assert ratio(np.array([1.0, 2.0]), np.array([4.0, 8.0]), 30).value == pytest.approx(7.5)
    assert share(np.array([1.0, 2.0]), np.array([4.0, 8.0])).value == pytest.approx(25)
    assert exactly(5).value == 5
    assert np.isnan(ratio(np.zeros(2), np.zeros(2)).value)


def test_a_quantile_of_counts_by_hand() -> None:
    """Of 1, 1, 1, 7 the median is 1, and the ninth tenth 7; of nothing there is none."""
    assert quantile_of([3, 0, 1], [1, 4, 7], 0.5) == 1
    assert quantile_of([3, 0, 1], [1, 4, 7], 0.9) == 7
    assert np.isnan(quantile_of([0, 0], [1, 2], 0.5))


def test_groups_that_are_alike_leave_no_doubt() -> None:
    """Where every household is the same, resampling gives the same figure."""
    found = estimated(ratio(np.full(50, 3.0), np.full(50, 2.0)))
    assert (found.low, found.value, found.high) == (1.5, 1.5, 1.5)


@pytest.mark.statistics
def test_the_interval_is_that_of_a_mean() -> None:
    """For a mean of independent groups the interval is 1.96 standard errors to each side, within a tenth."""
    values = np.random.default_rng(5).normal(10, 2, 200)
    found = estimated(ratio(values, np.ones(200)))
    error = values.std() / np.sqrt(200)
    assert found.high - found.low == pytest.approx(2 * 1.96 * error, rel=0.1)
    assert found.value == pytest.approx(values.mean())


def test_no_case_among_hundred_is_no_proof_of_none() -> None:
    """Of no case in 100 the interval ends where the exact one does, at 3.62 %; resampling alone would say 0."""
    found = estimated(share(np.zeros(10), np.full(10, 10.0)))
    assert (found.value, found.low) == (0, 0)
    assert found.high == pytest.approx(3.62, abs=0.01)


@pytest.mark.statistics
def test_a_concentration_is_not_that_of_the_sample() -> None:
    """Of 1,000 titles that are alike, the leading tenth has 10 %: a sample shows more, and the estimate less of it."""
    hours = np.random.default_rng(5).poisson(0.1, (200, 1000)).astype(float)
    shown = leading(0.1)(hours.sum(axis=0))
    found = estimated(Tally(hours, leading(0.1), is_inflated=True))
    assert shown > 13
    assert abs(found.value - 10) < 0.6 * (shown - 10)


def test_verdicts() -> None:
    """Inside passes, outside fails, across an edge is inconclusive, and a reason stands where nothing is compared."""
    target = targets()["S07"]  # 24.3 to 29.7
    assert judge(target, Estimated(27, 25, 29, 100)).verdict is Verdict.PASS
    assert judge(target, Estimated(20, 18, 24, 100)).verdict is Verdict.FAIL
    assert judge(target, Estimated(40, 30, 50, 100)).verdict is Verdict.FAIL
    assert judge(target, Estimated(27, 20, 34, 100)).verdict is Verdict.INCONCLUSIVE
    skipped = not_applicable(target, "it lacks log.plays")
    assert (skipped.verdict, skipped.note) == (Verdict.NOT_APPLICABLE, "it lacks log.plays")


def test_how_much_more_data_would_decide() -> None:
    """Twice as near to the edge as the interval reaches needs four times the data; on the edge nothing helps."""
    target = targets()["S07"]
    nearly = judge(target, Estimated(27.7, 23.7, 31.7, 100))
    assert nearly.more_data == pytest.approx(4)
    assert "4.0 times" in nearly.note
    assert judge(target, Estimated(29.7, 28, 31, 100)).more_data is None


def test_how_far_off_a_figure_is() -> None:
    """The distance outside the accepted range, as a share of the published value."""
    target = targets()["S07"]
    assert judge(target, Estimated(18.9, 18, 20, 100)).off_by == pytest.approx(0.2)
    assert judge(target, Estimated(27, 26, 28, 100)).off_by == 0


def test_families_of_figures() -> None:
    """A figure has one family, a figure that is not computed none."""
    assert family_of("T01-07") == "hours"
    assert family_of("N12") == ""
