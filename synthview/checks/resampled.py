"""Average precision with its interval: whole accounts are drawn again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Span", "could_be_found", "span_of"]

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


def could_be_found(
    is_caused: Numbers, reached: Span, with_answers: Numbers, account: Numbers, most: float
) -> tuple[float, float]:
    """Between which values of average precision the best reader of some signs lies.

    At least it is what was surely `reached` without answers: the lower end of that interval. At
    most it is what a learner of the same kind makes of the rows once it is told the answers of
    these very rows, their scores `with_answers`: the upper end of the interval. Such a learner is
    expected to do no worse than the best of its kind that is not told. `most` is a theorem's bound.
    """
    told = span_of(is_caused, with_answers, account).high
    return reached.low, max(min(told, most), reached.value)


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
