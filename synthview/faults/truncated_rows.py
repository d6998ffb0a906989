"""Lines of a text file break off: a writer died, or a proxy cut what was too long for it."""

from __future__ import annotations

import numpy as np

from synthview.scenario.settings import GUESS, number, section
from synthview.sinks.sheets import WHOLE_LINE, BrokenLines, Sheet, SinkFault

__all__ = ["TruncatedRows"]


@section
class TruncatedRows(SinkFault):
    """Lines of a text file break off: a writer died, or a proxy cut what was too long for it.

    It strikes rows of the log that are written as they come (events, plays, ratings, searches,
    clicks), in CSV and NDJSON alone, anywhere within the line. Where a proxy cut it, the next row
    begins on a line of its own. Where a writer died, its successor goes on in the same line, so
    that two rows are one. A quote that is still open swallows what follows. Beside each such file
    a lineage says what the rows were.
    """

    tells = ("a line that is no JSON, or has too few cells", "two rows in one line")

    rate: float = number(
        0.0005,
        unit="share of rows",
        allowed=(0, 1),
        low=0.00001,
        high=0.01,
        source=GUESS,
        scale="logit",
        about="Rows of the log whose line breaks off.",
    )
    goes_on: float = number(
        0.3,
        unit="share of broken lines",
        allowed=(0, 1),
        low=0.05,
        high=0.8,
        source=GUESS,
        scale="logit",
        about="Broken lines that lose their end too, so that the next row goes on in them.",
    )

    def cut(self, sheet: Sheet) -> BrokenLines | None:
        """Break some lines."""
        keys = sheet.keys()
        rows = self.dice(sheet, "rows")
        is_broken = rows.happens(keys, self.rate)
        keys = keys[is_broken]

        after = self.dice(sheet, "after")
        goes_on = self.dice(sheet, "goes_on")
        return BrokenLines(
            np.flatnonzero(is_broken),
            after.below(keys, WHOLE_LINE),
            ~goes_on.happens(keys, self.goes_on),
        )
