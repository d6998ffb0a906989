"""synthview simulates a streaming-video service and keeps, beside its log, who really watched."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from synthview.checks.scores import score
    from synthview.checks.splits import split
    from synthview.dataset import Dataset, RunDirectory, generate, read
    from synthview.live.incoming import stream
    from synthview.scanning import scan
    from synthview.scenario import Scenario
    from synthview.sinks.retyped_ids import ids_to_int, ids_to_text
    from synthview.sinks.sql_tables import ddl

    __version__: str

__all__ = [
    "Dataset",
    "RunDirectory",
    "Scenario",
    "__version__",
    "ddl",
    "generate",
    "ids_to_int",
    "ids_to_text",
    "read",
    "scan",
    "score",
    "split",
    "stream",
]

_HOMES = {
    "Dataset": "synthview.dataset",
    "RunDirectory": "synthview.dataset",
    "generate": "synthview.dataset",
    "read": "synthview.dataset",
    "scan": "synthview.scanning",
    "score": "synthview.checks.scores",
    "split": "synthview.checks.splits",
    "stream": "synthview.live.incoming",
    "Scenario": "synthview.scenario",
    "ddl": "synthview.sinks.sql_tables",
    "ids_to_int": "synthview.sinks.retyped_ids",
    "ids_to_text": "synthview.sinks.retyped_ids",
}
"""Where public names live: each is imported when first asked for, so importing is fast."""


def __getattr__(name: str) -> Any:
    if name == "__version__":
        return import_module("synthview.versions").own_version()
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(
        f"module 'synthview' has no attribute '{name}'; it has: {', '.join(__all__)}"
    )


def __dir__() -> list[str]:
    return sorted(__all__)
