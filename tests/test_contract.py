"""Every actor and fault, ours and others', keeps to the contract."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, cast

import pytest

from synthview.checks.contract import RULES, Rule, Trial, has_complete_settings, is_documented
from synthview.registry import installed
from synthview.scenario.settings import settings_of

SHOWS: dict[str, tuple[dict[str, Any], int, int]] = {
    "ad_blocker": ({"rate": 0.6, "breaks": 0.2}, 220, 3),
    "asleep_on_sofa": ({"rate": 0.2}, 420, 4),
    "autoplay_previews": ({"rate": 0.8}, 120, 3),
    "background_tv": ({"rate": 0.8, "days": 1.0}, 150, 4),
    "cat_on_remote": ({"rate": 1.0}, 180, 4),
    "child_on_loop": ({"rate": 0.9, "spell_days": 120}, 360, 4),
    "devoted_fan": ({"rate": 0.8, "spell_days": 240}, 150, 4),
    "empty_room_protest": ({"rate": 0.8, "spell_days": 120}, 150, 4),
    "hype": ({"rate": 0.8, "half_life_days": 0.8}, 260, 4),
    "misclick": ({"rate": 0.1}, 300, 4),
    "monitor_probe": ({"rate": 0.4}, 120, 3),
    "public_screen": ({"rate": 0.6, "spell_days": 39}, 300, 4),
    "reseller": ({"rate": 0.3}, 120, 3),
    "shared_account": ({"rate": 0.6}, 200, 4),
    "stream_errors": ({"rate": 0.03}, 420, 4),
    "toddler_on_remote": ({"rate": 0.6}, 820, 4),
    "vpn_user": ({"rate": 0.6}, 360, 4),
    "blocked_telemetry": ({"rate": 0.6}, 250, 3),
    "clock_skew": ({"rate": 0.4}, 300, 2),
    "collector_outage": ({"rate": 300.0}, 60, 30),
    "doubled_events": ({"rate": 0.4}, 100, 2),
    "late_arrivals": ({"rate": 0.9, "longest_days": 1.5}, 420, 3),
    "local_time_as_utc": ({"rate": 0.4}, 200, 2),
    "lost_events": ({"rate": 0.3}, 100, 2),
    "missing_ends": ({"rate": 0.3}, 100, 2),
    "reordered_events": ({"rate": 0.3}, 130, 2),
    "schema_drift": ({"rate": 0.5}, 300, 2),
    "truncated_rows": ({"rate": 0.02}, 140, 1),
}
"""Settings, households and days in which each shows; those of other packages are tried at what a trial is by itself."""
IN_THE_NEWS = {
    "titles": [{"name": "A Film", "released_on": "2017-09-01", "runtime_minutes": 90, "genres": ["comedy"], "popularity_rank": 50}],
    "dated_events": [{"name": "A tweet", "title": "A Film", "on": "2017-10-02", "lift": 3}],
}  # fmt: skip
"""A title and a day on which it is in the news: the one act that needs more than homes."""
WORLDS: dict[str, dict[str, Any]] = {"hype": IN_THE_NEWS}
EVERYBODY = {**installed().actors, **installed().faults}
CAN_HIDE = tuple(name for name in SHOWS if "disguise" in settings_of(cast("type", EVERYBODY[name])))
"""Those of ours with a dial of how hard they are to tell."""
STATED: tuple[Rule, ...] = (is_documented, has_complete_settings)
"""Rules about what is written of it, for which nothing is simulated."""
ACTED = tuple(rule for rule in RULES if rule not in STATED)

ONE_OF_EACH_KIND = {
    "cat_on_remote": "plays are started in homes that suit",
    "devoted_fan": "a choice lasts for days",
    "lost_events": "messages never come",
}
"""Those of ours of which every run of the tests asks all rules, with the kind of act that each stands for."""


def _name_of(rule: Rule) -> str:
    return str(rule.__name__)


HELD_OF_ALL_AT_ONCE = {"cannot_see_its_neighbours", "cannot_see_who_comes_first"}
"""Rules that hold of everybody in company: the trial of any one asks them of all who act beside it."""


def _asked() -> list[Any]:
    """Everybody and every rule of what is done, with marks that tell when it is asked.

    Those that act in a way which another stands for are asked with `-m slow`, as each costs some
    seven seconds of a processor; of them what any trial asks of all is asked with `-m long`.
    Those of other packages are always asked.
    """
    usual = {name for name in EVERYBODY if name not in SHOWS or name in ONE_OF_EACH_KIND}
    return [
        pytest.param(
            name, rule, marks=_marks(rule, is_usual=name in usual), id=f"{name}-{_name_of(rule)}"
        )
        for name in EVERYBODY
        for rule in ACTED
    ]


def _marks(rule: Rule, *, is_usual: bool) -> tuple[pytest.MarkDecorator, ...]:
    if is_usual:
        return ()
    held = _name_of(rule) in HELD_OF_ALL_AT_ONCE
    return (pytest.mark.slow, pytest.mark.long) if held else (pytest.mark.slow,)


@lru_cache(maxsize=1)
def trial_of(name: str, **changed: float) -> Trial:
    """The trial of an actor or fault, kept while all rules are asked of it; `changed` are settings."""
    if name not in SHOWS:
        return Trial(EVERYBODY[name])
    settings, households, days = SHOWS[name]
    more = MORE_HOMES.get(name, 2) if changed else 1
    shown = {**settings, **changed}
    return Trial(EVERYBODY[name], shown, more * households, days, entries=WORLDS.get(name, {}))


MORE_HOMES = {"child_on_loop": 6, "reseller": 3}
"""Of these some hide by doing less: so many times the homes show as many acts at the end of the dial."""


@pytest.mark.parametrize("rule", STATED, ids=_name_of)
@pytest.mark.parametrize("name", EVERYBODY)
def test_what_is_written_of_it_is_complete(name: str, rule: Rule) -> None:
    """Every actor and fault that this installation knows has a manual, and settings with source and range."""
    assert rule(trial_of(name)) == []


@pytest.mark.parametrize(("name", "rule"), _asked())
def test_the_contract_is_kept(name: str, rule: Rule) -> None:
    """Nothing is amiss with what any actor or fault does that this installation knows."""
    assert rule(trial_of(name)) == []


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.parametrize("rule", ACTED, ids=_name_of)
@pytest.mark.parametrize("dial", [0.5, 1.0])
@pytest.mark.parametrize("name", CAN_HIDE)
def test_the_contract_is_kept_in_disguise(name: str, dial: float, rule: Rule) -> None:
    """Wherever the dial stands, an actor acts where truth says so and leaves all else alone."""
    assert rule(trial_of(name, disguise=dial)) == []


def test_those_asked_each_time_are_known() -> None:
    """An actor that was renamed does not fall out of the usual run unseen."""
    assert set(ONE_OF_EACH_KIND) <= set(SHOWS) <= set(EVERYBODY)
