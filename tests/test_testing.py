"""What `synthview.testing` offers: rows by hand, invariants of frames, expected answers, strategies that shrink."""

from __future__ import annotations

from datetime import timedelta

import polars as pl
import pytest
from hypothesis import find, given, settings
from polars.testing import assert_frame_equal

import synthview
from synthview.errors import InputError, UnknownName
from synthview.registry import installed
from synthview.scenario import Claim, resolve
from synthview.scenario.drafting import fields_of
from synthview.scenario.files import Layer
from synthview.testing import by_hand as rows
from synthview.testing import expected, invariants
from synthview.testing import strategies as streams
from synthview.testing.worlds import QUICK, households_of_kind, pick, quick, simulate

FEW = settings(max_examples=10, deadline=None)
FAULTS = {"doubled_events": 1, "lost_events": 1}


@pytest.fixture(scope="module")
def world() -> synthview.Dataset:
    """A world with faults in it."""
    faults = {"faults.doubled_events.rate": 0.5, "faults.lost_events.rate": 0.5}
    words = {"households": 12, "days": 2, "set": {**QUICK, **faults}}
    return synthview.generate("everyday", only=list(FAULTS), cast=FAULTS, **words)  # type: ignore[arg-type]


# --- Rows by hand -------------------------------------------------------------------------------------------------


def test_three_events_by_hand_make_a_world_that_holds() -> None:
    """Ids lead to rows, times and positions follow from each other, and no invariant breaks."""
    made = rows.world({}, {"after_s": 30}, {"type": "pause"}, {"after_s": 600, "type": "end"})
    assert made.log.events["position_ms"].to_list() == [0, 30_000, 90_000, 90_000]
    assert made.log.events["client_time"].to_list()[-1] == rows.BEGINS + timedelta(seconds=690)
    (play,) = made.log.plays.iter_rows(named=True)
    assert (play["watched_ms"], play["end_reason"]) == (90_000, "stopped")
    assert made.truth.plays["played_ms"].to_list() == [90_000]
    assert made.log.devices["device_id"].to_list() == [1]
    invariants.hold(made)


def test_what_is_said_of_a_row_stands_in_it() -> None:
    """Any column of any table can be said; one that the table has not is refused."""
    (device,) = rows.row("log.devices", {"device_type": "phone"}, account_id=7).iter_rows(
        named=True
    )
    assert (device["device_type"], device["account_id"], device["device_id"]) == ("phone", 7, 1)
    with pytest.raises(UnknownName, match="colour"):
        rows.row("log.devices", {"colour": "red"})
    with pytest.raises(UnknownName, match="heartbeat"):
        rows.events({"heartbeat": 1})


# --- Invariants ---------------------------------------------------------------------------------------------------


def test_invariants_hold_in_a_world_and_find_what_breaks_them(world: synthview.Dataset) -> None:
    """A simulated world breaks none; a row repeated, an end before its start and a lost title each break one."""
    assert invariants.broken(world) == {}
    events, plays = world.log.events, world.log.plays
    assert set(invariants.broken({"log.events": events.vstack(events.head(2))})) == {"keys"}
    backwards = plays.with_columns(ended_at=pl.col("started_at") - pl.duration(hours=1))
    found = invariants.broken({"log.plays": backwards, "truth.plays": world.truth.plays}, "order")
    assert found["order"].height == plays.height
    lost = {"log.plays": plays, "log.titles": world.log.titles.clear()}
    with pytest.raises(AssertionError, match="every id leads to a row of its table"):
        invariants.hold(lost, "references")
    with pytest.raises(UnknownName, match="tidiness"):
        invariants.broken(lost, "tidiness")


# --- Expected answers ---------------------------------------------------------------------------------------------


def test_the_oracle_is_the_world_without_its_faults(world: synthview.Dataset) -> None:
    """What happened is equal; a correct de-duplicator gives the oracle's messages but for those that were lost."""
    oracle = expected.oracle(world)
    assert_frame_equal(oracle.truth.plays, world.truth.plays)
    struck = expected.touched(world)
    assert set(struck["fault"]) == set(FAULTS)
    lost = struck.filter(change="lost").select("play_id", "event_id")
    assert lost.height > 0
    once = expected.deduplicated(world.log.events)
    assert once.height < world.log.events.height
    kept = oracle.log.events.join(lost, on=["play_id", "event_id"], how="anti")
    key = ["play_id", "event_id"]
    # A jump past two marks of progress at once sends two messages of one content: they count as one.
    assert_frame_equal(once.sort(key), expected.deduplicated(kept).sort(key))
    assert kept.height - once.height <= 2


