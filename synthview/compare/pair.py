"""Lives some households in two worlds side by side, day by day, and keeps what differs and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from synthview.block import Block
from synthview.compare.differing import Difference, Unlike, matched, unlike
from synthview.compare.tally import Tally
from synthview.ids import public
from synthview.pipeline import EVERYTHING, Window, World, live, window_of
from synthview.rows import Ints
from synthview.tables import TABLES
from synthview.world.clock import DAY_MS

__all__ = ["Pair", "live_both", "local_days", "outside"]

Tables = Mapping[str, pl.DataFrame]
_ACTS = ("truth.incidents", "truth.deliveries")
_DATED = tuple(one.path for one in TABLES if one.dated)
_SETTLED = tuple(one.path for one in TABLES if not one.dated and one.path != "log.titles")


@dataclass(frozen=True)
class Pair:
    """What differs in some households: counts by table, the plays, how much was done, and what it cannot explain.

    `outside` counts plays that differ on days of their home on which nothing was done; where only households were
    left out, all rows that are not theirs.
    """

    differences: Mapping[str, Difference]
    plays: Mapping[str, pl.DataFrame]
    accounts: int
    incidents: int
    deliveries: int
    labelled: int
    outside: int


def live_both(
    worlds: tuple[World, World], part: Ints, off: Sequence[str], tallies: tuple[Tally, Tally], titles: pl.DataFrame,
    tell: Callable[[], None],
) -> Pair:  # fmt: skip
    """Live some households in both worlds; `tell` is called after each day of the window."""
    window = window_of(worlds[0].scenario)
    dropped = set(worlds[1].scenario.run.dropped) - set(worlds[0].scenario.run.dropped)
    blocks = _blocks(worlds, part)
    found: dict[str, list[tuple[Unlike, Unlike]]] = {path: [] for path in (*_DATED, *_SETTLED)}
    acts: list[tuple[pl.DataFrame, pl.DataFrame]] = []
    around = Window(max(window.first_day - 1, worlds[0].first_day), window.last_day + 1)
    for (day, one), (_, other) in zip(*(live(block, around) for block in blocks), strict=True):
        acts.append(_acts(one, off))
        if window.first_day <= day < window.last_day:
            for path in _DATED:
                found[path].append(unlike(path, one[path], other[path]))
            for tally, tables in zip(tallies, (one, other), strict=True):
                tally.add_day(tables)
            tell()
    for tally, world in zip(tallies, worlds, strict=True):
        tally.close_block(world.scenario, titles)
    records = [block.records(window.last_day * DAY_MS) for block in blocks]
    for path in _SETTLED:
        found[path].append(unlike(path, records[0][path], records[1][path]))
    return _found(found, acts, records[0]["truth.households"], off, _accounts(worlds[0], dropped))


def _blocks(worlds: tuple[World, World], part: Ints) -> list[Block]:
    return [
        Block(world, part[~np.isin(part, world.scenario.run.dropped)], EVERYTHING)
        for world in worlds
    ]


def _accounts(world: World, households: set[int]) -> list[int]:
    return (
        public(world.scenario.run.seed, "account")
        .apply(np.array(sorted(households), dtype=np.int64))
        .tolist()
    )


def _acts(tables: Tables, off: Sequence[str]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """What those that are off in the other world did on a day, and when it was over."""
    incidents = (
        tables["truth.incidents"]
        .filter(pl.col("actor").is_in(off))
        .select("account_id", "at", "until")
    )
    sent = tables["truth.deliveries"].filter(pl.col("fault").is_in(off))
    return incidents, sent.select("account_id", at="sent_time", until="sent_time")


def _found(
    unlike_: Mapping[str, list[tuple[Unlike, Unlike]]], acts: list[tuple[pl.DataFrame, pl.DataFrame]],
    homes: pl.DataFrame, off: Sequence[str], gone: list[int],
) -> Pair:  # fmt: skip
    differences, rows = {}, {}
    for path, days in unlike_.items():
        differences[path], rows[path] = matched(
            path, [one for one, _ in days], [other for _, other in days]
        )
    plays = rows["truth.plays"]
    incidents, deliveries = (pl.concat(part) for part in zip(*acts, strict=True))
    mine = pl.col("causes").str.split("|").list.set_intersection(list(off)).list.len() > 0
    own = plays.filter(~pl.col("account_id").is_in(gone))
    zones = homes.select("account_id", "time_zone")
    return Pair(
        differences,
        {path: rows[path] for path in ("truth.plays", "log.plays")},
        pl.concat([one.select("account_id") for path, one in rows.items() if path not in _ACTS])[
            "account_id"
        ].n_unique(),
        incidents.height,
        deliveries.height,
        plays.filter(mine).height,
        outside(own, zones, local_days(pl.concat([incidents, deliveries]), zones, "at", "until"))
        if off
        else sum(table.filter(~pl.col("account_id").is_in(gone)).height for table in rows.values()),
    )


def local_days(frame: pl.DataFrame, zones: pl.DataFrame, start: str, end: str) -> pl.DataFrame:
    """Rows with every local day from one time to another as `day`."""
    found = []
    for (zone,), part in frame.join(zones, on="account_id").group_by("time_zone"):
        local = [
            pl.col(name).dt.replace_time_zone("UTC").dt.convert_time_zone(str(zone)).dt.date()
            for name in (start, end)
        ]
        found.append(part.with_columns(day=pl.date_ranges(local[0], pl.max_horizontal(*local))))
    if not found:
        return frame.with_columns(day=pl.lit(None, dtype=pl.Date))
    return pl.concat(found).explode("day")


def outside(differing: pl.DataFrame, zones: pl.DataFrame, touched: pl.DataFrame) -> int:
    """Differing plays none of whose local days is one on which the switched-off did anything."""
    days = local_days(differing, zones, "started_at", "ended_at")
    touched = touched.select("account_id", "day").unique()
    inside = days.join(touched, on=["account_id", "day"], how="semi")["play_id"].unique().implode()
    return differing.filter(~pl.col("play_id").is_in(inside)).height
