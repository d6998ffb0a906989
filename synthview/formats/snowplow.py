"""Enriched events of Snowplow, with the events and entities of Media v2: tab-separated, no head."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import ClassVar

import polars as pl

from synthview.formats.making.data import Data
from synthview.formats.making.form import RealFormat, option
from synthview.formats.making.output import Output
from synthview.formats.making.progress import percent_played
from synthview.formats.making.row_words import beside, latest, text_in
from synthview.formats.making.uuids import uuids_of
from synthview.formats.making.works import titles_of, with_titles
from synthview.sinks.id_forms import encode_ids

__all__ = [
    "COLUMNS",
    "MEDIA",
    "READ",
    "STANDING",
    "VENDOR",
    "Snowplow",
    "identified",
    "keep_ids",
    "labelled",
]

COLUMNS = tuple(
    """
app_id platform etl_tstamp collector_tstamp dvce_created_tstamp event event_id txn_id name_tracker
v_tracker v_collector v_etl user_id user_ipaddress user_fingerprint domain_userid domain_sessionidx
network_userid geo_country geo_region geo_city geo_zipcode geo_latitude geo_longitude
geo_region_name ip_isp ip_organization ip_domain ip_netspeed page_url page_title page_referrer
page_urlscheme page_urlhost page_urlport page_urlpath page_urlquery page_urlfragment refr_urlscheme
refr_urlhost refr_urlport refr_urlpath refr_urlquery refr_urlfragment refr_medium refr_source
refr_term mkt_medium mkt_source mkt_term mkt_content mkt_campaign contexts se_category se_action
se_label se_property se_value unstruct_event tr_orderid tr_affiliation tr_total tr_tax tr_shipping
tr_city tr_state tr_country ti_orderid ti_sku ti_name ti_category ti_price ti_quantity
pp_xoffset_min pp_xoffset_max pp_yoffset_min pp_yoffset_max useragent br_name br_family br_version
br_type br_renderengine br_lang br_features_pdf br_features_flash br_features_java
br_features_director br_features_quicktime br_features_realplayer br_features_windowsmedia
br_features_gears br_features_silverlight br_cookies br_colordepth br_viewwidth br_viewheight
os_name os_family os_manufacturer os_timezone dvce_type dvce_ismobile dvce_screenwidth
dvce_screenheight doc_charset doc_width doc_height tr_currency tr_total_base tr_tax_base
tr_shipping_base ti_currency ti_price_base base_currency geo_timezone mkt_clickid mkt_network
etl_tags dvce_sent_tstamp refr_domain_userid refr_device_tstamp derived_contexts domain_sessionid
derived_tstamp event_vendor event_name event_format event_version event_fingerprint true_tstamp
""".split()  # noqa: SIM905  a table is read more easily
)
"""The columns of an enriched event in their order; those that we do not fill are empty."""
PLATFORMS = {
    "tv": "tv", "stick": "tv", "computer": "web", "phone": "mob", "tablet": "mob", "console": "cnsl"
}  # fmt: skip
STANDING = ("ready", "pause", "error", "end")
"""After these messages nothing plays."""
READ = (
    "event_id", "play_id", "session_id", "account_id", "profile_id", "device_id", "title_id",
    "type",
    "client_time", "received_time", "position_ms", "played_ms", "bitrate_kbps", "error_code", "ip",
    "country",
)  # fmt: skip
VENDOR = "com.snowplowanalytics.snowplow"
MEDIA = f"{VENDOR}.media"
MOMENT = "%Y-%m-%d %H:%M:%S%.3f"

_RECEIVED = pl.col("received_time").dt.strftime(MOMENT)
_MADE = pl.col("client_time").dt.strftime(MOMENT)
FILLED: dict[str, pl.Expr] = {
    "platform": text_in("device_type").replace_strict(PLATFORMS, default="app"),
    "etl_tstamp": _RECEIVED,
    "collector_tstamp": _RECEIVED,
    "dvce_created_tstamp": _MADE,
    "event": pl.lit("unstruct"),
    "event_id": pl.col("uuid"),
    "name_tracker": pl.lit("media"),
    "v_tracker": pl.lit("synthview"),
    "v_collector": pl.lit("synthview"),
    "v_etl": pl.lit("synthview"),
    "user_id": pl.col("profile"),
    "user_ipaddress": pl.col("ip"),
    "domain_userid": pl.col("device_uuid"),
    "geo_country": text_in("country"),
    "dvce_sent_tstamp": _MADE,
    "domain_sessionid": pl.col("session_uuid"),
    "derived_tstamp": _RECEIVED,
    "event_vendor": pl.lit(MEDIA),
    "event_name": text_in("type") + "_event",
    "event_format": pl.lit("jsonschema"),
    "event_version": pl.lit("1-0-0"),
}
"""What each column holds; the entities and the event are JSON."""


@dataclass(frozen=True)
class Snowplow(RealFormat):
    """Enriched events of Snowplow: a line of 131 columns for each message, in words of Media v2.

    Each has the entities media_player and session of the play. The collector's time is when the
    message was received, so that messages that were late, lost or copied are as they are in the
    log. Lines are in the order of the log's days.
    """

    tables: ClassVar[tuple[str, ...]] = ("log.events", "log.titles", "log.devices")
    leaves_out: ClassVar[tuple[str, ...]] = (
        "when a device sent a message, if it waited: dvce_sent_tstamp is when it was made",
        "when a play began, and how long it stood still or loaded, in the entity of the session",
        "ratings, searches and clicks",
    )
    suffix: ClassVar[str] = ".tsv"

    app_id: str = option("synthview", "The name of the application.")

    def write(self, data: Data, output: Output) -> None:
        """Write the messages, a part of a day at a time."""
        titles = labelled(titles_of(data))
        devices = ("device_id", "account_id", "valid_from", "device_type")
        for rows, models in data.parts_beside(
            "log.events",
            READ,
            "log.devices",
            devices,
        ):
            newest = latest(models, "device_id")
            placed = beside(rows, newest.select("device_id", "device_type"), "device_id")
            lines = self.enriched(placed, titles)
            text = lines.write_csv(separator="\t", include_header=False, quote_style="never")
            with output.file() as file:
                file.write(text.encode())
            output.rows += len(lines)
            keep_ids(lines, rows, output)

    def enriched(self, rows: pl.DataFrame, titles: pl.DataFrame) -> pl.DataFrame:
        """Return the 131 columns of messages that stand beside the type of their device.

        `titles` are as `labelled` makes them.
        """
        rows = identified(with_titles(rows, titles))
        filled = {"app_id": pl.lit(self.app_id), **FILLED}
        filled |= {"contexts": _entities(), "unstruct_event": _event()}
        nothing = pl.lit(None, dtype=pl.String)
        return rows.select(filled.get(name, nothing).alias(name) for name in COLUMNS)


def labelled(titles: pl.DataFrame) -> pl.DataFrame:
    """Titles with their name as JSON; an episode has its series before it."""
    name = pl.when(pl.col("kind") == "episode").then(
        pl.coalesce(pl.format("{}: {}", "series_name", "name"), "name")
    )
    shown = titles.select(name.otherwise("name")).to_series()
    labels = pl.Series("label", [json.dumps(one) for one in shown], dtype=pl.String)
    return titles.select("title_id", "runtime_ms", labels)


def identified(rows: pl.DataFrame) -> pl.DataFrame:
    """Put the ids that Snowplow has beside messages; a copy has the id of the first."""
    return rows.with_columns(
        uuids_of(rows["play_id"], rows["event_id"]),
        uuids_of(rows["device_id"]).alias("device_uuid"),
        uuids_of(rows["session_id"]).alias("session_uuid"),
        encode_ids(rows["profile_id"], "u").alias("profile"),
        encode_ids(rows["play_id"], "p").alias("play"),
    )


def _entities() -> pl.Expr:
    """The player and the session of a message as self-describing JSON."""
    stands = pl.col("type").is_in(STANDING)
    player = [
        _number("currentTime", pl.col("position_ms") / 1000),
        _number("duration", pl.col("runtime_ms") / 1000),
        _truth("ended", pl.col("type") == "end"),
        _truth("paused", stands),
        pl.lit('"label":') + pl.col("label"),
        pl.lit('"mediaType":"video","livestream":false'),
    ]
    session = [
        pl.lit('"mediaSessionId":"') + pl.col("play") + '"',
        _number("timePlayed", pl.col("played_ms") / 1000),
    ]
    both = pl.concat_str(
        _described(f"{VENDOR}/media_player/jsonschema/2-0-0", player),
        _described(f"{MEDIA}/session/jsonschema/1-0-0", session),
        separator=",",
    )
    schema = f"iglu:{VENDOR}/contexts/jsonschema/1-0-0"
    return pl.lit(f'{{"schema":"{schema}","data":[') + both + "]}"


def _event() -> pl.Expr:
    """The message as self-describing JSON: most have no data."""
    percent = _whole("percentProgress", percent_played())
    bitrate = _whole("bitrate", pl.col("bitrate_kbps").cast(pl.Int64) * 1000)
    error = pl.lit('"errorCode":"') + text_in("error_code").fill_null("") + '"'
    kind = pl.col("type")
    inner = (
        pl.when(kind == "percent_progress").then(percent)
        .when(kind == "quality_change").then(bitrate)
        .when(kind == "error").then(error)
        .otherwise(pl.lit(""))
    )  # fmt: skip
    begin = f'{{"schema":"iglu:{VENDOR}/unstruct_event/jsonschema/1-0-0","data":{{"schema":"iglu:'
    name = pl.lit(f"{MEDIA}/") + kind.cast(pl.String) + "_event/jsonschema/1-0-0"
    return pl.lit(begin) + name + '","data":{' + inner + "}}}"


def _described(schema: str, members: list[pl.Expr]) -> pl.Expr:
    inner = pl.concat_str(*members, separator=",")
    return pl.lit(f'{{"schema":"iglu:{schema}","data":{{') + inner + "}}"


def _number(name: str, value: pl.Expr) -> pl.Expr:
    return pl.lit(f'"{name}":') + value.cast(pl.Float64).round(3).cast(pl.String)


def _whole(name: str, value: pl.Expr) -> pl.Expr:
    return pl.lit(f'"{name}":') + value.cast(pl.Int64).cast(pl.String)


def _truth(name: str, value: pl.Expr) -> pl.Expr:
    word = pl.when(value).then(pl.lit("true")).otherwise(pl.lit("false"))
    return pl.lit(f'"{name}":') + word


def keep_ids(lines: pl.DataFrame, rows: pl.DataFrame, output: Output) -> None:
    """Note the devices and sessions behind the UUIDs of a part."""
    for what, column, prefix in (
        ("domain_userid", "device_id", "d"),
        ("domain_sessionid", "session_id", "s"),
    ):
        pairs = pl.DataFrame([lines[what], rows[column]]).unique(maintain_order=True)
        output.keep(
            what,
            pairs[what],
            pairs[column],
            prefix,
        )
