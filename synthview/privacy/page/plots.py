"""What the page shows of each section: its curves, beside those that are published."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import altair as alt
from markupsafe import Markup

from synthview.drawings import INK, SOFT, rows_of
from synthview.realism.page.charts import drawn
from synthview.realism.page.ink import FAIL, OPEN, OURS, PASS, THEIRS
from synthview.realism.page.plots import Plot

__all__ = ["plots_of"]

Found = Mapping[str, Any]
"""What a section found, as its JSON has it."""
Rows = Sequence[Mapping[str, Any]]
_HUES = (OURS, INK, SOFT, OPEN, PASS, FAIL)
_PER_CENT = alt.Scale(domain=[0, 100])
_ALL_KNOWN = 8


def plots_of(section: Mapping[str, Any]) -> list[Plot]:
    """Return the plots of a section; none where it was left out."""
    draw = _DRAWN.get(section["name"])
    return draw(section["found"]) if draw and section["found"] else []


def _of_share(share: Mapping[str, float]) -> dict[str, float]:
    """A share and its interval in per cent."""
    return {name: 100 * share[name] for name in ("share", "low", "high")}


def _curves(rows: Rows, x: alt.X, title: str, *more: alt.Chart) -> Markup:
    """Lines with their intervals, of each kind one; rows have kind, share, low and high."""
    kinds = list(dict.fromkeys(row["kind"] for row in rows))
    hues = [_HUES[place % len(_HUES)] for place in range(len(kinds))]
    scale = alt.Scale(domain=kinds, range=hues)
    legend = alt.Legend(columns=2, labelLimit=320, symbolLimit=0)
    colour = alt.Color("kind:N", scale=scale, legend=legend)
    y = alt.Y("share:Q", title=title, scale=_PER_CENT, axis=alt.Axis(tickCount=5))
    data = alt.Chart(rows_of(rows)).encode(x=x, color=colour)
    lines = data.mark_line(strokeWidth=2, point=True).encode(y=y)
    ends = data.mark_rule(strokeWidth=1.5).encode(y="low:Q", y2="high:Q")
    return drawn([ends, lines, *more])


def _things(title: str) -> alt.X:
    """Places for one thing known, two, and so on."""
    axis = alt.Axis(labelAngle=0, grid=False)
    return alt.X("known:O", title=title, axis=axis)


def _uniqueness(found: Found) -> list[Plot]:
    plots = []
    beyond = sorted({one["beyond"] for one in found["curves"]})
    for least in beyond:
        rows = [
            {"kind": one["knows"], "known": number, **_of_share(share)}
            for one in found["curves"]
            if one["beyond"] == least
            for number, share in enumerate(one["unique"], 1)
        ]
        title = f"Titles beyond the first {least}" if least else "Any titles"
        about = "Accounts that so many points single out, with their intervals."
        plots.append(Plot(title, about, _curves(rows, _things("points known"), "% unique")))
    return plots


def _linkage(found: Found) -> list[Plot]:
    rows = [
        {"kind": one["knows"], "known": one["known"], **_of_share(one["named"])}
        for one in found["successes"]
        if "wrong" not in one["knows"]
    ]
    about = (
        "Records that the algorithm finds, by what is known of so many films. Orange: published, "
        "for 2 ratings with dates ± 3 days, and for 8 of which 2 may be wrong."
    )
    plots = [
        Plot(
            "What it takes",
            about,
            _curves(rows, _things("films known"), "% found", *_published(found)),
        )
    ]
    plots += _sheet(found["sheet"]) + _sizes(found["sizes"])
    return plots


def _published(found: Found) -> list[alt.Chart]:
    """The published figures as circles."""
    rows = [
        {"known": one["known"], "share": 100 * one["published"]}
        for one in found["successes"]
        if one["published"] is not None
    ]
    circles = alt.Chart(rows_of(rows)).mark_point(
        color=THEIRS, filled=False, size=110, strokeWidth=2.5
    )
    return [circles.encode(x=_things("films known"), y="share:Q")]


def _sheet(sheet: Rows) -> list[Plot]:
    names = {
        "named": "found",
        "misnamed": "another found",
        "strangers": "not in it, taken for one",
    }
    rows = [
        {"kind": words, "known": _span(one), **_of_share(one[name])}
        for one in sheet
        for name, words in names.items()
        if one[name]["of"]
    ]
    if not rows:
        return []
    order = [_span(one) for one in sheet]
    axis = alt.Axis(labelAngle=0, grid=False)
    x = alt.X("known:O", title="reviews", sort=order, axis=axis)
    about = "Reviewers of the sheet, with wrong dates and stars, by how much they have reviewed."
    return [Plot("On the sheet of reviews", about, _curves(rows, x, "% of reviewers"))]


def _span(one: Mapping[str, Any]) -> str:
    least, most = one["least"], one["most"]
    return f"{least}+" if most is None else f"{least}" if least == most else f"{least}–{most}"


def _sizes(sizes: Rows) -> list[Plot]:
    rows = [
        {"kind": "found", "accounts": one["accounts"], **_of_share(one["named"])} for one in sizes
    ]
    x = alt.X(
        "accounts:Q",
        title="accounts in the release",
        scale=alt.Scale(type="log"),
        axis=alt.Axis(format="~s", grid=False, tickCount=4),
    )
    about = "Two ratings with dates ± 3 days: in a larger release more others fit as well."
    return [Plot("By the size of the release", about, _curves(rows, x, "% found"))]


_DRAWN: Mapping[str, Callable[[Found], list[Plot]]] = {
    "uniqueness": _uniqueness,
    "linkage": _linkage,
}
