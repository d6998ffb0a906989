"""What the page shows of each section: its curves, beside those that are published."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import altair as alt
from markupsafe import Markup

from synthview.drawings import INK, SOFT, rows_of
from synthview.realism.page.charts import by_kind, drawn
from synthview.realism.page.ink import FAIL, OPEN, OURS, PASS, THEIRS
from synthview.realism.page.plots import Plot

__all__ = ["plots_of"]

Found = Mapping[str, Any]
"""What a section found, as its JSON has it."""
Rows = Sequence[Mapping[str, Any]]
_HUES = (OURS, INK, SOFT, OPEN, PASS, FAIL)
_PER_CENT = alt.Scale(domain=[0, 100])
_HIGH = 330


def plots_of(section: Mapping[str, Any]) -> list[Plot]:
    """Return the plots of a section; none where it was left out."""
    draw = _DRAWN.get(section["name"])
    return draw(section["found"]) if draw and section["found"] else []


def _of_share(share: Mapping[str, float]) -> dict[str, float]:
    """A share and its interval in per cent."""
    return {name: 100 * share[name] for name in ("share", "low", "high")}


def _curves(
    rows: Rows, x: alt.X, title: str, *more: alt.Chart, scale: alt.Scale = _PER_CENT
) -> Markup:
    """Lines with their intervals, of each kind one; rows have kind, share, low and high."""
    kinds = list(dict.fromkeys(row["kind"] for row in rows))
    hues = [_HUES[place % len(_HUES)] for place in range(len(kinds))]
    colours = alt.Scale(domain=kinds, range=hues)
    legend = alt.Legend(
        columns=2,
        labelLimit=320,
        symbolLimit=0,
    )
    colour = alt.Color(
        "kind:N",
        scale=colours,
        legend=legend,
    )
    y = alt.Y(
        "share:Q",
        title=title,
        scale=scale,
        axis=alt.Axis(tickCount=5),
    )
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
        plots.append(
            Plot(
                title,
                about,
                _curves(rows, _things("points known"), "% unique"),
            )
        )
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
            _curves(
                rows,
                _things("films known"),
                "% found",
                *_published(found),
            ),
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
    x = alt.X(
        "known:O",
        title="reviews",
        sort=order,
        axis=axis,
    )
    about = "Reviewers of the sheet, with wrong dates and stars, by how much they have reviewed."
    return [
        Plot(
            "On the sheet of reviews",
            about,
            _curves(rows, x, "% of reviewers"),
        )
    ]


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
        axis=alt.Axis(
            format="~s",
            grid=False,
            tickCount=4,
        ),
    )
    about = "Two ratings with dates ± 3 days: in a larger release more others fit as well."
    return [
        Plot(
            "By the size of the release",
            about,
            _curves(rows, x, "% found"),
        )
    ]


def _anonymity(found: Found) -> list[Plot]:
    names = {"alone": "alone", "told": f"{found['sensitive']} told"}
    rows = [
        {"kind": words, "known": place, **_of_share(one[name])}
        for place, one in enumerate(found["steps"], 1)
        for name, words in names.items()
    ]
    columns = ", ".join(found["steps"][-1]["columns"])
    about = f"Accounts that are alone in their group, by columns known: {columns}."
    return [
        Plot(
            "Alone",
            about,
            _curves(rows, _things("columns known"), "% of accounts"),
        )
    ]


_LEAST_ERROR = 0.1
"""A table that is off by less than this, in per cent, stands at the edge of the scale."""


_RULES = {
    "exact": "exact",
    "minimum": "minimum cell",
    "rounded": "rounded to",
    "Laplace": "Laplace, epsilon",
    "Gaussian": "Gaussian, epsilon",
    "sketch": "sketch, registers",
}
"""Kinds of rules by the first word of each, as the legend has them."""
_OF_RULES = dict(zip(_RULES.values(), _HUES, strict=True))


def _release(found: Found) -> list[Plot]:
    error = alt.X(
        "error:Q",
        title="the table is off by, %",
        scale=alt.Scale(type="log"),
        axis=alt.Axis(format="~g", grid=False, tickCount=5),
    )
    learned = alt.Y(
        "value:Q",
        title="advantage of the attacker, %",
        axis=alt.Axis(tickCount=5),
    )
    data = alt.Chart(rows_of(_rule(one) for one in found["rules"]))
    data = data.encode(x=error, color=by_kind("kind", _OF_RULES))
    ends = data.mark_rule(strokeWidth=1.5).encode(y="low:Q", y2="high:Q")
    circles = data.mark_circle(size=60, opacity=1).encode(y=learned)
    words = data.mark_text(align="left", dx=7, dy=-5, fontSize=11)
    words = words.encode(y=learned, text="number:N")
    about = (
        "Each rule: how wrong its table is, and how often somebody who knows everybody else tells "
        "whether one account is in it. Exact tables stand at the left edge."
    )
    drawing = drawn([ends, circles, words], height=_HIGH)
    return [Plot("Error against what is learned", about, drawing)]


def _rule(one: Mapping[str, Any]) -> dict[str, Any]:
    """A rule of release as a row of its plot."""
    words = one["rule"].replace(" registers", "").replace(",", "").split()
    return {
        "kind": _RULES[words[0]],
        "number": words[-1] if len(words) > 1 else "",
        "error": max(100 * one["error"], _LEAST_ERROR),
        **{name: 100 * one["advantage"][name] for name in ("value", "low", "high")},
    }


def _reconstruction(found: Found) -> list[Plot]:
    rows = [{"rule": one["rule"], **_of_share(one["right"])} for one in found["rules"]]
    order = [row["rule"] for row in rows]
    bare = alt.Axis(
        grid=False,
        ticks=False,
        domain=False,
        labelLimit=240,
    )
    y = alt.Y("rule:N", sort=order, title=None, axis=bare)
    x = alt.X(
        "share:Q",
        title="% of accounts told rightly",
        scale=_PER_CENT,
    )
    data = alt.Chart(rows_of(rows)).encode(y=y)
    ends = data.mark_rule(color=OURS, strokeWidth=2).encode(x="low:Q", x2="high:Q")
    circles = data.mark_circle(
        color=OURS,
        size=60,
        opacity=1,
    ).encode(x=x)
    guess = alt.Chart(rows_of([{"at": 100 * found["guess"]}]))
    line = guess.mark_rule(color=THEIRS, strokeWidth=2).encode(x="at:Q")
    about = "Whether each account saw a title, solved from counts. Orange: one answer for all."
    return [
        Plot(
            "Solved from counts",
            about,
            drawn([line, ends, circles]),
        )
    ]


def _membership(found: Found) -> list[Plot]:
    rows = [
        {
            "kind": one["rule"],
            "known": f"{one['households']:,}",
            "share": 100 * one["advantage"]["value"],
            "low": 100 * one["advantage"]["low"],
            "high": 100 * one["advantage"]["high"],
        }
        for one in found["asked"]
    ]
    order = list(dict.fromkeys(row["known"] for row in rows))
    axis = alt.Axis(labelAngle=0, grid=False)
    x = alt.X(
        "known:O",
        title="households in the release",
        sort=order,
        axis=axis,
    )
    about = "How often a household that is in is told from one that is not: 0 is a guess."
    wide = alt.Scale(domain=[-20, 100])
    return [
        Plot(
            "By size",
            about,
            _curves(rows, x, "advantage, %", scale=wide),
        )
    ]


def _outsider(found: Found) -> list[Plot]:
    rows = [
        {"kind": "is counted", "known": one["known_days"], "share": 100 * one["chance"]}
        for one in found["suspicions"]
    ]
    if not rows:
        return []
    x = alt.X(
        "known:O",
        title="days seen in a row",
        axis=alt.Axis(labelAngle=0, grid=False),
    )
    y = alt.Y(
        "share:Q",
        title="% of them counted",
        scale=alt.Scale(type="log"),
        axis=alt.Axis(format="~g", tickCount=6),
    )
    line = alt.Chart(rows_of(rows)).mark_line(
        color=OURS,
        point=True,
        strokeWidth=2,
    )
    about = (
        "Of homes that a neighbour saw with the film so many days in a row, those in the number."
    )
    return [
        Plot(
            "What a neighbour concludes",
            about,
            drawn([line.encode(x=x, y=y)]),
        )
    ]


_DRAWN: Mapping[str, Callable[[Found], list[Plot]]] = {
    "uniqueness": _uniqueness,
    "linkage": _linkage,
    "anonymity": _anonymity,
    "release": _release,
    "reconstruction": _reconstruction,
    "membership": _membership,
    "outsider": _outsider,
}
