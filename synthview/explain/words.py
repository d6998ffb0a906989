"""How a story says lengths, counts, places and names, so that it reads as people speak."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from synthview.outside.manuals import first_line_of
from synthview.tables import HOUSEHOLD_TYPES

__all__ = [
    "clock",
    "counted",
    "country",
    "day_in_words",
    "first_line",
    "hours",
    "length",
    "listed",
    "place",
    "room_of",
    "sentence",
    "shift",
    "spoken",
    "times",
]

_PUBLIC_PLACES = frozenset(HOUSEHOLD_TYPES[-4:-1])
_SECOND_MS, _MINUTE_MS, _HOUR_MS, _DAY_MS = 1_000, 60_000, 3_600_000, 86_400_000
_YEAR_MS = 365 * _DAY_MS + _DAY_MS // 4
_COUNTRIES = {
    "US": "the United States",
    "GB": "Great Britain",
    "CA": "Canada",
    "BR": "Brazil",
    "MX": "Mexico",
    "DE": "Germany",
    "FR": "France",
    "AU": "Australia",
    "NL": "the Netherlands",
    "SE": "Sweden",
    "NO": "Norway",
    "DK": "Denmark",
    "FI": "Finland",
    "ES": "Spain",
    "IT": "Italy",
    "AR": "Argentina",
    "CO": "Colombia",
    "CL": "Chile",
    "JP": "Japan",
    "IN": "India",
    "PL": "Poland",
    "PT": "Portugal",
    "TR": "Turkey",
    "IE": "Ireland",
    "NZ": "New Zealand",
    "BE": "Belgium",
    "AT": "Austria",
    "CH": "Switzerland",
    "PE": "Peru",
    "KR": "South Korea",
    "ZA": "South Africa",
    "SG": "Singapore",
}


def country(code: str) -> str:
    """The name of a country by its ISO 3166 code."""
    return _COUNTRIES.get(code, code)


def place(code: str, region: str) -> str:
    """A country and the part of it, unless they are one: ``Sweden (Stockholm)``, ``Singapore``."""
    return country(code) if region in ("", country(code)) else f"{country(code)} ({region})"


def room_of(household_type: str) -> str:
    """What a public place is called; empty for homes."""
    return spoken(household_type) if household_type in _PUBLIC_PLACES else ""


def spoken(name: str) -> str:
    """A name of the code as words: ``child_on_loop`` is child on loop."""
    return name.replace("_", " ")


def first_line(declared: type | None) -> str:
    """The first line of a manual."""
    return first_line_of(declared) if declared else ""


def length(ms: int) -> str:
    """A length of time: ``24 s``, ``88 min``, ``2 h 46 min``."""
    if ms < _MINUTE_MS:
        return f"{ms // _SECOND_MS} s"
    minutes = (ms + _MINUTE_MS // 2) // _MINUTE_MS
    if minutes < 100:
        return f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60:02} min"


def hours(ms: int) -> str:
    """A sum of time, in hours: ``16.5``; less than six minutes is told in minutes by `length`."""
    return f"{ms / _HOUR_MS:,.1f}"


def shift(ms: int) -> str:
    """Return how far a clock is off, roughly: ``14 s``, ``3 h``, ``4 days``, ``2.1 years``."""
    away = abs(ms)
    if away < _MINUTE_MS:
        return f"{away / _SECOND_MS:.2g} s" if away < 10 * _SECOND_MS else f"{away // _SECOND_MS} s"
    if away < _DAY_MS:
        rest = away % _HOUR_MS // _MINUTE_MS
        return (
            f"{away // _HOUR_MS} h" + (f" {rest:02} min" if rest else "")
            if away >= _HOUR_MS
            else f"{rest} min"
        )
    return (
        counted(round(away / _DAY_MS), "day") if away < _YEAR_MS else f"{away / _YEAR_MS:.1f} years"
    )


def counted(count: int, one: str, many: str = "") -> str:
    """A count and what it counts: ``1 play``, ``1,200 plays``."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def times(count: int) -> str:
    """How often: ``once``, ``twice``, ``19 times``."""
    return {1: "once", 2: "twice"}.get(count, f"{count:,} times")


def listed(words: Sequence[str], most: int = 6) -> str:
    """Join words: ``a``, ``a and b``, ``a, b and c``; after `most` of them say how many more."""
    shown = [*words[:most], *([f"{len(words) - most} more"] if len(words) > most else [])]
    return " and ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)


def sentence(text: str) -> str:
    """A text that begins with a capital."""
    return text[:1].upper() + text[1:]


def clock(at: datetime, day: date | None = None) -> str:
    """The time on the wall; with a date where it is not of the day."""
    return (
        f"{at:%H:%M}"
        if day in (None, at.date())
        else f"{at:%H:%M} on {day_in_words(at.date())} {at.year}"
    )


def day_in_words(day: date) -> str:
    """A day of the calendar without its year: ``Wed 29 Nov``."""
    return f"{day:%a} {day.day} {day:%b}"
