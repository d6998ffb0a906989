"""The published figures that settings rest on: who measured what, when, and how sure it is."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from synthview.errors import UnknownName
from synthview.scenario import Scenario
from synthview.scenario.entries import STATED, Entry, entries
from synthview.scenario.facts import Claim
from synthview.scenario.settings import CHOICE, GUESS

__all__ = ["SUPPORTING", "Basis", "Source", "basis", "ids_in", "resting_on", "source", "sources", "sources_used"]

SUPPORTING = frozenset({"target", "fact"})
"""Uses that a default may rest on: ``context`` suggests a range at most, a ``claim`` is only ever a question."""


@dataclass(frozen=True, slots=True)
class Source:
    """One row of the list of sources; `value`, `low` and `high` are text, since some are dates.

    A target says how it is compared: `selection` is who and what is taken on our side, `statistic`
    what is computed of it, `margin` by how much it may differ (a number in the unit of the row, points
    or %; empty for the usual margin). Or `not_applicable` says why it is not compared.
    """

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
    selection: str
    statistic: str
    margin: str
    not_applicable: str

    @property
    def published_by(self) -> str:
        """Who published it and when, as far as somebody did."""
        return ", ".join(one for one in (self.source_publisher, self.year) if one) or "nobody: a rule of thumb"

    @property
    def figure(self) -> str:
        """The published value with its unit, and its range where one is known."""
        spread = f" ({self.low or '…'} to {self.high or '…'})" if self.low or self.high else ""
        return f"{self.value}{spread} {self.unit}".strip() or "no figure"


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


_MEANT_FOR_READERS = frozenset({"name", "source", "about"})


@dataclass(frozen=True, slots=True)
class Basis:
    """What a scenario rests on: published figures with the settings that use them, guesses, choices, its own values.

    `claims` are the numbers it asks about; nothing rests on them.
    """

    published: Mapping[str, tuple[Entry, ...]]
    guesses: tuple[Entry, ...]
    choices: tuple[Entry, ...]
    stated: tuple[Entry, ...]
    claims: tuple[Claim, ...]

    def in_words(self) -> str:
        """How much of each there is."""
        supported = {entry.path for used in self.published.values() for entry in used}
        return (
            f"{len(self.published)} published figures stand behind {len(supported)} settings; {len(self.guesses)} "
            f"settings are guesses, {len(self.choices)} are choices, {len(self.stated)} are the scenario's own; "
            f"{len(self.claims)} {'claim is' if len(self.claims) == 1 else 'claims are'} asked about."
        )


def basis(scenario: Scenario) -> Basis:
    """Sort every setting of a scenario by what it rests on."""
    found: dict[str, list[Entry]] = {}
    for entry in entries(scenario):
        if entry.facts_from and entry.setting.name in _MEANT_FOR_READERS:
            continue
        for name in ids_in(entry.source) or [entry.source]:
            found.setdefault(name, []).append(entry)
    guesses, choices, stated = (tuple(found.get(name, ())) for name in (GUESS, CHOICE, STATED))
    published = {name: tuple(found[name]) for name in sources() if name in found}
    return Basis(published, guesses, choices, stated, tuple(scenario.claims))
