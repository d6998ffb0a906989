"""Spotify's streaming histories: a folder for each profile, titles in place of tracks."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

import polars as pl

from synthview.formats.making.data import Data
from synthview.formats.making.form import RealFormat, option
from synthview.formats.making.output import Output
from synthview.formats.making.row_words import beside, text_in
from synthview.formats.making.uuids import uuids_of
from synthview.formats.making.works import titles_of, with_titles, works_of
from synthview.sinks.id_forms import encode_ids

__all__ = ["Spotify"]

SHAPES = ("tracks", "episodes")
HISTORIES = ("extended", "year")
ERAS = ("2023", "2022")
NAMES = {
    ("extended", "2023"): "Streaming_History_Audio_{span}_{number}",
    ("extended", "2022"): "endsong_{number}",
    ("year", "2023"): "StreamingHistory_music_{number}",
    ("year", "2022"): "StreamingHistory{number}",
}
"""How the files of a history are called."""
OF_PODCASTS = "StreamingHistory_podcast_{number}"
MOST_ENTRIES = {"extended": 16_000, "year": 10_000}
"""A file of an extended history has some 12 MB."""
ADDRESS = "192.0.2.1"
"""Of a network that is reserved for documents: it reaches nobody."""
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
URI_DIGITS = 22
READ = (
    "play_id", "account_id", "profile_id", "title_id", "device_type", "country", "ended_at",
    "watched_ms", "autoplayed", "start_source", "end_reason",
)  # fmt: skip
PLATFORMS = {
    "tv": "tv", "stick": "cast", "console": "games_console", "computer": "web_player",
    "phone": "android", "tablet": "ios",
}  # fmt: skip
ENDS = {
    "finished": "trackdone", "stopped": "endplay", "error": "trackerror",
    "silent": "unexpected-exit",
}  # fmt: skip
STARTS = {"resume": "playbtn", "next_episode": "fwdbtn"}
ORDER = ("account_id", "profile_id", "ended_at", "play_id")


@dataclass(frozen=True)
class Spotify(RealFormat):
    """Spotify's streaming history of each profile: Streaming_History_Audio_….json.

    A title is a track, a film or series its artist, and a season its album; with the option
    shape=episodes an episode is one of a podcast. An entry is a play and has the time of its end.
    With history=year it is what Spotify sends within days, StreamingHistory_music_….json: four
    keys, and times to the minute. With era=2022 files have the names and keys of until then.
    """

    tables: ClassVar[tuple[str, ...]] = ("log.accounts", "log.plays", "log.titles")
    leaves_out: ClassVar[tuple[str, ...]] = (
        "positions, and when a play began",
        "network addresses: all are one that is reserved",
        "plays that never showed a picture",
        "ratings, searches and clicks",
    )
    is_folder: ClassVar[bool] = True

    shape: str = option("tracks", "What an episode is: a track, or one of a podcast.", SHAPES)
    history: str = option("extended", "The extended history, or the short one.", HISTORIES)
    era: str = option("2023", "Files since 2023, or as they were until 2022.", ERAS)

    def write(self, data: Data, output: Output) -> None:
        """Write the history of each profile of some accounts at a time, the oldest entry first."""
        titles = _labelled(titles_of(data))
        output.keep("uri", titles["uri"], titles["title_id"], "t")
        for home in data.homes({"log.accounts": ("account_id",), "log.plays": READ}):
            seen = home["log.plays"].filter(pl.col("watched_ms") > 0)
            rows = with_titles(seen, titles).sort(ORDER)
            for part in rows.partition_by("profile_id", maintain_order=True):
                self._write_profile(part, output)

    def _write_profile(self, rows: pl.DataFrame, output: Output) -> None:
        """Write the files of a profile; their names count from 0, and some have their years."""
        of_podcasts = pl.col("series_name").is_not_null() & (self.shape == "episodes")
        filled = _filled(rows).with_columns(is_podcast=of_podcasts)
        pattern = NAMES[self.history, self.era]
        if self.history == "year" and self.era == "2023":
            self._write_files(filled.filter(~pl.col("is_podcast")), pattern, output)
            self._write_files(filled.filter("is_podcast"), OF_PODCASTS, output)
        else:
            self._write_files(filled, pattern, output)

    def _write_files(self, rows: pl.DataFrame, pattern: str, output: Output) -> None:
        entry = self._entry if self.history == "extended" else self._short_entry
        for number, some in enumerate(rows.iter_slices(MOST_ENTRIES[self.history])):
            years = some["ended_at"].dt.year()
            span = "-".join(dict.fromkeys(map(str, (years[0], years[-1]))))
            profile = encode_ids(some["profile_id"].head(1), "u").item()
            name = f"{profile}/{pattern.format(span=span, number=number)}.json"
            entries = [entry(row) for row in some.iter_rows(named=True)]
            with output.file(name) as file:
                file.write(json.dumps(entries, ensure_ascii=False, indent=2).encode())
            places = pl.Series([f"{name} entry {one}" for one in range(len(some))], dtype=pl.String)
            output.keep("entry", places, some["play_id"], "p")
            output.rows += len(some)

    def _entry(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """The keys of an entry, in the order in which Spotify writes them."""
        is_old = self.era == "2022"
        track, episode = (None, row) if row["is_podcast"] else (row, None)
        by = {"username": row["profile"]} if is_old else {}
        of_old = {"ip_addr_decrypted": ADDRESS, "user_agent_decrypted": "unknown"}
        return {
            "ts": row["ts"],
            **by,
            **{name: row[name] for name in ("platform", "ms_played", "conn_country")},
            **(of_old if is_old else {"ip_addr": ADDRESS}),
            "master_metadata_track_name": track and track["name"],
            "master_metadata_album_artist_name": track and track["work_name"],
            "master_metadata_album_album_name": track and track["album"],
            "spotify_track_uri": track and f"spotify:track:{track['uri']}",
            "episode_name": episode and episode["name"],
            "episode_show_name": episode and episode["series_name"],
            "spotify_episode_uri": episode and f"spotify:episode:{episode['uri']}",
            **({} if is_old else dict.fromkeys(AUDIOBOOK)),
            "reason_start": row["reason_start"],
            "reason_end": row["reason_end"],
            "shuffle": False,
            "skipped": row["skipped"],
            "offline": False,
            "offline_timestamp": 0 if is_old else None,
            "incognito_mode": False,
        }

    def _short_entry(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """The four keys of an entry of the short history; podcasts once had those of tracks."""
        has_own = row["is_podcast"] and self.era == "2023"
        by, what = ("podcastName", "episodeName") if has_own else ("artistName", "trackName")
        return {
            "endTime": f"{row['ended_at']:%Y-%m-%d %H:%M}",
            by: row["work_name"],
            what: row["name"],
            "msPlayed": row["ms_played"],
        }


AUDIOBOOK = (
    "audiobook_title", "audiobook_uri", "audiobook_chapter_uri", "audiobook_chapter_title",
)  # fmt: skip


def _labelled(titles: pl.DataFrame) -> pl.DataFrame:
    """Titles with the work that is their artist, the album, and the id in addresses."""
    works = works_of(titles).select("title_id", "work_name")
    season = pl.format("{}: Season {}", "series_name", "season_number")
    columns = ("title_id", "name", "series_name", "season_number")
    named = beside(titles.select(columns), works, "title_id")
    uri = pl.Series("uri", list(_uris(titles["title_id"])), dtype=pl.String)
    album = pl.coalesce(season, "work_name")
    return named.with_columns(uri, album=album).drop("season_number")


def _uris(ids: pl.Series) -> Iterator[str]:
    """Ids of 22 digits and letters, as Spotify has them."""
    for one in uuids_of(ids):
        value, text = UUID(one).int, ""
        for _ in range(URI_DIGITS):
            value, digit = divmod(value, len(DIGITS))
            text = DIGITS[digit] + text
        yield text


def _filled(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows with the words that Spotify has for devices, beginnings and ends."""
    pressed = text_in("start_source").replace_strict(STARTS, default="clickrow")
    begun = pl.when("autoplayed").then(pl.lit("trackdone")).otherwise(pressed)
    ended = text_in("end_reason").replace_strict(ENDS)
    return rows.with_columns(
        encode_ids(rows["profile_id"], "u").alias("profile"),
        ts=pl.col("ended_at").dt.strftime("%Y-%m-%dT%H:%M:%SZ"),
        platform=text_in("device_type").replace_strict(PLATFORMS),
        ms_played="watched_ms",
        conn_country=text_in("country"),
        reason_start=begun,
        reason_end=ended,
        skipped=text_in("end_reason") == "stopped",
    )
