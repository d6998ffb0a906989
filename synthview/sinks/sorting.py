"""The order of rows in files: by household, as they are made, or by the time that dates them.

The footer of a Parquet file can name the column that its rows are sorted by. polars writes none, so
it is put there: the footer is in Thrift's compact protocol, a row group is a struct of it, and
``sorting_columns`` is the fourth field of a row group, which nothing refers to by its place
(parquet.thrift; thrift-compact-protocol.md).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

import polars as pl

from synthview.callbacks import OnProgress
from synthview.tables import Table

__all__ = ["SORTS", "dated_by", "in_order", "with_sorting_column"]

SORTS = ("household", "received")
"""Orders of the rows of a file, the usual one first."""
_DATED_BY = {
    "log.privacy_requests": "asked_at",
    "log.tombstones": "forgotten_at",
    "log.tickets": "opened_at",
    "log.accesses": "accessed_at",
    "truth.accesses": "at",
    "log.plays": "closed_at",
    "truth.plays": "started_at",
    "truth.incidents": "at",
    "truth.deliveries": "sent_time",
}
"""The column whose day a row belongs to, where that is not the time of its receipt."""

_MAGIC = b"PAR1"
_LENGTH = struct.Struct("<I")
_ROW_GROUPS, _NUM_ROWS, _SORTING_COLUMNS = 4, 3, 4
_STOP, _LIST, _STRUCT = 0, 9, 12
_BOOLEANS, _BYTE, _DOUBLE, _BINARY = (1, 2), 3, 7, 8


def dated_by(table: Table) -> str | None:
    """The column whose UTC day the rows of a table belong to; None for a table without days."""
    usual = (one for one in ("received_time", "stated_on") if one in table.schema)
    return _DATED_BY.get(table.path) or next(usual, None) if table.dated else None


def in_order(frame: pl.DataFrame, table: Table, sort: str) -> pl.DataFrame:
    """Rows of a part in the order asked for; rows of one time stay in order of their household."""
    column = dated_by(table)
    if sort == SORTS[0] or column is None:
        return frame
    return frame.sort(column, maintain_order=True)


def with_sorting_column(content: bytes, column: int) -> bytes:
    """A Parquet file that says of each row group that a column, by its number, never falls."""
    (length,) = _LENGTH.unpack_from(content, len(content) - len(_MAGIC) - _LENGTH.size)
    begin = len(content) - len(_MAGIC) - _LENGTH.size - length
    footer = _Footer(content[begin : begin + length]).sorted_by(column)
    return content[:begin] + footer + _LENGTH.pack(len(footer)) + _MAGIC


class _Footer:
    """Metadata of a Parquet file, read from front to back as far as needed to add to it."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.at = 0

    def sorted_by(self, column: int) -> bytes:
        """Return the metadata with sorting columns in every row group."""
        places: list[int] = []

        def note(number: int, kind: int) -> None:
            if number == _ROW_GROUPS:
                count, _ = self._list_head()
                places.extend(self._end_of_row_count() for _ in range(count))
            else:
                self._skip(kind)

        self._each_field(note)
        written, done = b"", 0
        for place in places:
            written += self.content[done:place] + _sorting_columns(column)
            done = place + 1
            written += _one_nearer(self.content[place])
        return written + self.content[done:]

    def _end_of_row_count(self) -> int:
        """Read a row group; return where the field after its number of rows begins."""
        ends: list[int] = []

        def note(number: int, kind: int) -> None:
            self._skip(kind)
            if number == _NUM_ROWS:
                ends.append(self.at)

        self._each_field(note)
        return ends[0]

    def _each_field(self, read: OnProgress) -> None:
        """Let a function read each field of a struct, told its number and its kind."""
        for number, kind in self._fields():
            read(number, kind)

    def _fields(self) -> Iterator[tuple[int, int]]:
        number = 0
        while (head := self._byte()) != _STOP:
            step, kind = divmod(head, 16)
            number = number + step if step else self._zigzag()
            yield number, kind

    def _skip(self, kind: int, *, is_element: bool = False) -> None:
        """Read a value; a truth value is part of its field's head, but not of a list's."""
        if kind == _STRUCT:
            self._each_field(lambda _, inner: self._skip(inner))
        elif kind == _LIST:
            count, inner = self._list_head()
            for _ in range(count):
                self._skip(inner, is_element=True)
        elif kind == _BINARY:
            length = self._varint()
            self.at += length
        elif kind == _DOUBLE:
            self.at += 8
        elif kind == _BYTE or (kind in _BOOLEANS and is_element):
            self.at += 1
        elif kind not in _BOOLEANS:
            self._varint()

    def _list_head(self) -> tuple[int, int]:
        """How many elements a list has, and their kind."""
        count, kind = divmod(self._byte(), 16)
        return (self._varint() if count == 15 else count), kind

    def _byte(self) -> int:
        self.at += 1
        return self.content[self.at - 1]

    def _varint(self) -> int:
        value, shift = 0, 0
        while True:
            byte = self._byte()
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    def _zigzag(self) -> int:
        value = self._varint()
        return (value >> 1) ^ -(value & 1)


def _sorting_columns(column: int) -> bytes:
    """The field: a list of one struct with the column's number, not descending, nulls last."""
    is_false = 0x10 | _BOOLEANS[1]
    number = bytes([0x15, *_as_varint(2 * column)])
    return bytes([0x10 | _LIST, 0x10 | _STRUCT]) + number + bytes([is_false, is_false, _STOP])


def _as_varint(value: int) -> Iterator[int]:
    while value >= 128:
        yield value & 127 | 128
        value >>= 7
    yield value


def _one_nearer(head: int) -> bytes:
    """The head of a field that now follows on one whose number is one higher."""
    if head == _STOP:
        return bytes([head])
    assert head >> 4 > 1, "a row group has sorting columns already"
    return bytes([head - 16])
