"""The tables of a Netflix report about what was looked for, clicked on and rated."""

from __future__ import annotations

import polars as pl

from synthview.formats.making.clocks import with_local_time
from synthview.formats.netflix.home import MOMENT, Home

__all__ = ["clicks", "ratings", "searches"]

THUMBS = {"down": "1", "up": "2"}
SOURCES = {"computer": "www", "phone": "androidApp", "tablet": "androidApp"}
"""Where a click came from, by kind of device; Apple's and televisions have words of their own."""
LEVELS = {"look": "browseTitles", "open": "titleDetails", "play": "playback"}
SITE = "https://netflix.example"
"""A reserved domain: no address in a report leads to anybody."""
PAGES = {"look": "/browse", "open": "/title/", "play": "/watch/"}


def searches(home: Home) -> pl.DataFrame:
    """Return SearchHistory: what was typed, and the title that was opened from the results."""
    rows = home.titled(home.of("searches"))
    is_opened = pl.col("title_id").is_not_null()
    return rows.select(
        pl.col("profile_name").alias("Profile Name"),
        pl.lit(str(home.states["country"][-1])).alias("Country Iso Code"),
        pl.col("model").alias("Device"),
        pl.col("is_kids").cast(pl.Int8).cast(pl.String).alias("Is Kids"),
        pl.col("query").replace("", None).alias("Query Typed"),
        pl.col("work_name").alias("Displayed Name"),
        pl.when(is_opened).then(pl.lit("select")).alias("Action"),
        pl.lit(None, dtype=pl.String).alias("Section"),
        pl.col("searched_at").dt.strftime(MOMENT).alias("Utc Timestamp"),
    )


def ratings(home: Home) -> pl.DataFrame:
    """Return Ratings: a row for each thumb. Stars are of the past and empty."""
    rows = home.titled(home.of("ratings"))
    local = with_local_time(rows, "rated_at", home.states.tail(1).select("account_id", "time_zone"))
    nothing = pl.lit(None, dtype=pl.String)
    return local.select(
        pl.col("profile_name").alias("Profile Name"),
        pl.col("work_name").alias("Title Name"),
        pl.lit("thumb").alias("Rating Type"),
        nothing.alias("Star Value"),
        pl.col("thumb").cast(pl.String).replace_strict(THUMBS).alias("Thumbs Value"),
        nothing.alias("Device Model"),
        pl.col("rated_at").dt.strftime(MOMENT).alias("Event Utc Ts"),
        pl.col("local").dt.strftime("%Y-%m-%d").alias("Region View Date"),
    )


def clicks(home: Home) -> pl.DataFrame:
    """Return Clickstream: a row for each step through the menus; pages have addresses on the web."""
    types = home.devices.select("device_id", "device_type")
    rows = home.of("clicks").join(types, on="device_id", how="left", maintain_order="left")
    action = pl.col("action").cast(pl.String)
    is_on_web = pl.col("device_type") == "computer"
    return rows.select(
        pl.col("profile_name").alias("Profile Name"),
        _source().alias("Source"),
        action.replace_strict(LEVELS).alias("Navigation Level"),
        pl.lit(None, dtype=pl.String).alias("Referrer Url"),
        pl.when(is_on_web).then(_page(action)).alias("Webpage Url"),
        pl.col("clicked_at").dt.strftime(MOMENT).alias("Click Utc Ts"),
    )


def _source() -> pl.Expr:
    """Which application a click was made in."""
    kind = pl.col("device_type").cast(pl.String)
    is_apple = pl.col("model").str.starts_with("Apple") & kind.is_in(["phone", "tablet"])
    others = kind.replace_strict(SOURCES, default="tvUI")
    return pl.when(is_apple).then(pl.lit("iosApp")).otherwise(others)


def _page(action: pl.Expr) -> pl.Expr:
    """The address of the page that a step leads to."""
    title = pl.col("title_id").cast(pl.String)
    number = pl.when(action == "look").then(pl.lit("")).otherwise(title)
    return pl.lit(SITE) + action.replace_strict(PAGES) + number
