"""Track calls of Segment's video specification, one line of JSON each."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import polars as pl

from synthview.formats.making.data import Data
from synthview.formats.making.form import RealFormat
from synthview.formats.making.output import Output
from synthview.formats.making.row_words import beside, latest
from synthview.formats.making.uuids import uuid_of
from synthview.formats.making.works import titles_of, with_titles
from synthview.sinks.id_forms import encode_ids

__all__ = ["CALLS", "Segment"]

PLAYBACK, CONTENT = "playback", "content"
CALLS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "ready": (("Video Playback Started", PLAYBACK),),
    "first_play": (("Video Content Started", CONTENT),),
    "play": (("Video Playback Resumed", PLAYBACK),),
    "pause": (("Video Playback Paused", PLAYBACK),),
    "ping": (("Video Content Playing", CONTENT),),
    "seek_start": (("Video Playback Seek Started", PLAYBACK),),
    "seek_end": (("Video Playback Seek Completed", PLAYBACK),),
    "buffer_start": (("Video Playback Buffer Started", PLAYBACK),),
    "buffer_end": (("Video Playback Buffer Completed", PLAYBACK),),
    "quality_change": (("Video Quality Updated", PLAYBACK),),
    "error": (("Video Playback Interrupted", PLAYBACK),),
    "end": (("Video Content Completed", CONTENT), ("Video Playback Completed", PLAYBACK)),
}
"""The calls of each message: about the playback, or about the title as content."""
READ = (
    "event_id", "play_id", "session_id", "account_id", "profile_id", "device_id", "title_id",
    "type",
    "client_time", "received_time", "position_ms", "played_ms", "bitrate_kbps", "error_code", "ip",
)  # fmt: skip
STARTED = "Video Playback Started"
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Segment(RealFormat):
    """Track calls of Segment's video specification as NDJSON, as RudderStack and others take them.

    A message is one call, and the end of a title two. userId is the profile, session_id the play.
    Lines are in the order of the log's days; copies of a message have the messageId of the first.
    """

    tables: ClassVar[tuple[str, ...]] = ("log.events", "log.titles", "log.devices")
    leaves_out: ClassVar[tuple[str, ...]] = (
        "that a share of a title was reached: the specification has no call for it",
        "that somebody left: no message says so, and Video Playback Exited is not written",
        "ratings, searches and clicks",
    )
    suffix: ClassVar[str] = ".ndjson"

    def write(self, data: Data, output: Output) -> None:
        """Write the calls, a part of a day at a time."""
        titles = titles_of(data).drop("valid_from")
        devices = ("device_id", "account_id", "valid_from", "device_type", "model", "app_version")
        for rows, models in data.parts_beside(
            "log.events",
            READ,
            "log.devices",
            devices,
        ):
            newest = latest(models, "device_id")
            present = newest.drop("valid_from", "account_id")
            placed = beside(rows, present, "device_id")
            calls = self.calls(placed.with_row_index("row"), titles)
            lines = [json.dumps(one, ensure_ascii=False) + "\n" for _, one in calls]
            with output.file() as file:
                file.write("".join(lines).encode())
            output.rows += len(lines)

    def calls(
        self, rows: pl.DataFrame, titles: pl.DataFrame
    ) -> Iterator[tuple[int, dict[str, Any]]]:
        """Yield the calls of messages beside their device, each with the number in `row`."""
        return _calls(with_titles(_in_words(rows), titles))


def _in_words(rows: pl.DataFrame) -> pl.DataFrame:
    """Messages with ids and times as text."""
    ids = {"profile_id": "u", "device_id": "d", "play_id": "p"}
    texts = [encode_ids(rows[name], prefix).alias(f"{name}_text") for name, prefix in ids.items()]
    title = encode_ids(rows["title_id"], "t").alias("title_id_text")
    moments = [
        pl.col(name).dt.strftime("%Y-%m-%dT%H:%M:%S%.3fZ")
        for name in ("client_time", "received_time")
    ]
    return rows.with_columns(*texts, title, *moments)


def _calls(rows: pl.DataFrame) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the calls of some messages, each with the number of its row."""
    for row in rows.iter_rows(named=True):
        kind = row["type"]
        is_first = kind == "play" and row["played_ms"] == 0
        for name, about in CALLS.get("first_play" if is_first else kind, ()):
            yield row["row"], _call(row, name, PROPERTIES[about](row, name))


def _call(row: Row, name: str, properties: dict[str, Any]) -> dict[str, Any]:
    present = {key: value for key, value in properties.items() if value is not None}
    return {
        "type": "track",
        "event": name,
        "messageId": uuid_of(f"{row['play_id']}/{row['event_id']}/{name}"),
        "userId": row["profile_id_text"],
        "anonymousId": row["device_id_text"],
        "originalTimestamp": row["client_time"],
        "timestamp": row["client_time"],
        "receivedAt": row["received_time"],
        "context": {
            "ip": row["ip"],
            "device": {"type": row["device_type"], "model": row["model"]},
            "app": {"name": "synthview", "version": row["app_version"]},
        },
        "properties": present,
    }


def _playback(row: Row, name: str) -> dict[str, Any]:
    """What is said of a playback; the title is a list in the first call alone."""
    title = row["title_id_text"]
    about = {"content_asset_ids": [title]} if name == STARTED else {"content_asset_id": title}
    is_seek = name == "Video Playback Seek Started"
    return {
        "session_id": row["play_id_text"],
        **about,
        "position": row["position_ms"] // 1000,
        "seek_position": row["position_ms"] // 1000 if is_seek else None,
        "total_length": row["runtime_ms"] // 1000,
        "bitrate": row["bitrate_kbps"],
        "video_player": "synthview",
        "ad_enabled": False,
        "livestream": False,
        "method": row["error_code"],
    }


def _content(row: Row, _: str) -> dict[str, Any]:
    """What is said of the title that plays."""
    return {
        "session_id": row["play_id_text"],
        "asset_id": row["title_id_text"],
        "title": row["name"],
        "program": row["series_name"],
        "season": None if row["season_number"] is None else str(row["season_number"]),
        "episode": None if row["episode_number"] is None else str(row["episode_number"]),
        "genre": row["genres"].partition("|")[0],
        "keywords": row["genres"].split("|"),
        "position": row["position_ms"] // 1000,
        "total_length": row["runtime_ms"] // 1000,
        "full_episode": row["kind"] != "trailer",
        "livestream": False,
        "airdate": row["released_on"].isoformat(),
        "bitrate": row["bitrate_kbps"],
    }


PROPERTIES: Mapping[str, Callable[[Row, str], dict[str, Any]]] = {
    PLAYBACK: _playback,
    CONTENT: _content,
}
