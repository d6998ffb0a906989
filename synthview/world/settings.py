"""Settings of the world: the catalogue, how popular titles are, and the countries."""

from __future__ import annotations

from synthview.scenario.settings import GUESS, curve, number, section, shares
from synthview.tables import COUNTRIES

__all__ = ["CatalogueSettings", "WorldSettings"]


@section
class CatalogueSettings:
    """What there is to watch."""

    film_count: int = number(
        4010, unit="films", allowed=(20, 200_000), low=3000, high=6000, source="P14-film",
        scale="log",
        about="Films in the catalogue over the whole scenario.",
    )
    series_count: int = number(
        1569, unit="series", allowed=(5, 100_000), low=1225, high=2500, source="P14-tv",
        scale="log",
        about="Series in the catalogue over the whole scenario.",
    )
    seasons_per_series: float = number(
        2.4, unit="seasons", allowed=(1, 12), low=1.8, high=3.2, source=GUESS,
        about="Mean number of seasons of a series.",
    )
    film_runtime_minutes: float = number(
        104, unit="minutes", allowed=(10, 400), low=102, high=106, source="P15",
        about="Median length of a film.",
    )
    film_runtime_spread: float = number(
        0.165, unit="log sd", allowed=(0, 1), low=0.14, high=0.2, source="P15-p90",
        about="Spread of film lengths: 10 % are shorter than 86 and 10 % longer than 131 minutes.",
    )
    season_hours: float = number(
        5.3, unit="hours", allowed=(0.5, 100), low=4.5, high=6, source="P16",
        about="Median length of a season.",
    )
    season_hours_spread: float = number(
        0.81, unit="log sd", allowed=(0, 2), low=0.7, high=0.95, source="P16-p90",
        about="Spread of season lengths: 10 % are shorter than 1.9 and 10 % longer than 15.2 "
              "hours.",
    )
    share_of_originals: float = number(
        0.14, unit="share", allowed=(0, 1), low=0.05, high=0.15, source=GUESS, scale="logit",
        about="Share of works made for the service, with a release date within the last three "
              "years.",
    )
    share_of_kids_works: float = number(
        0.10, unit="share", allowed=(0, 1), low=0.07, high=0.15, source="P24", scale="logit",
        about="Share of works made for children.",
    )
    share_in_each_country: float = number(
        0.72, unit="share", allowed=(0.05, 1), low=0.5, high=0.9, source=GUESS, scale="logit",
        about="Share of licensed works that a country's catalogue has; originals are everywhere.",
    )


@section
class WorldSettings:
    """How liked titles are, from day to day and from country to country."""

    film_popularity_exponent: float = number(
        1.5, unit="exponent", allowed=(0, 4), low=1.3, high=1.7, source="P06-10",
        about="How steeply the hours of films fall with rank (Zipf-Mandelbrot); P07's 1.11 to "
              "1.27 holds for the upper part of 9,360 films, our 4,010 end sooner.",
    )
    film_popularity_offset: float = number(
        85, unit="ranks", allowed=(0, 10_000), low=50, high=140, source="P06-1", scale="log",
        about="How many leading films share the top about equally.",
    )
    series_popularity_exponent: float = number(
        1.7, unit="exponent", allowed=(0, 4), low=1.3, high=2.2, source="P04",
        about="How steeply the starts of series fall with rank; with it the leading tenth of "
              "films and seasons takes 71 % of hours.",
    )
    series_popularity_offset: float = number(
        90, unit="ranks", allowed=(0, 10_000), low=40, high=150, source="P09", scale="log",
        about="How many leading series share the top about equally.",
    )
    release_lift: float = number(
        5.0, unit="times", allowed=(0, 1000), low=4, high=20, source="P18-new", scale="log",
        about="How much more a new title is picked on its first day than it will be in the long "
              "run.",
    )
    decay_days: float = number(
        60, unit="days", allowed=(1, 1000), low=25, high=70, source="P17-1", scale="log",
        about="After how many days a new title's lift has halved for the first time.",
    )
    country_taste: float = number(
        0.45, unit="log sd", allowed=(0, 3), low=0.3, high=1.0, source=GUESS,
        about="How differently countries like the same title.",
    )
    christmas_lift: float = number(
        6.2, unit="times", allowed=(1, 100), low=4, high=9, source="P19", scale="log",
        about="Hours of Christmas titles in July to December against January to June.",
    )
    country_shares: dict[str, float] = shares(
        {
            "US": 0.483, "GB": 0.075, "CA": 0.060, "BR": 0.070, "MX": 0.055, "DE": 0.040,
            "FR": 0.032, "AU": 0.026, "NL": 0.022, "SE": 0.018, "NO": 0.012, "DK": 0.011,
            "FI": 0.009, "ES": 0.014, "IT": 0.012, "AR": 0.016, "CO": 0.011, "CL": 0.007,
            "JP": 0.009, "IN": 0.005, "PL": 0.004, "PT": 0.002, "TR": 0.003, "BE": 0.004,
        },
        source="S01d-us", options=COUNTRIES,
        about="Where accounts live; the United States from S01d-us, the others a guess.",
    )
    month_lift: tuple[float, ...] = curve(
        [1.76, 0.87, 0.86, 0.84, 0.82, 0.83, 0.86, 0.87, 0.85, 0.87, 0.92, 1.65],
        unit="times", source="T04",
        about="How much more is watched in each month, January first, 1 in the mean of a year; "
              "more than T04, as who comes every day cannot come more often and accounts grow.",
    )
    holiday_lift: float = number(
        1.25, unit="times", allowed=(0.1, 10), low=1.05, high=1.6, source=GUESS,
        about="How much more is watched on a public holiday; T08 says only that 1 January was the "
              "busiest day.",
    )
    mood_of_day: float = number(
        0.035, unit="log sd", allowed=(0, 1), low=0.02, high=0.05, source=GUESS,
        about="How days of one country differ beyond month and weekday: weather, a match.",
    )
    mood_of_week: float = number(
        0.025, unit="log sd", allowed=(0, 1), low=0.01, high=0.05, source=GUESS,
        about="How its weeks differ beyond the month: a spell of weather, the talk of the week.",
    )
    outages_per_region_year: float = number(
        3.0, unit="per region and year", allowed=(0, 1000), low=0.5, high=8, source=GUESS,
        scale="log",
        about="Regional network outages.",
    )
    outage_minutes: float = number(
        50, unit="minutes", allowed=(1, 10_000), low=15, high=180, source=GUESS, scale="log",
        about="Median length of a regional outage.",
    )
