"""Homes to look at: of a world that prints the number, of others that do, and of the missed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from synthview.claims.counting.sql import query, tables_at
from synthview.claims.plain import ABSENT
from synthview.claims.replays import ReplayedHomes, replay_of
from synthview.claims.sections import inference, truth
from synthview.claims.sections.behind_doors import homes_of
from synthview.claims.sections.doors import Home, doors_in_letters
from synthview.claims.sections.section import LeftOut, Section
from synthview.claims.simulation.candidates import why_not_looked_over
from synthview.claims.simulation.counterfactuals import remaining_without
from synthview.claims.simulation.homes import accounts_of, households_of
from synthview.claims.simulation.simulate import WHOLE, Tables, simulate
from synthview.claims.study import Study
from synthview.errors import InputError
from synthview.sinks.formats import format_named
from synthview.sinks.text import encode_ids
from synthview.tables import table
from synthview.wording import REASONS, label_of

if TYPE_CHECKING:
    from synthview.claims.inference.shown import Chosen, PlacedWorld, PosteriorWorld

__all__ = [
    "SECTION",
    "CauseOff",
    "Downloads",
    "HouseOfMany",
    "OneOfMany",
    "ShownHomes",
    "ShownWorld",
    "WorldChoice",
    "answers",
    "measure",
    "simulated",
]

_MOST_GHOSTS = 8
_WORLDS = 7
_SLIDER = (
    "These {several} worlds are draws from the same posterior, but not equally likely. They lead "
    "in even steps from the "
    "one with most homes of children to the one with most homes of fans; each says what share of "
    "all draws lies "
    "nearest to it."
)
"""How the positions of the slider were chosen."""
_FOR_A_DATASET = """\
-- For a dataset that `synthview generate` wrote as Parquet files:
-- put its directory where it says DIR.
-- The CSV of the homes shown is not such a dataset: it has neither the titles nor the other homes.
"""
_NONE_FOUND = (
    "No world that prints the number can be shown by its homes: too few such homes were found."
)
_LOOKED_FOR = "child_on_loop"
"""The world that is shown is the first draw with a home of it: such a home is where a reader
understands the number.
"""


@dataclass(frozen=True)
class WorldChoice:
    """How the world that is shown was found among the draws: see `Chosen`."""

    cause: str
    has_one: bool
    turn: int
    passed_over: int
    without: int
    not_shown: int
    most_turns: int
    share_of_worlds: float


@dataclass(frozen=True)
class CauseOff:
    """Places of the homes that are still in the number once a cause is off."""

    off: str
    label: str
    remaining: tuple[int, ...]


@dataclass(frozen=True)
class ShownWorld:
    """The world that is shown, by its homes.

    `ghosts` are homes of people who are missing from the number.
    """

    drawn: str
    chosen: WorldChoice
    settings: Mapping[str, int | float]
    homes: tuple[Home, ...]
    causes_off: tuple[CauseOff, ...]
    ghosts: tuple[Home, ...]


@dataclass(frozen=True)
class HouseOfMany:
    """A home of one of several worlds: its doors as letters, and how to simulate it again."""

    cause: str | None
    doors: str
    household: int | None = field(default=None, metadata=ABSENT)
    world: int | None = field(default=None, metadata=ABSENT)
    without: tuple[str, ...] | None = field(default=None, metadata=ABSENT)


@dataclass(frozen=True)
class OneOfMany:
    """One of several worlds that all print the number.

    `balance` is the share of fans less that of children.
    """

    label: str
    balance: float
    share_of_worlds: float
    children: int
    fans: int
    screens: int
    same_person: int
    attended: int
    nobody: int
    settings: Mapping[str, int | float]
    homes: tuple[HouseOfMany, ...]


@dataclass(frozen=True)
class Downloads:
    """The log of the homes shown, the answers, the query and the command."""

    log_csv: str
    answers_csv: str
    sql: str
    command: str


@dataclass(frozen=True)
class ShownHomes:
    """Everything there is to look at from close by."""

    world: ShownWorld
    worlds: tuple[OneOfMany, ...]
    worlds_drawn: str
    downloads: Downloads
    replay: ReplayedHomes | None = field(default=None, metadata=ABSENT)


@dataclass(frozen=True)
class Simulated:
    """Worlds that print the number, with their simulated homes: the one shown, and several more."""

    main: PosteriorWorld
    chosen: Chosen
    homes: list[Home]
    tables: Tables
    several: Sequence[PlacedWorld]
    homes_of_several: list[list[Home]]

    @property
    def every(self) -> list[PosteriorWorld]:
        """The world that is shown, then the others, as the replay has them."""
        return [self.main, *(one.shown for one in self.several)]


def simulated(study: Study) -> Simulated | LeftOut:
    """Draw worlds that print the number and simulate their homes.

    None where no world has enough of them.
    """
    if why := why_not_looked_over(study.question):
        return LeftOut(why)
    posterior = study.once(inference.posterior)
    if posterior.is_out_of_reach:
        return LeftOut(inference.out_of_reach(posterior))
    on_progress = partial(study.on_progress, "drawing worlds to show")
    on_progress(0, _WORLDS)
    try:
        main, chosen = posterior.draw_with(_LOOKED_FOR)
        several = posterior.worlds(_WORLDS, on_progress=on_progress)
    except InputError:
        return LeftOut(_NONE_FOUND)
    homes, tables = _homes_of(main, 0, study)
    others = [_homes_of(one.shown, place, study)[0] for place, one in enumerate(several, 1)]
    return Simulated(main, chosen, homes, tables, several, others)


def _homes_of(shown: PosteriorWorld, world: int, study: Study) -> tuple[list[Home], Tables]:
    """Simulate the homes of a world that is shown; `world` is its place in the replay."""
    question, households = shown.question, shown.households
    on_progress = partial(study.on_progress, "simulating the homes to show")
    tables = simulate(
        question, households, WHOLE, study.effort.workers, off=shown.off, on_progress=on_progress
    )
    homes = homes_of(question, tables, accounts_of(question, households))
    numbers = households.tolist()
    off = list(_absent(shown))
    replayed = zip(homes, numbers, off, strict=True)
    return [
        replace(home, household=n, world=world, without=none) for home, n, none in replayed
    ], tables


def _absent(shown: PosteriorWorld) -> Iterator[tuple[str, ...]]:
    """The actors that have no part in each home of a world."""
    for place in range(len(shown.households)):
        yield tuple(sorted(name for name, flags in shown.off.items() if flags[place]))


def measure(study: Study) -> ShownHomes | LeftOut:
    """Gather all that can be looked at."""
    found = study.once(simulated)
    if isinstance(found, LeftOut):
        return found
    worlds = [(one.question.scenario, one.rows) for one in found.every]
    ghosts = tuple(islice(_ghosts(study, len(worlds)), _MOST_GHOSTS))
    worlds += [(one.question.scenario, {}) for one in study.worlds if ghosts]
    return ShownHomes(
        world=_shown(found, ghosts, study),
        worlds=tuple(map(_one_of_many, found.several, found.homes_of_several)),
        worlds_drawn=_SLIDER.format(several=len(found.several)),
        downloads=_downloads(found, study),
        replay=replay_of(study.question.scenario, worlds),
    )


def _shown(found: Simulated, ghosts: tuple[Home, ...], study: Study) -> ShownWorld:
    """The world that is shown, and which of its homes remain without each cause."""
    main = found.main
    names = sorted({str(home.cause) for home in found.homes if home.cause})
    workers = study.effort.workers
    left = remaining_without(main.question, main.households.tolist(), main.off, names, workers)
    return ShownWorld(
        drawn=found.chosen.in_words(round(main.question.claim.said)),
        chosen=_choice(found.chosen),
        settings=dict(main.settings),
        homes=tuple(found.homes),
        causes_off=tuple(CauseOff(name, label_of(name), tuple(left[name])) for name in names),
        ghosts=ghosts,
    )


def _choice(chosen: Chosen) -> WorldChoice:
    return WorldChoice(
        cause=chosen.cause,
        has_one=chosen.has_one,
        turn=chosen.turn,
        passed_over=chosen.turn - 1,
        without=chosen.without,
        not_shown=chosen.not_shown,
        most_turns=chosen.most_turns,
        share_of_worlds=chosen.share,
    )


def _one_of_many(placed: PlacedWorld, homes: Sequence[Home]) -> OneOfMany:
    """One position of the slider."""
    causes, verdicts = [str(home.cause or "") for home in homes], [home.verdict for home in homes]
    same_person = verdicts.count("same_person")
    return OneOfMany(
        label=_mostly(causes),
        balance=placed.balance,
        share_of_worlds=placed.nearest,
        children=causes.count("child_on_loop"),
        fans=causes.count("devoted_fan"),
        screens=causes.count("public_screen"),
        same_person=same_person,
        attended=same_person + verdicts.count("in_turns"),
        nobody=verdicts.count("nobody") + verdicts.count("nobody_sometimes"),
        settings=dict(placed.shown.settings),
        homes=tuple(map(_house, homes)),
    )


def _house(home: Home) -> HouseOfMany:
    """A home as one of many."""
    return HouseOfMany(home.cause, doors_in_letters(home), home.household, home.world, home.without)


def _mostly(causes: Sequence[str]) -> str:
    """What leads among the causes of some homes, as in 'mostly a devoted fan'."""
    leading = max(sorted(set(causes)), key=causes.count, default="")
    how = "mostly" if 2 * causes.count(leading) > len(causes) else "most often"
    return f"{how} {label_of(leading)}"


def _ghosts(study: Study, before: int) -> Iterator[Home]:
    """Homes of people who did what is claimed but are not counted, from the simulated worlds.

    In the replay so many worlds stand before these.
    """
    every = zip(study.worlds, study.each(truth.of_world), strict=True)
    for place, (world, found) in enumerate(every, before):
        reasons = {
            account: name
            for name in ("lost_messages", "wrong_clock", "time_zone")
            for account in found.missed[name]
        }
        if not reasons:
            continue
        question = world.question
        households = np.sort(households_of(question, reasons))
        accounts = accounts_of(question, households)
        on_progress = partial(study.on_progress, "simulating those who are missed")
        tables = simulate(
            question, households, WHOLE, study.effort.workers, on_progress=on_progress
        )
        homes = homes_of(question, tables, accounts)
        numbers = households.tolist()
        for account, number, home in zip(accounts, numbers, homes, strict=True):
            why = REASONS[reasons[account]]
            yield replace(home, missed=why, household=number, world=place, without=())


def _downloads(found: Simulated, study: Study) -> Downloads:
    plays = format_named("csv").encode(table("log.plays"), found.tables["log.plays"], "none")
    statement = query(study.question)
    return Downloads(
        log_csv=b"".join(bytes(part) for part in plays).decode(),
        answers_csv=answers(found.homes),
        sql=_FOR_A_DATASET + tables_at("DIR", statement) + "\n" + statement,
        command=study.command,
    )


def answers(homes: Sequence[Home]) -> str:
    """Cause and verdict of each home as CSV, by the account as the log beside it writes it."""
    accounts = pl.Series(
        "account_id", [int(home.id.removeprefix("a")) for home in homes], dtype=pl.Int64
    )
    prefix = next(
        column.prefix for column in table("log.plays").columns if column.name == "account_id"
    )
    rows = {
        "account_id": encode_ids(accounts, prefix),
        "cause": [home.cause or "" for home in homes],
        "verdict": [home.verdict for home in homes],
    }
    return pl.DataFrame(rows).write_csv(quote_style="never")


SECTION = Section(
    name="homes",
    title="Homes to look at",
    kind=ShownHomes,
    measure=measure,
    packages=("scipy.signal",),
    of_world=(truth.of_world,),
    is_flat=True,
    sentence=lambda _: "",
    scenes=("guess", "lights", "home", "causes", "worlds"),
)
