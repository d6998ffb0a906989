"""Tables described for other programs: each description is taken by what it is for."""

from __future__ import annotations

import json
from collections.abc import Iterator

import jsonschema
import pytest
from commands import run as command

from synthview.scenario.schemas import TABLE_FORMATS, TYPE_WORDS
from synthview.tables import TABLES, Table


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.path)
def test_json_schema_is_one(table: Table) -> None:
    """The schema of a row is valid and requires what is never empty; ids are text with their prefix."""
    schema = json.loads(TABLE_FORMATS["json-schema"](table))
    jsonschema.Draft202012Validator.check_schema(schema)
    for one in table.columns:
        assert (one.name in schema["required"]) != one.nullable
        if one.kind == "id":
            jsonschema.validate(f"{one.prefix}_12ab", schema["properties"][one.name])
            with pytest.raises(jsonschema.ValidationError):
                jsonschema.validate(12, schema["properties"][one.name])
        if one.nullable:
            jsonschema.validate(None, schema["properties"][one.name])


@pytest.mark.slow
def test_ids_are_described_in_the_form_asked_for() -> None:
    """Whole numbers in a schema of JSON, text in one of Avro."""
    schema = json.loads(
        command("show", "truth.plays", "--as", "json-schema", "--ids", "int").stdout
    )
    jsonschema.validate(2**63 - 1, schema["properties"]["play_id"])
    jsonschema.validate([3], schema["properties"]["viewer_ids"])
    record = json.loads(command("show", "truth.plays", "--as", "avro", "--ids", "text").stdout)
    types = {field["name"]: field["type"] for field in record["fields"]}
    assert (types["play_id"], types["viewer_ids"]) == (
        "string",
        {"type": "array", "items": "string"},
    )


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.path)
def test_avro_is_well_formed(table: Table) -> None:
    """The record names every column; enums have legal symbols and names of their own."""
    record = json.loads(TABLE_FORMATS["avro"](table))
    assert record["type"] == "record"
    assert [field["name"] for field in record["fields"]] == [one.name for one in table.columns]
    enums = [
        kind
        for field in record["fields"]
        for kind in _parts(field["type"])
        if isinstance(kind, dict) and kind["type"] == "enum"
    ]
    assert all(
        symbol.isidentifier() and symbol.isascii() for enum in enums for symbol in enum["symbols"]
    )
    assert len({enum["name"] for enum in enums}) == len(enums)


def test_every_kind_of_column_has_a_word() -> None:
    """No column has a type that the descriptions do not know."""
    assert {column.kind for table in TABLES for column in table.columns} <= set(TYPE_WORDS)


def _parts(kind: object) -> Iterator[object]:
    yield from kind if isinstance(kind, list) else [kind]
