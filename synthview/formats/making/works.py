"""Titles as formats name them: one row for each, and the works that people choose."""

from __future__ import annotations

import polars as pl

from synthview.errors import InputError
from synthview.formats.making.data import Data
from synthview.formats.making.row_words import beside
from synthview.sinks.id_forms import encode_ids, id_as

__all__ = ["titles_of", "with_titles", "work_ids", "works_of"]


def titles_of(data: Data) -> pl.DataFrame:
    """Return the titles, each as it was last."""
    rows = data.whole("log.titles").sort("valid_from", maintain_order=True)
    return rows.unique("title_id", keep="last", maintain_order=True)


def works_of(titles: pl.DataFrame) -> pl.DataFrame:
    """Return the work of each title: a film is one, and a series with all its episodes.

    A trailer belongs to the work that it is for.
    """
    own = titles.select(
        "title_id",
        "trailer_of",
        work_id=pl.coalesce("series_id", "title_id"),
        work_name=pl.coalesce("series_name", "name"),
        is_series=pl.col("series_id").is_not_null(),
        genres="genres",
        released_on="released_on",
    )
    about = own.select(
        "work_id", "work_name", "is_series", "genres", "released_on", trailer_of="title_id"
    )
    of_trailers = own.select("title_id", "trailer_of").join(about, on="trailer_of")
    others = own.filter(~pl.col("title_id").is_in(of_trailers["title_id"].implode()))
    return pl.concat([others, of_trailers], how="diagonal").drop("trailer_of")


def work_ids(works: pl.DataFrame) -> pl.Series:
    """Return the ids of works as text: that of a film, or that of a series."""
    films, series = (encode_ids(works["work_id"], prefix) for prefix in ("t", "x"))
    return series.zip_with(works["is_series"], films).alias("id")


def with_titles(rows: pl.DataFrame, titles: pl.DataFrame) -> pl.DataFrame:
    """Put the columns of titles beside rows that name one, in their order.

    Raises InputError where the dataset names a title that it does not have.
    """
    known = rows["title_id"].is_in(titles["title_id"].implode())
    if not known.all():
        lost = rows.filter(~known)["title_id"].drop_nulls()
        if len(lost):
            shown = id_as("text", lost[0], "t")
            raise InputError(f"log.titles has no {shown}, which was played. It must have all.")
    return beside(rows, titles, "title_id")
