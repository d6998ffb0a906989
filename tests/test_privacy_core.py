"""The privacy laboratory by hand: uniqueness counted on paper, the scoreboard beside a slow one, planted people found."""

from __future__ import annotations

from math import exp, log
from pathlib import Path

import numpy as np
import pytest

from synthview.errors import InputError, OutputError
from synthview.privacy.attackers import PUBLISHED
from synthview.privacy.linkage import measure as attacked
from synthview.privacy.opening import LabOrder, opened
from synthview.privacy.part import Laboratory
from synthview.privacy.points import PointTable
from synthview.privacy.prize.raters import STRANGERS, PrizeWorld, made
from synthview.privacy.prize.read_again import read_prize
from synthview.privacy.prize.reviews import IN_NO_RELEASE, reviews_of
from synthview.privacy.prize.settings import FILMS_OF_THE_PRIZE, RATERS_OF_THE_PRIZE, PrizeSettings
from synthview.privacy.prize.writing import write_prize
from synthview.privacy.scoring import UNKNOWN, KnownTitles, Scoreboard
from synthview.privacy.uniqueness import ANY_DAY, KnownOfPoints, fitting
from synthview.privacy.uniqueness import measure as uniqueness
from synthview.scenario.settings import GUESS, settings_of
from synthview.scenario.sources import source

A, B, C = range(3)
BY_HAND = [
    (0, A, 0),
    (0, B, 1),
    (1, A, 0),
    (1, C, 1),
    (2, A, 1),
    (2, B, 1),
    (3, A, 0),
    (3, B, 1),
    (3, C, 5),
]
"""Account, title, day."""


def silent(*_: object) -> None:
    """Hear of no progress."""


@pytest.fixture(scope="module")
def four() -> PointTable:
    """Four accounts with nine points, in an order that is not theirs."""
    account, title, day = np.array(BY_HAND[::-1]).T
    return PointTable.of(account, title, day, accounts=4, titles=3)


@pytest.fixture(scope="module")
def world() -> PrizeWorld:
    """The prize with few accounts and films."""
    return PrizeWorld(3, PrizeSettings(films=400, draws_median=40, reviewers=0.2), 500)


@pytest.fixture(scope="module")
def rated(world: PrizeWorld) -> PointTable:
    """The ratings of all of them."""
    return made(world, silent)


@pytest.mark.parametrize(
    ("account", "days_off", "expected"),
    [
        (0, 0, [3, 2]),  # A on day 0: accounts 0, 1, 3; B on day 1 as well: 0 and 3
        (0, 1, [4, 3]),  # account 2 has A a day later
        (0, ANY_DAY, [4, 3]),
        (1, 0, [3, 1]),  # nobody else has C on day 1
        (1, 4, [4, 2]),  # account 3 has it four days later
        (2, 0, [1, 1]),  # nobody else has A on day 1
    ],
)
def test_others_are_counted_as_on_paper(
    four: PointTable, account: int, days_off: int, expected: list[int]
) -> None:
    """How many accounts have the first point of an account, and the first two, is what one counts by hand."""
    rows = np.arange(9)[four.of_account(account)]
    marks = np.zeros(4, np.int16)
    assert fitting(four, rows, KnownOfPoints(days_off, with_stars=False), marks) == expected
    assert not marks.any()


def test_supports_and_ranks_are_as_on_paper(four: PointTable) -> None:
    """A title is as common as it has accounts; the commonest comes first."""
    assert four.support.tolist() == [4, 3, 2]
    assert four.rank.tolist() == [0, 1, 2]


def test_a_title_twice_on_a_day_is_one_point() -> None:
    """Plays of the same title on the same day are one thing that somebody may know."""
    twice = np.array([0, 0, 1])
    found = PointTable.of(twice, np.zeros(3, np.int64), np.zeros(3, np.int64), accounts=2, titles=1)
    assert found.counts.tolist() == [1, 1]


