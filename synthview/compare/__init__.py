"""Paired worlds: the same world with some actors or faults off, and what that changes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import polars as pl

from synthview.claims.ladder import ladder
from synthview.compare.headlines import headlines
from synthview.errors import InputError
from synthview.log.sheets import SinkFault
from synthview.pipeline import Window, World, build, settled, titles, walk, window_of
from synthview.registry import installed
from synthview.scenario import Scenario, load
from synthview.world.clock import date_of

__all__ = ["Comparison", "TableDifference", "compare"]

_BLOCK = 1_024
_TABLES = ("truth.plays", "log.plays", "log.events", "truth.incidents", "truth.deliveries")
_ACTS = ("truth.incidents", "truth.deliveries")
"""Told of a day more at either end: what was done on the eve may show in the morning."""
_NOT_COMPARED = ("viewer_ids", "same_person_as_yesterday")
"""A list cannot be compared, and who was there yesterday is told on today's row: both follow from what is compared."""


@dataclass(frozen=True, slots=True)
class TableDifference:
    """Rows of one table by play: in one world only, in both but different (and in which columns), equal."""

    table: str
    only_with: int
    only_without: int
    changed: int
    changed_columns: tuple[str, ...]
    equal: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """What some actors or faults caused in a world of so many households and days."""

    scenario: str
    without: tuple[str, ...]
    households: int
    days: int
    tables: tuple[TableDifference, ...]
    events_with: int
    events_without: int
    labelled: int
    unlabelled: int
    accounts_touched: int
    incidents: int
    deliveries: int
    outside: int
    headlines: tuple[tuple[str, float, float], ...]

    def as_dict(self) -> dict[str, Any]:
        """Everything as plain values."""
        return asdict(self)

    def in_words(self) -> str:
        """What was caused, in one sentence; an honest zero is one."""
        plays = next(one for one in self.tables if one.table == "truth.plays")
        names = " and ".join(self.without)
        if not (plays.only_with or plays.only_without or plays.changed or self.events_with != self.events_without):
            return f"{names} changed nothing that happened, and no message of it."
        hours = next((a - b for what, a, b in self.headlines if what == "hours in the log"), 0.0)
        return (
            f"{names} caused {plays.only_with:,} plays, made {plays.only_without:,} others not happen and changed "
            f"{plays.changed:,}; the log has {hours:+,.1f} hours for it."
        )


def compare(
    scenario: Scenario,
    names: Sequence[str],
    households: int | None = None,
    tell: Callable[[int, int], None] | None = None,
) -> Comparison:
    """Live a world with and without some actors or faults, side by side, and count what differs.

    `tell` hears how many households of how many are done. Raises InputError for a name that is off anyway.
    """
    on = [*scenario.actors, *scenario.faults]
    if not names:
        raise InputError(f"compare needs --without NAME; on in {scenario.name} are: {', '.join(on)}.")
    other = load(scenario, installed(), {"without": [*scenario.without, *names]})
    for name in names:
        if name not in on and name not in ("actors", "faults"):
            raise InputError(f"{name} is off in {scenario.name} already; on are: {', '.join(on)}.")
        if isinstance(scenario.faults.get(name), SinkFault):
            raise InputError(
                f"{name} damages files as they are written, and compare looks at rows before that. "
                f"Generate twice, the second time --without {name}, and compare the files."
            )
    off = tuple(name for name in on if name not in other.actors and name not in other.faults)
    worlds = build(scenario), build(other)
    count = households or scenario.run.households
    pairs = []
    for start in range(0, count, _BLOCK):
        part = range(start, min(start + _BLOCK, count))
        pairs.append(_pair(worlds, part, off))
        if tell:
            tell(part.stop, count)
    return _summed(scenario, off, count, worlds[0], pairs)


@dataclass(frozen=True)
class _Pair:
    """Both worlds of some households: rows by table, and how many events."""

    frames: tuple[dict[str, pl.DataFrame], dict[str, pl.DataFrame]]
    differing: pl.DataFrame
    outside: int


def _pair(worlds: tuple[World, World], part: range, off: Sequence[str]) -> _Pair:
    window = window_of(worlds[0].scenario)
    one, other = (_lived(world, part, window) for world in worlds)
    differing = _differing(one["truth.plays"], other["truth.plays"])
    zones = settled(worlds[0], part, window)["truth.households"].select("account_id", "time_zone")
    touched = _touched_days(one, zones, off)
    return _Pair((one, other), differing, _outside(differing, zones, touched))


def _lived(world: World, part: range, window: Window) -> dict[str, pl.DataFrame]:
    """All days of some households; of events only whose and how many."""
    around = Window(max(window.first_day - 1, world.first_day), window.last_day + 1)
    lived = dict(walk(world, part, around, frozenset(_TABLES)))
    acts = {path: pl.concat([frames[path] for frames in lived.values()]) for path in _ACTS}
    days = [frames for day, frames in lived.items() if window.first_day <= day < window.last_day]
    found = {
        path: pl.concat([frames[path] for frames in days]) for path in _TABLES if path not in ("log.events", *_ACTS)
    }
    found |= acts
    counts = [frames["log.events"].group_by("play_id").len() for frames in days]
    found["log.events"] = pl.concat(counts).group_by("play_id").agg(pl.col("len").sum())
    return found


