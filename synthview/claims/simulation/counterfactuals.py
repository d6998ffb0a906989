"""Counterfactuals: homes simulated again with some actors or faults off, still counted?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import factorial

import numpy as np
import polars as pl

from synthview.callbacks import OnProgress
from synthview.claims.counting.count import days_of
from synthview.claims.counting.title_plays import corrected_start
from synthview.claims.question import CLOSED_BY_DAYS, Question
from synthview.claims.simulation.candidates import BRIDGED_DAYS, Candidates, world_of
from synthview.claims.simulation.homes import accounts_of, households_of
from synthview.claims.simulation.simulate import HISTORY, SimulateHomes, Tables
from synthview.draws.chance import Stream
from synthview.engines.workers import share_out
from synthview.log.damage import Fault
from synthview.people.homes import furnish
from synthview.pipeline import Window
from synthview.rows import Flags, Ints
from synthview.stage.company import assemble, parts
from synthview.world.clock import DAY_MS

__all__ = ["Attributed", "attribute", "near", "remaining_without", "shapley"]

_LEAST_AT_ONCE, _MOST_AT_ONCE = 256, 4_096
"""So many worlds of single homes are simulated together: the more, the fewer steps of numpy."""
_NEAR_DAYS = 2
"""Accounts that lack at most so many of the days might have had them in another world."""
_MOST_FURTHER = 60
"""So many of those further homes are tried that some set of actors may bring into the number."""
World = tuple[int, frozenset[str]]
"""A home, and the actors and faults that are on in it."""


@dataclass(frozen=True)
class Attributed:
    """Shares of a number, by actor or fault.

    `base` are the homes that ordinary viewing alone puts into it.

    `worlds` says how many worlds of single homes were simulated for it. `further` homes are
    not near the number and yet closely tied to the title, so that some set of actors may bring them
    into it; of these `tried` stand for all.
    """

    number: int
    base: tuple[int, ...]
    shares: Mapping[str, float]
    of_home: Mapping[int, Mapping[str, float]]
    worlds: int
    further: int = 0
    tried: int = 0


def shapley(players: Sequence[str], value: Callable[[frozenset[str]], float]) -> dict[str, float]:
    """Shapley's share of each player, from the value of every set of them."""
    count = len(players)
    shares = dict.fromkeys(players, 0.0)
    for player in players:
        others = [one for one in players if one != player]
        for size in range(count):
            weight = factorial(size) * factorial(count - size - 1) / factorial(count)
            for some in map(frozenset, combinations(others, size)):
                shares[player] += weight * (value(some | {player}) - value(some))
    return shares


