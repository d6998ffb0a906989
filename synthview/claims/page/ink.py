"""Charts become drawings of the page: its own colours, so that they are light or dark with it."""

from __future__ import annotations

import re

import altair as alt
import vl_convert
from markupsafe import Markup

__all__ = ["FIRST", "INK", "LINE", "MARK", "QUIET", "SOFT", "Layers", "drawn"]

Layers = alt.LayerChart | alt.FacetChart
"""What the library calls marks drawn over each other."""

INK, SOFT, LINE, MARK, QUIET, FIRST = (f"#00000{number}" for number in range(1, 7))
"""Colours that no chart would have: each stands for one of the page's, which the style sheet knows
by name.
"""
_NAMES = {INK: "ink", SOFT: "soft", LINE: "line", MARK: "mark", QUIET: "quiet", FIRST: "first"}
_ROLES = re.compile(r' role="graphics-\w+" aria-roledescription="[\w ]+"')
_VEGA_LITE = ".".join(alt.SCHEMA_VERSION.lstrip("v").split(".")[:2])


def drawn(chart: Layers) -> Markup:
    """The chart as SVG text without background or words for machines: the figure has those."""
    text = vl_convert.vegalite_to_svg(
        _plain(chart).to_dict(), vl_version=_VEGA_LITE, allowed_base_urls=[]
    )
    text = _ROLES.sub("", text)
    for colour, name in _NAMES.items():
        text = text.replace(f'"{colour}"', f'"var(--{name})"')
    return Markup(text)  # noqa: S704  the library has escaped every word in it


def _plain(chart: Layers) -> Layers:
    """The look of all charts: no frame, thin lines, words of one size."""
    return (
        chart.configure(
            background="transparent",
            aria=False,
            padding={"left": 2, "right": 14, "top": 8, "bottom": 2},
        )
        .configure_view(stroke=None)
        .configure_axis(
            labelColor=SOFT,
            titleColor=SOFT,
            gridColor=LINE,
            domainColor=LINE,
            tickColor=LINE,
            labelFontSize=13,
            titleFontSize=13,
            titleFontWeight="normal",
            titlePadding=8,
            labelFont="sans-serif",
            titleFont="sans-serif",
        )
        .configure_text(fontSize=14, color=INK)
    )
