r"""Lineage of damaged rows: what they were before, so that a text file can be repaired.

Beside ``000000.ndjson`` stands ``000000.ndjson.lineage.jsonl`` with a line of JSON for each damaged
row, in their order. Here a line is broken in two:

.. code-block:: json

    {"row": 16, "line": 17, "at": 4031, "faults": ["truncated_rows"],
     "now": "{\"event_id\":\"e_00", "was": "{…}\n"}

The row is the 16th of the undamaged file. It begins in line 17 (counted from 1, a header too) at
byte 4031 (counted from 0), and reads `now` where it was `was`. Putting `was` in the place of every
`now` gives the undamaged file, byte for byte. Counts are those of the file without compression.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
from xxhash import xxh3_128

from synthview.errors import OutputError
from synthview.outside.places import is_regular
from synthview.outside.whole_files import read_bounded
from synthview.sinks.lines import Lines
from synthview.tables import Table

__all__ = ["SUFFIX", "Change", "DamagedFile", "Damager", "Lineage", "repaired_text", "text_of"]

SUFFIX = ".lineage.jsonl"
"""Added to the name of the data file; ``*.csv`` and ``*.ndjson`` do not find it."""
MOST_BYTES = 4 * 2**30
"""The largest text file that is repaired in memory, and the largest lineage."""


@dataclass(frozen=True, slots=True)
class Change:
    """A row of some lines, its new text (with the line end, if any), and the faults behind it."""

    row: int
    now: str
    faults: tuple[str, ...]


Damager = Callable[[Table, pl.DataFrame, Lines], Sequence[Change]]
"""Returns the changes to the rows of some lines, in the order of the rows."""


@dataclass(frozen=True, slots=True)
class DamagedFile:
    """The manifest's entry on a damaged file: its lineage, and the digest of the undamaged file."""

    path: str
    rows: int
    bytes: int
    digest: str
    whole: str

    def is_in(self, directory: Path) -> bool:
        """Whether the lineage lies there in full length."""
        return (directory / self.path).stat().st_size == self.bytes


class Lineage:
    """Changes lines as they pass on their way into a file, and keeps what they were."""

    def __init__(self) -> None:
        self._entries: list[bytes] = []
        self._whole = xxh3_128()
        self._row, self._line, self._at = 0, 1, 0

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def text(self) -> bytes:
        """The lines of the lineage file."""
        return b"".join(self._entries)

    def of(self, path: str) -> DamagedFile:
        """Return the manifest's entry on a file at `path`."""
        text = self.text
        return DamagedFile(
            path + SUFFIX,
            rows=len(self),
            bytes=len(text),
            digest=xxh3_128(text).hexdigest(),
            whole=self._whole.hexdigest(),
        )

    def change(self, lines: Lines, changes: Sequence[Change]) -> bytes:
        """Return the text of these lines with the changes."""
        text = lines.text
        self._whole.update(text)
        starts = lines.starts.tolist()
        pieces, done = [], 0
        for change in changes:
            begin, end = starts[change.row], starts[change.row + 1]
            pieces.append(self._passed(text[done:begin]))
            self._note(
                change,
                self._row + change.row + 1,
                text[begin:end].decode(),
            )
            pieces.append(self._passed(change.now.encode()))
            done = end
        pieces.append(self._passed(text[done:]))
        self._row += len(lines)
        return b"".join(pieces)

    def _passed(self, text: bytes) -> bytes:
        self._at += len(text)
        self._line += text.count(b"\n")
        return text

    def _note(self, change: Change, row: int, was: str) -> None:
        entry = {
            "row": row,
            "line": self._line,
            "at": self._at,
            "faults": list(change.faults),
            "now": change.now,
            "was": was,
        }
        line = json.dumps(entry, ensure_ascii=False)
        self._entries.append(line.encode() + b"\n")


def repaired_text(path: Path, lineage: Path) -> bytes:
    """Return the undamaged text of a file, from its lineage.

    Raises OutputError where the lineage is gone, or does not fit what the file holds.
    """
    text = text_of(path)
    pieces, done = [], 0
    for entry in _entries(lineage):
        now = entry["now"].encode()
        begin = entry["at"]
        end = begin + len(now)
        if text[begin:end] != now:
            raise OutputError(
                f"Line {entry['line']} of {path} is not what {lineage.name} says. Make them again."
            )
        pieces += [text[done:begin], entry["was"].encode()]
        done = end
    return b"".join([*pieces, text[done:]])


def _entries(path: Path) -> Iterator[dict[str, Any]]:
    content = _content(path)
    try:
        for line in content.split(b"\n"):
            if line:
                yield json.loads(line)
    except (ValueError, RecursionError) as error:
        raise OutputError(
            f"{path}, which repairs the file beside it, cannot be read: {error}. Make them again."
        ) from None


def text_of(path: Path) -> bytes:
    """Return the bytes of a text file without its compression."""
    try:
        if path.suffix == ".gz":
            return gzip.decompress(_content(path))
        if path.suffix == ".zst" and is_regular(path):
            return _unsqueezed(path)
        return _content(path)
    except (OSError, EOFError, pl.exceptions.PolarsError) as error:
        raise OutputError(f"{path} cannot be read: {error}. Make it again.") from None


def _content(path: Path) -> bytes:
    try:
        return read_bounded(path, MOST_BYTES, "The file")
    except OutputError as error:
        raise OutputError(
            f"A part cannot be read: {error} Run the command that made it again."
        ) from None


def _unsqueezed(path: Path) -> bytes:
    """Read a text compressed by zstd as one cell of a table whose separators cannot occur in it."""
    column = pl.Schema({"text": pl.String})
    cells = pl.read_csv(
        path.absolute(),
        has_header=False,
        separator="\x01",
        eol_char="\0",
        quote_char=None,
        schema=column,
        glob=False,
    )
    return "".join(cells["text"]).encode()
