"""How a story says lengths, counts, places and names, so that it reads as people speak."""

from __future__ import annotations

from datetime import date, datetime

from synthview.outside.manuals import first_line_of
from synthview.tables import HOUSEHOLD_TYPES
from synthview.wording import capital, counted, country, listed, place, spoken, times

__all__ = [
    "capital",
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
    "shift",
    "spoken",
    "times",
]

_PUBLIC_PLACES = frozenset(HOUSEHOLD_TYPES[-4:-1])
_SECOND_MS, _MINUTE_MS, _HOUR_MS, _DAY_MS = 1_000, 60_000, 3_600_000, 86_400_000
_YEAR_MS = 365 * _DAY_MS + _DAY_MS // 4


def room_of(household_type: str) -> str:
    """What a public place is called; empty for homes."""
    return spoken(household_type) if household_type in _PUBLIC_PLACES else ""


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
