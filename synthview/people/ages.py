"""How old the people of a home are, and of which class that makes them."""

from __future__ import annotations

from functools import cache

import numpy as np

from synthview.draws.chance import Stream, shares_of
from synthview.draws.quantiles import Quantiles
from synthview.ids import within_home
from synthview.people.settings import PeopleSettings
from synthview.rows import Flags, Ints

__all__ = ["ABSTAINER", "ADULT", "CHILD", "INFANT", "PERSONS", "TEEN", "aged"]

PERSONS = 6
"""Slots for people in a home."""
ADULT, TEEN, CHILD, INFANT, ABSTAINER = 0, 1, 2, 3, 4
"""Classes of person: 18 and over, 13 to 17, 2 to 12, under 2 (who does not watch), and adults who
never use this service."""

_AGE_SHARES = (0.0, 0.12, 0.4, 0.65, 0.85, 0.97, 1.0)
_PARENT_SHARES = (0.0, 0.15, 0.5, 0.85, 1.0)
"""Of how many adults the ages in the settings are the oldest."""
_CHILD_AGES = ((0, 6), (6, 13), (13, 18))
"""The first age of each class of children in the settings, and the one after its last."""


def aged(
    seed: int, settings: PeopleSettings, household: Ints, adult_count: Ints, child_count: Ints
) -> tuple[Ints, Ints]:
    """Class and age of each person slot, when so many adults and children live in each home."""
    slot = np.arange(PERSONS)[None, :]
    key = within_home(household[:, None], slot)
    person_count = np.minimum(adult_count + child_count, PERSONS)
    is_adult = slot < adult_count[:, None]
    is_filled = slot < person_count[:, None]
    is_child = is_filled & ~is_adult
    ages = Stream(seed, "people/homes/age")
    of_children = _childrens_ages(ages, settings, key)
    oldest_child = np.where(is_child, of_children, 0).max(axis=1)
    of_parents = _parents_ages(ages, settings, key, oldest_child)
    of_couples = _couples_ages(ages, settings, key)
    has_children = child_count[:, None] > 0
    of_adults = np.where(has_children, of_parents, of_couples)
    age = np.where(is_adult, of_adults, of_children)
    return (
        _classes(age, is_filled),
        np.where(is_filled, age, -1),
    )


def _childrens_ages(ages: Stream, settings: PeopleSettings, key: Ints) -> Ints:
    """Ages of children: of a class, and any within it."""
    first, stop = np.array(_CHILD_AGES).T
    of_class = ages.pick(key, shares_of(tuple(settings.child_ages.values())), n=4)
    lasts = (stop - first)[of_class]
    return first[of_class] + ages.below(key, lasts, n=3)


def _parents_ages(ages: Stream, settings: PeopleSettings, key: Ints, oldest_child: Ints) -> Ints:
    """Ages of adults with children: those at the first child, and the years since."""
    table = _rising(_PARENT_SHARES, settings.ages_at_first_child)
    at_first_child = ages.draw(key, table)
    return np.maximum(oldest_child[:, None] + at_first_child, 18)


def _couples_ages(ages: Stream, settings: PeopleSettings, key: Ints) -> Ints:
    """Ages of adults without children: the first two are within some years of an age they share."""
    table = _rising(_AGE_SHARES, settings.adult_ages)
    first_slot = key[:, :1]
    shared_age = ages.draw(first_slot, table, n=1)
    most = int(settings.years_between_partners)
    difference = ages.below(key, 2 * most + 1, n=2) - most
    of_couple = np.maximum(shared_age + difference, 18)
    of_others = ages.draw(key, table)
    is_of_couple = np.arange(PERSONS) < 2
    return np.where(is_of_couple, of_couple, of_others)


@cache
def _rising(shares: tuple[float, ...], ages: tuple[float, ...]) -> Quantiles:
    """A table of ages, from those below which some shares of people are."""
    oldest = np.clip(np.maximum.accumulate(ages), 18, 95).tolist()
    return Quantiles.curve(list(zip(shares, oldest, strict=True)))


def _classes(age: Ints, is_filled: Flags) -> Ints:
    """The class of each person by age, -1 for an empty slot."""
    by_age = np.select(
        [age >= 18, age >= 13, age >= 2],
        [ADULT, TEEN, CHILD],
        INFANT,
    )
    return np.where(is_filled, by_age, -1)
