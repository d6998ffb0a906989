"""Ratings in stars, as recommenders read them: of the thumbs, or of how much was played."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from synthview.formats.making.data import Data
from synthview.formats.making.row_words import text_in
from synthview.formats.making.works import titles_of, with_titles, works_of

__all__ = ["RATED_TABLES", "STARS", "Items", "Users", "items_of", "rated"]

STARS = ("thumbs", "completion")
"""What a rating is made of: a thumb that was given, or the share of a title that was played."""
BEST = 5.0
THUMBS = {"up": BEST, "down": 1.0}
RATED_TABLES = ("log.accounts", "log.plays", "log.ratings", "log.titles")
GIVEN = ("account_id", "profile_id", "title_id", "rated_at", "thumb")
PLAYED = ("account_id", "profile_id", "title_id", "kind", "started_at", "completion", "watched_ms")


@dataclass(frozen=True)
class Items:
    """The works of a catalogue, numbered from 1, and the work of each title."""

    works: pl.DataFrame
    of_titles: pl.DataFrame


@dataclass
class Users:
    """How many profiles are numbered so far, from 1 in the order of their accounts."""

    count: int = 0

    def numbered(self, rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Put ``user`` beside rows of profiles that were not named before; also return the new."""
        profiles = rows["profile_id"].unique(maintain_order=True)
        numbers = pl.Series(range(self.count + 1, self.count + 1 + len(profiles)), dtype=pl.Int64)
        self.count += len(profiles)
        new = pl.DataFrame({"profile_id": profiles, "user": numbers})
        return rows.join(new, on="profile_id", maintain_order="left"), new


def items_of(data: Data) -> Items:
    """Return the works of a dataset: a series is one, and trailers belong to their work."""
    of_titles = works_of(titles_of(data))
    dated = of_titles.sort("released_on", maintain_order=True)
    first = dated.unique("work_id", keep="first", maintain_order=True)
    works = first.with_row_index("item", offset=1).with_columns(pl.col("item").cast(pl.Int64))
    numbers = works.select("work_id", "item")
    numbered = of_titles.select("title_id", "work_id").join(numbers, on="work_id")
    return Items(works, numbered.select("title_id", "item"))


def rated(
    data: Data, items: Items, stars: str, lowest: float, step: float
) -> Iterator[pl.DataFrame]:
    """Yield the ratings of some accounts at a time, by account and profile, the oldest first.

    A profile has rated a work once: its last thumb counts, or the most it has played of it. Columns
    are account_id, profile_id, item, stars and rated_at.
    """
    is_given = stars == "thumbs"
    name, columns = ("log.ratings", GIVEN) if is_given else ("log.plays", PLAYED)
    for home in data.homes({name: columns}):
        rows = with_titles(home[name], items.of_titles)
        rated = _of_thumbs(rows) if is_given else _of_plays(rows, lowest, step)
        yield rated.sort(
            "account_id",
            "profile_id",
            "rated_at",
            "item",
            maintain_order=True,
        )


def _of_thumbs(rows: pl.DataFrame) -> pl.DataFrame:
    stars = text_in("thumb").replace_strict(THUMBS, return_dtype=pl.Float64)
    rated = rows.select(
        "account_id",
        "profile_id",
        "item",
        "rated_at",
        stars=stars,
    )
    newest = rated.sort("rated_at", maintain_order=True)
    return newest.unique(["profile_id", "item"], keep="last", maintain_order=True)


def _of_plays(rows: pl.DataFrame, lowest: float, step: float) -> pl.DataFrame:
    is_seen = (pl.col("watched_ms") > 0) & (pl.col("kind") != "trailer")
    seen = rows.filter(is_seen)
    pairs = seen.group_by(
        "account_id",
        "profile_id",
        "item",
        maintain_order=True,
    )
    rated_at = pl.col("started_at").max()
    share = pl.col("completion").max().clip(0, 1)
    best = pairs.agg(rated_at=rated_at, share=share)
    above = (BEST - lowest) * pl.col("share")
    steps = (above / step).round()
    stars = lowest + steps * step
    return best.with_columns(stars=stars).drop("share")
