"""Invariants: what must hold in every dataset, each as a question that finds its violations."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import polars as pl

from synthview.checks import rules
from synthview.checks.files import in_one_line, misfits, not_in_manifest, not_repaired, other_columns, truth_in_log
from synthview.dataset import Run
from synthview.engines.layout import Layout
from synthview.errors import InputError
from synthview.sinks.id_forms import id_as
from synthview.tables import TABLES

__all__ = ["CHECKS", "Check", "Finding", "check"]

EXAMPLES = 3
PREFIXES = {column.name: column.prefix for one in TABLES for column in one.columns if column.prefix}
Asked = Callable[[Run], Iterator[pl.DataFrame]]


@dataclass(frozen=True, slots=True)
class Check:
    """One invariant: its name, what it says, the tables it cannot do without, and how violations are found."""

    name: str
    says: str
    tables: tuple[str, ...]
    broken: Asked


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found: how many violations, some of them in words, or why it could not be asked."""

    name: str
    says: str
    violations: int
    examples: tuple[str, ...]
    not_asked: str = ""

    @property
    def holds(self) -> bool:
        """No violation was found."""
        return self.violations == 0


def check(run: Run) -> Iterator[Finding]:
    """Ask every invariant of a dataset, one after the other; of tables that cannot be read, no more than that."""
    unread = misfits(run)
    whole = Run(run.directory, {**run.manifest, "tables": _without(run, unread)})
    for one in CHECKS:
        missing = [name for name in one.tables if name not in whole.tables]
        if missing:
            why = [f"{name} ({unread.get(name, 'the run has none')})" for name in missing]
            yield Finding(one.name, one.says, 0, (), f"there is no reading {', '.join(why)}")
        else:
            yield _ask(one, run if one.broken in OF_FILES else whole)


def _without(run: Run, unread: dict[str, str]) -> dict[str, object]:
    return {name: about for name, about in run.manifest["tables"].items() if name not in unread}


def _ask(one: Check, run: Run) -> Finding:
    count, examples = 0, list[str]()
    layout = Layout.read(run.manifest["layout"])
    try:
        for broken in one.broken(run):
            count += broken.height
            some = broken.head(EXAMPLES - len(examples)).iter_rows(named=True)
            examples += [_in_words(row, layout.ids) for row in some]
    except InputError as error:
        return Finding(one.name, one.says, 0, (), str(error))
    except pl.exceptions.PolarsError as error:
        return Finding(one.name, one.says, count + 1, (*examples, f"cannot be read: {in_one_line(error)}"))
    return Finding(one.name, one.says, count, tuple(examples))


def _in_words(row: dict[str, object], ids: str) -> str:
    """A row as a person would paste it, its ids in the form of the dataset: ``play_id 123, position_ms -4``."""
    return ", ".join(f"{name} {_value(name, value, ids)}" for name, value in row.items())


def _value(name: str, value: object, ids: str) -> object:
    if isinstance(value, list):
        return [_value(name, one, ids) for one in value]
    is_id = name in PREFIXES and isinstance(value, int) and value >= 0
    return id_as(ids, value, PREFIXES[name]) if is_id and isinstance(value, int) else value


OF_FILES: tuple[Asked, ...] = (not_in_manifest, not_repaired, other_columns, truth_in_log)
"""Questions about files as such: they look at tables that nobody can read, too."""
CHECKS: tuple[Check, ...] = (
    Check("manifest", "the manifest agrees with the files", (), not_in_manifest),
    Check("damage", "what was damaged on purpose can be repaired by its lineage", (), not_repaired),
    Check("schema", "tables have the declared columns, and no other", (), other_columns),
    Check("filled", "nothing is empty that must not be", (), rules.empty),
    Check("truth", "no column of the truth is in the log", (), truth_in_log),
    Check("references", "every id leads to a row of its table", (), rules.dangling),
    Check("keys", "keys are unique", (), rules.twice),
    Check("order", "nothing ends before it starts", ("truth.plays", "log.plays"), rules.ended_before_start),
    Check("positions", "positions lie within the runtime", ("log.events", "log.titles"), rules.outside_runtime),
    Check("presence", "nobody attends longer than they are there, or than it plays", ("truth.plays",), rules.absent),
    Check("rooms", "nobody is in two rooms at once", ("truth.plays",), rules.two_rooms),
    Check("screens", "a screen shows one play at once", ("truth.plays",), rules.two_on_a_screen),
    Check(
        "streams", "no account has more streams than its plan", ("truth.plays", "log.accounts"), rules.over_the_limit
    ),
    Check("days", "nothing is dated outside the run", (), rules.outside_its_days),
    Check("names", "truth names only actors and faults that the scenario has", (), rules.unknown_names),
    Check("nobody real", "no name, address, number or mail box could reach anyone", (), rules.could_be_real),
    Check("not famous", "no name is that of a famous person", (), rules.famous),
)
"""Every invariant, in the order they are asked."""