def slow_scores(points: PointTable, known: KnownTitles) -> list[float]:
    """The scoreboard as the paper writes it, one account and one title at a time."""
    scores = []
    rows = [
        (
            int(points.account[one]),
            int(points.title[one]),
            int(points.day[one]),
            int(points.stars[one]),
        )
        for one in range(len(points.title))
    ]
    support = {
        title: len({row[0] for row in rows if row[1] == title})
        for title in set(known.title.tolist())
    }
    for account in range(points.accounts):
        score = 0.0
        for title, stars, day in zip(
            known.title.tolist(), known.stars.tolist(), known.day.tolist(), strict=True
        ):
            for _, _, its_day, its_stars in (row for row in rows if row[:2] == (account, title)):
                likeness = exp(-abs(stars - its_stars) / 1.5) if stars != UNKNOWN else 0.0
                likeness += exp(-abs(day - its_day) / 30) if day != UNKNOWN else 0.0
                score += likeness / log(max(support[title], 2))
        scores.append(score)
    return scores


@pytest.mark.parametrize("unknown", ["nothing", "days", "stars"])
def test_the_scoreboard_is_that_of_the_paper(rated: PointTable, unknown: str) -> None:
    """Scores and eccentricity are those of a plain loop over the formula of the paper."""
    few = PointTable(
        rated.starts[:41],
        *(one[: rated.starts[40]] for one in (rated.title, rated.day, rated.stars)),
        titles=400,
    )
    own = few.of_account(7)
    title, day, stars = (one[own][:6].astype(np.int64) for one in (few.title, few.day, few.stars))
    known = KnownTitles(
        title,
        np.full(6, UNKNOWN) if unknown == "stars" else np.clip(stars + 1, 1, 5),
        np.full(6, UNKNOWN) if unknown == "days" else day + 9,
    )
    board, expected = Scoreboard(few), slow_scores(few, known)
    match = board.of(known)
    assert board.scores.tolist() == pytest.approx(expected)
    first, second = sorted(expected, reverse=True)[:2]
    assert match.eccentricity == pytest.approx((first - second) / np.std(expected))
    assert match.account == expected.index(first)


def test_equal_records_are_not_told_apart() -> None:
    """Where two records fit equally well none is named."""
    same = np.array([0, 1]), np.array([0, 0]), np.array([3, 3])
    board = Scoreboard(PointTable.of(*same, accounts=2, titles=1))
    match = board.of(KnownTitles(np.array([0]), np.array([UNKNOWN]), np.array([3])))
    assert (match.eccentricity, match.is_sure) == (0.0, False)


def test_planted_reviewers_are_found(world: PrizeWorld, rated: PointTable) -> None:
    """Who reviews all that they rated, with the same stars on the same day, is found for certain; truth says so."""
    board = Scoreboard(rated)
    reviews = reviews_of(world)
    able = [
        one
        for one in reviews.account[reviews.account != IN_NO_RELEASE].tolist()
        if rated.counts[one] >= 8
    ]
    assert len(able) > 30
    for account in able:
        own = rated.of_account(account)
        known = KnownTitles(
            *(one[own].astype(np.int64) for one in (rated.title, rated.stars, rated.day))
        )
        match = board.of(known)
        assert (match.account, match.is_sure) == (account, True)


def test_reviews_are_by_people_of_the_release_and_by_strangers(
    world: PrizeWorld, rated: PointTable
) -> None:
    """The truth of the sheet: most reviews are of films that the account rated, with stars at most one off; half are strangers."""
    reviews = reviews_of(world)
    here = reviews.account != IN_NO_RELEASE
    assert abs(here.sum() - (~here).sum()) <= 1
    stars = {
        (int(a), int(t)): int(s)
        for a, t, s in zip(rated.account, rated.title, rated.stars, strict=True)
    }
    said = [
        abs(stars[key] - star)
        for reviewer, film, star in zip(reviews.reviewer, reviews.film, reviews.stars, strict=True)
        if here[reviewer] and (key := (int(reviews.account[reviewer]), int(film))) in stars
    ]
    share = len(said) / here[reviews.reviewer].sum()
    assert 0.8 < share < 0.97
    assert np.mean(np.array(said) <= 1) > 0.97


def test_ratings_of_an_account_do_not_depend_on_others(world: PrizeWorld) -> None:
    """A smaller release is the beginning of a larger one, and an account alone has the ratings that it has among others."""
    some = np.array([5, 17, STRANGERS + 2])
    together, alone = world.ratings(some), world.ratings(some[1:2])
    own = together.account == 17
    for name in ("film", "day", "stars"):
        assert getattr(together, name)[own].tolist() == getattr(alone, name).tolist()


