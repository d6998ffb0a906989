"""Lays settings from several places over one another, and refuses what no setting can take."""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from pydantic import TypeAdapter, ValidationError

from synthview.errors import SettingError, UnknownName
from synthview.outside.packages import answering, brought_by
from synthview.scenario.settings import Setting, settings_of

__all__ = [
    "allowance",
    "as_text",
    "build",
    "check_packages",
    "count_cast",
    "entries_of",
    "fields_of",
    "lay",
    "plain",
    "table_of",
    "warnings_of",
]

SUM_TOLERANCE = 1e-6
LARGEST_WHOLE = 2**63
MOST_CAST = 100_000
LONGEST_SHOWN = 60
SMALLEST_OF_CURVE, LARGEST_OF_CURVE = 1e-6, 10**6
"""Only proportions count in a curve. Sums of larger values are infinite, and smaller ones vanish."""


def lay(declared: type, below: Mapping[str, Any], above: object, path: str, where: str) -> dict[str, Any]:
    """Lay the settings of one section over those already there."""
    if not isinstance(above, Mapping):
        raise SettingError(f"{path} in {where} is a section with settings, not {_shown(above)}.")
    laid = dict(below)
    known = settings_of(declared)
    for name, value in above.items():
        if name not in known:
            raise UnknownName(f"setting in {path}", str(name), known, where)
        place = f"{path}.{name}"
        laid[name] = _settle(known[name], below.get(name), _plain_for(known[name], value, place, where), place, where)
    return laid


def _plain_for(setting: Setting, value: object, path: str, where: str) -> Any:
    """Turn a value into one of JSON; where that cannot be, a number's limits are told too."""
    try:
        return plain(value, path, where)
    except SettingError as refused:
        if setting.allowed is None:
            raise
        raise SettingError(f"{str(refused).removesuffix('.')}; allowed is {allowance(setting)}.") from None


def _settle(setting: Setting, below: Any, value: Any, path: str, where: str) -> Any:
    if setting.kind == "shares":
        return _share_out(setting, below, value, path, where)
    if setting.kind == "curve":
        return _curve(setting, value, path, where)
    told = as_text(value) if setting.type is str else value
    if setting.kind == "choice" and told not in setting.options:
        raise UnknownName(f"value for {path}", str(told), setting.options, where)
    return told


def as_text(value: Any) -> Any:
    """Take a number where text is expected, such as the age rating 7, for its text."""
    return str(value) if _is_number(value) else value


def count_cast(value: Any, known: Sequence[str], where: str) -> dict[str, int]:
    """Read how many households each named actor or fault gets."""
    if not isinstance(value, Mapping):
        raise SettingError(f"cast in {where} is a table of names and numbers of households, such as reseller = 2.")
    counts: dict[str, int] = {}
    for name, stated in value.items():
        if name not in known:
            raise UnknownName("actor or fault", str(name), known, where)
        if not isinstance(stated, int) or isinstance(stated, bool) or not 0 <= stated <= MOST_CAST:
            raise SettingError(
                f"cast.{name} in {where} is a number of households from 0 to {MOST_CAST:,}, not {_shown(stated)}."
            )
        counts[str(name)] = stated
    return counts


def _share_out(setting: Setting, below: Mapping[str, float], value: Any, path: str, where: str) -> dict[str, float]:
    """Set the named parts; the others keep their proportions and fill what is left of 1."""
    if not isinstance(value, dict):
        raise SettingError(f"{path} in {where} is a table of shares that sum to 1, not {_shown(value)}.")
    for part, share in value.items():
        if part not in setting.options:
            raise UnknownName(f"part of {path}", part, setting.options, where)
        if not _is_number(share) or not 0 <= share <= 1:
            raise SettingError(f"{path}.{part} in {where} is {_shown(share)}; a share lies between 0 and 1.")
    named = math.fsum(value.values())
    others = {part: share for part, share in below.items() if part not in value}
    rest = math.fsum(others.values())
    if named > 1 + SUM_TOLERANCE or (rest == 0 and named < 1 - SUM_TOLERANCE):
        raise SettingError(f"{path} in {where}: the shares sum to {named:.6g}; they must sum to 1.")
    scale = max(0.0, 1 - named) / rest if rest and named < 1 - SUM_TOLERANCE else 0.0
    if not math.isfinite(scale):
        raise SettingError(f"{path} in {where}: the other shares are all but 0; name more of them.")
    mixed = {part: share * scale for part, share in others.items()} | {
        part: float(share) for part, share in value.items()
    }
    return {part: mixed[part] for part in setting.options if part in mixed}


def _curve(setting: Setting, value: Any, path: str, where: str) -> list[float]:
    expected = f"{path} in {where} is a list of {setting.length} numbers, none below 0"
    if not isinstance(value, list) or not all(_is_number(one) for one in value):
        raise SettingError(f"{expected}, not {_shown(value)}.")
    if len(value) != setting.length:
        raise SettingError(f"{expected}; this one has {len(value)}.")
    if min(value) < 0 or max(value) == 0:
        raise SettingError(f"{expected}, and at least one above 0.")
    for one in value:
        if one and not SMALLEST_OF_CURVE <= one <= LARGEST_OF_CURVE:
            raise SettingError(
                f"{path} in {where} has {_shown(one)}; each is 0, or from {SMALLEST_OF_CURVE:f} to {LARGEST_OF_CURVE:,}."
            )
    return [abs(float(one)) for one in value]  # not -0.0


