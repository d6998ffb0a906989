"""Homes: where a household is, who lives there, which profiles and devices they use."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synthview.draws.chance import Shares, Stream
from synthview.draws.quantiles import Quantiles
from synthview.ids import within_home
from synthview.people.settings import PeopleSettings
from synthview.rows import Flags, Floats, Ints, Rows
from synthview.tables import DEVICE_TYPES, HOUSEHOLD_TYPES
from synthview.world import World

__all__ = ["DEVICES", "PERSONS", "PROFILES", "Homes", "countries_of", "furnish"]

PERSONS, PROFILES, DEVICES = 6, 5, 10
TV, SECOND_TV, COMPUTER, TABLET, FIRST_PHONE = 0, 1, 2, 3, 4
ADULT, TEEN, CHILD, INFANT = 0, 1, 2, 3
"""Classes of person by age: 18 and over, 13 to 17, 2 to 12, under 2 (who does not watch)."""

_ADULTS = {
    "alone": (1, 0, 0, 0),
    "couple": (0, 1, 0, 0),
    "couple_with_children": (0, 0.9, 0.1, 0),
    "single_parent": (1, 0, 0, 0),
    "family": (0, 0.45, 0.35, 0.2),
    "housemates": (0, 0.55, 0.3, 0.15),
}
"""Shares of homes with one, two, three and four adults."""
_CHILDREN = {
    "alone": (1, 0, 0, 0),
    "couple": (1, 0, 0, 0),
    "couple_with_children": (0, 0.4, 0.4, 0.2),
    "single_parent": (0, 0.55, 0.32, 0.13),
    "family": (0.6, 0.25, 0.15, 0),
    "housemates": (1, 0, 0, 0),
}
"""Shares of homes with no child, one, two and three."""
_ADULT_AGES = Quantiles.curve(
    [(0.0, 18), (0.12, 25), (0.4, 36), (0.65, 47), (0.85, 60), (0.97, 75), (1.0, 90)]
)
_AGES_AT_FIRST_CHILD = Quantiles.curve([(0.0, 17), (0.15, 23), (0.5, 29), (0.85, 35), (1.0, 45)])
_TV_TYPES = np.array([DEVICE_TYPES.index(one) for one in ("tv", "console", "stick")])
_TV_KINDS = Shares((30, 28, 40))
"""Smart TV, console, box or stick: sources D08-stv, D08-con, D08-stick."""
_HAS_DEVICE = {SECOND_TV: 0.38, COMPUTER: 0.74, TABLET: 0.42}  # guess
_HAS_PHONE = np.array([0.72, 0.72, 0.0, 0.0, 0.0])
"""By class of person, the last for nobody; a guess that gives D07."""
_SLOTS = ("tv", "tv", "computer", "tablet", *("phone",) * PERSONS)
_DEVICE_TYPE = np.array([DEVICE_TYPES.index(one) for one in _SLOTS], dtype=np.int64)
"""Type of the device in each slot; `_devices` says of which sort a television is."""
_KIDS_PROFILE = 0.75  # guess: homes with a child of 2 to 12 that set up a kids profile


@dataclass(frozen=True, slots=True)
class Homes(Rows):
    """One row per household; persons, profiles and devices are columns of fixed width (slots).

    `person_class` is (household, PERSONS), -1 for an empty slot; `profile_of` gives each person's
    profile slot; `device_type` is (household, DEVICES), -1 where there is none.
    """

    household: Ints
    region: Ints
    country: Ints
    zone: Ints
    household_type: Ints
    plan: Ints
    has_cat: Flags
    has_dog: Flags
    network: Ints
    person_class: Ints
    age: Ints
    profile_of: Ints
    profile_count: Ints
    kids_profile: Ints
    device_type: Ints

    @property
    def persons(self) -> Flags:
        """Which person slots are filled, (household, PERSONS)."""
        return self.person_class >= 0


def countries_of(world: World, household: Ints) -> Ints:
    """The country of each household, without the rest of its home."""
    return world.country_of_region[_region(world, household)]


def _region(world: World, household: Ints) -> Ints:
    draw = Stream(world.scenario.run.seed, "people/homes/region")
    return draw.pick(household, Shares(world.region_shares))


def furnish(world: World, household: Ints) -> Homes:
    """Draw the homes of some households; each depends on its own number alone."""
    settings = world.scenario.of(PeopleSettings)
    seed = world.scenario.run.seed

    def stream(name: str) -> Stream:
        return Stream(seed, f"people/homes/{name}")

    region = _region(world, household)
    types = tuple(settings.household_types)
    kind = stream("type").pick(household, Shares(settings.household_types.values()))
    person_class, age = _persons(seed, household, kind, types)
    profile_of, profile_count, kids = _profiles(seed, settings, household, person_class)
    network = Quantiles.lognormal(1024, 0.8, high=1024 * 12)
    return Homes(
        household=household,
        region=region,
        country=world.country_of_region[region],
        zone=world.zone_of_region[region],
        household_type=_codes(types)[kind],
        plan=_plans(stream("plan"), household, settings, person_class),
        has_cat=stream("has_cat").happens(household, settings.share_with_cat),
        has_dog=stream("has_dog").happens(household, settings.share_with_dog),
        network=stream("network").draw(household, network),
        person_class=person_class,
        age=age,
        profile_of=profile_of,
        profile_count=profile_count,
        kids_profile=kids,
        device_type=_devices(seed, settings, household, person_class),
    )


def _codes(types: tuple[str, ...]) -> Ints:
    """The code of each type of household."""
    return np.array([HOUSEHOLD_TYPES.index(name) for name in types])


def _persons(seed: int, household: Ints, kind: Ints, types: tuple[str, ...]) -> tuple[Ints, Ints]:
    """Class and age of each person slot: adults first, then children.

    `kind` is the place of each household's type in `types`.
    """
    adult_shares = Shares([_ADULTS[name] for name in types])
    child_shares = Shares([_CHILDREN[name] for name in types])
    adults = Stream(seed, "people/homes/adults")
    children = Stream(seed, "people/homes/children")
    adult_count = 1 + adults.pick(household, adult_shares, row=kind)
    child_count = children.pick(household, child_shares, row=kind)
    return _aged(seed, household, adult_count, child_count)


def _aged(seed: int, household: Ints, adult_count: Ints, child_count: Ints) -> tuple[Ints, Ints]:
    """Class and age of each person slot, when so many adults and children live in each home."""
    slot = np.arange(PERSONS)[None, :]
    key = within_home(household[:, None], slot)
    person_count = np.minimum(adult_count + child_count, PERSONS)
    is_adult = slot < adult_count[:, None]
    is_filled = slot < person_count[:, None]
    is_child = is_filled & ~is_adult
    ages = Stream(seed, "people/homes/age")
    of_children = ages.below(key, 18, n=3)
    oldest_child = np.where(is_child, of_children, 0).max(axis=1)
    of_parents = _parents_ages(ages, key, oldest_child)
    of_couples = _couples_ages(ages, key)
    has_children = child_count[:, None] > 0
    of_adults = np.where(has_children, of_parents, of_couples)
    age = np.where(is_adult, of_adults, of_children)
    return (
        _classes(age, is_filled),
        np.where(is_filled, age, -1),
    )


def _parents_ages(ages: Stream, key: Ints, oldest_child: Ints) -> Ints:
    """Ages of adults with children: those at the first child, and the years since."""
    at_first_child = ages.draw(key, _AGES_AT_FIRST_CHILD)
    return np.maximum(oldest_child[:, None] + at_first_child, 18)


def _couples_ages(ages: Stream, key: Ints) -> Ints:
    """Ages of adults without children: the first two are within four years of an age they share."""
    first_slot = key[:, :1]
    shared_age = ages.draw(first_slot, _ADULT_AGES, n=1)
    difference = ages.below(key, 9, n=2) - 4
    of_couple = np.maximum(shared_age + difference, 18)
    of_others = ages.draw(key, _ADULT_AGES)
    is_of_couple = np.arange(PERSONS) < 2
    return np.where(is_of_couple, of_couple, of_others)


def _classes(age: Ints, is_filled: Flags) -> Ints:
    """The class of each person by age, -1 for an empty slot."""
    by_age = np.select(
        [age >= 18, age >= 13, age >= 2],
        [ADULT, TEEN, CHILD],
        INFANT,
    )
    return np.where(is_filled, by_age, -1)


def _plans(stream: Stream, household: Ints, settings: PeopleSettings, person_class: Ints) -> Ints:
    """Homes with two streams' worth of people rarely stay on the plan with one (a guess)."""
    plan = stream.pick(household, Shares(settings.plans.values()))
    person_count = (person_class >= 0).sum(axis=1)
    is_crowded = person_count > 3
    return np.where(is_crowded & (plan == 0), 1, plan)


