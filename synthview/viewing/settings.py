"""Settings of viewing: how often, when, how long, and how people choose."""

from __future__ import annotations

from synthview.scenario.settings import GUESS, curve, number, section, shares

__all__ = ["ChoosingSettings", "SittingSettings"]


@section
class SittingSettings:
    """Who sits down when, for how long, alone or together."""

    share_of_days: float = number(
        0.33, unit="share", allowed=(0, 0.95), low=0.2, high=0.4, source="S08", scale="logit",
        about="Days on which a typical adult sits down, in the middle of light and heavy users.",
    )
    share_of_days_spread: float = number(
        1.1, unit="logit sd", allowed=(0, 4), low=0.6, high=1.3, source=GUESS,
        about="How light and heavy users differ.",
    )
    burst_days: float = number(
        9, unit="days", allowed=(1, 200), low=5, high=16, source=GUESS, scale="log",
        about="Mean length of a spell in which a person keeps coming back.",
    )
    lull_share_of_days: float = number(
        0.15, unit="share", allowed=(0, 1), low=0.05, high=0.3, source=GUESS,
        about="In a lull, days watched as a share of those in a burst.",
    )
    sitting_minutes: float = number(
        116, unit="minutes", allowed=(1, 1000), low=80, high=140, source="S09", scale="log",
        about=(
            "Median time meant to be spent in one session; what is meant beyond four hours comes "
            "about in part."
        ),
    )
    sitting_minutes_spread: float = number(
        0.55, unit="log sd", allowed=(0, 2), low=0.4, high=0.8, source=GUESS,
        about="Spread of the length of sessions.",
    )
    second_sitting: float = number(
        0.24, unit="share", allowed=(0, 1), low=0.1, high=0.3, source=GUESS, scale="logit",
        about="Active days with a second session of the same person.",
    )
    together: float = number(
        0.55, unit="share", allowed=(0, 1), low=0.3, high=0.7, source=GUESS, scale="logit",
        about="When two of a home are active on a day, how often they watch in one session.",
    )
    hours_of_day: tuple[float, ...] = curve(
        [
            3.2, 1.8, 1.0, 0.6, 0.5, 0.6, 1.0, 1.6, 1.9, 2.3, 2.7, 3.0,
            3.4, 3.7, 3.9, 4.3, 5.0, 6.2, 7.6, 9.4, 10.2, 8.6, 6.4, 4.6,
        ],
        unit="share of sittings", source="T01-21",
        about=(
            "When adults sit down, local hours from midnight; plays last, so the hours watched "
            "peak later."
        ),
    )
    kids_hours_of_day: tuple[float, ...] = curve(
        [0, 0, 0, 0, 0, 0.6, 4, 7, 8, 7, 5.5, 5, 4.5, 4, 4.5, 7, 9, 10, 9, 6.5, 3, 1, 0.3, 0],
        unit="share of sittings", source=GUESS,
        about=(
            "When small children sit down, local hours from midnight; no curve is public, K09 "
            "says 6 to 9 and 15 to 20."
        ),
    )
    weekdays: tuple[float, ...] = curve(
        [0.95, 0.91, 0.90, 0.88, 0.93, 1.15, 1.28], unit="times", source="T03-Sun",
        about="How much is watched on each weekday, Monday first.",
    )


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
    credits_seconds: float = number(
        9, unit="seconds", allowed=(0.1, 600), low=4, high=25, source=GUESS, scale="log",
        about="Median time for which people stay once the closing credits have begun.",
    )
