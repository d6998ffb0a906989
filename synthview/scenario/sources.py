"""The published figures behind the settings: who measured what, when, and how sure it is."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from synthview.errors import UnknownName
from synthview.scenario import Scenario
from synthview.scenario.declarations import Claim
from synthview.scenario.entries import STATED, Entry, entries
from synthview.scenario.settings import CHOICE, GUESS

__all__ = [
    "SUPPORTING",
    "Basis",
    "Source",
    "basis",
    "ids_in",
    "resting_on",
    "source",
    "sources",
    "sources_used",
]

SUPPORTING = frozenset({"target", "fact"})
"""Uses that a default may rest on: ``context`` only suggests a range, a ``claim`` is a question."""


@dataclass(frozen=True, slots=True)
class Source:
    """One row of the list of sources; `value`, `low` and `high` are text, since some are dates.

    A target says how it is compared: `selection` is who and what is taken on our side, `statistic`
    what is computed of it, `margin` by how much it may differ (a number in the unit of the row,
    points or %; empty for the usual margin). Or `not_applicable` says why it is not compared.
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
        known = [one for one in (self.source_publisher, self.year) if one]
        return ", ".join(known) or "nobody: a rule of thumb"

    @property
    def figure(self) -> str:
        """The published value with its unit, and its range where one is known."""
        spread = ""
        if self.low or self.high:
            spread = f" ({self.low or '…'} to {self.high or '…'})"
        return f"{self.value}{spread} {self.unit}".strip() or "no figure"


@cache
def sources() -> Mapping[str, Source]:
    """Return every source by its id, in the order of the list."""
    text = files("synthview").joinpath("data/calibration.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(io.StringIO(text, newline=""))
    return {row["id"]: Source(**row) for row in rows}


def source(name: str) -> Source:
    """Look a source up by its id, such as ``S04``."""
    if name in sources():
        return sources()[name]
    raise UnknownName("source", name, sources())


def ids_in(text: str) -> list[str]:
    """Return the ids in ``X03, X04``; words such as ``guess`` and ``choice`` are none."""
    words = [part.strip() for part in text.split(",")]
    return [word for word in words if word in sources()]


def resting_on(scenario: Scenario) -> dict[str, list[str]]:
    """Return the paths of settings by source: an id, ``guess``, ``choice`` or ``scenario``."""
    by_source = _by_source(entries(scenario))
    return {name: [entry.path for entry in found] for name, found in by_source.items()}


def _by_source(listed: Iterable[Entry]) -> dict[str, list[Entry]]:
    found: dict[str, list[Entry]] = {}
    for entry in listed:
        for name in ids_in(entry.source) or [entry.source]:
            found.setdefault(name, []).append(entry)
    return found


def sources_used(scenario: Scenario) -> list[Source]:
    """Return the published figures that a scenario rests on, in the order of the list."""
    used = resting_on(scenario)
    return [one for name, one in sources().items() if name in used]


_MEANT_FOR_READERS = frozenset({"name", "source", "about"})


@dataclass(frozen=True, slots=True)
class Basis:
    """What a scenario rests on.

    `published` are the figures with the settings that use them, `stated` the scenario's own values.
    `claims` are the numbers it asks about; nothing rests on them.
    """

    published: Mapping[str, tuple[Entry, ...]]
    guesses: tuple[Entry, ...]
    choices: tuple[Entry, ...]
    stated: tuple[Entry, ...]
    claims: tuple[Claim, ...]

    def in_words(self) -> str:
        """Count each of them in one sentence."""
        supported = {entry.path for used in self.published.values() for entry in used}
        asked = "claim is" if len(self.claims) == 1 else "claims are"
        return (
            f"{len(self.published)} published figures stand behind {len(supported)} settings; "
            f"{len(self.guesses)} settings are guesses, {len(self.choices)} are choices, "
            f"{len(self.stated)} are the scenario's own; {len(self.claims)} {asked} asked about."
        )


def basis(scenario: Scenario) -> Basis:
    """Sort every setting of a scenario by what it rests on."""
    counted = [entry for entry in entries(scenario) if not _is_for_readers(entry)]
    found = {name: tuple(those) for name, those in _by_source(counted).items()}
    return Basis(
        published={name: found[name] for name in sources() if name in found},
        guesses=found.get(GUESS, ()),
        choices=found.get(CHOICE, ()),
        stated=found.get(STATED, ()),
        claims=tuple(scenario.claims),
    )


def _is_for_readers(entry: Entry) -> bool:
    return bool(entry.facts_from) and entry.setting.name in _MEANT_FOR_READERS
