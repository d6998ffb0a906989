"""Simulate some households in two worlds side by side, day by day, and keep only what differs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import polars as pl

from synthview.block import Block
from synthview.compare.counts import Counts
from synthview.compare.differing import Difference, Unlike, matched, unlike
from synthview.ids import public
from synthview.pipeline import EVERYTHING, Window, World, received_days, window_of
from synthview.rows import Ints
from synthview.tables import TABLES
from synthview.world.clock import DAY_MS
from synthview.world.local_times import on_the_wall

__all__ = ["Pair", "local_days", "outside", "simulate_both"]

Tables = Mapping[str, pl.DataFrame]
_ACTS = ("truth.incidents", "truth.deliveries")
_DATED = tuple(one.path for one in TABLES if one.dated)
_SETTLED = tuple(one.path for one in TABLES if not one.dated and one.path != "log.titles")


@dataclass(frozen=True)
class Pair:
    """What differs in some households: counts by table, the plays, the acts, and what is left.

    `outside` counts plays that differ on days of their home without an act. Where only households
    were left out, it counts all rows that are not theirs.
    """

    differences: Mapping[str, Difference]
    plays: Mapping[str, pl.DataFrame]
    accounts: int
    incidents: int
    deliveries: int
    labelled: int
    outside: int


@dataclass(frozen=True)
class _Left:
    """What the second world lacks: actors and faults by name, and the accounts of households."""

    names: tuple[str, ...]
    accounts: tuple[int, ...]

    def is_of_others(self) -> pl.Expr:
        """Rows that are not those of a household left out."""
        return ~pl.col("account_id").is_in(self.accounts)


@dataclass(frozen=True)
class _Days:
    """What was found so far: rows that differ, by table, and the acts of those left out."""

    unlike: dict[str, list[tuple[Unlike, Unlike]]]
    incidents: list[pl.DataFrame]
    deliveries: list[pl.DataFrame]

    @classmethod
    def none(cls) -> Self:
        """Before the first day."""
        return cls({path: [] for path in (*_DATED, *_SETTLED)}, [], [])

    def compare(self, paths: Sequence[str], one: Tables, other: Tables) -> None:
        """Add the rows of some tables that differ."""
        for path in paths:
            self.unlike[path].append(unlike(path, one[path], other[path]))

    def note_acts(self, tables: Tables, names: Sequence[str]) -> None:
        """Add what those that are off in the other world did on a day, and when it was over."""
        incidents = tables["truth.incidents"].filter(pl.col("actor").is_in(names))
        sent = tables["truth.deliveries"].filter(pl.col("fault").is_in(names))
        self.incidents.append(incidents.select("account_id", "at", "until"))
        self.deliveries.append(sent.select("account_id", at="sent_time", until="sent_time"))


def simulate_both(
    worlds: tuple[World, World],
    part: Ints,
    off: Sequence[str],
    tallies: tuple[Counts, Counts],
    titles: pl.DataFrame,
    on_progress: Callable[[], None],
) -> Pair:
    """Simulate some households in both worlds; `on_progress` is called after each day."""
    window = window_of(worlds[0].scenario)
    left = _Left(tuple(off), _accounts_left_out(worlds))
    blocks = _blocks(worlds, part)
    days = _Days.none()
    first_day = max(window.first_day - 1, worlds[0].first_day)
    around = Window(first_day, window.last_day + 1)
    for day, one, other in _days_of_both(blocks, around):
        days.note_acts(one, off)
        if window.first_day <= day < window.last_day:
            days.compare(_DATED, one, other)
            for tally, tables in zip(tallies, (one, other), strict=True):
                tally.add_day(tables)
            on_progress()
    for tally, world in zip(tallies, worlds, strict=True):
        tally.close_block(world.scenario, titles)
    end_ms = window.last_day * DAY_MS
    first, second = (block.records(end_ms) for block in blocks)
    days.compare(_SETTLED, first, second)
    return _summed(days, left, first["truth.households"])


def _days_of_both(blocks: Sequence[Block], window: Window) -> Iterator[tuple[int, Tables, Tables]]:
    """Simulate two blocks day by day."""
    one, other = (received_days(block, window) for block in blocks)
    for (day, tables), (_, others) in zip(one, other, strict=True):
        yield day, _begun_within(tables), _begun_within(others)


def _begun_within(tables: Tables) -> Tables:
    """The tables without plays that began before all days, of which no more than a row is known."""
    plays = tables["truth.plays"].filter(~pl.col("began_before"))
    return {**tables, "truth.plays": plays}


def _blocks(worlds: tuple[World, World], part: Ints) -> list[Block]:
    blocks = []
    for world in worlds:
        is_dropped = np.isin(part, world.scenario.run.dropped)
        blocks.append(Block(world, part[~is_dropped], EVERYTHING))
    return blocks


def _accounts_left_out(worlds: tuple[World, World]) -> tuple[int, ...]:
    """Return the accounts of households that only the second world lacks."""
    run, other = (world.scenario.run for world in worlds)
    households = sorted(set(other.dropped) - set(run.dropped))
    accounts = public(run.seed, "account").apply(np.array(households, dtype=np.int64))
    return tuple(accounts.tolist())


def _summed(days: _Days, left: _Left, homes: pl.DataFrame) -> Pair:
    """Match the rows of all days, and count."""
    differences, rows = {}, {}
    for path, found in days.unlike.items():
        one, other = [part for part, _ in found], [part for _, part in found]
        differences[path], rows[path] = matched(path, one, other)
    incidents, deliveries = pl.concat(days.incidents), pl.concat(days.deliveries)
    acts = pl.concat([incidents, deliveries])
    return Pair(
        differences,
        {path: rows[path] for path in ("truth.plays", "log.plays")},
        accounts=_account_count(rows),
        incidents=incidents.height,
        deliveries=deliveries.height,
        labelled=_labelled_count(rows["truth.plays"], left.names),
        outside=_unexplained(
            rows,
            acts,
            left,
            homes,
        ),
    )


def _unexplained(rows: Tables, acts: pl.DataFrame, left: _Left, homes: pl.DataFrame) -> int:
    """Count what those left out cannot have caused."""
    of_others = {path: table.filter(left.is_of_others()) for path, table in rows.items()}
    if not left.names:
        return sum(table.height for table in of_others.values())
    zones = homes.select("account_id", "time_zone")
    touched = local_days(
        acts,
        zones,
        "at",
        "until",
    )
    return outside(of_others["truth.plays"], zones, touched)


def _account_count(rows: Tables) -> int:
    """Count the accounts with a difference, acts left aside."""
    accounts = [one["account_id"] for path, one in rows.items() if path not in _ACTS]
    return pl.concat(accounts).n_unique()


def _labelled_count(plays: pl.DataFrame, names: Sequence[str]) -> int:
    """Count the plays that have one of the names among their causes."""
    causes = pl.col("causes").str.split("|")
    shared = causes.list.set_intersection(list(names))
    return plays.filter(shared.list.len() > 0).height


def local_days(frame: pl.DataFrame, zones: pl.DataFrame, start: str, end: str) -> pl.DataFrame:
    """Return rows with every local day from one time to another as `day`."""
    found = []
    for (zone,), part in frame.join(zones, on="account_id").group_by("time_zone"):
        first, last = (_local_day(name, str(zone)) for name in (start, end))
        days = pl.date_ranges(first, pl.max_horizontal(first, last))
        found.append(part.with_columns(day=days))
    if not found:
        return frame.with_columns(day=pl.lit(None, dtype=pl.Date))
    return pl.concat(found).explode("day")


def _local_day(column: str, zone: str) -> pl.Expr:
    return on_the_wall(column, zone).dt.date()


def outside(differing: pl.DataFrame, zones: pl.DataFrame, touched: pl.DataFrame) -> int:
    """Count differing plays on whose local days those switched off did nothing."""
    days = local_days(
        differing,
        zones,
        "started_at",
        "ended_at",
    )
    touched = touched.select("account_id", "day").unique()
    inside = days.join(touched, on=["account_id", "day"], how="semi")["play_id"]
    return differing.filter(~pl.col("play_id").is_in(inside.unique().implode())).height
