"""A home as an advent calendar: a house with a door for each day, and in it who was there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from markupsafe import Markup

from synthview.claims.sections.doors import Door, Home, is_borderline

__all__ = ["COLUMNS", "LETTERS", "STATES", "doors_words", "house", "lit", "shapes"]

STATES = {
    "person": "one person there",
    "family": "several people there",
    "child": "a child there, nobody older",
    "asleep": "somebody asleep",
    "away": "pressed play and left",
    "animal": "an animal on the remote",
    "stranger": "people who do not live there",
    "machine": "a machine",
    "error": "nothing ran: an error",
    "none": "nothing at all",
}
"""Who was there on a day, in words."""
LETTERS = {
    "p": "person",
    "f": "family",
    "c": "child",
    "z": "asleep",
    "w": "away",
    "a": "animal",
    "s": "stranger",
    "m": "machine",
    "e": "error",
    ".": "none",
}
"""The same, as the worlds of the JSON spell it."""

COLUMNS = 6
"""With six doors to a floor, the six days before the eighteen are the roof, and the eighteen are
three floors.
"""
_WIDE, _HIGH, _STEP_X, _STEP_Y, _LEFT, _TOP, _UNDER_ROOF = 12, 14, 16, 18, 8, 10, 6
_SHAPES = Path(__file__).with_name("templates") / "shapes.svg"


def shapes(count: int, outside: int = 0) -> Markup:
    """The parts of every calendar: the shapes of states, and the dark house with `count` doors.

    The first `outside` of them are of days that do not count, and fainter.
    """
    house = _dark(count, outside)
    return Markup("<defs>{}{}</defs>").format(Markup(_SHAPES.read_text("utf-8")), house)  # noqa: S704  our own file


def place(door: int) -> tuple[int, int]:
    """Left and top of a door, counted from 0."""
    row, column = divmod(door, COLUMNS)
    return _LEFT + column * _STEP_X, _TOP + row * _STEP_Y + (_UNDER_ROOF if row else 0)


def box(count: int) -> str:
    """The viewBox of a calendar with `count` doors; a star has room above the ridge."""
    return f"0 -10 108 {_floor(count) + 10}"


def house(count: int, label: str = "") -> Markup:
    """A dark calendar."""
    return _drawing(count, label, Markup(""))


def lit(home: Home, label: str = "") -> Markup:
    """A calendar whose doors show who was there.

    A star stands over a home where it was the same person every day; an empty one where it was on
    all days but one, whose door has a ring.
    """
    doors = [drawn for number, door in enumerate(home.doors) for drawn in _door(number, door)]
    return _drawing(len(home.doors), label, Markup("").join([*doors, *_marks(home)]))


def _marks(home: Home) -> Sequence[Markup]:
    """The star of a home, or its empty star and the ring about the one door that is lacking."""
    if home.verdict == "same_person":
        return [Markup('<use href="#star" class="star"/>')]
    if not is_borderline(home):
        return []
    ring = Markup('<use href="#ring" class="star" x="{}" y="{}"/>')
    places = (
        place(number)
        for number, door in enumerate(home.doors)
        if door.in_window and not door.same_person
    )
    return [
        Markup('<use href="#empty-star" class="star"/>'),
        *(ring.format(x, y) for x, y in places),
    ]


def doors_words(home: Home) -> str:
    """What the counted doors of a home show, in words."""
    seen = Counter(door.state for door in home.doors if door.in_window)
    return "; ".join(f"{STATES.get(state, state)}: {count}" for state, count in seen.most_common())


def _door(number: int, door: Door) -> Sequence[Markup]:
    state = door.state
    if state == "none" or state not in STATES:
        return []
    x, y = place(number)
    outside = "" if door.in_window else " outside"
    return [
        Markup('<use href="#d-{}" class="door{}" x="{}" y="{}" width="12" height="14"/>').format(
            state, outside, x, y
        )
    ]


def _drawing(count: int, label: str, inside: Markup) -> Markup:
    text = (
        Markup('role="img" aria-label="{}"').format(label)
        if label
        else Markup('aria-hidden="true"')
    )
    drawing = Markup('<svg class="calendar" viewBox="{}" {}><use href="#house"/>{}</svg>')
    return drawing.format(box(count), text, inside)


def _floor(count: int) -> int:
    return place(count - 1)[1] + _HIGH + 6


def _dark(count: int, outside: int) -> Markup:
    """The house with every door closed: a roof for the first row, walls for the others."""
    floor = _floor(count)
    faint, closed = (
        "".join("M{} {}h12v14h-12z".format(*place(one)) for one in some)
        for some in (range(outside), range(outside, count))
    )
    return Markup(
        '<g id="house"><path class="roof" fill="#2d3865" d="M80-5h9V8h-9z"/>'
        '<path class="roof" fill="#2d3865" d="M9 3H99L108 28H0Z"/>'
        '<path class="snow" fill="#eef3fb" d="M79-6h11v2.5H79z'
        "M8 6.5 9.5 1.5H98.5L100 6.5Q96 8.5 91 6.8Q82 9.5 72 7"
        'Q60 9.5 48 7Q36 9 27 6.8Q17 9 8 6.5z"/>'
        '<path class="wall" fill="#3b4a7d" d="M3 28H105V{}H3z"/>'
        '<path class="closed" fill="#171d39" opacity=".35" d="{}"/>'
        '<path class="closed" fill="#171d39" d="{}"/></g>'
    ).format(floor, faint, closed)
