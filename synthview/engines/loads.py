"""A load: what is new or changed on each day, as databases are filled from day to day.

Facts are the rows of the day. Of everything else a load has what changed: a state that is new, and
a state that ended, each with the operation that it asks for.
"""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from synthview.callbacks import OnProgress
from synthview.engines.layout import PARTITIONS, TITLES
from synthview.engines.load_place import LOAD
from synthview.engines.plan import (
    Plan,
    TitlesMet,
    pipeline_at,
    rehearse,
    window_on,
    world_of,
    writes_used_titles,
)
from synthview.engines.shortage import errors_in_words
from synthview.engines.workers import share_out
from synthview.errors import InputError, NotOurs, OutputError
from synthview.office.forgetting import Forgetting, forgets
from synthview.outside.places import is_regular, write_errors
from synthview.outside.staging import staged, undo_settled
from synthview.sinks.sorting import in_order
from synthview.tables import Column, Table, table
from synthview.tables.company_tables import ERASURES
from synthview.versions import own_version
from synthview.world.clock import day_number

__all__ = ["OPERATIONS", "changed_states", "table_of_changes", "write_loads"]

OPERATIONS = ("insert", "update", "close")
_OPERATION = Column(
    "operation",
    "choice",
    "insert: the first state of something. update: a state that follows another. close: a state of "
    "an earlier day that ended.",
    options=OPERATIONS,
)
_VALID_TO = Column("valid_to", "time", "When the state ended; empty while it holds.", nullable=True)
_PARTS = re.compile(r"(log|truth)/[a-z_]+/day=[0-9-]+/[0-9]+\.[a-z.]+")
"""Files of a load, beside the one that tells of them."""


def table_of_changes(of: Table) -> Table:
    """The table that a load has for one without days: with an operation, and the end of a state."""
    ends = (_VALID_TO,) if "valid_from" in of.schema else ()
    return replace(of, row=f"a change of {of.row}", columns=(_OPERATION, *of.columns, *ends))


