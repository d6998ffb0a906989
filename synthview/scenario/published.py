"""Published: how a publisher says that a streak was counted, where anybody knows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from synthview.errors import InvalidChoice, SettingError
from synthview.tables.table_shapes import COUNTRIES

if TYPE_CHECKING:
    from synthview.scenario.declarations import Claim

__all__ = ["COUNTED_BY", "check_counted_by", "said_of"]

COUNTED_BY = {
    "unit": ("account", "profile", "device"),
    "watched": ("any", "2 minutes", "70 %", "90 %"),
    "day": ("utc", "home", "service"),
    "country": COUNTRIES,
}
"""What a claim may say of how it was counted, and the words for it."""


def said_of(claim: Claim) -> Iterator[tuple[str, str]]:
    """What a claim says of how it was counted, by name; what it leaves open is not there."""
    for name in COUNTED_BY:
        word = getattr(claim, name)
        if word is not None:
            yield name, word


def check_counted_by(claim: Claim, before: str = "--", where: str = "") -> None:
    """Refuse a word that is none of these, and any where none is heeded.

    `before` stands before the name of what is refused: of an option unless it is said.
    """
    for name, word in said_of(claim):
        if claim.kind != "streak":
            place = f" in {where}" if where else ""
            raise SettingError(
                f"{before}{name}{place} is for claims of the kind streak; '{claim.name}' is of the "
                f"kind {claim.kind}. Leave it out."
            )
        if word not in COUNTED_BY[name]:
            raise InvalidChoice(f"{before}{name}", word, COUNTED_BY[name], where)
