"""Draws the pictures of the documentation from real runs.

Run: pip install altair vl-convert-python && python docs/pictures.py
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from pathlib import Path

import altair as alt
import polars as pl

import synthview

HERE = Path(__file__).parent
HOUSEHOLDS, DAYS = 200, 28
MOST_DAYS = 18
INK = "#22303c"
COLOURS = ["#c8553d", "#2d7d9a", "#e0a526", "#6b8f3a", "#7d5ba6", "#9aa3ab"]


def main() -> None:
    """Draw one household's month as the log has it and as it was."""
    world = synthview.generate("everyday", households=HOUSEHOLDS, days=DAYS, seed=1)
    account = most_shared(world)
    bars = plays_of(world, account)
    logged = panel(bars, "profile", "What the log says: which profile played")
    happened = panel(bars, "viewers", "What happened: who sat there")
    chart = (
        alt.hconcat(logged, happened, spacing=40)
        .resolve_scale(color="independent")
        .configure(font="DejaVu Sans", background="white")
        .configure_view(stroke=None)
        .configure_axis(
            labelColor=INK, titleColor=INK, gridColor="#e7ebee", domain=False, ticks=False
        )
    )
    place = HERE / "one-month.svg"
    chart.save(place)
    place.write_text(lean(place.read_text("utf-8")), "utf-8")


def lean(drawing: str) -> str:
    """A drawing with a tenth of a dot as its least length, and without a label for each bar."""
    unlabelled = re.sub(r' (?:role|aria-[a-z]+)="[^"]*"', "", drawing)
    return re.sub(r"\d+\.\d{2,}", lambda found: f"{float(found[0]):.1f}", unlabelled)


def most_shared(world: synthview.Dataset) -> int:
    """The account of a family whose first profile serves the most different persons.

    Only families that watch about as much as most do, on most of the days.
    """
    persons = pl.col("viewer_ids").n_unique().alias("persons")
    days = pl.col("started_at").dt.date().n_unique().alias("days")
    profiles = world.truth.plays.explode("viewer_ids").group_by("account_id", "profile_id")
    seen = profiles.agg(persons, days, pl.len().alias("plays"))
    homes = world.truth.households
    families = homes.filter(pl.col("household_type") == "couple_with_children")
    is_ordinary = pl.col("plays").is_between(70, 200) & (pl.col("days") >= MOST_DAYS)
    shared = seen.filter((pl.col("persons") >= 3) & is_ordinary)
    found = shared.join(families, on="account_id")
    in_order = found.sort("persons", "plays", "account_id", descending=True)
    return int(in_order["account_id"][0])


def plays_of(world: synthview.Dataset, account: int) -> pl.DataFrame:
    """One row per play of an account: day, local hours, profile, and viewers in words."""
    is_its = pl.col("account_id") == account
    zone = world.truth.households.filter(is_its)["time_zone"][0]
    names = world.log.profiles.select("profile_id", pl.col("name").alias("profile"))
    plays = world.truth.plays.filter(is_its).join(names, on="profile_id")
    local = _local(pl.col("started_at"), zone)
    begin = local.dt.hour() + local.dt.minute() / 60
    hours = (pl.col("ended_at") - pl.col("started_at")).dt.total_minutes() / 60
    words = in_words(world.truth.persons.filter(is_its))
    return plays.select(
        local.dt.strftime("%a %d %b").alias("day"),
        local.dt.date().alias("date"),
        begin.alias("from"),
        pl.min_horizontal(begin + hours, pl.lit(24.0)).alias("to"),
        "profile",
        pl.col("viewer_ids").map_elements(words, return_dtype=pl.String).alias("viewers"),
    ).sort("date", "from")


def _local(instant: pl.Expr, zone: str) -> pl.Expr:
    """What the wall clock of a zone shows."""
    at_home = instant.dt.replace_time_zone("UTC").dt.convert_time_zone(zone)
    return at_home.dt.replace_time_zone(None)


def in_words(persons: pl.DataFrame) -> Callable[[Sequence[int]], str]:
    """Names for groups of persons: nobody, alone by age, several as together."""
    ages = dict(zip(persons["person_id"].to_list(), persons["age"].to_list(), strict=True))

    def words(ids: Sequence[int]) -> str:
        if not len(ids):
            return "nobody"
        if len(ids) > 1:
            return "together"
        age = ages[ids[0]]
        if age < 13:
            return f"child, {age}"
        return f"teenager, {age}" if age < 18 else f"adult, {age}"

    return words


def panel(bars: pl.DataFrame, colour: str, title: str) -> alt.Chart:
    """Days downwards, hours across, a bar for each play."""
    first = bars["date"].min()
    dates = [first + dt.timedelta(days=n) for n in range(DAYS + 1)]
    days = [date.strftime("%a %d %b") for date in dates]
    heading = alt.Title(title, anchor="start", color=INK, fontSize=15)
    hours = alt.X(
        "from:Q",
        title="hour of the day",
        scale=alt.Scale(domain=[0, 24]),
        axis=alt.Axis(values=[0, 6, 12, 18, 24]),
    )
    colours = alt.Color(
        f"{colour}:N",
        title=None,
        scale=alt.Scale(range=COLOURS),
        legend=alt.Legend(orient="bottom"),
    )
    return (
        alt.Chart(bars.drop("date"), title=heading)
        .mark_bar(height=9, cornerRadius=2)
        .encode(
            x=hours,
            x2="to:Q",
            y=alt.Y("day:O", sort=days, title=None, scale=alt.Scale(domain=days)),
            color=colours,
        )
        .properties(width=430, height=420)
    )


if __name__ == "__main__":
    main()
