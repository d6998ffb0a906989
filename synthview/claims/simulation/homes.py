"""Homes by their numbers, and their accounts by the ids that a log has for them."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from synthview.claims.question import Question
from synthview.ids import public
from synthview.rows import Ints

__all__ = ["accounts_of", "households_of", "spread"]


def households_of(question: Question, account_ids: Iterable[int]) -> Ints:
    """The numbers of the homes behind public ids of accounts."""
    ids = np.array(list(account_ids), dtype=np.int64)
    return public(question.scenario.run.seed, "account").invert(ids)


def accounts_of(question: Question, households: Iterable[int]) -> list[int]:
    """The public ids of the accounts of some homes."""
    numbers = np.fromiter(households, dtype=np.int64)
    ids: list[int] = public(question.scenario.run.seed, "account").apply(numbers).tolist()
    return ids


def spread(count: int, households: int) -> Ints:
    """Numbers of `count` homes, spread evenly over all."""
    return np.arange(min(count, households), dtype=np.int64) * households // min(count, households)
