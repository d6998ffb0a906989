"""What some people say in public about films that they also rated: the attacker's sheet."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synthview.draws.quantiles import Quantiles
from synthview.privacy.prize.raters import DAYS, STRANGERS, PrizeWorld, Ratings
from synthview.rows import Flags, Ints

__all__ = ["IN_NO_RELEASE", "Reviews", "reviews_of"]

IN_NO_RELEASE = -1
"""The account of a reviewer who is not in the release."""
_OTHER = 7
"""Draws for reviews of a film that was never rated begin here."""


@dataclass(frozen=True, eq=False)
class Reviews:
    """Reviews in the order of reviewers; `account` is the truth: whose account each reviewer has.

    A reviewer is a row of `account`, and `reviewer` the row of each review.
    """

    account: Ints
    reviewer: Ints
    film: Ints
    stars: Ints
    day: Ints

    def rows_of(self, reviewer: int) -> slice:
        """The rows of a reviewer."""
        ends = np.searchsorted(self.reviewer, [reviewer, reviewer + 1])
        return slice(int(ends[0]), int(ends[1]))


def reviews_of(world: PrizeWorld) -> Reviews:
    """Return the reviews by people of the release and by as many strangers as the settings say."""
    inside = np.arange(world.accounts)
    inside = inside[world.stream("reviewers").happens(inside, world.settings.reviewers)]
    count = round(len(inside) * world.settings.strangers)
    ids = np.concatenate([inside, STRANGERS + np.arange(count)])
    # Reviewers stand in an order that says nothing of who is in the release.
    ids = ids[np.argsort(world.stream("reviewers/order").bits(ids), kind="stable")]
    rated = world.ratings(ids)
    order = np.argsort(ids, kind="stable")
    reviewer = order[np.searchsorted(ids[order], rated.account)]
    is_said = _said(world, rated)
    account = np.where(ids < STRANGERS, ids, IN_NO_RELEASE)
    return _as_reviewed(
        world,
        rated,
        reviewer,
        is_said,
        account,
    )


def _said(world: PrizeWorld, rated: Ratings) -> Flags:
    """Which ratings are reviewed too: the first so many of each account in an order by chance."""
    stream = world.stream("reviews")
    most = 1 + stream.draw(rated.account, Quantiles.exponential(world.settings.reviews - 1))
    bits = stream.bits(rated.account, n=rated.film + 1)
    order = np.lexsort((bits, rated.account))
    account = rated.account[order]
    first = np.searchsorted(account, account)
    turn = np.empty(len(order), np.int64)
    turn[order] = np.arange(len(order)) - first
    return turn < most


def _as_reviewed(
    world: PrizeWorld, rated: Ratings, reviewer: Ints, is_said: Flags, account: Ints
) -> Reviews:
    """What the public reads, in the order of reviewers and days."""
    said = Ratings(
        rated.account[is_said],
        rated.film[is_said],
        rated.day[is_said],
        rated.stars[is_said],
    )
    reviewed = _otherwise(world, said)
    who = reviewer[is_said]
    order = np.lexsort((reviewed.day, who))
    return Reviews(
        account,
        reviewer=who[order],
        film=reviewed.film[order],
        stars=reviewed.stars[order],
        day=reviewed.day[order],
    )


def _otherwise(world: PrizeWorld, said: Ratings) -> Ratings:
    """Other stars, other days, and some films that were never rated but were out."""
    settings, stream = world.settings, world.stream("reviews/told")
    who, number = said.account, 4 * said.film
    apart = Quantiles.exponential(settings.days_apart)
    off = stream.draw(who, apart, n=number)
    is_later = stream.bits(who, n=number + 1) & np.uint64(1)
    sign = np.where(is_later, 1, -1)
    is_other = stream.happens(
        who,
        settings.other_stars,
        n=number + 2,
    )
    is_unrated = stream.happens(
        who,
        settings.unrated,
        n=number + 3,
    )
    other = stream.below(
        who,
        settings.films,
        n=-(_OTHER + said.film),
    )
    is_out = world.out[other] <= said.day
    return Ratings(
        who,
        film=np.where(
            is_unrated & is_out,
            other,
            said.film,
        ),
        day=np.clip(said.day + sign * off, 0, DAYS - 1),
        stars=np.clip(said.stars + sign * is_other, 1, 5),
    )
