"""The history of Trakt, which keeps what people have watched: a JSON file for each profile."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import polars as pl

from synthview.formats.making.data import Data
from synthview.formats.making.form import RealFormat, option
from synthview.formats.making.output import Output
from synthview.formats.making.works import titles_of, with_titles
from synthview.sinks.id_forms import encode_ids

__all__ = ["Trakt"]

WATCHED = 0.8
"""Trakt counts a title as watched from this share on."""
SHAPES = ("history", "export")
"""A list as the service's address of the history returns it, or a whole export."""
READ = (
    "play_id", "account_id", "profile_id", "title_id", "kind", "ended_at", "completion",
    "watched_ms",
)  # fmt: skip
EXPORTED: Mapping[str, Any] = {
    "followers": [], "following": [], "likes": [], "stats": {}, "settings": {}, "watchlist": [],
    "ratings": [],
}  # fmt: skip
"""What else an export has; of a simulated service there is none of it."""
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Trakt(RealFormat):
    """The history of Trakt: a folder with a JSON file for each profile, the newest first.

    A title is there for each time that a play of it came to 80 % or beyond, as Trakt counts it.
    With the option shape=export the history is part of a whole export, as traktexport writes it.
    """

    tables: ClassVar[tuple[str, ...]] = ("log.accounts", "log.plays", "log.titles")
    leaves_out: ClassVar[tuple[str, ...]] = (
        "plays that did not come to 80 % of a title, and trailers",
        "how long a play was, and on which device",
        "ids of other catalogues, as no simulated title is in one",
        "ratings, searches and clicks",
    )
    is_folder: ClassVar[bool] = True

    shape: str = option("history", "The list alone, or a whole export.", SHAPES)

    def write(self, data: Data, output: Output) -> None:
        """Write the history of each profile of some accounts at a time."""
        titles = _numbered(titles_of(data))
        output.keep(
            "trakt",
            titles["number"],
            titles["title_id"],
            "t",
        )
        for home in data.homes({"log.accounts": ("account_id",), "log.plays": READ}):
            seen = home["log.plays"].filter(_is_watched())
            named = with_titles(seen.drop("kind"), titles)
            order = ["account_id", "profile_id", "ended_at"]
            rows = named.sort(order, descending=[False, False, True], maintain_order=True)
            for part in rows.partition_by("profile_id", maintain_order=True):
                self._write_profile(part, output)

    def _write_profile(self, rows: pl.DataFrame, output: Output) -> None:
        first = rows["profile_id"].head(1)
        profile = encode_ids(first, "u").item()
        begin = output.rows + 1
        numbers = range(begin, begin + len(rows))
        ids = pl.Series("place", numbers, dtype=pl.Int64)
        output.keep(
            "id",
            ids,
            rows["play_id"],
            "p",
        )
        numbered = rows.with_columns(ids)
        history = [_item(row) for row in numbered.iter_rows(named=True)]
        content: Any = history
        if self.shape == "export":
            content = {"type": "full", "username": profile, **EXPORTED, "history": history}
        text = json.dumps(content, ensure_ascii=False)
        with output.file(f"{profile}.json") as file:
            file.write(text.encode())
        output.rows += len(rows)


def _is_watched() -> pl.Expr:
    is_title = pl.col("kind") != "trailer"
    return is_title & (pl.col("completion") >= WATCHED) & (pl.col("watched_ms") > 0)


def _numbered(titles: pl.DataFrame) -> pl.DataFrame:
    """Titles with a number for each, and one for each series."""
    columns = (
        "title_id", "kind", "name", "series_name", "season_number", "episode_number", "series_id",
        "released_on",
    )  # fmt: skip
    rows = titles.select(columns).with_row_index("number", offset=1)
    first_year = pl.col("released_on").min().over("series_id").dt.year()
    return rows.with_columns(series_number=pl.col("series_id").rank("dense"), since=first_year)


def _item(row: Row) -> dict[str, Any]:
    is_episode = row["kind"] == "episode" and row["series_id"] is not None
    content = {
        "id": row["place"],
        "watched_at": f"{row['ended_at']:%Y-%m-%dT%H:%M:%S}.000Z",
        "action": "scrobble",
        "type": "episode" if is_episode else "movie",
    }
    return {**content, **(_episode(row) if is_episode else _film(row))}


def _film(row: Row) -> dict[str, Any]:
    ids = _ids(row["number"], _slug(row["name"]))
    return {"movie": {"title": row["name"], "year": row["released_on"].year, "ids": ids}}


def _episode(row: Row) -> dict[str, Any]:
    series = row["series_name"]
    ids = {"trakt": row["number"], "tvdb": None, "imdb": None, "tmdb": None}
    place = {"season": row["season_number"], "number": row["episode_number"]}
    show = {"title": series, "year": row["since"], "ids": _ids(row["series_number"], _slug(series))}
    return {"episode": {**place, "title": row["name"], "ids": ids}, "show": show}


def _ids(number: int, slug: str) -> dict[str, Any]:
    return {"trakt": number, "slug": slug, "imdb": None, "tmdb": None}


def _slug(name: str) -> str:
    words = re.findall(r"\w+", name.lower())
    return "-".join(words)
