"""Some homes simulated, and what the log and the truth then hold of one title in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

import polars as pl

from synthview.block import Block
from synthview.callbacks import OnProgress
from synthview.claims.question import CLOSED_BY_DAYS, Question
from synthview.claims.simulation.candidates import world_of
from synthview.engines.workers import share_out
from synthview.pipeline import Window, received_days, titles
from synthview.rows import Flags, Ints
from synthview.scenario import Scenario
from synthview.world.clock import DAY_MS

__all__ = ["HISTORY", "MESSAGES", "WHOLE", "Tables", "gathered", "lazily", "simulate"]

Tables = dict[str, pl.DataFrame]
HISTORY = frozenset({"log.plays"})
WHOLE = frozenset({"log.plays", "truth.plays", "truth.incidents", "truth.deliveries"})
MESSAGES = WHOLE | {"log.events"}
_LEAST_AT_ONCE, _MOST_AT_ONCE = 1_024, 8_192
"""So many homes are simulated together: few steps of numpy for many rows, and some hundred
megabytes for each worker.
"""
_DAYS_AT_ONCE = 16
"""After so many days it is told what they hold, so that long work shows how far it is."""
_ABOUT = (
    "log.accounts",
    "log.profiles",
    "log.devices",
    "truth.persons",
    "truth.households",
    "truth.accounts",
)


@dataclass(frozen=True)
class SimulateHomes:
    """A task: simulate some homes over the days of a window and hand in what is wanted of them."""

    scenario: Scenario
    households: Ints
    window: Window
    works: tuple[int, ...] | None
    wanted: frozenset[str]
    off: Mapping[str, Flags] = field(default_factory=dict)
    about: bool = True
    """Whether accounts, profiles, devices and persons are wanted too."""
    rows_for_accounts: bool = False
    least_plays: int = 0
    """Accounts with fewer plays, in log and truth together, are left out of what is handed in."""
    days_at_once: int = 0
    """After so many days each it hands in what they hold; 0: all at the end."""

    def split(self, together: int) -> list[SimulateHomes]:
        """The same in tasks of so many homes each.

        Of no homes it is one task, whose tables are empty.
        """
        return [
            self._of(slice(start, start + together))
            for start in range(0, max(len(self.households), 1), together)
        ]

    def _of(self, some: slice) -> SimulateHomes:
        """The same of some of the homes."""
        off = {name: flags[some] for name, flags in self.off.items()}
        return replace(self, households=self.households[some], off=off)

    @property
    def answers(self) -> int:
        """How often it answers: once, or for some days after the other where `days_at_once` says.

        Then a last time with who lives there, if that is wanted.
        """
        if not self.days_at_once or self.least_plays:
            return 1
        days = self.window.last_day - self.window.first_day
        return -(-days // self.days_at_once) + self.about

    def perform(self) -> Iterator[Tables]:
        """Answer once with all tables, or several times with parts of them."""
        block = Block(
            world_of(self.scenario),
            self.households,
            self.wanted,
            off=self.off,
            works=self.works,
            rows_for_accounts=self.rows_for_accounts,
        )
        every = (frames for _, frames in received_days(block, self.window))
        if self.answers == 1:
            found = self._of_days(list(every)) | self._about(block)
            yield _often(found, self.least_plays) if self.least_plays else found
            return
        while days := list(islice(every, self.days_at_once)):
            yield self._of_days(days)
        if self.about:
            yield self._about(block)

    def _about(self, block: Block) -> Tables:
        """Who lives there and what they have, if that is wanted."""
        if not self.about:
            return {}
        settled = block.records(self.window.last_day * DAY_MS)
        return {path: settled[path] for path in _ABOUT}

    def _of_days(self, days: Sequence[Tables]) -> Tables:
        """What is handed in of some days."""
        found = {
            path: pl.concat([frames[path] for frames in days])
            for path in days[0]
            if path != "log.events"
        }
        if "log.events" in self.wanted:
            found["pings"] = _summed([_pings(frames["log.events"]) for frames in days])
        return found


def _often(found: Tables, least: int) -> Tables:
    """Of all tables the rows of accounts with enough plays."""
    plays = [
        found[path].group_by("account_id").len()
        for path in ("log.plays", "truth.plays")
        if path in found
    ]
    often = pl.concat(plays).filter(pl.col("len") >= least).select("account_id").unique()
    return {
        path: one.join(often, on="account_id", how="semi", maintain_order="left")
        if "account_id" in one.columns
        else one
        for path, one in found.items()
    }


def _summed(pings: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Heartbeats of several days, by play."""
    return pl.concat(pings).group_by("play_id").agg(pl.col("raw", "once").sum())


def _pings(events: pl.DataFrame) -> pl.DataFrame:
    """Heartbeats received on a day by play: all of them, and each once however often it came."""
    is_ping = pl.col("type") == "ping"
    return events.group_by("play_id").agg(
        raw=is_ping.sum().cast(pl.Int64),
        once=pl.col("client_time").filter(is_ping).n_unique().cast(pl.Int64),
    )


def simulate(  # noqa: PLR0913  who, which days, what is wanted, and how
    question: Question,
    households: Ints,
    wanted: frozenset[str],
    workers: int,
    *,
    off: Mapping[str, Flags] | None = None,
    every_title: bool = False,
    about: bool = True,
    least_plays: int = 0,
    on_progress: OnProgress | None = None,
) -> Tables:
    """Simulate some homes (distinct numbers) and gather their tables, by default the title's rows.

    `off` says of each of them which actors and faults have no part in it; with `least_plays`
    accounts with fewer plays are left out of what comes back.
    """
    world = world_of(question.scenario)
    window = Window(question.earliest, question.last + 1 + CLOSED_BY_DAYS)
    work = question.work(world)
    works = None if every_title or work is None else (work,)
    whole = SimulateHomes(
        question.scenario,
        households,
        window,
        works,
        wanted,
        off or {},
        about,
        least_plays=least_plays,
    )
    return {**gathered(whole, workers, on_progress), "log.titles": titles(world, window)}


def gathered(whole: SimulateHomes, workers: int, on_progress: OnProgress | None = None) -> Tables:
    """Simulate the homes of a task by some workers, and gather their tables in order."""
    count = len(whole.households)
    together = min(max(-(-count // workers), _LEAST_AT_ONCE), _MOST_AT_ONCE)
    found: dict[str, list[pl.DataFrame]] = {}
    if on_progress:
        on_progress(0, count)
    tasks = replace(whole, days_at_once=_DAYS_AT_ONCE).split(together)
    of = sum(one.answers for one in tasks)
    for done, tables in enumerate(share_out(tasks, workers), 1):
        for path, one in tables.items():
            found.setdefault(path, []).append(one)
        if on_progress:
            on_progress(done * count // of, count)
    if "pings" in found:
        found["pings"] = [_summed(found["pings"])]
    return _in_order({path: pl.concat(parts) for path, parts in found.items()})


def _in_order(tables: Tables) -> Tables:
    """Rows sorted by a full key, as workers finish in any order."""
    keys = {
        "log.plays": "play_id",
        "truth.plays": "play_id",
        "truth.incidents": "incident_id",
        "pings": "play_id",
    }
    return {path: one.sort(keys[path]) if path in keys else one for path, one in tables.items()}


def lazily(tables: Mapping[str, pl.DataFrame]) -> dict[str, pl.LazyFrame]:
    """The same tables as LazyFrames."""
    return {path: one.lazy() for path, one in tables.items()}
