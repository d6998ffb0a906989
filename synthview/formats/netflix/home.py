"""One account as its report reads it: its rows, with the names that the report writes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

import polars as pl

from synthview.formats.making.countries import NAMES
from synthview.formats.making.row_words import beside
from synthview.formats.making.works import with_titles
from synthview.formats.netflix.report_files import COLUMNS
from synthview.formats.netflix.title_names import words_of
from synthview.sinks.id_forms import encode_ids

__all__ = [
    "INSTANT",
    "MOMENT",
    "READ",
    "ReportedHome",
    "Row",
    "country_in_words",
    "serial_of",
    "text_table",
]

MOMENT = "%Y-%m-%d %H:%M:%S"
INSTANT = "%Y-%m-%dT%H:%M:%SZ"
READ = {
    "log.accounts": (),
    "log.profiles": (),
    "log.devices": (),
    "log.plays": (),
    "log.events": (
        "event_id", "play_id", "account_id", "device_id", "type", "client_time", "position_ms",
        "ip", "country",
    ),
    "log.ratings": ("account_id", "profile_id", "title_id", "rated_at", "thumb"),
    "log.searches": (
        "account_id", "profile_id", "device_id", "searched_at", "query", "title_id",
    ),
    "log.clicks": (
        "account_id", "profile_id", "device_id", "clicked_at", "row", "action", "title_id",
    ),
}  # fmt: skip
LOOKED_AT = {"log.ratings": "rated_at", "log.searches": "searched_at", "log.clicks": "clicked_at"}
SERIALS = {
    "tv": "NFTV-02-", "computer": "NFCDCH-02-", "phone": "NFANDROID1-PRV-P-",
    "tablet": "NFANDROID1-PRV-T-", "console": "NFGAME-02-", "stick": "NFSTB-02-",
}  # fmt: skip
"""What the serial number (ESN) of a device begins with."""
Row = dict[str, Any]
RENAMED = {"language": "profile_language", "name": "profile_name"}


@dataclass(frozen=True)
class ReportedHome:
    """The rows of one account by table, and how each title and work is written."""

    frames: Mapping[str, pl.DataFrame]
    shown: pl.DataFrame
    works: pl.DataFrame
    words: str

    @cached_property
    def states(self) -> pl.DataFrame:
        """The states of the account, the oldest first."""
        return self.frames["log.accounts"].sort("valid_from")

    @cached_property
    def profiles(self) -> pl.DataFrame:
        """The profiles, each as it was last and with the time of its first row as ``created``."""
        rows = self.frames["log.profiles"].sort("valid_from", maintain_order=True)
        created = rows.group_by("profile_id").agg(created=pl.col("valid_from").min())
        newest = rows.unique("profile_id", keep="last", maintain_order=True)
        return newest.join(created, on="profile_id", maintain_order="left").rename(RENAMED)

    @cached_property
    def devices(self) -> pl.DataFrame:
        """The devices, each as it was last, with its serial number as ``esn``."""
        rows = self.frames["log.devices"].sort("valid_from", maintain_order=True)
        first = rows.group_by("device_id").agg(since=pl.col("valid_from").min())
        newest = rows.unique("device_id", keep="last", maintain_order=True)
        dated = newest.join(first, on="device_id", maintain_order="left")
        return dated.with_columns(esn=serial_of(dated))

    @cached_property
    def plays(self) -> pl.DataFrame:
        """What was played, by profile and newest first, without plays that showed no picture."""
        rows = self.frames["log.plays"].filter(pl.col("watched_ms") > 0)
        named = self.named(self.titled(rows))
        order = ["profile_place", "started_at", "play_id"]
        return named.sort(order, descending=[False, True, True])

    @cached_property
    def starts(self) -> pl.DataFrame:
        """The first message of each play that reached the service, with its address and device."""
        rows = self.frames["log.events"].filter(pl.col("type") == "ready")
        labels = beside(rows, self._models, "device_id")
        return labels.sort("client_time", maintain_order=True)

    @property
    def last_reported(self) -> datetime:
        """The last time of which the account's log tells."""
        dated = {"log.accounts": "valid_from", "log.events": "client_time", **LOOKED_AT}
        times = [self.frames[name][column].max() for name, column in dated.items()]
        return max(one for one in times if isinstance(one, datetime))

    def of(self, table: str) -> pl.DataFrame:
        """Return rows of a table with the names of profile and device, by profile, newest first."""
        rows = self.named(self.frames[f"log.{table}"])
        times = [name for name in rows.columns if name.endswith("ed_at")]
        return rows.sort(["profile_place", *times], descending=[False, *(True for _ in times)])

    def named(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Put the name of the profile, and the model of the device, beside rows."""
        profiles = self.profiles.with_row_index("profile_place")
        labels = profiles.select(
            "profile_id",
            "profile_name",
            "profile_place",
            "is_kids",
        )
        named = beside(rows, labels, "profile_id")
        if "device_id" not in rows.columns:
            return named
        models = self._models.drop("device_type")
        return beside(named, models, "device_id")

    def titled(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Put the text of the title beside rows, and the name of its work."""
        language = words_of(pl.col("profile_language"))
        spoken = self.profiles.select(
            "profile_id", words=language if self.words == "profile" else pl.lit("en")
        )
        heard = beside(rows, spoken, "profile_id")
        filled = heard.with_columns(pl.col("words").fill_null("en"))
        worded = beside(filled, self.shown, ["title_id", "words"])
        return with_titles(worded, self.works)

    @cached_property
    def _models(self) -> pl.DataFrame:
        return self.devices.select(
            "device_id",
            "device_type",
            "model",
            "esn",
        )


def text_table(path: str, rows: list[Row]) -> pl.DataFrame:
    """Return rows as a table of text with all columns; what a row does not say is empty."""
    columns = COLUMNS[path].split(",")
    texts = [{name: row.get(name) for name in columns} for row in rows]
    return pl.DataFrame(texts, schema=dict.fromkeys(columns, pl.String))


def serial_of(devices: pl.DataFrame) -> pl.Series:
    """Return the serial numbers of devices: a prefix of their kind, and their id."""
    kinds = devices["device_type"].cast(pl.String)
    prefixes = kinds.replace_strict(SERIALS, default="NF-", return_dtype=pl.String)
    ids = encode_ids(devices["device_id"], "d").str.slice(2).str.to_uppercase()
    return (prefixes + ids).alias("esn")


def country_in_words(code: pl.Expr) -> pl.Expr:
    """Write a country as ``FR (France)``."""
    text = code.cast(pl.String)
    return pl.format("{} ({})", text, text.replace_strict(NAMES, default=text))
