"""Verdicts of the leak audit: it holds, it leaks, or there are too few rows to tell."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib import import_module

import polars as pl

from synthview.checks.classifier import FEWEST_PAIRS, Apart, strongest
from synthview.checks.evidence import Evidence

__all__ = [
    "ALLOWED",
    "ANY_ACTOR",
    "ANY_FAULT",
    "ANY_INSIDER",
    "CANNOT_TELL",
    "HOLDS",
    "LEAKS",
    "SURE",
    "TOGETHER",
    "Judge",
    "Line",
    "Tried",
    "in_words",
]

ALLOWED = 0.52
"""A line holds where the interval of the area contains 0.5 and stays below this."""
SURE = 0.95
"""The chance that the intervals of all lines of an audit are right together."""
FEWEST_WITNESSES = 25
"""With fewer accounts behind the caused rows no interval can be trusted."""
ANY_ACTOR, ANY_FAULT, ANY_INSIDER = "any actor", "any fault", "any insider"
ENOUGH_PAIRS = 6_000
"""Pairs of as many accounts have a standard error of some 0.4 / √n: ± 0.02 by Bonferroni."""
WIDEST = 625.0
"""Where the interval is all from 0 to 1 nothing was measured."""
HOLDS, LEAKS, CANNOT_TELL = "holds", "LEAKS", "cannot tell"
TOGETHER = "together"


@dataclass(frozen=True, slots=True)
class Tried:
    """What was tried: a table, a cause, a family of traces, and how many rows are caused."""

    table: str
    cause: str
    family: str
    rows: int
    apart: Apart

    @property
    def matched(self) -> float:
        """The share of the caused rows that have a row like them."""
        return self.apart.pairs / self.rows if self.rows else 0.0


@dataclass(frozen=True, slots=True)
class Line:
    """The result for one table, one cause and one family of traces (`TOGETHER`: all of them).

    Of the caused `rows` those in `pairs` have an ordinary row like them. `trace` names what leaks
    most. Where the audit cannot tell, about so many `households` would be enough; 0 where there is
    nothing to go by.
    """

    table: str
    cause: str
    family: str
    rows: int
    pairs: int
    matched: float
    area: float
    low: float
    high: float
    verdict: str
    trace: str = ""
    households: int = 0

    @property
    def is_of_all(self) -> bool:
        """Whether it is about any actor or any fault."""
        return self.cause in {ANY_ACTOR, ANY_FAULT, ANY_INSIDER}

    @property
    def is_asked(self) -> bool:
        """Whether there were rows enough to ask at all, or nothing to go by in them."""
        return self.pairs >= FEWEST_PAIRS or self.verdict != CANNOT_TELL


@dataclass(frozen=True, slots=True)
class Judge:
    """Judges so many `questions` about a run that all intervals hold together with `SURE`."""

    households: int
    questions: int

    def line(self, tried: Tried) -> Line:
        """The verdict on what was tried."""
        found = tried.apart
        value, variance = found.area.value, found.area.variance
        half = self._reach(found.witnesses) * math.sqrt(variance)
        line = Line(
            table=tried.table,
            cause=tried.cause,
            family=tried.family,
            rows=tried.rows,
            pairs=found.pairs,
            matched=tried.matched,
            area=value,
            low=max(value - half, 0.0),
            high=min(value + half, 1.0),
            verdict=HOLDS,
        )
        are_all_alike = value == 0.5 and not variance
        if found.pairs and are_all_alike:
            return line
        is_sure = found.witnesses >= FEWEST_WITNESSES and found.pairs >= FEWEST_PAIRS
        if is_sure and not line.low <= 0.5 <= line.high:
            return replace(line, verdict=LEAKS)
        if is_sure and line.high < ALLOWED:
            return line
        return replace(line, verdict=CANNOT_TELL, households=self._enough(line, found))

    def doubted(self, line: Line) -> Line:
        """A line that leaked at first, but not when it was asked again: more households decide."""
        return replace(line, verdict=CANNOT_TELL, households=_rounded(2.0 * self.households))

    def named(
        self, line: Line, evidence: Evidence, pairs: pl.DataFrame, columns: Sequence[int]
    ) -> Line:
        """A line that leaks, with what leaks most."""
        return replace(line, trace=strongest(evidence, pairs, columns))

    def _reach(self, witnesses: float) -> float:
        """Half the width of an interval in standard errors: Student's t with Bonferroni's share."""
        tail = (1.0 - SURE) / (2 * max(self.questions, 1))
        freedom = max(witnesses - 1.0, 1.0)
        return float(import_module("scipy.stats").t.ppf(1.0 - tail, freedom))

    def _enough(self, line: Line, found: Apart) -> int:
        """About how many households would decide a line; 0 where there is nothing to go by."""
        if not found.pairs or not found.witnesses:
            return 0
        half = (line.high - line.low) / 2
        wide = (half / (ALLOWED - 0.5)) ** 2
        is_measured = found.pairs >= FEWEST_PAIRS and wide < WIDEST
        factor = wide if is_measured else ENOUGH_PAIRS / found.pairs
        factor = max(factor, FEWEST_WITNESSES / found.witnesses)
        return _rounded(self.households * factor)


def _rounded(households: float) -> int:
    """Up to two digits."""
    step = 10 ** max(int(math.log10(households)) - 1, 0)
    return int(math.ceil(households / step) * step)


def in_words(lines: Sequence[Line]) -> str:
    """What an audit comes to: what leaks, or how much of it is decided."""
    leaks = [one for one in lines if one.verdict == LEAKS]
    undecided = [one for one in lines if one.verdict == CANNOT_TELL]
    if leaks:
        return f"The log tells more than behaviour: {'; '.join(_where(leaks))}."
    if not undecided:
        return f"Nothing leaks: all {len(lines)} lines hold."

    hold = len(lines) - len(undecided)
    said = (
        "No leak was found, which is not yet a pass: "
        f"{hold} lines hold, {len(undecided)} cannot tell."
    )
    enough = max((one.households for one in undecided if one.is_of_all), default=0)
    if enough:
        said += f" About {enough:,} households would decide those of any actor and any fault."
    return f"{said} Single causes need more; a higher rate of one (--set, --cast) gives it rows."


def _where(leaks: Sequence[Line]) -> list[str]:
    """The traces that leak, or the tables where no single one does."""
    named = [f"{one.trace} of {one.table} ({one.cause})" for one in leaks if one.family != TOGETHER]
    return named or [f"{one.table} ({one.cause}), by nothing in particular" for one in leaks]
