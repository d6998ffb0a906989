"""Rows of Google Analytics 4 as it exports them to BigQuery, one line of JSON for each message."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import polars as pl

from synthview.formats.making.countries import NAMES
from synthview.formats.making.data import Data
from synthview.formats.making.form import RealFormat
from synthview.formats.making.output import Output
from synthview.formats.making.progress import percent_played
from synthview.formats.making.row_words import beside, latest, text_in
from synthview.formats.making.works import titles_of, with_titles
from synthview.sinks.id_forms import encode_ids

__all__ = ["NAMED", "Ga4"]

NAMED = {"first_play": "video_start", "percent_progress": "video_progress", "end": "video_complete"}
"""The event of each message; Google Analytics has none for the others."""
CATEGORIES = {
    "tv": "smart tv", "stick": "smart tv", "console": "smart tv", "computer": "desktop",
    "phone": "mobile", "tablet": "tablet",
}  # fmt: skip
SYSTEMS = {"computer": "Windows", "phone": "Android", "tablet": "Android"}
"""The operating system of a kind of device; of Apple's and televisions see `_device`."""
LARGEST_EXACT = 2**53
"""Beyond this JavaScript skips whole numbers."""
HOST = "synthview.example"
SITE = f"https://{HOST}/watch/"
VALUES = ("string_value", "int_value", "float_value", "double_value")
"""The four kinds of a parameter: one is filled."""
STREAM = "1"
READ = (
    "play_id", "session_id", "account_id", "profile_id", "device_id", "title_id", "type",
    "client_time", "received_time", "position_ms", "played_ms", "country",
)  # fmt: skip
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Ga4(RealFormat):
    """Event rows of Google Analytics 4 in BigQuery: video_start, video_progress and video_complete.

    Progress is told at 10, 25, 50 and 75 %. user_id is the profile, user_pseudo_id the device, and
    ga_session_id a number of the sitting that JavaScript keeps whole.
    """

    tables: ClassVar[tuple[str, ...]] = ("log.events", "log.titles", "log.devices")
    leaves_out: ClassVar[tuple[str, ...]] = (
        "pauses, jumps, pings, loading, bitrates and errors",
        "which play a message belongs to, and how long it played",
        "ratings, searches and clicks",
    )
    suffix: ClassVar[str] = ".ndjson"

    def write(self, data: Data, output: Output) -> None:
        """Write the rows, a part of a day at a time."""
        titles = titles_of(data).select("title_id", "name", "runtime_ms")
        devices = ("device_id", "account_id", "valid_from", "device_type", "model")
        for rows, models in data.parts_beside(
            "log.events",
            READ,
            "log.devices",
            devices,
        ):
            newest = latest(models, "device_id")
            since = models.group_by("device_id").agg(since=pl.col("valid_from").min())
            known = beside(newest, since, "device_id")
            of_devices = known.select("device_id", "device_type", "model", "since")
            placed = beside(rows, of_devices, "device_id")
            named = with_titles(_in_words(placed), titles).with_columns(percent=percent_played())
            sittings = named.select("sitting", "session_id").unique(maintain_order=True)
            output.keep(
                "ga_session_id",
                sittings["sitting"],
                sittings["session_id"],
                "s",
            )
            lines = [json.dumps(one, ensure_ascii=False) + "\n" for one in _events(named)]
            with output.file() as file:
                file.write("".join(lines).encode())
            output.rows += len(lines)


