"""Settings of the scenario `prize`: how many rate, which films, when, and with how many stars."""

from __future__ import annotations

from synthview.scenario.settings import number, section

__all__ = ["FILMS_OF_THE_PRIZE", "RATERS_OF_THE_PRIZE", "PrizeSettings"]

RATERS_OF_THE_PRIZE, FILMS_OF_THE_PRIZE = 480_189, 17_770
"""The size of the published data set: R01 and R02 of calibration.csv."""


@section
class PrizeSettings:
    """How a service of DVDs by mail collects stars, and what some of its people say in public."""

    films: int = number(
        FILMS_OF_THE_PRIZE, unit="films", allowed=(50, 100_000), low=17_770, high=17_770,
        source="R02", about="Films that can be rated.",
    )
    draws_median: float = number(
        118.0, unit="films", allowed=(1, 5_000), low=100, high=130, source="R04",
        about="Films that the median account comes by; those it comes by twice count once, "
        "which leaves the published median of 96.", scale="log",
    )
    draws_spread: float = number(
        1.35, unit="log units", allowed=(0, 3), low=1.2, high=1.5, source="R03",
        about="How unlike accounts are in that number; the published mean is 209.",
    )
    popularity_fall: float = number(
        0.07, unit="per root of the rank", allowed=(0.001, 1), low=0.06, high=0.08,
        source="R05", about="How fast films are rated less, by the root of their rank: the "
        "median film has 561 ratings and the best known 232,944.",
    )
    kinds: int = number(
        20, unit="kinds", allowed=(1, 100), low=10, high=30, source="guess",
        about="Kinds of films; each account has two that it likes.",
    )
    of_own_kinds: float = number(
        0.35, unit="share", allowed=(0, 1), low=0.2, high=0.6, source="guess",
        about="Films that an account takes from the two kinds that it likes.",
    )
    newer_films: float = number(
        0.45, unit="share", allowed=(0, 1), low=0.3, high=0.6, source="guess",
        about="Films that appear while ratings are collected; the others were there before.",
    )
    years_before: float = number(
        14.0, unit="years", allowed=(1, 60), low=8, high=25, source="guess",
        about="Age of those others on average when the service began.",
    )
    first_day: float = number(
        0.3, unit="share", allowed=(0, 1), low=0.1, high=0.5, source="guess",
        about="Ratings that an account gives on the day on which it joins.",
    )
    ratings_per_day: float = number(
        8.0, unit="ratings", allowed=(1, 1_000), low=4, high=20, source="guess",
        about="Ratings on each of the other days on which an account rates.", scale="log",
    )
    leave: float = number(
        0.4, unit="share", allowed=(0, 1), low=0.2, high=0.6, source="guess",
        about="Accounts that stop rating before the end.",
    )
    by_film: float = number(
        0.28, unit="share of the variance", allowed=(0, 0.5), low=0.2, high=0.35, source="guess",
        about="Of how stars differ, what lies in the film.",
    )
    by_account: float = number(
        0.2, unit="share of the variance", allowed=(0, 0.5), low=0.15, high=0.25, source="guess",
        about="Of how stars differ, what lies in how generous an account is.",
    )
    perturbed: float = number(
        0.01, unit="share", allowed=(0, 1), low=0.0, high=0.05, source="guess",
        about="Ratings whose stars and date were changed before the release, as its README says "
        "that some were.",
    )
    perturbed_days: int = number(
        14, unit="days", allowed=(0, 365), low=3, high=60, source="guess",
        about="Days by which the date of such a rating is off at most.",
    )
    reviewers: float = number(
        0.02, unit="share of accounts", allowed=(0, 1), low=0.005, high=0.05, source="guess",
        about="Accounts of the release whose person also reviews films in public.",
    )
    strangers: float = number(
        1.0, unit="per reviewer", allowed=(0, 20), low=0.5, high=9, source="guess",
        about="Public reviewers with an account that is not in the release, for each who is in it.",
    )
    reviews: float = number(
        8.0, unit="reviews", allowed=(1, 200), low=4, high=30, source="guess",
        about="Reviews of a reviewer on average; one at least.", scale="log",
    )
    unrated: float = number(
        0.15, unit="share", allowed=(0, 1), low=0.05, high=0.4, source="guess",
        about="Reviews of films that the reviewer never rated at the service.",
    )
    other_stars: float = number(
        0.25, unit="share", allowed=(0, 1), low=0.1, high=0.4, source="guess",
        about="Reviews with a star more or less than the rating.",
    )
    days_apart: float = number(
        10.0, unit="days", allowed=(0, 1_000), low=3, high=60, source="guess",
        about="Days between rating and review on average, either way.", scale="log",
    )
