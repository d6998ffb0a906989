"""A dataset in memory, to be read as one on disk is."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from synthview.dataset import Dataset, RunDirectory
from synthview.errors import InputError, UnknownName
from synthview.folders import Aggregate, Log, Truth

__all__ = ["run_of"]

_NOWHERE = Path("the dataset")
"""What errors call it."""


class _Held(RunDirectory):
    """Reads tables of a dataset in memory; it has no files."""

    def __init__(self, dataset: Dataset) -> None:
        super().__init__(_NOWHERE, {"scenario": dataset.scenario.as_dict()})
        folders = {"log": dataset.log, "truth": dataset.truth, "aggregate": dataset.aggregate}
        object.__setattr__(self, "folders", folders)

    folders: dict[str, Log | Truth | Aggregate]

    @property
    def tables(self) -> tuple[str, ...]:
        """Names of the tables that are there."""
        held = [(name, vars(folder)) for name, folder in self.folders.items()]
        return tuple(f"{name}.{one}" for name, tables in held for one in tables)

    def scan(self, name: str, *, repaired: bool = False) -> pl.LazyFrame:
        """Return a table such as ``log.plays``; in memory none is damaged."""
        del repaired
        if name not in self.tables:
            raise UnknownName("table", name, self.tables, str(_NOWHERE))
        return self.folders[name.partition(".")[0]].scan(name)

    def __repr__(self) -> str:
        return f"<{_NOWHERE}>"


def run_of(dataset: Dataset | RunDirectory) -> RunDirectory:
    """Return what can be read as a run: one on disk is one already.

    Raises:
        InputError: it is neither of the two.
    """
    if isinstance(dataset, RunDirectory):
        return dataset
    if not isinstance(dataset, Dataset):
        raise InputError(
            f"A dataset is needed, as synthview.generate and synthview.read give it, not "
            f"{type(dataset).__name__}."
        )
    return _Held(dataset)
