"""Messages as bytes, in the formats that receivers of streams read."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import ModuleType
from typing import Protocol

import numpy as np
import polars as pl

from synthview.formats.segment import Segment
from synthview.formats.snowplow import Snowplow, labelled
from synthview.outside.extras import need
from synthview.rows import Ints
from synthview.scenario.schemas import avro
from synthview.sinks.formats import FORMATS
from synthview.sinks.id_forms import ids_as
from synthview.tables import table

__all__ = ["ENCODERS", "Encoder", "Lot", "encoder_for"]

EVENTS = table("log.events")
NEWLINE = b"\n"[0]
MADE_BY = b"synthview"


@dataclass(frozen=True)
class Lot:
    """Some messages as bytes: where each ends, when it was received, and whose it is."""

    data: bytes
    ends: Ints
    received_ms: Ints
    account_id: Ints

    def __len__(self) -> int:
        return len(self.ends)

    def part(self, begin: int, end: int) -> Lot:
        """Some of them, by number."""
        first = int(self.ends[begin - 1]) if begin else 0
        last = int(self.ends[end - 1]) if end else 0
        some = slice(begin, end)
        return Lot(
            self.data[first:last],
            self.ends[some] - first,
            self.received_ms[some],
            self.account_id[some],
        )

    def each(self) -> Iterator[bytes]:
        """Every message by itself."""
        begin = 0
        for end in self.ends.tolist():
            yield self.data[begin:end]
            begin = end


class Encoder(Protocol):
    """Turns messages into bytes; `reads_devices` and `reads_titles` say what it needs beside."""

    @property
    def kind(self) -> str:
        """The media type of what is sent, such as ``application/x-ndjson``."""

    @property
    def reads_devices(self) -> bool:
        """Whether messages must stand beside their device."""

    @property
    def reads_titles(self) -> bool:
        """Whether it needs the titles."""

    def encode(self, rows: pl.DataFrame, titles: pl.DataFrame | None) -> Lot:
        """Write messages one after another."""

    def head(self) -> bytes:
        """What stands before the first message of a file or request."""

    def framed(self, lot: Lot) -> bytes:
        """Messages as they stand in a file or request."""

    def alone(self, message: bytes) -> bytes:
        """A message as it is by itself, as brokers take it."""


def _lot(data: bytes, ends: Ints, rows: pl.DataFrame) -> Lot:
    received = rows["received_time"].to_physical()
    accounts = rows["account_id"]
    return Lot(data, ends, received.to_numpy(), accounts.to_numpy())


def _line_ends(data: bytes) -> Ints:
    return np.flatnonzero(np.frombuffer(data, dtype=np.uint8) == NEWLINE) + 1


@dataclass(frozen=True)
class _Lines:
    """What formats of lines have in common: nothing around the lines, and no line end alone."""

    ids: str = "text"
    kind: str = "application/x-ndjson"
    reads_devices: bool = False
    reads_titles: bool = False

    def head(self) -> bytes:
        return b""

    def framed(self, lot: Lot) -> bytes:
        return lot.data

    def alone(self, message: bytes) -> bytes:
        return message.removesuffix(b"\n")


@dataclass(frozen=True)
class Ndjson(_Lines):
    """The rows of log.events as lines of JSON, as ``generate --format ndjson`` writes them."""

    def encode(self, rows: pl.DataFrame, titles: pl.DataFrame | None) -> Lot:  # noqa: ARG002
        """Write a line for each message."""
        form = replace(FORMATS["ndjson"], ids=self.ids)
        data = b"".join(bytes(chunk) for chunk in form.encode(EVENTS, rows, "none"))
        return _lot(data, _line_ends(data), rows)


@dataclass(frozen=True)
class SplunkHec(_Lines):
    """Events of Splunk's HTTP Event Collector: JSON with the time in seconds and the message.

    ``time`` is when the message was received; when it was made is in it as client_time.
    """

    kind: str = "application/json"

    def encode(self, rows: pl.DataFrame, titles: pl.DataFrame | None) -> Lot:
        """Write an object for each message, each on a line of its own."""
        plain = Ndjson(self.ids).encode(rows, titles)
        millis = plain.received_ms.tolist()
        lines = [
            b'{"time":%d.%03d,"host":"%s","source":"synthview","sourcetype":"synthview:events",'
            b'"event":%s}\n' % (*divmod(at, 1000), MADE_BY, message[:-1])
            for at, message in zip(millis, plain.each(), strict=True)
        ]
        return _lot(b"".join(lines), _lengths(lines), rows)


@dataclass(frozen=True)
class SnowplowLines(_Lines):
    """Enriched events of Snowplow, as ``convert --format snowplow`` writes them."""

    kind: str = "text/tab-separated-values"
    reads_devices: bool = True
    reads_titles: bool = True

    def encode(self, rows: pl.DataFrame, titles: pl.DataFrame | None) -> Lot:
        """Write a line of 131 columns for each message."""
        assert titles is not None
        lines = Snowplow().enriched(rows, labelled(titles))
        text = lines.write_csv(separator="\t", include_header=False, quote_style="never")
        data = text.encode()
        return _lot(data, _line_ends(data), rows)


@dataclass(frozen=True)
class SegmentCalls(_Lines):
    """Track calls of Segment; a message is a call, the end of a title two, some have none."""

    reads_devices: bool = True
    reads_titles: bool = True

    def encode(self, rows: pl.DataFrame, titles: pl.DataFrame | None) -> Lot:
        """Write a line for each call."""
        assert titles is not None
        numbered = rows.with_row_index("row")
        lines, origin = [], []
        for number, call in Segment().calls(numbered, titles.drop("valid_from")):
            lines.append(json.dumps(call, ensure_ascii=False).encode() + b"\n")
            origin.append(number)
        return _lot(b"".join(lines), _lengths(lines), rows[origin])


class AvroMessages:
    """Avro by the schema of ``synthview show events --as avro``.

    A file is an object container. A message by itself has the encoding for single objects: a mark,
    the fingerprint of the schema, and the row.
    """

    kind = "application/avro"
    reads_devices = False
    reads_titles = False

    def __init__(self, ids: str = "text") -> None:
        self._avro: ModuleType = need("avro", "--format avro", "fastavro")
        self.ids = ids
        stated = json.loads(avro(EVENTS, ids))
        self._schema = self._avro.parse_schema(stated)
        schemas = need("avro", "--format avro", "fastavro.schema")
        canonical = schemas.to_parsing_canonical_form(stated)
        print_ = schemas.fingerprint(canonical, "CRC-64-AVRO")
        self._mark = b"\xc3\x01" + bytes.fromhex(print_)
        self._stated = stated
        self._sync = bytes.fromhex(schemas.fingerprint(canonical, "MD5"))

    def encode(self, rows: pl.DataFrame, titles: pl.DataFrame | None) -> Lot:  # noqa: ARG002
        """Write each message by the schema, without anything around it."""
        plain = ids_as(self.ids, EVENTS, rows.select(EVENTS.schema.names()))
        times = [name for name, kind in plain.schema.items() if kind == pl.Datetime]
        stored = plain.with_columns(pl.col(times).to_physical(), pl.col(pl.Enum).cast(pl.String))
        content = io.BytesIO()
        ends = []
        write = self._avro.schemaless_writer
        for row in stored.iter_rows(named=True):
            write(content, self._schema, row)
            ends.append(content.tell())
        return _lot(content.getvalue(), np.array(ends, dtype=np.int64), rows)

    def head(self) -> bytes:
        """The head of an object container: its schema, no compression, and the mark of blocks."""
        meta = {"avro.codec": b"null", "avro.schema": json.dumps(self._stated).encode()}
        pairs = [_long(len(key)) + key.encode() + _long(len(value)) + value
                 for key, value in meta.items()]  # fmt: skip
        return b"Obj\x01" + _long(len(meta)) + b"".join(pairs) + _long(0) + self._sync

    def framed(self, lot: Lot) -> bytes:
        """A block of an object container."""
        return _long(len(lot)) + _long(len(lot.data)) + lot.data + self._sync

    def alone(self, message: bytes) -> bytes:
        """A row with the mark and fingerprint that tell what it is."""
        return self._mark + message


def _long(value: int) -> bytes:
    """A whole number that is not below zero as Avro writes it: seven bits a byte, the low first."""
    left, written = value * 2, bytearray()
    while left > 0x7F:
        written.append(left & 0x7F | 0x80)
        left >>= 7
    written.append(left)
    return bytes(written)


def _lengths(messages: Sequence[bytes]) -> Ints:
    return np.cumsum(np.fromiter(map(len, messages), dtype=np.int64, count=len(messages)))


ENCODERS: Mapping[str, Callable[[str], Encoder]] = {
    "ndjson": Ndjson,
    "avro": AvroMessages,
    "snowplow": lambda _: SnowplowLines(),
    "segment": lambda _: SegmentCalls(),
    "splunk-hec": SplunkHec,
}
"""How to make each encoder, from the form of ids."""


def encoder_for(name: str, ids: str) -> Encoder:
    """Make the encoder of a format; raises MissingExtra where it needs a package that lacks."""
    return ENCODERS[name](ids)
