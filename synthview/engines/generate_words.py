"""The words of `synthview.generate`, for the two kinds of what it returns."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, TypedDict

from synthview.engines.local import Progress

__all__ = ["Words"]


class Words(TypedDict, total=False):
    """What `generate` takes beside the scenario and the directory."""

    seed: int | None
    households: int | None
    events: float | None
    start: date | str | None
    epoch: date | str | None
    days: int | None
    set: Mapping[str, Any] | None
    without: Sequence[str]
    only: Sequence[str] | None
    cast: Mapping[str, int | str]
    drop_households: Sequence[int]
    household: int | None
    household_range: range | None
    country: str | None
    household_type: str | None
    plan: str | None
    tables: str | Sequence[str] | None
    titles: str | None
    closed: bool | None
    format: str
    compression: str | None
    partition: str | None
    ids: str | None
    bom: bool
    file_size: int | None
    row_group: int | None
    sort: str | None
    writer: str | None
    workers: int | None
    overwrite: bool
    progress: Callable[[Progress], None] | None
