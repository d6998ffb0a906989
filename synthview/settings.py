"""How a setting is declared: its value, unit, limits and where the number comes from.

A section of a scenario is a frozen class whose fields are settings::

    @section
    class Viewing:
        hours_per_day: float = number(1.3, unit="hours", allowed=(0, 24), low=1.19, high=1.42,
                                      source="S04", about="Hours watched per account and day.")

Outside ``allowed`` is an error; outside ``low`` to ``high`` (the 5 % and 95 % points of what an
informed person would believe) is a warning. ``source`` is an id of ``calibration.csv`` or ``guess``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypeVar, dataclass_transform

from pydantic import ConfigDict, Field
from pydantic.dataclasses import dataclass

__all__ = ["GUESS", "choice", "curve", "fact", "number", "section", "shares"]

Scale = Literal["linear", "log", "logit"]
Section = TypeVar("Section")
GUESS = "guess"
"""The source of a number that nobody has published."""


def number(
    default: float,
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
    extra: dict[str, Any] = {"kind": "number", "unit": unit, "low": low, "high": high, "source": source, "scale": scale}
    return Field(default, ge=allowed[0], le=allowed[1], description=about, json_schema_extra=extra)


def shares(default: Mapping[str, float], *, source: str, about: str) -> Any:
    """Declare named parts of a whole that sum to 1."""
    extra: dict[str, Any] = {"kind": "shares", "unit": "share", "source": source}
    return Field(default_factory=lambda: dict(default), description=about, json_schema_extra=extra)


def curve(default: Sequence[float], *, unit: str, source: str, about: str) -> Any:
    """Declare a row of non-negative numbers, such as 24 hours or 7 weekdays (Monday first)."""
    extra: dict[str, Any] = {"kind": "curve", "unit": unit, "source": source, "length": len(default)}
    return Field(tuple(default), description=about, json_schema_extra=extra)


def choice(default: str, *, options: Sequence[str], about: str) -> Any:
    """Declare one of a few words."""
    extra: dict[str, Any] = {"kind": "choice", "unit": "", "source": "choice", "options": list(options)}
    return Field(default, description=about, json_schema_extra=extra)


def fact(default: Any, *, source: str, about: str, unit: str = "") -> Any:
    """Declare something a scenario states, such as a date, that is not varied."""
    extra: dict[str, Any] = {"kind": "fact", "unit": unit, "source": source}
    return Field(default, description=about, json_schema_extra=extra)


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(number, shares, curve, choice, fact))
def section(declared: type[Section]) -> type[Section]:
    """Make a class of settings: frozen, keyword-only, checked, unknown names refused."""
    strict = ConfigDict(extra="forbid", str_strip_whitespace=True)
    return dataclass(declared, frozen=True, kw_only=True, config=strict)  # type: ignore[return-value]
