"""The look of the charts of a claim: the colours that its page names, and sizes."""

from __future__ import annotations

from synthview.drawings import INK, LINE, SOFT, Look, colour

__all__ = ["FIRST", "LOOK", "MARK", "QUIET"]

MARK, QUIET, FIRST = (colour(number) for number in range(4, 7))
LOOK = Look(
    colours={INK: "ink", SOFT: "soft", LINE: "line", MARK: "mark", QUIET: "quiet", FIRST: "first"},
    axis_size=13,
    text_size=14,
    padding={"left": 2, "right": 14, "top": 8, "bottom": 2},
)
