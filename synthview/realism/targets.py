"""The published figures that a world is compared with, each with its accepted range."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from synthview.errors import UnknownName
from synthview.scenario.sources import Source, sources

__all__ = ["Target", "chosen", "targets"]

_MARGIN = re.compile(r"(?P<size>[\d.]+) ?(?P<unit>%|points)?")
_USUAL_MARGIN = 0.10
"""A figure without a published range may differ by this share of its value."""
_USUAL_POINTS = 2.0
"""A share without a published range may differ by this many points …"""
_LARGEST_MARGIN = 0.25
"""… but by no more than this share of its value: 2 points around 0.7 % would accept anything."""


@dataclass(frozen=True, slots=True)
class Target:
    """One row of `calibration.csv` with ``use=target``; numbers are in the unit of the row.

    `low` and `high` bound what counts as agreement. They are the published range, widened by the
    row's margin; without a range they are the value and the margin around it.
    """

    source: Source
    value: float
    low: float
    high: float

    @property
    def id(self) -> str:
        """The id of the row, such as ``S04``."""
        return self.source.id

    @property
    def not_applicable(self) -> str:
        """Why the row cannot be compared, or nothing where it can."""
        return self.source.not_applicable

    @property
    def is_share(self) -> bool:
        """Whether the figure is a percentage."""
        return self.source.unit.startswith("%")


@cache
def targets() -> Mapping[str, Target]:
    """Return every row that a world is compared with, by id, in the order of the list.

    A row with ``use=claim`` is a question, not a target, and is left out, as are facts and context.
    """
    rows = [one for one in sources().values() if one.use == "target"]
    return {one.id: _target(one) for one in rows}


def chosen(names: Sequence[str] | None) -> list[str]:
    """Return the ids asked for: all, or those named, where ``T01`` stands for ``T01-00`` and on.

    Raises:
        UnknownName: no target has this id; the message offers the nearest.
    """
    if names is None:
        return list(targets())
    wanted = {one for name in names for one in _answering_to(name)}
    return [one for one in targets() if one in wanted]


def _answering_to(name: str) -> Iterable[str]:
    if name in targets():
        return [name]
    family = [one for one in targets() if one.startswith(f"{name}-")]
    if not family:
        raise UnknownName("published figure to compare with", name, targets(), "--only")
    return family


def _target(source: Source) -> Target:
    value = float(source.value)
    margin = _margin(source, value)
    has_range = bool(source.low or source.high)
    widening = margin if source.margin else 0.0
    low = float(source.low) - widening if source.low else value - margin
    high = float(source.high) + widening if source.high else value + margin
    if not has_range:
        low = value - margin
        high = value + margin
    return Target(source, value, low, high)


def _margin(source: Source, value: float) -> float:
    """How far a value may lie from the published one, in the unit of the row."""
    if not source.margin:
        return _usual_margin(source, value)
    found = _MARGIN.fullmatch(source.margin)
    if found is None:
        raise ValueError(
            f"{source.id}: the margin '{source.margin}' is neither a number, points nor %"
        )
    size = float(found["size"])
    return size / 100 * abs(value) if found["unit"] == "%" else size


def _usual_margin(source: Source, value: float) -> float:
    if source.unit.startswith("%"):
        return min(_USUAL_POINTS, _LARGEST_MARGIN * abs(value))
    return _USUAL_MARGIN * abs(value)
