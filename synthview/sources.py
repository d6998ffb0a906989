"""The published figures that settings rest on: who measured what, when, and how sure it is."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from synthview.entries import entries
from synthview.errors import UnknownName
from synthview.scenario import Scenario

__all__ = ["SUPPORTING", "Source", "ids_in", "resting_on", "source", "sources", "sources_used"]

SUPPORTING = frozenset({"target", "fact"})
"""Uses that a default may rest on: ``context`` suggests a range at most, a ``claim`` is only ever a question."""


@dataclass(frozen=True, slots=True)
class Source:
    """One row of the list of sources; `value`, `low` and `high` are text, since some are dates."""

    id: str
    use: str
    quantity: str
    population: str
    period: str
    value: str
    low: str
    high: str
    unit: str
    source_title: str
    source_publisher: str
    year: str
    url: str
    confidence: str
    note: str

    @property
    def figure(self) -> str:
        """The published value with its unit, and its range where one is known."""
        spread = f" ({self.low or '…'} to {self.high or '…'})" if self.low or self.high else ""
        return f"{self.value}{spread} {self.unit}".strip()


@cache
def sources() -> Mapping[str, Source]:
    """Return every source by its id, in the order of the list."""
    text = files("synthview").joinpath("data/calibration.csv").read_text(encoding="utf-8")
    return {row["id"]: Source(**row) for row in csv.DictReader(io.StringIO(text, newline=""))}


def source(name: str) -> Source:
    """Look a source up by its id, such as ``S04``."""
    if name in sources():
        return sources()[name]
    raise UnknownName("source", name, sources())


def ids_in(text: str) -> list[str]:
    """Return the ids in ``X03, X04``; words such as ``guess`` and ``choice`` are none."""
    return [one for one in (part.strip() for part in text.split(",")) if one in sources()]


def resting_on(scenario: Scenario) -> dict[str, list[str]]:
    """Return the paths of the settings that rest on each source, on ``guess``, ``choice`` or ``scenario``."""
    found: dict[str, list[str]] = {}
    for entry in entries(scenario):
        for name in ids_in(entry.source) or [entry.source]:
            found.setdefault(name, []).append(entry.path)
    return found


def sources_used(scenario: Scenario) -> list[Source]:
    """Return the published figures that a scenario rests on, in the order of the list."""
    used = resting_on(scenario)
    return [one for name, one in sources().items() if name in used]
