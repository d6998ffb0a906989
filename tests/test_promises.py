"""The promises of synthview: the same rows for the same seed, whoever computes them, in whatever portions."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import (
    DAYS,
    FEW,
    HOMES,
    LATE,
    SETTINGS,
    SMALL,
    Days,
    differences,
    digests,
    joined,
    late_worlds,
    lived,
    settled_tables,
    whole,
    window,
    world,
    worlds,
)

import synthview
from synthview.block import Block
from synthview.digests import content_digest
from synthview.engines.layout import PART_HOUSEHOLDS
from synthview.ids import public
from synthview.log.context import addresses
from synthview.people.guests import Guests
from synthview.pipeline import Window, build, window_of
from synthview.pools import frozen_locales, names, profile_labels
from synthview.pools.contacts import is_reserved_address, is_reserved_email
from synthview.pools.renown import is_famous_name, short_forms
from synthview.pools.telephones import is_reserved_phone
from synthview.registry import installed
from synthview.scenario import load
from synthview.tables import TABLES
from synthview.viewing import choosers
from synthview.world.clock import DAY_MS
from synthview.world.countries import PLACES

GOLDEN = Path(__file__).with_name("golden.json")
GOLDEN_RUNS = {"tiny": (20, 3), "quiet": (60, 6), "christmas-prince": (60, 8)}
DATED = [table.path for table in TABLES if table.dated]
UNDATED = [table.path for table in TABLES if not table.dated]
PLACES_TO_RUN = {
    "Kolkata, Turkish": {
        "TZ": "Asia/Kolkata",
        "LANG": "tr_TR.UTF-8",
        "LC_ALL": "tr_TR.UTF-8",
        "PYTHONHASHSEED": "1",
    },
    "New York, C": {"TZ": "America/New_York", "LANG": "C", "LC_ALL": "C", "PYTHONHASHSEED": "2"},
    "no zones": {"PYTHONTZPATH": "", "TZ": "UTC", "PYTHONHASHSEED": "random"},
}


def of_homes(days: Days, seed: int, households: range) -> Days:
    """The rows of some households, cut out of a run of more."""
    accounts = pl.Series(public(seed, "account").apply(np.array(households))).implode()
    return {
        day: {
            path: frame.filter(pl.col("account_id").is_in(accounts))
            for path, frame in frames.items()
        }
        for day, frames in days.items()
    }


# --- 1. The same scenario and seed give the same data -----------------------------------------------------------------


@FEW
@given(worlds(), st.integers(3, HOMES + 2))
def test_blocks_never_show(which: tuple[str, int], block_households: int) -> None:
    """Households cut into blocks of any size give the same rows in the same order; blocks of one are replays, below."""
    one = world(*which)
    again = lived(one, range(HOMES), window(one), block_households=block_households)
    assert list(differences(whole(*which), again)) == []


@pytest.mark.slow
@FEW
@given(worlds(), st.sets(st.sampled_from(DATED), min_size=1, max_size=4))
def test_other_tables_never_show(which: tuple[str, int], wanted: set[str]) -> None:
    """A table has the same rows whichever other tables are asked for."""
    one = world(*which)
    alone = lived(one, range(HOMES), window(one), frozenset(wanted))
    expected = {
        day: {path: frames[path] for path in wanted} for day, frames in whole(*which).items()
    }
    assert list(differences(expected, alone)) == []


def test_another_seed_is_another_world() -> None:
    """Runs that differ in their seed have no play in common."""
    one, other = (joined(whole("tiny", seed), "truth.plays")["play_id"] for seed in (1, 7))
    assert len(one) > 20
    assert set(one) & set(other) == set()


def test_every_table_is_made() -> None:
    """A run holds every table that is declared, with exactly its columns and types."""
    one = world("everyday")
    made = {path: joined(whole("everyday"), path) for path in DATED}
    made |= settled_tables(one, range(HOMES), window(one))
    assert {table.path: table.schema for table in TABLES} == {
        path: frame.schema for path, frame in made.items()
    }


@pytest.mark.slow
@pytest.mark.parametrize("place", PLACES_TO_RUN)
def test_the_machine_does_not_show(place: str) -> None:
    """Time zone, language and hash seed of the machine change no row."""
    one = world("tiny")
    told = subprocess.run(
        [sys.executable, __file__], check=True, capture_output=True, text=True, encoding="utf-8",
        env={**os.environ, "PYTHONPATH": os.pathsep.join([*sys.path,
        str(Path(__file__).parent)]), **PLACES_TO_RUN[place]},
    )  # fmt: skip
    assert digests(one, range(HOMES), window(one)) == json.loads(told.stdout)


@pytest.mark.golden
def test_golden_digests(refresh_golden: bool) -> None:  # noqa: FBT001  a fixture comes by its name
    """A small run of each scenario as shipped has the rows it had; ``pytest --refresh-golden`` writes them anew."""
    today = {}
    for name, (households, days) in GOLDEN_RUNS.items():
        one = build(load(name, installed(), {"run.days": days}))
        today[name] = digests(one, range(households), window_of(one.scenario))
    if refresh_golden:
        GOLDEN.write_text(json.dumps(today, indent=2, sort_keys=True) + "\n", "utf-8")
    assert json.loads(GOLDEN.read_text("utf-8")) == today


# --- 2. A small run is a prefix of a big one --------------------------------------------------------------------------


@pytest.mark.slow
@FEW
@given(worlds(), st.integers(1, HOMES))
def test_fewer_households_are_the_first(which: tuple[str, int], count: int) -> None:
    """The rows of the first n households are the first rows of every table of a bigger run, day by day."""
    one = world(*which)
    fewer = lived(one, range(count), window(one))
    first = {
        day: {path: frame.head(fewer[day][path].height) for path, frame in frames.items()}
        for day, frames in whole(*which).items()
    }
    assert list(differences(first, fewer)) == []
    assert list(differences(of_homes(whole(*which), which[1], range(count)), fewer)) == []


@FEW
@given(worlds(), st.integers(1, HOMES))
def test_records_of_fewer_households_are_the_first(which: tuple[str, int], count: int) -> None:
    """Accounts, profiles, devices, homes and persons of the first n households come first in a bigger run."""
    one = world(*which)
    more = settled_tables(one, range(HOMES), window(one))
    fewer = settled_tables(one, range(count), window(one))
    assert [
        path for path, frame in fewer.items() if not frame.equals(more[path].head(frame.height))
    ] == []


# --- 3. More days extend, never rewrite -------------------------------------------------------------------------------


@pytest.mark.slow
@FEW
@given(late_worlds(), st.integers(0, DAYS - 1), st.integers(1, DAYS))
def test_a_window_changes_no_row(which: tuple[str, int], first: int, days: int) -> None:
    """Any window, cut anywhere, shows each of its days as the whole run does, late messages included."""
    one = world(*which)
    within = window(one, first, min(days, DAYS - first))
    cut = lived(one, range(HOMES), within)
    expected = {day: whole(*which)[day] for day in range(within.first_day, within.last_day)}
    assert list(differences(expected, cut)) == []


@pytest.mark.slow
@FEW
@given(late_worlds(), st.integers(0, DAYS - 1), st.integers(1, DAYS))
def test_start_and_days_of_a_scenario_cut_a_window(
    which: tuple[str, int], first: int, days: int
) -> None:
    """A scenario whose run starts later and lasts shorter is the same world seen through a smaller window."""
    name, seed = which
    whole_run = load(name, installed()).run
    run = {
        "run.start": whole_run.start + timedelta(days=first),
        "run.days": min(days, DAYS - first),
        "run.seed": seed,
    }
    one = build(load(name, installed(), SMALL | SETTINGS[name] | run))
    cut = lived(one, range(HOMES), window_of(one.scenario))
    assert list(differences({day: whole(*which)[day] for day in cut}, cut)) == []
    assert len(cut) == run["run.days"]


def test_messages_arrive_days_late() -> None:
    """The worlds of the tests above hold what could go wrong: messages and closings days after their play."""
    days = whole("everyday")
    events, plays = joined(days, "log.events"), joined(days, "log.plays")
    days_late = events["received_time"].dt.date() - events["client_time"].dt.date()
    assert (days_late >= timedelta(days=2)).sum() > 20
    across = plays["closed_at"].dt.date() - plays["started_at"].dt.date()
    assert (across >= timedelta(days=2)).sum() > 0


def test_a_window_that_looked_back_too_little_would_be_noticed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The test of windows can fail: a walk that begins at the window's edge loses messages of days before."""
    one = world("everyday")
    within = window(one, 4)
    monkeypatch.setattr(Block, "look_back_days", 1)
    cut = lived(one, range(HOMES), within)
    assert list(differences({day: whole("everyday")[day] for day in cut}, cut)) != []


