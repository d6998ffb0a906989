"""The viewing history of Netflix that an account may download: a title and a day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import polars as pl

from synthview.formats.making.clocks import with_local_time
from synthview.formats.making.data import Data
from synthview.formats.making.form import RealFormat, option
from synthview.formats.making.output import Output
from synthview.formats.making.row_words import beside, latest, text_in
from synthview.formats.making.works import titles_of, with_titles
from synthview.formats.netflix.title_names import LANGUAGES, shown_titles, words_of
from synthview.sinks.id_forms import encode_ids

__all__ = ["NetflixHistory"]

HEAD = b"Title,Date\n"
DATES = {
    "us": "%-m/%-d/%y",
    "dotted": "%d.%m.%Y",
    "ar": "%-d/%-m/%y", "at": "%d.%m.%y", "au": "%-d/%-m/%y", "be": "%-d/%m/%y", "br": "%d/%m/%Y",
    "ca": "%Y-%m-%d", "ch": "%d.%m.%y", "cl": "%d-%m-%y", "co": "%-d/%m/%y", "de": "%d.%m.%y",
    "dk": "%d.%m.%Y", "es": "%-d/%-m/%y", "fi": "%-d.%-m.%Y", "fr": "%d/%m/%Y", "gb": "%d/%m/%Y",
    "ie": "%d/%m/%Y", "in": "%d/%m/%y", "it": "%d/%m/%y", "jp": "%Y/%m/%d", "kr": "%y. %-m. %-d.",
    "mx": "%d/%m/%y", "nl": "%d-%m-%Y", "no": "%d.%m.%Y", "nz": "%d/%m/%Y", "pe": "%-d/%m/%y",
    "pl": "%-d.%m.%Y", "pt": "%d/%m/%y", "se": "%Y-%m-%d", "sg": "%-d/%-m/%y", "tr": "%-d.%m.%Y",
    "za": "%Y/%m/%d",
}  # fmt: skip
"""How a day is written in short in a country; ``dotted`` is a German date with the whole year."""
HOME = "home"
FILE = "NetflixViewingHistory.csv"
READ = {
    "log.accounts": ("account_id", "valid_from", "time_zone", "country"),
    "log.profiles": ("account_id", "profile_id", "valid_from", "language"),
    "log.plays": (
        "play_id", "account_id", "profile_id", "title_id", "kind", "started_at", "watched_ms",
    ),
}  # fmt: skip


@dataclass(frozen=True)
class NetflixHistory(RealFormat):
    """NetflixViewingHistory.csv, as Netflix gives it to each profile: columns Title and Date.

    A title has one row for each day on which it was played, newest first; days are those of the
    home's clock. With --account the history of all profiles of the account is one file, or that of
    one with the option profile; without it every profile has a file in a folder.
    """

    tables: ClassVar[tuple[str, ...]] = (*READ, "log.titles")
    leaves_out: ClassVar[tuple[str, ...]] = (
        "how long and how often on a day a title was played",
        "trailers",
        "plays that never showed a picture",
        "devices, searches, ratings and clicks",
    )
    is_of_account: ClassVar[bool] = True
    suffix: ClassVar[str] = ".csv"

    locale: str = option(
        "us", "How days are written: as in a country, or in that of the account.", (HOME, *DATES)
    )
    words: str = option("en", "Language of the words season and episode.", LANGUAGES)
    profile: str = option("", "The id of one profile of an account; all of them if empty.")

    def write(self, data: Data, output: Output) -> None:
        """Write a file for each profile, or one file if the output is one."""
        shown = shown_titles(titles_of(data), self.words, with_episode=False)
        is_one = data.chosen is not None and len(data.chosen) == 1
        for home in data.homes(READ):
            rows = self._rows(home, shown)
            if is_one:
                self._write_file(output, "", rows)
                continue
            for part in rows.partition_by("account_id", "profile_id", maintain_order=True):
                self._write_file(output, _place(part), part)

    def _rows(self, home: dict[str, pl.DataFrame], shown: pl.DataFrame) -> pl.DataFrame:
        """Return the rows of some accounts by profile, newest first."""
        played = (pl.col("watched_ms") > 0) & (pl.col("kind") != "trailer")
        plays = home["log.plays"].filter(played)
        if self.profile:
            plays = plays.filter(_is_profile(self.profile))
        zones = latest(home["log.accounts"], "account_id")
        local = with_local_time(plays, "started_at", zones.drop("valid_from"))
        named = _named(
            local,
            home["log.profiles"],
            shown,
            self.words,
        )
        newest = named.sort(
            "account_id",
            "profile_id",
            "local",
            descending=[False, False, True],
        )
        dated = newest.with_columns(day=pl.col("local").dt.date())
        keys = ["account_id", "profile_id", "shown", "day"]
        return dated.unique(keys, keep="first", maintain_order=True)

    def _date_form(self, rows: pl.DataFrame) -> str:
        """Return how days of a history are written; all its rows are of one account."""
        country = str(rows["country"].first()).lower()
        named = country if self.locale == HOME else self.locale
        return DATES.get(named, DATES["us"])

    def _write_file(self, output: Output, name: str, rows: pl.DataFrame) -> None:
        newest = rows.sort("local", descending=True, maintain_order=True)
        once = newest.unique(["shown", "day"], keep="first", maintain_order=True)
        dates = pl.col("day").dt.strftime(self._date_form(rows))
        cells = once.select("shown", dates)
        text = cells.write_csv(include_header=False, quote_style="always")
        with output.file(name) as file:
            file.write(HEAD)
            file.write(text.encode())
        output.rows += len(cells)
        numbers = range(1, len(once) + 1)
        where = name or FILE
        places = pl.Series([f"{where} row {one}" for one in numbers], dtype=pl.String)
        output.keep(
            "row",
            places,
            once["play_id"],
            "p",
        )


def _named(
    plays: pl.DataFrame, profiles: pl.DataFrame, shown: pl.DataFrame, words: str
) -> pl.DataFrame:
    """Put the text of each title beside the plays, in the language that was asked for."""
    newest = latest(profiles, "profile_id")
    language = words_of(pl.col("language")) if words == "profile" else pl.lit("en")
    spoken = newest.select("profile_id", words=language)
    of_profile = beside(plays, spoken, "profile_id")
    filled = of_profile.with_columns(pl.col("words").fill_null("en"))
    with_titles(filled, shown.filter(pl.col("words") == "en").drop("words"))
    return beside(filled, shown, ["title_id", "words"])


def _place(rows: pl.DataFrame) -> str:
    """Where the file of a profile lies in the folder: below its account."""
    account = encode_ids(rows["account_id"].head(1), "a").item()
    profile = encode_ids(rows["profile_id"].head(1), "u").item()
    return f"{account}/{profile}/{FILE}"


def _is_profile(stated: str) -> pl.Expr:
    texts = pl.col("profile_id").map_batches(lambda ids: encode_ids(ids, "u"), pl.String)
    return (texts == stated) | (text_in("profile_id") == stated)
