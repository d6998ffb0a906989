"""What a number tells: the laws it is concluded by, worked by hand; and whole worlds planted and found again."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest
from keepers import raised
from scipy import stats

import synthview.scenario.sources as sources_
from synthview.claims.counting.count import who
from synthview.claims.counting.definitions import HEADLINE
from synthview.claims.counting.title_plays import title_plays
from synthview.claims.inference import influence as influence_
from synthview.claims.inference import posterior as posterior_
from synthview.claims.inference.calibration import planted
from synthview.claims.inference.from_scratch import ScratchEffort, from_scratch
from synthview.claims.inference.influence import influences, other_priors
from synthview.claims.inference.parameters import (
    POPULAR,
    RATE,
    SIMULATED,
    Blocks,
    Parameter,
    drawn,
    parameters_of,
    with_settings,
)
from synthview.claims.inference.popularity import parts, times
from synthview.claims.inference.posterior import InferenceEffort, Posterior, infer
from synthview.claims.inference.proposal import (
    SAT_THROUGH,
    Outcomes,
    Point,
    proposal_rates,
    propose,
    qualified,
)
from synthview.claims.inference.sensitivity import first_order
from synthview.claims.inference.shown import Chosen
from synthview.claims.inference.weights import (
    ImportanceWeights,
    Odds,
    WeightedWorlds,
    mix,
    quantile_errors,
)
from synthview.claims.kept import Kept
from synthview.claims.plain import plain
from synthview.claims.question import Question, ask
from synthview.claims.sections import inference
from synthview.claims.sections.beliefs import sensitivity
from synthview.claims.sections.invented import of_odds
from synthview.claims.simulation.candidates import find_candidates, sources, world_of
from synthview.claims.simulation.homes import households_of
from synthview.claims.simulation.simulate import HISTORY, lazily, simulate
from synthview.errors import InputError
from synthview.registry import installed
from synthview.rows import Floats
from synthview.scenario import load
from synthview.scenario.settings import GUESS, number, section
from synthview.stage.actor import Actor

PRINCE = ask(load("christmas-prince", installed()))
SAID = 53
HOMES, SERVICE = 60_000, 1_000_000
SMALL = InferenceEffort(homes=HOMES, points=12, shelves=24, rates=64, mixes=48, planted=60)


# --- Ranges -----------------------------------------------------------------------------------------------------------


def a_range(
    low: float, high: float, scale: str, allowed: tuple[float, float], *, whole: bool = False
) -> Parameter:
    """A range of some number."""
    return Parameter("a.b", SIMULATED, "a: b", "", "guess", low, low, high, allowed, scale, whole)


@pytest.mark.parametrize(
    ("low", "high", "scale", "allowed"),
    [
        (2.0, 5.0, "linear", (-1e9, 1e9)),
        (0.001, 0.4, "log", (0, 1e9)),
        (0.01, 0.9, "logit", (0, 1)),
    ],
)
def test_low_and_high_are_the_ends_of_nine_in_ten(
    low: float, high: float, scale: str, allowed: tuple[float, float]
) -> None:
    """One value in twenty lies below low and one above high, and on its scale the middle lies between them."""
    one = a_range(low, high, scale, allowed)
    at = one.at(np.array([0.05, 0.5, 0.95]))
    onto = {"linear": np.asarray, "log": np.log, "logit": lambda x: np.log(x / (1 - x))}[scale]
    assert at[[0, 2]] == pytest.approx([low, high])
    assert onto(at[1]) == pytest.approx((onto(low) + onto(high)) / 2)


def test_every_range_can_be_drawn_from_and_none_is_of_the_company() -> None:
    """Each varied setting of a shipped claim has its ends as 5 % and 95 % points; the office changes no play."""
    varied = parameters_of(PRINCE)
    assert len(varied) > 300
    for one in varied:
        ends = one.at(np.array([0.05, 0.95])).tolist()
        assert ends == pytest.approx([one.low, one.high], 1e-6, 0.5 * one.is_whole), one.path
    sections = {one.path.partition(".")[0] for one in varied}
    assert not sections & {"run", "company", "staff", "support_lookup", "curious_employee"}


def test_nothing_is_drawn_that_is_not_allowed() -> None:
    """Values are cut to what is allowed, whatever share is asked for, and whole where they have to be."""
    shares = np.linspace(0, 1, 101)
    for one in (
        a_range(0.5, 4, "linear", (0.4, 4.1)),
        a_range(0.2, 0.9, "logit", (0, 1)),
        a_range(1, 9, "log", (1, 9)),
    ):
        values = one.at(shares)
        assert values.min() >= one.allowed[0]
        assert values.max() <= one.allowed[1]
        assert (np.diff(values) >= 0).all()
    edge = a_range(1, 9, "log", (1, 9)).at(np.array([0.01, 0.05, 0.95, 0.99]))
    assert edge.tolist() == pytest.approx([1, 1, 9, 9])
    near = a_range(0.05, 0.9, "linear", (0, 1)).at(np.array([1e-9, 0.05, 0.95, 1 - 1e-9]))
    assert 0 < near[0] < near[1] == pytest.approx(0.05)
    assert near[2] == pytest.approx(0.9)
    assert near[2] < near[3] < 1
    whole = a_range(3, 6, "linear", (1, 30), whole=True).at(shares)
    assert (whole == np.rint(whole)).all()


def test_points_cut_every_range_evenly() -> None:
    """Of twenty points each twentieth of every range has one: one below low, one above high."""
    ranges = (a_range(2, 5, "linear", (-99, 99)), a_range(0.1, 10, "log", (0, 1e9)))
    points = drawn(ranges, 20, seed=7)
    assert points.shape == (20, 2)
    for one, column in zip(ranges, points.T, strict=True):
        assert [(column < one.low).sum(), (column > one.high).sum()] == [1, 1]
    assert (points == drawn(ranges, 20, seed=7)).all()


def test_what_may_be_doubted_is_varied_and_nothing_else() -> None:
    """Guesses and published figures vary; choices of ours, the run, other titles and later events do not."""
    found = {one.path: one for one in parameters_of(PRINCE)}
    assert {
        "actors.child_on_loop.rate",
        "faults.lost_events.share",
        "sittings.share_of_days",
    } <= found.keys()
    assert 'titles."A Christmas Prince".popularity_rank' in found
    assert 'dated_events."Thanksgiving weekend".lift' in found
    assert not any(
        "Pirates" in path or "News about" in path or path.startswith("run.") for path in found
    )
    assert "actors.monitor_probe.seconds" not in found
    assert "log.ping_seconds" not in found
    parts_ = {
        part: {path for path, one in found.items() if one.part == part}
        for part in (RATE, POPULAR, SIMULATED)
    }
    assert parts_[RATE] == {
        f"actors.{name}.rate" for name in sources(PRINCE.scenario) if name in PRINCE.scenario.actors
    }
    assert "world.release_lift" in parts_[POPULAR]
    assert "world.holiday_lift" in parts_[SIMULATED]
    assert "actors.cat_on_remote.rate" in parts_[SIMULATED]


def test_what_is_off_or_cast_is_not_varied() -> None:
    """A rate of nothing stays nothing, and homes that a scenario casts are as many as it says."""
    changes = {"actors.devoted_fan.rate": 0, "actors.child_on_loop.rate": 0.1}
    varied = {
        one.path for one in parameters_of(ask(load("christmas-prince", installed(), changes)))
    }
    assert "actors.devoted_fan.rate" not in varied
    assert "actors.child_on_loop.rate" in varied


def test_nothing_rests_on_the_claim(monkeypatch: pytest.MonkeyPatch) -> None:
    """With every row of the list of sources gone that is a claim, all settings and ranges are what they were.

    And none of them names such a row: nothing was tuned on a number in question.
    """
    listed = sources_.sources()
    claims = {name for name, one in listed.items() if one.use == "claim"}
    before, varied = PRINCE.scenario.fingerprint(), parameters_of(PRINCE)
    assert {"X01", "X02"} <= claims
    assert not any(claims & set(sources_.ids_in(one.source)) for one in varied)
    monkeypatch.setattr(
        sources_,
        "sources",
        lambda: {name: one for name, one in listed.items() if name not in claims},
    )
    assert load("christmas-prince", installed()).fingerprint() == before
    assert parameters_of(ask(load("christmas-prince", installed()))) == varied


# --- Mixtures ---------------------------------------------------------------------------------------------------------


def weighted(counted: Floats, missed: Floats | None = None) -> WeightedWorlds:
    """Worlds from accounts expected by (point, mix, source, rung); points are of one half and the other in turns."""
    points, mixes = counted.shape[:2]
    none = np.zeros((points, mixes), dtype=np.int64)
    return WeightedWorlds(
        np.arange(points) % 2, none, none, counted, none.astype(float) if missed is None else missed
    )


def two_worlds() -> WeightedWorlds:
    """One world that expects 40 accounts, all children's, and one that expects 60, half of daily viewers."""
    counted = np.zeros((2, 1, 2, 3))
    counted[0, 0, 0, 0] = 40
    counted[1, 0, 1, [0, SAT_THROUGH]] = 30
    return weighted(counted)


