"""Between the types of an answer and plain values: what JSON holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import Field, fields, is_dataclass
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from synthview.errors import InputError

__all__ = ["ABSENT", "plain", "schema_of", "typed"]

ABSENT = {"is left out of the JSON where it is None": True}
"""Metadata of a field that only some have: where it is None, the JSON has no such name."""


def plain(one: Any) -> Any:
    """A value of an answer as JSON has it: objects, arrays, texts and numbers."""
    if is_dataclass(one) and not isinstance(one, type):
        return {
            _key(part): plain(getattr(one, part.name))
            for part in fields(one)
            if _is_shown(one, part)
        }
    if isinstance(one, Mapping):
        return {name: plain(value) for name, value in one.items()}
    return [plain(value) for value in one] if isinstance(one, list | tuple) else one


def _key(part: Field[Any]) -> str:
    """The name of a field in the JSON: Python's, without what keeps it apart from a keyword."""
    return part.name.rstrip("_")


def _is_shown(one: object, part: Field[Any]) -> bool:
    return not ABSENT.keys() <= part.metadata.keys() or getattr(one, part.name) is not None


def typed(kind: Any, content: Any, where: str) -> Any:
    """Read plain values as a type.

    Raises:
        InputError: they are not of that type; it says where.
    """
    try:
        return _reader(kind).validate_python(content)
    except ValidationError as error:
        first = error.errors()[0]
        path = ".".join(map(str, (where, *first["loc"])))
        raise InputError(f"The JSON of a claim has {path} wrong: {first['msg']}.") from None


def schema_of(kind: Any) -> dict[str, Any]:
    """The JSON Schema of a type; its descriptions are docstrings, a line for each paragraph."""
    return _in_lines(_reader(kind).json_schema(by_alias=True))


def _in_lines(part: Any) -> Any:
    """A part of a schema with each paragraph of its descriptions in one line."""
    if isinstance(part, list):
        return [_in_lines(one) for one in part]
    if not isinstance(part, dict):
        return part
    described = {name: _in_lines(one) for name, one in part.items()}
    if isinstance(about := described.get("description"), str):
        paragraphs = about.split("\n\n")
        described["description"] = "\n\n".join(" ".join(one.split()) for one in paragraphs)
    return described


@cache
def _reader(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)
