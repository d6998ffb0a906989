"""Calibrated: how often what is concluded held what was planted, and in which worlds not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from math import hypot
from typing import TYPE_CHECKING

from synthview.claims.plain import ABSENT
from synthview.claims.sections.section import ShownTable
from synthview.claims.simulation.candidates import HABIT
from synthview.wording import label_of, listed

if TYPE_CHECKING:
    from synthview.claims.inference.calibration import Coverage
    from synthview.claims.inference.posterior import Posterior

__all__ = [
    "Calibration",
    "CauseCovered",
    "Covered",
    "GivenLeader",
    "RankHistogram",
    "ScratchWorlds",
    "calibration",
    "cause_of",
    "coverage",
    "coverage_of_leader",
    "ranks_table",
]

_LEAST_SHOWN = 10
"""Of fewer plants nothing is told by itself."""


@dataclass(frozen=True)
class Covered:
    """How often an interval of some nominal chance held a planted truth, with its 95 % interval."""

    nominal: float
    found: float
    low: float
    high: float


@dataclass(frozen=True)
class CauseCovered:
    """The same of the share of one cause."""

    name: str
    label: str
    found: tuple[Covered, ...]


@dataclass(frozen=True)
class RankHistogram:
    """Of planted truths of one quantity, how many lie in each tenth of what was concluded.

    All tenths are alike where conclusions are right. `name` is a cause, empty for ordinary viewing,
    or "daily_viewers".
    """

    name: str
    label: str
    counts: tuple[int, ...]
    found: tuple[Covered, ...]


@dataclass(frozen=True)
class GivenLeader:
    """The intervals of daily viewers in those planted worlds in which one cause leads in truth."""

    name: str
    label: str
    planted: int
    points: int
    found: tuple[Covered, ...]


@dataclass(frozen=True)
class ScratchWorlds:
    """Worlds of the prior simulated as scenarios of so many homes each, one for each seed.

    Of the homes of each those `simulated` are that are tied to the title on many days. Accounts
    that weights expect in their number, the standard error of that and of a count together, and
    accounts counted; expected and counted are also those of one person who sat through it on every
    day. Worlds are chosen by other homes than those that the weights are of.
    """

    homes: tuple[int, ...]
    simulated: tuple[int, ...]
    seeds: tuple[int, ...]
    expected: tuple[float, ...]
    errors: tuple[float, ...]
    counted: tuple[int, ...]
    expected_viewers: tuple[float, ...]
    viewers: tuple[int, ...]
    sentence: str


@dataclass(frozen=True)
class Calibration:
    """Planted worlds, drawn from the prior: `planted` of them, of `points` simulated points."""

    planted: int
    points: int
    ranks: tuple[RankHistogram, ...]
    given_leader: tuple[GivenLeader, ...]
    from_scratch: ScratchWorlds | None = field(default=None, metadata=ABSENT)
    sentence: str = ""


def coverage(found: Posterior) -> tuple[Covered, ...]:
    """How often intervals of daily viewers held what was planted."""
    return _covered(found.planted.coverage(0))


def coverage_of_leader(found: Posterior) -> CauseCovered:
    """The same of the accounts of the cause that leads in what is concluded."""
    name = found.basis.sources[found.leading]
    return CauseCovered(*cause_of(name), _covered(found.planted.coverage(found.leading + 1)))


def calibration(found: Posterior) -> Calibration:
    """Rank histograms of every quantity, and coverage given who leads."""
    planted = found.planted
    leaders, scratch = tuple(_given_leaders(found)), _scratch(found)
    return Calibration(
        len(planted.point),
        len(set(planted.point.tolist())),
        tuple(_ranks(found)),
        leaders,
        scratch,
        f"{_sentence(leaders)} {scratch.sentence if scratch else ''}".strip(),
    )


def _scratch(found: Posterior) -> ScratchWorlds | None:
    """Worlds from scratch, with a sentence."""
    made = found.from_scratch
    if made is None or not made.seeds:
        return None
    sentence = (
        f"{len(made.seeds)} of these worlds were simulated from scratch, of "
        f"{min(made.homes):,} to {max(made.homes):,} homes each, {sum(made.simulated):,} of which "
        "are tied to it on many days: "
        f"weights expect {sum(made.expected):,.1f} accounts in their numbers (give or take "
        f"{hypot(*made.errors):,.1f}, by chance and by how few homes tell), "
        f"{sum(made.counted):,} are counted; of one daily viewer {sum(made.expected_viewers):,.1f} "
        f"and {sum(made.viewers):,}."
    )
    return ScratchWorlds(**asdict(made), sentence=sentence)


def _ranks(found: Posterior) -> Iterator[RankHistogram]:
    named = [("daily_viewers", "daily viewers"), *map(cause_of, found.basis.sources)]
    accounts = found.composition.counted.sum(axis=(0, 2))
    for quantity, (name, label) in enumerate(named):
        if len(found.planted.point) and (quantity == 0 or accounts[quantity - 1]):
            counts = tuple(found.planted.histogram(quantity).tolist())
            held = _covered(found.planted.coverage(quantity))
            yield RankHistogram(
                name,
                label,
                counts,
                held,
            )


def _given_leaders(found: Posterior) -> Iterator[GivenLeader]:
    for place, own in found.planted.leaders():
        if own.sum() >= _LEAST_SHOWN:
            points = len(set(found.planted.point[own].tolist()))
            held = _covered(found.planted.coverage(0, own))
            yield GivenLeader(*cause_of(found.basis.sources[place]), int(own.sum()), points, held)


def _sentence(leaders: Sequence[GivenLeader]) -> str:
    """For which worlds the widest interval holds too seldom."""
    poor = [one for one in leaders if one.found[-1].high < one.found[-1].nominal]
    if not poor:
        return "In no sort of planted world, by who leads in it, do intervals hold too seldom."
    said = [
        f"{one.label} ({100 * one.found[-1].found:.0f} of 100, {one.planted:,} worlds of "
        f"{one.points:,} points)"
        for one in poor
    ]
    return (
        f"Intervals meant to hold the truth in {100 * poor[0].found[-1].nominal:.0f} of 100 worlds "
        f"hold it less often where the number is mostly {listed(said)}: such worlds are rarer than "
        "others that print the number, and what is concluded leans to those."
    )


def cause_of(name: str) -> tuple[str, str]:
    """A source as the JSON names it, and in words."""
    known = "" if name == HABIT else name
    return known, label_of(known)


def _covered(planted: Sequence[Coverage]) -> tuple[Covered, ...]:
    return tuple(Covered(one.nominal, one.found, one.low, one.high) for one in planted)


def ranks_table(found: Calibration) -> Iterable[ShownTable]:
    """The ranks of planted truths by tenths, a row for each quantity."""
    rows = [[one.label, *map(str, one.counts)] for one in found.ranks]
    head = ["planted truths by tenths of what was concluded", *(f"{n}0" for n in range(1, 11))]
    yield ShownTable(head, rows)