def test_worlds_are_weighed_by_how_likely_they_print_the_number() -> None:
    """Two worlds, alike before, weigh as Poisson's law has it once 53 is known; both together are as likely as their mean."""
    both = two_worlds()
    likely = stats.poisson.pmf(SAID, [40, 60])
    assert both.given(SAID).ravel() == pytest.approx(likely / likely.sum())
    assert both.given(SAID, np.array([True, False])).ravel().tolist() == [1.0, 0.0]
    assert both.chance_of(SAID) == pytest.approx(likely.mean())
    assert both.share().ravel().tolist() == [0.0, 0.5]
    assert both.share(0).ravel().tolist() == [1.0, 0.0]


def test_compositions_print_the_number_and_have_the_right_mean() -> None:
    """Every world drawn has exactly 53 accounts, and their mean by kind is that of the weights."""
    both = two_worlds()
    _, drawn_ = both.compositions(SAID, 4_000, seed=3)
    assert (drawn_.counted.sum(axis=(1, 2)) == SAID).all()
    weight = both.given(SAID).ravel()
    assert drawn_.counted[:, 0].sum(axis=1).mean() == pytest.approx(SAID * weight[0], abs=0.1)
    assert drawn_.daily_viewers.mean() == pytest.approx(SAID * weight[1] / 2, abs=0.5)


