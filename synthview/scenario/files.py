"""Where scenario files lie, and how their text becomes settings and settings become their text."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from synthview.errors import ScenarioError, SettingError, UnknownName
from synthview.outside.legible import escaped_toml
from synthview.outside.paths import typed_path
from synthview.outside.toml import NotToml, parsed
from synthview.outside.whole_files import read_bounded

__all__ = [
    "LARGEST_FILE_BYTES",
    "Layer",
    "built_in",
    "layers",
    "nested",
    "own_names",
    "to_toml",
    "toml_key",
]

LARGEST_FILE_BYTES = 1_000_000
DEEPEST_BASE = 16
PACKAGE = Path(__file__).parent.parent
FOLDERS = (PACKAGE.parent / "configs", PACKAGE / "_configs")
"""Scenarios of a checkout, then those of an installed wheel."""
_OF_RATINGS = "prize"
"""The world that `privacy` makes; it is no scenario file."""


@dataclass(frozen=True)
class Layer:
    """Settings from one place, laid over those below it."""

    content: Mapping[str, Any]
    where: str


def built_in() -> dict[str, Path]:
    """Find the scenarios that come with synthview, by name."""
    return {
        path.stem: path for folder in reversed(FOLDERS) for path in sorted(folder.glob("*.toml"))
    }


def layers(what: str | Path) -> list[Layer]:
    """Read a scenario and everything it is based on, the lowest first.

    Raises ScenarioError: for what is not a regular file of a sensible size, not TOML, or based on
        itself.
    """
    path = _locate(str(what), Path())
    found: list[Layer] = []
    chain: list[Path] = []
    while True:
        layer = _read(path)
        _refuse_endless(path, chain)
        chain.append(path)
        found.insert(0, layer)
        base = layer.content.get("based_on")
        if base is None:
            return found
        if not isinstance(base, str):
            raise ScenarioError(
                f"{path}: based_on must be the name of a scenario or the path of a file."
            )
        path = _locate(base, path.parent)


def own_names(scenario: str, key: str) -> list[str]:
    """Names of the entries, such as claims, that the file of a scenario has itself."""
    return [str(one["name"]) for one in layers(scenario)[-1].content.get(key, ())]


def _refuse_endless(path: Path, chain: Sequence[Path]) -> None:
    """Refuse scenarios based on one another in a circle, or in too long a chain."""
    here = os.path.realpath(path)  # of a link to itself too
    if here in map(os.path.realpath, chain):
        raise ScenarioError(f"{chain[-1]}: based_on leads in a circle, back to {path}.")
    if len(chain) >= DEEPEST_BASE:
        raise ScenarioError(f"{chain[0]}: based_on leads through more than {DEEPEST_BASE} files.")


def _locate(what: str, beside: Path) -> Path:
    known = built_in()
    if what in known:
        return known[what]
    if what == "-":
        raise ScenarioError(
            "A scenario is not read from the standard input. Save it as a file and name that file."
        )
    if what == _OF_RATINGS:
        raise ScenarioError(
            f"{what} is a world of ratings alone: synthview privacy {what} -o DIR writes it."
        )
    if what and not what.endswith(".toml") and "/" not in what and "\\" not in what:
        raise UnknownName("scenario", what, [*known, "or a path ending in .toml"])
    return beside / typed_path(what, "The scenario", error=ScenarioError)


def _read(path: Path) -> Layer:
    try:
        content = parsed(_text(path))
    except NotToml as error:
        raise ScenarioError(f"{path} is not TOML: {error}.") from None
    name = os.fsencode(path.stem).decode("utf-8", "replace")  # file names can be any bytes
    return Layer({"name": name, "about": "", **content}, str(path))


def _text(path: Path) -> str:
    if not os.path.lexists(path):
        raise ScenarioError(f"There is no file {path}. Scenarios by name: {', '.join(built_in())}.")
    content = read_bounded(path, LARGEST_FILE_BYTES, "The scenario", error=ScenarioError)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise ScenarioError(f"{path} is not UTF-8 text (line {line}). Save it as UTF-8.") from None


def nested(overrides: Mapping[str, Any]) -> dict[str, Any]:
    """Turn ``{"run.days": "5"}`` into ``{"run": {"days": 5}}``.

    Text is read as a TOML value where it is one.
    """
    content: dict[str, Any] = {}
    for path, value in overrides.items():
        *parents, last = _keys(path)
        place = content
        for key in parents:
            place = place.setdefault(key, {})
            if not isinstance(place, dict):
                raise SettingError(f"{path} is set twice, once as a whole and once in part.")
        if last in place:
            raise SettingError(f"{path} is set twice, once as a whole and once in part.")
        place[last] = _value(value) if isinstance(value, str) else _copied(value, path)
    return content


def _copied(value: object, path: str) -> Any:
    try:
        return deepcopy(value)
    except RecursionError:
        raise SettingError(
            f"{path} is nested too deeply. Settings have at most four levels."
        ) from None


def _keys(path: str) -> list[str]:
    """Split a dotted path; quotes keep a key with spaces together, as in TOML."""
    try:
        left: Any = parsed(f"{path} = 0")
    except NotToml:
        left = {}
    keys: list[str] = []
    while isinstance(left, dict) and len(left) == 1:
        (key, left), *_ = left.items()
        keys.append(key)
    if left != 0 or "\n" in path:
        raise SettingError(
            f"'{path}' is not the path of a setting, "
            f'such as run.days or titles."A Film".popularity_rank.'
        )
    return keys


def _value(text: str) -> Any:
    try:
        read = parsed(f"value = {text}")
    except NotToml:
        return text.strip()
    return read["value"] if set(read) == {"value"} else text


def to_toml(content: Mapping[str, Any]) -> str:
    """Write a resolved scenario as TOML that reads back as the same scenario."""
    return "\n".join(_lines(content, "")).strip() + "\n"


def _lines(table: Mapping[str, Any], path: str) -> Iterator[str]:
    for key, value in table.items():
        if not _is_table(value) and not _is_tables(value):
            yield f"{toml_key(key)} = {_inline(value)}"
    for key, value in table.items():
        inner = f"{path}.{toml_key(key)}" if path else toml_key(key)
        if _is_table(value):
            yield f"\n[{inner}]"
            yield from _lines(value, inner)
        elif _is_tables(value):
            for one in value:
                yield f"\n[[{inner}]]"
                yield from _lines(one, inner)


def _is_table(value: object) -> bool:
    return isinstance(value, Mapping)


def _is_tables(value: object) -> bool:
    if not isinstance(value, list) or not value:
        return False
    return all(isinstance(one, Mapping) for one in value)


def toml_key(key: str) -> str:
    """Return a key as TOML and `--set` take it: in quotes unless it is bare."""
    bare = key.isascii() and key.replace("_", "").replace("-", "").isalnum()
    return key if bare else _inline(key)


def _inline(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return f"[{', '.join(_inline(one) for one in value)}]"
    if isinstance(value, Mapping):
        pairs = [f"{toml_key(key)} = {_inline(one)}" for key, one in value.items()]
        return "{" + ", ".join(pairs) + "}"
    return escaped_toml(json.dumps(value, ensure_ascii=False))
