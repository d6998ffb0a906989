"""Atomic files of RecBole, a library of recommenders: interactions, users and items."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import polars as pl

from synthview.formats.making.data import Data
from synthview.formats.making.form import RealFormat, option
from synthview.formats.making.output import Output
from synthview.formats.making.row_words import latest
from synthview.formats.making.stars import Items, items_of
from synthview.formats.making.works import with_titles, work_ids
from synthview.sinks.id_forms import encode_ids

__all__ = ["Recbole"]

PLAYED = (
    "play_id", "account_id", "profile_id", "title_id", "kind", "device_type", "started_at",
    "completion", "watched_ms",
)  # fmt: skip
READ = {
    "log.accounts": ("account_id", "valid_from", "country"),
    "log.profiles": ("account_id", "profile_id", "valid_from", "language", "is_kids"),
    "log.plays": PLAYED,
}
INTER = (
    "user_id:token", "item_id:token", "rating:float", "timestamp:float", "played_s:float",
    "device:token",
)  # fmt: skip
PROFILE = ("user_id:token", "country:token", "language:token", "is_kids:token")
ITEM = ("item_id:token", "title:token", "genres:token_seq", "year:float", "is_series:token")


@dataclass(frozen=True)
class Recbole(RealFormat):
    """Atomic files of RecBole: NAME.inter has a row for each play, NAME.user and NAME.item beside.

    Users are profiles by their ids; a film is an item, and so is a series with all its episodes.
    The rating is the share that was played, from 0 to 5; played_s has the seconds.
    """

    tables: ClassVar[tuple[str, ...]] = (*READ, "log.titles")
    leaves_out: ClassVar[tuple[str, ...]] = (
        "trailers, and plays that never showed a picture",
        "which episodes of a series were played",
        "thumbs, searches and clicks",
    )
    is_folder: ClassVar[bool] = True

    name: str = option("synthview", "Name of the data set: that of its folder and files.")

    def write(self, data: Data, output: Output) -> None:
        """Write the items, and then the users and plays of some accounts at a time."""
        items = items_of(data)
        self._begin(output)
        self._append(output, "item", _works(items))
        for home in data.homes(READ):
            self._append(output, "user", _profiles(home))
            plays = _plays(home["log.plays"], items)
            self._append(output, "inter", plays.drop("play_id"))
            lines = pl.Series(range(output.rows + 1, output.rows + 1 + len(plays)), dtype=pl.String)
            output.keep(
                "row",
                lines,
                plays["play_id"],
                "p",
            )
            output.rows += len(plays)

    def _begin(self, output: Output) -> None:
        for ending, columns in (("inter", INTER), ("user", PROFILE), ("item", ITEM)):
            with output.file(f"{self.name}/{self.name}.{ending}") as file:
                file.write(("\t".join(columns) + "\n").encode())

    def _append(self, output: Output, ending: str, rows: pl.DataFrame) -> None:
        text = rows.write_csv(separator="\t", include_header=False, quote_style="necessary")
        with output.file(f"{self.name}/{self.name}.{ending}") as file:
            file.write(text.encode())


def _works(items: Items) -> pl.DataFrame:
    """The items; a list of genres is joined by blanks, so that a genre has none."""
    genres = pl.col("genres").str.replace_all(" ", "-").str.replace_all("|", " ", literal=True)
    return items.works.select(
        work_ids(items.works),
        pl.col("work_name"),
        genres,
        pl.col("released_on").dt.year(),
        pl.col("is_series").cast(pl.Int8),
    )


def _profiles(home: dict[str, pl.DataFrame]) -> pl.DataFrame:
    newest = latest(home["log.profiles"], "profile_id")
    states = latest(home["log.accounts"], "account_id")
    countries = states.select("account_id", "country")
    rows = newest.join(countries, on="account_id", how="left").sort("account_id", "profile_id")
    ids = encode_ids(rows["profile_id"], "u").alias("id")
    return rows.select(
        ids,
        "country",
        "language",
        pl.col("is_kids").cast(pl.Int8),
    )


def _plays(plays: pl.DataFrame, items: Items) -> pl.DataFrame:
    """The interactions, by user and time."""
    seen = plays.filter((pl.col("watched_ms") > 0) & (pl.col("kind") != "trailer"))
    rows = with_titles(seen, items.of_titles).sort("account_id", "profile_id", "started_at")
    works = items.works.select("item", work=work_ids(items.works))
    named = rows.join(works, on="item", maintain_order="left")
    return named.select(
        encode_ids(named["profile_id"], "u").alias("user"),
        "work",
        (5 * pl.col("completion").clip(0, 1)).round(2).alias("rating"),
        (pl.col("started_at").dt.epoch("ms") / 1000).round(3).alias("timestamp"),
        (pl.col("watched_ms") / 1000).round(3).alias("played_s"),
        pl.col("device_type"),
        "play_id",
    )