def test_very_unlikely_numbers_still_weigh_worlds() -> None:
    """Where no world is likely to print it the weights still sum to 1, on the likeliest."""
    counted = np.zeros((2, 1, 1, 3))
    counted[:, 0, 0, 0] = [1e-3, 2e-3]
    weights = weighted(counted).given(SAID).ravel()
    assert weights.sum() == pytest.approx(1)
    assert weights[1] == pytest.approx(1)


def made_up(points: int, mixes: int, seed: int, *, shift: float = 0.0) -> WeightedWorlds:
    """Worlds that expect some 10 to 300 accounts, of which a random share are daily viewers, in one half fewer by a shift."""
    rng = np.random.default_rng(seed)
    expected = np.exp(rng.normal(4, 0.8, (points, mixes)))
    logit = rng.normal(-0.5, 1.0, (points, mixes)) - shift * (np.arange(points) % 2)[:, None]
    share = 1 / (1 + np.exp(-logit))
    counted = np.zeros((points, mixes, 1, 3))
    counted[:, :, 0, SAT_THROUGH], counted[:, :, 0, 0] = expected * share, expected * (1 - share)
    return weighted(counted)


@pytest.mark.statistics
def test_planted_truths_are_found_as_often_as_is_said() -> None:
    """Where both halves are worlds of one kind the intervals hold what they say, and ranks are even over the tenths.

    600 plants from the prior: an interval that is right lies within four standard deviations, some 5 to 8 %, in all but
    one of ten thousand seeds; the seed was fixed beforehand.
    """
    worlds = made_up(240, 8, seed=11)
    plants = planted(worlds, range(20, 101), 600, seed=11)
    for one in plants.coverage(0):
        assert abs(one.found - one.nominal) < 4 * np.sqrt(one.nominal * (1 - one.nominal) / 600)
        assert one.low < one.found < one.high
    ranks = plants.histogram(0)
    assert ranks.sum() == len(plants.point) == 600
    assert abs(ranks - 60).max() < 4 * np.sqrt(60)
    assert [one.tolist() for _, one in plants.leaders()] == [[True] * 600]


@pytest.mark.statistics
def test_planted_truths_are_missed_by_what_is_wrong() -> None:
    """Where the other half is of another kind the check notices: intervals meant to hold nine of ten hold far fewer."""
    worlds = made_up(240, 8, seed=12, shift=2.5)
    found = {
        one.nominal: one.found for one in planted(worlds, range(20, 101), 600, seed=12).coverage(0)
    }
    assert found[0.9] < 0.75


def test_no_world_prints_it_and_nothing_is_told() -> None:
    """Without a world that prints such a number no coverage is told."""
    assert planted(two_worlds(), range(5_000, 6_000), 10, seed=1).coverage(0) == ()


@pytest.mark.statistics
def test_monte_carlo_errors_are_those_of_other_points() -> None:
    """The error told of an end is as large as that end differs over forty sets of other points."""
    ends, errors = [], []
    for seed in range(40):
        drawn_ = made_up(60, 4, seed=seed).compositions(SAID, 2_000, seed)[1]
        ends.append(np.quantile(drawn_.daily_viewers, 0.95))
        errors += quantile_errors(drawn_.daily_viewers, drawn_.point, [0.95])
    assert 0.5 < np.mean(errors) / np.std(ends) < 2


# --- Which guess moves the answer ---


def of_one_rate(seed: int) -> tuple[Blocks, WeightedWorlds]:
    """Worlds of children whose number is known, and of fans whose rate may be 1 or 100 in a million, who all sit through it."""
    rate = Parameter("actors.fan.rate", RATE, "a fan", "", "guess", 1e-5, 1e-6, 1e-4, (0, 1), "log")
    quiet = Parameter("a.b", SIMULATED, "a: b", "", "guess", 1, 0, 2, (-9, 9), "linear")
    ranges = {SIMULATED: (quiet,), POPULAR: (), RATE: (rate,)}
    values = {
        SIMULATED: drawn([quiet], 40, seed),
        POPULAR: np.zeros((1, 0)),
        RATE: drawn([rate], 200, seed),
    }
    rows = np.random.default_rng(seed).integers(0, 200, (40, 50))
    counted = np.zeros((40, 50, 2, 3))
    counted[:, :, 0, 0], counted[:, :, 1, SAT_THROUGH] = 40, 5e5 * values[RATE][rows, 0]
    none = np.zeros((40, 50), dtype=np.int64)
    return Blocks(ranges, values), WeightedWorlds(
        np.arange(40) % 2, none, rows, counted, none * 0.0
    )


def test_the_guess_that_moves_the_answer_is_named() -> None:
    """The rate of fans explains nearly all of the daily viewers, the other setting no more than noise; more fans, more viewers."""
    first, second = influences(*of_one_rate(3), SAID, 3)
    assert first.setting.path == "actors.fan.rate"
    assert first.index > 0.8 > second.index
    assert second.index <= second.by_chance < first.index
    assert first.if_low[2] < first.if_high[0] + 5
    assert sum(first.tenths) == pytest.approx(1)
    assert first.given[1] > first.believed[1]


