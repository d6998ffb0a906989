"""What every actor and fault must keep to: rules to ask in the tests of one's own.

In the tests of a package that brings an actor::

    import pytest
    from synthview.checks.contract import RULES, Trial


    @pytest.mark.parametrize("rule", RULES)
    def test_the_dog_keeps_the_contract(rule):
        assert rule(Trial(DogOnSofa, {"rate": 0.5})) == []

A rule answers with what is wrong, in sentences. What an actor does, how often, and for how long,
only a test of its own can tell: one that would fail if all its times were zero, or its rate
another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from synthview.checks.acting import (
    acts_where_truth_says,
    could_touch_all_it_touches,
    doubles_with_its_rate,
    leaves_all_else_alone,
)
from synthview.checks.sameness import (
    cannot_see_its_neighbours,
    cannot_see_who_comes_first,
    draws_from_its_own_streams,
    stands_still_at_nought,
)
from synthview.checks.trial import Trial
from synthview.outside.manuals import manual_of, manual_of_module
from synthview.scenario.settings import CHOICE, GUESS, Setting
from synthview.scenario.sources import sources

__all__ = ["RULES", "Rule", "Trial", "has_complete_settings", "is_documented"]

Rule = Callable[[Trial], list[str]]


def is_documented(trial: Trial) -> list[str]:
    """Its file has a first line, its class a manual, and what of it shows is listed."""
    found = []
    if not manual_of_module(trial.declared.__module__).strip():
        found.append(
            f"The file of {trial.name} has no first line. Say in a sentence what happens there."
        )
    manual = manual_of(trial.declared)
    first, _, rest = manual.partition("\n\n")
    if not first.endswith(".") or not rest.strip():
        found.append(
            f"{trial.name} has no manual. "
            "Its docstring is a sentence, an empty line, and more about it."
        )
    if not trial.declared.tells or not all(trial.declared.tells):
        found.append(f"{trial.name} says nothing of what shows in the log. List it in `tells`.")
    return found


def has_complete_settings(trial: Trial) -> list[str]:
    """Every setting has a unit, a source and a meaning; every number has its ranges.

    The rate can be 0, and doubled.
    """
    settings = trial.declares
    if "rate" not in settings:
        return [f"{trial.name} has no `rate`."]
    found = [
        f"{trial.section}.{name}: {what}"
        for name, one in settings.items()
        for what in _missing(one)
    ]
    allowed, usual = settings["rate"].allowed or (1, 0), settings["rate"].default
    if allowed[0] != 0 or allowed[1] < 2 * usual:
        found.append(
            f"{trial.section}.rate: allow 0, and at least twice the {usual} it usually is."
        )
    return found


def _missing(setting: Setting) -> Iterator[str]:
    if not setting.unit and setting.kind in ("number", "curve", "shares"):
        yield "say its unit."
    if not setting.about.endswith("."):
        yield "say in a sentence what it is about."
    named = [one.strip() for one in setting.source.split(",")]
    if named not in ([GUESS], [CHOICE]) and not set(named) <= set(sources()):
        yield f"the source '{setting.source}' is none of calibration.csv, '{GUESS}' or '{CHOICE}'."
    if setting.kind == "number":
        yield from _misjudged(setting)


def _misjudged(setting: Setting) -> Iterator[str]:
    low = setting.low
    high = setting.high
    allowed = setting.allowed
    if low is None or high is None or allowed is None or not allowed[0] <= low < high <= allowed[1]:
        yield "what one may believe (low to high) lies within what is allowed."
    if setting.scale != "linear" and (low is None or low <= 0):
        yield f"on a {setting.scale} scale low is above 0."


RULES: tuple[Rule, ...] = (
    is_documented,
    has_complete_settings,
    stands_still_at_nought,
    cannot_see_who_comes_first,
    cannot_see_its_neighbours,
    draws_from_its_own_streams,
    acts_where_truth_says,
    doubles_with_its_rate,
    could_touch_all_it_touches,
    leaves_all_else_alone,
)
"""What to ask of a trial, one after the other."""
