"""Lines of a text file break off: a writer died, or a proxy cut what was too long for it."""

from __future__ import annotations

import numpy as np

from synthview.scenario.settings import GUESS, number, section
from synthview.sinks.sheets import WHOLE_LINE, Breaks, Sheet, SinkFault

__all__ = ["TruncatedRows"]


@section
class TruncatedRows(SinkFault):
    """Lines of a text file break off: a writer died, or a proxy cut what was too long for it.

    It strikes rows of the log that are written as they come (events, plays, ratings, searches, clicks), in CSV and
    NDJSON alone, anywhere within the line. Where a proxy cut it the next row begins on a line of its own; where a writer
    died its successor goes on in the same line, so that two rows are one. A quote that is still open swallows what
    follows. Beside each such file a lineage says what the rows were.
    """

    tells = ("a line that is no JSON, or has too few cells", "two rows in one line")

    rate: float = number(
        0.0005, unit="share of rows", allowed=(0, 1), low=0.00001, high=0.01, source=GUESS, scale="logit",
        about="Rows of the log whose line breaks off.",
    )
    goes_on: float = number(
        0.3, unit="share of broken lines", allowed=(0, 1), low=0.05, high=0.8, source=GUESS, scale="logit",
        about="Broken lines that lose their end too, so that the next row goes on in them.",
    )

    def cut(self, sheet: Sheet) -> Breaks | None:
        """Break some lines."""
        keys = sheet.keys()
        row = np.flatnonzero(self.dice(sheet, "rows").happens(keys, self.rate))
        after = self.dice(sheet, "after").below(keys[row], WHOLE_LINE)
        return Breaks(row, after, ~self.dice(sheet, "goes_on").happens(keys[row], self.goes_on))
