"""Rows in a text file: where each begins and ends, and its fields."""

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
"""Names of fields with their values as the format writes them: ``("position_ms", "1500")``."""
NEWLINE, QUOTE = b"\n"[0], b'"'[0]
CELL = re.compile(r'("(?:[^"]|"")*"|[^,]*)(,|\Z)')


@dataclass(frozen=True)
class Lines:
    """Rows in the text of ``csv`` or ``ndjson``; `head` is the text above them.

    Row i begins at byte ``starts[i]`` and ends, with its line end, at byte ``starts[i + 1]``.
    """

    form: str
    text: bytes
    head: bytes
    starts: NDArray[np.int64]

    @classmethod
    def of(cls, form: str, text: bytes, *, has_head: bool = False) -> Self:
        """Find the rows of a text; a line end between the quotes of CSV ends no row."""
        letters = np.frombuffer(text, dtype=np.uint8)
        ends = letters == NEWLINE
        if form == "csv":  # only the parity of quotes counts, so the sum may overflow
            quotes = np.cumsum(letters == QUOTE, dtype=np.uint8)
            ends &= quotes & 1 == 0
        starts = np.append(0, np.flatnonzero(ends) + 1)
        if not has_head:
            return cls(form, text, b"", starts)
        return cls(
            form,
            text,
            head=text[: starts[1]],
            starts=starts[1:],
        )

    def __len__(self) -> int:
        return len(self.starts) - 1

    def line(self, row: int) -> str:
        """Return a row as text, without its line end."""
        begin = self.starts[row]
        end = self.starts[row + 1]
        return self.text[begin : end - 1].decode()

    def fields(self, row: int, names: Sequence[str]) -> Fields:
        """Return the fields of a row of a table with columns of these names."""
        line = self.line(row)
        if self.form == "csv":
            return list(zip(names, _cells(line), strict=True))
        return [(name, _json(value)) for name, value in json.loads(line).items()]

    def joined(self, fields: Fields) -> str:
        """Write fields as a line; CSV has no names in it."""
        if self.form == "csv":
            return ",".join(value for _, value in fields)
        pairs = [f"{_json(name)}:{value}" for name, value in fields]
        return "{" + ",".join(pairs) + "}"


def _cells(line: str) -> list[str]:
    found = []
    for cell in CELL.finditer(line):
        found.append(cell[1])
        if not cell[2]:
            break
    return found


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
