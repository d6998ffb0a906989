"""Invariants: what must hold in every dataset, each as a question that finds its violations."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

import polars as pl

from synthview.checks import giveaways, inventions, rules
from synthview.checks.kept_sums import other_sums
from synthview.checks.run_files import (
    in_one_line,
    misfits,
    not_in_manifest,
    not_repaired,
    other_columns,
    truth_in_log,
)
from synthview.dataset import RunDirectory
from synthview.engines.layout import Layout
from synthview.errors import InputError
from synthview.sinks.id_forms import id_as
from synthview.tables import ALL_TABLES

__all__ = ["CHECKS", "Check", "Finding", "check"]

EXAMPLES = 3
PREFIXES = {
    column.name: column.prefix for one in ALL_TABLES for column in one.columns if column.prefix
}
Asked = Callable[[RunDirectory], Iterator[pl.DataFrame]]


@dataclass(frozen=True, slots=True)
class Check:
    """One invariant: its name, what it says, the tables it needs, and how to find violations."""

    name: str
    says: str
    tables: tuple[str, ...]
    broken: Asked


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found: the number of violations, with examples, or why it could not run."""

    name: str
    says: str
    violations: int
    examples: tuple[str, ...]
    not_asked: str = ""

    @property
    def holds(self) -> bool:
        """No violation was found."""
        return self.violations == 0


def check(run: RunDirectory) -> Iterator[Finding]:
    """Check every invariant of a dataset on disk, one after the other.

    Checks that need a table which cannot be read are not made, and say so.

        >>> import synthview
        >>> run = synthview.generate("tiny", households=4, days=1, directory="whole")
        >>> [found.name for found in check(run) if not found.holds]
        []

    Args:
        run: A dataset on disk; `synthview.testing.invariants` asks the same of frames.

    Yields:
        For each invariant how many rows break it, and some of them in words.
    """
    unread = misfits(run)
    readable = _without(run, unread)
    for one in CHECKS:
        missing = [name for name in one.tables if name not in readable.tables]
        if missing:
            why = [f"{name} ({unread.get(name, 'the run has none')})" for name in missing]
            yield _not_asked(one, f"there is no reading {', '.join(why)}")
        else:
            yield _ask(one, run if one.broken in OF_FILES else readable)


def _not_asked(one: Check, why: str) -> Finding:
    return Finding(one.name, one.says, violations=0, examples=(), not_asked=why)


def _without(run: RunDirectory, unread: Collection[str]) -> RunDirectory:
    """The same run, but for tables that cannot be read."""
    tables = run.manifest["tables"]
    readable = {name: about for name, about in tables.items() if name not in unread}
    return RunDirectory(run.directory, {**run.manifest, "tables": readable})


def _ask(one: Check, run: RunDirectory) -> Finding:
    count = 0
    examples: list[str] = []
    ids = Layout.read(run.manifest["layout"]).ids
    try:
        for broken in one.broken(run):
            count += broken.height
            some = broken.head(EXAMPLES - len(examples))
            examples += [_in_words(row, ids) for row in some.iter_rows(named=True)]
    except InputError as error:
        return _not_asked(one, str(error))
    except pl.exceptions.PolarsError as error:
        count += 1
        examples.append(f"cannot be read: {in_one_line(error)}")
    return Finding(one.name, one.says, count, tuple(examples))


def _in_words(row: dict[str, object], ids: str) -> str:
    """A row as a person would paste it: ``play_id 123, position_ms -4``.

    Its ids have the form of the dataset.
    """
    cells = [f"{name} {_value(name, value, ids)}" for name, value in row.items()]
    return ", ".join(cells)


def _value(name: str, value: object, ids: str) -> object:
    if isinstance(value, list):
        return [_value(name, one, ids) for one in value]
    if name in PREFIXES and isinstance(value, int) and value >= 0:
        return id_as(ids, value, PREFIXES[name])
    return value


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
    Check("sums", "aggregates are the sums of the log", ("log.plays",), other_sums),
    Check(
        "order",
        "nothing ends before it starts",
        ("truth.plays", "log.plays"),
        rules.ended_before_start,
    ),
    Check(
        "positions",
        "positions lie within the runtime",
        ("log.events", "log.titles"),
        rules.outside_runtime,
    ),
    Check(
        "presence",
        "nobody attends longer than they are there, or than it plays",
        ("truth.plays",),
        rules.absent,
    ),
    Check(
        "witness",
        "of every play that the log tells of there is the truth",
        ("truth.plays",),
        rules.untold,
    ),
    Check("rooms", "nobody is in two rooms at once", ("truth.plays",), rules.two_rooms),
    Check("screens", "a screen shows one play at once", ("truth.plays",), rules.two_on_a_screen),
    Check(
        "streams",
        "no account has more streams than its plan",
        ("truth.plays", "log.accounts"),
        rules.over_the_limit,
    ),
    Check(
        "episodes",
        "a series goes on with what comes next, and is over at its end",
        ("truth.plays", "log.titles"),
        rules.begun_again,
    ),
    Check("days", "nothing is dated outside the run", (), rules.outside_its_days),
    Check(
        "names", "truth names only actors and faults that the scenario has", (), rules.unknown_names
    ),
    Check(
        "nobody real",
        "no name, address, number or mail box could reach anyone",
        (),
        inventions.could_be_real,
    ),
    Check("not famous", "no name is that of a famous person", (), inventions.famous),
    Check("grids", "times and positions lie on no grid", ("log.devices",), giveaways.on_a_grid),
    Check(
        "gaps",
        "no gap between plays, or between pings, is always the same",
        ("log.devices",),
        giveaways.one_gap,
    ),
    Check(
        "future",
        "no device is of a model that was not sold yet",
        ("log.devices",),
        giveaways.from_the_future,
    ),
    Check(
        "versions", "applications are brought up to date", ("log.devices",), giveaways.never_updated
    ),
    Check("models", "some models are commoner than others", ("log.devices",), giveaways.all_alike),
    Check(
        "credits",
        "closing credits begin at one place of a title",
        ("log.devices", "log.plays", "log.titles"),
        giveaways.credits_anywhere,
    ),
    Check(
        "searches",
        "not every search is the beginning of what it opens",
        ("log.devices", "log.searches", "log.titles"),
        giveaways.only_prefixes,
    ),
)
"""Every invariant, in the order they are asked."""
