"""Some homes: those of a larger run by number, and worlds whose homes are all of one kind."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from typing import Any

from synthview.errors import InputError, InvalidChoice, SettingError
from synthview.registry import installed
from synthview.scenario import Scenario, load
from synthview.tables import COUNTRIES, HOUSEHOLD_TYPES, PLANS

__all__ = ["homes_of_one", "some_homes", "with_room"]

NO_HOMES = ("bar", "shop", "waiting_room", "test_rig")
"""Types of households that nobody lives in: how many there are is up to actors."""
_HOUSEHOLDS = "run.households"


def homes_of_one(
    country: str | None,
    household_type: str | None,
    plan: str | None,
    stated: Mapping[str, Any] | None,
    dashes: str = "",
) -> Mapping[str, Any]:
    """Return settings by which all homes are of one country, type or plan, with those stated.

    `dashes` stand before the words as they were typed. Raises InvalidChoice for a word that is
    none, SettingError where the same setting is stated.
    """
    homes = [one for one in HOUSEHOLD_TYPES if one not in NO_HOMES]
    found: dict[str, Any] = {}
    if country is not None:
        shares = _all_of(f"{dashes}country", country.upper(), COUNTRIES)
        found["world.country_shares"] = shares
    if household_type is not None:
        option = f"{dashes}household-type" if dashes else "household_type"
        of_type = _all_of(option, household_type, homes)
        found["people.household_types"] = found["people.household_types_in_europe"] = of_type
    if plan is not None:
        found["people.plans"] = _all_of(f"{dashes}plan", plan, PLANS)
        found["people.plan_changes_per_year"] = "0"
        # Otherwise large homes are on no plan with one stream.
        found |= {"people.people_on_one_stream": "6"} if plan == PLANS[0] else {}
    if not found or not isinstance(stated, Mapping | None):
        return stated or {}  # what is no mapping is refused with the rest of an order
    return _with_those_stated(found, stated or {}, dashes)


def _with_those_stated(
    found: Mapping[str, Any], stated: Mapping[str, Any], dashes: str
) -> Mapping[str, Any]:
    if twice := sorted(found.keys() & stated.keys()):
        option = "an option of its own" if dashes else "a word of its own"
        raise SettingError(f"{twice[0]} is given twice, by {option} and by {dashes}set.")
    return {**found, **stated}


def _all_of(option: str, word: str, known: Sequence[str]) -> str:
    """Shares in which one of some words has everything."""
    if word not in known:
        raise InvalidChoice("value", word, known, option)
    return f"{{{word} = 1}}"


def some_homes(household: int | None, some: range | None) -> range | None:
    """One household by its number, or a range of them, as a range; raises InputError for both."""
    if household is None:
        return some
    if some is not None:
        raise InputError("household and household_range exclude each other. Keep one of them.")
    if type(household) is not int or household < 0:
        raise InputError(f"household is {household!r}; a whole number from 0 is needed.")
    return range(household, household + 1)


def with_room(some: range | None, scenario: Scenario, stated: Container[str]) -> Scenario:
    """The scenario with as many households as a range of them needs, unless their number is stated.

    Raises InputError for a range that does not rise, or that lies beyond a stated number.
    """
    if some is None:
        return scenario
    if not 0 <= some.start < some.stop or some.step != 1:
        raise InputError(
            f"--household-range is {some.start}:{some.stop - 1}; it rises, from 0 on, as 5000:5999."
        )
    of = scenario.run.households
    if some.stop <= of:
        return scenario
    if _HOUSEHOLDS in stated:
        raise InputError(
            f"--household-range asks for household {some.stop - 1:,}; of {of:,} the last is "
            f"{of - 1:,}. Ask for more --households, or leave that out."
        )
    return load(scenario, installed(), {_HOUSEHOLDS: some.stop})
