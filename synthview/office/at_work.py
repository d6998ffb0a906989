"""The company at work: who does how much of what on a day, and when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from synthview.draws.chance import NEVER, Stream
from synthview.office.forgetting import Forgetting
from synthview.office.looks import INSIDERS, ORDINARY, REPORTS
from synthview.office.roster import Roster
from synthview.people.subscriptions import changes
from synthview.rows import Ints, children
from synthview.tables.company_tables import ROLES
from synthview.world import World
from synthview.world.clock import DAY_MS, MINUTE_MS

__all__ = ["AtWork", "OfficeAct"]

_PURPOSES_OF = {
    "analyst": ("report", "experiment", "data_quality"),
    "marketing": ("campaign",),
    "security": ("abuse",),
}


@dataclass(frozen=True, slots=True)
class OfficeAct:
    """Something that somebody of the staff does on a day.

    `row` is theirs in the roster, `minute` one of their local day, `key` an id of the act.
    """

    day: int
    row: int
    minute: int
    key: int


@dataclass(frozen=True)
class AtWork:
    """A company on its way through the days: the world, the staff, and how many households."""

    world: World
    roster: Roster
    count: int

    def stream(self, source: int, what: str) -> Stream:
        """The draws of an insider, or of ordinary work, for one decision."""
        name = INSIDERS[source] or "work"
        return Stream(self.world.scenario.run.seed, f"office/{name}/{what}")

    def key(self, source: int, day: int, rows: Ints) -> Ints:
        """An id for each employee on a day, with room for acts."""
        of_day = np.int64(day * 8 + source) << 32
        return of_day + (self.roster.key[rows] << 10)

    def role(self, row: int) -> str:
        """What somebody of the staff does."""
        return ROLES[int(self.roster.role[row])]

    def reports(self, draw: Stream, act: OfficeAct) -> tuple[str, str]:
        """A purpose that somebody of the staff has in their work, and a statement for it."""
        purposes = _PURPOSES_OF.get(self.role(act.row), _PURPOSES_OF["analyst"])
        purpose = purposes[int(draw.below(act.key, len(purposes)))]
        return purpose, REPORTS[int(draw.below(act.key, len(REPORTS), n=1))]

    def can_be_seen(self, household: int, at_ms: int) -> bool:
        """Whether a household has an account then that nobody has forgotten."""
        if household in self.world.scenario.run.dropped:
            return False
        some = np.array([household], dtype=np.int64)
        opened_ms = int(changes(self.world, some)[0, 0])
        gone = min(int(Forgetting(self.world, some).day[0]), NEVER // DAY_MS) * DAY_MS
        return opened_ms < at_ms < gone

    def acts(
        self, source: int, day: int, rows: Ints, rate: float, ceiling: float
    ) -> Iterator[OfficeAct]:
        """What some of the staff do on a day, in the course of their working hours."""
        roster = self.roster
        working = rows[roster.at_work(day)[rows]]
        key = self.key(source, day, working)
        counts = self.stream(source, "how_often").poisson(key, min(rate, ceiling), ceiling)
        row, ordinal = children(counts)
        act = key[row] + ordinal + 1
        span = (roster.until_min - roster.from_min)[working[row]]
        minute = roster.from_min[working[row]] + self.stream(source, "minute").below(act, span)
        worked = zip(working[row].tolist(), minute.tolist(), act.tolist(), strict=True)
        for who, when, one in worked:
            yield OfficeAct(day, who, when, one)

    def hides(self, source: int, act: OfficeAct, disguise: float) -> bool:
        """Whether an insider hides this act; at a higher dial the same ones hide, and more."""
        return bool(self.stream(source, "disguise").happens(act.key, disguise))

    def in_hours(self, draw: Stream, row: int, key: int, n: int) -> int:
        """A minute of somebody's working hours, each as likely."""
        begins, ends = int(self.roster.from_min[row]), int(self.roster.until_min[row])
        return begins + int(draw.below(key, ends - begins, n=n))

    def at(self, act: OfficeAct) -> int:
        """The instant of an act, to the millisecond."""
        some = np.array([act.row])
        instant = int(self.roster.instant(some, act.day, np.array([act.minute]))[0])
        return instant + int(self.stream(ORDINARY, "moment").below(act.key, MINUTE_MS))
