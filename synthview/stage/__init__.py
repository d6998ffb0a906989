"""The stage: where actors meet what people meant to do, and what comes of it before anything plays."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from synthview.people.homes import Homes
from synthview.rows import Ints
from synthview.stage.adding import add
from synthview.stage.company import Company
from synthview.stage.deeds import Deeds
from synthview.stage.edits import Breaks, Dozes, Presses
from synthview.stage.proposals import Crowded
from synthview.stage.scene import Scene
from synthview.stage.script import Script, script_of
from synthview.stage.shaping import in_order, shape
from synthview.stage.timetable import RESOURCES, SCREENS, Timetable
from synthview.viewing.choices import Plays
from synthview.viewing.memory import Memory
from synthview.viewing.sittings import Sessions
from synthview.world import World

__all__ = ["Stage", "Staged"]


@dataclass(frozen=True)
class Staged:
    """A day as actors leave it: sessions, plays in order, edits by row of the script, and who did what.

    `crowded` are the sessions that found no room.
    """

    sessions: Sessions
    script: Script
    presses: Presses
    breaks: Breaks
    dozes: Dozes
    deeds: Deeds
    crowded: Crowded


@dataclass
class Stage:
    """The stage of a block, with what it carries on: until when proposals hold people and screens, what actors keep."""

    world: World
    homes: Homes
    company: Company
    instants: Ints
    taken_ms: Ints = field(init=False)
    memos: dict[str, dict[str, Any]] = field(init=False)
    before: list[Sessions] = field(default_factory=list)
    """The sittings that people meant for the day before: some go on past midnight."""

    def __post_init__(self) -> None:
        """Nothing is taken, and nobody remembers anything."""
        self.taken_ms = np.zeros((len(self.homes), RESOURCES), dtype=np.int64)
        self.memos = {name: {} for name in self.company.actors}

    def act(self, memory: Memory, sessions: Sessions, tomorrow: Sessions, plays: Plays, day: int) -> Staged:
        """Let actors add to a day and change it.

        `sessions` and `plays` are as people meant them, `tomorrow` are their next sessions.
        """
        script = script_of(plays, sessions)
        if not self.company.actors:
            return _undisturbed(sessions, in_order(script))
        timetable = self._timetable(sessions, tomorrow, day)
        scenes = self._scenes(memory, sessions, plays, timetable, day)
        sessions, script, added, crowded = add(
            self.company, scenes, timetable, self.taken_ms, self.instants, sessions, script
        )
        sessions, script, presses, breaks, dozes, shaped = shape(self.company, scenes, sessions, in_order(script))
        deeds = Deeds.stack([Deeds.none(), *added, *shaped])
        return Staged(sessions, script, presses, breaks, dozes, deeds, crowded)

    def _timetable(self, sessions: Sessions, tomorrow: Sessions, day: int) -> Timetable:
        """When people and screens are taken by what people meant for this day and those around it."""
        around = Sessions.stack([*self.before, sessions, tomorrow])
        self.before = [sessions]
        return Timetable.of(around, day)

    def stay(self, sessions: Sessions, awake_until_ms: Ints, end_ms: Ints) -> None:
        """Keep screen and people of those who fell asleep and stayed on, until `end_ms`, from the proposals of tomorrow."""
        late = np.flatnonzero(end_ms > awake_until_ms)
        one, person = np.nonzero(sessions.viewers[late, None] >> np.arange(SCREENS - 1) & 1)
        home, device = sessions.home[late], sessions.device[late]
        np.maximum.at(self.taken_ms, (home, SCREENS + device), end_ms[late])
        np.maximum.at(self.taken_ms, (home[one], person), end_ms[late[one]])

    def _scenes(
        self, memory: Memory, sessions: Sessions, plays: Plays, timetable: Timetable, day: int
    ) -> dict[str, Scene]:
        """What each actor sees that has a part in any home at all."""
        company = self.company
        return {
            name: Scene(
                self.world, name, self.homes, company.has_part[name], company.guests, memory,
                sessions, plays, timetable, self.instants, day, self.memos[name],
            )
            for name in company.actors
            if company.has_part[name].any()
        }  # fmt: skip


def _undisturbed(sessions: Sessions, script: Script) -> Staged:
    """A day without actors."""
    return Staged(sessions, script, Presses.none(), Breaks.none(), Dozes.none(), Deeds.none(), Crowded.none())
