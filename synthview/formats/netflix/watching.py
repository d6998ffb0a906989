"""The tables of a Netflix report about what was played: sessions, and what happened in each."""

from __future__ import annotations

import json
from typing import Any

import polars as pl

from synthview.formats.making.clocks import clock, seconds
from synthview.formats.making.row_words import text_in
from synthview.formats.netflix.home import MOMENT, ReportedHome, country_in_words

__all__ = ["activity", "shown_activity", "traces"]

LONGEST_S = 86_399
"""Programs read a duration as a time of day: what is longer is told in several rows."""
LONG_PREVIEW_S = 120
"""From here on a play that nobody started counts as watched."""
UNTOUCHED = "Autoplayed: user action: None; "
UNSPECIFIED = "Autoplayed: user action: Unspecified; "
PRESSED = "Autoplayed: user action: User_Interaction; "
SUPPLEMENTS = {" (Teaser Trailer)": "TEASER_TRAILER", " (Trailer)": "TRAILER"}
"""Endings of the names of trailers, and the kinds that they are."""
HOOK = "_hook_primary_16x9"
TRACES = {
    "ready": "start",
    "play": "playing",
    "pause": "paused",
    "seek_end": "reposition",
    "buffer_start": "rebuffer",
    "end": "stopped",
}
"""Messages of the player as a report names them; it has no others."""
IS_HOOK = (pl.col("kind") == "trailer") & (pl.col("start_source") == "preview")


def _attributes() -> pl.Expr:
    is_short = pl.col("lasted_s") < LONG_PREVIEW_S
    untouched = pl.when(is_short).then(pl.lit(UNTOUCHED)).otherwise(pl.lit(UNSPECIFIED))
    of_autoplay = pl.when("was_pressed").then(pl.lit(PRESSED)).otherwise(untouched)
    return pl.when(pl.col("autoplayed")).then(of_autoplay)


def _hook() -> pl.Expr:
    """What a preview in the menu is called: of a series it shows the first season."""
    season = pl.when("is_series").then(pl.lit(": Season 1")).otherwise(pl.lit(""))
    return pl.col("work_name") + season + HOOK


def _supplement() -> pl.Expr:
    """What else than a film or an episode it is; null for those."""
    kind = pl.lit("TRAILER")
    for ending, word in reversed(SUPPLEMENTS.items()):
        kind = pl.when(pl.col("shown").str.ends_with(ending)).then(pl.lit(word)).otherwise(kind)
    named = pl.when(IS_HOOK).then(pl.lit("HOOK")).otherwise(kind)
    return pl.when(pl.col("kind") == "trailer").then(named)


BOOKMARK = clock(seconds(pl.col("end_position_ms")))
NOT_LATEST = pl.lit("Not latest view")
PLACE: dict[str, pl.Expr] = {"Country": country_in_words(pl.col("country"))}
ACTIVITY: dict[str, pl.Expr] = {
    "Profile Name": pl.col("profile_name"),
    "Start Time": pl.col("started_at").dt.strftime(MOMENT),
    "Duration": clock(pl.col("lasted_s")),
    "Attributes": _attributes(),
    "Title": pl.when(IS_HOOK).then(_hook()).otherwise("shown"),
    "Supplemental Video Type": _supplement(),
    "Device Type": pl.col("model"),
    "Bookmark": BOOKMARK,
    "Latest Bookmark": pl.when("is_latest").then(BOOKMARK).otherwise(NOT_LATEST),
    **PLACE,
}
PLAYBACK: dict[str, pl.Expr] = {
    "Profile Name": pl.col("profile_name"),
    "Title Description": pl.col("shown"),
    "Device": pl.col("model"),
    **PLACE,
    "Playback Start Utc Ts": pl.col("started_at").dt.strftime(MOMENT),
    "Playtraces": pl.col("traces"),
}
"""What the columns of the two tables hold."""


