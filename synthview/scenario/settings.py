"""Declare settings: value, unit, limits and the source of the number.

A section of a scenario is a frozen class whose fields are settings::

    @section
    class Viewing:
        hours_per_day: float = number(
            1.3,
            unit="hours",
            allowed=(0, 24),
            low=1.19,
            high=1.42,
            source="S04",
            about="Hours watched per account and day.",
        )

A value outside ``allowed`` is an error. A value outside its plausible range is a warning:
``low`` to ``high``, the 5 % and 95 % points for an informed person. ``source`` is an id of
``calibration.csv`` or ``guess``.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from functools import cache
from types import EllipsisType
from typing import Any, Literal, TypeVar, dataclass_transform

from annotated_types import Ge, Le
from pydantic import ConfigDict, Field
from pydantic.dataclasses import dataclass
from pydantic.fields import FieldInfo

__all__ = [
    "CHOICE",
    "GUESS",
    "Setting",
    "choice",
    "curve",
    "fact",
    "number",
    "section",
    "settings_of",
    "shares",
]

Scale = Literal["linear", "log", "logit"]
Section = TypeVar("Section")
GUESS = "guess"
"""The source of a number that nobody has published."""
CHOICE = "choice"
"""The source of a number that is ours to decide, such as the interval of a heartbeat."""


@dataclasses.dataclass(frozen=True)
class Setting:
    """One declared setting: everything a page of help, a check or a search over its range needs."""

    name: str
    kind: str
    type: Any
    default: Any
    unit: str
    source: str
    about: str
    allowed: tuple[float, float] | None = None
    low: float | None = None
    high: float | None = None
    scale: str = "linear"
    options: tuple[str, ...] = ()
    length: int = 0
    required: bool = False


def number(
    default: float | EllipsisType,
    *,
    unit: str,
    allowed: tuple[float, float],
    low: float,
    high: float,
    source: str,
    about: str,
    scale: Scale = "linear",
) -> Any:
    """Declare a number: refused outside ``allowed``, warned about outside ``low`` to ``high``."""
    extra: dict[str, Any] = {
        "kind": "number",
        "unit": unit,
        "low": low,
        "high": high,
        "source": source,
        "scale": scale,
    }
    return Field(default, ge=allowed[0], le=allowed[1], description=about, json_schema_extra=extra)


def shares(
    default: Mapping[str, float], *, source: str, about: str, options: Sequence[str] = ()
) -> Any:
    """Declare named parts of a whole that sum to 1; `options` names parts without a default."""
    parts = list(dict.fromkeys([*default, *options]))
    extra: dict[str, Any] = {"kind": "shares", "unit": "share", "source": source, "options": parts}
    return Field(default_factory=lambda: dict(default), description=about, json_schema_extra=extra)


def curve(default: Sequence[float], *, unit: str, source: str, about: str) -> Any:
    """Declare a row of non-negative numbers, such as 24 hours or 7 weekdays (Monday first)."""
    extra: dict[str, Any] = {
        "kind": "curve",
        "unit": unit,
        "source": source,
        "length": len(default),
    }
    return Field(tuple(default), description=about, json_schema_extra=extra)


def choice(default: str, *, options: Sequence[str], about: str) -> Any:
    """Declare one of a few words."""
    extra: dict[str, Any] = {
        "kind": "choice",
        "unit": "",
        "source": CHOICE,
        "options": list(options),
    }
    return Field(default, description=about, json_schema_extra=extra)


def fact(default: Any, *, source: str, about: str, unit: str = "") -> Any:
    """Declare something a scenario states, such as a date, that is not varied."""
    extra: dict[str, Any] = {"kind": "fact", "unit": unit, "source": source}
    return Field(default, description=about, json_schema_extra=extra)


@dataclass_transform(frozen_default=True, kw_only_default=True)
def section(declared: type[Section]) -> type[Section]:
    """Make a class of settings: frozen, keyword-only, checked, unknown names refused."""
    strict = ConfigDict(extra="forbid", str_strip_whitespace=True)
    make = dataclass(frozen=True, kw_only=True, config=strict)
    return make(declared)  # type: ignore[return-value]


@cache
def settings_of(declared: type[Any]) -> Mapping[str, Setting]:
    """Return the settings of a section by name, in the order of their declaration."""
    fields: dict[str, FieldInfo] = declared.__pydantic_fields__
    return {name: _setting(name, field) for name, field in fields.items()}


def _setting(name: str, field: FieldInfo) -> Setting:
    declared = field.json_schema_extra
    extra = declared if isinstance(declared, dict) else {}
    frozen: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in extra.items()
    }
    lowest: list[Any] = [limit.ge for limit in field.metadata if isinstance(limit, Ge)]
    highest: list[Any] = [limit.le for limit in field.metadata if isinstance(limit, Le)]
    return Setting(
        name=name,
        type=field.annotation,
        default=_default(field),
        about=field.description or "",
        allowed=(lowest[0], highest[0]) if lowest and highest else None,
        required=field.is_required(),
        **frozen,
    )


def _default(field: FieldInfo) -> Any:
    if field.is_required():
        return None
    made: Any = field.default_factory
    return made() if made else field.default
