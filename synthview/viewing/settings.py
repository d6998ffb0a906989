"""Settings of viewing: how often, when, how long, and how people choose."""

from __future__ import annotations

from synthview.scenario.settings import GUESS, number, section, shares
from synthview.viewing.sitting_settings import SittingSettings

__all__ = ["ChoosingSettings", "SittingSettings"]


@section
class ChoosingSettings:
    """What people pick, how they leave it, and what they press."""

    film_taste: float = number(
        0.7, unit="share", allowed=(0, 1), low=0.5, high=0.85, source="P12", scale="logit",
        about=(
            "New choices that are films rather than series where there is time for one, in the "
            "middle of people."
        ),
    )
    resume_film: float = number(
        0.62, unit="share", allowed=(0, 1), low=0.3, high=0.8, source="T24-2", scale="logit",
        about="A film left unfinished is taken up again at the next session.",
    )
    next_episode: float = number(
        0.58, unit="share", allowed=(0, 1), low=0.5, high=0.9, source=GUESS, scale="logit",
        about="With a series under way, how often a session goes on with it.",
    )
    goes_on: float = number(
        0.84, unit="share", allowed=(0, 1), low=0.7, high=0.95, source=GUESS, scale="logit",
        about=(
            "After an episode, how often the same session goes on with the next while there is "
            "time."
        ),
    )
    rewatch: float = number(
        0.03, unit="share", allowed=(0, 1), low=0.01, high=0.1, source="T23-3", scale="logit",
        about="Choices that return to a favourite.",
    )
    sleep_aid: float = number(
        0.02, unit="share of adults", allowed=(0, 1), low=0.005, high=0.08, source=GUESS,
        scale="logit",
        about=(
            "Adults who keep one title to fall asleep with; N16-civ counts those who use any "
            "television for it."
        ),
    )
    repeater: float = number(
        0.01, unit="share of profiles", allowed=(0, 1), low=0.002, high=0.05, source=GUESS,
        scale="logit",
        about="Profiles whose people return to one favourite as often as they like.",
    )
    repeat_cap: int = number(
        4, unit="days", allowed=(1, 30), low=3, high=6, source="T25-5",
        about="On how many days of 18 ordinary viewing may return to one film.",
    )
    give_up: float = number(
        0.26, unit="share", allowed=(0, 1), low=0.2, high=0.35, source=GUESS, scale="logit",
        about=(
            "New films and series given up early; P20 says that 35 % more households start than "
            "watch 70 %."
        ),
    )
    choose_by: dict[str, float] = shares(
        {"browse": 0.68, "new_release": 0.12, "search": 0.20}, source=GUESS,
        about="How a new title is found; by T21 two thirds of hours come from the home page.",
    )
    pauses_per_hour: float = number(
        0.9, unit="per hour", allowed=(0, 60), low=0.3, high=2, source=GUESS, scale="log",
        about="Pauses while playing.",
    )
    seeks_per_hour: float = number(
        0.7, unit="per hour", allowed=(0, 60), low=0.2, high=2, source=GUESS, scale="log",
        about="Jumps forwards or back while playing.",
    )
    thumbs_per_play: float = number(
        0.02, unit="share", allowed=(0, 1), low=0.005, high=0.05, source=GUESS, scale="logit",
        about="Plays that get a thumb.",
    )
    browse_seconds: float = number(
        75, unit="seconds", allowed=(1, 3600), low=60, high=90, source=GUESS,
        about="Median time spent choosing; T21 says 60 to 90 seconds, surveys (T22) minutes.",
    )