def _profiles(
    seed: int, settings: PeopleSettings, household: Ints, person_class: Ints
) -> tuple[Ints, Ints, Ints]:
    """Profile slot of each person, number of profiles, and slot of the kids profile (-1: none)."""
    has_own = _own_profiles(seed, settings, household, person_class)
    number = np.cumsum(has_own, axis=1) - 1
    count = np.minimum(has_own.sum(axis=1), PROFILES - 1)
    is_child = person_class == CHILD
    kids_stream = Stream(seed, "people/profiles/kids")
    wants_kids = kids_stream.happens(household, _KIDS_PROFILE)
    has_kids = is_child.any(axis=1) & wants_kids
    is_small = is_child | (person_class == INFANT)
    uses_kids = is_small & has_kids[:, None]
    own_or_first = np.where(has_own, np.minimum(number, PROFILES - 2), 0)
    return (
        np.where(uses_kids, count[:, None], own_or_first),
        count + has_kids,
        np.where(has_kids, count, -1),
    )


def _own_profiles(
    seed: int, settings: PeopleSettings, household: Ints, person_class: Ints
) -> Flags:
    """Which persons have a profile of their own: the first always, small children never."""
    slot = np.arange(PERSONS)[None, :]
    key = within_home(household[:, None], slot)
    stream = Stream(seed, "people/profiles/own")
    wants_own = stream.happens(key, settings.own_profile)
    is_grown = (person_class == ADULT) | (person_class == TEEN)
    has_own = is_grown & wants_own
    has_own[:, 0] = True
    return has_own


