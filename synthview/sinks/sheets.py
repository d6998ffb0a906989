"""What damages rows on their way into a text file: faults of apps and writers, which no message shows and every reader meets.

A sink fault is one frozen class of settings in one file, as every fault is. It sees rows with their ids beside the text
they are about to become, and says two things of them: the fields that an app told otherwise, and the lines that break
off. They combine alike in any order: a row is told as the first fault by name tells it, and its line ends at the earliest
break. What happened and what was recorded stay as they are: truth is never damaged, nor any format but text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import polars as pl

from synthview.draws.chance import Stream
from synthview.exposed import Exposed
from synthview.rows import Flags, Ints, Rows, Words
from synthview.sinks.lineage import Change
from synthview.sinks.lines import Fields, Lines
from synthview.tables import Table

__all__ = ["WHOLE_LINE", "Breaks", "Sheet", "SinkFault", "spoil"]

WHOLE_LINE = 1 << 16
"""Where a line breaks is counted in so many parts of it."""


@dataclass(frozen=True)
class Sheet:
    """What a sink fault sees: some rows of one dated table of the log, and their lines as they are meant.

    `apps` is the app that sent each row, as ``tv 6.2.0``: the type of its device and the version on it; null where a row
    has no device.
    """

    seed: int
    table: Table
    rows: pl.DataFrame
    lines: Lines
    apps: pl.Series

    def keys(self) -> Words:
        """A number for each row, made of the ids in its key and of nothing else."""
        found: Words = np.zeros(len(self.rows), dtype=np.uint64)
        for place, name in enumerate(self.table.key):
            ids = self.rows[name].to_physical().to_numpy()
            found ^= Stream(self.seed, "sinks/rows").bits(ids, n=place)
        return found


@dataclass(frozen=True, slots=True)
class Breaks(Rows):
    """Rows whose lines break off, after how much (in parts of WHOLE_LINE), and whether what is left ends as a line does."""

    row: Ints
    after: Ints
    is_ended: Flags


class SinkFault(Exposed):
    """Base of all faults at the sink: every row is told in full, and no line breaks."""

    kind: ClassVar[str] = "faults"
    of_homes: ClassVar[bool] = False
    of_files: ClassVar[bool] = True

    def retell(self, sheet: Sheet) -> Mapping[int, Fields]:  # noqa: ARG002
        """Rows that an app tells otherwise, and the fields they have then."""
        return {}

    def cut(self, sheet: Sheet) -> Breaks | None:  # noqa: ARG002
        """Lines that break off."""
        return None

    def dice(self, sheet: Sheet, what: str) -> Stream:
        """The stream of one of its decisions."""
        return self.stream(sheet.seed, what)


def spoil(faults: Mapping[str, SinkFault], sheet: Sheet) -> list[Change]:
    """Let every fault see the same rows, and make of them the lines that are written."""
    told: dict[int, tuple[str, Fields]] = {}
    breaks: dict[int, dict[str, tuple[int, bool]]] = {}
    for name, fault in sorted(faults.items()):
        for row, fields in fault.retell(sheet).items():
            told.setdefault(row, (name, fields))
        cut = fault.cut(sheet)
        if cut is not None:
            for row, after, is_ended in zip(cut.row.tolist(), cut.after.tolist(), cut.is_ended.tolist(), strict=True):
                breaks.setdefault(row, {})[name] = after, is_ended
    found = (_change(sheet, row, told.get(row), breaks.get(row, {})) for row in sorted(told.keys() | breaks.keys()))
    return [one for one in found if one is not None]


def _change(
    sheet: Sheet, row: int, told: tuple[str, Fields] | None, breaks: Mapping[str, tuple[int, bool]]
) -> Change | None:
    was = sheet.lines.line(row)
    line = was if told is None else sheet.lines.joined(told[1])
    names = [] if line == was or told is None else [told[0]]
    if not breaks:
        return Change(row, f"{line}\n", tuple(names)) if names else None
    after = min(after for after, _ in breaks.values())
    end = "\n" if all(is_ended for _, is_ended in breaks.values()) else ""
    # At least one letter stays, and at least one goes.
    left = line[: 1 + (len(line) - 1) * after // WHOLE_LINE]
    return Change(row, left + end, tuple(sorted({*names, *breaks})))
