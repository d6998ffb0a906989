"""What the people of an account are called, in the language of their home."""

from __future__ import annotations

import numpy as np

from synthview.draws.chance import Stream
from synthview.errors import SettingError
from synthview.ids import within_home
from synthview.people.homes import Homes
from synthview.people.settings import PeopleSettings
from synthview.pools import NamePool, names
from synthview.pools.renown import is_famous
from synthview.rows import Ints
from synthview.scenario import Scenario
from synthview.tables import COUNTRIES
from synthview.world import World
from synthview.world.countries import PLACES
from synthview.world.settings import WorldSettings

__all__ = ["first_names", "locales_of", "name_pools", "payer_names"]

_MOST_NAMES_TRIED = 64


def name_pools(scenario: Scenario) -> dict[str, str]:
    """Digests of the name pools that a scenario draws from, by locale."""
    chosen = scenario.of(PeopleSettings).locale
    shares = scenario.of(WorldSettings).country_shares
    lived_in = [code for code, share in shares.items() if share > 0]
    of_countries = {locale for code in lived_in for locale in PLACES[code].locales}
    locales = {chosen} if chosen else of_countries
    return {locale: names(locale).digest for locale in sorted(locales)}


def locales_of(world: World, homes: Homes) -> list[str]:
    """The locale of each home; some homes have the second one of their country."""
    settings = world.scenario.of(PeopleSettings)
    if settings.locale:
        return [settings.locale] * len(homes)
    stream = Stream(world.scenario.run.seed, "people/records/locale")
    is_second = stream.happens(homes.household, settings.second_locale)
    locales = []
    for code, second in zip(homes.country.tolist(), is_second.tolist(), strict=True):
        choices = PLACES[COUNTRIES[code]].locales
        locales.append(choices[-1 if second else 0])
    return locales


def first_names(world: World, homes: Homes, home: Ints, slot: Ints) -> list[str]:
    """First names of the persons in some slots of some homes; the first of a home is the payer."""
    draw = Stream(world.scenario.run.seed, "people/records/names")
    of_payer = draw.below(homes.household[home], 1 << 30)
    others = Stream(world.scenario.run.seed, "people/records/first_names")
    key = within_home(homes.household[home], slot)
    number = np.where(slot == 0, of_payer, others.below(key, 1 << 30)).tolist()
    locales = locales_of(world, homes)
    pools = [names(locales[row]).first for row in home.tolist()]
    return [pool[place % len(pool)] for pool, place in zip(pools, number, strict=True)]


def payer_names(world: World, homes: Homes) -> tuple[list[str], list[str]]:
    """First and family name of the payer of each account."""
    draw = Stream(world.scenario.run.seed, "people/records/names")
    everyone = np.arange(len(homes))
    first = first_names(
        world,
        homes,
        everyone,
        np.zeros_like(everyone),
    )
    number = draw.below(homes.household, 1 << 30, n=1).tolist()
    family = [
        _family_name(
            draw,
            household,
            first[row],
            names(locale),
            number[row],
        )
        for row, (household, locale) in enumerate(
            zip(homes.household.tolist(), locales_of(world, homes), strict=True)
        )
    ]
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