def test_settings_that_only_seem_to_move_the_answer_are_left_out() -> None:
    """Of two settings the one is told that explains more than chance gives any; the sentence counts the other."""
    found = SimpleNamespace(
        influences=influences(*of_one_rate(3), SAID, 3), other_priors=[], not_varied=()
    )
    told = sensitivity(cast("Posterior", found))
    assert [one.path for one in told.beliefs] == ["actors.fan.rate"]
    assert "some of the 1 others" in told.sentence
    found.influences = found.influences[1:]
    told = sensitivity(cast("Posterior", found))
    assert (told.beliefs, told.sentence[:8]) == ((), "No guess")


def test_another_prior_of_a_rate_moves_the_answer() -> None:
    """With an upper end ten times lower or higher the 95 % point falls, or rises as far as 53 and the others let it."""
    blocks, worlds = of_one_rate(3)
    found = {one.times_high: one for one in other_priors(blocks, worlds, ("child", "fan"), SAID, 3)}
    highs = [found[times].daily_viewers[2] for times in (0.1, 1.0, 10.0, 100.0)]
    assert highs[0] < highs[1] <= highs[2] + 2
    assert (
        found[1.0].daily_viewers[2]
        == influence_.Answers.of(worlds, SAID, 3).under(worlds.given(SAID))[2]
    )
    assert found[10.0].setting.high == pytest.approx(1e-3)


# --- Priors that are stated ---


def asked_with(*priors: str, **settings: object) -> dict[str, Parameter]:
    """The ranges of the claim with priors of its own, by path."""
    question = ask(
        load(
            "christmas-prince",
            installed(),
            {f"actors.{name}.rate": one for name, one in settings.items()},
        )
    )
    return {
        one.path: one
        for one in parameters_of(replace(question, claim=replace(question.claim, priors=priors)))
    }


def test_a_stated_prior_comes_before_the_plausible_range() -> None:
    """--prior gives the 5 % and 95 % points of a setting; everything else stays."""
    found, usual = asked_with("actors.devoted_fan.rate=1e-6:1e-2"), asked_with()
    fans = found["actors.devoted_fan.rate"]
    assert fans.at(np.array([0.05, 0.95])).tolist() == pytest.approx([1e-6, 1e-2])
    assert {path for path, one in found.items() if one != usual[path]} == {fans.path}


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (
            "actors.devoted_fans.rate=1e-6:1e-2",
            "no setting that is varied here. Did you mean actors.devoted_fan.rate?",
        ),
        ("actors.devoted_fan.rate=1e-2", "takes PATH=LOW:HIGH"),
        ("actors.devoted_fan.rate=1e-2:1e-6", "must rise"),
        ("actors.devoted_fan.rate=0.1:7", "within 0 to 1"),
        ("actors.devoted_fan.rate=0:0.1", "without the ends"),
    ],
)
def test_priors_that_cannot_be_believed_are_refused(said: str, why: str) -> None:
    """A prior of an unknown setting, of another form, or outside of what is allowed says what is wrong."""
    with pytest.raises(InputError, match=re.escape(why)):
        asked_with(said)


def test_a_rate_that_is_set_moves_its_prior() -> None:
    """Ten times as many fans as usual move both ends of what is believed of them to as many times as much, on its scale."""
    usual, moved = (
        one["actors.devoted_fan.rate"] for one in (asked_with(), asked_with(devoted_fan=3e-4))
    )
    onto = usual.onto(np.array([usual.low, usual.stated, usual.high]))
    assert moved.onto(np.array([moved.low, moved.stated, moved.high])) - onto == pytest.approx(
        np.full(3, (moved.onto(np.array([3e-4])) - usual.onto(np.array([usual.stated])))[0])
    )


def test_how_far_a_rank_may_be_off_is_a_setting_of_the_claim() -> None:
    """The rank of the film lies within a factor that the claim states."""
    path = 'titles."A Christmas Prince".popularity_rank'
    wider = replace(PRINCE, claim=replace(PRINCE.claim, facts_off_by=10))
    for question, factor in ((PRINCE, 3), (wider, 10)):
        one = {one.path: one for one in parameters_of(question)}[path]
        assert (one.low, one.high) == pytest.approx((one.stated / factor, one.stated * factor))


def test_weights_are_products_of_what_they_are_made_of() -> None:
    """A home stands for its weight times its rate's part of the gate, times how often the title is picked, times the scale."""
    seen = Outcomes(
        np.array([5, 6]), np.array([0, 1]), np.array([0, 1]), np.array([0, 1]), np.array([1.0, 3.0]), np.array([True, True]),
        np.array([0, 0]),
    )  # fmt: skip
    picked = np.array([[[[2.0, 1.0], [1.0, 0.5]]], [[[1.0, 1.0], [1.0, 1.0]]]])
    importance = ImportanceWeights(np.array([[0.1, 0.2]]), picked, np.array([10.0, 20.0]))
    none = np.zeros(1, dtype=np.int64)
    assert importance.of(seen, 0, none, none).tolist() == [[0.1 * 2 * 1 * 10, 0.2 * 0.5 * 3 * 10]]
    assert importance.of(seen, 1, none, none).tolist() == [
        [0.1 * 1 * 20, pytest.approx(0.2 * 3 * 20)]
    ]
    many = mix([seen], np.array([0]), importance, 2, 4_000, seed=5)
    assert many.counted.mean(axis=(0, 1))[:, 0] == pytest.approx([2.0, 3.0], rel=0.1)
    assert many.expected.std() == pytest.approx(
        np.hypot(2.0, 3.0), rel=0.1
    )  # what one home tells is as vague as itself


