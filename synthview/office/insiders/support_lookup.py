"""Support opens an account to help somebody who asked."""

from __future__ import annotations

from typing import ClassVar

from synthview.scenario.settings import GUESS, number, section

__all__ = ["SupportLookup"]


@section
class SupportLookup:
    """Somebody asks for help, and whoever answers opens the account with its viewing history.

    This is what the console is for: the ticket is named, and one account is touched.
    """

    tells: ClassVar[tuple[str, ...]] = ("a ticket of the same account, opened shortly before",)

    rate: float = number(
        0.8,
        unit="look-ups per ticket",
        allowed=(0, 1),
        low=0.4,
        high=0.95,
        source=GUESS,
        scale="logit",
        about="How many tickets are answered with a look into the account.",
    )
    tickets_per_account_year: float = number(
        0.5,
        unit="tickets per account and year",
        allowed=(0, 100),
        low=0.1,
        high=2,
        source=GUESS,
        scale="log",
        about="How often somebody asks support for help.",
    )
    answer_minutes: int = number(
        90, unit="minutes", allowed=(1, 10_080), low=20, high=1_440, source=GUESS, scale="log",
        about="Within how many minutes after the ticket that look is taken, each as likely.",
    )  # fmt: skip
