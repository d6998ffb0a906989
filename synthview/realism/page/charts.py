"""Charts of the page: curves beside published ones, and all figures of a family on one scale."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt
from markupsafe import Markup

from synthview.realism.page.drawing import (
    ACCEPTED,
    FAIL,
    INK,
    OPEN,
    OURS,
    PASS,
    SOFT,
    THEIRS,
    drawn,
    rows_of,
)

__all__ = ["Plot", "forest", "plots_of"]

Told = Mapping[str, Any]
Rows = Sequence[Mapping[str, Any]]
_WIDE, _HALF, _HIGH = 500, 500, 220
_COLOURS = {"pass": PASS, "fail": FAIL, "inconclusive": OPEN}
_DECADES = alt.Axis(values=[10.0**n for n in range(-4, 3)], format="~g")
_LEAST, _MOST = 0.2, 5.0
"""Figures further off than this stand at the edge of the scale."""


@dataclass(frozen=True, slots=True)
class Plot:
    """A drawing with its title and a sentence that says how to read it."""

    title: str
    about: str
    drawing: Markup


def forest(figures: Rows) -> Markup | None:
    """Every figure of a family as simulated over published, with interval and accepted range."""
    rows = [row for one in figures if (row := _relative(one)) is not None]
    if not rows:
        return None
    order = [row["id"] for row in rows]
    scale = alt.Scale(type="log", domain=[_LEAST, _MOST], clamp=True)
    axis = alt.Axis(
        values=[0.2, 0.33, 0.5, 0.8, 1, 1.25, 2, 3, 5],
        format="~g",
        grid=True,
    )
    y = alt.Y(
        "id:N",
        sort=order,
        title=None,
        axis=alt.Axis(
            grid=False,
            ticks=False,
            domain=False,
        ),
    )
    x = alt.X("value:Q", scale=scale, axis=axis, title="simulated / published")
    colour = alt.Color(
        "verdict:N",
        scale=alt.Scale(domain=list(_COLOURS), range=list(_COLOURS.values())),
        legend=None,
    )
    data = alt.Chart(rows_of(rows)).encode(y=y)
    low = alt.X("accepted_low:Q", scale=scale, axis=axis, title="simulated / published")
    band = data.mark_bar(color=ACCEPTED, height=14).encode(x=low, x2="accepted_high:Q")
    one = alt.Chart(rows_of([{"at": 1}])).mark_rule(color=SOFT).encode(x=alt.X("at:Q", scale=scale))
    interval = data.mark_rule(strokeWidth=2).encode(
        x=alt.X("low:Q", scale=scale), x2="high:Q", color=colour
    )
    point = data.mark_circle(size=60, opacity=1).encode(x=x, color=colour)
    return drawn([band, one, interval, point], _WIDE, 20 * len(rows) + 10)


def _relative(figure: Told) -> dict[str, Any] | None:
    found, published = figure["simulated"], figure["published"]["value"]
    if found is None or published <= 0:
        return None
    scaled = {
        name: min(max(found[name] / published, _LEAST), _MOST) for name in ("value", "low", "high")
    }
    accepted = figure["accepted"]
    bounds = {
        f"accepted_{name}": min(max(accepted[name] / published, _LEAST), _MOST)
        for name in ("low", "high")
    }
    return {"id": figure["id"], "verdict": figure["verdict"], **scaled, **bounds}


def _beside(figures: Rows, ids: Mapping[str, Any], title: str, unit: str = "%") -> Markup | None:
    """Published values and accepted ranges beside simulated values, over the places of `ids`."""
    known = {one["id"]: one for one in figures if one["simulated"]}
    rows = [
        {
            "x": place,
            "published": known[one]["published"]["value"],
            **known[one]["simulated"],
            "from": known[one]["accepted"]["low"],
            "to": known[one]["accepted"]["high"],
        }
        for one, place in ids.items()
        if one in known
    ]
    if len(rows) < 2:
        return None
    order = [row["x"] for row in rows]
    x = alt.X(
        "x:O",
        title=title,
        sort=order,
        axis=alt.Axis(grid=False, labelAngle=0),
    )
    data = alt.Chart(rows_of(rows)).encode(x=x)
    top = alt.Axis(tickCount=5)
    band = data.mark_bar(color=ACCEPTED, width=14).encode(
        y=alt.Y("from:Q", title=unit, axis=top), y2="to:Q"
    )
    line = data.mark_line(
        color=THEIRS, strokeWidth=2, point=alt.OverlayMarkDef(color=THEIRS)
    ).encode(y="published:Q")
    interval = data.mark_rule(color=OURS, strokeWidth=2).encode(y="low:Q", y2="high:Q")
    point = data.mark_circle(color=OURS, size=45, opacity=1).encode(y="value:Q")
    return drawn([band, line, interval, point], _WIDE, _HIGH)


def _bars(rows: Rows, x: str, title: str, marks: Sequence[float] = ()) -> Markup | None:
    """A distribution as bars of one percentage each; `marks` are published values, as lines."""
    if not rows:
        return None
    step = float(rows[1][x] - rows[0][x]) if len(rows) > 1 else 1.0
    data = [
        {"from": row[x], "to": row.get("until", row[x] + step), "share": row["share"]}
        for row in rows
    ]
    place = alt.X(
        "from:Q", title=title, axis=alt.Axis(grid=False), scale=alt.Scale(nice=False, zero=False)
    )
    height = alt.Y("share:Q", title="%", axis=alt.Axis(tickCount=4))
    bars = alt.Chart(rows_of(data)).mark_bar(
        color=OURS,
        opacity=0.75,
        binSpacing=1,
    )
    bars = bars.encode(
        x=place,
        x2="to:Q",
        y=height,
        y2=alt.datum(0),
    )
    lines = (
        alt.Chart(rows_of([{"at": one} for one in marks]))
        .mark_rule(color=THEIRS, strokeWidth=2)
        .encode(x="at:Q")
    )
    return drawn([bars, lines] if marks else [bars], _HALF, _HIGH)


def _published(figures: Rows, *ids: str) -> list[float]:
    return [one["published"]["value"] for name in ids for one in figures if one["id"] == name]


def _hours(told: Told, figures: Rows) -> list[Plot | None]:
    starts = _beside(
        figures, {f"T01-{hour:02}": hour for hour in range(24)}, "hour of the day, UTC"
    )
    names = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    days = _beside(figures, {f"T03-{day}": day for day in names}, "day of the week, UTC")
    watched = _bars(told["curves"].get("watched_by_hour", []), "hour", "hour of the clock at home")
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


def _seasons(told: Told, _: Rows) -> list[Plot | None]:
    rows = [
        {"month": one["month"], "share": one["times"]} for one in told["curves"].get("by_month", [])
    ]
    return [
        _plot(
            "Month by month",
            "Hours a day in each month, for those of the average month.",
            _columns(rows, "month"),
        )
    ]


def _columns(rows: Rows, x: str) -> Markup | None:
    if not rows:
        return None
    place = alt.X(f"{x}:O", title=x, axis=alt.Axis(labelAngle=0))
    bars = alt.Chart(rows_of(rows)).mark_bar(color=OURS, opacity=0.75)
    return drawn(
        [bars.encode(x=place, y=alt.Y("share:Q", title=None, axis=alt.Axis(tickCount=4)))],
        _HALF,
        _HIGH,
    )


def _activity(told: Told, figures: Rows) -> list[Plot | None]:
    curves = told["curves"]
    days = _bars(curves.get("active_days", []), "days", "days of 30", _published(figures, "S08"))
    hours = _bars(
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


def _sittings(told: Told, figures: Rows) -> list[Plot | None]:
    days = _bars(
        told["curves"].get("days_to_finish", []), "days", "days", _published(figures, "T09")
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


def _repeats(told: Told, figures: Rows) -> list[Plot | None]:
    rows = [one for one in told["curves"].get("returns", []) if one["share"] > 0]
    known = {one["id"]: one["published"]["value"] for one in figures}
    points = [
        {"least": least, "of": name, "share": known[one]}
        for name, ids in _RETURNS.items()
        for least, one in ids.items()
        if one in known
    ]
    if not rows or not points:
        return []
    scale = alt.Scale(domain=list(_RETURNS), range=[OURS, INK, SOFT])
    colour = alt.Color("of:N", scale=scale, legend=alt.Legend(title=None))
    x = alt.X("least:O", title="at least so many", axis=alt.Axis(labelAngle=0))
    y = alt.Y(
        "share:Q",
        scale=alt.Scale(type="log"),
        title="% of pairs",
        axis=_DECADES,
    )
    line = (
        alt.Chart(rows_of(rows))
        .mark_line(strokeWidth=2)
        .encode(
            x=x,
            y=y,
            color=colour,
        )
    )
    dots = (
        alt.Chart(rows_of(points))
        .mark_point(filled=False, size=90, strokeWidth=2)
        .encode(x=x, y=y, color=colour)
    )
    about = "Lines: pairs of a browser and a film in our panel. Circles: the published ones."
    return [Plot("Plays, days and days in a row", about, drawn([line, dots], _WIDE, _HIGH))]


def _popularity(told: Told, _: Rows) -> list[Plot | None]:
    rows = told["curves"].get("ranks", [])
    if not rows:
        return []
    colour = alt.Color(
        "of:N", scale=alt.Scale(domain=["films and seasons", "films"], range=[INK, OURS])
    )
    x = alt.X(
        "rank:Q",
        scale=alt.Scale(type="log"),
        axis=alt.Axis(format="~s", values=[10**n for n in range(6)]),
    )
    y = alt.Y(
        "share:Q",
        scale=alt.Scale(type="log"),
        title="% of hours",
        axis=_DECADES,
    )
    line = (
        alt.Chart(rows_of(rows))
        .mark_line(strokeWidth=2)
        .encode(
            x=x,
            y=y,
            color=colour,
        )
    )
    about = (
        "Each title's share of hours in half a year. The published head is flat (slope 0.5), the "
        "tail steep."
    )
    return [Plot("Hours by rank", about, drawn([line], _WIDE, _HIGH))]


def _decay(told: Told, figures: Rows) -> list[Plot | None]:
    rows = told["curves"].get("by_week", [])
    halves = _beside(
        figures,
        {f"P17-{one}": f"half-year {one + 1}" for one in range(1, 5)},
        "",
        "times the first",
    )
    weeks = None
    if rows:
        x = alt.X("week:Q", title="weeks since it appeared", axis=alt.Axis(grid=False))
        y = alt.Y(
            "share:Q",
            title="% of the best week",
            scale=alt.Scale(type="log"),
            axis=_DECADES,
        )
        weeks = drawn(
            [alt.Chart(rows_of(rows)).mark_line(color=OURS, strokeWidth=2).encode(x=x, y=y)],
            _WIDE,
            _HIGH,
        )
    return [
        _plot("Week by week", "Hours of original films by their age.", weeks),
        _plot(
            "Half-year by half-year", "Hours for an hour in the half-year of the release.", halves
        ),
    ]


def _runtimes(told: Told, figures: Rows) -> list[Plot | None]:
    curves = told["curves"]
    films = _bars(
        curves.get("film_lengths", []),
        "minutes",
        "minutes",
        _published(figures, "P15-p10", "P15", "P15-p90"),
    )
    seasons = _bars(
        curves.get("season_lengths", []),
        "hours",
        "hours",
        _published(figures, "P16-p10", "P16", "P16-p90"),
    )
    lines = "The lines are the published 10 %, 50 % and 90 % points."
    return [_plot("Lengths of films", lines, films), _plot("Lengths of seasons", lines, seasons)]


def _homes(told: Told, figures: Rows) -> list[Plot | None]:
    names = {"S22-1": "one", "S22-2": "two", "S22-3": "three", "S22-4": "four or more"}
    shared = _beside(figures, names, "people who use the account")
    sizes = {f"S16-{one}": f"{one}" if one < 5 else "5+" for one in range(1, 6)}
    eu = _beside(figures, sizes, "people in a home, EU")
    profiles = _columns(told["curves"].get("profiles", []), "profiles")
    return [
        _plot("Who shares an account", "Users of 16 to 64 in the US and the UK.", shared),
        _plot("Sizes of homes", "Homes in the European Union.", eu),
        _plot("Profiles of an account", "Per cent of accounts.", profiles),
    ]


def _devices(told: Told, figures: Rows) -> list[Plot | None]:
    rows = told["curves"].get("devices_by_hour", [])
    classes = {"D01": "television", "D02": "computer", "D03": "phone", "D04": "tablet"}
    shares = _beside(figures, classes, "class of device")
    hours = None
    if rows:
        kinds = ["television", "computer", "phone", "tablet"]
        colour = alt.Color(
            "device:N", scale=alt.Scale(domain=kinds, range=[OURS, THEIRS, OPEN, SOFT])
        )
        x = alt.X("hour:Q", title="hour of the clock at home", axis=alt.Axis(grid=False))
        hours = drawn(
            [
                alt.Chart(rows_of(rows))
                .mark_line(strokeWidth=2)
                .encode(x=x, y=alt.Y("share:Q", title="%"), color=colour)
            ],
            _WIDE,
            _HIGH,
        )
    return [
        _plot("Hours by class of device", "Per cent of all hours.", shares),
        _plot(
            "Through the day", "Of what is watched in each hour, how much on which device.", hours
        ),
    ]


def _quality(told: Told, _: Rows) -> list[Plot | None]:
    rows = told["curves"].get("patience", [])
    if not rows:
        return []
    colour = alt.Color(
        "of:N", scale=alt.Scale(domain=["simulated", "published"], range=[OURS, THEIRS])
    )
    x = alt.X("seconds:Q", title="seconds without a picture", axis=alt.Axis(grid=False))
    line = (
        alt.Chart(rows_of(rows))
        .mark_line(strokeWidth=2)
        .encode(x=x, y=alt.Y("share:Q", title="% who have left"), color=colour)
    )
    about = "How many have left by so many seconds, had no picture come (Kaplan and Meier)."
    return [Plot("Patience at the start", about, drawn([line], _WIDE, _HIGH))]


def _plot(title: str, about: str, drawing: Markup | None) -> Plot | None:
    return Plot(title, about, drawing) if drawing is not None else None


_DRAWN: Mapping[str, Callable[[Told, Rows], list[Plot | None]]] = {
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


def plots_of(told: Told, family: Told) -> list[Plot]:
    """Return the plots of a family, those left out for which a run told nothing."""
    draw = _DRAWN.get(family["name"])
    return [one for one in draw(told, family["figures"]) if one is not None] if draw else []
