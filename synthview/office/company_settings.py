"""Settings of the company: what it does to aggregates, and what it forgets."""

from __future__ import annotations

from synthview.scenario.settings import CHOICE, GUESS, choice, fact, number, section
from synthview.tables.company_tables import RULES_OF_CELLS, HeldTables

__all__ = ["CompanySettings"]


@section
class CompanySettings:
    """What the company keeps without people in it, and whom it forgets."""

    cell_rule: str = choice(
        "exact", options=RULES_OF_CELLS,
        about="What is done to the cells of aggregates: nothing, those with few accounts left out, "
        "numbers rounded, or noise added.",
    )
    smallest_cell: int = number(
        5, unit="accounts", allowed=(1, 100_000), low=3, high=20, source=GUESS,
        about="The fewest accounts that a cell shows if suppressed, and the step of numbers if "
        "rounded; of hours the same number of hours. Not used by the rules exact and noised.",
    )
    blurring: float = number(
        2.0, unit="accounts", allowed=(0, 10_000), low=0.5, high=20, source=GUESS, scale="log",
        about="With the rule noised: the scale of the two-sided geometric noise on each number; of "
        "watched hours as many hours. 1 / epsilon for one account in one cell.",
    )
    restated_days: int = number(
        30, unit="days", allowed=(1, 365), low=7, high=90, source=GUESS,
        about="How many days back a clock is believed: a play that says it began earlier, or after "
        "it was closed, counts on the day it was closed.",
    )
    fewest_shared: int = number(
        3, unit="accounts", allowed=(1, 100_000), low=2, high=20, source=GUESS,
        about="Pairs of works that fewer accounts share are not kept in the graph of co-viewing.",
    )
    access_requests_per_year: float = number(
        0.0, unit="per account and year", allowed=(0, 365), low=0, high=0.02, source=GUESS,
        about="How often people ask what is kept of them; each account once at most.",
    )
    erasure_requests_per_year: float = number(
        0.0, unit="per account and year", allowed=(0, 365), low=0, high=0.02, source=GUESS,
        about="How often people ask to be forgotten. 0 is a company that forgets nobody.",
    )
    erasure_takes_days: int = number(
        14, unit="days", allowed=(1, 365), low=1, high=30, source=GUESS,
        about="Until a request is carried out, at most; many laws allow a month.",
    )
    leavers_kept_days: int = number(
        0, unit="days", allowed=(0, 4090), low=0, high=730, source=GUESS,
        about="After so many days away an account is forgotten; 0 keeps those who left for good.",
    )
    legal_hold_share: float = number(
        0.02, unit="share of accounts", allowed=(0, 1), low=0, high=0.05, source=GUESS,
        about="Accounts of which a legal hold keeps some tables when they are forgotten.",
    )
    legal_hold_tables: HeldTables = fact(
        ("log.accounts", "log.profiles", "log.devices", "log.plays"), source=CHOICE,
        about="The tables of an account that a legal hold keeps; they refer to each other.",
    )