def changed_states(of: Table, before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """What a table without days has after a day and had not before it.

    A state that ended on the day is closed. One that begins and ends on it comes once, with its
    end. No two rows have the same key.
    """
    if "valid_from" not in of.schema:
        return _changed_rows(of, before, after)
    thing = [name for name in of.key if name != "valid_from"]
    states = _with_ends(of, thing, before, after)
    ended = states.filter(pl.col("is_known") & _is_new_end(thing))
    fresh = states.filter(pl.col("is_known").is_null())
    word = pl.when("is_first").then(pl.lit("insert")).otherwise(pl.lit("update"))
    both = [ended.with_columns(operation=pl.lit("close")), fresh.with_columns(operation=word)]
    return _as_declared(of, pl.concat(both).sort(of.key))


def _with_ends(
    of: Table, thing: list[str], before: pl.DataFrame, after: pl.DataFrame
) -> pl.DataFrame:
    """States in their order, with when each ended, and whether it is the first or known before."""
    begun = pl.col("valid_from")
    states = after.sort(of.key).with_columns(
        valid_to=begun.shift(-1).over(thing),
        is_first=begun.cum_count().over(thing) == 1,
    )
    known = before.select(of.key).with_columns(is_known=pl.lit(value=True))
    return states.join(known, on=list(of.key), how="left", maintain_order="left")


def _is_new_end(thing: list[str]) -> pl.Expr:
    """Whether the state that follows one of the same thing is new."""
    return pl.col("is_known").is_null().shift(-1).over(thing).fill_null(value=False)


def _changed_rows(of: Table, before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """Rows that are new or other than before, of a table that has one for each thing."""
    fresh = after.join(before, on=after.columns, how="anti", nulls_equal=True)
    known = before.select(of.key).with_columns(is_known=pl.lit(value=True))
    beside = fresh.join(known, on=list(of.key), how="left", maintain_order="left")
    word = pl.when("is_known").then(pl.lit("update")).otherwise(pl.lit("insert"))
    return _as_declared(of, beside.with_columns(operation=word))


def _as_declared(of: Table, rows: pl.DataFrame) -> pl.DataFrame:
    schema = table_of_changes(of).schema
    return rows.select(pl.col(name).cast(kind) for name, kind in schema.items())


def write_loads(
    plan: Plan,
    directory: Path,
    *,
    workers: int,
    overwrite: bool = False,
    on_progress: OnProgress | None = None,
) -> Mapping[str, Any]:
    """Write a load for each day of a plan into a new directory, and return what `load.json` says.

    The directory appears at the end, whole. Raises InputError for a plan that has no folders of
    days, OutputError where something else lies in the directory.
    """
    if plan.layout.is_database or plan.layout.partition != PARTITIONS[0]:
        raise InputError("--load day has a folder for each day: leave --partition and duckdb out.")
    if others := [name for name in plan.layout.tables if table(name).of_company]:
        raise InputError(
            f"--load day carries tables of homes; {others[0]} is made of all homes at once. Leave "
            "it out of --tables, and write it with a dataset."
        )
    undo_settled(directory)
    _check_place(directory, overwrite=overwrite)
    rehearse(plan)
    with write_errors(directory), errors_in_words():
        place = directory.absolute()
        place.parent.mkdir(parents=True, exist_ok=True)
        with staged(place) as hidden:
            draft = hidden.folder / "load"
            content = _written(plan, draft, workers, on_progress or _nobody)
            _check_place(directory, overwrite=overwrite)
            if place.exists():
                place.rename(hidden.folder / "replaced")
            hidden.settle({draft: place})
    return content


def _nobody(_: int, __: int) -> None:
    """Tell nobody."""


def _check_place(directory: Path, *, overwrite: bool) -> None:
    """Refuse a directory with anything in it, but for a load that may be replaced."""
    if not os.path.lexists(directory) or (directory.is_dir() and not any(directory.iterdir())):
        return
    if directory.is_symlink() or not is_regular(directory / LOAD):
        raise OutputError(f"{directory} holds something else. Name another directory.")
    if not overwrite:
        raise OutputError(
            f"{directory} holds a load already. Name another directory, or replace it with "
            "--overwrite."
        )
    if (other := _other_file(directory)) is not None:
        raise NotOurs(
            f"{other} is no file of a load, and the whole directory would be replaced. Move it "
            "elsewhere, or name another directory."
        )


def _other_file(directory: Path) -> Path | None:
    """A file in the directory of a load that is none of its own; None where there is none."""
    for one in sorted(directory.rglob("*")):
        path = one.relative_to(directory).as_posix()
        is_folder = one.is_dir() and not one.is_symlink()
        if not is_folder and path != LOAD and not (is_regular(one) and _PARTS.fullmatch(path)):
            return one
    return None


def _written(plan: Plan, draft: Path, workers: int, on_progress: OnProgress) -> Mapping[str, Any]:
    rows: dict[str, Counter[str]] = {name: Counter() for name in plan.layout.tables}
    if forgets(plan.scenario):
        rows[ERASURES.path] = Counter()
    tasks = [LoadTask(plan, number, draft) for number in range(plan.layout.range_count)]
    done = 0
    of = len(tasks) * plan.layout.days
    for part in share_out(tasks, workers):
        rows[part.table].update(part.rows)
        done += part.ends_day
        on_progress(done, of)
    content = {
        "about": "Made by synthview: what is new or changed on each day. No person in it is real.",
        "synthview": own_version(),
        "settings": plan.settings(),
        "rows": {name: dict(count) for name, count in rows.items()},
    }
    text = json.dumps(content, indent=1, ensure_ascii=False)
    (draft / LOAD).write_text(f"{text}\n", "utf-8")
    return content


@dataclass(frozen=True)
class LoadPart:
    """A file of a load: how many rows by operation; those of facts are inserted."""

    table: str
    rows: Mapping[str, int]
    ends_day: bool = False


@dataclass(frozen=True)
class LoadTask:
    """The loads of one range of households."""

    plan: Plan
    number: int
    folder: Path

    def perform(self) -> Iterator[LoadPart]:
        """Write the files of each day, and tell of each."""
        met: dict[int, TitlesMet] = {}
        yield from self._facts(met)
        if forgets(self.plan.scenario):
            yield from self._erasures()
        yield from self._changes(met)

    def _erasures(self) -> Iterator[LoadPart]:
        layout = self.plan.layout
        world = world_of(self.plan.pipeline, self.plan.scenario)
        households = np.array(layout.range(self.number), dtype=np.int64)
        forgetting = Forgetting(world, households)
        names = [name for name in layout.tables if name.startswith("log.") and name != TITLES]
        for day in range(layout.first_day, layout.last_day):
            found = forgetting.erasures(names, day, tells_age=self.number == 0)
            rows = pl.DataFrame(found, schema=ERASURES.schema, orient="row")
            self._write(ERASURES, day, rows)
            yield LoadPart(ERASURES.path, {"erase": len(rows)})

    def _facts(self, met: dict[int, TitlesMet]) -> Iterator[LoadPart]:
        """Write the rows of each day; note in `met` the titles met until its end, if it matters.

        What is laid over begins where the world does, as far as anybody can know.
        """
        dated = frozenset(name for name in self.plan.layout.tables if table(name).dated)
        is_used = writes_used_titles(self.plan)
        for day, frames in self._days(dated, since_epoch=is_used) if dated else ():
            if is_used:
                met[day] = TitlesMet(met.get(day - 1))
                met[day].noting(frames)
            if day < self.plan.layout.first_day:
                continue
            for name in dated:
                self._write(table(name), day, frames[name])
                yield LoadPart(name, {"insert": len(frames[name])})
            yield LoadPart(min(dated), {}, ends_day=True)

    def _days(
        self, dated: frozenset[str], *, since_epoch: bool
    ) -> Iterator[tuple[int, dict[str, pl.DataFrame]]]:
        """The dated tables of each day of the load, or of all since the world began."""
        plan, layout = self.plan, self.plan.layout
        world = world_of(plan.pipeline, plan.scenario)
        epoch = day_number(plan.scenario.run.epoch)
        first = epoch if since_epoch else layout.first_day
        window = replace(window_on(plan, first, layout.last_day), since_day=epoch)
        return pipeline_at(plan.pipeline).walk(world, layout.range(self.number), window, dated)

    def _changes(self, met: Mapping[int, TitlesMet]) -> Iterator[LoadPart]:
        layout = self.plan.layout
        before = self._states(layout.first_day, met)
        for day in range(layout.first_day, layout.last_day):
            after = self._states(day + 1, met)
            for name, rows in after.items():
                found = changed_states(table(name), before[name], rows)
                self._write(table_of_changes(table(name)), day, found)
                counts = found["operation"].cast(pl.String).value_counts().rows()
                yield LoadPart(name, dict(counts))
            before = after

    def _states(self, until_day: int, met: Mapping[int, TitlesMet]) -> dict[str, pl.DataFrame]:
        """The tables without days as they are when a day begins.

        Of titles those that rows speak about, if only these are written.
        """
        pipeline = pipeline_at(self.plan.pipeline)
        world = world_of(self.plan.pipeline, self.plan.scenario)
        window = window_on(self.plan, until_day - 1, until_day)
        names = [name for name in self.plan.layout.tables if not table(name).dated]
        found: dict[str, pl.DataFrame] = {}
        if set(names) - {TITLES}:
            found = pipeline.settled(world, self.plan.layout.range(self.number), window)
        if self.number == 0 and TITLES in names:
            found = {**found, TITLES: pipeline.titles(world, window)}
        states = {name: found[name] for name in names if name in found}
        if TITLES in states and writes_used_titles(self.plan):
            titles = states.pop(TITLES)
            known = TitlesMet(met.get(until_day - 1))
            known.noting(states)
            states[TITLES] = known.among(titles)
        return states

    def _write(self, of: Table, day: int, rows: pl.DataFrame) -> None:
        layout = self.plan.layout
        path = self.folder / layout.path(of.path, self.number, day)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            ordered = in_order(rows, of, layout.sort)
            file.writelines(layout.kind.encode(of, ordered, layout.compression))
