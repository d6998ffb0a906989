"""Rows as they stand in a text file: where each begins and ends, and the fields it consists of."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

__all__ = ["Fields", "Lines"]

Fields = list[tuple[str, str]]
"""Names of fields and their values, these as the format writes them: ``("position_ms", "1500")``."""
NEWLINE, QUOTE = b"\n"[0], b'"'[0]
CELL = re.compile(r'("(?:[^"]|"")*"|[^,]*)(,|\Z)')


@dataclass(frozen=True)
class Lines:
    """Rows in the text of a format that has one row a line, ``csv`` or ``ndjson``; `head` is what stands above them.

    Row i begins at ``starts[i]`` and ends, its end of line included, at ``starts[i + 1]``: counted in bytes.
    """

    form: str
    text: bytes
    head: bytes
    starts: NDArray[np.int64]

    @classmethod
    def of(cls, form: str, text: bytes, *, has_head: bool = False) -> Self:
        """Find the rows of a text; an end of line between quotes of CSV ends none."""
        letters = np.frombuffer(text, dtype=np.uint8)
        ends = letters == NEWLINE
        if form == "csv":  # the parity of quotes is all that counts, so that the sum may overflow
            ends &= np.cumsum(letters == QUOTE, dtype=np.uint8) & 1 == 0
        starts = np.append(0, np.flatnonzero(ends) + 1)
        return (
            cls(form, text, text[: starts[1]], starts[1:])
            if has_head
            else cls(form, text, b"", starts)
        )

    def __len__(self) -> int:
        return len(self.starts) - 1

    def line(self, row: int) -> str:
        """A row as text, without its end of line."""
        return self.text[self.starts[row] : self.starts[row + 1] - 1].decode()

    def fields(self, row: int, names: Sequence[str]) -> Fields:
        """The fields of a row of a table with columns of these names."""
        if self.form == "csv":
            return list(zip(names, _cells(self.line(row)), strict=True))
        return [(name, _json(value)) for name, value in json.loads(self.line(row)).items()]

    def joined(self, fields: Fields) -> str:
        """Write fields as a line; CSV has no names in it."""
        if self.form == "csv":
            return ",".join(value for _, value in fields)
        return "{" + ",".join(f"{_json(name)}:{value}" for name, value in fields) + "}"


def _cells(line: str) -> list[str]:
    found = []
    for cell in CELL.finditer(line):
        found.append(cell[1])
        if not cell[2]:
            break
    return found


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
