"""Reads a data set in the layout of the Netflix Prize: ours, or the one that was published."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from synthview.callbacks import OnStage
from synthview.errors import InputError
from synthview.privacy.points import PointTable
from synthview.privacy.prize.raters import FIRST_DAY
from synthview.privacy.prize.reviews import IN_NO_RELEASE, Reviews
from synthview.privacy.prize.writing import LINKAGE, REVIEWS, TRAINING_SET
from synthview.rows import Ints

__all__ = ["is_prize", "read_prize"]

_RATING = {"id": pl.Int64, "stars": pl.Int8, "day": pl.Date}
_REVIEW = {"reviewer": pl.Int64, "MovieID": pl.Int64, "stars": pl.Int64, "date": pl.Date}
_TRUTH = {"reviewer": pl.Int64, "CustomerID": pl.Int64}
Types = Mapping[str, Any]
_TOLD_EVERY = 500


def is_prize(folder: Path) -> bool:
    """Whether a folder has the layout of the Prize."""
    return (folder / TRAINING_SET).is_dir()


def read_prize(folder: Path, on_progress: OnStage) -> tuple[PointTable, Reviews | None]:
    """Read the ratings, and the sheet of reviews with its truth if both lie beside them.

    Raises InputError for a file that is not as it should be.
    """
    frames = list(_films(folder, on_progress))
    if not frames:
        raise InputError(f"{folder / TRAINING_SET} has no file such as mv_0000001.txt.")
    rows = pl.concat(frames)
    if rows.is_empty():
        raise InputError(f"{folder / TRAINING_SET} has no ratings.")
    numbers = rows["id"].to_numpy()
    ids = np.unique(numbers)
    account = np.searchsorted(ids, numbers)
    film = rows["film"].to_numpy() - 1
    order = np.lexsort((film, account))
    points = PointTable(
        starts=np.searchsorted(account[order], np.arange(len(ids) + 1)),
        title=film[order].astype(np.int32),
        day=_days(rows["day"])[order].astype(np.int32),
        stars=rows["stars"].to_numpy()[order],
        titles=int(film.max()) + 1,
    )
    return points, _reviews(folder, ids, points.titles)


def _films(folder: Path, on_progress: OnStage) -> Iterator[pl.DataFrame]:
    """The ratings of each film, from its file."""
    places = sorted((folder / TRAINING_SET).glob("mv_*.txt"))
    for number, place in enumerate(places, 1):
        if number % _TOLD_EVERY == 0 or number == len(places):
            on_progress("Reading ratings", number, len(places))
        first, _, text = place.read_bytes().partition(b"\n")
        film = first.strip().rstrip(b":")
        if not film.isdigit() or int(film) < 1:
            raise InputError(f"{place} does not begin with the number of a film, as in '1:'.")
        if text:
            yield _read(
                text,
                place,
                _RATING,
            ).with_columns(film=pl.lit(int(film), pl.Int64))


def _read(source: bytes | Path, place: Path, types: Types, *, head: bool = False) -> pl.DataFrame:
    """Read lines with commas; `head` says that the first one names the columns."""
    names = None if head else [*types]
    of_columns: Any = types if head else [*types.values()]
    try:
        found = pl.read_csv(
            source,
            has_header=head,
            new_columns=names,
            schema_overrides=of_columns,
        ).select(*types)
    except (pl.exceptions.PolarsError, OSError) as error:
        numbers = str(error).strip().splitlines()[0]
        raise InputError(f"{place} cannot be read as {', '.join(types)}: {numbers}.") from error
    if found.drop("CustomerID", strict=False).null_count().sum_horizontal().item():
        raise InputError(f"{place} has a row that lacks one of {', '.join(types)}.")
    return found


def _days(days: pl.Series) -> Ints:
    """Days from the first one of the Prize on."""
    found = _since_first(days)
    if int(found.min()) < 0:
        raise InputError(f"There is a rating of {days.min()!s}, before the first day, {FIRST_DAY}.")
    return found


def _reviews(folder: Path, ids: Ints, films: int) -> Reviews | None:
    """The sheet and its truth; reviews of films that nobody rated say nothing."""
    if not (folder / REVIEWS).is_file() or not (folder / LINKAGE).is_file():
        return None
    truth = _read(
        folder / LINKAGE,
        folder / LINKAGE,
        _TRUTH,
        head=True,
    ).sort("reviewer")
    numbers = _read(
        folder / REVIEWS,
        folder / REVIEWS,
        _REVIEW,
        head=True,
    )
    is_known = pl.col("reviewer").is_in(truth["reviewer"].implode())
    is_film = pl.col("MovieID").is_between(1, films)
    rows = numbers.filter(is_known & is_film & pl.col("stars").is_between(1, 5))
    rows = rows.sort("reviewer", "date", "MovieID")
    number = truth["CustomerID"].fill_null(IN_NO_RELEASE).to_numpy()
    return Reviews(
        account=_accounts(ids, number),
        reviewer=np.searchsorted(truth["reviewer"].to_numpy(), rows["reviewer"].to_numpy()),
        film=rows["MovieID"].to_numpy() - 1,
        stars=rows["stars"].to_numpy(),
        day=_since_first(rows["date"]),
    )


def _accounts(ids: Ints, number: Ints) -> Ints:
    """The account of each CustomerID, if it is in the release."""
    place = np.searchsorted(ids, number)
    place = np.minimum(place, len(ids) - 1)
    return np.where(
        ids[place] == number,
        place,
        IN_NO_RELEASE,
    )


def _since_first(days: pl.Series) -> Ints:
    found: Ints = (days - FIRST_DAY).dt.total_days().to_numpy()
    return found
