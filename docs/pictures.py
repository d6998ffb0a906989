"""Draws the pictures of the documentation from real runs.

Run: pip install altair vl-convert-python && python docs/pictures.py
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import altair as alt
import polars as pl

import synthview

HERE = Path(__file__).parent
HOUSEHOLDS, DAYS = 200, 28
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
    chart.save(HERE / "one-month.png", scale_factor=2)


def most_shared(world: synthview.Dataset) -> int:
    """The account, of a family of ordinary appetite, whose first profile serves the most different persons."""
    seen = (
        world.truth.plays.explode("viewer_ids")
        .group_by("account_id", "profile_id")
        .agg(pl.col("viewer_ids").n_unique().alias("persons"), pl.len().alias("plays"))
    )
    homes = world.truth.households.filter(pl.col("household_type") == "couple_with_children")
    shared = seen.filter((pl.col("persons") >= 3) & pl.col("plays").is_between(70, 120)).join(
        homes, on="account_id"
    )
    return int(shared.sort("persons", "plays", "account_id", descending=True)["account_id"][0])


def plays_of(world: synthview.Dataset, account: int) -> pl.DataFrame:
    """One row per play of an account: day, local hours from and to, profile and viewers in words."""
    home = world.truth.households.filter(pl.col("account_id") == account)
    zone = home["time_zone"][0]
    names = world.log.profiles.select("profile_id", pl.col("name").alias("profile"))
    local = (
        pl.col("started_at")
        .dt.replace_time_zone("UTC")
        .dt.convert_time_zone(zone)
        .dt.replace_time_zone(None)
    )
    plays = world.truth.plays.filter(pl.col("account_id") == account).join(names, on="profile_id")
    hour = local.dt.hour() + local.dt.minute() / 60
    length = (pl.col("ended_at") - pl.col("started_at")).dt.total_minutes() / 60
    words = in_words(world.truth.persons.filter(pl.col("account_id") == account))
    viewers = pl.col("viewer_ids").map_elements(
        lambda ids: words(list(ids)), return_dtype=pl.String
    )
    return plays.select(
        local.dt.strftime("%a %d %b").alias("day"),
        local.dt.date().alias("date"),
        hour.alias("from"),
        pl.min_horizontal(hour + length, pl.lit(24.0)).alias("to"),
        "profile",
        viewers.alias("viewers"),
    ).sort("date", "from")


def in_words(persons: pl.DataFrame):  # noqa: ANN201  a closure for one picture
    """Names for groups of persons: alone by age, several as together."""
    ages = dict(zip(persons["person_id"].to_list(), persons["age"].to_list(), strict=True))

    def words(ids: list[int]) -> str:
        if len(ids) > 1:
            return "together"
        return f"{'child' if ages[ids[0]] < 13 else 'teenager' if ages[ids[0]] < 18 else 'adult'}, {ages[ids[0]]}"

    return words


def panel(bars: pl.DataFrame, colour: str, title: str) -> alt.Chart:
    """Days downwards, hours across, a bar for each play."""
    first = bars["date"].min()
    days = [(first + dt.timedelta(days=n)).strftime("%a %d %b") for n in range(DAYS + 1)]
    return (
        alt.Chart(bars.drop("date"), title=alt.Title(title, anchor="start", color=INK, fontSize=15))
        .mark_bar(height=9, cornerRadius=2)
        .encode(
            x=alt.X(
                "from:Q",
                title="hour of the day",
                scale=alt.Scale(domain=[0, 24]),
                axis=alt.Axis(values=[0, 6, 12, 18, 24]),
            ),
            x2="to:Q",
            y=alt.Y("day:O", sort=days, title=None, scale=alt.Scale(domain=days)),
            color=alt.Color(
                f"{colour}:N",
                title=None,
                scale=alt.Scale(range=COLOURS),
                legend=alt.Legend(orient="bottom"),
            ),
        )
        .properties(width=430, height=420)
    )


if __name__ == "__main__":
    main()
