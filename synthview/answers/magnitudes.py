"""Named sizes of `everyday`, so that two people who say S have the same rows and answers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from synthview.errors import InvalidChoice

__all__ = ["MAGNITUDES", "Magnitude", "magnitude", "published"]

_DAYS = 28
"""Four whole weeks: a month of actives, and retention over some weeks."""


@dataclass(frozen=True)
class Magnitude:
    """How large a dataset of a name is: its households and days, and its events roughly."""

    name: str
    households: int
    days: int
    events: str


MAGNITUDES: Mapping[str, Magnitude] = {
    one.name: one
    for one in (
        Magnitude("S", 600, _DAYS, "1 million"),
        Magnitude("M", 60_000, _DAYS, "100 million"),
        Magnitude("L", 600_000, _DAYS, "1 billion"),
        Magnitude("XL", 5_000_000, _DAYS, "9 billion"),
    )
}
"""Each is a prefix of the next: its first households, over the same days."""


def magnitude(name: str) -> Magnitude:
    """Look a size up by its name; raises InvalidChoice."""
    if name.upper() in MAGNITUDES:
        return MAGNITUDES[name.upper()]
    raise InvalidChoice("size", name, MAGNITUDES, "--size")


def published(settings: Mapping[str, Any]) -> str | None:
    """The digest of answers that was published for a run with these settings, if one was."""
    for one in _published().values():
        if all(settings.get(name) == value for name, value in one["settings"].items()):
            return str(one["digest"])
    return None


@cache
def _published() -> Mapping[str, Any]:
    content: dict[str, Any] = json.loads(
        files("synthview.answers").joinpath("published.json").read_text("utf-8")
    )
    return content
