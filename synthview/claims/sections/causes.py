"""Causes: how much of a number each cat, child and fault brings about.

Every account near the number is simulated again with some of its actors and faults off, for every
set of those that matter there. Shapley's shares of those worlds sum, with what ordinary viewing
gives alone, to the number.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from synthview.claims.counting.ranges import is_many, own_range, range_of
from synthview.claims.sections import truth
from synthview.claims.sections.section import Section, ShownTable
from synthview.claims.simulation.counterfactuals import attribute
from synthview.claims.simulation.homes import accounts_of
from synthview.claims.study import Study, StudyWorld
from synthview.wording import figure, label_of

__all__ = ["SECTION", "CauseShare", "Causes", "CausesOfWorld", "Ordinary", "measure"]

_NAMED = 4
"""So many causes are named in a sentence; the others are summed."""
_SHOWN = 10


@dataclass(frozen=True)
class Ordinary:
    """Accounts that ordinary viewing alone puts into the number, of one person or a family."""

    one_person: float
    family_in_turns: float


@dataclass(frozen=True)
class CauseShare:
    """What an actor or a fault adds to the number, and between what nine in ten worlds have it."""

    name: str
    label: str
    share: float
    low: float
    high: float


@dataclass(frozen=True)
class Causes:
    """The number as a sum, on average over all worlds: ordinary viewing, and all shares.

    Shares are exact for homes that lack at most two of the days. Of further homes that are tied so
    closely that some set of actors may count them, in all worlds together, those that were tried
    stand for all: there the shares are an unbiased estimate.
    """

    number: float
    base: Ordinary
    shares: tuple[CauseShare, ...]
    further_homes: int
    further_tried: int
    sentence: str


@dataclass(frozen=True)
class CausesOfWorld:
    """The same of one world."""

    number: int
    base: Ordinary
    shares: dict[str, float]
    further: int
    tried: int


def of_world(world: StudyWorld) -> CausesOfWorld:
    """Attribute the number of one world."""
    on_progress = partial(world.on_progress, "switching causes off")
    found = attribute(
        world.question,
        world.tables,
        world.workers,
        on_progress,
        world.candidates,
    )
    faithful = set(world.once(truth.of_world).same_person)
    accounts = accounts_of(world.question, found.base)
    one_person = sum(one in faithful for one in accounts)
    base = Ordinary(one_person, len(accounts) - one_person)
    return CausesOfWorld(found.number, base, dict(found.shares), found.further, found.tried)


def measure(study: Study) -> Causes:
    """Attribute the number to its causes, on average over all worlds."""
    every = study.each(of_world)
    names = sorted({name for one in every for name, share in one.shares.items() if share})
    shares = [_share(name, [one.shares[name] for one in every]) for name in names]
    shares.sort(key=lambda one: -one.share)
    number = float(np.mean([one.number for one in every]))
    base = Ordinary(
        float(np.mean([one.base.one_person for one in every])),
        float(np.mean([one.base.family_in_turns for one in every])),
    )
    further, tried = (sum(getattr(one, name) for one in every) for name in ("further", "tried"))
    sentence = _sentence(number, base, shares) + _of_further(further, tried)
    return Causes(number, base, tuple(shares), further, tried, sentence)


def _of_further(further: int, tried: int) -> str:
    """Whether the shares are exact."""
    if tried >= further:
        return " They are exact."
    return (
        f" They are exact for homes that lack at most two of the days; of {further:,} others that "
        f"some set of causes might bring into the number {tried:,}, drawn at random, stand for all."
    )


def _share(name: str, values: Sequence[float]) -> CauseShare:
    mean = float(np.mean(values))
    if is_many(values):
        low, high = own_range(values)
    else:
        ends = range_of([abs(mean)] * len(values))
        low, high = (float(np.sign(mean)) * end + 0.0 for end in ends)  # no minus before a nought
    return CauseShare(name, label_of(name), mean, min(low, high), max(low, high))


def _sentence(number: float, base: Ordinary, shares: Sequence[CauseShare]) -> str:
    leading = ", ".join(f"{one.label} {_signed(one.share)}" for one in shares[:_NAMED]) or "nothing"
    rest = sum(one.share for one in shares[_NAMED:])
    others = f", all others {_signed(rest)}" if shares[_NAMED:] else ""
    return (
        f"Of {number:,.4g}: {leading}{others}; ordinary viewing alone gives "
        f"{base.one_person + base.family_in_turns:,.3g}. These shares and ordinary viewing sum to "
        "the number."
    )


def _signed(share: float) -> str:
    """A share with its sign, with the digits that the chart beside it gives."""
    return f"{'+' * (share > 0)}{figure(share)}"


def _tables(found: Causes) -> Iterable[ShownTable]:
    rows = [
        [one.label, f"{one.share:+,.3f}", f"{one.low:,.3g} to {one.high:,.3g}"]
        for one in found.shares
    ]
    yield ShownTable(["cause", "share", "in nine of ten worlds"], rows[:_SHOWN])


SECTION = Section(
    name="causes",
    title="Causes",
    kind=Causes,
    measure=measure,
    of_world=(of_world,),
    tables=_tables,
    scenes=("causes",),
)
