"""Rules of release: how wrong each makes a table, and what an attacker still learns from it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from synthview.draws.chance import Stream
from synthview.privacy.cell_tables import CellTable, cells_of
from synthview.privacy.mechanisms import (
    BLANK,
    AsItIs,
    Gaussian,
    Laplace,
    MinimumSize,
    Rounded,
    Rule,
)
from synthview.privacy.need import need_sketches
from synthview.privacy.part import (
    Advantage,
    Laboratory,
    LabSection,
    LabTable,
    NothingToMeasure,
    advantage_of,
)
from synthview.rows import Flags, Floats, Ints

__all__ = ["BOUND", "RULES", "SECTION", "Released", "Releases", "measure"]

BOUND = 20
"""In so many cells is an account counted at most, where chance is added."""
TARGETS = 1_000
"""So many accounts are asked for, drawn by chance: half of them were in the release."""
RULES: tuple[Rule, ...] = (
    AsItIs(),
    *(MinimumSize(one) for one in (3, 5, 11, 20)),
    *(Rounded(one) for one in (5, 10, 100)),
    *(Laplace(one) for one in (0.1, 1.0, 10.0)),
    *(Gaussian(one) for one in (0.1, 1.0, 10.0)),
)
SKETCHES = (8, 12)
"""Sketches of two to the so many registers."""
SKETCHED_TARGETS = 100
SKETCHED_CELLS = 3


@dataclass(frozen=True)
class Released:
    """A rule: how wrong its table is, and how often the attacker knows who is in it.

    `error` is the sum of what all cells are off, for the sum of all cells; `blank` the share of
    cells with anybody that are not let out.
    """

    rule: str
    error: float
    blank: float
    advantage: Advantage


@dataclass(frozen=True)
class Releases:
    """Every rule on the same table.

    Where chance is added, an account is counted in at most `bound` cells; that alone leaves out
    the share `left_out` of all that is counted.
    """

    cells: int
    days: int
    mean: float
    bound: int
    left_out: float
    rules: tuple[Released, ...]


def measure(lab: Laboratory) -> Releases:
    """Publish one table by every rule, and ask of some accounts whether they are in it."""
    table = cells_of(lab.points)
    stream = Stream(lab.seed, "privacy/release")
    able = np.flatnonzero(np.diff(table.starts))
    targets = np.sort(able[np.argsort(stream.bits(able), kind="stable")[:TARGETS]])
    if len(targets) < 2:
        raise NothingToMeasure("nobody has any of its titles")
    bounded = table.bounded(BOUND, Stream(lab.seed, "privacy/release/bound"))
    found = [
        _of_rule(
            rule,
            table,
            bounded,
            targets,
            lab.seed,
        )
        for rule in RULES
    ]
    found += [
        _of_sketch(
            size,
            table,
            targets[:SKETCHED_TARGETS],
            lab.seed,
        )
        for size in SKETCHES
    ]
    used = table.counts[table.counts > 0]
    return Releases(
        table.cells,
        table.days,
        mean=float(used.mean()),
        bound=BOUND,
        left_out=1 - len(bounded.cell) / len(table.cell),
        rules=tuple(found),
    )


def _of_rule(
    rule: Rule, table: CellTable, bounded: CellTable, targets: Ints, seed: int
) -> Released:
    """Publish by a rule; the attacker knows everybody's cells, but not who of two is in."""
    stream = Stream(seed, f"privacy/release/{rule.words}")
    has_chance = isinstance(rule, Laplace | Gaussian)
    counted = bounded if has_chance else table
    shown = rule.released(counted.counts, BOUND, stream)
    is_in = _coin(targets, stream)
    says_in = np.array([
        _says_in(rule, counted, target, bool(here), stream)
        for target, here in zip(targets.tolist(), is_in, strict=True)
    ])  # fmt: skip
    return Released(
        rule.words,
        _error(shown, table.counts),
        _blank(shown, table.counts),
        advantage_of(says_in, is_in),
    )


def _coin(targets: Ints, stream: Stream) -> Flags:
    """Which accounts are in the release: each with an even chance."""
    return (stream.bits(targets, n=7) & np.uint64(1)).astype(bool)


