"""One household's days: what happened beside what was logged, as plain facts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from synthview.errors import InputError
from synthview.explain.closeup import Closeup, look_closely
from synthview.explain.days import AlikePlays, Chapter, chapters
from synthview.explain.onlookers import onlookers_of
from synthview.explain.point import acts, point, summary
from synthview.explain.reading import read_plays, read_story
from synthview.explain.replay import (
    household_of_account,
    household_of_cast,
    household_of_play,
    replay,
)
from synthview.explain.telling import Logged, Play, Story
from synthview.scenario import Scenario
from synthview.sinks.id_forms import id_as

__all__ = [
    "AlikePlays",
    "Chapter",
    "Closeup",
    "Logged",
    "Play",
    "Story",
    "acts",
    "chapters",
    "close_story",
    "household_of_account",
    "household_of_cast",
    "household_of_play",
    "point",
    "story",
    "summary",
]


def story(scenario: Scenario, household: int, *, ids: str = "int") -> Story:
    """Replay one household alone, quickly even in a world of millions; `ids` is int or text."""
    replayed = replay(scenario, household)
    return replace(read_story(replayed, ids), onlookers=onlookers_of(replayed, ids))


def close_story(scenario: Scenario, play: int, *, ids: str = "int") -> tuple[Story, Closeup]:
    """Return the day around a play, by its public id, and everything about the play itself.

    Raises InputError if no such play is in the days of the scenario's run.
    """
    household, run = household_of_play(scenario, play), scenario.run
    unknown = InputError(
        f"There is no play {id_as(ids, play, 'p')} in {scenario.name} from {run.start} to before "
        f"{run.end}. Was it made with another seed, setting, day, --households or --without? "
        f"Give the same here."
    )
    if household >= run.households:
        raise unknown
    replayed = replay(scenario, household, play)
    every = read_plays(replayed)
    chosen = next((one for one in every if one.play_id == play), None)
    whole = read_story(replayed, ids)
    if chosen is None or not _is_of_run(chosen, whole):
        raise unknown
    return _day_of(chosen, every, whole), look_closely(replayed, chosen)


def _is_of_run(play: Play, whole: Story) -> bool:
    is_shown = play in (*whole.eve, *whole.plays)
    return is_shown or (play.logged is not None and play.logged.is_in_run)


def _day_of(chosen: Play, every: Iterable[Play], whole: Story) -> Story:
    """Return the story of the day of a play."""
    day = chosen.day
    plays = list(every)
    return replace(
        whole,
        run_start=day,
        run_days=1,
        first=day,
        end=day + timedelta(days=1),
        plays=tuple(one for one in plays if one.day == day),
        eve=tuple(one for one in plays if one.day < day <= one.end.date()),
    )
