"""The charts of the page: every definition as a dot, shares with their intervals, viewers before and after, the streak curve."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import altair as alt

from synthview.claims.page.dots import Stacks, stack
from synthview.claims.page.ink import FIRST, INK, LINE, MARK, QUIET, Layers
from synthview.claims.page.words import figure, short

__all__ = ["DRAWN", "Draw", "shares_of_causes", "viewers_told"]

Part = Mapping[str, Any]
Draw = Callable[[Part, int], Layers]
"""A chart of the whole JSON, so many pixels wide."""
_MOST_DRAWS = 300
_BESIDE = 42
"""Room for the numbers beside an axis, so that words are as large as in charts without them."""
_NARROW = 500
_A_LETTER = 9
"""How wide a letter of a bold number is at most, in pixels."""
_ROW = 46
"""Height of a row: its words stand above its line, so that long ones have room on a phone."""


def _values(rows: Sequence[Mapping[str, Any]]) -> alt.InlineData:
    return alt.InlineData(values=[dict(row) for row in rows])


def definitions(told: Part, width: int) -> Layers:
    """Every definition as a dot over its number; a dot stands for several where they are many."""
    stacks: Stacks = stack(told["definitions"]["values"])
    step = width / max(stacks.bins, 1)
    high = max(stacks.heights, default=1)
    rows = [{"x": stacks.middle(one), "y": level + 0.5} for one, count in enumerate(stacks.heights) for level in range(count)]  # fmt: skip
    x = alt.X("x:Q", title="the number that a definition gives", scale=alt.Scale(domain=[stacks.low, stacks.end], nice=False), axis=alt.Axis(grid=False, tickCount=6))  # fmt: skip
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[0, high]))
    size = max(min(step, 11.0) - 1.2, 2.0)
    marks = alt.Chart(_values(rows), name="dots").mark_circle(color=QUIET, opacity=1, size=size * size * 0.8)
    return alt.layer(marks.encode(x=x, y=y)).properties(width=width, height=high * max(size + 1.2, 4))


def _ranges(rows: Sequence[Mapping[str, Any]], width: int, title: str, *, percent: bool = False) -> Layers:
    """One line for each row: its words, its interval, its point and its number."""
    data = _values([{**row, "row": number} for number, row in enumerate(rows)])
    ends = [value for row in rows for value in (row["low"], row["high"], row["value"], 0)]
    span = alt.Scale(domain=[min(ends), 1.04 * max(ends) or 1], nice=False)
    axis = alt.Axis(tickCount=5, grid=False, format="%" if percent else ",~f")
    x = alt.X("value:Q", title=title, scale=span, axis=axis)
    y = alt.Y("row:O", axis=None, scale=alt.Scale(paddingInner=0.2, paddingOuter=0.35))
    place = alt.Chart(data).encode(y=y)
    zero = alt.Chart(_values([{"value": 0}])).mark_rule(color=LINE).encode(x=x)
    line = place.mark_rule(color=MARK, strokeWidth=3, opacity=0.45, yOffset=9).encode(x=alt.X("low:Q", scale=span, title=title), x2="high:Q")  # fmt: skip
    point = place.mark_circle(color=MARK, size=110, opacity=1, yOffset=9).encode(x=x)
    words = place.mark_text(
        align="left", dy=-8, limit=width - 24 - _A_LETTER * max(len(row["said"]) for row in rows), color=INK
    ).encode(text="label:N", x=alt.value(2))
    number = place.mark_text(align="right", dy=-8, fontWeight="bold", color=INK).encode(
        text="said:N", x=alt.value(width)
    )
    return alt.layer(zero, line, point, words, number).properties(width=width, height=_ROW * len(rows))


def causes(told: Part, width: int) -> Layers:
    """The number as a sum: ordinary viewing, then what each actor and fault adds or takes."""
    return _ranges(shares_of_causes(told), width, "accounts in the number")


def shares_of_causes(told: Part) -> list[dict[str, Any]]:
    """The rows of that sum; its first ones have no interval."""
    labels = {"one_person": "ordinary viewing, one person", "family_in_turns": "ordinary viewing, the family in turns"}
    start = [
        {"label": labels.get(name, name.replace("_", " ")), "value": value, "low": value, "high": value}
        for name, value in told["causes"]["base"].items()
    ]
    rows = [{**one, "value": one["share"]} for one in told["causes"]["shares"]]
    return [{**row, "said": figure(row["value"])} for row in start + rows]


def shares(told: Part, width: int) -> Layers:
    """What the number lets us say about each cause's share."""
    rows = [
        {**one, "value": one["median"], "said": f"{100 * one['low']:.0f} to {100 * one['high']:.0f} %"}
        for one in told["inference"]["posterior"]["shares"]
    ]
    return _ranges(rows, width, f"share of the {figure(told['inference']['given'])}", percent=True)


def settings(told: Part, width: int) -> Layers:
    """Which assumption moves the answer most."""
    rows = [
        {"label": one["label"], "value": one["index"], "low": one["index_low"], "high": one["index_high"], "said": f"{100 * one['index']:.0f} %"}
        for one in told["inference"]["settings"][:8]
    ]  # fmt: skip
    return _ranges(rows, width, "share of the variance it explains", percent=True)


