"""The tables of a Netflix report about what was looked for, listed, clicked on and rated."""

from __future__ import annotations

import polars as pl

from synthview.formats.making.clocks import with_local_time
from synthview.formats.making.countries import NAMES
from synthview.formats.making.row_words import beside, text_in
from synthview.formats.netflix.home import MOMENT, ReportedHome

__all__ = ["clicks", "my_list", "ratings", "searches"]

THUMBS = {"down": "1", "up": "2"}
SOURCES = {"computer": "www", "phone": "androidApp", "tablet": "androidApp"}
"""Where a click came from, by kind of device; Apple's and televisions have words of their own."""
LEVELS = {"look": "browseTitles", "open": "titleDetails", "play": "playback"}
SITE = "https://netflix.example"
"""A reserved domain: no address in a report leads to anybody."""
PAGES = {"look": "/browse", "open": "/title/", "play": "/watch/"}


def _source() -> pl.Expr:
    """Which application a click was made in."""
    kind = text_in("device_type")
    is_apple = pl.col("model").str.starts_with("Apple") & kind.is_in(["phone", "tablet"])
    others = kind.replace_strict(SOURCES, default="tvUI")
    return pl.when(is_apple).then(pl.lit("iosApp")).otherwise(others)


def _page() -> pl.Expr:
    """The address of the page that a step on the web leads to."""
    title = text_in("title_id")
    action = text_in("action")
    number = pl.when(action == "look").then(pl.lit("")).otherwise(title)
    page = pl.lit(SITE) + action.replace_strict(PAGES) + number
    return pl.when(pl.col("device_type") == "computer").then(page)


NOTHING = pl.lit(None, dtype=pl.String)
WAS_FOUND = pl.col("title_id").is_not_null()
SEARCHED: dict[str, pl.Expr] = {
    "Profile Name": pl.col("profile_name"),
    "Country Iso Code": pl.col("home_country"),
    "Device": pl.col("model"),
    "Is Kids": pl.col("is_kids").cast(pl.Int8).cast(pl.String),
    "Query Typed": pl.col("query").replace("", None),
    "Displayed Name": pl.col("work_name"),
    "Action": pl.when(WAS_FOUND).then(pl.lit("play")),
    "Section": pl.when(WAS_FOUND).then(pl.lit("title_results")),
    "Utc Timestamp": pl.col("searched_at").dt.strftime(MOMENT),
}
RATED: dict[str, pl.Expr] = {
    "Profile Name": pl.col("profile_name"),
    "Title Name": pl.col("work_name"),
    "Rating Type": pl.lit("thumb"),
    "Star Value": NOTHING,
    "Thumbs Value": text_in("thumb").replace_strict(THUMBS),
    "Device Model": NOTHING,
    "Event Utc Ts": pl.col("rated_at").dt.strftime(MOMENT),
    "Region View Date": pl.col("local").dt.strftime("%Y-%m-%d"),
}
CLICKED: dict[str, pl.Expr] = {
    "Profile Name": pl.col("profile_name"),
    "Source": _source(),
    "Navigation Level": text_in("action").replace_strict(LEVELS),
    "Referrer Url": NOTHING,
    "Webpage Url": _page(),
    "Click Utc Ts": pl.col("clicked_at").dt.strftime(MOMENT),
}
LISTED: dict[str, pl.Expr] = {
    "Profile Name": pl.col("profile_name"),
    "Title Name": pl.col("work_name"),
    "Country": pl.col("home_country"),
    "Utc Title Add Date": pl.col("clicked_at").dt.strftime("%Y-%m-%d"),
}
"""What the columns of four tables hold."""


def searches(home: ReportedHome) -> pl.DataFrame:
    """Return SearchHistory: what was typed, and the title that was opened from the results."""
    rows = home.titled(home.of("searches"))
    country = str(home.states["country"][-1])
    return rows.with_columns(home_country=pl.lit(country)).select(**SEARCHED)


def ratings(home: ReportedHome) -> pl.DataFrame:
    """Return Ratings: a row for each thumb. Stars are of the past and empty."""
    rows = home.titled(home.of("ratings"))
    local = with_local_time(rows, "rated_at", home.states.tail(1).select("account_id", "time_zone"))
    return local.select(**RATED)


def clicks(home: ReportedHome) -> pl.DataFrame:
    """Return Clickstream: a row for each step through the menus, with web addresses of pages."""
    types = home.devices.select("device_id", "device_type")
    rows = beside(home.of("clicks"), types, "device_id")
    return rows.select(**CLICKED)


def my_list(home: ReportedHome) -> pl.DataFrame:
    """Return MyList: titles that were met in that row of the menu, with the day they first were."""
    met = home.titled(home.of("clicks").filter(pl.col("row") == "my_list"))
    known = met.filter(pl.col("work_name").is_not_null())
    first = known.unique(["profile_id", "work_name"], keep="last", maintain_order=True)
    code = home.states["country"][-1]
    country = NAMES.get(code, code)
    return first.with_columns(home_country=pl.lit(country)).select(**LISTED)
