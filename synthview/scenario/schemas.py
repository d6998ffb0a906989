"""Describe tables and scenarios: Markdown for people, JSON Schema and Avro for programs."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import date
from types import UnionType
from typing import Any, get_args, get_origin

from synthview.outside.legible import escaped_json
from synthview.outside.manuals import first_line_of
from synthview.scenario import MODELS, Registry
from synthview.scenario.declarations import Claim, DatedEvent, NamedTitle, RunSettings
from synthview.scenario.drafting import plain
from synthview.scenario.settings import Setting, settings_of
from synthview.tables import SCHEMA_VERSION, Column, Table

__all__ = [
    "TABLE_FORMATS",
    "TYPE_WORDS",
    "avro",
    "json_schema",
    "markdown",
    "meaning",
    "scenario_schema",
]

DRAFT = "https://json-schema.org/draft/2020-12/schema"
JSON_TYPES: dict[str, dict[str, Any]] = {
    "count": {"type": "integer"},
    "milliseconds": {"type": "integer"},
    "time": {"type": "string", "format": "date-time"},
    "day": {"type": "string", "format": "date"},
    "text": {"type": "string"},
    "claim": {"type": "boolean"},
    "share": {"type": "number"},
}
FACT_TYPES: dict[Any, dict[str, Any]] = {
    date: {"type": "string", "format": "date"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    str: {"type": "string"},
}
AVRO_TYPES: dict[str, Any] = {
    "id": "long",
    "ids": {"type": "array", "items": "long"},
    "count": "int",
    "milliseconds": "long",
    "time": {"type": "long", "logicalType": "timestamp-millis"},
    "day": {"type": "int", "logicalType": "date"},
    "text": "string",
    "choice": "string",
    "claim": "boolean",
    "share": "double",
}
AVRO_TEXT_IDS: dict[str, Any] = {
    "id": "string",
    "ids": {"type": "array", "items": "string"},
}
TYPE_WORDS = {
    "id": "int64",
    "ids": "list of int64",
    "count": "int32",
    "milliseconds": "int64",
    "time": "timestamp",
    "day": "date",
    "text": "text",
    "choice": "one of",
    "claim": "boolean",
    "share": "float64",
}
AVRO_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def markdown(table: Table) -> str:
    """Describe a table as a Markdown section with one line per column."""
    lines = [
        f"## {table.path}",
        "",
        f"{_row(table)} {_dating(table)}",
        "",
    ]
    lines += ["| column | type | unit | may be empty | meaning |", "|---|---|---|---|---|"]
    for column in table.columns:
        cells = (
            f"`{column.name}`",
            TYPE_WORDS[column.kind],
            column.unit,
            "yes" if column.nullable else "",
            meaning(column),
        )
        lines.append(f"| {' | '.join(_escaped(cell) for cell in cells)} |")
    return "\n".join(lines) + "\n"


def _row(table: Table) -> str:
    return f"A row is {table.row}. Key: {', '.join(table.key)}."


def _escaped(cell: str) -> str:
    return cell.replace("|", "\\|")


def _dating(table: Table) -> str:
    return "Partitioned by UTC day." if table.dated else "Written whole."


def meaning(column: Column) -> str:
    """Say what a column holds, with the words it is limited to."""
    words = f" One of: {', '.join(column.options)}." if column.options else ""
    return f"{column.meaning}{words}"


def _with_unit(column: Column) -> str:
    unit = {"time": "UTC", "day": ""}.get(column.kind, column.unit)
    return f"{meaning(column)} Unit: {unit}." if unit else meaning(column)


def json_schema(table: Table, ids: str = "text") -> str:
    """Describe a row in NDJSON; ids are text with a prefix unless `ids` is ``int``."""
    schema = {
        "$schema": DRAFT,
        "$id": f"urn:synthview:{table.path}:{SCHEMA_VERSION[table.folder]}",
        "title": table.path,
        "description": f"A row is {table.row}.",
        "type": "object",
        "properties": {column.name: _json_type(column, ids) for column in table.columns},
        "required": [column.name for column in table.columns if not column.nullable],
        "additionalProperties": False,
    }
    return _dumped(schema)


def _json_type(column: Column, form: str) -> dict[str, Any]:
    described = {"description": _with_unit(column)}
    if column.kind == "choice":
        empty = [None] if column.nullable else []
        return {"enum": [*column.options, *empty], **described}
    of_kind = {**JSON_TYPES, **_json_ids(column.prefix, form)}[column.kind]
    if column.nullable:
        of_kind = {**of_kind, "type": [of_kind["type"], "null"]}
    return {**of_kind, **described}


def _json_ids(prefix: str, form: str) -> dict[str, dict[str, Any]]:
    """Return the types of a column with an id, and of one with a list of ids."""
    as_text = {"type": "string", "pattern": f"^{prefix}_[0-9A-Za-z]+$"}
    as_integer = {"type": "integer", "minimum": 0, "maximum": 2**63 - 1}
    one = as_text if form == "text" else as_integer
    return {"id": one, "ids": {"type": "array", "items": one}}


def avro(table: Table, ids: str = "int") -> str:
    """Describe the table as an Avro record (.avsc), ids as long unless `ids` is ``text``."""
    fields = [_avro_field(table, column, ids) for column in table.columns]
    record = {
        "type": "record",
        "name": table.name,
        "namespace": f"synthview.{table.folder}",
        "doc": f"A row is {table.row}.",
    }
    return _dumped({**record, "fields": fields})


def _avro_field(table: Table, column: Column, form: str) -> dict[str, Any]:
    types = AVRO_TYPES | (AVRO_TEXT_IDS if form == "text" else {})
    of_kind = types[column.kind]
    if column.options and all(AVRO_NAME.fullmatch(word) for word in column.options):
        of_kind = {
            "type": "enum",
            "name": f"{table.name}_{column.name}",
            "symbols": list(column.options),
        }
    field: dict[str, Any] = {"name": column.name, "type": of_kind, "doc": _with_unit(column)}
    if column.nullable:
        field |= {"type": ["null", of_kind], "default": None}
    return field


TABLE_FORMATS: dict[str, Callable[[Table], str]] = {
    "markdown": markdown,
    "json-schema": json_schema,
    "avro": avro,
}
"""Ways to describe a table, by the word for ``show --as``."""


def scenario_schema(registry: Registry) -> str:
    """Describe scenario files, for editors that complete and check TOML."""
    properties: dict[str, Any] = {
        "name": {
            "type": "string",
            "description": "The name of the scenario; the name of the file where none is given.",
        },
        "about": {"type": "string", "description": "One sentence on what it shows."},
        "model": {"enum": list(MODELS), "description": "The version of the model it was made for."},
        "based_on": {
            "type": "string",
            "description": "A scenario's name or a file's path: this file states the differences.",
        },
        "without": {
            "type": "array",
            "items": {"type": "string"},
            "description": "Actors and faults that are off.",
        },
        "cast": {
            "type": "object",
            "additionalProperties": {
                "anyOf": [
                    {"type": "integer", "minimum": 0},
                    {"type": "string", "pattern": "^[0-9]+:members$"},
                ]
            },
            "description": "Actors and faults that exactly so many households have, which act; "
            'or, as "3:members", need not act.',
        },
        "packages": {
            "type": "object",
            "additionalProperties": {"type": "string"},
            "description": "Packages that bring actors or faults of the scenario, by their names.",
        },
        **{
            name: _section_schema(section)
            for name, section in {"run": RunSettings, **registry.sections}.items()
        },
        "actors": _cast_schema(registry.actors),
        "faults": _cast_schema(registry.faults),
        "titles": {"type": "array", "items": _section_schema(NamedTitle)},
        "dated_events": {"type": "array", "items": _section_schema(DatedEvent)},
        "claims": {"type": "array", "items": _section_schema(Claim)},
    }
    top = {
        "$schema": DRAFT,
        "title": "A synthview scenario",
        "type": "object",
        "additionalProperties": False,
    }
    return _dumped({**top, "properties": properties})


def _cast_schema(known: Mapping[str, type]) -> dict[str, Any]:
    properties = {name: _section_schema(section) for name, section in known.items()}
    return {"type": "object", "properties": properties, "additionalProperties": False}


def _section_schema(section: type) -> dict[str, Any]:
    settings = settings_of(section)
    return {
        "type": "object",
        "description": first_line_of(section),
        "properties": {name: _setting_schema(setting) for name, setting in settings.items()},
        "additionalProperties": False,
    }


def _setting_schema(setting: Setting) -> dict[str, Any]:
    schema = {**_setting_type(setting), "description": _described(setting)}
    if not setting.required and setting.default is not None:
        schema["default"] = plain(setting.default, setting.name, "the defaults")
    return schema


def _setting_type(setting: Setting) -> dict[str, Any]:
    if setting.kind == "number" and setting.allowed:
        lowest, highest = setting.allowed
        kind = "integer" if setting.type is int else "number"
        return {"type": kind, "minimum": lowest, "maximum": highest}
    if setting.kind == "shares":
        share = {"type": "number", "minimum": 0, "maximum": 1}
        return {
            "type": "object",
            "properties": dict.fromkeys(setting.options, share),
            "additionalProperties": False,
        }
    if setting.kind == "curve":
        length = {"minItems": setting.length, "maxItems": setting.length}
        return {"type": "array", "items": {"type": "number", "minimum": 0}, **length}
    if setting.kind == "choice":
        return {"enum": list(setting.options)}
    return _fact_type(setting.type)


def _fact_type(declared: Any) -> dict[str, Any]:
    """Describe one value, several, or one that need not be given."""
    if declared in FACT_TYPES:
        return FACT_TYPES[declared]
    inner = next((one for one in get_args(declared) if one in FACT_TYPES), str)
    if get_origin(declared) is UnionType:
        return FACT_TYPES[inner]
    return {"type": "array", "items": FACT_TYPES[inner]}


def _described(setting: Setting) -> str:
    """Describe a setting in one line: meaning, plausible range with its unit, source."""
    plausible = setting.unit
    if setting.low is not None:
        plausible = f"{setting.low:,} to {setting.high:,} {setting.unit}".strip()
    parts = (setting.about, f"({plausible})" if plausible else "", f"[{setting.source}]")
    return " ".join(part for part in parts if part)


def _dumped(schema: Mapping[str, Any]) -> str:
    return escaped_json(json.dumps(schema, indent=2, ensure_ascii=False)) + "\n"