@pytest.mark.slow
def test_more_knowledge_finds_more(world: PrizeWorld, rated: PointTable) -> None:
    """Eight ratings with dates find nearly everybody, one finds few, and without dates fewer are found; so it is on the sheet."""
    found = attacked(Laboratory("prize", "", 3, rated, reviews=reviews_of(world)))
    share = {(one.knows, one.known): one.named.share for one in found.successes}
    assert share["dates ± 3 days", 8] > 0.98
    assert share["dates ± 3 days", 1] < 0.7
    assert share["no dates", 4] < share["dates ± 14 days", 4]
    assert found.sheet[0].named.share < found.sheet[-1].named.share
    assert all(one.misnamed.share < 0.2 for one in found.sheet)


@pytest.mark.slow
def test_uniqueness_grows_with_what_is_known(rated: PointTable) -> None:
    """The more points are known the more accounts are unique, and days single out more than titles and stars alone."""
    curves = {
        (one.knows, one.beyond): [share.share for share in one.unique]
        for one in uniqueness(Laboratory("", "", 1, rated)).curves
    }
    by_day, without = curves["title, stars, the day", 0], curves["title, stars, no day", 0]
    assert by_day == sorted(by_day)
    assert all(one >= other for one, other in zip(by_day, without, strict=True))
    assert by_day[1] > 0.95 > without[1]


def test_files_of_the_prize_say_the_same_again(
    world: PrizeWorld, rated: PointTable, tmp_path: Path
) -> None:
    """What is written in the Prize's layout is read as the same ratings, and the truth leads each reviewer to their account."""
    reviews = reviews_of(world)
    write_prize(world, rated, reviews, tmp_path / "out")
    points, told = read_prize(tmp_path / "out", silent)
    assert told is not None
    assert sorted(points.counts.tolist()) == sorted(one for one in rated.counts.tolist() if one)
    pairs = [
        (
            rated.title[rated.of_account(one)].tolist(),
            points.title[points.of_account(other)].tolist(),
        )
        for one, other in zip(reviews.account.tolist(), told.account.tolist(), strict=True)
        if one != IN_NO_RELEASE
    ]
    assert len(pairs) > 50
    assert all(one == other for one, other in pairs)
    assert (told.account == IN_NO_RELEASE).tolist() == (reviews.account == IN_NO_RELEASE).tolist()
    with pytest.raises(OutputError, match="is not empty"):
        write_prize(world, rated, reviews, tmp_path / "out")


def test_numbers_of_the_prize_have_their_sources() -> None:
    """Each setting is a guess or cites a fact; sizes and published successes are those of the list of sources."""
    for one in settings_of(PrizeSettings).values():
        assert one.source == GUESS or source(one.source).use == "fact", one.name
    assert [int(source(one).value) for one in ("R01", "R02")] == [
        RATERS_OF_THE_PRIZE,
        FILMS_OF_THE_PRIZE,
    ]
    shares = [PUBLISHED[f"dates ± {days} days, 2 films wrong", 8].share for days in (3, 14)]
    assert [float(source(one).value) / 100 for one in ("R09", "R08")] == shares


def test_every_setting_of_the_prize_is_in_its_guide() -> None:
    """The guide has a row for each setting, with its default and its source."""
    guide = (Path(__file__).parent.parent / "docs" / "privacy.md").read_text("utf-8")
    for one in settings_of(PrizeSettings).values():
        assert f"| `{one.name}` | {one.default:g} | {one.unit} | {one.source} |" in guide


def test_a_broken_file_of_the_prize_is_named(tmp_path: Path) -> None:
    """A film without a number, and a rating that is none, are errors that name the file."""
    place = tmp_path / "training_set" / "mv_0000001.txt"
    place.parent.mkdir()
    for text in ("7,5,2005-01-01\n", "1:\n7,five,2005-01-01\n", "1:\n7,5\n", "1:\n"):
        place.write_text(text)
        with pytest.raises(InputError, match=r"mv_0000001|has no ratings"):
            opened(LabOrder(str(tmp_path)), silent)
