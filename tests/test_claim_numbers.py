"""Numbers and how sure they are: what the short cut may miss, ranges of worlds, intervals of samples."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from claims_log import FILM, log_of, question

from synthview.claims.counting.intervals import wilson
from synthview.claims.counting.ranges import range_of
from synthview.claims.counting.title_plays import title_plays
from synthview.claims.question import Question, ask
from synthview.claims.sections import alternatives, number
from synthview.claims.sections.causes import _share, _signed
from synthview.claims.sections.inference import VariedSetting
from synthview.claims.sections.knowledge import assumed
from synthview.claims.sections.number import _estimated
from synthview.claims.sections.section import LeftOut
from synthview.claims.simulation.bound import SampledHomes, _small, sample, shortcut
from synthview.claims.simulation.by_chance import Chances
from synthview.claims.simulation.candidates import find_candidates, left_to_chance
from synthview.claims.simulation.estimates import EstimatedNumber, _scaled, sized
from synthview.claims.simulation.simulate import lazily
from synthview.claims.study import Effort, Study
from synthview.registry import installed
from synthview.scenario import load


@pytest.mark.parametrize(
    ("number", "words"),
    [(2.34, "about 2.3 accounts"), (1 / 81_226.5, "no account, but for a chance of 1 in 81,226"), (0.0, "no account to speak of")],
)  # fmt: skip
def test_how_many_are_missed_is_said_in_words(number: float, words: str) -> None:
    """Whatever the bound, the words end a sentence."""
    assert _small(number) == words


def test_a_bound_is_no_more_than_the_homes_left_out() -> None:
    """However little a sample tells, no more accounts can be missed than homes are not simulated."""
    asked = question(households=100)
    tied = find_candidates(asked, 100, 1)
    told = shortcut(asked, tied, sample(asked, 1, 1))
    assert told.missed_at_most is not None
    assert 1 < told.missed_at_most <= 100 - len(tied.household)


def test_homes_that_are_tied_for_too_short_are_reckoned() -> None:
    """Each of those that are left out is as likely to fill its other days as the sample has it, and the answer says how many those are."""
    asked = question(households=300)
    tied = find_candidates(asked, 300, 1).take(slice(0, 0))
    chance = np.tile([1.0, 0.2, 0.1, 0.01], (20, 1))
    drawn = SampledHomes(
        np.arange(20),
        300,
        title_plays(lazily(log_of([])), FILM),
        Chances(np.arange(20), chance, (chance,)),
    )
    usual, more = shortcut(asked, tied, drawn), shortcut(asked, tied, drawn, 0.0, [1] * 90)
    assert usual.missed == pytest.approx(300 * 0.1)
    assert more.missed == pytest.approx(300 * 0.1 + 90 * 0.2)
    assert usual.missed_at_most is not None
    assert more.missed_at_most is not None
    assert usual.missed < usual.missed_at_most < more.missed_at_most - 90 * 0.2
    assert "for long. Any other would have to fill at least 1 day by chance" in more.sentence
    assert left_to_chance(question(18), np.array([0, 5, 12])).tolist() == [17, 7, 0]


@pytest.mark.parametrize("worlds", [1, 20])
@pytest.mark.parametrize("mean", [1, 53])
def test_nine_in_ten_further_worlds_lie_in_the_range(mean: int, worlds: int) -> None:
    """Of worlds drawn by Poisson's law the range told of some holds about nine in ten of others."""
    rng = np.random.default_rng(1)
    known, other = rng.poisson(mean, (2_000, worlds)), rng.poisson(mean, 2_000)
    ranges = [range_of(row) for row in known.tolist()]
    inside = sum(
        low <= one <= high for (low, high), one in zip(ranges, other.tolist(), strict=True)
    )
    assert 0.87 < inside / 2_000 < 0.99


@pytest.mark.parametrize(
    ("values", "expected"), [([0], (0, 2)), ([0] * 20, (0, 0)), ([5_000], (4_837, 5_166))]
)
def test_ranges_of_nobody_and_of_many(values: list[int], expected: tuple[int, int]) -> None:
    """One world with nobody does not rule out others with one or two; big counts have twice the variance of one world."""
    assert range_of(values) == expected


def test_signed_shares_lie_in_their_ranges() -> None:
    """A cause that takes accounts out has a range below nothing, of few worlds or of many."""
    for worlds in (1, 5, 20):
        told = _share("lost_events", [-3.0] * worlds)
        assert told.low <= told.share == -3 <= told.high <= 0


def one_day(households: int = 10_000) -> Question:
    """How many have a film on one day, asked of so many homes."""
    return ask(load("year", installed(), {"run.households": households}), "3,749 people on the day")


@pytest.mark.parametrize("count", [0, 1, 7, 40])
def test_accounts_of_a_sample_have_an_interval_that_never_shrinks_to_nothing(count: int) -> None:
    """By Wilson's interval: never of no width but where all homes are simulated, and within those seen and all but those not."""
    value, low, high = _scaled(one_day(), np.ones(count), 40)
    assert value == count * 250
    assert count <= low <= value <= high <= 10_000 - (40 - count)
    assert high - low > 500
    assert _scaled(one_day(40), np.ones(count), 40) == (count, count, count)


def plays_of(households: int) -> Question:
    """How many plays of a film there were, asked of so many homes."""
    asked = one_day(households)
    return replace(asked, claim=replace(asked.claim, kind="count", of="plays"))


