"""Charts become drawings of a page: in the colours of its style sheet, light or dark with it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import altair as alt
import vl_convert
from markupsafe import Markup

__all__ = ["INK", "LINE", "SOFT", "Layers", "Look", "colour", "rows_of"]

Layers = alt.LayerChart | alt.FacetChart
"""What the library calls marks drawn over each other."""
_FONT = "sans-serif"
_ROLES = re.compile(r' role="graphics-\w+" aria-roledescription="[\w ]+"')
_VEGA_LITE = ".".join(alt.SCHEMA_VERSION.lstrip("v").split(".")[:2])


def colour(number: int) -> str:
    """Return a colour that no chart would have: it stands for one that a style sheet names."""
    return f"#{number:06}"


INK, SOFT, LINE = (colour(number) for number in range(1, 4))
"""Words, words beside the matter, thin lines: every page has these."""


def rows_of(rows: Iterable[Mapping[str, Any]]) -> alt.InlineData:
    """Return rows of plain values as the data of a chart."""
    return alt.InlineData(values=[dict(row) for row in rows])


@dataclass(frozen=True)
class Look:
    """The look of all charts of a page: names of colours, sizes of letters, room around a chart."""

    colours: Mapping[str, str]
    axis_size: int
    text_size: int
    padding: Mapping[str, int]

    def draw(self, chart: Layers) -> Markup:
        """Return a chart as SVG text without background or words for machines."""
        text = vl_convert.vegalite_to_svg(
            self._plain(chart).to_dict(), vl_version=_VEGA_LITE, allowed_base_urls=[]
        )
        text = _ROLES.sub("", text)
        for stand_in, name in self.colours.items():
            text = text.replace(f'"{stand_in}"', f'"var(--{name})"')
        return Markup(text)  # noqa: S704  the library has escaped every word in it

    def _plain(self, chart: Layers) -> Layers:
        """Give a chart the look: no frame, thin lines, words of one size."""
        return (
            chart.configure(background="transparent", aria=False, padding=dict(self.padding))
            .configure_view(stroke=None)
            .configure_axis(
                labelColor=SOFT,
                titleColor=SOFT,
                gridColor=LINE,
                domainColor=LINE,
                tickColor=LINE,
                labelFontSize=self.axis_size,
                titleFontSize=self.axis_size,
                titleFontWeight="normal",
                titlePadding=8,
                labelFont=_FONT,
                titleFont=_FONT,
            )
            .configure_legend(
                labelColor=SOFT,
                labelFontSize=self.axis_size,
                labelFont=_FONT,
                title=None,
                orient="top",
            )
            .configure_text(font=_FONT, fontSize=self.text_size, color=INK)
        )
