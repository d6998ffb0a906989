"""What the page shows: average precision along the dial, or of all actors beside each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from synthview.detect.in_words import measured
from synthview.drawings import rows_of
from synthview.realism.page.charts import drawn
from synthview.realism.page.ink import ACCEPTED, OURS, THEIRS
from synthview.realism.page.plots import Plot
from synthview.wording import label_of

__all__ = ["plots_of"]

Rows = Sequence[Mapping[str, Any]]
_READ = (
    "Blue: the detector, with its interval. Grey: what any such reader could reach. Orange: the "
    "base rate, which chance reaches."
)
_ALL = alt.Scale(domain=[0, 1])
_WIDE, _BAND, _ROW = 460, 14, 26


def plots_of(report: Mapping[str, Any]) -> list[Plot]:
    """Return a plot for each actor along the dial, or one of all of them; none for nothing."""
    rows = [_row(one) for one in measured(report)]
    if not rows:
        return []
    if len(report["world"]["disguise"]) < 2:
        return [Plot("What is found of each actor", _READ, _side_by_side(rows))]
    causes = dict.fromkeys(row["cause"] for row in rows)
    return [
        Plot(label_of(cause), _READ, _along([row for row in rows if row["cause"] == cause]))
        for cause in causes
    ]


def _row(found: Mapping[str, Any]) -> dict[str, Any]:
    """A finding as a row of its plot."""
    names = ("cause", "disguise", "base_rate", "at_least", "at_most")
    return {**{name: found[name] for name in names}, **found["average_precision"]}


def _along(rows: Rows) -> Any:
    x = alt.X("disguise:Q", title="disguise", scale=_ALL, axis=alt.Axis(tickCount=5, grid=False))
    y = alt.Y("value:Q", title="average precision", scale=_ALL, axis=alt.Axis(tickCount=5))
    data = alt.Chart(rows_of(rows)).encode(x=x)
    band = data.mark_area(color=ACCEPTED).encode(y="at_least:Q", y2="at_most:Q")
    ends = data.mark_rule(color=OURS, strokeWidth=2).encode(y="low:Q", y2="high:Q")
    line = data.mark_line(color=OURS, strokeWidth=2, point={"color": OURS, "size": 60})
    chance = data.mark_line(color=THEIRS, strokeWidth=2).encode(y="base_rate:Q")
    return drawn([band, chance, ends, line.encode(y=y)], width=_WIDE)


def _side_by_side(rows: Rows) -> Any:
    order = [row["cause"] for row in rows]
    bare = alt.Axis(grid=False, ticks=False, domain=False, labelLimit=200)
    y = alt.Y("cause:N", sort=order, title=None, axis=bare)
    x = alt.X("value:Q", title="average precision", scale=_ALL, axis=alt.Axis(tickCount=5))
    data = alt.Chart(rows_of(rows)).encode(y=y)
    band = data.mark_bar(color=ACCEPTED, height=_BAND).encode(x="at_least:Q", x2="at_most:Q")
    ends = data.mark_rule(color=OURS, strokeWidth=2).encode(x="low:Q", x2="high:Q")
    circles = data.mark_circle(color=OURS, size=60, opacity=1).encode(x=x)
    chance = data.mark_tick(color=THEIRS, thickness=3, height=_BAND).encode(x="base_rate:Q")
    return drawn([band, ends, circles, chance], width=_WIDE, height=_ROW * len(rows))
