"""The data set of the Netflix Prize: a file of ratings for each film."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import polars as pl

from synthview.formats.making.data import Data
from synthview.formats.making.form import RealFormat, option
from synthview.formats.making.output import Output
from synthview.formats.making.stars import RATED_TABLES, STARS, Items, Users, items_of, rated
from synthview.formats.making.works import work_ids

__all__ = ["NetflixPrize"]

LOWEST, STEP = 1.0, 1.0
LINE_ENDS = r"[\r\n]+"
"""A title is the rest of a line, so that it cannot have several."""
COMBINED = "combined_data_1.txt"


@dataclass(frozen=True)
class NetflixPrize(RealFormat):
    """The data set of the Netflix Prize: training_set/mv_0000001.txt and so on, movie_titles.txt.

    Customers are profiles, numbered from 1; a film is a movie, and so is a series with all its
    episodes. Ratings are whole stars from 1 to 5, of thumbs or of the share that was played.
    """

    tables: ClassVar[tuple[str, ...]] = RATED_TABLES
    leaves_out: ClassVar[tuple[str, ...]] = (
        "the time of day of a rating",
        "single plays, devices, searches and clicks",
        "letters of titles beyond Latin-1, which become question marks, and line ends in them",
        "all but the last rating of a work by a profile",
    )
    is_folder: ClassVar[bool] = True

    stars: str = option("thumbs", "What a rating is made of.", STARS)
    combined: bool = option(
        default=False, about="Write all ratings once more as combined_data_1.txt."
    )

    def write(self, data: Data, output: Output) -> None:
        """Write the titles, and then the ratings of some accounts at a time, to their films."""
        items = items_of(data)
        _write_titles(items, output)
        for item in items.works["item"]:
            with output.file(_place(item)) as file:
                file.write(f"{item}:\n".encode())
        users = Users()
        for rows in rated(
            data,
            items,
            self.stars,
            LOWEST,
            STEP,
        ):
            numbered, new = users.numbered(rows)
            output.keep(
                "CustomerID",
                new["user"],
                new["profile_id"],
                "u",
            )
            output.rows += len(numbered)
            _append(numbered, output)
        if self.combined:
            _combine(items, output)


def _place(item: int) -> str:
    return f"training_set/mv_{item:07}.txt"


def _write_titles(items: Items, output: Output) -> None:
    """Write movie_titles.txt in Latin-1; titles are not quoted."""
    name = pl.col("work_name").str.replace_all(LINE_ENDS, " ")
    line = pl.format(
        "{},{},{}\n",
        "item",
        pl.col("released_on").dt.year(),
        name,
    )
    text = "".join(items.works.select(line).to_series())
    with output.file("movie_titles.txt") as file:
        file.write(text.encode("latin-1", errors="replace"))
    output.keep("MovieID", items.works["item"], work_ids(items.works))


def _append(rows: pl.DataFrame, output: Output) -> None:
    """Write ratings behind those of their films."""
    day = pl.col("rated_at").dt.date()
    line = pl.format(
        "{},{},{}\n",
        "user",
        pl.col("stars").cast(pl.Int64),
        day,
    )
    lines = rows.select("item", line=line)
    for item, text in lines.group_by("item", maintain_order=True).agg("line").iter_rows():
        with output.file(_place(item)) as file:
            file.write("".join(text).encode())


def _combine(items: Items, output: Output) -> None:
    """Write the ratings of all films into one file, film by film."""
    with output.file(COMBINED) as file:
        for item in items.works["item"]:
            file.write(output.written(_place(item)))
