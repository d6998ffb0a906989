"""What the service, and the truth, hold about homes that changes rarely: accounts, profiles, devices, persons."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from synthview.draws.chance import Stream
from synthview.errors import SettingError
from synthview.ids import public, within_home
from synthview.people.guests import Guests
from synthview.people.homes import ADULT, CHILD, DEVICES, INFANT, PROFILES, TEEN, Homes
from synthview.people.settings import PeopleSettings
from synthview.player.playback import STREAM_LIMITS
from synthview.pools import TEST_RIG, NamePool, app_versions, contacts, device_models, names, profile_labels
from synthview.pools.renown import is_famous
from synthview.pools.telephones import phone
from synthview.rows import Ints
from synthview.scenario import Scenario
from synthview.stage.company import Company
from synthview.tables import COUNTRIES, DEVICE_TYPES, HOUSEHOLD_TYPES, frame
from synthview.viewing.memory import Memory
from synthview.viewing.sittings import Persons
from synthview.world import World
from synthview.world.catalogue import EPISODE, FILM, title_key
from synthview.world.countries import PLACES
from synthview.world.settings import WorldSettings

__all__ = ["name_pools", "records"]

_OLDER_KIDS, _ADULTS = 1, 3
_MOST_NAMES_TRIED = 64
_STUBS = ("card", "card", "card", "debit", "wallet", "gift card")


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
        "log.accounts": _accounts(world, homes, instants, until_ms),
        "log.profiles": _profiles(world, homes, instants, until_ms),
        "log.devices": _devices(world, homes, company.guests, instants, until_ms),
        "truth.households": _households(world, homes),
        "truth.persons": _persons(world, homes, company.guests, persons, memory),
        "truth.accounts": _labels(world, homes, company),
    }


def _account_id(world: World, homes: Homes) -> Ints:
    return public(world.scenario.run.seed, "account").apply(homes.household)


def _accounts(world: World, homes: Homes, instants: Ints, until_ms: int) -> pl.DataFrame:
    home, step = np.nonzero(instants < until_ms)
    plan = homes.plan[home]
    payer, email = _payers(world, homes)
    regions = pl.Series([region.name for _, region in world.regions])
    zones = pl.Series([region.zone for _, region in world.regions])
    scrambled = public(world.scenario.run.seed, "phone").apply(homes.household)
    codes = [COUNTRIES[code] for code in homes.country.tolist()]
    return frame("log.accounts", {
        "account_id": _account_id(world, homes)[home],
        "valid_from": instants[home, step],
        "status": step % 2,
        "plan": plan,
        "stream_limit": STREAM_LIMITS[plan],
        "country": homes.country[home],
        "region": regions.gather(homes.region[home]),
        "time_zone": zones.gather(homes.region[home]),
        "billing_name": payer.gather(home),
        "email": email.gather(home),
        "phone": pl.Series(phone(scrambled, codes), dtype=pl.String).gather(home),
        "payment_stub": _stubs(world, homes).gather(home),
    })  # fmt: skip


def _stubs(world: World, homes: Homes) -> pl.Series:
    """What is kept of a means of payment: a sort and no number at all."""
    sort = Stream(world.scenario.run.seed, "people/records/payment").below(homes.household, len(_STUBS))
    return pl.Series(_STUBS).gather(sort)


def name_pools(scenario: Scenario) -> dict[str, str]:
    """Digests of the name pools that a scenario draws from, by locale."""
    chosen = scenario.of(PeopleSettings).locale
    lived_in = [code for code, share in scenario.of(WorldSettings).country_shares.items() if share > 0]
    locales = {chosen} if chosen else {locale for code in lived_in for locale in PLACES[code].locales}
    return {locale: names(locale).digest for locale in sorted(locales)}


def _locales(world: World, homes: Homes) -> list[str]:
    chosen = world.scenario.of(PeopleSettings).locale
    if chosen:
        return [chosen] * len(homes)
    choices = [PLACES[code].locales for code in COUNTRIES]
    second = Stream(world.scenario.run.seed, "people/records/locale").happens(homes.household, 0.22)
    return [
        choices[code][-1 if other else 0] for code, other in zip(homes.country.tolist(), second.tolist(), strict=True)
    ]


def _payers(world: World, homes: Homes) -> tuple[pl.Series, pl.Series]:
    """Invented name and address of the payer of each account."""
    draw = Stream(world.scenario.run.seed, "people/records/names")
    first, family = draw.below(homes.household, 1 << 30).tolist(), draw.below(homes.household, 1 << 30, n=1).tolist()
    given, surname = [], []
    for household, locale, one, other in zip(
        homes.household.tolist(), _locales(world, homes), first, family, strict=True
    ):
        pool = names(locale)
        given.append(pool.first[one % len(pool.first)])
        surname.append(_family_name(draw, household, given[-1], pool, other))
    scrambled = public(world.scenario.run.seed, "email").apply(homes.household)
    email = contacts.email(given, surname, scrambled % 10_000_000)
    full = [f"{one} {other}" for one, other in zip(given, surname, strict=True)]
    return pl.Series(full, dtype=pl.String), pl.Series(email, dtype=pl.String)


def _family_name(draw: Stream, household: int, first: str, pool: NamePool, number: int) -> str:
    """Return the family name that a number chooses, or the next one with which nobody famous has this first name.

    Further numbers are draws about the same household, so no other household's name depends on them.
    """
    for n in range(2, _MOST_NAMES_TRIED):
        family = pool.family[number % len(pool.family)]
        if not is_famous(first, family):
            return family
        number = int(draw.below(household, 1 << 30, n=n))
    for family in pool.family:
        if not is_famous(first, family):
            return family
    raise SettingError(
        f"Every family name of locale {pool.locale!r} makes a famous name with {first!r}. Choose another people.locale."
    )


def _profiles(world: World, homes: Homes, instants: Ints, until_ms: int) -> pl.DataFrame:
    seed = world.scenario.run.seed
    home, slot = np.nonzero((np.arange(PROFILES) < homes.profile_count[:, None]) & (instants[:, :1] < until_ms))
    is_kids = homes.kids_profile[home] == slot
    key = within_home(homes.household[home], slot)
    languages = pl.Series([PLACES[code].language for code in COUNTRIES])
    later = np.where(slot == 0, 0, Stream(seed, "people/records/profile_age").below(key, 40 * 86_400_000))
    return frame("log.profiles", {
        "profile_id": public(seed, "profile").apply(key),
        "account_id": _account_id(world, homes)[home],
        "valid_from": np.minimum(instants[home, 0] + later, np.maximum(instants[home, 0], world.first_day * 86_400_000)),
        "name": _profile_names(world, homes, home, key, is_kids),
        "is_kids": is_kids,
        "maturity": np.where(is_kids, _OLDER_KIDS, _ADULTS),
        "language": languages.gather(homes.country[home]),
    })  # fmt: skip


def _profile_names(world: World, homes: Homes, home: Ints, key: Ints, is_kids: Any) -> pl.Series:
    """Labels as people type them; a kids profile has a child's name or a word for children."""
    draw = Stream(world.scenario.run.seed, "people/records/labels")
    special, number = draw.happens(key, 0.16).tolist(), draw.below(key, 1 << 30, n=1).tolist()
    locales, labels = _locales(world, homes), []
    for at, odd, which, kid in zip(home.tolist(), special, number, is_kids.tolist(), strict=True):
        pool = profile_labels(locales[at])
        words = (pool.kids if kid else pool.adults) if odd or (kid and which % 2) else pool.first
        labels.append(words[which // 2 % len(words)])
    return pl.Series(labels, dtype=pl.String)


def _devices(world: World, homes: Homes, guests: Guests, instants: Ints, until_ms: int) -> pl.DataFrame:
    seed = world.scenario.run.seed
    home, slot = np.nonzero((homes.device_type >= 0) & (instants[:, :1] < until_ms))
    key, kind = within_home(homes.household[home], slot), homes.device_type[home, slot]
    opened, told = instants[home, 0], instants[home, 0]
    guests = guests.take(np.maximum(guests.since_ms, instants[guests.home, 0]) < until_ms)
    if len(guests):
        order = np.argsort(np.concatenate([home, guests.home]), kind="stable")
        opened = np.concatenate([opened, instants[guests.home, 0]])[order]
        told = np.concatenate([told, guests.since_ms])[order]
        key, kind = np.concatenate([key, guests.key])[order], np.concatenate([kind, guests.device_type])[order]
        home = np.concatenate([home, guests.home])[order]
    device_id = public(seed, "device").apply(key)
    order = np.lexsort((device_id, home))  # which of an account's devices is a guest's must not show in their order
    home, key, kind, device_id = home[order], key[order], kind[order], device_id[order]
    since = _devices_since(world, key, opened[order], told[order])
    draw = Stream(seed, "people/records/devices")
    models, versions = draw.below(key, 1 << 20).tolist(), draw.below(key, 1 << 20, n=1).tolist()
    types = [DEVICE_TYPES[one] for one in kind.tolist()]
    named = pl.Series(
        [device_models[t][m % len(device_models[t])] for t, m in zip(types, models, strict=True)], dtype=pl.String
    )
    is_rig = pl.Series(homes.household_type[home] == HOUSEHOLD_TYPES.index("test_rig"))
    return frame("log.devices", {
        "device_id": device_id,
        "account_id": _account_id(world, homes)[home],
        "valid_from": since,
        "device_type": kind,
        "model": named.set(is_rig, TEST_RIG),
        "app_version": pl.Series([app_versions[t][v % len(app_versions[t])] for t, v in zip(types, versions, strict=True)]),
    })  # fmt: skip


def _devices_since(world: World, key: Ints, opened_ms: Ints, told_ms: Ints) -> Ints:
    """Since when each device is in use; one that was there before the world began came at any time since the sign-up.

    It must not tell a guest's device from one of the home.
    """
    start = world.first_day * 86_400_000
    before = np.maximum(start - opened_ms, 0)
    came = opened_ms + Stream(world.scenario.run.seed, "people/records/device_age").below(key, np.maximum(before, 1))
    return np.where(told_ms <= start, came, np.maximum(told_ms, opened_ms))


def _households(world: World, homes: Homes) -> pl.DataFrame:
    zones = pl.Series([region.zone for _, region in world.regions])
    return frame("truth.households", {
        "account_id": _account_id(world, homes),
        "household_type": homes.household_type,
        "country": homes.country,
        "time_zone": zones.gather(homes.region),
        "person_count": homes.persons.sum(axis=1),
        "child_count": (homes.person_class >= TEEN).sum(axis=1),
        "has_cat": homes.has_cat,
        "has_dog": homes.has_dog,
    })  # fmt: skip


def _persons(world: World, homes: Homes, guests: Guests, persons: Persons, memory: Memory) -> pl.DataFrame:
    seed = world.scenario.run.seed
    home, slot = np.nonzero(homes.persons)
    appetite = np.zeros(homes.persons.shape)
    appetite[persons.home, persons.slot] = persons.share_of_days
    has_aid = (memory.sleep_aid_person[home] == slot) & (memory.sleep_aid[home] >= 0)
    work = np.maximum(memory.sleep_aid[home], 0)
    aid = title_key(np.where(world.catalogue.works.is_film[work], FILM, EPISODE), work)
    people = guests.take(guests.age >= 0)
    none = np.zeros(len(people), dtype=np.int64)
    order = np.argsort(np.concatenate([home, people.home]), kind="stable")

    def both(of_home: Any, of_guests: Any) -> Any:
        return np.concatenate([of_home, of_guests])[order]

    profile = both(homes.profile_of[home, slot], people.profile)
    key = both(within_home(homes.household[home], slot), people.key)
    at = both(home, people.home)
    return frame("truth.persons", {
        "person_id": public(seed, "person").apply(key),
        "account_id": _account_id(world, homes)[at],
        "age": both(homes.age[home, slot], people.age),
        "lives_here": both(np.ones(len(home), dtype=bool), none > 0),
        "profile_id": public(seed, "profile").apply(within_home(homes.household[at], profile)),
        "appetite": both(np.rint(appetite[home, slot] * 10_000) / 10_000, none.astype(np.float64)),
        "sleep_aid_title_id": both(np.where(has_aid, public(seed, "title").apply(aid), -1), none - 1),
    })  # fmt: skip


def _labels(world: World, homes: Homes, company: Company) -> pl.DataFrame:
    """One row per account: which lasting actors apply, since when."""
    actors, since = company.labels(world, homes)
    return frame("truth.accounts", {
        "account_id": _account_id(world, homes),
        "actors": actors,
        "since": since,
    })  # fmt: skip


assert (ADULT, TEEN, CHILD, INFANT) == (0, 1, 2, 3)
assert DEVICES <= 16
