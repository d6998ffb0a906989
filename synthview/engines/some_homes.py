"""Some homes of a larger run: which they are, and a world that has room for them."""

from __future__ import annotations

from collections.abc import Container

from synthview.errors import InputError
from synthview.registry import installed
from synthview.scenario import Scenario, load

__all__ = ["some_homes", "with_room"]

_HOUSEHOLDS = "run.households"


def some_homes(household: int | None, some: range | None) -> range | None:
    """One household by its number, or a range of them, as a range; raises InputError for both."""
    if household is None:
        return some
    if some is not None:
        raise InputError("household and household_range exclude each other. Keep one of them.")
    if type(household) is not int or household < 0:
        raise InputError(f"household is {household!r}; a whole number from 0 is needed.")
    return range(household, household + 1)


def with_room(some: range | None, scenario: Scenario, stated: Container[str]) -> Scenario:
    """The scenario with as many households as a range of them needs, unless their number is stated.

    Raises InputError for a range that does not rise, or that lies beyond a stated number.
    """
    if some is None:
        return scenario
    if not 0 <= some.start < some.stop or some.step != 1:
        raise InputError(
            f"--household-range is {some.start}:{some.stop - 1}; it rises, from 0 on, as 5000:5999."
        )
    of = scenario.run.households
    if some.stop <= of:
        return scenario
    if _HOUSEHOLDS in stated:
        raise InputError(
            f"--household-range asks for household {some.stop - 1:,}; of {of:,} the last is "
            f"{of - 1:,}. Ask for more --households, or leave that out."
        )
    return load(scenario, installed(), {_HOUSEHOLDS: some.stop})
