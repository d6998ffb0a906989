"""Words and numbers as people read them: counts, shares, dates, lists, countries, causes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

__all__ = [
    "REASONS",
    "about",
    "capital",
    "counted",
    "country",
    "day",
    "figure",
    "first_sentence",
    "further",
    "label_of",
    "listed",
    "ordinal",
    "percent",
    "percent_of",
    "place",
    "rarely",
    "short",
    "size_in_words",
    "spelt",
    "spoken",
    "times",
]

REASONS = {
    "lost_messages": "messages were lost",
    "wrong_clock": "a clock was wrong",
    "time_zone": "a day of theirs is not a day of the query",
    "second_profile": "they used a second profile",
}
_LABELS = {
    "": "ordinary viewing",
    "ad_blocker": "a blocker in the browser",
    "asleep_on_sofa": "somebody asleep on the sofa",
    "autoplay_previews": "previews that play by themselves",
    "background_tv": "a television on for company",
    "cat_on_remote": "a cat on the remote",
    "child_on_loop": "a child on a loop",
    "devoted_fan": "a devoted fan",
    "empty_room_protest": "an empty room on purpose",
    "hype": "the news about it",
    "misclick": "a slip of the thumb",
    "monitor_probe": "a test rig of the service",
    "public_screen": "a screen in a bar or shop",
    "reseller": "a resold account",
    "shared_account": "a shared account",
    "stream_errors": "streams that failed",
    "toddler_on_remote": "a toddler on the remote",
    "vpn_user": "a detour through another country",
    "blocked_telemetry": "blocked messages",
    "clock_skew": "wrong clocks",
    "collector_outage": "a collector that was down",
    "doubled_events": "doubled messages",
    "late_arrivals": "late messages",
    "local_time_as_utc": "local time taken for UTC",
    "lost_events": "lost messages",
    "missing_ends": "missing ends",
    "reordered_events": "messages out of order",
}


def label_of(name: str | None) -> str:
    """An actor or fault as a newspaper would name it; those of other packages by their name."""
    known = name or ""
    return _LABELS.get(known, spoken(known))


def percent_of(share: float) -> str:
    """A share as a percentage with two digits that mean something, as in '0.35 %'."""
    number = 100 * share
    return f"{number:.0f} %" if share >= 0.1 else f"{number:.2g} %"


def about(number: float) -> str:
    """A number that is not known to the last digit, with three significant: '1,230,000'."""
    rounded = float(f"{number:.3g}")
    is_whole = abs(rounded) >= 100 or rounded == round(rounded)
    return f"{rounded:,.0f}" if is_whole else f"{rounded:,.3g}"


def ordinal(number: int) -> str:
    """A place in a row, as in '3rd'."""
    endings = {1: "st", 2: "nd", 3: "rd"}
    is_teen = number % 100 in (11, 12, 13)
    ending = "th" if is_teen else endings.get(number % 10, "th")
    return f"{number:,}{ending}"


_GREAT = ((1_000_000_000, "billion"), (1_000_000, "million"))
_SMALL = (
    "none",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)
_MINUS = "−"


def figure(value: float) -> str:
    """A number with its significant digits, as the page's script has it: 1,234,567; 12.4; −0.5."""
    size = abs(value)
    places = 0 if size >= 100 else 1 if size >= 1 else 2
    rounded = Decimal(value).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    text = f"{rounded:,f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text.replace("-", _MINUS)


def rarely(value: float) -> str:
    """A number that may be very small, with two digits that mean something: 0.000001, 0.035, 12."""
    if not value or abs(value) >= 0.1:
        return figure(value)
    return f"{Decimal(f'{value:.2g}'):f}".replace("-", _MINUS)


def short(value: float) -> str:
    """A great number in words: 109 million."""
    for size, word in _GREAT:
        if abs(value) >= size:
            return f"{figure(value / size)} {word}"
    return figure(value)


def spelt(count: int) -> str:
    """A small number as a word: six."""
    return _SMALL[count] if 0 <= count < len(_SMALL) else figure(count)


def day(iso: str, *, year: bool = False) -> str:
    """A date in words: 23 November, with the year if asked for."""
    parsed = date.fromisoformat(iso[:10])
    in_words = f"{parsed.day} {parsed:%B}"
    return f"{in_words} {parsed.year}" if year else in_words


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
    whole = country(code)
    return whole if region in ("", whole) else f"{whole} ({region})"


def spoken(name: str) -> str:
    """A name of the code as words: ``child_on_loop`` is child on loop."""
    return name.replace("_", " ")


def counted(count: int, one: str, many: str = "") -> str:
    """A count and what it counts: ``1 play``, ``1,200 plays``."""
    word = one if count == 1 else many or f"{one}s"
    return f"{count:,} {word}"


def times(count: int) -> str:
    """How often: ``once``, ``twice``, ``19 times``."""
    return {1: "once", 2: "twice"}.get(count, f"{count:,} times")


def listed(words: Sequence[str], most: int = 6) -> str:
    """Words as a list: ``a``, ``a and b``, ``a, b and c``; beyond `most`, how many more."""
    shown = list(words[:most])
    if len(words) > most:
        shown.append(f"{len(words) - most} more")
    if len(shown) < 2:
        return "".join(shown)
    *first, last = shown
    return f"{', '.join(first)} and {last}"


def size_in_words(count: float) -> str:
    """Write a number of bytes for people."""
    for unit in ("bytes", "kB", "MB", "GB"):
        if count < 1000:
            return f"{count:.3g} {unit}"
        count /= 1000
    return f"{count:,.3g} TB"
