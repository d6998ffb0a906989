"""Settings of the company: what it does to aggregates before they are kept."""

from __future__ import annotations

from synthview.company_tables import RULES_OF_CELLS
from synthview.scenario.settings import GUESS, choice, number, section

__all__ = ["CompanySettings"]


@section
class CompanySettings:
    """What the company keeps without people in it, and how it treats small cells."""

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
    noise_scale: float = number(
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
