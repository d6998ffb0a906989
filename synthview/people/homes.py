"""Homes: where a household is, who lives there, which profiles and devices they use."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Self

import numpy as np

from synthview.draws.chance import Shares, Stream, shares_of
from synthview.draws.quantiles import Quantiles
from synthview.ids import within_home
from synthview.people.ages import ABSTAINER, ADULT, CHILD, INFANT, PERSONS, TEEN, aged
from synthview.people.settings import PeopleSettings
from synthview.rows import Flags, Floats, Ints, Rows
from synthview.tables import COUNTRIES, DEVICE_TYPES, HOUSEHOLD_TYPES
from synthview.world import World
from synthview.world.countries import PLACES

__all__ = ["DEVICES", "PERSONS", "PROFILES", "Homes", "countries_of", "furnish", "regions_of"]

PROFILES, DEVICES = 5, 10
TV, SECOND_TV, COMPUTER, TABLET, FIRST_PHONE = 0, 1, 2, 3, 4

_TV_KINDS = ("tv", "console", "stick")
_TV_TYPES = np.array([DEVICE_TYPES.index(one) for one in _TV_KINDS])
_SLOTS = ("tv", "tv", "computer", "tablet", *("phone",) * PERSONS)
_DEVICE_TYPE = np.array([DEVICE_TYPES.index(one) for one in _SLOTS], dtype=np.int64)
"""Type of the device in each slot; `_devices` says of which sort a television is."""
_IN_EUROPE = np.array(
    [PLACES[one].regions[0].zone.startswith("Europe/") and one != "TR" for one in COUNTRIES]
)
"""Countries whose homes are those of the European Union; elsewhere they are those of the US."""
_COUPLE = 2
_FEWEST_A_YEAR, _MOST_DAYS = 1e-4, 1e5


@dataclass(frozen=True, slots=True)
class Homes(Rows):
    """One row per household; persons, profiles and devices are columns of fixed width (slots).

    `person_class` is (household, PERSONS), -1 for an empty slot; `profile_of` gives each person's
    profile slot; `device_type` is (household, DEVICES), -1 where there is none. From the local day
    `next_plan_day` on the plan is `next_plan`; from `own_profile_day` on the person in the slot
    `gets_profile` (-1 for nobody) has a profile of their own, the next one.
    """

    household: Ints
    region: Ints
    country: Ints
    zone: Ints
    household_type: Ints
    plan: Ints
    next_plan: Ints
    next_plan_day: Ints
    has_cat: Flags
    has_dog: Flags
    network: Ints
    person_class: Ints
    age: Ints
    profile_of: Ints
    profile_count: Ints
    kids_profile: Ints
    gets_profile: Ints
    own_profile_day: Ints
    device_type: Ints

    @property
    def persons(self) -> Flags:
        """Which person slots are filled, (household, PERSONS)."""
        return self.person_class >= 0

    def on_day(self, day: int) -> Self:
        """The homes with the plans and profiles that they have on a local day."""
        is_later = day >= self.next_plan_day
        home = np.flatnonzero((self.gets_profile >= 0) & (day >= self.own_profile_day))
        profile_of = self.profile_of
        if len(home):
            profile_of = profile_of.copy()
            profile_of[home, self.gets_profile[home]] = self.profile_count[home]
        plan = np.where(is_later, self.next_plan, self.plan)
        return replace(self, plan=plan, profile_of=profile_of)


def countries_of(world: World, household: Ints) -> Ints:
    """The country of each household, without the rest of its home."""
    return world.country_of_region[regions_of(world, household)]


def regions_of(world: World, household: Ints) -> Ints:
    """The region of each household, without the rest of its home."""
    draw = Stream(world.scenario.run.seed, "people/homes/region")
    return draw.pick(household, shares_of(world.region_shares))


def furnish(world: World, household: Ints) -> Homes:
    """Draw the homes of some households; each depends on its own number alone."""
    settings, seed = world.scenario.of(PeopleSettings), world.scenario.run.seed
    stream = _streams(seed)
    region = regions_of(world, household)
    country = world.country_of_region[region]
    kind = _kinds(stream("type"), settings, household, country)
    person_class, age = _persons(seed, settings, household, kind)
    profile_of, profile_count, kids_profile, gets_profile = _profiles(
        seed, settings, household, person_class
    )
    plan = _plans(stream("plan"), household, settings, person_class)
    has_cat, has_dog = _pets(stream, settings, household)
    first_day = np.full_like(household, world.first_day)
    homes = Homes(
        household=household,
        region=region,
        country=country,
        zone=world.zone_of_region[region],
        household_type=kind,
        plan=plan,
        next_plan=plan,
        next_plan_day=first_day,
        has_cat=has_cat,
        has_dog=has_dog,
        network=_networks(stream, settings, household),
        person_class=person_class,
        age=age,
        profile_of=profile_of,
        profile_count=profile_count,
        kids_profile=kids_profile,
        gets_profile=gets_profile,
        own_profile_day=first_day,
        device_type=_devices(seed, settings, household, person_class),
    )
    return _with_changes(homes, settings, stream)


def _streams(seed: int) -> Callable[[str], Stream]:
    """The streams of homes, by the name of what they decide."""
    return lambda name: Stream(seed, f"people/homes/{name}")


def _with_changes(homes: Homes, settings: PeopleSettings, stream: Callable[[str], Stream]) -> Homes:
    """The homes with the plan and the profile to come, and the days on which these do."""
    household, person_class, plan = homes.household, homes.person_class, homes.plan
    until_plan = _days_until_next(stream("next_plan_day"), settings, household)
    until_profile = _days_until_own_profile(stream("own_profile_day"), settings, household)
    return replace(
        homes,
        next_plan=_next_plans(stream("next_plan"), household, settings, person_class, plan),
        next_plan_day=homes.next_plan_day + until_plan,
        own_profile_day=homes.own_profile_day + until_profile,
    )


def _pets(
    stream: Callable[[str], Stream], settings: PeopleSettings, household: Ints
) -> tuple[Flags, Flags]:
    """Which homes have a cat, and which a dog."""
    has_cat = stream("has_cat").happens(household, settings.share_with_cat)
    has_dog = stream("has_dog").happens(household, settings.share_with_dog)
    return has_cat, has_dog


def _networks(stream: Callable[[str], Stream], settings: PeopleSettings, household: Ints) -> Ints:
    """How fast the network of each home is, in 1/1024 of the usual."""
    return stream("network").draw(household, _speeds(settings.network_spread))


@cache
def _speeds(spread: float) -> Quantiles:
    return Quantiles.lognormal(1024, spread, high=1024 * 12)


def _kinds(stream: Stream, settings: PeopleSettings, household: Ints, country: Ints) -> Ints:
    """The type of each household, as its code: in Europe more people live alone than elsewhere."""
    of_countries = (settings.household_types, settings.household_types_in_europe)
    rows = tuple(
        tuple(shares.get(name, 0.0) for name in HOUSEHOLD_TYPES) for shares in of_countries
    )
    in_europe = _IN_EUROPE[country].astype(np.int64)
    return stream.pick(household, shares_of(rows), row=in_europe)


def _persons(seed: int, settings: PeopleSettings, household: Ints, kind: Ints) -> tuple[Ints, Ints]:
    """Class and age of each person slot: adults first, some of whom abstain, then children."""
    adults = Stream(seed, "people/homes/adults")
    children = Stream(seed, "people/homes/children")
    adult_count = 1 + adults.pick(household, _adults(settings), row=kind)
    child_count = children.pick(household, _children(settings), row=kind)
    person_class, age = aged(seed, settings, household, adult_count, child_count)
    abstaining = Stream(seed, "people/homes/one_adult_watches")
    return _abstaining(abstaining, settings, household, person_class), age


def _adults(settings: PeopleSettings) -> Shares:
    """For each type of household the shares of those with one, two, three and four adults."""
    with_grown_up = settings.couples_with_grown_up_child
    return _of_types(
        {
            "couple": (0, 1, 0, 0),
            "couple_with_children": (0, 1 - with_grown_up, with_grown_up, 0),
            "family": (0, *settings.adults_in_families.values()),
            "housemates": (0, *settings.housemates.values()),
        }
    )


def _children(settings: PeopleSettings) -> Shares:
    """For each type of household the shares of those with no child, one, two and three."""
    return _of_types(
        {
            "couple_with_children": (0, *settings.children_of_couples.values()),
            "single_parent": (0, *settings.children_of_single_parents.values()),
            "family": (*settings.children_in_families.values(), 0),
        }
    )


def _of_types(shares: Mapping[str, tuple[float, ...]]) -> Shares:
    """Shares for each type of household; types without any have the first of the four."""
    return shares_of(tuple(shares.get(name, (1, 0, 0, 0)) for name in HOUSEHOLD_TYPES))


def _abstaining(
    stream: Stream, settings: PeopleSettings, household: Ints, person_class: Ints
) -> Ints:
    """The classes of all, where in many homes one adult alone has to do with the service."""
    is_adult = person_class == ADULT
    of_two, of_many = settings.one_adult_watches, settings.one_adult_of_many_watches
    are_many = np.count_nonzero(is_adult, axis=1) > _COUPLE
    is_left_to_one = stream.happens(household, np.where(are_many, of_many, of_two))
    is_adult[:, 0] = False
    return np.where(is_adult & is_left_to_one[:, None], ABSTAINER, person_class)


def _plans(stream: Stream, household: Ints, settings: PeopleSettings, person_class: Ints) -> Ints:
    """Homes in which more people watch than the settings say are not on the plan of one stream."""
    plan = stream.pick(household, shares_of(tuple(settings.plans.values())))
    return np.where(_is_crowded(settings, person_class) & (plan == 0), 1, plan)


def _is_crowded(settings: PeopleSettings, person_class: Ints) -> Flags:
    """Whether more people watch than will share one stream."""
    watches = (person_class >= 0) & (person_class != ABSTAINER)
    return watches.sum(axis=1) > settings.people_on_one_stream


def _next_plans(
    stream: Stream, household: Ints, settings: PeopleSettings, person_class: Ints, plan: Ints
) -> Ints:
    """The plan that each home changes to one day: one more or one less, where there is one."""
    goes_up = stream.happens(household, settings.plan_goes_up)
    most = len(settings.plans) - 1
    is_lowest = (plan == 0) | ((plan == 1) & _is_crowded(settings, person_class))
    goes_up = (goes_up | is_lowest) & (plan < most)
    return np.where(goes_up, plan + 1, plan - 1)


def _days_until_next(stream: Stream, settings: PeopleSettings, household: Ints) -> Ints:
    """After how many days each home changes its plan; each does so once at most."""
    mean_days = 365.0 / max(settings.plan_changes_per_year, _FEWEST_A_YEAR)
    return 1 + stream.draw(household, _waits(mean_days))


@cache
def _waits(mean_days: float) -> Quantiles:
    """Days until something that comes at a steady rate."""
    return Quantiles.exponential(mean_days, high=_MOST_DAYS)


def _profiles(
    seed: int, settings: PeopleSettings, household: Ints, person_class: Ints
) -> tuple[Ints, Ints, Ints, Ints]:
    """Profile slot of each person, number of profiles, slot of the kids profile, who gets one.

    The last two are -1 for none.
    """
    has_own = _own_profiles(seed, settings, household, person_class)
    number = np.cumsum(has_own, axis=1) - 1
    count = np.minimum(has_own.sum(axis=1), PROFILES - 1)
    is_child = person_class == CHILD
    kids_stream = Stream(seed, "people/profiles/kids")
    wants_kids = kids_stream.happens(household, settings.kids_profile)
    has_kids = is_child.any(axis=1) & wants_kids
    is_small = is_child | (person_class == INFANT)
    uses_kids = is_small & has_kids[:, None]
    own_or_first = np.where(has_own, np.minimum(number, PROFILES - 2), 0)
    profile_of = np.where(uses_kids, count[:, None], own_or_first)
    profile_count = count + has_kids
    return (
        profile_of,
        profile_count,
        np.where(has_kids, count, -1),
        _who_gets_a_profile(person_class, profile_of, profile_count),
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


def _who_gets_a_profile(person_class: Ints, profile_of: Ints, profile_count: Ints) -> Ints:
    """The first person of each home who shares the first profile, where there is room."""
    watches = (person_class >= 0) & (person_class <= CHILD)
    shares = watches & (profile_of == 0)
    shares[:, 0] = False
    may = shares.any(axis=1) & (profile_count < PROFILES)
    return np.where(may, shares.argmax(axis=1), -1)


def _days_until_own_profile(stream: Stream, settings: PeopleSettings, household: Ints) -> Ints:
    """After how many days somebody of each home gets a profile of their own."""
    mean_days = 365.0 / max(settings.profiles_added_per_year, _FEWEST_A_YEAR)
    return 1 + stream.draw(household, _waits(mean_days))


def _devices(seed: int, settings: PeopleSettings, household: Ints, person_class: Ints) -> Ints:
    """Type of the device in each slot, -1 where there is none."""
    device_type = np.tile(_DEVICE_TYPE, (len(household), 1))
    stream = Stream(seed, "people/devices/tv_type")
    kinds = shares_of(tuple(settings.tv_kinds[one] for one in _TV_KINDS))
    for slot in (TV, SECOND_TV):
        kind = stream.pick(household, kinds, n=slot)
        device_type[:, slot] = _TV_TYPES[kind]
    is_alike = stream.happens(household, settings.second_tv_alike, n=2)
    device_type[is_alike, SECOND_TV] = device_type[is_alike, TV]
    has_device = _owned(seed, settings, household, person_class)
    return np.where(has_device, device_type, -1)


def _owned(seed: int, settings: PeopleSettings, household: Ints, person_class: Ints) -> Flags:
    """Which device slots are filled; a home without any device has a computer."""
    has = np.zeros((len(household), DEVICES), dtype=bool)

    def draw(slot: int, share: float | Floats) -> None:
        stream = Stream(seed, "people/devices/has")
        has[:, slot] = stream.happens(household, share, n=slot)

    draw(TV, settings.share_with_tv)
    draw(SECOND_TV, settings.share_with_second_tv)
    draw(COMPUTER, settings.share_with_computer)
    draw(TABLET, settings.share_with_tablet)
    has[:, SECOND_TV] &= has[:, TV]
    for person in range(PERSONS):
        its_class = person_class[:, person]
        may = (its_class == ADULT) | (its_class == TEEN)
        draw(FIRST_PHONE + person, np.where(may, settings.share_with_phone, 0.0))
    has_none = ~has.any(axis=1)
    has[:, COMPUTER] |= has_none
    return has
