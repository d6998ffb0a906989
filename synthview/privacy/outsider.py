"""From the tweet: what a published number of people gives an outsider who knows a little."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import log2

from synthview.claims.shipped import shipped
from synthview.claims.written import as_dict
from synthview.privacy.part import Laboratory, LabSection, LabTable, NothingToMeasure
from synthview.scenario.declarations import Claim
from synthview.scenario.sources import sources

__all__ = ["SECTION", "Outsider", "Said", "Suspicion", "measure", "said_of"]

MEMBERS = "S01d"
"""The source for how many accounts there were."""
_MILLION = 1_000_000
_WITH_PEOPLE = {"streak": None, "on_day": None, "longest": 1}
"""Kinds of claims about people, and how many those are where it is not what was said."""
KNOWN_DAYS = (1, 2, 3, 6, 9, 12, 15, 17)


@dataclass(frozen=True)
class Said:
    """A published number as knowledge: bits it takes to single out one account, and bits left.

    `days` is how many days are told of each person: what somebody learns who knows that it is them.
    """

    claim: str
    quote: str
    people: int
    days: int
    bits: float
    left: float


@dataclass(frozen=True)
class Suspicion:
    """Somebody knows that a home had the film on so many days in a row: how likely it is counted.

    `accounts` have it on so many days or more; `learned` are the days that being counted adds.
    """

    known_days: int
    accounts: int
    chance: float
    learned: int


@dataclass(frozen=True)
class Outsider:
    """All numbers that were said of the world, and of the tweet what a neighbour makes of it."""

    accounts: int
    said: tuple[Said, ...]
    counted: int
    suspicions: tuple[Suspicion, ...]
    neighbour: str


def measure(lab: Laboratory) -> Outsider:
    """Tell what each claim of the scenario is worth, and of the tweet what a neighbour learns.

    Raises NothingToMeasure where no number of people was published.
    """
    accounts = round(float(sources()[MEMBERS].value) * _MILLION)
    published = [one for one in lab.claims if one.kind in _WITH_PEOPLE and one.said]
    if not published:
        raise NothingToMeasure("no number of people was said of it; try christmas-prince")
    said = tuple(said_of(one, accounts) for one in published)
    answer = as_dict(shipped()[0])
    ladder = {one["days"]: one["accounts"] for one in answer["ladder"]}
    streaks = (one.days for one in published if one.kind == "streak" and one.days in ladder)
    days = next(streaks, 0)
    if not days:
        return Outsider(accounts, said, 0, (), "")
    sentences = answer["disclosure"]["neighbour"]["sentence"]
    return Outsider(accounts, said, ladder[days], _suspicions(ladder, days), sentences)


def said_of(claim: Claim, accounts: int) -> Said:
    """What a number leaves to be known: the base-2 logarithms of how many could be meant."""
    people = _WITH_PEOPLE[claim.kind] or round(claim.said)
    days = round(claim.said) if claim.kind == "longest" else max(claim.days, 1)
    return Said(
        claim.name,
        claim.quote,
        people,
        days,
        log2(accounts),
        log2(people),
    )


def _suspicions(ladder: dict[int, int], days: int) -> tuple[Suspicion, ...]:
    """The chance to be counted, of those who have the film on so many days in a row or more."""
    return tuple(
        Suspicion(
            one,
            ladder[one],
            ladder[days] / ladder[one],
            days - one,
        )
        for one in KNOWN_DAYS
        if one < days and ladder.get(one)
    )


def _sentence(found: Outsider) -> str:
    sentences = [
        f"“{one.claim}”: to single out one of {found.accounts:,} accounts takes {one.bits:.1f} "
        f"bits, and the number leaves {one.left:.1f} of them. Who knows which of {one.people:,} it "
        f"is learns {one.days:,} {'day' if one.days == 1 else 'days'} of somebody's life."
        for one in found.said
    ]
    return "\n".join([*sentences, found.neighbour]).strip()


def _tables(found: Outsider) -> Iterable[LabTable]:
    yield LabTable(
        "Numbers that were said",
        ["claim", "people", "days told of each", "bits to single out one", "bits left"],
        [
            [one.claim, f"{one.people:,}", f"{one.days:,}", f"{one.bits:.1f}", f"{one.left:.1f}"]
            for one in found.said
        ],
    )
    if found.suspicions:
        yield LabTable(
            f"A neighbour saw the film on days in a row (the shipped world, of {found.counted})",
            ["days seen", "accounts with so many or more", "one of them is counted", "days added"],
            [
                [f"{one.known_days}", f"{one.accounts:,}", _chance(one.chance), f"{one.learned}"]
                for one in found.suspicions
            ],
        )


def _chance(chance: float) -> str:
    return f"{chance:.0%}" if chance >= 0.01 else f"1 in {1 / chance:,.0f}"


SECTION = LabSection(
    name="outsider",
    title="From the tweet",
    about="What a published number of people gives somebody outside: bits are how often the number "
    "of those who could be meant is halved.",
    kind=Outsider,
    measure=measure,
    sentence=_sentence,
    tables=_tables,
)
