"""A title is in the news, and many analysts query it at once, in a hurry."""

from __future__ import annotations

from typing import ClassVar

from synthview.scenario.settings import GUESS, number, section

__all__ = ["MadScramble"]


@section
class MadScramble:
    """On a day on which a dated event lifts a title, analysts drop what they do and query it.

    Somebody wants a number before the day is over. The statements are typed in a hurry: rows
    counted in the place of accounts, LIKE that finds the trailer, a window that is a day too long.
    """

    tells: ClassVar[tuple[str, ...]] = (
        "many analysts and one title on one day",
        "the purpose is press",
        "statements that nearly are the same",
    )

    rate: float = number(
        0.3,
        unit="share of analysts per title in the news",
        allowed=(0, 1),
        low=0.05,
        high=0.6,
        source=GUESS,
        scale="logit",
        about="How many analysts join in on the day of a dated event.",
    )
    queries: float = number(
        3.0,
        unit="queries per analyst who joins in",
        allowed=(1, 40),
        low=1,
        high=10,
        source=GUESS,
        scale="log",
        about="How many statements each of them runs on that day.",
    )
    slip_share: float = number(
        0.4,
        unit="share of queries",
        allowed=(0, 1),
        low=0.1,
        high=0.7,
        source=GUESS,
        scale="logit",
        about="How many of the statements have a slip.",
    )
