"""The invariants of `synthview check` as predicates on frames.

    from synthview.testing import invariants

    assert invariants.broken(world) == {}
    invariants.hold({"log.events": mine, "log.titles": titles})  # AssertionError says what breaks

Each looks at the tables that are there; one whose tables are missing is not asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

import polars as pl

from synthview.checks.invariants import CHECKS, OF_FILES, Check
from synthview.dataset import Dataset, RunDirectory
from synthview.engines.layout import Layout
from synthview.errors import UnknownName
from synthview.pipeline import name_pools, window_of
from synthview.registry import installed
from synthview.scenario import Scenario, load
from synthview.sinks.formats import FORMATS
from synthview.tables import table

if TYPE_CHECKING:
    from synthview.sinks.parts import Receipt

__all__ = ["INVARIANTS", "broken", "hold"]

INVARIANTS: Mapping[str, str] = {one.name: one.says for one in CHECKS if one.broken not in OF_FILES}
"""What each invariant says, by its name."""
_OF_A_RUN = ("days", "names")
"""Invariants about the days and the scenario of a run: bare frames have none."""
_SHOWN = 3

Frames = Mapping[str, pl.DataFrame]


def broken(of: Dataset | Frames, *names: str) -> dict[str, pl.DataFrame]:
    """Rows that break an invariant, by its name; empty where all of them hold.

        >>> from synthview.testing import by_hand
        >>> sent = by_hand.events({"type": "play", "position_ms": -5})
        >>> list(broken({"log.events": sent, "log.titles": by_hand.row("log.titles", {})}))
        ['positions']

    Args:
        of: A dataset in memory, or frames by the names of their tables.
        names: Some invariants only, of `INVARIANTS`; all if none is named.

    Raises:
        UnknownName: For names that are no invariants, and no tables.
    """
    for name in names:
        if name not in INVARIANTS:
            raise UnknownName("invariant", name, INVARIANTS)
    run = _Frames(of)
    found = {}
    for one in CHECKS:
        if one.name in (names or INVARIANTS) and run.can_be_asked(one):
            wrong = [rows for rows in one.broken(cast("RunDirectory", run)) if rows.height]
            if wrong:
                found[one.name] = pl.concat(wrong, how="diagonal_relaxed")
    return found


def hold(of: Dataset | Frames, *names: str) -> None:
    """Raise AssertionError unless the invariants hold; it says which rows break which."""
    found = broken(of, *names)
    broken_rules = [
        f"{INVARIANTS[name]}: {rows.height:,} rows do not. {rows.head(_SHOWN).to_dicts()}"
        for name, rows in found.items()
    ]
    assert not broken_rules, "\n".join(broken_rules)


class _Frames:
    """Frames that answer the questions of a check as a dataset on disk does."""

    def __init__(self, of: Dataset | Frames) -> None:
        self.is_run = isinstance(of, Dataset)
        self.frames = _named(of)
        scenario = of.scenario if isinstance(of, Dataset) else load("quiet", installed())
        self.tables = tuple(self.frames)
        self.manifest: dict[str, Any] = {
            "layout": _layout(scenario, self.tables),
            "scenario": scenario.as_dict(),
            "name_pools": name_pools(scenario),
        }

    def can_be_asked(self, one: Check) -> bool:
        """Whether its tables are there."""
        return set(one.tables) <= set(self.tables) and (self.is_run or one.name not in _OF_A_RUN)

    def scan(self, name: str, *, repaired: bool = False) -> pl.LazyFrame:  # noqa: ARG002
        """A table as it is: nothing in memory is damaged."""
        return self.frames[name].lazy()

    def parts(self, name: str) -> list[Receipt]:  # noqa: ARG002
        """None: these are no files."""
        return []


def _named(of: Dataset | Frames) -> dict[str, pl.DataFrame]:
    if not isinstance(of, Dataset):
        return {table(name).path: frame for name, frame in of.items()}
    folders = {"log": of.log, "truth": of.truth}
    return {
        f"{folder}.{name}": frame
        for folder, tables in folders.items()
        for name, frame in vars(tables).items()
    }


def _layout(scenario: Scenario, tables: tuple[str, ...]) -> Layout:
    window = window_of(scenario)
    return Layout(
        households=1,
        first_day=window.first_day,
        last_day=window.last_day,
        tables=tables or ("log.events",),
        format="parquet",
        compression=FORMATS["parquet"].compression(None),
        partition="none",
        ids="int",
    )