def near(question: Question, tables: Tables) -> Ints:
    """Homes that are in the number, or lack few days of it, by the log or by what happened."""
    log = tables["log.plays"].select("account_id", "started_at", "title_id")
    truth = tables["truth.plays"].select("account_id", "started_at", "title_id")
    own = tables["log.titles"].filter(pl.col("kind") != "trailer").select("title_id")
    day = (pl.col("started_at").dt.epoch("ms") // DAY_MS).alias("day")
    days = (
        pl.concat([log, truth])
        .join(
            own,
            on="title_id",
            how="semi",
        )
        .select("account_id", day)
        .unique()
    )
    inside = days.filter(pl.col("day").is_between(question.first, question.last))
    often = inside.group_by("account_id").len().filter(pl.col("len") >= question.days - _NEAR_DAYS)
    return np.sort(households_of(question, often["account_id"]))


def attribute(
    question: Question,
    tables: Tables,
    workers: int,
    on_progress: OnProgress | None = None,
    tied: Candidates | None = None,
) -> Attributed:
    """The shares for the headline definition.

    `tables` hold log and truth of all homes that may matter. They are exact for homes that lack few
    days; of others that are `tied` to the title on nearly all days a random few stand for all.
    """
    simulated = _Worlds(
        question,
        workers,
        on_progress,
    )
    close = near(question, tables)
    further = _further(
        question,
        close,
        tied,
    )
    tried = _some_of(question, further)
    each = _standing_for(close, tried, len(further))
    homes = list(each)
    players = _players(
        question,
        tables,
        simulated,
        homes,
    )
    counted = _counted(
        question,
        simulated,
        players,
    )
    of_home = {home: _shares_in(home, players[home], counted) for home in homes}
    everyone = frozenset(simulated.names)
    return Attributed(
        number=sum((home, everyone) in counted for home in homes),
        base=tuple(home for home in homes if (home, frozenset()) in counted),
        shares=_summed(simulated.names, of_home, each),
        of_home={home: _without_nothing(own) for home, own in of_home.items()},
        worlds=len(simulated.kept),
        further=len(further),
        tried=len(tried),
    )


def _standing_for(close: Ints, tried: Ints, further: int) -> dict[int, float]:
    """How many homes each of those stands for that are simulated again."""
    of_tried = further / max(len(tried), 1)
    return dict.fromkeys(close.tolist(), 1.0) | dict.fromkeys(tried.tolist(), of_tried)


def _further(question: Question, close: Ints, tied: Candidates | None) -> Ints:
    """Homes that are not close, and tied on so many days that some set of actors may count them."""
    if tied is None or not tied.days.size:
        return np.zeros(0, dtype=np.int64)
    enough = tied.days.sum(axis=1) >= max(question.days - BRIDGED_DAYS, 1)
    return np.setdiff1d(tied.household[enough], close)


def _some_of(question: Question, households: Ints) -> Ints:
    """Some of many homes, drawn by their numbers."""
    order = Stream(question.scenario.run.seed, "claims/causes/further").bits(households)
    return np.sort(households[np.argsort(order)[:_MOST_FURTHER]])


def _counted(
    question: Question, simulated: _Worlds, players: Mapping[int, tuple[str, ...]]
) -> set[World]:
    """In which worlds each home is counted: with all on, and with any set of those that matter."""
    everyone = frozenset(simulated.names)
    wanted = [(home, on) for home, own in players.items() for on in (everyone, *_subsets(own))]
    return {one for one, seen in simulated.days(wanted).items() if len(seen) >= question.days}


def _shares_in(home: int, players: Sequence[str], counted: set[World]) -> dict[str, float]:
    """The shares of those that matter in a home."""
    return shapley(players, lambda on: float((home, on) in counted))


def _summed(
    names: Iterable[str], shares: Mapping[int, Mapping[str, float]], each: Mapping[int, float]
) -> dict[str, float]:
    """Shares of all homes together, of which each stands for so many."""
    total = dict.fromkeys(names, 0.0)
    for home, own in shares.items():
        for name, share in own.items():
            total[name] += share * each[home]
    return total


def _without_nothing(shares: Mapping[str, float]) -> dict[str, float]:
    """Those that have any share."""
    return {name: share for name, share in shares.items() if share}


def remaining_without(
    question: Question,
    homes: Sequence[int],
    off: Mapping[str, Flags],
    names: Sequence[str],
    workers: int,
) -> dict[str, list[int]]:
    """Homes still in the number with each name off, beside what is `off` in each anyway."""
    simulated = _Worlds(
        question,
        workers,
        None,
    )
    on = [
        frozenset(name for name in simulated.names if name not in off or not off[name][place])
        for place in range(len(homes))
    ]
    days = simulated.days(
        [(home, some - {name}) for home, some in zip(homes, on, strict=True) for name in names]
    )
    return {
        name: [
            place
            for place, home in enumerate(homes)
            if len(days[home, on[place] - {name}]) >= question.days
        ]
        for name in names
    }


def _subsets(players: Sequence[str]) -> Iterator[frozenset[str]]:
    for size in range(len(players) + 1):
        yield from map(frozenset, combinations(players, size))


def _players(
    question: Question, tables: Tables, simulated: _Worlds, homes: Sequence[int]
) -> dict[int, tuple[str, ...]]:
    """Who matters in each home: causes of a play of the title, or of which days have one.

    Where the home with these alone still has other days than with all, every fault that touched its
    messages counts.
    """
    everyone = frozenset(simulated.names)
    there = simulated.there(homes)
    apart = [(home, everyone - {name}) for home in homes for name in there[home]]
    days = simulated.days([*((home, everyone) for home in homes), *apart])
    matter = _labels(question, tables)
    for home in homes:
        whole = days[home, everyone]
        needed = {name for name in there[home] if days[home, everyone - {name}] != whole}
        matter[home] = matter.get(home, set()) | needed
    alone = simulated.days([(home, frozenset(matter[home])) for home in homes])
    for home in homes:
        if alone[home, frozenset(matter[home])] != days[home, everyone]:
            matter[home] |= _touching(question, tables, home)
    return {home: tuple(sorted(matter[home])) for home in homes}


def _labels(question: Question, tables: Tables) -> dict[int, set[str]]:
    """Actors that had a part in plays of the title, by home."""
    seen = (
        tables["truth.plays"]
        .select("account_id", pl.col("causes").str.split("|"))
        .explode("causes")
        .unique()
    )
    seen = seen.filter(pl.col("causes") != "")
    found: dict[int, set[str]] = {}
    for home, name in zip(
        households_of(question, seen["account_id"]).tolist(), seen["causes"], strict=True
    ):
        found.setdefault(home, set()).add(name)
    return found


def _touching(question: Question, tables: Tables, home: int) -> set[str]:
    """Faults that touched messages of the title in a home."""
    (account,) = accounts_of(question, [home])
    return set(tables["truth.deliveries"].filter(pl.col("account_id") == account)["fault"].unique())


@dataclass(frozen=True)
class _Batch:
    """A task: some homes, each with some actors and faults on."""

    worlds: tuple[World, ...]
    simulation: SimulateHomes

    def perform(self) -> Iterator[tuple[tuple[World, ...], pl.DataFrame]]:
        """Answer with the recorded plays; accounts are the places of the worlds."""
        yield from ((self.worlds, tables["log.plays"]) for tables in self.simulation.perform())


class _Worlds:
    """Worlds of single homes with some actors and faults on; each is simulated once and kept."""

    def __init__(self, question: Question, workers: int, on_progress: OnProgress | None) -> None:
        self.question, self.workers, self.on_progress = question, workers, on_progress
        self.names = (*question.scenario.actors, *question.scenario.faults)
        self.kept: dict[World, frozenset[int]] = {}

    def there(self, homes: Sequence[int]) -> dict[int, list[str]]:
        """Which actors and faults have a part in each home at all: any other is as good as off."""
        world = world_of(self.question.scenario)
        placed, company = assemble(world, furnish(world, np.array(homes, dtype=np.int64)))
        faults = world.scenario.faults.items()
        has_part = dict(company.has_part) | {
            name: parts(world, placed, name, fault)
            for name, fault in faults
            if isinstance(fault, Fault)
        }
        return {
            home: [name for name, has in has_part.items() if has[row]]
            for row, home in enumerate(homes)
        }

    def days(self, wanted: Iterable[World]) -> dict[World, frozenset[int]]:
        """Days of the window with a recorded play in each world."""
        wanted = list(dict.fromkeys(wanted))
        missing = [one for one in wanted if one not in self.kept]
        together = min(max(-(-len(missing) // self.workers), _LEAST_AT_ONCE), _MOST_AT_ONCE)
        batches = [tuple(missing[at : at + together]) for at in range(0, len(missing), together)]
        self.kept |= {one: frozenset() for one in missing}
        done = len(self.kept) - len(missing)
        for worlds, plays in share_out(
            [_Batch(one, self._simulations(one)) for one in batches], self.workers
        ):
            self.kept |= {worlds[place]: days for place, days in self._days(plays)}
            done += len(worlds)
            if self.on_progress:
                self.on_progress(done, len(self.kept))
        return {one: self.kept[one] for one in wanted}

    def _simulations(self, worlds: Sequence[World]) -> SimulateHomes:
        question = self.question
        work = question.work(world_of(question.scenario))
        assert work is not None, "causes are of a number about one title"
        window = Window(question.earliest, question.last + 1 + CLOSED_BY_DAYS)
        off = {name: np.array([name not in on for _, on in worlds]) for name in self.names}
        homes = np.array([home for home, _ in worlds], dtype=np.int64)
        return SimulateHomes(
            question.scenario,
            homes,
            window,
            (work,),
            HISTORY,
            off,
            about=False,
            rows_for_accounts=True,
        )

    def _days(self, plays: pl.DataFrame) -> Iterator[tuple[int, frozenset[int]]]:
        """Days by place, as the headline definition has them."""
        shown = plays.filter(pl.col("kind") != "trailer").with_columns(start=corrected_start())
        seen = shown.select("account_id", days_of(shown, "utc", "corrected").alias("day")).filter(
            pl.col("day").is_between(self.question.first, self.question.last)
        )
        for place, days in seen.group_by("account_id").agg(pl.col("day").unique()).iter_rows():
            yield place, frozenset(days)
