"""The data sets of MovieLens, which most recommenders read: ratings, films, tags and links."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import polars as pl

from synthview.formats.making.data import Data
from synthview.formats.making.form import RealFormat, option
from synthview.formats.making.output import Output
from synthview.formats.making.stars import RATED_TABLES, STARS, Items, Users, items_of, rated
from synthview.formats.making.works import with_titles, work_ids

__all__ = ["GENRES", "Movielens"]

HEADS = {
    "ratings.csv": "userId,movieId,rating,timestamp",
    "movies.csv": "movieId,title,genres",
    "tags.csv": "userId,movieId,tag,timestamp",
    "links.csv": "movieId,imdbId,tmdbId",
}
LOWEST, STEP = 0.5, 0.5
GENRES = {
    "action": "Action", "animation": "Animation", "comedy": "Comedy", "crime": "Crime",
    "documentary": "Documentary", "drama": "Drama", "family": "Children", "fantasy": "Fantasy",
    "horror": "Horror", "kids": "Children", "musical": "Musical", "romance": "Romance",
    "science fiction": "Sci-Fi", "stand-up": "Comedy", "thriller": "Thriller",
}  # fmt: skip
"""Genres as MovieLens calls them; others are written as they are."""
NO_GENRES = "(no genres listed)"
NOWHERE = 900_000_000
"""Numbers from here on are of no film in IMDb, so that a link leads to nobody's."""
TAGS = ("searches", "none")
SEARCHED = ("account_id", "profile_id", "title_id", "searched_at", "query")


@dataclass(frozen=True)
class Movielens(RealFormat):
    """A data set of MovieLens: ratings.csv, movies.csv, tags.csv and links.csv.

    Users are profiles, numbered from 1; a film is an item, and so is a series with all its
    episodes. Thumbs up are 5 stars and thumbs down 1, or with the option stars=completion the
    share that was played is the rating, from 0.5 to 5. A tag is what somebody typed to find a work.
    """

    tables: ClassVar[tuple[str, ...]] = RATED_TABLES
    welcome: ClassVar[tuple[str, ...]] = ("log.searches",)
    leaves_out: ClassVar[tuple[str, ...]] = (
        "single plays, devices, searches and clicks",
        "which episodes of a series were played",
        "all but the last rating of a work by a profile",
        "links to other catalogues: they have numbers that no film has there",
    )
    is_folder: ClassVar[bool] = True

    stars: str = option("thumbs", "What a rating is made of.", STARS)
    tags: str = option("searches", "What a tag is made of; with none there are none.", TAGS)

    def write(self, data: Data, output: Output) -> None:
        """Write the catalogue, and then the ratings of some accounts at a time."""
        items = items_of(data)
        for name, head in HEADS.items():
            with output.file(name) as file:
                file.write(f"{head}\n".encode())
        _write(output, "movies.csv", _films(items))
        _write(output, "links.csv", _links(items))
        output.keep("movieId", items.works["item"], work_ids(items.works))
        users = list(self._write_ratings(data, output, items))
        if self.tags == "searches" and users and data.has("log.searches"):
            self._write_tags(data, output, items, pl.concat(users))

    def _write_ratings(self, data: Data, output: Output, items: Items) -> Iterator[pl.DataFrame]:
        """Write the ratings, and yield the numbers of users by profile."""
        users = Users()
        seconds = pl.col("rated_at").dt.epoch("s")
        for rows in rated(data, items, self.stars, LOWEST, STEP):
            numbered, new = users.numbered(rows)
            stars = pl.col("stars").round(1)
            cells = numbered.select("user", "item", stars, seconds)
            _write(output, "ratings.csv", cells)
            output.keep("userId", new["user"], new["profile_id"], "u")
            output.rows += len(cells)
            yield new

    def _write_tags(self, data: Data, output: Output, items: Items, users: pl.DataFrame) -> None:
        """Write what users who have rated typed to find a work; each word for it once."""
        for home in data.homes({"log.searches": SEARCHED}):
            typed = home["log.searches"].filter(
                pl.col("title_id").is_not_null() & (pl.col("query") != "")
            )
            of_users = with_titles(typed, items.of_titles).join(users, on="profile_id")
            ordered = of_users.sort("user", "searched_at", "item")
            once = ordered.unique(["user", "item", "query"], keep="first", maintain_order=True)
            seconds = pl.col("searched_at").dt.epoch("s")
            _write(output, "tags.csv", once.select("user", "item", "query", seconds))


def _links(items: Items) -> pl.DataFrame:
    """A link for each work, to nobody's film."""
    number = pl.col("item") + NOWHERE
    return items.works.select("item", imdb=number, tmdb=pl.lit(None, dtype=pl.Int64))


def _films(items: Items) -> pl.DataFrame:
    """The catalogue: titles end in the year of release, as MovieLens has them."""
    year = pl.col("released_on").dt.year()
    title = pl.format("{} ({})", "work_name", year)
    named = pl.element().replace(GENRES).unique(maintain_order=True)
    lists = pl.col("genres").str.split("|")
    genres = lists.list.eval(named).list.join("|")
    known = genres.replace("", NO_GENRES)
    return items.works.select("item", title.alias("title"), known)


def _write(output: Output, name: str, rows: pl.DataFrame) -> None:
    with output.file(name) as file:
        file.write(rows.write_csv(include_header=False, quote_style="necessary").encode())
