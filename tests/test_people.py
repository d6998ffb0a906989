"""People: homes that could exist, and subscriptions that open, end and come back in order."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from strategies import settled_tables, window, world

from synthview.ids import MENU_SOURCES, ORDINALS, household_of, public, within_day, within_home
from synthview.people.ages import ABSTAINER, ADULT, CHILD, INFANT, TEEN
from synthview.people.homes import _IN_EUROPE, DEVICES, PERSONS, PROFILES, countries_of, furnish
from synthview.people.renewals import renewals, renewals_of_all
from synthview.people.subscriptions import changes, is_active
from synthview.tables import DEVICE_TYPES, HOUSEHOLD_TYPES
from synthview.world.clock import DAY_MS, HOUR_MS

HOUSEHOLDS = np.arange(4_000)
HOMES = furnish(world("everyday"), HOUSEHOLDS)
YEAR = {"people.sign_up_days": 365}


# --- Ids --------------------------------------------------------------------------------------------------------------


def test_internal_ids_hold_the_largest_of_everything() -> None:
    """Household, day, source and ordinal fill 63 bits exactly, and the household can be read back."""
    last = within_day(np.array([2**32 - 1]), 4095, 511, np.array([ORDINALS - 1]))
    assert last.tolist() == [2**63 - 1]
    assert household_of(last).tolist() == [2**32 - 1]
    assert within_day(np.array([0]), 0, 0, np.array([0])).tolist() == [0]
    assert MENU_SOURCES < 512


@pytest.mark.parametrize(
    "what", ["play", "session", "account", "profile", "device", "title", "person", "click"]
)
def test_public_ids_go_back(what: str) -> None:
    """A public id is positive, unlike its neighbours, and leads back to the internal one."""
    internal = np.concatenate([np.arange(1_000), 2**63 - 1 - np.arange(1_000)])
    ids = public(5, what).apply(internal)
    assert internal.tolist() == public(5, what).invert(ids).tolist()
    assert ids.min() >= 0
    assert len(set(ids.tolist())) == len(internal)
    assert (np.abs(np.diff(ids[:1_000])) > 1_000).all()


def test_sorts_of_ids_differ() -> None:
    """The same household has unrelated ids as an account, a play and with another seed."""
    household = np.arange(100)
    found = [
        public(seed, what).apply(household).tolist()
        for seed in (1, 2)
        for what in ("account", "play")
    ]
    assert len({one for ids in found for one in ids}) == 400


# --- Homes ------------------------------------------------------------------------------------------------------------


def test_a_home_does_not_depend_on_its_neighbours() -> None:
    """Any selection of households, in any order, is furnished as in the whole."""
    some = np.array([3_999, 0, 17, 18, 2_500])
    alone, expected = furnish(world("everyday"), some), HOMES.take(some)
    for field in HOMES.__slots__:
        assert getattr(expected, field).tolist() == getattr(alone, field).tolist(), field


def test_ages_fit_their_classes() -> None:
    """A person's class follows from the age; empty places have neither."""
    limits = {
        ADULT: (18, 95),
        ABSTAINER: (18, 95),
        TEEN: (13, 17),
        CHILD: (2, 12),
        INFANT: (0, 1),
        -1: (-1, -1),
    }
    for person_class, (youngest, oldest) in limits.items():
        ages = HOMES.age[HOMES.person_class == person_class]
        assert len(ages) > 0
        assert youngest <= ages.min() <= ages.max() <= oldest


def test_every_home_has_an_adult_first() -> None:
    """The first person of every home is an adult, and nobody is missing between two persons."""
    assert (HOMES.person_class[:, 0] == ADULT).all()
    assert (np.diff(HOMES.persons.astype(int), axis=1) <= 0).all()


def test_types_of_home() -> None:
    """Singles live alone, couples are two grown-ups, single parents have a child."""
    is_grown_up = (HOMES.person_class == ADULT) | (HOMES.person_class == ABSTAINER)
    adults, all_persons = is_grown_up.sum(axis=1), HOMES.persons.sum(axis=1)
    of_type = {name: HOMES.household_type == number for number, name in enumerate(HOUSEHOLD_TYPES)}
    assert {1} == set(all_persons[of_type["alone"]].tolist())
    assert (
        {2}
        == set(all_persons[of_type["couple"]].tolist())
        == set(adults[of_type["couple"]].tolist())
    )
    assert {1} == set(adults[of_type["single_parent"]].tolist())
    assert all_persons[of_type["single_parent"]].min() >= 2
    assert all_persons.max() <= PERSONS


