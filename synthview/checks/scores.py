"""How well predictions find the causes of plays or accounts, and what a perfect reader of the log could reach.

A perfect reader gives each row the share of rows of the same visible content that have the cause: rows that look the
same cannot be told apart, so nothing that is read from this content finds more. That is the upper end. The lower end is what
a reader reaches who has to learn the shares from other accounts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from synthview.checks.causes import Causes, Told, need_truth
from synthview.checks.content import NEEDED, content_of
from synthview.checks.evidence import FOLDS, fold_of, sampled
from synthview.checks.portions import rows_of
from synthview.checks.predictions import Predictions, predictions_in
from synthview.checks.telling import need_scikit_learn
from synthview.dataset import Run
from synthview.errors import InputError
from synthview.outside.paths import dataset_path

__all__ = ["Reader", "Score", "Scores", "score"]

MOST_PLAYS = 300_000
"""Of a larger run the perfect reader reads some accounts only."""
IDS = frozenset({"play_id", "account_id", "device_id", "profile_id", "title_id", "country", "started_at"})
Numbers = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Score:
    """How well one cause is found: of `rows` plays or accounts `caused` have it, `unseen` more left no row in the log.

    At the `cut` and above are `named`. Where nothing has the cause, or nothing is named, what would be divided is None. The average
    precision of a perfect reader lies between `at_least` and `at_most`.
    """

    cause: str
    rows: int
    caused: int
    unseen: int
    base_rate: float
    cut: float
    named: int
    precision: float | None
    recall: float | None
    average_precision: float | None
    at_least: float | None
    at_most: float | None


@dataclass(frozen=True, slots=True)
class Scores:
    """What the predictions are of (``play_id`` or ``account_id``), what is to be said of the file, and a score per cause."""

    whose: str
    notes: tuple[str, ...]
    causes: tuple[Score, ...]

    @property
    def rows(self) -> int:
        """How many plays or accounts there are to be scored."""
        return self.causes[0].rows


def score(run: Run, path: str | Path, cut: float | None = None) -> Scores:
    """Score a file of predictions; raises InputError for what is wrong with it, or with the run."""
    need_scikit_learn("Scoring predictions")
    path = dataset_path(path, "The file of predictions")
    need_truth(run, NEEDED, "scores need")
    causes = Causes.of(run)
    predictions = predictions_in(path, causes.names)
    truth = _truth(Told.by(run, causes, pl.lit(value=True)), predictions.whose)
    seen = run.scan("log.plays", repaired=True).select(predictions.whose).unique().collect()
    notes = list(_notes(path, predictions, truth, seen))
    rows = truth.join(seen, on=predictions.whose, how="semi").join(predictions.rows, on=predictions.whose, how="left")
    reader = Reader.of(run, predictions.whose, rows)
    unseen = truth.join(seen, on=predictions.whose, how="anti")
    return Scores(
        predictions.whose,
        tuple(notes),
        tuple(_score(one, causes.bit(one), rows, unseen, cut, reader) for one in predictions.causes),
    )


def _truth(told: Told, whose: str) -> pl.DataFrame:
    """The causes of each play; an account has those that its plays have, and those that apply to it as long as it lasts."""
    if whose == "play_id":
        return told.of(whose)
    of_plays = told.plays.group_by("account_id").agg(pl.col("causes").bitwise_or().alias("of_plays"))
    both = told.of(whose).join(of_plays, on=whose, how="left")
    return both.select(whose, causes=pl.col("causes") | pl.col("of_plays").fill_null(0))


def _notes(path: Path, predictions: Predictions, truth: pl.DataFrame, seen: pl.DataFrame) -> Iterator[str]:
    """What is to be said of the ids of the file; ids of nothing in the run are refused."""
    whose, ids = predictions.whose, predictions.rows.select(predictions.whose)
    known = pl.concat([truth.select(whose), seen]).unique()
    if len(strange := ids.join(known, on=whose, how="anti")):
        what = "1 id that is" if len(strange) == 1 else f"{len(strange):,} ids that are"
        raise InputError(
            f"{path} has {what} in no table of this dataset, {strange[whose][0]} the first as a number. "
            f"Predictions are of the {whose} of log.plays."
        )
    if count := len(ids.join(truth, on=whose, how="anti")):
        yield f"{_rows(count, 'file')} of what began before the run, whose truth is not in it: left out."
    if count := len(ids.join(seen, on=whose, how="anti")):
        yield f"{_rows(count, 'file')} of what left no row in log.plays: left out."
    if count := len(truth.join(seen, on=whose, how="semi").join(ids, on=whose, how="anti")):
        yield f"{_rows(count, 'log')} not in the file, which counts as least likely, and as not named."


def _rows(count: int, of: str) -> str:
    return f"1 row of the {of} is" if count == 1 else f"{count:,} rows of the {of} are"


def _score(cause: str, bit: int, rows: pl.DataFrame, unseen: pl.DataFrame, cut: float | None, reader: Reader) -> Score:
    is_caused = (rows["causes"] & bit) != 0
    given = rows[cause]
    is_share = bool(given.min() is None or (given.min() >= 0 and given.max() <= 1))  # type: ignore[operator]
    at = cut if cut is not None else 0.5 if is_share else 0.0
    named = (given >= at).fill_null(value=False)
    found, caused = int((named & is_caused).sum()), int(is_caused.sum())
    ranks = given.rank("dense").fill_null(0).to_numpy()
    at_least, at_most = reader.reaches(bit) if caused else (None, None)
    return Score(
        cause, len(rows), caused, int(((unseen["causes"] & bit) != 0).sum()), caused / max(len(rows), 1), at, int(named.sum()),
        found / int(named.sum()) if named.any() else None, found / caused if caused else None,
        Reader.average_precision(is_caused.to_numpy(), ranks) if caused else None, at_least, at_most,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reader:
    """A perfect reader: causes of rows, the content of each as numbers, which rows look the same, and folds of accounts."""

    causes: Numbers
    content: Numbers
    alike: Numbers
    fold: Numbers

    @classmethod
    def of(cls, run: Run, whose: str, rows: pl.DataFrame) -> Reader:
        """The reader of a run, or of some of its accounts."""
        share = min(1.0, MOST_PLAYS / max(rows_of(run, "log.plays"), 1))
        content = content_of(run, whose, sampled(share)).join(
            rows.select(whose, "causes"), on=whose, maintain_order="left"
        )
        looks = content.select(pl.exclude(*IDS, "causes"))
        return cls(
            content["causes"].to_numpy(), looks.cast(pl.Float32).fill_null(-1).to_numpy(),
            looks.hash_rows(seed=0).rank("dense").to_numpy() - 1, content.select(fold_of()).to_series().to_numpy(),
        )  # fmt: skip

    def reaches(self, bit: int) -> tuple[float | None, float | None]:
        """The average precision of who learns from other accounts, and of who knows the share among rows that look the same."""
        is_caused = (self.causes & bit) != 0
        if not is_caused.any():
            return None, None
        learned = np.zeros(len(is_caused))
        with import_module("threadpoolctl").threadpool_limits(1):
            for fold in range(FOLDS):
                asked = self.fold == fold
                if asked.any() and len(set(is_caused[~asked].tolist())) > 1:
                    learned[asked] = self._learned(is_caused, asked)
        return self.average_precision(is_caused, learned), self.most(bit)

    def most(self, bit: int) -> float | None:
        """The average precision of who knows the share of caused rows among those that look the same; no other has more.

        Looks are read in the order of their shares, and the area is taken below the curve through all points between: its
        precision never rises, and any other order of looks ends each of its steps on or below it.
        """
        is_caused = (self.causes & bit) != 0
        if not is_caused.any():
            return None
        caused, alike = np.bincount(self.alike, weights=is_caused), np.bincount(self.alike)
        caused, alike = caused[caused > 0], alike[caused > 0]
        order = np.argsort(-caused / alike, kind="stable")
        caused, alike = caused[order], alike[order]
        found, read = np.cumsum(caused) - caused, np.cumsum(alike) - alike  # before each look
        share = caused / alike
        growth = np.log(np.where(read > 0, (read + alike) / np.maximum(read, 1), 1.0))
        below = share * caused + (found - share * read) * share * growth
        return float(below.sum() / caused.sum())

    @staticmethod
    def average_precision(is_caused: Numbers, scores: Numbers) -> float:
        """The precision at each score, weighted by how much recall it adds; rows of equal score come together."""
        return float(import_module("sklearn.metrics").average_precision_score(is_caused, scores))

    def _learned(self, is_caused: Numbers, asked: Numbers) -> Numbers:
        kind = import_module("sklearn.ensemble").HistGradientBoostingClassifier
        taught = kind(max_iter=60, max_leaf_nodes=15, min_samples_leaf=10, early_stopping=False, random_state=0)
        taught.fit(self.content[~asked], is_caused[~asked])
        scores: Numbers = taught.predict_proba(self.content[asked])[:, 1]
        return scores
