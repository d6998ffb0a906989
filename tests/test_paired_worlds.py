"""Paired worlds: without an actor nothing differs but on days on which it acted; without a fault nothing that happened."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import SMALL, Days, joined, lived, settled_tables, window

from synthview.pipeline import World, build
from synthview.registry import ACTORS, FAULTS, ON_REQUEST, installed
from synthview.scenario import Scenario, load

BUSY: dict[str, dict[str, float]] = {
    "asleep_on_sofa": {"rate": 0.3}, "autoplay_previews": {"rate": 0.5}, "background_tv": {"rate": 0.5, "days": 1},
    "cat_on_remote": {"rate": 0.8}, "child_on_loop": {"rate": 0.8, "spell_days": 120},
    "devoted_fan": {"rate": 0.3, "spell_days": 240}, "empty_room_protest": {"rate": 0.3, "spell_days": 120},
    "misclick": {"rate": 0.15}, "monitor_probe": {"rate": 0.1}, "public_screen": {"rate": 0.15},
    "reseller": {"rate": 0.15}, "shared_account": {"rate": 0.5}, "stream_errors": {"rate": 0.06},
    "toddler_on_remote": {"rate": 1.5}, "vpn_user": {"rate": 0.5}, "ad_blocker": {"rate": 0.5},
}  # fmt: skip
"""Settings at which three dozen homes show each actor within a few days, most of them together in some."""
ANYWHERE = frozenset(ACTORS) - {"hype"}
"""Actors of any world; one acts only where a title is in the news, and the contract has such a world for it."""
FAULTY: dict[str, float] = {
    "blocked_telemetry": 0.5, "clock_skew": 0.3, "collector_outage": 300, "doubled_events": 0.05, "late_arrivals": 0.5,
    "local_time_as_utc": 0.3, "lost_events": 0.2, "missing_ends": 0.2, "reordered_events": 0.2,
}  # fmt: skip
PLANS = ({"basic": 1.0}, {"basic": 0.25, "standard": 0.5, "premium": 0.25})
PLACES: tuple[dict[str, float], ...] = (
    {"US": 1.0},
    {"AU": 0.5, "BR": 0.5},
    {"MX": 0.4, "GB": 0.3, "JP": 0.3},
)
SEEDS = st.integers(0, 2**63 - 1)
WATCHED = frozenset({"truth.plays", "truth.incidents"})
RECORDED = WATCHED | {"truth.deliveries", "log.events", "log.plays"}
BEFORE = 3
"""Days told about those of the scenario: what was done just before it may show in it."""
RARE = settings(max_examples=max(2, settings().max_examples // 50))
"""For tests whose every example lives two worlds, for each of two dozen actors and faults."""
PAIR = SMALL | {
    "run.seed": 2, "run.days": 2, "run.households": 48, "run.warm_up_days": 4, "catalogue.film_count": 100,
}  # fmt: skip
"""One busy world for all: of each actor or fault a second world is made that lacks it."""
USUAL = frozenset({
    "asleep_on_sofa", "cat_on_remote", "child_on_loop", "reseller", "stream_errors",
    "doubled_events", "late_arrivals", "lost_events",
})  # fmt: skip
"""A third, one of each way to act and to be recorded: looked at in every run; all others when slow tests are asked for."""
FOLLOWS = "same_person_as_yesterday"
"""Of all columns the one that tells of another day: it is looked at by itself."""


def each(names: Iterable[str]) -> list[Any]:
    """Every actor or fault as a parameter; slow unless it is one of the usual third."""
    return [
        pytest.param(name, marks=() if name in USUAL else pytest.mark.slow)
        for name in sorted(names)
    ]


@st.composite
def scenarios(draw: st.DrawFn, name: str = "") -> Scenario:
    """A busy world in which `name` is on and any others are on or off."""
    on = draw(st.sets(st.sampled_from(sorted(ANYWHERE)))) | ({name} & ACTORS.keys())
    stated: dict[str, Any] = {
        **SMALL, "run.seed": draw(SEEDS), "run.days": draw(st.integers(1, 4)),
        "run.households": draw(st.integers(24, 48)), "people.plans": draw(st.sampled_from(PLANS)),
        "world.country_shares": draw(st.sampled_from(PLACES)),
        "without": sorted(ANYWHERE - on),
    }  # fmt: skip
    calm = draw(st.sampled_from([1.0, 0.3]))
    for one in sorted(on):
        stated |= {f"actors.{one}.{setting}": value for setting, value in BUSY[one].items()}
        stated[f"actors.{one}.rate"] = BUSY[one]["rate"] * (1.0 if one == name else calm)
    stated |= {f"faults.{one}.rate": rate for one, rate in FAULTY.items()} | {
        "faults.late_arrivals.longest_days": 1.5
    }
    return load("everyday", installed(), stated)


def both(scenario: Scenario, name: str, tables: frozenset[str]) -> tuple[World, Days, Days]:
    """The first world, and the same homes and days with an actor or fault and without: three days more at either end."""
    without = load(scenario, installed(), {"without": [*scenario.without, name]})
    return (*widely(scenario, tables), widely(without, tables)[1])


def widely(scenario: Scenario, tables: frozenset[str]) -> tuple[World, Days]:
    """A world and its days, three more at either end."""
    world = build(scenario)
    within = window(world, -BEFORE, scenario.run.days + 2 * BEFORE)
    return world, lived(world, range(scenario.run.households), within, tables)


@cache
def busy() -> tuple[Scenario, World, Days]:
    """The one world in which every actor and every fault is on, and all its days."""
    stated = {
        f"actors.{one}.{setting}": to for one, all_ in BUSY.items() for setting, to in all_.items()
    } | {f"faults.{one}.rate": rate for one, rate in FAULTY.items()}
    scenario = load(
        "everyday", installed(), PAIR | stated | {"faults.late_arrivals.longest_days": 1.5}
    )
    return scenario, *widely(scenario, RECORDED)


@cache
def busy_pair(name: str) -> tuple[Scenario, World, Days, Days]:
    """The busy world, and the same without an actor or fault."""
    scenario, world, one = busy()
    without = load(scenario, installed(), {"without": [name]})
    return scenario, world, one, widely(without, RECORDED)[1]


def inside(days: Days, path: str) -> pl.DataFrame:
    """A table on the days of the scenario."""
    return joined(dict(list(days.items())[BEFORE:-BEFORE]), path)


def zones_of(world: World, scenario: Scenario) -> pl.DataFrame:
    """The time zone of each account."""
    homes = settled_tables(world, range(scenario.run.households), window(world))["truth.households"]
    return homes.select("account_id", "time_zone")


def unlike(one: pl.DataFrame, other: pl.DataFrame, key: list[str], *left_out: str) -> pl.DataFrame:
    """Rows that are in one world only, or in both but not alike, once each."""
    same = [name for name in one.columns if name not in left_out]
    words = pl.col(pl.List).list.eval(pl.element().cast(pl.String)).list.join(" ")
    frames = [frame.with_columns(words) for frame in (one, other)]
    found = [a.join(b, on=same, how="anti", nulls_equal=True) for a, b in (frames, frames[::-1])]
    return pl.concat(found).unique(key, keep="first")


def local_days(rows: pl.DataFrame, zones: pl.DataFrame, start: str, end: str) -> pl.DataFrame:
    """Rows once for every local day of their home from one time to another, as `day`."""
    parts = [
        rows.join(zones, on="account_id").with_columns(day=pl.lit(None, dtype=pl.Date)).clear()
    ]
    for (zone,), part in rows.join(zones, on="account_id").group_by("time_zone"):
        first, last = (
            pl.col(name).dt.replace_time_zone("UTC").dt.convert_time_zone(str(zone)).dt.date()
            for name in (start, end)
        )
        parts.append(part.with_columns(day=pl.date_ranges(first, last)).explode("day"))
    return pl.concat(parts)


def outside(rows: pl.DataFrame, zones: pl.DataFrame, acted: pl.DataFrame) -> pl.DataFrame:
    """Plays of which no local day is one of those on which something was done."""
    days = local_days(rows, zones, "started_at", "ended_at")
    within = days.join(acted, on=["account_id", "day"], how="semi")
    return rows.join(within, on="play_id", how="anti").select(
        "account_id", "play_id", "started_at", "causes"
    )


# --- Laws -------------------------------------------------------------------------------------------------------------


def only_its_days_differ(
    scenario: Scenario, world: World, name: str, one: Days, other: Days
) -> None:
    """Hold that every play that differs in anything lies on a day of its home on which the actor did something.

    Whether the same person was there the day before is told on the day after, or past the midnight that ends it.
    """
    zones = zones_of(world, scenario)
    acts = joined(one, "truth.incidents").filter(actor=name)
    acted = local_days(acts, zones, "at", "until").select("account_id", "day").unique()
    plays = inside(one, "truth.plays"), inside(other, "truth.plays")
    differ = unlike(*plays, ["play_id"], FOLLOWS)
    told = f"{differ.height} of {plays[0].height} plays, {acts.height} acts on {acted.height} days"
    assert outside(differ, zones, acted).rows() == [], told
    later = pl.date_ranges(pl.col("day"), pl.col("day").dt.offset_by("2d"))
    acted = acted.select("account_id", day=later).explode("day").unique()
    assert outside(unlike(*plays, ["play_id"]), zones, acted).rows() == []


def only_what_it_delivered_differs(name: str, one: Days, other: Days) -> None:
    """Hold that truth is the same but for deliveries, and each row of the log that differs is of a play that has one."""
    for path in WATCHED:
        assert joined(one, path).equals(joined(other, path))
    deliveries = joined(one, "truth.deliveries")
    touched = deliveries.filter(fault=name)["play_id"].unique()
    for path, key in (
        ("log.events", ["play_id", "event_id", "received_time"]),
        ("log.plays", ["play_id"]),
    ):
        differ = unlike(inside(one, path), inside(other, path), key)
        assert differ.filter(~pl.col("play_id").is_in(touched.implode())).rows() == [], path
    others = [
        frame.filter(pl.col("fault") != name, ~pl.col("play_id").is_in(touched.implode())).sort(
            pl.all()
        )
        for frame in (deliveries, joined(other, "truth.deliveries"))
    ]
    assert others[0].equals(others[1])  # of a message that one fault loses another makes no copies


# --- Actors -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", each(ANYWHERE))
def test_without_an_actor_of_the_busy_world_only_its_days_differ(name: str) -> None:
    """Every play that differs in anything, viewers and ids too, lies on a day of its home on which the actor did something."""
    scenario, world, one, other = busy_pair(name)
    only_its_days_differ(scenario, world, name, one, other)


@pytest.mark.parametrize("name", each(ANYWHERE))
def test_an_actor_that_acts_makes_a_difference(name: str) -> None:
    """In the busy world each actor causes plays that carry its name, and none without it does."""
    _, _, one, other = busy_pair(name)
    differ = unlike(inside(one, "truth.plays"), inside(other, "truth.plays"), ["play_id"], FOLLOWS)
    mine = pl.col("causes").str.split("|").list.contains(name)
    assert differ.filter(mine).height > 3
    assert joined(other, "truth.plays").filter(mine).is_empty()
    assert joined(other, "truth.incidents").filter(actor=name).is_empty()


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(ANYWHERE))
@RARE
@given(st.data())
def test_without_an_actor_of_any_world_only_its_days_differ(name: str, data: st.DataObject) -> None:
    """The same holds in worlds of any seed, places, plans and days, with any other actors on or off."""
    scenario = data.draw(scenarios(name))
    world, one, other = both(scenario, name, WATCHED)
    only_its_days_differ(scenario, world, name, one, other)


@pytest.mark.slow
def test_nobody_nods_off_over_what_never_plays() -> None:
    """In this world somebody who would nod off gives the play up before its picture, and takes another title."""
    stated: dict[str, Any] = {
        **SMALL, "run.seed": 184_099_247_496, "run.days": 4, "run.households": 42, "people.plans": {"basic": 1.0},
        "world.country_shares": {"AU": 0.5, "BR": 0.5}, "without": sorted(ANYWHERE - {"asleep_on_sofa"}),
        **{f"actors.asleep_on_sofa.{setting}": value for setting, value in BUSY["asleep_on_sofa"].items()},
    }  # fmt: skip
    scenario = load("everyday", installed(), stated)
    world, one, other = both(scenario, "asleep_on_sofa", WATCHED)
    only_its_days_differ(scenario, world, "asleep_on_sofa", one, other)


# --- Faults -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", each(FAULTS.keys() - ON_REQUEST))
def test_without_a_fault_everything_happens_and_only_its_plays_are_recorded_otherwise(
    name: str,
) -> None:
    """Truth is the same but for deliveries, and each message or row of history that differs is of a play that has one."""
    _, _, one, other = busy_pair(name)
    assert joined(one, "truth.deliveries").filter(fault=name).height > 0
    only_what_it_delivered_differs(name, one, other)


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(FAULTS.keys() - ON_REQUEST))
@RARE
@given(st.data())
def test_without_a_fault_of_any_world_only_its_plays_are_recorded_otherwise(
    name: str, data: st.DataObject
) -> None:
    """The same holds in worlds of any seed, places, plans and days, with any actors on or off."""
    scenario = data.draw(scenarios(name))
    _, one, other = both(scenario, name, RECORDED)
    only_what_it_delivered_differs(name, one, other)