def test_what_crowds_fill_by_chance_is_added() -> None:
    """What the gates let in counts by the rate of each mix, for its own popularity: there daily, and never one person."""
    none = Outcomes(*(np.zeros(0, dtype=kind) for kind in (int, int, int, int, float, bool, int)))
    thinning, picked = np.array([[0.5, 0.25], [1.0, 0.5]]), np.ones((2, 2, 1, 1))
    by_chance = np.array([[[0.0, 8.0], [0.0, 80.0]]])
    importance = ImportanceWeights(thinning, picked, np.array([1.0, 1.0]), by_chance)
    worlds = mix([none], np.array([0]), importance, 2, 40, seed=5)
    for mixed in range(40):
        expected = by_chance[0, worlds.popular[0, mixed], 1] * thinning[worlds.rates[0, mixed], 1]
        assert worlds.counted[0, mixed].tolist() == [[0, 0, 0], [0, expected, 0]]
    assert set(worlds.expected.ravel().tolist()) == {2.0, 4.0, 20.0, 40.0}


# --- Nothing from nothing, and words that follow the odds ---


def test_a_number_that_no_world_prints_is_out_of_reach() -> None:
    """Worlds that expect 40 and 60 print 53; none of them prints 2 or 500."""
    assert [two_worlds().reaching(said) for said in (SAID, 40, 2, 500)] == [2, 2, 0, 0]


def test_nothing_is_concluded_from_a_number_that_no_world_prints() -> None:
    """The reason says what such worlds print, and how few print the number, instead of an interval for daily viewers."""
    basis = SimpleNamespace(weighted=two_worlds(), seed=1)
    many, few = (SimpleNamespace(basis=basis, said=said) for said in (5_300, 2))
    why = inference.out_of_reach(cast("Posterior", many))
    assert why.startswith("None of 2 worlds prints 5,300: nine in ten print 3")
    assert "fewer than one in a million would print 5,300 or more" in why
    assert "would print fewer than 2" in inference.out_of_reach(cast("Posterior", few))


def test_odds_are_those_of_bayes() -> None:
    """Counts that expect 40 or 60 come to 53 as Poisson's law has it, and an inventor to one in ninety."""
    found = two_worlds().odds(SAID, np.full(90, 1 / 90), range(10, 100))
    likely = stats.poisson.pmf(SAID, [40, 60]).mean()
    within = (stats.poisson.cdf(99, [40, 60]) - stats.poisson.cdf(9, [40, 60])).mean()
    assert found.times == pytest.approx(90 * likely / within)
    assert found.low < found.times < found.high


@pytest.mark.parametrize(
    ("times", "low", "high", "words"),
    [
        (1.1, 1.05, 1.3, "An invented 53 would look the same"),
        (2.9, 0.8, 5.0, "An invented 53 would look the same"),
        (2.9, 2.1, 4.0, "speaks a little for a count"),
        (40.0, 25.0, 60.0, "speaks strongly for a count"),
        (0.1, 0.05, 0.2, "speaks clearly for an invention"),
    ],
)
def test_words_follow_the_odds(times: float, low: float, high: float, words: str) -> None:
    """The sentence says for which of both the number speaks, and how much, by the nearest end of the interval."""
    said = of_odds(SAID, Odds(0.03, 0.011, times, low, high), low, high)
    assert words in said
    assert "They rest on the assumptions of these worlds." in said


# --- Indices ----------------------------------------------------------------------------------------------------------


@pytest.mark.statistics
def test_indices_find_what_matters() -> None:
    """Of 2 a + b + c, all alike, a explains four sixths, b and c a sixth each, and what has no part nothing."""
    values = np.random.default_rng(2).uniform(size=(960, 4))
    answers = 2 * values[:, 0] + values[:, 1] + values[:, 2]
    shares = [one.share for one in first_order(values, answers, float(answers.var()), seed=1)]
    assert shares == pytest.approx([4 / 6, 1 / 6, 1 / 6, 0], abs=0.06)
    halved = [one.share for one in first_order(values, answers, 2 * float(answers.var()), seed=1)]
    assert halved == pytest.approx([share / 2 for share in shares])


def test_indices_say_when_they_cannot_say() -> None:
    """An answer that never changes is moved by nothing; from a handful of points anything is possible."""
    values = np.random.default_rng(2).uniform(size=(64, 2))
    assert {one.high for one in first_order(values, np.ones(64), 1.0, seed=1)} == {0.0}
    assert {
        (one.low, one.high) for one in first_order(values[:20], values[:20, 0], 1.0, seed=1)
    } == {(0.0, 1.0)}


