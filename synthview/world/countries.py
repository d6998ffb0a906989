"""The countries: their time zones, languages, holidays and evening habits."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

__all__ = ["PLACES", "Country", "Region", "holidays"]


@dataclass(frozen=True, slots=True)
class Region:
    """A part of a country with one time zone and its share of the country's accounts."""

    name: str
    zone: str
    share: float


@dataclass(frozen=True, slots=True)
class Country:
    """What the simulation knows of a country.

    `evening_shift_min`: how much later than elsewhere people sit down (source T06: the peak hour
    lies between 17 in India and 23 in Mexico); `network`: stalls relative to the middling country
    (guess); `tv_tilt`: liking of the television set relative to the United States (sources D06-it,
    D06-th; others a guess); `appetite`: on how many days people sit down relative to the United
    States (a guess: more where other pay television is dear, less where public stations are strong
    or much is watched elsewhere).
    """

    regions: tuple[Region, ...]
    locales: tuple[str, ...]
    language: str
    fixed_holidays: tuple[str, ...] = ("01-01", "12-25", "12-26")
    easter_days: tuple[int, ...] = (-2, 1)
    evening_shift_min: int = 0
    network: float = 1.0
    tv_tilt: float = 1.0
    appetite: float = 1.0
    nth_weekdays: tuple[tuple[int, int, int], ...] = ()


def _one(zone: str, locale: str, language: str, **more: object) -> Country:
    """A country with one time zone, named after the city of the zone."""
    city = zone.rsplit("/", maxsplit=1)[-1].replace("_", " ")
    region = Region(city, zone, 1.0)
    return Country((region,), (locale,), language, **more)  # type: ignore[arg-type]


