"""Kinds of charts: a family's figures on one scale, curves beside published ones, bars."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
from markupsafe import Markup

from synthview.drawings import SOFT, rows_of
from synthview.realism.page.ink import ACCEPTED, FAIL, LOOK, OPEN, OURS, PASS, THEIRS

__all__ = [
    "DECADES",
    "Rows",
    "bars",
    "beside",
    "by_kind",
    "columns",
    "curve",
    "drawn",
    "forest",
]

Rows = Sequence[Mapping[str, Any]]
_WIDE, _HIGH = 500, 220
"""A chart in pixels."""
_ROW, _ENDS = 20, 10
"""Height of a row of a forest, and room above the first and below the last."""
DECADES = alt.Axis(values=[10.0**n for n in range(-4, 3)], format="~g")
_LEAST, _MOST = 0.2, 5.0
"""Figures further off than this stand at the edge of the scale."""
_TIMES = alt.Scale(type="log", domain=[_LEAST, _MOST], clamp=True)
_TIMES_AXIS = alt.Axis(values=[0.2, 0.33, 0.5, 0.8, 1, 1.25, 2, 3, 5], format="~g", grid=True)
_COLOURS = {"pass": PASS, "fail": FAIL, "inconclusive": OPEN}


def drawn(layers: Sequence[alt.Chart], width: int = _WIDE, height: int = _HIGH) -> Markup:
    """Return layers of one chart as SVG text."""
    return LOOK.draw(alt.layer(*layers).properties(width=width, height=height))


def forest(figures: Rows) -> Markup | None:
    """Every figure of a family as simulated over published, with interval and accepted range."""
    rows = [row for one in figures if (row := _relative(one)) is not None]
    if not rows:
        return None
    order = [row["id"] for row in rows]
    bare = alt.Axis(grid=False, ticks=False, domain=False)
    y = alt.Y("id:N", sort=order, title=None, axis=bare)
    data = alt.Chart(rows_of(rows)).encode(y=y)
    band = data.mark_bar(color=ACCEPTED, height=14)
    band = band.encode(x=_over_published("accepted_low:Q"), x2="accepted_high:Q")
    layers = [band, _as_published(), *_by_verdict(data)]
    return drawn(layers, height=_ROW * len(rows) + _ENDS)


def _over_published(field: str) -> alt.X:
    """The scale of all figures: how many times the published value."""
    return alt.X(field, scale=_TIMES, axis=_TIMES_AXIS, title="simulated / published")


def _as_published() -> alt.Chart:
    """The line on which simulated and published values are equal."""
    line = alt.Chart(rows_of([{"at": 1}])).mark_rule(color=SOFT)
    return line.encode(x=alt.X("at:Q", scale=_TIMES))


def _by_verdict(data: alt.Chart) -> list[alt.Chart]:
    """The interval and the value of each figure, in the colour of its verdict."""
    verdicts = alt.Scale(domain=list(_COLOURS), range=list(_COLOURS.values()))
    colour = alt.Color("verdict:N", scale=verdicts, legend=None)
    low = alt.X("low:Q", scale=_TIMES)
    interval = data.mark_rule(strokeWidth=2).encode(x=low, x2="high:Q", color=colour)
    point = data.mark_circle(size=60, opacity=1)
    return [interval, point.encode(x=_over_published("value:Q"), color=colour)]


def _relative(figure: Mapping[str, Any]) -> dict[str, Any] | None:
    """A figure with its interval and accepted range as times the published value, if it has one."""
    found, published = figure["simulated"], figure["published"]["value"]
    if found is None or published <= 0:
        return None
    accepted = figure["accepted"]
    values = {
        "value": found["value"],
        "low": found["low"],
        "high": found["high"],
        "accepted_low": accepted["low"],
        "accepted_high": accepted["high"],
    }
    times = {name: min(max(value / published, _LEAST), _MOST) for name, value in values.items()}
    return {"id": figure["id"], "verdict": figure["verdict"], **times}


def beside(figures: Rows, ids: Mapping[str, Any], title: str, unit: str = "%") -> Markup | None:
    """Published values and accepted ranges beside simulated values, over the places of `ids`."""
    rows = _placed(figures, ids)
    if len(rows) < 2:
        return None
    order = [row["x"] for row in rows]
    upright = alt.Axis(grid=False, labelAngle=0)
    x = alt.X("x:O", title=title, sort=order, axis=upright)
    data = alt.Chart(rows_of(rows)).encode(x=x)
    low = alt.Y("from:Q", title=unit, axis=alt.Axis(tickCount=5))
    band = data.mark_bar(color=ACCEPTED, width=14).encode(y=low, y2="to:Q")
    dots = alt.OverlayMarkDef(color=THEIRS)
    published = data.mark_line(color=THEIRS, strokeWidth=2, point=dots).encode(y="published:Q")
    interval = data.mark_rule(color=OURS, strokeWidth=2).encode(y="low:Q", y2="high:Q")
    point = data.mark_circle(color=OURS, size=45, opacity=1).encode(y="value:Q")
    return drawn([band, published, interval, point])


def _placed(figures: Rows, ids: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The simulated figures among `ids`: each at its place, as published and as accepted."""
    simulated = {one["id"]: one for one in figures if one["simulated"]}
    found = [(place, simulated[name]) for name, place in ids.items() if name in simulated]
    return [
        {
            "x": place,
            "published": one["published"]["value"],
            **one["simulated"],
            "from": one["accepted"]["low"],
            "to": one["accepted"]["high"],
        }
        for place, one in found
    ]