# --- Pools ------------------------------------------------------------------------------------------------------------

OTHERWISE = {
    "actors.background_tv.rate": 0.25, "actors.child_on_loop.rate": 0.4, "actors.devoted_fan.rate": 0.015,
    "actors.empty_room_protest.rate": 0.015, "actors.public_screen.rate": 0.015,
}  # fmt: skip
LONGER = {
    "actors.child_on_loop.spell_days": 30.0,
    "actors.background_tv.days": 0.6,
    "actors.devoted_fan.spell_days": 30.0,
}
LIKED = {'titles."A Christmas Prince".popularity_rank': 12, "world.decay_days": 30.0}


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.statistics
def test_a_pool_stands_for_worlds_that_were_never_swept() -> None:
    """Homes of a pool, by weights, are as many as a sweep of the other world finds, for every source, and so are counts.

    Other rates, another popularity, longer spells, all at once. Each source has some dozens to hundreds of homes; four
    standard deviations, fixed beforehand with the seed.
    """
    stated = raised()
    ranges = parameters_of(stated)
    lived = [one for one in ranges if one.part == SIMULATED]
    points = np.array([[LONGER.get(one.path, one.stated) for one in lived]])
    pool = propose(stated, ranges, points, HOMES, 1)
    point = Point(0, pool, OTHERWISE, LONGER, most_simulated=1_000_000)
    other = with_settings(stated, {**OTHERWISE, **LONGER, **LIKED})
    direct = qualified(other, find_candidates(other, HOMES, 1).household, 1_000_000)
    homes, names = qualified(point.question, pool.households, 1_000_000), sources(stated.scenario)
    shelf = times(
        parts(other, world_of(other.scenario)),
        parts(pool.question, world_of(pool.question.scenario)),
    )
    thin = np.array(
        [
            OTHERWISE.get(f"actors.{one}.rate", 1.0)
            / proposal_rates(ranges).get(f"actors.{one}.rate", 1.0)
            for one in names
        ]
    )
    weight = thin[homes.source] * shelf[homes.day, homes.country]
    expected, spread = (
        np.bincount(homes.source, power, len(names)) for power in (weight, weight**2 + weight)
    )
    found = np.bincount(direct.source, minlength=len(names))
    assert expected.sum() > 200
    assert (abs(found - expected) <= 4 * np.sqrt(spread + 1)).all(), (found, expected)
    seen = point.seen()
    counted = seen.take(seen.is_counted)
    likely = thin[counted.source] * shelf[counted.day, counted.country]
    tables = simulate(other, direct.household, HISTORY, 1)
    there = len(who(title_plays(lazily(tables), other.title), other, HEADLINE))
    assert abs(there - likely.sum()) <= 4 * np.sqrt((likely**2 + likely).sum())
    assert likely.sum() > 10


def test_a_pool_has_the_homes_of_every_point() -> None:
    """Whatever the rhythm of spells, and how many of them are about films, each home that may count at a point is in the pool."""
    question = raised()
    ranges = parameters_of(question)
    simulated = [one for one in ranges if one.part == SIMULATED]
    varied = [
        {"actors.background_tv.series": 0.5, "actors.child_on_loop.for_children": 0.2, "actors.devoted_fan.every_days": 40},
        {"actors.background_tv.series": 0.95, "actors.child_on_loop.for_children": 0.9, "actors.devoted_fan.every_days": 90},
    ]  # fmt: skip
    points = np.array([[at.get(one.path, one.stated) for one in simulated] for at in varied])
    heard: list[float] = []
    pool = propose(question, ranges, points, 1_500, 1, lambda done, of: heard.append(done / of))
    assert heard == sorted(heard)
    assert heard[-1] == 1
    for at in varied:
        other = with_settings(pool.question, at)
        every = qualified(other, find_candidates(other, 1_500, 1).household, 1_000_000)
        assert len(every) > 200
        assert np.isin(every.household, pool.households).all()


@pytest.mark.slow
def test_what_ties_nothing_is_not_lived_in_vain() -> None:
    """Every account that is counted among all homes that are tied at all is among those that a point lives."""
    question = raised()
    found = find_candidates(question, 1_500, 1)
    tied = found.household[found.days.any(axis=1)]
    tables = simulate(question, tied, HISTORY, 1)
    counted = households_of(
        question, who(title_plays(lazily(tables), question.title), question, HEADLINE)
    )
    assert len(counted) > 15
    assert np.isin(counted, qualified(question, tied, 1_000_000).household).mean() > 0.97


