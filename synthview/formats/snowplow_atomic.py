"""Snowplow's atomic tables as SQL that psql runs: events, and a table for each entity and event."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import IO, ClassVar

import polars as pl

from synthview.formats.making.data import Data
from synthview.formats.making.form import RealFormat, option
from synthview.formats.making.output import Output
from synthview.formats.making.progress import percent_played
from synthview.formats.making.row_words import beside, latest, text_in
from synthview.formats.making.works import titles_of, with_titles
from synthview.formats.snowplow import (
    COLUMNS,
    MEDIA,
    READ,
    STANDING,
    VENDOR,
    Snowplow,
    identified,
    keep_ids,
    labelled,
)
from synthview.tables import EVENT_TYPES

__all__ = ["SnowplowAtomic"]

JSON_COLUMNS = ("contexts", "unstruct_event", "derived_contexts")
"""What has tables of its own here."""
EVENT_COLUMNS = tuple(one for one in COLUMNS if one not in JSON_COLUMNS)
WHOLE = frozenset((
    "txn_id", "domain_sessionidx", "page_urlport", "refr_urlport", "pp_xoffset_min",
    "pp_xoffset_max", "pp_yoffset_min", "pp_yoffset_max", "br_viewwidth", "br_viewheight",
    "dvce_screenwidth", "dvce_screenheight", "doc_width", "doc_height", "ti_quantity",
))  # fmt: skip
REAL = frozenset((
    "geo_latitude", "geo_longitude", "se_value", "tr_total", "tr_tax", "tr_shipping",
    "ti_price", "tr_total_base", "tr_tax_base", "tr_shipping_base", "ti_price_base",
))  # fmt: skip
NEEDED = ("collector_tstamp", "event_id")
NOTE = (
    "-- Snowplow's atomic tables, made by synthview: psql -f THIS_FILE. No person in it is real.\n"
)
HEAD = (
    "schema_vendor VARCHAR(128) NOT NULL", "schema_name VARCHAR(128) NOT NULL",
    "schema_format VARCHAR(128) NOT NULL", "schema_version VARCHAR(128) NOT NULL",
    "root_id CHAR(36) NOT NULL", "root_tstamp TIMESTAMP NOT NULL",
    "ref_root VARCHAR(255) NOT NULL", "ref_tree VARCHAR(1500) NOT NULL",
    "ref_parent VARCHAR(255) NOT NULL",
)  # fmt: skip
"""The first columns of every table beside events."""


@dataclass(frozen=True)
class _Child:
    """A table of one schema: its name, what it is about, and its own columns with their types."""

    vendor: str
    name: str
    version: str
    columns: Mapping[str, tuple[str, pl.Expr]]
    of: str = ""

    @property
    def table(self) -> str:
        """Its name in the schema atomic."""
        model = self.version.partition("-")[0]
        return f"{self.vendor.replace('.', '_')}_{self.name}_{model}"


_SECONDS = "DOUBLE PRECISION"
_TEXT = "VARCHAR(4096)"
ENTITIES = (
    _Child(VENDOR, "media_player", "2-0-0", {
        "current_time": (_SECONDS, pl.col("position_ms") / 1000),
        "duration": (_SECONDS, pl.col("runtime_ms") / 1000),
        "ended": ("BOOLEAN", pl.col("type") == "end"),
        "paused": ("BOOLEAN", pl.col("type").is_in(STANDING)),
        "label": (_TEXT, pl.col("label").str.json_decode(pl.String)),
        "media_type": (_TEXT, pl.lit("video")),
        "livestream": ("BOOLEAN", pl.lit(value=False)),
    }),
    _Child(MEDIA, "session", "1-0-0", {
        "media_session_id": (_TEXT, pl.col("play")),
        "time_played": (_SECONDS, pl.col("played_ms") / 1000),
    }),
)  # fmt: skip
_DATA: Mapping[str, Mapping[str, tuple[str, pl.Expr]]] = {
    "percent_progress": {"percent_progress": ("INT", percent_played().cast(pl.Int64))},
    "quality_change": {"bitrate": ("INT", pl.col("bitrate_kbps").cast(pl.Int64) * 1000)},
    "error": {"error_code": (_TEXT, text_in("error_code"))},
}
EVENTS = tuple(
    _Child(MEDIA, f"{one}_event", "1-0-0", _DATA.get(one, {}), of=one) for one in EVENT_TYPES
)


@dataclass(frozen=True)
class SnowplowAtomic(RealFormat):
    """Snowplow's atomic schema as SQL for psql: atomic.events and the tables of Media v2 beside it.

    Tables are those that Snowplow's loader makes: one for each entity and each self-describing
    event, joined to events by root_id and root_tstamp. Rows follow as COPY.
    """

    tables: ClassVar[tuple[str, ...]] = ("log.events", "log.titles", "log.devices")
    leaves_out: ClassVar[tuple[str, ...]] = (
        "what snowplow leaves out",
        "keys and indexes, of which the loader makes none either",
    )
    suffix: ClassVar[str] = ".sql"

    app_id: str = option("synthview", "The name of the application.")

    def write(self, data: Data, output: Output) -> None:
        """Write the tables, then the messages a part of a day at a time, as one transaction."""
        titles = labelled(titles_of(data))
        devices = ("device_id", "account_id", "valid_from", "device_type")
        with output.file() as file:
            file.write("".join(_statements()).encode())
            for rows, models in data.parts_beside("log.events", READ, "log.devices", devices):
                newest = latest(models, "device_id").select("device_id", "device_type")
                placed = beside(rows, newest, "device_id")
                lines = Snowplow(self.app_id).enriched(placed, titles)
                messages = identified(with_titles(placed, titles))
                self._write_part(file, lines, messages)
                output.rows += len(lines)
                keep_ids(lines, rows, output)
            file.write(b"COMMIT;\n")

    def _write_part(self, file: IO[bytes], lines: pl.DataFrame, messages: pl.DataFrame) -> None:
        loaded = lines["collector_tstamp"].alias("load_tstamp")
        _copy(file, "events", lines.select(EVENT_COLUMNS).with_columns(loaded))
        for child in (*ENTITIES, *EVENTS):
            some = messages.filter(pl.col("type") == child.of) if child.of else messages
            if len(some):
                _copy(file, child.table, some.select(_columns(child)))


def _type_of(column: str) -> str:
    """The type that Snowplow gives to a column of events."""
    if column.endswith("_tstamp"):
        return "TIMESTAMP"
    if column == "event_id":
        return "CHAR(36)"
    if column in WHOLE:
        return "INT"
    is_flag = column.startswith("br_features_") and column != "br_features_list"
    if is_flag or column in ("br_cookies", "dvce_ismobile"):
        return "BOOLEAN"
    return "DOUBLE PRECISION" if column in REAL else "VARCHAR(4096)"


def _statements() -> Iterator[str]:
    """Yield the statements that make the tables."""
    yield f"{NOTE}BEGIN;\nCREATE SCHEMA IF NOT EXISTS atomic;\n"
    columns = [f"{one} {_type_of(one)}{_filled(one)}" for one in EVENT_COLUMNS]
    yield _created("events", [*columns, "load_tstamp TIMESTAMP"])
    for child in (*ENTITIES, *EVENTS):
        own = [f'"{name}" {kind}' for name, (kind, _) in child.columns.items()]
        yield _created(child.table, [*HEAD, *own])


def _filled(column: str) -> str:
    return " NOT NULL" if column in NEEDED else ""


def _created(table: str, columns: list[str]) -> str:
    listed = ",\n    ".join(columns)
    return f"CREATE TABLE atomic.{table} (\n    {listed}\n);\n"


def _columns(child: _Child) -> list[pl.Expr]:
    """The columns of a table of one schema, from messages with their ids."""
    received = pl.col("received_time").dt.strftime("%Y-%m-%d %H:%M:%S%.3f")
    head = {
        "schema_vendor": pl.lit(child.vendor),
        "schema_name": pl.lit(child.name),
        "schema_format": pl.lit("jsonschema"),
        "schema_version": pl.lit(child.version),
        "root_id": pl.col("uuid"),
        "root_tstamp": received,
        "ref_root": pl.lit("events"),
        "ref_tree": pl.lit(f'["events","{child.name}"]'),
        "ref_parent": pl.lit("events"),
    }
    own = {name: value for name, (_, value) in child.columns.items()}
    return [value.alias(name) for name, value in (head | own).items()]


def _copy(file: IO[bytes], table: str, rows: pl.DataFrame) -> None:
    """Write rows as COPY takes them from the lines that follow it."""
    names = ", ".join(f'"{one}"' for one in rows.columns)
    file.write(f"COPY atomic.{table} ({names}) FROM STDIN WITH (FORMAT csv);\n".encode())
    file.write(rows.write_csv(include_header=False, quote_style="necessary").encode())
    file.write(b"\\.\n")
