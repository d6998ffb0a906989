"""Accounts, profiles, devices and persons: what is held about homes and changes rarely."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from synthview.draws.chance import Stream
from synthview.errors import SettingError
from synthview.ids import public, within_home
from synthview.people.guests import Guests
from synthview.people.homes import ABSTAINER, ADULT, CHILD, INFANT, PROFILES, TEEN, Homes
from synthview.people.settings import PeopleSettings
from synthview.player.playback import STREAM_LIMITS
from synthview.pools import NamePool, contacts, names, profile_labels
from synthview.pools.renown import is_famous
from synthview.pools.telephones import phone
from synthview.record.devices import device_records
from synthview.rows import Flags, Floats, Ints, Rows
from synthview.scenario import Scenario
from synthview.stage.company import Company
from synthview.tables import COUNTRIES, frame
from synthview.viewing.memory import Memory
from synthview.viewing.persons import Persons
from synthview.world import World
from synthview.world.catalogue import EPISODE, FILM, title_key
from synthview.world.clock import DAY_MS
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
        "log.devices": device_records(world, homes, company.guests, instants, until_ms),
        "truth.households": _households(world, homes),
        "truth.persons": _persons(world, homes, company.guests, persons, memory),
        "truth.accounts": _labels(world, homes, company),
    }


def _account_id(world: World, homes: Homes) -> Ints:
    return public(world.scenario.run.seed, "account").apply(homes.household)


def _accounts(world: World, homes: Homes, instants: Ints, until_ms: int) -> pl.DataFrame:
    home, step = np.nonzero(instants < until_ms)
    plan = homes.plan[home]
    name, email = _payers(world, homes)
    regions = pl.Series([region.name for _, region in world.regions])
    zones = pl.Series([region.zone for _, region in world.regions])
    region = homes.region[home]
    return frame(
        "log.accounts",
        {
            "account_id": _account_id(world, homes)[home],
            "valid_from": instants[home, step],
            "status": step % 2,
            "plan": plan,
            "stream_limit": STREAM_LIMITS[plan],
            "country": homes.country[home],
            "region": regions.gather(region),
            "time_zone": zones.gather(region),
            "billing_name": name.gather(home),
            "email": email.gather(home),
            "phone": _phones(world, homes).gather(home),
            "payment_stub": _stubs(world, homes).gather(home),
        },
    )


def _phones(world: World, homes: Homes) -> pl.Series:
    """A number that the country reserves for fiction."""
    scrambled = public(world.scenario.run.seed, "phone").apply(homes.household)
    countries = [COUNTRIES[code] for code in homes.country.tolist()]
    return pl.Series(phone(scrambled, countries), dtype=pl.String)


def _stubs(world: World, homes: Homes) -> pl.Series:
    """What is kept of a means of payment: its kind, and no number at all."""
    stream = Stream(world.scenario.run.seed, "people/records/payment")
    kind = stream.below(homes.household, len(_STUBS))
    return pl.Series(_STUBS).gather(kind)


def name_pools(scenario: Scenario) -> dict[str, str]:
    """Digests of the name pools that a scenario draws from, by locale."""
    chosen = scenario.of(PeopleSettings).locale
    shares = scenario.of(WorldSettings).country_shares
    lived_in = [code for code, share in shares.items() if share > 0]
    of_countries = {locale for code in lived_in for locale in PLACES[code].locales}
    locales = {chosen} if chosen else of_countries
    return {locale: names(locale).digest for locale in sorted(locales)}


def _locales(world: World, homes: Homes) -> list[str]:
    """The locale of each home; some homes have the second one of their country."""
    chosen = world.scenario.of(PeopleSettings).locale
    if chosen:
        return [chosen] * len(homes)
    stream = Stream(world.scenario.run.seed, "people/records/locale")
    is_second = stream.happens(homes.household, 0.22)
    locales = []
    for code, second in zip(homes.country.tolist(), is_second.tolist(), strict=True):
        choices = PLACES[COUNTRIES[code]].locales
        locales.append(choices[-1 if second else 0])
    return locales


def _payers(world: World, homes: Homes) -> tuple[pl.Series, pl.Series]:
    """Invented name and address of the payer of each account."""
    first, family = _payer_names(world, homes)
    scrambled = public(world.scenario.run.seed, "email").apply(homes.household)
    email = contacts.email(first, family, scrambled % 10_000_000)
    full = [f"{one} {other}" for one, other in zip(first, family, strict=True)]
    return pl.Series(full, dtype=pl.String), pl.Series(email, dtype=pl.String)


def _payer_names(world: World, homes: Homes) -> tuple[list[str], list[str]]:
    """First and family name of the payer of each account."""
    draw = Stream(world.scenario.run.seed, "people/records/names")
    number = draw.below(homes.household, 1 << 30).tolist()
    family_number = draw.below(homes.household, 1 << 30, n=1).tolist()
    locales = _locales(world, homes)
    first, family = [], []
    for row, household in enumerate(homes.household.tolist()):
        pool = names(locales[row])
        name = pool.first[number[row] % len(pool.first)]
        first.append(name)
        family.append(_family_name(draw, household, name, pool, family_number[row]))
    return first, family


def _family_name(draw: Stream, household: int, first: str, pool: NamePool, number: int) -> str:
    """Return the family name that a number chooses, or the next that makes no famous name.

    Further numbers are draws about the same household, so that no other home's name depends on
    them.
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
        f"Every family name of locale {pool.locale!r} makes a famous name with {first!r}. "
        "Choose another people.locale."
    )