def build(declared: type, values: Mapping[str, Any], path: str, where: str) -> Any:
    """Make the section from its settings, all types and limits checked."""
    if declared.__module__.startswith("synthview."):
        return _built(declared, values, path, where)
    with answering(path, lambda: brought_by(declared)):  # another package's class may check more, and fail at it
        return _built(declared, values, path, where)


def _built(declared: type, values: Mapping[str, Any], path: str, where: str) -> Any:
    try:
        return TypeAdapter(declared).validate_json(json.dumps(values), strict=True)
    except ValidationError as refused:
        first = refused.errors(include_url=False)[0]
        name = str(first["loc"][0]) if first["loc"] else ""
        raise SettingError(_complaint(declared, name, values.get(name), path, where)) from None


def _complaint(declared: type, name: str, value: Any, path: str, where: str) -> str:
    setting = settings_of(declared).get(name)
    if setting is None or value is None:
        return f"{path} in {where} needs a value for '{name}'."
    if setting.allowed and _is_number(value) and not setting.allowed[0] <= value <= setting.allowed[1]:
        return f"{path}.{name} in {where} is {_shown(value)}; allowed is {allowance(setting)}."
    return f"{path}.{name} in {where} is {_shown(value)}; it takes {_expected(setting)}."


def allowance(setting: Setting) -> str:
    """Say which values a number may have, with their unit."""
    if setting.allowed is None:
        return ""
    return f"{setting.allowed[0]:,} to {setting.allowed[1]:,} {setting.unit}".rstrip()


def _expected(setting: Setting) -> str:
    words = {
        int: "a whole number",
        float: "a number",
        bool: "true or false",
        str: "text",
        date: "a date such as 2017-11-17",
        tuple[str, ...]: "a list of texts",
    }
    expected = words.get(
        setting.type, "a date such as 2017-11-17" if "date" in str(setting.type) else str(setting.type)
    )
    return f"{expected}, {allowance(setting)}" if setting.allowed else expected


def warnings_of(made: object, path: str) -> Iterator[str]:
    """Name the settings outside what an informed person would believe; 0 switches off and is no belief."""
    declared: type = type(made)
    for name, setting in settings_of(declared).items():
        value = getattr(made, name)
        if setting.low is None or setting.high is None or setting.low <= value <= setting.high:
            continue
        if value == 0:
            continue
        yield (
            f"{path}.{name} = {value:,} {setting.unit} is outside {setting.low:,} to {setting.high:,}, "
            f"what an informed person would believe (source: {setting.source})."
        )


def fields_of(made: object) -> dict[str, Any]:
    """Return the settings of a section as plain values, lists for tuples, dates kept."""
    listed = {field.name: getattr(made, field.name) for field in dataclasses.fields(made)}  # type: ignore[arg-type]
    return {
        name: list(value) if isinstance(value, tuple) else dict(value) if isinstance(value, dict) else value
        for name, value in listed.items()
        if value is not None
    }


def plain(value: object, path: str, where: str) -> Any:
    """Turn a value of TOML or Python into one of JSON, or say why it cannot be a setting."""
    if isinstance(value, int) and -LARGEST_WHOLE <= value < LARGEST_WHOLE:
        return value
    if isinstance(value, str):
        return _text(value, path, where)
    if isinstance(value, float) and math.isfinite(value):
        return float(value) + 0.0  # -0.0 is 0
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [plain(one, path, where) for one in value]
    if isinstance(value, Mapping):
        return {_text(str(key), path, where): plain(one, f"{path}.{key}", where) for key, one in value.items()}
    raise SettingError(f"{path} in {where} cannot be {_shown(value)}.")


def _text(text: str, path: str, where: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        text = "\0"
    if "\0" in text:
        raise SettingError(f"{path} in {where} holds a character that is no text.")
    return text


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _shown(value: object) -> str:
    try:
        shown = json.dumps(value, ensure_ascii=False, default=str)
    except (ValueError, TypeError, RecursionError):
        shown = repr(type(value))
    return shown if len(shown) <= LONGEST_SHOWN else f"{shown[:LONGEST_SHOWN]}…"


def entries_of(key: str, value: object, where: str) -> dict[str, dict[str, Any]]:
    """Read ``[[titles]]`` entries, or ``titles."A Film"`` of an override, by their names."""
    stated = plain(value, key, where)
    if isinstance(stated, dict):
        stated = [{"name": name, **table_of(f"{key}.{name}", one, where)} for name, one in stated.items()]
    if not isinstance(stated, list):
        raise SettingError(f"{key} in {where} is a list of tables, each starting with [[{key}]].")
    found: dict[str, dict[str, Any]] = {}
    for entry in stated:
        name = table_of(key, entry, where).get("name")
        if not isinstance(name, str) or not name.strip():
            raise SettingError(f"Each entry of {key} in {where} needs a name.")
        bare = name.strip()  # as the entry itself will have it
        if bare in found:
            raise SettingError(f"{key} in {where} names '{bare}' twice.")
        found[bare] = entry
    return found


def table_of(path: str, value: object, where: str) -> dict[str, Any]:
    """Refuse what is no table of settings."""
    if isinstance(value, dict):
        return value
    raise SettingError(f"{path} in {where} is a table of settings, not {_shown(value)}.")


def check_packages(value: object, known: Mapping[str, str], where: str) -> None:
    """Refuse a scenario whose actors or faults come from packages that are not here."""
    for name, package in table_of("packages", value, where).items():
        words = str(package).split()
        if not isinstance(package, str) or not words:
            raise SettingError(
                f"packages.{name} in {where} is the name of a package and its version, not {_shown(package)}."
            )
        if name not in known:
            raise SettingError(
                f"{where} needs {name} of the package {package}, which is not installed: pip install {words[0]}."
            )
