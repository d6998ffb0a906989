"""The leak audit: whether anything but behaviour tells which rows of the log have a cause.

Rows that an actor or fault had a part in are paired with ordinary rows that look alike in all that a reader may
rightly see. Then a classifier is given everything that must say nothing: ids, order among equals, digits of
milliseconds, the layout of files, gaps. Trained on some accounts it has to tell the pairs of others apart. If it can,
the log gives something away.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from synthview.checks.causes import Causes, Told, need_truth
from synthview.checks.evidence import Evidence, examine, sampled
from synthview.checks.portions import rows_of
from synthview.checks.telling import need_scikit_learn, told_apart
from synthview.checks.traces import EQUALS, FAMILIES, SUBJECTS, Subject
from synthview.checks.verdicts import ANY_ACTOR, ANY_FAULT, LEAKS, TOGETHER, Judge, Line, Tried
from synthview.dataset import Run
from synthview.registry import installed

__all__ = ["audit"]

MOST_PLAYS, MOST_ROWS, MOST_PAIRS = 2_000_000, 400_000, 12_000
"""Of a larger run some accounts are audited, of their rows some, and at most so many pairs for each cause."""
EQUAL = pl.col("has_equals")


@dataclass(frozen=True, slots=True)
class _Target:
    """One question: which rows are caused, which ordinary, and in which families the cause shows by rights."""

    cause: str
    caused: pl.Expr
    ordinary: pl.Expr
    excused: frozenset[str]
    is_any: bool

    def among(self, some: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
        """The caused and the ordinary of some rows."""
        return self.caused & some, self.ordinary & some


def audit(run: Run, tables: Collection[str] = (), causes: Collection[str] = ()) -> Iterator[Line]:
    """Ask of every table, cause and family of traces whether it gives anything away, table by table.

    `tables` and `causes` (``any actor`` and ``any fault`` among them) leave it at these. Raises InputError where the
    run lacks the truth, or the classifier is not installed.
    """
    need_scikit_learn()
    need_truth(run, ["log.titles"], "the leak audit needs")
    known = Causes.of(run)
    share = min(1.0, MOST_PLAYS / max(rows_of(run, "truth.plays"), 1))
    told = Told.by(run, known, sampled(share))
    subjects = [one for one in SUBJECTS if one.table in (tables or run.tables)]
    plan = [
        (one, [target for target in _targets(known, one) if not causes or target.cause in causes])
        for one in subjects
    ]
    questions = sum(1 + len(FAMILIES) * target.is_any for _, targets in plan for target in targets)
    judge = Judge(run.manifest["settings"]["households"], questions)
    for subject, targets in plan:
        evidence = examine(run, subject, told, share, MOST_ROWS)
        for target in targets:
            yield from _ask(subject, target, evidence, judge)


def _targets(causes: Causes, subject: Subject) -> Iterator[_Target]:
    """Any actor and each, any fault and each; what shows of some actor by rights does not count against the others."""
    known = installed().actors
    rights = {
        name: frozenset[str](getattr(known.get(name), "tells_in", ())) for name in causes.actors
    }
    frank = causes.mask([name for name in causes.actors if rights[name]])
    yield from _group(causes, ANY_ACTOR, causes.actors, frank, rights, each=subject.each)
    if subject.has_faults:
        yield from _group(causes, ANY_FAULT, causes.faults, 0, {}, each=subject.each)


def _group(
    causes: Causes,
    together: str,
    names: Sequence[str],
    frank: int,
    rights: Mapping[str, frozenset[str]],
    *,
    each: bool,
) -> Iterator[_Target]:
    mask, everything = causes.mask(names), pl.col("causes")
    ordinary, not_frank = (everything & mask) == 0, (everything & frank) == 0
    if names:
        yield _Target(together, ~ordinary & not_frank, ordinary, frozenset(), is_any=True)
    for name in names if each else ():
        others = (everything & (frank & ~causes.bit(name))) == 0
        caused = ((everything & causes.bit(name)) != 0) & others
        yield _Target(name, caused, ordinary, rights.get(name, frozenset()), is_any=False)


def _ask(subject: Subject, target: _Target, evidence: Evidence, judge: Judge) -> Iterator[Line]:
    """One line for all traces together; one for each family where any cause is meant, or something leaks."""
    if evidence.rows.is_empty():
        return
    count = int(evidence.rows.select(target.caused.sum()).item())
    pairs = evidence.pairs(target.caused, target.ordinary, MOST_PAIRS)
    families = {
        family: columns
        for family, columns in evidence.families.items()
        if family not in target.excused
    }

    def line(family: str, columns: Sequence[int], pairs: pl.DataFrame) -> Line:
        """A leak is one that shows again when other accounts teach and others are asked about."""
        ways = (
            told_apart(evidence, pairs, columns, backwards=backwards) for backwards in (False, True)
        )
        verdicts = (
            judge.line(Tried(subject.table, target.cause, family, count, found)) for found in ways
        )
        one = next(verdicts)
        if one.verdict != LEAKS:
            return one
        if next(verdicts).verdict != LEAKS:
            return judge.doubted(one)
        return one if family == TOGETHER else judge.named(one, evidence, pairs, columns)

    together = line(
        TOGETHER, [column for columns in families.values() for column in columns], pairs
    )
    yield together
    if target.is_any or together.verdict == LEAKS:
        for family, columns in families.items():
            if family != EQUALS:
                yield line(family, columns, pairs)
            elif evidence.rows["has_equals"].any():
                yield line(family, columns, evidence.pairs(*target.among(EQUAL), MOST_PAIRS))
