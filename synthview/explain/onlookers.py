"""Who of the staff looked at a home: what the company logged of it, and why it really was."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import polars as pl

from synthview.explain.replay import Replay, on_the_wall
from synthview.explain.words import counted, listed, spoken
from synthview.office.accesses import ACCESSES, WHY, access_rows, touched_by
from synthview.office.looking import insiders_at
from synthview.office.looks import Looks
from synthview.office.roster import staff_rows
from synthview.sinks.id_forms import id_as
from synthview.world import World
from synthview.world.clock import DAY_MS

__all__ = ["LOOK_HEADS", "Onlooker", "Onlookers", "onlookers_of"]

LOOK_HEADS = ("who", "what the log says", "what it was")
_NOBODY_IN_PARTICULAR = -1


@dataclass(frozen=True, slots=True)
class Onlooker:
    """One look of somebody of the staff at the account; `at` is by the clock of the home.

    `purpose` is what they said, `ticket` the one that they named, `rows` how much of the viewing
    history they read, `insider` and `why` what it was in truth.
    """

    at: datetime
    who: str
    tool: str
    purpose: str
    ticket: str
    rows: int
    is_exported: bool
    insider: str
    why: str

    @property
    def told(self) -> tuple[str, str, str]:
        """Who it was, what was logged and what it was: the cells below `LOOK_HEADS`."""
        return self.who, self.logged, self.happened

    @property
    def logged(self) -> str:
        """What the log of accesses says, in words."""
        how = f"{spoken(self.tool)}, for {_purpose(self.purpose, self.ticket)}"
        left = ", exported" if self.is_exported else ""
        return f"{how}: read {counted(self.rows, 'play')}{left}"

    @property
    def happened(self) -> str:
        """What it was in truth, in words."""
        return f"{self.why} ({spoken(self.insider)})"


@dataclass(frozen=True, slots=True)
class Onlookers:
    """The looks at one account by name; and how many of each insider read its rows among others'.

    Reports that are the daily work of analysts read the rows of everybody, and are not counted.
    """

    by_name: tuple[Onlooker, ...] = ()
    among_others: tuple[tuple[str, int], ...] = ()

    def in_words(self) -> Iterator[str]:
        """What is to be said beside the looks themselves."""
        if not self.by_name:
            yield "Nobody of the staff opened this account."
        if self.among_others:
            parts = [
                f"{counted(count, _WHAT[name], _MANY[name])} ({spoken(name)})"
                for name, count in self.among_others
            ]
            yield f"Its plays were read among those of many accounts by {listed(parts)}."


_WHAT = {
    "mad_scramble": "query about a title in the news",
    "emailed_spreadsheet": "dump that was mailed",
    "curious_employee": "report in which somebody looked for somebody",
}
_MANY = {
    "mad_scramble": "queries about titles in the news",
    "emailed_spreadsheet": "dumps that were mailed",
    "curious_employee": "reports in which somebody looked for somebody",
}


def _purpose(purpose: str, ticket: str) -> str:
    """What a look was said to be for, in words."""
    if purpose != "ticket":
        return spoken(purpose)
    return f"ticket {ticket}" if ticket else "a ticket that is not named"


def onlookers_of(replayed: Replay, ids: str = "int") -> Onlookers:
    """Who of the staff looked at a replayed home in the days of the run.

    They are rows of ``log.accesses`` of a run of the whole world, also of an account that is
    forgotten later, whose id is gone from there.
    """
    first, last = replayed.window.first_day, replayed.window.last_day
    world = replayed.world
    looks = insiders_at(world, replayed.household, first, last)
    plays = _of_run(replayed["log.plays"], first, last)
    staff = staff_rows(world).select("employee_id", "name")
    by_name, among = (
        _rows(world, looks, plays, of, first, last)
        for of in (replayed.household, _NOBODY_IN_PARTICULAR)
    )
    told = on_the_wall(by_name.join(staff, on="employee_id"), replayed.zone, "accessed_at")
    read = Counter(among.filter(pl.col("rows_touched") > 0)["insider"].to_list())
    return Onlookers(
        tuple(_onlooker(row, ids) for row in told.sort("accessed_at").iter_rows(named=True)),
        tuple(sorted(read.items())),
    )


def _of_run(plays: pl.DataFrame, first: int, last: int) -> pl.DataFrame:
    """The rows that a company has that knows no more than the days of the run."""
    closed_ms = pl.col("closed_at").dt.timestamp("ms")
    return plays.filter(closed_ms.is_between(first * DAY_MS, last * DAY_MS, closed="left"))


def _rows(
    world: World, looks: Looks, plays: pl.DataFrame, household: int, first: int, last: int
) -> pl.DataFrame:
    """The looks that are about a household, with the truth of each."""
    about = np.array([household], dtype=np.int64)
    touched = touched_by(plays, looks, world)
    rows = access_rows(world, looks, touched, about, first, last)
    return rows[ACCESSES].join(rows[WHY].drop("at"), on="access_id", maintain_order="left")


def _onlooker(row: dict[str, object], ids: str) -> Onlooker:
    """One look as it is told."""
    ticket = row["ticket_id"]
    return Onlooker(
        at=row["accessed_at"],  # type: ignore[arg-type]
        who=f"{row['name']}, {row['role']}",
        tool=str(row["tool"]),
        purpose=str(row["purpose"]),
        ticket="" if ticket is None else id_as(ids, int(str(ticket)), "n"),
        rows=int(str(row["rows_touched"])),
        is_exported=bool(row["is_exported"]),
        insider=str(row["insider"]),
        why=str(row["what"]),
    )
