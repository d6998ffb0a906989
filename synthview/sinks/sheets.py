"""Damage rows on their way into a text file: faults of apps and writers that readers meet.

A sink fault is one frozen class of settings in one file, like every fault. It sees rows with their
ids, and the text of their lines. It returns fields that an app writes in another way, and lines
that break off. The order of faults does not matter: a row has the fields of the first fault by
name, and its line ends at the earliest break. Truth is never damaged, nor any format but text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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

__all__ = ["WHOLE_LINE", "BrokenLines", "Sheet", "SinkFault", "spoil"]

WHOLE_LINE = 1 << 16
"""The parts in which the place of a break in a line is counted."""


Break = tuple[int, bool]
"""After how much of WHOLE_LINE a line breaks off, and whether a line end remains."""


@dataclass(frozen=True)
class Sheet:
    """What a sink fault sees: some rows of one dated table of the log, and their undamaged lines.

    `apps` is the app that sent each row, such as ``tv 6.2.0``: device type and version; null for a
    row that no device sent.
    """

    seed: int
    table: Table
    rows: pl.DataFrame
    lines: Lines
    apps: pl.Series

    def keys(self) -> Words:
        """Return a number for each row, made from the ids in its key alone."""
        found: Words = np.zeros(len(self.rows), dtype=np.uint64)
        stream = Stream(self.seed, "sinks/rows")
        for place, name in enumerate(self.table.key):
            ids = self.rows[name].to_physical().to_numpy()
            found ^= stream.bits(ids, n=place)
        return found


@dataclass(frozen=True, slots=True)
class BrokenLines(Rows):
    """Rows whose lines break off: after how much of WHOLE_LINE, and whether a line end remains."""

    row: Ints
    after: Ints
    is_ended: Flags


class SinkFault(Exposed):
    """Base of all faults at the sink. By itself it changes no row and breaks no line."""

    kind: ClassVar[str] = "faults"
    of_homes: ClassVar[bool] = False
    of_files: ClassVar[bool] = True

    def retell(self, sheet: Sheet) -> Mapping[int, Fields]:  # noqa: ARG002
        """Return the rows that an app writes in another way, with their fields."""
        return {}

    def cut(self, sheet: Sheet) -> BrokenLines | None:  # noqa: ARG002
        """Return the lines that break off."""
        return None

    def dice(self, sheet: Sheet, what: str) -> Stream:
        """Return the draw stream of one of its decisions."""
        return self.stream(sheet.seed, what)


def spoil(faults: Mapping[str, SinkFault], sheet: Sheet) -> list[Change]:
    """Let every fault see the same rows, and return the changes to their lines."""
    drifted: dict[int, tuple[str, Fields]] = {}
    breaks: dict[int, dict[str, Break]] = {}
    for name, fault in sorted(faults.items()):
        for row, fields in fault.retell(sheet).items():
            drifted.setdefault(row, (name, fields))
        for row, found in _breaks_by_row(fault.cut(sheet)):
            breaks.setdefault(row, {})[name] = found
    changes = []
    for row in sorted(drifted.keys() | breaks.keys()):
        change = _change(sheet, row, drifted.get(row), breaks.get(row, {}))
        if change is not None:
            changes.append(change)
    return changes


def _breaks_by_row(cut: BrokenLines | None) -> Iterator[tuple[int, Break]]:
    if cut is None:
        return
    found = zip(cut.after.tolist(), cut.is_ended.tolist(), strict=True)
    yield from zip(cut.row.tolist(), found, strict=True)


def _change(
    sheet: Sheet,
    row: int,
    drifted: tuple[str, Fields] | None,
    breaks: Mapping[str, Break],
) -> Change | None:
    undamaged = sheet.lines.line(row)
    line = undamaged
    names: list[str] = []
    if drifted is not None:
        name, fields = drifted
        line = sheet.lines.joined(fields)
        names = [name] if line != undamaged else []
    if not breaks:
        return Change(row, f"{line}\n", tuple(names)) if names else None
    after = min(after for after, _ in breaks.values())
    is_ended = all(is_ended for _, is_ended in breaks.values())
    # At least one letter stays, and at least one goes.
    left = line[: 1 + (len(line) - 1) * after // WHOLE_LINE]
    now = f"{left}\n" if is_ended else left
    return Change(row, now, tuple(sorted({*names, *breaks})))
