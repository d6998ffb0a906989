"""The scenario `prize` as files: the release as the Prize had it, reviews, and the truth."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import numpy as np
import polars as pl

from synthview.draws.chance import Permutation
from synthview.errors import OutputError
from synthview.outside.places import write_errors
from synthview.outside.staging import staged, undo_settled
from synthview.pools.titles import compose, varied
from synthview.privacy.points import PointTable
from synthview.privacy.prize.raters import FIRST_DAY, PrizeWorld
from synthview.privacy.prize.reviews import IN_NO_RELEASE, Reviews
from synthview.rows import Ints
from synthview.world.catalogue import GENRES

__all__ = ["LINKAGE", "MOST_ACCOUNTS", "REVIEWS", "TRAINING_SET", "check_folder", "write_prize"]

TITLES, TRAINING_SET = "movie_titles.txt", "training_set"
REVIEWS, LINKAGE = "reviews.csv", "truth/linkage.csv"
_ID_BITS = 22
MOST_ACCOUNTS = 1 << _ID_BITS
"""A data set of the Prize has no more accounts than this."""


def write_prize(world: PrizeWorld, points: PointTable, reviews: Reviews, folder: Path) -> None:
    """Write the release, the sheet of reviews, and the truth, into a folder that is new or empty.

    It appears at the end, whole. Raises OutputError where the folder holds something, or cannot be
    written.
    """
    check_folder(folder)
    place = folder.resolve()
    with write_errors(folder):
        place.parent.mkdir(parents=True, exist_ok=True)
        with staged(place) as hidden:
            draft = hidden.folder / "prize"
            _write_files(world, points, reviews, draft)
            if place.is_dir():
                place.rmdir()
            hidden.settle({draft: place})


def _write_files(world: PrizeWorld, points: PointTable, reviews: Reviews, folder: Path) -> None:
    (folder / TRAINING_SET).mkdir(parents=True)
    (folder / LINKAGE).parent.mkdir()
    names = _names(world)
    _write_titles(world, names, folder / TITLES)
    _write_ratings(world, points, folder)
    _write_reviews(world, reviews, names, folder)


def check_folder(folder: Path) -> None:
    """Raise OutputError where a folder is none, or holds something."""
    undo_settled(folder.resolve())
    if folder.exists() and not folder.is_dir():
        raise OutputError(f"{folder} is a file. Name a directory that is new or empty.")
    if folder.is_dir() and any(folder.iterdir()):
        raise OutputError(f"{folder} is not empty. Name a directory that is new or empty.")
    above = next(one for one in folder.resolve().parents if one.exists())
    if not above.is_dir() or not os.access(above, os.W_OK | os.X_OK):
        raise OutputError(f"{folder} cannot be written: {above} may not be changed by you.")


def _ids(world: PrizeWorld, account: Ints) -> Ints:
    """The CustomerID of each account, which says nothing of its place."""
    return 1 + Permutation(
        world.seed,
        "prize/customers",
        _ID_BITS,
    ).apply(account)


def _names(world: PrizeWorld) -> list[str]:
    """An invented name for each film; no two are alike."""
    films = np.arange(int(world.settings.films))
    stream = world.stream("films/name")
    genres = stream.below(films, len(GENRES), n=5).tolist()
    columns = np.stack(
        [
            stream.below(
                films,
                1 << 40,
                n=n,
            )
            for n in range(5)
        ],
        axis=1,
    )
    taken: dict[str, None] = {}
    for genre, numbers in zip(
        genres,
        columns.tolist(),
        strict=True,
    ):
        taken[
            _unused(
                GENRES[genre],
                numbers,
                taken,
            )
        ] = None
    return list(taken)


def _unused(genre: str, numbers: list[int], taken: Mapping[str, None]) -> str:
    """The composed name, or the next one that no earlier film has."""
    name = compose(genre, numbers)
    while name in taken:
        numbers = varied(numbers)
        name = compose(genre, numbers)
    return name


def _write_titles(world: PrizeWorld, names: list[str], place: Path) -> None:
    lines = zip(
        range(1, len(names) + 1),
        world.year.tolist(),
        names,
        strict=True,
    )
    text = "".join(f"{number},{year},{name}\n" for number, year, name in lines)
    place.write_bytes(text.encode("latin-1", errors="replace"))


def _write_ratings(world: PrizeWorld, points: PointTable, folder: Path) -> None:
    """Write a file for each film, in the order of ids."""
    index = points.by_title
    ids = _ids(world, index.account.astype(np.int64))
    days = pl.Series([FIRST_DAY + timedelta(one) for one in range(int(points.day.max()) + 1)])
    title = np.repeat(np.arange(points.titles), np.diff(index.starts))
    rows = pl.DataFrame({
        "title": title,
        "id": ids,
        "stars": index.stars,
        "day": days.gather(index.day.astype(np.int64)),
    }).sort("title", "id")  # fmt: skip
    lines = rows.select(
        pl.format(
            "{},{},{}\n",
            "id",
            "stars",
            "day",
        )
    ).to_series()
    for film in range(points.titles):
        start, stop = int(index.starts[film]), int(index.starts[film + 1])
        text = "".join(lines.slice(start, stop - start).to_list())
        _film_file(folder, film).write_text(f"{film + 1}:\n{text}", "ascii")


def _film_file(folder: Path, film: int) -> Path:
    return folder / TRAINING_SET / f"mv_{film + 1:07}.txt"


def _write_reviews(world: PrizeWorld, reviews: Reviews, names: list[str], folder: Path) -> None:
    """Write the sheet by codes of reviewers, and beside it the truth: whose account each has."""
    codes = np.arange(len(reviews.account))
    years = world.year[reviews.film]
    days = [FIRST_DAY + timedelta(one) for one in reviews.day.tolist()]
    sheet = pl.DataFrame({
        "reviewer": codes[reviews.reviewer],
        "MovieID": reviews.film + 1,
        "title": [names[one] for one in reviews.film.tolist()],
        "year": years,
        "stars": reviews.stars,
        "date": days,
    })  # fmt: skip
    sheet.write_csv(folder / REVIEWS)
    is_here = reviews.account != IN_NO_RELEASE
    ids = _ids(
        world,
        np.where(
            is_here,
            reviews.account,
            0,
        ),
    )
    truth = pl.DataFrame({"reviewer": codes, "CustomerID": ids, "is_here": is_here})
    named = pl.when("is_here").then("CustomerID")
    truth.select("reviewer", CustomerID=named).write_csv(folder / LINKAGE)
