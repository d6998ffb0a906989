"""The stage: where actors meet what people meant to do, before anything plays."""

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
from synthview.stage.timetable import RESOURCES, SCREENS, Timetable, persons_of
from synthview.viewing.choices import Plays
from synthview.viewing.memory import Memory
from synthview.viewing.sittings import Sessions
from synthview.world import World

__all__ = ["Stage", "Staged"]


@dataclass(frozen=True)
class Staged:
    """A day as actors leave it.

    The script is in order, and edits go by its rows; `deeds` say who did what; `crowded` are the
    sessions that found no room.
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
    """The stage of a block, with what it carries on.

    `taken_ms` says until when proposals hold people and screens; `memos` is what actors keep.
    """

    world: World
    homes: Homes
    company: Company
    instants: Ints
    taken_ms: Ints = field(init=False)
    memos: dict[str, dict[str, Any]] = field(init=False)
    before: list[Sessions] = field(default_factory=list)
    """The sessions that people meant for the day before: some go on past midnight."""

    def __post_init__(self) -> None:
        """Nothing is taken, and nobody remembers anything."""
        self.taken_ms = np.zeros((len(self.homes), RESOURCES), dtype=np.int64)
        self.memos = {name: {} for name in self.company.actors}

    def act(
        self, memory: Memory, sessions: Sessions, tomorrow: Sessions, plays: Plays, day: int
    ) -> Staged:
        """Let actors add to a day and change it.

        `sessions` and `plays` are as people meant them, `tomorrow` are their next sessions.
        """
        script = script_of(plays, sessions)
        if not self.company.actors:
            return _undisturbed(sessions, in_order(script))

        timetable = self._timetable(sessions, tomorrow, day)
        scenes = self._scenes(memory, sessions, plays, timetable, day)
        sessions, script, added, crowded = add(
            self.company,
            scenes,
            timetable,
            self.taken_ms,
            self.instants,
            sessions,
            script,
        )
        sessions, script, presses, breaks, dozes, shaped = shape(
            self.company,
            scenes,
            sessions,
            in_order(script),
        )
        return Staged(
            sessions=sessions,
            script=script,
            presses=presses,
            breaks=breaks,
            dozes=dozes,
            deeds=Deeds.stack([Deeds.none(), *added, *shaped]),
            crowded=crowded,
        )

    def _timetable(self, sessions: Sessions, tomorrow: Sessions, day: int) -> Timetable:
        """When people mean to take themselves and screens, on this day and those around it."""
        around = Sessions.stack([*self.before, sessions, tomorrow])
        self.before = [sessions]
        return Timetable.of(around, day)

    def stay(self, sessions: Sessions, awake_until_ms: Ints, end_ms: Ints) -> None:
        """Keep those who fell asleep and their screens from the proposals of tomorrow.

        They stay until `end_ms`.
        """
        late = np.flatnonzero(end_ms > awake_until_ms)
        home = sessions.home[late]
        end = end_ms[late]
        screen = SCREENS + sessions.device[late]
        one, person = persons_of(sessions.viewers[late])
        np.maximum.at(self.taken_ms, (home, screen), end)
        np.maximum.at(self.taken_ms, (home[one], person), end[one])

    def _scenes(
        self, memory: Memory, sessions: Sessions, plays: Plays, timetable: Timetable, day: int
    ) -> dict[str, Scene]:
        """What each actor sees that applies to any home at all."""
        company, homes = self.company, self.homes.on_day(day)
        return {
            name: Scene(
                world=self.world,
                actor=name,
                homes=homes,
                has_part=company.has_part[name],
                guests=company.guests,
                memory=memory,
                sessions=sessions,
                plays=plays,
                timetable=timetable,
                instants=self.instants,
                day=day,
                memo=self.memos[name],
            )
            for name in company.actors
            if company.has_part[name].any()
        }


def _undisturbed(sessions: Sessions, script: Script) -> Staged:
    """A day without actors."""
    return Staged(
        sessions=sessions,
        script=script,
        presses=Presses.none(),
        breaks=Breaks.none(),
        dozes=Dozes.none(),
        deeds=Deeds.none(),
        crowded=Crowded.none(),
    )
