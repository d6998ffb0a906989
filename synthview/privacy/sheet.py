"""The sheet of public reviews: who of its reviewers is found in a release, and who is mistaken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from synthview.privacy.part import LabTable, ShareFound, share_of, shown
from synthview.privacy.prize.reviews import IN_NO_RELEASE, Reviews
from synthview.privacy.scoring import KnownTitles, Scoreboard
from synthview.rows import Ints

__all__ = ["OnSheet", "on_sheet", "sheet_table"]

REVIEW_STEPS = (1, 2, 4, 8, 16)
"""Reviewers are told apart by how many reviews they have written: from each of these on."""


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


def on_sheet(board: Scoreboard, reviews: Reviews) -> list[OnSheet]:
    """Attack every reviewer of the sheet."""
    counts = np.bincount(reviews.reviewer, minlength=len(reviews.account))
    named = np.full(len(counts), IN_NO_RELEASE)
    for reviewer in np.flatnonzero(counts).tolist():
        rows = reviews.rows_of(reviewer)
        match = board.of(
            KnownTitles(
                reviews.film[rows],
                reviews.stars[rows],
                reviews.day[rows],
            )
        )
        if match.is_sure:
            named[reviewer] = match.account
    ends = [*(one - 1 for one in REVIEW_STEPS[1:]), None]
    found = []
    for least, most in zip(
        REVIEW_STEPS,
        ends,
        strict=True,
    ):
        is_in = (counts >= least) & (counts <= (most or counts.max(initial=0)))
        found.append(
            _of_reviewers(
                reviews.account[is_in],
                named[is_in],
                least,
                most,
            )
        )
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


def _from_to(one: OnSheet) -> str:
    """How many reviews they have written, in words."""
    if one.most is None:
        return f"{one.least} or more"
    return f"{one.least}" if one.least == one.most else f"{one.least} to {one.most}"


def sheet_table(sheet: Sequence[OnSheet]) -> LabTable:
    """Return a row for each number of reviews."""
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
    return LabTable(
        "On the sheet of public reviews, with wrong dates and stars",
        head,
        rows,
    )
