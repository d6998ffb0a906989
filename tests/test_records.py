"""What the service keeps of accounts, profiles and devices changes with time, as things do."""

from __future__ import annotations

from functools import cache

import numpy as np
import polars as pl
import pytest
from strategies import joined, lived, settled_tables, window, world

from synthview.people.homes import furnish
from synthview.pools import TEST_RIG, app_versions, device_models

OFTEN = {
    "people.plan_changes_per_year": 2,
    "people.card_changes_per_year": 3,
    "people.email_changes_per_year": 2,
    "people.profiles_added_per_year": 6,
    "people.profiles_renamed_per_year": 2,
}
HOUSEHOLDS = range(400)
LONG = 120


@cache
def table(name: str, days: int = LONG, *, often: bool = False) -> pl.DataFrame:
    """A listing of some homes after so many days."""
    one = world("everyday", 3, OFTEN if often else {})
    within = window(one)
    until = type(within)(within.first_day, within.first_day + days)
    return settled_tables(one, HOUSEHOLDS, until)[name]


def changed(column: str) -> pl.Expr:
    """Whether a column differs from the state of the account before."""
    before = pl.col(column).shift().over("account_id")
    return (pl.col(column) != before).fill_null(value=False)


@pytest.mark.parametrize("path", ["log.accounts", "log.profiles", "log.devices"])
def test_more_days_add_states_and_change_none(path: str) -> None:
    """The states of a short run are those of a long one that hold by then."""
    end = window(world("everyday", 3)).first_day + 20
    early = pl.col("valid_from").dt.epoch("d") < end
    short, long = table(path, 20, often=True), table(path, often=True).filter(early)
    assert short.equals(long)


def test_accounts_change_plan_means_of_payment_and_address() -> None:
    """Each change is a state of its own, of an account that runs, and alone."""
    states = table("log.accounts", often=True)
    sorts = ("status", "plan", "payment_stub", "email")
    states = states.with_columns(changed(one).alias(f"new_{one}") for one in sorts)
    for one in sorts[1:]:
        assert states[f"new_{one}"].sum() > 40
    news = pl.sum_horizontal(f"new_{one}" for one in sorts)
    is_first = pl.col("valid_from") == pl.col("valid_from").min().over("account_id")
    assert states.filter(~is_first & (news == 0)).is_empty()
    runs = pl.col("status").cast(pl.String) == "active"
    apart = states.filter(pl.col("new_email") & ~pl.col("new_status"))
    assert apart.filter(~runs).is_empty()


def test_few_accounts_change_in_a_month() -> None:
    """With the rates of the settings one account in some fifty changes plan, payment or address in a month."""
    states = table("log.accounts", 30)
    news = states.filter(changed("plan") | changed("payment_stub") | changed("email"))
    assert 0 < news["account_id"].n_unique() < 0.08 * states["account_id"].n_unique()


def test_profiles_are_added_and_renamed() -> None:
    """Some accounts get one more profile within the days, some profiles another name, and none a sixth."""
    states = table("log.profiles", often=True)
    first_day = window(world("everyday", 3)).first_day
    of_profile = states.group_by("account_id", "profile_id").agg(
        pl.col("valid_from").min(), names=pl.col("name").n_unique()
    )
    new = of_profile.filter(pl.col("valid_from").dt.epoch("d") >= first_day)
    assert new.height > 30
    assert (of_profile["names"] > 1).sum() > 30
    assert of_profile.group_by("account_id").len()["len"].max() <= 5


@pytest.mark.slow
def test_a_profile_that_is_added_is_used_by_who_shared_one_before() -> None:
    """Somebody watches on most profiles that are added, and nobody before that."""
    one = world("everyday", 3, OFTEN)
    first_day, every = window(one).first_day, furnish(one, np.arange(400))
    soon = (every.gets_profile >= 0) & (every.own_profile_day < first_day + 20)
    homes = np.flatnonzero(soon)[:12]
    within = type(window(one))(first_day, first_day + 40)
    states = settled_tables(one, homes, within)["log.profiles"]
    since = states.group_by("profile_id").agg(pl.col("valid_from").min())
    new = since.filter(pl.col("valid_from").dt.epoch("d") >= first_day)
    on_new = joined(lived(one, homes, within), "truth.plays").join(new, on="profile_id")
    assert on_new["profile_id"].n_unique() > 3
    assert (on_new["started_at"] >= on_new["valid_from"]).all()


