"""Telephone numbers that reach nobody: those that regulators reserve for fiction.

A country that reserves none has none. Numbers are written as people of the country write them, with
the area code in parentheses: a spreadsheet then takes them neither for a formula, a number nor a
date.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

__all__ = ["COUNTRIES_WITH_NUMBERS", "is_reserved_phone", "phone"]


@dataclass(frozen=True, slots=True)
class Range:
    """Reserved numbers: an area code, and a line number whose `x` run from `first` to `last`."""

    area: str
    pattern: str
    first: int
    last: int

    def __len__(self) -> int:
        """Return how many numbers there are."""
        return self.last - self.first + 1

    def number(self, place: int) -> str:
        """Return the number at a place of the range."""
        digits = iter(f"{self.first + place:0{self.pattern.count('x')}}")
        line = re.sub("x", lambda _: next(digits), self.pattern)
        return f"({self.area}) {line}"

    def holds(self, text: str) -> bool:
        """Return whether text is a number of the range, in the form that `number` gives."""
        form = re.escape(f"({self.area}) {self.pattern}").replace("x", "([0-9])")
        found = re.fullmatch(form, text)
        return found is not None and self.first <= int("".join(found.groups())) <= self.last


_US_AREAS = """
    201 202 203 205 206 207 208 209 210 212 213 214 215 216 217 218 219 224 225 228 229 231 234
    239 240 248 251 252 253 254 256 260 262 267 269 270 276 281 301 302 303 304 305 307 308 309
    310 312 313 314 315 316 317 318 319 320 321 323 325 330 334 336 337 347 351 352 360 361 386
    401 402 404 405 406 407 408 409 410 412 413 414 415 417 419 423 425 432 434 435 440 443 469
    478 479 480 484 501 502 503 504 505 507 508 509 510 512 513 515 516 517 518 520 530 540 541
    551 559 561 562 563 567 570 571 573 574 580 585 586 601 602 603 605 606 607 608 609 610 612
    614 615 616 617 618 619 620 623 626 630 631 636 641 646 650 651 660 661 662 678 682 701 702
    703 704 706 707 708 712 713 714 715 716 717 718 719 720 724 727 731 732 734 740 754 757 760
    763 765 770 772 773 774 775 781 785 786 801 802 803 804 805 806 808 810 812 813 814 815 816
    817 818 828 830 831 832 843 845 847 848 850 856 857 858 859 860 862 863 864 865 901 903 904
    906 907 908 909 910 912 913 914 915 916 917 918 919 920 925 928 931 936 937 940 941 947 949
    951 952 954 956 970 971 972 973 978 979 980 985 989
"""
_CANADIAN_AREAS = (
    "204 226 250 289 306 403 416 418 438 450 506 514 "
    "519 604 613 647 705 709 778 780 807 819 902 905"
)
_BRITISH_CITIES = "0113 0114 0115 0116 0117 0118 0121 0131 0141 0151 0161"


def _north_american(areas: str) -> tuple[Range, ...]:
    return tuple(Range(area, "555-0xxx", 100, 199) for area in areas.split())


RESERVED: dict[str, tuple[Range, ...]] = {
    # NANPA: 555-0100 to 555-0199 in every area code.
    "US": _north_american(_US_AREAS),
    "CA": _north_american(_CANADIAN_AREAS),
    # Ofcom, "Telephone numbers for use in TV and radio drama programmes".
    "GB": (
        *(Range(area, "496 0xxx", 0, 999) for area in _BRITISH_CITIES.split()),
        Range("0191", "498 0xxx", 0, 999),
        Range("020", "7946 0xxx", 0, 999),
        Range("028", "9649 6xxx", 0, 999),
        Range("029", "2018 0xxx", 0, 999),
        Range("01632", "960xxx", 0, 999),
        Range("07700", "900xxx", 0, 999),
    ),
    # ComReg, National Numbering Conventions: 020 91x xxxx for drama.
    "IE": (Range("020", "91x xxxx", 0, 99_999),),
    # ACMA, "Phone numbers for use in TV shows, films and creative works".
    "AU": tuple(
        Range(area, f"{exchange} xxxx", 0, 9_999)
        for area in ("02", "03", "07", "08")
        for exchange in ("5550", "7010")
    ),
    # Arcep, decision 2018-0881: numbers for audiovisual works.
    "FR": (
        Range("01", "99 00 xx xx", 0, 9_999),
        Range("02", "61 91 xx xx", 0, 9_999),
        Range("03", "53 01 xx xx", 0, 9_999),
        Range("04", "65 71 xx xx", 0, 9_999),
        Range("05", "36 49 xx xx", 0, 9_999),
        Range("06", "39 98 xx xx", 0, 9_999),
    ),
    # Bundesnetzagentur, notice 148/2021: numbers for media productions ("Drama Numbers").
    "DE": (
        Range("030", "23125 xxx", 0, 999),
        Range("069", "90009 xxx", 0, 999),
        Range("040", "66969 xxx", 0, 999),
        Range("0221", "4710 xxx", 0, 999),
        Range("089", "99998 xxx", 0, 999),
    ),
    # PTS: numbers for books and films.
    "SE": (
        Range("031", "390 06 xx", 0, 99),
        Range("040", "628 04 xx", 0, 99),
        Range("08", "465 004 xx", 0, 99),
        Range("0980", "31 92 xx", 0, 99),
        Range("070", "174 06 xx", 5, 99),
    ),
}
"""Ranges by country, without mobile ranges of single numbers, toll-free and premium ones."""
COUNTRIES_WITH_NUMBERS = tuple(RESERVED)


def phone(n: Sequence[int] | NDArray[np.integer], countries: Sequence[str]) -> list[str | None]:
    """Return a number for each of `n` in its country, None where that reserves none.

    Different `n` give different numbers until the ranges of the country are used up; then they
    repeat.
    """
    return [
        _numbered(number, country)
        for number, country in zip(np.asarray(n).tolist(), countries, strict=True)
    ]


def is_reserved_phone(text: str, country: str) -> bool:
    """Return whether text is a number reserved for fiction, in the form that `phone` gives."""
    area = text.partition(")")[0].removeprefix("(")
    return any(one.holds(text) for one in _by_area(country).get(area, ()))


def _numbered(number: int, country: str) -> str | None:
    ranges = RESERVED.get(country)
    if ranges is None:
        return None
    ends = _ends(country)
    place = number % ends[-1]
    at = bisect_right(ends, place)
    return ranges[at].number(place - ends[at] + len(ranges[at]))


@cache
def _ends(country: str) -> list[int]:
    """How many numbers a country has up to the end of each of its ranges."""
    return list(accumulate(map(len, RESERVED[country])))


@cache
def _by_area(country: str) -> dict[str, list[Range]]:
    found: dict[str, list[Range]] = {}
    for one in RESERVED.get(country, ()):
        found.setdefault(one.area, []).append(one)
    return found
