"""Metadata for the footer of Parquet files, so that pandas keeps nullable whole numbers.

pandas turns a column of integers with nulls into floats, which hold 53 bits of the 63 of an id.
The key ``pandas`` with the ``numpy_type`` of a column prevents that
(pandas.pydata.org/docs/development/developer.html). pyarrow reads that key from the Arrow schema
alone, which the footer holds as a message of Arrow's IPC. polars writes that message without keys.
So a new message is written before it here, whose schema points at the fields of the old one.
"""

from __future__ import annotations

import base64
import io
import json
import struct
from functools import cache
from typing import Any

import polars as pl

from synthview.sinks.id_forms import stored_schema
from synthview.tables import Column, Table, table

__all__ = ["pandas_metadata", "parquet_metadata"]

ARROW_SCHEMA = "ARROW:schema"
NUMPY_TYPES = {"id": "Int64", "count": "Int32", "milliseconds": "Int64", "claim": "boolean"}
"""pandas types that keep nulls, by kind of column. Texts, times and floats have their own nulls."""
CONTINUES = b"\xff\xff\xff\xff"
"""A message of Arrow's IPC begins with this, before its length."""
METADATA_V5, SCHEMA_HEADER = 4, 1
HEADER, FIELDS = 2, 1
"""The numbers of the fields `Message.header` and `Schema.fields` (Message.fbs, Schema.fbs)."""
REFERENCE = struct.Struct("<I")
KEYS_IN_SCHEMA = 8
"""Where a schema written here refers to its keys, counted from its beginning."""


def parquet_metadata(one: Table, ids: str) -> dict[str, str] | None:
    """Return the footer keys of a table's file, or None if every type survives without them."""
    return _metadata(one.path, ids)


def pandas_metadata(one: Table, ids: str) -> str:
    """What pandas has to be told of a table's columns, as JSON; empty where types survive."""
    columns = [_described(column) for column in one.columns if _is_lost(column, ids)]
    if not columns:
        return ""
    pandas = {
        "index_columns": [],
        "column_indexes": [],
        "columns": columns,
        "pandas_version": "2.3.0",
    }
    return json.dumps(pandas)


@cache
def _metadata(path: str, ids: str) -> dict[str, str] | None:
    pandas = pandas_metadata(table(path), ids)
    if not pandas:
        return None
    written = _message_of(stored_schema(table(path), ids))
    message = _with_key(written, "pandas", pandas)
    return {ARROW_SCHEMA: base64.b64encode(message).decode()}


def _is_lost(column: Column, ids: str) -> bool:
    is_text = column.kind == "id" and ids == "text"
    is_number = column.kind in NUMPY_TYPES and not is_text
    return column.nullable and is_number


def _described(column: Column) -> dict[str, Any]:
    """Describe a column in the words of pandas."""
    numpy_type = NUMPY_TYPES[column.kind]
    pandas_type = "bool" if numpy_type == "boolean" else numpy_type.lower()
    names = {"name": column.name, "field_name": column.name}
    return {**names, "pandas_type": pandas_type, "numpy_type": numpy_type, "metadata": None}


def _message_of(schema: pl.Schema) -> bytes:
    """Return the message that polars writes for a schema."""
    file = io.BytesIO()
    pl.DataFrame(schema=schema).write_parquet(file)
    file.seek(0)
    return base64.b64decode(pl.read_parquet_metadata(file)[ARROW_SCHEMA])


def _with_key(message: bytes, key: str, value: str) -> bytes:
    """Return a message of a schema with one key and its value.

    FlatBuffers refer forward only. So the new root, schema and key are written first, and the old
    message after them.
    """
    old = message[len(CONTINUES) + 4 :]
    head = bytearray()
    schema_at = _put_message(head)
    keys_at = _put_key(head, key, value)
    fields_at = len(head) + _fields_of(old)
    _refer(head, schema_at + 4, fields_at)
    _refer(head, schema_at + KEYS_IN_SCHEMA, keys_at)
    whole = bytes(head) + old
    whole += bytes(-len(whole) % 8)
    return CONTINUES + struct.pack("<i", len(whole)) + whole


def _put_message(head: bytearray) -> int:
    """Write a message and a schema without fields or keys; return where the schema lies.

    A table begins with the distance back to its list of places. That list says where in the table
    each field lies.
    """
    head += struct.pack("<I4H", 0, 10, 12, 4, 6) + struct.pack("<H", 8) + b"\0\0"
    message_at = len(head)
    head += struct.pack("<ihBxI", message_at - 4, METADATA_V5, SCHEMA_HEADER, 0)
    places_at = len(head)
    head += struct.pack("<5Hxx", 10, 12, 0, 4, KEYS_IN_SCHEMA)
    schema_at = len(head)
    head += struct.pack("<iII", schema_at - places_at, 0, 0)
    _refer(head, 0, message_at)
    _refer(head, message_at + 8, schema_at)
    return schema_at


def _put_key(head: bytearray, key: str, value: str) -> int:
    """Write a list of one key and its value; return where the list lies."""
    keys_at = len(head)
    head += struct.pack("<II", 1, 0)
    places_at = len(head)
    head += struct.pack("<4H", 8, 12, 4, 8)
    pair_at = len(head)
    head += struct.pack("<iII", pair_at - places_at, 0, 0)
    key_at = len(head)
    head += _string(key)
    value_at = len(head)
    head += _string(value)
    head += bytes(-len(head) % 8)
    _refer(head, keys_at + 4, pair_at)
    _refer(head, pair_at + 4, key_at)
    _refer(head, pair_at + 8, value_at)
    return keys_at


def _refer(head: bytearray, place: int, target: int) -> None:
    """Write a reference: the distance from its own place to what it refers to."""
    REFERENCE.pack_into(head, place, target - place)


def _string(text: str) -> bytes:
    """Return a text as FlatBuffers hold it: length, bytes, zeros up to a multiple of four."""
    written = text.encode()
    return struct.pack("<I", len(written)) + written + bytes(4 - len(written) % 4)


def _fields_of(message: bytes) -> int:
    """Return where the list of fields begins in a message of a schema."""
    root = _target(message, 0)
    schema = _target(message, _field(message, root, HEADER))
    return _target(message, _field(message, schema, FIELDS))


def _field(message: bytes, at: int, number: int) -> int:
    """Return where a field of the table at a place lies."""
    places = at - struct.unpack_from("<i", message, at)[0]
    return at + int(struct.unpack_from("<H", message, places + 4 + 2 * number)[0])


def _target(message: bytes, at: int) -> int:
    return at + int(struct.unpack_from("<I", message, at)[0])
