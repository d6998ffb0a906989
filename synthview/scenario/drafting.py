"""Lay settings from several places over one another, and refuse invalid values."""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, get_args

from pydantic import TypeAdapter, ValidationError

from synthview.errors import InvalidChoice, SettingError, UnknownName
from synthview.outside.packages import answering, brought_by
from synthview.scenario.settings import Setting, settings_of
from synthview.tables.company_tables import HeldTables

__all__ = [
    "MEMBERS",
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
MEMBERS = ":members"
"""After a number of a cast: its households need not act."""
LONGEST_SHOWN = 60
SMALLEST_OF_CURVE, LARGEST_OF_CURVE = 1e-6, 10**6
"""Only proportions count in a curve. Larger values would overflow, smaller ones vanish."""
A_DATE = "a date such as 2017-11-17"
EXPECTED: Mapping[Any, str] = {
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    str: "text",
    date: A_DATE,
    tuple[str, ...]: "a list of texts",
    HeldTables: f"a list of some of {', '.join(get_args(get_args(HeldTables)[0]))}",
}
"""What a message asks for, by the type of a setting."""


def lay(
    declared: type, below: Mapping[str, Any], above: object, path: str, where: str
) -> dict[str, Any]:
    """Lay the settings of one section over those already there."""
    if not isinstance(above, Mapping):
        raise SettingError(
            f"{path} in {where} must be a section with settings, not {_shown(above)}."
        )
    laid = dict(below)
    known = settings_of(declared)
    for name, stated in above.items():
        if name not in known:
            raise UnknownName(f"setting in {path}", str(name), known, where)
        place = f"{path}.{name}"
        value = _plain_for(known[name], stated, place, where)
        laid[name] = _settle(known[name], below.get(name), value, place, where)
    return laid


def _plain_for(setting: Setting, value: object, path: str, where: str) -> Any:
    """Turn a value into one of JSON. An error about a number says its limits too."""
    try:
        return plain(value, path, where)
    except SettingError as refused:
        if setting.allowed is None:
            raise
        complaint = str(refused).removesuffix(".")
        raise SettingError(f"{complaint}; allowed is {allowance(setting)}.") from None


def _settle(setting: Setting, below: Any, value: Any, path: str, where: str) -> Any:
    if setting.kind == "shares":
        return _share_out(setting, below, value, path, where)
    if setting.kind == "curve":
        return _curve(setting, value, path, where)
    stated = as_text(value) if setting.type is str else value
    if setting.kind == "choice" and stated not in setting.options:
        raise InvalidChoice(path, str(stated), setting.options, where)
    return stated


def as_text(value: Any) -> Any:
    """Turn a number into text, for where text is expected, such as the age rating 7."""
    return str(value) if _is_number(value) else value


def count_cast(value: object, known: Sequence[str], where: str) -> dict[str, tuple[int, bool]]:
    """Read how many households each named actor or fault gets, and whether they need not act."""
    if not isinstance(value, Mapping):
        raise SettingError(
            f"cast in {where} must be a table with a number of households for each actor or "
            f"fault, such as reseller = 2."
        )
    counts: dict[str, tuple[int, bool]] = {}
    for name, stated in value.items():
        if name not in known:
            raise UnknownName("actor or fault", str(name), known, where)
        is_idle = isinstance(stated, str) and stated.endswith(MEMBERS)
        number = stated.removesuffix(MEMBERS) if isinstance(stated, str) and is_idle else ""
        count = int(number) if number.isascii() and number.isdecimal() else stated
        is_whole = isinstance(count, int) and not isinstance(count, bool)
        if not is_whole or not 0 <= count <= MOST_CAST:
            raise SettingError(
                f"cast.{name} in {where} must be a number of households from 0 to {MOST_CAST:,} "
                f'that act, or as text, such as "3{MEMBERS}", of some that need not act; '
                f"not {_shown(stated)}."
            )
        counts[str(name)] = count, is_idle
    return counts


def _share_out(
    setting: Setting, below: Mapping[str, float], value: Any, path: str, where: str
) -> dict[str, float]:
    """Set the named parts; the others keep their proportions and fill what is left of 1."""
    _check_shares(setting, value, path, where)
    others = {part: share for part, share in below.items() if part not in value}
    named = math.fsum(value.values())
    rest = math.fsum(others.values())
    is_short = named < 1 - SUM_TOLERANCE
    if named > 1 + SUM_TOLERANCE or (rest == 0 and is_short):
        raise SettingError(f"{path} in {where}: the shares sum to {named:.6g}; they must sum to 1.")
    scale = max(0.0, 1 - named) / rest if rest and is_short else 0.0
    if not math.isfinite(scale):
        raise SettingError(
            f"{path} in {where}: the shares of the other parts are too close to 0 to fill what is "
            f"left of 1. State more of them."
        )
    scaled = {part: share * scale for part, share in others.items()}
    stated = {part: float(share) for part, share in value.items()}
    mixed = scaled | stated
    return {part: mixed[part] for part in setting.options if part in mixed}


def _check_shares(setting: Setting, value: Any, path: str, where: str) -> None:
    if not isinstance(value, dict):
        raise SettingError(
            f"{path} in {where} must be a table of shares that sum to 1, not {_shown(value)}."
        )
    for part, share in value.items():
        if part not in setting.options:
            raise UnknownName(f"part of {path}", part, setting.options, where)
        if not _is_number(share) or not 0 <= share <= 1:
            raise SettingError(
                f"{path}.{part} in {where} is {_shown(share)}; a share must be between 0 and 1."
            )


def _curve(setting: Setting, value: Any, path: str, where: str) -> list[float]:
    expected = f"{path} in {where} must be a list of {setting.length} numbers, none below 0"
    if not isinstance(value, list) or not all(_is_number(one) for one in value):
        raise SettingError(f"{expected}, not {_shown(value)}.")
    count = len(value)
    if count != setting.length:
        raise SettingError(f"{expected}; this one has {count}.")
    if min(value) < 0 or max(value) == 0:
        raise SettingError(f"{expected}, and at least one above 0.")
    for one in value:
        if one and not SMALLEST_OF_CURVE <= one <= LARGEST_OF_CURVE:
            raise SettingError(
                f"{path} in {where} has {_shown(one)}; each is 0, or from "
                f"{SMALLEST_OF_CURVE:f} to {LARGEST_OF_CURVE:,}."
            )
    return [abs(float(one)) for one in value]  # not -0.0


def build(declared: type, values: Mapping[str, Any], path: str, where: str) -> Any:
    """Make the section from its settings, all types and limits checked."""
    if declared.__module__.startswith("synthview."):
        return _built(declared, values, path, where)
    with answering(path, lambda: brought_by(declared)):
        # A class of another package may have checks of its own, and these may fail.
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
    given = f"{path}.{name} in {where} is {_shown(value)}"
    if setting.allowed and _is_number(value):
        lowest, highest = setting.allowed
        if not lowest <= value <= highest:
            return f"{given}; allowed is {allowance(setting)}."
    return f"{given}; it must be {_expected(setting)}."


def allowance(setting: Setting) -> str:
    """Say which values a number may have, with their unit."""
    if setting.allowed is None:
        return ""
    return f"{setting.allowed[0]:,} to {setting.allowed[1]:,} {setting.unit}".rstrip()


def _expected(setting: Setting) -> str:
    of_type = str(setting.type)
    fallback = A_DATE if "date" in of_type else of_type
    expected = EXPECTED.get(setting.type, fallback)
    return f"{expected}, {allowance(setting)}" if setting.allowed else expected


def warnings_of(made: object, path: str) -> Iterator[str]:
    """Name the settings outside their plausible range. A value of 0 (switched off) never counts."""
    declared: type = type(made)
    for name, setting in settings_of(declared).items():
        value = getattr(made, name)
        if setting.low is None or setting.high is None or value == 0:
            continue
        if not setting.low <= value <= setting.high:
            yield (
                f"{path}.{name} = {value:,} {setting.unit} is outside its plausible range, "
                f"{setting.low:,} to {setting.high:,} (source: {setting.source})."
            )


def fields_of(made: object) -> dict[str, Any]:
    """Return the settings of a section as plain values, lists for tuples, dates kept."""
    names = [field.name for field in dataclasses.fields(made)]  # type: ignore[arg-type]
    values = {name: getattr(made, name) for name in names}
    return {name: _copied(value) for name, value in values.items() if value is not None}


def _copied(value: object) -> Any:
    if isinstance(value, tuple):
        return list(value)
    return dict(value) if isinstance(value, dict) else value


def plain(value: object, path: str, where: str) -> Any:
    """Turn a value of TOML or Python into one of JSON, or say why it cannot be a setting."""
    if isinstance(value, int) and -LARGEST_WHOLE <= value < LARGEST_WHOLE:  # bool too
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
        return {
            _text(str(key), path, where): plain(one, f"{path}.{key}", where)
            for key, one in value.items()
        }
    raise SettingError(f"{path} in {where} cannot be {_shown(value)}.")


def _text(text: str, path: str, where: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        text = "\0"
    if "\0" in text:
        raise SettingError(f"{path} in {where} has a character that is not text.")
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
        tables = {name: table_of(f"{key}.{name}", one, where) for name, one in stated.items()}
        stated = [{"name": name, **table} for name, table in tables.items()]
    if not isinstance(stated, list):
        raise SettingError(
            f"{key} in {where} must be a list of tables, each starting with [[{key}]]."
        )
    found: dict[str, dict[str, Any]] = {}
    for entry in stated:
        name = table_of(key, entry, where).get("name")
        if not isinstance(name, str) or not name.strip():
            raise SettingError(f"Each entry of {key} in {where} needs a name.")
        stripped = name.strip()  # as the entry itself will have it
        if stripped in found:
            raise SettingError(f"{key} in {where} names '{stripped}' twice.")
        found[stripped] = entry
    return found


def table_of(path: str, value: object, where: str) -> dict[str, Any]:
    """Refuse what is no table of settings."""
    if isinstance(value, dict):
        return value
    raise SettingError(f"{path} in {where} must be a table of settings, not {_shown(value)}.")


def check_packages(value: object, known: Mapping[str, str], where: str) -> None:
    """Refuse a scenario whose actors or faults come from packages that are not here."""
    for name, package in table_of("packages", value, where).items():
        words = str(package).split()
        if not isinstance(package, str) or not words:
            raise SettingError(
                f"packages.{name} in {where} must be the name of a package and its version, "
                f"not {_shown(package)}."
            )
        if name not in known:
            raise SettingError(
                f"{where} needs {name} of the package {package}, which is not installed: "
                f"pip install {words[0]}."
            )
