"""synthview simulates a streaming-video service, and beside its log keeps the truth of who watched."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from synthview.dataset import Dataset, Run, generate, read
    from synthview.scenario import Scenario
    from synthview.sinks.convert import ids_to_int, ids_to_text
    from synthview.sinks.sql_tables import ddl

    __version__: str

__all__ = ["Dataset", "Run", "Scenario", "__version__", "ddl", "generate", "ids_to_int", "ids_to_text", "read"]

_HOMES = {
    "Dataset": "synthview.dataset",
    "Run": "synthview.dataset",
    "generate": "synthview.dataset",
    "read": "synthview.dataset",
    "Scenario": "synthview.scenario",
    "ddl": "synthview.sinks.sql_tables",
    "ids_to_int": "synthview.sinks.convert",
    "ids_to_text": "synthview.sinks.convert",
}
"""Where the public names live: each is imported when it is first asked for, so ``import synthview`` costs nothing."""


def __getattr__(name: str) -> Any:
    if name == "__version__":
        return _version()
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'synthview' has no attribute '{name}'; it has: {', '.join(__all__)}")


def __dir__() -> list[str]:
    return sorted(__all__)


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415  only who asks pays for it

    try:
        return version("synthview")
    except PackageNotFoundError:
        return "checkout"
