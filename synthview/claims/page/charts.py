"""The charts of the page: definitions as dots, shares with intervals, viewers, the streak curve."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import altair as alt

from synthview.claims.answer import Answer
from synthview.claims.page.dots import Stacks, stack
from synthview.claims.page.ink import FIRST, MARK, QUIET
from synthview.claims.sections.aggregates import Aggregates
from synthview.claims.sections.alternatives import Alternatives
from synthview.claims.sections.causes import Causes
from synthview.claims.sections.definitions import Definitions
from synthview.claims.sections.inference import Inference, Spread
from synthview.claims.sections.ladder import Ladder
from synthview.drawings import INK, LINE, Layers, rows_of
from synthview.wording import figure, short

__all__ = ["DRAWN", "Chart", "Row", "Strip", "rows_of_causes", "strips_of_viewers"]

BEFORE, GIVEN = FIRST, MARK
"""Two colours throughout: what is believed before the number is known, and given that it is."""
_MOST_DRAWS = 300
_SETTINGS_SHOWN = 8
_NEXT_TO_NOTHING, _FEW = 0.02, 2
_ACCOUNTS = [0, 5, 10, 20, 50, 100, 200, 500, 1000, 5000, 20000]
"""Ticks of an axis of accounts."""
_BESIDE = 42
"""Room for the numbers beside an axis, so that words are as large as in charts without them."""
_NARROW = 500
_A_LETTER = 9
"""How wide a letter of a bold number is at most, in pixels."""
_ROW = 42
"""Height of a row: its words stand above its line, so that long ones have room on a phone."""


@dataclass(frozen=True)
class Chart:
    """A chart of a section, drawn so many pixels wide; `days` are those of the claim."""

    kind: type[object]
    draw: Callable[[Any, int, int], Layers]

    def of(self, answer: Answer, width: int) -> Layers | None:
        """Draw it; None where the answer has no such section."""
        found = answer.of(self.kind)
        return None if found is None else self.draw(found, answer.claim.days, width)


@dataclass(frozen=True)
class Row:
    """A line of a chart of intervals: its words, point and interval, and the text beside it."""

    label: str
    value: float
    low: float
    high: float
    said: str


@dataclass(frozen=True)
class Strip:
    """A strip of draws: of what, and whether the number is known by then."""

    label: str
    median: float
    low: float
    high: float
    draws: Sequence[float]
    is_after: bool

    @classmethod
    def of(cls, label: str, one: Spread, *, is_after: bool) -> Strip:
        """The strip of a spread."""
        return cls(label, one.median, one.low, one.high, one.draws, is_after)

    def thinned(self) -> Sequence[float]:
        """Draws in order, few enough to tell apart, evenly chosen with both ends."""
        draws = sorted(self.draws or [self.low, self.median, self.high])
        last = len(draws) - 1
        kept = min(len(draws), _MOST_DRAWS)
        return [draws[place * last // max(kept - 1, 1)] for place in range(kept)]


def definitions(found: Definitions, _: int, width: int) -> Layers:
    """Every definition as a dot over its number; a dot stands for several where they are many."""
    stacks: Stacks = stack(found.values)
    step = width / max(stacks.bins, 1)
    high = max(stacks.heights, default=1)
    rows = [{"x": middle, "y": level + 0.5} for middle, level in stacks.dots()]
    x = _of_numbers(stacks)
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[0, high]))
    size = max(min(step, 11.0) - 1.2, 2.0)
    area = size * size * 0.8
    dots = alt.Chart(rows_of(rows), name="dots").mark_circle(
        color=QUIET,
        opacity=1,
        size=area,
    )
    layers = alt.layer(dots.encode(x=x, y=y))
    return layers.properties(width=width, height=high * max(size + 1.2, 4))


def _of_numbers(stacks: Stacks) -> alt.X:
    """The axis of what definitions give."""
    scale = alt.Scale(domain=[stacks.low, stacks.end], nice=False)
    axis = alt.Axis(grid=False, tickCount=6)
    return alt.X("x:Q", title="the number that a definition gives", scale=scale, axis=axis)


def _ranges(
    rows: Sequence[Row], width: int, title: str, shade: str, *, percent: bool = False
) -> Layers:
    """One line for each row, in one colour: its words, its interval, its point and its number."""
    data = rows_of([{**asdict(row), "row": number} for number, row in enumerate(rows)])
    span = _span(rows)
    axis = alt.Axis(tickCount=5, grid=False, format="%" if percent else ",~f")
    x = alt.X("value:Q", title=title, scale=span, axis=axis)
    y = alt.Y("row:O", axis=None, scale=alt.Scale(paddingInner=0.2, paddingOuter=0.35))
    place = alt.Chart(data).encode(y=y)
    zero = alt.Chart(rows_of([{"value": 0}])).mark_rule(color=LINE).encode(x=x)
    line = _line(place, alt.X("low:Q", scale=span, title=title), shade)
    point = _point(place, shade).encode(x=x)
    layers = alt.layer(zero, line, point, *_beside(place, rows, width))
    return layers.properties(width=width, height=_ROW * len(rows))


def _line(place: alt.Chart, low: alt.X, shade: str) -> alt.Chart:
    """The interval of each row."""
    line = place.mark_rule(
        color=shade,
        strokeWidth=3,
        opacity=0.45,
        yOffset=9,
    )
    return line.encode(x=low, x2="high:Q")


def _point(place: alt.Chart, shade: str) -> alt.Chart:
    """The point of each row."""
    return place.mark_circle(
        color=shade,
        size=110,
        opacity=1,
        yOffset=9,
    )


def _span(rows: Sequence[Row]) -> alt.Scale:
    """From the lowest end of all intervals, or 0, to a little beyond the highest."""
    ends = [value for row in rows for value in (row.low, row.high, row.value, 0)]
    return alt.Scale(domain=[min(ends), 1.04 * max(ends) or 1], nice=False)


def _beside(place: alt.Chart, rows: Sequence[Row], width: int) -> list[alt.Chart]:
    """The words of each row on the left, and its number on the right."""
    room = width - 24 - _A_LETTER * max(len(row.said) for row in rows)
    words = place.mark_text(
        align="left",
        dy=-8,
        limit=room,
        color=INK,
    )
    number = place.mark_text(
        align="right",
        dy=-8,
        fontWeight="bold",
        color=INK,
    )
    return [
        words.encode(text="label:N", x=alt.value(2)),
        number.encode(text="said:N", x=alt.value(width)),
    ]


def causes(found: Causes, _: int, width: int) -> Layers:
    """The number as a sum: ordinary viewing, then what each actor and fault adds or takes."""
    rows = _without_the_least(rows_of_causes(found), found.number)
    return _ranges(rows, width, "accounts in the number, on average", BEFORE)


def rows_of_causes(found: Causes) -> list[Row]:
    """The rows of that sum; its first ones have no interval."""
    one = found.base.one_person
    many = found.base.family_in_turns
    base = (("ordinary viewing, one person", one), ("ordinary viewing, the family in turns", many))
    start = [Row(label, value, value, value, figure(value)) for label, value in base]
    return start + [
        Row(one.label, one.share, one.low, one.high, figure(one.share)) for one in found.shares
    ]


def _without_the_least(rows: Sequence[Row], number: float) -> list[Row]:
    """The rows without causes that add or take next to nothing, which are drawn as one."""
    least = [one for one in rows if 0 < abs(one.value) < _NEXT_TO_NOTHING * number]
    if len(least) < _FEW:
        return list(rows)
    others = sum(one.value for one in least)
    kept = [one for one in rows if one not in least]
    return [*kept, Row(f"{len(least)} others together", others, others, others, figure(others))]


def shares(found: Inference, _: int, width: int) -> Layers:
    """What the number lets us say about each cause's share."""
    rows = [
        Row(
            one.label,
            one.median,
            one.low,
            one.high,
            f"{100 * one.low:.0f} to {100 * one.high:.0f} %",
        )
        for one in found.posterior.shares
    ]
    return _ranges(rows, width, f"share of the {figure(found.given)}", GIVEN, percent=True)


