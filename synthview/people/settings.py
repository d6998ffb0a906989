"""Settings of the people: households, persons, profiles, devices and subscriptions."""

from __future__ import annotations

from synthview.scenario.settings import GUESS, curve, fact, number, section, shares

__all__ = ["PeopleSettings"]


@section
class PeopleSettings:
    """Who lives where, with what, and on which plan."""

    household_types: dict[str, float] = shares(
        {
            "alone": 0.275, "couple": 0.27, "couple_with_children": 0.215,
            "single_parent": 0.115, "family": 0.067, "housemates": 0.058,
        },
        source="S15-alone",
        about="Types of homes with an account outside Europe, as in the United States (S14, S15); "
              "S18 finds children of 6 to 17 in 30 to 34 % of using homes, so that single parents "
              "are more than among all homes.",
    )
    household_types_in_europe: dict[str, float] = shares(
        {
            "alone": 0.335, "couple": 0.23, "couple_with_children": 0.165,
            "single_parent": 0.05, "family": 0.135, "housemates": 0.085,
        },
        source="S16-1",
        about="Types of homes with an account in Europe; with these their sizes are those of the "
              "European Union (S16).",
    )
    couples_with_grown_up_child: float = number(
        0.1, unit="share", allowed=(0, 1), low=0.05, high=0.2, source=GUESS, scale="logit",
        about="Couples with children with whom a third adult lives.",
    )
    adults_in_families: dict[str, float] = shares(
        {"two": 0.30, "three": 0.45, "four": 0.25}, source=GUESS,
        about="Adults in homes of other relatives, such as parents with grown-up children.",
    )
    housemates: dict[str, float] = shares(
        {"two": 0.55, "three": 0.30, "four": 0.15}, source=GUESS,
        about="Adults in homes of people who are no family.",
    )
    children_of_couples: dict[str, float] = shares(
        {"one": 0.42, "two": 0.41, "three": 0.17}, source="S16-4",
        about="Children of couples that have any.",
    )
    children_of_single_parents: dict[str, float] = shares(
        {"one": 0.50, "two": 0.35, "three": 0.15}, source=GUESS,
        about="Children of single parents.",
    )
    children_in_families: dict[str, float] = shares(
        {"none": 0.60, "one": 0.25, "two": 0.15}, source=GUESS,
        about="Children in homes of other relatives.",
    )
    child_ages: dict[str, float] = shares(
        {"under_6": 0.23, "from_6": 0.43, "from_13": 0.34}, source="S18",
        about="Ages of children: under 6, 6 to 12, 13 to 17; homes with an account have more of "
              "school age (S18).",
    )
    adult_ages: tuple[float, ...] = curve(
        [18, 25, 36, 47, 60, 75, 90], unit="years", source=GUESS,
        about="Ages below which 0, 12, 40, 65, 85, 97 and 100 % of adults without children are.",
    )
    ages_at_first_child: tuple[float, ...] = curve(
        [18, 23, 29, 35, 45], unit="years", source=GUESS,
        about="Ages below which 0, 15, 50, 85 and 100 % of parents had their eldest child.",
    )
    years_between_partners: float = number(
        4, unit="years", allowed=(0, 30), low=2, high=8, source=GUESS,
        about="How far the ages of two adults without children are from one in the middle at most.",
    )
    one_adult_watches: float = number(
        0.9, unit="share of homes", allowed=(0, 1), low=0.5, high=0.95, source="S22-1",
        scale="logit",
        about="Homes of two adults in which one alone uses the service, and the other never does; "
              "with all adults of a home 11 % of users had an account to themselves, not 35 %.",
    )
    one_adult_of_many_watches: float = number(
        0.55, unit="share of homes", allowed=(0, 1), low=0.2, high=0.9, source="S22-4",
        scale="logit",
        about="The same of homes of three adults or more: of users 19 % share with three others "
              "or more, too many for homes in which one watches mostly.",
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
        about="Further persons who have a profile of their own; the others share the first, or "
              "the kids profile.",
    )
    kids_profile: float = number(
        0.75, unit="share", allowed=(0, 1), low=0.5, high=0.9, source=GUESS, scale="logit",
        about="Homes with a child of 2 to 12 that have a profile for kids.",
    )
    plans: dict[str, float] = shares(
        {"basic": 0.15, "standard": 0.60, "premium": 0.25}, source=GUESS,
        about="Plans of new accounts; no public figure for 2017 exists (see S23).",
    )
    plan_changes_per_year: float = number(
        0.08, unit="per account and year", allowed=(0, 10), low=0.03, high=0.2, source=GUESS,
        scale="log",
        about="Homes that change their plan, each once at most.",
    )
    plan_goes_up: float = number(
        0.65, unit="share", allowed=(0, 1), low=0.5, high=0.8, source=GUESS, scale="logit",
        about="Changes of plan to one with more streams, where there is one.",
    )
    card_changes_per_year: float = number(
        0.09, unit="per account and year", allowed=(0, 10), low=0.03, high=0.3, source=GUESS,
        scale="log",
        about="Accounts that pay by another means from then on.",
    )
    email_changes_per_year: float = number(
        0.03, unit="per account and year", allowed=(0, 10), low=0.01, high=0.08, source=GUESS,
        scale="log",
        about="Accounts that get another e-mail address.",
    )
    payment: dict[str, float] = shares(
        {"card": 0.56, "debit": 0.20, "wallet": 0.17, "gift card": 0.07}, source=GUESS,
        about="Means of payment.",
    )
    second_locale: float = number(
        0.22, unit="share", allowed=(0, 1), low=0.15, high=0.3, source=GUESS, scale="logit",
        about="Homes with names of the second language of their country, where it has two.",
    )
    other_language: float = number(
        0.07, unit="share of profiles", allowed=(0, 1), low=0.03, high=0.15, source=GUESS,
        scale="logit",
        about="Profiles with menus in another language than the home's: that of where its people "
              "come from, or English.",
    )
    other_languages: dict[str, float] = shares(
        {"en-US": 0.3, "es-419": 0.28, "fr-FR": 0.09, "pt-BR": 0.08, "de-DE": 0.06, "zh-Hans": 0.05,
         "ar": 0.05, "pl-PL": 0.04, "hi-IN": 0.03, "ko-KR": 0.02},
        source=GUESS,
        about="Which language that is.",
    )
    mail_of_country: float = number(
        0.14, unit="share", allowed=(0, 1), low=0.05, high=0.3, source=GUESS, scale="logit",
        about="E-mail addresses with a provider of the country.",
    )
    mail_hosts: dict[str, float] = shares(
        {
            "mail.example": 0.46, "webmail.example": 0.17, "inbox.example": 0.15,
            "post.example": 0.08, "home.example": 0.06, "example.com": 0.04,
            "example.net": 0.025, "example.org": 0.015,
        },
        source=GUESS,
        about="Providers of all other addresses: a few have most people.",
    )
    email_styles: dict[str, float] = shares(
        {
            "first.family": 0.26, "firstfamily": 0.11, "initialfamily": 0.09,
            "family.first": 0.05, "first_family": 0.05, "first.family+number": 0.12,
            "first+year": 0.13, "firstinitial+year": 0.07, "word+number": 0.07, "word+year": 0.05,
        },
        source=GUESS,
        about="What stands before the @, as people make it up.",
    )
    profile_names: dict[str, float] = shares(
        {"first_name": 0.74, "small_letters": 0.07, "short": 0.08, "initial": 0.03,
         "role": 0.05, "joke": 0.03},
        source=GUESS,
        about="Names of profiles of grown-ups: the first name of whose profile it is, in small "
              "letters, a short form, its initial, what they are in the family, or a joke.",
    )
    kids_profile_names: dict[str, float] = shares(
        {"word": 0.52, "first_name": 0.38, "joke": 0.10}, source=GUESS,
        about="Names of profiles for kids: the usual word, the name of a child, or something "
              "lovely.",
    )
    profiles_added_per_year: float = number(
        0.3, unit="per year", allowed=(0, 10), low=0.1, high=0.8, source=GUESS, scale="log",
        about="Homes in which somebody who shares the first profile gets one of their own, of "
              "those where somebody does.",
    )
    profiles_renamed_per_year: float = number(
        0.04, unit="per profile and year", allowed=(0, 10), low=0.01, high=0.1, source=GUESS,
        scale="log",
        about="Profiles that get another name.",
    )
    television_lasts_years: float = number(
        6.5, unit="years", allowed=(0.1, 100), low=4, high=9, source=GUESS, scale="log",
        about="How long a home has a television, console or stick, in the mean, before another "
              "takes its place.",
    )
    computer_lasts_years: float = number(
        5, unit="years", allowed=(0.1, 100), low=3.5, high=7, source=GUESS, scale="log",
        about="The same of computers.",
    )
    tablet_lasts_years: float = number(
        4, unit="years", allowed=(0.1, 100), low=3, high=6, source=GUESS, scale="log",
        about="The same of tablets.",
    )
    phone_lasts_years: float = number(
        2.4, unit="years", allowed=(0.1, 100), low=1.8, high=3.2, source=GUESS, scale="log",
        about="The same of phones.",
    )
    model_half_life_years: float = number(
        1.6, unit="years", allowed=(0.1, 20), low=1, high=3, source=GUESS, scale="log",
        about="After how long half as many of those who get a device get one of a given model.",
    )
    app_release_days: float = number(
        28, unit="days", allowed=(7, 365), low=14, high=60, source=GUESS, scale="log",
        about="Time between two versions of an application.",
    )
    app_update_days: float = number(
        5, unit="days", allowed=(0.1, 365), low=2, high=15, source=GUESS, scale="log",
        about="Median time until a device has a new version: updates reach devices bit by bit.",
    )
    app_update_spread: float = number(
        1.2, unit="log sd", allowed=(0, 3), low=0.8, high=1.6, source=GUESS,
        about="How much later some devices have it than others.",
    )
    people_on_one_stream: float = number(
        3, unit="people", allowed=(0, 6), low=1, high=4, source=GUESS,
        about="With more people who watch a home is not on the plan with one stream.",
    )
    network_spread: float = number(
        0.8, unit="log sd", allowed=(0, 3), low=0.5, high=1.2, source=GUESS,
        about="How the networks of homes differ in how often they stall.",
    )
    share_with_tv: float = number(
        0.875, unit="share", allowed=(0, 1), low=0.8, high=0.98, source="D08-stick", scale="logit",
        about="Households with a television set that can play the service (itself, by console or "
              "by stick): few enough for the three shares of D08.",
    )
    tv_kinds: dict[str, float] = shares(
        {"tv": 0.255, "console": 0.30, "stick": 0.445}, source="D08-stick",
        about="What plays the service on a television set: itself, a console, or a box or stick; "
              "with what guests bring, these give D08-stick, D08-stv and D08-con.",
    )
    share_with_second_tv: float = number(
        0.35, unit="share", allowed=(0, 1), low=0.2, high=0.5, source=GUESS, scale="logit",
        about="Homes with such a television set that have a second one.",
    )
    second_tv_alike: float = number(
        0.85, unit="share", allowed=(0, 1), low=0.3, high=0.95, source=GUESS, scale="logit",
        about="Second television sets that play it in the same way as the first; for the three "
              "shares of D08, which sum to 98 % of homes, most must.",
    )
    share_with_computer: float = number(
        0.74, unit="share", allowed=(0, 1), low=0.6, high=0.9, source=GUESS, scale="logit",
        about="Homes with a computer on which the service is used.",
    )
    share_with_tablet: float = number(
        0.38, unit="share", allowed=(0, 1), low=0.25, high=0.5, source=GUESS, scale="logit",
        about="Homes with a tablet on which the service is used.",
    )
    share_with_phone: float = number(
        0.63, unit="share", allowed=(0, 1), low=0.4, high=0.8, source="D07", scale="logit",
        about="Adults and teenagers who use the service on a phone too.",
    )
    growth_in_the_us: float = number(
        0.108, unit="share of accounts per year", allowed=(0, 5), low=0.09, high=0.125,
        source="S01e-us",
        about="Yearly growth of the accounts that run in the United States: 49.43 to 54.75 million "
              "in 2017.",
    )
    growth_elsewhere: float = number(
        0.416, unit="share of accounts per year", allowed=(0, 5), low=0.35, high=0.48,
        source="S01e-intl",
        about="Yearly growth of the accounts that run elsewhere: 44.37 to 62.83 million in 2017.",
    )
    sign_up_days: float = number(
        365, unit="days", allowed=(0, 4000), low=0, high=1000, source="choice",
        about="New accounts keep coming until so many days after the epoch; then every household "
              "has had one. The more days, the fewer of a run's households have one at its start.",
    )
    sign_up_months: tuple[float, ...] = curve(
        [1.1, 0.95, 0.9, 0.88, 0.86, 0.87, 0.82, 0.8, 0.78, 1.0, 1.2, 1.6],
        unit="times, from January on", source="S01d-us",
        about="How much more than at a steady rate homes join in each month: of the accounts "
              "won in 2017 the quarters had 20, 21, 22 and 35 %, in the United States 27, 20, 16 "
              "and 37 % (S01d-us).",
    )
    account_hours: tuple[float, ...] = curve(
        [1.4, 0.8, 0.5, 0.4, 0.4, 0.6, 1.2, 2.0, 3.0, 3.8, 4.3, 4.6,
         4.8, 4.8, 4.8, 5.0, 5.4, 6.0, 7.0, 8.4, 9.4, 9.4, 7.4, 4.2],
        unit="share", source=GUESS,
        about="At which local hours people open, change and cancel accounts, from midnight on.",
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
        about="A locale of Faker for all names, such as cs_CZ; empty: that of each country. Its "
              "names are gathered once and kept.",
    )
