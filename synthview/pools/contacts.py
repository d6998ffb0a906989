"""Network and e-mail addresses that can reach nobody, because they are reserved for examples.

Each maker takes arrays (or single integers) and returns a list of text, one per element; different
numbers give different text until the reserved range is used up. Numbers show in the text: hand in
permuted ones if their order should stay secret.
"""

import ipaddress
import re
import unicodedata
from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

Integers = int | Sequence[int] | NDArray[np.integer]

VPN_EXITS = 0x8000
"""Add this to a country's index to number the VPN exits in it; homes stay below."""

NETWORKS_V4 = ("192.0.2", "198.51.100", "203.0.113")  # RFC 5737
NETWORK_V6 = ipaddress.IPv6Network("2001:db8::/32")  # RFC 3849
_STYLES = {
    "first.family": "{first}.{family}",
    "firstfamily": "{first}{family}",
    "initialfamily": "{initial}{family}{few}",
    "family.first": "{family}.{first}",
    "first_family": "{first}_{family}",
    "first.family+number": "{first}.{family}{few}",
    "first+year": "{first}{year}",
    "firstinitial+year": "{first}{last}{year}",
    "word+number": "{word}{number}",
    "word+year": "{word}{first}{year}",
}
"""What stands before the @, by the names of the styles in the settings."""
_WORDS = (
    "apple", "autumn", "bear", "birdie", "bluesky", "boat", "breeze", "cactus", "cinema", "cloud",
    "coffee", "comet", "daisy", "dolphin", "dune", "fern", "fox", "galaxy", "garden", "harbor",
    "honey", "island", "ivory", "jazz", "kiwi", "lemon", "lucky", "lunar", "maple", "meadow",
    "mellow", "mint", "misty", "moss", "ocean", "olive", "orbit", "otter", "panda", "pebble",
    "pepper", "pixel", "plum", "polar", "raven", "river", "rocket", "sailor", "shadow", "silver",
    "sparrow", "spruce", "stone", "sunny", "tango", "thunder", "tiger", "tulip", "velvet",
    "violet", "willow",
)  # fmt: skip
_YEARS = range(1948, 2003)
"""When people with an account were born."""
UNACCENTED = str.maketrans(
    {"ø": "o", "æ": "ae", "ß": "ss", "ł": "l", "ı": "i", "đ": "d", "œ": "oe", "ð": "d", "þ": "th"}
)


def ipv6(country_index: Integers, household_index: Integers, host: Integers = 0) -> list[str]:
    """Return addresses 2001:db8:country:household:household::host in canonical form (RFC 5952).

    A country index has 15 bits (16 with `VPN_EXITS`), a household index 32 bits; a host is 0 to
    65,534. Raises `ValueError` outside these, because a wrapped number would give two homes one
    address.
    """
    parts = (
        np.atleast_1d(np.asarray(part, np.int64)) for part in (country_index, household_index, host)
    )
    columns = np.broadcast_arrays(*parts)
    for column, limit in zip(columns, (0xFFFF, 1 << 32, 0xFFFF), strict=True):
        if column.size and (column.min() < 0 or column.max() >= limit):
            found = f"this one goes from {column.min()} to {column.max()}"
            raise ValueError(f"An address part must be from 0 to {limit - 1}; {found}.")
    return [_address(*row) for row in zip(*(column.tolist() for column in columns), strict=True)]


def ipv4_shared(n: Integers) -> list[str]:
    """Return addresses shared by many homes of a carrier; there are 762, then they repeat."""
    return _cycle(_shared_addresses(), n)


def email(
    first: Sequence[str],
    family: Sequence[str],
    style: Sequence[str],
    host: Sequence[str],
    n: Integers,
) -> list[str]:
    """Return an address for each person, as people make them up, with letters a to z.

    Digits stand where the style has some. Numbers `n` choose them; two people with one name, style
    and host may have one address, as seldom as such people are.
    """
    numbers = np.atleast_1d(np.asarray(n)).tolist()
    people = zip(first, family, style, host, numbers, strict=True)
    return [_mailbox(*person) for person in people]


def is_reserved_address(text: str) -> bool:
    """Say whether text is an IP address reserved for documentation."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address):
        return address in NETWORK_V6 and address.scope_id is None
    return text.rpartition(".")[0] in NETWORKS_V4


def is_reserved_email(text: str) -> bool:
    """Say whether text is an e-mail address in a domain reserved for examples."""
    return bool(
        re.fullmatch(
            r"[^@\s]+@([a-z0-9-]+\.)*example(\.(com|org|net))?", text, re.IGNORECASE | re.ASCII
        )
    )


def _address(country: int, household: int, host: int) -> str:
    """Return an address; its `::` stands before the host, as the host counts from 1."""
    high = household >> 16
    low = household & 0xFFFF
    home = f"{high:x}:{low:x}" if low else f"{high:x}" if high else ""
    network = f"2001:db8:{country + 1:x}"
    return f"{network}:{home}::{host + 1:x}" if home else f"{network}::{host + 1:x}"


def _mailbox(first: str, family: str, style: str, host: str, n: int) -> str:
    given, surname = _plain_letters(first), _plain_letters(family)
    n, place = divmod(n, len(_WORDS))
    word = _WORDS[place]
    if not given or not surname:
        return f"{word}{given or surname}{n % 9_000 + 1_000}@{host}"
    n, age = divmod(n, len(_YEARS))
    year = str(_YEARS[age])
    name = _STYLES[style].format(
        first=given,
        family=surname,
        initial=given[0],
        last=surname[0],
        word=word,
        few=n % 97 + 1,
        number=n % 9_973 + 1,
        year=year if n % 10 < 3 else year[2:],  # three in ten write it out
    )
    return f"{name}@{host}"


@cache
def _plain_letters(name: str) -> str:
    spread = unicodedata.normalize("NFKD", name.lower().translate(UNACCENTED))
    return re.sub(r"[^a-z]", "", spread)


def _cycle(choices: list[str], n: Integers) -> list[str]:
    places = np.atleast_1d(np.asarray(n)) % len(choices)
    return [choices[place] for place in places.tolist()]


@cache
def _shared_addresses() -> list[str]:
    return [f"{network}.{host}" for host in range(1, 255) for network in NETWORKS_V4]
