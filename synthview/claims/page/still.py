"""A still picture for sharing: the claim on the left, the lit houses of one world on the right."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from textwrap import wrap

import vl_convert
from markupsafe import Markup

from synthview.claims.answer import Answer
from synthview.claims.page import calendar
from synthview.claims.page.homes import VERDICTS, street
from synthview.claims.sections.doors import Home
from synthview.claims.sections.homes import ShownHomes
from synthview.claims.sections.number import Number
from synthview.wording import figure, short

__all__ = ["draw", "drawing"]

_WIDE, _HIGH, _LEFT = 1200, 630, 56
_STREET = (572, 62, 584, 505)
"""Left, top, width and height of the place for the houses."""
_LEGEND_ENDS, _LEGEND_STEP = 414, 26
_PAPER, _SOFT, _MARK = "#f4f1e8", "#a9b4d4", "#ff8aa5"


def draw(answer: Answer) -> bytes:
    """The picture as PNG."""
    return vl_convert.svg_to_png(str(drawing(answer)))


def drawing(answer: Answer) -> Markup:
    """The picture as SVG."""
    found = answer.of(ShownHomes)
    homes = found.world.homes if found else ()
    doors = len(homes[0].doors) if homes else 24
    outside = sum(not door.in_window for home in homes[:1] for door in home.doors)
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {w} {h}" width="{w}" height="{h}" '
        'font-family="Liberation Sans, Arial, sans-serif">'
        '{}<rect width="{w}" height="{h}" fill="#0d1226"/>{}{}</svg>'
    ).format(
        calendar.shapes(doors, outside),
        _words(answer, homes),
        _right(answer, homes),
        w=_WIDE,
        h=_HIGH,
    )


def _words(answer: Answer, homes: Sequence[Home]) -> Markup:
    claim = answer.claim
    lines = [
        _line("How real is a published number?", 78, 22, _MARK, bold=True),
        _line(claim.name, 162, 76, _PAPER, bold=True),
    ]
    quote = _wrapped(
        f"“{claim.quote}”" if claim.quote else claim.about or claim.title or claim.name,
        34,
        5,
        218,
        25,
        _SOFT,
    )
    lines += [*quote, *_legend(homes, 208 + 33 * len(quote))]
    lines += _wrapped(_answer(answer, homes), 34, 4, 448, 28, _PAPER, bold=True)
    return Markup("").join([*lines, *_wrapped(answer.disclaimer, 122, 2, 584, 16, _SOFT)])


def _answer(answer: Answer, homes: Sequence[Home]) -> str:
    if not homes:
        where = f"In an invented service of {short(answer.scenario.households)} homes"
        return f"{where} the same question gives {figure(_value(answer))}."
    same = street(homes).same_person
    many = {0: "none", 1: "one"}.get(same, figure(same))
    verb = "are" if same > 1 else "is"
    return (
        f"As such a world would have it, {many} of the {len(homes)} {verb} one person on every day"
        f"{_forgiven(homes)}."
    )


def _forgiven(homes: Sequence[Home]) -> str:
    """How many there are with one evening forgiven, where that makes a difference."""
    found = street(homes)
    more = found.forgiven > found.same_person
    return f"; with one evening forgiven, {figure(found.forgiven)}" if more else ""


def _value(answer: Answer) -> float:
    """The number that was found."""
    found = answer.of(Number)
    assert found is not None, "every answer has a number"
    return found.number.value


def _right(answer: Answer, homes: Sequence[Home]) -> Markup:
    """The street; where there are no homes to show, the number that was found."""
    if homes:
        return Markup("").join(_houses(homes))
    found = short(_value(answer))
    tag = Markup(
        '<text x="864" y="350" font-size="{}" fill="#ffd65c" '
        'font-weight="bold" text-anchor="middle">{}</text>'
    )
    return tag.format(min(190, 950 // len(found)), found)


def _legend(homes: Sequence[Home], top: int) -> Iterator[Markup]:
    """The star's words and the commonest doors, in as many lines as fit above the answer."""
    found = street(homes)
    door = Markup('<use href="#d-{}" x="{}" y="{}" width="18" height="21"/>')
    star = Markup(
        '<svg x="{}" y="{}" width="22" height="21" viewBox="44 -10 20 18"><use href="#star"/></svg>'
    )
    seen = sorted(found.doors, key=lambda one: -one[2])
    lines = (
        [(partial(star.format, _LEFT - 2), VERDICTS["same_person"])] if found.same_person else []
    )
    lines += [(partial(door.format, state, _LEFT), words) for state, words, _ in seen]
    for number, (shape, words) in enumerate(lines[: max(0, (_LEGEND_ENDS - top) // _LEGEND_STEP)]):
        below = top + number * _LEGEND_STEP
        yield shape(below)
        yield _line(words, below + 16, 17, _SOFT, left=_LEFT + 28)


def _wrapped(
    text: str, width: int, most: int, top: int, size: int, colour: str, *, bold: bool = False
) -> list[Markup]:
    lines = wrap(text, width, max_lines=most, placeholder=" …")
    return [
        _line(line, top + round(1.3 * size) * number, size, colour, bold=bold)
        for number, line in enumerate(lines)
    ]


def _line(
    text: str, top: int, size: int, colour: str, *, bold: bool = False, left: int = _LEFT
) -> Markup:
    tag = Markup('<text x="{}" y="{}" font-size="{}" fill="{}" font-weight="{}">{}</text>')
    return tag.format(left, top, size, colour, "bold" if bold else "normal", text)


def _houses(homes: Sequence[Home]) -> Iterator[Markup]:
    """The houses in as many columns as fill their place best."""
    left, top, width, height = _STREET
    columns = next(
        (n for n in range(1, 60) if -(-len(homes) // n) * (width / n) * 0.98 <= height), 60
    )
    step = width / columns
    box = Markup('<svg x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}"')
    for number, home in enumerate(homes):
        row, column = divmod(number, columns)
        place = box.format(
            left + column * step,
            top + row * step * 0.98,
            step * 0.86,
            step * 0.86,
        )
        yield place + calendar.lit(home).removeprefix('<svg class="calendar"')