def viewers(told: Part, width: int) -> Layers:
    """How many real daily viewers there may be: before the number is known, and after."""
    strips = viewers_told(told)
    rows = [{"strip": name, "x": value, "is_after": after} for name, one, after in strips for value in _draws(one)]
    names = [name for name, _, _ in strips]
    scale = alt.Scale(
        type="symlog", constant=5, domain=[0, max([10.0, *(value for _, one, _ in strips for value in _draws(one))])]
    )
    axis = alt.Axis(values=[0, 5, 10, 20, 50, 100, 200, 500, 1000, 5000, 20000], grid=False)
    x = alt.X("x:Q", title="accounts", scale=scale, axis=axis)
    y = alt.Y("strip:N", sort=names, axis=None, scale=alt.Scale(domain=names))
    colour = alt.condition("datum.is_after", alt.value(MARK), alt.value(QUIET))
    ticks = alt.Chart(_values(rows)).mark_tick(opacity=0.5, thickness=2, height=22, yOffset=10)
    words = alt.Chart(_values([{"strip": name} for name in names]))
    words = words.mark_text(align="left", dy=-13, limit=width, color=INK).encode(y=y, text="strip:N", x=alt.value(2))
    return alt.layer(ticks.encode(x=x, y=y, color=colour), words).properties(width=width, height=64 * len(names))


def viewers_told(told: Part) -> list[tuple[str, Part, bool]]:
    """The strips of that chart: what each is of, its figures, and whether the number is known by then."""
    said = told["inference"]
    given, after = f"given {figure(said['given'])}", said["posterior"]
    same = "one person sat through it every day"
    strips = [
        (f"beforehand: {same}", said["prior"].get("daily_viewers"), False),
        (f"{given}: {same}", after["daily_viewers"], True),
        (f"{given}: one person was there every day", after.get("there_daily"), True),
    ]
    return [(name, one, is_after) for name, one, is_after in strips if one]


def _draws(told: Part) -> Sequence[float]:
    """Draws in order, thinned evenly to as many as can be told apart, the least and the greatest kept."""
    draws = sorted(told.get("draws") or [told["low"], told["median"], told["high"]])
    last, kept = len(draws) - 1, min(len(draws), _MOST_DRAWS)
    return [draws[place * last // max(kept - 1, 1)] for place in range(kept)]


def ladder(told: Part, width: int) -> Layers:
    """How many accounts have a run of at least so many days: from millions down to one."""
    rows = [{**one, "said": short(one["accounts"])} for one in told["ladder"] if one["accounts"] > 0]
    days = told["claim"].get("days")
    x = alt.X("days:Q", title="days in a row, at least", axis=alt.Axis(grid=False, tickCount=8, format="d"), scale=alt.Scale(nice=False))  # fmt: skip
    y = alt.Y(
        "accounts:Q",
        title=None,
        scale=alt.Scale(type="log"),
        axis=alt.Axis(values=[10**n for n in range(10)], format="~s"),
    )
    line = alt.Chart(_values(rows)).mark_line(interpolate="step", color=MARK, strokeWidth=2.5).encode(x=x, y=y)
    dots = alt.Chart(_values(rows)).mark_circle(color=MARK, opacity=1, size=26).encode(x=x, y=y)
    here = alt.Chart(_values([one for one in rows if one["days"] == days]))
    ring = here.mark_point(color=INK, size=190, strokeWidth=2, filled=False, opacity=1).encode(x=x, y=y)
    words = here.mark_text(dy=-22, dx=-4, align="center", fontWeight="bold", color=INK).encode(x=x, y=y, text="said:N")
    return alt.layer(line, dots, ring, words).properties(width=width - _BESIDE, height=280)


def by_days(told: Part, width: int) -> Layers:
    """How many numbers could have been tweeted, by the days they speak of."""
    rows, days = told["tweetable"]["by_days"], told["claim"].get("days")
    bars = alt.Chart(_values([{**one, "is_ours": one["days"] == days} for one in rows])).mark_bar(opacity=1)
    third = [one["days"] for one in rows if (one["days"] - (days or 0)) % 3 == 0]
    axis = alt.Axis(labelAngle=0, values=third if width < _NARROW else [one["days"] for one in rows])
    x = alt.X("days:O", title="days of the streak", axis=axis)
    colour = alt.condition("datum.is_ours", alt.value(MARK), alt.value(QUIET))
    return alt.layer(bars.encode(x=x, y=alt.Y("count:Q", title=None, axis=alt.Axis(tickCount=4)), color=colour)).properties(width=width - _BESIDE, height=180)  # fmt: skip


def daily(told: Part, width: int) -> Layers:
    """Viewers on each day: all that daily totals hold."""
    data = _values(told["aggregates"]["daily"])
    x = alt.X("date:T", title=None, axis=alt.Axis(grid=False, format="%-d %b", tickCount=4))
    y = alt.Y("viewers:Q", title=None, axis=alt.Axis(tickCount=4, format="~s"), scale=alt.Scale(domainMin=0))
    band = alt.Chart(data).mark_area(color=LINE, opacity=0.7).encode(x=x, y=alt.Y("low:Q", title=None), y2="high:Q")
    line = alt.Chart(data).mark_line(color=FIRST, strokeWidth=2.5).encode(x=x, y=y)
    return alt.layer(band, line).properties(width=width - _BESIDE, height=190)


DRAWN: Mapping[str, tuple[str, Draw]] = {
    "definitions": ("definitions", definitions),
    "causes": ("causes", causes),
    "shares": ("inference", shares),
    "settings": ("inference", settings),
    "viewers": ("inference", viewers),
    "ladder": ("ladder", ladder),
    "by_days": ("tweetable", by_days),
    "daily": ("aggregates", daily),
}
"""Each chart with the part of the JSON that it needs."""