def test_some_adults_leave_the_service_to_another() -> None:
    """The first adult always uses it; in most homes of several no other adult does, nor has one a phone for it."""
    abstains = HOMES.person_class == ABSTAINER
    assert not abstains[:, 0].any()
    has_several = (HOMES.age >= 18).sum(axis=1) > 1
    assert 0.7 < abstains.any(axis=1)[has_several].mean() < 0.9
    assert (HOMES.device_type[:, 4:][abstains] == -1).all()


def test_profiles_are_used() -> None:
    """Every person has a profile that exists; a kids profile comes last and is for small children alone."""
    assert (HOMES.profile_of < HOMES.profile_count[:, None])[HOMES.persons].all()
    assert HOMES.profile_count.min() >= 1
    assert HOMES.profile_count.max() <= PROFILES
    has = HOMES.kids_profile >= 0
    assert (HOMES.kids_profile[has] == HOMES.profile_count[has] - 1).all()
    on_it = (HOMES.profile_of == HOMES.kids_profile[:, None]) & HOMES.persons & has[:, None]
    assert set(HOMES.person_class[on_it].tolist()) <= {CHILD, INFANT}
    assert (on_it & (HOMES.person_class == CHILD)).any(axis=1)[has].all()
    assert not (HOMES.persons & ~on_it & (HOMES.person_class == CHILD) & has[:, None]).any()


def test_devices_have_owners() -> None:
    """Every home has a device; phones belong to adults and teens that live there; a second set needs a first."""
    has = HOMES.device_type >= 0
    assert has.any(axis=1).all()
    assert has.shape[1] == DEVICES
    phones, owners = HOMES.device_type[:, 4:] == DEVICE_TYPES.index("phone"), HOMES.person_class
    assert set(owners[phones].tolist()) == {ADULT, TEEN}
    assert not (has[:, 1] & ~has[:, 0]).any()


def test_person_ids_are_unique() -> None:
    """No two places in no two homes share a person's id."""
    keys = within_home(HOUSEHOLDS[:, None], np.arange(PERSONS)[None, :])
    assert len(np.unique(keys)) == keys.size


@pytest.mark.statistics
def test_shares_of_homes_are_those_of_the_settings() -> None:
    """Types of home, pets and regions come as often as the scenario says, within five standard deviations."""
    one = world("everyday")
    homes = furnish(one, np.arange(40_000))
    people = next(section for name, section in one.scenario.sections.items() if name == "people")
    in_europe = _IN_EUROPE[homes.country]
    groups = ((~in_europe, people.household_types), (in_europe, people.household_types_in_europe))  # type: ignore[attr-defined]
    for group, types in groups:
        pets = {"has_cat": people.share_with_cat, "has_dog": people.share_with_dog}  # type: ignore[attr-defined]
        some = homes.take(group)
        found = {
            name: (some.household_type == number).mean()
            for number, name in enumerate(HOUSEHOLD_TYPES)
        } | {"has_cat": some.has_cat.mean(), "has_dog": some.has_dog.mean()}
        for name, share in {**types, **pets}.items():
            assert abs(found[name] - share) < 5 * np.sqrt(share * (1 - share) / len(some)), name
    us = sum(
        share
        for (country, _), share in zip(one.regions, one.region_shares, strict=True)
        if country == "US"
    )
    assert abs((homes.country == 0).mean() - us) < 5 * np.sqrt(us * (1 - us) / len(homes))


# --- Subscriptions ----------------------------------------------------------------------------------------------------


def test_an_account_runs_between_its_changes() -> None:
    """An account runs from an even change to the next odd one: not before sign-up, not after a cancellation."""
    instants = np.array([[10, 20, 30, 40]] * 6)
    now = np.array([9, 10, 19, 20, 30, 40])
    assert is_active(instants, now).tolist() == [False, True, True, False, True, False]
    assert is_active(instants, 15).tolist() == [True] * 6