PLACES: dict[str, Country] = {
    "US": Country(
        (
            Region("Northeast", "America/New_York", 0.18),
            Region("Southeast", "America/New_York", 0.29),
            Region("Midwest", "America/Chicago", 0.19),
            Region("South Central", "America/Chicago", 0.11),
            Region("Mountain", "America/Denver", 0.05), Region("Arizona", "America/Phoenix", 0.02),
            Region("Pacific", "America/Los_Angeles", 0.16),
        ),
        ("en_US",), "en-US", ("01-01", "07-04", "12-25"), (), nth_weekdays=((11, 3, 4), (9, 0, 1)),
    ),
    "CA": Country(
        (
            Region("Ontario", "America/Toronto", 0.41), Region("Quebec", "America/Toronto", 0.21),
            Region("Prairies", "America/Winnipeg", 0.18),
            Region("British Columbia", "America/Vancouver", 0.14),
            Region("Atlantic", "America/Halifax", 0.06),
        ),
        ("en_CA", "fr_CA"), "en-CA", ("01-01", "07-01", "12-25", "12-26"), (-2,),
        nth_weekdays=((10, 0, 2),),
    ),
    "BR": Country(
        (Region("Southeast", "America/Sao_Paulo", 0.75),
         Region("Northeast", "America/Fortaleza", 0.20),
         Region("North", "America/Manaus", 0.05)),
        ("pt_BR",), "pt-BR", ("01-01", "09-07", "10-12", "11-02", "11-15", "12-25"), (-2,),
        evening_shift_min=45, network=1.5, tv_tilt=0.9, appetite=1.17,
    ),
    "MX": Country(
        (Region("Centre", "America/Mexico_City", 0.85),
         Region("Northwest", "America/Tijuana", 0.15)),
        ("es_MX",), "es-MX", ("01-01", "05-01", "09-16", "11-20", "12-12", "12-25"), (-3, -2),
        evening_shift_min=90, network=1.5, tv_tilt=0.9, appetite=1.21,
    ),
    "AU": Country(
        (Region("New South Wales", "Australia/Sydney", 0.45),
         Region("Victoria", "Australia/Melbourne", 0.27),
         Region("Queensland", "Australia/Brisbane", 0.18),
         Region("Western Australia", "Australia/Perth", 0.10)),
        ("en_AU",), "en-AU", ("01-01", "01-26", "04-25", "12-25", "12-26"), (-2, 1), -30,
    ),
    "GB": _one("Europe/London", "en_GB", "en-GB", appetite=1.05),
    "IE": _one("Europe/Dublin", "en_GB", "en-IE"),
    "DE": _one("Europe/Berlin", "de_DE", "de-DE",
               fixed_holidays=("01-01", "05-01", "10-03", "12-25", "12-26"), appetite=0.95),
    "AT": _one("Europe/Vienna", "de_DE", "de-AT", appetite=0.95),
    "CH": _one("Europe/Zurich", "de_DE", "de-CH", appetite=0.92),
    "FR": _one("Europe/Paris", "fr_FR", "fr-FR",
               fixed_holidays=("01-01", "05-01", "07-14", "08-15", "11-01", "11-11", "12-25"),
               easter_days=(1,), tv_tilt=0.9, appetite=0.99),
    "BE": _one("Europe/Brussels", "fr_FR", "fr-BE", appetite=0.99),
    "NL": _one("Europe/Amsterdam", "nl_NL", "nl-NL", appetite=0.99),
    "SE": _one("Europe/Stockholm", "sv_SE", "sv-SE", evening_shift_min=-30, appetite=1.02),
    "NO": _one("Europe/Oslo", "no_NO", "nb-NO", evening_shift_min=-30, appetite=1.02),
    "DK": _one("Europe/Copenhagen", "da_DK", "da-DK", evening_shift_min=-30, appetite=1.02),
    "FI": _one("Europe/Helsinki", "fi_FI", "fi-FI", evening_shift_min=-30, appetite=1.02),
    "ES": _one("Europe/Madrid", "es_ES", "es-ES", evening_shift_min=75, tv_tilt=0.9, appetite=1.04),
    "PT": _one("Europe/Lisbon", "pt_BR", "pt-PT", evening_shift_min=45, appetite=1.04),
    "IT": _one("Europe/Rome", "it_IT", "it-IT", evening_shift_min=30, tv_tilt=0.175, appetite=0.99),
    "PL": _one("Europe/Warsaw", "pl_PL", "pl-PL", network=1.2, appetite=0.97),
    "TR": _one("Europe/Istanbul", "tr_TR", "tr-TR", fixed_holidays=("01-01", "04-23", "10-29"),
               easter_days=(), evening_shift_min=45, network=1.4, tv_tilt=0.7, appetite=1.04),
    "AR": _one("America/Argentina/Buenos_Aires", "es_AR", "es-AR",
               evening_shift_min=75, network=1.5, tv_tilt=0.9, appetite=1.19),
    "CO": _one("America/Bogota", "es_CO", "es-CO",
               evening_shift_min=15, network=1.6, tv_tilt=0.85, appetite=1.13),
    "CL": _one("America/Santiago", "es_CL", "es-CL",
               evening_shift_min=45, network=1.3, tv_tilt=0.9, appetite=1.14),
    "PE": _one("America/Lima", "es_CO", "es-PE",
               evening_shift_min=15, network=1.6, tv_tilt=0.8, appetite=1.13),
    "JP": _one("Asia/Tokyo", "ja_JP", "ja-JP",
               fixed_holidays=("01-01", "01-02", "02-11", "04-29", "05-03", "05-05",
                               "11-03", "11-23"),
               easter_days=(), network=0.7, tv_tilt=0.7, appetite=0.81),
    "IN": _one("Asia/Kolkata", "en_IN", "en-IN", fixed_holidays=("01-26", "08-15", "10-02"),
               easter_days=(), evening_shift_min=-150, network=2.2, tv_tilt=0.4, appetite=0.86),
    "KR": _one("Asia/Seoul", "en_US", "ko-KR", network=0.6, tv_tilt=0.6, appetite=0.86),
    "SG": _one("Asia/Singapore", "en_GB", "en-SG",
               evening_shift_min=45, network=0.6, tv_tilt=0.8, appetite=0.92),
    "ZA": _one("Africa/Johannesburg", "en_GB", "en-ZA", network=1.8, appetite=0.99),
    "NZ": _one("Pacific/Auckland", "en_AU", "en-NZ", evening_shift_min=-30),
}  # fmt: skip


def holidays(country: Country, year: int) -> set[dt.date]:
    """Public holidays of a country in a year.

    Fixed days, days around Easter, and n-th weekdays of a month.
    """
    easter = _easter(year)
    fixed = {dt.date.fromisoformat(f"{year}-{day}") for day in country.fixed_holidays}
    around_easter = {easter + dt.timedelta(days=days) for days in country.easter_days}
    weekdays = {_nth_weekday(year, *rule) for rule in country.nth_weekdays}
    return fixed | around_easter | weekdays


def _nth_weekday(year: int, month: int, weekday: int, nth: int) -> dt.date:
    first = dt.date(year, month, 1)
    days_until = (weekday - first.weekday()) % 7
    return first + dt.timedelta(days=days_until + 7 * (nth - 1))


def _easter(year: int) -> dt.date:
    """Easter Sunday by the anonymous Gregorian algorithm, in its 1961 form."""
    golden = year % 19
    century, year_of_century = divmod(year, 100)
    leap_centuries, century_rest = divmod(century, 4)
    moon_shift = (8 * century + 13) // 25
    epact = (19 * golden + century - leap_centuries - moon_shift + 15) % 30
    correction = (golden + 11 * epact) // 319
    leap_years, year_rest = divmod(year_of_century, 4)
    full_moon = epact - correction
    to_sunday = 2 * (century_rest + leap_years) - year_rest - full_moon + 32
    days = full_moon + to_sunday % 7
    month = (days + 90) // 25
    day = (days + month + 19) % 32
    return dt.date(year, month, day)
