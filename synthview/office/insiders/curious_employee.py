"""Somebody of the staff looks up a person they know, or a celebrity, without being asked to."""

from __future__ import annotations

from typing import ClassVar

from synthview.scenario.settings import GUESS, curve, number, section
from synthview.stage.disguise import dial

__all__ = ["CuriousEmployee"]


@section
class CuriousEmployee:
    """An analyst or somebody of support looks up an account that is none of their business.

    It is that of a friend, of family, of an ex or of a celebrity: each has one account in mind for
    each of these, and comes back to it. Where the tool asks for a purpose, one is made up.
    """

    tells: ClassVar[tuple[str, ...]] = (
        "no ticket",
        "the same employee and account again and again",
        "often in the evening, after work",
    )

    rate: float = number(
        0.003,
        unit="times per analyst or support employee and day",
        allowed=(0, 4),
        low=0.0003,
        high=0.03,
        source=GUESS,
        scale="log",
        about="How often somebody who can looks up somebody they know; nobody publishes it.",
    )
    late_share: float = number(
        0.5,
        unit="share",
        allowed=(0, 1),
        low=0.2,
        high=0.8,
        source=GUESS,
        scale="logit",
        about="How many of these look-ups are made after the working day.",
    )
    late_minutes: tuple[float, ...] = curve(
        [30, 210], unit="minutes after the working day, from and to", source=GUESS,
        about="When those look-ups are made.",
    )  # fmt: skip
    celebrities: int = number(
        3, unit="accounts", allowed=(1, 10_000), low=1, high=30, source=GUESS, scale="log",
        about="How many celebrities there are, the same for everybody.",
    )  # fmt: skip
    disguise: float = dial(
        "look-ups",
        "A disguised look-up is made in working hours: support makes up a ticket of the account, "
        "and an analyst reads it off a report of all.",
    )
