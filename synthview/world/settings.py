"""Settings of the world: how popular titles are, and the countries."""

from __future__ import annotations

from synthview.scenario.settings import GUESS, curve, number, section, shares
from synthview.tables import COUNTRIES

__all__ = ["WorldSettings"]


@section
class WorldSettings:
    """How liked titles are, from day to day and from country to country."""

    film_popularity_exponent: float = number(
        1.1, unit="exponent", allowed=(0, 4), low=1.0, high=1.7, source="P06-10",
        about="How steeply films are liked less with rank (Zipf-Mandelbrot); hours fall less "
              "steeply, as people see a film once. P07's 1.11 to 1.27 is of 9,360 films.",
    )
    film_popularity_offset: float = number(
        28, unit="ranks", allowed=(0, 10_000), low=20, high=200, source="P06-1", scale="log",
        about="How many leading films share the top about equally.",
    )
    series_popularity_exponent: float = number(
        1.25, unit="exponent", allowed=(0, 4), low=1.0, high=1.8, source="P07",
        about="How steeply the starts of series fall with rank; hours fall more steeply, as few go "
              "on to the later seasons of what few like.",
    )
    series_popularity_offset: float = number(
        12, unit="ranks", allowed=(0, 10_000), low=5, high=100, source="P03", scale="log",
        about="How many leading series share the top about equally; with it the leading hundredth "
              "of films and seasons has 27 % of hours.",
    )
    film_popularity_tail: float = number(
        3000, unit="ranks", allowed=(10, 1e7), low=1000, high=20000, source="P06-20", scale="log",
        about="Beyond about so many ranks films are liked ever less: bodies are nearer lognormal.",
    )
    series_popularity_tail: float = number(
        20000, unit="ranks", allowed=(10, 1e7), low=400, high=40000, source="P04", scale="log",
        about="Beyond about so many ranks series are liked ever less.",
    )
    release_lift: float = number(
        84, unit="times", allowed=(0, 1000), low=15, high=90, source="P18-new", scale="log",
        about="How much more a new title is picked on its first day than a licensed one of its "
              "rank.",
    )
    season_release_lift: float = number(
        0.5, unit="times", allowed=(0, 10), low=0.3, high=1, source="P09", scale="log",
        about="How much of that lift a new season of an original series has: people see its "
              "earlier seasons first, and no season leads by much.",
    )
    kids_release_lift: float = number(
        0.25, unit="times", allowed=(0, 10), low=0.15, high=1, source=GUESS, scale="log",
        about="How much of that lift a new work for children has: they see again what they know, "
              "and who picks for them follows no premieres.",
    )
    christmas_release_lift: float = number(
        0.4, unit="times", allowed=(0, 10), low=0.2, high=1, source="P19", scale="log",
        about="The same of a new work of Christmas: it comes in the weeks of its lift, and if all "
              "of them go from 5.1 to 6.2 a quarter of their hours before New Year are new ones'.",
    )
    decay_days: float = number(
        7, unit="days", allowed=(1, 1000), low=7, high=30, source="P17-1", scale="log",
        about="After how many days half of the rush to a new title is over.",
    )
    lasting_share: float = number(
        0.036, unit="share", allowed=(0, 1), low=0.02, high=0.3, source="P17-1", scale="logit",
        about="Part of a new title's lift that is no rush and goes slowly.",
    )
    lasting_days: float = number(
        200, unit="days", allowed=(1, 10_000), low=150, high=450, source="P17-2", scale="log",
        about="After how many days half of the lasting part of the lift is gone.",
    )
    settled_share: float = number(
        0.34, unit="times", allowed=(0, 100), low=0.1, high=1.5, source="P17-4", scale="log",
        about="How much an original is picked in the end, against a licensed title of its rank.",
    )
    fresh_days: int = number(
        30, unit="days", allowed=(1, 1000), low=14, high=90, source=GUESS,
        about="For so long a title or a season is offered among new releases.",
    )
    adults_like_kids: float = number(
        0.36, unit="share", allowed=(0, 1), low=0.1, high=0.7, source="P24", scale="logit",
        about="How much adults pick works of the genre kids for themselves, against children: half "
              "of accounts watch something for kids or families in a month (K01), though few have "
              "children.",
    )
    adults_like_family: float = number(
        0.72, unit="share", allowed=(0, 1), low=0.2, high=0.8, source="K01", scale="logit",
        about="How much adults pick animation and family films, against children.",
    )
    children_like_family: float = number(
        0.23, unit="share", allowed=(0, 1), low=0.1, high=0.9, source="P24", scale="logit",
        about="How much children pick animation and family films, against works of the genre "
              "kids.",
    )
    liked_at_home: float = number(
        3.0, unit="times", allowed=(0.1, 100), low=1.5, high=6, source=GUESS, scale="log",
        about="How much more a work is liked in the country that it comes from, if that is not "
              "the United States.",
    )
    liked_in_its_language: float = number(
        1.4, unit="times", allowed=(0.1, 100), low=1, high=2.5, source=GUESS, scale="log",
        about="How much more a work is liked where its language is spoken than elsewhere.",
    )
    country_taste: float = number(
        0.35, unit="log sd", allowed=(0, 3), low=0.2, high=1.0, source=GUESS,
        about="How differently countries like the same title, beside what its origin explains.",
    )
    christmas_lift: float = number(
        5.7, unit="times", allowed=(1, 100), low=4, high=6.2, source="P19", scale="log",
        about="Hours of a Christmas title that is no longer new in July to December against "
              "January to June. P19 has 5.1 for one of 2017, in 2023 and 2024, and 6.2 for all "
              "together, with new ones; this makes 6.2 of ours together, over many seeds.",
    )
    christmas_by_half_month: tuple[float, ...] = curve(
        [0.7, 0.23, 0.23, 0.23, 0.23, 0.23, 0.23, 0.23, 0.23, 0.23, 0.23, 0.23,
         0.23, 0.23, 0.23, 0.23, 0.23, 0.23, 0.23, 0.4, 1.35, 3.05, 5.2, 4.8],
        unit="times", source="P19",
        about="How much more Christmas titles are picked in each half of a month, January first; "
              "with a lift of 5.1.",
    )
    country_shares: dict[str, float] = shares(
        {
            "US": 0.4740, "GB": 0.0726, "CA": 0.0615, "BR": 0.0718, "MX": 0.0564, "DE": 0.0410,
            "FR": 0.0329, "AU": 0.0267, "NL": 0.0225, "SE": 0.0185, "NO": 0.0123, "DK": 0.0113,
            "FI": 0.0092, "ES": 0.0144, "IT": 0.0123, "AR": 0.0164, "CO": 0.0113, "CL": 0.0071,
            "JP": 0.0092, "IN": 0.0052, "PL": 0.0041, "PT": 0.0021, "TR": 0.0031, "BE": 0.0041,
        },
        source="S01e-us", options=COUNTRIES,
        about="Where the homes live that have had an account once sign-ups end: with 47.4 % in the "
              "United States they have 48.3 % of the running accounts three months earlier "
              "(S01d-us) and 46.6 % then (S01e-us); the others are a guess.",
    )
    month_lift: tuple[float, ...] = curve(
        [1.5, 0.91, 0.91, 0.9, 0.9, 0.9, 0.91, 0.91, 0.91, 0.9, 0.91, 1.39],
        unit="times", source="T04",
        about="How much more is watched in each month, January first, 1 in the mean of a year; "
              "more than T04, as who comes every day cannot come more often.",
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
    outage_minutes_spread: float = number(
        0.8, unit="log sd", allowed=(0, 3), low=0.5, high=1.2, source=GUESS,
        about="Spread of that length.",
    )
