"""Numbers and dates as a reader says them: 109 million, 12.4, 23 November."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

__all__ = ["FILTERS", "day", "figure", "percent", "short"]

_GREAT = ((1_000_000_000, "billion"), (1_000_000, "million"))
_SMALL = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_MINUS = "−"


def figure(value: float) -> str:
    """A number with as many digits as mean something, as the script of the page writes it: 1,234,567; 12.4; −0.5."""
    size = abs(value)
    places = 0 if size >= 100 else 1 if size >= 1 else 2
    rounded = Decimal(value).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    text = f"{rounded:,f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text.replace("-", _MINUS)


def short(value: float) -> str:
    """A great number in words: 109 million."""
    size, word = next(((size, word) for size, word in _GREAT if abs(value) >= size), (1, ""))
    return f"{figure(value / size)} {word}".strip()


def spelt(count: int) -> str:
    """A small number as a word: six."""
    return _SMALL[count] if 0 <= count < len(_SMALL) else figure(count)


def day(iso: str, *, year: bool = False) -> str:
    """A date in words: 23 November, with the year if asked for."""
    told = date.fromisoformat(iso[:10])
    return f"{told.day} {told:%B}" + (f" {told.year}" if year else "")


def percent(share: float) -> str:
    """A share as a percentage."""
    return f"{figure(100 * share)}\N{NO-BREAK SPACE}%"


def capital(text: str) -> str:
    """A text as a sentence begins."""
    return text[:1].upper() + text[1:]


def first_sentence(text: str) -> str:
    """The first sentence of a text."""
    first, more, _ = text.partition(". ")
    return first + "." * bool(more)


def further(text: str) -> str:
    """What follows the first sentence of a text."""
    return text.partition(". ")[2]


FILTERS: Mapping[str, Callable[..., str]] = {
    "figure": figure,
    "short": short,
    "day": day,
    "percent": percent,
    "spelt": spelt,
    "capital": capital,
    "first_sentence": first_sentence,
    "further": further,
}
"""What the templates call them."""
