"""Predictions about a dataset: a file with ids of rows of the log, and scores by cause."""

from __future__ import annotations

import csv
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from synthview.errors import InputError, UnknownName
from synthview.foreign.columns import Unfit, as_declared
from synthview.foreign.raw import NAMES, raw_of, read_errors
from synthview.foreign.table_places import KINDS, Place
from synthview.outside.paths import dataset_path
from synthview.tables import Column, table

__all__ = ["WHOSE", "Frame", "Predictions", "predictions_in"]

Frame = pl.DataFrame | pl.LazyFrame | str | Path
"""Predictions in memory, or the path of a file."""
FRAME = "the frame of predictions"
"""What errors call predictions in memory."""

WHOSE = {"play_id": "p", "account_id": "a", "access_id": "k"}
"""Columns that say what the scores are of, and how such ids begin in text."""
SEPARATORS = (";", "\t", "|")
"""What some programs write between columns, in places where a comma stands in numbers."""


@dataclass(frozen=True, eq=False)
class Predictions:
    """One row per play, account or access: its id, and a score for each of the `causes`.

    Scores are finite and of any scale.
    """

    whose: str
    causes: tuple[str, ...]
    rows: pl.DataFrame
    told_as: str
    """What errors and notes call it."""


def predictions_in(frame: Frame, known_of: Callable[[str], Collection[str]]) -> Predictions:
    """Read a file or frame of predictions; `known_of` tells the causes that rows of a sort have.

    Raises an InputError that says what is wrong with it, and where.
    """
    path: Path | str = FRAME
    if isinstance(frame, str | Path):
        path = dataset_path(frame, "The file of predictions")
    rows = _read(path) if isinstance(path, Path) else _collected(frame)
    whose = _whose(path, rows.columns)
    causes = tuple(name for name in rows.columns if name not in WHOSE)
    known = known_of(whose)
    unknown = [name for name in causes if name not in known]
    if unknown:
        raise UnknownName("cause", unknown[0], known, f"the columns of {path}")
    if not causes:
        raise InputError(
            f"{path} has no scores: a column named after an actor, fault or insider is missing, "
            "such as cat_on_remote."
        )
    if rows.is_empty():
        raise InputError(f"{path} has columns and no rows.")
    ids = _ids(path, rows[whose], whose)
    scores = [_scores(path, rows[name]) for name in causes]
    _refuse_twice(path, rows[whose], ids)
    return Predictions(whose, causes, pl.DataFrame([ids, *scores]), str(path))


def _collected(frame: Any) -> pl.DataFrame:
    """A frame of polars, of pandas, or of whatever else hands out its columns."""
    if isinstance(frame, pl.LazyFrame):
        return frame.collect()
    try:
        return pl.DataFrame(frame)
    except (TypeError, ValueError, pl.exceptions.PolarsError):
        raise InputError(
            f"Predictions are a frame, or the path of a file, not {type(frame).__name__}."
        ) from None


def _whose(path: Path | str, columns: list[str]) -> str:
    """The one column of ids that a file has."""
    named = [name for name in columns if name in WHOSE]
    if not named:
        raise InputError(f"{path} has no column play_id or account_id, nor access_id of the staff.")
    if len(named) > 1:
        raise InputError(f"{path} has both {' and '.join(named)}; leave one out.")
    return named[0]


def _refuse_twice(path: Path | str, written: pl.Series, ids: pl.Series) -> None:
    """Refuse a file that has an id in more than one row, in whatever form it is written."""
    repeated = ids.filter(ids.is_duplicated())
    if len(repeated):
        which = written.filter(ids == repeated[0])[0]
        raise InputError(f"{path} has {which} more than once; each id may have one row.")


def _read(path: Path) -> pl.DataFrame:
    kind = KINDS.get(path.suffix)
    if kind is None:
        raise InputError(
            f"{path} is neither CSV nor Parquet, JSON or Arrow: "
            f"predictions end in {', '.join(KINDS)}."
        )
    if not path.is_file():
        raise InputError(f"There is no file {path}.")
    if not path.stat().st_size:
        raise InputError(
            f"{path} is empty: it needs a column play_id or account_id, and one for each cause."
        )
    if kind == "csv":
        _check_head(path)
    raw = raw_of(Place(kind, path.parent, (path,)), path, table("log.plays"))
    no_rows = pl.DataFrame(schema=raw.schema)
    with read_errors(path, NAMES[kind]):
        return pl.concat([no_rows, *raw.batches(list(raw.schema))])


def _check_head(path: Path) -> None:
    """Refuse other separators than commas, and a column that is there twice.

    The reader would rename the second.
    """
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        head = next(csv.reader(file), [])
    separators = [sign for sign in SEPARATORS if head and sign in head[0]]
    if len(head) == 1 and separators:
        raise InputError(
            f"{path} seems to set its columns apart by {separators[0]!r}; commas are needed."
        )
    repeated = [name for place, name in enumerate(head) if name in head[:place]]
    if repeated:
        raise InputError(f"{path} has the column {repeated[0]} twice; leave one of them out.")


def _ids(path: Path | str, ids: pl.Series, whose: str) -> pl.Series:
    """Ids as numbers, from text or from whole numbers, whoever wrote them."""
    if ids.null_count():
        raise InputError(f"{path} has no {whose} in row {_first(ids.is_null())}.")
    try:
        return as_declared(Column(whose, "id", "", prefix=WHOSE[whose]), ids)
    except Unfit as unfit:
        row = "" if unfit.row is None else f" in row {unfit.row + 1:,}"
        raise InputError(f"{path} cannot be read: {whose}{row} {unfit.reason}.") from None


def _scores(path: Path | str, scores: pl.Series) -> pl.Series:
    """Scores as numbers, every one of them finite."""
    could_be_numbers = scores.dtype == pl.String or scores.dtype.is_numeric()
    if not could_be_numbers:
        raise InputError(f"{path} has {scores.name} as {scores.dtype}; scores are numbers.")
    numbers = scores.cast(pl.Float64, strict=False)
    is_bad = ~numbers.is_finite().fill_null(value=False)
    if is_bad.any():
        row = _first(is_bad)
        raise InputError(
            f"{path} has {scores.name} = {scores[row - 1]} in row {row}; "
            "every score must be a number."
        )
    return numbers


def _first(marks: pl.Series) -> int:
    """The first row that is marked, counted from 1 below the head."""
    return int(marks.arg_true()[0]) + 1
