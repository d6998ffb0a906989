"""Linkage: the attack on the Netflix Prize, and what it finds here against what was published."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from synthview.draws.chance import Stream
from synthview.privacy.attackers import ATTACKERS, PUBLISHED, Attacker, known_titles
from synthview.privacy.part import (
    Laboratory,
    LabSection,
    LabTable,
    NothingToMeasure,
    ShareFound,
    share_of,
    shown,
)
from synthview.privacy.points import PointTable
from synthview.privacy.scoring import ECCENTRICITY, KnownTitles, Match, Scoreboard
from synthview.privacy.sheet import OnSheet, on_sheet, sheet_table

__all__ = ["SECTION", "BySize", "Linkage", "Success", "measure"]

TARGETS = 400
"""So many accounts are attacked by each attacker."""
MOST_KNOWN = 8
SMALLER = (30, 10, 3)
"""Releases of one account of so many are attacked too."""
_BY_SIZE = (ATTACKERS[0].words, 2)
"""Whose attack is told by the size of the release: what is known, and of how many films."""


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
    successes = [
        one
        for each in ATTACKERS
        for one in _successes(
            lab,
            board,
            each,
        )
    ]
    sheet = on_sheet(board, lab.reviews) if lab.reviews else ()
    sizes = [one for part in SMALLER for one in _of_fewer(lab, part)]
    whole = [one for one in successes if (one.knows, one.known) == _BY_SIZE]
    sizes += [BySize(lab.points.accounts, one.named) for one in whole if one.named.of]
    return Linkage(
        lab.points.accounts,
        tuple(successes),
        tuple(sheet),
        tuple(sizes),
        REASONS,
    )


def _successes(lab: Laboratory, board: Scoreboard, attacker: Attacker) -> list[Success]:
    """Attack some accounts with 1, 2, … things known; wrong ones come last, so only with all."""
    stream = Stream(lab.seed, f"privacy/linkage/{attacker.words}")
    points = lab.points
    is_known = points.rank[points.title] >= attacker.beyond
    found: list[list[tuple[int, Match]]] = []
    for rows in points.chosen(
        stream,
        TARGETS,
        is_known,
        MOST_KNOWN,
    ):
        known = known_titles(points, rows, attacker, stream)
        found.append([(int(points.account[rows[0]]), one) for one in _step_by_step(board, known)])
    least = MOST_KNOWN if attacker.wrong else 1
    return [
        _success(
            attacker.words,
            number,
            [one[number - 1] for one in found],
        )
        for number in range(least, MOST_KNOWN + 1)
    ]


def _step_by_step(board: Scoreboard, known: KnownTitles) -> list[Match]:
    """The best record after each thing that is known."""
    board.clear()
    matches = []
    for title, stars, day in known.each():
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


def _of_fewer(lab: Laboratory, part: int) -> Iterator[BySize]:
    """Attack a release of one account of so many: the fewer there are, the fewer others fit."""
    points = first_accounts(lab.points, part)
    stream = Stream(lab.seed, f"privacy/linkage/size/{part}")
    board, everything = Scoreboard(points), np.ones(len(points.title), bool)
    found = []
    for rows in points.chosen(
        stream,
        TARGETS,
        everything,
        MOST_KNOWN,
    ):
        known = known_titles(points, rows[: _BY_SIZE[1]], ATTACKERS[0], stream)
        match = board.of(known)
        found.append(match.is_sure and match.account == int(points.account[rows[0]]))
    if found:
        yield BySize(points.accounts, share_of(sum(found), len(found)))


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
    sentences = [
        f"{one.named.share:.0%} ({one.named.low:.0%} to {one.named.high:.0%}) are found by "
        f"{one.known} ratings, {one.knows}; published: {one.published:.0%}."
        for one in found.successes
        if one.published is not None
    ]
    because = ["Why it differs:", *found.reasons] if sentences else []
    return "\n".join(
        [" ".join([f"Of {found.accounts:,} accounts:", *sentences]), " ".join(because)]
    )


def _tables(found: Linkage) -> Iterable[LabTable]:
    yield LabTable(
        "Beside the published figures (per cent, with 95 % intervals)",
        ["known", "ratings", "found", "another found", "published", "source"],
        [_beside(one, one.published) for one in found.successes if one.published is not None],
    )
    yield _by_number(found.successes)
    if found.sheet:
        yield sheet_table(found.sheet)
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
