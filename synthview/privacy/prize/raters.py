"""Star ratings of many accounts over seven years, made some thousand accounts at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import numpy as np

from synthview.callbacks import OnStage
from synthview.draws.arithmetic import exp
from synthview.draws.chance import Shares, Stream
from synthview.draws.quantiles import Quantiles
from synthview.privacy.points import PointTable
from synthview.privacy.prize.settings import PrizeSettings
from synthview.rows import Floats, Ints, children

__all__ = ["DAYS", "FIRST_DAY", "STRANGERS", "PrizeWorld", "Ratings", "made"]

FIRST_DAY = date(1998, 10, 1)
DAYS = (date(2005, 12, 31) - FIRST_DAY).days + 1
"""The days on which the ratings of the Prize were given."""
STRANGERS = 1 << 40
"""Ids of accounts that are not in the release begin here."""
_BLOCK = 8_192
_MOST_DRAWS = 40_000
_UNIT = 1 << 16
_LEVELS = (0.046, 0.147, 0.434, 0.770)
"""Of all ratings of the Prize, those with at most one, two, three and four stars."""
_NORMAL = Quantiles.normal(0, 1, unit=_UNIT)
_OLDEST = 80
"""No film is older, in years, than this when the service begins."""


@dataclass(frozen=True, eq=False)
class Ratings:
    """Ratings in the order of accounts and films: one row each, of account ids."""

    account: Ints
    film: Ints
    day: Ints
    stars: Ints


@dataclass(frozen=True, eq=False)
class PrizeWorld:
    """The scenario `prize`: its films, and a way to the ratings of any accounts."""

    seed: int
    settings: PrizeSettings
    accounts: int

    def stream(self, name: str) -> Stream:
        """The draws of one kind of decision."""
        return Stream(self.seed, f"prize/{name}")

    @cached_property
    def place(self) -> Ints:
        """The rank of each film by how well known it is, from 0."""
        order = np.argsort(self.stream("films/rank").bits(np.arange(self.settings.films)))
        place = np.empty(len(order), np.int64)
        place[order] = np.arange(len(order))
        return place

    @cached_property
    def kind(self) -> Ints:
        """The kind of each film."""
        films = np.arange(self.settings.films)
        return self.stream("films/kind").below(films, int(self.settings.kinds))

    @cached_property
    def out(self) -> Ints:
        """The day on which each film can first be rated; 0 for those that were there before."""
        films = np.arange(self.settings.films)
        stream = self.stream("films/out")
        is_newer = stream.happens(films, self.settings.newer_films)
        return np.where(
            is_newer,
            stream.below(films, DAYS, n=1),
            0,
        )

    @cached_property
    def year(self) -> Ints:
        """The year of each film: that in which it came out, or one before the service."""
        films = np.arange(self.settings.films)
        newer = np.array([(FIRST_DAY + timedelta(int(one))).year for one in self.out])
        back = self.stream("films/year").draw(
            films, Quantiles.exponential(self.settings.years_before)
        )
        older = FIRST_DAY.year - 1 - np.minimum(back, _OLDEST)
        return np.where(self.out > 0, newer, older)

    @cached_property
    def _shares(self) -> Shares:
        """How often each film is taken: of all films, and of each kind."""
        fall = -self.settings.popularity_fall
        weight = exp(fall * np.sqrt(self.place.astype(np.float64)))
        kinds = range(int(self.settings.kinds))
        of_kinds = [
            np.where(
                self.kind == one,
                weight,
                0.0,
            )
            for one in kinds
        ]
        return Shares([weight, *(one if one.any() else weight for one in of_kinds)])

    def ratings(self, accounts: Ints) -> Ratings:
        """Return all ratings of some accounts, by their ids; those of others change nothing."""
        settings = self.settings
        often = Quantiles.lognormal(
            settings.draws_median,
            settings.draws_spread,
            high=_MOST_DRAWS,
        )
        draws = np.maximum(self.stream("draws").draw(accounts, often), 1)
        parent, number = children(draws)
        account = accounts[parent]
        film = self._films(account, number)
        day = self._days(account, number, draws[parent])
        is_out = day >= self.out[film]
        parent, film, day = parent[is_out], film[is_out], day[is_out]
        _, first = np.unique(parent * settings.films + film, return_index=True)
        account, film, day = accounts[parent[first]], film[first], day[first]
        stars = self._stars(account, film)
        return self._perturbed(
            Ratings(
                account,
                film,
                day,
                stars,
            )
        )

    def _films(self, account: Ints, number: Ints) -> Ints:
        """The film of each draw: one of all, or one of the two kinds that the account likes."""
        kinds = int(self.settings.kinds)
        likes = self.stream("likes")
        is_own = likes.happens(
            account,
            self.settings.of_own_kinds,
            n=number + 2,
        )
        which = likes.bits(account, n=number + 2) & np.uint64(1)
        kind = likes.below(
            account,
            kinds,
            n=which.astype(np.int64),
        )
        return self.stream("films").pick(
            account,
            self._shares,
            n=number,
            row=np.where(
                is_own,
                kind + 1,
                0,
            ),
        )

    def _days(self, account: Ints, number: Ints, draws: Ints) -> Ints:
        """The day of each draw: the day of joining, or one of the days of rating after it."""
        stream = self.stream("days")
        joined = np.maximum(
            stream.below(account, DAYS, n=0),
            stream.below(
                account,
                DAYS,
                n=1,
            ),
        )
        left = DAYS - joined
        stays = ~stream.happens(
            account,
            self.settings.leave,
            n=2,
        )
        span = np.where(
            stays,
            left,
            1 + stream.below(account, left, n=3),
        )
        occasions = 1 + draws // int(self.settings.ratings_per_day)
        occasion = self.stream("occasions").below(
            account,
            occasions,
            n=number,
        )
        is_first = self.stream("first_day").happens(
            account,
            self.settings.first_day,
            n=number,
        )
        later = stream.below(account, span, n=occasion + 4)
        return joined + np.where(is_first, 0, later)

    def _stars(self, account: Ints, film: Ints) -> Ints:
        """The stars: of the film, of the account, and of what chance adds, by the normal law."""
        by_film, by_account = self.settings.by_film, self.settings.by_account
        parts: list[tuple[float, Ints]] = [
            (by_film, self.stream("stars/film").draw(film, _NORMAL)),
            (by_account, self.stream("stars/account").draw(account, _NORMAL)),
            (
                1 - by_film - by_account,
                self.stream("stars/rest").draw(
                    account,
                    _NORMAL,
                    n=film,
                ),
            ),
        ]
        total: Floats = np.zeros(len(film))
        for share, values in parts:
            total = total + np.sqrt(share) * values
        return 1 + np.searchsorted(_thresholds(), total)

    def _perturbed(self, found: Ratings) -> Ratings:
        """Change the stars and the date of a few, as the README of the Prize says was done."""
        stream = self.stream("perturbed")
        account, film = found.account, found.film
        is_other = stream.happens(
            account,
            self.settings.perturbed,
            n=film,
        )
        most = int(self.settings.perturbed_days)
        shift = (
            stream.below(
                account,
                2 * most + 1,
                n=film + STRANGERS,
            )
            - most
        )
        day = np.clip(found.day + shift, 0, DAYS - 1)
        stars = 1 + stream.below(
            account,
            5,
            n=film + 2 * STRANGERS,
        )
        return Ratings(
            account,
            film,
            day=np.where(is_other, day, found.day),
            stars=np.where(is_other, stars, found.stars),
        )


def _thresholds() -> Floats:
    """Where one more star begins."""
    levels = np.array([int(one * 2**63) * 2 for one in _LEVELS], np.uint64)
    return _NORMAL.at(levels).astype(np.float64)


def made(world: PrizeWorld, on_progress: OnStage) -> PointTable:
    """Make the ratings of all accounts of the release; `on_progress` hears how many are done."""
    counts, films, days, stars = [], [], [], []
    for first in range(0, world.accounts, _BLOCK):
        accounts = np.arange(first, min(first + _BLOCK, world.accounts))
        found = world.ratings(accounts)
        counts.append(np.bincount(found.account - first, minlength=len(accounts)))
        films.append(found.film.astype(np.int32))
        days.append(found.day.astype(np.int16))
        stars.append(found.stars.astype(np.int8))
        on_progress(
            "Making ratings",
            first + len(accounts),
            world.accounts,
        )
    starts = np.append(0, np.cumsum(np.concatenate(counts)))
    return PointTable(
        starts,
        np.concatenate(films),
        np.concatenate(days),
        np.concatenate(stars),
        titles=int(world.settings.films),
    )
