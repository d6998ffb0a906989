"""How well predictions find the causes of rows of the log, beside what a reader could find."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import polars as pl
from numpy.typing import NDArray

from synthview.checks.cause_bits import CauseBits, TrueCauses, need_truth
from synthview.checks.classifier import need_scikit_learn
from synthview.checks.content import NEEDED
from synthview.checks.held import run_of
from synthview.checks.looks_seen import need_looks
from synthview.checks.perfect_reader import Reader
from synthview.checks.predictions import Frame, Predictions, predictions_in
from synthview.checks.staff_causes import ACCESS, StaffCauses
from synthview.dataset import Dataset, RunDirectory
from synthview.errors import InputError

__all__ = ["LOGGED_IN", "Score", "Scores", "causes_of", "score"]

LOGGED_IN = {"play_id": "log.plays", "account_id": "log.plays", ACCESS: "log.accesses"}
"""Where rows that count leave a row."""
Numbers = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Score:
    """How well one cause is found among some rows, which are plays, accounts or accesses.

    `caused` rows have the cause, `unseen` more have it and left no row in the log. `named` are at
    the `cut` or above it. What would divide by nought is None. The average precision of the best
    reader lies from `at_least` to `at_most`; `reached` is that of one who learned from other
    accounts, `theorem` a bound of any function of the content on these very rows. Of the
    caused, `acted` have it by an act in the run; `of_acts` is the average precision where only
    these count.
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
    reached: float | None
    theorem: float | None
    acted: int
    of_acts: float | None


@dataclass(frozen=True, slots=True)
class Scores:
    """What the predictions are of, such as ``play_id``, notes, and a score per cause."""

    whose: str
    notes: tuple[str, ...]
    causes: tuple[Score, ...]

    @property
    def rows(self) -> int:
        """How many plays, accounts or accesses there are to be scored."""
        return self.causes[0].rows


def score(frame: Frame, run: Dataset | RunDirectory, cut: float | None = None) -> Scores:
    """Score predictions of causes against the truth of a run.

        >>> import synthview
        >>> world = synthview.generate("tiny", households=12)
        >>> plays = world.log.plays
        >>> guess = plays.select("play_id", stream_errors=1 / plays["watched_ms"].clip(1_000))
        >>> found = synthview.score(guess, world, cut=0.001).causes[0]
        >>> found.cause, found.named <= found.rows
        ('stream_errors', True)

    Args:
        frame: A frame, or the path of CSV or Parquet: ``play_id``, ``account_id`` or, of the
            staff, ``access_id``, whole or as text, and a column of scores for each actor, fault or
            insider; higher means likelier, on any scale.
        run: A dataset in memory or on disk, with its truth.
        cut: The lowest score that counts as named; by default 0.5, or 0 where scores go beyond
            0 and 1.

    Returns:
        Precision, recall and average precision for each cause, shares from 0 to 1, beside what a
        reader of the log could reach. Rows that are not in the frame count as least likely.

    Raises:
        InputError: For what is wrong with the predictions, or with the run.
    """
    need_scikit_learn("Scoring predictions")
    run = run_of(run)
    of_homes = CauseBits.of(run)
    predictions = predictions_in(
        frame, lambda of: (StaffCauses.causes if of == ACCESS else of_homes).names
    )
    whose = predictions.whose
    causes = StaffCauses.causes if whose == ACCESS else of_homes
    truth = _truth_of(run, whose, causes)
    seen = run.scan(LOGGED_IN[whose], repaired=True).select(whose).unique().collect()
    notes = tuple(_notes(predictions, truth, seen))

    known = truth.join(seen, on=whose, how="semi")
    rows = known.join(predictions.rows, on=whose, how="left")
    unseen = truth.join(seen, on=whose, how="anti")
    reader = Reader.of(run, whose, rows)
    scores = tuple(
        _score(one, causes.bit(one), rows, unseen, cut, reader) for one in predictions.causes
    )
    return Scores(whose, notes, scores)


def _truth_of(run: RunDirectory, whose: str, causes: CauseBits) -> pl.DataFrame:
    """The causes of each row that is scored; refuses a run that lacks what they are read from."""
    if whose == ACCESS:
        need_looks(run, "scores of the staff need")
        return StaffCauses(run).of(whose).with_columns(acted="causes")
    need_truth(run, NEEDED, "scores need")
    return causes_of(TrueCauses.by(run, causes, pl.lit(value=True)), whose)


