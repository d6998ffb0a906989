"""The days of one home as a calendar of months: a row for each, a door for each day."""

from __future__ import annotations

from datetime import date, timedelta

from markupsafe import Markup

from synthview.claims.page.calendar import LETTERS

__all__ = ["months_lit"]

_STEP, _HIGH, _LEFT = 16, 19, 44


def months_lit(letters: str, first: str) -> Markup:
    """Draw a row for each month from a day on, with what each letter says in its door."""
    begins = date.fromisoformat(first)
    days = [begins + timedelta(place) for place in range(len(letters))]
    months = list(dict.fromkeys((one.year, one.month) for one in days))
    rows = {month: row for row, month in enumerate(months)}
    parts = [_name(row, date(*month, 1)) for month, row in rows.items()]
    parts += [
        _door(letter, day.day - 1, rows[day.year, day.month])
        for letter, day in zip(letters, days, strict=True)
    ]
    return Markup('<svg class="year" viewBox="0 0 {} {}" aria-hidden="true">{}</svg>').format(
        _LEFT + 31 * _STEP, len(months) * _HIGH, Markup("").join(parts)
    )


def _name(row: int, month: date) -> Markup:
    return Markup('<text class="month" x="0" y="{}">{}</text>').format(
        row * _HIGH + 12, month.strftime("%b")
    )


def _door(letter: str, column: int, row: int) -> Markup:
    """A closed door, and over it who was there."""
    x, y = _LEFT + column * _STEP, row * _HIGH
    closed = Markup('<path class="closed" fill="#171d39" d="M{} {}h12v14h-12z"/>').format(x, y)
    state = LETTERS[letter]
    if state == "none":
        return closed
    return closed + Markup('<use href="#d-{}" x="{}" y="{}" width="12" height="14"/>').format(
        state, x, y
    )