def test_a_mean_of_a_sample_is_sure_only_where_all_homes_are_lived() -> None:
    """One home is a number and no NaN, all homes have no interval, and a sample in which nobody plays is not sure of that."""
    assert _scaled(plays_of(1), np.array([3.0]), 1) == (3, 3, 3)
    assert _scaled(plays_of(40), np.array([3.0, 1.0]), 40) == (4, 4, 4)
    assert np.isfinite(_scaled(plays_of(9), np.array([3.0]), 1)).all()
    value, low, high = _scaled(plays_of(10_000), np.zeros(0), 300)
    assert (value, low) == (0, 0)
    assert 50 < high < 300


@pytest.mark.statistics
def test_intervals_of_rare_plays_hold_as_often_as_they_say() -> None:
    """Where one home in a hundred plays a film at all, nine in ten samples of 300 or more hold what is true."""
    rng, asked = np.random.default_rng(3), plays_of(100_000)
    held = 0
    for _ in range(400):
        found = (rng.poisson(1.5, rng.binomial(300, 0.01)) + 1).astype(np.float64)
        _, low, high = _scaled(asked, found, 300)
        held += low <= 0.01 * 2.5 * 100_000 <= high
    assert held >= 0.9 * 400


def test_one_home_is_not_told_as_many() -> None:
    """A count of one stands with the singular."""
    asked = question(households=1, **{"actors.shared_account.rate": 0})
    told = shortcut(asked, find_candidates(asked, 1, 1), sample(asked, 1, 1)).sentence
    assert "0 of 1 home are simulated" in told
    assert "1 home simulated in full" in told
    one = replace(find_candidates(asked, 1, 1), household=np.array([0]))
    assert shortcut(question(2), one, sample(asked, 1, 1)).sentence.startswith(
        "Only 1 of 1 home is simulated"
    )
    assert "at least 1 day by chance" in shortcut(question(2), one, sample(asked, 1, 1)).sentence
    assert _small(1.0) == "about 1 account"


@pytest.mark.slow
def test_a_bound_that_is_no_comfort_is_beside_the_range() -> None:
    """What a short cut may miss of a short streak is told beside the range, never in it, and what to do."""
    asked = question(2, households=80)
    found = number.measure(Study(asked, Effort(sample=15), lambda *_: None))
    assert found.shortcut is not None
    missed, count = found.shortcut.missed_at_most, found.number
    assert missed is not None
    assert missed > 1
    assert (count.low, count.high) == number.range_of([count.value])
    assert f"and up to {missed:,.0f} more that the short cut cannot exclude" in count.sentence
    assert "--exhaustive simulates every home" in found.shortcut.sentence


def test_a_sample_of_nobody_is_said_in_words() -> None:
    """A number from a sample without anybody is no number: the answer says so, and what to do."""
    nobody = EstimatedNumber(0.0, 0.0, 950.0, 40, "", ())
    assert _estimated(nobody, one_day(109_000_000)) == (
        "0 (none of 40 homes simulated; --sample more), with a 95 % interval of 0 to 950 (of the sample alone: settings stay as stated). "
        "The number published was 3,749. In a sample of 40 homes 3,749 accounts are 0.00138: to tell it within a third or so takes some "
        "870,000 homes, --sample 870000, or fewer --households."
    )


def test_a_sample_is_sized_to_the_claim() -> None:
    """Few accounts of very many with any title take ten times the usual sample, many of few no more, and one title none; nobody is exactly 0 at least."""
    asked = ((109_000_000, 40_000), (2_000_000, 16_000), (20_000, 4_000))
    of_any = [
        replace(one, claim=replace(one.claim, kind="count", title=""))
        for one in (one_day(homes) for homes, _ in asked)
    ]
    assert [sized(one, 4_000) for one in of_any] == [size for _, size in asked]
    assert sized(one_day(109_000_000), 4_000) == 4_000
    assert sized(ask(load("year", installed()), "60 movies"), 4_000) == 4_000
    assert (wilson(0, 4_000)[0], wilson(7, 7)[1]) == (0.0, 1.0)


def test_only_what_somebody_published_is_called_published() -> None:
    """A number with words or a source was published; without them it is one that is asked about, or none."""
    tweet = ask(load("christmas-prince", installed()))
    own = replace(tweet.claim, quote="", source="guess")
    told = {
        "The number published was 53.": (tweet.claim, replace(own, source="X01"), replace(own, quote="To the 53")),
        "The number asked about is 53.": (own,),
        "None was published.": (replace(own, said=0),),
    }  # fmt: skip
    for words, claims in told.items():
        assert {number._published(replace(tweet, claim=one)) for one in claims} == {words}


def test_a_run_of_few_days_has_no_other_numbers() -> None:
    """Where no run of days is longer than ordinary viewing has them, the section of other numbers is left out."""
    asked = question(3, "2017-11-19", 10, **{"run.days": 3})
    assert alternatives.measure(Study(asked, Effort(), lambda *_: None)) == LeftOut()


def test_a_share_is_said_as_the_chart_beside_it_says_it() -> None:
    """One number is never two: a sentence rounds as the page does, halves upwards, and a share below zero has a real minus."""
    assert [_signed(one) for one in (0.625, 1.6, -0.05, 12.0, 0.0)] == [
        "+0.63",
        "+1.6",
        "−0.05",
        "+12",
        "0",
    ]


def test_an_assumption_is_told_with_the_range_it_was_varied_over() -> None:
    """What stands under Assumed is the range of the inference, not the widest that a setting may have."""
    path = "actors.child_on_loop.rate"
    question = ask(load("christmas-prince", installed(), {}))
    varied = VariedSetting(path, "", "", 0.0125, 4321.5, "guess", 0.5, 0.4, 0.6, 0.0)
    told = assumed(question, [varied])
    assert [(one.path, one.range.split(" (")[0]) for one in told] == [(path, "0.013 to 4,322")]
