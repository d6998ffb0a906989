"""Every table synthview writes: its columns, their types, units and meaning, in one place.

Help, documentation, SQL, JSON Schema and Avro come from these declarations, and `frame` turns the
arrays of the simulation into a polars frame of exactly this shape.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import polars as pl

from synthview.errors import UnknownName
from synthview.tables.company_tables import COMPANY_TABLES, ERASURES
from synthview.tables.table_shapes import COUNTRIES, Column, Table
from synthview.tables.table_shapes import choice_column as _choice
from synthview.tables.table_shapes import claim_column as _claim
from synthview.tables.table_shapes import count_column as _count
from synthview.tables.table_shapes import id_column as _id
from synthview.tables.table_shapes import ms_column as _ms
from synthview.tables.table_shapes import text_column as _text
from synthview.tables.table_shapes import time_column as _time

__all__ = ["ALL_TABLES", "COUNTRIES", "TABLES", "Column", "Table", "frame", "table"]

SCHEMA_VERSION = {"log": "1.0.0", "truth": "1.1.0", "aggregate": "1.0.0"}

DEVICE_TYPES = ("tv", "computer", "phone", "tablet", "console", "stick")
TITLE_KINDS = ("film", "episode", "trailer")
EVENT_TYPES = (
    "ready", "play", "pause", "ping", "seek_start", "seek_end", "buffer_start", "buffer_end",
    "quality_change", "percent_progress", "error", "end",
)  # fmt: skip
START_SOURCES = (
    "resume", "next_episode", "new_release", "browse", "search", "rewatch", "sleep_aid",
    "autoplay", "preview",
)  # fmt: skip
MENU_ROWS = tuple(one for one in START_SOURCES if one != "sleep_aid")
"""What the service sees of it: a sleep aid is started like anything that is resumed."""
CLICK_ROWS = (
    "continue_watching", "my_list", "popular", "trending", "new_releases", "top_picks",
    "because_you_watched", "genre", "watch_again",
)  # fmt: skip
"""Rows of the menu in which a browse step may be."""
END_REASONS = ("finished", "stopped", "error", "silent")
ERROR_CODES = ("startup_failed", "connection_lost", "stream_limit")
PLANS = ("basic", "standard", "premium")
HOUSEHOLD_TYPES = (
    "alone", "couple", "couple_with_children", "single_parent", "family", "housemates",
    "bar", "shop", "waiting_room", "test_rig",
)  # fmt: skip


ACCOUNT = _id("account_id", "The subscription; one account is one household.", "a")
PROFILE = _id("profile_id", "The profile the service believes was in use.", "u")
DEVICE = _id("device_id", "The device the message came from.", "d")
TITLE = _id("title_id", "The film, episode or trailer.", "t")
PLAY = _id("play_id", "One title playing within a session.", "p")
SESSION = _id("session_id", "Somebody sits down at one device until they leave it.", "s")
COUNTRY = _choice("country", COUNTRIES, "Country as seen from the network address.")
VALID_FROM = _time("valid_from", "From when the row holds, until a later row of the same id.")
RECEIVED = _time("received_time", "When the service received it.")

TABLES: tuple[Table, ...] = (
    Table("log", "accounts", "a state of a subscription", (
        ACCOUNT,
        VALID_FROM,
        _choice("status", ("active", "cancelled"), "Whether the subscription runs."),
        _choice("plan", PLANS, "The plan paid for."),
        _count("stream_limit", "Streams the plan allows at the same time."),
        _choice("country", COUNTRIES, "Country of sign-up."),
        _text("region", "Part of the country."),
        _text("time_zone", "IANA zone of the home."),
        _text("billing_name", "Invented name of the payer."),
        _text("email", "Invented address in a reserved domain."),
        _text(
            "phone",
            "Number reserved for fiction; empty where the country reserves none.",
            nullable=True,
        ),
        _text("payment_stub", "What the service keeps of the means of payment."),
    ), ("account_id", "valid_from"), dated=False),
    Table("log", "profiles", "a state of a profile", (
        PROFILE, ACCOUNT, VALID_FROM,
        _text("name", "Label of the profile."),
        _claim("is_kids", "A kids profile."),
        _choice(
            "maturity",
            ("little_kids", "older_kids", "teens", "adults"),
            "Highest age rating it shows.",
        ),
        _text("language", "Language of the menus, BCP 47."),
    ), ("profile_id", "valid_from"), dated=False),
    Table("log", "devices", "a state of a device", (
        DEVICE, ACCOUNT, VALID_FROM,
        _choice("device_type", DEVICE_TYPES, "Class of device."),
        _text("model", "Invented model name."),
        _text("app_version", "Version of the player application."),
    ), ("device_id", "valid_from"), dated=False),
    Table("log", "titles", "a film, an episode or a trailer", (
        TITLE, VALID_FROM,
        _choice("kind", TITLE_KINDS, "What it is; a trailer never counts as the film."),
        _text("name", "Title as shown."),
        _text("series_name", "Series, for episodes.", nullable=True),
        _count("season_number", "Season, from 1.", nullable=True),
        _count("episode_number", "Episode within the season, from 1.", nullable=True),
        _id("series_id", "The series, for episodes.", "x", nullable=True),
        _id("season_id", "The season, for episodes.", "y", nullable=True),
        _id(
            "trailer_of",
            "The film, or the first episode of the series, that a trailer is for.",
            "t",
            nullable=True,
        ),
        _ms("runtime_ms", "Length."),
        Column("released_on", "day", "Day it appeared on the service."),
        _text("genres", "Genres, joined by |."),
        _choice("age_rating", ("all", "7", "13", "16", "18"), "Youngest advised age."),
        _claim("is_original", "Made for the service."),
    ), ("title_id", "valid_from"), dated=False),
    Table("log", "events", "one player message", (
        _id("event_id", "The message within its play; (play_id, event_id) is unique.", "e"),
        PLAY, SESSION, ACCOUNT, PROFILE, DEVICE, TITLE,
        _choice("type", EVENT_TYPES, "What the player reports, in the words of Snowplow Media v2."),
        _time("client_time", "What the device believed the time was."),
        RECEIVED,
        _count("utc_offset_min", "Minutes the device's zone was ahead of UTC."),
        _ms("position_ms", "Playhead within the title."),
        _ms("played_ms", "Running total of playing time of this play."),
        _count("bitrate_kbps", "Video bitrate being played."),
        _choice("error_code", ERROR_CODES, "What went wrong, on errors.", nullable=True),
        _text("ip", "Network address, in a documentation range."),
        COUNTRY,
    ), ("play_id", "event_id", "received_time"), dated=True),
    Table("log", "plays", "a row of viewing history, rolled up from the messages received by its "
          "closing", (
        PLAY, SESSION, ACCOUNT, PROFILE, DEVICE, TITLE,
        _choice("kind", TITLE_KINDS, "What the title is."),
        _choice("device_type", DEVICE_TYPES, "Class of device."),
        COUNTRY,
        _time("started_at", "Client time of the first message received."),
        _time("ended_at", "Client time of the last message received."),
        _ms("watched_ms", "Playing time reported by the messages received."),
        _ms("start_position_ms", "Playhead at the first message received."),
        _ms("end_position_ms", "Playhead at the last message received."),
        Column("completion", "share", "End position divided by runtime."),
        _claim("autoplayed", "The player started it without a press."),
        _choice("start_source", MENU_ROWS, "Where in the menus it was started."),
        _choice("end_reason", END_REASONS, "How the messages ended."),
        _time("closed_at", "When the service closed the row; its UTC day is the row's day."),
    ), ("play_id",), dated=True),
    Table("log", "ratings", "a thumb", (
        _id("rating_id", "The thumb.", "r"), ACCOUNT, PROFILE, TITLE,
        _time("rated_at", "Client time of the press."), RECEIVED,
        _choice("thumb", ("up", "down"), "Which way."),
    ), ("rating_id",), dated=True),
    Table("log", "searches", "a query typed", (
        _id("search_id", "The search.", "q"), SESSION, ACCOUNT, PROFILE, DEVICE,
        _time("searched_at", "Client time of the query."), RECEIVED,
        _text("query", "Letters typed."),
        _id(
            "title_id",
            "The title opened from the results; empty where nothing was.",
            "t",
            nullable=True,
        ),
    ), ("search_id",), dated=True),
    Table("log", "clicks", "a browse step", (
        _id("click_id", "The step.", "c"), SESSION, ACCOUNT, PROFILE, DEVICE,
        _time("clicked_at", "Client time of the step."), RECEIVED,
        _choice("row", CLICK_ROWS, "Row of the menu."),
        _count("place", "Place within the row, from 1."),
        _choice("action", ("look", "open", "play"), "What was done there."),
        TITLE,
    ), ("click_id",), dated=True),
    Table("truth", "households", "a home and what lives in it", (
        ACCOUNT,
        _choice("household_type", HOUSEHOLD_TYPES, "Who lives together, or what the place is."),
        COUNTRY,
        _text("time_zone", "IANA zone of the home."),
        _count("person_count", "Persons living there."),
        _count("child_count", "Persons under 18 living there."),
        _claim("has_cat", "A cat lives there."),
        _claim("has_dog", "A dog lives there."),
    ), ("account_id",), dated=False),
    Table("truth", "persons", "a person who may watch", (
        _id("person_id", "The person.", "h"), ACCOUNT,
        _count("age", "Age in years at the epoch."),
        _claim("lives_here", "Lives in the household; friends and buyers do not."),
        _id("profile_id", "The profile they use, until they get another.", "u"),
        Column("appetite", "share", "Share of days on which they would watch, on average."),
        _id("sleep_aid_title_id", "A title they fall asleep with.", "t", nullable=True),
    ), ("person_id",), dated=False),
    Table("truth", "accounts", "what applies to an account", (
        ACCOUNT,
        _text("actors", "Actors that apply, joined by |; empty for none."),
        _time("since", "Since when.", nullable=True),
    ), ("account_id",), dated=False),
    Table("truth", "plays", "one play as it happened", (
        PLAY, SESSION, ACCOUNT, PROFILE, DEVICE, TITLE,
        _time("started_at", "True start of the play."),
        _time("ended_at", "True end of the play."),
        _ms("played_ms", "True playing time."),
        _text("causes", "Every actor that had a part, joined by |; empty for ordinary viewing."),
        _choice("intent", START_SOURCES, "Why this title."),
        _claim(
            "pressed_by_person",
            "A person pressed play; false where the player went on by itself.",
        ),
        _ms("present_ms", "Playing time with a person in front of the screen."),
        _ms("attended_ms", "Playing time with a person attending."),
        _claim(
            "same_person_as_yesterday",
            "A person who attended it attended the same title the day before.",
        ),
        Column("viewer_ids", "ids", "Persons in front of the screen.", prefix="h"),
        _count("viewer_count", "Persons in front of the screen."),
        _claim(
            "began_before",
            "It began before the first day of the run; the row lies in the first day on which the "
            "log tells of it.",
        ),
    ), ("play_id",), dated=True),
    Table("truth", "incidents", "one act of one actor", (
        _id("incident_id", "The act.", "i"), ACCOUNT,
        _text("actor", "Which actor."),
        _time("at", "When it began."),
        _time(
            "until",
            "By when it could no longer matter: the end of the sitting, as it was meant or as it "
            "was, and of those that overlap it where screens or streams were short.",
        ),
        _id("play_id", "The play it touched, if one.", "p", nullable=True),
        _text("what", "What was done."),
    ), ("incident_id",), dated=True),
    Table("truth", "deliveries", "a message lost, late, copied, reordered or altered", (
        PLAY,
        _id("event_id", "The message within its play.", "e"),
        ACCOUNT,
        _text("fault", "Which fault."),
        _choice("change", ("lost", "late", "copied", "reordered", "altered"), "What became of it."),
        _ms("by_ms", "By how much, where that can be said."),
        _time("sent_time", "True time it was sent."),
    ), ("play_id", "event_id", "fault"), dated=True),
)  # fmt: skip

ALL_TABLES = (*TABLES, *COMPANY_TABLES)
"""Every table there can be: those of homes, which are written as a rule, and of the company."""
BY_PATH = {one.path: one for one in (*ALL_TABLES, ERASURES)}


def table(path: str) -> Table:
    """Look a table up as ``log.plays``, or by its bare name where only one has it."""
    if path in BY_PATH:
        return BY_PATH[path]
    bare = [one for one in ALL_TABLES if one.name == path]
    if bare:
        return bare[0]
    raise UnknownName("table", path, BY_PATH)


def frame(path: str, columns: Mapping[str, Any] | None = None) -> pl.DataFrame:
    """Build a table from arrays: times and ids as int64, choices as codes, texts as series.

    `columns` maps every column of the table to an array or series of one length; left out, the
    table is empty. In a nullable column a code past the last option, or an id below 0, is null.
    """
    declared = BY_PATH[path]
    if columns is None:
        return pl.DataFrame(schema=declared.schema)
    return pl.DataFrame([_series(column, columns[column.name]) for column in declared.columns])


def _series(column: Column, values: Any) -> pl.Series:
    if isinstance(values, pl.Series):
        return values.alias(column.name).cast(column.dtype)
    if column.kind == "choice":
        return _choices(column, np.asarray(values).astype(np.uint8))
    series = pl.Series(column.name, values)
    if column.nullable:
        series = series.set(series < 0, None)
    return series.cast(column.dtype)


def _choices(column: Column, codes: Any) -> pl.Series:
    series = pl.Series(column.name, codes)
    if column.nullable:
        series = series.set(series >= len(column.options), None)
    return series.cat.to(column.dtype)
