"""An answer as rows, whichever engine gave it, and how two answers differ."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from xxhash import xxh3_128

from synthview.answers.canon import CanonicalQuery

__all__ = ["Reply", "Value", "differences", "plain"]

Value = int | float | str | None


@dataclass(frozen=True)
class Reply:
    """The rows that answer a question, in their order, and the names of their columns."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]

    def as_csv(self, leave_out: Iterable[str] = ()) -> str:
        """Return it as CSV with a header; nothing between two commas is null."""
        kept = [
            place
            for place, name in enumerate(self.columns)
            if name not in leave_out
        ]  # fmt: skip
        head = ",".join(self.columns[place] for place in kept)
        lines = []
        for row in self.rows:
            cells = [_cell(row[place]) for place in kept]
            lines.append(",".join(cells))
        return "\n".join([head, *lines, ""])

    def digest(self, tolerance: Mapping[str, float]) -> str:
        """Digest the columns that every engine must return exactly."""
        return xxh3_128(self.as_csv(leave_out=tolerance).encode()).hexdigest()


def plain(value: Any) -> Value:
    """Return a value of any engine as a whole number, a number, text or None; dates as ISO text."""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.decode()
    if value is None or isinstance(value, str | float):
        return value
    return int(value)


def differences(expected: Reply, found: Reply, query: CanonicalQuery) -> Iterator[str]:
    """Say where an engine's answer is another than the known one: nothing where it is right."""
    if len(expected.rows) != len(found.rows):
        yield f"{len(found.rows):,} rows instead of {len(expected.rows):,}"
        return
    pairs = zip(expected.rows, found.rows, strict=True)
    for number, (ours, theirs) in enumerate(pairs, 1):
        cells = zip(expected.columns, ours, theirs, strict=True)
        for name, right, said in cells:
            tolerance = query.tolerance.get(name)
            if not _agrees(right, said, tolerance):
                yield f"row {number}, {name}: {said!r} instead of {right!r}"


def _agrees(right: Value, said: Value, tolerance: float | None) -> bool:
    if tolerance is None:
        return right == said
    if not isinstance(right, float) or not isinstance(said, float | int):
        return right == said
    error = abs(said - right)
    return error <= tolerance * abs(right)


def _cell(value: Value) -> str:
    if value is None:
        return ""
    return repr(value) if isinstance(value, float) else str(value)
