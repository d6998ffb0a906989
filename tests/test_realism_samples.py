"""Realism, its samples: which homes and days are simulated for a figure, and which are read of a dataset."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

import synthview
from synthview.errors import InputError
from synthview.realism.families import FAMILIES, measured
from synthview.realism.observed import NotApplicable, Observed
from synthview.realism.report import household_days, samples_for
from synthview.realism.samples import (
    ACCOUNTS,
    HOMES,
    MONTH,
    SAMPLES,
    UK,
    YEARS,
    Simulation,
    plan_of,
)
from synthview.realism.simulating import simulated
from synthview.realism.tally import estimated
from synthview.realism.targets import targets


def test_every_sample_is_needed() -> None:
    """Each sample has a figure that is measured on it, and each measure a sample that is simulated."""
    assert {measure.sample.name for measure in measured().values()} == {one.name for one in SAMPLES}


def test_only_what_is_asked_is_simulated() -> None:
    """A figure needs its own sample alone; one that is not applicable needs none."""
    assert samples_for(["S13", "S19"]) == [HOMES]
    assert samples_for(["T01-00", "S04"]) == [UK, YEARS]
    assert samples_for(["N12"]) == []


def test_sizes_go_with_the_households_asked_for() -> None:
    """--households is the size of the month; the others have as many in proportion; listings cost no days."""
    asked = Simulation("everyday", households=MONTH.households // 2)
    assert asked.size_of(MONTH) == MONTH.households // 2
    assert asked.size_of(UK) == UK.households // 2
    assert household_days(["S08"], asked) == MONTH.households // 2 * MONTH.days
    assert ACCOUNTS.lived_days == HOMES.lived_days == 1


def test_a_sample_is_the_scenario_longer_and_elsewhere() -> None:
    """First day, seed and settings are the scenario's; homes of the panel lie in the United Kingdom alone."""
    asked = Simulation(
        "christmas-prince", seed=4, households=60, settings={"sittings.together": 0.4}
    )
    plan = plan_of(UK, asked)
    run = plan.scenario.run
    assert (run.start, run.days, run.seed, run.households) == (date(2017, 11, 17), 365, 4, 80)
    assert plan.scenario.as_dict()["sittings"]["together"] == 0.4
    shares = plan.scenario.as_dict()["world"]["country_shares"]
    assert {country for country, share in shares.items() if share} == {"GB"}
    assert plan_of(MONTH, asked).scenario.run.start == date(2018, 2, 1)  # after the holidays
    assert plan_of(MONTH, Simulation("everyday")).scenario.run.start == date(2017, 10, 2)
    assert plan_of(MONTH, Simulation("year", households=60)).scenario.run.start == date(2017, 4, 1)


def test_the_country_of_a_sample_is_its_own() -> None:
    """Who sets a country's share sets that of the month; the panel stays in the United Kingdom."""
    asked = Simulation(
        "everyday", households=60, settings={"world.country_shares": {"US": 0.5, "DE": 0.5}}
    )
    assert plan_of(UK, asked).scenario.as_dict()["world"]["country_shares"]["GB"] == 1
    assert plan_of(MONTH, asked).scenario.as_dict()["world"]["country_shares"]["DE"] == 0.5


@pytest.mark.slow
def test_a_sample_is_as_generated(tmp_path: Path) -> None:
    """What is simulated many homes at a time are the rows that `generate` writes; plays only of the devices wanted."""
    asked = Simulation("everyday", households=2, workers=1, settings={"people.sign_up_days": 0})
    sample = replace(UK, households=40 * MONTH.households, days=4)
    done: list[int] = []
    found = simulated(sample, asked, tmp_path / "sample", done.append)
    assert done[-1] == asked.size_of(sample) * 4

    whole = synthview.generate(
        "everyday", households=asked.size_of(sample), days=4, directory=tmp_path / "whole",
        set={"people.sign_up_days": 0, "world.country_shares": {"GB": 1.0}}, tables=sample.tables,
    )  # fmt: skip
    plays = whole.scan("log.plays").filter(pl.col("device_type").cast(pl.String) == "computer")
    assert_frame_equal(found.scan("log.plays").collect(), plays.collect(), check_row_order=False)
    for name in ("log.accounts", "log.titles", "truth.households"):
        assert_frame_equal(
            found.scan(name).collect(), whole.scan(name).collect(), check_row_order=False
        )


def test_what_samples_decide_cannot_be_set() -> None:
    """Days, first day and homes are the samples' own; setting them is refused."""
    for path in ("run.days", "run.start", "run.households"):
        with pytest.raises(InputError, match=f"--set {path}"):
            Simulation("everyday", settings={path: "3"}).load()


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> synthview.RunDirectory:
    """A few days of 200 homes on disk."""
    place = tmp_path_factory.mktemp("samples") / "run"
    signed_up = {"people.sign_up_days": 0}
    return synthview.generate("everyday", households=200, days=3, directory=place, set=signed_up)


@pytest.mark.slow
def test_a_part_of_a_dataset_is_whole_accounts(run: synthview.RunDirectory) -> None:
    """Of many accounts some are read, with all their plays, devices and persons and nobody else's."""
    part, whole = Observed(run, most=20), Observed(run, most=10**6)
    assert len(part.homes) == 20
    wanted = set(part.homes["account_id"])
    assert wanted < set(whole.homes["account_id"])
    log = run.scan("log.plays").collect()
    theirs = log.filter(
        log["account_id"].is_in(list(wanted)) & (log["kind"].cast(str) != "trailer")
    )
    assert part.plays.height <= theirs.height
    assert (
        part.plays.height >= 0.95 * theirs.height
    )  # those of devices that do not know the date are left out
    assert set(part.plays["home"]) <= set(range(20))
    assert part.devices["home"].max() <= 19  # type: ignore[operator]


def test_a_study_says_what_it_lacks(run: synthview.RunDirectory) -> None:
    """Days that are needed and not there, and too few homes, are a reason."""
    study = Observed(run, most=10**6)
    study.need(("log.plays",), 3)
    with pytest.raises(NotApplicable, match="it needs 28 days, and the dataset has 3"):
        study.need(("log.plays",), 28)
    with pytest.raises(NotApplicable, match="at least 8 households"):
        Observed(run, most=5).need(("log.plays",), 1)


def test_local_hours_are_those_of_the_home(run: synthview.RunDirectory) -> None:
    """Homes in Berlin are two hours ahead of UTC in early October, those in London one."""
    study = Observed(run, most=10**6)
    shown = study.plays.join(study.homes.select("home", "time_zone"), on="home")
    ahead = dict(
        shown.select("time_zone", (shown["local_ms"] - shown["start_ms"]) // 3_600_000).iter_rows()
    )
    assert ahead["Europe/Berlin"] == 2
    assert ahead["Europe/London"] == 1


@pytest.mark.slow
def test_every_measure_runs_on_a_real_dataset(run: synthview.RunDirectory, tmp_path: Path) -> None:
    """Whatever a real dataset holds, each measure gives figures with intervals, or a reason, and never fails."""
    study = Observed(run, most=10**6)
    reasons = []
    for measure in [one for family in FAMILIES for one in family.measures]:
        try:
            tallies = measure.compute(study)
        except NotApplicable as reason:
            reasons.append(str(reason))
            continue
        assert tallies.keys() <= targets().keys()
        for tally in tallies.values():
            found = estimated(tally)
            assert not found.low > found.high
    assert all(reasons)
    assert len(reasons) <= 8
