"""Accounts, profiles, devices and persons: what is held about homes and changes rarely."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from synthview.ids import public, within_home
from synthview.people.ages import ABSTAINER, ADULT, CHILD, INFANT, TEEN
from synthview.people.guests import Guests
from synthview.people.homes import Homes
from synthview.record.accounts import account_ids, accounts
from synthview.record.devices import device_records
from synthview.record.profiles import profiles
from synthview.rows import Flags, Floats, Ints, Rows
from synthview.stage.company import Company
from synthview.tables import frame
from synthview.viewing.memory import Memory
from synthview.viewing.persons import Persons
from synthview.world import World
from synthview.world.catalogue import EPISODE, FILM, title_key

__all__ = ["records"]


def records(
    world: World,
    homes: Homes,
    company: Company,
    instants: Ints,
    persons: Persons,
    memory: Memory,
    until_ms: int,
) -> dict[str, pl.DataFrame]:
    """The undated tables of a block; change rows up to `until_ms`."""
    return {
        "log.accounts": accounts(
            world,
            homes,
            instants,
            until_ms,
        ),
        "log.profiles": profiles(
            world,
            homes,
            instants,
            until_ms,
        ),
        "log.devices": device_records(
            world,
            homes,
            company.guests,
            instants,
            until_ms,
        ),
        "truth.households": _households(world, homes),
        "truth.persons": _persons(
            world,
            homes,
            company.guests,
            persons,
            memory,
        ),
        "truth.accounts": _labels(world, homes, company),
    }


def _households(world: World, homes: Homes) -> pl.DataFrame:
    zones = pl.Series([region.zone for _, region in world.regions])
    is_child = (homes.person_class >= TEEN) & (homes.person_class != ABSTAINER)
    return frame(
        "truth.households",
        {
            "account_id": account_ids(world, homes),
            "household_type": homes.household_type,
            "country": homes.country,
            "time_zone": zones.gather(homes.region),
            "person_count": homes.persons.sum(axis=1),
            "child_count": is_child.sum(axis=1),
            "has_cat": homes.has_cat,
            "has_dog": homes.has_dog,
        },
    )


def _persons(
    world: World, homes: Homes, guests: Guests, persons: Persons, memory: Memory
) -> pl.DataFrame:
    """One row per person of the homes, and per guest who is a person."""
    seed = world.scenario.run.seed
    own = _people_of_homes(
        world,
        homes,
        persons,
        memory,
    )
    visiting = _people_elsewhere(guests.take(guests.age >= 0))
    everyone = _People.stack([own, visiting])
    everyone = everyone.take(np.argsort(everyone.home, kind="stable"))
    profile_key = within_home(homes.household[everyone.home], everyone.profile)
    return frame(
        "truth.persons",
        {
            "person_id": public(seed, "person").apply(everyone.key),
            "account_id": account_ids(world, homes)[everyone.home],
            "age": everyone.age,
            "lives_here": everyone.lives_here,
            "profile_id": public(seed, "profile").apply(profile_key),
            "appetite": everyone.appetite,
            "sleep_aid_title_id": everyone.sleep_aid_title_id,
        },
    )


@dataclass(frozen=True, slots=True)
class _People(Rows):
    """One row per person: the home, the slot of the profile, and columns of truth.persons."""

    home: Ints
    key: Ints
    profile: Ints
    age: Ints
    lives_here: Flags
    appetite: Floats
    sleep_aid_title_id: Ints


def _people_of_homes(world: World, homes: Homes, persons: Persons, memory: Memory) -> _People:
    home, slot = np.nonzero(homes.persons)
    appetite = np.zeros(homes.persons.shape)
    appetite[persons.home, persons.slot] = persons.share_of_days
    sleeps_to = memory.sleep_aid[home]
    has_aid = (memory.sleep_aid_person[home] == slot) & (sleeps_to >= 0)
    return _People(
        home=home,
        key=within_home(homes.household[home], slot),
        profile=homes.profile_of[home, slot],
        age=homes.age[home, slot],
        lives_here=np.ones(len(home), dtype=bool),
        appetite=np.rint(appetite[home, slot] * 10_000) / 10_000,
        sleep_aid_title_id=np.where(has_aid, _title_ids(world, sleeps_to), -1),
    )


def _title_ids(world: World, work: Ints) -> Ints:
    """The public id of each work, and of the first episode of a series; of any work below 0."""
    work = np.maximum(work, 0)
    kind = np.where(world.catalogue.works.is_film[work], FILM, EPISODE)
    return public(world.scenario.run.seed, "title").apply(title_key(kind, work))


def _people_elsewhere(guests: Guests) -> _People:
    """Guests who are persons; nothing is known of their appetite here."""
    count = len(guests)
    return _People(
        home=guests.home,
        key=guests.key,
        profile=guests.profile,
        age=guests.age,
        lives_here=np.zeros(count, dtype=bool),
        appetite=np.zeros(count),
        sleep_aid_title_id=np.full(count, -1, dtype=np.int64),
    )


def _labels(world: World, homes: Homes, company: Company) -> pl.DataFrame:
    """One row per account: which lasting actors apply, since when."""
    actors, since = company.labels(world, homes)
    return frame(
        "truth.accounts",
        {
            "account_id": account_ids(world, homes),
            "actors": actors,
            "since": since,
        },
    )


assert (ADULT, TEEN, CHILD, INFANT) == (0, 1, 2, 3)
