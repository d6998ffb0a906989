"""The leak audit: whether anything but behaviour tells which rows of the log have a cause.

Rows that an actor or fault touched are paired with ordinary rows that look alike in all that a
reader may rightly see. Then a classifier is given everything that must say nothing: ids, order
among equals, digits of milliseconds, the layout of files, gaps. Trained on some accounts it has to
tell the pairs of others apart. If it can, the log gives something away.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import polars as pl

from synthview.checks.cause_bits import CauseBits, TrueCauses, need_truth
from synthview.checks.classifier import need_scikit_learn, separability
from synthview.checks.evidence import Evidence, examine, sampled
from synthview.checks.leak_verdicts import (
    ANY_ACTOR,
    ANY_FAULT,
    ANY_INSIDER,
    LEAKS,
    TOGETHER,
    Judge,
    Line,
    Tried,
)
from synthview.checks.portions import rows_of
from synthview.checks.staff_causes import ACCESS, WHY, StaffCauses
from synthview.checks.traces import EQUALS, FAMILIES, SUBJECTS, Subject
from synthview.dataset import RunDirectory
from synthview.registry import installed

__all__ = ["audit"]

MOST_PLAYS = 2_000_000
"""Of a larger run some accounts are audited."""
MOST_ROWS = 400_000
"""Of more rows of these accounts some are."""
MOST_PAIRS = 12_000
"""Pairs of rows for each cause, at most."""
EQUAL = pl.col("has_equals")


@dataclass(frozen=True, slots=True)
class _Target:
    """Which rows are caused, which ordinary, and in which families the cause shows by rights."""

    cause: str
    caused: pl.Expr
    ordinary: pl.Expr
    excused: frozenset[str]
    is_any: bool

    def among(self, some: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
        """The caused and the ordinary of some rows."""
        return self.caused & some, self.ordinary & some


def audit(
    run: RunDirectory, tables: Collection[str] = (), causes: Collection[str] = ()
) -> Iterator[Line]:
    """Test whether any family of traces gives a cause away, table by table.

    `tables` and `causes` (``any actor`` and ``any fault`` among them) leave it at these. Raises
    InputError where the run lacks the truth, or the classifier is not installed.
    """
    need_scikit_learn()
    need_truth(run, ["log.titles"], "the leak audit needs")
    known = CauseBits.of(run)
    share = min(1.0, MOST_PLAYS / max(rows_of(run, "truth.plays"), 1))
    true_causes = TrueCauses.by(run, known, sampled(share))
    subjects = _subjects(run, tables)
    plan = [
        [one for one in _targets(known, subject) if not causes or one.cause in causes]
        for subject in subjects
    ]
    judge = Judge(run.manifest["settings"]["households"], _question_count(plan))
    for subject, targets in zip(subjects, plan, strict=True):
        evidence = (
            examine(run, subject, StaffCauses(run), 1.0, MOST_ROWS)
            if subject.whose == ACCESS
            else examine(run, subject, true_causes, share, MOST_ROWS)
        )
        for target in targets:
            yield from _ask(subject, target, evidence, judge)


def _subjects(run: RunDirectory, tables: Collection[str]) -> list[Subject]:
    """What is audited; accesses only where it is told why the staff looked."""
    asked = [one for one in SUBJECTS if one.table in (tables or run.tables)]
    return [one for one in asked if one.whose != ACCESS or WHY in run.tables]


def _question_count(plan: Sequence[Sequence[_Target]]) -> int:
    """How many lines there may be: one for each cause, and for any cause one for each family."""
    targets = [target for some in plan for target in some]
    return len(targets) + len(FAMILIES) * sum(one.is_any for one in targets)


def _targets(causes: CauseBits, subject: Subject) -> Iterator[_Target]:
    """Any actor and each, any fault and each.

    What shows of some actor by rights does not count against the others.
    """
    if subject.whose == ACCESS:
        insiders = StaffCauses.causes
        rights = dict.fromkeys((ANY_INSIDER, *insiders.actors), subject.excused)
        yield from _group(insiders, ANY_INSIDER, insiders.actors, 0, rights, each=True)
        return
    known = installed().actors
    rights = {
        name: frozenset[str](getattr(known.get(name), "tells_in", ())) for name in causes.actors
    }
    frank = causes.mask([name for name in causes.actors if rights[name]])
    yield from _group(causes, ANY_ACTOR, causes.actors, frank, rights, each=subject.each)
    if subject.has_faults:
        yield from _group(causes, ANY_FAULT, causes.faults, 0, {}, each=subject.each)


def _group(
    causes: CauseBits,
    together: str,
    names: Sequence[str],
    frank: int,
    rights: Mapping[str, frozenset[str]],
    *,
    each: bool,
) -> Iterator[_Target]:
    """All causes of a kind together, then each; `frank` masks those that show by rights."""
    ordinary = ~_has_any(causes.mask(names))
    if names:
        caused = ~ordinary & ~_has_any(frank)
        yield _Target(together, caused, ordinary, rights.get(together, frozenset()), is_any=True)
    for name in names if each else ():
        bit = causes.bit(name)
        caused = _has_any(bit) & ~_has_any(frank & ~bit)
        yield _Target(name, caused, ordinary, rights.get(name, frozenset()), is_any=False)


def _has_any(mask: int) -> pl.Expr:
    """Whether a row has any of some causes."""
    return (pl.col("causes") & mask) != 0


def _ask(subject: Subject, target: _Target, evidence: Evidence, judge: Judge) -> Iterator[Line]:
    """One line for all traces together; one for each family, for any cause or where one leaks."""
    if evidence.rows.is_empty():
        return
    trial = _Trial(subject, target, evidence, judge)
    pairs = evidence.pairs(target.caused, target.ordinary, MOST_PAIRS)
    families = {
        family: columns
        for family, columns in evidence.families.items()
        if family not in target.excused
    }
    together = trial.line(TOGETHER, [*chain(*families.values())], pairs)
    yield together
    if not target.is_any and together.verdict != LEAKS:
        return
    for family, columns in families.items():
        if family != EQUALS:
            yield trial.line(family, columns, pairs)
        elif evidence.rows["has_equals"].any():
            with_equals = evidence.pairs(*target.among(EQUAL), MOST_PAIRS)
            yield trial.line(family, columns, with_equals)


@dataclass(frozen=True)
class _Trial:
    """One cause in one table, with the evidence and the judge."""

    subject: Subject
    target: _Target
    evidence: Evidence
    judge: Judge

    def line(self, family: str, columns: Sequence[int], pairs: pl.DataFrame) -> Line:
        """A leak is one that shows again when other accounts teach and others are asked about."""
        one = self._verdict(family, columns, pairs, backwards=False)
        if one.verdict != LEAKS:
            return one
        again = self._verdict(family, columns, pairs, backwards=True)
        if again.verdict != LEAKS:
            return self.judge.doubted(one)
        if family == TOGETHER:
            return one
        return self.judge.named(one, self.evidence, pairs, columns)

    def _verdict(
        self, family: str, columns: Sequence[int], pairs: pl.DataFrame, *, backwards: bool
    ) -> Line:
        """The verdict on some columns, with folds of accounts asked in one direction."""
        count = int(self.evidence.rows.select(self.target.caused.sum()).item())
        found = separability(self.evidence, pairs, columns, backwards=backwards)
        tried = Tried(self.subject.table, self.target.cause, family, count, found)
        return self.judge.line(tried)
