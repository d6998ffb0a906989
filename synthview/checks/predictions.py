"""Predictions that somebody made of a dataset: a file with ids of plays or accounts, and a score for each cause."""

from __future__ import annotations

import csv
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from synthview.errors import InputError, UnknownName
from synthview.foreign.columns import Unfit, as_declared
from synthview.foreign.places import KINDS, Place
from synthview.foreign.raw import NAMES, raw_of, told_by
from synthview.tables import Column, table

__all__ = ["WHOSE", "Predictions", "predictions_in"]

WHOSE = {"play_id": "p", "account_id": "a"}
"""Columns that say what the scores are of, and how such ids begin in text."""
SEPARATORS = (";", "\t", "|")
"""What some programs write between columns, in places where a comma stands in numbers."""


@dataclass(frozen=True, eq=False)
class Predictions:
    """One row per play or account: its id, and a score for each of the `causes`, finite and of any scale."""

    whose: str
    causes: tuple[str, ...]
    rows: pl.DataFrame


def predictions_in(path: Path, known: Collection[str]) -> Predictions:
    """Read a file of predictions about some known causes; whatever is wrong with it is an InputError that says where."""
    rows = _read(path)
    named = [name for name in rows.columns if name in WHOSE]
    if len(named) != 1:
        said = "both play_id and account_id; leave one out" if named else "no column play_id or account_id"
        raise InputError(f"{path} has {said}.")
    whose, causes = named[0], tuple(name for name in rows.columns if name not in WHOSE)
    if unknown := [name for name in causes if name not in known]:
        raise UnknownName("cause", unknown[0], known, f"the columns of {path}")
    if not causes:
        raise InputError(
            f"{path} has no scores: a column named after an actor or fault is missing, such as cat_on_remote."
        )
    if rows.is_empty():
        raise InputError(f"{path} has columns and no rows.")
    found = rows.select(_ids(path, rows[whose], whose), *(_scores(path, rows[name]) for name in causes))
    if len(twice := found.filter(pl.col(whose).is_duplicated())):
        which = _told(rows[whose].filter(found[whose] == twice[whose][0]), 1)
        raise InputError(f"{path} has {which} more than once; each id may have one row.")
    return Predictions(whose, causes, found)


def _read(path: Path) -> pl.DataFrame:
    kind = KINDS.get(path.suffix)
    if kind is None:
        raise InputError(f"{path} is neither CSV nor Parquet, JSON or Arrow: predictions end in {', '.join(KINDS)}.")
    if not path.is_file():
        raise InputError(f"There is no file {path}.")
    if not path.stat().st_size:
        raise InputError(f"{path} is empty: it needs a column play_id or account_id, and one for each cause.")
    if kind == "csv":
        _check_head(path)
    raw = raw_of(Place(kind, path.parent, (path,)), path, table("log.plays"))
    with told_by(path, NAMES[kind]):
        return pl.concat([pl.DataFrame(schema=raw.schema), *raw.batches(list(raw.schema))])


def _check_head(path: Path) -> None:
    """Refuse other separators than commas, and a column that is there twice: the reader would rename the second."""
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        head = next(csv.reader(file), [])
    if len(head) == 1 and (found := [sign for sign in SEPARATORS if sign in head[0]]):
        raise InputError(f"{path} seems to set its columns apart by {found[0]!r}; commas are needed.")
    if twice := [name for place, name in enumerate(head) if name in head[:place]]:
        raise InputError(f"{path} has the column {twice[0]} twice; leave one of them out.")


def _ids(path: Path, ids: pl.Series, whose: str) -> pl.Series:
    """Ids as numbers, from text or from whole numbers, whoever wrote them."""
    if ids.null_count():
        raise InputError(f"{path} has no {whose} in row {_first(ids.is_null())}.")
    try:
        return as_declared(Column(whose, "id", "", prefix=WHOSE[whose]), ids)
    except Unfit as unfit:
        row = "" if unfit.row is None else f" in row {unfit.row + 1:,}"
        raise InputError(f"{path} cannot be read: {whose}{row} {unfit.reason}.") from None


def _scores(path: Path, scores: pl.Series) -> pl.Series:
    """Scores as numbers, every one of them finite."""
    numbers = scores.cast(pl.Float64, strict=False) if scores.dtype == pl.String or scores.dtype.is_numeric() else None
    if numbers is None:
        raise InputError(f"{path} has {scores.name} as {scores.dtype}; scores are numbers.")
    bad = ~numbers.is_finite().fill_null(value=False)
    if bad.any():
        place = _first(bad)
        raise InputError(
            f"{path} has {scores.name} = {scores[place - 1]} in row {place}; every score must be a number."
        )
    return numbers


def _first(marks: pl.Series) -> int:
    """The first row that is marked, counted from 1 below the head."""
    return int(marks.arg_true()[0]) + 1


def _told(ids: pl.Series, most: int) -> str:
    return ", ".join(str(one) for one in ids.head(most).to_list())