def settings(found: Inference, _: int, width: int) -> Layers:
    """Which assumption moves the answer most."""
    rows = [
        Row(one.label, one.index, one.index_low, one.index_high, f"{100 * one.index:.0f} %")
        for one in found.settings[:_SETTINGS_SHOWN]
    ]
    return _ranges(rows, width, "share of the variance it explains", BEFORE, percent=True)


def viewers(found: Inference, _: int, width: int) -> Layers:
    """How many real daily viewers there may be: before the number is known, and after."""
    strips = strips_of_viewers(found)
    draws = [(one, value) for one in strips for value in one.thinned()]
    rows = [{"strip": one.label, "x": value, "is_after": one.is_after} for one, value in draws]
    names = [one.label for one in strips]
    x = _of_accounts(max([10.0, *(value for _, value in draws)]))
    y = alt.Y(
        "strip:N",
        sort=names,
        axis=None,
        scale=alt.Scale(domain=names),
    )
    colour = alt.condition("datum.is_after", alt.value(GIVEN), alt.value(BEFORE))
    ticks = alt.Chart(rows_of(rows)).mark_tick(
        opacity=0.5,
        thickness=2,
        height=22,
        yOffset=10,
    )
    layers = alt.layer(
        ticks.encode(
            x=x,
            y=y,
            color=colour,
        ),
        _over_strips(names, y, width),
    )
    return layers.properties(width=width, height=58 * len(names))


def _over_strips(names: Sequence[str], y: alt.Y, width: int) -> alt.Chart:
    """The words above each strip."""
    words = alt.Chart(rows_of([{"strip": name} for name in names]))
    words = words.mark_text(
        align="left",
        dy=-13,
        limit=width,
        color=INK,
    )
    return words.encode(y=y, text="strip:N", x=alt.value(2))