def test_sessions_and_streaks_by_hand() -> None:
    """A gap of more than the limit begins a session; a day without a play ends a streak; copies count once."""
    sent = rows.events({}, {"after_s": 1800}, {"after_s": 1801}, {"play_id": 2, "device_id": 2})
    found = expected.sessions(pl.concat([sent, sent.head(1)]))
    assert found.select("device_id", "number", "events", "plays").rows() == [
        (1, 1, 2, 1),
        (1, 2, 1, 1),
        (2, 1, 1, 1),
    ]
    days = [0, 2, 3, 3, 5]
    made = rows.row(
        "log.plays", *({"started_at": rows.BEGINS + timedelta(days=one)} for one in days)
    )
    ((_, _, since, length),) = expected.streaks(made).rows()
    assert (since, length) == ((rows.BEGINS + timedelta(days=2)).date(), 2)


def test_plays_that_began_before_are_named(world: synthview.Dataset) -> None:
    """Every logged play has a row in the truth, but for those that began before the first day."""
    early = expected.began_before(world)
    assert early.height < world.log.plays.height
    assert early.filter(pl.col("started_at") >= pl.lit(rows.BEGINS.replace(hour=1))).height == 0


# --- Strategies ---------------------------------------------------------------------------------------------------


@FEW
@given(streams.dirty_events())
def test_dirty_streams_are_clean_ones_with_a_few_messages_struck(
    stream: streams.DirtyEvents,
) -> None:
    """De-duplicated and put in order, a stream is the clean one without what was lost."""
    lost = stream.struck.filter(change="lost").select("play_id", "event_id")
    kept = stream.clean.join(lost, on=["play_id", "event_id"], how="anti").drop("received_time")
    once = expected.deduplicated(stream.received).drop("received_time")
    key = ["play_id", "event_id"]
    assert_frame_equal(once.sort(key), kept.sort(key))
    assert stream.received["received_time"].is_sorted()


@FEW
@given(streams.events(), streams.plays())
def test_clean_rows_hold_the_invariants(sent: pl.DataFrame, played: pl.DataFrame) -> None:
    """What strategies make by hand is as a service records it."""
    assert invariants.broken({"log.events": sent, "log.plays": played}, "keys", "filled") == {}
    assert sent["received_time"].is_sorted()


def test_streams_shrink_to_one_message() -> None:
    """The least stream with a copy is one play of two messages, of which the first comes twice."""
    least = find(streams.dirty_events(), lambda one: one.received.height > one.clean.height)
    assert least.received["play_id"].unique().to_list() == [1]
    assert least.received.height == 3
    assert least.struck.rows() == [(1, 1, "copied")]
    assert "struck:" in repr(least)


@settings(max_examples=3, deadline=None)
@given(streams.worlds(most_households=3, most_days=1, actors=["misclick"], faults=[]))
def test_small_worlds_hold(world: synthview.Dataset) -> None:
    """A world that a strategy makes is a dataset like any other, with the actors that were to choose from."""
    assert world.scenario.run.households <= 3
    assert set(world.scenario.actors) <= {"misclick"}
    assert not world.scenario.faults
    invariants.hold(world)


@settings(max_examples=2, deadline=None)
@given(streams.households("two_kids"), streams.households("phone_only"))
def test_households_are_of_the_kind_asked_for(
    family: synthview.Dataset, phones: synthview.Dataset
) -> None:
    """Two kids live there, or all devices are phones."""
    assert family.truth.households["child_count"].to_list() == [2]
    assert phones.log.devices["device_type"].unique().to_list() == ["phone"]


def test_a_kind_of_household_must_be_there() -> None:
    """One that is not known, or that no household of the scenario is, is refused."""
    with pytest.raises(UnknownName, match="castle"):
        streams.households("castle")
    with pytest.raises(InputError, match="None of"):
        households_of_kind(quick(people__share_with_cat=0), "with_cat")


def test_some_households_of_a_world_are_as_in_the_whole() -> None:
    """A household alone has the rows that it has among others."""
    scenario = quick(run__households=4, run__days=1)
    whole, alone = simulate(scenario), simulate(scenario, [2])
    (account,) = alone.truth.households["account_id"]
    assert alone.log.devices.height > 0
    assert_frame_equal(alone.log.plays, whole.log.plays.filter(account_id=account))


def test_households_picked_from_many_are_as_if_simulated_alone() -> None:
    """Every table is the same in every row, titles too; one that is not among them is refused."""
    scenario, some = quick(run__households=12, run__days=2), [1, 4, 5, 8, 11]
    picked, alone = pick(scenario, some, range(12)), simulate(scenario, some)
    for mine, theirs in ((picked.log, alone.log), (picked.truth, alone.truth)):
        assert vars(mine).keys() == vars(theirs).keys()
        for name, frame in vars(mine).items():
            assert_frame_equal(frame, vars(theirs)[name])
    assert 0 < picked.log.titles.height < pick(scenario, range(12), range(12)).log.titles.height
    with pytest.raises(InputError, match="Household 12 is not among the 12"):
        pick(scenario, [12], range(12))


@FEW
@given(streams.claims())
def test_claims_are_valid(claim: Claim) -> None:
    """Each can stand in a scenario, and comes back as it was."""
    stated = {name: value for name, value in fields_of(claim).items() if value != ""}
    made = resolve([Layer({"name": "with", "claims": [stated]}, "with")], installed())
    assert made.claims == (claim,)
