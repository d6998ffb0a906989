"""Some acts of an actor, or damage of a fault, from a small world in which it is alone."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl

from synthview.block import Block
from synthview.explain.replay import on_the_wall
from synthview.explain.telling import Mishap
from synthview.explain.words import counted, length, room_of, spoken
from synthview.exposed import Exposed
from synthview.ids import public
from synthview.pipeline import World, build, received_days, titles, window_of
from synthview.registry import installed
from synthview.scenario import Scenario, load
from synthview.scenario.files import built_in, layers
from synthview.stage.casting import named_households
from synthview.world.clock import DAY_MS

__all__ = ["Specimen", "shown_in", "specimens"]

_WORLD, _HOMES, _DAYS, _WARM_UP_DAYS = "everyday", 80, 10, 10
_TABLES = frozenset({"truth.plays", "truth.incidents", "truth.deliveries"})


@dataclass(frozen=True, slots=True)
class Specimen:
    """One act: household, local time, what was done to which title, and what came of it."""

    household: int
    when: datetime
    what: str
    title: str
    came_of_it: str


def specimens(name: str, most: int = 10) -> list[Specimen]:
    """Return up to `most` acts of an actor or fault, from many households, in order of time."""
    scenario = _alone(name)
    one = {**scenario.actors, **scenario.faults}[name]
    if isinstance(one, Exposed) and one.of_files:
        return []
    world = build(scenario)
    replayed = _simulated(world, name)
    rows = _acts(replayed, name) if name in scenario.actors else _damage(replayed, name)
    turn = pl.int_range(pl.len()).over("account_id")
    chosen = (
        rows.sort("at", "play_id").with_columns(turn=turn).sort("turn", "at", "play_id").head(most)
    )
    return sorted(
        _specimens(world, replayed, chosen), key=lambda mishaps: (mishaps.when, mishaps.household)
    )


def shown_in(name: str) -> str:
    """The scenario of ours in which an actor or fault is to be seen.

    Of those that are off in it, the first that names them.
    """
    if name not in installed().named_only:
        return _WORLD
    return next((one for one in built_in() if name in _named_by(one)), _WORLD)


def _named_by(scenario: str) -> Collection[str]:
    content = layers(scenario)[-1].content
    return {*content.get("actors", {}), *content.get("faults", {})}


def _alone(name: str) -> Scenario:
    others = [one for one in (*installed().actors, *installed().faults) if one != name]
    sized = {
        "run.days": _DAYS,
        "run.warm_up_days": _WARM_UP_DAYS,
        "without": others,
        "cast": {name: f"{_HOMES}:members"},
    }
    world = load(shown_in(name), installed())
    if world.name != _WORLD and world.dated_events:  # the days on which something is in the news
        latest = max(event.on for event in world.dated_events)
        sized["run.start"] = latest.isoformat()
    return load(world, installed(), sized)


def _simulated(world: World, name: str) -> Mapping[str, pl.DataFrame]:
    window = window_of(world.scenario)
    block = Block(world, named_households(world)[name], _TABLES)
    days = [frames for _, frames in received_days(block, window)]
    return {path: pl.concat([frames[path] for frames in days]) for path in _TABLES} | block.records(
        window.last_day * DAY_MS
    )


def _acts(replayed: Mapping[str, pl.DataFrame], name: str) -> pl.DataFrame:
    acts = replayed["truth.incidents"].filter(pl.col("actor") == name).drop_nulls("play_id")
    return acts.select("account_id", "play_id", "at", what="what")


def _damage(replayed: Mapping[str, pl.DataFrame], name: str) -> pl.DataFrame:
    """What became of the messages of each play, as one act."""
    by = pl.col("by_ms")
    deliveries = replayed["truth.deliveries"].filter(pl.col("fault") == name)
    damaged = deliveries.group_by("account_id", "play_id", "change").agg(
        pl.col("sent_time").min().alias("at"),
        pl.len(),
        by.get(by.abs().arg_max()),
    )
    mishaps = [
        str(Mishap(name, *row)) for row in damaged.select("change", "len", "by_ms").iter_rows()
    ]
    what = pl.Series([one.partition(": ")[2] for one in mishaps], dtype=pl.String)
    return damaged.select("account_id", "play_id", "at", what=what)


def _specimens(
    world: World, replayed: Mapping[str, pl.DataFrame], chosen: pl.DataFrame
) -> Iterator[Specimen]:
    plays = replayed["truth.plays"].drop("account_id").join(chosen, on="play_id")
    zones = replayed["truth.households"].select("account_id", "time_zone", "household_type")
    named = titles(
        world,
        window_of(world.scenario),
        plays["title_id"].unique().sort().to_numpy(),
    )
    names = named.select("title_id", "name", "series_name")
    accounts = public(world.scenario.run.seed, "account")
    named_plays = plays.join(zones, on="account_id").join(names, on="title_id")
    for (zone,), part in named_plays.group_by("time_zone"):
        for row in on_the_wall(part, str(zone), "at").iter_rows(named=True):
            name = row["name"]
            series = row["series_name"]
            yield Specimen(
                household=int(accounts.invert(row["account_id"])),
                when=row["at"].replace(microsecond=0),
                what=row["what"],
                title=f"{series}: {name}" if series else name,
                came_of_it=_came_of(row),
            )


def _came_of(row: Mapping[str, Any]) -> str:
    """How long it ran, and for whom."""
    if not row["played_ms"]:
        return "never began"
    room = room_of(row["household_type"])
    nobody = f"for whoever was in the {room}" if room else "nobody there"
    viewers = row["viewer_count"]
    played_ms = row["played_ms"]
    attended_ms = row["attended_ms"]
    there = counted(viewers, "viewer") if viewers else nobody
    attended = ""
    if viewers and attended_ms < played_ms - 1_000:
        attended = f", attended {length(attended_ms)}"
    return f"ran {length(played_ms)}, {there}{attended}, {spoken(row['intent'])}"
