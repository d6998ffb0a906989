"""What a Parquet file says of itself in its footer, so that pandas keeps whole numbers that may be missing.

pandas turns a column of integers with nulls into floats, which hold 53 bits of the 63 of an id, unless the file says
otherwise (pandas.pydata.org/docs/development/developer.html: the key ``pandas``, and the ``numpy_type`` of a column).
pyarrow takes that key from the Arrow schema alone, which lies in the footer as a message of Arrow's IPC. polars writes
that message without keys, so one is put before it here: its schema points at the fields of the old one.
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

__all__ = ["parquet_metadata"]

ARROW_SCHEMA = "ARROW:schema"
NUMPY_TYPES = {"id": "Int64", "count": "Int32", "milliseconds": "Int64", "claim": "boolean"}
"""The types of pandas that keep nulls, by the kind of a column; texts, times and floats have nulls of their own."""
CONTINUES = b"\xff\xff\xff\xff"
"""What a message of Arrow's IPC begins with, before its length."""
METADATA_V5, SCHEMA_HEADER = 4, 1
HEADER, FIELDS = 2, 1
"""Places of a message's header among its fields, and of a schema's fields among its own (Message.fbs, Schema.fbs)."""


def parquet_metadata(one: Table, ids: str) -> dict[str, str] | None:
    """Return the keys for the footer of a table's file, or None where every type survives by itself."""
    return _metadata(one.path, ids)


@cache
def _metadata(path: str, ids: str) -> dict[str, str] | None:
    columns = [_told(one) for one in table(path).columns if _is_lost(one, ids)]
    if not columns:
        return None
    pandas = {"index_columns": [], "column_indexes": [], "columns": columns, "pandas_version": "2.3.0"}
    message = _with_key(_message_of(stored_schema(table(path), ids)), "pandas", json.dumps(pandas))
    return {ARROW_SCHEMA: base64.b64encode(message).decode()}


def _is_lost(column: Column, ids: str) -> bool:
    is_number = column.kind in NUMPY_TYPES and not (column.kind == "id" and ids == "text")
    return column.nullable and is_number


def _told(column: Column) -> dict[str, Any]:
    numpy_type = NUMPY_TYPES[column.kind]
    pandas_type = "bool" if numpy_type == "boolean" else numpy_type.lower()
    names = {"name": column.name, "field_name": column.name}
    return {**names, "pandas_type": pandas_type, "numpy_type": numpy_type, "metadata": None}


def _message_of(schema: pl.Schema) -> bytes:
    """Return the message that polars would write of a schema."""
    file = io.BytesIO()
    pl.DataFrame(schema=schema).write_parquet(file)
    file.seek(0)
    return base64.b64decode(pl.read_parquet_metadata(file)[ARROW_SCHEMA])


def _with_key(message: bytes, key: str, value: str) -> bytes:
    """Return a message of a schema with one key and its value.

    FlatBuffers refer forward only, so a new root, schema and key are written first, and the old message after them.
    """
    old = message[len(CONTINUES) + 4 :]
    texts = [_string(key), _string(value)]
    # A table begins with the distance back to its list of places, which says where in it each field lies.
    root = struct.pack("<I4H", 0, 10, 12, 4, 6) + struct.pack("<H", 8)
    head = bytearray(root + b"\0\0")
    message_at = len(head)
    head += struct.pack("<ihBxI", message_at - 4, METADATA_V5, SCHEMA_HEADER, 0)
    places_at = len(head)
    head += struct.pack("<5Hxx", 10, 12, 0, 4, 8)
    schema_at = len(head)
    head += struct.pack("<iII", schema_at - places_at, 0, 0)
    keys_at = len(head)
    head += struct.pack("<II", 1, 0)
    key_places_at = len(head)
    head += struct.pack("<4H", 8, 12, 4, 8)
    pair_at = len(head)
    head += struct.pack("<iII", pair_at - key_places_at, 0, 0)
    key_at = len(head)
    head += texts[0]
    value_at = len(head)
    head += texts[1]
    head += bytes(-len(head) % 8)
    fields_at = len(head) + _fields_of(old)
    references = [
        (0, message_at), (message_at + 8, schema_at), (schema_at + 4, fields_at), (schema_at + 8, keys_at),
        (keys_at + 4, pair_at), (pair_at + 4, key_at), (pair_at + 8, value_at),
    ]  # fmt: skip
    for place, target in references:
        struct.pack_into("<I", head, place, target - place)
    whole = bytes(head) + old
    whole += bytes(-len(whole) % 8)
    return CONTINUES + struct.pack("<i", len(whole)) + whole


def _string(text: str) -> bytes:
    """Return a text as FlatBuffers hold it: its length, its bytes, a zero, and zeros up to a multiple of four."""
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
