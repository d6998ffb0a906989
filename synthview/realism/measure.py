"""A family of figures: how each is computed from a study, and the curves that its plot shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from synthview.realism.observed import Observed
from synthview.realism.samples import Sample
from synthview.realism.tally import Tally

__all__ = ["Compute", "Curve", "Family", "Measure", "Rows"]

Compute = Callable[[Observed], Mapping[str, Tally]]
"""Figures by the id of their published row; an id left out has no data in this study."""
Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Measure:
    """Some figures that are computed together.

    `sample` is what a scenario is simulated as for them, `days` how many days they need at least.
    """

    ids: tuple[str, ...]
    sample: Sample
    compute: Compute
    days: int = 1


@dataclass(frozen=True, slots=True)
class Curve:
    """A line or distribution behind the figures, for the page alone: rows of plain values."""

    name: str
    sample: Sample
    compute: Callable[[Observed], Rows]
    days: int = 1


@dataclass(frozen=True, slots=True)
class Family:
    """Figures about one thing, told and drawn together."""

    name: str
    title: str
    about: str
    measures: tuple[Measure, ...]
    curves: tuple[Curve, ...] = ()