def test_effort_fits_the_service() -> None:
    """The service of the tweet has all of it; of one of 2,000 homes a tenth of the homes is looked at, none from scratch."""
    whole = InferenceEffort(from_scratch=4)
    assert whole.fitted(109_000_000) == whole
    few = whole.fitted(2_000)
    assert (few.homes, few.from_scratch, few.points) == (whole.homes // 10, 0, whole.points)
    assert few.steps < 0.7 * whole.steps


# --- The whole --------------------------------------------------------------------------------------------------------


BELIEVED = {
    "background_tv": (0.002, 0.02),
    "child_on_loop": (0.02, 0.1),
    "devoted_fan": (0.0003, 0.02),
    "empty_room_protest": (0.0005, 0.01),
    "public_screen": (0.00001, 0.0002),
    "reseller": (0.000001, 0.00001),  # the film is so popular that crowds would be most of all
}
"""What is believed of the small world, so that 53 is a number it prints; fans and children are what is likely."""
LOOPING = {"child_on_loop": (0.1, 0.5)}
"""Where children loop in most homes that have some, they are as likely."""


def within_reach(*, children_loop: bool = False) -> tuple[Question, list[Parameter]]:
    """The small world with rates in the middle of what is believed, and what is."""
    believed = BELIEVED | (LOOPING if children_loop else {})
    middle = {
        f"actors.{name}.rate": float(np.sqrt(low * high)) for name, (low, high) in believed.items()
    }
    question = with_settings(raised(), middle)
    known = {f"actors.{name}.rate": ends for name, ends in believed.items()}
    varied = parameters_of(question)
    return question, [one.between(*known.get(one.path, (one.low, one.high))) for one in varied]


@cache
def concluded(*, children_loop: bool = False) -> Posterior:
    """What 53 tells of a service of a million homes in the small world."""
    question, ranges = within_reach(children_loop=children_loop)
    return infer(question, SERVICE, effort=SMALL, ranges=ranges)


@pytest.mark.slow
def test_a_conclusion_has_what_the_page_needs() -> None:
    """It is plain JSON: every setting with its index, the posterior, what was likely before, coverage and sentences."""
    told = json.loads(json.dumps(plain(inference.inference_of(concluded())), allow_nan=False))
    assert len(told["settings"]) == len(parameters_of(concluded().basis.question))
    indices = [one["index"] for one in told["settings"]]
    assert indices == sorted(indices, reverse=True)
    assert told["given"] == SAID
    viewers = told["posterior"]["daily_viewers"]
    assert 0 <= viewers["low"] <= viewers["median"] <= viewers["high"] <= SAID
    assert len(viewers["draws"]) == 200
    assert sum(one["median"] for one in told["posterior"]["shares"]) + 0.5 > 0.9
    assert {one["nominal"] for one in told["coverage"]} == {0.5, 0.8, 0.9}
    assert 0.1 < told["invented"]["times"] < 10
    assert told["invented"]["low"] <= told["invented"]["times"] <= told["invented"]["high"]
    assert told["sentence"].startswith("In nine of ten worlds that print 53, between ")


@pytest.mark.slow
@pytest.mark.statistics
def test_worlds_from_scratch_count_what_weights_expect() -> None:
    """Six worlds of the prior, simulated as scenarios, count what weights expect of them, within three standard errors.

    They are chosen by other homes than those that the weights are of. The error of the sum is some sixth of it: weights that
    say half or twice as many would not pass.
    """
    made = from_scratch(
        concluded().basis, SERVICE, range(20, 300), ScratchEffort(6, 500_000, 2_500)
    )
    assert len(made.seeds) == len(made.counted) == 6
    assert all(one < 4_000 for one in made.simulated)
    assert sum(made.expected) > 50
    error = np.hypot.reduce(made.errors)
    assert error < sum(made.expected) / 4, made
    assert abs(sum(made.counted) - sum(made.expected)) < 3 * error, made


@pytest.mark.slow
@pytest.mark.long
def test_two_worlds_print_one_number_and_both_are_believed() -> None:
    """Two planted worlds, one mostly of children and one mostly of fans, that both print 53 lie inside the 90 % posterior.

    They are of homes that the posterior has not seen: those of the other half, which has another seed.
    """
    basis = concluded(children_loop=True).basis
    worlds, half = basis.weighted, basis.weighted.half
    _, believed = worlds.compositions(SAID, 4_000, 5, half == 0)
    place, planted = worlds.compositions(SAID, 4_000, 6, half == 1)
    assert (half[place // worlds.popular.shape[1]] == 1).all()
    accounts, known = planted.counted.sum(axis=2), believed.counted.sum(axis=2)
    for name in ("child_on_loop", "devoted_fan"):
        mostly = accounts[:, basis.sources.index(name)]
        truth = int(np.flatnonzero((mostly > SAID / 2) & (mostly < 0.6 * SAID))[0])
        for cause in ("child_on_loop", "devoted_fan"):
            low, high = np.quantile(known[:, basis.sources.index(cause)], [0.05, 0.95])
            assert low <= accounts[truth, basis.sources.index(cause)] <= high, (name, cause)
        low, high = np.quantile(believed.daily_viewers, [0.05, 0.95])
        assert low <= planted.daily_viewers[truth] <= high, name


@pytest.mark.slow
def test_a_world_that_is_shown_prints_the_number() -> None:
    """Lived again, the homes of a world that was drawn are all counted: exactly 53, none twice."""
    found = concluded()
    shown = found.draw()
    tables = simulate(shown.question, shown.households, HISTORY, 1, off=shown.off)
    counted = who(title_plays(lazily(tables), shown.question.title), shown.question, HEADLINE)
    assert len(shown.households) == len(np.unique(shown.households)) == len(counted) == SAID
    assert len(shown.causes) == SAID
    assert shown.settings.keys() == {
        one.path for own in found.basis.blocks.ranges.values() for one in own
    }
    assert (found.draw().households == shown.households).all()


@pytest.mark.slow
def test_worlds_of_the_slider_are_evenly_spaced() -> None:
    """They go from most children to most fans in even steps of fans less children, and say how common each is."""
    found = concluded()
    several = found.worlds(5)
    balance = [one.balance for one in several]
    assert [
        (one.shown.count("devoted_fan") - one.shown.count("child_on_loop")) / SAID
        for one in several
    ] == balance
    assert balance == pytest.approx(np.linspace(balance[0], balance[-1], 5), abs=0.05)
    assert balance[-1] - balance[0] > 0.2  # children seldom loop a film for adults
    assert sum(one.nearest for one in several) == pytest.approx(1)
    assert min(one.nearest for one in several) > 0
    assert {len(np.unique(one.shown.households)) for one in several} == {SAID}


@pytest.mark.slow
def test_the_world_shown_is_the_first_with_a_home_to_look_at() -> None:
    """It holds a home of the cause that is looked for, and says its turn, those passed over, and how common such are."""
    found = concluded()
    shown, chosen = found.draw_with("public_screen")
    worlds, place = found.basis.weighted, found.basis.sources.index("public_screen")
    drawn = (
        worlds.compositions(SAID, 3_000, found.basis.seed, worlds.half == 0)[1]
        .counted[:, place]
        .sum(axis=1)
    )
    assert shown.count("public_screen") > 0
    assert chosen.share == (drawn > 0).mean()
    assert 0 < chosen.share < 1
    assert chosen.turn == 1 + chosen.without + chosen.not_shown
    assert chosen.turn > 1
    assert "the first that has a home with a screen in a bar or shop" in chosen.in_words(SAID)
    plain, none = found.draw_with("nobody_knows")
    assert (plain.households == found.draw().households).all()
    assert (none.has_one, none.share) == (False, 0)


def test_how_the_world_was_chosen_is_said_openly() -> None:
    """One sentence names the turn and the share of worlds that have such a home; or that none was found."""
    words = Chosen(
        "child_on_loop", has_one=True, turn=3, without=2, not_shown=0, share=0.613
    ).in_words(SAID)
    assert words == (
        "Drawn from the posterior given exactly 53 under the headline definition; the first that has a home with a child "
        "on a loop, the 3rd of the draws; in 61 % of such worlds there is one."
    )
    missing = Chosen("child_on_loop", has_one=False, turn=1, without=0, not_shown=0, share=0.0021)
    assert (
        "the 1st of the draws, as none of those tried among the first 100 has a home with a child on a loop to show"
        in missing.in_words(SAID)
    )
    assert missing.in_words(SAID).endswith("in 0.21 % of such worlds there is one.")


@pytest.mark.slow
def test_workers_change_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two workers conclude the same as one, to the last digit, and progress never goes back and comes to its end.

    A run that goes on where another was stopped concludes the same, and neither seeks nor simulates what is kept.
    """
    effort = InferenceEffort(homes=4_000, points=4, shelves=3, rates=6, mixes=4, planted=4)
    heard: list[tuple[int, int]] = []
    question, ranges = within_reach()
    asked = {"effort": effort, "ranges": ranges}
    alone = infer(question, SERVICE, **asked, on_progress=lambda done, of: heard.append((done, of)))
    both = infer(question, SERVICE, **asked, workers=2, kept=Kept(tmp_path))
    assert inference.inference_of(both) == inference.inference_of(alone)
    assert Kept(tmp_path).is_begun
    for task in ("tied_homes", "Point"):
        monkeypatch.delattr(posterior_, task)
    (tmp_path / "point-3.npz").rename(tmp_path / "point-3.away")
    with pytest.raises(NameError, match="Point"):
        infer(question, SERVICE, **asked, kept=Kept(tmp_path))
    (tmp_path / "point-3.away").rename(tmp_path / "point-3.npz")
    went_on = infer(question, SERVICE, **asked, kept=Kept(tmp_path))
    assert inference.inference_of(went_on) == inference.inference_of(alone)
    assert [done for done, _ in heard] == sorted(done for done, _ in heard)
    assert heard[-1][0] == heard[-1][1]


def test_only_streaks_are_concluded_from() -> None:
    """A claim of another kind is refused, in words that say which it is."""
    year = load("year", installed())
    longest = next(one.name for one in year.claims if one.kind == "longest")
    with pytest.raises(
        InputError, match=r"is of kind longest; what a number tells is worked out for streaks"
    ):
        infer(ask(year, longest), 10)


@section
class Quiet(Actor):
    """Says nothing of what it keeps to."""

    rate: float = number(
        0.5, unit="share", allowed=(0, 1), low=0.1, high=0.9, source=GUESS, about="For a test."
    )


def test_silent_actors_are_named() -> None:
    """An actor of another package that says nothing of what it keeps to is named, with how to leave it out."""
    scenario = replace(PRINCE.scenario, actors={**PRINCE.scenario.actors, "quiet": Quiet()})
    with pytest.raises(
        InputError, match=r"with quiet: an actor that says nothing.*--without quiet"
    ):
        infer(replace(PRINCE, scenario=scenario), 10)
