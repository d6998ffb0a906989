"""The parts of a story: a household, its people, and each play with its row in the log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from synthview.explain.onlookers import Onlookers
from synthview.explain.words import capital, counted, country, length, listed, shift, spoken
from synthview.sinks.id_forms import id_as

__all__ = ["NOTICED_MS", "Deed", "Logged", "Mishap", "Person", "Play", "Presence", "Story"]

Presence = Literal["failed", "nobody", "absent", "partly", "there"]
"""Who was before the screen: the stream never began, nobody, somebody who attended nothing, a
part, or all of it.
"""
NOTICED_MS = 2 * 60_000
"""Differences of less than two minutes are not worth a word."""


@dataclass(frozen=True, slots=True)
class Deed:
    """One act of one actor on a play."""

    actor: str
    what: str

    def __str__(self) -> str:
        return f"{spoken(self.actor)}: {self.what}"


@dataclass(frozen=True, slots=True)
class Mishap:
    """What a fault did to the messages of a play: how many, and by how much at most."""

    fault: str
    change: str
    messages: int
    by_ms: int

    def __str__(self) -> str:
        each = {
            "lost": "never arrived",
            "late": f"came up to {shift(self.by_ms)} late",
            "copied": "arrived twice",
            "reordered": "overtook others",
            "altered": f"are dated {shift(self.by_ms)} {'late' if self.by_ms > 0 else 'early'}",
        }[self.change]
        return f"{spoken(self.fault)}: {counted(self.messages, 'message')} {each}"


@dataclass(frozen=True, slots=True)
class Logged:
    """The row of a play in the log. Times are local and as the log dates them; `day` is in UTC.

    `off_ms` is how far that start is from the true one. `abroad` is the country it names, if not
    that of the home. A row `is_in_run` if the service closed it before the last day was over, so
    that it is in the files of the run.

    """

    start: datetime
    end: datetime
    day: date
    closed: datetime
    watched_ms: int
    completion: float
    end_reason: str
    source: str
    autoplayed: bool
    profile: str
    abroad: str
    off_ms: int
    is_in_run: bool

    def __str__(self) -> str:
        how = {"finished": "to the end", "silent": "then silence", "error": "error"}.get(
            self.end_reason, self.end_reason
        )
        return f"{length(self.watched_ms)}, {how}" + (
            f", in {country(self.abroad)}" if self.abroad else ""
        )


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who uses the account: name, whether they live there, the actor that brought them."""

    name: str
    lives_here: bool
    came_with: str


@dataclass(frozen=True, slots=True)
class Play:
    """One play: as it happened, and what the log holds of it; times are those of the home's wall.

    In a bar or another public `room` people may sit before it whom no table names. A play
    `is_refused` that began
    while all streams of the plan were in use.
    """

    play_id: int
    session_id: int
    start: datetime
    end: datetime
    title: str
    work: str
    kind: str
    device: str
    played_ms: int
    attended_ms: int
    who: tuple[str, ...]
    room: str
    is_elsewhere: bool
    is_refused: bool
    causes: tuple[str, ...]
    deeds: tuple[Deed, ...]
    pressed: bool
    intent: str
    logged: Logged | None
    mishaps: tuple[Mishap, ...]

    @property
    def day(self) -> date:
        """The day on the home's calendar on which it began."""
        return self.start.date()

    @property
    def viewers(self) -> str:
        """Who was there, in words."""
        if self.played_ms == 0:
            return (
                "refused: all streams of the plan in use" if self.is_refused else "it never began"
            )
        return listed(self.who) or (f"whoever was in the {self.room}" if self.room else "nobody")

    @property
    def presence(self) -> Presence:
        """Who was before the screen."""
        if self.played_ms == 0:
            return "failed"
        if not self.who:
            return "nobody"
        if self.played_ms - self.attended_ms < NOTICED_MS:
            return "there"
        return "partly" if self.attended_ms else "absent"


@dataclass(frozen=True, slots=True)
class Story:
    """A household, who lives there and who else uses its account, and its plays in order.

    The story covers `run_days` UTC days from `run_start`; on the calendar of the home, from `first`
    to before `end`. `lasting` names the actors that apply to the account. `eve` holds plays of the
    night before that ran on into the first day. `ids` is the form of ids, int or text. `onlookers`
    are those of the staff who looked at the account; None where only a day is told.

    """

    scenario: str
    household: int
    account: str
    home: str
    country: str
    room: str
    people: tuple[Person, ...]
    lasting: tuple[str, ...]
    run_start: date
    run_days: int
    first: date
    end: date
    plays: tuple[Play, ...]
    eve: tuple[Play, ...] = ()
    ids: str = "int"
    onlookers: Onlookers | None = None

    def id_of(self, play: Play) -> str:
        """Return what the id of a play is called, in the form that the story tells ids in."""
        text = id_as(self.ids, play.play_id, "p")
        return text if self.ids == "text" else f"play {text}"

    @property
    def heading(self) -> str:
        """Which household it is."""
        return f"Household {self.household:,} of {self.scenario}"

    @property
    def living_there(self) -> str:
        """The people of the home in words."""
        here = [one.name for one in self.people if one.lives_here]
        return capital(", ".join(here)) if here else "Nobody lives here"

    @property
    def elsewhere(self) -> dict[str, list[str]]:
        """Those who use the account from elsewhere, by the actor that brought them."""
        found: dict[str, list[str]] = {}
        for one in self.people:
            if not one.lives_here:
                found.setdefault(one.came_with, []).append(one.name)
        return found