def _of_accounts(most: float) -> alt.X:
    """An axis on which few accounts are told apart, and very many have room."""
    scale = alt.Scale(type="symlog", constant=5, domain=[0, most])
    axis = alt.Axis(values=_ACCOUNTS, grid=False)
    return alt.X("x:Q", title="accounts", scale=scale, axis=axis)


def strips_of_viewers(found: Inference) -> list[Strip]:
    """The strips of that chart."""
    given, after = f"given {figure(found.given)}", found.posterior
    same = "one person sat through it every day"
    return [
        Strip.of(
            f"before {figure(found.given)}: {same}", found.prior.daily_viewers, is_after=False
        ),
        Strip.of(f"{given}: {same}", after.daily_viewers, is_after=True),
        Strip.of(f"{given}: one person was there every day", after.there_daily, is_after=True),
    ]


def ladder(found: Ladder, days: int, width: int) -> Layers:
    """How many accounts have a run of at least so many days: from millions down to one."""
    steps = [one for one in found.ladder if one.accounts > 0]
    rows = [{**asdict(one), "said": short(one.accounts)} for one in steps]
    every = alt.Chart(rows_of(rows))
    line = every.mark_line(interpolate="step", color=BEFORE, strokeWidth=2.5)
    dots = alt.Chart(rows_of(rows)).mark_circle(
        color=BEFORE,
        opacity=1,
        size=26,
    )
    here = alt.Chart(rows_of([one for one in rows if one["days"] == days]))
    ring = here.mark_point(
        color=INK,
        size=190,
        strokeWidth=2,
        filled=False,
        opacity=1,
    )
    words = here.mark_text(
        dy=-22,
        dx=-4,
        align="center",
        fontWeight="bold",
        color=INK,
    )
    return _over_days([line, dots, ring, words.encode(text="said:N")], width)


def _over_days(marks: Sequence[alt.Chart], width: int) -> Layers:
    """Marks over the days in a row."""
    x, y = _of_days(), _of_powers()
    layers = alt.layer(*(one.encode(x=x, y=y) for one in marks))
    return layers.properties(width=width - _BESIDE, height=220)


def _of_days() -> alt.X:
    """The axis of days in a row."""
    axis = alt.Axis(grid=False, tickCount=8, format="d")
    scale = alt.Scale(nice=False)
    return alt.X("days:Q", title="days in a row, at least", axis=axis, scale=scale)


def _of_powers() -> alt.Y:
    """An axis of accounts of which each line is ten times the one below."""
    axis = alt.Axis(values=[10**n for n in range(10)], format="~s")
    return alt.Y("accounts:Q", title=None, scale=alt.Scale(type="log"), axis=axis)


def by_days(found: Alternatives, days: int, width: int) -> Layers:
    """How many numbers could have been tweeted, by the days they speak of."""
    rows = [{**asdict(one), "is_ours": one.days == days} for one in found.by_days]
    bars = alt.Chart(rows_of(rows)).mark_bar(opacity=1)
    every = [one.days for one in found.by_days]
    third = [one for one in every if (one - (days or 0)) % 3 == 0]
    axis = alt.Axis(labelAngle=0, values=third if width < _NARROW else every)
    x = alt.X("days:O", title="days of the streak", axis=axis)
    y = alt.Y("count:Q", title=None, axis=alt.Axis(tickCount=4))
    colour = alt.condition("datum.is_ours", alt.value(BEFORE), alt.value(QUIET))
    layers = alt.layer(bars.encode(x=x, y=y, color=colour))
    return layers.properties(width=width - _BESIDE, height=180)


def daily(found: Aggregates, _: int, width: int) -> Layers:
    """Viewers on each day: all that daily totals hold."""
    data = rows_of([asdict(one) for one in found.daily])
    x = alt.X(
        "date:T",
        title=None,
        axis=alt.Axis(
            grid=False,
            format="%-d %b",
            tickCount=4,
        ),
    )
    up = alt.Axis(tickCount=4, format="~s")
    y = alt.Y(
        "viewers:Q",
        title=None,
        axis=up,
        scale=alt.Scale(domainMin=0),
    )
    low = alt.Y("low:Q", title=None)
    band = (
        alt.Chart(data)
        .mark_area(color=LINE, opacity=0.7)
        .encode(
            x=x,
            y=low,
            y2="high:Q",
        )
    )
    line = alt.Chart(data).mark_line(color=BEFORE, strokeWidth=2.5).encode(x=x, y=y)
    return alt.layer(band, line).properties(width=width - _BESIDE, height=190)


DRAWN: Mapping[str, Chart] = {
    "definitions": Chart(Definitions, definitions),
    "causes": Chart(Causes, causes),
    "shares": Chart(Inference, shares),
    "settings": Chart(Inference, settings),
    "viewers": Chart(Inference, viewers),
    "ladder": Chart(Ladder, ladder),
    "by_days": Chart(Alternatives, by_days),
    "daily": Chart(Aggregates, daily),
}
"""Each chart with the section that it shows."""
