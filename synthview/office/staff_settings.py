"""Settings of the staff: how many there are, and what they query in the course of their work."""

from __future__ import annotations

from synthview.scenario.settings import GUESS, curve, number, section

__all__ = ["StaffSettings"]


@section
class StaffSettings:
    """The people who work for the company and can see what others watch."""

    analysts: int = number(
        40, unit="employees", allowed=(1, 10_000), low=10, high=500, source=GUESS, scale="log",
        about="Analysts and engineers with access to the warehouse.",
    )
    support: int = number(
        60, unit="employees", allowed=(1, 100_000), low=10, high=5000, source=GUESS, scale="log",
        about="Who answers tickets; they work on every day of the week.",
    )
    marketing: int = number(
        15, unit="employees", allowed=(1, 10_000), low=5, high=300, source=GUESS, scale="log",
        about="Who plans campaigns, and gets lists for them.",
    )
    security: int = number(
        6, unit="employees", allowed=(1, 10_000), low=2, high=100, source=GUESS, scale="log",
        about="Who looks into abuse of accounts.",
    )
    legal: int = number(
        4, unit="employees", allowed=(1, 10_000), low=1, high=50, source=GUESS, scale="log",
        about="Who serves requests of courts and of people.",
    )
    working_hours: float = number(
        8, unit="hours", allowed=(1, 16), low=7, high=10, source=GUESS,
        about="How long somebody works in a day, or in a shift.",
    )
    work_begins: tuple[float, ...] = curve(
        [8, 10], unit="hours, from and to, of the office", source=GUESS,
        about="When people of the offices begin their day, on a half hour; each has one time.",
    )
    shifts: int = number(
        3, unit="shifts a day", allowed=(1, 24), low=1, high=4, source=GUESS,
        about="Shifts of support, from midnight on; each of them works in one.",
    )
    customers_ask: tuple[float, ...] = curve(
        [8, 22], unit="hours, from and to, UTC", source=GUESS,
        about="When people write to the company, or change what they agreed to.",
    )
    queries_per_analyst: float = number(
        2.0, unit="queries per analyst and working day", allowed=(0, 100), low=0.5, high=10,
        source=GUESS, scale="log",
        about="Queries of rows about accounts; dashboards of aggregates do not count.",
    )
    queries_of_others: float = number(
        0.2, unit="queries per employee of marketing or security and working day",
        allowed=(0, 100), low=0.02, high=2, source=GUESS, scale="log",
        about="The same by marketing, for campaigns, and by security, for abuse.",
    )
    export_share: float = number(
        0.05, unit="share of queries", allowed=(0, 1), low=0.01, high=0.2, source=GUESS,
        scale="logit",
        about="How many ordinary queries are exported.",
    )
    consent_share: float = number(
        0.7, unit="share", allowed=(0, 1), low=0.3, high=0.95, source=GUESS, scale="logit",
        about="How many accounts agree to a use of their data when they sign up.",
    )
    consent_changes_per_year: float = number(
        0.1, unit="per account and purpose and year", allowed=(0, 100), low=0.01, high=0.5,
        source=GUESS, scale="log",
        about="How often somebody changes what they agreed to.",
    )
