"""Disclosure: which rules of release a number passes, and whether a neighbour knows who it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import comb, exp

import numpy as np
import polars as pl

from synthview.claims.counting.title_log import TitleLog
from synthview.claims.counting.title_plays import with_local_times
from synthview.claims.question import Question
from synthview.claims.sections.section import Section
from synthview.claims.study import Study
from synthview.draws.chance import Stream
from synthview.outside.extras import need
from synthview.rows import Ints
from synthview.wording import listed
from synthview.world.clock import HOUR_MS

__all__ = [
    "EPSILONS",
    "EVENINGS",
    "RULES",
    "SECTION",
    "Disclosure",
    "MinimumCell",
    "Neighbour",
    "Noisy",
    "OtherViewers",
    "measure",
    "neighbour",
    "noisy",
    "released",
]

RULES = (3, 5, 11, 20)
"""Smallest cells that offices of statistics and of health publish."""
EPSILONS = (0.1, 1.0, 10.0)
EVENINGS = 3
_TURNS = 16
"""How many times three of their evenings are drawn for each account."""
_ALPHA = 0.1
_PER_ACCOUNT = 1
"""One account more or less moves a count of accounts by one."""


@dataclass(frozen=True)
class MinimumCell:
    """A rule of release: whether a number is at least so large."""

    rule: int
    passes: bool


@dataclass(frozen=True)
class Noisy:
    """A count as Laplace's noise would let it out: within low and high nine times of ten."""

    epsilon: float
    scale: float
    low: int
    high: int
    sentence: str


@dataclass(frozen=True)
class Neighbour:
    """How many counted accounts somebody could single out who knows some of their evenings."""

    evenings: int
    singled_out: int
    of: int
    sentence: str


@dataclass(frozen=True)
class Disclosure:
    """The number beside the rules of release."""

    minimum_cell: tuple[MinimumCell, ...]
    laplace: tuple[Noisy, ...]
    neighbour: Neighbour
    sentence: str


def measure(study: Study) -> Disclosure:
    """Hold the published number against the rules, and one world's log against a neighbour."""
    log = study.worlds[0].log
    sample = study.sample
    crowd = OtherViewers.of(
        sample.shown.join(log.plays, on="account_id", how="anti"), study.question, sample.weight
    )
    return released(round(study.question.claim.said), neighbour(log, crowd))


def released(number: int, found: Neighbour) -> Disclosure:
    """Hold a number against the rules.

    Raises MissingExtra where SciPy is not installed.
    """
    cells = tuple(MinimumCell(rule, number >= rule) for rule in RULES)
    failed = [str(one.rule) for one in cells if not one.passes]
    verdict = f"it fails those of {listed(failed)}" if failed else "it passes all of them"
    sentence = (
        f"{number:,} beside minimum cells of {listed([str(rule) for rule in RULES])}: {verdict}. "
        f"A minimum cell looks at the size of a number alone. {found.sentence}"
    )
    return Disclosure(cells, tuple(noisy(number, epsilon) for epsilon in EPSILONS), found, sentence)


def noisy(number: int, epsilon: float) -> Noisy:
    """A count of accounts with noise of Laplace's law on whole numbers.

    One account moves the count by one, so the noise has scale 1 / `epsilon`: Ghosh, Roughgarden and
    Sundararajan (2012), doi:10.1137/09076828X. The interval is that of the mechanism, not a draw.
    """
    stats = need("claim", "Noise for release", "scipy.stats")
    scale = _PER_ACCOUNT / epsilon
    reach = int(stats.dlaplace(1 / scale).isf(_ALPHA / 2))
    low = max(0, number - reach)
    high = number + reach
    odds = exp(epsilon)
    factor = f"{odds:.1f}" if odds < 10 else f"{odds:,.0f}"
    sentence = (
        f"With epsilon {epsilon:g} nine of ten releases say {low:,} to {high:,}; "
        f"one account more or less changes the odds of no answer by more than {factor} times."
    )
    return Noisy(epsilon, scale, low, high, sentence)


def neighbour(log: TitleLog, crowd: OtherViewers | None = None) -> Neighbour:
    """Draw three evenings of each counted account, and see who else has a play at all three.

    An evening is a local date and hour at which a play began. Others are found exactly in the log;
    in a crowd that stands for all others they are expected.
    """
    evenings = _evenings(log.plays)
    by_hour = {
        hour: set(ids) for hour, ids in evenings.group_by("hour").agg("account_id").iter_rows()
    }
    alone = 0.0
    for account in log.counted().tolist():
        hours = evenings.filter(pl.col("account_id") == account)["hour"].to_numpy()
        for known in _drawn(log.question, account, hours):
            others = set.intersection(*(by_hour[hour] for hour in known)) - {account}
            expected = crowd.expected(known) if crowd else 0.0
            alone += 0.0 if others else exp(-expected)
    singled_out = round(alone / _TURNS)
    of = len(log.counted())
    return Neighbour(EVENINGS, singled_out, of, _singled_out(singled_out, of))


def _singled_out(count: int, of: int) -> str:
    if not of:
        return "Nobody is counted, so nobody can be singled out."
    return (
        f"A neighbour who knows the date and the hour of {EVENINGS} of their evenings with the "
        "title would "
        f"find exactly one such account in the log for {count} of the {of} that this log counts."
    )


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
class OtherViewers:
    """Everybody else who watched: in how many ways they have three days, and at which hours.

    They are those of a sample, of whom each stands for `each`.
    """

    each: float
    ways_to_three_days: float
    at_hour: Mapping[int, float]

    @classmethod
    def of(cls, plays: pl.DataFrame, question: Question, each: float) -> OtherViewers:
        """Sum over everybody in a sample, by their plays of the title."""
        hour = pl.col("hour")
        days = _evenings(plays).select("account_id", day=hour // 24, hour=hour % 24).unique()
        pairs = days.select("account_id", "day").unique()
        by_account = pairs.group_by("account_id").len()["len"].to_list()
        triples = comb(len(question.span), EVENINGS)
        ways = sum(comb(count, EVENINGS) for count in by_account) / max(triples, 1)
        hours = days.group_by("hour").len().iter_rows()
        return cls(
            each,
            ways,
            {one: count / len(pairs) for one, count in hours},
        )

    def expected(self, known: list[int]) -> float:
        """How many are expected to have plays at some hours if all days are evenly spread."""
        chance = self.ways_to_three_days
        for hour in known:
            chance *= self.at_hour.get(hour % 24, 0.0)
        return self.each * chance


SECTION = Section(
    name="disclosure",
    title="May it be released?",
    kind=Disclosure,
    measure=measure,
    packages=("scipy.stats",),
    sentence=lambda found: "\n".join([found.sentence, *(one.sentence for one in found.laplace)]),
    scenes=("why",),
)
