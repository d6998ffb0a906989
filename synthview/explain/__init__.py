"""One household's days: what happened beside what was logged, as plain facts."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from synthview.errors import InputError
from synthview.explain.closeup import Closeup, look_closely
from synthview.explain.days import Chapter, Run, chapters
from synthview.explain.point import acts, point, summary
from synthview.explain.reading import read_plays, read_story
from synthview.explain.replay import household_of_account, household_of_cast, household_of_play, replay
from synthview.explain.telling import Logged, Play, Story
from synthview.scenario import Scenario
from synthview.sinks.id_forms import id_as

__all__ = [
    "Chapter", "Closeup", "Logged", "Play", "Run", "Story", "acts", "chapters", "close_story", "household_of_account", "household_of_cast", "household_of_play", "point",
    "story", "summary",
]  # fmt: skip


def story(scenario: Scenario, household: int, *, ids: str = "int") -> Story:
    """Replay one household alone, at once even inside a world of millions; `ids` is how it tells ids, int or text."""
    return read_story(replay(scenario, household), ids)


def close_story(scenario: Scenario, play: int, *, ids: str = "int") -> tuple[Story, Closeup]:
    """The day around a play, by its public id, and everything about the play itself.

    Raises InputError where no such play is in the days of the scenario's run.
    """
    household, run = household_of_play(scenario, play), scenario.run
    none = InputError(
        f"There is no play {id_as(ids, play, 'p')} in {scenario.name} from {run.start} to before {run.end}. Was it made with another "
        "seed, setting, day, --households or --without? Give the same here."
    )
    if household >= run.households:
        raise none
    lived = replay(scenario, household, play)
    every = read_plays(lived)
    chosen = next((one for one in every if one.play_id == play), None)
    told = read_story(lived, ids)
    if chosen is None or not (chosen in (*told.eve, *told.plays) or (chosen.logged and chosen.logged.is_in_run)):
        raise none
    day = tuple(one for one in every if one.day == chosen.day)
    eve = tuple(one for one in every if one.day < chosen.day <= one.end.date())
    around = replace(
        told, run_start=chosen.day, run_days=1, first=chosen.day, end=chosen.day + timedelta(days=1), plays=day, eve=eve
    )
    return around, look_closely(lived, chosen)