def _in_words(rows: pl.DataFrame) -> pl.DataFrame:
    """Messages that have an event, with ids as text and times as Google Analytics counts them."""
    is_first = (pl.col("type") == "play") & (pl.col("played_ms") == 0)
    kind = pl.when(is_first).then(pl.lit("first_play")).otherwise(text_in("type"))
    sitting = pl.col("session_id") % LARGEST_EXACT
    known = rows.with_columns(event=kind.replace_strict(NAMED, default=None), sitting=sitting)
    kept = known.filter(pl.col("event").is_not_null())
    return kept.with_columns(
        encode_ids(kept["profile_id"], "u").alias("profile"),
        encode_ids(kept["device_id"], "d").alias("device"),
        encode_ids(kept["title_id"], "t").alias("title"),
        micros=pl.col("client_time").dt.epoch("us"),
        behind=(pl.col("received_time") - pl.col("client_time")).dt.total_microseconds(),
        touched=pl.col("since").dt.epoch("us"),
        day=pl.col("client_time").dt.strftime("%Y%m%d"),
    )


def _events(rows: pl.DataFrame) -> Iterator[dict[str, Any]]:
    """Yield rows with all columns of the export; those that nothing fills are null."""
    for number, row in enumerate(rows.iter_rows(named=True), 1):
        yield {
            "event_date": row["day"],
            "event_timestamp": row["micros"],
            "event_name": row["event"],
            "event_params": [_parameter(name, value) for name, value in _said(row)],
            "event_previous_timestamp": None,
            "event_value_in_usd": None,
            "event_bundle_sequence_id": number,
            "event_server_timestamp_offset": row["behind"],
            "user_id": row["profile"],
            "user_pseudo_id": row["device"],
            "privacy_info": PRIVACY,
            "user_properties": [],
            "user_first_touch_timestamp": row["touched"],
            "user_ltv": None,
            "device": _device(row),
            "geo": {**NOWHERE, "country": NAMES.get(row["country"], row["country"])},
            "app_info": None,
            "traffic_source": DIRECT,
            "stream_id": STREAM,
            "platform": "WEB",
            "event_dimensions": {"hostname": HOST},
            "ecommerce": None,
            "items": [],
        }


PRIVACY = {"analytics_storage": "Yes", "ads_storage": "No", "uses_transient_token": "No"}
NOWHERE = dict.fromkeys(("continent", "sub_continent", "country", "region", "city", "metro"))
DIRECT = {"name": "(direct)", "medium": "(none)", "source": "(direct)"}
UNKNOWN = dict.fromkeys((
    "category", "mobile_brand_name", "mobile_model_name", "mobile_marketing_name",
    "mobile_os_hardware_model", "operating_system", "operating_system_version", "vendor_id",
    "advertising_id", "language", "is_limited_ad_tracking", "time_zone_offset_seconds",
    "browser", "browser_version", "web_info",
))  # fmt: skip
"""What the export says of a device."""


def _said(row: Row) -> Iterator[tuple[str, str | int]]:
    """What is said of a message, in whole seconds and percent."""
    yield "video_title", row["name"]
    yield "video_url", f"{SITE}{row['title']}"
    yield "video_provider", "synthview"
    yield "video_duration", row["runtime_ms"] // 1000
    yield "video_current_time", row["position_ms"] // 1000
    yield "video_percent", row["percent"]
    yield "visible", "true"
    yield "page_location", f"{SITE}{row['title']}"
    yield "page_title", row["name"]
    yield "ga_session_id", row["sitting"]


def _parameter(name: str, value: str | int) -> dict[str, Any]:
    kind = "string_value" if isinstance(value, str) else "int_value"
    return {"key": name, "value": {**dict.fromkeys(VALUES), kind: value}}


def _device(row: Row) -> dict[str, Any]:
    kind, model = row["device_type"], row["model"] or ""
    brand = model.partition(" ")[0] or None
    system = SYSTEMS.get(kind, brand)
    if brand == "Apple" and kind in ("phone", "tablet"):
        system = "iOS"
    return {
        **UNKNOWN,
        "category": CATEGORIES.get(kind, "desktop"),
        "mobile_brand_name": brand,
        "mobile_model_name": row["model"],
        "operating_system": system,
        "is_limited_ad_tracking": "No",
        "web_info": {"browser": brand, "browser_version": None, "hostname": HOST},
    }
