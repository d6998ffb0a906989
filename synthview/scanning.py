"""Rows of a world that is on no disk: simulated as they are asked for, and only those."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from polars.io.plugins import register_io_source

from synthview.engines.layout import TITLES
from synthview.engines.of_company import nights
from synthview.engines.order import Order, order
from synthview.engines.plan import Plan, pieces, pipeline_at, window_on, world_of
from synthview.engines.some_homes import homes_of_one, some_homes
from synthview.errors import InputError
from synthview.ids import public
from synthview.predicates import Conditions
from synthview.rows import Ints
from synthview.scenario import Scenario
from synthview.scenario.declarations import LONGEST_DAYS
from synthview.sinks.retyped_ids import ids_to_int
from synthview.sinks.sorting import dated_by
from synthview.tables import Table
from synthview.tables import table as table_named

__all__ = ["HOUSEHOLDS_AT_ONCE", "Sought", "scan", "sought"]

HOUSEHOLDS_AT_ONCE = 1_024


@dataclass(frozen=True)
class Sought:
    """The rows of one table that are asked for: of which households, on which days since 1970."""

    plan: Plan
    table: Table
    households: Ints
    days: range

    def narrowed(self, conditions: Conditions) -> Sought:
        """Leave out households and days of which a filter keeps no row."""
        if self.table.of_company:
            return self  # every row rests on all households and days
        households, days = self.households, self.days
        if any(column.name == "account_id" for column in self.table.columns):
            accounts = public(self.plan.scenario.run.seed, "account").apply(households)
            households = households[conditions.keep("account_id", accounts)]
        if self.table.dated:
            days = self._days_of(conditions)
        return Sought(self.plan, self.table, households, days)

    def _days_of(self, conditions: Conditions) -> range:
        """The days on which rows may lie that a filter keeps."""
        path, days = self.table.path, self.days
        is_by_start = bool(self.plan.scenario.run.closed)
        if is_by_start and path not in ("truth.plays", "truth.incidents"):
            return days
        column = dated_by(self.table) or "received_time"
        kept = conditions.days(column, days.start - LONGEST_DAYS, days.stop)
        begins_before = len(kept) > 0 and kept.start < days.start
        if path == "truth.plays" and not is_by_start and begins_before:
            return days  # the row of a play that began before may lie on any day
        return range(max(kept.start, days.start), max(kept.stop, days.start))

    def frames(self) -> Iterator[pl.DataFrame]:
        """Simulate, and yield the rows of one day of some households after the other."""
        plan, path = self.plan, self.table.path
        if not len(self.households) or not len(self.days):
            return
        pipeline = pipeline_at(plan.pipeline)
        world = world_of(plan.pipeline, plan.scenario)
        window = window_on(plan, self.days.start, self.days.stop)
        if self.table.of_company:
            for _, found in nights(pipeline, world, window, plan.layout, None):
                yield found[path]
            return
        if path == TITLES:
            yield from (found[path] for _, _, found in pieces(plan, [0]) if path in found)
            return
        for start in range(0, len(self.households), HOUSEHOLDS_AT_ONCE):
            some = self.households[start : start + HOUSEHOLDS_AT_ONCE]
            if self.table.dated:
                for _, frames in pipeline.walk(world, some, window, frozenset({path})):
                    yield frames[path]
            else:
                yield pipeline.settled(world, some, window)[path]


def scan(  # noqa: PLR0913  the words of generate
    scenario: str | Path | Scenario,
    table: str,
    *,
    accounts: Iterable[int | str] | None = None,
    seed: int | None = None,
    households: int | None = None,
    start: date | str | None = None,
    epoch: date | str | None = None,
    days: int | None = None,
    set: Mapping[str, Any] | None = None,  # noqa: A002  the same words as on the command line
    without: Sequence[str] = (),
    only: Sequence[str] | None = None,
    cast: Mapping[str, int | str] | None = None,
    drop_households: Sequence[int] = (),
    household: int | None = None,
    household_range: range | None = None,
    country: str | None = None,
    household_type: str | None = None,
    plan: str | None = None,
    titles: str | None = None,
    closed: bool | None = None,
) -> pl.LazyFrame:
    """Return a table of a scenario as a LazyFrame whose rows are simulated when they are asked for.

    Rows are those that `generate` writes, in its order: by 1,024 accounts, then by day. Columns
    that are not asked for are dropped as rows are made. A filter on ``account_id``, or on the time
    that a table is dated by, leaves accounts and days out before anything is simulated. Memory
    holds one day of 1,024 accounts: collect with ``engine="streaming"``.

        >>> plays = scan("tiny", "log.plays", households=4, days=1)
        >>> plays.select("play_id", "watched_ms").collect().columns
        ['play_id', 'watched_ms']

    Args:
        scenario: A name, the path of a TOML file, or one already loaded.
        table: A name such as ``log.plays``.
        accounts: Ids, whole or as text, of the accounts to simulate; all if None.
        seed: As for `generate`, like all that follow.
        households: How many the world has; accounts are chosen among them.
        start: The first day, UTC.
        epoch: The day the world begins, or the word from for `start`.
        days: How many days.
        set: Settings by dotted path.
        without: Actors and faults to leave out.
        only: Actors and faults to keep, without all others.
        cast: How many households get which actor or fault.
        drop_households: Numbers of households to leave out.
        household: Of all households this one alone, by its number from 0.
        household_range: Of all households these alone, as ``range(5_000, 6_000)``.
        country: A world whose homes are all of one country, such as ``"DE"``.
        household_type: A world whose homes are all of one type, such as ``"couple"``.
        plan: A world whose homes are all on one plan, such as ``"premium"``.
        titles: With used, log.titles has those that other rows speak about.
        closed: Whether rows are those of plays that begin in the days, and all of these.

    Raises:
        UnknownName: For an unknown scenario, table, actor or fault.
        InputError: For values that cannot be, and accounts that the world does not have.
    """
    asked = sought(
        scenario,
        table,
        seed=seed,
        households=households,
        start=start,
        epoch=epoch,
        days=days,
        settings=homes_of_one(country, household_type, plan, set),
        without=without,
        only=only,
        cast=cast or {},
        drop_households=drop_households,
        household_range=some_homes(household, household_range),
        titles=titles,
        closed=closed,
    )
    if accounts is not None:
        if asked.table.of_company:
            raise InputError(
                f"{asked.table.path} is of the whole company: leave accounts out, or filter its "
                "rows."
            )
        asked = replace(asked, households=_homes(asked.plan, accounts))
    return _source(asked)


def sought(scenario: str | Path | Scenario, table: str, **words: Any) -> Sought:
    """Ask for all rows of a table; `words` are those of an `Order`. Raises InputError and kinds."""
    wanted = table_named(table)
    plan = order(Order(scenario=scenario, tables=wanted.path, **words))
    layout = plan.layout
    households = layout.first_household + np.arange(layout.households, dtype=np.int64)
    return Sought(plan, wanted, households, range(layout.first_day, layout.last_day))


def _homes(plan: Plan, accounts: Iterable[int | str]) -> Ints:
    """The households of some accounts, each once, in their order."""
    layout = plan.layout
    there = range(layout.first_household, layout.first_household + layout.households)
    ids = [ids_to_int(one) if isinstance(one, str) else one for one in accounts]
    for one in ids:
        if not 0 <= one < 2**63:
            raise InputError(f"accounts names {one}, which is no id of an account.")
    homes = public(plan.scenario.run.seed, "account").invert(np.array(ids, dtype=np.int64))
    for account, home in zip(ids, homes, strict=True):
        if home not in there:
            raise InputError(
                f"accounts names {account}, which is none of the {len(there):,} accounts asked for."
            )
    return np.unique(homes)


def _source(wanted: Sought) -> pl.LazyFrame:
    """A LazyFrame that hands its columns, filter and number of rows down to a simulation."""

    def rows(
        columns: list[str] | None, predicate: pl.Expr | None, n_rows: int | None, _: int | None
    ) -> Iterator[pl.DataFrame]:
        left = n_rows
        for made in wanted.narrowed(Conditions(predicate)).frames():
            frame = made if left is None else made.head(left)
            if left is not None:
                left -= len(frame)
            kept = frame if predicate is None else frame.filter(predicate)
            if columns is not None:
                kept = kept.select(columns)
            yield kept
            if left == 0:
                return

    return register_io_source(rows, schema=wanted.table.schema)
