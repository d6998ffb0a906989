"""A dump leaves the warehouse as a spreadsheet, and is sent on."""

from __future__ import annotations

from typing import ClassVar

from synthview.scenario.settings import GUESS, number, section
from synthview.stage.disguise import dial

__all__ = ["EmailedSpreadsheet"]


@section
class EmailedSpreadsheet:
    """An analyst or somebody of marketing exports rows of accounts, and mails the file to others.

    From then on nobody knows who has it: retention and erasure stop at the edge of the warehouse.
    """

    tells: ClassVar[tuple[str, ...]] = ("exported from a spreadsheet", "no sign-off")

    rate: float = number(
        0.01,
        unit="times per analyst or marketing employee and day",
        allowed=(0, 4),
        low=0.001,
        high=0.1,
        source=GUESS,
        scale="log",
        about="How often a dump of accounts leaves the warehouse.",
    )
    copies: float = number(
        4.0,
        unit="copies",
        allowed=(1, 1000),
        low=2,
        high=20,
        source=GUESS,
        scale="log",
        about="How many copies of it there are in the end, on average.",
    )
    disguise: float = dial(
        "dumps",
        "A disguised dump is exported from the warehouse as reports are, with a purpose of the "
        "role and a sign-off.",
    )