def bars(rows: Rows, x: str, title: str, marks: Sequence[float] = ()) -> Markup | None:
    """A distribution as bars of one percentage each; `marks` are published values, as lines."""
    if not rows:
        return None
    step = float(rows[1][x] - rows[0][x]) if len(rows) > 1 else 1.0
    data = [
        {"from": row[x], "to": row.get("until", row[x] + step), "share": row["share"]}
        for row in rows
    ]
    tight = alt.Scale(nice=False, zero=False)
    place = alt.X("from:Q", title=title, axis=alt.Axis(grid=False), scale=tight)
    height = alt.Y("share:Q", title="%", axis=alt.Axis(tickCount=4))
    layers = [
        alt.Chart(rows_of(data))
        .mark_bar(color=OURS, opacity=0.75, binSpacing=1)
        .encode(x=place, x2="to:Q", y=height, y2=alt.datum(0))
    ]
    return drawn([*layers, _lines(marks)] if marks else layers)


def _lines(marks: Sequence[float]) -> alt.Chart:
    """Published values as upright lines."""
    lines = alt.Chart(rows_of([{"at": one} for one in marks]))
    return lines.mark_rule(color=THEIRS, strokeWidth=2).encode(x="at:Q")


def columns(rows: Rows, x: str) -> Markup | None:
    """A bar for each place of a curve."""
    if not rows:
        return None
    place = alt.X(
        f"{x}:O",
        title=x,
        axis=alt.Axis(labelAngle=0),
    )
    height = alt.Y("share:Q", title=None, axis=alt.Axis(tickCount=4))
    columns = alt.Chart(rows_of(rows)).mark_bar(color=OURS, opacity=0.75)
    return drawn([columns.encode(x=place, y=height)])


def curve(rows: Rows, x: alt.X, y: alt.Y, colour: alt.Color) -> alt.Chart:
    """A line for each kind of row."""
    return (
        alt.Chart(rows_of(rows))
        .mark_line(strokeWidth=2)
        .encode(
            x=x,
            y=y,
            color=colour,
        )
    )


def by_kind(field: str, colours: Mapping[str, str]) -> alt.Color:
    """The colour of each kind, which a legend above the chart names."""
    scale = alt.Scale(domain=[*colours], range=[*colours.values()])
    return alt.Color(f"{field}:N", scale=scale, legend=alt.Legend(columns=3, symbolLimit=0))
