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
MAIL_HOSTS = (  # RFC 2606
    "example.com",
    "example.org",
    "example.net",
    "mail.example",
    "post.example",
    "inbox.example",
    "home.example",
    "webmail.example",
)
MAIL_STYLES = (
    "{first}.{family}{n}",
    "{first}{n}",
    "{family}{n}",
    "{first}_{family}{n}",
    "{initial}{family}{n}",
    "{family}.{first}{n}",
)
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


def email(first: Sequence[str], family: Sequence[str], n: Integers) -> list[str]:
    """Return an address for each person, different for different n, with letters a to z."""
    numbers = np.atleast_1d(np.asarray(n)).tolist()
    return [_mailbox(*person) for person in zip(first, family, numbers, strict=True)]


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
    high, low = household >> 16, household & 0xFFFF
    home = f"{high:x}:{low:x}" if low else f"{high:x}" if high else ""
    network = f"2001:db8:{country + 1:x}"
    return f"{network}:{home}::{host + 1:x}" if home else f"{network}::{host + 1:x}"


def _mailbox(first: str, family: str, n: int) -> str:
    style = MAIL_STYLES[n // len(MAIL_HOSTS) % len(MAIL_STYLES)]
    given, surname = _plain_letters(first), _plain_letters(family)
    name = style.format(
        first=given,
        family=surname,
        initial=given[0],
        n=n,
    )
    return f"{name}@{MAIL_HOSTS[n % len(MAIL_HOSTS)]}"


@cache
def _plain_letters(name: str) -> str:
    spread = unicodedata.normalize("NFKD", name.lower().translate(UNACCENTED))
    return re.sub(r"[^a-z]", "", spread) or "user"


def _cycle(choices: list[str], n: Integers) -> list[str]:
    places = np.atleast_1d(np.asarray(n)) % len(choices)
    return [choices[place] for place in places.tolist()]


@cache
def _shared_addresses() -> list[str]:
    return [f"{network}.{host}" for host in range(1, 255) for network in NETWORKS_V4]
