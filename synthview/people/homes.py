"""Homes: where a household is, who lives there, which profiles and devices they use."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synthview.draws.chance import Shares, Stream
from synthview.draws.quantiles import Quantiles
from synthview.ids import within_home
from synthview.people.settings import PeopleSettings
from synthview.rows import Flags, Ints, Rows
from synthview.tables import DEVICE_TYPES, HOUSEHOLD_TYPES
from synthview.world import World

__all__ = ["DEVICES", "PERSONS", "PROFILES", "Homes", "countries_of", "furnish"]

PERSONS, PROFILES, DEVICES = 6, 5, 10
TV, SECOND_TV, COMPUTER, TABLET, FIRST_PHONE = 0, 1, 2, 3, 4
ADULT, TEEN, CHILD, INFANT = 0, 1, 2, 3
"""Classes of person by age: 18 and over, 13 to 17, 2 to 12, under 2 (who does not watch)."""

_ADULTS = {
    "alone": (1, 0, 0, 0), "couple": (0, 1, 0, 0), "couple_with_children": (0, 0.9, 0.1, 0),
    "single_parent": (1, 0, 0, 0), "family": (0, 0.45, 0.35, 0.2), "housemates": (0, 0.55, 0.3, 0.15),
}  # fmt: skip
_CHILDREN = {
    "alone": (1, 0, 0, 0), "couple": (1, 0, 0, 0), "couple_with_children": (0, 0.4, 0.4, 0.2),
    "single_parent": (0, 0.55, 0.32, 0.13), "family": (0.6, 0.25, 0.15, 0), "housemates": (1, 0, 0, 0),
}  # fmt: skip
_ADULT_AGES = Quantiles.curve([(0.0, 18), (0.12, 25), (0.4, 36), (0.65, 47), (0.85, 60), (0.97, 75), (1.0, 90)])
_AGES_AT_FIRST_CHILD = Quantiles.curve([(0.0, 17), (0.15, 23), (0.5, 29), (0.85, 35), (1.0, 45)])
_TV_KINDS = Shares((30, 28, 40))  # smart TV, console, box or stick: sources D08-stv, D08-con, D08-stick
_HAS_DEVICE = {SECOND_TV: 0.38, COMPUTER: 0.74, TABLET: 0.42}  # guess
_HAS_PHONE = np.array([0.72, 0.72, 0.0, 0.0, 0.0])  # by class of person, the last for nobody; a guess that gives D07
_DEVICE_TYPE = [0, 0, DEVICE_TYPES.index("computer"), DEVICE_TYPES.index("tablet")] + [
    DEVICE_TYPES.index("phone")
] * PERSONS
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
    seed, settings = world.scenario.run.seed, world.scenario.of(PeopleSettings)

    def stream(name: str) -> Stream:
        return Stream(seed, f"people/homes/{name}")

    region = _region(world, household)
    names = tuple(settings.household_types)
    kind = stream("type").pick(household, Shares(settings.household_types.values()))
    person_class, age = _persons(seed, household, kind, names)
    profile_of, profile_count, kids = _profiles(seed, settings, household, person_class)
    network = Quantiles.lognormal(1024, 0.8, high=1024 * 12)
    return Homes(
        household=household,
        region=region,
        country=world.country_of_region[region],
        zone=world.zone_of_region[region],
        household_type=np.array([HOUSEHOLD_TYPES.index(name) for name in names])[kind],
        plan=_plans(stream("plan").pick(household, Shares(settings.plans.values())), person_class),
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


def _persons(seed: int, household: Ints, kind: Ints, names: tuple[str, ...]) -> tuple[Ints, Ints]:
    """Class and age of each person slot: adults first, then children."""
    adults = Stream(seed, "people/homes/adults").pick(household, Shares([_ADULTS[name] for name in names]), row=kind)
    children = Stream(seed, "people/homes/children").pick(
        household, Shares([_CHILDREN[name] for name in names]), row=kind
    )
    adults, slot = adults + 1, np.arange(PERSONS)
    key = within_home(household[:, None], slot[None, :])
    is_adult = slot[None, :] < adults[:, None]
    lives = slot[None, :] < np.minimum(adults + children, PERSONS)[:, None]
    ages = Stream(seed, "people/homes/age")
    young = ages.below(key, 18, n=3)
    oldest = np.where(lives & ~is_adult, young, 0).max(axis=1)[:, None]
    parents = np.maximum(oldest + ages.draw(key, _AGES_AT_FIRST_CHILD), 18)
    near = ages.draw(key[:, :1], _ADULT_AGES, n=1) + ages.below(key, 9, n=2) - 4
    couples = np.where(slot[None, :] < 2, np.maximum(near, 18), ages.draw(key, _ADULT_AGES))
    age = np.where(is_adult, np.where(children[:, None] > 0, parents, couples), young)
    person_class = np.select([~lives, age >= 18, age >= 13, age >= 2], [-1, ADULT, TEEN, CHILD], INFANT)
    return person_class, np.where(lives, age, -1)


def _plans(plan: Ints, person_class: Ints) -> Ints:
    """Homes with two streams' worth of people rarely stay on the plan with one (a guess)."""
    crowded = (person_class >= 0).sum(axis=1) > 3
    return np.where(crowded & (plan == 0), 1, plan)


def _profiles(seed: int, settings: PeopleSettings, household: Ints, person_class: Ints) -> tuple[Ints, Ints, Ints]:
    """Profile slot of each person, number of profiles, and the slot of the kids profile (-1: none)."""
    slot = np.arange(PERSONS)
    own = Stream(seed, "people/profiles/own").happens(
        within_home(household[:, None], slot[None, :]), settings.own_profile
    )
    own &= (person_class == ADULT) | (person_class == TEEN)
    own[:, 0] = True
    number = np.minimum(np.cumsum(own, axis=1) - 1, PROFILES - 2)
    count = np.minimum(own.sum(axis=1), PROFILES - 1)
    has_child = (person_class == CHILD).any(axis=1)
    has_kids = has_child & Stream(seed, "people/profiles/kids").happens(household, _KIDS_PROFILE)
    kids = np.where(has_kids, count, -1)
    profile_of = np.where(own, number, 0)
    is_small = (person_class == CHILD) | (person_class == INFANT)
    profile_of = np.where(is_small & has_kids[:, None], count[:, None], profile_of)
    return profile_of, count + has_kids, kids


def _devices(seed: int, settings: PeopleSettings, household: Ints, person_class: Ints) -> Ints:
    """Type of the device in each slot, -1 where there is none."""
    stream = Stream(seed, "people/devices/has")
    has = np.zeros((len(household), DEVICES), dtype=bool)
    has[:, TV] = stream.happens(household, settings.share_with_tv, n=TV)
    for slot, share in _HAS_DEVICE.items():
        has[:, slot] = stream.happens(household, share, n=slot)
    has[:, SECOND_TV] &= has[:, TV]
    for person in range(PERSONS):
        with_phone = _HAS_PHONE[person_class[:, person]]
        has[:, FIRST_PHONE + person] = stream.happens(household, with_phone, n=FIRST_PHONE + person)
    has[:, COMPUTER] |= ~has.any(axis=1)
    device_type = np.tile(np.array(_DEVICE_TYPE, dtype=np.int64), (len(household), 1))
    tv_type = np.array([DEVICE_TYPES.index(one) for one in ("tv", "console", "stick")])
    for slot in (TV, SECOND_TV):
        device_type[:, slot] = tv_type[Stream(seed, "people/devices/tv_type").pick(household, _TV_KINDS, n=slot)]
    return np.where(has, device_type, -1)
