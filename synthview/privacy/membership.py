"""Membership: is this household in the release? AskedOf of worlds with it and without it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from synthview.draws.chance import Stream
from synthview.privacy.cell_tables import CellTable, cells_of
from synthview.privacy.mechanisms import BLANK, AsItIs, Laplace, MinimumSize, Rounded, Rule
from synthview.privacy.part import (
    Advantage,
    Laboratory,
    LabSection,
    LabTable,
    NothingToMeasure,
    advantage_of,
    worth,
)
from synthview.rows import Flags, Floats, Ints
from synthview.wording import counted

__all__ = ["SECTION", "AskedOf", "Membership", "measure"]

SIZES = (30, 100, 300, 1_000, 10_000)
"""Households in a release; an attacker has as many others to compare with."""
TRIES = 10
"""So many releases of each size, of other households."""
MOST_ASKED = 400
TITLES = 1_000
RULES: tuple[Rule, ...] = (AsItIs(), MinimumSize(5), Rounded(5), Laplace(10.0), Laplace(1.0))
BOUND = 20


@dataclass(frozen=True)
class AskedOf:
    """What an attacker says of households in releases of a size, half of whom are in it."""

    households: int
    rule: str
    advantage: Advantage


@dataclass(frozen=True)
class Membership:
    """By the size of the release and by its rule."""

    cells: int
    asked: tuple[AskedOf, ...]


def measure(lab: Laboratory) -> Membership:
    """Publish tables of some households, and ask of those and of others whether they are in them.

    Raises NothingToMeasure where there are too few households.
    """
    table = cells_of(lab.points, TITLES)
    able = np.flatnonzero(np.diff(table.starts))
    sizes = [one for one in SIZES if 3 * one <= len(able)]
    if not sizes:
        has = counted(len(able), "household")
        raise NothingToMeasure(f"it has {has} with points; 90 are needed")
    bounded = table.bounded(BOUND, Stream(lab.seed, "privacy/membership/bound"))
    found = [
        AskedOf(
            size,
            rule.words,
            _asked(table, bounded, able, size, rule, lab.seed),
        )
        for rule in RULES
        for size in sizes
    ]
    return Membership(table.cells, tuple(found))


def _asked(
    table: CellTable, bounded: CellTable, able: Ints, size: int, rule: Rule, seed: int
) -> Advantage:
    """Ask in several releases of one size; the threshold is learned in all but the one asked."""
    counted = bounded if isinstance(rule, Laplace) else table
    scores, is_in = [], []
    for turn in range(TRIES):
        stream = Stream(seed, f"privacy/membership/{size}/{rule.words}/{turn}")
        order = able[np.argsort(stream.bits(able), kind="stable")]
        inside, outside, others = (order[one * size : (one + 1) * size] for one in range(3))
        shown = rule.released(
            _counts(counted, inside),
            BOUND,
            stream,
        )
        usual = _counts(table, others)
        some = min(size, MOST_ASKED)
        asked = np.concatenate([inside[:some], outside[:some]])
        scores.append(_scores(table, asked, shown, usual))
        is_in.append(np.arange(len(asked)) < some)
    return _judged(np.stack(scores), np.stack(is_in))


def _counts(table: CellTable, accounts: Ints) -> Ints:
    """How many of some accounts are in each cell."""
    is_in = np.zeros(table.accounts, bool)
    is_in[accounts] = True
    return np.bincount(table.cell[is_in[table.account]], minlength=table.cells)


def _scores(table: CellTable, asked: Ints, shown: Ints, usual: Ints) -> Floats:
    """How much more the release has of the cells of each household than is usual elsewhere.

    As Homer and others (2008) and Dwork and others (2015) trace people in averages: the sum over
    its cells of released less usual, each by how widely such a count is spread.
    """
    more = np.where(
        shown == BLANK,
        0,
        shown - usual,
    ) / np.sqrt(usual + 1.0)
    found = [more[table.of_account(one)] for one in asked.tolist()]
    return np.array([one.sum() / np.sqrt(len(one)) for one in found])


def _judged(scores: Floats, is_in: Flags) -> Advantage:
    """Say yes above the threshold that was best in the other releases."""
    says_so = np.zeros(scores.shape, bool)
    for turn in range(len(scores)):
        rest = np.arange(len(scores)) != turn
        says_so[turn] = scores[turn] > _best(scores[rest].ravel(), is_in[rest].ravel())
    return advantage_of(says_so.ravel(), is_in.ravel())


def _best(scores: Floats, is_in: Flags) -> float:
    """The threshold with the largest advantage."""
    order = np.argsort(scores)[::-1]
    lead = np.cumsum(np.where(is_in[order], 1, -1))
    best = int(np.argmax(lead))
    return float(scores[order][min(best + 1, len(order) - 1)])


def _sentence(found: Membership) -> str:
    exact = [one for one in found.asked if one.rule == "exact"]
    shown = ", ".join(f"{one.advantage.value:.0%} of {one.households:,}" for one in exact)
    return (
        "Who knows the plays of one household and what others usually watch, and nobody's rows, "
        f"tells whether it is in exact tables with an advantage of {shown} households."
    )


def _tables(found: Membership) -> Iterable[LabTable]:
    sizes = list(dict.fromkeys(one.households for one in found.asked))
    cells = {(one.rule, one.households): worth(one.advantage) for one in found.asked}
    rules = dict.fromkeys(one.rule for one in found.asked)
    yield LabTable(
        "Advantage by households in the release (per cent, with 95 % intervals)",
        ["rule", *(f"{one:,}" for one in sizes)],
        [[rule, *(cells[rule, size] for size in sizes)] for rule in rules],
    )


SECTION = LabSection(
    name="membership",
    title="Is this household in it?",
    about="The same tables of households with this one and without it. The attacker knows its "
    "plays and what others usually watch, and says that it is in where the tables have more of "
    "its cells than usual.",
    kind=Membership,
    measure=measure,
    sentence=_sentence,
    tables=_tables,
)
