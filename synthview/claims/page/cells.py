"""Rows of the tables under the charts: which figures of the JSON they show, and in which words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from synthview.wording import day, figure, percent, rarely

__all__ = ["ROWS"]

_Say = Callable[[Any], str]


def _or_no(value: float | None) -> str:
    """A number, or a dash where it is counted and has no interval."""
    return "–" if value is None else figure(value)


_COLUMNS: Mapping[str, tuple[tuple[str, _Say], ...]] = {
    "seed_row": (("seed", str), ("value", figure)),
    "watched_row": (("watched", str), ("value", figure)),
    "source_row": (("source", str), ("days", figure), ("homes", figure)),
    "share_row": (("label", str), ("value", figure), ("low", figure), ("high", figure)),
    "strip_row": (("label", str), ("median", figure), ("low", figure), ("high", figure)),
    "reason_row": (("label", str), ("accounts", figure)),
    "world_row": (
        ("label", str),
        ("share_of_worlds", percent),
        ("same_person", figure),
        ("nobody", figure),
    ),
    "percent_row": (("label", str), ("median", percent), ("low", percent), ("high", percent)),
    "covered_row": (("nominal", percent), ("found", percent), ("low", percent), ("high", percent)),
    "ladder_row": (("days", figure), ("accounts", figure), ("low", _or_no), ("high", _or_no)),
    "count_row": (("days", figure), ("count", figure)),
    "day_row": (("date", day), ("viewers", figure)),
    "range_row": (
        ("label", str),
        ("path", str),
        ("unit", str),
        ("low", rarely),
        ("high", rarely),
        ("source", str),
        ("index", percent),
    ),
}


def _row(columns: tuple[tuple[str, _Say], ...]) -> Callable[[Any], list[str]]:
    return lambda one: [say(getattr(one, name)) for name, say in columns]


ROWS: Mapping[str, Callable[[Any], list[str]]] = {
    name: _row(columns) for name, columns in _COLUMNS.items()
}
"""A filter of the templates for each kind of row."""