def _devices(seed: int, settings: PeopleSettings, household: Ints, person_class: Ints) -> Ints:
    """Type of the device in each slot, -1 where there is none."""
    device_type = np.tile(_DEVICE_TYPE, (len(household), 1))
    stream = Stream(seed, "people/devices/tv_type")
    for slot in (TV, SECOND_TV):
        kind = stream.pick(household, _TV_KINDS, n=slot)
        device_type[:, slot] = _TV_TYPES[kind]
    has_device = _owned(seed, settings, household, person_class)
    return np.where(has_device, device_type, -1)


def _owned(seed: int, settings: PeopleSettings, household: Ints, person_class: Ints) -> Flags:
    """Which device slots are filled; a home without any device has a computer."""
    has = np.zeros((len(household), DEVICES), dtype=bool)

    def draw(slot: int, share: float | Floats) -> None:
        stream = Stream(seed, "people/devices/has")
        has[:, slot] = stream.happens(household, share, n=slot)

    draw(TV, settings.share_with_tv)
    for slot, share in _HAS_DEVICE.items():
        draw(slot, share)
    has[:, SECOND_TV] &= has[:, TV]
    for person in range(PERSONS):
        its_class = person_class[:, person]
        draw(FIRST_PHONE + person, _HAS_PHONE[its_class])
    has_none = ~has.any(axis=1)
    has[:, COMPUTER] |= has_none
    return has
