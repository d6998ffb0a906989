"""What boosted trees find of one cause in a run, when they learned it from another run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from importlib import import_module
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from synthview.checks.scores import IDS, Reader, taught
from synthview.detect.signs import SeenRows

__all__ = ["FEWEST", "CauseFound", "Span", "found_of"]

FEWEST = 10
"""With fewer rows that have a cause there is nothing to learn, or nothing to test."""
_RESAMPLED = 400
_SEED = 20_171_211
_ENDS = (2.5, 97.5)
Numbers = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Span:
    """A value with its 95 % interval, in which whole accounts are drawn again."""

    value: float
    low: float
    high: float


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
    bound = min(span_of(is_caused, with_answers, account).high, most)
    measured = replace(
        seen,
        average_precision=reached,
        of_acts=span_of(acts, scores, account) if seen.acted >= FEWEST else None,
        at_least=reached.low,
        at_most=max(bound, reached.value),
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


def span_of(is_caused: Numbers, scores: Numbers, account: Numbers) -> Span:
    """Average precision with its interval: accounts are drawn again, with all their rows."""
    order = np.argsort(-scores, kind="stable")
    ranked = _Ranked(is_caused[order], _last_of_equals(scores[order]))
    _, whose = np.unique(account[order], return_inverse=True)
    value = ranked.average_precision(np.ones(len(order)))
    again = np.array(list(_again(ranked, whose)))
    low, high = np.percentile(again, _ENDS) if len(again) else (value, value)
    return Span(value, min(float(low), value), max(float(high), value))


def _again(ranked: _Ranked, whose: Numbers) -> Iterator[float]:
    """Average precision where each account comes as often as a Poisson draw says."""
    lot = np.random.default_rng(_SEED)
    count = int(whose.max(initial=-1)) + 1
    for _ in range(_RESAMPLED):
        weights = lot.poisson(1.0, count)[whose]
        if weights[ranked.is_caused].any():
            yield ranked.average_precision(weights)


def _last_of_equals(scores: Numbers) -> Numbers:
    """The places, in descending order, at which a run of equal scores ends."""
    ends = np.flatnonzero(np.diff(scores))
    return np.append(ends, len(scores) - 1)


@dataclass(frozen=True, slots=True)
class _Ranked:
    """Rows from the likeliest to the least likely; those of equal scores come together."""

    is_caused: Numbers
    ends: Numbers

    def average_precision(self, weights: Numbers) -> float:
        """The precision at each score, weighted by the recall that it adds."""
        found = np.cumsum(weights * self.is_caused)[self.ends]
        named = np.cumsum(weights)[self.ends]
        precision = found / np.maximum(named, 1)
        added = np.diff(found, prepend=0)
        return float((precision * added).sum() / found[-1])