def _profiles(world: World, homes: Homes, instants: Ints, until_ms: int) -> pl.DataFrame:
    is_there = np.arange(PROFILES) < homes.profile_count[:, None]
    home, slot = np.nonzero(is_there & (instants[:, :1] < until_ms))
    key = within_home(homes.household[home], slot)
    is_kids = homes.kids_profile[home] == slot
    languages = pl.Series([PLACES[code].language for code in COUNTRIES])
    return frame(
        "log.profiles",
        {
            "profile_id": public(world.scenario.run.seed, "profile").apply(key),
            "account_id": _account_id(world, homes)[home],
            "valid_from": _profiles_since(world, key, slot, instants[home, 0]),
            "name": _profile_names(world, homes, home, key, is_kids),
            "is_kids": is_kids,
            "maturity": np.where(is_kids, _OLDER_KIDS, _ADULTS),
            "language": languages.gather(homes.country[home]),
        },
    )


def _profiles_since(world: World, key: Ints, slot: Ints, opened_ms: Ints) -> Ints:
    """Since when each profile exists: the first since the sign-up, others up to 40 days later.

    All exist by the first simulated day, or by the sign-up where that is later.
    """
    stream = Stream(world.scenario.run.seed, "people/records/profile_age")
    later_ms = np.where(slot == 0, 0, stream.below(key, 40 * DAY_MS))
    latest_ms = np.maximum(opened_ms, world.first_day * DAY_MS)
    return np.minimum(opened_ms + later_ms, latest_ms)


def _profile_names(world: World, homes: Homes, home: Ints, key: Ints, is_kids: Flags) -> pl.Series:
    """Labels as people type them; a kids profile has a child's name or a word for children."""
    draw = Stream(world.scenario.run.seed, "people/records/labels")
    is_odd = draw.happens(key, 0.16).tolist()
    number = draw.below(key, 1 << 30, n=1).tolist()
    locales = _locales(world, homes)
    labels = []
    for row, is_for_kids in enumerate(is_kids.tolist()):
        pool = profile_labels(locales[home[row]])
        choice, is_uneven = divmod(number[row], 2)
        is_word = is_odd[row] or (is_for_kids and is_uneven)
        words = pool.kids if is_for_kids else pool.adults
        choices = words if is_word else pool.first
        labels.append(choices[choice % len(choices)])
    return pl.Series(labels, dtype=pl.String)


def _households(world: World, homes: Homes) -> pl.DataFrame:
    zones = pl.Series([region.zone for _, region in world.regions])
    is_child = (homes.person_class >= TEEN) & (homes.person_class != ABSTAINER)
    return frame(
        "truth.households",
        {
            "account_id": _account_id(world, homes),
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
    own = _people_of_homes(world, homes, persons, memory)
    visiting = _people_elsewhere(guests.take(guests.age >= 0))
    everyone = _People.stack([own, visiting])
    everyone = everyone.take(np.argsort(everyone.home, kind="stable"))
    profile_key = within_home(homes.household[everyone.home], everyone.profile)
    return frame(
        "truth.persons",
        {
            "person_id": public(seed, "person").apply(everyone.key),
            "account_id": _account_id(world, homes)[everyone.home],
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
            "account_id": _account_id(world, homes),
            "actors": actors,
            "since": since,
        },
    )


assert (ADULT, TEEN, CHILD, INFANT) == (0, 1, 2, 3)