def test_how_many_days_are_chosen_for_at_once_changes_no_row(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Few profiles choose for sixteen days at once; for five at once every row is the same."""
    one = world("everyday")
    monkeypatch.setattr(choosers, "_DAYS_OF_FEW", 5)
    again = lived(one, range(HOMES), window(one))
    assert list(differences(whole("everyday"), again)) == []


@FEW
@given(worlds(), st.integers(1, 400))
def test_change_rows_only_come_on_top(which: tuple[str, int], more_days: int) -> None:
    """A longer run has every change row of a shorter one; those on top begin after the shorter one's end."""
    one = world(*which)
    short, long = window(one), Window(window(one).first_day, window(one).last_day + more_days)
    before, after = (
        settled_tables(one, range(HOMES), short),
        settled_tables(one, range(HOMES), long),
    )
    for table in (table for table in TABLES if not table.dated):
        kept, added = (
            before[table.path],
            after[table.path].join(before[table.path], on=table.key, how="anti"),
        )
        assert after[table.path].join(kept, on=table.key, how="semi").equals(kept), table.path
        if "valid_from" in added.columns:
            assert added.filter(
                pl.col("valid_from").dt.epoch("ms") < short.last_day * DAY_MS
            ).is_empty(), table.path


def test_accounts_change_in_the_course_of_a_year() -> None:
    """Over a year accounts are cancelled and some taken up again, so that the test above has something to hold."""
    one = world("tiny")
    accounts = settled_tables(
        one, range(200), Window(window(one).first_day, window(one).last_day + 365)
    )["log.accounts"]
    states = accounts.group_by("account_id").agg(pl.col("status"))["status"].list.len()
    assert (states >= 2).sum() > 20
    assert (states >= 3).sum() > 3


# --- 4. Any household can be replayed alone ---------------------------------------------------------------------------


@pytest.mark.slow
@FEW
@given(worlds(), st.integers(0, HOMES - 1))
def test_a_household_replayed_alone(which: tuple[str, int], household: int) -> None:
    """One household alone has the rows that it has in the full run."""
    one, alone = world(*which), range(household, household + 1)
    replayed = lived(one, alone, window(one))
    assert list(differences(of_homes(whole(*which), which[1], alone), replayed)) == []


@pytest.mark.slow
@FEW
@given(worlds(), st.integers(0, HOMES - 1), st.integers(1, HOMES))
def test_some_households_in_the_middle(which: tuple[str, int], first: int, count: int) -> None:
    """Any range of households has the rows that it has in the full run, undated tables included."""
    one, some = world(*which), range(first, min(first + count, HOMES))
    assert (
        list(differences(of_homes(whole(*which), which[1], some), lived(one, some, window(one))))
        == []
    )
    accounts = pl.Series(public(which[1], "account").apply(np.array(some))).implode()
    alone, full = (settled_tables(one, part, window(one)) for part in (some, range(HOMES)))
    del alone["log.titles"]
    assert [
        path
        for path, frame in alone.items()
        if not frame.equals(full[path].filter(pl.col("account_id").is_in(accounts)))
    ] == []


def test_a_household_far_out() -> None:
    """Household four billion is as good as any other, and different from the first."""
    one, last = world("tiny"), range(2**32 - 3, 2**32)
    plays = joined(lived(one, last, window(one)), "truth.plays")
    assert set(plays["account_id"]) <= set(public(1, "account").apply(np.array(last)).tolist())
    assert not plays.is_empty()


# --- 6. No real person ------------------------------------------------------------------------------------------------


@FEW
@given(worlds())
def test_nobody_can_be_reached(which: tuple[str, int]) -> None:
    """Every network address, e-mail address and telephone number lies in a range reserved for examples."""
    one = world(*which)
    accounts = settled_tables(one, range(HOMES), window(one))["log.accounts"]
    assert all(is_reserved_address(ip) for ip in joined(whole(*which), "log.events")["ip"].unique())
    assert all(is_reserved_email(email) for email in accounts["email"])
    numbers = accounts.select("phone", "country").drop_nulls()
    assert all(is_reserved_phone(number, country) for number, country in numbers.iter_rows())
    assert not any(map(is_famous_name, accounts["billing_name"]))
    assert not any(character.isdigit() for character in "".join(accounts["payment_stub"]))


def test_names_are_chance_combinations_of_the_pools() -> None:
    """Payers and profiles have names from the pools of a locale of their country."""
    one = world("christmas-prince")
    tables = settled_tables(one, range(300), window(one))
    country = dict(tables["log.accounts"].select("account_id", "country").iter_rows())
    for account, name in tables["log.accounts"].select("account_id", "billing_name").iter_rows():
        pools = [names(locale) for locale in PLACES[country[account]].locales]
        combined = [
            name.removeprefix(f"{first} ")
            for pool in pools
            for first in pool.first
            if name.startswith(f"{first} ")
        ]
        assert any(family in pool.family for family in combined for pool in pools), name
    for account, name in tables["log.profiles"].select("account_id", "name").iter_rows():
        if account in country:
            pools = [profile_labels(locale) for locale in PLACES[country[account]].locales]
            assert any(
                name in (*pool.kids, *pool.adults, *pool.shared) or name in typed(pool.first)
                for pool in pools
            ), name


def typed(first: list[str]) -> set[str]:
    """First names as people type them: whole, in small letters, short, or their initial."""
    short = {form for name in first for form in short_forms(name)}
    return {*first, *(name.lower() for name in first), *short, *(name[0] for name in first)}


def test_every_country_has_frozen_names() -> None:
    """No country needs names that are not part of the package."""
    assert {locale for place in PLACES.values() for locale in place.locales} <= set(
        frozen_locales()
    )


def test_homes_do_not_share_an_address() -> None:
    """Of 300,000 homes of one country no two have the same network address."""
    household = np.arange(300_000)
    homes = SimpleNamespace(household=household, country=np.zeros_like(household))
    at_home = addresses(world("tiny"), homes, Guests.none()).head(len(household))  # type: ignore[arg-type]
    assert at_home.n_unique() == len(household)


# --- From scenario to files -------------------------------------------------------------------------------------------

# Three ranges of households, the last of one household; people who rarely watch, so that it takes seconds.
SPREAD: dict[str, Any] = {**SMALL, **LATE, "sittings.share_of_days": 0.01, "run.warm_up_days": 3}
SPREAD_HOUSEHOLDS, SPREAD_DAYS = 2 * PART_HOUSEHOLDS + 1, 2


def written(directory: Path, **how: Any) -> dict[str, bytes]:
    """Every file of a run, by its path."""
    synthview.generate(
        "everyday",
        households=SPREAD_HOUSEHOLDS,
        days=SPREAD_DAYS,
        set=SPREAD,
        directory=directory,
        **how,
    )
    found = sorted(path for path in directory.rglob("*") if path.is_file())
    return {path.relative_to(directory).as_posix(): path.read_bytes() for path in found}


@pytest.mark.parametrize(
    ("file_format", "workers"), [("parquet", 2), pytest.param("ndjson", 3, marks=pytest.mark.slow)]
)
def test_workers_never_show(tmp_path: Path, file_format: str, workers: int) -> None:
    """One worker and several write the same files, byte for byte, the manifest included."""
    one, several = (
        written(tmp_path / f"{count}", workers=count, format=file_format) for count in (1, workers)
    )
    assert len(one) > 2 * SPREAD_DAYS
    assert "manifest.json" in one
    assert list(one) == list(several)
    assert [path for path, content in several.items() if content != one[path]] == []


@pytest.mark.slow
def test_memory_and_directory_agree(tmp_path: Path) -> None:
    """A run in memory has the rows that the same run writes, in their order, and both those of the pipeline."""
    asked = {"seed": 3, "households": 40, "days": 2, "set": SMALL | LATE}
    memory, disk = (
        synthview.generate("everyday", **asked),
        synthview.generate("everyday", directory=tmp_path, **asked),
    )
    one = build(load("everyday", installed(), {**SMALL, **LATE, "run.seed": 3, "run.days": 2}))
    expected = digests(one, range(40), window_of(one.scenario))
    for path, digest in expected.items():
        folder, name = path.split(".")
        assert digest == content_digest(getattr(getattr(memory, folder), name)), path
        assert digest == content_digest(disk.scan(path).collect()), path


@pytest.mark.slow
def test_a_smaller_dataset_is_the_beginning_of_a_bigger_one() -> None:
    """What 30 households make in memory is, account by account, what they are in a dataset of 50.

    Of titles both have the same rows, though each only those that its other rows speak about.
    """
    small, big = (synthview.generate("tiny", households=count, days=2) for count in (30, 50))
    for path in DATED + UNDATED:
        folder, name = path.split(".")
        fewer, more = (getattr(getattr(one, folder), name) for one in (small, big))
        if "account_id" in more.columns:
            more = more.filter(
                pl.col("account_id").is_in(small.truth.accounts["account_id"].implode())
            )
        if path == "log.titles":
            more = more.join(fewer, on="title_id", how="semi", maintain_order="left")
        assert fewer.equals(more), path


if __name__ == "__main__":
    here = world("tiny")
    json.dump(digests(here, range(HOMES), window(here)), sys.stdout)
