"""Charts become drawings of the page: in the colours of its style sheet, light or dark."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import altair as alt
import vl_convert
from markupsafe import Markup

__all__ = [
    "ACCEPTED",
    "FAIL",
    "INK",
    "LINE",
    "OPEN",
    "OURS",
    "PASS",
    "SOFT",
    "THEIRS",
    "drawn",
    "rows_of",
]

INK, SOFT, LINE, OURS, THEIRS, ACCEPTED, PASS, FAIL, OPEN = (
    f"#00000{number}" for number in range(1, 10)
)
"""Colours that no chart would have: each stands for one that the style sheet knows by name."""
_NAMES = {
    INK: "ink",
    SOFT: "soft",
    LINE: "line",
    OURS: "ours",
    THEIRS: "theirs",
    ACCEPTED: "accepted",
    PASS: "pass",
    FAIL: "fail",
    OPEN: "open",
}
_ROLES = re.compile(r' role="graphics-\w+" aria-roledescription="[\w ]+"')
_VEGA_LITE = ".".join(alt.SCHEMA_VERSION.lstrip("v").split(".")[:2])
_FONT = "sans-serif"
_Layers = alt.LayerChart | alt.FacetChart


def rows_of(rows: Iterable[Mapping[str, Any]]) -> alt.InlineData:
    """Return rows of plain values as the data of a chart."""
    return alt.InlineData(values=[dict(row) for row in rows])


def drawn(
    layers: Sequence[alt.Chart], width: int, height: int, *, own_colours: bool = False
) -> Markup:
    """Return layers of one chart as SVG text; `own_colours` if layers share no colour scale."""
    chart = alt.layer(*layers).properties(width=width, height=height)
    if own_colours:
        chart = chart.resolve_scale(color="independent")
    text = vl_convert.vegalite_to_svg(
        _plain(chart).to_dict(), vl_version=_VEGA_LITE, allowed_base_urls=[]
    )
    text = _ROLES.sub("", text)
    for colour, name in _NAMES.items():
        text = text.replace(f'"{colour}"', f'"var(--{name})"')
    return Markup(text)  # noqa: S704  the library has escaped every word in it


def _plain(chart: _Layers) -> _Layers:
    """Give a chart the look of all charts: no frame, thin lines, words of one size."""
    return (
        chart.configure(
            background="transparent",
            aria=False,
            padding={"left": 4, "right": 12, "top": 8, "bottom": 4},
        )
        .configure_view(stroke=None)
        .configure_axis(
            labelColor=SOFT,
            titleColor=SOFT,
            gridColor=LINE,
            domainColor=LINE,
            tickColor=LINE,
            labelFontSize=12,
            titleFontSize=12,
            titleFontWeight="normal",
            titlePadding=8,
            labelFont=_FONT,
            titleFont=_FONT,
        )
        .configure_legend(
            labelColor=SOFT, labelFontSize=12, labelFont=_FONT, title=None, orient="top"
        )
        .configure_text(font=_FONT, fontSize=12, color=INK)
    )
