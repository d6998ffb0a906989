"""Settings of the catalogue: what there is to watch."""

from __future__ import annotations

from synthview.scenario.settings import GUESS, number, section, shares
from synthview.tables import COUNTRIES

__all__ = ["GENRES", "RATINGS", "CatalogueSettings"]

GENRES = (
    "drama", "comedy", "thriller", "action", "romance", "crime", "documentary", "science fiction",
    "horror", "fantasy", "reality", "stand-up", "musical", "holiday", "family", "animation", "kids",
)  # fmt: skip
RATINGS = ("all", "7", "13", "16", "18")
_KEYS = tuple(one.replace(" ", "_") for one in GENRES)
_PAIRS = tuple(f"{one}_and_{other}" for one in _KEYS for other in _KEYS if one != other)
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@section
class CatalogueSettings:
    """What there is to watch."""

    film_count: int = number(
        4800, unit="films", allowed=(20, 200_000), low=3000, high=6000, source="P14-film",
        scale="log",
        about="Films in the catalogue over the whole scenario.",
    )
    series_count: int = number(
        1800, unit="series", allowed=(5, 100_000), low=1225, high=2500, source="P14-tv",
        scale="log",
        about="Series in the catalogue over the whole scenario.",
    )
    seasons_per_series: float = number(
        2.5, unit="seasons", allowed=(1, 12), low=1.8, high=3.2, source=GUESS,
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
        0.815, unit="log sd", allowed=(0, 2), low=0.7, high=0.95, source="P16-p90",
        about="Spread of season lengths: 10 % are shorter than 1.9 and 10 % longer than 15.2 "
              "hours.",
    )
    season_likeness: float = number(
        0.85, unit="share", allowed=(0, 1), low=0.6, high=0.97, source=GUESS, scale="logit",
        about="Part of the variance of season lengths that lies between series: the seasons of one "
              "are alike.",
    )
    original_season_hours_most: float = number(
        14.2, unit="hours", allowed=(1, 200), low=10, high=20, source="P09",
        about="Seasons of originals are no longer than that: what is made for the service has 6 to "
              "16 episodes a season, and a leading season of thirty hours would lead by too much.",
    )
    season_episodes_least: int = number(
        2, unit="episodes", allowed=(1, 40), low=1, high=4, source="P16-p10",
        about="Fewest episodes of a season.",
    )
    season_episodes_most: int = number(
        60, unit="episodes", allowed=(1, 255), low=40, high=100, source="P16-p90",
        about="Most episodes of a season.",
    )
    kids_episode_minutes: float = number(
        17, unit="minutes", allowed=(1, 200), low=11, high=23, source=GUESS,
        about="Median length of an episode made for children.",
    )
    light_episode_minutes: float = number(
        25, unit="minutes", allowed=(1, 200), low=22, high=30, source=GUESS,
        about="Median length of an episode of comedy, reality, animation or family.",
    )
    other_episode_minutes: float = number(
        49, unit="minutes", allowed=(1, 200), low=42, high=55, source=GUESS,
        about="Median length of an episode of any other genre.",
    )
    episode_minutes_spread: float = number(
        0.15, unit="log sd", allowed=(0, 2), low=0.1, high=0.3, source=GUESS,
        about="How series of one kind differ in the length of their episodes.",
    )
    episode_spread: float = number(
        0.05, unit="log sd", allowed=(0, 1), low=0.02, high=0.12, source=GUESS,
        about="How the episodes of one series differ in length.",
    )
    share_of_originals: float = number(
        0.385, unit="share", allowed=(0, 1), low=0.15, high=0.45, source="P18-lic", scale="logit",
        about="Share of works made for the service, each with a release date of its own.",
    )
    originals_since_years: float = number(
        9, unit="years", allowed=(0, 30), low=4, high=11, source="P18-old",
        about="How long before the first day the first originals appeared; P18 is of 2024, eleven "
              "years after the first.",
    )
    originals_ahead_years: float = number(
        2.5, unit="years", allowed=(0, 12), low=1, high=4, source=GUESS,
        about="For how long after the first day there are originals to come.",
    )
    originals_grow: float = number(
        4, unit="exponent", allowed=(0, 20), low=1, high=10, source=GUESS,
        about="How steeply the originals that the fewest like become more from year to year: in "
              "proportion to the time since the first one, to this power.",
    )
    originals_grow_from: float = number(
        0.1, unit="share", allowed=(0, 1), low=0.05, high=0.4, source="P18-old", scale="logit",
        about="The best liked share of originals, of which about as many appear each year: P18 has "
              "so many hours of old ones that a service which grows must have begun with its best.",
    )
    release_weekdays: dict[str, float] = shares(
        {"monday": 0.05, "tuesday": 0.08, "wednesday": 0.10, "thursday": 0.11, "friday": 0.60,
         "saturday": 0.03, "sunday": 0.03},
        source=GUESS, options=_WEEKDAYS,
        about="On which weekday originals appear: mostly on Fridays.",
    )
    christmas_release_days: int = number(
        50, unit="days", allowed=(1, 300), low=30, high=70, source=GUESS,
        about="Christmas originals appear within so many days before 20 December.",
    )
    leading_without_christmas: int = number(
        100, unit="ranks", allowed=(0, 100_000), low=20, high=400, source=GUESS, scale="log",
        about="Among so many of the best liked films, and series, is none of Christmas: these are "
              "watched for some weeks a year. One among them would make the hours of all Christmas "
              "films a matter of its own.",
    )
    licensed_years: float = number(
        3, unit="years", allowed=(0.1, 100), low=1.5, high=6, source=GUESS, scale="log",
        about="How long ago licensed works came, in the mean: licences last for some years, so "
              "that of what came long ago little is left.",
    )
    licensed_on_the_first: float = number(
        0.6, unit="share", allowed=(0, 1), low=0.4, high=0.8, source=GUESS, scale="logit",
        about="Licensed works that came to the service on the first of a month.",
    )
    season_gap_days: float = number(
        365, unit="days", allowed=(1, 3650), low=300, high=450, source=GUESS,
        about="Median time between the seasons of an original series.",
    )
    season_gap_spread: float = number(
        0.15, unit="log sd", allowed=(0, 2), low=0.08, high=0.35, source=GUESS,
        about="Spread of the time between seasons.",
    )
    seasons_licensed_at_once: float = number(
        0.45, unit="share", allowed=(0, 1), low=0.2, high=0.8, source=GUESS, scale="logit",
        about="Licensed series of which all seasons came on one day; of the others one a year.",
    )
    share_of_kids_works: float = number(
        0.13, unit="share", allowed=(0, 1), low=0.07, high=0.15, source="P24", scale="logit",
        about="Share of works made for children.",
    )
    trailer_seconds_least: float = number(
        45, unit="seconds", allowed=(1, 600), low=30, high=60, source=GUESS,
        about="Length of the shortest trailers.",
    )
    trailer_seconds_most: float = number(
        165, unit="seconds", allowed=(1, 1200), low=140, high=180, source=GUESS,
        about="Length of the longest trailers.",
    )
    film_genres: dict[str, float] = shares(
        {"drama": 0.17, "comedy": 0.155, "thriller": 0.115, "action": 0.105, "romance": 0.085,
         "crime": 0.07, "documentary": 0.10, "science_fiction": 0.05, "horror": 0.06,
         "fantasy": 0.03, "stand-up": 0.03, "musical": 0.015, "holiday": 0.015},
        source=GUESS, options=_KEYS,
        about="Genres of films that are not made for children; 76 of the 9,360 films that P19 "
              "counts have Christmas in their name, and so have two of three here.",
    )
    series_genres: dict[str, float] = shares(
        {"drama": 0.21, "comedy": 0.15, "thriller": 0.08, "action": 0.07, "romance": 0.05,
         "crime": 0.12, "documentary": 0.09, "science_fiction": 0.06, "horror": 0.03,
         "fantasy": 0.05, "reality": 0.08, "musical": 0.005, "holiday": 0.005},
        source=GUESS, options=_KEYS,
        about="Genres of series that are not made for children.",
    )
    kids_genres: dict[str, float] = shares(
        {"family": 0.18, "animation": 0.27, "kids": 0.55}, source="P24", options=_KEYS,
        about="Genres of works made for children.",
    )
    share_with_second_genre: float = number(
        0.75, unit="share", allowed=(0, 1), low=0.5, high=0.95, source=GUESS, scale="logit",
        about="Works that are listed under two genres.",
    )
    genre_pairs: dict[str, float] = shares(
        {
            "drama_and_romance": 0.0421, "drama_and_thriller": 0.0291, "drama_and_crime": 0.0259,
            "drama_and_comedy": 0.0291, "drama_and_documentary": 0.0032,
            "drama_and_science_fiction": 0.0081, "drama_and_fantasy": 0.0065,
            "drama_and_musical": 0.0065, "drama_and_horror": 0.0065, "drama_and_action": 0.0097,
            "comedy_and_romance": 0.0555, "comedy_and_drama": 0.0368, "comedy_and_action": 0.0153,
            "comedy_and_crime": 0.0123, "comedy_and_holiday": 0.0046, "comedy_and_musical": 0.0061,
            "comedy_and_horror": 0.0061, "comedy_and_fantasy": 0.0077,
            "comedy_and_science_fiction": 0.0061, "comedy_and_documentary": 0.0015,
            "thriller_and_crime": 0.0361, "thriller_and_drama": 0.0316,
            "thriller_and_horror": 0.0169, "thriller_and_action": 0.018,
            "thriller_and_science_fiction": 0.0101, "action_and_thriller": 0.0294,
            "action_and_crime": 0.021, "action_and_science_fiction": 0.0189,
            "action_and_comedy": 0.0126, "action_and_fantasy": 0.0105, "action_and_drama": 0.0105,
            "romance_and_comedy": 0.0383, "romance_and_drama": 0.0333,
            "romance_and_fantasy": 0.0042, "romance_and_musical": 0.0042,
            "romance_and_holiday": 0.0033, "crime_and_thriller": 0.0247, "crime_and_drama": 0.0275,
            "crime_and_action": 0.0082, "crime_and_comedy": 0.0041,
            "crime_and_documentary": 0.0041, "documentary_and_crime": 0.049,
            "documentary_and_drama": 0.0118, "documentary_and_comedy": 0.0059,
            "documentary_and_musical": 0.0167, "documentary_and_reality": 0.0147,
            "science_fiction_and_action": 0.0147, "science_fiction_and_thriller": 0.0127,
            "science_fiction_and_drama": 0.0088, "science_fiction_and_horror": 0.0059,
            "science_fiction_and_fantasy": 0.0039, "science_fiction_and_comedy": 0.0029,
            "horror_and_thriller": 0.0341, "horror_and_science_fiction": 0.0071,
            "horror_and_comedy": 0.0059, "horror_and_fantasy": 0.0047, "horror_and_drama": 0.0071,
            "fantasy_and_action": 0.0094, "fantasy_and_drama": 0.0071,
            "fantasy_and_romance": 0.0047, "fantasy_and_comedy": 0.0041,
            "fantasy_and_horror": 0.0041, "reality_and_romance": 0.0059,
            "reality_and_documentary": 0.0063, "reality_and_comedy": 0.0043,
            "reality_and_crime": 0.0016, "reality_and_drama": 0.0016,
            "stand-up_and_comedy": 0.0294, "musical_and_comedy": 0.005,
            "musical_and_drama": 0.0047, "musical_and_romance": 0.0032,
            "musical_and_documentary": 0.0018, "holiday_and_romance": 0.0082,
            "holiday_and_comedy": 0.005, "holiday_and_drama": 0.0015,
        },
        source=GUESS, options=_PAIRS,
        about="Which second genre goes with the first: of all pairs, each one's share.",
    )
    kids_genre_pairs: dict[str, float] = shares(
        {
            "family_and_comedy": 0.09, "family_and_animation": 0.075, "family_and_fantasy": 0.05,
            "family_and_holiday": 0.0075, "family_and_action": 0.0275,
            "animation_and_family": 0.161, "animation_and_kids": 0.077,
            "animation_and_comedy": 0.07, "animation_and_fantasy": 0.042,
            "kids_and_animation": 0.264, "kids_and_family": 0.08, "kids_and_musical": 0.056,
        },
        source=GUESS, options=_PAIRS,
        about="The same of works made for children.",
    )
    usual_ratings: dict[str, float] = shares(
        {"all": 0.04, "7": 0.12, "13": 0.36, "16": 0.31, "18": 0.17}, source=GUESS,
        about="Youngest advised age of works that are neither horror nor made for children.",
    )
    horror_ratings: dict[str, float] = shares(
        {"all": 0.0, "7": 0.0, "13": 0.05, "16": 0.50, "18": 0.45}, source=GUESS,
        about="The same of horror.",
    )
    kids_ratings: dict[str, float] = shares(
        {"all": 0.70, "7": 0.30, "13": 0.0, "16": 0.0, "18": 0.0}, source=GUESS,
        about="The same of works made for children.",
    )
    origins: dict[str, float] = shares(
        {
            "US": 0.46, "GB": 0.09, "CA": 0.03, "AU": 0.02, "IN": 0.07, "JP": 0.06, "FR": 0.05,
            "KR": 0.04, "ES": 0.035, "DE": 0.03, "MX": 0.02, "BR": 0.02, "IT": 0.02, "TR": 0.015,
            "AR": 0.01, "SE": 0.005, "DK": 0.005, "NO": 0.003, "NL": 0.004, "PL": 0.005,
            "FI": 0.002, "PT": 0.001, "BE": 0.003, "CO": 0.002,
        },
        source=GUESS, options=COUNTRIES,
        about="Countries that works come from.",
    )
    titles_in_own_language: float = number(
        0.6, unit="share", allowed=(0, 1), low=0.3, high=0.9, source=GUESS, scale="logit",
        about="Works from countries that speak no English which keep their own title.",
    )
    share_in_each_country: float = number(
        0.72, unit="share", allowed=(0.05, 1), low=0.5, high=0.9, source=GUESS, scale="logit",
        about="Share of licensed works that a country's catalogue has; originals are everywhere.",
    )
    credits_share: float = number(
        0.045, unit="share", allowed=(0, 0.088), low=0.02, high=0.07, source=GUESS,
        about="Closing credits of a film as a share of its runtime, in the middle of films.",
    )
    episode_credits: float = number(
        0.022, unit="share", allowed=(0, 0.088), low=0.01, high=0.04, source=GUESS,
        about="Closing credits of an episode as a share of its runtime, in the middle of series.",
    )
    credits_spread: float = number(
        0.3, unit="log sd", allowed=(0, 2), low=0.15, high=0.5, source=GUESS,
        about="How the length of credits differs from title to title.",
    )
