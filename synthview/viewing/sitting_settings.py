"""Settings of sittings: how often, when and for how long people sit down."""

from __future__ import annotations

from synthview.scenario.settings import GUESS, curve, number, section

__all__ = ["SittingSettings"]


@section
class SittingSettings:
    """Who sits down when, for how long, alone or together."""

    share_of_days: float = number(
        0.335, unit="share", allowed=(0, 0.95), low=0.2, high=0.4, source="S08", scale="logit",
        about="Days on which a typical adult sits down, in the middle of light and heavy users.",
    )
    share_of_days_spread: float = number(
        1.5, unit="logit sd", allowed=(0, 4), low=0.9, high=1.9, source=GUESS,
        about="How light and heavy users differ.",
    )
    appetite_of_home: float = number(
        0.5, unit="share", allowed=(0, 1), low=0.2, high=0.7, source=GUESS, scale="logit",
        about="How much of the difference of light and heavy users lies between homes.",
    )
    days_of_class: tuple[float, ...] = curve(
        [1, 1.15, 1.25],
        unit="times", source=GUESS,
        about="On how many days adults, teenagers and children sit down relative to adults.",
    )
    busiest_share_of_days: float = number(
        0.97, unit="share", allowed=(0, 1), low=0.9, high=1, source=GUESS,
        about="The heaviest users sit down on no more days of a burst than that.",
    )
    share_in_burst: float = number(
        0.55, unit="share", allowed=(0.02, 0.98), low=0.3, high=0.8, source=GUESS, scale="logit",
        about="How much of people's time is in such a spell.",
    )
    burst_days: float = number(
        15, unit="days", allowed=(1, 200), low=5, high=24, source=GUESS, scale="log",
        about="Mean length of a spell in which a person keeps coming back.",
    )
    lull_share_of_days: float = number(
        0.06, unit="share", allowed=(0, 1), low=0.02, high=0.3, source=GUESS,
        about="In a lull, days watched as a share of those in a burst.",
    )
    sitting_minutes: float = number(
        182, unit="minutes", allowed=(1, 1000), low=90, high=210, source="S09", scale="log",
        about=(
            "Median time meant to be spent in one session; what is meant beyond four hours "
            "comes about in part."
        ),
    )
    sitting_minutes_spread: float = number(
        0.55, unit="log sd", allowed=(0, 2), low=0.4, high=0.8, source=GUESS,
        about="Spread of the length of sessions.",
    )
    length_of_people_spread: float = number(
        0.45, unit="log sd", allowed=(0, 2), low=0.3, high=0.6, source=GUESS,
        about="How people differ in the length of their sessions.",
    )
    length_of_class: tuple[float, ...] = curve(
        [1, 0.95, 0.78],
        unit="times", source=GUESS,
        about="How long adults, teenagers and children sit relative to adults.",
    )
    length_of_second: float = number(
        0.7, unit="times", allowed=(0, 5), low=0.5, high=1, source=GUESS,
        about="How long the second session of a day is relative to the first.",
    )
    length_at_night: float = number(
        0.5, unit="times", allowed=(0, 5), low=0.3, high=0.8, source=GUESS,
        about="How long sessions are that begin from midnight to 5 o'clock.",
    )
    lift_of_length: float = number(
        0.4, unit="share", allowed=(0, 1), low=0.1, high=0.7, source="T04",
        about="How much of what lifts days of the week and year, beyond how many sit down, lifts "
              "how long they sit: those who come every day anyhow stay longer.",
    )
    long_hours: float = number(
        4, unit="hours", allowed=(0.1, 24), low=3, high=6, source=GUESS,
        about="From here on a part of what adults and teenagers mean comes about: they get hungry.",
    )
    long_hours_of_kids: float = number(
        2, unit="hours", allowed=(0.1, 24), low=1, high=3, source=GUESS,
        about="The same of small children.",
    )
    comes_about: float = number(
        0.25, unit="share", allowed=(0, 1), low=0.1, high=0.5, source=GUESS, scale="logit",
        about="How much comes about of what is meant beyond that.",
    )
    waits_hours: float = number(
        3, unit="hours", allowed=(0, 12), low=1, high=4, source=GUESS,
        about="How long people wait for each other or a screen before they give up.",
    )
    runs_over_minutes: float = number(
        45, unit="minutes", allowed=(0, 240), low=30, high=60, source=GUESS,
        about="How far a session may run over its time to see a film out.",
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
            10.2, 6.41, 3.2, 1.72, 1.9, 0.47, 0.93, 1.17, 0.92, 1.35, 2.48, 2.07,
            2.52, 2.94, 2.96, 2.88, 2.98, 4.85, 4.82, 7.11, 7.49, 10.1, 10.84, 7.51,
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
        [0.915, 0.862, 0.899, 0.86, 0.892, 1.18, 1.392],
        unit="times", source="T03-Sun",
        about="How much is watched on each weekday, Monday first.",
    )