def _differing(one: pl.DataFrame, other: pl.DataFrame) -> pl.DataFrame:
    """Rows by play that are in one table only, or in both and not alike; `side` says which, `columns` where."""
    columns = [name for name in one.columns if name not in ("play_id", *_NOT_COMPARED)]
    both = one.select("play_id", *columns).join(other.select("play_id", *columns), on="play_id", suffix="_other")
    unlike = [pl.when(pl.col(name).ne_missing(pl.col(f"{name}_other"))).then(pl.lit(name)) for name in columns]
    changed = both.with_columns(columns=pl.concat_list(unlike).list.drop_nulls()).filter(
        pl.col("columns").list.len() > 0
    )
    wanted = ["play_id", *(name for name in ("account_id", "started_at", "ended_at", "causes") if name in one.columns)]
    none = pl.lit([], dtype=pl.List(pl.String)).alias("columns")
    return pl.concat([
        one.join(other, on="play_id", how="anti").select(*wanted, none, side=pl.lit("with")),
        other.join(one, on="play_id", how="anti").select(*wanted, none, side=pl.lit("without")),
        changed.select(*wanted, "columns", side=pl.lit("both")),
    ])  # fmt: skip


def _local_days(frame: pl.DataFrame, zones: pl.DataFrame, start: str, end: str) -> pl.DataFrame:
    """Rows with every local day from one time to another as `day`."""
    found = []
    for (zone,), part in frame.join(zones, on="account_id").group_by("time_zone"):
        local = [
            pl.col(name).dt.replace_time_zone("UTC").dt.convert_time_zone(str(zone)).dt.date() for name in (start, end)
        ]
        found.append(part.with_columns(day=pl.date_ranges(local[0], pl.max_horizontal(*local))))
    if not found:
        return frame.with_columns(day=pl.lit(None, dtype=pl.Date))
    return pl.concat(found).explode("day")


def _touched_days(frames: dict[str, pl.DataFrame], zones: pl.DataFrame, off: Sequence[str]) -> pl.DataFrame:
    incidents = frames["truth.incidents"].filter(pl.col("actor").is_in(off))
    sent = (
        frames["truth.deliveries"]
        .filter(pl.col("fault").is_in(off))
        .select("account_id", at="sent_time", until="sent_time")
    )
    acts = pl.concat([incidents.select("account_id", "at", "until"), sent])
    return _local_days(acts, zones, "at", "until").select("account_id", "day").unique()


def _outside(differing: pl.DataFrame, zones: pl.DataFrame, touched: pl.DataFrame) -> int:
    """Differing plays none of whose local days is one on which the switched-off did anything."""
    days = _local_days(differing, zones, "started_at", "ended_at")
    inside = days.join(touched, on=["account_id", "day"], how="semi")["play_id"].unique().implode()
    return differing.filter(~pl.col("play_id").is_in(inside)).height


def _summed(scenario: Scenario, off: tuple[str, ...], count: int, world: World, pairs: Sequence[_Pair]) -> Comparison:
    one, other = ({path: pl.concat([pair.frames[side][path] for pair in pairs]) for path in _TABLES} for side in (0, 1))
    differing = pl.concat([pair.differing for pair in pairs])
    mine = pl.col("causes").str.split("|").list.set_intersection(list(off)).list.len() > 0
    listed = titles(world, window_of(scenario))
    ladders = _ladders(scenario, one["log.plays"], other["log.plays"], listed)
    labelled = differing.filter(mine).height
    return Comparison(
        scenario=scenario.name, without=off, households=count, days=scenario.run.days,
        tables=tuple(_difference(path, one[path], other[path]) for path in ("truth.plays", "log.plays")),
        events_with=int(one["log.events"]["len"].sum()), events_without=int(other["log.events"]["len"].sum()),
        labelled=labelled, unlabelled=differing.height - labelled,
        accounts_touched=differing["account_id"].n_unique(),
        incidents=one["truth.incidents"].filter(pl.col("actor").is_in(off)).height,
        deliveries=one["truth.deliveries"].filter(pl.col("fault").is_in(off)).height,
        outside=sum(pair.outside for pair in pairs),
        headlines=(*headlines(one, other, listed), *ladders),
    )  # fmt: skip


def _difference(path: str, one: pl.DataFrame, other: pl.DataFrame) -> TableDifference:
    found = _differing(one, other)
    sides = dict(found.group_by("side").len().iter_rows())
    columns = tuple(sorted(set(found["columns"].explode().drop_nulls().to_list())))
    equal = one.height - sides.get("with", 0) - sides.get("both", 0)
    return TableDifference(path, sides.get("with", 0), sides.get("without", 0), sides.get("both", 0), columns, equal)


def _ladders(
    scenario: Scenario, one: pl.DataFrame, other: pl.DataFrame, listed: pl.DataFrame
) -> list[tuple[str, float, float]]:
    """Accounts by days in a row on the first title that the scenario names."""
    if not scenario.titles:
        return []
    title, first = scenario.titles[0].name, scenario.run.start
    last = date_of(window_of(scenario).last_day - 1)
    both = [ladder(plays.lazy(), listed.lazy(), title, first, last)["accounts"].to_list() for plays in (one, other)]
    steps = [step for step in (1, 2, 3, 7, 18) if step <= scenario.run.days]
    return [(f"accounts with {title}, {step} days in a row", both[0][step - 1], both[1][step - 1]) for step in steps]
