"""The personal data that Netflix sends to an account: a ZIP with a table of everything."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO, ClassVar

import polars as pl

from synthview.formats.making.data import Data
from synthview.formats.making.form import RealFormat, option
from synthview.formats.making.output import Output
from synthview.formats.making.works import titles_of, works_of
from synthview.formats.netflix import choosing, household, paying, watching
from synthview.formats.netflix.cover import additional_information, cover_sheet
from synthview.formats.netflix.home import READ, ReportedHome, text_table
from synthview.formats.netflix.report_files import (
    COLUMNS,
    ERAS,
    NEVER_FILLED,
    NO_DATA,
    SENTENCES,
    camel,
    folder_of,
    shuffled,
)
from synthview.formats.netflix.title_names import LANGUAGES, shown_titles
from synthview.sinks.id_forms import encode_ids

__all__ = ["NetflixReport"]

TOP = "netflix-report/"
ACCOUNTS_AT_ONCE = 64
"""All their messages are in memory, some 200 a day for each."""
ACTIVITY = "CONTENT_INTERACTION/ViewingActivity"
SHEETS: dict[str, Callable[[ReportedHome], pl.DataFrame]] = {
    "ACCOUNT/AccountDetails": household.account,
    "ACCOUNT/SubscriptionHistory": household.subscription,
    "ACCOUNT/TermsOfUse": household.terms,
    "ACCOUNT/AccessAndDevices": household.access,
    "CLICKSTREAM/Clickstream": choosing.clicks,
    ACTIVITY: watching.activity,
    "CONTENT_INTERACTION/PlaybackRelatedEvents": watching.traces,
    "CONTENT_INTERACTION/SearchHistory": choosing.searches,
    "CONTENT_INTERACTION/Ratings": choosing.ratings,
    "CONTENT_INTERACTION/MyList": choosing.my_list,
    "DEVICES/Devices": household.devices,
    "IP_ADDRESSES/IpAddressesLogin": household.logins,
    "IP_ADDRESSES/IpAddressesStreaming": household.streaming,
    "MESSAGES/MessagesSentByNetflix": paying.messages,
    "PAYMENT_AND_BILLING/BillingHistory": paying.bills,
    "PROFILES/Profiles": household.profiles,
}
LINES_UNTIL_2021 = ("ACCOUNT/AccountDetails", "ACCOUNT/TermsOfUse", "PROFILES/Profiles")
"""Tables that were lines of JSON."""
CAMEL_UNTIL_2021 = ("DEVICES/", "IP_ADDRESSES/")
"""Folders whose columns were written as in JSON."""


@dataclass(frozen=True)
class NetflixReport(RealFormat):
    """The personal-data ZIP of a Netflix account: ViewingActivity.csv and some 25 tables beside it.

    With --account it is one file; otherwise a folder has a ZIP for each account, which --limit
    restricts to some. Reports until 2021 have other folders, and lines of JSON for the account and
    its profiles. Columns are in the order that programs read by position, unless they are shuffled
    as in reports of today.
    """

    tables: ClassVar[tuple[str, ...]] = (*READ, "log.titles")
    leaves_out: ClassVar[tuple[str, ...]] = (
        "plays that never showed a picture",
        "milliseconds",
        "how often a message of the player arrived, and when",
        "games, letters to the service and interactive titles: their tables have no rows",
        "consents: all are NO",
        "mail that invites to watch, and when a title was put on the list",
    )
    is_of_account: ClassVar[bool] = True
    suffix: ClassVar[str] = ".zip"

    era: str = option("2022", "Reports since 2022, or as they were until 2021.", ERAS)
    shuffle_columns: bool = option(default=False, about="Put the columns in no order.")
    words: str = option("en", "Language of the words season and episode.", LANGUAGES)
    empty: str = option("csv", "A table without rows: a head, or a sentence.", ("csv", "txt"))

    def write(self, data: Data, output: Output) -> None:
        """Write a ZIP for each account, or the only one as the output."""
        titles = titles_of(data)
        shown = shown_titles(titles, self.words, with_episode=True)
        works = works_of(titles).select("title_id", "work_name", "is_series")
        is_one = data.chosen is not None and len(data.chosen) == 1
        for some in data.homes(READ, ACCOUNTS_AT_ONCE):
            named = _named_in(some)
            names = shown.join(named, on="title_id", how="semi")
            series = works.join(named, on="title_id", how="semi")
            for account, frames in _by_account(some):
                home = ReportedHome(
                    frames,
                    names,
                    series,
                    self.words,
                )
                number = encode_ids(pl.Series([account]), "a").item()
                with output.file("" if is_one else f"{number}.zip") as file:
                    self._pack(home, file)
                self._keep(home, number, output)

    def _pack(self, home: ReportedHome, file: IO[bytes]) -> None:
        """Write the ZIP of one account."""
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
            packed.writestr(_entry("Cover sheet.pdf"), cover_sheet())
            packed.writestr(_entry("Additional Information.pdf"), additional_information())
            for path, sheet in SHEETS.items():
                table = sheet(home).select(COLUMNS[path].split(","))
                name, text = self._rendered(path, table)
                packed.writestr(_entry(name), text)
            for path in NEVER_FILLED:
                name, text = self._rendered(path, text_table(path, []))
                packed.writestr(_entry(name), text)
            for path in SENTENCES:
                packed.writestr(_entry(f"{folder_of(path, self.era)}.txt"), NO_DATA)

    def _rendered(self, path: str, table: pl.DataFrame) -> tuple[str, str]:
        """Return the name and the content of a file of the report."""
        place = folder_of(path, self.era)
        if not len(table) and self.empty == "txt":
            return f"{place}.txt", NO_DATA
        is_old = self.era == "2021"
        are_lines = is_old and path in LINES_UNTIL_2021
        if are_lines or (is_old and path.startswith(CAMEL_UNTIL_2021)):
            table = table.rename(camel)
        if are_lines:
            lines = (json.dumps(row, ensure_ascii=False) for row in table.to_dicts())
            return f"{place}.txt", "".join(f"{line}\n" for line in lines)
        if self.shuffle_columns:
            table = table.select(shuffled(path, table.columns))
        return f"{place}.csv", table.write_csv(quote_style="necessary")

    def _keep(self, home: ReportedHome, account: str, output: Output) -> None:
        """Note which play is behind each row of ViewingActivity, and which device has a number."""
        rows = watching.shown_activity(home)
        output.rows += len(rows)
        numbers = pl.Series(range(1, len(rows) + 1), dtype=pl.String)
        output.keep(
            "row",
            f"{account} ViewingActivity.csv row " + numbers,
            rows["play_id"],
            "p",
        )
        output.keep(
            "esn",
            home.devices["esn"],
            home.devices["device_id"],
            "d",
        )


def _named_in(some: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """Return the titles that rows of some accounts name: few of a catalogue."""
    columns = [frame.select("title_id") for frame in some.values() if "title_id" in frame.columns]
    return pl.concat(columns).unique()


def _by_account(
    some: dict[str, pl.DataFrame],
) -> Iterator[tuple[int, dict[str, pl.DataFrame]]]:
    """Yield the rows of each account."""
    parts = {}
    none = {}
    for name, frame in some.items():
        parts[name] = frame.partition_by("account_id", as_dict=True)
        none[name] = frame.clear()
    for key in parts["log.accounts"]:
        frames = {name: of.get(key, none[name]) for name, of in parts.items()}
        yield int(key[0]), frames


def _entry(name: str) -> zipfile.ZipInfo:
    """Return a file of the ZIP; its date is the first that one can have, whenever it is made."""
    entry = zipfile.ZipInfo(f"{TOP}{name}")
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry
