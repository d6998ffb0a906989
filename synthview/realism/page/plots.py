"""What the page shows of each family of figures: its curves beside those that are published."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import altair as alt
from markupsafe import Markup

from synthview.drawings import INK, SOFT, rows_of
from synthview.realism.page.charts import (
    DECADES,
    Rows,
    bars,
    beside,
    by_kind,
    columns,
    curve,
    drawn,
)
from synthview.realism.page.ink import OPEN, OURS, THEIRS

__all__ = ["Plot", "plots_of"]

Report = Mapping[str, Any]
"""What a comparison found, as its JSON has it."""


@dataclass(frozen=True, slots=True)
class Plot:
    """A drawing with its title and a sentence that says how to read it."""

    title: str
    about: str
    drawing: Markup


def _published(figures: Rows, *ids: str) -> list[float]:
    return [one["published"]["value"] for name in ids for one in figures if one["id"] == name]


def _hours(report: Report, figures: Rows) -> list[Plot | None]:
    starts = beside(
        figures,
        {f"T01-{hour:02}": hour for hour in range(24)},
        "hour of the day, UTC",
    )
    names = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    days = beside(figures, {f"T03-{day}": day for day in names}, "day of the week, UTC")
    watched = bars(report["curves"].get("watched_by_hour", []), "hour", "hour of the clock at home")
    return [
        _plot(
            "When films begin",
            "Plays of the panel that begin in each hour. Blue: simulated, with its interval. "
            "Orange: published. Grey: accepted.",
            starts,
        ),
        _plot(
            "On which day",
            "Plays of the panel that begin on each weekday, in the same colours.",
            days,
        ),
        _plot(
            "What is watched in each hour",
            "All homes, at home's own time; published peaks lie from 17 to 23.",
            watched,
        ),
    ]


def _seasons(report: Report, _: Rows) -> list[Plot | None]:
    rows = [
        {"month": one["month"], "share": one["times"]}
        for one in report["curves"].get("by_month", [])
    ]
    return [
        _plot(
            "Month by month",
            "Hours a day in each month, for those of the average month.",
            columns(rows, "month"),
        )
    ]


def _activity(report: Report, figures: Rows) -> list[Plot | None]:
    curves = report["curves"]
    days = bars(curves.get("active_days", []), "days", "days of 30", _published(figures, "S08"))
    hours = bars(
        curves.get("hours_by_account", []), "hours", "hours a day", _published(figures, "S04")
    )
    return [
        _plot(
            "Days with viewing",
            "US homes that watch on a television set; the line is the published mean.",
            days,
        ),
        _plot(
            "Hours of an account",
            "All accounts; the line is the published mean, the last bar all above.",
            hours,
        ),
    ]


def _sittings(report: Report, figures: Rows) -> list[Plot | None]:
    days = bars(
        report["curves"].get("days_to_finish", []), "days", "days", _published(figures, "T09")
    )
    return [
        _plot(
            "Days to finish a season",
            "Of first seasons that were finished; the line is the published median.",
            days,
        )
    ]


_RETURNS = {
    "plays": {2: "T23-2", 3: "T23-3"},
    "days": {2: "T24-2", 3: "T24-3"},
    "days in a row": {2: "T25-2", 3: "T25-3", 4: "T25-4", 5: "T25-5"},
}


def _repeats(report: Report, figures: Rows) -> list[Plot | None]:
    rows = [one for one in report["curves"].get("returns", []) if one["share"] > 0]
    points = _published_returns(figures)
    if not rows or not points:
        return []
    x = alt.X("least:O", title="at least so many", axis=alt.Axis(labelAngle=0))
    y = _by_powers("% of pairs")
    colour = by_kind("of", dict(zip(_RETURNS, (OURS, INK, SOFT), strict=True)))
    circles = alt.Chart(rows_of(points)).mark_point(filled=False, size=90, strokeWidth=2)
    layers = [curve(rows, x, y, colour), circles.encode(x=x, y=y, color=colour)]
    about = "Lines: pairs of a browser and a film in our panel. Circles: the published ones."
    return [Plot("Plays, days and days in a row", about, drawn(layers))]


def _published_returns(figures: Rows) -> list[dict[str, Any]]:
    """The published shares of pairs with at least so many plays, days and days in a row."""
    known = {one["id"]: one["published"]["value"] for one in figures}
    return [
        {"least": least, "of": name, "share": known[one]}
        for name, ids in _RETURNS.items()
        for least, one in ids.items()
        if one in known
    ]


def _popularity(report: Report, _: Rows) -> list[Plot | None]:
    rows = report["curves"].get("ranks", [])
    if not rows:
        return []
    powers = alt.Axis(format="~s", values=[10**n for n in range(6)])
    x = alt.X("rank:Q", scale=alt.Scale(type="log"), axis=powers)
    colour = by_kind("of", {"films and seasons": INK, "films": OURS})
    line = curve(rows, x, _by_powers("% of hours"), colour)
    about = (
        "Each title's share of hours in half a year. The published head is flat (slope 0.5), the "
        "tail steep."
    )
    return [Plot("Hours by rank", about, drawn([line]))]


def _decay(report: Report, figures: Rows) -> list[Plot | None]:
    names = {f"P17-{one}": f"half-year {one + 1}" for one in range(1, 5)}
    halves = beside(figures, names, "", "times the first")
    return [
        _plot(
            "Week by week",
            "Hours of original films by their age.",
            _weeks(report["curves"].get("by_week", [])),
        ),
        _plot(
            "Half-year by half-year",
            "Hours for an hour in the half-year of the release.",
            halves,
        ),
    ]


def _weeks(rows: Rows) -> Markup | None:
    """Hours of original films by their age in weeks."""
    if not rows:
        return None
    x = alt.X("week:Q", title="weeks since it appeared", axis=alt.Axis(grid=False))
    y = _by_powers("% of the best week")
    line = alt.Chart(rows_of(rows)).mark_line(color=OURS, strokeWidth=2)
    return drawn([line.encode(x=x, y=y)])


def _by_powers(title: str) -> alt.Y:
    """A scale of shares on which each line is ten times the one below."""
    return alt.Y("share:Q", scale=alt.Scale(type="log"), title=title, axis=DECADES)


def _runtimes(report: Report, figures: Rows) -> list[Plot | None]:
    curves = report["curves"]
    films = bars(
        curves.get("film_lengths", []),
        "minutes",
        "minutes",
        _published(figures, "P15-p10", "P15", "P15-p90"),
    )
    seasons = bars(
        curves.get("season_lengths", []),
        "hours",
        "hours",
        _published(figures, "P16-p10", "P16", "P16-p90"),
    )
    lines = "The lines are the published 10 %, 50 % and 90 % points."
    return [_plot("Lengths of films", lines, films), _plot("Lengths of seasons", lines, seasons)]


def _homes(report: Report, figures: Rows) -> list[Plot | None]:
    names = {"S22-1": "one", "S22-2": "two", "S22-3": "three", "S22-4": "four or more"}
    shared = beside(figures, names, "people who use the account")
    sizes = {f"S16-{one}": f"{one}" if one < 5 else "5+" for one in range(1, 6)}
    eu = beside(figures, sizes, "people in a home, EU")
    profiles = columns(report["curves"].get("profiles", []), "profiles")
    return [
        _plot("Who shares an account", "Users of 16 to 64 in the US and the UK.", shared),
        _plot("Sizes of homes", "Homes in the European Union.", eu),
        _plot("Profiles of an account", "Per cent of accounts.", profiles),
    ]


_CLASSES = {"television": OURS, "computer": THEIRS, "phone": OPEN, "tablet": SOFT}


def _devices(report: Report, figures: Rows) -> list[Plot | None]:
    classes = {f"D0{place}": name for place, name in enumerate(_CLASSES, 1)}
    return [
        _plot(
            "Hours by class of device",
            "Per cent of all hours.",
            beside(figures, classes, "class of device"),
        ),
        _plot(
            "Through the day",
            "Of what is watched in each hour, how much on which device.",
            _through_the_day(report["curves"].get("devices_by_hour", [])),
        ),
    ]


def _through_the_day(rows: Rows) -> Markup | None:
    """Shares of the classes of devices in each hour."""
    if not rows:
        return None
    x = alt.X("hour:Q", title="hour of the clock at home", axis=alt.Axis(grid=False))
    y = alt.Y("share:Q", title="%")
    return drawn([curve(rows, x, y, by_kind("device", _CLASSES))])


def _quality(report: Report, _: Rows) -> list[Plot | None]:
    rows = report["curves"].get("patience", [])
    if not rows:
        return []
    x = alt.X("seconds:Q", title="seconds without a picture", axis=alt.Axis(grid=False))
    y = alt.Y("share:Q", title="% who have left")
    line = curve(rows, x, y, by_kind("of", {"simulated": OURS, "published": THEIRS}))
    about = "How many have left by so many seconds, had no picture come (Kaplan and Meier)."
    return [Plot("Patience at the start", about, drawn([line]))]


def _plot(title: str, about: str, drawing: Markup | None) -> Plot | None:
    return Plot(title, about, drawing) if drawing is not None else None


_DRAWN: Mapping[str, Callable[[Report, Rows], list[Plot | None]]] = {
    "hours": _hours,
    "seasons": _seasons,
    "activity": _activity,
    "sittings": _sittings,
    "repeats": _repeats,
    "popularity": _popularity,
    "decay": _decay,
    "runtimes": _runtimes,
    "homes": _homes,
    "devices": _devices,
    "quality": _quality,
}


def plots_of(report: Report, family: Mapping[str, Any]) -> list[Plot]:
    """Return the plots of a family, those left out for which a run tells nothing."""
    draw = _DRAWN.get(family["name"])
    return [one for one in draw(report, family["figures"]) if one is not None] if draw else []
