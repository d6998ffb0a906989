"""Disclosure: which rules of release a number passes, and whether a neighbour could tell whom it counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import comb, exp, floor
from typing import Any

import numpy as np
import polars as pl

from synthview.chance import Stream
from synthview.claims.counting.count import who
from synthview.claims.counting.definitions import HEADLINE
from synthview.claims.counting.title_plays import with_local_times
from synthview.claims.question import Question
from synthview.errors import InputError
from synthview.rows import Ints
from synthview.world.clock import HOUR_MS

__all__ = ["EPSILONS", "EVENINGS", "RULES", "Disclosure", "Neighbour", "Noisy", "disclose", "neighbour", "noisy"]

RULES = (3, 5, 11, 20)
"""Smallest cells that offices of statistics and of health publish."""
EPSILONS = (0.1, 1.0, 10.0)
EVENINGS = 3
_TURNS = 16
"""How many times three of their evenings are drawn for each account."""
_ALPHA = 0.1
_PER_ACCOUNT = 1
"""One account more or less moves a count of accounts by one."""


@dataclass(frozen=True, slots=True)
class Noisy:
    """A count as Laplace's noise would let it out: within low and high nine times of ten."""

    epsilon: float
    scale: float
    low: int
    high: int

    def sentence(self) -> str:
        """The same in words."""
        odds = exp(self.epsilon)
        factor = f"{odds:.1f}" if odds < 10 else f"{odds:,.0f}"
        return (
            f"With epsilon {self.epsilon:g} nine of ten releases say {self.low:,} to {self.high:,}; "
            f"one account more or less changes the odds of no answer by more than {factor} times."
        )

    def as_dict(self) -> dict[str, Any]:
        """The same as JSON has it."""
        return {
            "epsilon": self.epsilon, "scale": self.scale, "low": self.low, "high": self.high,
            "sentence": self.sentence(),
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Neighbour:
    """How many of the accounts counted somebody could single out who knows some of their evenings by date and hour."""

    evenings: int
    singled_out: int
    of: int

    def sentence(self) -> str:
        """The same in words."""
        if not self.of:
            return "Nobody is counted, so nobody can be singled out."
        return (
            f"A neighbour who knows the date and the hour of {self.evenings} of their evenings with the title would "
            f"find exactly one such account in the log for {self.singled_out} of the {self.of} that this log counts."
        )

    def as_dict(self) -> dict[str, Any]:
        """The same as JSON has it."""
        return {
            "evenings": self.evenings, "singled_out": self.singled_out, "of": self.of, "sentence": self.sentence(),
        }  # fmt: skip


@dataclass(frozen=True)
class Disclosure:
    """A number beside the rules of release."""

    number: int
    minimum_cell: Mapping[int, bool]
    laplace: tuple[Noisy, ...]
    neighbour: Neighbour

    def sentence(self) -> str:
        """The same in words."""
        failed = [rule for rule, passes in self.minimum_cell.items() if not passes]
        cells = f"it fails those of {_listed(failed)}" if failed else "it passes all of them"
        return (
            f"{self.number:,} beside minimum cells of {_listed(list(self.minimum_cell))}: {cells}. "
            f"A minimum cell looks at the size of a number alone. {self.neighbour.sentence()}"
        )

    def as_dict(self) -> dict[str, Any]:
        """The same as JSON has it."""
        return {
            "minimum_cell": [{"rule": rule, "passes": passes} for rule, passes in self.minimum_cell.items()],
            "laplace": [one.as_dict() for one in self.laplace],
            "neighbour": self.neighbour.as_dict(),
            "sentence": self.sentence(),
        }


def _listed(numbers: list[int]) -> str:
    words = [str(number) for number in numbers]
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else words[0]


def disclose(
    question: Question,
    number: int,
    shown: pl.DataFrame,
    sample: pl.DataFrame | None = None,
    lived: int = 0,
    households: int = 0,
) -> Disclosure:
    """Hold a number against the rules, with the showings of all homes that may be counted.

    `sample` are the showings of `lived` other homes that stand for all `households`; without it `shown` is everybody.
    Raises InputError where OpenDP is not installed.
    """
    cells = {rule: number >= rule for rule in RULES}
    found = neighbour(question, shown, sample, households / lived if lived else 0.0)
    return Disclosure(number, cells, tuple(noisy(number, epsilon) for epsilon in EPSILONS), found)


def noisy(number: int, epsilon: float) -> Noisy:
    """A count of accounts with noise of Laplace's law on whole numbers, as OpenDP makes it.

    Its noise has no seed, and must not have one: what is told is the interval of the mechanism, not a draw.
    """
    try:
        import opendp.prelude as dp  # noqa: PLC0415  heavy, and only a claim needs it
    except ImportError:
        raise InputError("Noise for release needs OpenDP: pip install 'synthview[claim]'.") from None
    dp.enable_features("contrib")
    space = dp.atom_domain(T=int), dp.absolute_distance(T=int)
    scale = dp.binary_search_param(
        lambda scale: dp.m.make_laplace(*space, scale=scale), d_in=_PER_ACCOUNT, d_out=epsilon
    )
    reach = floor(dp.discrete_laplacian_scale_to_accuracy(scale=scale, alpha=_ALPHA))
    return Noisy(epsilon, scale, max(0, number - reach), number + reach)


def neighbour(question: Question, shown: pl.DataFrame, sample: pl.DataFrame | None, each: float) -> Neighbour:
    """Draw three evenings of everybody who is counted, and look who else has a play of the title at all three.

    An evening is a local date and hour at which a play began. Others are found exactly among `shown`; in a sample, of
    whom each stands for `each`, they are expected: as many as have so many days, spread over days and hours as all are.
    """
    counted = who(shown, question, HEADLINE)
    evenings = _evenings(shown)
    crowd = None if sample is None else _Crowd.of(_evenings(sample.join(shown, on="account_id", how="anti")), question)
    by_hour = {hour: set(ids) for hour, ids in evenings.group_by("hour").agg("account_id").iter_rows()}
    alone = 0.0
    for account in counted.tolist():
        hours = evenings.filter(pl.col("account_id") == account)["hour"].to_numpy()
        for known in _drawn(question, account, hours):
            others = set.intersection(*(by_hour[hour] for hour in known)) - {account}
            expected = each * crowd.like(known) if crowd else 0.0
            alone += 0.0 if others else exp(-expected)
    return Neighbour(EVENINGS, round(alone / _TURNS), len(counted))


def _evenings(shown: pl.DataFrame) -> pl.DataFrame:
    """Account and local hour since 1970 of every play of the title, each once."""
    local = with_local_times(shown, {"start": "local_start"})
    hour = pl.col("local_start").dt.epoch("ms") // HOUR_MS
    return local.select("account_id", hour=hour).unique().sort("account_id", "hour")


def _drawn(question: Question, account: int, hours: Ints) -> list[list[int]]:
    """Some times three evenings of an account, on different days, all its plays as likely."""
    order = Stream(question.scenario.run.seed, "claims/disclosure/evenings")
    drawn = []
    for turn in range(_TURNS):
        shuffled = hours[np.argsort(order.bits(account, n=hours * _TURNS + turn))]
        _, first = np.unique(shuffled // 24, return_index=True)
        drawn.append(shuffled[np.sort(first)[:EVENINGS]].tolist())
    return drawn


@dataclass(frozen=True)
class _Crowd:
    """Everybody else who watched: in how many ways they have three days, and at which hours of the day they begin."""

    chance_of_days: float
    at_hour: Mapping[int, float]

    @classmethod
    def of(cls, evenings: pl.DataFrame, question: Question) -> _Crowd:
        """Sum over everybody in a sample."""
        days = evenings.select("account_id", day=pl.col("hour") // 24, hour=pl.col("hour") % 24).unique()
        pairs = days.select("account_id", "day").unique()
        each = pairs.group_by("account_id").len()["len"].to_list()
        triples = comb(len(question.span), EVENINGS)
        hours = days.group_by("hour").len()
        share = {hour: count / len(pairs) for hour, count in zip(hours["hour"], hours["len"], strict=True)}
        return cls(sum(comb(count, EVENINGS) for count in each) / max(triples, 1), share)

    def like(self, known: list[int]) -> float:
        """How many of the sample have plays at all of some hours."""
        chance = self.chance_of_days
        for hour in known:
            chance *= self.at_hour.get(hour % 24, 0.0)
        return chance
