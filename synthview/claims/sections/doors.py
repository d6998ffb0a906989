"""Doors: a home behind the number as anybody can picture it, with a door for every day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any

from pydantic import Field

from synthview.claims.plain import ABSENT
from synthview.wording import label_of

__all__ = [
    "STATES",
    "Door",
    "Home",
    "LoggedPlay",
    "TruePlay",
    "doors_in_letters",
    "evenings_of_one",
    "first_child",
    "is_borderline",
    "lacking",
    "person_in_words",
    "sentence_of",
    "story_of",
]

STATES = {
    "person": "p",
    "family": "f",
    "child": "c",
    "asleep": "z",
    "away": "w",
    "animal": "a",
    "stranger": "s",
    "machine": "m",
    "error": "e",
    "none": ".",
}
"""Who was there on a day, and its letter."""
_STORIES = {
    "": "{n} evenings of ordinary people who happened to keep to it.",
    "child_on_loop": "{n} identical ticks; one child’s {times}.",
    "devoted_fan": "{n} ticks, and somebody who meant {most} of them.",
    "public_screen": "{n} identical ticks; a screen on a wall, and whoever came in.",
    "background_tv": "{n} ticks for company; mostly nobody looked.",
    "empty_room_protest": "{n} ticks made on purpose, for an empty room.",
    "monitor_probe": "{n} ticks by a machine that looks after itself.",
    "reseller": "{n} ticks, to see that the login still works.",
    "cat_on_remote": "{n} ticks by four paws.",
    "asleep_on_sofa": "{n} ticks; the film went on without its viewer.",
}
_TIMES = (("breakfasts", range(5, 11)), ("afternoons", range(11, 17)), ("evenings", range(17, 24)))
_NOBODY = {
    "away": "Nobody was there",
    "animal": "A cat walked over the remote; nobody was there",
    "machine": "A machine pressed play; nobody was there",
    "error": "The stream never started",
}

_MORNING = frozenset(f"{hour:02}" for hour in range(5, 11))
"""Hours of breakfasts, as the sentence of a door begins with them."""


@dataclass(frozen=True)
class LoggedPlay:
    """A play as the log has it, by the clock of the home."""

    start: str | None
    end: str | None
    minutes: int
    profile: str
    device: str
    from_: Annotated[str, Field(alias="from")]


@dataclass(frozen=True)
class TruePlay:
    """A play as it happened, by local time: who was there, for how long, and why it ran."""

    start: str
    end: str
    minutes: int
    present_minutes: int
    attended_minutes: int
    who: tuple[str, ...]
    state: str
    pressed: bool
    causes: tuple[str, ...]
    deeds: tuple[str, ...]


@dataclass(frozen=True)
class Door:
    """A day of a home: who was there, as a word of STATES and a sentence, and the title's plays."""

    date: str
    in_window: bool
    counted: bool
    state: str
    same_person: bool
    sentence: str
    log: tuple[LoggedPlay, ...]
    truth: tuple[TruePlay, ...]


@dataclass(frozen=True)
class Home:
    """A home behind the number: its persons, its cause, and a door for every day.

    `verdict` is the rung of truth that it reaches; `missed` says why it is not counted, for those
    that are not. `household` is its number in the world that it was simulated in, `world` the place
    of that world in the answer's `replay`, and `without` names the actors that have no part in it.
    """

    id: str
    home: str
    people: tuple[str, ...]
    profiles: tuple[str, ...]
    cause: str | None
    label: str
    verdict: str
    story: str
    missed: str | None
    doors: tuple[Door, ...]
    household: int | None = field(default=None, metadata=ABSENT)
    world: int | None = field(default=None, metadata=ABSENT)
    without: tuple[str, ...] | None = field(default=None, metadata=ABSENT)


def doors_in_letters(home: Home) -> str:
    """The doors of a home as one letter each."""
    return "".join(STATES[door.state] for door in home.doors)


def person_in_words(person: Mapping[str, Any]) -> str:
    """A person by age, as in 'a child of 4'."""
    age = person["age"]
    sort = "a child" if age < 13 else "a teenager" if age < 18 else "an adult"
    return f"{sort} of {age}" if person["lives_here"] else f"{sort} of {age} who lives elsewhere"


def sentence_of(state: str, play: TruePlay, runtime_minutes: int) -> str:
    """What happened at a play, in one sentence."""
    at = play.start[11:16]
    ran = f"{play.minutes} of {runtime_minutes} minutes"
    if state in _NOBODY and not play.who:
        return f"{at}: {_NOBODY[state]}; it ran for {ran}."
    if state == "stranger" and not play.who:
        return f"{at}: It ran for {ran} before guests, whom the account does not know."
    who = " and ".join(play.who[:3]) or "nobody"
    act = "pressed play" if play.pressed else "was there while it started by itself"
    stayed = f"{play.attended_minutes} of {runtime_minutes} minutes were watched"
    endings = {"asleep": "; then the viewer fell asleep", "away": "; then the room was empty"}
    return f"{at}: {who} {act}; {stayed}{endings.get(state, '')}."


def story_of(cause: str | None, doors: Sequence[Door]) -> str:
    """The days of a home in one line."""
    count = sum(door.counted for door in doors)
    text = _STORIES.get(cause or "", "{n} ticks, brought about by " + label_of(cause) + ".")
    number = {18: "Eighteen", 17: "Seventeen", 1: "One", 0: "No"}.get(count, str(count))
    sat = sum(door.same_person for door in doors)
    most = "every one" if sat == len(doors) else f"{sat}" if 2 * sat > len(doors) else "some"
    return text.format(n=number, times=_times_of_day(doors), most=most)


def _times_of_day(doors: Sequence[Door]) -> str:
    """When it ran on most days, as in 'breakfasts'."""
    hours = [{int(play.start[11:13]) for play in door.truth} for door in doors if door.counted]
    often = (
        word
        for word, span in _TIMES
        if 2 * sum(not one.isdisjoint(span) for one in hours) > len(hours)
    )
    return next(often, "days")


def lacking(home: Home) -> list[Door]:
    """The days that count on which the person who is most faithful did not sit through it."""
    return [door for door in home.doors if door.in_window and not door.same_person]


def evenings_of_one(home: Home) -> int:
    """On how many of the days that count one and the same person sat through it."""
    return sum(door.in_window and door.same_person for door in home.doors)


def is_borderline(home: Home) -> bool:
    """Whether a single evening decides that it is not one person, who sat through all others."""
    return home.verdict != "same_person" and len(lacking(home)) == 1


def first_child(homes: Sequence[Home]) -> Home | None:
    """The home to open first: a child's, with breakfasts or else most children; or the first."""
    return max(homes, key=_of_a_child, default=None)


def _of_a_child(home: Home) -> tuple[bool, int, int]:
    """Whether a child is behind most counted doors, behind how many by morning and in all."""
    counted = [door for door in home.doors if door.in_window]
    with_child = [door for door in counted if door.state == "child"]
    mornings = sum(door.sentence[:2] in _MORNING for door in with_child)
    is_a_childs = 2 * len(with_child) > len(counted)
    return is_a_childs, mornings if is_a_childs else 0, len(with_child)
