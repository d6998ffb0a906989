"""A classifier that learns from some accounts to tell caused rows from ordinary ones in others.

Each group of accounts is tried on what the groups before it taught. Learning from all others, as is
usual, would count accounts that happen to resemble each other twice, as teachers and as witnesses.
Tried with causes given out by lot, the errors were then 1.4 times as large as their intervals said.
As it is they are as large.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from synthview.checks.evidence import FOLDS, Evidence
from synthview.checks.separation import Area, area, pooled, witnesses
from synthview.outside.extras import need

__all__ = ["FEWEST_PAIRS", "Apart", "need_scikit_learn", "separability", "strongest"]

Values = NDArray[np.floating]
Marks = NDArray[Any]
FEWEST_PAIRS = 200
"""With fewer there is nothing to learn from."""


@dataclass(frozen=True, slots=True)
class Apart:
    """How well rows are told apart, by how many pairs; from how many accounts the caused come."""

    area: Area
    pairs: int
    witnesses: float


def need_scikit_learn(what: str = "The leak audit") -> None:
    """Raise InputError that says how to get the classifier, where it is not installed."""
    need("check", what, "threadpoolctl", "scipy.stats", "sklearn.ensemble")


def separability(
    evidence: Evidence,
    pairs: pl.DataFrame,
    columns: Sequence[int],
    *,
    backwards: bool = False,
    first: int = 1,
) -> Apart:
    """How well some silent columns tell the rows of pairs apart.

    Without columns it is an area of 0.5 without variance. Groups of accounts are asked about from
    the `first` on; `backwards` goes through them from the last, so that other rows are asked about,
    by who learned from others.
    """
    count = pairs.height // 2
    of_caused = witnesses(pairs.filter("is_caused")["account_id"].to_numpy())
    if not columns:
        return Apart(Area(0.5, 0.0, count), count, of_caused)
    unknown = Apart(Area(0.5, math.inf, count), count, of_caused)
    if count < FEWEST_PAIRS:
        return unknown
    values = evidence.silent[np.ix_(pairs["row"].to_numpy(), np.array(columns))]
    # More threads than processors make it slow, not quick.
    with import_module("threadpoolctl").threadpool_limits(1):
        areas = list(_areas(values, pairs, backwards=backwards, first=first))
    return Apart(pooled(areas), count, of_caused) if areas else unknown


def _areas(values: Values, pairs: pl.DataFrame, *, backwards: bool, first: int) -> Iterator[Area]:
    """The area for each group of accounts, from what those before it taught."""
    caused = pairs["is_caused"].to_numpy()
    account = pairs["account_id"].to_numpy()
    fold = pairs["fold"].to_numpy()
    fold = FOLDS - 1 - fold if backwards else fold
    for one in range(first, FOLDS):
        known = fold < one
        asked = fold == one
        if known.any() and asked.any():  # in each fold as many are caused as ordinary
            scores = _scores(values, caused, known, asked)
            yield area(scores, caused[asked], account[asked])


def _scores(values: Values, caused: Marks, known: Marks, asked: Marks) -> Marks:
    """Scores of rows that are asked about, from what is known of others."""
    teaching = values[known]
    differs = teaching.min(axis=0) < teaching.max(axis=0)
    if not differs.any():
        return np.zeros(int(asked.sum()))
    reader = _reader().fit(teaching[:, differs], caused[known])
    return reader.predict_proba(values[asked][:, differs])[:, 1]


def _reader() -> Any:
    """Boosted trees: they find a bit, a modulus, a place or a gap, and what two say together."""
    kind = import_module("sklearn.ensemble").HistGradientBoostingClassifier
    return kind(
        max_iter=40,
        max_bins=63,
        max_leaf_nodes=12,
        min_samples_leaf=15,
        early_stopping=False,
        random_state=0,
    )


def strongest(evidence: Evidence, pairs: pl.DataFrame, columns: Sequence[int]) -> str:
    """The name of the column that by itself tells most."""
    last = FOLDS - 1  # one try is enough to name what was found by several
    areas = {
        column: separability(evidence, pairs, [column], first=last).area.value for column in columns
    }
    return evidence.names[max(areas, key=lambda column: abs(areas[column] - 0.5))]
