"""Linkage: the attack on the Netflix Prize, and what it finds here against what was published."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from synthview.draws.chance import Stream
from synthview.privacy.part import (
    Laboratory,
    LabSection,
    LabTable,
    NothingToMeasure,
    ShareFound,
    share_of,
)
from synthview.privacy.points import PointTable
from synthview.privacy.prize.reviews import IN_NO_RELEASE, Reviews
from synthview.privacy.scoring import ECCENTRICITY, UNKNOWN, KnownTitles, Match, Scoreboard
from synthview.rows import Ints

__all__ = ["SECTION", "Attacker", "Linkage", "OnSheet", "Published", "Success", "measure"]

TARGETS = 400
"""So many accounts are attacked by each attacker."""
MOST_KNOWN = 8
WRONG = 2
REVIEW_STEPS = (1, 2, 4, 8, 16)
"""Reviewers are told apart by how many reviews they have written: from each of these on."""
SMALLER = (30, 10, 3, 1)
"""Releases of one account of so many are attacked: the last one is whole."""


@dataclass(frozen=True)
class Attacker:
    """What somebody knows of each film: its day within `days_off`, and its stars.

    Of all things known, `wrong` are of films that the account never rated. `beyond` says that no
    film is among so many that most accounts have rated.
    """

    days_off: int
    knows_stars: bool = True
    wrong: int = 0
    beyond: int = 0

    @property
    def words(self) -> str:
        """The same as people say it."""
        days = "no dates" if self.days_off == UNKNOWN else f"dates ± {self.days_off} days"
        told = [days, "" if self.knows_stars else "no stars"]
        told.append(f"{self.wrong} films wrong" if self.wrong else "")
        told.append(f"films beyond the first {self.beyond}" if self.beyond else "")
        return ", ".join(one for one in told if one)


ATTACKERS = (
    Attacker(3),
    Attacker(14),
    Attacker(3, wrong=WRONG),
    Attacker(14, wrong=WRONG),
    Attacker(14, knows_stars=False),
    Attacker(UNKNOWN),
    Attacker(UNKNOWN, beyond=100),
    Attacker(UNKNOWN, beyond=500),
)


@dataclass(frozen=True)
class Published:
    """A figure of the paper: the share of records that some knowledge finds."""

    words: str
    share: float
    source: str


_FIRST = "Narayanan and Shmatikov, arXiv:cs/0610105 (2006)"
_FINAL = "Narayanan and Shmatikov, IEEE S&P 2008, doi:10.1109/SP.2008.33"
PUBLISHED = {
    ("dates ± 3 days, 2 films wrong", 8): Published(
        "8 ratings of which 2 may be wrong, dates ± 3 days", 0.96, _FIRST
    ),
    ("dates ± 14 days, 2 films wrong", 8): Published(
        "8 ratings of which 2 may be wrong, dates ± 14 days", 0.99, _FINAL
    ),
    ("dates ± 3 days", 2): Published(
        "2 ratings, dates ± 3 days (68 % in the paper of 2008)", 0.64, _FIRST
    ),
}


REASONS = (
    "In a smaller release fewer others fit by chance (see the table by size).",
    "Here films are chosen by how well known they are and by two kinds that an account likes.",
    "Real tastes make people more alike, and some of them rarer.",
    "On how many days people rate is guessed, and decides how much a date tells.",
    "Those who rated fewer than eight films are not looked for.",
)
"""Why success in this world differs from what was published."""


@dataclass(frozen=True)
class Success:
    """How many of the accounts that were looked for are named, and how many others instead."""

    knows: str
    known: int
    named: ShareFound
    misnamed: ShareFound
    published: float | None
    source: str


@dataclass(frozen=True)
class OnSheet:
    """Reviewers with so many reviews: who is found in the release, and who is mistaken for one.

    `strangers` are those who have no account in the release, and are taken for one that is.
    """

    least: int
    most: int | None
    named: ShareFound
    misnamed: ShareFound
    strangers: ShareFound


@dataclass(frozen=True)
class BySize:
    """What the first attacker finds with two films, if the release has fewer accounts."""

    accounts: int
    named: ShareFound


@dataclass(frozen=True)
class Linkage:
    """Success by what is known, on the sheet of reviews, and by the size of the release."""

    accounts: int
    successes: tuple[Success, ...]
    sheet: tuple[OnSheet, ...]
    sizes: tuple[BySize, ...]
    reasons: tuple[str, ...]


def measure(lab: Laboratory) -> Linkage:
    """Attack with each kind of knowledge, and with the reviews.

    Raises NothingToMeasure where nobody rates with stars.
    """
    if not lab.has_stars:
        raise NothingToMeasure("nobody rates with stars in it; try synthview privacy prize")
    board = Scoreboard(lab.points)
    successes = [one for each in ATTACKERS for one in _successes(lab, board, each)]
    sheet = _on_sheet(board, lab.reviews) if lab.reviews else ()
    return Linkage(
        lab.points.accounts,
        tuple(successes),
        tuple(sheet),
        tuple(_by_size(lab)),
        REASONS,
    )


def _successes(lab: Laboratory, board: Scoreboard, attacker: Attacker) -> list[Success]:
    """Attack some accounts with 1, 2, … things known; wrong ones come last, so only with all."""
    stream = Stream(lab.seed, f"privacy/linkage/{attacker.words}")
    points = lab.points
    is_known = points.rank[points.title] >= attacker.beyond
    found: list[list[tuple[int, Match]]] = []
    for rows in points.chosen(stream, TARGETS, is_known, MOST_KNOWN):
        known = _known(points, rows, attacker, stream)
        found.append([(int(points.account[rows[0]]), one) for one in _step_by_step(board, known)])
    least = MOST_KNOWN if attacker.wrong else 1
    return [
        _success(attacker.words, number, [one[number - 1] for one in found])
        for number in range(least, MOST_KNOWN + 1)
    ]


def _known(points: PointTable, rows: Ints, attacker: Attacker, stream: Stream) -> KnownTitles:
    """What the attacker knows of some points of an account; the last ones are wrong."""
    account = points.account[rows].astype(np.int64)
    title, day, stars = (
        one[rows].astype(np.int64) for one in (points.title, points.day, points.stars)
    )
    for place in range(len(rows) - attacker.wrong, len(rows)):
        title[place], day[place], stars[place] = _wrong(points, account[:1], place, stream)
    return KnownTitles(
        title,
        stars if attacker.knows_stars else np.full_like(stars, UNKNOWN),
        _roughly(account, title, day, attacker.days_off, stream),
    )


def _roughly(account: Ints, title: Ints, day: Ints, off: int, stream: Stream) -> Ints:
    """Days that are wrong by so many at most, each way as likely; or that nobody knows."""
    if off == UNKNOWN:
        return np.full_like(day, UNKNOWN)
    shift = stream.below(account, 2 * off + 1, n=-100 - title) - off
    return np.maximum(day + shift, 0)


def _wrong(points: PointTable, account: Ints, place: int, stream: Stream) -> tuple[int, int, int]:
    """A film that the account never rated, and a day and stars by chance."""
    title = _never_rated(points, int(account[0]), place, stream)
    days = int(points.day.max()) + 1
    day = stream.below(account, days, n=-10 - place)
    stars = 1 + stream.below(account, 5, n=-20 - place)
    return title, int(day[0]), int(stars[0])


def _never_rated(points: PointTable, account: int, place: int, stream: Stream) -> int:
    """A film that an account did not rate, as likely as the films that people do rate."""
    own = points.title[points.of_account(account)]
    for turn in range(100):
        number = 1 + place * 100 + turn
        row = int(stream.below(np.array([account]), len(points.title), n=-1_000 - number)[0])
        if int(points.title[row]) not in own:
            break
    else:
        row = 0
    return int(points.title[row])


def _step_by_step(board: Scoreboard, known: KnownTitles) -> list[Match]:
    """The best record after each thing that is known."""
    board.clear()
    matches = []
    things = zip(known.title.tolist(), known.stars.tolist(), known.day.tolist(), strict=True)
    for title, stars, day in things:
        board.add(title, stars, day)
        matches.append(board.match())
    return matches


def _success(knows: str, known: int, found: Sequence[tuple[int, Match]]) -> Success:
    """Count who is named and who is named instead of another."""
    sure = [(account, one.account) for account, one in found if one.is_sure]
    right = sum(account == named for account, named in sure)
    published = PUBLISHED.get((knows, known))
    return Success(
        knows,
        known,
        named=share_of(right, len(found)),
        misnamed=share_of(len(sure) - right, len(found)),
        published=published.share if published else None,
        source=f"{published.words}: {published.source}" if published else "",
    )


def _on_sheet(board: Scoreboard, reviews: Reviews) -> list[OnSheet]:
    """Attack every reviewer of the sheet."""
    counts = np.bincount(reviews.reviewer, minlength=len(reviews.account))
    named = np.full(len(counts), IN_NO_RELEASE)
    for reviewer in np.flatnonzero(counts).tolist():
        rows = reviews.rows_of(reviewer)
        match = board.of(KnownTitles(reviews.film[rows], reviews.stars[rows], reviews.day[rows]))
        if match.is_sure:
            named[reviewer] = match.account
    ends = [*(one - 1 for one in REVIEW_STEPS[1:]), None]
    found = []
    for least, most in zip(REVIEW_STEPS, ends, strict=True):
        is_in = (counts >= least) & (counts <= (most or counts.max(initial=0)))
        found.append(_of_reviewers(reviews.account[is_in], named[is_in], least, most))
    return found


def _of_reviewers(account: Ints, named: Ints, least: int, most: int | None) -> OnSheet:
    """Compare whom the attack named with the truth."""
    is_here, is_named = account != IN_NO_RELEASE, named != IN_NO_RELEASE
    is_right = is_here & (account == named)
    is_other = is_here & is_named & ~is_right
    here, elsewhere = int(is_here.sum()), int((~is_here).sum())
    return OnSheet(
        least,
        most,
        named=share_of(int(is_right.sum()), here),
        misnamed=share_of(int(is_other.sum()), here),
        strangers=share_of(int((is_named & ~is_here).sum()), elsewhere),
    )


def _by_size(lab: Laboratory) -> list[BySize]:
    """Attack releases of fewer accounts: the more there are, the more others fit."""
    found = []
    for part in SMALLER:
        points = lab.points if part == 1 else first_accounts(lab.points, part)
        stream = Stream(lab.seed, f"privacy/linkage/size/{part}")
        board, right, of = Scoreboard(points), 0, 0
        everything = np.ones(len(points.title), bool)
        for rows in points.chosen(stream, TARGETS, everything, MOST_KNOWN):
            match = board.of(_known(points, rows[:2], ATTACKERS[0], stream))
            right += match.is_sure and match.account == int(points.account[rows[0]])
            of += 1
        if of:
            found.append(BySize(points.accounts, share_of(right, of)))
    return found


def first_accounts(points: PointTable, part: int) -> PointTable:
    """Return the points of the first accounts, one of so many."""
    count = points.accounts // part
    stop = int(points.starts[count])
    return PointTable(
        points.starts[: count + 1],
        points.title[:stop],
        points.day[:stop],
        points.stars[:stop],
        points.titles,
    )


def _sentence(found: Linkage) -> str:
    told = [
        f"{one.named.share:.0%} ({one.named.low:.0%} to {one.named.high:.0%}) are found by "
        f"{one.known} ratings, {one.knows}; published: {one.published:.0%}."
        for one in found.successes
        if one.published is not None
    ]
    because = ["Why it differs:", *found.reasons] if told else []
    return "\n".join([" ".join([f"Of {found.accounts:,} accounts:", *told]), " ".join(because)])


def _tables(found: Linkage) -> Iterable[LabTable]:
    yield LabTable(
        "Beside the published figures (per cent, with 95 % intervals)",
        ["known", "ratings", "found", "another found", "published", "source"],
        [_beside(one, one.published) for one in found.successes if one.published is not None],
    )
    yield _by_number(found.successes)
    if found.sheet:
        yield _sheet_table(found.sheet)
    yield LabTable(
        "By the size of the release: 2 ratings, dates ± 3 days",
        ["accounts", "found"],
        [[f"{one.accounts:,}", shown(one.named)] for one in found.sizes],
    )


def _beside(one: Success, published: float) -> list[str]:
    """A row of what is found beside what was published."""
    return [
        one.knows,
        f"{one.known}",
        shown(one.named),
        shown(one.misnamed),
        f"{100 * published:.0f}",
        one.source,
    ]


def _by_number(successes: Sequence[Success]) -> LabTable:
    """A row for each attacker, and a column for each number of films."""
    by_words: dict[str, dict[int, str]] = {}
    for one in successes:
        by_words.setdefault(one.knows, {})[one.known] = shown(one.named)
    return LabTable(
        "Per cent found by what is known of so many films",
        ["known", *(f"{number}" for number in _NUMBERS)],
        [
            [words, *(cells.get(number, "") for number in _NUMBERS)]
            for words, cells in by_words.items()
        ],
    )


_NUMBERS = range(1, MOST_KNOWN + 1)


def shown(share: ShareFound) -> str:
    """Write a share as per cent with its interval."""
    if not share.of:
        return "nobody"
    return f"{100 * share.share:.0f} ({100 * share.low:.0f}–{100 * share.high:.0f})"


def _from_to(one: OnSheet) -> str:
    """How many reviews they have written, in words."""
    if one.most is None:
        return f"{one.least} or more"
    return f"{one.least}" if one.least == one.most else f"{one.least} to {one.most}"


def _sheet_table(sheet: Sequence[OnSheet]) -> LabTable:
    head = ["reviews", "reviewers in it", "found", "another found", "strangers", "taken for one"]
    rows = [
        [
            _from_to(one),
            f"{one.named.of:,}",
            shown(one.named),
            shown(one.misnamed),
            f"{one.strangers.of:,}",
            shown(one.strangers),
        ]
        for one in sheet
    ]
    return LabTable("On the sheet of public reviews, with wrong dates and stars", head, rows)


SECTION = LabSection(
    name="linkage",
    title="The attack on the Prize",
    about="A record is named if its score is ahead of the next by more than "
    f"{ECCENTRICITY} standard deviations of all scores (Narayanan and Shmatikov 2008).",
    kind=Linkage,
    measure=measure,
    sentence=_sentence,
    tables=_tables,
)