def activity(home: ReportedHome) -> pl.DataFrame:
    """Return ViewingActivity: a row for each session, by profile and newest first."""
    return shown_activity(home).drop("play_id")


def shown_activity(home: ReportedHome) -> pl.DataFrame:
    """Return ViewingActivity with the play behind each row."""
    is_latest = pl.int_range(pl.len()).over("profile_id", "title_id") == 0
    pressed = _pressed(home.frames["log.events"])
    was_pressed = pl.col("play_id").is_in(pressed.implode()) & (pl.col("kind") != "trailer")
    rows = _split(home.plays).with_columns(is_latest=is_latest, was_pressed=was_pressed)
    return rows.select(**ACTIVITY, play_id="play_id")


def _pressed(events: pl.DataFrame) -> pl.Series:
    """Return the plays in which somebody sought, or went on after a pause: a last one ends it."""
    type_ = text_in("type")
    presses = (type_ == "play").sum() + 2 * (type_ == "seek_start").any()
    once = events.unique(["play_id", "event_id"])
    return once.group_by("play_id").agg(presses=presses).filter(pl.col("presses") > 1)["play_id"]


def _split(plays: pl.DataFrame) -> pl.DataFrame:
    """Tell a play of a day and more as several rows; each has its seconds as ``lasted_s``."""
    rounded = seconds(pl.col("watched_ms"))
    at_least_one = pl.max_horizontal(rounded, pl.lit(1))
    whole = plays.with_columns(left=at_least_one)
    is_long = whole["left"] > LONGEST_S
    if not is_long.any():
        return whole.rename({"left": "lasted_s"})
    counts = (pl.col("left") - 1) // LONGEST_S + 1
    pieces = pl.int_ranges(counts).list.reverse()
    rows = whole.with_columns(piece=pieces).explode("piece")
    before = pl.col("piece") * LONGEST_S
    rest = pl.col("left") - before
    lasted = pl.min_horizontal(rest, pl.lit(LONGEST_S))
    since = pl.duration(seconds=before)
    began = (pl.col("started_at") + since).cast(pl.Datetime("ms"))
    return rows.with_columns(lasted_s=lasted, started_at=began)


def traces(home: ReportedHome) -> pl.DataFrame:
    """Return PlaybackRelatedEvents: what happened within each play, as JSON in a cell."""
    traced = _traces_of(home.frames["log.events"])
    plays = home.plays.join(
        traced,
        on="play_id",
        how="inner",
        maintain_order="left",
    )
    return plays.select(**PLAYBACK)


def _traces_of(events: pl.DataFrame) -> pl.DataFrame:
    """Return the messages of each play as a text of JSON; a message that came twice counts once."""
    trace = text_in("type").replace_strict(TRACES, default=None)
    named = events.with_columns(trace=trace)
    traced = named.filter(pl.col("trace").is_not_null())
    once = traced.unique(["play_id", "event_id"])
    ordered = once.sort(
        "play_id",
        "client_time",
        "position_ms",
        "trace",
    )
    first = pl.col("client_time").min().over("play_id")
    since = pl.col("client_time") - first
    timed = ordered.with_columns(since_ms=since.dt.total_milliseconds())
    columns = ("trace", "since_ms", "position_ms")
    plays = timed.group_by("play_id", maintain_order=True)
    rows = plays.agg(*columns)
    steps = rows.select(columns).iter_rows()
    texts = [_as_json(*row) for row in steps]
    traces_of_plays = pl.Series("traces", texts, dtype=pl.String)
    return rows.select("play_id", traces_of_plays)


def _as_json(names: list[str], since: list[int], positions: list[int]) -> str:
    steps: list[dict[str, Any]] = [
        {"eventType": name, "sessionOffsetMs": at, "mediaOffsetMs": position}
        for name, at, position in zip(
            names,
            since,
            positions,
            strict=True,
        )
    ]
    return json.dumps(steps, separators=(",", ":"))
