"""What boosted trees find of one cause in a run, when they learned it from another run."""

from __future__ import annotations

from dataclasses import dataclass, replace
from importlib import import_module
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from synthview.checks.perfect_reader import IDS, Reader, taught
from synthview.checks.resampled import Span, could_be_found, span_of
from synthview.detect.signs import SeenRows

__all__ = ["FEWEST", "CauseFound", "found_of"]

FEWEST = 10
"""With fewer rows that have a cause there is nothing to learn, or nothing to test."""
Numbers = NDArray[Any]


@dataclass(frozen=True, slots=True)
class CauseFound:
    """What was found of a cause at one place of the dial.

    Of `rows` tested, `caused` have the cause, and of those `acted` do so by an act in the days.
    `average_precision` is that of all of them, `of_acts` where only those that acted count. What
    any reader of these signs could reach lies between `at_least` and `at_most`. All that could not
    be measured is None.
    """

    cause: str
    disguise: float | None
    rows: int
    caused: int
    acted: int
    taught: int
    base_rate: float
    average_precision: Span | None = None
    of_acts: Span | None = None
    at_least: float | None = None
    at_most: float | None = None


def found_of(
    cause: str, disguise: float | None, learned: SeenRows, tested: SeenRows
) -> tuple[CauseFound, Numbers | None]:
    """Learn a cause from one run and look for it in another: what was found, and the scores.

    There are no scores where the cause is too rare.
    """
    is_caused, acts = _has(tested, cause), _has(tested, cause, "acted")
    seen = _counted(cause, disguise, learned, tested)
    if min(seen.caused, seen.taught) < FEWEST:
        return seen, None
    scores, with_answers = _scores(cause, learned, tested)
    account = tested.rows["account_id"].to_numpy()
    reached = span_of(is_caused, scores, account)
    most = Reader.over(tested.rows).most(tested.causes.bit(cause)) or 1.0
    at_least, at_most = could_be_found(is_caused, reached, with_answers, account, most)
    measured = replace(
        seen,
        average_precision=reached,
        of_acts=span_of(acts, scores, account) if seen.acted >= FEWEST else None,
        at_least=at_least,
        at_most=at_most,
    )
    return measured, scores


def _counted(cause: str, disguise: float | None, learned: SeenRows, tested: SeenRows) -> CauseFound:
    """How many rows have a cause, in both worlds."""
    caused = int(_has(tested, cause).sum())
    return CauseFound(
        cause=cause,
        disguise=disguise,
        rows=len(tested.rows),
        caused=caused,
        acted=int(_has(tested, cause, "acted").sum()),
        taught=int(_has(learned, cause).sum()),
        base_rate=caused / max(len(tested.rows), 1),
    )


def _scores(cause: str, learned: SeenRows, tested: SeenRows) -> tuple[Numbers, Numbers]:
    """Scores of who learned from the other world, and of who was told the answers too.

    The second is expected to do no worse than the best of its kind that is not told.
    """
    teaching, asked = _matrix(learned), _matrix(tested)
    known = _has(learned, cause)
    everything = np.concatenate([teaching, asked])
    answers = np.concatenate([known, _has(tested, cause)])
    with import_module("threadpoolctl").threadpool_limits(1):
        return taught(teaching, known, asked), taught(everything, answers, asked)


def _matrix(seen: SeenRows) -> Numbers:
    """Signs as numbers, in an order that does not depend on the run."""
    signs = seen.rows.select(pl.exclude(*IDS, "causes", "acted"))
    signs = signs.select(sorted(signs.columns))
    return signs.cast(pl.Float32).fill_null(-1).to_numpy()


def _has(seen: SeenRows, cause: str, by: str = "causes") -> Numbers:
    mask: Numbers = seen.rows[by].to_numpy()
    return (mask & seen.causes.bit(cause)) != 0
