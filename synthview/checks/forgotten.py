"""Whether anything of a forgotten account is left in a dataset, and what aggregates still tell.

Its household is simulated again, alone, as if nothing had been forgotten: then all its ids are
known, and every table and every other file is searched for them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from synthview.checks.strays import Unsearchable, found_in
from synthview.dataset import RunDirectory
from synthview.engines.layout import Layout
from synthview.engines.manifest import scenario_in
from synthview.errors import InputError
from synthview.explain.replay import household_of_account
from synthview.office.company_settings import CompanySettings
from synthview.office.forgetting import Forgetting
from synthview.office.sums import KEYS, increments, plays_of
from synthview.pipeline import Window, World, build, settled, walk
from synthview.rows import Ints
from synthview.scenario import Scenario
from synthview.sinks.database import DATABASE
from synthview.sinks.id_forms import id_as
from synthview.sinks.retyped_ids import LARGEST, ids_to_int
from synthview.tables import BY_PATH
from synthview.wording import counted
from synthview.world.clock import date_of

__all__ = ["EVERYBODY", "Forgotten", "LeftPlace", "StillTold", "search", "search_for_all"]

EVERYBODY = "all"
"""Asks for every account that is forgotten."""

_EXAMPLES = 3
_HELD = "a legal hold keeps it"


@dataclass(frozen=True)
class LeftPlace:
    """A table or a file: how many rows of the account it has, and why they may be there, if so.

    `unread` is why a file could not be searched, empty where it was.
    """

    name: str
    rows: int
    may_be: str = ""
    unread: str = ""


@dataclass(frozen=True)
class StillTold:
    """A table of aggregates: in how many cells the account is, alone in how many, with examples."""

    table: str
    cells: int
    alone: int
    examples: tuple[str, ...]


@dataclass(frozen=True)
class Forgotten:
    """What was found of an account that was forgotten on a day, for a reason."""

    account: str
    day: str
    reason: str
    places: tuple[LeftPlace, ...]
    files: int
    still_told: tuple[StillTold, ...]

    @property
    def left(self) -> list[LeftPlace]:
        """Where rows are left that should not be."""
        return [one for one in self.places if one.rows and not one.may_be]

    @property
    def is_held(self) -> bool:
        """Whether a legal hold keeps rows of it."""
        return any(one.rows and one.may_be == _HELD for one in self.places)

    @property
    def unread(self) -> list[LeftPlace]:
        """Files of which nobody can say what is in them."""
        return [one for one in self.places if one.unread]


@dataclass(frozen=True)
class _Known:
    """All that names an account: ids with the letter of their sort, and telephone numbers."""

    ids: dict[int, str]
    phones: tuple[str, ...]
    plays: pl.DataFrame

    def needles(self) -> list[str]:
        """How a text would spell any of it."""
        numbers = [str(one) for one in self.ids]
        texts = [id_as("text", one, letter) for one, letter in self.ids.items()]
        return [*numbers, *texts, *self.phones]


def search(run: RunDirectory, account: str) -> Forgotten:
    """Search a dataset for an account by its public id, a whole number or text.

    Raises InputError for an id that no account of this world has, and for one that is not forgotten
    by the end of the run.
    """
    scenario = scenario_in(run.manifest)
    layout = Layout.read(run.manifest["layout"])
    world = build(scenario)
    household = _household(scenario, layout, account)
    forgetting = Forgetting(world, np.array([household], dtype=np.int64))
    if int(forgetting.day[0]) >= layout.last_day:
        raise InputError(_not_forgotten(account, world, layout))
    return _search(run, world, layout, household)


def search_for_all(run: RunDirectory) -> Iterator[tuple[int, Forgotten]]:
    """Search a dataset for each account that is forgotten by its end.

    Yields how many there are, and what was found of one.

    Raises InputError where nobody is forgotten.
    """
    layout = Layout.read(run.manifest["layout"])
    world = build(scenario_in(run.manifest))
    everyone = Forgetting(world, np.array(layout.homes, dtype=np.int64))
    is_there = ~np.isin(everyone.household, world.scenario.run.dropped)
    gone = everyone.household[is_there & (everyone.day < layout.last_day)].tolist()
    if not gone:
        raise InputError(_not_forgotten(EVERYBODY, world, layout))
    for household in gone:
        yield len(gone), _search(run, world, layout, household)


def _search(run: RunDirectory, world: World, layout: Layout, household: int) -> Forgotten:
    """Search a dataset for one household that is forgotten."""
    window = Window(layout.first_day, layout.last_day)
    forgetting = Forgetting(world, np.array([household], dtype=np.int64))
    day = int(forgetting.day[0])
    known = _known(world, forgetting.household, window)
    tables = world.scenario.of(CompanySettings).legal_hold_tables
    held = tables if forgetting.is_held[0] else ()
    files = list(_others(run))
    return Forgotten(
        account=id_as(layout.ids, int(forgetting.account_id[0]), "a"),
        day=str(date_of(day)),
        reason=_reason(forgetting),
        places=tuple(_places(run, known, held, files)),
        files=len(files),
        still_told=tuple(_still_told(run, known, window, day)),
    )


def _household(scenario: Scenario, layout: Layout, account: str) -> int:
    """The household of an account, which the run has to have."""
    try:
        household = household_of_account(scenario, _number(account))
    except InputError as error:
        raise InputError(f"--forgotten {account}: {error}") from None
    if household not in layout.homes or household in scenario.run.dropped:
        raise InputError(
            f"--forgotten {account}: that is none of the "
            f"{counted(layout.households, 'account')} of this run. Is the id from another one?"
        )
    return household


def _reason(forgetting: Forgetting) -> str:
    is_left = int(forgetting.by_leaving[0]) < int(forgetting.by_request[0])
    return "it had left long ago" if is_left else "it was asked for"


def _places(
    run: RunDirectory, known: _Known, held: Sequence[str], files: Sequence[Path]
) -> Iterator[LeftPlace]:
    """Every table, and those of the other files that have any of it."""
    for name in run.tables:
        yield _place(run, name, known, held)
    for path in files:
        found = _in_file(run, path, known)
        if found.rows or found.unread:
            yield found


def _number(account: str) -> int:
    if not account.isdecimal():
        return ids_to_int(account)
    if int(account) > LARGEST:
        raise InputError("ids are whole numbers from 0 to 2**63 - 1.")
    return int(account)


def _not_forgotten(account: str, world: World, layout: Layout) -> str:
    """Say that an account is still there, and name some that are not."""
    everyone = Forgetting(world, np.array(layout.homes, dtype=np.int64))
    gone = everyone.account_id[everyone.day < layout.last_day]
    if not len(gone):
        return (
            f"--forgotten {account}: nobody is forgotten in this run. Generate one with --set "
            "company.erasure_requests_per_year=0.5, for instance."
        )
    some = ", ".join(id_as(layout.ids, int(one), "a") for one in gone[:_EXAMPLES])
    return (
        f"--forgotten {account}: that account is not forgotten by the end of the run. "
        f"{len(gone):,} are, {some} among them."
    )


def _known(world: World, household: Ints, window: Window) -> _Known:
    """What would name an account if nothing had been forgotten."""
    frames = [
        frames
        for _, frames in walk(
            world,
            household,
            window,
            frozenset({"log.plays"}),
        )
    ]
    plays = pl.concat([one["log.plays"] for one in frames])
    about = settled(world, household, window)
    ids: dict[int, str] = {}
    sources = [about["log.accounts"], about["log.profiles"], about["log.devices"], plays]
    for column, letter in (
        ("account_id", "a"),
        ("profile_id", "u"),
        ("device_id", "d"),
        ("session_id", "s"),
        ("play_id", "p"),
    ):
        for rows in sources:
            if column in rows.columns:
                ids |= dict.fromkeys(rows[column].to_list(), letter)
    phones = about["log.accounts"]["phone"].drop_nulls().unique().to_list()
    return _Known(ids, tuple(phones), plays)


def _place(run: RunDirectory, name: str, known: _Known, held: Sequence[str]) -> LeftPlace:
    """How many rows of a table have any of it."""
    wanted = pl.Series(list(known.ids), dtype=pl.Int64).implode()
    phones = pl.Series(known.phones, dtype=pl.String).implode()
    columns = BY_PATH[name].columns
    tests = [pl.col(one.name).is_in(wanted) for one in columns if one.kind == "id"]
    tests += [pl.col(one.name).is_in(phones) for one in columns if one.kind == "text"]
    rows = 0
    if tests:
        found = run.scan(name, repaired=True).filter(pl.any_horizontal(tests))
        rows = int(found.select(pl.len()).collect(engine="streaming").item())
    why = _HELD if name in held else ""
    return LeftPlace(
        name, rows, "reality, which no company has" if name.startswith("truth.") else why
    )


def _others(run: RunDirectory) -> Iterator[Path]:
    """Every file of the directory that is no part of a table: manifest, answers, and strays."""
    parts = {DATABASE, *(part["path"] for part in run.manifest["parts"])}
    for path in sorted(run.directory.rglob("*")):
        if path.is_file() and path.relative_to(run.directory).as_posix() not in parts:
            yield path


def _in_file(run: RunDirectory, path: Path, known: _Known) -> LeftPlace:
    """How many rows or lines of a file that is no part of the dataset have any of it."""
    name = path.relative_to(run.directory).as_posix()
    try:
        return LeftPlace(name, found_in(path, list(known.ids), known.needles()))
    except Unsearchable as error:
        return LeftPlace(name, 0, unread=str(error))


def _still_told(run: RunDirectory, known: _Known, window: Window, day: int) -> Iterator[StillTold]:
    """The cells of aggregates that its plays are in, summed up before it was forgotten."""
    settings = scenario_in(run.manifest).of(CompanySettings)
    plays = plays_of([known.plays], settings.restated_days).filter(
        (pl.col("viewed_on") >= date_of(window.first_day)) & (pl.col("stated_on") < date_of(day))
    )
    for name in KEYS:
        if name not in run.tables:
            continue
        cell = ["viewed_on", *KEYS[name]]
        own = increments(name, plays).select(cell).unique()
        kept = run.scan(name, repaired=True).sort("revision").collect()
        found = kept.unique(cell, keep="last", maintain_order=True).join(own, on=cell, how="semi")
        alone = (
            found.filter(pl.col("accounts") == 1)
            if settings.cell_rule == "exact"
            else found.clear()
        )
        examples = alone.sort(cell).head(_EXAMPLES).iter_rows(named=True)
        yield StillTold(
            name,
            found.height,
            alone.height,
            tuple(map(_in_words, examples)),
        )


def _in_words(row: dict[str, object]) -> str:
    """What a cell of one account says of it."""
    of = [str(row[one]) for one in ("name", "country") if one in row]
    minutes = int(str(row["watched_ms"])) // 60_000
    return f"{', '.join([str(row['viewed_on']), *of])}: {row['plays']} plays, {minutes} minutes"
