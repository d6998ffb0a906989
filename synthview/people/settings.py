"""Settings of the people: households, persons, profiles, devices and subscriptions."""

from __future__ import annotations

from synthview.scenario.settings import GUESS, fact, number, section, shares

__all__ = ["PeopleSettings"]


@section
class PeopleSettings:
    """Who lives where, with what, and on which plan."""

    household_types: dict[str, float] = shares(
        {"alone": 0.22, "couple": 0.27, "couple_with_children": 0.27, "single_parent": 0.08, "family": 0.09, "housemates": 0.07},
        source="S15-alone",
        about="Types of homes with an account; of all US homes 28 % live alone, but S18 finds children in 30 to 34 % of using homes.",
    )
    share_with_cat: float = number(
        0.25, unit="share", allowed=(0, 1), low=0.2, high=0.3, source="N18-cat", scale="logit",
        about="Households with a cat.",
    )
    share_with_dog: float = number(
        0.38, unit="share", allowed=(0, 1), low=0.3, high=0.42, source="N18-dog", scale="logit",
        about="Households with a dog.",
    )
    own_profile: float = number(
        0.62, unit="share", allowed=(0, 1), low=0.4, high=0.8, source=GUESS, scale="logit",
        about="Further persons who have a profile of their own; the others share the first, or the kids profile.",
    )
    plans: dict[str, float] = shares(
        {"basic": 0.15, "standard": 0.60, "premium": 0.25}, source=GUESS,
        about="Plans of new accounts; no public figure for 2017 exists (see S23).",
    )
    share_with_tv: float = number(
        0.95, unit="share", allowed=(0, 1), low=0.9, high=0.98, source=GUESS, scale="logit",
        about="Households with a television set that can play the service (itself, by console or by stick).",
    )
    sign_ups_per_year: float = number(
        0.25, unit="share of accounts per year", allowed=(0, 5), low=0.2, high=0.3, source="S01e",
        about="Yearly growth: accounts that sign up for the first time.",
    )
    sign_up_days: float = number(
        60, unit="days", allowed=(0, 4000), low=0, high=365, source="choice",
        about="New accounts keep coming until so many days after the epoch; then every household has one.",
    )
    months_until_cancelled: float = number(
        40, unit="months", allowed=(0.5, 1000), low=25, high=60, source=GUESS, scale="log",
        about="Mean time an account stays before it is cancelled.",
    )
    months_until_return: float = number(
        8, unit="months", allowed=(0.5, 1000), low=3, high=14, source=GUESS, scale="log",
        about="Mean time a cancelled account stays away.",
    )
    locale: str = fact(
        "", source="choice",
        about="A locale of Faker for all names, such as cs_CZ; empty: that of each country. Its names are gathered once and kept.",
    )
