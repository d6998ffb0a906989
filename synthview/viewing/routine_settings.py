"""Settings of routines: hours, a bedtime and a device of one's own."""

from __future__ import annotations

from synthview.scenario.settings import GUESS, curve, number, section

__all__ = ["RoutineSettings"]


@section
class RoutineSettings:
    """At which hours and on which devices a person is used to watch, and who watches at all."""

    usual_hours: float = number(
        0.94, unit="share", allowed=(0, 1), low=0.6, high=0.98, source=GUESS, scale="logit",
        about="Sittings that begin near the usual hour of the person; the others at any hour.",
    )
    usual_hours_spread: float = number(
        0.3, unit="of the spread between people", allowed=(0, 10), low=0.2, high=0.7, source=GUESS,
        scale="log",
        about="How far sittings near the usual hour of a person scatter.",
    )
    hours_of_home: float = number(
        0.35, unit="share", allowed=(0, 1), low=0.1, high=0.6, source=GUESS, scale="logit",
        about="How much of the difference of people's usual hours lies between homes.",
    )
    hours_on_free_days: float = number(
        0.9, unit="correlation", allowed=(0, 1), low=0.4, high=0.97, source=GUESS,
        about="How closely the usual hour of free days follows that of work days.",
    )
    midday_lift: tuple[float, ...] = curve(
        [0, 0, 0, 0, 0, 0, 0, 0.8, 2, 3, 3, 2.8, 2.8, 3, 3.2, 2.8, 1.8, 0.6, 0, 0, 0, 0, 0, 0],
        unit="share of sittings", source=GUESS,
        about="Where the hours of adults differ between free days and work days, from midnight.",
    )
    midday_on_free_days: float = number(
        0.6, unit="times", allowed=(0, 10), low=0.3, high=1, source=GUESS,
        about="How much of that is added to the hours of adults on free days.",
    )
    midday_at_work: float = number(
        0.25, unit="times", allowed=(0, 10), low=0.1, high=0.4, source=GUESS,
        about="How much of that is taken from them on work days, at most half of an hour.",
    )
    hours_in_school: float = number(
        0.35, unit="times", allowed=(0, 1), low=0.1, high=0.6, source=GUESS,
        about="What is left of children's sittings from 9 to 15 o'clock on days of school.",
    )
    second_after_hours: float = number(
        2, unit="hours", allowed=(0, 12), low=1, high=4, source=GUESS,
        about="How long at least lies between two sittings that a person begins on one day.",
    )
    second_within_hours: float = number(
        5, unit="hours", allowed=(0.25, 14), low=2, high=8, source=GUESS, scale="log",
        about="Within how long after that a second sitting lies, in the median.",
    )
    second_within_spread: float = number(
        0.7, unit="log sd", allowed=(0, 2), low=0.4, high=1, source=GUESS,
        about="Spread of how long after that a second sitting lies.",
    )
    second_sitting_spread: float = number(
        0.8, unit="logit sd", allowed=(0, 4), low=0.3, high=1.5, source=GUESS,
        about="How people differ in how often they sit down twice on a day.",
    )
    by_the_clock: float = number(
        0.12, unit="share", allowed=(0, 1), low=0.03, high=0.3, source=GUESS, scale="logit",
        about="Sittings that begin soon after a full or half hour, when a programme, a shift or a "
              "meal is over; the others begin at any minute.",
    )
    by_the_clock_minutes: float = number(
        5, unit="minutes", allowed=(0.1, 30), low=2, high=10, source=GUESS, scale="log",
        about="How long after it they begin, in the mean.",
    )
    bedtime: float = number(
        24.6, unit="hours from midnight", allowed=(18, 28), low=23, high=25.5, source=GUESS,
        about="When grown people go to bed before a work day, in the mean; 25 is one o'clock.",
    )
    bedtime_spread: float = number(
        1.1, unit="hours sd", allowed=(0, 6), low=0.7, high=1.6, source=GUESS,
        about="How people's bedtimes differ.",
    )
    bedtime_follows: float = number(
        0.6, unit="correlation", allowed=(0, 1), low=0.3, high=0.9, source=GUESS,
        about="How closely a person's bedtime follows the usual hour of sitting down.",
    )
    bedtime_varies: float = number(
        0.6, unit="hours sd", allowed=(0, 6), low=0.3, high=1, source=GUESS,
        about="How a person's bedtime varies from night to night.",
    )
    bedtime_on_free_days: float = number(
        0.75, unit="hours", allowed=(0, 6), low=0.3, high=1.5, source=GUESS,
        about="How much later people go to bed before a free day.",
    )
    stays_up_minutes: float = number(
        45, unit="minutes", allowed=(0, 600), low=20, high=90, source=GUESS,
        about="Who sits down so short before bedtime, or later, does not mind it that night.",
    )
    kids_bedtime: float = number(
        22, unit="hours from midnight", allowed=(15, 24), low=19.5, high=22, source=GUESS,
        about="When small children are in bed.",
    )
    adults_devices: tuple[float, ...] = curve(
        [114, 14.5, 9.1, 3.3, 3.1],
        unit="weight", source="D01",
        about="How adults like television, second television, computer, tablet and own phone.",
    )
    teens_devices: tuple[float, ...] = curve(
        [60, 15, 14, 5, 10],
        unit="weight", source=GUESS,
        about="The same of those from 13 to 17.",
    )
    kids_devices: tuple[float, ...] = curve(
        [64, 9, 3, 26, 3],
        unit="weight", source=GUESS,
        about="The same of small children.",
    )
    together_on_tv: float = number(
        5, unit="times", allowed=(0, 100), low=2, high=12, source=GUESS, scale="log",
        about="How much more than alone people like a television set together.",
    )
    others_by_day: float = number(
        2, unit="times", allowed=(0, 100), low=1.3, high=3, source="D09-pc", scale="log",
        about="How much more other devices than television sets are liked from 8 to 17 o'clock.",
    )
    same_device: float = number(
        0.78, unit="share", allowed=(0, 1), low=0.5, high=0.9, source=GUESS, scale="logit",
        about="Sittings for which people take the device that they are used to, if it is free.",
    )
    one_device: float = number(
        0.35, unit="share of people", allowed=(0, 1), low=0.2, high=0.6, source=GUESS,
        scale="logit",
        about="People who always take the device that they are used to, if it is free.",
    )
    device_at_night: float = number(
        0.3, unit="share of people", allowed=(0, 1), low=0.1, high=0.5, source=GUESS, scale="logit",
        about="People who are used to another device from 22 o'clock on, as in bed.",
    )
    on_the_move: float = number(
        0.075, unit="share", allowed=(0, 1), low=0.02, high=0.12, source="D07", scale="logit",
        about="Sittings alone for which people who ever watch on their phone have nothing else.",
    )
    phone_viewers: float = number(
        0.885, unit="share of people", allowed=(0, 1), low=0.5, high=0.95, source="D07",
        scale="logit",
        about="People who ever watch on their phone.",
    )
    kid_viewers: float = number(
        0.88, unit="share of people", allowed=(0, 1), low=0.5, high=0.95, source="P24",
        scale="logit",
        about="Small children who ever watch.",
    )
