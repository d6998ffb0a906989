"""The look of the charts of a comparison: colours that its page names, and sizes."""

from __future__ import annotations

from synthview.drawings import INK, LINE, SOFT, Look, colour

__all__ = ["ACCEPTED", "FAIL", "LOOK", "OPEN", "OURS", "PASS", "THEIRS"]

OURS, THEIRS, ACCEPTED, PASS, FAIL, OPEN = (colour(number) for number in range(4, 10))
LOOK = Look(
    colours={
        INK: "ink",
        SOFT: "soft",
        LINE: "line",
        OURS: "ours",
        THEIRS: "theirs",
        ACCEPTED: "accepted",
        PASS: "pass",
        FAIL: "fail",
        OPEN: "open",
    },
    axis_size=12,
    text_size=12,
    padding={"left": 4, "right": 12, "top": 8, "bottom": 4},
)
