"""A perfect reader: it knows which share of the rows of each visible content have a cause.

Rows that look the same cannot be told apart, so nothing that is read from this content finds more:
that is a theorem, but in small runs, where hardly two rows look alike, it says next to nothing.
What could be found is enclosed by learners: one that has to learn the shares from other accounts,
and one that is told the answers of these very rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from synthview.checks.content import content_of
from synthview.checks.evidence import FOLDS, PRIME, sampled
from synthview.checks.looks_seen import accesses_seen
from synthview.checks.portions import rows_of
from synthview.checks.resampled import could_be_found, span_of
from synthview.checks.staff_causes import ACCESS
from synthview.dataset import RunDirectory

__all__ = ["IDS", "Reader", "WithinReach", "share_read", "taught"]

MOST_PLAYS = 300_000
"""Of a larger run the perfect reader reads some accounts only."""
IDS = frozenset(
    {
        "play_id", "account_id", "access_id", "device_id", "profile_id", "title_id", "country",
        "started_at",
    }
)  # fmt: skip
Numbers = NDArray[Any]


def share_read(run: RunDirectory) -> float:
    """The share of the accounts of a run that a reader reads."""
    return min(1.0, MOST_PLAYS / max(rows_of(run, "log.plays"), 1))


def taught(content: Numbers, is_caused: Numbers, asked: Numbers) -> Numbers:
    """Scores of rows that are asked about, by boosted trees that learned from others."""
    kind = import_module("sklearn.ensemble").HistGradientBoostingClassifier
    reader = kind(
        max_iter=60,
        max_leaf_nodes=15,
        min_samples_leaf=10,
        early_stopping=False,
        random_state=0,
    )
    reader.fit(content, is_caused)
    scores: Numbers = reader.predict_proba(asked)[:, 1]
    return scores


def _area_below(caused: Numbers, alike: Numbers) -> float:
    """The area below the curve of precision over recall, looks read in the order given."""
    found = np.cumsum(caused) - caused  # before each look
    read = np.cumsum(alike) - alike
    share = caused / alike
    steps = (read + alike) / np.maximum(read, 1)
    growth = np.log(np.where(read > 0, steps, 1.0))
    ahead = (found - share * read) * share * growth
    below = share * caused + ahead
    return float(below.sum() / caused.sum())


@dataclass(frozen=True, slots=True)
class WithinReach:
    """How much of a cause could be found, as average precision.

    `reached` was reached by who learned from other accounts. The best reader of this content lies
    from `at_least` to `at_most`; on these very rows no function of it is above `theorem`.
    """

    reached: float | None = None
    at_least: float | None = None
    at_most: float | None = None
    theorem: float | None = None


@dataclass(frozen=True, slots=True)
class Reader:
    """A reader of rows: their causes and content, which of them look alike, and whose they are."""

    causes: Numbers
    content: Numbers
    alike: Numbers
    account: Numbers

    @classmethod
    def of(cls, run: RunDirectory, whose: str, rows: pl.DataFrame) -> Reader:
        """The reader of a run, or of some of its accounts."""
        if whose == ACCESS:
            content = accesses_seen(run)
        else:
            content = content_of(run, whose, sampled(share_read(run)))
        causes = rows.select(whose, "causes")
        return cls.over(content.join(causes, on=whose, maintain_order="left"))

    @classmethod
    def over(cls, content: pl.DataFrame) -> Reader:
        """The reader of some rows with their ids, their causes, and else what is visible."""
        looks = content.select(pl.exclude(*IDS, "causes", "acted"))
        return cls(
            causes=content["causes"].to_numpy(),
            content=looks.cast(pl.Float32).fill_null(-1).to_numpy(),
            alike=looks.hash_rows(seed=0).rank("dense").to_numpy() - 1,
            account=content["account_id"].to_numpy(),
        )

    def reaches(self, bit: int) -> WithinReach:
        """What the best reader could reach of a cause; nothing where no row has it."""
        is_caused = (self.causes & bit) != 0
        theorem = self.most(bit)
        if theorem is None:
            return WithinReach()
        with import_module("threadpoolctl").threadpool_limits(1):
            learned = self._learned_from_others(is_caused)
            told = taught(self.content, is_caused, self.content) if not is_caused.all() else learned
        reached = span_of(is_caused, learned, self.account)
        at_least, at_most = could_be_found(is_caused, reached, told, self.account, theorem)
        return WithinReach(reached.value, at_least, at_most, theorem)

    def _learned_from_others(self, is_caused: Numbers) -> Numbers:
        """Scores of all rows, each by who learned from other accounts."""
        fold = self.account // PRIME % FOLDS
        learned = np.zeros(len(is_caused))
        for one in range(FOLDS):
            asked = fold == one
            sorts = set(is_caused[~asked].tolist())
            if asked.any() and len(sorts) > 1:
                learned[asked] = taught(
                    self.content[~asked], is_caused[~asked], self.content[asked]
                )
        return learned

    def most(self, bit: int) -> float | None:
        """The average precision of who knows the share of caused rows in each look: the highest.

        Looks are read in the order of their shares, and the area is taken below the curve through
        all points between. Its precision never rises, and any other order of looks ends each of its
        steps on or below it.
        """
        is_caused = (self.causes & bit) != 0
        if not is_caused.any():
            return None
        caused = np.bincount(self.alike, weights=is_caused)
        alike = np.bincount(self.alike)
        has_caused = caused > 0
        caused, alike = caused[has_caused], alike[has_caused]
        order = np.argsort(-caused / alike, kind="stable")
        return _area_below(caused[order], alike[order])

    @staticmethod
    def average_precision(is_caused: Numbers, scores: Numbers) -> float:
        """The precision at each score, weighted by the recall it adds; equals come together."""
        return float(import_module("sklearn.metrics").average_precision_score(is_caused, scores))
