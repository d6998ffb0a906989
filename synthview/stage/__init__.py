"""The stage: where actors meet what people meant to do, and what comes of it before anything plays."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from synthview.people.homes import Homes
from synthview.rows import Ints
from synthview.stage.adding import add
from synthview.stage.company import Company
from synthview.stage.deeds import Deeds
from synthview.stage.edits import Breaks, Presses
from synthview.stage.proposals import Crowded
from synthview.stage.scene import Scene
from synthview.stage.script import Script, script_of
from synthview.stage.shaping import in_order, let_run, shape
from synthview.stage.timetable import RESOURCES, SCREENS, Timetable
from synthview.viewing.choices import Plays
from synthview.viewing.memory import Memory
from synthview.viewing.sittings import Sessions
from synthview.world import World

__all__ = ["Stage", "Staged"]


@dataclass(frozen=True)
class Staged:
    """A day as it is to be played: sittings, plays, presses and breaks by row of the script, and who did what.

    `awake_until_ms` says of each sitting when it ends for those who are awake; who falls asleep before then stays
    until its `until_ms`. `crowded` are those that found no room.
    """

    sessions: Sessions
    awake_until_ms: Ints
    script: Script
    presses: Presses
    breaks: Breaks
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
        """Play a day through: `sessions` and `plays` as people meant them, `tomorrow` their next sittings."""
        script = script_of(plays, sessions)
        if not self.company.actors:
            nothing = Presses.none(), Breaks.none(), Deeds.none(), Crowded.none()
            return Staged(sessions, sessions.until_ms, in_order(script), *nothing)
        around = [*self.before, sessions, tomorrow]
        self.before = [sessions]
        timetable = Timetable.of(Sessions.stack(around), day)
        scenes = self._scenes(memory, sessions, plays, timetable, day)
        everyone, script, added, crowded = add(
            self.company, scenes, timetable, self.taken_ms, self.instants, sessions, script
        )
        script = in_order(script)
        everyone, script, presses, breaks, dozes, shaped = shape(self.company, scenes, everyone, script)
        meant, awake_until_ms = script, everyone.until_ms
        everyone, script, place, woken = let_run(self.world, everyone, tomorrow, meant, dozes, day)
        off = meant.key[place < 0]
        presses, breaks = replace(presses, play=place[presses.play]), replace(breaks, play=place[breaks.play])
        deeds = Deeds.stack([Deeds.none(), *added, *shaped])
        deeds = deeds.take(~np.isin(deeds.play_key, off))
        presses, breaks = presses.take(presses.play >= 0), breaks.take(breaks.play >= 0)
        return Staged(everyone, awake_until_ms, script, presses, breaks, deeds, Crowded.stack([crowded, woken]))

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