def test_changes_come_in_order() -> None:
    """Sign-up, cancellation and return follow each other; accounts of the start run then, or come back within a year."""
    one = world("everyday", 1, YEAR)
    instants = changes(one, HOUSEHOLDS)
    start_ms = one.first_day * DAY_MS
    assert (np.diff(instants, axis=1) > 0).all()
    old = instants[:, 0] < start_ms
    is_away = old & (instants[:, 1] < start_ms)
    assert 0.02 < is_away.mean() < 0.2
    assert (instants[is_away, 2] < start_ms + 397 * DAY_MS).all()
    assert 0.5 < old.mean() < 1.0


def test_new_accounts_keep_coming() -> None:
    """Accounts sign up in every month of a year, and every household has one in the end."""
    one = world("everyday", 1, YEAR)
    sign_up_ms, within = changes(one, HOUSEHOLDS)[:, 0], window(one)
    month = (sign_up_ms - within.first_day * DAY_MS) // (30 * DAY_MS)
    assert min(np.bincount(month[(month >= 0) & (month < 12)], minlength=12)) > 30
    assert (sign_up_ms <= (within.first_day + 366) * DAY_MS).all()


def test_accounts_grow_by_country_as_published() -> None:
    """In a year the accounts that run grow by about 11 % in the United States and by 42 % elsewhere."""
    one, households = world("everyday", 1, YEAR), np.arange(20_000)
    instants, is_us = changes(one, households), countries_of(one, households) == 0
    first = window(one).first_day * DAY_MS
    begin, end = (is_active(instants, first + day * DAY_MS) for day in (0, 364))
    for group, low, high in ((is_us, 1.08, 1.16), (~is_us, 1.36, 1.48)):
        assert low < end[group].sum() / begin[group].sum() < high


def test_more_homes_join_in_winter_than_in_summer() -> None:
    """Of new accounts December has more than twice as many as September; at a steady rate it is as many."""

    def joined(**stated: object) -> np.ndarray:
        one = world(
            "everyday", changes={"run.epoch": "2017-01-01", "run.warm_up_days": 0, **YEAR, **stated}
        )
        opened = changes(one, HOUSEHOLDS)[:, 0]
        new = opened[opened >= one.first_day * DAY_MS].astype("datetime64[ms]")
        months = new.astype("datetime64[M]").astype(np.int64) % 12
        return np.bincount(months, minlength=12)

    by_month = joined()
    assert by_month.sum() > 800
    assert by_month[11] > 1.5 * by_month[8]
    steady = joined(**{"people.sign_up_months": [1.0] * 12})
    assert abs(steady[11] - steady[8]) < 4 * np.sqrt(steady[11] + steady[8])


def test_people_see_to_their_accounts_by_day() -> None:
    """Few accounts are opened between 2 and 6 o'clock of the home, and many between 18 and 22."""
    one = world("everyday", 1, YEAR)
    sign_up_ms = changes(one, HOUSEHOLDS)[:, 0]
    is_known = sign_up_ms >= one.first_day * DAY_MS
    local_ms = one.clock.to_local(HOMES.zone[is_known], sign_up_ms[is_known])
    share = np.bincount(local_ms // HOUR_MS % 24, minlength=24) / is_known.sum()
    assert share[2:6].sum() < 0.06
    assert 0.25 < share[18:22].sum() < 0.45


def test_devices_give_way_whichever_of_them_are_asked_for() -> None:
    """When a device gives way to another is the same for all slots at once as for a few of them."""
    one, homes = world("everyday"), HOMES.take(slice(0, 300))
    home, slot = np.array([7, 299, 7, 0]), np.array([4, 0, 2, DEVICES - 1])
    few = renewals(one, homes, home, slot)
    assert few.tolist() == renewals_of_all(one, homes)[home, slot].tolist()
    assert (np.diff(few, axis=1) > 0).all()


def test_states_of_an_account_take_turns() -> None:
    """In the listing of accounts an active row is followed by a cancelled one and that by an active one."""
    one = world("tiny")
    within = window(one)
    accounts = settled_tables(
        one, range(200), type(within)(within.first_day, within.last_day + 1_000)
    )["log.accounts"]
    status = pl.col("status").cast(pl.String)
    is_same = (status == status.shift().over("account_id")).fill_null(
        value=False
    )  # another plan, or e-mail
    numbered = accounts.filter(~is_same).with_columns(
        number=pl.int_range(pl.len()).over("account_id") % 2
    )
    assert (
        numbered["number"].to_list() == (numbered["status"] == "cancelled").cast(pl.Int64).to_list()
    )
    assert numbered["number"].sum() > 50