def _says_in(rule: Rule, table: CellTable, target: int, here: bool, stream: Stream) -> bool:  # noqa: FBT001
    """Let out the cells of an account, with or without it, and see what the attacker says.

    The attacker knows all others, so only these cells say anything.
    """
    cells = table.of_account(target)
    without = table.counts[cells] - 1
    own = Stream(stream.seed, f"{stream.name}/{target}")
    shown = rule.released(without + here, BOUND, own)
    return _sum(rule.evidence(shown, without, BOUND)) > 0


def _sum(evidence: Floats) -> float:
    """All evidence together; what is certain counts alone."""
    certain = evidence[np.isinf(evidence)]
    return float(certain[0]) if len(certain) else float(evidence.sum())


def _error(shown: Ints, counts: Ints) -> float:
    """How far cells are off, for all that is counted; a blank cell is read as nothing."""
    read = np.where(shown == BLANK, 0, np.maximum(shown, 0))
    return float(np.abs(read - counts).sum() / counts.sum())


def _blank(shown: Ints, counts: Ints) -> float:
    """The share of cells with anybody in them that are not let out."""
    return float((shown[counts > 0] == BLANK).mean())


def _of_sketch(size: int, table: CellTable, targets: Ints, seed: int) -> Released:
    """Count with sketches of HyperLogLog, whose registers an account changes or does not."""
    stream = Stream(seed, f"privacy/release/sketch/{size}")
    is_in = _coin(targets, stream)
    asked = [
        _in_sketches(
            size,
            table,
            one,
        )
        for one in targets.tolist()
    ]
    off, whole, changes = (np.array(one) for one in zip(*asked, strict=True))
    return Released(
        f"sketch of {2**size:,} registers",
        float(off.sum() / whole.sum()),
        0.0,
        advantage_of(is_in & changes, is_in),
    )


def _in_sketches(size: int, table: CellTable, target: int) -> tuple[float, int, bool]:
    """How far some cells of an account are off, how many they have, and whether it changes one."""
    off, whole, changes = 0.0, 0, False
    for cell in table.of_account(target)[:SKETCHED_CELLS].tolist():
        inside = table.inside(cell)
        others = inside[inside != target].tolist()
        without, with_it = _estimates(size, others, target)
        changes |= without != with_it
        off += abs(with_it - len(inside))
        whole += len(inside)
    return off, whole, changes


def _estimates(size: int, others: Sequence[int], target: int) -> tuple[float, float]:
    """What a sketch of some accounts counts, and what with one more."""
    library = need_sketches()
    sketch = library.hll_sketch(size)
    for one in others:
        sketch.update(one)
    before = float(sketch.get_estimate())
    sketch.update(target)
    return before, float(sketch.get_estimate())


def _sentence(found: Releases) -> str:
    by_rule = {one.rule: one for one in found.rules}
    cell, noised = by_rule["minimum cell 11"], by_rule["Laplace, epsilon 1"]
    return (
        f"Accounts by title and {'day' if found.days == 1 else f'{found.days} days'}: "
        f"{found.cells:,} cells, {found.mean:.1f} accounts in those with any. Who knows "
        "everybody else tells whether an account is in it with an advantage of "
        f"{cell.advantage.value:.0%} under a minimum cell of 11, whose table is off by "
        f"{cell.error:.0%}, and of {noised.advantage.value:.0%} under Laplace's law with epsilon "
        f"1, off by {noised.error:.0%}. There an account is in at most {found.bound} cells, which "
        f"alone leaves out {found.left_out:.0%}."
    )


def _tables(found: Releases) -> Iterable[LabTable]:
    yield LabTable(
        "Error of the table beside what an attacker learns (per cent)",
        ["rule", "off by", "cells left blank", "advantage", "95 % interval"],
        [
            [
                one.rule,
                f"{100 * one.error:.1f}",
                f"{100 * one.blank:.0f}",
                f"{100 * one.advantage.value:.0f}",
                f"{100 * one.advantage.low:.0f} to {100 * one.advantage.high:.0f}",
            ]
            for one in found.rules
        ],
    )


SECTION = LabSection(
    name="release",
    title="Rules of release",
    about="A table of how many accounts had a title on a day is let out by each rule. The attacker "
    "knows the cells of everybody and asks whether one account is in it. The advantage is how "
    "often they say yes of those who are, less how often of those who are not.",
    kind=Releases,
    measure=measure,
    sentence=_sentence,
    tables=_tables,
)
