"""The directory of a load, which nothing but a database can read: it has only what changed."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

from synthview.engines.manifest import MANIFEST
from synthview.errors import OutputError
from synthview.outside.whole_files import read_bounded

__all__ = ["LOAD", "IsLoad", "refuse_load"]

LOAD = "load.json"
MOST_BYTES = 2**20
"""Of the file that a load begins with: counts of rows, table by table."""


class IsLoad(OutputError):  # noqa: N818  says what is wrong, as all our errors do
    """A directory holds a load where a dataset is needed, or room for one."""

    def __init__(self, directory: Path, days: str) -> None:
        super().__init__(
            f"{directory} holds a load of {days}, made with --load day: what is new or changed "
            "then, and not a dataset. Load it into the database that has the days before; "
            "docs/next-day.md shows the statements. For a dataset of these days, run generate "
            "without --load into another directory."
        )


def refuse_load(directory: Path) -> None:
    """Raise IsLoad for a directory that `--load day` has filled."""
    if (directory / MANIFEST).exists() or not (directory / LOAD).is_file():
        return
    try:
        content = json.loads(read_bounded(directory / LOAD, MOST_BYTES, "The load"))
        first, until = (date.fromisoformat(content["settings"][one]) for one in ("from", "until"))
    except (OutputError, ValueError, RecursionError, LookupError, TypeError):
        return  # a file of somebody else with this name
    if "synthview" in content:
        last = until - timedelta(days=1)
        raise IsLoad(directory, f"{first}" if first == last else f"{first} to {last}")
