"""A scenario: every setting of a world, read from a file and checked against what exists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from synthview.scenario.declarations import GENRES, Claim, DatedEvent, NamedTitle, RunSettings
from synthview.scenario.draft import Draft
from synthview.scenario.files import Layer, layers, nested
from synthview.scenario.resolved import MODELS, Registry, Scenario

__all__ = [
    "GENRES",
    "MODELS",
    "Claim",
    "DatedEvent",
    "NamedTitle",
    "Registry",
    "RunSettings",
    "Scenario",
    "load",
    "resolve",
]


def load(
    what: str | Path | Scenario, registry: Registry, overrides: Mapping[str, Any] | None = None
) -> Scenario:
    """Load a scenario by name, by the path of a file, or with changes to one already loaded.

    `overrides` maps dotted paths to values: ``{"run.days": 5, "sittings.together": "0.3"}``.
    """
    below = [Layer(what.as_dict(), what.name)] if isinstance(what, Scenario) else layers(what)
    return resolve(below, registry, overrides)


def resolve(
    below: Sequence[Layer], registry: Registry, overrides: Mapping[str, Any] | None = None
) -> Scenario:
    """Lay what is stated over the defaults, the lowest first, then the overrides.

    Without a stated epoch, the world begins at the start in the files; an override of the start
    then cuts a window.
    """
    draft = Draft(registry)
    for layer in below:
        draft.lay(layer)
    draft.sections["run"].setdefault("epoch", draft.sections["run"]["start"])
    draft.lay(Layer(nested(overrides or {}), "--set"), may_add=False)
    return draft.finish(below[-1].where if below else "the defaults")
