"""Actors and faults do what their manuals say: a rate off by three, or times that are all nought, would show.

Each is measured in a small world of its own. The same measures are then taken of worlds with planted flaws, a rate three
times as high, a third of it, and an actor or fault for which no time passes; each flaw must be seen.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import import_module
from typing import Any

import numpy as np
import polars as pl
import pytest

from synthview.checks.contract import Trial
from synthview.checks.trial import SimulatedHomes
from synthview.log.damage import Copies, Damage, Record, Touched
from synthview.registry import installed
from synthview.stage.script import Script

HAPPENED = frozenset({"truth.plays", "truth.incidents", "log.plays"})
RECORDED = HAPPENED | {"truth.deliveries", "log.events"}
Figures = dict[str, float]
MINUTE, HOUR = 60_000, 3_600_000


@dataclass(frozen=True)
class Mechanism:
    """What is measured of one of them, in how many homes and days, between which limits, and settings that must show."""

    name: str
    settings: dict[str, float]
    households: int
    days: int
    figures: Callable[[SimulatedHomes, str], Figures]
    limits: dict[str, tuple[float, float]]
    flaws: tuple[dict[str, float], ...] = field(default=())
    stated: dict[str, Any] = field(default_factory=dict)
    """Settings of its world under which it shows in few homes, such as a liking for phones."""

    def of(self, **changed: float) -> Figures:
        """The figures of a world, with some settings changed."""
        declared = installed().actors.get(self.name) or installed().faults[self.name]
        own = {**self.settings, **changed}
        trial = Trial(declared, own, self.households, self.days, stated=self.stated)
        return self.figures(
            trial.simulate(trial.alone(), HAPPENED if trial.is_actor else RECORDED), self.name
        )

    def outside(self, figures: Figures) -> Figures:
        """Figures that are beyond their limits; one that cannot be had at all is nan, and beyond them."""
        assert figures.keys() == self.limits.keys()
        return {
            what: one
            for what, one in figures.items()
            if not self.limits[what][0] <= one <= self.limits[what][1]
        }


def plays_of(lived: SimulatedHomes, name: str) -> pl.DataFrame:
    """Plays that ran and that an actor began or had a part in, by sitting, with the time since the play before."""
    mine = pl.col("causes").str.split("|").list.contains(name)
    plays = (
        lived.inside["truth.plays"]
        .filter(mine, pl.col("played_ms") > 0)
        .sort("session_id", "started_at")
    )
    gap = (
        pl.col("started_at") - pl.col("ended_at").shift().over("session_id")
    ).dt.total_milliseconds()
    wait = (
        pl.col("started_at") - pl.col("started_at").shift().over("session_id")
    ).dt.total_milliseconds()
    return plays.with_columns(gap=gap, wait=wait)


def labelled(lived: SimulatedHomes, name: str) -> pl.DataFrame:
    """Accounts that truth says have it."""
    return (
        lived.inside["truth.accounts"]
        .filter(pl.col("actors").str.split("|").list.contains(name))
        .unique("account_id")
    )


def median(column: pl.Series) -> float:
    """The middle; nan of nothing."""
    found = column.drop_nulls().median()
    return float("nan") if found is None else float(found)  # type: ignore[arg-type]


def days_of(lived: SimulatedHomes) -> int:
    """Days of the window."""
    return int(lived.world.scenario.run.days)


# --- Actors -----------------------------------------------------------------------------------------------------------


def cat(lived: SimulatedHomes, name: str) -> Figures:
    """Bursts per home with a cat and day, presses in each, and seconds between two.

    Of some 60 homes with a cat and 4 days 120 bursts, of which some find the screen taken: known to 10 %; of some 120
    waits, spread by a factor of 3.3, the median is known to 14 %.
    """
    by_itself = lived.tables["log.plays"].filter("autoplayed").select("play_id")
    plays, homes = (
        plays_of(lived, name).join(by_itself, on="play_id", how="anti"),
        lived.inside["truth.households"].filter("has_cat").height,
    )
    sittings = plays["session_id"].n_unique()
    return {
        "bursts": sittings / homes / days_of(lived),
        "presses": plays.height / max(sittings, 1),
        "seconds between": median(plays["wait"]) / 1_000,
    }


def reseller(lived: SimulatedHomes, name: str) -> Figures:
    """The share of accounts, the buyers' and the seller's sittings a day, and how long each lasts.

    Of 120 accounts 36, known to 14 %; on 3 days of each some 160 sittings of buyers, as half of the seven are still to come,
    known to 12 % as their number differs by account, and 100 checks; a median of 45 seconds, spread by a factor of 1.8, is known to 8 %.
    """
    acts, accounts = (
        lived.inside["truth.incidents"].filter(actor=name),
        labelled(lived, name).height,
    )
    plays = plays_of(lived, name)
    checks = plays.join(acts.filter(what="checked the login"), on="play_id", how="semi")
    bought = plays.join(acts.filter(what="watched as a buyer"), on="play_id", how="semi")
    sittings = plays.filter(pl.col("session_id").is_in(bought["session_id"].implode()))
    return {
        "share": accounts / lived.homes.height,
        "buyers a day": bought.height / max(accounts, 1) / days_of(lived),
        "checks a day": checks.height / max(accounts, 1) / days_of(lived),
        "seconds of a check": median(checks["played_ms"]) / 1_000,
        "minutes of a buyer": median(
            sittings.group_by("session_id").agg(pl.col("played_ms").sum())["played_ms"]
        )
        / MINUTE,
    }


def screen(lived: SimulatedHomes, name: str) -> Figures:
    """The share of accounts, how often it is on, for how many hours, and the minutes until it is begun again.

    Of 200 accounts 50, known to 12 %; some 120 sittings, known to 10 %, of hours that hardly differ; of some 400 gaps,
    alike up to 25 minutes, the median is known to 5 %.
    """
    plays, accounts = plays_of(lived, name), labelled(lived, name).height
    sittings = plays.group_by("session_id").agg(
        hours=(pl.col("ended_at").max() - pl.col("started_at").min()).dt.total_milliseconds() / HOUR
    )
    return {
        "share": accounts / lived.homes.height,
        "sittings a day": sittings.height / max(accounts, 1) / days_of(lived),
        "hours": median(sittings["hours"]),
        "minutes between": median(plays["gap"]) / MINUTE,
    }


def probe(lived: SimulatedHomes, name: str) -> Figures:
    """The share of accounts, probes of each a day, minutes from one of a rig to its next, and seconds of each.

    Of 150 accounts 30, known to 16 %; all else is on schedule.
    """
    plays, accounts = (
        plays_of(lived, name).sort("device_id", "started_at"),
        labelled(lived, name).height,
    )
    turn = (
        pl.col("started_at") - pl.col("started_at").shift().over("device_id")
    ).dt.total_milliseconds()
    return {
        "share": accounts / lived.homes.height,
        "probes a day": plays.height / max(accounts, 1) / days_of(lived),
        "minutes between": median(plays.select(turn)["started_at"]) / MINUTE,
        "seconds": median(plays["played_ms"]) / 1_000,
    }


def protest(lived: SimulatedHomes, name: str) -> Figures:
    """The share of accounts, sittings of each a day, their hours, and seconds until whoever pressed play has left.

    Of 200 accounts 60, known to 11 %; of the 110 or so sittings that find a screen the number is known to 15 %, hours from
    3 to 8 to 5 %, seconds from 4 to 44 to 7 %.
    """
    plays, accounts = plays_of(lived, name), labelled(lived, name).height
    sittings = plays.group_by("session_id").agg(
        hours=(pl.col("ended_at").max() - pl.col("started_at").min()).dt.total_milliseconds() / HOUR
    )
    return {
        "share": accounts / lived.homes.height,
        "sittings a day": sittings.height / max(accounts, 1) / days_of(lived),
        "hours": median(sittings["hours"]),
        "seconds there": median(plays.filter("pressed_by_person")["present_ms"]) / 1_000,
        "attended": float(plays["attended_ms"].sum()),
        "seen by a script": float(plays.filter(~pl.col("pressed_by_person"))["viewer_count"].sum()),
    }


ACTORS = (
    Mechanism("cat_on_remote", {"rate": 0.5}, 240, 4, cat, {
        "bursts": (0.25, 0.6), "presses": (1.7, 2.8), "seconds between": (26, 62),
    }, ({"presses": 6},)),
    Mechanism("reseller", {"rate": 0.3}, 120, 3, reseller, {
        "share": (0.18, 0.45), "buyers a day": (0.9, 2.1), "checks a day": (0.7, 1.05), "seconds of a check": (32, 65),
        "minutes of a buyer": (50, 170),
    }, ({"buyers": 20}, {"buyers": 2}, {"days": 1}, {"days": 0.15})),
    Mechanism("public_screen", {"rate": 0.25, "spell_days": 39}, 200, 4, screen, {
        "share": (0.15, 0.4), "sittings a day": (0.2, 0.9), "hours": (6, 10), "minutes between": (8, 20),
    }),
    Mechanism("monitor_probe", {"rate": 0.2}, 150, 2, probe, {
        "share": (0.1, 0.35), "probes a day": (22, 24.1), "minutes between": (119, 121), "seconds": (89, 91),
    }, ({"minutes": 360}, {"seconds": 270}, {"seconds": 30})),
    Mechanism("empty_room_protest", {"rate": 0.3, "spell_days": 120}, 200, 4, protest, {
        "share": (0.2, 0.45), "sittings a day": (0.25, 0.9), "hours": (3, 6.5), "seconds there": (16, 32), "attended": (0, 0), "seen by a script": (0, 0),
    }, ({"spell_days": 6},)),
)  # fmt: skip


# --- Faults -----------------------------------------------------------------------------------------------------------


def deeds_of(lived: SimulatedHomes, name: str) -> pl.DataFrame:
    """What a fault did, with the device of the play and how many of its messages were sent."""
    mine = lived.inside["truth.deliveries"].filter(fault=name)
    return mine.join(
        lived.tables["truth.plays"].select("play_id", "device_id", "started_at"), on="play_id"
    )


def share_of_plays(lived: SimulatedHomes, name: str) -> float:
    """Plays with a message it touched, of all plays that began in the days looked at."""
    plays = lived.inside["truth.plays"]
    return plays.join(deeds_of(lived, name), on="play_id", how="semi").height / plays.height


def share_of_devices(lived: SimulatedHomes, name: str) -> float:
    """Devices in use with a message it touched."""
    return (
        deeds_of(lived, name)["device_id"].n_unique()
        / lived.inside["truth.plays"]["device_id"].n_unique()
    )


def sent_by(lived: SimulatedHomes, plays: pl.Series) -> int:
    """How many messages some plays sent: those that came, once each, and those that are known to be lost."""
    came = (
        lived.tables["log.events"]
        .filter(pl.col("play_id").is_in(plays.implode()))
        .select("play_id", "event_id")
    )
    lost = lived.tables["truth.deliveries"].filter(
        pl.col("play_id").is_in(plays.implode()), change="lost"
    )
    return came.n_unique() + lost.height


def lost_run(lived: SimulatedHomes, name: str) -> Figures:
    """The share of plays that lose something, and how much of them they lose.

    Of some 800 plays 80, known to 11 %; an eighth of their messages on average, known to 8 %.
    """
    deeds = deeds_of(lived, name)
    gone = deeds.height / max(sent_by(lived, deeds["play_id"].unique()), 1)
    return {"share": share_of_plays(lived, name), "gone": gone}


def lost_tail(lived: SimulatedHomes, name: str) -> Figures:
    """The share of plays without an end, and how many messages each lacks.

    Of some 800 plays 80, known to 11 %; two messages on average, known to 5 %.
    """
    deeds = deeds_of(lived, name)
    ends = lived.tables["log.events"].filter(
        pl.col("type") == "end", pl.col("play_id").is_in(deeds["play_id"].implode())
    )
    return {
        "share": share_of_plays(lived, name),
        "messages": deeds.height / max(deeds["play_id"].n_unique(), 1),
        "ended": float(ends.height),
    }


def doubled(lived: SimulatedHomes, name: str) -> Figures:
    """The share of messages that come twice, how much later, and how many under a new id.

    Copies are in some 80 of 800 plays, so their share is known to 15 %; of a thousand the median time is known to 6 % and
    the share of new ids to 8 %.
    """
    deeds = deeds_of(lived, name)
    events = lived.inside["log.events"]
    twice = events.group_by("play_id", "event_id").len().filter(pl.col("len") > 1).height
    return {
        "share": deeds.height / max(events.height - deeds.height, 1),
        "seconds": median(deeds["by_ms"]) / 1_000,
        "new ids": 1 - twice / max(deeds.height, 1),
    }


def late(lived: SimulatedHomes, name: str) -> Figures:
    """The share of plays on phones and tablets that come late, and the hours of each.

    Of some 200 such plays, as half of all sittings alone are on the move, 60, known to 11 %; of times spread by a factor of 3.3
    the median is known to 20 %.
    """
    kinds = lived.inside["log.devices"].select("device_id", "device_type").unique("device_id")
    plays = lived.inside["truth.plays"].join(kinds, on="device_id", how="left")
    portable = plays.filter(pl.col("device_type").cast(pl.String).is_in(["phone", "tablet"]))
    deeds = deeds_of(lived, name)
    last = deeds.group_by("play_id").agg(pl.col("by_ms").max())
    struck = portable.join(deeds, on="play_id", how="semi")
    return {"share": struck.height / portable.height, "hours": median(last["by_ms"]) / HOUR}


def reordered(lived: SimulatedHomes, name: str) -> Figures:
    """The share of plays, how many of their messages are held up, and for how long.

    Of some 800 plays 80, known to 11 %; of some thousand messages four in ten, known to 3 %, for 45 seconds, known to 2 %.
    """
    deeds = deeds_of(lived, name)
    held = deeds.height / max(sent_by(lived, deeds["play_id"].unique()), 1)
    return {
        "share": share_of_plays(lived, name),
        "held": held,
        "seconds": median(deeds["by_ms"]) / 1_000,
    }


def skewed(lived: SimulatedHomes, name: str) -> Figures:
    """The share of devices, how many of those are off by less than a day, by how many minutes, and how many are behind.

    Of some 200 devices in use 40, known to 14 %; six in ten of them are off by minutes, of which the median is known to 31 %.
    """
    devices = deeds_of(lived, name).group_by("device_id").agg(pl.col("by_ms").first())["by_ms"]
    little = devices.filter(devices.abs() < 24 * HOUR)
    return {
        "share": share_of_devices(lived, name),
        "little": little.len() / max(devices.len(), 1),
        "minutes": median(little.abs()) / MINUTE,
        "behind": (devices < 0).sum() / max(devices.len(), 1),
    }


def unzoned(lived: SimulatedHomes, name: str) -> Figures:
    """The share of devices, and by how many hours they are off.

    Of some 200 devices in use 40, less those in London, known to 14 %; hours are those of the zone: in the Americas and Asia
    mostly three or more.
    """
    hours = (
        deeds_of(lived, name).group_by("device_id").agg(pl.col("by_ms").first())["by_ms"].abs()
        / HOUR
    )
    return {"share": share_of_devices(lived, name), "hours": median(hours)}


def outage(lived: SimulatedHomes, name: str) -> Figures:
    """Outages of a collector in a year and their minutes, asked of the fault for 1,200 days; what is lost, what waits how long.

    Of 4 collectors 300 a year are 3,900 in that time, known to 1 %, and the median of their lengths to 2 %; of some hundred
    messages three in ten are lost. What is sent during one waits half of it or so.
    """
    fault: Any = lived.world.scenario.faults[name]
    first = lived.world.first_day
    every = {
        one for day in range(first, first + 1_200, 3) for one in fault._outages(lived.world, day)
    }
    deeds = deeds_of(lived, name)
    return {
        "a year": len(every) / 4 / 1_200 * 365,
        "minutes": median(pl.Series([(one.end_ms - one.begin_ms) / MINUTE for one in every])),
        "lost": deeds.filter(change="lost").height / max(deeds.height, 1),
        "waits": median(deeds.filter(change="late")["by_ms"]) / MINUTE,
    }


def silent(lived: SimulatedHomes, name: str) -> Figures:
    """The share of computers of which nothing is heard.

    Of some 140 computers in use 35, less one in eleven whose blocker is still to come: known to 16 %.
    """
    events, plays = lived.tables["log.events"], lived.inside["truth.plays"]
    kinds = lived.inside["log.devices"].filter(pl.col("device_type").cast(pl.String) == "computer")
    used = (
        plays.filter(pl.col("played_ms") > 0)
        .join(kinds, on="device_id", how="semi")
        .select("device_id")
        .unique()
    )
    return {"share": used.join(events, on="device_id", how="anti").height / used.height}


FAULTS = (
    Mechanism("lost_events", {"rate": 0.1}, 120, 3, lost_run, {"share": (0.06, 0.15), "gone": (0.06, 0.2)}, ({"share": 0.75},)),
    Mechanism("missing_ends", {"rate": 0.1}, 120, 3, lost_tail, {"share": (0.06, 0.15), "messages": (1.6, 2.4), "ended": (0, 0)}),
    Mechanism("doubled_events", {"rate": 0.03}, 120, 3, doubled, {
        "share": (0.015, 0.05), "seconds": (6, 14), "new ids": (0.08, 0.25),
    }, ({"new_id": 0.5}, {"new_id": 0.05})),
    Mechanism("late_arrivals", {"rate": 0.3}, 150, 3, late, {
        "share": (0.2, 0.4), "hours": (16, 58),
    }, ({"hours": 90}, {"hours": 10}), {"routines.on_the_move": 0.5}),
    Mechanism("reordered_events", {"rate": 0.1}, 120, 3, reordered, {
        "share": (0.06, 0.15), "held": (0.33, 0.47), "seconds": (38, 52),
    }, ({"seconds": 270}, {"seconds": 30})),
    Mechanism("clock_skew", {"rate": 0.2}, 200, 2, skewed, {
        "share": (0.12, 0.3), "little": (0.4, 0.8), "minutes": (4, 20), "behind": (0.65, 0.95),
    }),
    Mechanism("local_time_as_utc", {"rate": 0.2}, 200, 2, unzoned, {"share": (0.1, 0.3), "hours": (2, 9)}),
    Mechanism("collector_outage", {"rate": 100}, 240, 6, outage, {
        "a year": (85, 115), "minutes": (30, 40), "lost": (0.2, 0.42), "waits": (5, 90),
    }, ({"lost": 0.9}, {"lost": 0.1})),
    Mechanism("blocked_telemetry", {"rate": 0.25}, 500, 2, silent, {"share": (0.11, 0.36)}, (), {
        "routines.adults_devices": (20, 5, 60, 5, 10),
    }),
)  # fmt: skip
EVERY = {one.name: one for one in (*ACTORS, *FAULTS)}


@cache
def measured(name: str) -> Figures:
    """The figures of one of them as it is."""
    return EVERY[name].of()


@pytest.mark.statistics
@pytest.mark.parametrize("name", EVERY)
def test_it_does_what_its_manual_says(name: str) -> None:
    """Every figure is within its limits, which lie three standard errors or more from what is expected."""
    assert EVERY[name].outside(measured(name)) == {}, measured(name)


def of_another_rate() -> list[Any]:
    """A rate three times too high for each, and the flaws of their other settings; with `-m long` one too low as well."""
    return [
        pytest.param(one.name, flaw, marks=marks)
        for one in EVERY.values()
        for flaw, marks in (
            ({"rate": 3 * one.settings["rate"]}, ()),
            ({"rate": one.settings["rate"] / 3}, pytest.mark.long),
            *((flaw, ()) for flaw in one.flaws),
        )
    ]


@pytest.mark.statistics
@pytest.mark.slow
@pytest.mark.parametrize(("name", "flaw"), of_another_rate())
def test_a_rate_that_is_off_by_three_shows(name: str, flaw: dict[str, float]) -> None:
    """Some figure leaves its limits."""
    figures = EVERY[name].of(**flaw)
    assert EVERY[name].outside(figures) != {}, figures


def _at_once(offer: Callable[..., Script]) -> Callable[..., Script]:
    def offered(*told: Any, **named: Any) -> Script:
        times = dict.fromkeys(named.keys() & {"playing_ms", "gap_ms", "present_ms"}, 1)
        return offer(*told, **{**named, **times})

    return offered


@pytest.mark.statistics
@pytest.mark.slow
@pytest.mark.parametrize("name", [one.name for one in ACTORS])
def test_an_actor_for_whom_no_time_passes_shows(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With all of its times a millisecond some figure leaves its limits."""
    module = import_module(f"synthview.actors.{name}")
    monkeypatch.setattr(module, "offer", _at_once(module.offer))
    figures = EVERY[name].of()
    assert EVERY[name].outside(figures) != {}, figures


def _timeless(damage: Callable[..., Damage | None]) -> Callable[..., Damage | None]:
    def touched(one: Touched | None) -> Touched | None:
        return one and replace(one, by_ms=np.zeros_like(one.by_ms))

    def damaged(fault: object, record: Record) -> Damage | None:
        found = damage(fault, record)
        if found is None:
            return None
        copies: Copies | None = found.copies and replace(
            found.copies, by_ms=np.zeros_like(found.copies.by_ms)
        )
        lost = None if found.lost is None else found.lost[:0]
        late, reordered_, shifted = (
            touched(one) for one in (found.late, found.reordered, found.shifted)
        )
        return replace(
            found, lost=lost, late=late, reordered=reordered_, shifted=shifted, copies=copies
        )

    return damaged


@pytest.mark.statistics
@pytest.mark.slow
@pytest.mark.parametrize("name", [one.name for one in FAULTS])
def test_a_fault_for_which_no_time_passes_shows(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With delays and shifts of nought, and nothing lost, some figure leaves its limits."""
    declared: Any = installed().faults[name]
    monkeypatch.setattr(declared, "damage", _timeless(declared.damage))
    figures = EVERY[name].of()
    assert EVERY[name].outside(figures) != {}, figures