def causes_of(true_causes: TrueCauses, whose: str) -> pl.DataFrame:
    """The ``causes`` of each play or account, and those of them that ``acted`` in the run.

    An account has those that its plays have, which acted, and those that apply to it as long as it
    lasts.
    """
    if whose == "play_id":
        return true_causes.of(whose).with_columns(acted="causes")
    of_plays = true_causes.plays.group_by("account_id").agg(acted=pl.col("causes").bitwise_or())
    both = true_causes.of(whose).join(of_plays, on=whose, how="left")
    acted = pl.col("acted").fill_null(0)
    return both.select(whose, causes=pl.col("causes") | acted, acted=acted)


def _notes(predictions: Predictions, truth: pl.DataFrame, seen: pl.DataFrame) -> Iterator[str]:
    """What is to be said of the ids of the file; ids of nothing in the run are refused."""
    whose = predictions.whose
    ids = predictions.rows.select(whose)
    known = pl.concat([truth.select(whose), seen]).unique()
    _refuse(predictions.told_as, whose, ids.join(known, on=whose, how="anti"))

    before = len(ids.join(truth, on=whose, how="anti"))
    if before:
        what = "of what began before the run, whose truth is in it only in part"
        yield f"{_rows(before, 'file')} {what}: left out."
    unseen = len(ids.join(seen, on=whose, how="anti"))
    if unseen:
        yield f"{_rows(unseen, 'file')} of what left no row in log.plays: left out."
    to_score = truth.join(seen, on=whose, how="semi")
    missing = len(to_score.join(ids, on=whose, how="anti"))
    if missing:
        what = "not in the file, which counts as least likely, and as not named"
        yield f"{_rows(missing, 'log')} {what}."


def _refuse(path: str, whose: str, strange: pl.DataFrame) -> None:
    """Raise InputError for ids that are in no table of the run."""
    if strange.is_empty():
        return
    what = "1 id that is" if len(strange) == 1 else f"{len(strange):,} ids that are"
    raise InputError(
        f"{path} has {what} in no table of this dataset, "
        f"{strange[whose][0]} the first as a number. "
        f"Predictions are of the {whose} of {LOGGED_IN[whose]}."
    )


def _rows(count: int, of: str) -> str:
    return f"1 row of the {of} is" if count == 1 else f"{count:,} rows of the {of} are"


def _score(
    cause: str,
    bit: int,
    rows: pl.DataFrame,
    unseen: pl.DataFrame,
    cut: float | None,
    reader: Reader,
) -> Score:
    is_caused = _has(rows, bit)
    acts = _has(rows, bit, "acted")
    given = rows[cause]
    at = _usual_cut(given) if cut is None else cut
    is_named = (given >= at).fill_null(value=False)
    found = _count(is_named & is_caused)
    caused, named = _count(is_caused), _count(is_named)
    ranks = given.rank("dense").fill_null(0).to_numpy()
    reach = reader.reaches(bit)
    return Score(
        cause=cause,
        rows=len(rows),
        caused=caused,
        unseen=_count(_has(unseen, bit)),
        base_rate=caused / max(len(rows), 1),
        cut=at,
        named=named,
        precision=found / named if named else None,
        recall=found / caused if caused else None,
        average_precision=_ranked(is_caused, ranks),
        at_least=reach.at_least,
        at_most=reach.at_most,
        reached=reach.reached,
        theorem=reach.theorem,
        acted=_count(acts),
        of_acts=_ranked(acts, ranks),
    )


def _count(marks: pl.Series) -> int:
    """How many rows are marked."""
    return int(marks.sum())


def _ranked(is_caused: pl.Series, ranks: Numbers) -> float | None:
    """The average precision of some ranks; None where nothing is to be found."""
    if not is_caused.any():
        return None
    return Reader.average_precision(is_caused.to_numpy(), ranks)


def _has(rows: pl.DataFrame, bit: int, by: str = "causes") -> pl.Series:
    """Which rows have a cause."""
    return (rows[by] & bit) != 0


def _usual_cut(given: pl.Series) -> float:
    """A half for chances from 0 to 1, 0 for any other score."""
    low = given.min()
    high = given.max()
    is_share = low is None or (low >= 0 and high <= 1)  # type: ignore[operator]
    return 0.5 if is_share else 0.0