def test_most_profiles_are_called_by_a_first_name_of_the_home() -> None:
    """The first profile of most accounts has the first name of the payer, and no name is very common."""
    payer = table("log.accounts").unique("account_id").select(
        "account_id", payer=pl.col("billing_name").str.split(" ").list.first()
    )  # fmt: skip
    found = table("log.profiles").join(payer, on="account_id").filter(~pl.col("is_kids"))
    of_payer = found.filter(pl.col("name") == pl.col("payer"))["account_id"].n_unique()
    assert of_payer > 0.55 * payer.height
    assert found["name"].value_counts()["count"].max() < 0.04 * found.height


def test_nobody_has_a_device_of_the_future() -> None:
    """No device is known before its model came out; of each type few models are most of what there is."""
    launched = pl.DataFrame(
        [(model.name, model.since) for models in device_models.values() for model in models],
        schema=["model", "since"],
        orient="row",
    )
    devices = table("log.devices").filter(pl.col("model") != TEST_RIG).join(launched, on="model")
    month = pl.col("valid_from").dt.strftime("%Y-%m")
    assert devices.height > 1_000
    assert devices.filter(month < pl.col("since")).is_empty()
    counts = devices.unique("device_id").filter(device_type="computer")["model"].value_counts()
    assert counts["count"].max() > 0.4 * counts["count"].sum()


def test_devices_are_replaced_by_others_of_their_kind() -> None:
    """What plays is there by then, is of the type that the play tells, and is never one that another has replaced."""
    right = {"faults.clock_skew.rate": 0, "faults.local_time_as_utc.rate": 0}
    soon = {"people.phone_lasts_years": 0.1, "people.television_lasts_years": 0.2}
    one = world("everyday", 3, right | soon)
    homes = range(120)
    kinds = settled_tables(one, homes, window(one))["log.devices"].sort("valid_from")
    kinds = kinds.group_by("device_id").agg(
        pl.col("account_id", "device_type", "valid_from").first()
    )
    plays = joined(lived(one, homes, window(one), frozenset({"log.plays"})), "log.plays")
    played = plays.join(kinds, on="device_id", how="left", suffix="_of_device")
    assert (played["valid_from"] <= played["started_at"]).all()
    assert played["account_id"].equals(played["account_id_of_device"], check_names=False)
    assert (played["device_type"] == played["device_type_of_device"]).all()
    started = pl.lit(one.scenario.run.start).cast(kinds.schema["valid_from"])
    during = kinds.filter(pl.col("valid_from") >= started)
    assert set(during["device_id"]) & set(plays["device_id"])


def test_applications_move_on() -> None:
    """A device never goes back to an older version; most have a new one every month, some days after others."""
    order = {
        (kind, version): number
        for kind, versions in app_versions.items()
        for number, version in enumerate(versions)
    }
    devices = table("log.devices").sort("device_id", "valid_from")
    numbers = [order[pair] for pair in devices.select("device_type", "app_version").iter_rows()]
    devices = devices.with_columns(number=pl.Series(numbers))
    steps = devices.select(pl.col("number").diff().over("device_id")).drop_nulls()["number"]
    assert steps.min() >= 1
    assert 3 < devices.height / devices["device_id"].n_unique() < 8


def test_profiles_of_one_country_have_more_than_one_language() -> None:
    """Most menus are in the language of the country, and some are not."""
    home = table("log.accounts").unique("account_id").select("account_id", "country")
    found = table("log.profiles").unique("profile_id").join(home, on="account_id")
    english = found.filter(pl.col("country").cast(pl.String) == "US")["language"] == "en-US"
    assert 0.8 < english.mean() < 0.99


def test_most_of_what_is_licensed_came_of_late() -> None:
    """Of licensed films more than a third came in the last two of some eleven years; evenly it would be a fifth."""
    films = table("log.titles").filter(
        ~pl.col("is_original"), pl.col("kind").cast(pl.String) == "film"
    )
    first_day = window(world("everyday", 3)).first_day
    age = first_day - films["released_on"].dt.epoch("d")
    assert age.min() > 0
    assert (age < 730).mean() > 0.36
